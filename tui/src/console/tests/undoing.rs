//! What is said after a deed, and the way back.

use super::fixtures::Console;
use crate::console::command::Command;
use crate::console::deed::Deed;
use crate::console::message::Answer;
use crate::console::state::Screen;
use rollcall_shared::domain::Status;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::identity::Changed;

/// Answers the deed sent last as done, under this audit id.
fn done(console: &mut Console, seq: Option<u64>) {
    let (ticket, _) = console.sent.pop().unwrap();
    console.answer(
        ticket,
        Answer::Differences(Changed {
            message: "account 1-0: status active → suspended".into(),
            seq,
            nothing: seq.is_none(),
            changes: Vec::new(),
            warnings: Vec::new(),
        }),
    );
}

#[test]
fn after_a_deed_its_audit_id_and_the_key_that_takes_it_back_are_told() {
    let mut console = Console::acme(200, 50);
    assert!(console.state.enabled(Command::Undo).is_err());
    console.press(":user suspend<enter>laptop stolen<enter>y");
    done(&mut console, Some(41));
    let screen = console.screen();
    assert!(screen.contains("Audit id acme/41. Undo: U."), "{screen}");
    // By name, though the answer that the journal keeps names nobody.
    assert!(!screen.contains("account 1-0"), "{screen}");
    assert!(
        screen.contains("example: status active → suspended"),
        "{screen}"
    );
    console.press("Umistake<enter>");
    assert!(
        console.screen().contains("Reactivate alice"),
        "{}",
        console.screen()
    );
    console.press("y");
    let Deed::Account(Verb::UserReactivate, change) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(change.user, "1-0");
    assert_eq!(change.reason.as_deref(), Some("mistake"));
}

#[test]
fn who_was_not_in_before_is_let_in_by_no_undo() {
    for (before, done_by, back) in [
        (
            Status::Suspended,
            ":user reactivate",
            Some(Verb::UserSuspend),
        ),
        (
            Status::Deactivated,
            ":user reactivate",
            Some(Verb::UserDeactivate),
        ),
        (Status::Suspended, ":user deactivate", None),
        (Status::Revoked, ":user deactivate", None),
        (
            Status::Active,
            ":user deactivate",
            Some(Verb::UserReactivate),
        ),
    ] {
        let mut console = Console::acme(200, 50);
        for row in &mut console.state.users.rows {
            row.status = before;
        }
        console.press(&format!("{done_by}<enter><enter>y"));
        done(&mut console, Some(44));
        let undo = console.state.undo.as_ref().map(|p| p.deed.verb());
        assert_eq!(undo, back, "{before} {done_by}");
        if back.is_none() {
            let screen = console.screen();
            assert!(screen.contains("Not undone by one key"), "{screen}");
        }
    }
}

#[test]
fn edited_roles_are_taken_back_exactly() {
    let mut console = Console::acme(80, 24);
    console.press("e<space>view<space><enter><enter>y");
    done(&mut console, Some(42));
    console.press("U<enter>y");
    let Deed::Role(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(
        (&*request.add, &*request.remove),
        (&["sender@/".to_owned()][..], &["viewer@/".to_owned()][..])
    );
}

#[test]
fn what_changed_nothing_is_not_undone_and_what_cannot_be_says_so() {
    let mut console = Console::acme(80, 24);
    console.press(":user suspend<enter><enter>y");
    done(&mut console, None);
    assert!(console.state.enabled(Command::Undo).is_err());
    console.press(":user delete<enter><enter>y");
    done(&mut console, Some(43));
    assert!(
        console.screen().contains("Cannot be undone"),
        "{}",
        console.screen()
    );
    assert!(console.state.enabled(Command::Undo).is_err());
}

#[test]
fn from_a_holder_one_goes_back_to_the_roles() {
    let mut console = Console::acme(80, 24);
    console.press("5l<enter><enter>");
    assert_eq!(console.state.screen, Screen::Users);
    console.press("<esc>");
    assert_eq!(console.state.screen, Screen::Roles);
    assert!(console.state.roles.pane.is_some());
    // Who goes to the users by themselves stays there.
    console.press("<enter>1<enter><esc>");
    assert_eq!(console.state.screen, Screen::Users);
}

#[test]
fn a_reason_that_is_read_only_names_the_key_that_turns_it_off() {
    let mut console = Console::acme(80, 24);
    console.press("Ra");
    assert!(console.screen().contains("read-only is on: R turns it off"));
    console.state.status.as_mut().unwrap().read_only = true;
    console.press("a");
    assert!(
        !console.screen().contains("turns it off"),
        "{}",
        console.screen()
    );
}

#[test]
fn how_a_second_terminal_joins_stands_on_the_first_screen_and_in_the_help() {
    let mut console = Console::cold(80, 40);
    console.state.joins = Some("rollcall --socket /run/x.sock".into());
    console.send(crate::console::message::Message::Start);
    assert!(
        console
            .screen()
            .contains("joins with: rollcall --socket /run/x.sock")
    );
    console.press("?G");
    assert!(
        console
            .screen()
            .contains("joins with: rollcall --socket /run/x.sock")
    );
}
