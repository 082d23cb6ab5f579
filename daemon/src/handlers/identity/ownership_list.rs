//! `ownership list`: transfers of ownership, newest first.

use crate::handlers::ask::Ask;
use crate::handlers::{find, json};
use rollcall_shared::domain::Transfer;
use rollcall_shared::rules::ownership::state_at;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::identity::{TransferRow, Transfers};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: TenantOptional) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::OwnershipList, request.tenant.as_deref())?;
    let now = ask.service.clock.now();
    let mut rows = Vec::new();
    for view in find::tenants(&state, request.tenant.as_deref())? {
        let email = |id| {
            view.account(id)
                .map_or_else(String::new, |a| a.address().to_owned())
        };
        rows.extend(view.transfers().map(|transfer| TransferRow {
            tenant: view.tenant.name.clone(),
            from: transfer.from.map(email).unwrap_or_default(),
            to: email(transfer.to),
            transfer: Transfer {
                state: state_at(transfer, now),
                ..transfer.clone()
            },
        }));
    }
    rows.sort_by_key(|r| std::cmp::Reverse((r.transfer.opened, r.transfer.id)));
    json(Transfers { rows })
}
