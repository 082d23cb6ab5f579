//! One deed for many accounts: what it would do to each, what it did.

use super::picker::Picker;
use crate::console::deed::{Deed, given, placed};
use rollcall_shared::domain::{AccountRef, Status};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::identity::{InvitationChange, UserRole};
use rollcall_shared::wire::user::{UserChange, UserRow};
use tui_input::Input;

/// An account that is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Which.
    pub id: AccountRef,
    /// Its tenant's name.
    pub tenant: String,
    /// Its email; untrusted.
    pub email: String,
}

impl Marked {
    /// The account of a row.
    pub fn of(row: &UserRow) -> Self {
        Marked {
            id: row.id,
            tenant: row.tenant.clone(),
            email: row.email.clone(),
        }
    }
}

/// What can be done to many accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Give a role.
    AddRole,
    /// Take a role away.
    RemoveRole,
    /// Send invitations again.
    Resend,
    /// Let them sign in again.
    Reactivate,
    /// Take invitations back.
    Revoke,
    /// No sign-in; history and seat stay.
    Suspend,
    /// All access ends.
    Deactivate,
}

impl Kind {
    /// Every kind, the worst last.
    pub const ALL: [Kind; 7] = [
        Kind::AddRole,
        Kind::RemoveRole,
        Kind::Resend,
        Kind::Reactivate,
        Kind::Revoke,
        Kind::Suspend,
        Kind::Deactivate,
    ];

    /// Its name in the title, before whom it is done to.
    pub fn title(self) -> &'static str {
        match self {
            Kind::AddRole => "Give a role to",
            Kind::RemoveRole => "Take a role from",
            Kind::Resend => "Send the invitations again of",
            Kind::Reactivate => "Reactivate",
            Kind::Revoke => "Take back the invitations of",
            Kind::Suspend => "Suspend",
            Kind::Deactivate => "Deactivate",
        }
    }

    /// Its name in the menu.
    pub fn short(self) -> &'static str {
        let title = self.title();
        let end = title.rsplit_once(' ').map_or(title, |(before, _)| before);
        match self {
            Kind::Reactivate | Kind::Suspend | Kind::Deactivate => title,
            _ => end,
        }
    }

    /// The verb that is called for each account.
    pub fn verb(self) -> Verb {
        match self {
            Kind::AddRole | Kind::RemoveRole => Verb::UserRole,
            Kind::Resend => Verb::UserResend,
            Kind::Reactivate => Verb::UserReactivate,
            Kind::Revoke => Verb::UserRevoke,
            Kind::Suspend => Verb::UserSuspend,
            Kind::Deactivate => Verb::UserDeactivate,
        }
    }

    /// Whether taking it back rests on how each account was before.
    pub fn wants_before(self) -> bool {
        match self {
            Kind::RemoveRole | Kind::Reactivate | Kind::Suspend | Kind::Deactivate => true,
            Kind::AddRole | Kind::Resend | Kind::Revoke => false,
        }
    }

    /// Whether a role is chosen for it.
    pub fn wants_role(self) -> bool {
        matches!(self, Kind::AddRole | Kind::RemoveRole)
    }
}

/// One account of many.
#[derive(Debug, Clone)]
pub struct One {
    /// Who.
    pub who: Marked,
    /// What it would do, in words, or why it is refused; none before it was asked.
    pub would: Option<Result<Vec<String>, String>>,
    /// What it did, with its audit id, or why not; none before it was done.
    pub did: Option<Result<String, String>>,
    /// How it was before, where taking it back rests on that; none before it was asked.
    pub before: Option<Before>,
    /// What is done to it, where that was laid down before.
    pub own: Option<Deed>,
    /// What takes it back, once it was done.
    pub back: Option<Deed>,
}

/// An account before something is done to it; nothing where that may not be seen.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// Its state.
    pub status: Option<Status>,
    /// Its roles, `ROLE` or `ROLE@PATH`.
    pub roles: Vec<String>,
}

impl One {
    /// An account to which nothing was done yet.
    pub fn new(who: Marked, own: Option<Deed>) -> Self {
        One {
            who,
            would: None,
            did: None,
            before: None,
            own,
            back: None,
        }
    }

    /// Whether it would change something.
    pub fn possible(&self) -> bool {
        matches!(self.would, Some(Ok(_)))
    }

    /// A role at each scope where it is held, so that it can be given back there; without one where that is not known.
    fn held(&self, role: &str) -> Vec<String> {
        let roles = self.before.iter().flat_map(|before| &before.roles);
        let held = roles.filter(|held| held.split('@').next() == Some(role));
        let held: Vec<String> = held.map(|held| placed(held)).collect();
        match held.is_empty() {
            true => vec![role.to_owned()],
            false => held,
        }
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The role is being chosen.
    Role,
    /// The reason is being typed.
    Reason,
    /// Each is asked what it would do.
    Looking,
    /// The number of accounts is being typed.
    Asking,
    /// They are done one after the other.
    Doing,
}

/// One deed for many accounts.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// What is done, or taken back.
    pub kind: Kind,
    /// It takes back what was done.
    pub takes_back: bool,
    /// To whom.
    pub all: Vec<One>,
    /// How far it is.
    pub phase: Phase,
    /// The role, where one is chosen.
    pub roles: Picker,
    /// Why.
    pub reason: Input,
    /// The number typed.
    pub number: Input,
    /// Which account is asked or done now.
    pub at: usize,
    /// No more are to be done.
    pub stop: bool,
    /// Lines scrolled away.
    pub scroll: usize,
}

impl Bulk {
    /// The request for one account.
    pub fn deed(&self, role: &str, at: usize) -> Deed {
        let one = self.all.get(at);
        if let Some(own) = one.and_then(|one| one.own.as_ref()) {
            let mut deed = own.clone();
            deed.because(self.reason.value());
            return deed;
        }
        let user = one.map_or_else(String::new, |one| one.who.id.to_string());
        let reason = given(self.reason.value());
        let verb = self.kind.verb();
        match self.kind {
            Kind::AddRole | Kind::RemoveRole => {
                let (mut add, mut remove) = (Vec::new(), Vec::new());
                match self.kind {
                    Kind::AddRole => add.push(role.to_owned()),
                    _ => remove = one.map_or_else(Vec::new, |one| one.held(role)),
                }
                return Deed::Role(UserRole {
                    user,
                    add,
                    remove,
                    reason,
                    ..UserRole::default()
                });
            }
            Kind::Resend | Kind::Revoke => {
                let change = InvitationChange {
                    user,
                    reason,
                    ..InvitationChange::default()
                };
                return Deed::Invitation(verb, change);
            }
            Kind::Reactivate | Kind::Suspend | Kind::Deactivate => {}
        }
        let change = UserChange {
            user,
            tenant: None,
            reason,
            dry_run: false,
        };
        Deed::Account(verb, change)
    }

    /// Its name, before whom it is done to.
    pub fn title(&self) -> &'static str {
        match self.takes_back {
            true => "Take back what was done to",
            false => self.kind.title(),
        }
    }

    /// How many it would change.
    pub fn possible(&self) -> usize {
        self.all.iter().filter(|one| one.possible()).count()
    }
}

/// What was done last to many accounts.
#[derive(Debug, Clone)]
pub struct Done {
    /// What.
    pub kind: Kind,
    /// What takes it back, of each account its own.
    pub backs: Vec<(Marked, Deed)>,
}
