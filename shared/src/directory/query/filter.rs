//! Which rows of a chunk a query lets pass.

use super::rows::Rows;
use super::search::search;
use crate::directory::chunk::{Chunk, Number};
use crate::directory::column::codes::{Codes, FILTERED};
use crate::directory::column::hot::{NEVER, PAGE};
use crate::directory::column::interned::{at_scope, bits_of, seen_of};
use crate::directory::error::QueryError;
use crate::directory::flags::{self, At};
use crate::directory::fold::same;
use crate::directory::tenant::TenantView;
use crate::domain::{Micros, ScopeId, ScopeNode};
use crate::rules::scopes;
use crate::rules::scopes::SEPARATOR;
use crate::wire::bound::Bound;
use crate::wire::user::UserQuery;
use memchr::memmem;
use std::collections::BTreeSet;

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
    /// The bits of each set of roles, where only a part of them is seen.
    seen: Option<Vec<u8>>,
    at: At,
    finder: Option<&'a memmem::Finder<'a>>,
}

impl<'a> Filter<'a> {
    pub fn new(
        view: &'a TenantView,
        query: &UserQuery,
        now: Micros,
        finder: Option<&'a memmem::Finder<'a>>,
        part: Option<&BTreeSet<ScopeId>>,
    ) -> Result<Self, QueryError> {
        let interned = &view.table.interned;
        let seen = |scope: &ScopeId| part.is_none_or(|part| part.contains(scope));
        let scope = match &query.scope {
            None => None,
            Some(name) => {
                let mut within = within(&view.scopes, name).unwrap_or_default();
                within.retain(seen);
                if within.is_empty() {
                    return Err(QueryError::NoScope {
                        tenant: view.tenant.name.clone(),
                        scope: name.clone(),
                    });
                }
                let sets = interned.sets_with(|set| at_scope(set, &within));
                Some((within, sets))
            }
        };
        let wanted = |role: &String| query.role.is_empty() || query.role.contains(role);
        let roles = (part.is_some() || !query.role.is_empty()).then(|| {
            interned.sets_with(|set| {
                set.iter()
                    .any(|held| seen(&held.scope) && wanted(&held.role))
            })
        });
        Ok(Filter {
            view,
            codes: codes(view, query),
            roles,
            scope,
            signed_in: signed_in(view, query, now),
            flags: flags::bits(&query.flag),
            seen: part.map(|part| {
                let sets = interned.role_sets().iter();
                sets.map(|set| bits_of(&seen_of(set, part), &view.catalog))
                    .collect()
            }),
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
            let all = self.view.table.interned.bits();
            let sets = self.seen.as_deref().unwrap_or(all);
            let bits = chunk.all_flags(sets, &self.at, self.flags);
            rows.retain(|row| bits[row] & self.flags == self.flags);
        }
        if let Some(finder) = self.finder {
            search(chunk.texts.folded(), finder, &mut rows);
        }
        rows
    }
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

fn signed_in(view: &TenantView, query: &UserQuery, now: Micros) -> Option<std::ops::Range<i64>> {
    let here = |bound: Option<Bound>| bound.map(|bound| bound.instant(&view.zone(), now));
    let (from, to) = (here(query.last_sign_in_from), here(query.last_sign_in_to));
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
fn within(scopes: &[ScopeNode], text: &str) -> Option<Vec<ScopeId>> {
    let named = scopes.iter().filter(|s| is_called(s, text));
    let mut meant: Vec<ScopeId> = named.map(|s| s.id).collect();
    // No name holds the separator, so a text with one is a path.
    if meant.is_empty() && text.contains(SEPARATOR) {
        meant.push(at_path(scopes, text)?);
    }
    if meant.is_empty() {
        return None;
    }
    meant.sort_unstable();
    // A scope that was moved may lie in one that came to be after it: numbers tell nothing of what lies where.
    let below =
        |id: &ScopeId| scopes::upward(scopes, *id).any(|at| meant.binary_search(&at).is_ok());
    let mut within: Vec<ScopeId> = scopes.iter().map(|s| s.id).filter(below).collect();
    within.extend(&meant);
    within.sort_unstable();
    within.dedup();
    Some(within)
}

/// The scope of a path, its names compared without case.
fn at_path(scopes: &[ScopeNode], path: &str) -> Option<ScopeId> {
    let mut names = path
        .split(SEPARATOR)
        .map(str::trim)
        .filter(|n| !n.is_empty());
    names.try_fold(ScopeId::ROOT, |at, name| {
        let mut below = scopes::children(scopes, at);
        below.find(|s| is_called(s, name)).map(|s| s.id)
    })
}

/// Whether a text is a scope's name, or what people read in its place.
fn is_called(scope: &ScopeNode, text: &str) -> bool {
    same(&scope.name, text) || (!text.is_empty() && same(&scope.profile.shown, text))
}

#[cfg(test)]
mod tests {
    use super::within;
    use crate::domain::{ScopeId, ScopeKind, ScopeNode, ScopeProfile};

    /// Scopes as `(number, parent, name)`.
    fn tree(nodes: &[(u32, u32, &str)]) -> Vec<ScopeNode> {
        let node = |(id, parent, name): &(u32, u32, &str)| ScopeNode {
            id: ScopeId(*id),
            kind: ScopeKind::Account,
            parent: Some(ScopeId(*parent)),
            name: (*name).to_owned(),
            profile: ScopeProfile::default(),
        };
        nodes.iter().map(node).collect()
    }

    fn found(nodes: &[ScopeNode], text: &str) -> Option<Vec<u32>> {
        within(nodes, text).map(|ids| ids.into_iter().map(|id| id.0).collect())
    }

    #[test]
    fn a_path_means_one_scope_and_a_name_all_of_that_name() {
        let nodes = tree(&[
            (1, 0, "Europe"),
            (2, 1, "Sales"),
            (3, 0, "Asia"),
            (4, 3, "Sales"),
            (5, 4, "Japan"),
        ]);
        assert_eq!(found(&nodes, "Asia/Sales"), Some(vec![4, 5]));
        assert_eq!(found(&nodes, " asia / SALES /"), Some(vec![4, 5]));
        assert_eq!(found(&nodes, "sales"), Some(vec![2, 4, 5]));
        assert_eq!(found(&nodes, "Europe"), Some(vec![1, 2]));
        assert_eq!(found(&nodes, "Europe/Japan"), None);
        assert_eq!(found(&nodes, "Africa"), None);
        assert_eq!(found(&nodes, "/"), Some(vec![0, 1, 2, 3, 4, 5]));
    }

    #[test]
    fn a_scope_that_was_moved_below_a_younger_one_is_found_in_it() {
        // 1 lies in 2, which lies in 3: each was moved below the one made after it.
        let nodes = tree(&[(1, 2, "Lyon"), (2, 3, "France"), (3, 0, "Europe")]);
        assert_eq!(found(&nodes, "Europe"), Some(vec![1, 2, 3]));
        assert_eq!(found(&nodes, "Europe/France"), Some(vec![1, 2]));
        assert_eq!(found(&nodes, "France"), Some(vec![1, 2]));
    }
}
