//! A catalog made ready for questions: permissions are bits, a role is a few words of them, and a set of roles the sum.

use super::question::{Extent, Level, Question, Verdict, What};
use super::{Relations, Setting, Subject, fits};
use crate::catalog::{Qualifier, Relation, split_grant};
use crate::domain::{Assignment, ScopeId, Status};
use crate::rules::scopes;
use std::collections::HashMap;

/// The kinds of sets of permissions a role is compiled to.
const SETS: usize = 5;
const FULL: usize = 0;
const OWN: usize = 1;
const GROUP: usize = 2;
const LOOK: usize = 3;
const BLOCKED: usize = 4;

/// A set of roles ready for questions: for each scope where some are held, the sum of what they grant and block there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    scopes: Vec<ScopeId>,
    bits: Vec<u64>,
}

#[derive(Debug, Clone)]
struct Place {
    id: ScopeId,
    parent: ScopeId,
    shut: bool,
}

#[derive(Debug, Clone)]
struct Ways {
    changes: bool,
    ways: Vec<(u16, Relation)>,
}

/// A catalog, a tree and features, ready for questions.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    /// `u64` words of one set of permissions.
    words: usize,
    permissions: Vec<String>,
    whats: HashMap<String, What>,
    actions: Vec<Ways>,
    roles: HashMap<String, Vec<u64>>,
    places: Vec<Place>,
    /// Permissions that do not reach into an account which keeps its things to itself.
    kept: Vec<u16>,
}

impl Rights {
    /// Makes a setting ready for questions.
    pub fn compile(setting: &Setting<'_>) -> Self {
        let catalog = setting.catalog;
        // A catalog without a list of permissions knows those that its roles name.
        let mut permissions: Vec<String> =
            catalog.permissions.iter().map(|p| p.id.clone()).collect();
        let mut places: HashMap<String, u16> = numbered(&permissions);
        for grant in catalog
            .roles
            .iter()
            .flat_map(|r| r.permissions.iter().chain(&r.blocks))
        {
            let (name, _) = split_grant(grant);
            if !places.contains_key(name) {
                let next = u16::try_from(permissions.len()).unwrap_or(u16::MAX);
                places.insert(name.to_owned(), next);
                permissions.push(name.to_owned());
            }
        }
        let words = permissions.len().div_ceil(64).max(1);
        let mut on = vec![u64::MAX; words];
        for (index, permission) in catalog.permissions.iter().enumerate() {
            if permission
                .features
                .iter()
                .any(|f| !setting.features.contains(f))
            {
                on[index / 64] &= !(1 << (index % 64));
            }
        }
        let mut roles = HashMap::new();
        for role in &catalog.roles {
            // The last set is what a role grants at the root account only.
            let mut bits = vec![0u64; words * (SETS + 1)];
            let mut put = |set: usize, name: &str| {
                if let Some(at) = places.get(name).map(|n| usize::from(*n)) {
                    bits[set * words + at / 64] |= 1 << (at % 64);
                }
            };
            for grant in &role.permissions {
                let (name, qualifier) = split_grant(grant);
                match Qualifier::from_word(qualifier) {
                    None if qualifier.is_empty() => put(FULL, name),
                    // A qualifier that nobody knows grants nothing.
                    None => {}
                    Some(Qualifier::Own) => put(OWN, name),
                    Some(Qualifier::Group) => put(GROUP, name),
                    Some(Qualifier::ReadOnly) => put(LOOK, name),
                    Some(Qualifier::RootAccount) => put(SETS, name),
                }
            }
            for block in &role.blocks {
                put(BLOCKED, split_grant(block).0);
            }
            for set in [FULL, OWN, GROUP, LOOK, SETS] {
                for (word, on) in bits[set * words..(set + 1) * words].iter_mut().zip(&on) {
                    *word &= on;
                }
            }
            roles.insert(role.id.clone(), bits);
        }
        let mut whats: HashMap<String, What> = places
            .iter()
            .map(|(name, at)| (name.clone(), What::Permission(*at)))
            .collect();
        let mut actions = Vec::new();
        for (index, action) in catalog.actions.iter().enumerate() {
            let ways = action
                .ways
                .iter()
                .filter_map(|w| Some((*places.get(&w.permission)?, w.relation)));
            actions.push(Ways {
                changes: action.changes,
                ways: ways.collect(),
            });
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            whats.insert(action.id.clone(), What::Action(index));
        }
        let kept = &catalog.constraints.sharing_decides;
        let kept = kept
            .iter()
            .filter_map(|id| places.get(id).copied())
            .collect();
        let scopes = setting.scopes;
        let places = scopes.iter().map(|s| Place {
            id: s.id,
            parent: s.parent.unwrap_or(ScopeId::ROOT),
            shut: scopes::shut(scopes, s.id).is_some(),
        });
        Rights {
            words,
            permissions,
            whats,
            actions,
            roles,
            places: places.collect(),
            kept,
        }
    }

    /// What a permission's or an action's identifier asks for; compared exactly.
    pub fn what(&self, id: &str) -> Option<What> {
        self.whats.get(id).copied()
    }

    /// The number of a permission; compared exactly.
    pub(super) fn permission(&self, id: &str) -> Option<u16> {
        match self.what(id)? {
            What::Permission(at) => Some(at),
            What::Action(_) => None,
        }
    }

    /// Whether there is such a scope, and it is in use.
    pub(super) fn open(&self, scope: ScopeId) -> bool {
        !self.shut(scope)
    }

    /// Identifiers of the permissions, in the order of their numbers.
    pub fn permissions(&self) -> &[String] {
        &self.permissions
    }

    /// Makes a set of roles ready for questions. Roles that do not count where they are held are left out.
    pub fn held(&self, setting: &Setting<'_>, assignments: &[Assignment]) -> Held {
        let mut held = Held::default();
        for assignment in assignments {
            let Some(role) = setting.catalog.role(&assignment.role) else {
                continue;
            };
            let Some(bits) = self.roles.get(&role.id) else {
                continue;
            };
            if fits(setting.catalog, setting.scopes, role, assignment.scope).is_err() {
                continue;
            }
            let stride = SETS * self.words;
            let at = held.scopes.iter().position(|s| *s == assignment.scope);
            let at = at.unwrap_or_else(|| {
                held.scopes.push(assignment.scope);
                held.bits.resize(held.scopes.len() * stride, 0);
                held.scopes.len() - 1
            });
            let sum = &mut held.bits[at * stride..(at + 1) * stride];
            for (sum, own) in sum.iter_mut().zip(bits) {
                *sum |= own;
            }
            if assignment.scope == ScopeId::ROOT {
                for (sum, own) in sum.iter_mut().zip(&bits[stride..]) {
                    *sum |= own;
                }
            }
        }
        held
    }

    /// In which ways a permission is held at a scope.
    #[inline]
    pub fn extent(&self, held: &Held, permission: u16, scope: ScopeId) -> Extent {
        self.extent_within(held, permission, scope, None)
    }

    /// In which ways a permission is held for somebody who stands so to a thing that lies at a scope: an account may
    /// keep it to itself.
    #[inline]
    pub fn extent_to(
        &self,
        held: &Held,
        permission: u16,
        scope: ScopeId,
        relations: Relations,
    ) -> Extent {
        let kept = relations.kept.filter(|_| self.kept.contains(&permission));
        self.extent_within(held, permission, scope, kept)
    }

    /// With `only`, roles held outside of that account block and do not grant.
    #[inline]
    fn extent_within(
        &self,
        held: &Held,
        permission: u16,
        scope: ScopeId,
        only: Option<ScopeId>,
    ) -> Extent {
        let (word, bit) = (usize::from(permission) / 64, usize::from(permission) % 64);
        let stride = SETS * self.words;
        let mut sums = [0u64; SETS];
        for (at, bits) in held.scopes.iter().zip(held.bits.chunks_exact(stride)) {
            if !self.covers(*at, scope) {
                continue;
            }
            if only.is_some_and(|account| !self.covers(account, *at)) {
                sums[BLOCKED] |= bits[BLOCKED * self.words + word];
                continue;
            }
            for (sum, set) in sums.iter_mut().zip(bits.chunks_exact(self.words)) {
                *sum |= set[word];
            }
        }
        let on = |set: usize| sums[set] >> bit & 1 == 1;
        Extent {
            full: on(FULL),
            own: on(OWN),
            group: on(GROUP),
            look: on(LOOK),
            blocked: on(BLOCKED),
        }
    }

    /// The answer to a question of an account in a state with a set of roles.
    #[inline]
    pub fn can(&self, status: Status, held: &Held, question: &Question) -> Verdict {
        if status != Status::Active || self.shut(question.scope) {
            return Verdict::Denied;
        }
        let level = |permission: u16, way: Relation| {
            self.extent_to(held, permission, question.scope, question.relations)
                .level(question.relations.on_way(way))
        };
        let (best, change) = match question.what {
            What::Permission(permission) => (level(permission, Relation::Any), question.change),
            What::Action(action) => {
                let Some(action) = self.actions.get(usize::from(action)) else {
                    return Verdict::Denied;
                };
                let open = action
                    .ways
                    .iter()
                    .filter(|(_, relation)| stands(question.relations, *relation));
                let best = open.map(|(permission, way)| level(*permission, *way)).max();
                (best.unwrap_or(Level::No), question.change || action.changes)
            }
        };
        match best {
            Level::Full => Verdict::Allowed,
            Level::Look if !change => Verdict::ReadOnly,
            Level::Look | Level::No => Verdict::Denied,
        }
    }

    /// As [`Rights::can`], for roles that are not made ready yet.
    pub fn asks(
        &self,
        setting: &Setting<'_>,
        subject: &Subject<'_>,
        question: &Question,
    ) -> Verdict {
        let held = self.held(setting, subject.assignments);
        self.can(subject.status, &held, question)
    }

    /// What is held at a scope: permissions in the order of the catalog, each maybe with a qualifier behind a colon.
    pub fn effective(&self, held: &Held, scope: ScopeId) -> Vec<String> {
        if self.shut(scope) {
            return Vec::new();
        }
        let mut out = Vec::new();
        for (index, name) in (0u16..).zip(&self.permissions) {
            match self.extent(held, index, scope).words().as_deref() {
                None => {}
                Some("") => out.push(name.clone()),
                Some(words) => out.extend(words.split('+').map(|word| format!("{name}:{word}"))),
            }
        }
        out
    }

    /// Whether what is held at one scope holds at another.
    #[inline]
    pub fn covers(&self, above: ScopeId, below: ScopeId) -> bool {
        if above == ScopeId::ROOT || above == below {
            return true;
        }
        let mut at = below;
        for _ in 0..=self.places.len() {
            if at == above {
                return true;
            }
            match self.place(at) {
                Some(place) if at != ScopeId::ROOT => at = place.parent,
                _ => return false,
            }
        }
        false
    }

    fn shut(&self, scope: ScopeId) -> bool {
        match self.place(scope) {
            Some(place) => place.shut,
            None => scope != ScopeId::ROOT,
        }
    }

    fn place(&self, id: ScopeId) -> Option<&Place> {
        let at = self.places.binary_search_by_key(&id, |p| p.id).ok()?;
        self.places.get(at)
    }
}

/// Whether somebody who stands so to a thing may take a way that asks for this.
pub(super) fn stands(relations: Relations, asked: Relation) -> bool {
    match asked {
        Relation::Any => true,
        Relation::Own => relations.own,
        Relation::Group => relations.group,
        Relation::Shared => relations.shared,
        Relation::GroupTemplate => relations.group_template,
    }
}

fn numbered(names: &[String]) -> HashMap<String, u16> {
    (0u16..)
        .zip(names)
        .map(|(n, name)| (name.clone(), n))
        .collect()
}
