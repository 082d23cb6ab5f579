//! The four sweeps: one file each judges one account, here they are put together to plans.
//!
//! A sweep proposes changes of state only. What it rests on are dates, never ages, so that the same facts give the same
//! plan whenever it is recomputed on the same day. Unknown is never a reason to act.

mod holders;
mod inactivity;
mod invitations;
mod mfa;
#[cfg(test)]
mod properties;
mod row;
mod seats;
#[cfg(test)]
mod tests;

pub use holders::Holders;
pub use row::{Concern, Row};

use super::guards;
use crate::domain::policy::AMNESTY;
use crate::domain::{
    AccountFacts, AccountId, Action, ActionKind, Authority, Day, Feed, Micros, Plan, Policy, Skip,
    Span, Status, Sweep, TenantState, Why,
};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// What a sweep knows besides the accounts.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// Its hash.
    pub policy_hash: [u8; 32],
    /// Hash of the catalog in force.
    pub catalog_hash: [u8; 32],
    /// The instant to judge at.
    pub now: Micros,
    /// Looking ahead, the instant from which: what sources tell then, they are taken to go on telling until the instant to
    /// judge at. None is not looking ahead.
    pub seen_from: Option<Micros>,
    /// The tenant's time zone, in which reasons name days.
    pub zone: &'a TimeZone,
    /// The tenant's sign-in feed.
    pub feed: &'a Feed,
    /// How far the tenant is: one that is being filled is left alone.
    pub tenant_state: TenantState,
    /// Accounts of the kinds that sweeps act on, without the deleted ones: the blast budget is a share of them.
    pub accounts: u32,
    /// What was spent of the blast budget in the last 24 h, in weighted actions.
    pub spent: u32,
    /// Where the power lies.
    pub authority: Authority,
    /// Who holds the owner role.
    pub holders: Holders<'a>,
}

impl Context<'_> {
    /// As of somebody who must stay: whoever else there is, no sweep takes their access.
    pub fn of_who_stays(&self) -> Self {
        Context {
            holders: Holders::STAY,
            ..*self
        }
    }
}

/// Until when a policy's amnesty lasts; none when it was never armed or the amnesty is over. Expiring an invitation
/// takes nothing from anybody and is undone by sending it again, so that sweep has none.
pub fn amnesty_until(sweep: Sweep, policy: &Policy, now: Micros) -> Option<Micros> {
    if sweep == Sweep::Invitations {
        return None;
    }
    let end = policy.armed_at?.plus(AMNESTY);
    (now < end).then_some(end)
}

/// What a rule says of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to do.
    Nothing,
    /// This should be done.
    Act(Action),
    /// It would be done but for this reason, one sentence.
    Skip(String),
}

/// A plan, and the accounts a rule would act on that are left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What to do.
    pub plan: Plan,
    /// What is left alone, and why; sorted by account.
    pub skipped: Vec<Skip>,
}

/// One sweep made ready for one instant: limits are turned into dates once, so that judging an account is comparing.
#[derive(Debug, Clone)]
pub struct Judge<'a> {
    sweep: Sweep,
    context: Context<'a>,
    /// Nothing is done to an account before this; the far past when there is no amnesty.
    amnesty_end: Micros,
    /// inactivity: an account used after this needs no look.
    busy_after: Micros,
    /// The day of the instant on the tenant's clock.
    today: Day,
    /// Who of the usable holders of the owner role is spared, by number; none where it is worked out when it is asked.
    spared: Option<Arc<[AccountId]>>,
}

impl<'a> Judge<'a> {
    /// Makes a sweep ready.
    pub fn new(sweep: Sweep, context: &Context<'a>) -> Self {
        let first_warning = context.policy.warn_days.iter().max().copied().unwrap_or(0);
        let busy_after = context
            .now
            .plus(Span::days(i64::from(first_warning)))
            .minus(context.policy.suspend_after);
        Judge {
            sweep,
            context: *context,
            amnesty_end: context
                .policy
                .armed_at
                .map_or(Micros(i64::MIN), |at| at.plus(AMNESTY)),
            // A date in the future is a mistake of some source; nothing is concluded from it.
            busy_after: busy_after.min(context.now),
            today: context.now.day_in(context.zone),
            spared: None,
        }
    }

    /// The same for many accounts: who of the owners is spared is worked out once.
    fn for_many(mut self) -> Self {
        self.spared = Some(self.spared_with(None).into());
        self
    }

    /// Judges one account.
    #[inline]
    pub fn judge(&self, facts: &AccountFacts) -> Verdict {
        if self.context.tenant_state == TenantState::Filling {
            return Verdict::Nothing;
        }
        match self.sweep {
            Sweep::Inactivity => self.inactivity(facts),
            Sweep::Seats => self.seats(facts),
            Sweep::Invitations => self.invitations(facts),
            Sweep::Mfa => self.mfa(facts),
        }
    }

    /// The instants at which this sweep's limits for the account run out, apart from holds, leave and end date.
    pub(super) fn turns(&self, facts: &AccountFacts) -> Vec<Micros> {
        let policy = self.context.policy;
        match self.sweep {
            Sweep::Inactivity if facts.status == Status::Suspended => {
                let due = due(
                    facts,
                    facts.status_since,
                    policy.deactivate_after,
                    self.context.zone,
                );
                vec![due, self.amnesty_end]
            }
            Sweep::Inactivity => {
                if facts.last_use.is_none() {
                    return Vec::new();
                }
                let since = inactivity::idle_since(facts);
                let act_at = self.suspend_at(facts, since);
                let warnings = policy.warn_days.iter();
                let mut turns: Vec<Micros> = warnings
                    .map(|days| act_at.minus(Span::days(i64::from(*days))))
                    .collect();
                turns.extend([since, act_at]);
                turns
            }
            Sweep::Seats => {
                let due = due(
                    facts,
                    facts.status_since,
                    policy.reclaim_after,
                    self.context.zone,
                );
                vec![due, self.amnesty_end]
            }
            Sweep::Invitations => {
                vec![invitations::invited_since(facts).plus(policy.invitation_valid)]
            }
            Sweep::Mfa => {
                let since = self.grace_since(facts);
                vec![since, self.mandate_at(facts)]
            }
        }
    }

    fn now(&self) -> Micros {
        self.context.now
    }

    /// Why no sweep may touch the account now, if there is a reason.
    fn held(&self, facts: &AccountFacts) -> Option<String> {
        match facts.hold_until {
            Some(until) if until > self.now() => {
                let day = until.day_in(self.context.zone);
                Some(format!("on hold until {day}"))
            }
            _ => None,
        }
    }

    /// As [`Judge::held`], or planned leave.
    fn held_or_away(&self, facts: &AccountFacts) -> Option<String> {
        self.held(facts).or_else(|| {
            let (from, end) = leave(facts, self.context.zone)?;
            let away = from <= self.now() && end.is_none_or(|end| self.now() < end);
            away.then(|| match facts.leave_to {
                Some(day) => format!("on planned leave until {day}"),
                None => "on planned leave without a last day".to_owned(),
            })
        })
    }

    /// Why the vendor's own state keeps a sweep from an account: what would be decided rests on a state that is not in
    /// force there.
    fn shown_otherwise(&self, facts: &AccountFacts) -> Option<String> {
        let seen = facts.observed.filter(|seen| !facts.status.met_by(*seen))?;
        (self.context.authority == Authority::Vendor).then(|| {
            let decided = facts.status;
            format!("{decided} here, but the vendor shows {seen}: see `rollcall drift`")
        })
    }

    /// Why a suspension that the vendor has not carried out is no time without use.
    fn in_use_there(&self, facts: &AccountFacts) -> Option<String> {
        let vendor = self.context.authority == Authority::Vendor;
        let used = facts.last_use.filter(|_| vendor && used_while_out(facts))?;
        Some(format!(
            "used since, on {}: the suspension is not in force at the vendor, see `rollcall drift`",
            used.day_in(self.context.zone)
        ))
    }

    fn amnesty(&self) -> Verdict {
        Verdict::Skip(format!(
            "the policy's amnesty lasts until {}: nothing acts before",
            self.amnesty_end.day_in(self.context.zone)
        ))
    }
}

/// Whether an account that is shut out here was used after that.
pub fn used_while_out(facts: &AccountFacts) -> bool {
    was_used_while_out(facts.status, facts.status_since, facts.last_use)
}

/// As [`used_while_out`], of an account's state, since when it is in it, and its last use.
pub fn was_used_while_out(status: Status, since: Micros, used: Option<Micros>) -> bool {
    let out = matches!(status, Status::Suspended | Status::Deactivated);
    out && used.is_some_and(|used| used > since)
}

/// The first instant after a day.
fn after(day: Day, zone: &TimeZone) -> Micros {
    Day(day.0.saturating_add(1)).start_in(zone)
}

/// Planned leave as instants: its first, and the one past its last; a leave without a last day has no end yet.
fn leave(facts: &AccountFacts, zone: &TimeZone) -> Option<(Micros, Option<Micros>)> {
    if facts.leave_from.is_none() && facts.leave_to.is_none() {
        return None;
    }
    let first = facts.leave_from.map(|day| day.start_in(zone));
    let from = first.unwrap_or(Micros(i64::MIN));
    let end = facts.leave_to.map(|day| after(day, zone));
    Some((from, end))
}

/// When a limit that started at `since` runs out. Planned leave stops its clock, so the days of leave are added once
/// its end is known; until then it is [`Judge::held_or_away`] that pauses.
fn due(facts: &AccountFacts, since: Micros, limit: Span, zone: &TimeZone) -> Micros {
    let due = since.plus(limit);
    match leave(facts, zone) {
        Some((from, Some(end))) => {
            let from = from.max(since);
            if from < due && from < end {
                Micros(due.0.saturating_add(end.0.saturating_sub(from.0)))
            } else {
                due
            }
        }
        _ => due,
    }
}

fn act(facts: &AccountFacts, kind: ActionKind, why: Why) -> Verdict {
    staged(facts, kind, why, 0)
}

fn staged(facts: &AccountFacts, kind: ActionKind, why: Why, stage: u8) -> Verdict {
    Verdict::Act(Action {
        account: facts.id,
        kind,
        why,
        status: facts.status,
        privileged: facts.privileged,
        stage,
    })
}

/// Judges one account by one sweep.
pub fn judge(sweep: Sweep, facts: &AccountFacts, context: &Context<'_>) -> Verdict {
    Judge::new(sweep, context).judge(facts)
}

/// Collects verdicts to a plan. Parts of a directory may be looked at by several planners and joined.
#[derive(Debug)]
pub struct Planner<'a> {
    judge: Judge<'a>,
    actions: Vec<Action>,
    skipped: Vec<Skip>,
}

impl<'a> Planner<'a> {
    /// An empty plan of one sweep.
    pub fn new(sweep: Sweep, context: &Context<'a>) -> Self {
        Planner {
            judge: Judge::new(sweep, context).for_many(),
            actions: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// An empty plan of the same sweep, for a part of the accounts.
    pub fn part(&self) -> Self {
        Planner {
            judge: self.judge.clone(),
            actions: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// What the sweep is about: an account with none of it has nothing to do with it.
    pub fn concerns(&self) -> Vec<Concern> {
        self.judge.concerns()
    }

    /// Looks at one account.
    #[inline]
    pub fn see(&mut self, facts: &AccountFacts) {
        match self.judge.judge(facts) {
            Verdict::Nothing => {}
            Verdict::Act(action) => self.actions.push(action),
            Verdict::Skip(reason) => self.skipped.push(Skip {
                account: facts.id,
                reason,
            }),
        }
    }

    /// Looks at many accounts: which sweep it is, is asked once, and a row is read whole only where it matters.
    #[inline]
    pub fn see_all<R: Row>(&mut self, rows: impl Iterator<Item = R>) {
        if self.judge.context.tenant_state == TenantState::Filling {
            return;
        }
        let judge = self.judge.clone();
        match judge.sweep {
            Sweep::Inactivity => self.see_those(rows, |r| judge.may_be_idle(r)),
            Sweep::Seats => self.see_those(rows, |r| judge.may_waste_a_seat(r)),
            Sweep::Invitations => self.see_those(rows, |r| judge.may_be_overdue(r)),
            Sweep::Mfa => self.see_those(rows, Judge::may_lack_mfa),
        }
    }

    #[inline]
    fn see_those<R: Row>(&mut self, rows: impl Iterator<Item = R>, look: impl Fn(&R) -> bool) {
        for row in rows {
            if look(&row) {
                self.see(&row.facts());
            }
        }
    }

    /// Takes over what another planner of the same sweep and context saw.
    pub fn join(&mut self, other: Planner<'a>) {
        self.actions.extend(other.actions);
        self.skipped.extend(other.skipped);
    }

    /// Leaves those alone who must stay: `stays` says why, asked in the order of their numbers. As with the only owner,
    /// nobody is warned of what will not be done, and that it is not is recorded, once.
    pub fn spare(
        &mut self,
        mut stays: impl FnMut(&Action) -> Option<String>,
        facts: impl Fn(AccountId) -> Option<AccountFacts>,
    ) {
        let context = self.judge.context.of_who_stays();
        let stayers = Judge::new(self.judge.sweep, &context);
        self.actions.sort_unstable_by_key(|a| a.account);
        let skipped = &mut self.skipped;
        self.actions.retain_mut(|action| {
            let Some(reason) = stays(action) else {
                return true;
            };
            if action.kind != ActionKind::Warn {
                skipped.push(Skip {
                    account: action.account,
                    reason,
                });
            }
            let instead = facts(action.account).map(|f| stayers.judge(&f.who_stays()));
            if let Some(Verdict::Act(instead)) = instead {
                *action = instead;
                return true;
            }
            false
        });
    }

    /// What the actions so far count in the blast budget.
    pub fn weight(&self) -> u64 {
        guards::weights(&self.actions)
    }

    /// Sorts, passes the guards, and gives the plan.
    pub fn finish(mut self) -> Planned {
        self.actions.sort_unstable_by_key(|a| a.account);
        self.skipped.sort_unstable_by_key(|s| s.account);
        let (sweep, context) = (self.judge.sweep, &self.judge.context);
        let mut held = Vec::new();
        if context.tenant_state == TenantState::Filling {
            held.push("the tenant is being filled: its owner is not known yet".to_owned());
        }
        if sweep == Sweep::Inactivity {
            let known = context.seen_from.unwrap_or(context.now);
            held.extend(guards::feed(context.feed, known, context.zone));
        }
        held.extend(guards::budget(
            &self.actions,
            context.spent,
            context.accounts,
        ));
        Planned {
            plan: Plan {
                sweep,
                at: context.now,
                actions: self.actions,
                policy_hash: context.policy_hash,
                catalog_hash: context.catalog_hash,
                held,
            },
            skipped: self.skipped,
        }
    }
}

/// The plan of one sweep over these accounts.
pub fn plan(
    sweep: Sweep,
    facts: impl IntoIterator<Item = AccountFacts>,
    context: &Context<'_>,
) -> Planned {
    let mut planner = Planner::new(sweep, context);
    planner.see_all(facts.into_iter());
    planner.finish()
}
