//! Filters, order and pages.

mod filter;
mod keys;
pub(super) mod order;
mod rows;
mod search;
mod select;
mod sort;
mod texts;

use super::chunk::{Chunk, ROWS};
use super::error::QueryError;
use super::parallel;
use super::state::State;
use super::tenant::TenantView;
use crate::domain::{AccountId, Micros, ScopeId};
use crate::wire::user::{RoleLabels, Shows, UserPage, UserQuery};
use filter::Filter;
use keys::Keys;
use memchr::memmem;
use rows::Rows;
use std::collections::BTreeSet;
use texts::By;

/// Rows a page has when none are asked for.
const DEFAULT_LIMIT: u32 = 50;
/// Rows a page has at most.
const MOST_ROWS: u32 = 1_000;

/// One chunk of one tenant. Frames stand in the order of tenants and account numbers.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    view: &'a TenantView,
    chunk: &'a Chunk,
    index: usize,
}

impl Frame<'_> {
    fn account(&self, row: usize) -> AccountId {
        AccountId((self.index * ROWS + row) as u32)
    }
}

fn frames<'a>(tenants: &[&'a TenantView]) -> Vec<Frame<'a>> {
    tenants
        .iter()
        .flat_map(|view| {
            let chunks = view.table.chunks.iter().enumerate();
            chunks.map(|(index, chunk)| Frame { view, chunk, index })
        })
        .collect()
}

/// Where a row stands: its frame, and its row there.
type Place = (usize, usize);

/// With `part`, only accounts that hold a role at one of these scopes, as if they held nothing else.
pub(super) fn query(
    state: &State,
    query: &UserQuery,
    now: Micros,
    part: Option<&BTreeSet<ScopeId>>,
) -> Result<UserPage, QueryError> {
    let limit = match query.limit {
        0 => DEFAULT_LIMIT,
        n if n <= MOST_ROWS => n,
        n => return Err(QueryError::Limit(n)),
    } as usize;
    let tenants: Vec<&TenantView> = match &query.tenant {
        None if query.scope.is_some() => return Err(QueryError::ScopeWithoutTenant),
        None => state.tenants().collect(),
        Some(name) => {
            let view = state.tenant_named(name);
            vec![view.ok_or_else(|| QueryError::NoTenant(name.clone()))?]
        }
    };
    let needle = super::fold::folded(&query.search);
    let finder = (!needle.is_empty()).then(|| memmem::Finder::new(&needle));
    let filters = tenants
        .iter()
        .map(|view| Filter::new(view, query, now, finder.as_ref(), part));
    let filters = filters.collect::<Result<Vec<_>, _>>()?;
    let frames = frames(&tenants);
    let matched: Vec<Rows> = parallel::map(&frames, |_, frame| {
        let filter = filters.iter().find(|f| f.is_of(frame.view));
        filter.map_or_else(Rows::none, |f| f.rows(frame.chunk))
    });
    let total: usize = matched.iter().map(Rows::count).sum();
    let wanted = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let offset = page_start(total, wanted, limit);
    let take = limit.min(total - offset);
    let places = match By::of(query.sort) {
        Some(by) => {
            let order = (by, query.descending);
            order::page(state, &frames, &matched, order, offset, take)
        }
        None => {
            let keys = Keys::new(
                &tenants,
                &frames,
                &matched,
                query.sort,
                query.descending,
                now,
                part,
            );
            let places = select::page(&keys, total, offset, take).into_iter();
            places
                .filter_map(|(frame, at)| Some((frame, matched[frame].nth(at)?)))
                .collect()
        }
    };
    let row = |(frame, row): Place| {
        let frame: &Frame<'_> = &frames[frame];
        frame.view.row_in(frame.account(row), now, part)
    };
    Ok(UserPage {
        labels: RoleLabels::new(),
        revision: state.revision(),
        total: total as u64,
        offset: offset as u64,
        shows: Shows::default(),
        rows: places.into_iter().filter_map(row).collect(),
    })
}

/// Where a page starts; past the end it is the last page.
fn page_start(total: usize, offset: usize, limit: usize) -> usize {
    if offset < total {
        offset
    } else {
        total.saturating_sub(1) / limit * limit
    }
}
