//! Deleting accounts, and reading to the end of a form.

use super::fixtures::Console;
use crate::console::command::Command;
use crate::console::deed::Deed;
use crate::console::message::{Answer, Ask, Message};
use crate::console::state::flow::Step;
use crate::console::state::overlay::Overlay;
use insta::assert_snapshot;
use rollcall_shared::catalog::DeleteRule;
use rollcall_shared::wire::{Class, Failure};

#[test]
fn a_deletion_names_a_successor_and_what_moves_and_asks_with_another_key() {
    for (width, height) in [(80, 24), (200, 50), (40, 20)] {
        let mut console = Console::acme(width, height);
        console.press(":user delete<enter>");
        assert_snapshot!(format!("delete_{width}x{height}"), console.screen());
    }
    let mut console = Console::acme(80, 24);
    console.press(":user delete<enter><tab><tab><space><tab><tab><tab><tab>left us<enter>");
    let screen = console.screen();
    assert!(screen.contains("12 envelopes move"), "{screen}");
    assert!(screen.contains("Cannot be undone"), "{screen}");
    for wrong in ["<enter>", "n"] {
        console.press(wrong);
        assert!(console.sent.is_empty());
        assert!(matches!(console.state.overlay, Overlay::Flow(_)), "{wrong}");
        console.press("<enter>");
    }
    console.press("y");
    let Deed::Delete(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(request.successor.as_deref(), Some("1-8"));
    assert!(request.templates && !request.drafts && !request.clipboard);
    assert!(!request.assets_unknown);
    assert_eq!(request.reason.as_deref(), Some("left us"));
}

#[test]
fn a_successor_is_searched_for_among_the_users_of_the_tenant() {
    let mut console = Console::acme(80, 24);
    console.press(":user delete<enter>");
    console.hold = true;
    console.press("chl");
    let (ticket, ask) = console.waiting.pop().unwrap();
    let Ask::Candidates(query) = &ask else {
        panic!("{ask:?}");
    };
    assert_eq!(
        (query.search.as_str(), query.tenant.as_deref()),
        ("chl", Some("acme"))
    );
    let page = super::fixtures::page(query, 1_204);
    let first = page.rows[0].id.to_string();
    console.answer(ticket, Answer::Candidates(page));
    console.hold = false;
    console.press("<enter>y");
    let Deed::Delete(request) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!(request.successor, Some(first));
}

#[test]
fn where_nobody_is_deleted_it_is_greyed_with_the_way_out() {
    let mut console = Console::acme(80, 24);
    for row in &mut console.state.status.as_mut().unwrap().tenants {
        row.shows.delete = DeleteRule::Never;
    }
    let said = console.state.enabled(Command::Delete);
    assert!(said.is_err_and(|why| why.contains("deactivate instead")));
    console.press(":user delete<enter>");
    assert!(matches!(console.state.overlay, Overlay::None));
}

#[test]
fn it_can_be_said_that_what_somebody_owns_is_not_known() {
    for (rule, keys) in [
        (DeleteRule::WithSuccessor, "<tab><tab><tab><tab><tab>"),
        (DeleteRule::WithoutHistory, ""),
    ] {
        let mut console = Console::acme(80, 24);
        for row in &mut console.state.status.as_mut().unwrap().tenants {
            row.shows.delete = rule;
        }
        console.press(":user delete<enter>");
        let screen = console.screen();
        assert!(screen.contains("although nothing is known"), "{screen}");
        let moves = rule == DeleteRule::WithSuccessor;
        assert_eq!(screen.contains("Drafts move as well"), moves, "{screen}");
        assert_eq!(screen.contains("Successor"), moves, "{screen}");
        console.press(keys);
        console.press("<space><tab>left us<enter>y");
        let Deed::Delete(request) = console.deed() else {
            panic!("{:?}", console.deed());
        };
        assert!(request.assets_unknown, "{rule:?}");
        assert_eq!(request.reason.as_deref(), Some("left us"));
        assert_eq!(request.successor.is_some(), moves);
    }
}

#[test]
fn nobody_deletes_themselves_and_is_told_before_typing() {
    let mut console = Console::acme(80, 24);
    console.hold = true;
    console.press(":user delete<enter>");
    let probe = |ask: &Ask| matches!(ask, Ask::Probe(_));
    let at = console.waiting.iter().position(|(_, ask)| probe(ask));
    let (ticket, _) = console.waiting.remove(at.unwrap());
    let own = Failure::new(Class::Conflict, "nobody deletes their own account");
    let own = own.rule("self-delete").hint("ask another administrator");
    console.send(Message::Answer(ticket, Box::new(Err(own))));
    assert!(matches!(console.state.overlay, Overlay::None));
    assert!(console.screen().contains("[rule: self-delete]"));
}

#[test]
fn what_is_only_missing_yet_does_not_close_the_form() {
    let mut console = Console::acme(80, 24);
    console.hold = true;
    console.press(":user delete<enter>");
    let probe = |ask: &Ask| matches!(ask, Ask::Probe(_));
    let at = console.waiting.iter().position(|(_, ask)| probe(ask));
    let (ticket, _) = console.waiting.remove(at.unwrap());
    let due = Failure::new(Class::Conflict, "3 sent envelopes still exist").rule("successor");
    console.send(Message::Answer(ticket, Box::new(Err(due))));
    assert!(matches!(console.state.overlay, Overlay::Flow(_)));
}

#[test]
fn a_long_form_says_that_there_is_more_and_scrolls_to_its_end() {
    for keys in [":person offboard<enter>", ":user delete<enter>"] {
        let mut console = Console::acme(80, 24);
        console.press(keys);
        let plan = match console.step() {
            Step::Offboard(offboard) => &mut offboard.plan,
            Step::Delete(deletion) => &mut deletion.plan,
            _ => panic!("no form"),
        };
        let keys = (0..20).map(|n| format!("key-{n} goes on working"));
        plan.as_mut().unwrap().warnings.extend(keys);
        let screen = console.screen();
        assert!(screen.contains("more lines: PgDn"), "{screen}");
        assert!(!screen.contains("key-19"), "{screen}");
        console.press("<pagedown><pagedown><pagedown>");
        let screen = console.screen();
        assert!(screen.contains("key-19"), "{screen}");
        assert!(!screen.contains("more lines"), "{screen}");
    }
}
