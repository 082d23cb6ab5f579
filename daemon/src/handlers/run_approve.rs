//! `run approve`: another person than the one who started it lets a proposed run act.

use super::ask::{Ask, Extra};
use super::{json, sweep_run};
use crate::sweeps::approve;
use rollcall_shared::wire::sweep::{RunAnswer, RunNamed};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: RunNamed) -> Result<Value, Failure> {
    let state = ask.state();
    let (view, run) = ask.run(&state, Verb::RunApprove, &request.run)?;
    let (tenant, name, run) = (view.tenant.id, view.tenant.name.clone(), run.id);
    let by = ask.caller.binding(&state).cloned().ok_or_else(|| {
        Failure::new(Class::Denied, "only a bound person approves")
            .rule("four-eyes")
            .hint("ask a platform_admin to bind you with `rollcall operator bind`")
    })?;
    let extra = Extra {
        run: Some(run),
        ..Extra::default()
    };
    let most = ask.service.step;
    // Before it can begin: the schedule's driver takes up what nobody carries on.
    let _held = ask.service.hands.hold(run);
    let answer = ask
        .change(Verb::RunApprove, Some(&name), extra, move |draft, _| {
            approve(draft, tenant, run, most, &by)
        })
        .await?;
    let result = sweep_run::conclude(ask, ask.request, tenant, &name, answer).await?;
    json(RunAnswer {
        results: vec![result],
        refused: Vec::new(),
    })
}
