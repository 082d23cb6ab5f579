//! A hash over everything that is folded.

use super::state::State;
use super::tenant::TenantView;
use crate::domain::{AccountId, Field, RecordKind};
use minicbor::{Encode, Encoder};
use sha2::{Digest, Sha256};

/// What is hashed, in the one order.
struct Canon(Sha256);

impl Canon {
    fn put(&mut self, value: &impl Encode<()>) {
        let mut bytes = Vec::new();
        // Writing to a Vec cannot fail, and our types have no custom encoding errors.
        let done = Encoder::new(&mut bytes).encode(value).is_ok();
        debug_assert!(done);
        self.bytes(&bytes);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

pub(super) fn digest(state: &State) -> [u8; 32] {
    let mut canon = Canon(Sha256::new());
    canon.put(&state.revision);
    canon.put(&state.platform_seq);
    canon.put(&state.platform_at);
    for binding in state.operators() {
        canon.put(binding);
    }
    for key in state.head_keys() {
        canon.put(key);
    }
    for view in state.tenants() {
        tenant(&mut canon, view);
    }
    canon.0.finalize().into()
}

fn tenant(canon: &mut Canon, view: &TenantView) {
    canon.put(&view.tenant);
    canon.put(&view.seq);
    canon.put(&view.at);
    canon.bytes(view.catalog_text.as_bytes());
    canon.put(&*view.scopes);
    canon.put(&view.rights_changed);
    canon.put(&view.policies);
    canon.put(&view.set_by);
    canon.put(&view.last_due);
    canon.put(&view.exported);
    canon.put(&view.feed.last_event);
    canon.put(&view.feed.last_success);
    canon.put(&view.feed.told);
    canon.put(&view.feed.since);
    canon.put(&view.feed.daily.as_slice());
    canon.put(&view.feed.last_day);
    canon.put(&view.feed.before);
    canon.put(&view.feed.leaving);
    canon.put(&(view.orders.len() as u64));
    for order in view.orders() {
        canon.put(order);
    }
    canon.put(&(view.runs.len() as u64));
    for run in view.runs() {
        canon.put(run);
    }
    for kind in RecordKind::ALL {
        for record in view.records.all(*kind) {
            canon.put(record);
        }
    }
    canon.put(&view.next_asset().0);
    for asset in view.assets() {
        canon.put(asset);
    }
    for (day, keys) in view.seen.days() {
        canon.put(&day);
        canon.put(&keys.keys());
    }
    canon.put(&view.accounts());
    for id in (0..view.accounts()).map(AccountId) {
        let Some((chunk, row)) = view.table.find(id) else {
            continue;
        };
        let account = chunk.account(id, row, &view.table.interned);
        for field in Field::ALL {
            canon.put(&account.get(field));
        }
        canon.put(&chunk.pos[row]);
        let (hot, at) = chunk.hot.of(row);
        canon.bytes(&hot.uses[at]);
        canon.put(&hot.last_day[at]);
    }
}
