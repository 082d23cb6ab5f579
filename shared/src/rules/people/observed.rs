//! What a file shows of a vendor's accounts: recorded as it is, and followed as long as nobody decided otherwise.

use super::{Merge, by, decided, renews};
use crate::domain::{Account, Field, Micros, Origin, Status};
use crate::rules::Refusal;

/// Of when an export of the vendor's people is, if it is to be noted that it was read: a dated one that is newer than the
/// one `known`; one without a date, which is of now, once a day or where an order was handed over since.
pub fn export_news(
    known: Option<Micros>,
    as_of: Option<Micros>,
    now: Micros,
    mut handed_over: impl Iterator<Item = Micros>,
) -> Option<Micros> {
    // A date that is to come is none: what such a file says is of now.
    let dated = as_of.filter(|at| *at < now);
    let of = dated.unwrap_or(now);
    let news = match dated {
        Some(_) => known < Some(of),
        None => renews(known, of) || handed_over.any(|at| known <= Some(at) && at < of),
    };
    news.then_some(of)
}

impl Merge<'_> {
    /// What an identity provider says of a state is no news of the vendor's: the difference is told.
    pub(super) fn elsewhere(&mut self, account: &Account) {
        if let Some(told) = self.row.status
            && decided(told) != account.status
        {
            self.conflicts.push(format!(
                "status: the identity provider says {told}; at the vendor the account is {}, which only the vendor's export changes; decide it with `rollcall user`",
                account.status
            ));
        }
    }

    /// An identity provider knows people whom the vendor never had: none of them is an account there by its word.
    pub(super) fn known_there(&self) -> Result<(), Refusal> {
        if self.ctx.source.observes() || self.ctx.by_member {
            return Ok(());
        }
        Err(Refusal::new(
            "not-at-vendor",
            "no account here has this address or number, and an identity provider does not know who has one at the vendor",
            "bring the vendor's own export first; or invite the person with `rollcall user invite`",
        ))
    }

    /// Where the power lies with the vendor: a file is what the vendor shows. What was decided here follows as long as
    /// nobody decided otherwise.
    pub(super) fn observe(
        &mut self,
        account: &Account,
        after: &mut Account,
        roles: Option<Vec<String>>,
    ) {
        let status = self.state_shown(account);
        if status.is_none() && roles.is_none() {
            return;
        }
        if let Some(newer) = account.observed_at.filter(|at| *at > self.observed()) {
            let old = status.is_some_and(|told| account.observed_status != Some(told));
            if old {
                self.conflicts.push(format!(
                    "status: the file is of {}; a newer one, of {newer}, was read already",
                    self.observed()
                ));
            }
            return;
        }
        if let Some(told) = status {
            after.observed_status = Some(told);
            let followed = account
                .observed_status
                .is_none_or(|seen| decided(seen) == account.status);
            if decided(told) != account.status && !account.status.met_by(told) {
                // Who is in has answered the invitation, whoever sent it.
                let answered = account.status == Status::Invited
                    && told == Status::Active
                    && self.observed() >= account.status_since;
                if answered || (followed && account.status_by == Origin::Import) {
                    self.set_status(after, decided(told));
                } else if !self.ctx.open_status_order {
                    self.conflicts.push(format!(
                        "status: the vendor shows {told}; {} set {} on {}",
                        by(account.status_by),
                        account.status,
                        account.status_since.day()
                    ));
                }
            }
        }
        if let Some(roles) = roles {
            let seen = account.observed_roles.as_deref();
            let followed = match seen {
                Some(seen) => seen == account.assignments,
                // What was decided before anything was shown waits for its order.
                None => !self.ctx.open_roles_order,
            };
            let shown = self.placed(seen.unwrap_or(&account.assignments), &roles);
            if followed {
                after.assignments.clone_from(&shown);
            } else if shown != account.assignments {
                self.conflicts
                    .push("roles: the vendor shows others than were decided here".into());
            }
            after.observed_roles = Some(shown);
            after.show_otherwise(Field::Roles, None);
        }
        // Reading the same export again changes nothing; a later one is noted, so that one in between cannot undo it.
        let differs = after.observed_status != account.observed_status
            || after.observed_roles != account.observed_roles;
        // What an export that came after an order says of its account is known to be as new as that.
        let since = self.ctx.handed_over.filter(|at| *at <= self.observed());
        let first = since.is_some() && account.observed_at < since;
        if differs || first || renews(account.observed_at, self.observed()) {
            after.observed_at = Some(self.observed());
        }
    }

    /// When the file's facts were so: never after now.
    pub(super) fn observed(&self) -> Micros {
        self.ctx
            .as_of
            .map_or(self.ctx.now, |at| at.min(self.ctx.now))
    }
}
