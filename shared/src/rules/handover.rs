//! Handing over what a leaver owns: by which way, what moves, what one step changes, and what can be taken back.

use super::{Refusal, delegation, features, owner};
use crate::catalog::Catalog;
use crate::domain::{
    Account, AccountRef, Asset, AssetKind, Authority, Handover, HandoverState, HandoverWay, Move,
    MoveState, Status, Tenant,
};

/// The feature behind the bulk transfer, where a catalog sells it.
const TRANSFER: &str = "transfer";

/// Refuses a hand-over that the tenant's catalog, its tier or the leaver's state do not allow.
pub fn may_start(tenant: &Tenant, catalog: &Catalog, leaver: &Account) -> Result<(), Refusal> {
    let who = AccountRef {
        tenant: tenant.id,
        account: leaver.id,
    };
    match catalog.constraints.hand_over {
        HandoverWay::Transfer => {
            bought(tenant, catalog)?;
            match leaver.status {
                Status::Deactivated | Status::Deleted => Err(Refusal::new(
                    "handover-before-deactivation",
                    format!(
                        "account {} is {}: the bulk transfer runs before deactivation",
                        who, leaver.status
                    ),
                    "reactivate it, hand over, then deactivate it again",
                )),
                _ => Ok(()),
            }
        }
        HandoverWay::Delegate if leaver.status == Status::Deleted => Err(Refusal::new(
            "status",
            format!("account {who} is deleted: nobody can act for it"),
            "look at what is left with `rollcall asset list`",
        )),
        HandoverWay::Delegate => features::needed(
            catalog,
            &tenant.plan,
            delegation::FEATURE,
            "a hand-over by delegation",
        ),
        HandoverWay::AtDeletion => Err(Refusal::new(
            "handover-at-deletion",
            format!(
                "{} moves what an account owns when the account is deleted, and only then",
                catalog.title
            ),
            "use `rollcall user delete LEAVER --successor EMAIL`",
        )),
        HandoverWay::NotNeeded => Err(Refusal::new(
            "handover-not-needed",
            format!(
                "{} has nothing to hand over: a request belongs to its environment, and rights go by scope",
                catalog.title
            ),
            "give the successor a role at the same application with `rollcall user role`",
        )),
    }
}

fn bought(tenant: &Tenant, catalog: &Catalog) -> Result<(), Refusal> {
    if catalog.feature(TRANSFER).is_none() {
        return Ok(());
    }
    let tier = tenant.plan.tier.as_deref().and_then(|t| catalog.tier(t));
    let brought = tier.is_some_and(|t| t.features.iter().any(|f| f == TRANSFER));
    if brought || features::on(&tenant.plan, TRANSFER) {
        return features::needed(catalog, &tenant.plan, TRANSFER, "a bulk transfer")
            .map_err(|refusal| features::of_tenant(refusal, &tenant.name));
    }
    let enough: Vec<&str> = catalog
        .tiers
        .iter()
        .filter(|t| t.features.iter().any(|f| f == TRANSFER))
        .map(|t| t.id.as_str())
        .collect();
    let now = tier.map_or("of no known tier", |t| t.label.as_str());
    Err(Refusal::new(
        "tier",
        format!(
            "bulk transfer is part of the tier {}; {} is {now}",
            enough.join(", "),
            tenant.name
        ),
        format!(
            "buy it and say so with `rollcall tenant set {} --tier {}`, or ask the leaver to finish what is under way",
            tenant.name,
            enough.first().copied().unwrap_or("enterprise")
        ),
    ))
}

/// The kinds a way moves.
pub fn moving(way: HandoverWay) -> &'static [AssetKind] {
    match way {
        HandoverWay::Transfer => &[AssetKind::ActiveEnvelope],
        // At deletion both sorts of envelopes must move; the rest may.
        HandoverWay::AtDeletion => &[
            AssetKind::ActiveEnvelope,
            AssetKind::CompletedEnvelope,
            AssetKind::Draft,
            AssetKind::Template,
            AssetKind::ClipboardEntry,
            AssetKind::AddressBookEntry,
        ],
        HandoverWay::Delegate | HandoverWay::NotNeeded => &[],
    }
}

/// The kinds to move: those asked for, or every kind the way moves.
pub fn kinds(way: HandoverWay, asked: &[AssetKind]) -> Result<Vec<AssetKind>, Refusal> {
    let all = moving(way);
    if let Some(kind) = asked.iter().find(|k| !all.contains(k)) {
        let words: Vec<&str> = all.iter().map(|k| k.word()).collect();
        let moves = match words.as_slice() {
            [] => "nothing".to_owned(),
            words => words.join(", "),
        };
        return Err(Refusal::new(
            "handover-kinds",
            format!("the way {way} does not move {kind}; it moves {moves}"),
            "leave --kind out",
        ));
    }
    let mut kinds = if asked.is_empty() {
        all.to_vec()
    } else {
        asked.to_vec()
    };
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

/// Why a kind stays behind, one phrase.
pub fn stays(way: HandoverWay, kind: AssetKind) -> &'static str {
    match (kind, way) {
        (AssetKind::ApiKey, _) => "never handed over: revoke it",
        (AssetKind::CompletedEnvelope, HandoverWay::Transfer) => {
            "stays with the leaver, for the record"
        }
        (_, HandoverWay::Transfer) => "the bulk transfer moves active envelopes only",
        (_, HandoverWay::Delegate) => "stays the leaver's; the delegate acts for them",
        (_, HandoverWay::AtDeletion) => "moves at deletion",
        (_, HandoverWay::NotNeeded) => "belongs to its environment, not to the person",
    }
}

/// Whether a hand-over can be taken back at the vendor, in one sentence.
pub fn undo_said(catalog: &Catalog) -> &'static str {
    match (
        catalog.constraints.hand_over,
        catalog.constraints.hand_over_undo,
    ) {
        (HandoverWay::NotNeeded, _) => "nothing is handed over, so nothing is to be taken back.",
        (HandoverWay::Transfer, true) => {
            "It can be taken back: a second transfer gives back what the successor still owns."
        }
        (_, true) => "It can be taken back by ending the delegation.",
        (_, false) => "It cannot be taken back: deletion is final.",
    }
}

/// Refuses to go on with what goes to somebody who is gone or locked out by now.
///
/// # Errors
/// Rule `successor-available`.
pub fn may_go_on(handover: &Handover, to: &Account, tenant: &str) -> Result<(), Refusal> {
    if handover.state != HandoverState::Open || owner::usable(to.status) {
        return Ok(());
    }
    let id = handover.id.0;
    Err(Refusal::new(
        "successor-available",
        format!(
            "hand-over {id} waits: account {}, to whom it goes, is {}",
            to.id.0, to.status
        ),
        match handover.undoable {
            true => format!(
                "take it back with `rollcall handover undo {tenant} {id}`, and start it again to somebody else"
            ),
            false => "let that account in again until the vendor has carried it out".to_owned(),
        },
    ))
}

/// Refuses to take back what the vendor does not give back.
pub fn may_undo(handover: &Handover, leaver: &Account, catalog: &Catalog) -> Result<(), Refusal> {
    if handover.state == HandoverState::Undone {
        return Ok(());
    }
    if !handover.undoable {
        return Err(Refusal::new(
            "handover-undo",
            format!(
                "hand-over {} cannot be taken back: {}",
                handover.id.0,
                undo_said(catalog)
            ),
            "hand over again from the successor's side where the vendor allows it",
        ));
    }
    if leaver.status == Status::Deleted {
        return Err(Refusal::new(
            "status",
            format!(
                "account {} is deleted: it can own nothing again",
                leaver.id.0
            ),
            "hand over to somebody else",
        ));
    }
    Ok(())
}

/// One asset after its step of a hand-over that goes on, or is taken back; none when there is nothing left to do with it.
pub fn step(asset: &Asset, handover: &Handover, authority: Authority) -> Option<Asset> {
    match handover.state {
        HandoverState::Open => forward(asset, handover, authority),
        HandoverState::Undone => back(asset, handover, authority),
        HandoverState::Done => None,
    }
}

fn forward(asset: &Asset, handover: &Handover, authority: Authority) -> Option<Asset> {
    let moved_already = asset.moved.is_some_and(|m| m.handover == handover.id);
    let theirs = asset.owner == handover.from && !asset.gone;
    if !theirs || moved_already || !handover.kinds.contains(&asset.kind) {
        return None;
    }
    let decided = authority == Authority::Rollcall;
    let mut after = asset.clone();
    after.moved = Some(Move {
        handover: handover.id,
        from: handover.from,
        to: handover.to,
        state: match decided {
            true => MoveState::Confirmed,
            false => MoveState::Open,
        },
    });
    if decided {
        after.owner = handover.to;
    }
    Some(after)
}

fn back(asset: &Asset, handover: &Handover, authority: Authority) -> Option<Asset> {
    let going = asset
        .moved
        .filter(|m| m.handover == handover.id && m.to == handover.to)?;
    let mut after = asset.clone();
    let returned = Move {
        state: MoveState::Undone,
        ..going
    };
    after.moved = Some(match (going.state, authority) {
        (MoveState::Failed | MoveState::Undone, _) => return None,
        (MoveState::Open, _) => returned,
        // Somebody else owns it by now: it is not the successor's to give back.
        (MoveState::Confirmed, _) if asset.owner != handover.to || asset.gone => Move {
            state: MoveState::Failed,
            ..going
        },
        (_, Authority::Rollcall) => {
            after.owner = handover.from;
            returned
        }
        // The vendor was told: it has to be told of the way back.
        (_, Authority::Vendor) => Move {
            from: handover.to,
            to: handover.from,
            state: MoveState::Open,
            ..going
        },
    });
    Some(after)
}

/// Whether a hand-over of this many moves, with these states of them, has come to its end.
pub fn ended(total: u32, states: impl Iterator<Item = MoveState>) -> bool {
    let (mut count, mut waiting) = (0u32, 0u32);
    for state in states {
        count += 1;
        waiting += u32::from(matches!(state, MoveState::Open | MoveState::Delivered));
    }
    count >= total && waiting == 0
}

#[cfg(test)]
mod tests;
