//! Moving through roles and scopes; what may not be seen.

use super::fixtures::{Console, role_detail, roles};
use crate::console::message::{Ask, Message, Ticket};
use crate::console::state::Screen;
use rollcall_shared::wire::{Class, Failure, Verb};

#[test]
fn the_header_of_the_matrix_stays_while_both_ways_scroll() {
    let mut console = Console::acme(40, 20);
    console.press("5");
    let titles = |console: &Console| {
        let screen = console.screen();
        // A long label begins on the line above.
        let lines: Vec<&str> = screen.lines().collect();
        let at = lines.iter().position(|line| line.contains("Permission"));
        lines[at.unwrap() - 1..=at.unwrap()].join(" ")
    };
    assert!(titles(&console).contains("Owner"));
    console.press("G");
    assert!(
        titles(&console).contains("Owner"),
        "the line of roles stays"
    );
    for _ in 0..20 {
        console.press("l");
    }
    let screen = console.screen();
    assert!(!titles(&console).contains("Owner"));
    assert!(titles(&console).contains("Audit"), "{screen}");
    assert!(screen.contains("Use the API"), "the column of names stays");
    assert_eq!(console.state.roles.column, roles().roles.len() - 1);
    console.press("hhhhhhhhhhhhhh");
    assert!(titles(&console).contains("Owner"));
}

#[test]
fn a_search_keeps_only_permissions_that_fit_and_esc_ends_it() {
    let mut console = Console::acme(80, 24);
    console.press("5/billing<enter>");
    assert_eq!(console.state.roles.permissions().len(), 2);
    console.press("<esc>");
    assert_eq!(console.state.roles.permissions().len(), 18);
    assert_eq!(console.state.screen, Screen::Roles);
}

#[test]
fn a_holder_opens_the_user() {
    let mut console = Console::acme(80, 24);
    console.press("5l<enter>j");
    let second = role_detail("admin").holders[1].clone();
    console.press("<enter>");
    assert_eq!(console.state.screen, Screen::Users);
    assert_eq!(console.state.users.pane.as_ref().unwrap().id, second.0);
}

#[test]
fn roles_are_asked_for_once_a_tenant_is_chosen() {
    let mut console = Console::new(80, 24);
    console.press("5");
    assert!(console.screen().contains("Roles belong to a tenant."));
    console.press("tj<enter>");
    assert!(console.screen().contains("View own documents"));
}

#[test]
fn folding_hides_what_lies_below_and_the_parent_is_one_key_away() {
    let mut console = Console::acme(80, 24);
    console.press("6");
    assert_eq!(console.state.scopes.rows().len(), 5);
    console.press("jj");
    console.press("h");
    assert_eq!(
        console.state.scopes.cursor.at, 1,
        "a leaf leads to its parent"
    );
    console.press("h");
    assert_eq!(console.state.scopes.rows().len(), 3);
    assert!(!console.screen().contains("Paris"));
    console.press("l");
    assert_eq!(console.state.scopes.rows().len(), 5);
}

#[test]
fn working_at_a_scope_narrows_the_users_and_the_header_says_where() {
    let mut console = Console::acme(120, 24);
    console.press("6jj");
    console.hold = true;
    console.press("u");
    assert_eq!(console.state.screen, Screen::Users);
    let asked = console.waiting.iter().rev().find_map(|(_, ask)| match ask {
        Ask::Users(query) => query.scope.clone(),
        _ => None,
    });
    assert_eq!(asked.as_deref(), Some("/acme/EMEA/Paris"));
    let header = console.screen().lines().next().unwrap().to_owned();
    assert!(header.contains("acme/EMEA/Paris"), "{header}");
    // One step back is the root again.
    console.hold = false;
    console.press("q");
    assert_eq!(console.state.scope, None);
    assert_eq!(console.state.screen, Screen::Users);
}

#[test]
fn the_palette_finds_no_letters_scattered_over_a_description() {
    let mut console = Console::new(100, 24);
    for (typed, known) in [
        ("orders", "`rollcall order list`"),
        ("drift", "`rollcall drift list`"),
    ] {
        console.press(&format!(":{typed}"));
        let screen = console.screen();
        assert!(screen.contains("No command fits."), "{typed}: {screen}");
        assert!(screen.contains(known), "{typed}: {screen}");
        console.press("<esc>");
    }
}

#[test]
fn the_palette_names_the_verbs_of_the_command_line() {
    for (screen, verbs) in [
        (
            "",
            &[
                Verb::UserRole,
                Verb::UserInvite,
                Verb::PersonOffboard,
                Verb::Why,
            ][..],
        ),
        (
            "4",
            &[
                Verb::OwnershipStart,
                Verb::OwnershipConfirm,
                Verb::OwnershipCancel,
            ][..],
        ),
        ("7", &[Verb::UserResend, Verb::UserRevoke][..]),
        (
            "1",
            &[Verb::PermissionPreview, Verb::RoleList, Verb::ScopeList][..],
        ),
    ] {
        for verb in verbs {
            let mut console = Console::acme(80, 24);
            console.press(screen);
            console.press(&format!(":{}", verb.name()));
            let items = crate::console::update::palette::items(&console.state, verb.name());
            assert_eq!(items[0].name, verb.name());
        }
    }
}

/// A console whose question for the users waits, and that question.
fn asking_for_users(mut console: Console) -> (Console, Ticket) {
    console.hold = true;
    console.press("r");
    let at = console
        .waiting
        .iter()
        .position(|(_, ask)| matches!(ask, Ask::Users(_)));
    let (ticket, _) = console.waiting.remove(at.unwrap());
    console.waiting.clear();
    (console, ticket)
}

fn denied(console: &mut Console, ticket: Ticket) {
    let failure = Failure::new(
        Class::Denied,
        "`user list` needs the permission directory.read; ops holds nothing",
    );
    let refused = Box::new(Err(failure.rule("permission")));
    console.send(Message::Answer(ticket, refused));
}

#[test]
fn users_that_may_not_be_listed_are_hidden_with_the_missing_permission() {
    let (mut console, ticket) = asking_for_users(Console::acme(80, 24));
    console.hold = false;
    denied(&mut console, ticket);
    let screen = console.screen();
    assert!(!screen.contains("1 Users"), "{screen}");
    assert!(
        screen.contains("needs the permission directory.read"),
        "{screen}"
    );
    console.press("1");
    assert!(console.screen().contains("you may not list users"));
    assert_ne!(console.state.screen, Screen::Users);
    // Asked again once somebody gave the right.
    console.press("r1");
    assert_eq!(console.state.screen, Screen::Users);
    assert!(console.screen().contains("1 Users"));
}

#[test]
fn who_may_see_one_tenant_only_looks_at_it_by_itself() {
    let (mut console, ticket) = asking_for_users(Console::new(80, 24));
    console.state.status.as_mut().unwrap().tenants.truncate(1);
    denied(&mut console, ticket);
    assert_eq!(console.state.tenant.as_deref(), Some("acme"));
    assert_eq!(console.state.screen, Screen::Users);
    let asked = console.waiting.iter().any(
        |(_, ask)| matches!(ask, Ask::Users(query) if query.tenant.as_deref() == Some("acme")),
    );
    assert!(asked, "{:?}", console.waiting);
}

#[test]
fn who_may_see_several_tenants_but_not_all_chooses_one() {
    let (mut console, ticket) = asking_for_users(Console::new(80, 24));
    console.hold = false;
    denied(&mut console, ticket);
    assert_eq!(console.state.screen, Screen::Tenants);
    let screen = console.screen();
    assert!(screen.contains("one tenant at a time: u shows"), "{screen}");
    console.press("u");
    assert_eq!(console.state.screen, Screen::Users);
    assert_eq!(console.state.tenant.as_deref(), Some("acme"));
    assert!(console.screen().contains("1 of "), "{}", console.screen());
}

#[test]
fn a_screen_that_is_denied_says_so_and_asks_no_more() {
    for (key, is) in [("2", "sweeps"), ("3", "runs")] {
        let mut console = Console::acme(80, 24);
        console.hold = true;
        console.press(key);
        let wanted = |ask: &Ask| match is {
            "sweeps" => matches!(ask, Ask::Sweeps(_)),
            _ => matches!(ask, Ask::Runs(_)),
        };
        let at = console.waiting.iter().position(|(_, ask)| wanted(ask));
        let (ticket, _) = console.waiting.remove(at.unwrap());
        assert!(console.screen().contains("Asking the daemon"), "{is}");
        denied(&mut console, ticket);
        let screen = console.screen();
        assert!(!screen.contains("Asking the daemon"), "{screen}");
        assert!(screen.contains("directory.read"), "{screen}");
    }
}
