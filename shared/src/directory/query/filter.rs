//! Which rows of a chunk a query lets pass.

use crate::directory::chunk::{Chunk, Number, ROWS};
use crate::directory::column::codes::{Codes, FILTERED};
use crate::directory::column::hot::{NEVER, PAGE};
use crate::directory::column::interned::at_scope;
use crate::directory::error::QueryError;
use crate::directory::flags::{self, At};
use crate::directory::fold::same;
use crate::directory::tenant::TenantView;
use crate::domain::{Micros, ScopeId};
use crate::rules::scopes;
use crate::rules::scopes::SEPARATOR;
use crate::wire::user::UserQuery;
use memchr::{memchr, memmem};

const WORD: usize = 64;

/// A set of rows of one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows([u64; ROWS / WORD]);

impl Rows {
    /// No row.
    pub fn none() -> Self {
        Rows([0; ROWS / WORD])
    }

    /// The first `len` rows.
    pub fn first(len: usize) -> Self {
        let mut rows = Rows::none();
        for (at, word) in rows.0.iter_mut().enumerate() {
            let here = len.saturating_sub(at * WORD).min(WORD);
            *word = if here == WORD {
                u64::MAX
            } else {
                (1 << here) - 1
            };
        }
        rows
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.0.iter().map(|w| w.count_ones() as usize).sum()
    }

    #[inline]
    pub fn has(&self, row: usize) -> bool {
        self.0[row / WORD] & 1 << (row % WORD) != 0
    }

    /// Adds a row.
    pub fn add(&mut self, row: usize) {
        self.0[row / WORD] |= 1 << (row % WORD);
    }

    /// Keeps those rows for which `keep` says so.
    #[inline]
    fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        for (at, word) in self.0.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                *word &= !(u64::from(!keep(at * WORD + bit)) << bit);
            }
        }
    }

    /// The rows, ascending.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(at * WORD + bit)
            })
        })
    }

    /// Shows every row, ascending.
    #[inline]
    pub fn for_each(&self, mut see: impl FnMut(usize)) {
        for (at, word) in self.0.iter().enumerate() {
            if *word == u64::MAX {
                (at * WORD..at * WORD + WORD).for_each(&mut see);
                continue;
            }
            let mut left = *word;
            while left != 0 {
                see(at * WORD + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
    }

    /// The row with this many before it.
    pub fn nth(&self, mut before: usize) -> Option<usize> {
        for (at, word) in self.0.iter().enumerate() {
            let here = word.count_ones() as usize;
            if before < here {
                let mut left = *word;
                for _ in 0..before {
                    left &= left - 1;
                }
                return Some(at * WORD + left.trailing_zeros() as usize);
            }
            before -= here;
        }
        None
    }

    fn intersect(&mut self, other: &Rows) {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
    }
}

/// A query as it applies to one tenant.
pub(super) struct Filter<'a> {
    view: &'a TenantView,
    /// Combinations of status, kind and MFA that pass; none when all do.
    codes: Option<[bool; FILTERED]>,
    /// Sets of roles that pass.
    roles: Option<Vec<bool>>,
    /// Scopes that pass, and sets of roles that hold one of them.
    scope: Option<(Vec<ScopeId>, Vec<bool>)>,
    /// Last sign-ins that pass; [`NEVER`] is *not known*.
    signed_in: Option<std::ops::Range<i64>>,
    flags: u16,
    at: At,
    finder: Option<&'a memmem::Finder<'a>>,
}

impl<'a> Filter<'a> {
    pub fn new(
        view: &'a TenantView,
        query: &UserQuery,
        now: Micros,
        finder: Option<&'a memmem::Finder<'a>>,
    ) -> Result<Self, QueryError> {
        let interned = &view.table.interned;
        let scope = match &query.scope {
            None => None,
            Some(name) => {
                let within = within(view, name).ok_or_else(|| QueryError::NoScope {
                    tenant: view.tenant.name.clone(),
                    scope: name.clone(),
                })?;
                let sets = interned.sets_with(|set| at_scope(set, &within));
                Some((within, sets))
            }
        };
        let roles = (!query.role.is_empty()).then(|| {
            interned.sets_with(|set| set.iter().any(|held| query.role.contains(&held.role)))
        });
        Ok(Filter {
            view,
            codes: codes(view, query),
            roles,
            scope,
            signed_in: signed_in(query),
            flags: flags::bits(&query.flag),
            at: view.flags_at(now),
            finder,
        })
    }

    pub fn is_of(&self, view: &TenantView) -> bool {
        self.view.tenant.id == view.tenant.id
    }

    /// The rows of one of the tenant's chunks that pass.
    pub fn rows(&self, chunk: &Chunk) -> Rows {
        let mut rows = Rows::first(chunk.len());
        if let Some(pass) = &self.codes {
            rows.retain(|row| pass[Codes(chunk.codes[row]).filtered()]);
        }
        if let Some(pass) = &self.roles {
            rows.retain(|row| pass[chunk.roles[row] as usize]);
        }
        if let Some(range) = &self.signed_in {
            rows.retain(|row| range.contains(&chunk.hot.0[row / PAGE].last_sign_in[row % PAGE]));
        }
        if let Some((scopes, sets)) = &self.scope {
            rows.retain(|row| {
                let team = chunk.number(Number::Team, row).map(ScopeId);
                sets[chunk.roles[row] as usize] || team.is_some_and(|t| scopes.contains(&t))
            });
        }
        if self.flags != 0 {
            let sets = self.view.table.interned.bits();
            let bits = chunk.all_flags(sets, &self.at, self.flags);
            rows.retain(|row| bits[row] & self.flags == self.flags);
        }
        if let Some(finder) = self.finder {
            search(chunk, finder, &mut rows);
        }
        rows
    }
}

/// Of the rows left, one in this many is few enough to be looked at each for itself.
const FEW: usize = 16;

/// Keeps the rows whose name, email or username contain the text.
fn search(chunk: &Chunk, finder: &memmem::Finder<'_>, rows: &mut Rows) {
    let texts = chunk.texts.folded();
    let needle = finder.needle();
    if let [byte] = needle {
        // A single letter is in almost every row: finding the row of every hit would cost more than going by rows.
        rows.retain(|row| memchr(*byte, texts.record(row)).is_some());
        return;
    }
    if rows.count() * FEW < chunk.len() {
        rows.retain(|row| finder.find(texts.record(row)).is_some());
        return;
    }
    let (mut found, mut from, mut row) = (Rows::none(), 0, 0);
    while let Some(at) = finder.find(&texts.bytes[from..]) {
        let at = from + at;
        while texts.ends[row] as usize <= at {
            row += 1;
        }
        found.add(row);
        from = texts.ends[row] as usize;
    }
    rows.intersect(&found);
}

fn codes(view: &TenantView, query: &UserQuery) -> Option<[bool; FILTERED]> {
    fn pass<T: PartialEq>(wanted: &[T], is: &T) -> bool {
        wanted.is_empty() || wanted.contains(is)
    }
    if query.status.is_empty()
        && query.kind.is_empty()
        && query.mfa.is_empty()
        && query.seat.is_empty()
    {
        return None;
    }
    Some(std::array::from_fn(|number| {
        let codes = Codes(number as u16);
        pass(&query.status, &codes.status())
            && pass(&query.kind, &codes.kind())
            && pass(&query.mfa, &codes.mfa())
            && pass(
                &query.seat,
                &view.catalog.seat(codes.status(), codes.kind()),
            )
    }))
}

fn signed_in(query: &UserQuery) -> Option<std::ops::Range<i64>> {
    let (from, to) = (query.last_sign_in_from, query.last_sign_in_to);
    if query.never_signed_in {
        // Together with a bound nothing passes: what is not known lies in no range.
        let end = if from.is_none() && to.is_none() {
            NEVER + 1
        } else {
            NEVER
        };
        return Some(NEVER..end);
    }
    if from.is_none() && to.is_none() {
        return None;
    }
    let known = NEVER + 1;
    Some(from.map_or(known, |from| from.0.max(known))..to.map_or(i64::MAX, |to| to.0))
}

/// The scopes with this name, or the one with this path from the root, and everything below; none when there is no such scope.
fn within(view: &TenantView, text: &str) -> Option<Vec<ScopeId>> {
    let named = view.scopes.iter().filter(|s| same(&s.name, text));
    let mut within: Vec<ScopeId> = named.map(|s| s.id).collect();
    // No name holds the separator, so a text with one is a path.
    if within.is_empty() && text.contains(SEPARATOR) {
        within.push(at_path(view, text)?);
    }
    if within.is_empty() {
        return None;
    }
    // A scope comes to be after the one it lies in, so one pass in the order of numbers finds them all.
    for scope in view.scopes.iter() {
        if scope.parent.is_some_and(|p| within.contains(&p)) && !within.contains(&scope.id) {
            within.push(scope.id);
        }
    }
    within.sort_unstable();
    Some(within)
}

/// The scope of a path, its names compared without case.
fn at_path(view: &TenantView, path: &str) -> Option<ScopeId> {
    let mut names = path
        .split(SEPARATOR)
        .map(str::trim)
        .filter(|n| !n.is_empty());
    names.try_fold(ScopeId::ROOT, |at, name| {
        let mut below = scopes::children(&view.scopes, at);
        below.find(|s| same(&s.name, name)).map(|s| s.id)
    })
}
