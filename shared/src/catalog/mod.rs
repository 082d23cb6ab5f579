//! Role catalogs: data, not code. Loaded from TOML, validated, kept in force by journal entries.

mod builtin;
mod parse;
#[cfg(test)]
mod tests;

pub use builtin::{builtin, names};
pub use parse::{CatalogError, QUALIFIERS, parse};

use crate::domain::{Assignment, Kind, SeatHold, Span, Status};
use std::collections::BTreeMap;

/// The role catalog of one vendor (or of Rollcall's own operators).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// Its name: `iusign`, `ignisign`, `onespan`, `esignanywhere`, `rollcall`.
    pub name: String,
    /// The vendor's name as written on screen.
    pub title: String,
    /// Its roles, in the order of the file.
    pub roles: Vec<Role>,
    /// Who must hold the tenant.
    pub owner: OwnerRule,
    /// What an account in each state holds of the seats; index is the number of [`Status`].
    pub seats: [SeatHold; 6],
    /// How long an invitation lives by default; none where the vendor publishes no figure (C20).
    pub invitation_valid: Option<Span>,
    /// Our verb's name → the permission of this catalog that a *member* needs for it.
    pub verbs: BTreeMap<String, String>,
    /// SHA-256 of the text it was read from.
    pub hash: [u8; 32],
}

/// One role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Identifier, as in files and assignments.
    pub id: String,
    /// Words on screen.
    pub label: String,
    /// Subject of the MFA mandate.
    pub privileged: bool,
    /// The kind of holder this role makes: signers and outsiders hold no seat and are never swept.
    pub holder: Kind,
    /// Permissions it grants.
    pub permissions: Vec<String>,
}

/// How many accounts must hold which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerRule {
    /// Identifier of the role.
    pub role: String,
    /// At least this many usable holders (1 everywhere).
    pub min: u32,
    /// At most this many holders; none is no upper number.
    pub max: Option<u32>,
}

impl Catalog {
    /// The role with this identifier; compared exactly.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|r| r.id == id)
    }

    /// The role a text of a file means: its identifier, else identifier or label compared without case.
    pub fn find_role(&self, text: &str) -> Option<&Role> {
        let text = text.trim();
        self.role(text)
            .or_else(|| self.roles.iter().find(|r| r.answers_to(text)))
    }

    /// The kind of holder these roles make: a person as soon as one of them is a person's, a person without roles.
    pub fn holder(&self, roles: &[Assignment]) -> Kind {
        let mut held = roles.iter().filter_map(|a| self.role(&a.role));
        let Some(first) = held.next().map(|r| r.holder) else {
            return Kind::Person;
        };
        if held.any(|r| r.holder == Kind::Person) {
            Kind::Person
        } else {
            first
        }
    }

    /// Whether a privileged role is among these.
    pub fn any_privileged(&self, roles: &[Assignment]) -> bool {
        roles.iter().any(|a| self.privileged(&a.role))
    }

    /// Whether the owner role is among these.
    pub fn any_owner(&self, roles: &[Assignment]) -> bool {
        roles.iter().any(|a| a.role == self.owner.role)
    }

    /// Whether a role is privileged; an unknown role is not.
    pub fn privileged(&self, id: &str) -> bool {
        self.role(id).is_some_and(|r| r.privileged)
    }

    /// What an account holds of the seats.
    pub fn seat(&self, status: Status, kind: Kind) -> SeatHold {
        match kind {
            Kind::Signer | Kind::Outsider => SeatHold::None,
            Kind::Person | Kind::Service => self.seats[status as usize],
        }
    }
}

impl Role {
    /// Whether this text is its identifier or its label, compared without case.
    pub fn answers_to(&self, text: &str) -> bool {
        self.id.eq_ignore_ascii_case(text) || self.label.eq_ignore_ascii_case(text)
    }

    /// Whether it grants a permission in full: a grant with a qualifier does not count.
    pub fn grants(&self, permission: &str) -> bool {
        self.permissions.iter().any(|p| p == permission)
    }
}
