//! Every screen at every size, as it is drawn.

use super::fixtures::Console;
use crate::console::command::{Command, Places};
use crate::console::keymap::Keymap;
use crate::console::theme::Look;
use crate::console::view::help_length;
use insta::assert_snapshot;

const SIZES: [(u16, u16); 3] = [(80, 24), (200, 50), (60, 20)];

/// Draws what some keys lead to at each size.
fn snap(name: &str, keys: &str) {
    for (width, height) in SIZES {
        let mut console = Console::new(width, height);
        console.press(keys);
        let screen = console.screen();
        assert!(
            !screen.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}']),
            "hostile text reached the terminal"
        );
        assert_snapshot!(format!("{name}_{width}x{height}"), screen);
    }
}

#[test]
fn users() {
    snap("users", "");
}

#[test]
fn users_searched() {
    snap("users_search", "/mart");
}

#[test]
fn users_filtered() {
    snap("users_filter", "f<enter>j<space>");
}

#[test]
fn one_account() {
    snap("user", "jjjj<enter>");
}

#[test]
fn sorting() {
    snap("sort", "s");
}

#[test]
fn actions_of_an_account() {
    snap("actions", "a");
}

#[test]
fn sweeps() {
    snap("sweeps", "2");
}

#[test]
fn a_sweep_is_told_whole_on_a_small_terminal() {
    let mut console = Console::new(80, 24);
    console.press("2");
    let told = |console: &Console, parts: &[&str]| {
        let screen = console.screen();
        for part in parts {
            assert!(screen.contains(part), "{part}: {screen}");
        }
    };
    let due = [
        "0 3 * * *       on the clock of Europe/Paris",
        "Mon 2026-11-23 03:00, Tue 2026-11-24 03:00, Wed 2026-11-25 03:00",
    ];
    told(&console, &due);
    console.press("<enter>");
    let ran = [
        "Wed 2026-11-25 03:00, Thu 2026-11-26 03:00",
        "done, 56 of 57 applied",
        "waits for approval, 1,064 planned",
        "observed, 3 planned, by schedule",
    ];
    told(&console, &due[..1]);
    told(&console, &ran);
    console.press("<esc>jjj");
    told(&console, &["30 4 * * *", "Wed 2026-11-25 04:30"]);
    console.press("<enter>");
    told(
        &console,
        &[
            "it warns and does not act",
            "nothing to do on Sun 2026-11-22",
        ],
    );
}

#[test]
fn every_table_with_times_names_the_clock_they_stand_on() {
    for (width, height) in SIZES {
        for keys in ["2", "3", "4", "7"] {
            let mut console = Console::new(width, height);
            console.press(keys);
            let screen = console.screen();
            assert!(
                screen.contains("on the clock of Europe/Paris"),
                "{keys}: {screen}"
            );
        }
        let mut console = Console::new(width, height);
        console.press("3j");
        for row in &mut console.state.status.as_mut().unwrap().tenants {
            row.tenant.tz = format!("Etc/GMT+{}", row.tenant.id.0);
        }
        let screen = console.screen();
        assert!(screen.contains("the clock of each tenant"), "{screen}");
        assert!(
            width < 80 || screen.contains("each tenant: Etc/GMT+2 in globex"),
            "{screen}"
        );
    }
}

#[test]
fn the_header_counts_the_seats_as_the_limit_does() {
    let mut console = Console::acme(200, 50);
    let header = |console: &Console| console.screen().lines().next().unwrap().to_owned();
    assert!(
        header(&console).contains("seats 492/500"),
        "{}",
        header(&console)
    );
    // Three wait for the vendor, and some are counted apart.
    console.press("tj<enter>");
    console.state.tenant = Some("globex".into());
    let shown = header(&console);
    for part in ["seats 495/490", "Sender users 18/20", "Viewer users 3"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    console.press("4");
    let screen = console.screen();
    assert!(screen.contains("Releasing"), "{screen}");
}

#[test]
fn a_plan() {
    snap("plan", "2<enter>");
}

#[test]
fn the_question_before_a_run() {
    snap("confirm_bulk", "2<enter>x5");
}

#[test]
fn the_question_before_a_suspension() {
    snap("confirm_one", "ajjj<enter>left us<enter>");
}

#[test]
fn runs() {
    snap("runs", "3");
}

#[test]
fn one_run() {
    snap("run", "3j<enter>");
}

#[test]
fn tenants() {
    snap("tenants", "4");
}

#[test]
fn one_tenant() {
    snap("tenant", "4j<enter>");
}

#[test]
fn the_palette() {
    snap("palette", ":sor");
}

#[test]
fn the_help() {
    snap("help", "?");
}

#[test]
fn plain_output_is_ascii_without_colour() {
    let keymap = Keymap::load(None).unwrap();
    let mut console = Console::with(100, 24, keymap, Look::new(false, false));
    console.send(crate::console::message::Message::Start);
    console.press("f");
    let screen = console.screen();
    let drawn: String = screen
        .chars()
        .filter(|c| "▁▂▃▄▅▆▇█▶▲▼●○›·│┌┐└┘─—".contains(*c))
        .collect();
    assert_eq!(drawn, "");
    assert_snapshot!("plain_100x24", screen);
}

#[test]
fn the_help_lists_exactly_the_live_keys() {
    let keymap = Keymap::with("mine", "sort = [\"o\"]\nreverse = []").unwrap();
    let mut console = Console::with(200, 100, keymap, Look::new(true, true));
    console.send(crate::console::message::Message::Start);
    console.press("?");
    let screen = console.screen();
    let (lines, height) = help_length(&console.state);
    assert!(lines <= height, "the whole help is in view");
    let place = console.state.place();
    let over = Places::MENU.and(Places::FORM).and(Places::CONFIRM);
    for command in Command::ALL {
        let bound = !console.state.keymap.keys(*command).is_empty();
        let here = command.places().meets(place);
        let live = here || (bound && command.places().meets(over));
        assert_eq!(screen.contains(command.title()), live, "{}", command.name());
    }
    for line in [
        "o               Choose the column",
        // What has no key is called by its name.
        ":reverse          Reverse the order",
        ":user suspend     Suspend the account",
    ] {
        assert!(screen.contains(line), "{line}: {screen}");
    }
}

#[test]
fn the_palette_has_every_command_of_every_screen() {
    use crate::console::update::palette::items;
    for screen in ["1", "2", "3", "4", "5", "6", "7"] {
        let mut console = Console::acme(80, 24);
        console.press(screen);
        let all = items(&console.state, "");
        let commands = Command::ALL.iter().copied().filter(|command| {
            command.places().meets(Places::SCREENS) && *command != Command::Palette
        });
        for command in commands {
            let found = all.iter().any(|item| item.title == command.title());
            assert!(found, "{} on {screen}", command.name());
        }
    }
    // One of another screen leads there.
    let mut console = Console::acme(80, 24);
    console.press(":user revoke<enter>");
    assert_eq!(
        console.state.screen,
        crate::console::state::Screen::Invitations
    );
    assert!(console.sent.is_empty());
}

#[test]
fn the_smallest_terminals_draw_something() {
    for width in [1, 2, 3, 5, 9, 14, 22, 39] {
        for height in [1, 2, 3, 4, 6, 9] {
            for keys in ["", "<enter>", "a", ":", "?", "/x", "2<enter>x"] {
                let mut console = Console::new(width, height);
                console.press(keys);
                console.screen();
            }
        }
    }
}

#[test]
fn tabs_have_names_as_long_as_they_fit_and_the_one_shown_its_whole_one() {
    use crate::console::state::Screen;
    for width in 20..=140u16 {
        for (key, here) in ["1", "2", "3", "4", "5", "6", "7"].iter().zip(Screen::ALL) {
            let mut console = Console::new(width, 24);
            console.press(key);
            let screen = console.screen();
            let line = screen.lines().nth(1).unwrap();
            let left = line.split("   ").next().unwrap();
            let left = left.split(" of ").next().unwrap();
            let words = left.split_whitespace().filter(|w| w.len() > 1);
            let words: Vec<&str> = words
                .filter(|w| w.chars().all(char::is_alphabetic))
                .collect();
            let known = |word: &&str| {
                let all = Screen::ALL.iter();
                let mut forms = all.flat_map(|s| (3..=11).map(|columns| s.short(columns)));
                forms.any(|form| form == *word)
            };
            assert!(words.iter().all(known), "{width}: {line}");
            let shown = words.contains(&here.title());
            assert!(shown || width < 40, "{width}: {line}");
            let least = match width {
                64.. => 7,
                60.. => 5,
                _ => 0,
            };
            assert!(words.len() >= least, "{width}: {line}");
        }
    }
}
