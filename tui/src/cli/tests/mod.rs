//! Command lines from their arguments to their exit code, against a daemon that gives canned answers.

mod changes;
mod files;
mod reads;

use super::fake::{Fake, streams};
use super::*;
use rollcall_shared::wire::Verb;

fn parse(line: &str) -> Result<Cli, clap::error::ErrorKind> {
    let words = std::iter::once("rollcall").chain(line.split_whitespace());
    Cli::try_parse_from(words).map_err(|e| e.kind())
}

#[test]
fn the_definition_holds_together() {
    command().debug_assert();
}

#[test]
fn plurals_are_taken_and_not_shown() {
    for line in [
        "users list",
        "tenants list",
        "sweeps list",
        "runs list",
        "policies list",
        "audits list",
        "operators list",
        "orders list",
        "drifts",
        "backups verify f",
        "imports people f --tenant t",
        "roles list --tenant t",
        "catalogs list",
        "sessions open 1-1",
        "permissions preview 1-1",
    ] {
        assert!(parse(line).is_ok(), "{line}");
    }
    let help = command().render_long_help().to_string();
    assert!(help.contains("user ") && !help.contains("users"), "{help}");
}

#[test]
fn a_number_below_what_may_be_is_told_what_may_be() {
    for (line, told) in [
        (
            "tenant create acme --catalog iusign --owner ana@a.example --seats -3",
            "give a whole number, 0 or more",
        ),
        ("user list --limit -1", "give a whole number from 1 to 1000"),
        ("user list --offset -1", "give a whole number, 0 or more"),
        ("audit list --limit 0", "give a whole number, 1 or more"),
        (
            "import people f --tenant t --losing -5",
            "give a whole number, 0 or more",
        ),
        ("handover undo acme -2", "give a whole number, 1 or more"),
        ("demo --users -7", "give a whole number from 1 to 5000000"),
    ] {
        let line = format!("rollcall {line}");
        let refused = command().try_get_matches_from(line.split(' ')).unwrap_err();
        let text = refused.to_string();
        assert!(text.contains(told), "{line}: {text}");
        assert!(!text.contains("invalid digit"), "{line}: {text}");
    }
}

#[test]
fn options_stand_only_where_they_work() {
    use clap::error::ErrorKind::{
        ArgumentConflict, MissingRequiredArgument, UnknownArgument, ValueValidation,
    };
    for (line, kind) in [
        ("user list --json --csv", ArgumentConflict),
        ("user list --all --limit 5", ArgumentConflict),
        (
            "user list --never-signed-in --last-sign-in-to 2026-01-01",
            ArgumentConflict,
        ),
        ("user list --scope legal", MissingRequiredArgument),
        ("user list --last-sign-in-to yesterday", ValueValidation),
        ("user list --limit 1001", ValueValidation),
        ("user show 1-1 --csv", UnknownArgument),
        ("user suspend 1-1 --jsonl", UnknownArgument),
        ("demo --json", UnknownArgument),
        ("status --csv", UnknownArgument),
        ("sweep run mfa --plan 0123456789", MissingRequiredArgument),
        ("audit list --before 7", MissingRequiredArgument),
        ("policy set mfa --tenant t", MissingRequiredArgument),
        ("status --embedded --store s --socket x", ArgumentConflict),
        ("can 1-1", MissingRequiredArgument),
        ("catalog show", MissingRequiredArgument),
        ("catalog show iusign --tenant t", ArgumentConflict),
        ("session check 1-1", MissingRequiredArgument),
    ] {
        assert_eq!(parse(line).map(|_| ()), Err(kind), "{line}");
    }
}

#[test]
fn filters_reach_the_query() {
    let line = "user list --status active,invited --flag idle --mfa none --sort -last_sign_in \
                --last-sign-in-from 2026-01-01 --last-sign-in-to 90d --tenant t --scope legal --limit 7 --offset 9";
    let Some(Noun::User(user::UserCommand::List(list))) = parse(line).unwrap().command else {
        panic!("not a list");
    };
    insta::assert_snapshot!(serde_json::to_string_pretty(&list.query()).unwrap(), @r#"
    {
      "tenant": "t",
      "scope": "legal",
      "status": [
        "active",
        "invited"
      ],
      "mfa": [
        "none"
      ],
      "last_sign_in_from": "2026-01-01",
      "last_sign_in_to": "90 days",
      "never_signed_in": false,
      "flag": [
        "idle"
      ],
      "sort": "last_sign_in",
      "descending": true,
      "offset": 9,
      "limit": 7
    }
    "#);
}

#[tokio::test]
async fn no_daemon_is_exit_8_and_says_how_to_start_one() {
    for noun in [&["user", "list"][..], &[]] {
        let (streams, shown) = streams("");
        let line = ["rollcall", "--socket", "/nonexistent/s"]
            .iter()
            .chain(noun);
        assert_eq!(execute(line.map(OsString::from), streams).await, 8);
        assert_eq!(shown.out(), "");
        assert!(shown.err().contains("rollcalld --store"), "{}", shown.err());
    }
}

#[tokio::test]
async fn version_and_help_go_to_standard_output() {
    for (args, code, out) in [
        (vec!["--version"], 0, true),
        (vec!["user", "list", "--help"], 0, true),
        (vec!["user", "lisst"], 2, false),
        (vec!["user"], 2, false),
    ] {
        let (streams, shown) = streams("");
        let line = ["rollcall"]
            .into_iter()
            .chain(args.clone())
            .map(OsString::from);
        assert_eq!(execute(line, streams).await, code, "{args:?}");
        assert_eq!(!shown.out().is_empty(), out, "{args:?}");
        assert_eq!(shown.err().is_empty(), out, "{args:?}");
    }
}

#[test]
fn every_command_shows_an_example() {
    fn check(command: &clap::Command, path: &str) {
        for sub in command.get_subcommands() {
            let path = format!("{path} {}", sub.get_name());
            if sub.has_subcommands() {
                check(sub, &path);
            } else {
                let after = sub
                    .get_after_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(after.contains(&path), "{path} shows no example of itself");
            }
        }
    }
    check(&command(), "rollcall");
}

#[test]
fn a_noun_is_listed_with_every_verb_it_has_and_each_example_can_be_typed() {
    fn check(command: &clap::Command, path: &str) {
        for sub in command.get_subcommands() {
            let path = format!("{path} {}", sub.get_name());
            if sub.has_subcommands() {
                let about = sub.get_about().unwrap().to_string();
                let (_, listed) = about.rsplit_once(": ").unwrap();
                let listed: Vec<&str> = listed.split(", ").collect();
                let verbs: Vec<&str> = sub.get_subcommands().map(|v| v.get_name()).collect();
                assert_eq!(listed, verbs, "{path}");
                check(sub, &path);
            }
            for option in sub.get_arguments() {
                let format = ["json", "jsonl", "csv", "plain"].contains(&option.get_id().as_str());
                let below = option.get_help_heading() == Some("Output");
                assert!(format || !below, "{path}: {}", option.get_id());
            }
        }
    }
    check(&command(), "rollcall");
}

#[tokio::test]
async fn options_without_a_meaning_here_are_refused() {
    let fake = Fake::start();
    assert_eq!(fake.run(&["status", "--store", "x"]).await.0, 2);
    assert_eq!(fake.run(&["--tenant", "t", "user", "list"]).await.0, 2);
    assert_eq!(fake.run(&["status", "--embedded"]).await.0, 2);
    assert_eq!(fake.run(&["demo"]).await.0, 2, "a socket was given");
    assert_eq!(
        fake.run(&["backup", "restore", "f", "--yes"]).await.0,
        2,
        "no store"
    );
    assert_eq!(fake.asked(), []);
}

/// Standard output whose reader has gone.
struct Gone;

impl std::io::Write for Gone {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_reader_that_left_is_quiet() {
    for args in [["completions", "bash"], ["user", "--help"]] {
        let (mut streams, shown) = streams("");
        streams.out = Box::new(Gone);
        let line = ["rollcall"].into_iter().chain(args).map(OsString::from);
        assert_eq!(execute(line, streams).await, 0);
        assert_eq!(shown.err(), "");
    }
}
