//! People files: what is taken, what is set aside, and that the same file twice is no news.

use super::common::{HEADER, acme, ask, create, heads, import, plan, rollcall_in, status};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
";

#[test]
fn rows_that_cannot_be_taken_are_set_aside_without_passwords() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let file = daemon.dir().join("google.csv");
    let text = "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Password Hash Function [UPLOAD ONLY],Org Unit Path [Required],Status [READ ONLY],Last Sign In [READ ONLY],2sv Enrolled [READ ONLY]\n\
        Grace,Hopper,grace@acme.example,hunter2,SHA-1,/,Active,2026/02/20 10:11:12,True\n\
        Broken,Address,not-an-address,hunter3,SHA-1,/,Active,2026/02/20 10:11:12,False\n\
        Odd,State,odd@acme.example,hunter4,SHA-1,/,Dancing,2026/02/20 10:11:12,False\n";
    std::fs::write(&file, text).unwrap();
    let args = [
        "import",
        "people",
        "google.csv",
        "--tenant",
        "acme",
        "--yes",
        "--json",
    ];
    let said = rollcall_in(daemon.dir(), &daemon.socket(), &args);
    assert_eq!(said.code, 7, "{said:?}");
    let told = said.json();
    assert_eq!(
        (
            &told["format"],
            &told["added"],
            &told["refused"],
            &told["rejected_file"]
        ),
        (
            &json!("google"),
            &json!(1),
            &json!(2),
            &json!("google.csv.rejected.csv")
        )
    );
    assert_eq!(status(&daemon, "grace@acme.example"), "active");

    let aside = std::fs::read_to_string(daemon.dir().join("google.csv.rejected.csv")).unwrap();
    let lines: Vec<&str> = aside.lines().collect();
    assert_eq!(lines.len(), 3, "{aside}");
    assert!(lines[0].starts_with("line,field,reason,"), "{aside}");
    assert!(
        lines[1].starts_with("3,email,") && lines[1].contains("not-an-address"),
        "{aside}"
    );
    assert!(
        lines[2].starts_with("4,status,") && lines[2].contains("Dancing"),
        "{aside}"
    );
    assert!(
        !aside.contains("assword") && !aside.contains("SHA-1"),
        "{aside}"
    );
    let everything = format!("{aside}{}{}{}", said.out, said.err, daemon.log());
    assert!(
        !everything.contains("hunter"),
        "a password is told: {everything}"
    );
}

#[test]
fn importing_again_and_looking_beforehand_change_nothing() {
    let daemon = TestDaemon::start();
    create(&daemon, "acme", "rollcall");
    let before = heads(&daemon);
    let file = daemon.dir().join("dry");
    std::fs::write(&file, format!("{HEADER}{PEOPLE}")).unwrap();
    let args = [
        "import",
        "people",
        file.to_str().unwrap(),
        "--tenant",
        "acme",
        "--dry-run",
        "--json",
    ];
    let dry = daemon.say(&args).ok().json();
    assert_eq!((&dry["added"], &dry["dry_run"]), (&json!(2), &json!(true)));
    assert_eq!(heads(&daemon), before);

    let first = import(&daemon, "people", "acme", &format!("{HEADER}{PEOPLE}"))
        .ok()
        .json();
    assert_eq!(first["added"], 2);
    let before = heads(&daemon);
    let again = import(&daemon, "people", "acme", &format!("{HEADER}{PEOPLE}"))
        .ok()
        .json();
    assert_eq!(
        (&again["added"], &again["changed"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(2))
    );
    assert_eq!(heads(&daemon), before);

    let event =
        r#"{"at":"2026-02-21T08:00:00Z","user":"ada@acme.example","kind":"sign_in","id":"e1"}"#;
    assert_eq!(
        import(&daemon, "signins", "acme", event).ok().json()["added"],
        1
    );
    let before = heads(&daemon);
    let again = import(&daemon, "signins", "acme", event).ok().json();
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(heads(&daemon), before);
}

#[test]
fn a_file_names_no_second_owner_and_no_role_that_is_unknown() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let rows = "linus@acme.example,Linus,active,Owner,,,2025-01-10,\n\
        grace@acme.example,Grace,active,Wizard,,,2025-01-10,\n";
    let said = import(&daemon, "people", "acme", &format!("{HEADER}{rows}"));
    assert_eq!(said.code, 7, "{said:?}");
    let told = said.json();
    assert_eq!(
        (&told["conflicts"], &told["refused"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
    for part in [
        "owner is not given by a file",
        "no role",
        "Wizard",
        "use one of: owner, admin, user, viewer",
    ] {
        assert!(said.err.contains(part), "{part:?} is missing: {said:?}");
    }
    let owners = daemon
        .say(&["user", "list", "--role", "owner", "--json"])
        .ok()
        .json();
    assert_eq!(
        (&owners["total"], &owners["rows"][0]["email"]),
        (&json!(1), &json!("ada@acme.example"))
    );
    let unknown = daemon.say(&["user", "show", "grace@acme.example"]);
    assert_eq!(
        unknown.code, 4,
        "a refused row leaves nothing behind: {unknown:?}"
    );
}

#[test]
fn an_import_never_lets_in_whom_an_admin_suspended() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    daemon
        .say(&["user", "suspend", "linus@acme.example", "--yes"])
        .ok();
    let before = heads(&daemon);
    let said = import(&daemon, "people", "acme", &format!("{HEADER}{PEOPLE}")).ok();
    // The other one: ada's owner role, which no file takes.
    assert_eq!(said.json()["conflicts"], 2, "{said:?}");
    assert!(
        said.err
            .contains("the file says active; a person set suspended"),
        "{said:?}"
    );
    assert_eq!(status(&daemon, "linus@acme.example"), "suspended");
    assert_eq!(heads(&daemon), before);
    // Whom a file suspended, a file lets in again.
    let row = |state: &str| format!("{HEADER}moe@acme.example,Moe,{state},User,,,2025-01-10,\n");
    for state in ["suspended", "active"] {
        import(&daemon, "people", "acme", &row(state)).ok();
        assert_eq!(status(&daemon, "moe@acme.example"), state);
    }
}

#[test]
fn an_old_file_is_of_when_it_was_written_and_makes_nothing_fresh() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let file = daemon.dir().join("march.csv");
    let file = file.to_str().unwrap();
    let say = |mfa: &str, more: &[&str]| {
        let text = format!("{HEADER}old@acme.example,Old,active,User,{mfa},,2023-01-10,\n");
        std::fs::write(file, text).unwrap();
        let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        let written = std::fs::File::options().write(true).open(file).unwrap();
        written.set_modified(then).unwrap();
        let args = ["import", "people", file, "--tenant", "acme", "--yes"];
        daemon.say(&[&args[..], more].concat()).ok();
        let shown = daemon.say(&["user", "show", "old@acme.example", "--json"]);
        let account = shown.ok().json()["account"].clone();
        (account["mfa"].clone(), account["mfa_at"].clone())
    };
    let written = (json!("none"), json!("2023-11-14T22:13:20Z"));
    assert_eq!(say("none", &[]), written);
    let head = heads(&daemon);
    assert_eq!(say("none", &[]), written);
    assert_eq!(heads(&daemon), head, "the same file again is no news");
    let told = (json!("enrolled"), json!("2024-03-31T00:00:00Z"));
    assert_eq!(say("enrolled", &["--as-of", "2024-03-31"]), told);
    assert_eq!(say("none", &[]), told);
}

#[test]
fn a_row_that_names_two_roles_is_set_aside_where_an_account_holds_one() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let before = heads(&daemon);
    let two = format!("{HEADER}linus@acme.example,Linus,active,Admin|User,,,,\n");
    let said = import(&daemon, "people", "acme", &two).json();
    assert_eq!(
        (&said["refused"], &said["changed"]),
        (&json!(1), &json!(0)),
        "{said}"
    );
    assert_eq!(heads(&daemon), before);
    let one = format!("{HEADER}linus@acme.example,Linus,active,Admin,,,,\n");
    let said = import(&daemon, "people", "acme", &one).ok().json();
    assert_eq!(said["changed"], 1, "{said}");
}

#[test]
fn a_row_that_is_set_aside_leaves_no_account_of_the_tree_behind() {
    let daemon = TestDaemon::start();
    let body = json!({
        "name": "tree", "catalog": "onespan", "seats": 1, "owner": "ada@tree.example", "tz": "UTC",
        "authority": "rollcall", "features": ["sub_accounts"],
    });
    ask(&daemon, "/v1/tenant/create", body);
    let header = "email,first_name,status,roles,account\n";
    let rows = "ada@tree.example,Ada,active,sender,Europe\nmax@tree.example,Max,active,sender,Europe/Sales\n";
    let said = import(&daemon, "people", "tree", &format!("{header}{rows}")).json();
    assert_eq!(
        (&said["added"], &said["refused"]),
        (&json!(1), &json!(1)),
        "{said}"
    );
    let shown = ask(&daemon, "/v1/scope/list", json!({"tenant": "tree"}));
    let paths = shown["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["path"].as_str());
    assert_eq!(paths.skip(1).collect::<Vec<_>>(), [Some("Europe")]);
    // With a seat for them the same row makes what it names.
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "tree", "seats": "2"}),
    );
    let said = import(&daemon, "people", "tree", &format!("{header}{rows}"))
        .ok()
        .json();
    assert_eq!(said["added"], 1, "{said}");
}

#[test]
fn a_file_that_cannot_be_read_is_refused_with_what_to_do_about_it() {
    let daemon = TestDaemon::start();
    create(&daemon, "acme", "rollcall");
    let dir = daemon.dir();
    let file = |name: &str, bytes: &[u8]| std::fs::write(dir.join(name), bytes).unwrap();
    file("empty", b"");
    file("utf16", b"\xff\xfee\0m\0");
    file("packed", &[0x1f, 0x8b, 8, 0]);
    file("odd", b"foo,bar\n1,2\n");
    file("twice", b"email,email\na@b.example,c@d.example\n");
    std::fs::create_dir(dir.join("folder")).unwrap();
    let before = heads(&daemon);
    for (name, code, said) in [
        ("nowhere", 4, "check the path"),
        ("folder", 2, "hint: name a file in it"),
        ("empty", 2, "rule: file-empty"),
        ("utf16", 2, "rule: file-encoding"),
        ("packed", 2, "rule: file-encoding"),
        ("odd", 2, "rule: file-format"),
        ("twice", 2, "rule: file-columns"),
    ] {
        let args = ["import", "people", name, "--tenant", "acme", "--yes"];
        let told = rollcall_in(dir, &daemon.socket(), &args);
        assert_eq!(told.code, code, "{name}: {told:?}");
        assert!(told.err.contains(said), "{name}: {told:?}");
        let formats = told.err.contains("--format");
        assert_eq!(formats, said.ends_with("file-format"), "{name}: {told:?}");
    }
    assert_eq!(heads(&daemon), before);
}

#[test]
fn columns_between_tabs_are_read_and_a_file_without_rows_is_told() {
    let daemon = TestDaemon::start();
    create(&daemon, "acme", "rollcall");
    let tabs = format!("{HEADER}{PEOPLE}").replace(',', "\t");
    let told = import(&daemon, "people", "acme", &tabs).ok().json();
    assert_eq!(told["added"], 2, "{told}");
    let told = import(&daemon, "people", "acme", HEADER).ok().json();
    assert!(told["notes"].to_string().contains("no rows"), "{told}");
}

#[test]
fn what_was_refused_last_time_does_not_outlive_an_import_that_refuses_nothing() {
    let daemon = TestDaemon::start();
    create(&daemon, "acme", "rollcall");
    let odd = "odd@acme.example,Odd,dancing,User,none,2026-02-20,2025-01-10,\n";
    let bad = import(&daemon, "people", "acme", &format!("{HEADER}{PEOPLE}{odd}"));
    assert_eq!(bad.code, 7, "{bad:?}");
    let aside = daemon.dir().join("people.rejected.csv");
    assert!(aside.exists());
    let good = import(&daemon, "people", "acme", &format!("{HEADER}{PEOPLE}"));
    let told = good.ok().json();
    assert_eq!(told["rejected_removed"], json!(aside), "{told}");
    assert!(!aside.exists());
}

/// The file with the refused rows, mended, as an import of its own.
fn mended(daemon: &TestDaemon, args: &[&str], aside: &str, from: &str, to: &str) -> Value {
    let path = daemon.dir().join(aside);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from:?} is missing in {text}");
    std::fs::write(&path, text.replace(from, to)).unwrap();
    let line: Vec<&str> = ["import", args[0], aside, "--tenant", "acme", "--yes"]
        .iter()
        .chain(&args[1..])
        .chain(&["--json", "--rejected", "again"])
        .copied()
        .collect();
    rollcall_in(daemon.dir(), &daemon.socket(), &line)
        .ok()
        .json()
}

#[test]
fn a_row_that_a_rule_refused_keeps_every_cell_and_means_the_same_once_mended() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let header = "E-Mail,status,roles,kind,mfa,last_login,created,end_date,leave_from,leave_to,manager,department,language,username,sid,Password";
    let cells = "invited,ROLE,service,enrolled,2026-02-20T00:00:00Z,2026-01-10,2027-01-31,2026-05-01,2026-05-14,ada@acme.example,-,fr,greta,S-9,hunter2";
    let text = format!(
        "{header}\n{},{}\nnobody,{}\n",
        "grace@acme.example",
        cells.replace("ROLE", "Wizard"),
        cells.replace("ROLE", "User")
    );
    std::fs::write(daemon.dir().join("p.csv"), text).unwrap();
    let args = [
        "import",
        "people",
        "p.csv",
        "--tenant",
        "acme",
        "--yes",
        "--map",
        "email=E-Mail",
    ];
    assert_eq!(rollcall_in(daemon.dir(), &daemon.socket(), &args).code, 7);
    let aside = std::fs::read_to_string(daemon.dir().join("p.csv.rejected.csv")).unwrap();
    assert!(!aside.contains("hunter2"), "{aside}");
    let visible = header.strip_suffix(",Password").unwrap();
    let visible_cells = cells.strip_suffix(",hunter2").unwrap();
    let lines: Vec<&str> = aside.lines().collect();
    assert_eq!(lines[0], format!("line,field,reason,{visible},other"));
    for (line, email, role) in [(1, "grace@acme.example", "Wizard"), (2, "nobody", "User")] {
        let row = format!("{email},{},", visible_cells.replace("ROLE", role));
        assert!(
            lines[line].ends_with(&row),
            "{row:?} is not the end of {aside}"
        );
    }
    let both = aside.replace("nobody", "nils@acme.example");
    std::fs::write(daemon.dir().join("p.csv.rejected.csv"), both).unwrap();
    let told = mended(
        &daemon,
        &["people", "--map", "email=E-Mail"],
        "p.csv.rejected.csv",
        "Wizard",
        "User",
    );
    assert_eq!(told["added"], 2, "{told}");
    let show = |who: &str| {
        let shown = daemon.say(&["user", "show", who]).ok().out;
        shown.replace(who, "WHO")
    };
    let shown = show("grace@acme.example");
    for part in ["2026-01-10", "2027-01-31", "greta", "S-9", "service"] {
        assert!(shown.contains(part), "{part:?} is missing in {shown}");
    }
}

#[test]
fn an_event_set_aside_keeps_what_it_says_and_can_be_imported_again() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let event = r#"{"at":"2026-02-21T08:00:00Z","user":"ada@acme.example","kind":"activity","count":7,"id":"e1","tenant":"other"}"#;
    std::fs::write(daemon.dir().join("s.jsonl"), event).unwrap();
    let args = ["import", "signins", "s.jsonl", "--tenant", "acme", "--yes"];
    assert_eq!(rollcall_in(daemon.dir(), &daemon.socket(), &args).code, 7);
    let told = mended(
        &daemon,
        &["signins"],
        "s.jsonl.rejected.csv",
        r#"""tenant"":""other"""#,
        r#"""tenant"":""acme"""#,
    );
    assert_eq!(told["added"], 1, "{told}");
    let shown = daemon.say(&["user", "show", "ada@acme.example", "--json"]);
    let ada = shown.ok().json()["account"].clone();
    assert_eq!(ada["last_use"], "2026-02-21T08:00:00Z", "{ada}");
    assert_eq!(
        ada["last_sign_in"], "2026-02-20T00:00:00Z",
        "it is still a use, no sign-in: {ada}"
    );
}

#[test]
fn an_event_of_okta_set_aside_keeps_where_it_came_from_and_can_be_mended() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let event = |id: &str, at: &str| {
        format!(
            "{{\"uuid\":\"{id}\",\"published\":\"{at}\",\"eventType\":\"user.session.start\",\
             \"outcome\":{{\"result\":\"SUCCESS\"}},\"target\":[{{\"id\":\"x\"}}],\
             \"actor\":{{\"id\":\"00u1\",\"type\":\"User\",\"alternateId\":\"ada@acme.example\"}},\
             \"client\":{{\"ipAddress\":\"192.0.2.7\",\"geographicalContext\":{{\"country\":\"Portugal\"}}}}}}\n"
        )
    };
    for (at, wrong) in [
        ("2026-02-21T08:00:00Z", "yesterday"),
        ("2026-02-21T09:00:00Z", "2126-02-21T09:00:00Z"),
    ] {
        std::fs::write(daemon.dir().join("s.jsonl"), event(at, wrong)).unwrap();
        let args = ["import", "signins", "s.jsonl", "--tenant", "acme", "--yes"];
        assert_eq!(rollcall_in(daemon.dir(), &daemon.socket(), &args).code, 7);
        let aside = daemon.dir().join("s.jsonl.rejected.csv");
        let aside = std::fs::read_to_string(aside).unwrap();
        assert!(
            aside.contains("192.0.2.7") && aside.contains("Portugal"),
            "{aside}"
        );
        let told = mended(&daemon, &["signins"], "s.jsonl.rejected.csv", wrong, at);
        assert_eq!(told["added"], 1, "{told}");
        let shown = daemon.say(&["user", "show", "ada@acme.example", "--json"]);
        assert_eq!(shown.ok().json()["account"]["last_sign_in"], at);
    }
}

#[test]
fn sign_ins_are_matched_by_login_name_and_unknown_people_are_named() {
    let daemon = TestDaemon::start();
    acme(&daemon, "ada@acme.example,Ada,active,User,,,2025-01-10,\n");
    let people =
        "email,username\nada@acme.example,ada.b\nbo@acme.example,twin\ncy@acme.example,twin\n";
    import(&daemon, "people", "acme", people).ok();
    let event = |user: &str, kind: &str| {
        format!(
            "{{\"at\":\"2026-02-21T08:00:00Z\",\"user\":\"{user}\",\"kind\":\"{kind}\",\"id\":\"{user}\"}}\n"
        )
    };
    let users = ["ADA.B", "twin", "eve@nowhere.example"];
    let events: String = users.iter().map(|user| event(user, "sign_in")).collect();
    let told = import(&daemon, "signins", "acme", &events).ok().json();
    assert_eq!(
        (&told["added"], &told["unknown"], &told["ignored"]),
        (&json!(1), &json!(2), &json!(0)),
        "two have the login name twin: it names nobody: {told}"
    );
    let notes = told["notes"].to_string();
    assert!(notes.contains("twin, eve@nowhere.example"), "{notes}");
    let ada = ["user", "show", "ada@acme.example", "--json"];
    let ada = daemon.say(&ada).ok().json();
    assert_eq!(ada["account"]["last_use"], "2026-02-21T08:00:00Z");
}

#[test]
fn that_somebody_never_signed_in_is_known_only_where_a_source_says_so() {
    let daemon = TestDaemon::start();
    acme(
        &daemon,
        "ada@acme.example,Ada,active,User,,,2025-01-10,\n\
         never@acme.example,Nev,active,User,,never,2025-01-10,\n",
    );
    for (email, last) in [("ada", json!(null)), ("never", json!("never"))] {
        let email = format!("{email}@acme.example");
        let shown = daemon.say(&["user", "show", &email, "--json"]).ok().json();
        assert_eq!(shown["account"]["last_use"], last, "{shown}");
        assert_eq!(shown["account"]["last_sign_in"], json!(null));
    }
    let plan = plan(&daemon, "inactivity");
    let who = |rows: &str| plan[rows].as_array().unwrap()[0]["email"].clone();
    assert_eq!(
        (plan["total"].as_u64(), who("actions"), who("skipped")),
        (
            Some(1),
            json!("never@acme.example"),
            json!("ada@acme.example")
        ),
        "{plan}"
    );
}
