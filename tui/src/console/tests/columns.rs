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
fn the_title_of_the_column_sorted_by_says_which_way_round_however_narrow_it_is() {
    let mut console = Console::acme(200, 50);
    console.state.users.columns = Columns(UserColumn::ALL.to_vec());
    console.state.users.shows = Shows {
        username: true,
        sid: true,
        activated: true,
        user_type: true,
        ..Shows::default()
    };
    for column in UserColumn::ALL {
        for (descending, sign) in [(false, '▲'), (true, '▼')] {
            console.state.users.sort = column.sort_key();
            console.state.users.descending = descending;
            let shown = titles(&console);
            assert_eq!(shown.matches(sign).count(), 1, "{column:?}: {shown}");
        }
    }
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

/// The titles of the table.
fn head_line(console: &Console) -> String {
    console.screen().lines().nth(2).unwrap().to_owned()
}

#[test]
fn at_eighty_columns_everything_asked_for_is_there_and_its_marks_are_explained() {
    let mut console = Console::acme(80, 24);
    let head = head_line(&console);
    for title in [
        "Name", "Email", "Role", "St", "MFA", "Seen", "Uses", "Team", "Flag",
    ] {
        assert!(head.contains(title), "{title}: {head}");
    }
    let screen = console.screen();
    assert!(
        screen.contains("A active I invited") && screen.contains("oVerdue"),
        "{screen}"
    );
    // Every row in view is drawn above the legend.
    console.press("G");
    let last = console.state.users.selected().unwrap().email.clone();
    let screen = console.screen();
    let at = |text: &str| screen.lines().position(|line| line.contains(text));
    assert!(
        at(&last[..12]) < at("A active I invited"),
        "{last}: {screen}"
    );
    // Where there is room they stand in words, without a legend.
    let wide = Console::acme(200, 50);
    assert!(head_line(&wide).contains("Status") && !wide.screen().contains("oVerdue"));
}

#[test]
fn columns_without_room_are_reached_sideways_and_a_sign_says_so() {
    for width in [30, 46, 64, 80] {
        let mut console = Console::new(width, 24);
        let mut seen = String::new();
        for step in 0..20 {
            let head = head_line(&console);
            seen.push_str(&head);
            let (left, right) = (head.starts_with('‹'), head.chars().nth(1) == Some('›'));
            assert_eq!(left, step > 0, "{width} {step}: {head}");
            if !right {
                break;
            }
            assert!(width < 33 || head.contains("Name"), "{head}");
            console.press("l");
        }
        for title in [
            "Name", "Email", "Role", "St", "MFA", "Seen", "Uses", "Team", "Tenant",
        ] {
            assert!(seen.contains(title), "{width} {title}: {seen}");
        }
        while head_line(&console).starts_with('‹') {
            console.press("h");
        }
        assert_eq!(console.state.users.left, 0);
    }
}

#[test]
fn columns_that_only_some_vendors_have_give_way_first() {
    let mut console = Console::acme(80, 24);
    console.state.users.shows = Shows {
        username: true,
        sid: true,
        activated: true,
        user_type: true,
        ..Shows::default()
    };
    let head = head_line(&console);
    for title in [
        "Name", "Email", "Role", "St", "MFA", "Seen", "Uses", "Team", "Flag",
    ] {
        assert!(head.contains(title), "{title}: {head}");
    }
    assert!(head.starts_with(" ›"), "{head}");
}
