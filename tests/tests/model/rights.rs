//! Roles: where they count, who may be given them, what a tenant's own roles say, and what is granted − blocked.

use crate::vendors::{Holder, Own, held_at};
use crate::world::{Held, OwnRole, Person, Say, World};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a custom role is to say; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub grants: Vec<String>,
    pub blocks: Vec<String>,
    pub clears: Vec<String>,
    pub offer: Option<Vec<u32>>,
    pub enabled: Option<bool>,
}

/// How somebody stands to a thing: whether it is theirs, and whether a group opens it to them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Thing {
    pub own: bool,
    pub group: bool,
    /// The same as a template.
    pub templates: bool,
}

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    No,
    Look,
    Full,
}

impl World {
    /// The kind of holder these roles make: a person as soon as one of them is a person's, and without any.
    pub fn makes(&self, roles: &Held) -> Holder {
        let of = |id: &String| self.vendor.role(id).map_or(Holder::Person, |r| r.holder);
        let mut kinds = roles.iter().map(|(role, _)| of(role));
        match kinds.next() {
            Some(first) if !kinds.any(|k| k == Holder::Person) => first,
            _ => Holder::Person,
        }
    }

    /// Whether a role counts where it is held.
    pub fn counts(&self, role: &str, at: u32) -> bool {
        let up = self.upward(at);
        let only = up.iter().find_map(|at| self.only.get(at));
        if only.is_some_and(|only| !only.contains(role)) {
            return false;
        }
        if let Some(own) = self.roles.get(role) {
            let offered = own.offered.as_ref().is_none_or(|o| o.contains(&at));
            return own.enabled && offered && up.contains(&own.home);
        }
        let Some(role) = self.vendor.role(role) else {
            return false;
        };
        role.kind
            .is_none_or(|kind| held_at(kind).contains(&self.kind(at)))
    }

    /// Puts the catalog as it is published in force.
    pub fn adopt(&mut self, there: bool) -> Result<(), &'static str> {
        if !there {
            return Err("no such tenant");
        }
        if let Some((role, permission)) = self.wider.take() {
            let matrix = Rc::make_mut(&mut self.matrix);
            matrix.get_mut(&permission).unwrap().remove(role);
        }
        Ok(())
    }

    /// Whether there is such a role.
    pub fn knows(&self, role: &str) -> bool {
        self.vendor.role(role).is_some() || self.roles.contains_key(role)
    }

    /// Lets only these roles be held at a scope; an empty list lets every role be held.
    pub fn switch_on(&mut self, scope: u32, roles: &[String]) -> Result<(), &'static str> {
        if !roles.iter().all(|role| self.knows(role)) {
            return Err("no such role");
        }
        match roles.is_empty() {
            true => self.only.remove(&scope),
            false => self.only.insert(scope, roles.iter().cloned().collect()),
        };
        Ok(())
    }

    /// Whether a role may be given there.
    pub fn may_hold(&self, role: &str, at: u32) -> bool {
        self.counts(role, at) && !self.shut(at)
    }

    /// Whether somebody may be given these roles instead of those held.
    pub fn may_give(&self, held: &Held, wanted: &Held) -> Result<(), &'static str> {
        for fixed in self.vendor.fixed {
            let holds = |roles: &Held| roles.iter().any(|(role, _)| role == fixed);
            if holds(held) != holds(wanted) || (holds(held) && held != wanted) {
                return Err("not by editing");
            }
        }
        if self.vendor.one_role && wanted.len() != 1 {
            return Err("exactly one role");
        }
        match wanted.difference(held).all(|(r, at)| self.may_hold(r, *at)) {
            true => Ok(()),
            false => Err("a role may not be held there"),
        }
    }

    /// A person with other roles. Who is what their roles make stays so.
    pub fn with_roles(&self, person: &Person, roles: Held) -> Person {
        let mut after = person.clone();
        let person_now = !roles.is_empty() && self.makes(&roles) == Holder::Person;
        if person.holder == self.makes(&person.roles)
            || (person.holder == Holder::Guest && person_now)
        {
            after.holder = self.makes(&roles);
        }
        after.roles = roles;
        after
    }

    /// What a role says, by permission.
    fn said(&self, role: &str, permission: &str) -> Option<Say> {
        if let Some(own) = self.roles.get(role) {
            return own.says.get(permission).cloned();
        }
        let granted = self.matrix.get(permission)?.get(role)?;
        Some(Say::Grant((*granted).to_owned()))
    }

    /// Granted − blocked: what an account may with a permission at a scope, with a thing as it stands to it.
    pub fn reach(&self, person: &Person, permission: &str, scope: u32, thing: Thing) -> Reach {
        if person.status != "active" || self.shut(scope) {
            return Reach::No;
        }
        let mut best = Reach::No;
        for (role, at) in &person.roles {
            if !self.counts(role, *at) || !self.within(scope, *at) {
                continue;
            }
            let qualifier = match self.said(role, permission) {
                None => continue,
                Some(Say::Block) => return Reach::No,
                Some(Say::Grant(qualifier)) => qualifier,
            };
            best = best.max(match qualifier.as_str() {
                _ if !self.has_what_it_needs(permission) => Reach::No,
                "" => Reach::Full,
                "own" if thing.own => Reach::Full,
                "group" if thing.group => Reach::Full,
                "root_account" if *at == 0 => Reach::Full,
                "read_only" => Reach::Look,
                _ => Reach::No,
            });
        }
        best
    }

    /// Whether one of the ways of an action is open.
    pub fn may(&self, person: &Person, ways: &[(&str, &str)], scope: u32, thing: Thing) -> bool {
        ways.iter().any(|(permission, stands)| {
            let (stands, group) = match *stands {
                "own" => (thing.own, thing.group),
                "group" => (thing.group, thing.group),
                "templates" => (thing.templates, thing.templates),
                _ => (true, thing.group),
            };
            let thing = Thing { group, ..thing };
            stands && self.reach(person, permission, scope, thing) != Reach::No
        })
    }

    /// Makes a role of the tenant's own, maybe from a predefined one.
    pub fn make_role(
        &mut self,
        id: &str,
        home: u32,
        copy: Option<&str>,
        draft: &Draft,
    ) -> Result<(), &'static str> {
        if !self.makes_roles() || self.vendor.role(id).is_some() || self.roles.contains_key(id) {
            return Err("no such role can be made");
        }
        let mut says = BTreeMap::new();
        for (permission, roles) in self.matrix.iter() {
            if let Some(qualifier) = copy.and_then(|copy| roles.get(copy)) {
                says.insert(permission.clone(), Say::Grant((*qualifier).to_owned()));
            }
        }
        let role = OwnRole {
            says,
            enabled: true,
            home,
            offered: None,
        };
        let role = self.drafted(role, draft)?;
        self.roles.insert(id.to_owned(), role);
        Ok(())
    }

    /// Whether roles of one's own can be made here now.
    fn makes_roles(&self) -> bool {
        self.vendor.own != Own::No && self.has_what_it_needs("own_roles")
    }

    pub fn edit_role(&mut self, id: &str, draft: &Draft) -> Result<(), &'static str> {
        let role = self.roles.get(id).cloned().ok_or("no role of one's own")?;
        if !self.makes_roles() {
            return Err("the feature is off");
        }
        let role = self.drafted(role, draft)?;
        self.roles.insert(id.to_owned(), role);
        Ok(())
    }

    pub fn drop_role(&mut self, id: &str) -> Result<(), &'static str> {
        let holds = |p: &Person| p.roles.iter().any(|(role, _)| role == id);
        if self
            .people
            .values()
            .chain(self.nameless.values())
            .any(holds)
        {
            return Err("the role is held");
        }
        self.roles.remove(id).ok_or("no role of one's own")?;
        Ok(())
    }

    fn drafted(&self, mut role: OwnRole, draft: &Draft) -> Result<OwnRole, &'static str> {
        if self.vendor.own == Own::Grants && !draft.blocks.is_empty() {
            return Err("roles block nothing here");
        }
        for permission in &draft.clears {
            role.says.remove(permission);
        }
        let mut granted = BTreeSet::new();
        for grant in &draft.grants {
            let (permission, qualifier) = grant.split_once(':').unwrap_or((grant, ""));
            granted.insert(permission);
            let say = Say::Grant(qualifier.to_owned());
            role.says.insert(permission.to_owned(), say);
        }
        for block in &draft.blocks {
            if granted.contains(block.as_str()) {
                return Err("granted and blocked at once");
            }
            role.says.insert(block.clone(), Say::Block);
        }
        if let Some(offer) = &draft.offer {
            if !offer.iter().all(|at| self.within(*at, role.home)) {
                return Err("offered outside of its home");
            }
            role.offered = (!offer.is_empty()).then(|| offer.iter().copied().collect());
        }
        role.enabled = draft.enabled.unwrap_or(role.enabled);
        Ok(role)
    }
}
