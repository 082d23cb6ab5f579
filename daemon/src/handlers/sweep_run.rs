//! `sweep run`: runs a sweep now, by the mode of each tenant's policy.

use super::ask::{Ask, Extra};
use super::describe::run_line;
use super::{find, json};
use crate::sweeps::{Start, Started, finish_running, start};
use crate::writer::batch_id;
use rollcall_shared::domain::{RequestId, RunId, TenantId, Trigger, codec};
use rollcall_shared::store::Reader;
use rollcall_shared::wire::sweep::{RunAnswer, RunRefused, RunResult, SweepRequest};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: SweepRequest) -> Result<Value, Failure> {
    if request.at.is_some() {
        return Err(Failure::new(
            Class::Usage,
            "a sweep runs now; it cannot be run for another day",
        )
        .rule("sweep-day")
        .hint("look at another day with `rollcall sweep plan NAME --at DATE`"));
    }
    let expect = request.plan.as_deref().map(plan_hash).transpose()?;
    if expect.is_some() && request.tenant.is_none() {
        return Err(Failure::new(Class::Usage, "a plan belongs to one tenant")
            .rule("plan")
            .hint("name it with --tenant"));
    }
    let state = ask.state();
    ask.authorise_list(&state, Verb::SweepRun, request.tenant.as_deref())?;
    let tenants: Vec<(TenantId, String)> = find::tenants(&state, request.tenant.as_deref())?
        .into_iter()
        .map(|view| (view.tenant.id, view.tenant.name.clone()))
        .collect();
    let (mut results, mut refused) = (Vec::new(), Vec::new());
    for (part, (tenant, name)) in (0u32..).zip(tenants) {
        match one(ask, &request, expect, part, tenant, &name).await {
            Ok(result) => results.push(result),
            Err(failure) if request.tenant.is_some() => return Err(failure),
            // What was done in others stands, and is told.
            Err(failure) => refused.push(RunRefused {
                tenant: name,
                failure,
            }),
        }
    }
    json(RunAnswer { results, refused })
}

async fn one(
    ask: &Ask<'_>,
    request: &SweepRequest,
    expect: Option<[u8; 32]>,
    part: u32,
    tenant: TenantId,
    name: &str,
) -> Result<RunResult, Failure> {
    let run = RunId(uuid::Uuid::now_v7());
    let asked = Start {
        tenant,
        sweep: request.sweep,
        trigger: Trigger::Manual,
        // The person, where one is bound: two logins of one person are one pair of eyes.
        by: ask.caller.person(&ask.state()),
        run,
        expect,
        step: ask.service.step,
    };
    // Before it can begin: the schedule's driver takes up what nobody carries on.
    let _held = ask.service.hands.hold(run);
    // Each tenant is its own part of the request: a retry is answered tenant by tenant with the first results.
    let own = RequestId(uuid::Uuid::from_bytes(batch_id(ask.request, part << 8)));
    let extra = Extra {
        request: Some(own),
        asked: None,
        run: Some(run),
        reason: None,
    };
    let answer = ask
        .change(Verb::SweepRun, Some(name), extra, move |draft, _| {
            start(draft, &asked)
        })
        .await?;
    conclude(ask, own, tenant, name, answer).await
}

/// Applies what remains of a run that was started or approved under a request, and says what came of it.
pub(super) async fn conclude(
    ask: &Ask<'_>,
    request: RequestId,
    tenant: TenantId,
    name: &str,
    answer: Value,
) -> Result<RunResult, Failure> {
    let started: Started = serde_json::from_value(answer)
        .map_err(|e| Failure::new(Class::Error, format!("unreadable: {e}")))?;
    if let (true, Some(run)) = (started.more, started.run) {
        let actor = ask.caller.actor(&ask.state());
        finish_running(ask.service, tenant, run, &actor).await?;
    }
    let state = ask.state();
    let line = started.run.and_then(|run| {
        let view = state.tenant(tenant)?;
        Some(run_line(view, view.run(run)?))
    });
    let seqs = match started.run {
        Some(run) => {
            let reader = ask.service.writer.reader();
            tokio::task::spawn_blocking(move || written(reader.as_ref(), request, run))
                .await
                .map_err(|e| Failure::new(Class::Error, e.to_string()))??
        }
        None => None,
    };
    Ok(RunResult {
        tenant: name.to_owned(),
        run: line,
        message: started.message,
        seqs,
    })
}

/// The first batch of a request about a run, and the last in a row that is of the same run.
fn written(
    reader: &dyn Reader,
    request: RequestId,
    run: RunId,
) -> Result<Option<(u64, u64)>, Failure> {
    let broken = |e: String| Failure::new(Class::Error, format!("the journal cannot be read: {e}"));
    let found = reader.find(batch_id(request, 0));
    let Some((journal, first)) = found.map_err(|e| broken(e.to_string()))? else {
        return Ok(None);
    };
    let mut last = first;
    loop {
        let next = reader
            .read(journal, last + 1, 1)
            .map_err(|e| broken(e.to_string()))?;
        let Some((seq, bytes)) = next.first() else {
            break;
        };
        let header = codec::split(bytes).and_then(|batch| batch.header());
        if header.map_err(|e| broken(e.to_string()))?.run != Some(run) {
            break;
        }
        last = *seq;
    }
    Ok(Some((first, last)))
}

fn plan_hash(text: &str) -> Result<[u8; 32], Failure> {
    let bytes: Option<Vec<u8>> = (text.len() == 64)
        .then(|| {
            (0..32)
                .map(|i| u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok())
                .collect()
        })
        .flatten();
    bytes.and_then(|b| b.try_into().ok()).ok_or_else(|| {
        Failure::new(Class::Usage, "a plan is named by 64 hexadecimal digits")
            .rule("plan")
            .hint("take the hash that `rollcall sweep plan` prints")
    })
}
