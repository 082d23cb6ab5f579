//! `handover list`: hand-overs with their progress, newest first.

use super::{email, handover, steps};
use crate::handlers::ask::Ask;
use crate::handlers::{find, json};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Asset, AssetId, Handover, HandoverId, HandoverState, Micros, TenantId,
};
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::asset::{HandoverRow, Handovers};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn handle(ask: &Ask<'_>, request: TenantOptional) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::HandoverList, request.tenant.as_deref())?;
    let mut rows: Vec<HandoverRow> = Vec::new();
    for view in find::tenants(&state, request.tenant.as_deref())? {
        let progress = progress(view);
        rows.extend(view.handovers().map(|h| row(view, h, progress.get(&h.id))));
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.handover.opened, row.handover.id)));
    json(Handovers { rows })
}

/// One hand-over as it is now, after a change whose first batch is `seq`.
pub(super) fn one(
    state: &State,
    tenant: TenantId,
    id: HandoverId,
    seq: Option<u64>,
) -> Result<Value, Failure> {
    let gone = find::tenant_gone;
    let view = state.tenant(tenant).ok_or_else(gone)?;
    json(HandoverRow {
        seq,
        ..row(view, handover(view, id)?, progress(view).get(&id))
    })
}

/// One hand-over as it would be after all its further steps: `after` is its record as they begin. What cannot come back,
/// or does not arrive, is counted among the moves that fail.
pub(super) fn would(view: &TenantView, after: &Handover, now: Micros) -> Result<Value, Failure> {
    let step = steps::step(view, after, usize::MAX, now);
    let changed: BTreeMap<AssetId, &Asset> = step.changed.iter().map(|a| (a.id, a)).collect();
    let mut progress = Progress::new();
    let assets = view
        .assets()
        .map(|a| changed.get(&a.id).copied().unwrap_or(a));
    for moved in assets.filter_map(|a| a.moved) {
        if moved.handover == after.id {
            *progress.entry(moved.state.word().to_owned()).or_default() += 1;
        }
    }
    json(row(view, &step.handover, Some(&progress)))
}

type Progress = BTreeMap<String, u64>;

/// The states of all moves, by hand-over; one pass over the assets.
fn progress(view: &TenantView) -> BTreeMap<HandoverId, Progress> {
    let mut all: BTreeMap<HandoverId, Progress> = BTreeMap::new();
    for moved in view.assets().filter_map(|a| a.moved) {
        let of = all.entry(moved.handover).or_default();
        *of.entry(moved.state.word().to_owned()).or_default() += 1;
    }
    all
}

fn row(view: &TenantView, handover: &Handover, progress: Option<&Progress>) -> HandoverRow {
    let mut progress = progress.cloned().unwrap_or_default();
    let moved: u64 = progress.values().sum();
    let left = u64::from(handover.total).saturating_sub(moved);
    if handover.state == HandoverState::Open && left > 0 {
        progress.insert("remaining".to_owned(), left);
    }
    HandoverRow {
        tenant: view.tenant.name.clone(),
        from: email(view, handover.from),
        to: email(view, handover.to),
        handover: handover.clone(),
        progress,
        seq: None,
    }
}
