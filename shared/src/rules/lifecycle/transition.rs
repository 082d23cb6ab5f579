//! The one table of changes of state: the catalog's. Whatever wants to change a state asks here.

use crate::catalog::Catalog;
use crate::domain::account::words;
use crate::domain::{Account, ActionKind, Micros, Status};
use crate::rules::Refusal;
use std::collections::BTreeMap;

/// What makes a state change. The words are those of a catalog's transitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The invited person said yes.
    Accept,
    /// The invited person said no.
    Decline,
    /// The invitation was taken back.
    Revoke,
    /// The invitation ran out.
    Expire,
    /// The invitation was sent again.
    Resend,
    /// Sign-in ends at once.
    Suspend,
    /// Let in again.
    Reactivate,
    /// All access ends.
    Deactivate,
    /// Gone.
    Delete,
}
words!(Cause { Accept = "accept", Decline = "decline", Revoke = "revoke", Expire = "expire", Resend = "resend", Suspend = "suspend", Reactivate = "reactivate", Deactivate = "deactivate", Delete = "delete" });

impl Cause {
    /// What a sweep's action is; none for actions that leave the state alone.
    pub fn of(action: ActionKind) -> Option<Cause> {
        match action {
            ActionKind::Suspend => Some(Cause::Suspend),
            ActionKind::Deactivate => Some(Cause::Deactivate),
            ActionKind::Expire => Some(Cause::Expire),
            ActionKind::Warn | ActionKind::Escalate => None,
        }
    }

    /// What was done to an account, as in `an account that is active is not revoked`.
    fn done(self) -> &'static str {
        match self {
            Cause::Accept => "accepted",
            Cause::Decline => "declined",
            Cause::Revoke => "revoked",
            Cause::Expire => "expired",
            Cause::Resend => "invited again",
            Cause::Suspend => "suspended",
            Cause::Reactivate => "reactivated",
            Cause::Deactivate => "deactivated",
            Cause::Delete => "deleted",
        }
    }

    /// What to do instead, where a state makes that plain.
    fn instead(self, from: Status) -> &'static str {
        match (self, from) {
            (_, Status::Deleted) => "it is gone: invite the person anew; ",
            (Cause::Suspend, Status::Invited) => {
                "deactivate it: that ends the invitation and frees the reserved seat; "
            }
            (Cause::Suspend, _) => "nothing is needed: it cannot sign in as it is; ",
            (Cause::Reactivate, Status::Invited | Status::Expired | Status::Revoked) => {
                "send the invitation again: it becomes active once it is accepted; "
            }
            (Cause::Resend, Status::Suspended | Status::Deactivated) => {
                "reactivate it with `rollcall user reactivate`; "
            }
            _ => "",
        }
    }
}

/// The state that a cause leads to.
///
/// # Errors
/// When the catalog has no such change of state; it names those it has from this state.
pub fn transition(catalog: &Catalog, from: Status, cause: Cause) -> Result<Status, Refusal> {
    let found = catalog
        .transitions
        .iter()
        .find(|t| t.from == from && t.by == cause.word());
    if let Some(found) = found {
        return Ok(found.to);
    }
    let allowed: Vec<&str> = from_here(catalog, from).collect();
    let allowed = match allowed.as_slice() {
        [] => format!("nothing changes an account that is {from}"),
        some => format!("from {from} there are: {}", some.join(", ")),
    };
    Err(Refusal::new(
        "status",
        format!("an account that is {from} is not {}", cause.done()),
        format!("{}{allowed}", cause.instead(from)),
    ))
}

/// The words of what changes an account in a state.
fn from_here(catalog: &Catalog, from: Status) -> impl Iterator<Item = &str> {
    let here = catalog.transitions.iter().filter(move |t| t.from == from);
    here.map(|t| t.by.as_str())
}

/// The whole table, for who offers what can be done: the words of what changes an account, by the state it is in.
pub fn causes(catalog: &Catalog) -> BTreeMap<Status, Vec<String>> {
    let all = Status::ALL.iter();
    all.map(|from| {
        (
            *from,
            from_here(catalog, *from).map(str::to_owned).collect(),
        )
    })
    .collect()
}

/// The cause that leads an account to another state; none when the catalog has no such change, or none for somebody
/// who was, or was not, let in before.
pub fn cause_to(catalog: &Catalog, account: &Account, to: Status) -> Option<Cause> {
    let from = account.status;
    let mut found = catalog.transitions.iter();
    let found = found.find(|t| t.from == from && t.to == to)?;
    let cause = Cause::from_word(&found.by)?;
    let waits = from == Status::Deactivated && never_let_in(account);
    match cause {
        Cause::Reactivate if waits => None,
        Cause::Resend if from == Status::Deactivated && !waits => None,
        cause => Some(cause),
    }
}

/// Whether somebody was invited and never came in, by an answer or a file that showed them in: a deactivated account
/// does not become an active one without a yes to an invitation.
pub fn never_let_in(account: &Account) -> bool {
    before_invitation(account).is_some() && account.reactivated.is_none()
}

/// When somebody was invited: of one who waits and came by a file without a date, since when they wait. It is kept when
/// such an account is deactivated, for nothing else tells then that nobody was let in.
pub(in crate::rules) fn before_invitation(account: &Account) -> Option<Micros> {
    use Status::{Expired, Invited, Revoked};
    let waits = matches!(account.status, Invited | Expired | Revoked);
    account.invited_at.or(waits.then_some(account.status_since))
}

/// What brings somebody in who was never let in.
pub(in crate::rules) fn instead_of_reactivating(catalog: &Catalog) -> &'static str {
    match transition(catalog, Status::Deactivated, Cause::Resend) {
        Ok(_) => {
            "send the invitation again with `rollcall user resend`: it becomes active once it is accepted"
        }
        Err(_) => {
            "adopt the catalog that is offered with `rollcall catalog adopt`, then send the invitation again with `rollcall user resend`"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{builtin, parse};

    fn catalog(name: &str) -> Catalog {
        parse(name, builtin(name).unwrap()).unwrap()
    }

    #[test]
    fn every_catalog_speaks_of_causes_that_are_known() {
        for name in ["iusign", "ignisign", "onespan", "esignanywhere"] {
            let catalog = catalog(name);
            assert!(!catalog.transitions.is_empty());
            for t in &catalog.transitions {
                let cause = Cause::from_word(&t.by).unwrap();
                assert_eq!(transition(&catalog, t.from, cause), Ok(t.to));
            }
        }
    }

    #[test]
    fn what_the_table_does_not_hold_is_refused_with_what_it_holds() {
        let refused = transition(&catalog("iusign"), Status::Active, Cause::Resend).unwrap_err();
        assert_eq!(refused.rule, "status");
        assert!(refused.instead.contains("suspend, deactivate"), "{refused}");
        let refused = transition(&catalog("iusign"), Status::Active, Cause::Delete).unwrap_err();
        assert!(refused.what.contains("not deleted"));
        assert_eq!(
            transition(&catalog("onespan"), Status::Active, Cause::Delete),
            Ok(Status::Deleted)
        );
    }
}
