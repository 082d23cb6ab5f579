//! What a people file does where the power lies here: row by row, each whole or not at all.

use crate::world::{By, Held, Person, World};

/// Where a row's roles are held.
#[derive(Debug, Clone)]
pub enum Place {
    /// The column is blank.
    Untold,
    At(u32),
    /// A name below a scope; made where it is new.
    Below(u32, &'static str),
}

/// A row of a people file.
#[derive(Debug, Clone)]
pub struct Row {
    pub n: u64,
    pub status: &'static str,
    pub roles: Vec<String>,
    pub place: Place,
}

/// How many rows came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub added: u64,
    pub refused: u64,
}

/// The changes of state that exist, which are the only ones that a file makes.
const WAYS: [(&str, &[&str]); 6] = [
    ("invited", &["active", "revoked", "expired", "deactivated"]),
    ("active", &["suspended", "deactivated"]),
    ("suspended", &["active", "deactivated"]),
    ("deactivated", &["active", "invited"]),
    ("expired", &["invited", "deactivated"]),
    ("revoked", &["invited", "deactivated"]),
];

impl World {
    /// Takes a file in.
    pub fn file(&mut self, rows: &[Row]) -> Counts {
        let mut counts = Counts::default();
        let mut told: Vec<(u64, Option<u32>)> = Vec::new();
        for row in rows {
            let mut after = self.clone();
            let new = !self.people.contains_key(&row.n);
            let taken = after.row(row).and_then(|at| {
                let earlier: Vec<_> = told.iter().filter(|(n, _)| *n == row.n).collect();
                after.says_the_same(self, row.n, &earlier)?;
                after.stands_after(self)?;
                Ok(at)
            });
            match taken {
                Ok(at) => {
                    told.push((row.n, at));
                    *self = after;
                    counts.added += u64::from(new);
                }
                Err(_) => counts.refused += 1,
            }
        }
        counts
    }

    /// Every row tells a state and roles, of one place or of all: what earlier rows told of somebody stays as it is.
    fn says_the_same(
        &self,
        before: &World,
        n: u64,
        earlier: &[&(u64, Option<u32>)],
    ) -> Result<(), &'static str> {
        if earlier.is_empty() {
            return Ok(());
        }
        let (old, new) = (&before.people[&n], &self.people[&n]);
        let shows = |person: &Person| person.shown.clone().unwrap_or(person.roles.clone());
        let moved: Held = old
            .roles
            .symmetric_difference(&new.roles)
            .chain(shows(old).symmetric_difference(&shows(new)))
            .cloned()
            .collect();
        let told = |at: u32| {
            earlier
                .iter()
                .any(|(_, place)| place.is_none_or(|p| p == at))
        };
        match old.status != new.status || moved.iter().any(|(_, at)| told(*at)) {
            true => Err("an earlier row says otherwise"),
            false => Ok(()),
        }
    }

    /// Takes one row; the place its roles are held at.
    fn row(&mut self, row: &Row) -> Result<Option<u32>, &'static str> {
        let at = match row.place {
            Place::Untold => None,
            Place::At(scope) => Some(self.named_by_file(scope)?),
            Place::Below(parent, name) => {
                let parent = self.named_by_file(parent)?;
                let mut known = self.scopes.iter();
                let there = known.find(|(_, s)| s.parent == parent && s.name == name);
                Some(match there.map(|(id, _)| *id) {
                    Some(id) => id,
                    None => self.make_scope("account", parent, name)?,
                })
            }
        };
        if !row.roles.iter().all(|role| self.knows(role)) {
            return Err("no such role");
        }
        let after = match self.people.get(&row.n) {
            None => self.new_by_file(row, at),
            Some(person) if person.status == "deleted" => person.clone(),
            Some(person) => self.changed_by_file(person, row, at),
        };
        let held = self.people.get(&row.n).map(|p| p.roles.clone());
        let held = held.unwrap_or_default();
        let mut new = after.roles.difference(&held);
        if !new.all(|(role, at)| self.may_hold(role, *at)) {
            return Err("a role may not be held there");
        }
        if self.vendor.one_role && after.roles.len() > 1 && after.roles != held {
            return Err("one role at most");
        }
        self.people.insert(row.n, after);
        Ok(at)
    }

    /// Teams have a column of their own: a path leads through accounts and applications only.
    fn named_by_file(&self, scope: u32) -> Result<u32, &'static str> {
        match self.upward(scope).iter().any(|at| self.kind(*at) == "team") {
            true => Err("nothing lies there"),
            false => Ok(scope),
        }
    }

    fn new_by_file(&self, row: &Row, at: Option<u32>) -> Person {
        let roles = self.placed(&Held::new(), row, at);
        let holder = self.makes(&roles);
        let roles = self.without_new_owner(&Held::new(), roles);
        Person::new(row.status, roles, holder, By::File, self.day)
    }

    fn changed_by_file(&self, person: &Person, row: &Row, at: Option<u32>) -> Person {
        // What files show of other places goes on being shown.
        let shown = person.shown.as_ref().filter(|_| at.is_some());
        let told = self.placed(shown.unwrap_or(&person.roles), row, at);
        let decided = person.shown.is_some() && told != person.roles;
        let roles = match decided {
            true => person.roles.clone(),
            false => {
                let roles = self.without_new_owner(&person.roles, told.clone());
                self.with_old_owner(&person.roles, roles)
            }
        };
        let mut after = self.with_roles(person, roles);
        after.shown = decided.then_some(told);
        let owner = self.owns(&person.roles) && person.status == "active";
        let ways = WAYS.iter().find(|w| w.0 == person.status);
        let back = if person.outside() {
            "invited"
        } else {
            "active"
        };
        let way = ways.is_some_and(|w| w.1.contains(&row.status))
            && (person.status != "deactivated" || row.status == back);
        // What a person or a sweep decided is reported, not overturned.
        if person.by == By::File && !owner && way {
            after.becomes(row.status, By::File, self.day);
        }
        after
    }

    /// Roles decided by a verb are no file's to change, until one shows them or they are what files show.
    pub fn keep_decided(&mut self, before: &World) {
        for (n, person) in &mut self.people {
            let was = match before.people.get(n) {
                Some(was) if was.roles == person.roles => continue,
                Some(was) => was.shown.as_ref().unwrap_or(&was.roles).clone(),
                None if person.by == By::File => continue,
                None => Held::new(),
            };
            person.shown = (was != person.roles).then_some(was);
        }
    }

    /// With a scope the row speaks of that scope alone; without one, what is held already stays where it is.
    fn placed(&self, held: &Held, row: &Row, at: Option<u32>) -> Held {
        let told = row.roles.iter().cloned();
        match at {
            Some(at) => {
                let elsewhere = held.iter().filter(|(_, there)| *there != at).cloned();
                elsewhere.chain(told.map(|role| (role, at))).collect()
            }
            None => {
                let kept = held.iter().filter(|(role, _)| row.roles.contains(role));
                let new = told.filter(|role| held.iter().all(|(r, _)| r != role));
                kept.cloned().chain(new.map(|role| (role, 0))).collect()
            }
        }
    }

    /// Where owners are counted a file names none.
    fn without_new_owner(&self, held: &Held, mut roles: Held) -> Held {
        if self.vendor.most_owners.is_some() && self.owns(&roles) && !self.owns(held) {
            roles.retain(|(role, _)| role != self.vendor.owner);
        }
        roles
    }

    /// No file takes the owner role away from any place; where one person alone owns, nothing is put beside it.
    fn with_old_owner(&self, held: &Held, mut roles: Held) -> Held {
        let gone =
            |a: &&(String, u32)| self.owns(&Held::from([(*a).clone()])) && !roles.contains(*a);
        if !held.iter().any(|a| gone(&a)) {
            return roles;
        }
        if self.vendor.most_owners == Some(1) {
            return held.clone();
        }
        let owner = held.iter().filter(|(role, _)| role == self.vendor.owner);
        roles.extend(owner.cloned());
        roles
    }

    /// Whether a file may name new accounts of the tree.
    pub fn grows_by_file(&self) -> bool {
        self.vendor.depth.is_some()
    }
}
