//! `review list`, `review show`: reviews, and what was said of whom.

use super::review::named;
use crate::handlers::ask::Ask;
use crate::handlers::{find, json, tenant_list};
use rollcall_shared::rules::roles_edit;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::identity::{ReviewDecide, ReviewDetail, ReviewRow, Reviews};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: TenantOptional) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::ReviewList, request.tenant.as_deref())?;
    let mut rows = Vec::new();
    for view in find::tenants(&state, request.tenant.as_deref())? {
        rows.extend(
            view.reviews()
                .map(|r| (view.tenant.name.clone(), r.clone())),
        );
    }
    rows.sort_by_key(|(_, r)| std::cmp::Reverse((r.opened, r.id)));
    json(Reviews { rows })
}

pub(super) fn show(ask: &Ask<'_>, request: ReviewDecide) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::ReviewShow, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let review = named(view, request.id)?;
    let accounts = review.subject.iter().filter_map(|id| view.account(*id));
    let rows: Vec<ReviewRow> = accounts
        .map(|account| ReviewRow {
            id: view.reference(account.id),
            name: account.display_name(),
            roles: account
                .assignments
                .iter()
                .map(|a| roles_edit::written(a, &view.scopes))
                .collect(),
            last_sign_in: account.last_sign_in,
            verdict: review.verdicts.get(&account.id).copied(),
            email: account.address().to_owned(),
        })
        .collect();
    let tenant = view.tenant.name.as_str();
    let roles = rows.iter().flat_map(|row| &row.roles);
    let labels = tenant_list::labels(&state, roles.map(|role| (tenant, role.as_str())));
    json(ReviewDetail {
        tenant: tenant.to_owned(),
        review: review.clone(),
        rows,
        labels,
    })
}
