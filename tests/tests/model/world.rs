//! What the model knows of a tenant: people, the tree, its own roles, what was bought. Sets and maps, and no more.

use crate::duties::{Duty, Review};
use crate::edited::About;
use crate::groups::Group;
use crate::owned::{Acting, Asset, Handover};
use crate::vendors::{Holder, Vendor};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Roles, each with the scope it is held at; 0 is the root.
pub type Held = BTreeSet<(String, u32)>;

/// Who set an account's state, as far as it matters later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Person,
    File,
    Idle,
    Unused,
    Expiry,
}

/// The newest link that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Neither answered nor over.
    pub open: bool,
    /// The day it stops working.
    pub until: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub status: &'static str,
    pub roles: Held,
    pub holder: Holder,
    pub about: About,
    /// The scope of the team it belongs to first of all.
    pub team: Option<u32>,
    pub by: By,
    /// What files show in place of roles that were decided by a verb; none where a file is followed.
    pub shown: Option<Held>,
    /// The day its state came to be.
    pub since: u32,
    /// The day it was invited; none for one that came by a file.
    pub invited: Option<u32>,
    pub link: Option<Link>,
    /// The day it came to be, or was let in last.
    pub let_in: u32,
    /// The day it signed in last.
    pub used: Option<u32>,
    /// Whether it ever waited for an answer, and whether anything let it in since it came to be.
    pub waited: bool,
    pub came_in: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub kind: &'static str,
    pub parent: u32,
    pub name: String,
    /// `active`, `blocked`, or `archived` with its group; what it lies in may be shut as well.
    pub state: &'static str,
}

/// What a role says of a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Say {
    /// Granted, with a qualifier or an empty text.
    Grant(String),
    Block,
}

/// A role the tenant made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRole {
    pub says: BTreeMap<String, Say>,
    pub enabled: bool,
    pub home: u32,
    /// Offered there and nowhere else; none is everywhere below its home.
    pub offered: Option<BTreeSet<u32>>,
}

/// A transfer of ownership that was proposed and is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    pub from: u64,
    pub to: u64,
    pub until: u32,
}

#[derive(Clone)]
pub struct World {
    pub vendor: &'static Vendor,
    pub matrix: Rc<BTreeMap<String, BTreeMap<&'static str, &'static str>>>,
    /// A role, and the permission that only the catalog in force until another is adopted lets it grant.
    pub wider: Option<(&'static str, String)>,
    /// Days since the tenant was made.
    pub day: u32,
    /// Seats bought.
    pub seats: usize,
    pub tier: Option<&'static str>,
    pub pools: BTreeMap<&'static str, usize>,
    pub features: BTreeSet<&'static str>,
    pub people: BTreeMap<u64, Person>,
    /// Those whose personal data was taken out: nobody finds them any more.
    pub nameless: BTreeMap<u64, Person>,
    /// Accounts beside those of `people`, which nobody ever touches.
    pub others: usize,
    pub scopes: BTreeMap<u32, Scope>,
    pub roles: BTreeMap<String, OwnRole>,
    /// The only roles that may be held at a scope and below, down to the next that says so itself.
    pub only: BTreeMap<u32, BTreeSet<String>>,
    /// How many transfers there were; the last one has this number.
    pub transfers: u64,
    pub transfer: Option<Transfer>,
    /// Whom the settings name as the owner.
    pub named_owner: u64,
    pub groups: BTreeMap<u32, Group>,
    /// Who acts for whom, by the account acted for.
    pub acting: BTreeMap<u64, Acting>,
    pub assets: BTreeMap<String, Asset>,
    pub handovers: Vec<Handover>,
    pub duties: BTreeMap<String, Duty>,
    /// By rule and account, the day it ends.
    pub exceptions: BTreeMap<(String, u64), u32>,
    /// How many reviews there were, and the last one.
    pub reviews: u32,
    pub review: Option<Review>,
}

/// Whoever runs an organisation of IgniSign; no other vendor has any.
const RUN: [&str; 2] = ["ORG_OWNER", "ORG_ADMIN"];

/// States in which an account still holds its tenant.
pub const HOLDS: [&str; 3] = ["invited", "active", "suspended"];

impl World {
    /// A scope and what it lies in, the root last.
    pub fn upward(&self, scope: u32) -> Vec<u32> {
        let next = |at: &u32| (*at != 0).then(|| self.scopes[at].parent);
        std::iter::successors(Some(scope), next).collect()
    }

    pub fn within(&self, inner: u32, outer: u32) -> bool {
        self.upward(inner).contains(&outer)
    }

    /// Whether it, or what it lies in, is blocked.
    pub fn shut(&self, scope: u32) -> bool {
        let up = self.upward(scope);
        up.iter()
            .any(|at| *at != 0 && self.scopes[at].state != "active")
    }

    pub fn kind(&self, scope: u32) -> &'static str {
        self.scopes.get(&scope).map_or("tenant", |s| s.kind)
    }

    /// The path of a scope; the root is `/`.
    pub fn path(&self, scope: u32) -> String {
        let mut names: Vec<&str> = self
            .upward(scope)
            .iter()
            .filter_map(|at| self.scopes.get(at))
            .map(|s| match (s.kind, s.name.as_str()) {
                ("environment", "STAGING") => "Staging (testing)",
                (_, name) => name,
            })
            .collect();
        names.reverse();
        match names.is_empty() {
            true => "/".to_owned(),
            false => names.join("/"),
        }
    }

    /// Every scope, the root first.
    pub fn places(&self) -> Vec<u32> {
        std::iter::once(0)
            .chain(self.scopes.keys().copied())
            .collect()
    }

    /// Whether a feature is on.
    pub fn feature(&self, id: &str) -> bool {
        self.features.contains(id)
    }

    /// The number of the next account.
    pub fn born(&self) -> u64 {
        let last = self.people.keys().chain(self.nameless.keys()).max();
        last.map_or(0, |last| last + 1)
    }

    /// An account that is or was there.
    pub fn anybody(&self, n: u64) -> &Person {
        self.people.get(&n).unwrap_or_else(|| &self.nameless[&n])
    }

    /// Whether what this needs is on.
    pub fn has_what_it_needs(&self, what: &str) -> bool {
        let mut needs = self.vendor.needs.iter().filter(|n| n.0 == what);
        needs.all(|n| self.feature(n.1))
    }

    fn sits(person: &Person) -> bool {
        HOLDS.contains(&person.status) && person.holder != Holder::Guest
    }

    /// Seats used and reserved.
    pub fn taken(&self) -> usize {
        self.people.values().filter(|p| Self::sits(p)).count()
    }

    /// Users there may be: what was bought, and no more than the tier allows.
    pub fn most(&self) -> usize {
        let tier = self.vendor.tiers.iter().find(|t| Some(t.0) == self.tier);
        let most = tier.and_then(|t| t.1).unwrap_or(usize::MAX);
        most.min(self.seats)
    }

    /// The pool these roles take their seat from.
    fn pool(&self, roles: &Held) -> Option<&'static str> {
        let belongs = |role: &str, id: &str, names: &[&str]| match self.roles.get(role) {
            Some(own) => self.pool_of(own) == Some(id),
            None => names.contains(&role),
        };
        let mut pools = self.vendor.pools.iter();
        let pool = pools.find(|(id, names)| roles.iter().any(|(r, _)| belongs(r, id, names)));
        pool.map(|(id, _)| *id)
    }

    /// The pool of a role of one's own: the first with a permission of its own among what the role grants, else the last.
    fn pool_of(&self, own: &OwnRole) -> Option<&'static str> {
        let granted = own.says.iter().filter(|(_, say)| **say != Say::Block);
        let granted: Vec<&String> = granted.map(|(permission, _)| permission).collect();
        let has = |names: &[&str], permission: &String| {
            let row = self.matrix.get(permission);
            row.is_some_and(|row| names.iter().any(|name| row.contains_key(name)))
        };
        let alone = |id: &str, permission: &String| {
            self.vendor
                .pools
                .iter()
                .all(|(other, names)| has(names, permission) == (*other == id))
        };
        let mut pools = self.vendor.pools.iter();
        let pool = pools.find(|(id, _)| granted.iter().any(|p| alone(id, p)));
        pool.or(self.vendor.pools.last()).map(|(id, _)| *id)
    }

    /// Seats of a pool that are used and reserved.
    pub fn taken_of(&self, pool: &str) -> usize {
        let sitting = self.people.values().filter(|p| Self::sits(p));
        sitting
            .filter(|p| self.pool(&p.roles) == Some(pool))
            .count()
    }

    /// Whether this person holds the tenant: the owner role at the root; an organisation's own owner role anywhere.
    pub fn owns(&self, roles: &Held) -> bool {
        let anywhere = self.vendor.role(self.vendor.owner).unwrap().kind.is_some();
        roles
            .iter()
            .any(|(role, at)| role == self.vendor.owner && (anywhere || *at == 0))
    }

    /// Owners in these states.
    pub fn owners(&self, states: &[&str]) -> usize {
        let people = self.people.values();
        people
            .filter(|p| states.contains(&p.status) && self.owns(&p.roles))
            .count()
    }

    /// Owners that are active, and whose role gives all it says where it is held.
    pub fn usable_owners(&self) -> usize {
        let people = self.people.values();
        people.filter(|p| self.usable_owner(p)).count()
    }

    /// Whether somebody can do now what an owner may.
    pub fn usable_owner(&self, person: &Person) -> bool {
        let gives = |held: &&(String, u32)| {
            self.may_hold(&held.0, held.1) && !self.takes_from(&person.roles, &held.0, held.1)
        };
        let left = person.roles.iter().filter(gives).cloned().collect();
        person.status == "active" && self.owns(&left)
    }

    /// Accounts in these states with one of these roles at an organisation or above it; `usable` ones only where the role
    /// gives something there.
    fn staff(&self, roles: &[&str], organisation: u32, states: &[&str], usable: bool) -> usize {
        let up = self.upward(organisation);
        let counts = |(role, at): &(String, u32)| {
            roles.contains(&role.as_str())
                && up.contains(at)
                && (!usable || self.may_hold(role, *at))
        };
        let here = |p: &&Person| states.contains(&p.status) && p.roles.iter().any(counts);
        self.people.values().filter(here).count()
    }

    /// Whether each organisation in use that had an owner and somebody to run it has them still.
    pub fn parts_keep(&self, before: &World) -> Result<(), &'static str> {
        let in_use = |id: &&u32| self.kind(**id) == "organisation" && !self.shut(**id);
        for id in self.scopes.keys().filter(in_use) {
            if !before.scopes.contains_key(id) {
                continue;
            }
            let gone = |roles: &[&str], states: &[&str], usable: bool| {
                self.staff(roles, *id, states, usable) == 0
                    && before.staff(roles, *id, states, usable) > 0
            };
            let owner = [self.vendor.owner];
            if gone(&owner, &HOLDS, false) || gone(&owner, &["active"], true) {
                return Err("an organisation without an owner");
            }
            if gone(&RUN, &["active"], true) {
                return Err("an organisation that nobody runs");
            }
        }
        Ok(())
    }

    /// Whether one of these roles blocks at a scope something that another role grants.
    fn takes_from(&self, held: &Held, role: &str, at: u32) -> bool {
        held.iter().any(|(other, from)| {
            let blocks = |permission: &String| {
                let own = self.roles.get(other);
                own.is_some_and(|own| own.says.get(permission) == Some(&Say::Block))
            };
            let mut granted = self.matrix.iter().filter(|(_, by)| by.contains_key(role));
            self.counts(other, *from)
                && self.within(at, *from)
                && granted.any(|(permission, _)| blocks(permission))
        })
    }

    /// Whether a decision that leads here may stand: seats, pools, owners, duties.
    pub fn stands_after(&self, before: &World) -> Result<(), &'static str> {
        if self.taken() > self.most() && self.taken() > before.taken() {
            return Err("no seat");
        }
        for (pool, most) in &self.pools {
            let taken = self.taken_of(pool);
            if taken > *most && taken > before.taken_of(pool) {
                return Err("no seat in the pool");
            }
        }
        let holders = self.owners(&HOLDS);
        if self.vendor.most_owners.is_some_and(|most| holders > most) {
            return Err("too many owners");
        }
        if self.breaks_duties(before) {
            return Err("duties stay apart");
        }
        match self.usable_owners() {
            0 => Err("no owner left"),
            _ => self.parts_keep(before),
        }
    }
}
