//! Values that many accounts share, kept once in each tenant: sets of roles, departments, languages.

use crate::catalog::Catalog;
use crate::domain::{Assignment, ScopeId};
use crate::rules::rights::Held;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

/// Numbers for values, from 0 in the order they came.
#[derive(Debug)]
pub(crate) struct Interner<T: Eq + Hash + ?Sized> {
    list: Vec<Arc<T>>,
    numbers: HashMap<Arc<T>, u32>,
}

impl<T: Eq + Hash + ?Sized> Clone for Interner<T> {
    fn clone(&self) -> Self {
        Interner {
            list: self.list.clone(),
            numbers: self.numbers.clone(),
        }
    }
}

impl<T: Eq + Hash + ?Sized> Default for Interner<T> {
    fn default() -> Self {
        Interner {
            list: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Eq + Hash + ?Sized> Interner<T> {
    /// The number of a value, if it has one.
    pub fn find(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// Gives the next number to a value that has none.
    pub fn add(&mut self, value: Arc<T>) -> u32 {
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(Arc::clone(&value));
        self.numbers.insert(value, number);
        number
    }

    /// The value of a number.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.list.get(number as usize).map(|v| &**v)
    }

    /// All values, in the order of their numbers.
    pub fn list(&self) -> &[Arc<T>] {
        &self.list
    }
}

/// The bit of a set of roles that holds a privileged one.
pub(crate) const PRIVILEGED: u8 = 1;
/// The bit of a set of roles that holds the owner role.
pub(crate) const OWNER: u8 = 2;

/// A tenant's interned values, with what its catalog says of the sets of roles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interned {
    roles: Arc<Interner<[Assignment]>>,
    bits: Arc<Vec<u8>>,
    held: Arc<Vec<OnceLock<Held>>>,
    words: Arc<Interner<str>>,
}

impl Interned {
    /// The number of a set of roles under a catalog.
    pub fn role_set(&mut self, roles: &[Assignment], catalog: &Catalog) -> u32 {
        if let Some(number) = self.roles.find(roles) {
            return number;
        }
        Arc::make_mut(&mut self.bits).push(bits_of(roles, catalog));
        Arc::make_mut(&mut self.held).push(OnceLock::new());
        Arc::make_mut(&mut self.roles).add(Arc::from(roles))
    }

    /// The number of a set of roles, if it has one.
    pub fn find_set(&self, roles: &[Assignment]) -> Option<u32> {
        self.roles.find(roles)
    }

    /// A set of roles.
    pub fn roles(&self, number: u32) -> &[Assignment] {
        self.roles.get(number).unwrap_or_default()
    }

    /// Every set of roles, in the order of their numbers.
    pub fn role_sets(&self) -> &[Arc<[Assignment]>] {
        self.roles.list()
    }

    /// [`PRIVILEGED`] and [`OWNER`] of each set of roles, in the order of their numbers.
    #[inline]
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Holds all sets of roles against a new catalog.
    pub fn adopt(&mut self, catalog: &Catalog) {
        let sets = self.roles.list().iter();
        self.bits = Arc::new(sets.map(|set| bits_of(set, catalog)).collect());
    }

    /// What a set of roles gives, once somebody has asked; none for a number that no set has.
    #[inline]
    pub fn held(&self, number: u32) -> Option<&OnceLock<Held>> {
        self.held.get(number as usize)
    }

    /// Forgets what sets of roles give.
    pub fn forget_held(&mut self) {
        let sets = self.roles.list().len();
        self.held = Arc::new((0..sets).map(|_| OnceLock::new()).collect());
    }

    /// The number of a word.
    pub fn word(&mut self, word: &str) -> u32 {
        match self.words.find(word) {
            Some(number) => number,
            None => Arc::make_mut(&mut self.words).add(Arc::from(word)),
        }
    }

    /// A word.
    pub fn text(&self, number: u32) -> &str {
        self.words.get(number).unwrap_or_default()
    }

    /// Every word, in the order of their numbers.
    pub fn words(&self) -> &[Arc<str>] {
        self.words.list()
    }

    /// For each set of roles, whether it passes.
    pub fn sets_with(&self, pass: impl Fn(&[Assignment]) -> bool) -> Vec<bool> {
        self.roles.list().iter().map(|set| pass(set)).collect()
    }
}

/// Identifiers of the roles in a set, sorted, each once.
pub(crate) fn role_names(roles: &[Assignment]) -> Vec<&str> {
    let mut names: Vec<&str> = roles.iter().map(|r| r.role.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a set of roles holds one at one of these scopes.
pub(crate) fn at_scope(roles: &[Assignment], scopes: &[ScopeId]) -> bool {
    roles.iter().any(|r| scopes.contains(&r.scope))
}

/// Those of a set of roles that are held in a part of the tree.
pub(crate) fn seen_of(roles: &[Assignment], part: &BTreeSet<ScopeId>) -> Vec<Assignment> {
    let seen = roles.iter().filter(|held| part.contains(&held.scope));
    seen.cloned().collect()
}

/// [`PRIVILEGED`] and [`OWNER`] of a set of roles under a catalog.
pub(crate) fn bits_of(roles: &[Assignment], catalog: &Catalog) -> u8 {
    (u8::from(catalog.any_privileged(roles)) * PRIVILEGED)
        | (u8::from(catalog.any_owner(roles)) * OWNER)
}
