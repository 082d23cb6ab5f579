//! The range of last sign-ins: typed as on the command line, told in the head, kept, and exported.

use super::fixtures::{Console, at, now};
use crate::console::message::Ask;
use rollcall_shared::domain::Span;
use rollcall_shared::wire::user::UserQuery;

/// Opens the filter of the last sign-in, on its first line.
const OPEN: &str = "fjjjjjj<enter>";

fn shown(console: &Console) -> impl Iterator<Item = Option<rollcall_shared::domain::Micros>> {
    console.state.users.rows.iter().map(|row| row.last_sign_in)
}

#[test]
fn a_range_of_last_sign_ins_is_typed_told_and_kept() {
    let mut console = Console::acme(120, 40);
    let all = console.state.users.total.unwrap();
    console.press(OPEN);
    let menu = console.screen();
    assert!(menu.contains("Last sign-in at or after   any"), "{menu}");
    console.press("<enter>30d<enter>");
    console.press(OPEN);
    console.press("j<enter>2026-11-12<enter>");
    let few = console.state.users.total.unwrap();
    assert!(0 < few && few < all, "{few} of {all}");
    // The day begins in Paris.
    let (from, to) = (now().minus(Span::days(30)), at("2026-11-11T23:00:00Z"));
    assert!(shown(&console).all(|at| at.is_some_and(|at| from <= at && at < to)));
    let both = "last-sign-in-from 30 days  last-sign-in-to 2026-11-12";
    assert!(console.screen().contains(both), "{}", console.screen());
    // Into an account and back; onto another screen and back.
    console.press("<enter><esc>2<esc>");
    assert_eq!(console.state.users.total, Some(few));
    assert!(console.screen().contains(both), "{}", console.screen());
    // An end is opened again by typing nothing.
    console.press(OPEN);
    console.press("<enter><ctrl-u><enter>");
    assert_eq!(console.state.users.signed_in.from, None);
    assert!(console.state.users.signed_in.to.is_some());
    console.press("<esc>");
    assert_eq!(console.state.users.total, Some(all));
}

#[test]
fn what_is_no_end_of_a_range_says_so_and_can_be_mended() {
    let mut console = Console::acme(120, 40);
    console.press(OPEN);
    console.press("<enter>90<enter>");
    let screen = console.screen();
    assert!(
        screen.contains("\"90\" is no end: write a date"),
        "{screen}"
    );
    assert!(console.state.users.signed_in.is_open());
    console.press("d<enter>");
    assert_eq!(
        console.state.users.signed_in.phrases(),
        ["last-sign-in-from 90 days"]
    );
}

#[test]
fn who_never_signed_in_lies_in_no_range() {
    let mut console = Console::acme(120, 40);
    console.press(OPEN);
    console.press("jj<enter>");
    assert!(console.state.users.total.unwrap() > 0);
    assert!(shown(&console).all(|at| at.is_none()));
    assert!(console.screen().contains("never-signed-in"));
    console.press(OPEN);
    console.press("<enter>90d<enter>");
    assert!(shown(&console).all(|at| at.is_some()));
    assert!(!console.state.users.signed_in.never);
}

#[test]
fn rows_outside_the_range_go_before_the_answer_is_there() {
    let mut console = Console::acme(120, 40);
    console.press(OPEN);
    console.hold = true;
    console.press("<enter>10d<enter>");
    assert!(!console.state.users.rows.is_empty());
    let since = now().minus(Span::days(10));
    assert!(shown(&console).all(|at| at >= Some(since)));
}

#[test]
fn the_export_is_of_the_range_that_is_filtered() {
    let mut console = Console::acme(120, 40);
    console.press(OPEN);
    console.press("<enter>30d<enter>");
    console.press(OPEN);
    console.press("j<enter>2026-11-12<enter>");
    console.hold = true;
    console.press("E<enter>");
    let Some((_, Ask::Export(order))) = console.waiting.last() else {
        panic!("nothing is written");
    };
    let wanted = UserQuery {
        tenant: Some("acme".into()),
        last_sign_in_from: Some("30d".parse().unwrap()),
        last_sign_in_to: Some("2026-11-12".parse().unwrap()),
        ..UserQuery::default()
    };
    assert_eq!(order.query, wanted);
}
