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

/// Counts the seats of each pool, in the order of the catalog. `each` calls its argument with every set of roles, and how
/// many of its holders have a seat.
pub fn count(
    catalog: &Catalog,
    plan: &TenantPlan,
    each: impl FnOnce(&mut dyn FnMut(&[Assignment], u64)),
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
    each(&mut |roles, seats| {
        let of = catalog.pool(roles).map(|p| p.id.as_str());
        if let Some(pool) = pools.iter_mut().find(|p| Some(p.id.as_str()) == of) {
            pool.taken += seats;
        }
    });
    pools
}
