//! A lost connection is a state.

use super::fixtures::Console;
use crate::console::message::{Effect, Message};
use crate::console::state::link::Link;
use rollcall_shared::domain::Span;
use rollcall_shared::wire::{Class, Failure};

fn lost() -> Message {
    Message::Lost(
        Failure::new(
            Class::Unreachable,
            "No daemon answers at /run/rollcall/socket.",
        )
        .hint("Start one: systemctl start rollcalld"),
    )
}

fn follows(console: &Console) -> usize {
    console
        .effects
        .iter()
        .filter(|e| matches!(e, Effect::Follow(_)))
        .count()
}

#[test]
fn the_header_counts_down_and_it_is_tried_again_by_itself() {
    let mut console = Console::new(80, 24);
    let before = follows(&console);
    console.send(lost());
    assert!(console.screen().contains("reconnecting in 1 s"));
    assert!(
        console
            .screen()
            .replace("\n ", " ")
            .contains("systemctl start rollcalld"),
        "{}",
        console.screen()
    );
    let due = console.state.next_tick().unwrap();
    console.state.now = due;
    console.send(Message::Tick);
    assert_eq!(follows(&console), before + 1);
    console.send(lost());
    assert!(console.screen().contains("reconnecting in 2 s"));
    console.send(Message::Connected);
    assert_eq!(console.state.link, Link::Up);
    assert!(console.screen().contains("connected"));
    assert_eq!(console.state.next_tick(), None);
}

#[test]
fn changes_are_refused_while_it_is_down_and_rows_stay() {
    let mut console = Console::new(80, 24);
    console.send(lost());
    console.press("a");
    assert!(console.screen().contains("actions: not connected."));
    assert!(!console.state.users.rows.is_empty());
}

#[test]
fn a_question_does_not_survive_the_connection() {
    let mut console = Console::new(80, 24);
    console.press("2<enter>x");
    console.send(lost());
    console.press("57<enter>y");
    assert!(console.sent.is_empty());
}

#[test]
fn a_broken_change_says_that_its_outcome_is_not_known() {
    let mut console = Console::new(80, 24);
    console.press("2<enter>x57<enter>");
    let (ticket, _) = console.sent.pop().unwrap();
    let failure = Failure::new(Class::Unreachable, "The connection broke.");
    console.send(Message::Answer(ticket, Box::new(Err(failure))));
    assert!(console.state.sweeps.running.is_none());
    assert!(
        console
            .screen()
            .contains("whether it was done is not known")
    );
}

#[test]
fn refresh_tries_at_once() {
    let mut console = Console::new(80, 24);
    console.send(lost());
    let before = follows(&console);
    console.press("r");
    assert_eq!(follows(&console), before + 1);
    assert!(console.screen().contains("○ reconnecting"));
}

#[test]
fn nothing_ticks_when_all_is_quiet() {
    let mut console = Console::new(80, 24);
    assert_eq!(console.state.next_tick(), None);
    console.state.now = console.state.now.plus(Span(3_600));
    assert_eq!(console.state.next_tick(), None);
}

#[test]
fn a_refused_question_says_what_to_do_instead() {
    let mut console = Console::new(80, 24);
    console.hold = true;
    console.press("/x");
    let (ticket, _) = console.waiting.pop().unwrap();
    let failure =
        Failure::new(Class::Denied, "You may not read globex.").hint("Ask a platform admin.");
    console.send(Message::Answer(ticket, Box::new(Err(failure))));
    console.press("<enter>");
    console.send(Message::Tick);
    assert!(console.state.users.asked.is_none());
}

#[test]
fn what_was_not_fetched_before_it_was_lost_is_not_waited_for() {
    for screen in ["1", "2", "3", "4", "7"] {
        let mut console = Console::cold(80, 24);
        console.hold = true;
        console.send(Message::Start);
        console.press(screen);
        assert!(console.screen().contains("Asking the daemon"), "{screen}");
        console.send(lost());
        console.press("g");
        let shown = console.screen();
        assert!(!shown.contains("Asking the daemon"), "{shown}");
        assert!(
            shown.contains("Not connected: No daemon answers"),
            "{shown}"
        );
        let before = follows(&console);
        console.press("r");
        assert_eq!(follows(&console), before + 1, "{screen}");
    }
}
