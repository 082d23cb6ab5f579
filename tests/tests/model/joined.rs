//! A standalone account that becomes a part of the tree, with everybody and everything in it.

use crate::owned::Shown;
use crate::vendors::Holder;
use crate::world::{By, Person, World};
use std::collections::BTreeSet;

/// What the group of a standalone account is called.
pub const DESK: &str = "Desk";

/// A standalone account, made for the purpose, and where it is to lie. The first of its people owns it.
#[derive(Debug, Clone)]
pub struct Joining {
    pub tenant: String,
    pub name: &'static str,
    pub parent: u32,
    pub people: Vec<(u64, &'static str)>,
}

impl Joining {
    /// What each of its people owns.
    pub fn shown(&self, n: u64) -> Shown {
        Shown {
            id: format!("{}-{n}", self.tenant),
            kind: "template",
            owner: n,
            updated: None,
        }
    }
}

impl World {
    pub fn join(&mut self, joining: &Joining) -> Result<(), &'static str> {
        if self.vendor.depth.is_none() {
            return Err("no tree of accounts");
        }
        let at = self.make_scope("account", joining.parent, joining.name)?;
        for (place, (n, role)) in joining.people.iter().enumerate() {
            let mut roles = BTreeSet::from([((*role).to_owned(), at)]);
            if place == 0 {
                roles.insert((self.vendor.owner.to_owned(), at));
            }
            match self.people.get_mut(n) {
                // Who is in the tree already keeps their account as it is.
                Some(person) if person.status == "active" => person.roles.extend(roles),
                // What is locked here must not work by way of there.
                Some(_) => {}
                None => {
                    let mut person =
                        Person::new("active", roles, Holder::Person, By::File, self.day);
                    // Who was named the owner there has roles that were decided.
                    person.shown = (place == 0).then(|| [((*role).to_owned(), 0)].into());
                    self.people.insert(*n, person);
                }
            }
            self.take_assets(&[joining.shown(*n)]);
        }
        let name = self.free_name(joining.name);
        let group = self.new_group("signer_group", name, at);
        let brought = |n: &u64| self.people[n].status == "active";
        let members = joining.people.iter().map(|(n, _)| *n).filter(brought);
        let members = members.collect();
        self.groups.get_mut(&group).unwrap().members = members;
        Ok(())
    }

    /// The group keeps its name where nothing else has it.
    fn free_name(&self, account: &str) -> String {
        let more = (2..).map(|n| format!("{DESK} ({account} {n})"));
        let mut names = [DESK.to_owned(), format!("{DESK} ({account})")]
            .into_iter()
            .chain(more);
        let taken = |name: &String| {
            let mut groups = self.groups.values();
            groups.any(|g| g.kind == "signer_group" && self.group_name(g) == name)
        };
        names.find(|name| !taken(name)).unwrap_or_default()
    }
}
