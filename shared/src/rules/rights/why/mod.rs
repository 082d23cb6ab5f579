//! Why somebody may do something, or why not: which assignment, role, grant or block, or which constraint refuses.

mod no;

use super::acting::{Acting, Acts};
use super::compiled::stands;
use super::{Question, Rights, Setting, Subject, Verdict, What, fits};
use crate::catalog::{Action, Qualifier, Relation, Way, split_grant};
use crate::domain::ScopeId;
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

/// The answer to a question with every step it rests on. It is the one [`Rights::can`] gives; what that refuses may be
/// open to who acts for the thing's owner.
pub fn explain(
    setting: &Setting<'_>,
    rights: &Rights,
    subject: &Subject<'_>,
    asked: &str,
    question: &Question,
    acting: Option<&Acting<'_>>,
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
    let mut decision = told.decision(rights.asks(setting, subject, question));
    if let (Some(acting), Some(action)) = (acting, told.action)
        && (!decision.allowed || decision.read_only)
    {
        told.for_another(acting, action, &mut decision);
    }
    decision
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

    /// What is refused, or held for looking only, may be open to a delegate; where it is not, the delegation says why.
    fn for_another(&self, acting: &Acting<'_>, action: &Action, decision: &mut Decision) {
        let acts = acting.judge(
            self.setting,
            self.rights,
            self.subject,
            action,
            self.question,
        );
        let but = match acts {
            Acts::Not => return,
            Acts::May { read_only } => {
                if decision.allowed && read_only {
                    return;
                }
                decision.allowed = true;
                decision.read_only = read_only;
                decision.because = format!(
                    "{} is open to who acts for the owner: {}",
                    self.asked,
                    acting.words()
                );
                decision.rule.clear();
                decision.instead.clear();
                decision
                    .steps
                    .retain(|step| !matches!(step, Step::Constraint { .. }));
                String::new()
            }
            Acts::MayNot(refusal) => {
                let but = refusal.what.clone();
                if !decision.allowed {
                    decision.because = refusal.what;
                    refusal.rule.clone_into(&mut decision.rule);
                    decision.instead = refusal.instead;
                }
                but
            }
        };
        decision.steps.push(Step::Delegation {
            of: acting.of,
            from: acting.delegation.from,
            until: acting.delegation.until,
            but,
        });
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
                            None => match self.but(&way, permission, qualifier, assignment.scope) {
                                fits if fits.is_empty() => self.shut().unwrap_or_default(),
                                but => but,
                            },
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

    /// The scope on the way up that is out of use, in a sentence; none where all are in use.
    fn shut(&self) -> Option<String> {
        let (at, state) = scopes::shut(self.setting.scopes, self.question.scope)?;
        Some(format!(
            "{} is {state}: nothing is granted in it",
            self.path(at)
        ))
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
        format!("{} is granted by {}", self.asked, self.helping(steps, ""))
    }

    /// The roles whose grants are kept from helping by just this; nothing is what helps.
    fn helping(&self, steps: &[Step], kept: &str) -> String {
        let mut by: Vec<String> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Grant {
                    role, scope, but, ..
                } if but == kept => Some(match scope.as_str() {
                    scopes::ROOT_PATH => self.setting.catalog.called(role).to_owned(),
                    scope => format!("{} at {scope}", self.setting.catalog.called(role)),
                }),
                _ => None,
            })
            .collect();
        by.dedup();
        by.join(" and ")
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
