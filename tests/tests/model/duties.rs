//! Separation of duties, exceptions until a day, and the review of who has access.

use crate::world::{By, Held, Person, World};
use std::collections::{BTreeMap, BTreeSet};

/// One side of a rule: any of these roles, maybe only where a scope of that kind and name is touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    pub roles: Vec<String>,
    pub at: Option<(&'static str, String)>,
}

/// What nobody holds together, anywhere or inside one scope of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    pub sides: [Side; 2],
    pub within: Option<&'static str>,
}

/// Two roles held against a rule, each with its scope.
pub type Clash = (String, (String, u32), (String, u32));

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub open: bool,
    /// Whether silence ends an access.
    pub silence: bool,
    pub subject: BTreeSet<u64>,
    /// Whether an access is to end, of whom it was said.
    pub said: BTreeMap<u64, bool>,
}

impl World {
    pub fn set_duty(&mut self, name: &str, duty: &Duty) -> Result<(), &'static str> {
        let known = |side: &Side| side.roles.iter().all(|role| self.knows(role));
        if !duty.sides.iter().all(known) {
            return Err("no such role");
        }
        if duty
            .sides
            .iter()
            .any(|s| s.roles.is_empty() && s.at.is_none())
        {
            return Err("a side says nothing");
        }
        let mut kinds = duty
            .sides
            .iter()
            .filter_map(|s| s.at.as_ref().map(|at| at.0));
        let there = |kind: &str| self.vendor.scopes.iter().any(|s| s.0 == kind);
        if !kinds.all(there) || !duty.within.is_none_or(there) {
            return Err("no such kind of scope");
        }
        let before = self.duties.insert(name.to_owned(), duty.clone());
        // What was allowed of another rule is not allowed of this one.
        let means = |duty: &Duty| {
            let side = |s: &Side| {
                (
                    s.roles.iter().cloned().collect::<BTreeSet<_>>(),
                    s.at.clone(),
                )
            };
            (duty.sides.each_ref().map(side), duty.within)
        };
        if before.is_some_and(|before| means(&before) != means(duty)) {
            self.exceptions.retain(|(rule, _), _| rule != name);
        }
        Ok(())
    }

    /// Rules follow a scope that gets another name, unless others keep the name they speak of.
    pub fn rename_in_duties(&mut self, scope: u32, name: &str) -> Result<(), &'static str> {
        let (kind, old) = (self.scopes[&scope].kind, self.scopes[&scope].name.clone());
        let mut others = self.scopes.iter().filter(|(id, _)| **id != scope);
        let others = others.any(|(_, s)| s.kind == kind && s.name == old);
        if old == name {
            return Ok(());
        }
        for side in self.duties.values_mut().flat_map(|d| &mut d.sides) {
            match &mut side.at {
                Some((of, called)) if *of == kind && *called == old => {
                    if others {
                        return Err("a rule speaks of other scopes of this name too");
                    }
                    name.clone_into(called);
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub fn drop_duty(&mut self, name: &str) -> Result<(), &'static str> {
        self.duties.remove(name).ok_or("no such rule")?;
        self.exceptions.retain(|(rule, _), _| rule != name);
        Ok(())
    }

    /// Lets somebody break a rule for so many days; none takes that back.
    pub fn except(&mut self, name: &str, n: u64, days: Option<u32>) -> Result<(), &'static str> {
        self.people.get(&n).ok_or("nobody")?;
        self.duties.get(name).ok_or("no such rule")?;
        let key = (name.to_owned(), n);
        match days {
            Some(days) if days == 0 || days > 366 => return Err("no such time"),
            Some(days) => self.exceptions.insert(key, self.day + days),
            None => self.exceptions.remove(&key),
        };
        Ok(())
    }

    pub fn excepted(&self, rule: &str, n: u64) -> bool {
        let until = self.exceptions.get(&(rule.to_owned(), n));
        until.is_some_and(|until| *until > self.day)
    }

    /// Every pair of roles against a rule.
    pub fn clashes(&self, held: &Held) -> BTreeSet<Clash> {
        let mut out = BTreeSet::new();
        for (name, duty) in &self.duties {
            let reach = |at: usize, (role, scope): &(String, u32)| {
                self.counts_at(&duty.sides[at], duty.within, role, *scope)
            };
            for one in held {
                for other in held {
                    let (here, there) = (reach(0, one), reach(1, other));
                    if here.intersection(&there).next().is_some() {
                        out.insert((name.clone(), one.clone(), other.clone()));
                    }
                }
            }
        }
        out
    }

    /// Where a role held at a scope counts for a side: the scopes of the kind that a rule holds within, or the root.
    fn counts_at(
        &self,
        side: &Side,
        within: Option<&str>,
        role: &String,
        held: u32,
    ) -> BTreeSet<u32> {
        if !side.roles.is_empty() && !side.roles.contains(role) {
            return BTreeSet::new();
        }
        let touched: Vec<u32> = match &side.at {
            None => vec![held],
            Some((kind, name)) => {
                let named = self
                    .scopes
                    .iter()
                    .filter(|(_, s)| s.kind == *kind && s.name == *name);
                let touches = |at: &u32| self.within(*at, held) || self.within(held, *at);
                named.map(|(id, _)| *id).filter(touches).collect()
            }
        };
        let Some(kind) = within else {
            return touched.first().map(|_| 0).into_iter().collect();
        };
        let of = |at: &u32| {
            self.upward(*at)
                .into_iter()
                .find(|up| self.kind(*up) == kind)
        };
        let mut out: BTreeSet<u32> = touched.iter().filter_map(of).collect();
        if side.at.is_none() {
            let below = self.scopes.keys().filter(|at| self.kind(**at) == kind);
            out.extend(below.filter(|at| self.within(**at, held)));
        }
        out
    }

    /// Whether a decision gives anybody roles against a rule that they did not hold so before.
    pub fn breaks_duties(&self, before: &World) -> bool {
        let worse = |(n, person): (&u64, &Person)| {
            let held = before.people.get(n).map(|p| &p.roles);
            if held == Some(&person.roles) {
                return false;
            }
            let known = held.map(|held| self.clashes(held)).unwrap_or_default();
            let new = self.clashes(&person.roles);
            let mut new = new.difference(&known);
            new.any(|(rule, ..)| !self.excepted(rule, *n))
        };
        self.people.iter().any(worse)
    }

    pub fn open_review(&mut self, silence: bool) -> Result<(), &'static str> {
        if self.review.as_ref().is_some_and(|r| r.open) {
            return Err("another is open");
        }
        let users = self
            .people
            .iter()
            .filter(|(_, p)| p.status == "active" && p.holder != crate::vendors::Holder::Guest);
        self.reviews += 1;
        self.review = Some(Review {
            open: true,
            silence,
            subject: users.map(|(n, _)| *n).collect(),
            said: BTreeMap::new(),
        });
        Ok(())
    }

    pub fn answer_review(&mut self, n: u64, ends: bool) -> Result<(), &'static str> {
        self.people.get(&n).ok_or("nobody")?;
        let review = self.review.as_mut().filter(|r| r.open);
        let review = review.ok_or("none is open")?;
        if !review.subject.contains(&n) {
            return Err("nobody asks about them");
        }
        review.said.insert(n, ends);
        Ok(())
    }

    /// Suspends whom the review ends, one after the other; the last owner who can act stays.
    pub fn close_review(&mut self) -> Result<(), &'static str> {
        let review = self.review.as_mut().filter(|r| r.open);
        let review = review.ok_or("none is open")?;
        review.open = false;
        let review = review.clone();
        for n in &review.subject {
            let ends = review.said.get(n).unwrap_or(&review.silence);
            let active = |p: &Person| p.status == "active";
            if !ends || !self.people.get(n).is_some_and(active) {
                continue;
            }
            let mut without = self.clone();
            let day = self.day;
            let person = without.people.get_mut(n).unwrap();
            person.becomes("suspended", By::Person, day);
            if without.usable_owners() > 0 && without.parts_keep(self).is_ok() {
                *self = without;
            }
        }
        Ok(())
    }
}
