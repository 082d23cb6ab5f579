//! The schedule's driver: resumes what a crash interrupted, makes up a missed run once, then waits for what is due.

use super::execute::finish_running;
use super::start::{Start, Started, start};
use crate::handlers::{Service, finish_handover, unfinished_handovers};
use crate::schedule::Schedule;
use crate::writer::Errand;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Actor, Micros, RequestId, RunId, RunState, Span, Sweep, TenantId, Trigger,
};
use rollcall_shared::wire::Failure;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

/// After a failure the same thing is tried again this much later, after each further failure twice as much later …
const RETRY: Span = Span(60);
/// … but never more than this.
const RETRY_MOST: Span = Span::hours(1);

/// What the driver does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    /// Carries on a run that was begun and is in nobody's hands: after a crash, after a step of it failed, or when its
    /// caller has gone away.
    Resume(TenantId, RunId),
    /// Fires a sweep whose schedule is due.
    Fire(TenantId, Sweep),
}

/// A task and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Micros,
    task: Task,
}

/// What keeps a task that is due waiting.
struct Wait {
    /// Nothing before this is made up.
    since: Micros,
    /// When a task that failed is tried again, and how long it waited; the others need not wait for it.
    again: BTreeMap<Task, (Micros, Span)>,
}

impl Wait {
    fn failed(&mut self, task: Task, now: Micros) {
        let pause = match self.again.get(&task) {
            Some((_, pause)) => Span(pause.0.saturating_mul(2)).min(RETRY_MOST),
            None => RETRY,
        };
        self.again.insert(task, (now.plus(pause), pause));
    }

    fn until(&self, task: Task, at: Micros) -> Due {
        let again = self.again.get(&task).map_or(at, |(again, _)| *again);
        Due {
            at: at.max(again),
            task,
        }
    }
}

/// Runs until `stop` says true. Sweeps run one after the other, so none ever overlaps itself.
/// What was due before `since` is not made up: a demo's past was dealt with when it was made.
pub(crate) async fn drive(service: Arc<Service>, since: Micros, mut stop: watch::Receiver<bool>) {
    resume_handovers(&service).await;
    let mut moved = service.writer.revisions();
    let mut wait = Wait {
        since,
        again: BTreeMap::new(),
    };
    loop {
        let now = service.clock.now();
        let next = next_due(&service, &wait);
        match next {
            Some(due) if due.at <= now => match act(&service, due, now).await {
                Ok(()) => {
                    wait.again.remove(&due.task);
                }
                Err(failure) => {
                    tracing::error!(task = ?due.task, "a sweep failed and is tried again: {failure}");
                    wait.failed(due.task, now);
                }
            },
            next => {
                let at = next.map_or(Micros(i64::MAX), |due| due.at);
                tokio::select! {
                    () = service.clock.wait_until(at) => {}
                    () = service.hands.let_go() => {}
                    changed = moved.changed() => if changed.is_err() { return },
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
        }
        if *stop.borrow() {
            return;
        }
    }
}

/// Hand-overs that a crash interrupted go on under their numbers.
async fn resume_handovers(service: &Arc<Service>) {
    for (tenant, id) in unfinished_handovers(&service.writer.state()) {
        tracing::info!(
            tenant = tenant.0,
            handover = id.0,
            "resuming an interrupted hand-over"
        );
        let done = finish_handover(&service.writer, tenant, id, &Actor::daemon(), 0).await;
        if let Err(failure) = done {
            tracing::error!(
                handover = id.0,
                "the interrupted hand-over could not be resumed: {failure}"
            );
        }
    }
}

async fn act(service: &Arc<Service>, due: Due, now: Micros) -> Result<(), Failure> {
    match due.task {
        Task::Resume(tenant, run) => {
            tracing::info!(run = %run, "resuming an interrupted run");
            finish_running(service, tenant, run, &Actor::daemon()).await
        }
        Task::Fire(tenant, sweep) => fire(service, tenant, sweep, due.at, now).await,
    }
}

/// What is due first: before all schedules the runs that are begun and in nobody's hands, which hold up their sweep.
fn next_due(service: &Service, wait: &Wait) -> Option<Due> {
    let state = service.writer.state();
    let running = state.tenants().flat_map(|view| {
        let tenant = view.tenant.id;
        let left = view
            .runs()
            .filter(|run| run.state == RunState::Running && !service.hands.holds(run.id));
        left.map(move |run| wait.until(Task::Resume(tenant, run.id), Micros(i64::MIN)))
    });
    running.chain(schedules(&state, wait)).min()
}

/// When each sweep of each tenant is due next. A missed run is due at its newest missed instant: it is made up once.
fn schedules<'a>(state: &'a State, wait: &'a Wait) -> impl Iterator<Item = Due> + 'a {
    state.tenants().flat_map(|view| {
        Sweep::ALL
            .iter()
            .filter_map(|sweep| due_of(view, *sweep, wait))
    })
}

fn due_of(view: &TenantView, sweep: Sweep, wait: &Wait) -> Option<Due> {
    let schedule = Schedule::parse(&view.policy(sweep).schedule).ok()?;
    let zone = jiff::tz::TimeZone::get(&view.tenant.tz).ok()?;
    let last = view.last_due(sweep).unwrap_or(view.tenant.created);
    let at = schedule.next_after(last.max(wait.since), &zone)?;
    Some(wait.until(Task::Fire(view.tenant.id, sweep), at))
}

/// Runs one sweep that is due and records that its schedule was dealt with.
async fn fire(
    service: &Arc<Service>,
    tenant: TenantId,
    sweep: Sweep,
    due: Micros,
    now: Micros,
) -> Result<(), Failure> {
    let newest = newest_missed(&service.writer.state(), tenant, sweep, now).max(due);
    let run = RunId(uuid::Uuid::now_v7());
    let ask = Start {
        tenant,
        sweep,
        trigger: Trigger::Schedule { due: newest },
        by: "schedule".into(),
        run,
        expect: None,
        step: service.step,
    };
    let actor = Actor::schedule();
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
        .change(errand, Box::new(move |draft, _| start(draft, &ask)))
        .await?;
    let started: Started = serde_json::from_value(answer)
        .map_err(|e| Failure::new(rollcall_shared::wire::Class::Error, e.to_string()))?;
    tracing::info!(sweep = %sweep, tenant = tenant.0, due = %newest, "{}", started.message);
    if started.more {
        finish_running(service, tenant, run, &actor).await?;
    }
    Ok(())
}

/// The newest instant at or before `now` at which the schedule was due; the beginning of time when it never was.
fn newest_missed(state: &State, tenant: TenantId, sweep: Sweep, now: Micros) -> Micros {
    let newest = || {
        let view = state.tenant(tenant)?;
        let schedule = Schedule::parse(&view.policy(sweep).schedule).ok()?;
        let zone = jiff::tz::TimeZone::get(&view.tenant.tz).ok()?;
        schedule.previous_at_or_before(now, &zone)
    };
    newest().unwrap_or(Micros(i64::MIN))
}
