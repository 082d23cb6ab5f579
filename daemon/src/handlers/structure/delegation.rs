//! `delegation list`, `delegation set`, `delegation end`: one user acts for another for a time.

use super::super::ask::{Ask, Door, Extra};
use super::super::describe::Words;
use super::super::find;
use super::{Planned, json, refused};
use rollcall_shared::domain::Record;
use rollcall_shared::rules::delegation::{self, Asked, By};
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::structure::{DelegationSet, Delegations};
use rollcall_shared::wire::sweep::When;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn list(ask: &Ask<'_>, request: TenantOptional) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::DelegationList, request.tenant.as_deref())?;
    let mut rows = Vec::new();
    for view in find::tenants(&state, request.tenant.as_deref())? {
        let email = |id| {
            view.account(id)
                .map_or_else(String::new, |a| a.address().to_owned())
        };
        rows.extend(
            view.delegations()
                .map(|d| (d.clone(), email(d.account), email(d.delegate))),
        );
    }
    json(Delegations { rows })
}

pub(super) async fn change(
    ask: &Ask<'_>,
    verb: Verb,
    request: DelegationSet,
) -> Result<Value, Failure> {
    let state = ask.state();
    let (mut found, mut tenant) = ask.place(verb, &request.user, request.tenant.as_deref());
    if tenant.is_none() {
        // Who sees nobody in a tenant of theirs may still name a delegate there.
        let (all, own) = find::place(&state, &request.user, None, &|_| true);
        let member = |name: &String| ask.who(&state, verb, name).account(&state).is_some();
        if let Some(name) = own.filter(member) {
            (found, tenant) = (all, Some(name));
        }
    }
    let Some(named) = tenant else {
        ask.authorise(&state, verb, None)?;
        return Err(found.err().unwrap_or_else(|| find::nobody(&request.user)));
    };
    let asked_in = named.clone();
    // Every member may ask: for themselves nobody needs more, and for others the rule judges.
    ask.change_as(
        verb,
        &asked_in,
        Door::Own,
        Extra::default(),
        move |draft, _, who| {
            let id = found?;
            let gone = || find::gone(id);
            let view = draft.state.tenant(id.tenant).ok_or_else(gone)?;
            let account = draft.state.account(id).ok_or_else(gone)?;
            let own = (!who.operator).then(|| who.account(draft.state)).flatten();
            let member = own.and_then(|own| view.account(own));
            let asked = Asked {
                catalog: &view.catalog,
                plan: &view.tenant.plan,
                scopes: &view.scopes,
                account: &account,
                standing: view.delegation(account.id),
                by: member.as_ref().map_or(By::Operator, By::Member),
                now: draft.now,
            };
            let mut planned = Planned::default();
            let old = asked.standing.cloned().map(Record::Delegation);
            if verb == Verb::DelegationEnd {
                let ended = delegation::end(&asked).map_err(refused)?;
                planned.what = format!(
                    "account {} acts for account {id} no more",
                    view.reference(ended.delegate)
                );
                planned.changes.push(planned.what.clone());
                planned.record(old, None);
            } else {
                let delegate = find::account(draft.state, &request.delegate, Some(&named))?;
                let delegate = draft.state.account(delegate).ok_or_else(gone)?;
                let words = Words::of(Some(view));
                let zone = view.zone();
                let here = |when: Option<When>| when.map(|when| when.instant(&zone));
                let new =
                    delegation::set(&asked, &delegate, here(request.from), here(request.until))
                        .map_err(refused)?;
                planned.what = format!(
                    "account {} acts for account {id} from {} until {}; everything stays theirs",
                    view.reference(new.delegate),
                    words.minute(new.from),
                    words.minute(new.until)
                );
                planned.changes.push(planned.what.clone());
                planned.record(old, Some(Record::Delegation(new)));
            }
            planned.finish(view, draft.now, request.dry_run)
        },
    )
    .await
}
