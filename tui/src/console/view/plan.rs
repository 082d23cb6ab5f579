//! What a sweep would do: held reasons first, then counts, then each action with its reason.

use crate::console::state::State;
use crate::console::update::counts;
use crate::console::view::format;
use crate::console::view::pane::{LABEL, Writer};
use crate::console::view::sweeps::{self, mode_style};
use crate::console::widgets::text;
use ratatui::style::Style;
use ratatui::text::Line;
use rollcall_shared::domain::ActionKind;
use rollcall_shared::wire::sweep::{ActionLine, PlanView, RunResult, SkipLine, SweepRow};

/// Title and lines.
pub fn content(state: &State, width: usize) -> (String, Vec<Line<'static>>) {
    let look = &state.look;
    let mut out = Writer::new(look, width);
    let Some(pane) = &state.sweeps.pane else {
        return (String::new(), out.done());
    };
    let title = format!("{} in {}: what it would do", pane.sweep, pane.tenant);
    if let Some(result) = &state.sweeps.result {
        outcome(&mut out, state, result);
    }
    match (&pane.plan, &pane.failure) {
        (_, Some(failure)) => out.failure(failure),
        (None, None) if pane.asked.is_some() => out.waiting(),
        (None, None) => out.text("The daemon made no plan.", look.theme.faint, 0),
        (Some(plan), None) => whole(&mut out, state, plan, width),
    }
    (title, out.done())
}

fn outcome(out: &mut Writer, state: &State, result: &RunResult) {
    let theme = &state.look.theme;
    out.text(&result.message, theme.good, 0);
    if let Some(run) = &result.run {
        out.field("Run", &run.id.to_string(), theme.strong);
        out.field(
            "Applied",
            &format!(
                "{} of {}, {} skipped",
                run.applied, run.planned, run.skipped
            ),
            Style::new(),
        );
        let key = state.keymap.first(crate::console::command::Command::Open);
        out.text(
            &format!("{key} opens its record: who, what and why."),
            theme.faint,
            0,
        );
    }
    out.blank();
}

fn whole(out: &mut Writer, state: &State, plan: &PlanView, width: usize) {
    let look = &state.look;
    for held in &plan.held {
        out.text(&format!("Held: {held}"), look.theme.bad, 0);
    }
    if !plan.held.is_empty() {
        out.text(
            "While it is held nothing of it is applied.",
            look.theme.warn,
            0,
        );
        out.blank();
    }
    let zone = state.zone_of(&plan.tenant);
    out.field(
        "Would touch",
        &counts(&plan.counts, plan.total),
        look.theme.strong,
    );
    out.field("Mode", plan.mode.word(), mode_style(plan.mode, look));
    match state.sweeps.row(&plan.tenant, plan.sweep) {
        Some(row) => due(out, state, row, width),
        None => out.field("Times", &format::clock(&zone), Style::new()),
    }
    out.field("Planned for", &format::minute(plan.at, &zone), Style::new());
    out.field("Plan", &short_hash(&plan.hash), look.theme.faint);
    if plan.total == 0 {
        out.blank();
        out.text("Nothing to do.", look.theme.good, 0);
    }
    actions(out, "Actions", &plan.actions, plan.total, state, width);
    skipped(out, "Left alone", &plan.skipped, plan.skipped_total, state);
}

/// When it runs by itself, and its last runs; each line is cut, so that what it would do stays in view below.
fn due(out: &mut Writer, state: &State, row: &SweepRow, width: usize) {
    let side = (width.saturating_sub(LABEL) / sweeps::INSTANT).clamp(1, 5);
    let next = row.next.chunks(side).take(2);
    let next = next.map(|part| (sweeps::instants(part, &row.tz), Style::new()));
    let schedule = (
        sweeps::schedule(row, width.saturating_sub(LABEL)),
        Style::new(),
    );
    let amnesty = sweeps::amnesty(row).map(|words| (words, state.look.theme.warn));
    for (label, lines) in [
        ("Schedule", vec![schedule]),
        ("Next runs", next.collect()),
        ("Last runs", sweeps::last(row, &state.look)),
        ("Amnesty", amnesty.into_iter().collect()),
    ] {
        for (n, (line, style)) in lines.iter().enumerate() {
            let label = if n == 0 { label } else { "" };
            let label = format!("{label:<LABEL$}");
            out.parts(&[(&label, state.look.theme.faint), (line, *style)]);
        }
    }
}

/// Enough of a hash to compare two by eye; copying takes the whole.
fn short_hash(hash: &str) -> String {
    hash.chars().take(16).collect()
}

/// Actions with their reasons, and how many more there are than lines.
pub fn actions(
    out: &mut Writer,
    title: &str,
    actions: &[ActionLine],
    total: u64,
    state: &State,
    width: usize,
) {
    if actions.is_empty() {
        return;
    }
    let look = &state.look;
    out.heading(title);
    let name = 24.min(width / 3);
    for action in actions {
        let shown: String = text::plain(&action.name, name, Style::new())
            .into_iter()
            .map(|s| s.content.into_owned())
            .collect();
        out.parts(&[
            (
                &format!("{:<10} ", action.kind.word()),
                action_style(action.kind, state),
            ),
            (&shown, Style::new()),
            (" ", Style::new()),
            (&action.email, Style::new()),
        ]);
        out.text(&action.why, look.theme.faint, 11);
    }
    unlisted(out, total, actions.len(), state);
}

/// How many more there are than lines.
fn unlisted(out: &mut Writer, total: u64, lines: usize, state: &State) {
    let more = total.saturating_sub(lines as u64);
    if more > 0 {
        out.text(
            &format!("… and {} more.", format::number(more)),
            state.look.theme.faint,
            0,
        );
    }
}

fn action_style(kind: ActionKind, state: &State) -> Style {
    let theme = &state.look.theme;
    match kind {
        ActionKind::Warn => theme.accent,
        ActionKind::Suspend | ActionKind::Expire => theme.warn,
        ActionKind::Deactivate => theme.bad,
        ActionKind::Escalate => theme.strong,
    }
}

/// Accounts left alone, each with the reason, and how many more there are than lines.
pub fn skipped(out: &mut Writer, title: &str, skipped: &[SkipLine], total: u64, state: &State) {
    if skipped.is_empty() {
        return;
    }
    out.heading(title);
    for skip in skipped {
        out.text(&skip.email, Style::new(), 0);
        out.text(&skip.why, state.look.theme.faint, 11);
    }
    unlisted(out, total, skipped.len(), state);
}
