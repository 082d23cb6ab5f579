//! The record of one run.

use crate::console::command::Command;
use crate::console::state::State;
use crate::console::view::format;
use crate::console::view::pane::Writer;
use crate::console::view::plan::{actions, skipped};
use crate::console::view::runs::state_style;
use ratatui::style::Style;
use ratatui::text::Line;
use rollcall_shared::domain::{RunState, Trigger};
use rollcall_shared::wire::sweep::RunDetail;

/// Title and lines.
pub fn content(state: &State, width: usize) -> (String, Vec<Line<'static>>) {
    let mut out = Writer::new(&state.look, width);
    let Some(pane) = &state.runs.pane else {
        return (String::new(), out.done());
    };
    let title = match state.runs.selected() {
        Some(run) => format!("{} in {}", run.sweep, run.tenant),
        None => pane.id.to_string(),
    };
    match (&pane.detail, &pane.failure) {
        (_, Some(failure)) => out.failure(failure),
        (None, None) => out.waiting(),
        (Some(detail), None) => whole(&mut out, state, detail, width),
    }
    (title, out.done())
}

fn whole(out: &mut Writer, state: &State, detail: &RunDetail, width: usize) {
    let look = &state.look;
    let (line, run) = (&detail.line, &detail.run);
    let zone = state.zone_of(&line.tenant);
    let plain = Style::new();
    out.field("State", line.state.word(), state_style(line.state, look));
    if line.state == RunState::Proposed {
        let text = format!(
            "Waits for approval: {} approves, {} rejects.",
            state.keymap.first(Command::Approve),
            state.keymap.first(Command::Reject)
        );
        out.text(&text, look.theme.warn, 0);
    }
    for held in &line.held {
        out.text(&format!("Held: {held}"), look.theme.warn, 0);
    }
    out.field("Run", &line.id.to_string(), plain);
    out.field("Times", &format::clock(&zone), plain);
    out.field("Started", &format::minute(line.started_at, &zone), plain);
    if let Some(at) = line.finished_at {
        out.field("Finished", &format::minute(at, &zone), plain);
    }
    let by = match line.trigger {
        Trigger::Schedule { due } => format!("schedule, due {}", format::minute(due, &zone)),
        Trigger::Manual => line.started_by.clone(),
    };
    out.field("Started by", &by, plain);
    out.field(
        "Decided by",
        run.decided_by.as_deref().unwrap_or_default(),
        plain,
    );
    out.field("Mode", run.mode.word(), plain);
    out.field(
        "Outcome",
        &format!(
            "{} planned, {} applied, {} skipped",
            format::number(line.planned),
            format::number(line.applied),
            format::number(line.skipped)
        ),
        look.theme.strong,
    );
    skipped(out, "Skipped", &detail.skipped, line.skipped, state);
    let title = match line.state {
        RunState::Done | RunState::Running => "Actions",
        RunState::Observed => "Would have done",
        RunState::Proposed => "Would do",
        RunState::Rejected => "Was not done",
    };
    actions(out, title, &detail.actions, line.planned, state, width);
}
