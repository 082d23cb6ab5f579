//! Why not: the first thing that would have to be different, and what to do instead.

use super::super::compiled::stands;
use super::super::words::{idle, wake};
use super::super::{Level, Relations, What, fits};
use super::{No, Told};
use crate::catalog::{Qualifier, Role, Way, split_grant};
use crate::domain::{ScopeId, ScopeState, Status};
use crate::rules::scopes;
use crate::wire::role::Step;

impl Told<'_> {
    /// Why not: the first thing that would have to be different.
    pub(super) fn no(&self) -> No {
        if self.subject.status != Status::Active {
            return self.idle();
        }
        if let Some(no) = self.out_of_use() {
            return no;
        }
        if scopes::upward(self.setting.scopes, self.question.scope)
            .next()
            .is_none()
        {
            let what = format!("there is no {}", self.path(self.question.scope));
            return ("scope", what, "see `rollcall scope list`".to_owned());
        }
        let ways = self.ways();
        let mut granted: Vec<(&Role, ScopeId, &Way)> = Vec::new();
        for assignment in self.subject.assignments {
            let Some(role) = self.setting.catalog.role(&assignment.role) else {
                continue;
            };
            for way in &ways {
                let grants = |g: &String| split_grant(g).0 == way.permission;
                if role.permissions.iter().any(grants) {
                    granted.push((role, assignment.scope, way));
                }
            }
        }
        if granted.is_empty() {
            return self.nobody();
        }
        let counting: Vec<_> = granted
            .iter()
            .filter(|(role, at, _)| {
                fits(self.setting.catalog, self.setting.scopes, role, *at).is_ok()
            })
            .collect();
        let Some((role, at, _)) = counting.first() else {
            let (role, at, _) = granted[0];
            let why = fits(self.setting.catalog, self.setting.scopes, role, at)
                .err()
                .map_or("", |u| u.words());
            return (
                "role-place",
                format!("the role {} at {} {why}", role.label, self.path(at)),
                self.remedy("give a role that counts there"),
            );
        };
        let here: Vec<_> = counting
            .iter()
            .filter(|(_, at, _)| self.rights.covers(*at, self.question.scope))
            .collect();
        if here.is_empty() {
            let place = self.path(*at);
            let there = self.path(self.question.scope);
            return (
                "scope",
                format!(
                    "{} is held at {place} by {}, not at {there}",
                    self.asked, role.label
                ),
                self.remedy(&format!(
                    "ask with --scope {place}, or give the role at {there}"
                )),
            );
        }
        let mut outside: Option<(&Role, ScopeId)> = None;
        let mut inside = false;
        for (role, at, way) in &here {
            if stands(self.question.relations, way.relation) {
                match self.kept_from(&way.permission, *at) {
                    Some(_) => outside = outside.or(Some((*role, *at))),
                    None => inside = true,
                }
            }
        }
        if let (Some((role, at)), false) = (outside, inside) {
            return self.kept(role, at);
        }
        let ways: Vec<&Way> = here.iter().map(|(_, _, way)| *way).collect();
        self.off_or_blocked(&ways)
            .or_else(|| self.below_root(&here))
            .unwrap_or_else(|| self.narrowed(&ways))
    }

    /// Why not: the place is out of use. Says whose grant would hold in it, since the place in use again may not be enough.
    fn out_of_use(&self) -> Option<No> {
        let shut = self.shut()?;
        let (_, state) = scopes::shut(self.setting.scopes, self.question.scope)?;
        let steps = self.grants();
        let blocked = steps.iter().any(|step| matches!(step, Step::Block { .. }));
        let would = self.helping(&steps, &shut);
        let (what, enough) = match (would.as_str(), blocked) {
            ("", _) => (
                format!("no role held would grant {} there either", self.asked),
                false,
            ),
            (_, true) => (
                format!(
                    "{would} would grant {}, which is blocked besides",
                    self.asked
                ),
                false,
            ),
            _ => (
                format!("in use, {would} would grant {} there", self.asked),
                true,
            ),
        };
        let remedy = match (state, enough) {
            (ScopeState::Archived, _) => "ask for something outside it",
            (_, true) => "make it active again with `rollcall scope set`",
            (_, false) => {
                "make it active again with `rollcall scope set`, then ask again for what is missing besides"
            }
        };
        Some(("scope-state", format!("{shut}; {what}"), remedy.to_owned()))
    }

    /// Why not: every role that grants it does so at the root account only, and is held below it.
    fn below_root(&self, here: &[&&(&Role, ScopeId, &Way)]) -> Option<No> {
        let only = |grant: &str, permission: &str| {
            let (of, qualifier) = split_grant(grant);
            of != permission || qualifier == Qualifier::RootAccount.word()
        };
        let below = here.iter().all(|(role, at, way)| {
            let mut grants = role.permissions.iter();
            *at != ScopeId::ROOT && grants.all(|g| only(g, &way.permission))
        });
        let (role, at, _) = here.first().filter(|_| below)?;
        Some((
            "root-account",
            format!(
                "{} counts at the root account only, and {} is held at {}",
                self.asked,
                role.label,
                self.path(*at)
            ),
            self.remedy(&format!(
                "give {} at the root account with `rollcall user role`",
                role.label
            )),
        ))
    }

    /// Why not: the thing is another's, in an account that keeps its things to itself.
    fn kept(&self, role: &Role, held: ScopeId) -> No {
        let account = self.question.relations.kept;
        let account = account.map(|a| self.path(a)).unwrap_or_default();
        (
            "sharing",
            format!(
                "sharing is off in {account}: what its users own is theirs, and {} is held at {}, not in it",
                role.label,
                self.path(held)
            ),
            format!(
                "switch it on with `rollcall scope set {account} --set sharing=on`, or give the role at {account}"
            ),
        )
    }

    /// Why not: what a role that counts here grants is switched off, or blocked.
    fn off_or_blocked(&self, ways: &[&Way]) -> Option<No> {
        if let Some(feature) = ways.iter().find_map(|w| self.off(&w.permission)) {
            let meaning = self.setting.catalog.feature(feature);
            let meaning = meaning.map_or("", |f| f.meaning.as_str());
            return Some((
                "feature",
                format!(
                    "{} needs the feature {feature}, which is off ({meaning})",
                    self.asked
                ),
                format!("switch it on with `rollcall tenant set TENANT --enable {feature}`"),
            ));
        }
        let (what, instead) = self.blocked()?;
        Some(("block", format!("{what}: a block beats any grant"), instead))
    }

    /// Why not, although a role that counts here grants it, for this thing.
    fn narrowed(&self, ways: &[&Way]) -> No {
        let best = ways
            .iter()
            .filter(|way| stands(self.question.relations, way.relation))
            .filter_map(|way| match self.rights.what(&way.permission)? {
                What::Permission(at) => {
                    let held = self.rights.held(self.setting, self.subject.assignments);
                    let (scope, relations) = (self.question.scope, self.question.relations);
                    let extent = self.rights.extent_to(&held, at, scope, relations);
                    Some(extent.level(relations.on_way(way.relation)))
                }
                What::Action(_) => None,
            })
            .max();
        if best == Some(Level::Look) {
            return (
                "read-only",
                format!("{} is held for looking only", self.asked),
                self.remedy(&self.roles_that_grant()),
            );
        }
        (
            "relation",
            format!(
                "{} goes no further than {}",
                self.asked,
                missing_of(self.question.relations)
            ),
            self.remedy(
                "say with --owner, --group or --shared-with whose it is and whom it is shared with",
            ),
        )
    }

    fn idle(&self) -> No {
        let status = self.subject.status;
        ("status", idle(status), wake(status).to_owned())
    }

    /// What is blocked by which of the roles held, and what to do about it; none when nothing is.
    fn blocked(&self) -> Option<(String, String)> {
        let mut by: Vec<String> = Vec::new();
        let mut what = String::new();
        for step in self.grants() {
            let Step::Block { role, block, .. } = step else {
                continue;
            };
            if what.is_empty() {
                what = block;
            }
            if !by.contains(&role) {
                by.push(role);
            }
        }
        let (roles, blocks) = match by.as_slice() {
            [] => return None,
            [one] => (format!("the role {one}"), "what it blocks"),
            all => (
                format!("the roles {}", all.join(" and ")),
                "what they block",
            ),
        };
        Some((
            format!("{what} is blocked by {roles}"),
            format!("take {roles} away, or change {blocks}"),
        ))
    }

    fn nobody(&self) -> No {
        if let Some((what, instead)) = self.blocked() {
            let grant = self.remedy(&self.roles_that_grant());
            return (
                "block",
                format!("{what}, and no role held grants it"),
                format!("{instead}; then {grant}"),
            );
        }
        let mut held: Vec<&str> = Vec::new();
        for assignment in self.subject.assignments {
            if !held.contains(&assignment.role.as_str()) {
                held.push(&assignment.role);
            }
        }
        let held = match held.as_slice() {
            [] => "no role is held".to_owned(),
            [one] => format!("{one} does not grant it"),
            [most @ .., last] => format!("{} and {last} do not grant it", most.join(", ")),
        };
        (
            "permission",
            format!("{} is not granted: {held}", self.asked),
            self.remedy(&self.roles_that_grant()),
        )
    }

    /// What the catalog says to do when an action is refused, else this.
    fn remedy(&self, otherwise: &str) -> String {
        match self.action {
            Some(action) if !action.remedy.is_empty() => action.remedy.clone(),
            _ => otherwise.to_owned(),
        }
    }

    fn roles_that_grant(&self) -> String {
        let ways = self.ways();
        let looks = |q: &str| q == Qualifier::ReadOnly.word();
        let grants = |grant: &String| {
            let (permission, qualifier) = split_grant(grant);
            ways.iter().any(|w| w.permission == permission) && !(self.change() && looks(qualifier))
        };
        let roles: Vec<&str> = self
            .setting
            .catalog
            .listed()
            .filter(|role| role.permissions.iter().any(grants))
            .map(|role| role.label.as_str())
            .collect();
        match roles.as_slice() {
            [] => {
                let mut asked = ways
                    .iter()
                    .filter_map(|way| self.setting.catalog.permission(&way.permission));
                match asked.find(|permission| !permission.remedy.is_empty()) {
                    Some(permission) => permission.remedy.clone(),
                    None => "no role grants it".to_owned(),
                }
            }
            roles => format!("one of these roles is needed: {}", roles.join(", ")),
        }
    }
}

fn missing_of(relations: Relations) -> &'static str {
    if relations.own {
        "what is shared with them"
    } else {
        "own things and what is shared with them, and this is neither"
    }
}
