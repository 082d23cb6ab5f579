//! How many seats are left: bought seats, the tier's highest number, and pools that are counted apart.

use super::Refusal;
use super::features::PoolUse;
use super::lifecycle::no_seat;
use crate::catalog::Catalog;
use crate::domain::{Account, Assignment, Kind, SeatHold, Status, TenantPlan};
use crate::text::counted;
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
    /// Users who are idle: who could make room; none where that was not counted.
    pub idle: Option<u64>,
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

    /// Leaves out what the vendor still holds for the account that is decided on: it takes that again before any other.
    /// Its roles by what was decided, and as the vendor has them.
    pub fn own(&mut self, [decided, there]: [Option<&[Assignment]>; 2]) {
        let Some(there) = there else { return };
        let pool = |roles: &[Assignment]| self.catalog.pool(roles).map(|p| &p.id);
        if decided.is_none() {
            self.taken = self.taken.saturating_sub(1);
        }
        if decided.and_then(pool) != pool(there) {
            self.back_to_pool(there);
        }
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
                    "User Limit Reached: all {} of {:?} are taken",
                    counted(taken, "seat"),
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

    /// Follows an account from how it was (none: it is new) to how it is: its seat is taken, given back, or moves to
    /// another pool.
    ///
    /// # Errors
    /// Rule `seats`: what is needed is not free; nothing is taken then.
    pub fn follow(&mut self, before: Option<&Account>, after: &Account) -> Result<(), Refusal> {
        let holds = |a: &Account| self.catalog.seat(a.status, a.kind) != SeatHold::None;
        let held = before.filter(|before| holds(before));
        match (held, holds(after)) {
            (None, false) => Ok(()),
            (None, true) => self.take(after.status, after.kind, &after.assignments),
            (Some(before), false) => {
                self.taken = self.taken.saturating_sub(1);
                self.back_to_pool(&before.assignments);
                Ok(())
            }
            (Some(before), true) => {
                let pool = |a: &Account| self.catalog.pool(&a.assignments).map(|p| &p.id);
                if pool(before) != pool(after) {
                    self.take_from_pool(&after.assignments)?;
                    self.back_to_pool(&before.assignments);
                }
                Ok(())
            }
        }
    }

    fn back_to_pool(&mut self, roles: &[Assignment]) {
        let pool = self.catalog.pool(roles);
        if let Some(taken) = pool.and_then(|p| self.pools.get_mut(&p.id)) {
            *taken = taken.saturating_sub(1);
        }
    }

    fn idle_words(&self) -> String {
        let who = match self.idle {
            None => return String::new(),
            Some(0) => "nobody is".to_owned(),
            Some(1) => "1 is".to_owned(),
            Some(n) => format!("{n} are"),
        };
        format!(": {who} idle now (`rollcall user list --flag idle`)")
    }
}

/// Refuses a change of what roles are that needs more seats of a pool than were bought.
///
/// # Errors
/// Rule `seats`.
pub fn pools_hold(before: &[PoolUse], after: &[PoolUse]) -> Result<(), Refusal> {
    let short = after.iter().find(|now| {
        let earlier = before.iter().find(|p| p.id == now.id);
        let grew = earlier.is_none_or(|p| now.taken > p.taken);
        grew && now.limit.is_some_and(|most| now.taken > u64::from(most))
    });
    match short {
        None => Ok(()),
        Some(pool) => Err(Refusal::new(
            "seats",
            format!(
                "User Limit Reached: the holders of the role would need {} of {:?} in all; bought: {}",
                counted(pool.taken, "seat"),
                pool.label,
                pool.limit.unwrap_or(0)
            ),
            "buy more of them, or take the role from some of its holders first",
        )),
    }
}

/// Refuses a catalog by whose seat rules more seats are taken than there may be. Where that is so already, none is added.
///
/// # Errors
/// Rule `seats`.
pub fn seats_hold(now: u32, then: u32, most: Option<u32>) -> Result<(), Refusal> {
    let most = match most {
        Some(most) if then > now && then > most => most,
        _ => return Ok(()),
    };
    Err(Refusal::new(
        "seats",
        format!(
            "User Limit Reached: by this catalog's rules {} would be taken, there are {most}",
            counted(then, "seat")
        ),
        "buy more of them, or deactivate accounts that are not used first",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{builtin, parse};
    use crate::domain::{AccountId, CustomRole, Micros, ScopeId};

    fn limits<'a>(catalog: &'a Catalog, plan: &'a TenantPlan) -> Limits<'a> {
        Limits {
            catalog,
            plan,
            seats: None,
            taken: 0,
            pools: BTreeMap::new(),
            idle: Some(3),
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

    #[test]
    fn a_tenants_own_role_takes_a_seat_by_what_it_grants() {
        let esign = catalog("esignanywhere");
        let pool = |grants: &[&str]| {
            let own = CustomRole {
                id: "own".into(),
                label: "Own".into(),
                description: String::new(),
                grants: grants.iter().map(|g| (*g).to_owned()).collect(),
                blocks: ["envelope.list".to_owned()].into(),
                enabled: true,
                home: ScopeId::ROOT,
                offered: None,
                privileged: false,
            };
            let with = esign.with_custom([own].iter());
            with.pool(&[Assignment::at_root("own")]).unwrap().id.clone()
        };
        for sends in ["envelope.send", "api.use", "organization.users_manage"] {
            assert_eq!(pool(&[sends]), "sender");
            assert_eq!(pool(&["sign.own", sends]), "sender");
        }
        assert_eq!(pool(&["sign.own"]), "viewer");
        assert_eq!(pool(&["organization.anonymized_history"]), "viewer");
        assert_eq!(pool(&[]), "viewer");
    }

    #[test]
    fn a_pool_that_a_change_of_roles_would_overfill_is_named() {
        let of = |taken, limit| PoolUse {
            id: "sender".into(),
            label: "Sender users".into(),
            taken,
            limit,
        };
        let hold = |before, after, limit| pools_hold(&[of(before, limit)], &[of(after, limit)]);
        assert!(
            hold(1, 2, Some(1))
                .unwrap_err()
                .what
                .contains("Sender users")
        );
        for fine in [
            hold(1, 2, Some(2)),
            hold(1, 2, None),
            hold(3, 3, Some(1)),
            hold(3, 2, Some(1)),
        ] {
            assert!(fine.is_ok());
        }
    }

    #[test]
    fn seat_rules_that_take_more_seats_than_there_are_are_refused_unless_it_was_so_already() {
        assert!(seats_hold(2, 3, Some(2)).is_err());
        for (now, then, most) in [
            (2, 3, Some(3)),
            (2, 3, None),
            (3, 3, Some(2)),
            (4, 3, Some(2)),
        ] {
            assert!(seats_hold(now, then, most).is_ok(), "{now} {then} {most:?}");
        }
    }

    #[test]
    fn a_seat_follows_the_account_and_comes_back_when_it_goes() {
        let esign = catalog("esignanywhere");
        let plan = TenantPlan {
            pools: BTreeMap::from([("sender".to_owned(), 1), ("viewer".to_owned(), 1)]),
            ..TenantPlan::default()
        };
        let mut limits = limits(&esign, &plan);
        limits.seats = Some(2);
        let account = |id: u32, role: &str, status| {
            let mut account = Account::new(AccountId(id), "a@sign.example", Micros(0));
            account.assignments = vec![Assignment::at_root(role)];
            account.status = status;
            account
        };
        let sender = account(1, "power_user", Status::Active);
        let viewer = account(2, "registered_signer", Status::Active);
        limits.follow(None, &sender).unwrap();
        limits.follow(None, &viewer).unwrap();
        // Every seat is taken, and so is every seat of either pool.
        let third = account(3, "registered_signer", Status::Active);
        assert!(limits.follow(None, &third).is_err());
        let raised = account(2, "power_user", Status::Active);
        let refused = limits.follow(Some(&viewer), &raised).unwrap_err();
        assert!(refused.what.contains("Sender users"), "{refused}");
        assert_eq!((limits.taken, &limits.pools["viewer"]), (2, &1));
        // The sender leaves: the viewer moves up, and a seat of its own is free again.
        let gone = account(1, "power_user", Status::Deactivated);
        limits.follow(Some(&sender), &gone).unwrap();
        limits.follow(Some(&viewer), &raised).unwrap();
        limits.follow(None, &third).unwrap();
        assert_eq!((limits.taken, limits.free()), (2, Some(0)));
        // Without a limit that is reached nothing is said of who is idle.
        limits.idle = None;
        let refused = limits
            .follow(None, &account(4, "api_user", Status::Active))
            .unwrap_err();
        assert!(!refused.instead.contains("idle"), "{refused}");
    }
}
