//! How many seats are left: bought seats, the tier's highest number, and pools that are counted apart.

use super::Refusal;
use super::lifecycle::no_seat;
use crate::catalog::Catalog;
use crate::domain::{Assignment, Kind, SeatHold, Status, TenantPlan};
use std::collections::BTreeMap;

/// Seats of a tenant as they stand.
#[derive(Debug, Clone)]
pub struct Limits<'a> {
    /// The catalog in force.
    pub catalog: &'a Catalog,
    /// What was bought.
    pub plan: &'a TenantPlan,
    /// Seats bought; none is no limit.
    pub seats: Option<u32>,
    /// Seats used, reserved, or not yet given back by the vendor.
    pub taken: u32,
    /// The same for each pool by its identifier.
    pub pools: BTreeMap<String, u32>,
    /// Users who are idle: who could make room.
    pub idle: u64,
}

impl Limits<'_> {
    /// Users the tenant may have: what was bought, and no more than the tier allows.
    pub fn most(&self) -> Option<u32> {
        let tier = self.plan.tier.as_deref().and_then(|t| self.catalog.tier(t));
        match (self.seats, tier.and_then(|t| t.max_users)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        }
    }

    /// Seats that are free; none is no limit.
    pub fn free(&self) -> Option<u32> {
        self.most().map(|most| most.saturating_sub(self.taken))
    }

    /// Takes a seat for an account in this state with these roles, or refuses: "User Limit Reached", with both ways out.
    /// Signers and outsiders take none.
    pub fn take(
        &mut self,
        status: Status,
        kind: Kind,
        roles: &[Assignment],
    ) -> Result<(), Refusal> {
        if self.catalog.seat(status, kind) == SeatHold::None {
            return Ok(());
        }
        if self.free() == Some(0) {
            return Err(no_seat(&self.idle_words()));
        }
        self.take_from_pool(roles)?;
        self.taken = self.taken.saturating_add(1);
        Ok(())
    }

    /// Takes a seat of the pool that these roles belong to.
    pub fn take_from_pool(&mut self, roles: &[Assignment]) -> Result<(), Refusal> {
        let Some(pool) = self.catalog.pool(roles) else {
            return Ok(());
        };
        let taken = self.pools.get(&pool.id).copied().unwrap_or(0);
        if self
            .plan
            .pools
            .get(&pool.id)
            .is_some_and(|most| taken >= *most)
        {
            return Err(Refusal::new(
                "seats",
                format!(
                    "User Limit Reached: all {taken} seats of {:?} are taken",
                    pool.label
                ),
                format!(
                    "buy more of them, give another role, or deactivate accounts that are not used{}",
                    self.idle_words()
                ),
            ));
        }
        self.pools.insert(pool.id.clone(), taken + 1);
        Ok(())
    }

    fn idle_words(&self) -> String {
        format!(
            ": {} idle now (`rollcall user list --flag idle`)",
            match self.idle {
                0 => "nobody is".to_owned(),
                1 => "1 is".to_owned(),
                n => format!("{n} are"),
            }
        )
    }
}

/// Whether a feature is on: switched on, or brought by the tier.
pub fn feature_on(catalog: &Catalog, plan: &TenantPlan, feature: &str) -> bool {
    let tier = plan.tier.as_deref().and_then(|t| catalog.tier(t));
    plan.features.contains(feature) || tier.is_some_and(|t| t.features.iter().any(|f| f == feature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{builtin, parse};

    fn limits<'a>(catalog: &'a Catalog, plan: &'a TenantPlan) -> Limits<'a> {
        Limits {
            catalog,
            plan,
            seats: None,
            taken: 0,
            pools: BTreeMap::new(),
            idle: 3,
        }
    }

    fn catalog(name: &str) -> Catalog {
        parse(name, builtin(name).unwrap()).unwrap()
    }

    #[test]
    fn the_smaller_of_tier_and_seats_binds_and_both_remedies_are_named() {
        let iusign = catalog("iusign");
        let plan = TenantPlan {
            tier: Some("solo".into()),
            ..TenantPlan::default()
        };
        let mut limits = limits(&iusign, &plan);
        limits.seats = Some(10);
        limits.taken = 4;
        let user = [Assignment::at_root("user")];
        limits.take(Status::Invited, Kind::Person, &user).unwrap();
        let refused = limits
            .take(Status::Invited, Kind::Person, &user)
            .unwrap_err();
        assert!(refused.what.contains("User Limit Reached"));
        for part in ["bigger plan", "deactivate", "3 are idle"] {
            assert!(refused.instead.contains(part), "{refused}");
        }
        limits.take(Status::Invited, Kind::Signer, &user).unwrap();
    }

    #[test]
    fn pools_are_counted_apart() {
        let esign = catalog("esignanywhere");
        let plan = TenantPlan {
            pools: BTreeMap::from([("sender".to_owned(), 1)]),
            ..TenantPlan::default()
        };
        let mut limits = limits(&esign, &plan);
        let (power, signer) = (
            [Assignment::at_root("power_user")],
            [Assignment::at_root("registered_signer")],
        );
        let mut take =
            |roles: &[Assignment]| limits.take(Status::Invited, Kind::Person, roles).is_ok();
        assert!(take(&power) && !take(&power) && take(&signer));
    }
}
