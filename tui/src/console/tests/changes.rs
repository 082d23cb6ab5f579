//! The way of every change: shown before, asked with another key, no by default.

use super::fixtures::{Console, plan};
use crate::console::command::{Command, Places};
use crate::console::deed::Deed;
use crate::console::message::{Answer, Ask, Change, Effect};
use crate::console::state::overlay::Overlay;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::sweep::Plans;

/// Opens the question before a run of `total` actions.
fn asked(total: u32, held: &[&str]) -> Console {
    let mut console = Console::new(80, 24);
    console.press("2");
    console.hold = true;
    console.press("x");
    let (ticket, ask) = console.waiting.pop().unwrap();
    assert!(matches!(ask, Ask::Plan(_)));
    console.answer(
        ticket,
        Answer::Plan(Plans {
            plans: vec![plan(total, held)],
        }),
    );
    console.hold = false;
    console
}

#[test]
fn a_few_are_confirmed_by_another_key_and_exactly_the_plan_shown_is_run() {
    let mut console = asked(3, &[]);
    assert!(console.screen().contains("3 accounts: 2 warn, 1 suspend"));
    console.press("y");
    let (_, change) = &console.sent[0];
    let Change::Run(request) = change else {
        panic!("{change:?}");
    };
    assert_eq!(request.plan.as_deref(), Some(plan(3, &[]).hash.as_str()));
}

#[test]
fn a_narrow_question_still_says_which_tenant() {
    let mut console = Console::new(36, 24);
    console.press("2x");
    let screen = console.screen();
    let asked = |line: &str| line.contains('│') && line.contains("acme now?");
    assert!(screen.contains("Run the inactivity sweep"), "{screen}");
    assert!(screen.lines().any(asked), "{screen}");
}

#[test]
fn only_a_run_that_waits_is_offered_for_approval() {
    let mut console = Console::new(80, 24);
    console.press("3");
    let offered = |console: &mut Console| console.screen().contains("a approve");
    assert!(!offered(&mut console), "{}", console.screen());
    console.press("j");
    assert!(offered(&mut console), "{}", console.screen());
    console.press("<enter>");
    assert!(offered(&mut console), "{}", console.screen());
}

#[test]
fn a_key_without_a_meaning_says_where_the_keys_are() {
    let mut console = Console::new(80, 24);
    console.press("Z");
    let screen = console.screen();
    assert!(
        screen.contains("Z does nothing here; ? shows the keys."),
        "{screen}"
    );
    console.press("j");
    assert!(
        !console.screen().contains("does nothing"),
        "{}",
        console.screen()
    );
}

#[test]
fn the_default_is_no() {
    for key in ["<enter>", "x", "n", "q", "<esc>", "<space>", "Y"] {
        let mut console = asked(3, &[]);
        console.press(key);
        assert!(console.sent.is_empty(), "{key}");
        assert!(matches!(console.state.overlay, Overlay::None), "{key}");
        assert!(console.screen().contains("Nothing was changed."), "{key}");
    }
}

#[test]
fn many_are_confirmed_by_their_number_only() {
    for (keys, sent) in [
        ("57<enter>", 1),
        ("y", 0),
        ("<enter>", 0),
        ("5<enter>", 0),
        ("570<enter>", 0),
        ("58<backspace>7<enter>", 1),
    ] {
        let mut console = asked(57, &[]);
        console.press(keys);
        assert_eq!(console.sent.len(), sent, "{keys}");
    }
}

#[test]
fn nothing_to_do_asks_nothing() {
    let console = asked(0, &[]);
    assert!(matches!(console.state.overlay, Overlay::None));
    assert!(console.screen().contains("nothing to do"));
}

#[test]
fn a_held_sweep_is_said_to_propose_only() {
    let screen = asked(57, &["blast budget spent"]).screen();
    assert!(!screen.contains("this changes accounts"), "{screen}");
    assert!(screen.contains("only a proposal is made"), "{screen}");
    assert!(!screen.contains("Type the number"), "{screen}");
}

#[test]
fn what_was_started_read_only_stays_so() {
    let mut console = Console::new(80, 24);
    console.state.read_only = true;
    console.state.looks_only = true;
    console.press("R");
    assert!(console.screen().contains("Read-only stays on"));
    assert!(console.state.read_only);
    console.press("a");
    let screen = console.screen();
    assert!(
        screen.contains("read-only is on: the console was started so"),
        "{screen}"
    );
}

#[test]
fn held_reasons_stand_in_the_question() {
    let console = asked(3, &["no sign-in seen for 4 days"]);
    assert!(
        console
            .screen()
            .contains("Held: no sign-in seen for 4 days")
    );
}

#[test]
fn the_result_names_the_run_and_opens_it() {
    let mut console = Console::new(80, 24);
    console.press("2<enter>x57<enter>");
    assert!(console.screen().contains("Running inactivity in acme"));
    console.ran("56 applied, 1 skipped.");
    assert!(console.state.sweeps.running.is_none());
    assert!(
        console
            .screen()
            .contains("56 applied, 1 skipped. (run 0192f3a4)")
    );
    console.press("<enter>");
    assert!(
        console
            .screen()
            .contains("0192f3a4-77b1-7c3e-9d2a-000000000000")
    );
}

#[test]
fn an_account_is_suspended_after_reason_preview_and_question() {
    let mut console = Console::new(80, 24);
    console.press("ajj<enter>left us<enter>");
    assert!(console.sent.is_empty());
    assert!(
        console
            .screen()
            .contains("would change: status active → suspended.")
    );
    assert!(console.screen().contains("Reason: left us"));
    console.press("y");
    let Deed::Account(verb, change) = console.deed() else {
        panic!("{:?}", console.deed());
    };
    assert_eq!((*verb, change.dry_run), (Verb::UserSuspend, false));
    assert_eq!(change.reason.as_deref(), Some("left us"));
}

#[test]
fn the_worst_action_is_never_the_first() {
    let mut console = Console::new(80, 24);
    console.press("a");
    let Overlay::Menu(menu) = &console.state.overlay else {
        panic!("no menu");
    };
    let labels: Vec<&str> = menu.entries.iter().map(|e| e.label.as_str()).collect();
    let found = |word: &str| labels.iter().position(|label| label.starts_with(word));
    assert_eq!(found("Edit role"), Some(0));
    assert!(found("Suspend") < found("Deactivate"));
    assert!(found("Deactivate") < found("Offboard"));
    assert_eq!(found("Delete"), Some(labels.len() - 1));
}

#[test]
fn a_proposed_run_is_approved_by_its_number() {
    let mut console = Console::new(80, 24);
    console.press("3ja");
    assert!(console.screen().contains("Approve run 0192f3a4"));
    console.press("64<enter>");
    assert!(matches!(
        &console.sent[0].1,
        Change::Decide(Verb::RunApprove, _)
    ));
}

#[test]
fn read_only_refuses_every_change_and_says_why() {
    for keys in [
        "a",
        "2x",
        "3ja",
        "3jd",
        ":suspend<enter>",
        ":run-now<enter>",
    ] {
        let mut console = Console::new(80, 24);
        console.press("R");
        console.press(keys);
        assert!(console.sent.is_empty(), "{keys}");
        assert!(
            matches!(console.state.overlay, Overlay::None | Overlay::Palette(_)),
            "{keys}"
        );
        let place = console.state.place();
        for command in Command::ALL
            .iter()
            .filter(|c| c.changes() && c.places().meets(place))
        {
            assert_eq!(console.state.enabled(*command), Err("read-only is on"));
        }
    }
    let mut console = Console::new(80, 24);
    console.press("Ra");
    assert!(
        console
            .screen()
            .contains("actions: read-only is on: R turns it off.")
    );
    assert!(console.screen().contains("READ-ONLY"));
}

#[test]
fn read_only_switched_on_under_a_question_refuses_the_yes() {
    let mut console = asked(3, &[]);
    console.state.read_only = true;
    console.press("y");
    assert!(console.sent.is_empty());
}

#[test]
fn greyed_keys_are_faint_in_the_footer() {
    use ratatui::style::Modifier;
    let dim = |console: &Console| {
        let buffer = console.buffer();
        (0..80u16)
            .filter(|x| buffer[(*x, 23)].modifier.contains(Modifier::DIM))
            .map(|x| buffer[(x, 23)].symbol().to_owned())
            .collect::<String>()
    };
    let mut console = Console::new(80, 24);
    assert!(!dim(&console).contains("actions"));
    console.press("R");
    assert!(dim(&console).contains("actions"));
}

#[test]
fn no_change_lies_on_a_control_key_and_confirm_is_apart() {
    let keymap = Console::cold(80, 24).state.keymap;
    for command in Command::ALL.iter().filter(|c| c.changes()) {
        for key in keymap.keys(*command) {
            assert!(!key.is_ctrl(), "{}", command.name());
            assert_ne!(
                keymap.command(*key, Places::CONFIRM),
                Some(Command::Confirm)
            );
        }
    }
}

#[test]
fn back_leaves_only_at_the_root() {
    let mut console = Console::new(80, 24);
    console.press("2<enter>qq/x<enter>q");
    assert!(!console.effects.contains(&Effect::Quit));
    console.press("<esc>");
    assert!(!console.effects.contains(&Effect::Quit));
    assert!(console.screen().contains("Press q to leave."));
    console.press("q");
    assert!(console.effects.contains(&Effect::Quit));
}
