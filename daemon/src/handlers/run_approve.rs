//! `run approve`: another person than the one who started it lets a proposed run act.

use super::ask::{Ask, Extra};
use super::{find, json, sweep_run};
use crate::sweeps::approve;
use rollcall_shared::wire::sweep::{RunAnswer, RunNamed};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: RunNamed) -> Result<Value, Failure> {
    let state = ask.state();
    let found = find::run(&state, &request.run)
        .map(|(view, run)| (view.tenant.id, view.tenant.name.clone(), run.id));
    let name = found.as_ref().ok().map(|(_, name, _)| name.as_str());
    ask.authorise(&state, Verb::RunApprove, name)?;
    let (tenant, name, run) = found?;
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
    })
}
