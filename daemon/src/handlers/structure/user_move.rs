//! `user move`: a user's roles move to another account of the same tree.

use super::super::ask::{Ask, Door, Extra};
use super::super::describe::Words;
use super::super::find;
use super::scope::inside;
use super::{Planned, land, refused};
use rollcall_shared::domain::{ConflictRule, Record, Rule, ScopeKind, Why};
use rollcall_shared::rules::{Refusal, conflicts, groups, scopes};
use rollcall_shared::wire::identity::UserMove;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: UserMove) -> Result<Value, Failure> {
    let state = ask.state();
    let verb = Verb::UserMove;
    let (found, tenant) = ask.place(verb, &request.user, request.tenant.as_deref());
    ask.authorise(&state, verb, tenant.as_deref())?;
    let id = found?;
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let (verb, name) = (Verb::UserMove, tenant.unwrap_or_default());
    ask.change_as(verb, &name, Door::Whole, extra, move |draft, _, who| {
        let gone = || find::gone(id);
        let view = draft.state.tenant(id.tenant).ok_or_else(gone)?;
        let account = draft.state.account(id).ok_or_else(gone)?;
        let land = land(view);
        let to = inside(
            draft.state,
            view,
            &view.scopes,
            &format!("account {id}"),
            &request.to,
        )?;
        let kind = scopes::kind_of(&view.scopes, to);
        if view.catalog.constraints.account_depth == 0
            || !matches!(kind, Some(ScopeKind::Account | ScopeKind::Tenant))
        {
            return Err(refused(Refusal::new(
                "user-move",
                format!(
                    "{} is no account of a tree of accounts",
                    scopes::shown(&view.scopes, to)
                ),
                "give and take roles at scopes with `rollcall user role`",
            )));
        }
        let roles = scopes::moved(&land, &account.assignments, to).map_err(refused)?;
        let rules: Vec<ConflictRule> = view.conflicts().cloned().collect();
        conflicts::check(
            &rules,
            &|rule| view.exception(rule, account.id).cloned(),
            &view.scopes,
            &account,
            &roles,
            draft.now,
        )
        .map_err(refused)?;
        who.may_give(draft.state, &account.assignments, &roles)?;
        let mut after = account.clone();
        after.assignments = roles;
        let mut planned = Planned::default();
        if after != account {
            after.manifest = after.manifest.saturating_add(1);
            let changes = account.changes_to(&after);
            planned.what = format!("account {id} moved to {}", scopes::shown(&view.scopes, to));
            let words = Words::of(Some(view));
            planned.changes = words.told(&changes);
            let why = Why {
                note: request.reason.clone(),
                ..Why::rule(Rule::Structure)
            };
            planned.account(view, account.id, changes, why, draft.now)?;
            let left = groups::left(&view.scopes, view.groups(), account.id, &after.assignments);
            for (old, new) in left {
                planned.warnings.push(format!(
                    "account {id} leaves the {} {:?}, whose account it left",
                    old.kind, old.name
                ));
                planned.record(Some(Record::Group(old)), Some(Record::Group(new)));
            }
        }
        planned.finish(view, draft.now, request.dry_run)
    })
    .await
}
