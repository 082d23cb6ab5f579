use super::super::tests::{World, held};
use super::*;
use crate::domain::Micros;

fn account(status: Status, roles: &[&str]) -> Account {
    let mut account = Account::new(AccountId(7), "me@sign.example", Micros(0));
    account.status = status;
    account.assignments = held(roles);
    account
}

fn gain(world: &World, before: Option<&Account>, after: &Account) -> Option<String> {
    let side = |account| Own {
        setting: world.setting(),
        account,
    };
    gained(&side(before), &side(Some(after)))
}

#[test]
fn more_roles_a_wider_place_and_being_let_in_are_gains_and_less_is_none() {
    let world = World::of("onespan", &[]);
    let sender = account(Status::Active, &["sender"]);
    let told = |before: &Account, after: &Account| gain(&world, Some(before), after);
    let more = account(Status::Active, &["administrator"]);
    assert!(told(&sender, &more).unwrap().contains("Administrator"));
    assert_eq!(told(&more, &sender), None);
    let wider = account(Status::Active, &["sender@1"]);
    assert!(told(&wider, &sender).is_some());
    assert_eq!(
        told(&sender, &account(Status::Active, &["sender", "sender@1"])),
        None
    );
    for out in [Status::Invited, Status::Suspended, Status::Deactivated] {
        let out = account(out, &["sender"]);
        assert!(told(&out, &sender).is_some(), "{:?}", out.status);
        assert_eq!(told(&sender, &out), None, "{:?}", out.status);
    }
    assert!(gain(&world, None, &account(Status::Invited, &["sender"])).is_some());
    assert_eq!(gain(&world, None, &account(Status::Invited, &[])), None);
    let idle = account(Status::Suspended, &["sender"]);
    let raised = account(Status::Suspended, &["administrator"]);
    assert!(
        told(&idle, &raised).is_some(),
        "it waits for whoever lets it in"
    );
}

#[test]
fn what_is_made_with_the_decision_and_a_feature_that_is_bought_are_no_gains() {
    let mut world = World::of("onespan", &[]);
    let before = World::of("onespan", &[]);
    let me = account(Status::Active, &["administrator"]);
    world.features.clear();
    let (then, now) = (
        Own {
            setting: world.setting(),
            account: Some(&me),
        },
        Own {
            setting: before.setting(),
            account: Some(&me),
        },
    );
    assert_eq!(gained(&then, &now), None);
    let mut bare = World::of("onespan", &[]);
    bare.scopes.clear();
    let there = account(Status::Active, &["administrator@1"]);
    let (then, now) = (
        Own {
            setting: bare.setting(),
            account: None,
        },
        Own {
            setting: before.setting(),
            account: Some(&there),
        },
    );
    assert_eq!(gained(&then, &now), None);
}

#[test]
fn a_role_that_means_more_is_a_gain_of_who_holds_it() {
    let small = super::super::tests::custom("hr", &["organization.users_view"], &["envelope.send"]);
    let mut wide = small.clone();
    wide.grants.insert("organization.change".into());
    let mut free = small.clone();
    free.blocks.clear();
    let me = account(Status::Active, &["hr", "power_user"]);
    let world =
        |role: &crate::domain::CustomRole| World::of("esignanywhere", std::slice::from_ref(role));
    let told = |before: &World, after: &World| {
        let side = |world| Own {
            setting: World::setting(world),
            account: Some(&me),
        };
        gained(&side(before), &side(after))
    };
    let small = world(&small);
    assert!(
        told(&small, &world(&wide))
            .unwrap()
            .contains("organization.change")
    );
    assert!(
        told(&small, &world(&free))
            .unwrap()
            .contains("envelope.send")
    );
    assert_eq!(told(&world(&wide), &small), None);
}

#[test]
fn an_inviter_without_the_right_to_give_roles_gives_plain_ones() {
    for (name, plain_ones, others) in [
        ("iusign", &["user", "viewer"][..], &["admin", "owner"][..]),
        ("onespan", &["sender", "manager"], &["administrator"]),
        (
            "ignisign",
            &["ORG_USER", "APP_READER"],
            &[
                "ORG_OWNER",
                "ORG_ADMIN",
                "APP_ADMIN",
                "SUPER_ADMIN",
                "INTERNAL_API",
            ],
        ),
        (
            "esignanywhere",
            &["power_user", "registered_signer"],
            &["administrator", "hr", "maker"],
        ),
    ] {
        let own = [
            super::super::tests::custom("hr", &["organization.users_manage"], &[]),
            super::super::tests::custom("maker", &["organization.roles_edit"], &[]),
        ];
        let own = if name == "esignanywhere" {
            &own[..]
        } else {
            &[]
        };
        let world = World::of(name, own);
        for role in plain_ones {
            assert!(
                super::super::plain(&world.catalog, &held(&[role])).is_ok(),
                "{name} {role}"
            );
        }
        for role in others {
            let refused = super::super::plain(&world.catalog, &held(&[role])).unwrap_err();
            assert_eq!(refused.rule, "permission", "{name} {role}");
        }
    }
}
