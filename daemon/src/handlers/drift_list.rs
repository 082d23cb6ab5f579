//! `drift list`: where the decided and the observed state of vendor tenants differ.

use super::ask::Ask;
use super::describe::Words;
use super::{find, json};
use rollcall_shared::domain::{AccountId, AccountRef, Authority, Field, Value as FieldValue};
use rollcall_shared::rules::identity;
use rollcall_shared::rules::sweeps::was_used_while_out;
use rollcall_shared::wire::admin::{Drift, DriftRow, TenantOptional};
use rollcall_shared::wire::user::{Flag, UserQuery};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

/// Accounts read at once.
const PAGE: u32 = 1_000;

pub(super) fn handle(ask: &Ask<'_>, request: TenantOptional) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::DriftList, request.tenant.as_deref())?;
    let now = ask.service.clock.now();
    let mut drift = Drift::default();
    for view in find::tenants(&state, request.tenant.as_deref())? {
        if view.tenant.authority != Authority::Vendor {
            continue;
        }
        drift
            .exports
            .insert(view.tenant.name.clone(), view.newest_export());
        let mut query = UserQuery {
            tenant: Some(view.tenant.name.clone()),
            flag: vec![Flag::Drift],
            limit: PAGE,
            ..UserQuery::default()
        };
        loop {
            let page = state
                .query(&query, now)
                .map_err(|e| Failure::new(Class::Error, e.to_string()))?;
            for id in page.rows.iter().map(|r| r.id) {
                drift.rows.extend(differences(view, &state, id));
            }
            query.offset += u64::from(PAGE);
            if query.offset >= page.total {
                break;
            }
        }
    }
    json(drift)
}

/// What is decided of an account's state and roles in a vendor's tenant and not seen there yet, one phrase each: an answer
/// that rests on what is decided does not hold there so far.
pub(super) fn ahead(
    view: &rollcall_shared::directory::TenantView,
    state: &rollcall_shared::directory::State,
    account: AccountId,
) -> Vec<String> {
    if view.tenant.authority != Authority::Vendor {
        return Vec::new();
    }
    let shown = differences(view, state, view.reference(account));
    let fields = [Field::Status, Field::Roles].into_iter();
    let told = fields.filter_map(|field| {
        let row = shown.iter().find(|row| row.field == field.label());
        let order = view.open_order(account, field);
        let seen = match row {
            Some(row) => format!("the vendor shows {}, not {}", row.observed, row.decided),
            None => "the vendor has not shown it".to_owned(),
        };
        let until = match order {
            Some(order) => format!("order {} is carried out", order.id.0),
            None => "the vendor shows the same".to_owned(),
        };
        (row.is_some() || order.is_some()).then(|| {
            format!(
                "this rests on what is decided: of {} {seen}; it counts there once {until}",
                field.label()
            )
        })
    });
    told.collect()
}

fn differences(
    view: &rollcall_shared::directory::TenantView,
    state: &rollcall_shared::directory::State,
    id: AccountRef,
) -> Vec<DriftRow> {
    let Some(account) = state.account(id) else {
        return Vec::new();
    };
    let words = Words::of(Some(view));
    let row = |decided: Field, ours: &FieldValue, observed: String| DriftRow {
        tenant: view.tenant.name.clone(),
        id,
        email: account.address().to_owned(),
        field: decided.label().into(),
        decided: words.value(decided, ours),
        observed,
        observed_at: account.observed_at,
        order: view.open_order(id.account, decided).map(|o| o.id.0),
    };
    let who = account
        .observed_identity
        .iter()
        .filter_map(|(field, shown)| {
            let ours = account.get(*field);
            let same = identity::told(&ours, &view.scopes) == *shown;
            (!same).then(|| row(*field, &ours, shown.clone()))
        });
    // An export may say that it is done, or nothing at all: who uses the account is not shut out.
    let used = account.last_use.filter(|_| {
        let (status, since) = (account.status, account.status_since);
        was_used_while_out(status, since, account.last_use)
            && account
                .observed_status
                .is_none_or(|seen| status.met_by(seen))
    });
    let used = used.map(|at| {
        let (ours, day) = (account.get(Field::Status), at.day_in(&view.zone()));
        row(Field::Status, &ours, format!("used on {day}"))
    });
    [
        (Field::Status, Field::ObservedStatus),
        (Field::Roles, Field::ObservedRoles),
    ]
    .into_iter()
    .filter_map(|(decided, observed)| {
        let (ours, theirs) = (account.get(decided), account.get(observed));
        let met = decided == Field::Status
            && account
                .observed_status
                .is_some_and(|seen| account.status.met_by(seen));
        (theirs != FieldValue::Null && ours != theirs && !met)
            .then(|| row(decided, &ours, words.value(observed, &theirs)))
    })
    .chain(who)
    .chain(used)
    .collect()
}
