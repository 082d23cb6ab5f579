//! Inactivity: warn, suspend, later deactivate who does not use the account.

use super::{Judge, Verdict, act, due, staged};
use crate::domain::{AccountFacts, ActionKind, Kind, Micros, Origin, Rule, Span, Status, Why};

/// Since when an account may be idle: the latest of last use, creation and reactivation.
#[inline]
pub(in crate::rules) fn idle_since(facts: &AccountFacts) -> Micros {
    facts
        .created
        .max(facts.last_use.unwrap_or(facts.created))
        .max(facts.reactivated.unwrap_or(facts.created))
}

impl Judge<'_> {
    /// Since when an account is known to be idle. Unknown is not none: of an account whose use no source has ever told,
    /// nothing is known before the policy was armed, so its clock starts there.
    pub(in crate::rules) fn known_idle_since(&self, facts: &AccountFacts) -> Micros {
        let since = idle_since(facts);
        match (facts.last_use, self.context.policy.armed_at) {
            (Some(_), _) => since,
            (None, Some(armed)) => since.max(armed),
            (None, None) => Micros(i64::MAX),
        }
    }

    #[inline]
    pub(super) fn inactivity(&self, facts: &AccountFacts) -> Verdict {
        if facts.kind != Kind::Person {
            return Verdict::Nothing;
        }
        match facts.status {
            Status::Active => {
                let since = self.known_idle_since(facts);
                if since > self.busy_after {
                    Verdict::Nothing
                } else {
                    self.idle(facts, since)
                }
            }
            Status::Suspended if facts.status_by == Origin::Inactivity => self.asleep(facts),
            _ => Verdict::Nothing,
        }
    }

    /// When the account is suspended: never before the amnesty ends.
    pub(in crate::rules) fn suspend_at(&self, facts: &AccountFacts, since: Micros) -> Micros {
        due(facts, since, self.context.policy.suspend_after).max(self.amnesty_end)
    }

    #[cold]
    fn idle(&self, facts: &AccountFacts, since: Micros) -> Verdict {
        let limit = self.context.policy.suspend_after;
        let overdue = self.now() >= due(facts, since, limit);
        let act_at = self.suspend_at(facts, since);
        let held = self.held_or_away(facts);
        if self.now() >= act_at {
            if let Some(reason) = held {
                return Verdict::Skip(reason);
            }
            let why = Why::dated(Rule::IdleTooLong, since, limit);
            return if facts.owner {
                self.owner_once(facts, since, why)
            } else {
                act(facts, ActionKind::Suspend, why)
            };
        }
        // The owner is not suspended, so there is nothing to warn of; who is held back is told nothing false either.
        if let (false, None, Some(stage)) = (facts.owner, &held, self.warning(facts, since, act_at))
        {
            let why = Why::dated(Rule::IdleWarning, since, limit);
            return staged(facts, ActionKind::Warn, why, stage);
        }
        if overdue {
            self.amnesty()
        } else {
            Verdict::Nothing
        }
    }

    /// The warning that is due and has not gone out: one for each stage of the present countdown. A warning from before
    /// the last use, or from before the stage began, is void.
    fn warning(&self, facts: &AccountFacts, since: Micros, act_at: Micros) -> Option<u8> {
        let begins = |days: u8| act_at.minus(Span::days(i64::from(days)));
        let reached = |days: &u8| self.now() >= begins(*days);
        let stages = self.context.policy.warn_days.iter().copied();
        let stage = stages.filter(reached).min()?;
        let told = facts
            .warned_idle_at
            .is_some_and(|at| at >= begins(stage).max(since));
        (!told).then_some(stage)
    }

    #[cold]
    fn asleep(&self, facts: &AccountFacts) -> Verdict {
        let limit = self.context.policy.deactivate_after;
        let due = due(facts, facts.status_since, limit);
        if self.now() < due {
            return Verdict::Nothing;
        }
        if let Some(reason) = self.held_or_away(facts) {
            return Verdict::Skip(reason);
        }
        if self.now() < self.amnesty_end {
            return self.amnesty();
        }
        let why = Why::dated(Rule::IdleSuspendedTooLong, facts.status_since, limit);
        if facts.owner {
            self.owner_once(facts, facts.status_since, why)
        } else {
            act(facts, ActionKind::Deactivate, why)
        }
    }

    /// The owner is never suspended or deactivated by a sweep: people are told, once for each idle time. Stage 0 marks
    /// an escalation among the warnings.
    fn owner_once(&self, facts: &AccountFacts, since: Micros, why: Why) -> Verdict {
        let told =
            facts.warned_idle_days == 0 && facts.warned_idle_at.is_some_and(|at| at >= since);
        if told {
            Verdict::Nothing
        } else {
            act(facts, ActionKind::Escalate, why)
        }
    }
}
