//! The dice: verbs drawn from a seed.

use crate::file::{Place, Row};
use crate::more;
use crate::rights::Draft;
use crate::vendors::{ENVIRONMENTS, Own};
use crate::verbs::{Ask, How, Said};
use crate::world::{HOLDS, World};
use std::collections::BTreeSet;

/// A kind of scope that most vendors do not have.
const ELSEWHERE: (&str, &[&str]) = ("account", &["tenant", "account"]);

/// Numbers from a seed, the same everywhere (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.roll(times) == 0
    }

    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len() as u64) as usize].clone()
    }

    fn some<T: Clone>(&mut self, of: &[T], most: u64) -> Vec<T> {
        (0..self.roll(most + 1)).map(|_| self.one(of)).collect()
    }

    /// One of the people, mostly of those who are in; now and then somebody who is not there.
    pub fn who(&mut self, world: &World) -> u64 {
        let people = world.people.iter();
        let within = people.filter(|(_, p)| HOLDS.contains(&p.status));
        let within: Vec<u64> = within.map(|(n, _)| *n).collect();
        match self.once_in(3) {
            true => self.roll(world.born() + 1),
            false => self.one(&within),
        }
    }

    pub fn role(&mut self, world: &World) -> String {
        let own: Vec<&String> = world.roles.keys().collect();
        if !own.is_empty() && self.once_in(3) {
            return self.one(&own).clone();
        }
        if self.once_in(40) {
            return "nobody_knows_this_role".to_owned();
        }
        self.one(&world.vendor.roles.iter().map(|r| r.id).collect::<Vec<_>>())
            .to_owned()
    }

    /// A scope, often the root.
    fn scope(&mut self, world: &World) -> u32 {
        match self.once_in(2) {
            true => 0,
            false => self.one(&world.places()),
        }
    }

    /// How many roles somebody is given.
    fn several(&mut self, world: &World) -> u64 {
        match world.vendor.one_role && !self.once_in(8) {
            true => 1,
            false => 1 + self.roll(3) - u64::from(self.once_in(12)),
        }
    }

    pub fn name(&mut self, kind: &str) -> &'static str {
        match kind {
            "team" => self.one(&["Legal", "Sales", "Works", "Night", "Day"]),
            "account" => self.one(&["Europe", "Asia", "Africa", "Pacific"]),
            "organisation" => self.one(&["Org One", "Org Two"]),
            "application" => self.one(&["Portal", "Intake", "Archive", "Gate"]),
            "request" => self.one(&["Lease", "Sale", "Loan", "Gift"]),
            _ if self.once_in(3) => "TESTING",
            _ => self.one(&ENVIRONMENTS),
        }
    }

    fn draft(&mut self, world: &World) -> Draft {
        let all: Vec<&String> = world.matrix.keys().collect();
        let grants = self.some(&all, 5).into_iter().map(|permission| {
            match self.one(&["", "", ":own", ":read_only", ":group"]) {
                "" => permission.clone(),
                qualifier => format!("{permission}{qualifier}"),
            }
        });
        let grants = grants.collect();
        let rarely = world.vendor.own != Own::GrantsAndBlocks;
        let blocks = match rarely && !self.once_in(12) {
            true => Vec::new(),
            false => self.some(&all, 2),
        };
        Draft {
            grants,
            blocks: blocks.into_iter().cloned().collect(),
            clears: self.some(&all, 1).into_iter().cloned().collect(),
            offer: self.once_in(5).then(|| {
                let some = self.some(&world.places(), 3);
                let each: BTreeSet<u32> = some.into_iter().collect();
                each.into_iter().collect()
            }),
            enabled: self.once_in(5).then(|| !self.once_in(3)),
        }
    }

    fn row(&mut self, world: &World) -> Row {
        let states = [
            "active",
            "active",
            "active",
            "invited",
            "suspended",
            "deactivated",
            "expired",
        ];
        let place = match self.roll(6) {
            0 => Place::At(self.scope(world)),
            1 if world.grows_by_file() => {
                let parent = self.one(&world.places());
                Place::Below(parent, self.name("account"))
            }
            _ => Place::Untold,
        };
        let several = self.several(world);
        let mut roles: Vec<String> = (0..several).map(|_| self.role(world)).collect();
        roles.sort_unstable();
        roles.dedup();
        let n = self.who(world);
        Row {
            n: if gone(world, n) { world.born() } else { n },
            status: self.one(&states),
            roles,
            place,
        }
    }

    /// The next verb. Most of those that the model refuses are drawn anew, so that there is more and more to go wrong; not so
    /// one that was not seen refused yet. Now and then one is looked for that was not seen done, or refused.
    pub fn next(&mut self, world: &World, seen: impl Fn(&Ask, bool) -> bool) -> Ask {
        let tries = if self.once_in(4) { 24 } else { 0 };
        for _ in 0..tries {
            let verb = self.verb(world);
            if foreign(&verb, world) || (seen(&verb, true) && seen(&verb, false)) {
                continue;
            }
            if !seen(&verb, matches!(world.after(&verb), Said::Done(..))) {
                return verb;
            }
        }
        let mut verb = self.verb(world);
        for _ in 0..3 {
            let foreign = foreign(&verb, world) && !self.once_in(6);
            let done = matches!(world.after(&verb), Said::Done(..));
            if !foreign && (done || self.once_in(3) || !seen(&verb, false)) {
                break;
            }
            verb = self.verb(world);
        }
        verb
    }

    fn verb(&mut self, world: &World) -> Ask {
        if world.transfer.is_some() && self.once_in(6) {
            let same = self.once_in(4);
            return Ask::Confirm { same };
        }
        if world.vendor.former_owner.is_some() && self.once_in(25) {
            return Ask::Propose(self.who(world), true);
        }
        if self.once_in(3) {
            return self.more(world);
        }
        match self.roll(100) {
            0..14 => {
                let there = self.who(world);
                let n = match gone(world, there) || !self.once_in(3) {
                    true => world.born(),
                    false => there,
                };
                let several = self.several(world);
                let roles = (0..several).map(|_| self.held(world));
                Ask::Invite(n, roles.collect())
            }
            14..30 => {
                let how = self.one(&[How::Set, How::Set, How::Add, How::Remove]);
                let several = self.several(world).max(1);
                let roles = (0..several).map(|_| {
                    let (role, at) = self.held(world);
                    (role, (!self.once_in(3)).then_some(at))
                });
                let roles = roles.collect();
                Ask::Role(self.who(world), how, roles)
            }
            30..52 => {
                let verbs = [
                    "accept",
                    "accept",
                    "decline",
                    "revoke",
                    "resend",
                    "suspend",
                    "reactivate",
                    "reactivate",
                    "deactivate",
                ];
                Ask::Step(self.who(world), self.one(&verbs))
            }
            52..55 => Ask::Delete(self.who(world), self.parting(world)),
            55..58 => {
                let n = self.who(world);
                let heirs = world.people.keys().copied();
                let heirs: Vec<u64> = heirs.filter(|to| world.takes_over(n, *to)).collect();
                let named = !heirs.is_empty() && !self.once_in(3);
                let heir = named.then(|| self.one(&heirs));
                Ask::Offboard(n, self.one(&["suspend", "deactivate"]), heir)
            }
            58..60 => Ask::NameOwner(self.who(world)),
            60..63 => {
                let to = (!self.once_in(6)).then(|| self.scope(world));
                Ask::Move(self.who(world), to)
            }
            63..66 => match self.roll(5) {
                0..2 => Ask::Propose(self.who(world), !self.once_in(4)),
                2..4 => Ask::Confirm {
                    same: self.once_in(3),
                },
                _ => Ask::Cancel,
            },
            66..73 => {
                let (kind, parents) = match self.once_in(15) {
                    true => ELSEWHERE,
                    false => self.one(world.vendor.scopes),
                };
                let mut places = world.places();
                if !self.once_in(4) {
                    places.retain(|at| parents.contains(&world.kind(*at)));
                }
                if places.is_empty() {
                    places.push(0);
                }
                let name = self.name(kind);
                Ask::ScopeMake(kind, self.one(&places), name)
            }
            73..78 => {
                let scope = match self.once_in(8) {
                    true => 0,
                    false => self.one(&world.places()),
                };
                match self.roll(7) {
                    0..3 => Ask::ScopeMove(scope, self.one(&world.places())),
                    3 => Ask::ScopeRename(scope, self.name(world.kind(scope))),
                    4..6 => Ask::ScopeBlock(scope, self.once_in(3)),
                    _ => {
                        let few = self.once_in(2);
                        let roles = (0..5).filter(|_| few).map(|_| self.role(world));
                        let mut each: BTreeSet<String> = roles.collect();
                        if self.once_in(4) {
                            each.insert("nobody_knows_this_role".to_owned());
                        }
                        Ask::ScopeRoles(scope, each.into_iter().collect())
                    }
                }
            }
            78..87 => {
                let id = self
                    .one(&["clerk", "checker", "auditor", "helper"])
                    .to_owned();
                match self.roll(7) {
                    0..3 => {
                        let roles = world.vendor.roles.iter().filter(|r| !r.privileged);
                        let roles: Vec<_> = roles.map(|r| r.id).collect();
                        let copy = self.once_in(3).then(|| self.one(&roles));
                        Ask::RoleMake(id, self.scope(world), copy, self.draft(world))
                    }
                    3..6 => Ask::RoleEdit(id, self.draft(world)),
                    _ => Ask::RoleDrop(id),
                }
            }
            87..91 => match self.roll(4) {
                0 => Ask::Seats((world.taken() + self.roll(5) as usize).saturating_sub(1)),
                1 => Ask::Tier(self.one(&["free", "solo", "growth", "enterprise"])),
                _ => Ask::Pool(self.one(&["sender", "viewer"]), self.roll(8) as usize + 2),
            },
            91..97 => {
                let rows = 1 + self.roll(4);
                let mut rows: Vec<Row> = (0..rows).map(|_| self.row(world)).collect();
                // Each once: of two rows of one address the second would speak of what the first made.
                let mut seen = BTreeSet::new();
                rows.retain(|row| seen.insert(row.n));
                Ask::File(rows)
            }
            _ => {
                let active = world.people.iter().filter(|(_, p)| p.status == "active");
                let active: Vec<u64> = active.map(|(n, _)| *n).collect();
                let mut signed_in = self.some(&active, 3);
                signed_in.push(self.one(&active));
                Ask::Night(2 + self.roll(6) as u32, signed_in)
            }
        }
    }
}

impl Dice {
    /// A role and a place: mostly one of those where it may be held.
    fn held(&mut self, world: &World) -> (String, u32) {
        let role = self.role(world);
        let mut places = world.places();
        places.push(0);
        places.retain(|at| world.may_hold(&role, *at));
        match places.is_empty() || self.once_in(4) {
            true => (role, self.scope(world)),
            false => (role, self.one(&places)),
        }
    }
}

/// A verb for what the vendor does not have: it is refused whatever else is so.
fn foreign(verb: &Ask, world: &World) -> bool {
    let vendor = world.vendor;
    match verb {
        Ask::Move(..) => vendor.depth.is_none(),
        Ask::Propose(..) | Ask::Confirm { .. } | Ask::Cancel => vendor.former_owner.is_none(),
        Ask::RoleMake(..) | Ask::RoleEdit(..) | Ask::RoleDrop(_) => vendor.own == Own::No,
        Ask::Pool(..) => vendor.pools.is_empty(),
        Ask::Tier(_) => vendor.tiers.is_empty(),
        _ => more::foreign(verb, world),
    }
}

/// Whether somebody is deleted or has no name any more: their address makes somebody new.
fn gone(world: &World, n: u64) -> bool {
    let deleted = |p: &crate::world::Person| p.status == "deleted";
    world.nameless.contains_key(&n) || world.people.get(&n).is_some_and(deleted)
}
