//! Inactivity: warn, suspend, later deactivate who does not use the account.

use super::{Judge, Verdict, act, due, staged};
use crate::domain::{AccountFacts, ActionKind, Kind, Micros, Origin, Rule, Span, Status, Why};

/// Since when an account may be idle: the latest of last use, creation and reactivation. Who never used it, as a source has
/// told, is idle since the creation.
#[inline]
pub(in crate::rules) fn idle_since(facts: &AccountFacts) -> Micros {
    facts
        .created
        .max(facts.last_use.unwrap_or(facts.created))
        .max(facts.reactivated.unwrap_or(facts.created))
}

impl Judge<'_> {
    #[inline]
    pub(super) fn inactivity(&self, facts: &AccountFacts) -> Verdict {
        if facts.kind != Kind::Person {
            return Verdict::Nothing;
        }
        match facts.status {
            Status::Active => {
                let since = idle_since(facts);
                match facts.last_use {
                    _ if since > self.busy_after => Verdict::Nothing,
                    Some(_) => self.idle(facts, since),
                    None => self.untold(facts, since),
                }
            }
            Status::Suspended if facts.status_by == Origin::Inactivity => self.asleep(facts),
            _ => Verdict::Nothing,
        }
    }

    /// When the account is suspended: never before the amnesty ends.
    pub(in crate::rules) fn suspend_at(&self, facts: &AccountFacts, since: Micros) -> Micros {
        let limit = self.context.policy.suspend_after;
        due(facts, since, limit, self.context.zone).max(self.amnesty_end)
    }

    /// Unknown is not never: of an account whose use no source has told, nothing follows.
    #[cold]
    fn untold(&self, facts: &AccountFacts, since: Micros) -> Verdict {
        match self.now() < self.suspend_at(facts, since) {
            true => Verdict::Nothing,
            false => Verdict::Skip("no source has told a use: unknown is not never".into()),
        }
    }

    #[cold]
    fn idle(&self, facts: &AccountFacts, since: Micros) -> Verdict {
        let limit = self.context.policy.suspend_after;
        let overdue = self.now() >= due(facts, since, limit, self.context.zone);
        let act_at = self.suspend_at(facts, since);
        let held = self.held_or_away(facts);
        let held = held.or_else(|| self.shown_otherwise(facts));
        if self.now() >= act_at {
            if let Some(reason) = held {
                return Verdict::Skip(reason);
            }
            let why = Why::dated(Rule::IdleTooLong, since, limit);
            return if self.spares(facts) {
                self.owner_once(facts, since, why)
            } else {
                act(facts, ActionKind::Suspend, why)
            };
        }
        // Who must stay is not suspended, so there is nothing to warn of; who is held back is told nothing false either.
        let stays = self.must_stay(facts);
        if let (false, None, Some(stage)) = (stays, &held, self.warning(facts, since, act_at)) {
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
        let due = due(facts, facts.status_since, limit, self.context.zone);
        if self.now() < due {
            return Verdict::Nothing;
        }
        let held = self.held_or_away(facts);
        if let Some(reason) = held.or_else(|| self.in_use_there(facts)) {
            return Verdict::Skip(reason);
        }
        if self.now() < self.amnesty_end {
            return self.amnesty();
        }
        let why = Why::dated(Rule::IdleSuspendedTooLong, facts.status_since, limit);
        if self.spares(facts) {
            self.owner_once(facts, facts.status_since, why)
        } else {
            act(facts, ActionKind::Deactivate, why)
        }
    }

    /// An owner without whom there are too few is not suspended or deactivated by a sweep: that is recorded, once for each
    /// idle time. Stage 0 marks an escalation among the warnings.
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
