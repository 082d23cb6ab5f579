//! `run reject`: nothing of a proposed run will be applied, and nothing more of one that is under way.

use super::ask::{Ask, Extra};
use super::{json, sweep_run};
use crate::sweeps::reject;
use rollcall_shared::wire::sweep::{RunAnswer, RunNamed};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: RunNamed) -> Result<Value, Failure> {
    let state = ask.state();
    let (view, run) = ask.run(&state, Verb::RunReject, &request.run)?;
    let (tenant, name, run) = (view.tenant.id, view.tenant.name.clone(), run.id);
    let by = ask.caller.peer.os_user.clone();
    let extra = Extra {
        run: Some(run),
        ..Extra::default()
    };
    let answer = ask
        .change(Verb::RunReject, Some(&name), extra, move |draft, _| {
            reject(draft, tenant, run, &by)
        })
        .await?;
    let result = sweep_run::conclude(ask, ask.request, tenant, &name, answer).await?;
    json(RunAnswer {
        results: vec![result],
        refused: Vec::new(),
    })
}
