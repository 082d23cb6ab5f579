//! `policy set`: changes a policy; arming or tightening it starts its amnesty.

use super::ask::{Ask, Extra};
use super::{find, json, policy_list, refused};
use crate::schedule::Schedule;
use crate::writer::Proposal;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Entry, Fact, JournalId, Micros, Policy, Sweep};
use rollcall_shared::rules::policy;
use rollcall_shared::wire::admin::{PolicyChanged, PolicySet};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: PolicySet) -> Result<Value, Failure> {
    if let Some(schedule) = &request.schedule {
        check_schedule(schedule)?;
    }
    let tenant = request.tenant.clone();
    ask.change(
        Verb::PolicySet,
        Some(&tenant),
        Extra::default(),
        move |draft, _| {
            let view = find::tenant(draft.state, &request.tenant)?;
            let old = view.policy(request.sweep);
            let wanted = policy::Change {
                mode: request.mode,
                schedule: request.schedule.as_deref(),
                limits: &request.limits,
                feed_since: request.feed_since,
            };
            let (new, changes) =
                policy::change(request.sweep, &old, &wanted, draft.now).map_err(refused)?;
            let answer = json(PolicyChanged {
                row: policy_list::row(&request.tenant, request.sweep, new.clone(), draft.now),
                next_runs: next_runs(&new, &view.tenant.tz, draft.now),
                changes: changes.clone(),
                seq: (!changes.is_empty() && !request.dry_run).then_some(view.last_seq() + 1),
            })?;
            if changes.is_empty() {
                return Ok(Proposal::nothing(answer));
            }
            let made = proposal(view, request.sweep, old, new, draft.now, answer);
            Ok(made.previewed(request.dry_run))
        },
    )
    .await
}

/// A policy in force, whoever wanted it so.
pub(super) fn proposal(
    view: &TenantView,
    sweep: Sweep,
    old: Policy,
    new: Policy,
    now: Micros,
    answer: Value,
) -> Proposal {
    let tenant = view.tenant.id;
    let rescheduled = new.schedule != old.schedule;
    let fact = Fact::PolicySet {
        sweep,
        old: Some(Box::new(old)),
        new: Box::new(new),
    };
    let mut proposal = Proposal::decide(tenant, vec![Entry::plain(fact)], answer);
    if rescheduled {
        // A new schedule begins now: an instant of it that has passed already was never missed.
        let begun = Fact::ScheduleFired {
            sweep,
            tenant,
            due: now,
            planned: 0,
        };
        let begun = vec![Entry::plain(begun)];
        proposal.entries.push((JournalId::PLATFORM, begun));
    }
    proposal
}

/// Refuses what is not a crontab line.
pub(super) fn check_schedule(text: &str) -> Result<(), Failure> {
    Schedule::parse(text).map(|_| ()).map_err(|e| {
        Failure::new(Class::Usage, format!("the schedule {text:?} cannot be read: {e}"))
            .rule("schedule")
            .hint("five fields as in crontab: minute hour day-of-month month day-of-week, for example \"0 3 * * MON-FRI\", or @daily")
    })
}

/// The next five runs on the tenant's clock, so that a misread schedule is seen before it fires.
fn next_runs(policy: &Policy, tz: &str, now: Micros) -> Vec<String> {
    let Ok(zone) = jiff::tz::TimeZone::get(tz) else {
        return Vec::new();
    };
    let Ok(schedule) = Schedule::parse(&policy.schedule) else {
        return Vec::new();
    };
    schedule
        .next_runs(now, &zone, 5)
        .into_iter()
        .map(|at| at.timestamp().to_zoned(zone.clone()).to_string())
        .collect()
}
