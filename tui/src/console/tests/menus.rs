//! What menus say beside their lines: what is so now, what a line does, or why it cannot be chosen.

use super::fixtures::Console;
use crate::console::command::Command;
use crate::console::state::overlay::{Choice, Menu, Overlay};

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
