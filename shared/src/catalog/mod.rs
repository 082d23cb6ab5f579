//! Role catalogs: data, not code. Loaded from TOML, validated, kept in force by journal entries.

mod builtin;
mod constraints;
mod difference;
mod near;
mod parse;
mod plans;
mod qualifier;
mod references;
mod rules;
mod table;
#[cfg(test)]
mod tests;
mod transitions;

pub use builtin::{builtin, names};
pub use constraints::{Constraints, CustomRoles, DeleteRule, EmailRule, RolesPerUser, SessionRule};
pub use difference::differences;
pub use near::nearest;
pub use parse::{QUALIFIERS, parse, proposed};
pub use plans::{Feature, Pool, ScopeRule, Tier};
pub use qualifier::{Qualifier, split_grant};
pub use rules::{Action, Permission, Relation, Way};
pub use table::CatalogError;
pub use transitions::Transition;

use crate::domain::{Assignment, CustomRole, Kind, ScopeId, ScopeKind, SeatHold, Span, Status};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The role catalog of one vendor (or of Rollcall's own operators).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    pub seats: [SeatHold; Status::ALL.len()],
    /// How long an invitation lives by default; none where the vendor publishes no figure (C20).
    pub invitation_valid: Option<Span>,
    /// Our verb's name → the permission of this catalog that a *member* needs for it.
    pub verbs: BTreeMap<String, String>,
    /// What a member needs to use some of our verbs in a part of the tenant only.
    pub part: PartRule,
    /// Every permission, granted to somebody or not, in the order of the file.
    pub permissions: Vec<Permission>,
    /// What people do, and which permissions open it: `document.open` by seeing all, one's group's, or one's own.
    pub actions: Vec<Action>,
    /// The kinds of scope below the root, and what each may lie in.
    pub scopes: Vec<ScopeRule>,
    /// Constraints by name.
    pub constraints: Constraints,
    /// The changes of state that exist; any other is refused.
    pub transitions: Vec<Transition>,
    /// Feature switches.
    pub features: Vec<Feature>,
    /// Subscription tiers; empty where none are published.
    pub tiers: Vec<Tier>,
    /// Seats counted apart by role; empty where all count together.
    pub pools: Vec<Pool>,
    /// The vendor's types of user: words on screen, and the roles that make one.
    pub user_types: Vec<(String, Vec<String>)>,
    /// What the vendor's API calls a state, where it has another word for it than we.
    pub api_states: Vec<(Status, String)>,
    /// SHA-256 of the text it was read from, and of the custom roles added to it.
    pub hash: [u8; 32],
}

/// One role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Identifier, as in files and assignments.
    pub id: String,
    /// Words on screen.
    pub label: String,
    /// Stored values that mean the same role.
    pub aliases: Vec<String>,
    /// What it is for, one line; may be empty.
    pub description: String,
    /// The kind of scope it is held at, or anything above that; none is anywhere.
    pub scope: Option<ScopeKind>,
    /// Identifiers of roles it is meant to be combined with, because its permissions need theirs.
    pub combine: Vec<String>,
    /// Subject of the MFA mandate.
    pub privileged: bool,
    /// Known from the vendor's code and in no table of its own: neither listed nor offered.
    pub hidden: bool,
    /// The permission by which a member gives it where they hold that, whatever else it brings; none is no such one.
    pub given_with: Option<String>,
    /// The kind of holder this role makes: signers and outsiders hold no seat and are never swept.
    pub holder: Kind,
    /// Permissions it grants, each maybe with a qualifier behind a colon.
    pub permissions: Vec<String>,
    /// Permissions it blocks: a block beats any grant.
    pub blocks: Vec<String>,
    /// Set for a role the tenant made itself.
    pub custom: Option<Custom>,
}

/// Where a tenant's own role may be held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custom {
    /// Whether it can be given to anybody.
    pub enabled: bool,
    /// Where it was made; the root makes it global.
    pub home: ScopeId,
    /// The scopes it is offered in and nowhere else; none is everywhere below its home.
    pub offered: Option<BTreeSet<ScopeId>>,
    /// Identifier of the pool its holders take their seat from; none where seats are one pot.
    pub pool: Option<String>,
}

/// How many accounts must hold which role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnerRule {
    /// Identifier of the role.
    pub role: String,
    /// At least this many usable holders (1 everywhere).
    pub min: u32,
    /// At most this many holders; none is no upper number.
    pub max: Option<u32>,
    /// The kind of scope at which the role holds the tenant as well as at the root; none is the root alone.
    pub scope: Option<ScopeKind>,
}

/// What a member with roles below the root may do there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartRule {
    /// Our verbs that can be used in a part of a tenant; others reach all of it.
    pub verbs: Vec<String>,
    /// The kind of a scope → the permission that is needed at each such scope that a verb touches.
    pub permissions: BTreeMap<ScopeKind, String>,
    /// A verb, or [`SCOPE_STATE`] → the same, for what needs other permissions than `permissions` says.
    pub needs: BTreeMap<String, BTreeMap<ScopeKind, String>>,
}

/// What `[part.needs]` calls putting a scope out of use or in use again, beside `scope set` itself.
pub const SCOPE_STATE: &str = "scope set --state";

impl OwnerRule {
    /// How many hold which role, and where.
    pub fn words(&self) -> String {
        let many = match self.max {
            Some(max) if max == self.min => format!("exactly {max}"),
            Some(max) => format!("{} to {max}", self.min),
            None => format!("{} or more", self.min),
        };
        let place = self.scope.map_or("tenant", |kind| kind.word());
        format!("{many} of {} for each {place}", self.role)
    }
}

impl PartRule {
    /// What is needed for each verb, and for [`SCOPE_STATE`], at each kind of scope.
    pub fn all(&self) -> BTreeMap<String, BTreeMap<ScopeKind, String>> {
        let listed = self.verbs.iter();
        let mut all: BTreeMap<_, _> = listed
            .map(|v| (v.clone(), self.permissions.clone()))
            .collect();
        all.extend(self.needs.clone());
        all
    }

    /// What is needed for a verb, or for [`SCOPE_STATE`], at each kind of scope; none for what reaches the whole tenant.
    pub fn needed(&self, what: &str) -> Option<&BTreeMap<ScopeKind, String>> {
        let listed = self.verbs.iter().any(|verb| verb == what);
        let plain = listed.then_some(&self.permissions);
        self.needs.get(what).or(plain)
    }
}

impl Catalog {
    /// Whether the vendor knows types of user.
    pub fn typed_users(&self) -> bool {
        !self.user_types.is_empty()
    }

    /// The role with this identifier; compared exactly.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|r| r.id == id)
    }

    /// What a role is called; its identifier where the catalog does not know it.
    pub fn called<'a>(&'a self, id: &'a str) -> &'a str {
        self.role(id).map_or(id, |role| role.label.as_str())
    }

    /// The roles that are listed and offered.
    pub fn listed(&self) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(|r| !r.hidden)
    }

    /// The role a text means, hidden or not: its identifier, else identifier, label or alias compared without case. Where
    /// the catalog compares names exactly, its identifier or an alias as they are written.
    pub fn find_any_role(&self, text: &str) -> Option<&Role> {
        let text = text.trim();
        let exact = |role: &&Role| role.id == text || role.aliases.iter().any(|a| a == text);
        let mut roles = self.roles.iter();
        self.role(text)
            .or_else(|| match self.constraints.roles_exact {
                true => roles.find(exact),
                false => roles.find(|r| r.answers_to(text)),
            })
    }

    /// As [`Catalog::find_any_role`], among those that are listed.
    pub fn find_role(&self, text: &str) -> Option<&Role> {
        self.find_any_role(text).filter(|role| !role.hidden)
    }

    /// The refusal's end about a name that is no role's, where it is one but for case: that names are compared exactly.
    pub fn exactly(&self, text: &str) -> &'static str {
        let alike = self.listed().any(|role| role.answers_to(text.trim()));
        match self.constraints.roles_exact && alike {
            true => "names are compared exactly; ",
            false => "",
        }
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

    /// Whether this holds the tenant: the owner role, at the root, or at the kind of scope that the owner rule names. An
    /// administrator of a part alone holds no tenant.
    pub fn owns(&self, held: &Assignment) -> bool {
        // The role is held at that kind of scope and above only: so the catalog was read.
        let below = self.owner.scope.is_some();
        held.role == self.owner.role && (held.scope == ScopeId::ROOT || below)
    }

    /// Whether the owner role is among these, where it holds the tenant.
    pub fn any_owner(&self, roles: &[Assignment]) -> bool {
        roles.iter().any(|a| self.owns(a))
    }

    /// Whether a role is privileged; an unknown role is not.
    pub fn privileged(&self, id: &str) -> bool {
        self.role(id).is_some_and(|r| r.privileged)
    }

    /// The permission with this identifier.
    pub fn permission(&self, id: &str) -> Option<&Permission> {
        self.permissions.iter().find(|p| p.id == id)
    }

    /// The permission a text means: its identifier, else identifier, name or an older name compared without case.
    pub fn find_permission(&self, text: &str) -> Option<&Permission> {
        let text = text.trim();
        self.permission(text)
            .or_else(|| self.permissions.iter().find(|p| p.answers_to(text)))
    }

    /// The feature with this identifier.
    pub fn feature(&self, id: &str) -> Option<&Feature> {
        self.features.iter().find(|f| f.id == id)
    }

    /// The features that are on in a new tenant.
    pub fn default_features(&self) -> BTreeSet<String> {
        let on = self.features.iter().filter(|f| f.default);
        on.map(|f| f.id.clone()).collect()
    }

    /// The tier with this identifier.
    pub fn tier(&self, id: &str) -> Option<&Tier> {
        self.tiers.iter().find(|t| t.id == id)
    }

    /// The pool a set of roles takes its seat from: the first pool that one of them belongs to; none where seats are one
    /// pot. The catalog names its own roles; for a tenant's own role see [`Catalog::own_role`].
    pub fn pool(&self, roles: &[Assignment]) -> Option<&Pool> {
        let belongs = |pool: &Pool, role: &String| {
            let custom = || self.role(role)?.custom.as_ref()?.pool.as_ref();
            pool.roles.contains(role) || custom() == Some(&pool.id)
        };
        let mut pools = self.pools.iter();
        pools.find(|p| roles.iter().any(|a| belongs(p, &a.role)))
    }

    /// A tenant's own role as a role of this catalog. Its seat is of the first pool one of whose permissions it grants,
    /// where none but that pool's roles have the permission; else of the last pool.
    pub fn own_role(&self, custom: &CustomRole) -> Role {
        let grants = |roles: &[String], permission: &str| {
            let roles = roles.iter().filter_map(|id| self.role(id));
            let mut granted = roles.flat_map(|r| &r.permissions);
            granted.any(|p| split_grant(p).0 == permission)
        };
        let only = |pool: &Pool, permission: &str| {
            let mut others = self.pools.iter().filter(|p| p.id != pool.id);
            grants(&pool.roles, permission) && !others.any(|p| grants(&p.roles, permission))
        };
        let asks = |pool: &&Pool| custom.grants.iter().any(|p| only(pool, split_grant(p).0));
        let pool = self.pools.iter().find(asks).or(self.pools.last());
        let mut role = Role::from(custom);
        if let Some(own) = &mut role.custom {
            own.pool = pool.map(|p| p.id.clone());
        }
        role
    }

    /// Itself with a tenant's own roles behind its own; their hash becomes part of its hash.
    pub fn with_custom<'a>(&self, roles: impl Iterator<Item = &'a CustomRole>) -> Catalog {
        let mut out = self.clone();
        let mut hash = Sha256::new();
        hash.update(self.hash);
        let before = out.roles.len();
        for custom in roles {
            let mut bytes = Vec::new();
            // Writing to a Vec cannot fail, and our types have no custom encoding errors.
            let done = minicbor::encode(custom, &mut bytes).is_ok();
            debug_assert!(done);
            hash.update(&bytes);
            out.roles.push(self.own_role(custom));
        }
        if out.roles.len() > before {
            out.hash = hash.finalize().into();
        }
        out
    }

    /// A kind of scope and those it may lie in, each once, no further up than the widest.
    pub fn kinds_above(&self, own: ScopeKind, widest: Option<ScopeKind>) -> Vec<ScopeKind> {
        let mut kinds = vec![own];
        let mut next = 0;
        while let Some(kind) = kinds.get(next).copied() {
            next += 1;
            let rules = self.scopes.iter();
            let rules = rules.filter(|rule| rule.kind == kind && Some(kind) != widest);
            for parent in rules.flat_map(|rule| &rule.parents) {
                if !kinds.contains(parent) {
                    kinds.push(*parent);
                }
            }
        }
        kinds
    }

    /// What people read in place of the name of a scope of a kind; empty where that is the name.
    pub fn shown(&self, kind: ScopeKind, name: &str) -> &str {
        let rule = self.scopes.iter().find(|rule| rule.kind == kind);
        let shown = rule.and_then(|rule| rule.shown.get(name));
        shown.map_or("", String::as_str)
    }

    /// The name of a scope of a kind as it is stored, where a text may be what people read in its place.
    pub fn stored<'t>(&'t self, kind: ScopeKind, text: &'t str) -> &'t str {
        let rules = self.scopes.iter().filter(|rule| rule.kind == kind);
        let mut shown = rules.flat_map(|rule| &rule.shown);
        let meant = shown.find(|(_, shown)| shown.eq_ignore_ascii_case(text.trim()));
        meant.map_or(text, |(name, _)| name)
    }

    /// The vendor's types of user that these roles make, in the order of the file.
    pub fn types_of(&self, held: &[Assignment]) -> Vec<&str> {
        let makes = |roles: &[String]| held.iter().any(|a| roles.contains(&a.role));
        let types = self.user_types.iter().filter(|(_, roles)| makes(roles));
        types.map(|(label, _)| label.as_str()).collect()
    }

    /// What the vendor's API calls a state; none where that is no other word than ours.
    pub fn api_state(&self, status: Status) -> Option<&str> {
        let told = self.api_states.iter().find(|(of, _)| *of == status);
        told.map(|(_, word)| word.as_str())
    }

    /// What an account holds of the seats.
    pub fn seat(&self, status: Status, kind: Kind) -> SeatHold {
        match kind {
            Kind::Signer | Kind::Outsider => SeatHold::None,
            Kind::Person | Kind::Service => self.seats[status as usize],
        }
    }
}

impl From<&CustomRole> for Role {
    fn from(custom: &CustomRole) -> Self {
        Role {
            id: custom.id.clone(),
            label: custom.label.clone(),
            aliases: Vec::new(),
            description: custom.description.clone(),
            scope: None,
            combine: Vec::new(),
            privileged: custom.privileged,
            hidden: false,
            given_with: None,
            holder: Kind::Person,
            permissions: custom.grants.iter().cloned().collect(),
            blocks: custom.blocks.iter().cloned().collect(),
            custom: Some(Custom {
                enabled: custom.enabled,
                home: custom.home,
                offered: custom.offered.clone(),
                pool: None,
            }),
        }
    }
}

impl Role {
    /// Whether this text is its identifier, its label or an alias, compared without case.
    pub fn answers_to(&self, text: &str) -> bool {
        let names = [&self.id, &self.label];
        names
            .into_iter()
            .chain(&self.aliases)
            .any(|n| n.eq_ignore_ascii_case(text))
    }

    /// Whether it grants a permission in full: a grant with a qualifier does not count.
    pub fn grants(&self, permission: &str) -> bool {
        self.permissions.iter().any(|p| p == permission)
    }
}
