//! Starting a run: plan, hold or propose or act, by the policy's mode.

use super::execute::{self, Step};
use super::plan;
use crate::handlers::tenant_gone;
use crate::schedule::Schedule;
use crate::writer::{Draft, Proposal};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Entry, Fact, JournalId, Micros, Mode, Outcome, Plan, Run, RunId, RunState, Sweep, TenantId,
    Trigger,
};
use rollcall_shared::rules;
use rollcall_shared::wire::{Class, Failure};
use serde::{Deserialize, Serialize};

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub tenant: TenantId,
    pub sweep: Sweep,
    pub trigger: Trigger,
    /// Who: `schedule` or the operator's name.
    pub by: String,
    /// The id the run gets, should there be one.
    pub run: RunId,
    /// Run exactly this plan, or refuse.
    pub expect: Option<[u8; 32]>,
    /// Actions in one step at most.
    pub step: usize,
}

/// What came of it. Kept in the journal as the answer, so it holds numbers and no names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Started {
    /// The run; none when nothing had to be recorded.
    pub run: Option<RunId>,
    /// One sentence.
    pub message: String,
    /// Whether actions remain to be applied.
    pub more: bool,
}

/// Plans against the draft and turns the plan into entries.
pub(crate) fn start(draft: &Draft<'_>, ask: &Start) -> Result<Proposal, Failure> {
    let view = draft.state.tenant(ask.tenant).ok_or_else(tenant_gone)?;
    execute::alone(view, ask.sweep)?;
    let plan = plan(view, ask.sweep, draft.now).plan;
    if let Some(expected) = ask.expect
        && expected != rules::plan::hash(ask.tenant, &plan)
    {
        return Err(Failure::new(
            Class::Conflict,
            "the plan is not what it was: policy, catalog or facts have changed",
        )
        .rule("stale-plan")
        .hint("look at the new plan with `rollcall sweep plan`, then run that"));
    }
    let policy = view.policy(ask.sweep);
    let planned = plan.actions.len();
    let mut entries: Vec<(JournalId, Vec<Entry>)> = Vec::new();
    if let Trigger::Schedule { due } = ask.trigger {
        let fired = Fact::ScheduleFired {
            sweep: ask.sweep,
            tenant: ask.tenant,
            due,
            planned: u32::try_from(planned).unwrap_or(u32::MAX),
        };
        entries.push((JournalId::PLATFORM, vec![Entry::plain(fired)]));
    }
    let quiet = |entries, message: String| {
        Ok(Proposal {
            entries,
            answer: super::execute::json(Started {
                run: None,
                message,
                more: false,
            })?,
            observation: false,
            trial: false,
            operator: false,
        })
    };
    if plan.actions.is_empty() {
        let message = match plan.held.first() {
            Some(held) => format!("nothing to do ({held})"),
            None => "nothing to do".into(),
        };
        return quiet(entries, message);
    }
    if let Some(same) = standing(view, &plan, ask, draft.now) {
        return quiet(
            entries,
            match planned {
                1 => format!("nothing new: the same action stands in run {same}"),
                n => format!("nothing new: the same {n} actions stand in run {same}"),
            },
        );
    }
    let state = state_of(&plan, policy.mode);
    let mut run = Run {
        id: ask.run,
        trigger: ask.trigger.clone(),
        mode: policy.mode,
        started_by: ask.by.clone(),
        started_at: draft.now,
        finished_at: (state == RunState::Observed).then_some(draft.now),
        state,
        plan,
        outcome: Outcome::default(),
        decided_by: None,
    };
    let mut own = match state {
        RunState::Proposed => superseded(view, ask.sweep, run.id),
        _ => Vec::new(),
    };
    own.push(Entry::plain(Fact::RunStarted(Box::new(run.clone()))));
    let (message, more) = match state {
        RunState::Observed => (
            format!(
                "{} planned; the policy observes, nothing was changed",
                execute::actions(planned as u64)
            ),
            false,
        ),
        RunState::Proposed => (
            format!(
                "{} for approval: {}",
                if planned == 1 {
                    "1 action waits".to_owned()
                } else {
                    format!("{planned} actions wait")
                },
                waiting_for(&run)
            ),
            false,
        ),
        _ => {
            run.state = RunState::Running;
            let step = execute::step(draft, view, &run, ask.step, None)?;
            let Step {
                entries,
                done,
                applied,
                skipped,
            } = step;
            own.extend(entries);
            (
                format!("{} applied, {skipped} skipped", execute::actions(applied)),
                !done,
            )
        }
    };
    entries.push((ask.tenant.into(), own));
    let answer = super::execute::json(Started {
        run: Some(ask.run),
        message,
        more,
    })?;
    Ok(Proposal {
        entries,
        answer,
        observation: false,
        trial: false,
        operator: false,
    })
}

fn state_of(plan: &Plan, mode: Mode) -> RunState {
    match mode {
        Mode::Observe => RunState::Observed,
        Mode::Approve => RunState::Proposed,
        Mode::Auto if !plan.held.is_empty() => RunState::Proposed,
        Mode::Auto => RunState::Running,
    }
}

fn waiting_for(run: &Run) -> String {
    match run.plan.held.first() {
        Some(held) => held.clone(),
        None => "the policy asks for it".into(),
    }
}

/// The run that says the same already: re-reporting it would be noise nobody reads. One that was proposed before it was
/// over the blast budget, or the other way round, says something else.
fn standing(view: &TenantView, plan: &Plan, ask: &Start, now: Micros) -> Option<RunId> {
    let hash = |plan: &Plan| rules::plan::hash(view.tenant.id, plan);
    let policy = view.policy(plan.sweep);
    let newest = view.runs().rev().find(|r| r.plan.sweep == plan.sweep)?;
    let open = match state_of(plan, policy.mode) {
        RunState::Observed => newest.state == RunState::Observed,
        RunState::Proposed => {
            let next = || {
                let schedule = Schedule::parse(&policy.schedule).ok()?;
                schedule.next_after(now, &view.zone())
            };
            let by_hand = ask.trigger == Trigger::Manual;
            let told = |plan: &Plan| rules::guards::told_of_budget(&plan.held);
            newest.state == RunState::Proposed
                && rules::plan::stands(newest.plan.at, now, next(), by_hand)
                && told(&newest.plan) == told(plan)
        }
        _ => false,
    };
    (open && hash(&newest.plan) == hash(plan)).then_some(newest.id)
}

/// A newer proposal takes the place of those of its sweep that still wait.
fn superseded(view: &TenantView, sweep: Sweep, by: RunId) -> Vec<Entry> {
    let waits = |run: &&Run| run.plan.sweep == sweep && run.state == RunState::Proposed;
    let ends = view.runs().filter(waits).map(|run| Fact::RunAdvanced {
        run: run.id,
        state: RunState::Rejected,
        applied: 0,
        skipped: Vec::new(),
        cursor: run.outcome.cursor,
        decided_by: Some(format!("the newer run {by}")),
    });
    ends.map(Entry::plain).collect()
}
