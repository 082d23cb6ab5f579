//! Seats that are counted apart by role.

use crate::catalog::Catalog;
use crate::domain::{Assignment, TenantPlan};

/// How one pool stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolUse {
    /// Identifier.
    pub id: String,
    /// Words on screen.
    pub label: String,
    /// Seats used and reserved.
    pub taken: u64,
    /// Seats bought; none is unlimited.
    pub limit: Option<u32>,
}

/// Counts the seats of each pool, in the order of the catalog. `each` calls its argument with the roles by which accounts
/// hold seats as decided, those by which the vendor has them still, and how many accounts do. Both pools are taken until
/// they are the same.
pub fn count(
    catalog: &Catalog,
    plan: &TenantPlan,
    each: impl FnOnce(&mut dyn FnMut([Option<&[Assignment]>; 2], u64)),
) -> Vec<PoolUse> {
    let mut pools: Vec<PoolUse> = catalog
        .pools
        .iter()
        .map(|p| PoolUse {
            id: p.id.clone(),
            label: p.label.clone(),
            taken: 0,
            limit: plan.pools.get(&p.id).copied(),
        })
        .collect();
    if pools.is_empty() {
        return pools;
    }
    each(&mut |sets, accounts| {
        let [decided, there] =
            sets.map(|roles| roles.and_then(|r| catalog.pool(r)).map(|p| p.id.as_str()));
        let there = there.filter(|id| Some(*id) != decided);
        for id in [decided, there].into_iter().flatten() {
            if let Some(pool) = pools.iter_mut().find(|p| p.id == id) {
                pool.taken += accounts;
            }
        }
    });
    pools
}
