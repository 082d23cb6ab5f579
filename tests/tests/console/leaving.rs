//! However the console ends, the terminal is as it was.

use crate::site::{LARGE, SMALL, Site, ready};
use rollcall_tests::{Terminal, TestDaemon, poll};
use std::process::Command;

const UNDRESSED: (bool, bool, bool, bool) = (false, false, false, false);

/// Asserts that the terminal is ours now: else its being given back would prove nothing.
fn borrowed(console: &Terminal) {
    assert_eq!(console.dressed(), (true, true, true, true));
    assert_ne!(console.modes(), console.modes_before());
}

/// Waits for the end, asserts that the terminal was given back and gives the exit code.
fn given_back(console: &mut Terminal) -> u32 {
    let code = console.ended();
    assert_eq!(console.modes(), console.modes_before());
    poll("the terminal to be given back", || {
        (console.dressed() == UNDRESSED).then_some(())
    });
    code
}

fn signal(console: &Terminal, name: &str) {
    let pid = console.pid().to_string();
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &pid])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn keys_and_signals_give_the_terminal_back() {
    let site = Site::new();
    for (way, keys) in [("q", "q"), ("the palette", ":quit\r"), ("Ctrl-C", "\u{3}")] {
        let mut console = site.console(SMALL);
        borrowed(&console);
        console.send(keys);
        assert_eq!(given_back(&mut console), 0, "{way}");
    }
    for (name, code) in [("TERM", 0), ("HUP", 0), ("INT", 130)] {
        let mut console = site.console(LARGE);
        borrowed(&console);
        signal(&console, name);
        assert_eq!(given_back(&mut console), code, "{name}");
    }
}

#[test]
fn a_signal_in_the_middle_of_typing_gives_the_terminal_back() {
    let site = Site::new();
    let mut console = site.console(SMALL);
    console.send("/zo");
    console.shows("1 of 1\n");
    signal(&console, "TERM");
    given_back(&mut console);
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_speaks() {
    let site = Site::new();
    for place in ["task", "loop"] {
        let mut console = site.start("panicking-console", &[place], &[], SMALL);
        ready(&console);
        borrowed(&console);
        console.send("4");
        console.shows("northwind");
        console.send("\r");
        assert_ne!(given_back(&mut console), 0, "{place}");
        let raw = String::from_utf8_lossy(&console.raw()).into_owned();
        let back = raw.find("\u{1b}[?1049l").unwrap();
        let said = raw.find("provoked in ").unwrap();
        assert!(
            back < said,
            "the message was lost with the alternate screen"
        );
        assert!(!raw[said..].contains("\u{1b}[?1049h"), "{place}");
    }
}

#[test]
fn an_error_at_the_start_never_touches_the_terminal() {
    let site = Site::new();
    let nowhere = site.home.path().join("nowhere.sock");
    let args = ["--socket", nowhere.to_str().unwrap()];
    let mut console = site.start("rollcall", &args, &[], SMALL);
    assert_eq!(given_back(&mut console), 8);
    assert!(!console.raw().starts_with(b"\x1b[?1049h"));
    console.shows("nowhere.sock");
}

#[test]
fn the_end_of_the_terminal_ends_the_console() {
    let site = Site::new();
    let mut console = site.console(SMALL);
    console.hang_up();
    console.ended();
    let _ = site.daemon.say(&["status"]).ok();
}

#[test]
fn a_daemon_that_goes_is_a_state_and_one_that_comes_back_too() {
    let site = Site::new();
    let mut console = site.console(SMALL);
    let Site { daemon, .. } = site;
    let dir = daemon.kill();
    console.shows("reconnecting");
    assert!(console.text().contains("Ada Okafor"), "rows stay");
    console.send("a");
    console.shows("actions: not connected.");
    let again = TestDaemon::start_in(dir.path());
    console.shows("● connected");
    console.send("/quill");
    console.shows("1 of 1\n");
    drop(again);
    console.shows("reconnecting");
    console.send("\u{1b}q");
    // Esc ends the search; with the connection gone the console still leaves when asked.
    console.send("\u{3}");
    assert_eq!(given_back(&mut console), 0);
}
