//! What a tenant has bought and switched on.

use crate::world::World;

impl World {
    pub fn buy(&mut self, seats: usize) -> Result<(), &'static str> {
        if seats == self.seats {
            return Ok(());
        }
        let tier = self.vendor.tiers.iter().find(|t| Some(t.0) == self.tier);
        let most = tier.and_then(|t| t.1);
        if seats < self.taken() || most.is_some_and(|most| seats > most || self.taken() > most) {
            return Err("fewer than are taken, or more than the tier has");
        }
        self.seats = seats;
        Ok(())
    }

    pub fn buy_pool(&mut self, pool: &'static str, seats: usize) -> Result<(), &'static str> {
        let there = self.vendor.pools.iter().any(|p| p.0 == pool);
        if !there || seats < self.taken_of(pool) {
            return Err("no such pool, or fewer than are taken");
        }
        self.pools.insert(pool, seats);
        Ok(())
    }

    /// A tier switches its features on, and those off that only other tiers bring.
    pub fn buy_tier(&mut self, tier: &'static str) -> Result<(), &'static str> {
        let found = self.vendor.tiers.iter().find(|t| t.0 == tier);
        let (_, most, brings) = found.ok_or("no such tier")?;
        let needed = self.taken().max(self.seats);
        if self.tier != Some(tier) && most.is_some_and(|most| needed > most) {
            return Err("fewer than are taken, or than were bought");
        }
        self.tier = Some(tier);
        let sold = self.vendor.tiers.iter().flat_map(|t| t.2);
        sold.for_each(|feature| {
            self.features.remove(feature);
        });
        self.features.extend(*brings);
        Ok(())
    }

    /// Switches a feature on or off.
    pub fn switch(&mut self, id: &'static str, on: bool) -> Result<(), &'static str> {
        let known = self.vendor.switches.iter().find(|s| s.0 == id);
        let against = known.ok_or("no such feature")?.1;
        if self.features.contains(id) == on {
            return Ok(());
        }
        if !on {
            let tree = self.features.contains("sub_accounts");
            // In Production sub-accounts stay, and so does Production where they are.
            if tree && (id == "production" || id == "sub_accounts") {
                return Err("stays on");
            }
            self.features.remove(id);
            return Ok(());
        }
        let mut tiers = self.vendor.tiers.iter();
        let sold = tiers.clone().any(|t| t.2.contains(&id));
        if sold && !tiers.any(|t| Some(t.0) == self.tier && t.2.contains(&id)) {
            return Err("another tier has it");
        }
        if against.iter().any(|other| self.features.contains(other)) {
            return Err("not together");
        }
        self.features.insert(id);
        Ok(())
    }
}
