//! Handing over what a leaver owns: by which way, what moves, what one step changes, and what can be taken back.

use super::{Refusal, delegation, features};
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
    if brought || tenant.plan.features.contains(TRANSFER) {
        return Ok(());
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
mod tests {
    use super::*;
    use crate::catalog;
    use crate::domain::{
        AccountId, AssetId, HandoverId, Micros, TenantId, TenantPlan, TenantState,
    };

    fn catalog(name: &str) -> Catalog {
        catalog::parse(name, catalog::builtin(name).unwrap()).unwrap()
    }

    fn tenant(tier: Option<&str>) -> Tenant {
        Tenant {
            id: TenantId(1),
            name: "acme".into(),
            catalog: "iusign".into(),
            seats: None,
            tz: "UTC".into(),
            authority: Authority::Rollcall,
            owner: String::new(),
            state: TenantState::Active,
            created: Micros(0),
            plan: TenantPlan {
                tier: tier.map(str::to_owned),
                ..TenantPlan::default()
            },
        }
    }

    fn leaver(status: Status) -> Account {
        let mut leaver = Account::new(AccountId(1), "l@b.example", Micros(0));
        leaver.status = status;
        leaver
    }

    fn handover(state: HandoverState) -> Handover {
        Handover {
            id: HandoverId(7),
            from: AccountId(1),
            to: AccountId(2),
            way: HandoverWay::Transfer,
            kinds: vec![AssetKind::ActiveEnvelope],
            total: 1,
            state,
            opened: Micros(0),
            updated: Micros(0),
            undoable: true,
        }
    }

    fn asset() -> Asset {
        Asset {
            id: AssetId(0),
            external: "e".into(),
            kind: AssetKind::ActiveEnvelope,
            state: String::new(),
            owner: AccountId(1),
            seen: Micros(0),
            moved: None,
            gone: false,
        }
    }

    #[test]
    fn each_vendor_has_its_way_or_says_what_to_do_instead() {
        let start = |name: &str, tier, status| {
            may_start(&tenant(tier), &catalog(name), &leaver(status)).map_err(|r| r.rule)
        };
        let enterprise = Some("enterprise");
        assert_eq!(start("iusign", enterprise, Status::Active), Ok(()));
        assert_eq!(start("iusign", enterprise, Status::Suspended), Ok(()));
        assert_eq!(
            start("iusign", enterprise, Status::Deactivated),
            Err("handover-before-deactivation")
        );
        for tier in [None, Some("growth")] {
            assert_eq!(start("iusign", tier, Status::Active), Err("tier"));
        }
        assert_eq!(start("onespan", None, Status::Suspended), Err("feature"));
        let mut delegates = tenant(None);
        delegates.plan.features.insert("delegation".into());
        assert_eq!(
            may_start(&delegates, &catalog("onespan"), &leaver(Status::Suspended)),
            Ok(())
        );
        assert_eq!(
            start("esignanywhere", None, Status::Active),
            Err("handover-at-deletion")
        );
        assert_eq!(
            start("ignisign", None, Status::Active),
            Err("handover-not-needed")
        );
        let mut bought = tenant(Some("growth"));
        bought.plan.features.insert("transfer".into());
        assert_eq!(
            may_start(&bought, &catalog("iusign"), &leaver(Status::Active)),
            Ok(())
        );
    }

    #[test]
    fn only_what_the_way_moves_can_be_asked_for() {
        let transfer = |asked: &[AssetKind]| kinds(HandoverWay::Transfer, asked);
        assert_eq!(transfer(&[]), Ok(vec![AssetKind::ActiveEnvelope]));
        assert_eq!(
            transfer(&[AssetKind::Draft]).map_err(|r| r.rule),
            Err("handover-kinds")
        );
    }

    #[test]
    fn a_step_moves_each_asset_once() {
        let open = handover(HandoverState::Open);
        let moved = step(&asset(), &open, Authority::Rollcall).unwrap();
        assert_eq!(moved.owner, AccountId(2));
        assert_eq!(moved.moved.unwrap().state, MoveState::Confirmed);
        assert_eq!(step(&moved, &open, Authority::Rollcall), None);
        let told = step(&asset(), &open, Authority::Vendor).unwrap();
        assert_eq!(told.owner, AccountId(1));
        assert_eq!(told.moved.unwrap().state, MoveState::Open);
        assert_eq!(step(&told, &open, Authority::Vendor), None);
        let other = Asset {
            kind: AssetKind::Template,
            ..asset()
        };
        assert_eq!(step(&other, &open, Authority::Rollcall), None);
    }

    #[test]
    fn what_moved_comes_back_once() {
        let (open, undone) = (
            handover(HandoverState::Open),
            handover(HandoverState::Undone),
        );
        let moved = step(&asset(), &open, Authority::Rollcall).unwrap();
        let returned = step(&moved, &undone, Authority::Rollcall).unwrap();
        assert_eq!(returned.owner, AccountId(1));
        assert_eq!(step(&returned, &undone, Authority::Rollcall), None);
        // The vendor that knows of nothing needs to hear nothing; the one that was told hears of the way back.
        let told = step(&asset(), &open, Authority::Vendor).unwrap();
        let never = step(&told, &undone, Authority::Vendor).unwrap();
        assert_eq!(never.moved.unwrap().state, MoveState::Undone);
        let mut delivered = told;
        delivered.moved.as_mut().unwrap().state = MoveState::Delivered;
        let again = step(&delivered, &undone, Authority::Vendor).unwrap();
        let way_back = again.moved.unwrap();
        assert_eq!(
            (way_back.to, way_back.state),
            (AccountId(1), MoveState::Open)
        );
        assert_eq!(step(&again, &undone, Authority::Vendor), None);
        // What went on to a third stays there.
        let third = Asset {
            owner: AccountId(9),
            ..moved
        };
        let kept = step(&third, &undone, Authority::Rollcall).unwrap();
        assert_eq!(kept.owner, AccountId(9));
        assert_eq!(step(&kept, &undone, Authority::Rollcall), None);
    }

    #[test]
    fn what_the_vendor_does_not_give_back_is_refused_beforehand() {
        let mut done = handover(HandoverState::Done);
        let esaw = catalog("esignanywhere");
        let undo = |h: &Handover, status| may_undo(h, &leaver(status), &esaw).map_err(|r| r.rule);
        assert_eq!(undo(&done, Status::Deactivated), Ok(()));
        assert_eq!(undo(&done, Status::Deleted), Err("status"));
        done.undoable = false;
        assert_eq!(undo(&done, Status::Active), Err("handover-undo"));
        assert!(undo_said(&esaw).contains("cannot be taken back"));
        assert!(undo_said(&catalog("iusign")).contains("can be taken back"));
    }

    #[test]
    fn it_ends_when_nothing_waits() {
        use MoveState::{Confirmed, Delivered, Failed};
        assert!(ended(2, [Confirmed, Failed].into_iter()));
        assert!(!ended(2, [Confirmed, Delivered].into_iter()));
        assert!(!ended(3, [Confirmed, Failed].into_iter()));
    }
}
