//! The consolidated report over all accounts of a tree, which the vendor cannot give.

use super::scopes::{path, upward};
use super::sweeps::Row;
use crate::domain::{
    AccountFacts, AccountId, Asset, AssetKind, Assignment, Mfa, Micros, ScopeId, ScopeNode,
    SeatHold, Span, Status,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is counted of one scope, or of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// The scope's path; untrusted. `total` for the tenant.
    pub path: String,
    /// Users with a role at or below it, by state.
    pub users: BTreeMap<String, u64>,
    /// Holders of each role exactly here.
    pub roles: BTreeMap<String, u64>,
    /// Seats in use.
    pub seats: u64,
    /// Active privileged users of whom it is known that they have no second factor.
    pub mfa_missing: u64,
    /// Active users who did nothing for 45 days or more.
    pub idle: u64,
    /// Assets owned, by kind.
    pub assets: BTreeMap<String, u64>,
}

/// Not used for so long is idle.
const IDLE: Span = Span::days(45);

/// Counts for each scope, the root first, and for the tenant as a whole.
#[derive(Debug)]
pub struct Reporter {
    /// Where each scope's row stands.
    rows: Vec<Counts>,
    at: HashMap<ScopeId, usize>,
    /// The rows of a scope and all it lies in.
    above: HashMap<ScopeId, Vec<usize>>,
    total: Counts,
    assets: HashMap<AccountId, BTreeMap<String, u64>>,
    idle_before: Micros,
}

impl Reporter {
    /// A report at an instant: over these scopes, with what accounts own.
    pub fn new<'a>(
        scopes: &[ScopeNode],
        assets: impl Iterator<Item = &'a Asset>,
        now: Micros,
    ) -> Self {
        let ids: Vec<ScopeId> = std::iter::once(ScopeId::ROOT)
            .chain(
                scopes
                    .iter()
                    .map(|n| n.id)
                    .filter(|id| *id != ScopeId::ROOT),
            )
            .collect();
        let rows = ids
            .iter()
            .map(|id| Counts {
                path: path(scopes, *id),
                ..Counts::default()
            })
            .collect();
        let at: HashMap<ScopeId, usize> = ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        let above = ids
            .iter()
            .map(|id| {
                let up = upward(scopes, *id).filter_map(|at_id| at.get(&at_id).copied());
                (*id, up.collect())
            })
            .collect();
        let mut owned: HashMap<AccountId, BTreeMap<String, u64>> = HashMap::new();
        for asset in assets.filter(|a| !a.gone) {
            let counts = owned.entry(asset.owner).or_default();
            *counts.entry(word(asset.kind)).or_default() += 1;
        }
        Reporter {
            rows,
            at,
            above,
            total: Counts {
                path: "total".into(),
                ..Counts::default()
            },
            assets: owned,
            idle_before: now.minus(IDLE),
        }
    }

    /// Counts one account: exactly once in each row, however many roles it holds there.
    pub fn see(&mut self, facts: &AccountFacts, roles: &[Assignment]) {
        if facts.status == Status::Deleted {
            return;
        }
        let assets = self.assets.get(&facts.id);
        let reached: BTreeSet<usize> = roles
            .iter()
            .filter_map(|a| self.above.get(&a.scope))
            .flatten()
            .copied()
            .collect();
        for row in reached {
            if let Some(row) = self.rows.get_mut(row) {
                count(row, facts, assets, self.idle_before);
            }
        }
        count(&mut self.total, facts, assets, self.idle_before);
        let exactly: BTreeSet<(&str, ScopeId)> =
            roles.iter().map(|a| (a.role.as_str(), a.scope)).collect();
        for (role, scope) in &exactly {
            if let Some(row) = self.at.get(scope).and_then(|i| self.rows.get_mut(*i)) {
                *row.roles.entry((*role).to_owned()).or_default() += 1;
            }
        }
        let names: BTreeSet<&str> = exactly.iter().map(|(role, _)| *role).collect();
        for role in names {
            *self.total.roles.entry(role.to_owned()).or_default() += 1;
        }
    }

    /// The rows, the total last.
    pub fn finish(mut self) -> Vec<Counts> {
        self.rows.push(self.total);
        self.rows
    }
}

fn count(
    row: &mut Counts,
    facts: &AccountFacts,
    assets: Option<&BTreeMap<String, u64>>,
    idle_before: Micros,
) {
    let active = facts.status == Status::Active;
    *row.users.entry(facts.status.to_string()).or_default() += 1;
    row.seats += u64::from(facts.seat == SeatHold::Used);
    row.mfa_missing += u64::from(active && facts.privileged && facts.mfa == Mfa::None);
    row.idle += u64::from(active && facts.idle_by(idle_before));
    for (kind, n) in assets.into_iter().flatten() {
        *row.assets.entry(kind.clone()).or_default() += n;
    }
}

fn word(kind: AssetKind) -> String {
    kind.word().to_owned()
}
