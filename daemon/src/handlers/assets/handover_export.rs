//! `handover export`: the open moves for the vendor's hands; what was handed out counts as delivered.

use super::{email, goes_on, handover, steps};
use crate::handlers::ask::{Ask, Extra};
use crate::handlers::{find, json};
use crate::writer::Proposal;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Asset, AssetId, HandoverWay, Move, MoveState};
use rollcall_shared::rules::assets::{Tally, by_kind};
use rollcall_shared::wire::asset::{AssetRow, Assets, HandoverNamed};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

/// Moves in one file.
const MOST: usize = 100_000;

pub(super) async fn handle(ask: &Ask<'_>, request: HandoverNamed) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::HandoverExport, Some(&request.tenant))?;
    let (name, id, dry_run) = (request.tenant.clone(), request.id, request.dry_run);
    let answer = ask
        .change(
            Verb::HandoverExport,
            Some(&request.tenant),
            Extra::default(),
            move |draft, _| {
                let view = find::tenant(draft.state, &name)?;
                let going = handover(view, id)?;
                exportable(view, going.way)?;
                goes_on(view, going)?;
                let open: Vec<&Asset> = view
                    .moved(id)
                    .filter(|a| a.moved.is_some_and(|m| m.state == MoveState::Open))
                    .take(MOST)
                    .collect();
                let ids: Vec<AssetId> = open.iter().map(|a| a.id).collect();
                let answer = json(ids)?;
                let delivered = open.into_iter().map(|asset| Asset {
                    moved: asset.moved.map(|m| Move {
                        state: MoveState::Delivered,
                        ..m
                    }),
                    ..asset.clone()
                });
                let entries = steps::entries(view, delivered.collect(), &Tally::default(), None)?;
                Ok(Proposal::decide(view.tenant.id, entries, answer).previewed(dry_run))
            },
        )
        .await?;
    // The journal keeps numbers only; names are looked up for who asks.
    let ids: Vec<AssetId> = serde_json::from_value(answer)
        .map_err(|e| Failure::new(Class::Error, format!("the export cannot be read: {e}")))?;
    let state = ask.state();
    let view = find::tenant(&state, &request.tenant)?;
    let rows: Vec<AssetRow> = ids
        .into_iter()
        .filter_map(|id| view.asset(id))
        .map(|asset| AssetRow {
            owner: email(view, asset.owner),
            to: asset.moved.map(|m| email(view, m.to)).unwrap_or_default(),
            asset: asset.clone(),
        })
        .collect();
    json(Assets {
        total: rows.len() as u64,
        counts: by_kind(rows.iter().map(|r| &r.asset)),
        rows,
    })
}

fn exportable(view: &TenantView, way: HandoverWay) -> Result<(), Failure> {
    if way == HandoverWay::Delegate {
        return Err(Failure::new(
            Class::Conflict,
            "nothing moves under this hand-over: another acts for the leaver",
        )
        .rule("handover-way")
        .hint(match steps::decides(view) {
            true => "see `rollcall delegation list`".to_owned(),
            false => format!(
                "the delegate is an order to the vendor: `rollcall order export --tenant {}`",
                view.tenant.name
            ),
        }));
    }
    if steps::decides(view) {
        return Err(Failure::new(
            Class::Conflict,
            format!("{} needs no file: moves are done at once", view.tenant.name),
        )
        .rule("authority")
        .hint("see `rollcall handover list` for the progress"));
    }
    Ok(())
}
