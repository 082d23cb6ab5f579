//! `invitation list`: invitations with delivery and answer, newest first.

use crate::handlers::ask::Ask;
use crate::handlers::{find, json, tenant_list};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Account, Answer, Invitation, Micros, Status};
use rollcall_shared::rules::{invite, roles_edit};
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::identity::{InvitationRow, Invitations};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: TenantOptional) -> Result<Value, Failure> {
    let state = ask.state();
    let part = ask.reach(&state, Verb::InvitationList, request.tenant.as_deref())?;
    let seen = |account: &mut Account| {
        if let Some(part) = &part {
            account.assignments.retain(|a| part.contains(&a.scope));
        }
        part.is_none() || !account.assignments.is_empty()
    };
    let now = ask.service.clock.now();
    let mut rows = Vec::new();
    for view in find::tenants(&state, request.tenant.as_deref())? {
        for invitation in view.invitations() {
            let mut account = view.account(invitation.account);
            let shown = account.take_if(|a| seen(a));
            rows.extend(shown.map(|a| row(view, &a, invitation, now)));
        }
        // Who was imported as invited has an invitation too, though little is known of it.
        state.scan(view.tenant.id, |facts| {
            if facts.status == Status::Invited && view.invitation(facts.id).is_none() {
                let mut account = view.account(facts.id);
                let shown = account.take_if(|a| seen(a));
                rows.extend(shown.map(|a| row(view, &a, &invite::assumed(&a), now)));
            }
        });
    }
    rows.sort_by_key(|r| (std::cmp::Reverse(r.sent), r.id));
    let held = rows.iter().flat_map(|row| {
        let tenant = row.tenant.as_str();
        row.roles.iter().map(move |role| (tenant, role.as_str()))
    });
    let labels = tenant_list::labels(&state, held);
    json(Invitations { labels, rows })
}

fn row(
    view: &TenantView,
    account: &Account,
    invitation: &Invitation,
    now: Micros,
) -> InvitationRow {
    let ran_out = invitation.valid_until.is_some_and(|until| until <= now);
    InvitationRow {
        id: view.reference(account.id),
        tenant: view.tenant.name.clone(),
        name: account.display_name(),
        email: account.address().to_owned(),
        roles: account
            .assignments
            .iter()
            .map(|a| roles_edit::written(a, &view.scopes))
            .collect(),
        status: account.status,
        answer: match invitation.answer {
            Answer::Pending if ran_out => Answer::Expired,
            answer => answer,
        },
        delivery: invitation.delivery,
        sent: invitation.sent,
        valid_until: invitation.valid_until,
    }
}
