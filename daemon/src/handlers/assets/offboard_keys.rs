//! What an offboarding does about the API keys of who leaves.

use super::person_offboard::Decision;
use super::steps;
use crate::writer::Draft;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Account, Asset, AssetKind, Fact, Field, FieldChange, Order, OrderState, Todo,
    Value as FieldValue,
};
use rollcall_shared::rules::assets::gone;
use rollcall_shared::text::counted;

/// API keys outlive the sign-in: revoked where we decide, ordered to be revoked where the vendor does.
pub(super) fn keys(draft: &Draft<'_>, view: &TenantView, account: &Account, out: &mut Decision) {
    let keys: Vec<&Asset> = view
        .owned(account.id)
        .filter(|a| a.kind == AssetKind::ApiKey)
        .collect();
    if keys.is_empty() {
        return;
    }
    let gives = if keys.len() == 1 { "gives" } else { "give" };
    let many = counted(keys.len() as u64, "API key");
    if steps::decides(view) {
        for key in keys {
            let revoked = gone(key, draft.now);
            out.tally.note(Some(key), &revoked);
            out.assets.push(revoked);
        }
        out.said.push(format!("{many} revoked"));
        return;
    }
    out.warnings.push(format!(
        "{many} {gives} access until the vendor has revoked what is ordered"
    ));
    if view.open_order(account.id, Field::Assets).is_some() {
        return;
    }
    let mut left = account.assets.clone();
    if let Some(slot) = left.get_mut(AssetKind::ApiKey as usize) {
        *slot = 0;
    }
    out.said.push(format!("{many} to be revoked"));
    out.facts.push(Fact::OrderSet(Order {
        id: view.next_order(),
        todo: Todo::Account {
            account: account.id,
            change: FieldChange {
                field: Field::Assets,
                old: account.get(Field::Assets),
                new: FieldValue::Counts(left),
            },
        },
        state: OrderState::Open,
        opened: draft.now,
        updated: draft.now,
        run: None,
    }));
}
