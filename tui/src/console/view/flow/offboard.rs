//! The form of an offboarding: who takes over, what happens at the end, why.

use super::{asking, below, field, list, refusal, scrolled, top, wrapped};
use crate::console::canvas::Canvas;
use crate::console::state::State;
use crate::console::state::flow::{Flow, Offboard, Part};
use crate::console::update::shown;
use crate::console::view::format;
use crate::console::widgets::popup;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rollcall_shared::domain::HandoverWay;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::asset::HandoverPlan;

/// Draws it.
pub fn draw(state: &State, offboard: &Offboard, flow: &Flow, area: Rect, canvas: &mut Canvas) {
    let area = match &flow.failure {
        Some(failure) => {
            let rows = refusal(state, failure, area, canvas);
            top(area, area.height - rows)
        }
        None => area,
    };
    let here = |part: Part| offboard.at == part;
    let picker = &offboard.successors;
    field(
        state,
        "Successor  ",
        &picker.input,
        here(Part::Successor),
        area,
        canvas,
    );
    let mut rest = below(area, 1);
    let rows = rows(offboard, area);
    let typed = picker.input.value().trim();
    if !shown(picker).is_empty() || typed.is_empty() {
        list(state, picker, false, true, top(rest, rows), canvas);
    } else {
        // Somebody the daemon did not propose.
        let said = vec![(format!("  {typed}"), Style::new())];
        popup::lines(
            top(rest, 1),
            canvas.buffer_mut(),
            wrapped(&said, rest.width),
        );
    }
    rest = below(rest, rows);
    end(state, offboard, rest, canvas);
    rest = below(rest, 1);
    field(
        state,
        "Why        ",
        &offboard.reason,
        here(Part::Reason),
        rest,
        canvas,
    );
    rest = below(rest, 2);
    if offboard.plan.is_none() && offboard.no_plan.is_none() {
        asking(state, rest, canvas);
        return;
    }
    let lines = wrapped(&about(state, offboard), rest.width);
    scrolled(state, lines, offboard.scroll, rest, canvas);
}

/// Lines of the list of successors.
fn rows(offboard: &Offboard, area: Rect) -> u16 {
    let rows = u16::try_from(offboard.successors.items.len()).unwrap_or(u16::MAX);
    rows.min(area.height.saturating_sub(8).max(1))
}

/// Lines of what moves and what does not, and how many of them are in view.
pub fn length(state: &State, offboard: &Offboard, area: Rect) -> (usize, usize) {
    let rest = below(area, 4 + rows(offboard, area));
    let lines = wrapped(&about(state, offboard), rest.width);
    (lines.len(), usize::from(rest.height))
}

fn end(state: &State, offboard: &Offboard, area: Rect, canvas: &mut Canvas) {
    let (theme, glyphs) = (&state.look.theme, &state.look.glyphs);
    let here = offboard.at == Part::End;
    let label = if here { theme.accent } else { theme.faint };
    let choice = |on: bool, word: &str| {
        let style = if here && on {
            theme.cursor
        } else {
            Style::new()
        };
        let sign = glyphs.tick[usize::from(on)];
        vec![
            Span::styled(format!("{sign} {word}"), style),
            Span::raw("  "),
        ]
    };
    let mut spans = vec![Span::styled(state.look.label("At the end ", here), label)];
    spans.extend(choice(!offboard.deactivate, "suspend"));
    spans.extend(choice(offboard.deactivate, "deactivate"));
    popup::lines(top(area, 1), canvas.buffer_mut(), [Line::from(spans)]);
}

/// What moves in the tenant of the account in hand, and what does not.
fn about(state: &State, offboard: &Offboard) -> Vec<(String, Style)> {
    let plan = (offboard.plan.as_ref(), offboard.no_plan.as_ref());
    owned(state, &offboard.whom.tenant, plan)
}

/// What somebody owns in a tenant: what moves, what does not, or why that is not known.
pub fn owned(
    state: &State,
    tenant: &str,
    plan: (Option<&HandoverPlan>, Option<&Failure>),
) -> Vec<(String, Style)> {
    let theme = &state.look.theme;
    let mut told = Vec::new();
    if let Some(failure) = plan.1 {
        let text = format!("No hand-over in {tenant}: {}", failure.what);
        told.push((text, theme.warn));
        told.push((failure.hint.clone(), Style::new()));
    }
    let Some(plan) = plan.0 else {
        return told;
    };
    let moves: Vec<String> = plan
        .moves
        .iter()
        .map(|(kind, n)| format::assets(*n, kind))
        .collect();
    let moves = if moves.is_empty() {
        "nothing".to_owned()
    } else {
        moves.join(", ")
    };
    let when = match plan.way {
        HandoverWay::AtDeletion => "Moves only at deletion, in",
        HandoverWay::Transfer | HandoverWay::Delegate | HandoverWay::NotNeeded => "Moves in",
    };
    let moves = format!("{when} {tenant}: {moves}");
    told.push((moves, Style::new()));
    for (kind, n, why) in &plan.stays {
        let text = format!("Stays: {} ({why})", format::assets(*n, kind));
        told.push((text, theme.warn));
    }
    told.push((plan.undo.clone(), theme.faint));
    told.extend(plan.warnings.iter().map(|w| (w.clone(), theme.bad)));
    told
}
