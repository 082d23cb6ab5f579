//! Finding what belongs to whom: assets by their vendor's identifier and by owner, accounts by the numbers others
//! gave them, and who could take over.

use super::chunk::{Chunk, Number, ROWS, assets_of};
use super::column::heap;
use super::lookup::Hits;
use super::parallel;
use super::state::State;
use super::tenant::TenantView;
use crate::domain::{
    AccountFacts, AccountId, Asset, AssetId, AssetKind, Assignment, HandoverId, ScopeId, TenantId,
};
use std::hash::{BuildHasher, RandomState};

/// An index over one tenant's assets by the vendor's identifier. As in [`super::Lookup`] every hit is compared with the
/// asset itself.
#[derive(Debug, Clone)]
pub struct AssetLookup {
    tenant: TenantId,
    hasher: RandomState,
    hits: Hits,
}

impl AssetLookup {
    /// Indexes a tenant's assets as they are.
    pub fn build(state: &State, tenant: TenantId) -> Self {
        let mut lookup = AssetLookup {
            tenant,
            hasher: RandomState::new(),
            hits: Hits::default(),
        };
        if let Some(view) = state.tenant(tenant) {
            view.assets().for_each(|asset| lookup.note(asset));
        }
        lookup
    }

    /// Takes in an asset that came to be.
    pub fn note(&mut self, asset: &Asset) {
        let hash = self.hash(&asset.external);
        self.hits.add(hash, asset.id.0);
    }

    /// The asset with this identifier, compared exactly.
    pub fn find<'s>(&self, state: &'s State, external: &str) -> Option<&'s Asset> {
        let view = state.tenant(self.tenant)?;
        self.hits
            .with(self.hash(external))
            .filter_map(|id| view.asset(AssetId(id)))
            .find(|asset| asset.external == external)
    }

    fn hash(&self, external: &str) -> u32 {
        self.hasher.hash_one(external) as u32
    }
}

/// Which number of an account is looked for: places in the record of numbers others gave.
const EXTERNAL_ID: usize = 1;
const EMPLOYEE_ID: usize = 2;

impl TenantView {
    /// What an account owns that is not gone. Reads through all assets of the tenant.
    pub fn owned(&self, by: AccountId) -> impl Iterator<Item = &Asset> {
        self.assets().filter(move |a| a.owner == by && !a.gone)
    }

    /// The assets whose newest move belongs to a hand-over. Reads through all assets of the tenant.
    pub fn moved(&self, under: HandoverId) -> impl Iterator<Item = &Asset> {
        self.assets()
            .filter(move |a| a.moved.is_some_and(|m| m.handover == under))
    }

    /// The accounts with this number of the identity provider. Reads through all of them.
    pub fn with_external_id(&self, id: &str) -> Vec<AccountId> {
        self.with_number(EXTERNAL_ID, id)
    }

    /// The accounts with this staff number. Reads through all of them.
    pub fn with_employee_id(&self, id: &str) -> Vec<AccountId> {
        self.with_number(EMPLOYEE_ID, id)
    }

    fn with_number(&self, which: usize, id: &str) -> Vec<AccountId> {
        if id.is_empty() {
            return Vec::new();
        }
        let found = parallel::map(&self.table.chunks, |index, chunk| {
            (0..chunk.codes.len())
                .filter(|row| heap::fields::<6>(chunk.ids.record(*row))[which] == id.as_bytes())
                .map(|row| numbered(index, row))
                .collect::<Vec<_>>()
        });
        found.concat()
    }

    /// Accounts that could take over, best first: those of the team before others, then who owns fewest active
    /// envelopes, then by number; at most `most`. `roles` judges a set of roles, `fit` the rest.
    pub fn heirs(
        &self,
        team: Option<ScopeId>,
        most: usize,
        roles: impl Fn(&[Assignment]) -> bool,
        fit: impl Fn(&AccountFacts) -> bool + Sync,
    ) -> Vec<AccountId> {
        let sets = self.table.interned.sets_with(roles);
        let bits = self.table.interned.bits();
        let found = parallel::map(&self.table.chunks, |index, chunk| {
            let mut best: Vec<(bool, u32, AccountId)> = (0..chunk.codes.len())
                .filter(|row| sets.get(chunk.roles[*row] as usize) == Some(&true))
                .filter(|row| {
                    let id = numbered(index, *row);
                    fit(&chunk.facts(id, *row, bits, &self.catalog))
                })
                .map(|row| {
                    let theirs = chunk.number(Number::Team, row).map(ScopeId);
                    let other = team.is_none() || theirs != team;
                    (other, active(chunk, row), numbered(index, row))
                })
                .collect();
            best.sort_unstable();
            best.truncate(most);
            best
        });
        let mut best = found.concat();
        best.sort_unstable();
        best.into_iter().take(most).map(|(.., id)| id).collect()
    }
}

fn numbered(chunk: usize, row: usize) -> AccountId {
    AccountId((chunk * ROWS + row) as u32)
}

/// How many active envelopes an account owns.
fn active(chunk: &Chunk, row: usize) -> u32 {
    let [.., assets, _] = heap::fields::<6>(chunk.ids.record(row));
    let counts = assets_of(assets);
    counts
        .get(AssetKind::ActiveEnvelope as usize)
        .copied()
        .unwrap_or(0)
}
