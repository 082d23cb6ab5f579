//! The tree of scopes: what may be made and moved, and what is put out of use.

use crate::vendors::ENVIRONMENTS;
use crate::world::{Person, Scope, World};

impl World {
    /// Makes a scope, the environments that come with an application, and the group that a team is; gives its number.
    pub fn make_scope(
        &mut self,
        kind: &'static str,
        parent: u32,
        name: &str,
    ) -> Result<u32, &'static str> {
        if !self.has_what_it_needs(kind) {
            return Err("the feature is off");
        }
        self.may_lie_in(kind, parent, 1)?;
        if self.shut(parent) {
            return Err("the parent is blocked");
        }
        self.may_be_called(kind, parent, name, None)?;
        let id = self.scopes.keys().max().map_or(1, |last| last + 1);
        let mut put = |id, kind, parent, name: &str| {
            let scope = Scope {
                kind,
                parent,
                name: name.to_owned(),
                state: "active",
            };
            self.scopes.insert(id, scope);
        };
        put(id, kind, parent, name);
        if kind == "application" {
            for (after, name) in (1..).zip(ENVIRONMENTS) {
                put(id + after, "environment", id, name);
            }
        }
        if kind == "team" {
            self.new_group("team", name.to_owned(), id);
        }
        Ok(id)
    }

    pub fn move_scope(&mut self, scope: u32, parent: u32) -> Result<(), &'static str> {
        let (kind, name) = self.below_the_root(scope)?;
        if self.scopes[&scope].parent == parent {
            return Ok(());
        }
        if self.within(parent, scope) {
            return Err("a ring");
        }
        self.may_lie_in(kind, parent, self.height(scope))?;
        self.may_be_called(kind, parent, &name, Some(scope))?;
        // Beside organisations nothing must stay.
        let organisations = self.scopes.values().any(|s| s.kind == "organisation");
        let beside = self.scopes[&scope].parent == 0 && organisations;
        if self.last_in_use(scope) && !beside {
            return Err("the last application in use");
        }
        self.scopes.get_mut(&scope).unwrap().parent = parent;
        Ok(())
    }

    pub fn rename_scope(&mut self, scope: u32, name: &str) -> Result<(), &'static str> {
        let (kind, _) = self.below_the_root(scope)?;
        self.may_be_called(kind, self.scopes[&scope].parent, name, Some(scope))?;
        self.rename_in_duties(scope, name)?;
        name.clone_into(&mut self.scopes.get_mut(&scope).unwrap().name);
        Ok(())
    }

    /// Blocks a scope, or puts it in use again; one application of each place stays in use.
    pub fn block_scope(&mut self, scope: u32, shut: bool) -> Result<(), &'static str> {
        self.below_the_root(scope)?;
        if shut && self.last_in_use(scope) {
            return Err("the last application in use");
        }
        let state = if shut { "blocked" } else { "active" };
        self.scopes.get_mut(&scope).unwrap().state = state;
        Ok(())
    }

    /// Whether this is the one application that is in use where it lies.
    fn last_in_use(&self, scope: u32) -> bool {
        let own = &self.scopes[&scope];
        let used = |s: &Scope| s.kind == "application" && s.state == "active";
        let beside = |(id, s): (&u32, &Scope)| *id != scope && s.parent == own.parent && used(s);
        used(own) && !self.scopes.iter().any(beside)
    }

    /// A user's roles, all of them, moved to one account of the tree.
    pub fn moved(&self, person: &Person, to: u32) -> Result<Person, &'static str> {
        if self.vendor.depth.is_none() {
            return Err("no tree of accounts");
        }
        if !person.roles.iter().all(|(role, _)| self.may_hold(role, to)) {
            return Err("a role may not be held there");
        }
        let mut after = person.clone();
        after.roles = person.roles.iter().map(|(r, _)| (r.clone(), to)).collect();
        Ok(after)
    }

    fn below_the_root(&self, scope: u32) -> Result<(&'static str, String), &'static str> {
        let found = self.scopes.get(&scope).ok_or("the root is the tenant")?;
        Ok((found.kind, found.name.clone()))
    }

    /// Whether so many levels of a kind may lie there.
    fn may_lie_in(&self, kind: &str, parent: u32, levels: usize) -> Result<(), &'static str> {
        let rule = self.vendor.scopes.iter().find(|s| s.0 == kind);
        let parents = rule.ok_or("no such kind")?.1;
        if !parents.contains(&self.kind(parent)) {
            return Err("nothing of the kind lies there");
        }
        // The root account is the first level.
        let level = self.upward(parent).len();
        match self.vendor.depth {
            Some(most) if level + levels > most => Err("too deep"),
            _ => Ok(()),
        }
    }

    fn may_be_called(
        &self,
        kind: &str,
        parent: u32,
        name: &str,
        own: Option<u32>,
    ) -> Result<(), &'static str> {
        if kind == "environment" && !ENVIRONMENTS.contains(&name) {
            return Err("environments have fixed names");
        }
        let same = |(id, s): (&u32, &Scope)| {
            Some(*id) != own
                && s.kind == kind
                && s.parent == parent
                && s.name.eq_ignore_ascii_case(name)
        };
        match self.scopes.iter().any(same) {
            true => Err("the name is taken"),
            false => Ok(()),
        }
    }

    /// Levels at and below a scope.
    fn height(&self, scope: u32) -> usize {
        let below = self.scopes.iter().filter(|(_, s)| s.parent == scope);
        1 + below.map(|(id, _)| self.height(*id)).max().unwrap_or(0)
    }
}
