//! Editing the roles of a user, or trying others out: the rows that change stand out.

use super::{asking, below, field, list, refusal, scope_line, top, wrapped};
use crate::console::canvas::Canvas;
use crate::console::state::State;
use crate::console::state::flow::{Flow, RolesOf};
use crate::console::widgets::{popup, text};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rollcall_shared::wire::role::{PreviewRow, Previewed};

/// From this width on, the preview stands beside the roles.
const BESIDE: u16 = 90;

/// Draws it.
pub fn draw(state: &State, of: &RolesOf, flow: &Flow, area: Rect, canvas: &mut Canvas) {
    let area = match &flow.failure {
        Some(failure) => {
            let rows = refusal(state, failure, area, canvas);
            top(area, area.height - rows)
        }
        None => area,
    };
    let (left, right) = if !of.trial {
        (area, Rect::default())
    } else if area.width >= BESIDE {
        let half = area.width * 2 / 5;
        let left = Rect {
            width: half,
            ..area
        };
        let right = Rect {
            x: area.x + half + 2,
            width: area.width - half - 2,
            ..area
        };
        (left, right)
    } else {
        let rows = (area.height / 2).min(u16::try_from(of.picker.items.len() + 2).unwrap_or(9));
        (top(area, rows), below(area, rows))
    };
    let (places, placing) = (&of.places, of.placing);
    let left = scope_line(state, "New roles at ", places, placing, left, canvas);
    if of.placing {
        list(state, &of.places, false, true, left, canvas);
        return;
    }
    field(state, "> ", &of.picker.input, true, left, canvas);
    if of.picker.items.is_empty() {
        if flow.failure.is_none() {
            asking(state, below(left, 1), canvas);
        }
        return;
    }
    list(state, &of.picker, true, true, below(left, 1), canvas);
    if let (true, Some(preview)) = (of.trial, &of.preview) {
        rows(state, of, preview, right, canvas);
    }
}

/// How a permission stands before and after, and whether that differs.
fn change(row: &PreviewRow) -> (&'static str, bool) {
    match (&row.before, &row.after) {
        (None, Some(_)) => ("+", true),
        (Some(_), None) => ("-", true),
        (before, after) if before != after => ("~", true),
        _ => (" ", false),
    }
}

fn word(held: Option<&String>, none: &str) -> String {
    match held.map(String::as_str) {
        None => none.to_owned(),
        Some("") => "Y".into(),
        Some(qualifier) => qualifier.replace('_', " "),
    }
}

/// Which roles block a permission, else which grant it.
fn origin(state: &State, tenant: &str, row: &PreviewRow) -> String {
    let from = state.role_words(tenant, &row.from);
    let by = state.role_words(tenant, &row.blocked_by);
    match (by.as_str(), from.as_str()) {
        ("", "") if row.blocked => " blocked".to_owned(),
        ("", from) if row.blocked => format!(" blocked; granted by {from}"),
        ("", "") => String::new(),
        ("", from) => format!("  by {from}"),
        (by, "") => format!(" blocked by {by}"),
        (by, from) => format!(" blocked by {by}; granted by {from}"),
    }
}

fn rows(state: &State, of: &RolesOf, preview: &Previewed, area: Rect, canvas: &mut Canvas) {
    let (theme, glyphs) = (&state.look.theme, &state.look.glyphs);
    let (granted, blocked, left) = preview.counts;
    let changed = preview.rows.iter().filter(|row| change(row).1).count();
    let head =
        format!("{granted} granted, {blocked} blocked, so {left} held; {changed} would change");
    let mut lines = wrapped(&[(head, theme.strong)], area.width);
    let warnings: Vec<(String, Style)> = preview
        .warnings
        .iter()
        .map(|warning| (warning.clone(), theme.warn))
        .collect();
    lines.extend(wrapped(&warnings, area.width));
    let name = (usize::from(area.width) / 2).max(10);
    for row in preview.rows.iter().skip(of.scroll) {
        let (sign, changed) = change(row);
        let style = match sign {
            "+" => theme.good,
            "-" => theme.bad,
            "~" => theme.warn,
            _ => theme.faint,
        };
        let before = word(row.before.as_ref(), glyphs.none);
        let after = word(row.after.as_ref(), glyphs.none);
        let shown = if changed {
            format!("{before} {} {after}", glyphs.arrow)
        } else {
            after
        };
        let origin = origin(state, &of.whom.tenant, row);
        let mut spans = vec![Span::styled(format!("{sign} "), style)];
        spans.extend(text::plain(&row.permission.name, name, style));
        let room = usize::from(area.width).saturating_sub(name + 3);
        let told = text::cut(&format!("{shown}{origin}"), room);
        spans.push(Span::raw(" "));
        spans.push(Span::styled(told, style));
        lines.push(Line::from(spans));
    }
    popup::lines(area, canvas.buffer_mut(), lines);
}
