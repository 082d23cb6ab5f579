//! Two people files of different sources that contradict each other: none overturns the other, and a setting says whose
//! word counts.

use super::common::{HEADER, acme, heads, import, status};
use rollcall_tests::{Said, TestDaemon};
use serde_json::{Value, json};

const LINUS: &str = "linus@acme.example";

fn own(daemon: &TestDaemon, state: &str) -> Said {
    let row = format!("{LINUS},Linus,{state},User,,,2025-01-10,\n");
    import(daemon, "people", "acme", &format!("{HEADER}{row}"))
}

fn google(daemon: &TestDaemon, state: &str) -> Said {
    let file = format!(
        "First Name [Required],Last Name [Required],Email Address [Required],Org Unit Path [Required],Status [READ ONLY]\n\
         Linus,,{LINUS},/,{state}\n"
    );
    import(daemon, "people", "acme", &file)
}

/// What was reported of a file that changed nothing.
fn told(daemon: &TestDaemon, file: impl Fn(&TestDaemon) -> Said) -> String {
    let before = heads(daemon);
    let said = file(daemon).ok();
    assert_eq!(heads(daemon), before, "{said:?}");
    assert_eq!(said.json()["conflicts"], 1, "{said:?}");
    said.err
}

fn shown(daemon: &TestDaemon) -> Value {
    let show = ["tenant", "show", "acme", "--json"];
    daemon.say(&show).ok().json()["row"]["tenant"]["sources"].clone()
}

fn set(daemon: &TestDaemon, source: &str, more: &[&str]) -> Said {
    let set = ["tenant", "set", "acme", "--source", source, "--yes"];
    daemon.say(&[&set[..], more].concat())
}

#[test]
fn two_sources_do_not_overturn_each_other_and_a_setting_says_which_one_counts() {
    let daemon = TestDaemon::start();
    let people = format!(
        "ada@acme.example,Ada,active,User,,,2025-01-10,\n{LINUS},Linus,active,User,,,2025-01-10,\n"
    );
    acme(&daemon, &people);
    let conflict = told(&daemon, |d| google(d, "Suspended"));
    for part in [
        "field-source",
        "rollcall tenant set acme --source status=file",
    ] {
        assert!(conflict.contains(part), "{part}: {conflict}");
    }
    assert_eq!(status(&daemon, LINUS), "active");
    own(&daemon, "suspended").ok();
    told(&daemon, |d| google(d, "Active"));
    assert_eq!(status(&daemon, LINUS), "suspended");

    let before = heads(&daemon);
    let dry = set(&daemon, "status=google", &["--dry-run"]).ok().out;
    assert!(dry.contains("source of status not set → google"), "{dry}");
    assert_eq!((heads(&daemon), shown(&daemon)), (before, Value::Null));
    for (wrong, known) in [
        ("shoes=google", "status, roles, mfa"),
        ("status=bamboo", "google, okta, entra"),
    ] {
        let said = set(&daemon, wrong, &[]);
        assert_eq!(said.code, 6, "{said:?}");
        assert!(
            said.err.contains("tenant-source") && said.err.contains(known),
            "{said:?}"
        );
    }
    set(&daemon, "status=google", &[]).ok();
    assert_eq!(shown(&daemon), json!({"status": "google"}));
    let page = daemon.say(&["tenant", "show", "acme"]).ok().out;
    assert!(page.contains("status google"), "{page}");

    google(&daemon, "Active").ok();
    assert_eq!(status(&daemon, LINUS), "active");
    let conflict = told(&daemon, |d| own(d, "suspended"));
    assert!(
        conflict.contains("by setting only google tells it"),
        "{conflict}"
    );
    assert_eq!(status(&daemon, LINUS), "active");
    set(&daemon, "status=", &[]).ok();
    assert_eq!(shown(&daemon), Value::Null);
}
