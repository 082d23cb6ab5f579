use super::*;
use crate::catalog;
use crate::domain::{AccountId, AssetId, HandoverId, Micros, TenantId, TenantPlan, TenantState};

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
            features: tier
                .filter(|t| *t == "enterprise")
                .map(|_| "transfer".to_owned())
                .into_iter()
                .collect(),
            ..TenantPlan::default()
        },
        sources: std::collections::BTreeMap::new(),
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
        resting: false,
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
    // Part of the tier and switched off: nothing needs to be bought.
    let mut off = tenant(enterprise);
    off.plan.features.clear();
    let refused = may_start(&off, &catalog("iusign"), &leaver(Status::Active)).unwrap_err();
    assert!(
        refused.rule == "feature" && refused.instead.contains("set acme --enable transfer"),
        "{refused}"
    );
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

#[test]
fn what_goes_to_somebody_who_is_gone_waits() {
    let mut to = Account::new(AccountId(2), "to@b.example", Micros(0));
    let open = handover(HandoverState::Open);
    to.status = Status::Active;
    assert!(may_go_on(&open, &to, "bank").is_ok());
    for status in [Status::Deactivated, Status::Suspended, Status::Deleted] {
        to.status = status;
        let refused = may_go_on(&open, &to, "bank").unwrap_err();
        assert_eq!(refused.rule, "successor-available");
        assert!(
            refused.instead.contains("handover undo bank 7"),
            "{refused}"
        );
        // What is being taken back goes on.
        assert!(may_go_on(&handover(HandoverState::Undone), &to, "bank").is_ok());
    }
}
