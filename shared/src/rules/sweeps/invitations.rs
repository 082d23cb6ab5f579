//! Invitations: expire what was not accepted in time and free the reserved seat.

use super::{Judge, Verdict, act};
use crate::domain::{AccountFacts, ActionKind, Authority, Kind, Micros, Rule, Status, Why};

/// When the open invitation was sent; without a date, since when the account waits.
pub(in crate::rules) fn invited_since(facts: &AccountFacts) -> Micros {
    facts.invited_at.unwrap_or(facts.status_since)
}

impl Judge<'_> {
    #[inline]
    pub(super) fn invitations(&self, facts: &AccountFacts) -> Verdict {
        if facts.status != Status::Invited || !matches!(facts.kind, Kind::Person | Kind::Service) {
            return Verdict::Nothing;
        }
        let (since, limit) = (invited_since(facts), self.context.policy.invitation_valid);
        if self.now() < since.plus(limit) {
            return Verdict::Nothing;
        }
        // There is no amnesty here: nobody loses access, and sending the invitation again undoes it.
        let held = self.held(facts);
        let held = held.or_else(|| self.shown_otherwise(facts));
        if let Some(reason) = held.or_else(|| self.in_already(facts, since)) {
            return Verdict::Skip(reason);
        }
        if self.spares(facts) {
            return Verdict::Skip(
                "invited as owner: send the invitation again, or let another account own the tenant".into(),
            );
        }
        act(
            facts,
            ActionKind::Expire,
            Why::dated(Rule::InvitationOverdue, since, limit),
        )
    }

    /// Why an invitation that nobody told us was answered is not unanswered: at the vendor the person is in.
    fn in_already(&self, facts: &AccountFacts, since: Micros) -> Option<String> {
        let vendor = self.context.authority == Authority::Vendor;
        let used = facts.last_use.filter(|used| vendor && *used > since)?;
        Some(format!(
            "used on {}, after the invitation: bring in the vendor's export, which shows the answer",
            used.day_in(self.context.zone)
        ))
    }
}
