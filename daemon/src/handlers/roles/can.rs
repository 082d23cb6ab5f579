//! `can` and `why`: may this user do that, and what does the answer rest on?

use super::super::{Ask, drift_list, find, json, refused};
use super::{Found, scope};
use crate::handlers::structure::land;
use rollcall_shared::domain::{
    Account, AccountId, Delegation, Group, GroupId, Micros, ScopeId, Status,
};
use rollcall_shared::rules::features::in_tenant;
use rollcall_shared::rules::rights::{
    Acting, Question, Relations, Subject, Thing, What, actions_of, explain, kept, named, of_kind,
    relations, wake_account,
};
use rollcall_shared::rules::{Refusal, groups};
use rollcall_shared::wire::role::{Can, Decision, Resource, Why};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) fn can(ask: &Ask<'_>, request: Can) -> Result<Value, Failure> {
    let found = Found::look(ask, Verb::Can, &request.user, request.tenant.as_deref())?;
    let Some(text) = &request.permission else {
        return Err(
            Failure::new(Class::Usage, "`can` needs a permission or an action")
                .rule("question")
                .hint("name one, or ask `why` about all of them"),
        );
    };
    let now = ask.service.clock.now();
    let asked = Asked::new(&found, &request, now)?;
    json(asked.decide(text)?)
}

pub(super) fn why(ask: &Ask<'_>, request: Can) -> Result<Value, Failure> {
    let found = Found::look(ask, Verb::Why, &request.user, request.tenant.as_deref())?;
    let now = ask.service.clock.now();
    let asked = Asked::new(&found, &request, now)?;
    let decisions = match &request.permission {
        Some(text) => vec![asked.decide(text)?],
        None => {
            let view = found.view()?;
            let all: Vec<&String> = match &request.resource.kind {
                None => view.rights().permissions().iter().collect(),
                Some(kind) => {
                    let actions = actions_of(&view.catalog, kind).map_err(unknown)?;
                    actions.into_iter().map(|a| &a.id).collect()
                }
            };
            let decisions = all.into_iter().map(|p| asked.decide(p));
            decisions.collect::<Result<_, _>>()?
        }
    };
    json(Why {
        id: found.id,
        name: found.account.display_name(),
        decisions,
    })
}

/// A question whose permission is still open.
struct Asked<'a> {
    found: &'a Found,
    /// The kind of the thing, where it is told.
    kind: Option<&'a str>,
    question: Question,
    /// The owner of the thing, and the delegation by which they named who asks.
    acting: Option<(Account, &'a Delegation)>,
    /// What is said of groups of the thing that open nothing now.
    idle: Vec<String>,
    now: Micros,
}

impl<'a> Asked<'a> {
    fn new(found: &'a Found, request: &'a Can, now: Micros) -> Result<Self, Failure> {
        let view = found.view()?;
        let scope = scope(view, request.resource.scope.as_deref())?;
        let thing = thing(found, &request.resource)?;
        let acting = thing.owner.and_then(|owner| {
            let delegation = view.delegation(owner)?;
            let theirs = delegation.delegate == found.id.account;
            theirs.then_some((view.account(owner)?, delegation))
        });
        let groups = thing.groups.iter().filter_map(|id| view.group(*id));
        let idle = groups.filter_map(|group| {
            let off = groups::open(&land(view), group.kind).err()?;
            let instead = in_tenant(&off.instead, &view.tenant.name);
            let Group { kind, name, .. } = group;
            Some(format!(
                "the {kind} {name:?} opens nothing: {}; {instead}",
                off.what
            ))
        });
        Ok(Asked {
            found,
            idle: idle.collect(),
            kind: request.resource.kind.as_deref(),
            question: Question {
                what: What::Permission(0),
                change: request.change,
                relations: stands(found, &thing, scope)?,
                scope,
            },
            acting,
            now,
        })
    }

    fn decide(&self, text: &str) -> Result<Decision, Failure> {
        let view = self.found.view()?;
        let setting = view.setting();
        let meant = match self.kind {
            None => text.to_owned(),
            Some(kind) => of_kind(&view.catalog, kind, text).map_err(unknown)?,
        };
        let (id, what) = named(&setting, view.rights(), &meant).map_err(unknown)?;
        let subject = Subject {
            status: self.found.account.status,
            assignments: &self.found.account.assignments,
        };
        let question = Question {
            what,
            ..self.question
        };
        let acting = self.acting.as_ref().map(|(owner, delegation)| Acting {
            delegation,
            of: view.reference(owner.id),
            owner: Subject {
                status: owner.status,
                assignments: &owner.assignments,
            },
            now: self.now,
        });
        let rights = view.rights();
        let mut decision = explain(&setting, rights, &subject, &id, &question, acting.as_ref());
        if decision.rule == "status" && subject.status != Status::Active {
            // What brings somebody back depends on whether they were ever in.
            let instead = wake_account(&self.found.account, &view.catalog);
            instead.clone_into(&mut decision.instead);
        }
        decision.instead = in_tenant(&decision.instead, &view.tenant.name);
        decision.warnings.extend(self.idle.iter().cloned());
        let id = self.found.id.account;
        decision
            .warnings
            .extend(drift_list::ahead(view, &self.found.state, id));
        Ok(decision)
    }
}

/// A refusal of a name that the catalog does not have.
fn unknown(refusal: Refusal) -> Failure {
    let mut failure = refused(refusal);
    failure.class = Class::NotFound;
    failure
}

/// The thing a request names.
fn thing(found: &Found, resource: &Resource) -> Result<Thing, Failure> {
    let view = found.view()?;
    let account = |text: &str| -> Result<AccountId, Failure> {
        find::account(&found.state, text, Some(&view.tenant.name)).map(|id| id.account)
    };
    let mut open: Vec<GroupId> = Vec::new();
    for name in &resource.groups {
        let all: Vec<&Group> = view.groups().collect();
        let meant = groups::of_any_kind(&view.scopes, all.iter().copied(), name);
        let Some(group) = meant.map_err(refused)? else {
            return Err(Failure::new(
                Class::NotFound,
                format!("there is no team or group {name:?}"),
            )
            .rule("group")
            .hint("see them with `rollcall group list`"));
        };
        open.push(group.id);
    }
    let shared_with = resource.shared_with.iter().map(|text| account(text));
    Ok(Thing {
        owner: resource.owner.as_deref().map(account).transpose()?,
        groups: open,
        shared_with: shared_with.collect::<Result<_, _>>()?,
    })
}

/// How the account stands to a thing that lies at a scope.
fn stands(found: &Found, thing: &Thing, scope: ScopeId) -> Result<Relations, Failure> {
    let view = found.view()?;
    let id = found.id.account;
    Ok(Relations {
        kept: kept(&view.setting(), id, thing, scope),
        ..relations(id, thing, |id| {
            let group = view.group(id)?;
            groups::open(&land(view), group.kind)
                .is_ok()
                .then_some(group)
        })
    })
}
