//! Editing and trying out roles, inviting: nothing is sent before its question, nothing typed is lost by a no.

use super::fixtures::Console;
use crate::console::deed::Deed;
use crate::console::message::{Answer, Ask, Message};
use crate::console::state::flow::Step;
use crate::console::state::overlay::Overlay;
use rollcall_shared::wire::{Class, Failure};

#[test]
fn roles_change_by_what_was_ticked_and_unticked_only() {
    let mut console = Console::acme(80, 24);
    // The first account is a sender; the first line is what is held.
    console.press("e<space>view<space><enter>");
    console.press("<enter>");
    assert!(console.sent.is_empty(), "Enter changes nothing");
    let screen = console.screen();
    assert!(
        screen.contains("role + viewer") && screen.contains("role - sender"),
        "{screen}"
    );
    console.press("y");
    let Deed::Role(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(request.add, ["viewer@/"]);
    assert_eq!(request.remove, ["sender@/"]);
    assert!(!request.dry_run);
}

#[test]
fn no_leads_back_to_what_was_ticked() {
    let mut console = Console::acme(80, 24);
    console.press("eview<space><enter><enter>n");
    assert!(console.screen().contains("Nothing was changed."));
    let Step::Roles(of) = console.step() else {
        panic!("not the roles");
    };
    assert_eq!(of.picker.ticked(), ["sender", "viewer"]);
    console.press("<esc>");
    assert!(matches!(console.state.overlay, Overlay::None));
    assert!(console.sent.is_empty());
}

#[test]
fn a_role_switched_off_says_why_and_is_not_ticked() {
    let mut console = Console::acme(80, 24);
    console.press("enota<space>");
    assert!(console.screen().contains("the role notary is disabled"));
    let Step::Roles(of) = console.step() else {
        panic!("not the roles");
    };
    assert_eq!(of.picker.ticked(), ["sender"]);
}

#[test]
fn a_refused_preview_stands_in_the_flow_with_rule_and_remedy() {
    let mut console = Console::acme(80, 24);
    console.press("eview<space>");
    console.hold = true;
    console.press("<enter><enter>");
    let failure = Failure::new(Class::Conflict, "One role only.").rule("roles-per-user");
    console.refuse(failure.hint("Untick the other one."));
    let screen = console.screen();
    for part in [
        "One role only.",
        "[rule: roles-per-user]",
        "Untick the other one.",
    ] {
        assert!(screen.contains(part), "{part}: {screen}");
    }
    let Step::Roles(of) = console.step() else {
        panic!("not the roles");
    };
    assert_eq!(of.picker.ticked(), ["sender", "viewer"]);
}

#[test]
fn a_trial_asks_what_would_be_and_sends_nothing() {
    let mut console = Console::acme(200, 50);
    console.press("R");
    console.press("Padmin<space>");
    let screen = console.screen();
    assert!(
        screen.contains("What if"),
        "a trial is free to who may only look: {screen}"
    );
    assert!(screen.contains("— → Y"), "{screen}");
    console.press("<enter><esc>");
    assert!(console.sent.is_empty());
}

#[test]
fn an_older_trial_does_not_overtake_a_newer_one() {
    let mut console = Console::acme(200, 50);
    console.press("P");
    console.hold = true;
    console.press("admin<space>");
    let (older, _) = console.waiting.pop().unwrap();
    console.press("<space>");
    let (newer, Ask::Trial(asked)) = console.waiting.pop().unwrap() else {
        panic!("no trial");
    };
    assert!(asked.add.is_empty(), "it was unticked again");
    console.answer(newer, Answer::Trial(super::fixtures::previewed(&asked)));
    let mut stale = asked.clone();
    stale.add = vec!["owner".into()];
    console.answer(older, Answer::Trial(super::fixtures::previewed(&stale)));
    let Step::Roles(of) = console.step() else {
        panic!("not the roles");
    };
    assert_eq!(of.preview.as_ref().unwrap().trial, ["sender"]);
}

#[test]
fn new_roles_are_held_where_one_works() {
    let mut console = Console::acme(120, 24);
    console.press("6jjueviewer<space><enter><enter>y");
    let Deed::Role(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(request.add, ["viewer@acme/EMEA/Paris"]);
}

#[test]
fn read_only_closes_every_flow_that_changes_and_says_why() {
    for keys in ["e", "i", ":person offboard<enter>", "4o", "7s", "7d", "7i"] {
        let mut console = Console::acme(80, 24);
        console.press("R");
        console.press(keys);
        assert!(console.state.overlay.flow().is_none(), "{keys}");
        assert!(console.sent.is_empty(), "{keys}");
    }
    // Switched on under an open form, it refuses the form.
    let mut console = Console::acme(80, 24);
    console.press("ia@x.example");
    console.state.read_only = true;
    console.press("<enter>");
    assert!(console.screen().contains("read-only is on"));
    assert!(console.sent.is_empty());
}

#[test]
fn a_form_survives_a_lost_connection_and_changes_nothing_meanwhile() {
    let mut console = Console::acme(80, 24);
    console.press("ia@x.example<enter>");
    assert!(matches!(console.state.overlay, Overlay::Confirm(_)));
    console.send(Message::Lost(Failure::new(
        Class::Unreachable,
        "It is gone.",
    )));
    console.press("<enter>");
    assert!(console.sent.is_empty());
    assert!(console.screen().contains("not connected"));
    assert!(console.screen().contains("a@x.example"));
    console.send(Message::Connected);
    console.press("<enter>y");
    assert!(matches!(console.deed(), Deed::Invite(_)));
}

#[test]
fn keys_are_taken_while_a_flow_waits_for_its_answers() {
    let mut console = Console::acme(80, 24);
    console.hold = true;
    console.press("eview");
    assert!(console.screen().contains("view"));
    assert!(console.screen().contains("Asking the daemon"));
    let asks: Vec<_> = console.waiting.drain(..).collect();
    console.hold = false;
    for (ticket, ask) in asks {
        let answer = super::fixtures::reply(&ask, 10);
        console.answer(ticket, answer);
    }
    console.press("<space>");
    let Step::Roles(of) = console.step() else {
        panic!("not the roles");
    };
    assert_eq!(of.picker.ticked(), ["sender", "viewer"]);
}
