//! The form of an offboarding: who takes over, what happens at the end, why.

use super::{asking, below, field, list, refusal, top, wrapped};
use crate::console::painter::Canvas;
use crate::console::state::State;
use crate::console::state::flow::{Flow, Offboard, Part};
use crate::console::update::shown;
use crate::console::view::format;
use crate::console::widgets::popup;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rollcall_shared::domain::HandoverWay;

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
    let rows = u16::try_from(picker.items.len()).unwrap_or(u16::MAX);
    let rows = rows.min(area.height.saturating_sub(8).max(1));
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
    popup::lines(
        rest,
        canvas.buffer_mut(),
        wrapped(&about(state, offboard), rest.width),
    );
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
    let mut spans = vec![Span::styled("At the end ", label)];
    spans.extend(choice(!offboard.deactivate, "suspend"));
    spans.extend(choice(offboard.deactivate, "deactivate"));
    popup::lines(top(area, 1), canvas.buffer_mut(), [Line::from(spans)]);
}

/// What moves in the tenant of the account in hand, and what does not.
fn about(state: &State, offboard: &Offboard) -> Vec<(String, Style)> {
    let theme = &state.look.theme;
    let mut told = Vec::new();
    if let Some(failure) = &offboard.no_plan {
        let text = format!("No hand-over in {}: {}", offboard.whom.tenant, failure.what);
        told.push((text, theme.warn));
        told.push((failure.hint.clone(), Style::new()));
    }
    let Some(plan) = &offboard.plan else {
        return told;
    };
    let moves: Vec<String> = plan
        .moves
        .iter()
        .map(|(kind, n)| format!("{}: {}", kind.replace('_', " "), format::number(*n)))
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
    let moves = format!("{when} {}: {moves}", offboard.whom.tenant);
    told.push((moves, Style::new()));
    for (kind, n, why) in &plan.stays {
        let kind = kind.replace('_', " ");
        let text = format!("Stays: {kind}: {} ({why})", format::number(*n));
        told.push((text, theme.warn));
    }
    told.push((plan.undo.clone(), theme.faint));
    told.extend(plan.warnings.iter().map(|w| (w.clone(), theme.bad)));
    told
}
