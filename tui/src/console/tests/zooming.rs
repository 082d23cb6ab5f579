//! The zoom for clean copying, and the plain look.

use super::fixtures::Console;
use crate::console::keymap::Keymap;
use crate::console::message::{Effect, Message};
use crate::console::theme::Look;

fn mouse(console: &Console) -> Option<bool> {
    let mut effects = console.effects.iter().rev();
    effects.find_map(|effect| match effect {
        Effect::Mouse(on) => Some(*on),
        _ => None,
    })
}

#[test]
fn zoomed_the_pane_stands_alone_without_frames_and_the_mouse_is_the_terminals() {
    for size in [(80, 24), (200, 50)] {
        let mut console = Console::acme(size.0, size.1);
        console.press("<enter>z");
        assert!(console.screen().contains("z leads back"));
        assert_eq!(mouse(&console), Some(false));
        console.press("j");
        let screen = console.screen();
        for part in ["Rollcall", "1 Users", "help", "│", "leads back"] {
            assert!(!screen.contains(part), "{part}: {screen}");
        }
        let flush = screen
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_alphabetic()));
        assert!(flush.count() > 3, "{screen}");
        // The way back leads out of the zoom before it closes the pane.
        console.press("<esc>");
        assert!(console.screen().contains("Rollcall") && console.state.pane_open());
        assert_eq!(mouse(&console), Some(true));
    }
}

#[test]
fn zoomed_the_table_fills_the_terminal_and_any_deed_leads_out_of_it() {
    let mut console = Console::acme(80, 24);
    console.press("zj");
    let rows = console
        .screen()
        .lines()
        .filter(|line| line.len() > 60)
        .count();
    assert_eq!(rows, 24, "{}", console.screen());
    console.press("a");
    assert!(!console.state.zoom);
    assert!(console.screen().contains("This account"));
}

#[test]
fn plain_has_no_boxes_and_marks_what_is_in_hand_by_a_sign() {
    let keymap = Keymap::load(None).unwrap();
    let mut console = Console::with(100, 24, keymap, Look::new(false, false));
    console.send(Message::Start);
    console.send(Message::Connected);
    console.press("tj<enter>");
    assert!(console.screen().contains("[Users]"), "{}", console.screen());
    console.press("<enter>");
    console.press("<esc>:user delete<enter>");
    let screen = console.screen();
    for part in ["+-", "-+", "|"] {
        assert!(!screen.contains(part), "{part}: {screen}");
    }
    assert!(
        screen.contains("== Delete alice") && screen.contains("Successor >"),
        "{screen}"
    );
    console.press("<tab>");
    let screen = console.screen();
    assert!(
        !screen.contains("Successor >") && screen.contains("> [ ] Drafts"),
        "{screen}"
    );
    console.press("<backtab><backtab>");
    assert!(
        console.screen().contains("Why       >"),
        "{}",
        console.screen()
    );
}
