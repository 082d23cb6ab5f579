//! Marking accounts, and one deed for all of them.

use super::fixtures::{Console, reply};
use crate::console::deed::Deed;
use crate::console::message::{Answer, Ask, Change};
use crate::console::state::flow::Step;
use crate::console::state::overlay::Overlay;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::{Class, Failure, Verb};

fn done(seq: u64) -> Answer {
    Answer::Differences(Changed {
        message: "account: status active → suspended".into(),
        seq: Some(seq),
        nothing: false,
        changes: Vec::new(),
        warnings: Vec::new(),
    })
}

/// The account of the deed that was sent last.
fn sent(console: &Console) -> String {
    match &console.sent.last().unwrap().1 {
        Change::Deed(deed) => match deed.as_ref() {
            Deed::Account(_, change) => change.user.clone(),
            Deed::Role(edit) => edit.user.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// Three accounts marked, the question put.
fn asked() -> Console {
    let mut console = Console::acme(100, 30);
    console.press("<space><space><space>");
    console.press("a");
    assert!(console.screen().contains("3 accounts marked"));
    // The sixth line: suspend.
    console.press("jjjjj<enter>audit<enter>");
    console
}

#[test]
fn marks_are_counted_and_taken_away_again() {
    let mut console = Console::acme(80, 24);
    console.press("<space><space>");
    assert!(
        console.screen().contains("2 marked"),
        "{}",
        console.screen()
    );
    let marked = console
        .screen()
        .lines()
        .filter(|l| l.starts_with(" *"))
        .count();
    assert_eq!(marked, 2, "{}", console.screen());
    console.press("k<space>");
    assert!(console.screen().contains("1 marked"));
    console.press("<esc>");
    assert!(!console.screen().contains("marked"));
}

#[test]
fn all_that_are_filtered_are_marked_and_too_many_are_not() {
    let mut console = Console::acme(80, 24);
    console.press("/grace<enter>");
    let total = console.state.users.total.unwrap();
    console.press("*");
    assert_eq!(console.state.users.marked.len() as u64, total);
    console.press("A");
    assert!(console.state.users.marked.is_empty());
    let mut console = Console::new(80, 24);
    console.press("*");
    assert!(console.state.users.marked.is_empty());
    assert!(console.screen().contains("too many to mark"));
}

#[test]
fn every_difference_is_shown_and_the_number_typed_before_anything_is_done() {
    let mut console = asked();
    let screen = console.screen();
    assert!(
        screen.contains("Type the number of accounts (3)"),
        "{screen}"
    );
    assert_eq!(
        screen.matches("status active → suspended").count(),
        3,
        "{screen}"
    );
    assert!(console.sent.is_empty());
    for wrong in ["<enter>", "2<enter>", "y<enter>"] {
        let mut console = asked();
        console.press(wrong);
        assert!(console.sent.is_empty(), "{wrong}");
        assert!(console.screen().contains("Nothing was changed."), "{wrong}");
        assert_eq!(console.state.users.marked.len(), 3);
    }
    console.press("3<enter>");
    let users: Vec<String> = console
        .state
        .users
        .marked
        .iter()
        .map(|m| m.id.to_string())
        .collect();
    for (n, user) in users.iter().enumerate() {
        assert_eq!(&sent(&console), user);
        let (ticket, change) = console.sent.pop().unwrap();
        assert!(matches!(&change, Change::Deed(deed) if deed.verb() == Verb::UserSuspend));
        assert!(console.sent.is_empty(), "one at a time");
        console.answer(ticket, done(40 + n as u64));
    }
    let screen = console.screen();
    assert!(screen.contains("Suspend 3 of 3 accounts"), "{screen}");
    for audit in ["acme/40", "acme/41", "acme/42"] {
        assert!(screen.contains(audit), "{audit}: {screen}");
    }
    assert!(console.state.users.marked.is_empty());
}

#[test]
fn what_is_refused_for_one_is_told_and_the_others_go_on() {
    let mut console = asked();
    console.press("3<enter>");
    for n in 0..3u64 {
        let (ticket, _) = console.sent.pop().unwrap();
        if n == 1 {
            let failure = Failure::new(Class::Conflict, "the owner is never suspended");
            let failure = failure.rule("owner-holder").hint("transfer first");
            console.send(crate::console::message::Message::Answer(
                ticket,
                Box::new(Err(failure)),
            ));
        } else {
            console.answer(ticket, done(50 + n));
        }
    }
    let screen = console.screen();
    assert!(screen.contains("Suspend 2 of 3 accounts"), "{screen}");
    for part in [
        "acme/50",
        "acme/52",
        "not done: the owner is never suspended [rule: owner-holder]",
    ] {
        assert!(screen.contains(part), "{part}: {screen}");
    }
    assert_eq!(console.state.users.marked.len(), 1, "it stays marked");
}

#[test]
fn it_is_stopped_between_two_accounts_and_says_which_were_not_tried() {
    let mut console = asked();
    console.press("3<enter>");
    console.press("<esc>");
    assert!(
        matches!(console.step(), Step::Bulk(_)),
        "the one under way is waited for"
    );
    let (ticket, _) = console.sent.pop().unwrap();
    console.answer(ticket, done(60));
    assert!(console.sent.is_empty());
    let screen = console.screen();
    assert!(screen.contains("Suspend 1 of 3 accounts"), "{screen}");
    assert_eq!(screen.matches("not tried").count(), 2, "{screen}");
    assert_eq!(console.state.users.marked.len(), 2);
}

#[test]
fn a_role_is_given_to_all_that_are_marked() {
    let mut console = Console::acme(100, 30);
    console.press("<space><space>a<enter>view<enter><enter>2<enter>");
    let (_, change) = console.sent.last().unwrap();
    let Change::Deed(deed) = change else {
        panic!("{change:?}");
    };
    let Deed::Role(edit) = deed.as_ref() else {
        panic!("{deed:?}");
    };
    assert_eq!(
        (&*edit.add, edit.remove.len()),
        (&["viewer".to_owned()][..], 0)
    );
}

/// Answers what waits: accounts as they are told here, previews as usual.
fn settle(console: &mut Console, roles: &[&str]) -> Vec<Vec<String>> {
    let mut removed = Vec::new();
    while let Some((ticket, ask)) = console.waiting.pop() {
        let mut answer = reply(&ask, 40);
        if let Answer::User(detail) = &mut answer {
            detail.roles = roles.iter().map(|role| (*role).to_owned()).collect();
        }
        if let Ask::Preview(deed) = &ask
            && let Deed::Role(edit) = deed.as_ref()
        {
            removed.push(edit.remove.clone());
        }
        console.answer(ticket, answer);
    }
    removed
}

#[test]
fn a_role_taken_from_many_goes_back_to_each_where_it_was_held() {
    let mut console = Console::acme(100, 30);
    console.press("<space><space>aj<enter>send");
    console.hold = true;
    console.press("<enter>audit<enter>");
    let held = ["sender@acme/EMEA", "viewer", "sender"];
    let each = ["sender@acme/EMEA".to_owned(), "sender@/".to_owned()];
    assert_eq!(settle(&mut console, &held), [each.clone(), each.clone()]);
    console.press("2<enter>");
    for seq in [40, 41] {
        let (ticket, _) = console.sent.pop().unwrap();
        console.answer(ticket, done(seq));
    }
    settle(&mut console, &held);
    let screen = console.screen();
    assert!(screen.contains("Undo: U."), "{screen}");
    console.press("<esc>Umistake<enter>");
    settle(&mut console, &["viewer"]);
    let screen = console.screen();
    assert!(
        screen.contains("Take back what was done to 2 accounts"),
        "{screen}"
    );
    console.press("2<enter>");
    for _ in 0..2 {
        let (ticket, change) = console.sent.pop().unwrap();
        let Change::Deed(deed) = change else {
            panic!("{change:?}");
        };
        let Deed::Role(edit) = *deed else {
            panic!("{deed:?}");
        };
        assert_eq!((edit.add, edit.remove), (each.to_vec(), Vec::new()));
        assert_eq!(edit.reason.as_deref(), Some("mistake"));
        console.answer(ticket, done(42));
    }
}

#[test]
fn what_was_done_to_many_is_undone_and_not_what_was_done_to_one_before() {
    let mut console = Console::acme(100, 30);
    console.press(":user suspend<enter><enter>y");
    let (ticket, _) = console.sent.pop().unwrap();
    console.answer(ticket, done(39));
    let first = console.state.undo.clone().unwrap();
    console.press("j<space><space>a<enter>view<enter><enter>2<enter>");
    for seq in [40, 41] {
        let (ticket, _) = console.sent.pop().unwrap();
        console.answer(ticket, done(seq));
    }
    assert!(console.state.undo.is_none(), "{:?}", first.deed);
    console.press("<esc>U<enter>2<enter>");
    let (_, change) = console.sent.last().unwrap();
    let Change::Deed(deed) = change else {
        panic!("{change:?}");
    };
    let Deed::Role(edit) = deed.as_ref() else {
        panic!("{deed:?}");
    };
    assert_eq!(
        (edit.add.len(), &*edit.remove),
        (0, &["viewer@/".to_owned()][..])
    );
}

#[test]
fn a_lost_connection_ends_the_question() {
    let mut console = asked();
    let lost = Failure::new(Class::Unreachable, "No daemon answers.");
    console.send(crate::console::message::Message::Lost(lost));
    assert!(matches!(console.state.overlay, Overlay::None));
    assert_eq!(console.state.users.marked.len(), 3);
}
