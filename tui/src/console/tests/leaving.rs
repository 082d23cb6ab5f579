//! Offboarding, invitations taken back, tenants handed on.

use super::fixtures::{Console, offboarded};
use crate::console::command::Command;
use crate::console::deed::Deed;
use crate::console::message::{Answer, Ask, Message};
use crate::console::state::overlay::Overlay;
use rollcall_shared::domain::{Answer as Answered, Status};
use rollcall_shared::wire::{Class, Failure, Verb};

#[test]
fn offboarding_proposes_first_and_asks_for_the_number_of_accounts() {
    let mut console = Console::acme(80, 24);
    console.press(":person offboard<enter>");
    assert!(console.screen().contains("manager, active"));
    console.press("<enter>");
    let screen = console.screen();
    assert!(
        screen.contains("acme") && screen.contains("globex"),
        "{screen}"
    );
    for wrong in ["y", "<enter>", "3<enter>"] {
        console.press(wrong);
        assert!(console.sent.is_empty(), "{wrong}");
        assert!(
            matches!(console.state.overlay, Overlay::Flow(_)),
            "back to the form: {wrong}"
        );
        console.press("<enter>");
    }
    console.press("2<enter>");
    let Deed::Offboard(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(request.end.as_deref(), Some("deactivate"));
    assert!(request.successor.is_some() && !request.no_handover);
    assert!(console.screen().contains("Sent; waiting"));
    console.press("j");
    assert!(
        console.screen().contains("Sent; waiting"),
        "it stays while one goes on"
    );
    let (ticket, _) = console.sent.pop().unwrap();
    console.answer(ticket, Answer::Offboarded(offboarded(true)));
    let screen = console.screen();
    for part in [
        "offboarded in part",
        "Audit id acme/41.",
        "key-7",
        "The owner cannot be offboarded.",
        "Transfer the ownership first.",
    ] {
        assert!(screen.contains(part), "{part}: {screen}");
    }
}

#[test]
fn what_happens_at_the_end_and_to_what_is_owned_is_chosen() {
    let mut console = Console::acme(80, 24);
    console.press(":person offboard<enter>nobody<tab><space><tab>left us<enter>2<enter>");
    let Deed::Offboard(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(request.end.as_deref(), Some("suspend"));
    assert!(request.no_handover && request.successor.is_none());
    assert_eq!(request.reason.as_deref(), Some("left us"));
}

#[test]
fn a_person_who_was_not_proposed_can_take_over() {
    let mut console = Console::acme(80, 24);
    console.press(":person offboard<enter>zq@else.example<enter>2<enter>");
    let Deed::Offboard(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(request.successor.as_deref(), Some("zq@else.example"));
}

#[test]
fn an_offboarding_that_can_be_done_nowhere_is_not_asked() {
    let mut console = Console::acme(80, 24);
    console.press(":person offboard<enter>");
    console.hold = true;
    console.press("<enter>");
    let (ticket, _) = console.waiting.pop().unwrap();
    let mut none = offboarded(true);
    none.steps.remove(0);
    console.answer(ticket, Answer::Offboarded(none));
    assert!(console.screen().contains("The owner cannot be offboarded."));
    assert!(matches!(console.state.overlay, Overlay::Flow(_)));
}

#[test]
fn an_open_invitation_is_resent_or_revoked_and_an_answered_one_is_not() {
    let mut console = Console::acme(80, 24);
    console.press("7s");
    assert!(console.screen().contains("Send the invitation again"));
    console.press("y");
    assert!(matches!(
        console.deed(),
        Deed::Invitation(Verb::UserResend, _)
    ));
    console.press("dtypo<enter>y");
    let Deed::Invitation(Verb::UserRevoke, request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(request.reason.as_deref(), Some("typo"));
    console.press("jj");
    assert_eq!(
        console.state.enabled(Command::Revoke),
        Err("it is not open any more")
    );
    assert_eq!(
        console.state.enabled(Command::Resend),
        Err("it was accepted already")
    );
}

#[test]
fn who_was_never_let_in_is_invited_again_also_when_deactivated() {
    let mut console = Console::acme(80, 24);
    console.press("7");
    let rows = console.state.invitations.rows.as_mut().unwrap();
    rows[0].status = Status::Deactivated;
    rows[0].answer = Answered::Cancelled;
    assert_eq!(console.state.enabled(Command::Resend), Ok(()));
    let revoke = console.state.enabled(Command::Revoke);
    assert_eq!(revoke, Err("it is not open any more"));
    // Who came in and left is reactivated instead.
    console.state.invitations.rows.as_mut().unwrap()[0].answer = Answered::Accepted;
    let resend = console.state.enabled(Command::Resend);
    assert_eq!(resend, Err("it was accepted already"));
    // And the other way round, as far as the account is known.
    console.press("1<enter>");
    console.state.users.rows[0].status = Status::Deactivated;
    let pane = console.state.users.pane.as_mut().unwrap();
    let detail = pane.detail.as_mut().unwrap();
    detail.row.status = Status::Deactivated;
    detail.account.status = Status::Deactivated;
    detail.account.invited_at = Some(detail.account.created);
    let reactivate = console.state.enabled(Command::Reactivate);
    assert!(reactivate.is_err_and(|why| why.contains("invitation again")));
}

#[test]
fn a_transfer_is_proposed_to_who_was_searched_for() {
    let mut console = Console::acme(80, 24);
    console.press("4ograce<enter>retires<enter>");
    assert!(console.screen().contains("owner → somebody"));
    console.press("y");
    let Deed::Ownership(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!((request.tenant.as_str(), request.replace), ("acme", false));
    assert_eq!(request.reason.as_deref(), Some("retires"));
}

#[test]
fn an_owner_out_of_reach_is_replaced_only_when_that_was_said() {
    let mut console = Console::acme(80, 24);
    console.press("4o<tab>grace<enter>left the company<enter>y");
    let Deed::Ownership(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert!(request.replace);
}

#[test]
fn a_waiting_transfer_is_confirmed_or_cancelled_and_no_second_one_started() {
    for (verb, name) in [
        (Verb::OwnershipConfirm, "ownership confirm"),
        (Verb::OwnershipCancel, "ownership cancel"),
    ] {
        let mut console = Console::new(80, 24);
        console.press("4j");
        assert_eq!(
            console.state.enabled(Command::TransferOwner),
            Err("a transfer waits already: confirm or cancel it first")
        );
        console.press(&format!(":{name}<enter><enter>y"));
        let Deed::Transfer(sent, decide) = console.deed() else {
            panic!("{:?}", console.deed());
        };
        assert_eq!((*sent, decide.id.0), (verb, 3));
        console.press("k");
        assert_eq!(
            console.state.enabled(Command::ConfirmOwner),
            Err("no transfer of ownership waits here: start one first")
        );
    }
}

/// Refuses the question that is asked before anything is typed.
fn forbid(console: &mut Console, what: &str) {
    let at = console
        .waiting
        .iter()
        .position(|(_, ask)| matches!(ask, Ask::Probe(_)));
    let (ticket, _) = console.waiting.remove(at.unwrap());
    let failure = Failure::new(Class::Conflict, what).rule("ownership-transfer");
    console.send(Message::Answer(ticket, Box::new(Err(failure))));
}

#[test]
fn who_does_not_own_a_tenant_can_only_replace_its_owner_and_is_told_before_typing() {
    let mut console = Console::acme(80, 24);
    console.hold = true;
    console.press("4o");
    forbid(&mut console, "only the Owner starts it");
    let screen = console.screen();
    assert!(screen.contains("You are not the owner"), "{screen}");
    console.press("<tab>");
    console.hold = false;
    console.press("grace<enter>left the company<enter>y");
    let Deed::Ownership(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert!(request.replace);
}

#[test]
fn a_vendor_without_a_transfer_says_so_before_anybody_is_searched_for() {
    let mut console = Console::acme(80, 24);
    console.hold = true;
    console.press("4o");
    forbid(&mut console, "IgniSign has no Transfer of Ownership");
    forbid(&mut console, "IgniSign has no Transfer of Ownership");
    assert!(matches!(console.state.overlay, Overlay::None));
    let screen = console.screen();
    assert!(screen.contains("IgniSign has no Transfer"), "{screen}");
}

#[test]
fn what_is_deleted_stays_so_and_is_not_said_to_be_deactivated() {
    let mut console = Console::acme(80, 24);
    for row in &mut console.state.users.rows {
        row.status = rollcall_shared::domain::Status::Deleted;
    }
    for command in [Command::Suspend, Command::Reactivate, Command::Deactivate] {
        let said = console.state.enabled(command);
        assert_eq!(said, Err("it is deleted, which is final"), "{command:?}");
    }
    assert_eq!(console.state.enabled(Command::Actions), Ok(()));
}
