//! `run show`: one run with its plan and what became of it.

use super::ask::Ask;
use super::describe::{action_lines, run_line, skip_lines};
use super::json;
use super::sweep_plan::{ACTIONS, SKIPS};
use rollcall_shared::wire::sweep::{RunDetail, RunNamed};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: RunNamed) -> Result<Value, Failure> {
    let state = ask.state();
    let (view, run) = ask.run(&state, Verb::RunShow, &request.run)?;
    json(RunDetail {
        line: run_line(view, run),
        actions: action_lines(&state, view, &run.plan.actions, ACTIONS),
        skipped: skip_lines(&state, view, &run.outcome.skipped, SKIPS),
        run: run.clone(),
    })
}
