//! Which columns the table of accounts has, and in which order.

use super::fixtures::Console;
use crate::columns::UserColumn;
use crate::console::message::Effect;
use crate::console::state::users::Columns;
use rollcall_shared::wire::user::Shows;

fn titles(console: &Console) -> String {
    console
        .screen()
        .lines()
        .nth(2)
        .unwrap_or_default()
        .to_owned()
}

fn remembered(console: &Console) -> Option<Columns> {
    let mut effects = console.effects.iter().rev();
    effects.find_map(|effect| match effect {
        Effect::Remember(columns) => Some(columns.clone()),
        _ => None,
    })
}

#[test]
fn login_names_stand_in_the_table_only_where_a_tenant_has_them() {
    let mut console = Console::acme(200, 50);
    assert!(
        !titles(&console).contains("Username"),
        "{}",
        titles(&console)
    );
    assert!(!titles(&console).contains("SID"));
    console.state.users.shows = Shows {
        username: true,
        sid: true,
        activated: true,
        ..Shows::default()
    };
    let shown = titles(&console);
    for title in ["Username", "SID", "Activated"] {
        assert!(shown.contains(title), "{title}: {shown}");
    }
    assert!(!shown.contains("User type"), "{shown}");
}

#[test]
fn columns_are_chosen_and_ordered_and_remembered() {
    let mut console = Console::acme(80, 24);
    console.press("C");
    assert!(console.screen().contains("Columns (K and J move one)"));
    // The names one place later, the addresses left out.
    console.press("J");
    console.press("k<space>");
    console.press("<esc>");
    let shown = titles(&console);
    assert!(!shown.contains("Email"), "{shown}");
    assert_eq!(console.state.users.columns.0[0], UserColumn::Name);
    assert_eq!(
        remembered(&console),
        Some(console.state.users.columns.clone())
    );
    // Whatever is unticked, something is left to look at.
    console.press("C");
    for _ in UserColumn::ALL {
        if console.screen().lines().any(|line| line.contains("▶ [x]")) {
            console.press("<space>");
        }
        console.press("j");
    }
    console.press("<esc>");
    assert!(!console.state.users.columns.0.is_empty());
    assert!(titles(&console).contains("Name"), "{}", titles(&console));
}

#[test]
fn a_key_that_moves_columns_does_nothing_in_other_menus() {
    let mut console = Console::acme(80, 24);
    console.press("s");
    let before = console.screen();
    console.press("J");
    assert_eq!(console.screen(), before);
    assert_eq!(remembered(&console), None);
}
