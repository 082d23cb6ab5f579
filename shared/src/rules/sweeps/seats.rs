//! Seats: deactivate who holds a seat and will not use it. Privileged or not is all the same here.

use super::{Judge, Verdict, act, after, due};
use crate::domain::{AccountFacts, ActionKind, Kind, Origin, Rule, SeatHold, Status, Why};

impl Judge<'_> {
    #[inline]
    pub(super) fn seats(&self, facts: &AccountFacts) -> Verdict {
        let ended = facts.end_date.is_some_and(|last| last < self.today);
        match facts.status {
            Status::Active if !ended => Verdict::Nothing,
            // An end date is told for a program as well as for a person; who signs as a guest has no employment here.
            Status::Active | Status::Suspended
                if ended && matches!(facts.kind, Kind::Person | Kind::Service) =>
            {
                self.ended(facts)
            }
            // Who is suspended for inactivity belongs to the inactivity sweep.
            Status::Suspended if facts.status_by != Origin::Inactivity => self.unused(facts),
            _ => Verdict::Nothing,
        }
    }

    /// The last day of employment has passed: leavers are immediate, planned leave or not.
    #[cold]
    fn ended(&self, facts: &AccountFacts) -> Verdict {
        let Some(last) = facts.end_date else {
            return Verdict::Nothing;
        };
        let after = after(last, self.context.zone);
        if let Some(reason) = self.held(facts) {
            return Verdict::Skip(reason);
        }
        // Somebody let the person in again, knowing better than the file: doing it over every night helps nobody.
        if let Some(at) = facts.reactivated.filter(|at| *at >= after) {
            return Verdict::Skip(format!(
                "employment ended on {last}, but the account was reactivated on {}: correct the end date",
                at.day_in(self.context.zone)
            ));
        }
        if self.now() < self.amnesty_end {
            return self.amnesty();
        }
        let why = Why {
            since: Some(last.start()),
            ..Why::rule(Rule::EndDatePassed)
        };
        self.release(facts, why)
    }

    #[cold]
    fn unused(&self, facts: &AccountFacts) -> Verdict {
        let limit = self.context.policy.reclaim_after;
        if facts.kind != Kind::Person
            || facts.seat == SeatHold::None
            || self.now() < due(facts, facts.status_since, limit, self.context.zone)
        {
            return Verdict::Nothing;
        }
        let held = self.held_or_away(facts);
        if let Some(reason) = held.or_else(|| self.in_use_there(facts)) {
            return Verdict::Skip(reason);
        }
        if self.now() < self.amnesty_end {
            return self.amnesty();
        }
        self.release(
            facts,
            Why::dated(Rule::SeatUnused, facts.status_since, limit),
        )
    }

    fn release(&self, facts: &AccountFacts, why: Why) -> Verdict {
        if self.spares(facts) {
            return Verdict::Skip(
                "holds the owner role: let another account own the tenant first".into(),
            );
        }
        act(facts, ActionKind::Deactivate, why)
    }
}
