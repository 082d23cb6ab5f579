//! The dice for groups, what is owned, duties, reviews, features, and accounts that join the tree.

use crate::dice::Dice;
use crate::duties::{Duty, Side};
use crate::edited::{Edit, FIRST, LANGUAGES, USERNAMES};
use crate::groups::GroupAsk;
use crate::joined::{DESK, Joining};
use crate::owned::{KINDS, Parting, Shown};
use crate::vendors::{Deletion, HandOver};
use crate::verbs::Ask;
use crate::world::World;
use std::collections::BTreeSet;

/// Names of rules.
const DUTIES: [&str; 2] = ["two keys", "apart"];

impl Dice {
    pub fn more(&mut self, world: &World) -> Ask {
        match self.roll(110) {
            0..18 => self.group(world),
            18..30 => self.assets(world),
            30..38 => Ask::HandOver(self.leaver(world), self.who(world)),
            38..42 => {
                let last = world.handovers.len() as u64;
                Ask::Undo(self.roll(last + 2) as usize)
            }
            42..48 => match self.once_in(3) {
                true => Ask::DelegateEnd(self.who(world)),
                false => {
                    let (leaver, days) = (self.leaver(world), self.roll(12) as u32);
                    Ask::Delegate(leaver, self.roll(world.born()), days)
                }
            },
            48..62 => self.duty(world),
            62..74 => match self.roll(4) {
                0 => Ask::Review(self.once_in(3)),
                1 if self.once_in(2) => Ask::ReviewClose,
                _ => Ask::Verdict(self.who(world), self.once_in(3)),
            },
            74..86 => {
                let ids: Vec<_> = world.vendor.switches.iter().map(|s| s.0).collect();
                let id = match ids.is_empty() || self.once_in(8) {
                    true => "nobody_knows_this_feature",
                    false => self.one(&ids),
                };
                Ask::Switch(id, !self.once_in(3))
            }
            86..92 => Ask::Redact(self.gone(world)),
            92..97 => Ask::Delete(self.leading(world), self.parting(world)),
            97..100 => self.joining(world),
            100..106 => self.edit(world),
            _ => Ask::Adopt(self.once_in(2)),
        }
    }

    /// Who takes over from somebody who is deleted; rarely asked where that cannot be.
    pub fn parting(&mut self, world: &World) -> Parting {
        let often = world.vendor.deletion == Deletion::WithSuccessor;
        if !often && !self.once_in(9) {
            return Parting::default();
        }
        let to = (!self.once_in(3)).then(|| self.who(world));
        let ticked = [(); 4].map(|()| self.once_in(4));
        Parting { to, ticked }
    }

    /// Mostly somebody whose account is locked.
    fn leaver(&mut self, world: &World) -> u64 {
        let locked = world.people.iter().filter(|(_, p)| p.status == "suspended");
        let locked: Vec<u64> = locked.map(|(n, _)| *n).collect();
        match locked.is_empty() || self.once_in(2) {
            true => self.who(world),
            false => self.one(&locked),
        }
    }

    /// Mostly somebody who leads a team, is in one, or acts for another.
    fn leading(&mut self, world: &World) -> u64 {
        let leaders = world.groups.values().filter_map(|g| g.leader);
        let members = world
            .groups
            .values()
            .flat_map(|g| g.members.iter().copied());
        let acting = world.acting.values().map(|a| a.delegate);
        let all: Vec<u64> = leaders.chain(members).chain(acting).collect();
        match all.is_empty() || self.once_in(3) {
            true => self.who(world),
            false => self.one(&all),
        }
    }

    /// Mostly somebody who is not in any more.
    fn gone(&mut self, world: &World) -> u64 {
        let over = |status: &str| !["active", "invited", "suspended"].contains(&status);
        let gone = world.people.iter().filter(|(_, p)| over(p.status));
        let gone: Vec<u64> = gone.map(|(n, _)| *n).collect();
        match gone.is_empty() || self.once_in(4) {
            true => self.who(world),
            false => self.one(&gone),
        }
    }

    fn group(&mut self, world: &World) -> Ask {
        let kinds = world.vendor.groups;
        let kind = match kinds.is_empty() || self.once_in(25) {
            true => self.one(&["team", "signing_group", "signer_group"]),
            false => self.one(kinds),
        };
        let name = self.group_name(kind);
        if self.once_in(6) {
            return Ask::GroupDrop(kind, name);
        }
        let (team, nests) = (kind == "team", world.teams_nest());
        let sometimes = if team && nests { 3 } else { 25 };
        let add: Vec<u64> = (0..self.roll(3)).map(|_| self.who(world)).collect();
        let remove: Vec<u64> = (0..self.roll(2)).map(|_| self.who(world)).collect();
        let mut ask = GroupAsk {
            kind,
            name,
            add: add.into_iter().filter(|n| !remove.contains(n)).collect(),
            remove,
            ..GroupAsk::default()
        };
        if self.once_in(sometimes) {
            let nobody = self.once_in(4);
            ask.leader = Some((!nobody).then(|| self.who(world)));
        }
        if self.once_in(sometimes) {
            ask.shares = [(); 2].map(|()| (!self.once_in(3)).then(|| self.once_in(2)));
        }
        match self.once_in(sometimes) {
            true => ask.parent = Some(self.group_name(kind)),
            false if self.once_in(8) => ask.rename = Some(self.group_name(kind)),
            false => {}
        }
        if self.once_in(if team { 25 } else { 3 }) {
            ask.scope = Some(self.one(&world.places()));
        }
        Ask::Group(ask)
    }

    fn group_name(&mut self, kind: &str) -> &'static str {
        match kind {
            "team" => self.one(&["Legal", "Sales", "Works", "Night", "Day", "LEGAL"]),
            "signer_group" => self.one(&[DESK, "Board", "board"]),
            _ => self.one(&["Closers", "Openers"]),
        }
    }

    fn assets(&mut self, world: &World) -> Ask {
        let there = world.people.iter().filter(|(_, p)| p.status != "deleted");
        let mut there: Vec<u64> = there.map(|(n, _)| *n).collect();
        there.push(world.born());
        let rows = (0..1 + self.roll(4)).map(|_| {
            let id = format!("e{}", self.roll(40));
            let kind = match self.once_in(2) {
                true => KINDS[0],
                false => self.one(&KINDS),
            };
            let updated = self.once_in(3).then(|| {
                let ago = self.roll(20) as u32;
                world.day.saturating_sub(ago)
            });
            Shown {
                id,
                kind,
                owner: self.one(&there),
                updated,
            }
        });
        let mut rows: Vec<_> = rows.collect();
        let mut seen = BTreeSet::new();
        rows.retain(|row| seen.insert(row.id.clone()));
        Ask::Assets(rows)
    }

    fn edit(&mut self, world: &World) -> Ask {
        let there = world.people.iter().filter(|(_, p)| p.status != "deleted");
        let there: Vec<u64> = there.map(|(n, _)| *n).collect();
        let mut edit = Edit::default();
        for _ in 0..1 + self.roll(2) {
            match self.roll(9) {
                0..3 => edit.first = Some(self.one(&FIRST)),
                3 => edit.language = Some(self.one(&LANGUAGES)),
                4 => edit.username = Some(self.one(&USERNAMES)),
                5 => edit.manager = Some(self.who(world)),
                6 => edit.email = Some(self.one(&there)),
                _ if self.once_in(4) => edit.team = Some(""),
                _ => edit.team = Some(self.group_name("team")),
            }
        }
        Ask::Edit(self.who(world), edit)
    }

    fn duty(&mut self, world: &World) -> Ask {
        let name = self.one(&DUTIES);
        match self.roll(8) {
            0..4 => {
                let sides = [self.side(world), self.side(world)];
                let kinds: Vec<_> = world.vendor.scopes.iter().map(|s| s.0).collect();
                let within = self.once_in(3).then(|| self.one(&kinds));
                Ask::Duty(name, Duty { sides, within })
            }
            4 => Ask::DutyDrop(name),
            _ => {
                let days = (!self.once_in(4)).then(|| self.roll(14) as u32);
                Ask::Except(name, self.who(world), days)
            }
        }
    }

    fn side(&mut self, world: &World) -> Side {
        let roles: BTreeSet<String> = (0..self.roll(3)).map(|_| self.role(world)).collect();
        let (kind, _) = self.one(world.vendor.scopes);
        let at = self.once_in(3).then(|| (kind, self.name(kind).to_owned()));
        Side {
            roles: roles.into_iter().collect(),
            at,
        }
    }

    fn joining(&mut self, world: &World) -> Ask {
        let there = world.people.iter().filter(|(_, p)| p.status != "deleted");
        let there: Vec<u64> = there.map(|(n, _)| *n).collect();
        let mut people: Vec<(u64, &'static str)> = Vec::new();
        for _ in 0..1 + self.roll(3) {
            let new = people.iter().map(|(n, _)| n + 1).max().unwrap_or(0);
            let n = match self.once_in(3) {
                true => self.one(&there),
                false => new.max(world.born()),
            };
            if people.iter().all(|(known, _)| *known != n) {
                people.push((n, self.one(&["sender", "manager"])));
            }
        }
        Ask::Join(Joining {
            tenant: format!("solo{}", self.roll(1 << 40)),
            name: self.name("account"),
            parent: self.one(&world.places()),
            people,
        })
    }
}

/// A verb for what the vendor does not have.
pub fn foreign(verb: &Ask, world: &World) -> bool {
    let vendor = world.vendor;
    match verb {
        Ask::Group(ask) => !vendor.groups.contains(&ask.kind),
        Ask::GroupDrop(..) => vendor.groups.is_empty(),
        Ask::Delegate(..) | Ask::DelegateEnd(_) => vendor.hand_over != HandOver::Delegate,
        Ask::HandOver(..) => {
            matches!(vendor.hand_over, HandOver::AtDeletion | HandOver::NotNeeded)
        }
        Ask::Undo(_) => world.handovers.is_empty(),
        Ask::Switch(..) => vendor.switches.is_empty(),
        Ask::Join(_) => vendor.depth.is_none(),
        _ => false,
    }
}
