//! The verbs that are drawn, and what the model says each of them does.

use crate::file::{Counts, Row};
use crate::rights::Draft;
use crate::world::{Held, World};

/// How roles are edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Set,
    Add,
    Remove,
}

/// One verb.
#[derive(Debug, Clone)]
pub enum Ask {
    Invite(u64, Held),
    /// Each role at a scope, or without one: at the root, and for taking away wherever it is held.
    Role(u64, How, Vec<(String, Option<u32>)>),
    Step(u64, &'static str),
    Delete(u64),
    /// To an account of the tree; to another tree where none is named.
    Move(u64, Option<u32>),
    Offboard(u64, &'static str),
    NameOwner(u64),
    Propose(u64, bool),
    Confirm {
        same: bool,
    },
    Cancel,
    ScopeMake(&'static str, u32, &'static str),
    ScopeMove(u32, u32),
    ScopeRename(u32, &'static str),
    ScopeBlock(u32, bool),
    /// The only roles that may be held there.
    ScopeRoles(u32, Vec<String>),
    RoleMake(String, u32, Option<&'static str>, Draft),
    RoleEdit(String, Draft),
    RoleDrop(String),
    Seats(usize),
    Pool(&'static str, usize),
    Tier(&'static str),
    File(Vec<Row>),
    /// Days pass, these sign in, sweeps run.
    Night(u32, Vec<u64>),
}

/// What the model says.
pub enum Said {
    /// The tenant as it is afterwards, and what a file came to.
    Done(Box<World>, Counts),
    /// Why not.
    Refused(&'static str),
}

impl World {
    pub fn after(&self, ask: &Ask) -> Said {
        let mut after = self.clone();
        let mut counts = Counts::default();
        let taken = match ask {
            Ask::Invite(n, roles) => after.invite(*n, roles),
            Ask::Role(n, how, roles) => self
                .edited(*n, *how, roles)
                .and_then(|roles| after.give(*n, roles)),
            Ask::Step(n, verb) => after.step(*n, verb),
            Ask::Delete(n) => after.delete(*n),
            Ask::Move(n, to) => after.move_user(*n, *to),
            Ask::Offboard(n, verb) => after.step(*n, verb),
            Ask::NameOwner(n) => after.name_owner(*n),
            Ask::Propose(n, replace) => after.propose(*n, *replace),
            Ask::Confirm { same } => after.confirm(*same),
            Ask::Cancel => after.cancel(),
            Ask::ScopeMake(kind, parent, name) => after.make_scope(kind, *parent, name).map(|_| ()),
            Ask::ScopeMove(scope, parent) => after.move_scope(*scope, *parent),
            Ask::ScopeRename(scope, name) => after.rename_scope(*scope, name),
            Ask::ScopeBlock(scope, shut) => after.block_scope(*scope, *shut),
            Ask::ScopeRoles(scope, roles) => after.switch_on(*scope, roles),
            Ask::RoleMake(id, home, copy, draft) => after.make_role(id, *home, *copy, draft),
            Ask::RoleEdit(id, draft) => after.edit_role(id, draft),
            Ask::RoleDrop(id) => after.drop_role(id),
            Ask::Seats(seats) => after.buy(*seats),
            Ask::Pool(pool, seats) => after.buy_pool(pool, *seats),
            Ask::Tier(tier) => after.buy_tier(tier),
            Ask::File(rows) => {
                counts = after.file(rows);
                Ok(())
            }
            Ask::Night(days, signed_in) => {
                after.night(*days, signed_in);
                Ok(())
            }
        };
        match taken.and_then(|()| after.stands_after(self)) {
            Ok(()) => Said::Done(Box::new(after), counts),
            Err(why) => Said::Refused(why),
        }
    }

    /// The whole list that an edit asks for.
    fn edited(
        &self,
        n: u64,
        how: How,
        roles: &[(String, Option<u32>)],
    ) -> Result<Held, &'static str> {
        let held = self.people.get(&n).ok_or("nobody")?.roles.clone();
        if !roles.iter().all(|(id, _)| self.knows(id)) {
            return Err("no such role");
        }
        let told = roles.iter().map(|(id, at)| (id.clone(), at.unwrap_or(0)));
        match how {
            How::Set => Ok(told.collect()),
            How::Add => Ok(held.into_iter().chain(told).collect()),
            How::Remove => {
                let mut left = held;
                for (id, at) in roles {
                    let meant = |(role, there): &(String, u32)| {
                        role == id && at.is_none_or(|at| at == *there)
                    };
                    let before = left.len();
                    left.retain(|held| !meant(held));
                    if left.len() == before {
                        return Err("not held");
                    }
                }
                Ok(left)
            }
        }
    }

    fn move_user(&mut self, n: u64, to: Option<u32>) -> Result<(), &'static str> {
        let person = self.people.get(&n).ok_or("nobody")?;
        let after = self.moved(person, to.ok_or("another tree")?)?;
        self.people.insert(n, after);
        Ok(())
    }

    fn buy(&mut self, seats: usize) -> Result<(), &'static str> {
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

    fn buy_pool(&mut self, pool: &'static str, seats: usize) -> Result<(), &'static str> {
        let there = self.vendor.pools.iter().any(|p| p.0 == pool);
        if !there || seats < self.taken_of(pool) {
            return Err("no such pool, or fewer than are taken");
        }
        self.pools.insert(pool, seats);
        Ok(())
    }

    fn buy_tier(&mut self, tier: &'static str) -> Result<(), &'static str> {
        let found = self.vendor.tiers.iter().find(|t| t.0 == tier);
        let most = found.ok_or("no such tier")?.1;
        if self.tier != Some(tier) && most.is_some_and(|most| self.taken() > most) {
            return Err("fewer than are taken");
        }
        self.tier = Some(tier);
        Ok(())
    }
}
