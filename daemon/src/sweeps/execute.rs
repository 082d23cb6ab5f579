//! Applying a run's actions in bounded batches. No choices are made here: each action's facts are judged again by the
//! same rule, and what no longer holds is skipped and reported.

use super::Basis;
use super::start::Started;
use crate::handlers::{Service, orders_for, refused, settle};
use crate::salt;
use crate::writer::{Draft, Errand, Proposal};
use rollcall_shared::directory::{Staying, TenantView};
use rollcall_shared::domain::run::PLAN_LIFE;
use rollcall_shared::domain::{
    AccountRef, Action, Actor, Binding, Entry, Fact, Order, OrderId, RequestId, Run, RunId,
    RunState, Skip, Sweep, TenantId,
};
use rollcall_shared::rules::lifecycle::{self, Cause};
use rollcall_shared::rules::{guards, permissions, plan};
use rollcall_shared::wire::{Class, Failure};
use serde_json::Value;

/// Actions in one batch, unless the daemon was started with another number: about 60,000 leaves, well under a tenth of
/// a second of the writer's time.
pub(crate) const STEP: usize = 60_000;

/// What one step of a run changes.
pub(super) struct Step {
    pub entries: Vec<Entry>,
    pub done: bool,
    pub applied: u32,
    pub skipped: usize,
}

/// The entries of a run's next step of at most `most` actions, the advance of the run itself last.
pub(super) fn step(
    draft: &Draft<'_>,
    view: &TenantView,
    run: &Run,
    most: usize,
    decided_by: Option<String>,
) -> Result<Step, Failure> {
    let from = run.outcome.cursor as usize;
    let to = run.plan.actions.len().min(from + most.max(1));
    let basis = Basis::new(view, run.plan.sweep, draft.now);
    let ctx = basis.context(view);
    let mut entries = Vec::with_capacity((to - from) * 2 + 1);
    let mut skipped = Vec::new();
    let mut next_order = view.next_order();
    let mut staying = Staying::new(view);
    for action in &run.plan.actions[from..to] {
        let id = AccountRef {
            tenant: view.tenant.id,
            account: action.account,
        };
        let holds = match draft.state.facts(id) {
            // Nobody is warned of what will not be done to them, and that it is not is recorded.
            Some(facts) if action.leaves().is_none() && staying.may_go(action.account).is_err() => {
                let (facts, ctx) = (facts.who_stays(), ctx.of_who_stays());
                plan::recheck(run.plan.sweep, action, &facts, &ctx)
            }
            Some(facts) => plan::recheck(run.plan.sweep, action, &facts, &ctx),
            None => Err("the account is gone".into()),
        };
        let holds = holds.and_then(|()| allowed(view, action));
        let holds = holds.and_then(|()| staying.act(action).map_err(|refusal| refusal.what));
        let account = match (holds, draft.state.account(id)) {
            (Ok(()), Some(account)) => account,
            (holds, _) => {
                let reason = holds.err().unwrap_or_else(|| "the account is gone".into());
                skipped.push(Skip {
                    account: action.account,
                    reason,
                });
                continue;
            }
        };
        let changes = lifecycle::perform(&account, action, run.plan.sweep, draft.now);
        let orders = orders_for(view, action.account, &changes, draft.now, Some(run.id));
        entries.push(Entry::account(
            action.account,
            changes,
            action.why.clone(),
            salt()?,
        ));
        for fact in orders {
            entries.push(Entry::plain(numbered(fact, &mut next_order)));
        }
        let next = Cause::of(action.kind)
            .and_then(|cause| lifecycle::transition(&view.catalog, account.status, cause).ok());
        let closed = next.and_then(|next| settle(view, action.account, next, draft.now));
        entries.extend(closed.map(Entry::plain));
    }
    let applied = u32::try_from(to - from - skipped.len()).unwrap_or(u32::MAX);
    let done = to == run.plan.actions.len();
    let count = skipped.len();
    entries.push(Entry::plain(Fact::RunAdvanced {
        run: run.id,
        state: if done {
            RunState::Done
        } else {
            RunState::Running
        },
        applied,
        skipped,
        cursor: u32::try_from(to).unwrap_or(u32::MAX),
        decided_by,
    }));
    Ok(Step {
        entries,
        done,
        applied,
        skipped: count,
    })
}

/// Whether the catalog has the change of state that an action makes.
fn allowed(view: &TenantView, action: &Action) -> Result<(), String> {
    let Some(cause) = Cause::of(action.kind) else {
        return Ok(());
    };
    let status = view.facts(action.account).map(|f| f.status);
    match status.map(|from| lifecycle::transition(&view.catalog, from, cause)) {
        Some(Err(refusal)) => Err(refusal.what),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// Orders of one batch are numbered one after the other; superseded ones keep their number.
pub(crate) fn numbered(fact: Fact, next: &mut OrderId) -> Fact {
    match fact {
        Fact::OrderSet(order) if order.state == rollcall_shared::domain::OrderState::Open => {
            let id = *next;
            next.0 += 1;
            Fact::OrderSet(Order { id, ..order })
        }
        other => other,
    }
}

/// Applies the next step of a running run.
fn advance(
    draft: &Draft<'_>,
    tenant: TenantId,
    run: RunId,
    most: usize,
) -> Result<Proposal, Failure> {
    let (view, run) = open(draft, tenant, run)?;
    if run.state != RunState::Running {
        return Ok(Proposal::nothing(json(Started {
            run: Some(run.id),
            message: "nothing remains".into(),
            more: false,
        })?));
    }
    proposal(draft, view, run, most, None)
}

/// Approves a proposed run and applies its first step of at most `most` actions.
pub(crate) fn approve(
    draft: &Draft<'_>,
    tenant: TenantId,
    run: RunId,
    most: usize,
    by: &Binding,
) -> Result<Proposal, Failure> {
    let (view, run) = open(draft, tenant, run)?;
    if run.state != RunState::Proposed {
        return Err(Failure::new(
            Class::Conflict,
            format!("this run is {}, not waiting for approval", run.state),
        )
        .rule("run-state")
        .hint("see `rollcall run list` for runs in state proposed"));
    }
    alone(view, run.plan.sweep)?;
    let set_by = view.policy_set_by(run.plan.sweep);
    permissions::different_person(&run.started_by, set_by, by).map_err(|refusal| {
        let mut failure = refused(refusal);
        failure.class = Class::Denied;
        failure
    })?;
    if run.plan.sweep == Sweep::Inactivity
        && let Some(unhealthy) = guards::feed(view.feed(), draft.now, &view.zone())
    {
        return Err(Failure::new(Class::Conflict, format!("not while the sign-in feed is unhealthy: {unhealthy}"))
            .rule("feed-health")
            .hint("bring in the missing sign-ins with `rollcall import signins`, then run the sweep again"));
    }
    let basis = Basis::new(view, run.plan.sweep, draft.now);
    let ctx = basis.context(view);
    if ctx.policy_hash != run.plan.policy_hash || ctx.catalog_hash != run.plan.catalog_hash {
        return Err(Failure::new(
            Class::Conflict,
            "the policy or the catalog has changed since this was planned",
        )
        .rule("stale-plan")
        .hint("reject this run and run the sweep again"));
    }
    if draft.now > run.plan.at.plus(PLAN_LIFE) {
        return Err(Failure::new(
            Class::Conflict,
            format!("this plan is older than {PLAN_LIFE}"),
        )
        .rule("stale-plan")
        .hint("reject this run and run the sweep again"));
    }
    // Who approves a run that was held for the budget does so knowingly; of this one nobody was told.
    if !guards::told_of_budget(&run.plan.held)
        && let Some(over) = guards::budget(&run.plan.actions, ctx.spent, ctx.accounts)
    {
        return Err(Failure::new(
            Class::Conflict,
            format!("other runs were applied since this was planned; {over}"),
        )
        .rule("blast-budget")
        .hint(format!(
            "wait until the last 24 h used less, or run the sweep again with `rollcall sweep run {}`: the new run says what it counts, and may be approved knowing that",
            run.plan.sweep
        )));
    }
    proposal(draft, view, run, most, Some(by.os_user.clone()))
}

/// Refuses to begin applying a sweep while a run of it is under way: each would judge by what the other is changing.
pub(super) fn alone(view: &TenantView, sweep: Sweep) -> Result<(), Failure> {
    let running = |run: &&Run| run.state == RunState::Running && run.plan.sweep == sweep;
    match view.runs().rev().find(running) {
        None => Ok(()),
        Some(run) => Err(Failure::new(
            Class::Conflict,
            format!("the run {} of {sweep} is still being applied", run.id),
        )
        .rule("run-under-way")
        .hint(format!(
            "it goes on by itself: look with `rollcall run show {0}`, or end it with `rollcall run reject {0}`",
            run.id
        ))),
    }
}

/// Rejects a run that is proposed or under way: nothing more of it will be applied.
pub(crate) fn reject(
    draft: &Draft<'_>,
    tenant: TenantId,
    run: RunId,
    by: &str,
) -> Result<Proposal, Failure> {
    let (view, run) = open(draft, tenant, run)?;
    let message = match run.state {
        RunState::Proposed => "rejected; nothing was changed".to_owned(),
        RunState::Running => format!(
            "rejected; what was applied stays, {} will not be",
            actions(run.plan.actions.len() as u128 - u128::from(run.outcome.cursor))
        ),
        _ => {
            return Err(Failure::new(
                Class::Conflict,
                format!("this run is {}, there is nothing to reject", run.state),
            )
            .rule("run-state")
            .hint("see `rollcall run list` for runs in state proposed or running"));
        }
    };
    let fact = Fact::RunAdvanced {
        run: run.id,
        state: RunState::Rejected,
        applied: 0,
        skipped: Vec::new(),
        cursor: run.outcome.cursor,
        decided_by: Some(by.to_owned()),
    };
    let answer = json(Started {
        run: Some(run.id),
        message,
        more: false,
    })?;
    Ok(Proposal::decide(
        view.tenant.id,
        vec![Entry::plain(fact)],
        answer,
    ))
}

/// `1 action`, `2 actions`.
pub(super) fn actions(n: impl Into<u128>) -> String {
    let n = n.into();
    format!("{n} action{}", if n == 1 { "" } else { "s" })
}

fn proposal(
    draft: &Draft<'_>,
    view: &TenantView,
    run: &Run,
    most: usize,
    by: Option<String>,
) -> Result<Proposal, Failure> {
    let step = step(draft, view, run, most, by)?;
    let message = format!(
        "{} applied, {} skipped",
        actions(step.applied),
        step.skipped
    );
    let answer = json(Started {
        run: Some(run.id),
        message,
        more: !step.done,
    })?;
    Ok(Proposal::decide(view.tenant.id, step.entries, answer))
}

fn open<'s>(
    draft: &Draft<'s>,
    tenant: TenantId,
    run: RunId,
) -> Result<(&'s TenantView, &'s Run), Failure> {
    let gone = || {
        let what = format!("there is no run {run}");
        Failure::missing("run", what, "see `rollcall run list`")
    };
    let view = draft.state.tenant(tenant).ok_or_else(gone)?;
    Ok((view, view.run(run).ok_or_else(gone)?))
}

/// Applies what remains of a run, step by step: after it was started or approved, and after a crash.
pub(crate) async fn finish_running(
    service: &Service,
    tenant: TenantId,
    run: RunId,
    actor: &Actor,
) -> Result<(), Failure> {
    let most = service.step;
    loop {
        let errand = Errand {
            actor: actor.clone(),
            verb: "sweep run".into(),
            request: RequestId(uuid::Uuid::now_v7()),
            asked: String::new(),
            run: Some(run),
            reason: None,
            break_glass: None,
        };
        let answer = service
            .writer
            .change(
                errand,
                Box::new(move |draft, _| advance(draft, tenant, run, most)),
            )
            .await?;
        let started: Started = serde_json::from_value(answer).map_err(|e| {
            Failure::new(Class::Error, format!("the run's step cannot be read: {e}"))
        })?;
        if !started.more {
            return Ok(());
        }
    }
}

pub(super) fn json(value: impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|e| Failure::new(Class::Error, e.to_string()))
}
