//! Why somebody may do something, or why not: which assignment, role, grant or block, or which constraint refuses.

use super::compiled::stands;
use super::words::{idle, wake};
use super::{Level, Question, Relations, Rights, Setting, Subject, Verdict, What, fits};
use crate::catalog::{Action, Qualifier, Relation, Role, Way, split_grant};
use crate::domain::{ScopeId, ScopeState, Status};
use crate::rules::Refusal;
use crate::rules::scopes;
use crate::wire::role::{Decision, Step};

/// What a text asks for: a permission or an action, by identifier or name. With the question's identifier.
pub fn named(
    setting: &Setting<'_>,
    rights: &Rights,
    text: &str,
) -> Result<(String, What), Refusal> {
    let catalog = setting.catalog;
    let text = text.trim();
    let action = || {
        catalog
            .actions
            .iter()
            .find(|a| a.id.eq_ignore_ascii_case(text))
    };
    let id = match catalog.find_permission(text) {
        Some(permission) => permission.id.as_str(),
        None => action().map_or(text, |a| a.id.as_str()),
    };
    match rights.what(id) {
        Some(what) => Ok((id.to_owned(), what)),
        None => Err(Refusal::new(
            "unknown-permission",
            format!("{} has no permission or action {text:?}", catalog.title),
            format!(
                "see them with `rollcall catalog show {}`, for example {}",
                catalog.name,
                rights.permissions().first().map_or("", String::as_str)
            ),
        )),
    }
}

/// The answer to a question with every step it rests on. It is the one [`Rights::can`] gives.
pub fn explain(
    setting: &Setting<'_>,
    rights: &Rights,
    subject: &Subject<'_>,
    asked: &str,
    question: &Question,
) -> Decision {
    let told = Told {
        setting,
        rights,
        subject,
        question,
        action: match question.what {
            What::Action(at) => setting.catalog.actions.get(usize::from(at)),
            What::Permission(_) => None,
        },
        asked,
    };
    told.decision(rights.asks(setting, subject, question))
}

struct Told<'a> {
    setting: &'a Setting<'a>,
    rights: &'a Rights,
    subject: &'a Subject<'a>,
    question: &'a Question,
    action: Option<&'a Action>,
    asked: &'a str,
}

/// A reason for no: the rule, what is so, what to do instead.
type No = (&'static str, String, String);

impl Told<'_> {
    fn decision(&self, verdict: Verdict) -> Decision {
        let mut steps = self.grants();
        let allowed = verdict != Verdict::Denied;
        let (rule, because, instead) = if allowed {
            let because = match verdict {
                Verdict::ReadOnly => format!("{}, for looking only", self.helpers(&steps)),
                _ => self.helpers(&steps),
            };
            ("", because, String::new())
        } else {
            let no = self.no();
            if !matches!(no.0, "block" | "permission") {
                steps.push(Step::Constraint {
                    rule: no.0.to_owned(),
                    what: no.1.clone(),
                });
            }
            no
        };
        Decision {
            allowed,
            read_only: verdict == Verdict::ReadOnly,
            permission: self.asked.to_owned(),
            because,
            rule: rule.to_owned(),
            instead,
            steps,
            warnings: if allowed { self.missing() } else { Vec::new() },
        }
    }

    /// The ways that are asked about.
    fn ways(&self) -> Vec<Way> {
        match self.action {
            Some(action) => action.ways.clone(),
            None => vec![Way {
                permission: self.asked.to_owned(),
                relation: Relation::Any,
            }],
        }
    }

    fn change(&self) -> bool {
        self.question.change || self.action.is_some_and(|a| a.changes)
    }

    fn path(&self, scope: ScopeId) -> String {
        scopes::address(self.setting.scopes, scope)
    }

    /// Every role that grants or blocks what is asked, with what keeps it from helping here.
    fn grants(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for assignment in self.subject.assignments {
            let Some(role) = self.setting.catalog.role(&assignment.role) else {
                continue;
            };
            let unfit = fits(
                self.setting.catalog,
                self.setting.scopes,
                role,
                assignment.scope,
            )
            .err();
            let covers = self.rights.covers(assignment.scope, self.question.scope);
            for way in self.ways() {
                for grant in &role.permissions {
                    let (permission, qualifier) = split_grant(grant);
                    if permission != way.permission {
                        continue;
                    }
                    let but = match (unfit, covers) {
                        (Some(unfit), _) => format!("the role {}", unfit.words()),
                        (None, false) => {
                            format!("held there, not at {}", self.path(self.question.scope))
                        }
                        (None, true) => match self.kept_from(permission, assignment.scope) {
                            Some(account) => format!(
                                "held outside of {}, where sharing is off",
                                self.path(account)
                            ),
                            None => self.but(&way, permission, qualifier, assignment.scope),
                        },
                    };
                    steps.push(Step::Grant {
                        role: role.id.clone(),
                        scope: self.path(assignment.scope),
                        grant: grant.clone(),
                        but,
                    });
                }
                if unfit.is_none() && covers && role.blocks.contains(&way.permission) {
                    steps.push(Step::Block {
                        role: role.id.clone(),
                        scope: self.path(assignment.scope),
                        block: way.permission.clone(),
                    });
                }
            }
        }
        steps
    }

    /// What keeps a grant that reaches here from helping; empty when nothing does.
    fn but(&self, way: &Way, permission: &str, qualifier: &str, held: ScopeId) -> String {
        let relations = self.question.relations;
        if let Some(feature) = self.off(permission) {
            return format!("the feature {feature} is off");
        }
        if !stands(relations, way.relation) {
            return missing(way.relation).to_owned();
        }
        let relations = relations.on_way(way.relation);
        match Qualifier::from_word(qualifier) {
            Some(Qualifier::Own) if !relations.own => missing(Relation::Own).to_owned(),
            Some(Qualifier::Group) if !relations.group => missing(Relation::Group).to_owned(),
            Some(Qualifier::ReadOnly) if self.change() => "for looking only".to_owned(),
            Some(Qualifier::RootAccount) if held != ScopeId::ROOT => {
                "counts at the root account only".to_owned()
            }
            _ => String::new(),
        }
    }

    /// The account that keeps the thing from a permission held at a scope outside of it.
    fn kept_from(&self, permission: &str, held: ScopeId) -> Option<ScopeId> {
        let account = self.question.relations.kept?;
        let decides = &self.setting.catalog.constraints.sharing_decides;
        let out = decides.iter().any(|p| p == permission) && !self.rights.covers(account, held);
        out.then_some(account)
    }

    /// The first feature a permission needs that is off.
    fn off(&self, permission: &str) -> Option<&str> {
        let found = self.setting.catalog.permission(permission)?;
        let off = |f: &&String| !self.setting.features.contains(*f);
        found.features.iter().find(off).map(String::as_str)
    }

    /// The roles that helped, in a sentence.
    fn helpers(&self, steps: &[Step]) -> String {
        let mut by: Vec<String> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Grant {
                    role, scope, but, ..
                } if but.is_empty() => Some(match scope.as_str() {
                    scopes::ROOT_PATH => role.clone(),
                    scope => format!("{role} at {scope}"),
                }),
                _ => None,
            })
            .collect();
        by.dedup();
        format!("{} is granted by {}", self.asked, by.join(" and "))
    }

    /// Why not: the first thing that would have to be different.
    fn no(&self) -> No {
        if self.subject.status != Status::Active {
            return self.idle();
        }
        if let Some((at, state)) = scopes::shut(self.setting.scopes, self.question.scope) {
            let what = format!("{} is {state}: nothing is granted in it", self.path(at));
            let instead = match state {
                ScopeState::Archived => "ask for something outside it",
                _ => "make it active again with `rollcall scope set`",
            };
            return ("scope-state", what, instead.to_owned());
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
                format!("the role {} at {} {why}", role.id, self.path(at)),
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
                    self.asked, role.id
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
        self.narrowed(&here.iter().map(|(_, _, way)| *way).collect::<Vec<_>>())
    }

    /// Why not: the thing is another's, in an account that keeps its things to itself.
    fn kept(&self, role: &Role, held: ScopeId) -> No {
        let account = self.question.relations.kept;
        let account = account.map(|a| self.path(a)).unwrap_or_default();
        (
            "sharing",
            format!(
                "sharing is off in {account}: what its users own is theirs, and {} is held at {}, not in it",
                role.id,
                self.path(held)
            ),
            format!(
                "switch it on with `rollcall scope set {account} --set sharing=on`, or give the role at {account}"
            ),
        )
    }

    /// Why not, although a role that counts here grants it.
    fn narrowed(&self, ways: &[&Way]) -> No {
        if let Some(feature) = ways.iter().find_map(|w| self.off(&w.permission)) {
            let meaning = self.setting.catalog.feature(feature);
            let meaning = meaning.map_or("", |f| f.meaning.as_str());
            return (
                "feature",
                format!(
                    "{} needs the feature {feature}, which is off ({meaning})",
                    self.asked
                ),
                format!("switch it on with `rollcall tenant set TENANT --enable {feature}`"),
            );
        }
        if let Some((what, instead)) = self.blocked() {
            return ("block", format!("{what}: a block beats any grant"), instead);
        }
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
            .roles
            .iter()
            .filter(|role| role.permissions.iter().any(grants))
            .map(|role| role.label.as_str())
            .collect();
        match roles.as_slice() {
            [] => "no role grants it".to_owned(),
            roles => format!("one of these roles is needed: {}", roles.join(", ")),
        }
    }

    /// Permissions that what is held is of no use without.
    fn missing(&self) -> Vec<String> {
        let held = self.rights.held(self.setting, self.subject.assignments);
        let mut out = Vec::new();
        for way in self.ways() {
            let Some(permission) = self.setting.catalog.permission(&way.permission) else {
                continue;
            };
            let has = |id: &str| match self.rights.what(id) {
                Some(What::Permission(at)) => {
                    self.rights.extent(&held, at, self.question.scope).held()
                }
                _ => false,
            };
            if !has(&way.permission) {
                continue;
            }
            for need in permission.needs.iter().filter(|need| !has(need)) {
                out.push(format!("{} is of no use without {need}", way.permission));
            }
        }
        out
    }
}

fn missing(relation: Relation) -> &'static str {
    match relation {
        Relation::Any => "",
        Relation::Own => "for their own things only",
        Relation::Group => "for what a group of theirs may see only",
        Relation::Shared => "for what is shared with them by name only",
        Relation::GroupTemplate => "for templates that a team of theirs shares only",
    }
}

fn missing_of(relations: Relations) -> &'static str {
    if relations.own {
        "what is shared with them"
    } else {
        "own things and what is shared with them, and this is neither"
    }
}
