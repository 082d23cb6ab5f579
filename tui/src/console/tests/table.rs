//! The table of accounts: search, stale answers, the cursor while rows move.

use super::fixtures::{Console, page, page_of, row};
use crate::console::message::{Answer, Ask, Message, Ticket};
use rollcall_shared::domain::{Span, Status};
use rollcall_shared::text::fold;
use rollcall_shared::wire::user::UserQuery;

fn questions(console: &mut Console) -> Vec<(Ticket, UserQuery)> {
    let (pages, others): (Vec<_>, Vec<_>) = std::mem::take(&mut console.waiting)
        .into_iter()
        .partition(|(_, ask)| matches!(ask, Ask::Users(_)));
    console.waiting = others;
    pages
        .into_iter()
        .map(|(ticket, ask)| match ask {
            Ask::Users(query) => (ticket, query),
            _ => unreachable!(),
        })
        .collect()
}

fn all_match(console: &Console, needle: &str) -> bool {
    console.state.users.rows.iter().all(|row| {
        [&row.name, &row.email, &row.username]
            .iter()
            .any(|text| fold(text).contains(needle))
    })
}

#[test]
fn rows_that_do_not_match_go_before_the_answer_is_here() {
    let mut console = Console::new(80, 24);
    console.hold = true;
    let before = console.state.users.rows.len();
    console.press("/martin");
    assert!(all_match(&console, "martin"));
    assert!(!console.state.users.rows.is_empty() && console.state.users.rows.len() < before);
    assert!(console.screen().contains("searching …"));
    assert!(!console.screen().contains("Keller"));
}

#[test]
fn only_the_newest_answer_counts() {
    let mut console = Console::new(80, 24);
    console.hold = true;
    console.press("/ma");
    let asked = questions(&mut console);
    assert_eq!(asked.len(), 2);
    // The newer answer overtakes the older one.
    let (newer, query) = &asked[1];
    console.answer(*newer, Answer::Users(page(query, 1_204)));
    let total = console.state.users.total;
    let (older, query) = &asked[0];
    console.answer(*older, Answer::Users(page(query, 1_204)));
    assert_eq!(console.state.users.total, total);
    assert!(all_match(&console, "ma"));
}

#[test]
fn an_answer_to_an_older_search_never_shows() {
    let mut console = Console::new(80, 24);
    console.hold = true;
    console.press("/martin");
    let asked = questions(&mut console);
    for (ticket, query) in &asked[..asked.len() - 1] {
        console.answer(*ticket, Answer::Users(page(query, 1_204)));
        assert!(all_match(&console, "martin"), "after {:?}", query.search);
        assert_eq!(console.state.users.total, None);
    }
}

#[test]
fn the_match_is_marked_on_the_screen() {
    let mut console = Console::new(80, 24);
    console.press("/mart");
    let hit = console.state.look.theme.hit;
    let buffer = console.buffer();
    // Second row of the table: the first has the cursor's own style besides.
    let marked: String = (0..80u16)
        .filter(|x| Some(buffer[(*x, 4)].fg) == hit.fg)
        .map(|x| buffer[(x, 4)].symbol().to_owned())
        .collect();
    assert!(marked.to_lowercase().starts_with("martmart"), "{marked}");
}

#[test]
fn esc_ends_the_search_and_keeps_the_account_found() {
    let mut console = Console::new(80, 24);
    console.press("/dupont<enter>j");
    let found = console.state.users.anchor;
    assert!(found.is_some());
    console.press("<esc>");
    assert_eq!(console.state.users.search, "");
    assert_eq!(console.state.users.anchor, found);
    assert_eq!(console.state.users.selected().map(|r| r.id), found);
}

#[test]
fn the_cursor_stays_on_its_account_when_rows_move() {
    let mut console = Console::new(80, 24);
    console.press("jjjjj");
    let mine = console.state.users.selected().unwrap().id;
    let line = console.state.users.cursor.at - console.state.users.cursor.top;
    console.hold = true;
    console.state.now = console.state.now.plus(Span(1));
    console.send(Message::Moved(8));
    let (ticket, query) = questions(&mut console).pop().unwrap();
    // Two accounts are gone, all rows behind them move up.
    let rows = (0..1_204).filter(|n| *n != 1 && *n != 2).map(row).collect();
    console.answer(ticket, Answer::Users(page_of(&query, rows)));
    assert_eq!(console.state.users.selected().unwrap().id, mine);
    assert_eq!(console.state.users.cursor.at, 3);
    assert!(console.state.users.cursor.at - console.state.users.cursor.top <= line);
}

#[test]
fn an_account_that_moved_far_is_looked_for_further_around() {
    let mut console = Console::new(80, 24);
    console.press("jjjjj");
    let mine = console.state.users.selected().unwrap().id;
    console.hold = true;
    console.state.now = console.state.now.plus(Span(1));
    console.send(Message::Moved(8));
    let (ticket, query) = questions(&mut console).pop().unwrap();
    let mut rows: Vec<_> = (0..1_204).map(row).collect();
    let moved = rows.remove(5);
    rows.insert(300, moved);
    for (n, row) in rows.iter_mut().enumerate() {
        // The order of the fixture is by number; give each its new place.
        row.username = format!("{n:06}");
    }
    let window = |query: &UserQuery| {
        let from = query.offset as usize;
        let to = (from + query.limit as usize).min(rows.len());
        rollcall_shared::wire::user::UserPage {
            revision: 8,
            total: rows.len() as u64,
            offset: query.offset,
            shows: rollcall_shared::wire::user::Shows::default(),
            labels: Default::default(),
            rows: rows[from..to].to_vec(),
        }
    };
    console.answer(ticket, Answer::Users(window(&query)));
    let (ticket, wide) = questions(&mut console)
        .pop()
        .expect("a wider page is asked for");
    assert!(wide.limit > query.limit);
    console.answer(ticket, Answer::Users(window(&wide)));
    assert_eq!(console.state.users.selected().unwrap().id, mine);
    assert_eq!(console.state.users.cursor.at, 300);
}

#[test]
fn a_status_changed_elsewhere_appears_without_a_key() {
    let mut console = Console::new(80, 24);
    let mine = console.state.users.selected().unwrap().id;
    console.hold = true;
    console.state.now = console.state.now.plus(Span(1));
    console.send(Message::Moved(8));
    let (ticket, query) = questions(&mut console).pop().unwrap();
    let mut changed = page(&query, 1_204);
    changed.rows[0].status = Status::Suspended;
    console.answer(ticket, Answer::Users(changed));
    let row = console.state.users.selected().unwrap();
    assert_eq!((row.id, row.status), (mine, Status::Suspended));
    assert!(console.screen().contains("suspended"));
}

#[test]
fn news_is_coalesced() {
    let mut console = Console::new(80, 24);
    console.hold = true;
    console.state.now = console.state.now.plus(Span(1));
    for revision in 8..40 {
        console.send(Message::Moved(revision));
    }
    // One round of questions, and one more after its answers.
    assert_eq!(questions(&mut console).len(), 1);
    console.hold = false;
    console.hold = true;
    for (ticket, ask) in std::mem::take(&mut console.waiting) {
        console.answer(ticket, super::fixtures::reply(&ask, 1_204));
    }
    assert!(console.waiting.is_empty());
}

#[test]
fn a_million_rows_are_a_window() {
    let mut console = Console::new(80, 24);
    console.hold = true;
    console.press("G");
    assert_eq!(console.state.users.cursor.at, 1_203);
    let (_, query) = questions(&mut console).pop().unwrap();
    assert!(query.limit <= 1_000 && query.offset > 1_000, "{query:?}");
    console.hold = false;
    console.press("g");
    assert_eq!(console.state.users.selected().unwrap().id, row(0).id);
}

#[test]
fn a_daemon_that_gives_less_than_asked_is_not_asked_for_ever() {
    let mut console = Console::new(80, 24);
    console.hold = true;
    console.press("S");
    let (ticket, query) = questions(&mut console).pop().unwrap();
    let mut short = page(&query, 1_204);
    short.rows.truncate(3);
    console.answer(ticket, Answer::Users(short));
    assert!(questions(&mut console).is_empty());
}

#[test]
fn the_tallest_terminals_ask_for_no_more_than_a_daemon_gives() {
    for height in [24, 400, 900, 1_500, 60_000] {
        let mut console = Console::cold(80, height);
        console.hold = true;
        console.send(Message::Start);
        let (ticket, query) = questions(&mut console).pop().unwrap();
        assert!(query.limit <= 1_000 && query.limit > 0, "{height}");
        console.answer(ticket, Answer::Users(page(&query, 1_204)));
        assert!(questions(&mut console).is_empty(), "{height}");
    }
}

#[test]
fn scrolling_asks_before_the_edge_is_reached() {
    let mut console = Console::new(80, 24);
    console.hold = true;
    let fetched = console.state.users.rows.len() as u64;
    while questions(&mut console).is_empty() {
        console.press("j");
        assert!(
            console.state.users.cursor.at < fetched,
            "the edge was reached unasked"
        );
        assert!(console.state.users.selected().is_some());
    }
}

#[test]
fn the_other_column_again_reverses() {
    let mut console = Console::new(80, 24);
    console.press("sj<enter>");
    let first = console.state.users.selected().unwrap().id;
    assert!(console.screen().contains("Email▲"));
    console.press("S");
    assert!(console.screen().contains("Email▼"));
    assert_ne!(console.state.users.selected().unwrap().id, first);
}
