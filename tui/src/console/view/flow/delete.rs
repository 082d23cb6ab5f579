//! The form of a deletion: who takes over, what moves besides what was sent, why.

use super::{asking, below, field, list, refusal, scrolled, top, wrapped};
use crate::console::canvas::Canvas;
use crate::console::state::State;
use crate::console::state::deletion::Deletion;
use crate::console::state::flow::Flow;
use crate::console::update::shown;
use crate::console::view::flow::offboard::owned;
use crate::console::widgets::popup;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Lines of the list of successors at most.
const SUCCESSORS: u16 = 5;

/// Where things stand in the form, from the top: the list, the ticks, what is said of it all.
fn parts(deletion: &Deletion, area: Rect) -> (Rect, Rect, Rect) {
    let people = u16::try_from(deletion.successors.items.len()).unwrap_or(u16::MAX);
    let (list, rows) = match deletion.hands_over {
        true => (below(area, 1), people.clamp(1, SUCCESSORS).min(area.height)),
        false => (area, 0),
    };
    let ticks = below(list, rows);
    let said = below(ticks, tick_rows(deletion) + 2);
    (top(list, rows), ticks, said)
}

/// Lines of the ticks.
fn tick_rows(deletion: &Deletion) -> u16 {
    match deletion.hands_over {
        true => u16::try_from(Deletion::TICKS.len()).unwrap_or(0),
        false => 1,
    }
}

/// Draws who takes over.
fn successor(state: &State, deletion: &Deletion, flow: &Flow, area: Rect, canvas: &mut Canvas) {
    let picker = &deletion.successors;
    let here = deletion.at == 0;
    field(state, "Successor  ", &picker.input, here, area, canvas);
    let (people, ..) = parts(deletion, area);
    let typed = picker.input.value().trim();
    if !shown(picker).is_empty() || typed.is_empty() {
        list(state, picker, false, true, people, canvas);
    } else if flow.asked.is_empty() {
        // Somebody who was not found by what is typed; the daemon may know them.
        let text = vec![(format!("  {typed}"), Style::new())];
        popup::lines(people, canvas.buffer_mut(), wrapped(&text, people.width));
    } else {
        asking(state, people, canvas);
    }
}

/// Draws it.
pub fn draw(state: &State, deletion: &Deletion, flow: &Flow, area: Rect, canvas: &mut Canvas) {
    let area = match &flow.failure {
        Some(failure) => {
            let rows = refusal(state, failure, area, canvas);
            top(area, area.height - rows)
        }
        None => area,
    };
    if deletion.hands_over {
        successor(state, deletion, flow, area, canvas);
    }
    let (_, ticks, said) = parts(deletion, area);
    let (theme, glyphs) = (&state.look.theme, &state.look.glyphs);
    let shown = Deletion::TICKS.len() - usize::from(tick_rows(deletion));
    let lines = Deletion::TICKS.iter().enumerate().skip(shown);
    let lines = lines.map(|(at, title)| {
        let here = deletion.tick() == Some(at);
        let style = if here { theme.cursor } else { Style::new() };
        let marker = if here { glyphs.marker } else { " " };
        let sign = glyphs.tick[usize::from(deletion.ticks[at])];
        Line::from(vec![
            Span::raw(format!("{marker} {sign} ")),
            Span::styled(*title, style),
        ])
    });
    let rows = tick_rows(deletion);
    popup::lines(top(ticks, rows), canvas.buffer_mut(), lines);
    let here = deletion.at == Deletion::LAST;
    let place = below(ticks, rows);
    field(state, "Why        ", &deletion.reason, here, place, canvas);
    if deletion.hands_over && deletion.plan.is_none() && deletion.no_plan.is_none() {
        asking(state, said, canvas);
        return;
    }
    scrolled(
        state,
        lines_of(state, deletion, said),
        deletion.scroll,
        said,
        canvas,
    );
}

/// What is known of the form's consequences.
fn lines_of(state: &State, deletion: &Deletion, area: Rect) -> Vec<Line<'static>> {
    let tenant = &deletion.whom.tenant;
    let plan = (deletion.plan.as_ref(), deletion.no_plan.as_ref());
    wrapped(&owned(state, tenant, plan), area.width)
}

/// Lines of what is said, and how many of them are in view.
pub fn length(state: &State, deletion: &Deletion, area: Rect) -> (usize, usize) {
    let (.., said) = parts(deletion, area);
    let lines = lines_of(state, deletion, said).len();
    (lines, usize::from(said.height))
}
