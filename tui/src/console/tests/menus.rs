//! What menus say beside their lines: what is so now, what a line does, or why it cannot be chosen.

use super::fixtures::{Console, causes, reply};
use crate::console::command::Command;
use crate::console::message::{Answer, Ask};
use crate::console::state::overlay::{Choice, Menu, Overlay};
use rollcall_shared::catalog::{DeleteRule, builtin, parse};
use rollcall_shared::domain::Status;
use rollcall_shared::rules::lifecycle::{Cause, transition};

fn menu(console: &Console) -> &Menu {
    match &console.state.overlay {
        Overlay::Menu(menu) => menu,
        other => panic!("no menu: {other:?}"),
    }
}

/// Label and note of each line.
fn lines(console: &Console) -> Vec<(&str, &str)> {
    let entries = menu(console).entries.iter();
    entries
        .map(|line| (line.label.as_str(), line.note.as_str()))
        .collect()
}

#[test]
fn the_menu_of_columns_says_which_way_round_the_present_one_is() {
    let mut console = Console::new(80, 24);
    console.press("s");
    assert_eq!(menu(&console).title, "Sort by");
    let told = |console: &Console| -> Vec<(String, String)> {
        let noted = lines(console)
            .into_iter()
            .filter(|(_, note)| !note.is_empty());
        noted.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
    };
    let row = |label: &str, note: &str| vec![(label.to_owned(), note.to_owned())];
    let smallest = "smallest first; again reverses";
    assert_eq!(told(&console), row("Name", smallest));
    console.press("<enter>s");
    let largest = "largest first; again reverses";
    assert_eq!(told(&console), row("Name", largest));
    // A column that counts begins with the most.
    let flags = lines(&console)
        .iter()
        .position(|l| l.0 == "Number of flags");
    console.press(&"j".repeat(flags.unwrap()));
    console.press("<enter>s");
    assert_eq!(told(&console), row("Number of flags", largest));
}

#[test]
fn columns_that_no_tenant_has_are_not_offered_to_sort_by() {
    let mut console = Console::new(80, 24);
    console.press("s");
    let offered = |console: &Console, title| lines(console).iter().any(|(l, _)| *l == title);
    assert!(offered(&console, "Seat") && !offered(&console, "SID"));
    console.press("<esc>");
    console.state.users.shows.sid = true;
    console.press("s");
    assert!(offered(&console, "SID") && !offered(&console, "Username"));
}

#[test]
fn the_menu_of_filters_says_what_each_lets_through() {
    let mut console = Console::new(80, 24);
    console.press("f");
    assert_eq!(menu(&console).title, "Filter by");
    let open =
        |(label, note): &(&str, &str)| *note == if *label == "Tenant" { "all" } else { "any" };
    assert!(lines(&console).iter().all(open), "{:?}", lines(&console));
    console.press("<enter>");
    let picked: Vec<String> = lines(&console)
        .iter()
        .take(2)
        .map(|l| l.0.to_owned())
        .collect();
    console.press("<space>j<space><enter>f");
    let (label, note) = lines(&console)[0];
    assert_eq!((label, note), ("Status", picked.join("|").as_str()));
    assert!(
        lines(&console)[1..].iter().all(open),
        "{:?}",
        lines(&console)
    );
}

#[test]
fn an_action_says_what_it_does_or_why_it_cannot_be_done_and_not_what_it_is_done_to() {
    let mut console = Console::new(80, 24);
    console.press("a");
    assert_eq!(menu(&console).title, "This account");
    for line in &menu(&console).entries {
        let Choice::Command(command) = line.choice else {
            panic!("{line:?} is no command");
        };
        let title = command.title();
        let (title, does) = title.split_once(": ").unwrap_or((title, ""));
        assert!(title.starts_with(&line.label), "{title}: {line:?}");
        assert!(!line.label.contains("account"), "{line:?}");
        match console.state.enabled(command) {
            Ok(()) => assert_eq!((line.enabled, line.note.as_str()), (true, does)),
            Err(why) => assert_eq!((line.enabled, line.note.as_str()), (false, why)),
        }
    }
    let of = |command| {
        let mut all = menu(&console).entries.iter();
        let found = all.find(|line| line.choice == Choice::Command(command));
        found.unwrap().note.as_str()
    };
    assert_eq!(of(Command::Reactivate), "it is active already");
    assert!(of(Command::Deactivate).contains("access ends"));
}

#[test]
fn what_is_offered_in_each_state_is_what_the_table_of_the_catalog_allows() {
    let actions = [
        (Command::Suspend, Cause::Suspend),
        (Command::Reactivate, Cause::Reactivate),
        (Command::Deactivate, Cause::Deactivate),
        (Command::Delete, Cause::Delete),
    ];
    let mut offered = 0;
    for name in ["iusign", "ignisign", "onespan", "esignanywhere"] {
        let catalog = parse(name, builtin(name).unwrap()).unwrap();
        let mut console = Console::acme(80, 24);
        let status = console.state.status.as_mut().unwrap();
        for row in &mut status.tenants {
            row.causes = causes(name);
            row.shows.delete = catalog.constraints.delete;
        }
        for state in Status::ALL {
            let at = console.state.users.cursor.at - console.state.users.offset;
            console.state.users.rows[at as usize].status = *state;
            for (command, cause) in actions {
                let never =
                    cause == Cause::Delete && catalog.constraints.delete == DeleteRule::Never;
                let allowed = transition(&catalog, *state, cause).is_ok() && !never;
                let told = console.state.enabled(command);
                assert_eq!(
                    told.is_ok(),
                    allowed,
                    "{name} {state} {command:?}: {told:?}"
                );
                offered += u32::from(allowed);
            }
            for command in [Command::EditRole, Command::Offboard] {
                let told = console.state.enabled(command).is_ok();
                assert_eq!(told, *state != Status::Deleted, "{state} {command:?}");
            }
        }
        console.state.users.rows[0].status = Status::Invited;
        let why = console.state.enabled(Command::Reactivate).unwrap_err();
        assert!(why.contains("send the invitation again"), "{why}");
    }
    assert!(offered > 40, "{offered}");
}

/// Answers the question for the roles of a tenant, which has a notary besides.
fn notary(console: &mut Console) -> String {
    let (ticket, ask) = console.waiting.pop().unwrap();
    let Ask::Tenant(named) = &ask else {
        panic!("{ask:?}");
    };
    let tenant = named.tenant.clone();
    let Answer::Tenant(mut detail) = reply(&ask, 0) else {
        panic!("no tenant");
    };
    let role = format!("notary-{tenant}");
    detail
        .roles
        .push((role, format!("Notary of {tenant}"), false));
    console.answer(ticket, Answer::Tenant(detail));
    tenant
}

#[test]
fn the_filter_offers_every_role_of_every_tenant_looked_at() {
    let mut console = Console::new(80, 40);
    console.hold = true;
    console.press("fj<enter>j");
    let before = lines(&console)[1].0.to_owned();
    let asked = [(); 3].map(|()| notary(&mut console));
    assert_eq!(asked, ["initech", "globex", "acme"]);
    let offered: Vec<&str> = lines(&console).iter().map(|line| line.0).collect();
    for role in ["Notary of acme", "Notary of globex"] {
        assert!(offered.contains(&role), "{offered:?}");
    }
    // The cursor stays on its role while others come.
    let menu = menu(&console);
    assert_eq!(menu.entries[menu.cursor].label, before);
}

#[test]
fn a_role_is_given_to_many_from_all_that_their_tenants_have() {
    let mut console = Console::new(100, 40);
    console.press("<space>");
    let tenant = console.state.users.marked[0].tenant.clone();
    console.hold = true;
    console.press("a");
    let at = lines(&console).iter().position(|l| l.0.contains("Give"));
    console.press(&"j".repeat(at.unwrap()));
    console.press("<enter>");
    assert_eq!(notary(&mut console), tenant);
    assert!(console.waiting.is_empty(), "another tenant was asked");
    let screen = console.screen();
    assert!(screen.contains(&format!("Notary of {tenant}")), "{screen}");
}

#[test]
fn the_way_back_from_the_values_of_a_filter_leads_to_the_filters() {
    let mut console = Console::new(80, 24);
    for (keys, title) in [("f<enter>", "Status"), ("fjjjjjj<enter>", "Last sign-in")] {
        console.press(keys);
        assert_eq!(menu(&console).title, title);
        console.press("<esc>");
        assert_eq!(menu(&console).title, "Filter by");
        console.press("<esc>");
        assert!(matches!(console.state.overlay, Overlay::None));
    }
    console.press("fjjjjjj<enter><enter><esc>");
    assert_eq!(menu(&console).title, "Last sign-in");
}
