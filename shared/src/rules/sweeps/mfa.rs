//! The MFA mandate: who holds a privileged role must have a second factor after a time of grace.

use super::{Judge, Verdict, act};
use crate::domain::{AccountFacts, ActionKind, Kind, Mfa, Micros, Rule, Status, Why};

impl Judge<'_> {
    #[inline]
    pub(super) fn mfa(&self, facts: &AccountFacts) -> Verdict {
        if !facts.privileged || facts.status != Status::Active {
            return Verdict::Nothing;
        }
        match facts.mfa {
            Mfa::Enrolled | Mfa::Enforced => Verdict::Nothing,
            Mfa::Unknown | Mfa::None => self.bare(facts),
        }
    }

    /// Since when the grace runs: it starts again with the role, with the policy and with a reactivation.
    pub(in crate::rules) fn grace_since(&self, facts: &AccountFacts) -> Micros {
        let starts = [
            facts.privileged_since,
            facts.reactivated,
            self.context.policy.armed_at,
        ];
        starts
            .into_iter()
            .flatten()
            .fold(facts.created, Micros::max)
    }

    /// When the account is suspended: never before the amnesty ends.
    pub(in crate::rules) fn mandate_at(&self, facts: &AccountFacts) -> Micros {
        self.grace_since(facts)
            .plus(self.context.policy.mfa_grace)
            .max(self.amnesty_end)
    }

    #[cold]
    fn bare(&self, facts: &AccountFacts) -> Verdict {
        match facts.kind {
            Kind::Person => {}
            Kind::Service => {
                return Verdict::Skip(
                    "a service account: no second factor can be asked of it".into(),
                );
            }
            Kind::Signer | Kind::Outsider => return Verdict::Nothing,
        }
        let (Mfa::None, Some(observed)) = (facts.mfa, facts.mfa_at) else {
            return Verdict::Skip("MFA unknown: no source has told it; unknown is not none".into());
        };
        let limit = self.context.policy.mfa_fresh;
        // Looking ahead, what is fresh is taken to be told again until then; what is stale already is not.
        let known = self.context.seen_from.unwrap_or(self.now());
        if observed.plus(limit) < known {
            return Verdict::Skip(format!(
                "MFA unknown: last told on {}, older than {limit}",
                observed.day_in(self.context.zone)
            ));
        }
        let (since, act_at) = (self.grace_since(facts), self.mandate_at(facts));
        // A date in the future is a mistake of some source; nothing is concluded from it.
        if since > self.now() {
            return Verdict::Nothing;
        }
        let grace = self.context.policy.mfa_grace;
        let told_since = |since: Micros| facts.warned_mfa_at.is_some_and(|at| at >= since);
        let held = self.held(facts);
        let held = held.or_else(|| self.shown_otherwise(facts));
        if self.now() < act_at {
            if !told_since(since) && held.is_none() {
                let why = Why::dated(Rule::MfaWarning, since, grace);
                return act(facts, ActionKind::Warn, why);
            }
            if self.now() >= since.plus(grace) {
                return self.amnesty();
            }
            return Verdict::Nothing;
        }
        if let Some(reason) = held {
            return Verdict::Skip(reason);
        }
        let why = Why::dated(Rule::MfaMissing, since, grace);
        match (self.spares(facts), told_since(act_at)) {
            (false, _) => act(facts, ActionKind::Suspend, why),
            // The only admin may not be locked out: that is recorded, once.
            (true, false) => act(facts, ActionKind::Escalate, why),
            (true, true) => Verdict::Nothing,
        }
    }
}
