//! `conflict list`, `conflict set`, `conflict delete`, `conflict except`: separation of duties.

use super::super::ask::{Ask, Extra, own_account};
use super::super::describe::Words;
use super::super::find;
use super::{Planned, json, refused};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Account, AccountId, AccountRef, Assignment, ConflictRule, Exception, Micros, Record, ScopeNode,
    Status,
};
use rollcall_shared::rules::conflicts::{self, Asked, Clash};
use rollcall_shared::text::counted;
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::structure::{
    ConflictExcept, ConflictNamed, ConflictSet, Conflicts, Violation,
};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

pub(super) fn list(ask: &Ask<'_>, request: TenantNamed) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::ConflictList, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let rules = rules(view);
    let mut proposals = conflicts::proposals(&view.catalog);
    proposals.retain(|p| rules.iter().all(|r| r.name != p.name));
    json(Conflicts {
        tenant: view.tenant.name.clone(),
        violations: violations(view, &rules, ask.service.clock.now()),
        rules,
        proposals,
    })
}

fn rules(view: &TenantView) -> Vec<ConflictRule> {
    view.conflicts().cloned().collect()
}

/// Standing violations, those without an exception first. Many accounts share a set of roles, so each set is judged
/// once.
fn violations(view: &TenantView, rules: &[ConflictRule], now: Micros) -> Vec<Violation> {
    let mut judged: HashMap<Vec<Assignment>, bool> = HashMap::new();
    let mut who: Vec<AccountId> = Vec::new();
    view.scan_held(|facts, held| {
        if matches!(facts.status, Status::Deactivated | Status::Deleted) || rules.is_empty() {
            return;
        }
        let clashes = match judged.get(held) {
            Some(known) => *known,
            None => {
                let clashes = !conflicts::violations(rules, &view.scopes, held).is_empty();
                judged.insert(held.to_vec(), clashes);
                clashes
            }
        };
        if clashes {
            who.push(facts.id);
        }
    });
    let mut out = Vec::new();
    for account in who.into_iter().filter_map(|id| view.account(id)) {
        for clash in conflicts::violations(rules, &view.scopes, &account.assignments) {
            let exception = view.exception(&clash.rule.name, account.id);
            out.push(Violation {
                rule: clash.rule.name.clone(),
                id: view.reference(account.id),
                name: account.display_name(),
                email: account.address().to_owned(),
                one: conflicts::shown(&view.scopes, clash.one),
                other: conflicts::shown(&view.scopes, clash.other),
                exception: exception.filter(|e| conflicts::valid(e, now)).cloned(),
            });
        }
    }
    out.sort_by(|a, b| {
        let key = |v: &Violation| (v.exception.is_some(), v.rule.clone(), v.id);
        key(a).cmp(&key(b))
    });
    out
}

pub(super) async fn set(ask: &Ask<'_>, request: ConflictSet) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    ask.change(
        Verb::ConflictSet,
        Some(&tenant),
        Extra::default(),
        move |draft, _| {
            let view = find::tenant(draft.state, &request.tenant)?;
            let rule =
                conflicts::checked(&request.rule, &view.catalog, &view.scopes).map_err(refused)?;
            let old = view.conflict(&rule.name);
            let mut planned = Planned::default();
            if old != Some(&rule) {
                let what = if old.is_some() { "changed" } else { "stands" };
                planned.what = format!("rule {:?} {what}", rule.name);
                let (was, is) = (
                    old.cloned().map(Record::Conflict),
                    Record::Conflict(rule.clone()),
                );
                planned.changes =
                    super::super::describe_record::differences(was.as_ref(), Some(&is));
                let broken = violations(view, std::slice::from_ref(&rule), draft.now);
                // One account may break a rule in several places.
                let who: BTreeSet<AccountRef> = broken.iter().map(|v| v.id).collect();
                if !who.is_empty() {
                    planned.warnings.push(format!(
                        "broken today by {}: what is held is kept; see `rollcall conflict list`",
                        counted(who.len(), "account")
                    ));
                }
                planned.record(was, Some(is));
                let ended = old.map(|old| conflicts::ended(old, &rule, view.exceptions()));
                end(view, ended.unwrap_or_default(), &mut planned);
            }
            planned.finish(view, draft.now, request.dry_run)
        },
    )
    .await
}

pub(super) async fn delete(ask: &Ask<'_>, request: ConflictNamed) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    ask.change(
        Verb::ConflictDelete,
        Some(&tenant),
        Extra::default(),
        move |draft, _| {
            let view = find::tenant(draft.state, &request.tenant)?;
            let rules = rules(view);
            let rule = conflicts::named(&rules, &request.name).map_err(refused)?;
            let mut planned = Planned {
                what: format!("rule {:?} deleted", rule.name),
                changes: vec![format!("rule {:?} stands no more", rule.name)],
                ..Planned::default()
            };
            let exceptions = view.exceptions().filter(|e| e.rule == rule.name);
            end(view, exceptions.collect(), &mut planned);
            planned.record(Some(Record::Conflict(rule.clone())), None);
            planned.finish(view, draft.now, request.dry_run)
        },
    )
    .await
}

pub(super) async fn except(ask: &Ask<'_>, request: ConflictExcept) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    let caller = ask.caller.clone();
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    ask.change(
        Verb::ConflictExcept,
        Some(&tenant),
        extra,
        move |draft, _| {
            let view = find::tenant(draft.state, &request.tenant)?;
            let id = find::account(draft.state, &request.user, Some(&request.tenant))?;
            let account = draft.state.account(id).ok_or_else(|| find::gone(id))?;
            let rules = rules(view);
            let rule = conflicts::named(&rules, &request.name).map_err(refused)?;
            let old = view.exception(&rule.name, account.id);
            let mut planned = Planned::default();
            match request.until.map(|until| until.instant(&view.zone())) {
                Some(until) if old.is_some_and(|old| old.until == until) => {}
                Some(until) => {
                    let person = caller.person(draft.state);
                    let binding = caller.binding(draft.state);
                    let own = own_account(draft.state, binding, Some(&request.tenant));
                    let asked = Asked {
                        rule,
                        account: &account,
                        until,
                        reason: request.reason.as_deref(),
                        by: &caller.peer.os_user,
                        person: &person,
                        own: own.is_some_and(|(_, own)| own.id == account.id),
                    };
                    let new = conflicts::except(&asked, draft.now).map_err(refused)?;
                    planned.what = format!(
                        "account {id} may break the rule {:?} until {}",
                        rule.name,
                        Words::of(Some(view)).minute(new.until)
                    );
                    planned.record(
                        old.cloned().map(Record::Exception),
                        Some(Record::Exception(new)),
                    );
                }
                None => {
                    if let Some(old) = old {
                        planned.what = format!(
                            "the exception of account {id} from the rule {:?} ends",
                            rule.name
                        );
                        planned.record(Some(Record::Exception(old.clone())), None);
                    }
                }
            }
            if !planned.what.is_empty() {
                planned.changes.push(planned.what.clone());
            }
            planned.finish(view, draft.now, request.dry_run)
        },
    )
    .await
}

/// Ends exceptions, each told: what they allowed is not allowed any more.
fn end(view: &TenantView, exceptions: Vec<&Exception>, planned: &mut Planned) {
    for exception in exceptions {
        planned.changes.push(format!(
            "the exception of account {} until {} ends",
            view.reference(exception.account),
            Words::of(Some(view)).minute(exception.until)
        ));
        planned.record(Some(Record::Exception(exception.clone())), None);
    }
}

/// What a scope as it is then does to separation of duties, for by its new name or place it may be one that a rule speaks
/// of: how many accounts break a rule in a way that they did not before; none when nobody does. What is held is kept.
pub(super) fn newly_broken(
    view: &TenantView,
    rules_after: &[ConflictRule],
    after: &ScopeNode,
) -> Option<String> {
    if rules_after.is_empty() {
        return None;
    }
    let mut scopes_after = view.scopes.to_vec();
    for node in scopes_after.iter_mut().filter(|n| n.id == after.id) {
        node.clone_from(after);
    }
    let before = rules(view);
    let mut judged: HashMap<Vec<Assignment>, bool> = HashMap::new();
    let mut broken = 0u64;
    view.scan_held(|facts, held| {
        if matches!(facts.status, Status::Deactivated | Status::Deleted) {
            return;
        }
        let worse = match judged.get(held) {
            Some(known) => *known,
            None => {
                let was = conflicts::violations(&before, &view.scopes, held);
                let is = conflicts::violations(rules_after, &scopes_after, held);
                let worse = is.iter().any(|c| {
                    let same = |b: &Clash<'_>| {
                        (&b.rule.name, b.one, b.other) == (&c.rule.name, c.one, c.other)
                    };
                    !was.iter().any(same)
                });
                judged.insert(held.to_vec(), worse);
                worse
            }
        };
        broken += u64::from(worse);
    });
    (broken > 0).then(|| {
        format!(
            "roles of {} are then held against a rule of separation of duties: what is held is kept; see `rollcall conflict list`",
            counted(broken, "account")
        )
    })
}

/// The rules that an account breaks without an exception, in words; nothing when there are none.
pub(in crate::handlers) fn broken_by(view: &TenantView, account: &Account, now: Micros) -> String {
    let rules = rules(view);
    let mut names: Vec<String> = conflicts::violations(&rules, &view.scopes, &account.assignments)
        .into_iter()
        .filter(|clash| {
            let exception = view.exception(&clash.rule.name, account.id);
            !exception.is_some_and(|e| conflicts::valid(e, now))
        })
        .map(|clash| format!("{:?}", clash.rule.name))
        .collect();
    names.dedup();
    match names.as_slice() {
        [] => String::new(),
        names => format!(
            "; it holds roles against the rule {} of separation of duties: see `rollcall conflict list`",
            names.join(", ")
        ),
    }
}
