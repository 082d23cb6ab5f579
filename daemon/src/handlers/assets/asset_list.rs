//! `asset list`: what accounts own.

use super::email;
use crate::handlers::ask::Ask;
use crate::handlers::{find, json};
use rollcall_shared::domain::Asset;
use rollcall_shared::rules::assets;
use rollcall_shared::wire::asset::{AssetQuery, AssetRow, Assets};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

/// Rows in one answer: what is sent when none are asked for, and the most.
const FEW: u32 = 50;
const MOST: u32 = 100_000;

pub(super) fn handle(ask: &Ask<'_>, request: AssetQuery) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::AssetList, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let owner = request
        .owner
        .as_deref()
        .map(|user| find::account(&state, user, Some(&request.tenant)))
        .transpose()?
        .map(|id| id.account);
    let wanted = |asset: &&Asset| {
        let moved = asset.moved;
        (request.gone || !asset.gone)
            && owner.is_none_or(|o| asset.owner == o)
            && (request.kind.is_empty() || request.kind.contains(&asset.kind))
            && request
                .handover
                .is_none_or(|h| moved.is_some_and(|m| m.handover.0 == h))
            && (request.moved.is_empty() || moved.is_some_and(|m| request.moved.contains(&m.state)))
    };
    let counts = assets::by_kind(view.assets().filter(wanted));
    let limit = match request.limit {
        0 => FEW,
        limit => limit.min(MOST),
    };
    let offset = usize::try_from(request.offset).unwrap_or(usize::MAX);
    let rows = view
        .assets()
        .filter(wanted)
        .skip(offset)
        .take(limit as usize)
        .map(|asset| AssetRow {
            owner: email(view, asset.owner),
            to: asset.moved.map(|m| email(view, m.to)).unwrap_or_default(),
            asset: asset.clone(),
        })
        .collect();
    json(Assets {
        total: counts.values().sum(),
        counts,
        rows,
    })
}
