//! What accounts own, and how it passes on: hand-overs, deletions, delegates.

use crate::rights::{Reach, Thing};
use crate::vendors::{Deletion, HandOver, Holder};
use crate::world::{Held, Person, World};

/// What an asset can be: sent envelopes first, keys last.
pub const KINDS: [&str; 7] = [
    "active_envelope",
    "completed_envelope",
    "draft",
    "template",
    "clipboard_entry",
    "address_book_entry",
    "api_key",
];

/// Days another acts for a leaver where nobody says how long.
const YEAR: u32 = 365;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    pub kind: &'static str,
    pub owner: u64,
    pub gone: bool,
    /// The day it was so.
    pub seen: u32,
    /// The newest hand-over it moved under, while that stands.
    moved: Option<usize>,
}

/// A row of a file of assets.
#[derive(Debug, Clone)]
pub struct Shown {
    pub id: String,
    pub kind: &'static str,
    pub owner: u64,
    /// The day it is of, where that is told.
    pub updated: Option<u32>,
}

/// A hand-over; its number is its place in the list, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub from: u64,
    pub to: u64,
    pub undone: bool,
    undoable: bool,
}

/// Somebody acts for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acting {
    pub delegate: u64,
    pub until: u32,
}

/// A deletion as it is asked for: who takes over, and which kinds beside sent envelopes move.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parting {
    pub to: Option<u64>,
    pub ticked: [bool; 4],
}

impl World {
    /// Takes a file of assets in. Rows of unknown owners are refused; a file that names the old owner of what was handed
    /// over takes nothing back, and a row replaces nothing that is newer.
    pub fn take_assets(&mut self, rows: &[Shown]) {
        let today = self.day;
        for row in rows {
            let Shown {
                id,
                kind,
                owner,
                updated,
            } = row;
            if !self.people.contains_key(owner) {
                continue;
            }
            let before = self.assets.get(id);
            let moved = before.and_then(|a| a.moved);
            let back = moved.is_some_and(|number| {
                let handover = &self.handovers[number - 1];
                (before.unwrap().owner, *owner) == (handover.to, handover.from)
            });
            // A key that was revoked stays so.
            let revoked = before.is_some_and(|a| a.gone && a.kind == "api_key");
            let old = before.is_some_and(|a| updated.is_some_and(|day| day <= a.seen));
            if back || revoked || old {
                continue;
            }
            let same = |a: &&Asset| (a.kind, a.owner, a.gone) == (*kind, *owner, false);
            let known = before.filter(same).map(|a| a.seen);
            let asset = Asset {
                kind,
                owner: *owner,
                gone: false,
                seen: updated.or(known).unwrap_or(today),
                moved,
            };
            self.assets.insert(id.clone(), asset);
        }
    }

    pub fn hand_over(&mut self, n: u64, to: u64) -> Result<(), &'static str> {
        let leaver = self.people.get(&n).ok_or("nobody")?;
        // For another only while their account is locked.
        if self.vendor.hand_over == HandOver::Delegate && leaver.status != "suspended" {
            return Err("not in this state");
        }
        match self.pass_on(n, to)? {
            true => Ok(()),
            false => Err("nothing to hand over"),
        }
    }

    /// Hands over what there is to hand over; whether there is any.
    fn pass_on(&mut self, n: u64, to: u64) -> Result<bool, &'static str> {
        let leaver = self.people.get(&n).ok_or("nobody")?;
        let over = match self.vendor.hand_over {
            HandOver::Transfer => {
                if !self.feature("transfer") {
                    return Err("not bought, or off");
                }
                ["deactivated", "deleted"].contains(&leaver.status)
            }
            HandOver::Delegate => {
                if !self.feature("delegation") {
                    return Err("the feature is off");
                }
                leaver.status == "deleted"
            }
            HandOver::AtDeletion | HandOver::NotNeeded => return Err("not the way here"),
        };
        if over {
            return Err("not in this state");
        }
        self.people.get(&to).ok_or("nobody")?;
        if !self.takes_over(n, to) {
            return Err("cannot take over");
        }
        let number = self.handovers.len() + 1;
        let transfer = self.vendor.hand_over == HandOver::Transfer;
        let mut any = false;
        for asset in self.assets.values_mut().filter(|a| a.owner == n && !a.gone) {
            if transfer && asset.kind == KINDS[0] {
                (asset.owner, asset.moved, any) = (to, Some(number), true);
            }
            any |= !transfer && asset.kind != "api_key";
        }
        if !any {
            return Ok(false);
        }
        if !transfer {
            let until = self.day + YEAR;
            self.acting.insert(
                n,
                Acting {
                    delegate: to,
                    until,
                },
            );
        }
        self.handovers.push(Handover {
            from: n,
            to,
            undone: false,
            undoable: true,
        });
        Ok(true)
    }

    /// Whether somebody can take over what another owns.
    pub fn takes_over(&self, n: u64, to: u64) -> bool {
        let (Some(leaver), Some(heir)) = (self.people.get(&n), self.people.get(&to)) else {
            return false;
        };
        let able = heir.status == "active" && heir.holder == Holder::Person;
        n != to && able && self.sends_for(heir, leaver)
    }

    /// Whether somebody owns what a hand-over before the end concerns.
    fn leaves_something(&self, n: u64) -> bool {
        let mut own = self.assets.values().filter(|a| a.owner == n && !a.gone);
        match self.vendor.hand_over {
            HandOver::Transfer => own.any(|a| a.kind == KINDS[0]),
            HandOver::Delegate => own.any(|a| a.kind != "api_key"),
            HandOver::AtDeletion | HandOver::NotNeeded => false,
        }
    }

    pub fn undo(&mut self, number: usize) -> Result<(), &'static str> {
        let handover = self.handovers.get(number.wrapping_sub(1)).cloned();
        let handover = handover.ok_or("no such hand-over")?;
        if handover.undone {
            return Ok(());
        }
        if !handover.undoable || self.anybody(handover.from).status == "deleted" {
            return Err("cannot be taken back");
        }
        for asset in self.assets.values_mut().filter(|a| a.moved == Some(number)) {
            // What somebody else owns by now is not given back.
            if asset.owner == handover.to && !asset.gone {
                asset.owner = handover.from;
            }
            asset.moved = None;
        }
        let acting = self.acting.get(&handover.from);
        if self.vendor.hand_over == HandOver::Delegate
            && acting.is_some_and(|a| a.delegate == handover.to)
        {
            self.acting.remove(&handover.from);
        }
        self.handovers[number - 1].undone = true;
        Ok(())
    }

    /// Whether somebody may send at a place that lies in what both they and the leaver reach.
    fn sends_for(&self, person: &Person, leaver: &Person) -> bool {
        let Some(sends) = self.vendor.sends else {
            return true;
        };
        let reached =
            |roles: &Held, place: u32| roles.iter().any(|(_, at)| self.within(place, *at));
        let places = person.roles.iter().chain(&leaver.roles).map(|(_, at)| *at);
        places
            .filter(|at| reached(&person.roles, *at))
            .filter(|at| leaver.roles.is_empty() || reached(&leaver.roles, *at))
            .any(|at| self.reach(person, sends, at, Thing::default()) == Reach::Full)
    }

    pub fn delete(&mut self, n: u64, parting: &Parting) -> Result<(), &'static str> {
        let day = self.day;
        let person = self.people.get(&n).ok_or("nobody")?;
        if let Some(to) = parting.to {
            self.people.get(&to).ok_or("nobody")?;
        }
        if self.vendor.deletion == Deletion::Never || person.status == "deleted" {
            return Err("not deleted");
        }
        let owned = || self.assets.values().filter(|a| a.owner == n && !a.gone);
        let sent = owned().any(|a| KINDS[..2].contains(&a.kind));
        let asked = parting.to.is_some() || parting.ticked.contains(&true);
        let moves = match self.vendor.deletion {
            Deletion::WithoutHistory | Deletion::Allowed if asked => {
                return Err("nothing moves at a deletion");
            }
            Deletion::WithoutHistory if sent => return Err("who owns transactions stays"),
            // Whoever gets what was sent must be able to open it.
            Deletion::WithSuccessor => match parting.to {
                None if sent || parting.ticked.contains(&true) => return Err("no successor"),
                Some(to) if !self.takes_over(n, to) => return Err("cannot take over"),
                to => to.is_some(),
            },
            _ => false,
        };
        let number = self.handovers.len() + 1;
        let ticked = KINDS[2..6].iter().zip(parting.ticked);
        let ticked: Vec<&str> = ticked
            .filter(|(_, on)| *on)
            .map(|(kind, _)| *kind)
            .collect();
        let stays = self.vendor.deletion == Deletion::Allowed;
        let mut any = false;
        for asset in self.assets.values_mut().filter(|a| a.owner == n && !a.gone) {
            if moves && (KINDS[..2].contains(&asset.kind) || ticked.contains(&asset.kind)) {
                (asset.owner, asset.moved) = (parting.to.unwrap(), Some(number));
                any = true;
            } else if !stays || asset.kind == "api_key" {
                (asset.gone, asset.seen) = (true, day);
            }
        }
        if any {
            self.handovers.push(Handover {
                from: n,
                to: parting.to.unwrap(),
                undone: false,
                undoable: false,
            });
        }
        let person = self.people.get_mut(&n).unwrap();
        person.becomes("deleted", crate::world::By::Person, day);
        person.roles.clear();
        person.team = None;
        self.leave_groups(n);
        self.acting
            .retain(|account, a| *account != n && a.delegate != n);
        Ok(())
    }

    /// Ends a person's access; keys outlive a sign-in, so they are revoked with it.
    pub fn offboard(&mut self, n: u64, verb: &str, heir: Option<u64>) -> Result<(), &'static str> {
        // Who acts for them already goes on as agreed.
        let acts = self.acting.get(&n).filter(|a| a.until > self.day);
        let acts = acts.map(|a| a.delegate).filter(|to| {
            let delegate = self.anybody(*to);
            delegate.status == "active" && delegate.holder == Holder::Person
        });
        let stays = acts.is_some() && acts == heir;
        if let Some(heir) = heir.filter(|_| !stays && self.leaves_something(n)) {
            // What is not bought, is switched off or comes too late keeps nobody's access.
            if let Err(why @ ("nobody" | "cannot take over")) = self.pass_on(n, heir) {
                return Err(why);
            }
        }
        let status = self.people.get(&n).ok_or("nobody")?.status;
        let over = ["deactivated", "expired", "revoked"].contains(&status);
        if verb != "suspend" || !over {
            self.step(n, verb)?;
        }
        let today = self.day;
        let keys = |a: &&mut Asset| a.owner == n && a.kind == "api_key" && !a.gone;
        for key in self.assets.values_mut().filter(keys) {
            (key.gone, key.seen) = (true, today);
        }
        Ok(())
    }

    /// Lets somebody act for a locked account.
    pub fn name_delegate(&mut self, n: u64, to: u64, days: u32) -> Result<(), &'static str> {
        let person = self.people.get(&n).ok_or("nobody")?;
        let delegate = self.people.get(&to).ok_or("nobody")?;
        if self.vendor.hand_over != HandOver::Delegate || !self.feature("delegation") {
            return Err("nobody acts for another here");
        }
        if person.status != "suspended" || n == to || delegate.status != "active" {
            return Err("only an active user for another's locked account");
        }
        let standing = self.acting.get(&n).filter(|a| a.until > self.day);
        if standing.is_some_and(|a| a.delegate == to) || days == 0 {
            return Err("acts already, or ends at once");
        }
        let until = self.day + days;
        self.acting.insert(
            n,
            Acting {
                delegate: to,
                until,
            },
        );
        Ok(())
    }

    pub fn end_delegate(&mut self, n: u64) -> Result<(), &'static str> {
        self.people.get(&n).ok_or("nobody")?;
        self.acting.remove(&n).ok_or("nobody acts")?;
        Ok(())
    }
}
