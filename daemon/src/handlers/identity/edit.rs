//! `user edit`: names, address, language, login names, team, manager.

use super::invite::team;
use super::work::{Work, account};
use crate::handlers::ask::{Ask, Door, Extra};
use crate::handlers::refused;
use rollcall_shared::domain::{Field, Rule, Status};
use rollcall_shared::formats;
use rollcall_shared::rules::identity::{self, EditContext, Edited};
use rollcall_shared::wire::identity::UserEdit;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: UserEdit) -> Result<Value, Failure> {
    let (found, tenant) = ask.place(Verb::UserEdit, &request.user, request.tenant.as_deref());
    let Some(tenant) = tenant else {
        ask.authorise(&ask.state(), Verb::UserEdit, None)?;
        return found.map(|_| Value::Null);
    };
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let name = tenant.clone();
    // People edit themselves without a permission; what is not their own needs one.
    ask.change_as(
        Verb::UserEdit,
        &tenant,
        Door::Own,
        extra,
        move |draft, cache, who| {
            let own = match (&who.allowed, &found) {
                (Ok(()), _) => false,
                (Err(_), Ok(id)) if who.account(draft.state) == Some(id.account) => true,
                (Err(denied), _) => return Err(denied.clone()),
            };
            let id = found?;
            let mut work = Work::new(draft, &name, request.reason.as_deref())?;
            let view = work.view;
            let account = account(draft, id)?;
            let email = request.email.as_deref().map(checked).transpose()?;
            let manager = match request.manager.as_deref().map(str::trim) {
                Some(text) if !text.is_empty() => Some(checked(text)?),
                other => other.map(str::to_owned),
            };
            let edited = Edited {
                email: email.clone(),
                first_name: request.first_name.clone(),
                last_name: request.last_name.clone(),
                language: request.language.clone(),
                username: request.username.clone(),
                sid: request.sid.clone(),
                team: match &request.team {
                    None => None,
                    Some(name) => Some(team(view, &view.scopes, Some(name))?),
                },
                manager,
            };
            let taken = email.as_deref().is_some_and(|email| {
                let lookup = cache.lookup(draft.state, view.tenant.id);
                let holder = lookup.by_email(draft.state, email).or_else(|| {
                    let former = lookup.by_address(draft.state, email);
                    // The vendor knows them by it until the order is done.
                    former.filter(|h| view.open_order(*h, Field::Email).is_some())
                });
                holder
                    .filter(|h| *h != id.account)
                    .is_some_and(|h| view.facts(h).is_some_and(|f| f.status != Status::Deleted))
            });
            let ctx = EditContext {
                catalog: &view.catalog,
                plan: &view.tenant.plan,
                scopes: &view.scopes,
                own,
                member: !who.operator && who.account(draft.state) != Some(id.account),
                email_taken: taken,
            };
            let changes = identity::edit(&account, &edited, &ctx).map_err(refused)?;
            if changes.is_empty() {
                return work.finish(request.dry_run, format!("account {id} is so already"));
            }
            let team = changes.iter().any(|c| c.field == Field::Team);
            work.decided(id.account, changes, Rule::Request)?;
            if let Some(new) = edited.team.filter(|_| team) {
                work.follow_team(id.account, account.team, new);
            }
            if let Some(email) = email.filter(|_| view.tenant.owner == account.email) {
                work.owner_email(&email);
            }
            work.finish(request.dry_run, format!("account {id} is edited"))
        },
    )
    .await
}

fn checked(text: &str) -> Result<String, Failure> {
    formats::address(text).map_err(|why| {
        Failure::new(Class::Usage, why)
            .rule("email")
            .hint("check the spelling")
    })
}
