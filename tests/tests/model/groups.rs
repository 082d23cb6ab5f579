//! Teams and signing groups: who is in them, who leads, where a team lies, and whose things a group opens.

use crate::world::{HOLDS, World};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub kind: &'static str,
    /// Of a team its scope's name counts.
    name: String,
    /// A team's own scope, else the account it lives in.
    pub scope: u32,
    pub leader: Option<u64>,
    pub members: BTreeSet<u64>,
    /// Members open each other's envelopes, and templates.
    pub shares: [bool; 2],
}

/// What is asked of a group, which is made where there is none of that name.
#[derive(Debug, Clone, Default)]
pub struct GroupAsk {
    pub kind: &'static str,
    pub name: &'static str,
    pub rename: Option<&'static str>,
    pub scope: Option<u32>,
    pub parent: Option<&'static str>,
    /// Outer none stays; inner none takes the leader away.
    pub leader: Option<Option<u64>>,
    pub add: Vec<u64>,
    pub remove: Vec<u64>,
    pub shares: [Option<bool>; 2],
}

impl World {
    pub fn set_group(&mut self, ask: &GroupAsk) -> Result<(), &'static str> {
        if !self.vendor.groups.contains(&ask.kind) || !self.has_what_it_needs(ask.kind) {
            return Err("no such kind of group");
        }
        let mut named = ask
            .add
            .iter()
            .chain(&ask.remove)
            .chain(ask.leader.iter().flatten());
        if !named.all(|n| self.people.contains_key(n)) {
            return Err("nobody");
        }
        let above = match ask.parent {
            None => None,
            Some(name) => Some(self.group_named(ask.kind, name)?.ok_or("no such team")?),
        };
        let id = match self.group_named(ask.kind, ask.name)? {
            Some(id) => id,
            None => self.begin_group(ask, above)?,
        };
        let (team, nests) = (ask.kind == "team", self.teams_nest());
        if !(team && nests) && (above.is_some() || ask.leader.flatten().is_some()) {
            return Err("neither lies in another nor has a leader");
        }
        if !(team && nests) && ask.shares.iter().any(Option::is_some) {
            return Err("what it shares is no switch");
        }
        let own = self.groups[&id].scope;
        match ask.rename {
            Some(name) if team => self.rename_scope(own, name)?,
            Some(name) => {
                if ![Ok(None), Ok(Some(id))].contains(&self.group_named(ask.kind, name)) {
                    return Err("the name is taken");
                }
                name.clone_into(&mut self.groups.get_mut(&id).unwrap().name);
            }
            None => {}
        }
        if let Some(above) = above {
            self.move_scope(own, self.groups[&above].scope)?;
        }
        if let Some(scope) = ask.scope.filter(|s| *s != own) {
            if team {
                return Err("a team has a scope of its own");
            }
            self.groups.get_mut(&id).unwrap().scope = scope;
        }
        self.fill_group(id, ask)
    }

    /// Members, leader and switches.
    fn fill_group(&mut self, id: u32, ask: &GroupAsk) -> Result<(), &'static str> {
        let status = |n: &u64| self.people[n].status;
        if !ask.add.iter().all(|n| HOLDS.contains(&status(n))) {
            return Err("cannot be a member");
        }
        if ask.leader.flatten().is_some_and(|n| status(&n) != "active") {
            return Err("cannot lead");
        }
        let scope = self.groups[&id].scope;
        let lives = |n: &u64| {
            let mut held = self.people[n].roles.iter();
            held.any(|(_, at)| self.within(scope, *at))
        };
        if ask.kind == "signer_group" && !ask.add.iter().all(lives) {
            return Err("holds no role in that account");
        }
        let before = self.groups[&id].members.clone();
        let group = self.groups.get_mut(&id).unwrap();
        for n in &ask.remove {
            group.leaves(*n);
        }
        group.members.extend(&ask.add);
        if let Some(leader) = ask.leader {
            group.leader = leader;
            group.members.extend(leader);
        }
        for (is, wanted) in group.shares.iter_mut().zip(ask.shares) {
            *is = wanted.unwrap_or(*is);
        }
        self.first_teams(id, &before);
        Ok(())
    }

    /// Whoever joins a team without being in one belongs to it first of all; whoever leaves that one, to another.
    fn first_teams(&mut self, id: u32, before: &BTreeSet<u64>) {
        let group = self.groups[&id].clone();
        if group.kind != "team" {
            return;
        }
        for n in before.symmetric_difference(&group.members) {
            let other = |(other, g): &(&u32, &Group)| {
                **other != id && g.kind == "team" && g.members.contains(n)
            };
            let other = self.groups.iter().find(other).map(|(_, g)| g.scope);
            let person = self.people.get_mut(n).or(self.nameless.get_mut(n)).unwrap();
            match group.members.contains(n) {
                true => person.team = person.team.or(Some(group.scope)),
                false if person.team == Some(group.scope) => person.team = other,
                false => {}
            }
        }
    }

    /// A new group; a team takes over the scope of its name that lies there.
    fn begin_group(&mut self, ask: &GroupAsk, above: Option<u32>) -> Result<u32, &'static str> {
        if ask.kind != "team" {
            if ask.rename.is_some() {
                return Err("nothing of that name is there to be renamed");
            }
            let scope = ask.scope.unwrap_or(0);
            return Ok(self.new_group(ask.kind, ask.name.to_owned(), scope));
        }
        let parent = above.map_or(0, |above| self.groups[&above].scope);
        let there =
            |s: &crate::world::Scope| s.kind == "team" && s.parent == parent && s.name == ask.name;
        let found = self.scopes.iter().find(|(_, s)| there(s));
        let Some(scope) = found.map(|(id, _)| *id) else {
            if ask.rename.is_some() {
                return Err("nothing of that name is there to be renamed");
            }
            let scope = self.make_scope("team", parent, ask.name)?;
            let made = self.groups.iter().find(|(_, g)| g.scope == scope);
            return Ok(*made.unwrap().0);
        };
        let node = self.scopes.get_mut(&scope).unwrap();
        if ask.rename.is_some() && node.state != "active" {
            return Err("nothing of that name is there to be renamed");
        }
        node.state = "active";
        Ok(self.new_group("team", ask.name.to_owned(), scope))
    }

    /// A group without members; a team shares envelopes where that is no switch.
    pub fn new_group(&mut self, kind: &'static str, name: String, scope: u32) -> u32 {
        let id = self.groups.keys().max().map_or(1, |last| last + 1);
        let group = Group {
            kind,
            name,
            scope,
            leader: None,
            members: BTreeSet::new(),
            shares: [kind == "team" && !self.teams_nest(), false],
        };
        self.groups.insert(id, group);
        id
    }

    pub fn delete_group(&mut self, kind: &str, name: &str) -> Result<(), &'static str> {
        let id = self.group_named(kind, name)?.ok_or("no such group")?;
        if self
            .groups
            .keys()
            .any(|other| self.lies_in(*other) == Some(id))
        {
            return Err("another lies in it");
        }
        let before = std::mem::take(&mut self.groups.get_mut(&id).unwrap().members);
        self.first_teams(id, &before);
        let group = self.groups.remove(&id).unwrap();
        if let Some(scope) = self.scopes.get_mut(&group.scope).filter(|_| kind == "team") {
            scope.state = "archived";
        }
        Ok(())
    }

    /// Whoever is deleted is in no group and leads none.
    pub fn leave_groups(&mut self, n: u64) {
        self.groups.values_mut().for_each(|group| group.leaves(n));
    }

    /// Whoever is moved belongs to the signer groups of where they hold a role only.
    pub fn leave_signer_groups(&mut self, n: u64) {
        let held: Vec<u32> = self.people[&n].roles.iter().map(|(_, at)| *at).collect();
        let left = |world: &World, group: &Group| {
            group.kind == "signer_group" && !held.iter().any(|at| world.within(group.scope, *at))
        };
        let ids = self.groups.iter().filter(|(_, g)| left(self, g));
        for id in ids.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.groups.get_mut(&id).unwrap().members.remove(&n);
        }
    }

    /// A group by its name; without regard to case where none has it exactly. Of several nobody knows which is meant.
    pub fn group_named(&self, kind: &str, name: &str) -> Result<Option<u32>, &'static str> {
        let of = |fits: &dyn Fn(&str) -> bool| -> Vec<u32> {
            let all = self.groups.iter().filter(|(_, g)| g.kind == kind);
            let found = all.filter(|(_, g)| fits(self.group_name(g)));
            found.map(|(id, _)| *id).collect()
        };
        let mut found = of(&|is| is == name);
        if found.is_empty() {
            found = of(&|is| is.eq_ignore_ascii_case(name));
        }
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            _ => Err("several are called so"),
        }
    }

    pub fn group_name<'w>(&'w self, group: &'w Group) -> &'w str {
        match group.kind {
            "team" => &self.scopes[&group.scope].name,
            _ => &group.name,
        }
    }

    /// The team that a team lies in: the one of the scope that its scope lies in.
    pub fn lies_in(&self, id: u32) -> Option<u32> {
        let group = self.groups.get(&id).filter(|g| g.kind == "team")?;
        let parent = self.scopes[&group.scope].parent;
        let team = |g: &Group| g.kind == "team" && g.scope == parent;
        let found = self.groups.iter().find(|(_, g)| team(g));
        found.map(|(id, _)| *id)
    }

    /// Whether a group opens what is shared with it to somebody: signing groups to members, teams to members where
    /// envelopes are shared, and to the leaders of the team and of those it lies in.
    pub fn opens(&self, id: u32, n: u64) -> bool {
        let group = &self.groups[&id];
        if !self.has_what_it_needs(group.kind) {
            return false;
        }
        let member = group.members.contains(&n);
        if group.kind != "team" {
            return member;
        }
        let mut up = std::iter::successors(Some(id), |at| self.lies_in(*at));
        let leads = up.any(|at| self.groups[&at].leader == Some(n));
        leads || (member && group.shares[0])
    }

    /// The same of templates: of teams the switch for them counts, and nobody's lead.
    pub fn opens_templates(&self, id: u32, n: u64) -> bool {
        let group = &self.groups[&id];
        self.has_what_it_needs(group.kind)
            && group.members.contains(&n)
            && (group.kind != "team" || group.shares[1])
    }

    /// Whether teams lie in teams here, each with a leader.
    pub fn teams_nest(&self) -> bool {
        let mut kinds = self.vendor.scopes.iter();
        kinds.any(|(kind, parents)| *kind == "team" && parents.contains(&"team"))
    }
}

impl Group {
    /// Whoever belongs to another team first of all leaves the one and joins the other.
    pub fn follows(&mut self, n: u64, old: Option<u32>, new: Option<u32>) {
        if Some(self.scope) == old {
            self.leaves(n);
        }
        if Some(self.scope) == new {
            self.members.insert(n);
        }
    }

    fn leaves(&mut self, n: u64) {
        self.members.remove(&n);
        self.leader = self.leader.filter(|leader| *leader != n);
    }
}
