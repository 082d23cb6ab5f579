//! Who acts for another: in the window, with the delegator's things, as far as the delegator could.

use super::super::Acting;
use super::*;
use crate::domain::{AccountId, AccountRef, Delegation, Micros, TenantId};
use crate::wire::role::Step;
use proptest::prelude::*;

const FROM: Micros = Micros(100);
const UNTIL: Micros = Micros(200);

/// The answer to a delegate who holds these roles, about a thing of a locked sender who holds those.
fn acts(
    world: &World,
    delegate: (Status, &[Assignment]),
    owner: (Status, &[Assignment]),
    text: &str,
    now: i64,
) -> Decision {
    let setting = world.setting();
    let rights = Rights::compile(&setting);
    let (id, what) = named(&setting, &rights, text).unwrap();
    let question = Question {
        what,
        change: false,
        relations: NONE,
        scope: ScopeId::ROOT,
    };
    let subject = |(status, assignments)| Subject {
        status,
        assignments,
    };
    let delegation = Delegation {
        account: AccountId(5),
        delegate: AccountId(6),
        from: FROM,
        until: UNTIL,
        named_by: None,
    };
    let acting = Acting {
        delegation: &delegation,
        of: AccountRef {
            tenant: TenantId(1),
            account: AccountId(5),
        },
        owner: subject(owner),
        now: Micros(now),
    };
    let asks = subject(delegate);
    explain(&setting, &rights, &asks, &id, &question, Some(&acting))
}

fn sender() -> [Assignment; 1] {
    [at("sender", 0)]
}

#[test]
fn a_delegate_opens_and_signs_what_the_delegator_could_and_why_names_the_delegation() {
    let world = World::of("onespan");
    let (active, locked) = (Status::Active, Status::Suspended);
    for text in [
        "inbox.open",
        "draft.open",
        "layout.open",
        "template.open",
        "transaction.open",
        "transaction.sign",
    ] {
        let told = acts(&world, (active, &sender()), (locked, &sender()), text, 100);
        assert!(told.allowed, "{text}: {told:?}");
        assert!(told.because.contains("1-5 named them"), "{}", told.because);
        assert!(told.rule.is_empty() && told.instead.is_empty(), "{told:?}");
        let named = |s: &Step| matches!(s, Step::Delegation { of, but, .. } if but.is_empty() && of.account == AccountId(5));
        assert!(told.steps.iter().any(named), "{:?}", told.steps);
        // Nobody else gets that far with another's things.
        let alone = world.ask(&sender(), text, NONE, 0);
        assert!(!alone.allowed, "{text}: {alone:?}");
    }
}

#[test]
fn outside_of_its_window_and_beyond_what_is_left_to_delegates_a_delegation_gives_nothing() {
    let mut world = World::of("onespan");
    let (active, locked) = (Status::Active, Status::Suspended);
    let sender = sender();
    let ask = |world: &World, owner, text, now| {
        let told = acts(world, (active, &sender), owner, text, now);
        assert!(!told.allowed, "{text} at {now}: {told:?}");
        assert!(!told.instead.is_empty(), "{told:?}");
        (told.rule, told.because, told.instead)
    };
    for now in [99, 200] {
        let (rule, because, instead) = ask(&world, (locked, &sender), "inbox.open", now);
        assert_eq!(rule, "delegation-window", "{because}");
        assert!(instead.contains("rollcall delegation set"), "{instead}");
    }
    let administrator = [at("administrator", 0)];
    for text in ["user.administer", "sub_account.create"] {
        let (rule, because, instead) = ask(&world, (locked, &administrator), text, 150);
        assert_eq!(rule, "delegate-may", "{because}");
        assert!(instead.contains("inbox.open"), "{instead}");
    }
    // What the delegator could not do is nobody's to do for them.
    let (rule, because, _) = ask(&world, (locked, &[]), "inbox.open", 150);
    assert_eq!(rule, "delegate-may", "{because}");
    let (rule, because, _) = ask(&world, (Status::Deleted, &sender), "inbox.open", 150);
    assert_eq!(rule, "delegate-for", "{because}");
    let told = acts(
        &world,
        (locked, &sender),
        (active, &sender),
        "inbox.open",
        150,
    );
    assert_eq!((told.allowed, told.rule.as_str()), (false, "status"));
    world.features.remove("delegation");
    let (rule, _, instead) = ask(&world, (locked, &sender), "inbox.open", 150);
    assert_eq!(rule, "feature");
    assert!(instead.contains("--enable delegation"), "{instead}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_delegation_gives_no_more_than_the_delegator_had(
        own in 0..4usize, theirs in 0..4usize, n in 0..32usize, now in 90..210i64, blocks: bool,
    ) {
        let blocked: &[&str] = if blocks { &["transaction.transaction"] } else { &[] };
        let world = World::of("onespan").with_roles(&[custom("odd", &["sender_admin.users"], blocked)]);
        let held = ["administrator", "manager", "sender", "odd"].map(|role| at(role, 0));
        let action = &world.catalog.actions[n % world.catalog.actions.len()];
        let told = acts(
            &world,
            (Status::Active, &held[own..=own]),
            (Status::Suspended, &held[theirs..=theirs]),
            &action.id,
            now,
        );
        let alone = world.ask(&held[own..=own], &action.id, NONE, 0);
        let could = world.ask(&held[theirs..=theirs], &action.id, to(true, false), 0);
        let runs = (FROM.0..UNTIL.0).contains(&now);
        prop_assert!(told.allowed || !alone.allowed);
        if told.allowed && !alone.allowed {
            prop_assert!(action.delegate && runs && could.allowed);
        }
        let stopped = blocks && own == 3;
        if action.delegate && runs && could.allowed && !stopped {
            prop_assert!(told.allowed);
        }
        prop_assert_eq!(told.rule.is_empty(), told.allowed);
    }
}
