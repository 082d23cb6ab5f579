//! What an admin means to do to accounts, roles, invitations and owners: one request that is previewed first, and the
//! same request once it is confirmed.

use rollcall_shared::domain::Status;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::asset::PersonNamed;
use rollcall_shared::wire::identity::{
    InvitationChange, OwnershipDecide, OwnershipStart, UserDelete, UserInvite, UserRole,
};
use rollcall_shared::wire::user::UserChange;

/// A request that can be previewed.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Suspend, reactivate or deactivate an account.
    Account(Verb, UserChange),
    /// Edit role.
    Role(UserRole),
    /// Invite people.
    Invite(UserInvite),
    /// Send an invitation again, or take it back.
    Invitation(Verb, InvitationChange),
    /// Delete an account.
    Delete(UserDelete),
    /// End a person's access in every tenant.
    Offboard(PersonNamed),
    /// Transfer of Ownership, its first step.
    Ownership(OwnershipStart),
    /// Confirm or cancel a transfer of ownership.
    Transfer(Verb, OwnershipDecide),
}

impl Deed {
    /// The verb that is called.
    pub fn verb(&self) -> Verb {
        match self {
            Deed::Account(verb, _) | Deed::Invitation(verb, _) | Deed::Transfer(verb, _) => *verb,
            Deed::Role(_) => Verb::UserRole,
            Deed::Invite(_) => Verb::UserInvite,
            Deed::Delete(_) => Verb::UserDelete,
            Deed::Offboard(_) => Verb::PersonOffboard,
            Deed::Ownership(_) => Verb::OwnershipStart,
        }
    }

    /// The same request, shown instead of done.
    pub fn preview(&self) -> Deed {
        let mut deed = self.clone();
        let dry = match &mut deed {
            Deed::Account(_, r) => &mut r.dry_run,
            Deed::Role(r) => &mut r.dry_run,
            Deed::Invite(r) => &mut r.dry_run,
            Deed::Invitation(_, r) => &mut r.dry_run,
            Deed::Delete(r) => &mut r.dry_run,
            Deed::Offboard(r) => &mut r.dry_run,
            Deed::Ownership(r) => &mut r.dry_run,
            Deed::Transfer(_, r) => &mut r.dry_run,
        };
        *dry = true;
        deed
    }

    /// Why it is done, as kept in the journal.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Deed::Account(_, r) => r.reason.as_deref(),
            Deed::Role(r) => r.reason.as_deref(),
            Deed::Invite(r) => r.reason.as_deref(),
            Deed::Invitation(_, r) => r.reason.as_deref(),
            Deed::Delete(r) => r.reason.as_deref(),
            Deed::Offboard(r) => r.reason.as_deref(),
            Deed::Ownership(r) => r.reason.as_deref(),
            Deed::Transfer(_, r) => r.reason.as_deref(),
        }
    }

    /// Sets why it is done; only blanks give no reason.
    pub fn because(&mut self, text: &str) {
        let reason = match self {
            Deed::Account(_, r) => &mut r.reason,
            Deed::Role(r) => &mut r.reason,
            Deed::Invite(r) => &mut r.reason,
            Deed::Invitation(_, r) => &mut r.reason,
            Deed::Delete(r) => &mut r.reason,
            Deed::Offboard(r) => &mut r.reason,
            Deed::Ownership(r) => &mut r.reason,
            Deed::Transfer(_, r) => &mut r.reason,
        };
        *reason = given(text);
    }

    /// The word for it in a question and in the title of its reason.
    pub fn word(&self) -> &'static str {
        match self.verb() {
            Verb::UserReactivate => "Reactivate",
            Verb::UserSuspend => "Suspend",
            Verb::UserRole => "Edit the roles of",
            Verb::UserInvite => "Invite",
            Verb::UserResend => "Send the invitation again to",
            Verb::UserRevoke => "Take back the invitation of",
            Verb::UserDelete => "Delete",
            Verb::PersonOffboard => "Offboard",
            Verb::OwnershipStart => "Transfer the ownership to",
            Verb::OwnershipConfirm => "Confirm the transfer to",
            Verb::OwnershipCancel => "Cancel the transfer to",
            _ => "Deactivate",
        }
    }

    /// The account that is changed, by its reference; none where there is not one.
    pub fn user(&self) -> Option<&str> {
        match self {
            Deed::Account(_, change) => Some(&change.user),
            Deed::Role(edit) => Some(&edit.user),
            Deed::Invitation(_, change) => Some(&change.user),
            Deed::Delete(request) => Some(&request.user),
            Deed::Invite(_) | Deed::Offboard(_) | Deed::Ownership(_) | Deed::Transfer(..) => None,
        }
    }

    /// The account whose state before it decides what takes it back; none for deeds that are taken back the same way
    /// from every state.
    pub fn account(&self) -> Option<&str> {
        match self {
            Deed::Account(_, change) => Some(&change.user),
            _ => None,
        }
    }

    /// The deed that takes it back once it is done; none where there is none. An account goes back to the state it was
    /// in before, or it is not offered: nobody is let in by taking something back who was not in.
    pub fn inverse(&self, before: Option<Status>) -> Option<Deed> {
        match self {
            Deed::Account(verb, change) => {
                let verb = match (verb, before?) {
                    (Verb::UserSuspend | Verb::UserDeactivate, Status::Active) => {
                        Verb::UserReactivate
                    }
                    (Verb::UserReactivate, Status::Suspended) => Verb::UserSuspend,
                    (Verb::UserReactivate, Status::Deactivated) => Verb::UserDeactivate,
                    _ => return None,
                };
                let reason = None;
                Some(Deed::Account(
                    verb,
                    UserChange {
                        reason,
                        ..change.clone()
                    },
                ))
            }
            // Taken away without a scope it was taken wherever it was held, which nothing here tells.
            Deed::Role(edit)
                if edit.set.is_none() && edit.remove.iter().all(|role| role.contains('@')) =>
            {
                Some(Deed::Role(UserRole {
                    add: edit.remove.clone(),
                    remove: edit.add.iter().map(|role| placed(role)).collect(),
                    reason: None,
                    ..edit.clone()
                }))
            }
            Deed::Invite(invite) => match invite.email.as_slice() {
                [one] => Some(Deed::Invitation(
                    Verb::UserRevoke,
                    InvitationChange {
                        user: one.clone(),
                        tenant: Some(invite.tenant.clone()),
                        ..InvitationChange::default()
                    },
                )),
                _ => None,
            },
            Deed::Invitation(Verb::UserRevoke, change) => {
                let reason = None;
                let again = InvitationChange {
                    reason,
                    ..change.clone()
                };
                Some(Deed::Invitation(Verb::UserResend, again))
            }
            _ => None,
        }
    }

    /// How it is undone, or that it cannot be.
    pub fn undo(&self, before: Option<Status>) -> &'static str {
        match self.verb() {
            Verb::UserReactivate => match before {
                Some(Status::Deactivated) => "Can be undone: deactivate again.",
                _ => "Can be undone: suspend again.",
            },
            Verb::UserSuspend => "Can be undone: reactivate.",
            Verb::UserDeactivate => match before {
                Some(Status::Active) => "Reactivating needs a free seat. Roles and history stay.",
                Some(Status::Suspended) => {
                    "Not undone by one key: it was suspended, and reactivating lets the person in."
                }
                Some(Status::Invited | Status::Expired | Status::Revoked) => {
                    "Not undone by one key: the person was not in; only a new invitation brings them in."
                }
                _ => "Not undone by one key: look up in its history how it was before.",
            },
            Verb::UserRole => "Can be undone: edit the roles again.",
            Verb::UserInvite => "Can be undone: take the invitation back; the mail stays sent.",
            Verb::UserResend => "Cannot be undone: the mail is sent, and the older link ends.",
            Verb::UserRevoke => "Can be undone: send the invitation again.",
            Verb::UserDelete => "Cannot be undone: nobody who is deleted comes back.",
            Verb::PersonOffboard => {
                "Access comes back account by account, by reactivating; what was handed over only where the vendor allows it."
            }
            Verb::OwnershipStart => "Nothing changes before another person confirms it.",
            Verb::OwnershipConfirm => "Undone only by a transfer back, started by the new owner.",
            Verb::OwnershipCancel => "Can be undone: start a new transfer.",
            _ => "",
        }
    }
}

/// A text of the daemon in which the account is called by who it is. The journal keeps what is answered, so it names
/// nobody.
pub fn by_name(text: &str, user: &str, subject: &str) -> String {
    let number = format!("account {user}");
    let mut parts = text.split(&number);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // Not the beginning of a longer number.
        let whole = !part.starts_with(|c: char| c.is_ascii_digit());
        out.push_str(if whole { subject } else { &number });
        out.push_str(part);
    }
    out
}

/// A role as `ROLE@PATH`; of the root the path is `/`.
pub fn placed(role: &str) -> String {
    match role.contains('@') {
        true => role.to_owned(),
        false => format!("{role}@/"),
    }
}

/// A typed text without the blanks around it; none when nothing is left.
pub fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
