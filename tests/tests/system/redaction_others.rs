//! Where others' entries name who is redacted: an owner of earlier, a binding of earlier, a manager; and what stays is told.

use super::common::{ask, heads, import, journal, name_owner, refused};
use super::redaction::{redact, sound, stop, traces};
use rollcall_tests::{TestDaemon, daemon};
use serde_json::{Value, json};

const PEOPLE: &str = "\
email,first_name,last_name,status,roles,manager,employee_id
ada@acme.example,Ada,Okafor,active,User,,1
zaphodine@acme.example,Zaphodine,Beeblebrox,active,User,,2
linus@acme.example,Linus,Ferreira,active,User,zaphodine@acme.example,3
grace@acme.example,Grace,Lindqvist,active,User,zaphodine@acme.example,4
";

fn bind(daemon: &TestDaemon, person: &str) {
    let line = [
        "operator", "bind", "daemon", "--person", person, "--role", "auditor", "--yes",
    ];
    daemon.say(&line).ok();
}

/// A tenant made for somebody else than who owns it, whom everybody reported to, and who was an operator.
fn known_everywhere(daemon: &TestDaemon) {
    let line = [
        "tenant",
        "create",
        "acme",
        "--catalog",
        "iusign",
        "--seats",
        "100",
        "--owner",
        "zaphodine@acme.example",
        "--authority",
        "rollcall",
        "--yes",
    ];
    daemon.say(&line).ok();
    import(daemon, "people", "acme", PEOPLE).ok();
    name_owner(daemon);
    bind(daemon, "zaphodine@acme.example");
    daemon
        .say(&[
            "user",
            "edit",
            "linus@acme.example",
            "--manager",
            "ada@acme.example",
            "--yes",
        ])
        .ok();
    daemon
        .say(&["user", "deactivate", "zaphodine@acme.example", "--yes"])
        .ok();
}

fn id_of(daemon: &TestDaemon, user: &str) -> String {
    let shown = ask(daemon, "/v1/user/show", json!({"user": user}));
    shown["row"]["id"].as_str().unwrap().to_owned()
}

fn seq_of(daemon: &TestDaemon, verb: &str) -> Value {
    journal(daemon, verb)[0]["seq"].clone()
}

#[test]
fn a_redacted_person_goes_from_what_was_said_of_others_and_of_the_tenant() {
    let dir = daemon::directory();
    let daemon = TestDaemon::start_in(dir.path());
    known_everywhere(&daemon);
    let store = daemon.store();
    let user = id_of(&daemon, "zaphodine@acme.example");
    let bound = refused(&daemon, "/v1/user/redact", redact(&user, true));
    assert_eq!(
        (bound.0, &bound.1["rule"]),
        (409, &json!("redaction-bound"))
    );
    assert!(
        bound.1.to_string().contains("operator unbind daemon"),
        "{bound:?}"
    );
    // Bound anew to somebody else, who stays known.
    bind(&daemon, "linus@acme.example");

    let before = heads(&daemon);
    let preview = ask(&daemon, "/v1/user/redact", redact(&user, true)).to_string();
    for word in ["2 accounts", "manager", "settings", "bindings of 1 OS user"] {
        assert!(preview.contains(word), "{word}: {preview}");
    }
    assert_eq!(heads(&daemon), before, "a preview writes nothing");
    let done = ask(&daemon, "/v1/user/redact", redact(&user, false));
    assert_eq!(traces(&store), [""; 0], "{done}");
    let backup = daemon.dir().join("nightly");
    daemon
        .say(&["backup", "create", backup.to_str().unwrap()])
        .ok();
    assert_eq!(traces(&backup), [""; 0]);
    let audited = daemon.say(&["audit", "list", "--limit", "1000", "--json"]);
    let audited = audited.out.to_lowercase();
    assert!(!audited.contains("zaphodine"), "{audited}");
    let check = |daemon: &TestDaemon| {
        let show = |user: &str| ask(daemon, "/v1/user/show", json!({"user": user}));
        let (linus, grace) = (show("linus@acme.example"), show("grace@acme.example"));
        assert_eq!(linus["account"]["manager"], "ada@acme.example", "{linus}");
        assert_eq!(linus["row"]["name"], "Linus Ferreira");
        assert_eq!(grace["row"]["name"], "Grace Lindqvist");
        assert!(
            grace["account"]["manager"]
                .as_str()
                .unwrap_or_default()
                .is_empty(),
            "{grace}"
        );
        let operators = daemon.say(&["operator", "list", "--json"]).ok().out;
        assert!(operators.contains("linus@acme.example"), "{operators}");
        let tenant = daemon.say(&["tenant", "show", "acme", "--json"]).ok().out;
        assert!(tenant.contains("ada@acme.example"), "{tenant}");
        daemon.say(&["audit", "verify"]).ok();
    };
    check(&daemon);
    stop(daemon);
    assert_eq!(traces(&store), [""; 0]);
    sound(&store);
    check(&TestDaemon::start_in(dir.path()));
}

#[test]
fn what_a_redaction_must_leave_is_told_place_by_place() {
    let daemon = TestDaemon::start();
    known_everywhere(&daemon);
    daemon.say(&["operator", "unbind", "daemon", "--yes"]).ok();
    let assets =
        "id,kind,state,owner\nzaphodine@acme.example/1,completed_envelope,done,ada@acme.example\n";
    import(&daemon, "assets", "acme", assets).ok();
    let line = [
        "user",
        "suspend",
        "grace@acme.example",
        "--reason",
        "Zaphodine Beeblebrox says so",
        "--yes",
    ];
    daemon.say(&line).ok();
    let user = id_of(&daemon, "zaphodine@acme.example");
    let told = ask(&daemon, "/v1/user/redact", redact(&user, true));
    let told = told["warnings"].as_array().unwrap().clone();
    let says = |what: &str, verb: &str| {
        let seq = seq_of(&daemon, verb);
        let place = format!("acme {seq}");
        let line = told
            .iter()
            .find(|line| line.as_str().unwrap().contains(what));
        let line = line.unwrap_or_else(|| panic!("{what}: {told:?}"));
        let places = line.as_str().unwrap();
        let places = &places[places.find('(').unwrap()..=places.find(')').unwrap()];
        let places: Vec<&str> = places.trim_matches(['(', ')']).split(", ").collect();
        assert!(places.contains(&place.as_str()), "{place}: {line}");
    };
    says("an asset's id", "import assets");
    says("a reason noted at somebody else", "user suspend");
    says("the fingerprint of a request", "import people");
    assert!(
        !told.iter().any(|line| line.to_string().contains("OS user")),
        "{told:?}"
    );
}
