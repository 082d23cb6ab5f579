//! What becomes of accounts: invited, answered, suspended, let in again, deleted, handed the tenant.

use crate::edited::About;
use crate::vendors::Holder;
use crate::world::{By, Held, Link, Person, Transfer, World};

/// Days a link works, and a transfer can be confirmed.
pub const WEEK: u32 = 7;
/// States of who was asked in and is not in.
const WAITING: [&str; 3] = ["invited", "expired", "revoked"];

impl World {
    pub fn invite(&mut self, n: u64, roles: &Held) -> Result<(), &'static str> {
        let mut roles = self.spread(roles);
        if let Some(there) = self.people.get(&n) {
            if !self.vendor.invites_again || !["active", "suspended"].contains(&there.status) {
                return Err("the address is there already");
            }
            // What is held elsewhere stays.
            let places: Vec<u32> = roles.iter().map(|(_, at)| *at).collect();
            let mut held = there.roles.clone();
            held.retain(|(_, at)| !roles.is_empty() && !places.contains(at));
            roles.extend(held);
            return self.give(n, roles);
        }
        if let (true, Some(role)) = (roles.is_empty(), self.vendor.default_role) {
            roles.insert((role.to_owned(), 0));
        }
        if roles.is_empty() {
            return Err("nobody is invited without a role");
        }
        self.may_give(&Held::new(), &roles)?;
        let holder = self.makes(&roles);
        let mut person = Person::new("invited", roles, holder, By::Person, self.day);
        person.invited = Some(self.day);
        person.link = Some(self.fresh_link());
        self.people.insert(n, person);
        Ok(())
    }

    /// Gives somebody these roles instead of those held.
    pub fn give(&mut self, n: u64, roles: Held) -> Result<(), &'static str> {
        let person = self.people.get(&n).ok_or("nobody")?;
        if person.status == "deleted" {
            return Err("deleted");
        }
        self.may_give(&person.roles, &roles)?;
        // Whoever is in an organisation has a role in it.
        if self.vendor.catalog == "ignisign" && roles.is_empty() && !person.roles.is_empty() {
            return Err("a user belongs to an organisation");
        }
        let after = self.with_roles(person, roles);
        self.people.insert(n, after);
        Ok(())
    }

    /// A flat list: what is held at environments counts in all those of an application that is named.
    pub fn spread(&self, roles: &Held) -> Held {
        let mut out = Held::new();
        for (role, at) in roles {
            let of = self.vendor.role(role).and_then(|r| r.kind);
            let below: Vec<u32> = self
                .scopes
                .iter()
                .filter(|(_, s)| s.parent == *at && s.kind == "environment")
                .map(|(id, _)| *id)
                .collect();
            match of == Some("environment") && !below.is_empty() {
                true => out.extend(below.into_iter().map(|at| (role.clone(), at))),
                false => {
                    out.insert((role.clone(), *at));
                }
            }
        }
        out
    }

    fn fresh_link(&self) -> Link {
        Link {
            open: true,
            until: self.day + WEEK,
        }
    }

    /// One of the verbs that take a user and nothing else.
    pub fn step(&mut self, n: u64, verb: &str) -> Result<(), &'static str> {
        let (day, link) = (self.day, self.fresh_link());
        let person = self.people.get_mut(&n).ok_or("nobody")?;
        // Of one who came by a file nothing is known of a link: it is taken to be open.
        let open = person.link.is_none_or(|l| l.open);
        let in_time = person.link.is_none_or(|l| day < l.until);
        let status = match (verb, person.status) {
            ("accept", "invited") if open && in_time => "active",
            ("decline", "invited") if open && in_time => "revoked",
            ("revoke", "invited") if open => "revoked",
            ("resend", "invited" | "expired" | "revoked") => "invited",
            ("resend", "deactivated") if person.outside() => "invited",
            ("reactivate", "deactivated") if person.outside() => return Err("never let in"),
            ("suspend", "active" | "suspended") => "suspended",
            ("reactivate", "active" | "suspended" | "deactivated") => "active",
            ("deactivate", status) if status != "deleted" => "deactivated",
            _ => return Err("not from this state"),
        };
        if verb == "resend" {
            person.invited = Some(day);
            person.link = Some(link);
        }
        person.becomes(status, By::Person, day);
        if verb == "reactivate" {
            // Others named who acts for a locked account: that ends with the lock.
            self.acting.remove(&n);
        }
        Ok(())
    }

    /// The owner role beside what is held, where it is not one person's alone.
    pub fn name_owner(&mut self, n: u64) -> Result<(), &'static str> {
        let person = self.people.get(&n).ok_or("nobody")?;
        if person.status != "active" || person.holder != Holder::Person {
            return Err("not an active person");
        }
        if !self.owns(&person.roles) {
            if self.vendor.most_owners == Some(1) || self.usable_owners() > 0 {
                return Err("there is an owner");
            }
            let role = (self.vendor.owner.to_owned(), 0);
            self.people.get_mut(&n).unwrap().roles.insert(role);
        }
        self.named_owner = n;
        Ok(())
    }

    /// The first step of a transfer of ownership, by an operator.
    pub fn propose(&mut self, to: u64, replace: bool) -> Result<(), &'static str> {
        let heir = self.people.get(&to).ok_or("nobody")?;
        if self.vendor.former_owner.is_none() || !replace {
            return Err("only the owner starts it");
        }
        let open = self.open_transfer();
        if open.is_some_and(|t| self.can_own(self.anybody(t.to)).is_ok()) {
            return Err("one is open");
        }
        self.can_own(heir)?;
        let mut owners = self.people.iter().filter(|(_, p)| self.owns(&p.roles));
        let from = *owners.next().unwrap().0;
        self.transfers += 1;
        self.transfer = Some(Transfer {
            from,
            to,
            until: self.day + WEEK,
        });
        Ok(())
    }

    /// The second step, by the same operator or by another.
    pub fn confirm(&mut self, same: bool) -> Result<(), &'static str> {
        let transfer = self.open_transfer().ok_or("none is open")?;
        if same {
            return Err("four eyes");
        }
        self.can_own(self.anybody(transfer.to))?;
        let alone = |role: &str| Held::from([(role.to_owned(), 0)]);
        let (owner, former) = (self.vendor.owner, self.vendor.former_owner);
        self.people.get_mut(&transfer.to).unwrap().roles = alone(owner);
        self.people.get_mut(&transfer.from).unwrap().roles = alone(former.unwrap_or_default());
        self.named_owner = transfer.to;
        self.transfer = None;
        Ok(())
    }

    pub fn cancel(&mut self) -> Result<(), &'static str> {
        self.open_transfer().ok_or("none is open")?;
        self.transfer = None;
        Ok(())
    }

    /// Takes the personal data of somebody out who is not in any more and does not own the tenant.
    pub fn redact(&mut self, n: u64) -> Result<(), &'static str> {
        let person = self.people.get(&n).ok_or("nobody")?;
        let over = ["deactivated", "deleted", "expired", "revoked"].contains(&person.status);
        if !over || self.owns(&person.roles) || self.named_owner == n {
            return Err("may still come in, or owns the tenant");
        }
        let person = self.people.remove(&n).unwrap();
        self.nameless.insert(n, person);
        // Their address stands nowhere any more.
        let managed = |p: &&mut Person| p.about.manager == Some(n);
        for person in self.people.values_mut().filter(managed) {
            person.about.manager = None;
        }
        Ok(())
    }

    fn open_transfer(&self) -> Option<Transfer> {
        self.transfer.filter(|t| self.day < t.until)
    }

    fn can_own(&self, heir: &Person) -> Result<(), &'static str> {
        let person = heir.status == "active" && heir.holder == Holder::Person;
        match person && !self.owns(&heir.roles) {
            true => Ok(()),
            false => Err("cannot own the tenant"),
        }
    }
}

impl Person {
    /// Whether it was asked in and never came: nothing but a new invitation brings it in.
    pub fn outside(&self) -> bool {
        self.waited && !self.came_in
    }

    /// One who came to be on this day.
    pub fn new(status: &'static str, roles: Held, holder: Holder, by: By, day: u32) -> Self {
        Person {
            status,
            roles,
            holder,
            about: About::NEW,
            team: None,
            by,
            shown: None,
            since: day,
            invited: None,
            link: None,
            let_in: day,
            used: None,
            waited: WAITING.contains(&status),
            came_in: false,
        }
    }

    /// Another state; whoever comes in starts afresh, and a link that is not waited for any more is over.
    pub fn becomes(&mut self, status: &'static str, by: By, day: u32) {
        if status == self.status {
            return;
        }
        self.status = status;
        self.by = by;
        self.since = day;
        if status == "active" {
            self.let_in = day;
            self.came_in = true;
        }
        self.waited |= WAITING.contains(&status);
        if status != "invited"
            && let Some(link) = &mut self.link
        {
            link.open = false;
        }
    }
}
