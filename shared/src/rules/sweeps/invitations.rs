//! Invitations: expire what was not accepted in time and free the reserved seat.

use super::{Judge, Verdict, act};
use crate::domain::{AccountFacts, ActionKind, Kind, Micros, Rule, Status, Why};

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
        if let Some(reason) = self.held(facts) {
            return Verdict::Skip(reason);
        }
        if facts.owner {
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
}
