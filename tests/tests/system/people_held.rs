//! People files that are held back, shown before they go in, or taken for less than they say.

use super::common::{HEADER, acme, ask, create, heads, import, name_owner, status};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// Ada, and this many people in this state.
fn staff(count: usize, state: &str) -> String {
    let rows = (0..count).map(|n| format!("p{n}@acme.example,P{n},{state},User,,,2025-01-10,\n"));
    format!(
        "{HEADER}ada@acme.example,Ada,active,User,,,2025-01-10,\n{}",
        rows.collect::<String>()
    )
}

#[test]
fn a_file_that_takes_access_from_many_is_held_until_their_number_is_confirmed() {
    let daemon = TestDaemon::start();
    create(&daemon, "acme", "rollcall");
    import(&daemon, "people", "acme", &staff(60, "active")).ok();
    name_owner(&daemon);
    import(&daemon, "people", "acme", &staff(50, "suspended")).ok();
    assert_eq!(status(&daemon, "p49@acme.example"), "suspended", "50 may");
    import(&daemon, "people", "acme", &staff(60, "active")).ok();

    let before = heads(&daemon);
    let held = import(&daemon, "people", "acme", &staff(51, "suspended"));
    assert_eq!(held.code, 6, "{held:?}");
    assert!(
        held.err.contains("people-hold") && held.err.contains("--losing"),
        "{held:?}"
    );
    assert_eq!(heads(&daemon), before, "nothing of it went in");

    let file = daemon.dir().join("many.csv");
    std::fs::write(&file, staff(51, "suspended")).unwrap();
    let losing = |more: &[&str]| {
        let file = file.to_str().unwrap();
        let mut args = vec!["import", "people", file, "--tenant", "acme", "--json"];
        args.extend(more);
        daemon.say(&args)
    };
    let dry = losing(&["--dry-run"]).ok().json();
    assert_eq!((&dry["losing"], &dry["held"]), (&json!(51), &json!(true)));
    assert_eq!(losing(&["--yes", "--losing", "50"]).code, 6);
    assert_eq!(heads(&daemon), before);
    let done = losing(&["--yes", "--losing", "51"]).ok().json();
    assert_eq!(done["changed"], 51, "{done}");
    assert_eq!(status(&daemon, "p50@acme.example"), "suspended");
}

#[test]
fn a_dry_run_shows_each_change_those_of_state_and_roles_first() {
    let daemon = TestDaemon::start();
    let people = "ada@acme.example,Ada,active,User,,,2025-01-10,\n\
        linus@acme.example,Linus,active,User,,,2025-01-10,\n";
    acme(&daemon, people);
    let rows = "new@acme.example,New,active,User,,,2025-01-10,\n\
        ada@acme.example,Augusta,active,-,,,2025-01-10,\n\
        linus@acme.example,Linus,suspended,User,,,2025-01-10,\n";
    let file = daemon.dir().join("dry.csv");
    std::fs::write(&file, format!("{HEADER}{rows}")).unwrap();
    let file = file.to_str().unwrap();
    let args = ["import", "people", file, "--tenant", "acme", "--dry-run"];
    let told = daemon.say(&[&args[..], &["--json"]].concat()).ok().json();
    let lines: Vec<(u64, &str, bool)> = told["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            let new = c["new"].as_bool().unwrap();
            (
                c["line"].as_u64().unwrap(),
                c["email"].as_str().unwrap(),
                new,
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (4, "linus@acme.example", false),
            (2, "new@acme.example", true),
            (3, "ada@acme.example", false)
        ]
    );
    let what = |n: usize| told["changes"][n]["changes"].to_string();
    assert!(what(0).contains("status active → suspended"), "{told}");
    assert!(what(2).contains("first name Ada → Augusta"), "{told}");
    let shown = daemon.say(&args).ok().out;
    let first = shown.find("line 4: linus@acme.example: status active → suspended");
    let then = shown.find("line 3: ada@acme.example: first name Ada → Augusta");
    assert!(first.is_some() && first < then, "{shown}");
}

#[test]
fn a_number_beside_two_addresses_names_nobody() {
    let daemon = TestDaemon::start();
    acme(&daemon, "ada@acme.example,Ada,active,User,,,2025-01-10,\n");
    let file = "email,first_name,employee_id\n\
        bo@acme.example,Bo,N/A\ncy@acme.example,Cy,17\ndee@acme.example,Dee,N/A\n";
    let bring = || {
        let said = import(&daemon, "people", "acme", file);
        assert!(said.err.contains("number-not-unique"), "{said:?}");
        let told: Value = said.json();
        (told["added"].clone(), told["refused"].clone())
    };
    assert_eq!(bring(), (json!(1), json!(2)));
    let before = heads(&daemon);
    assert_eq!(bring(), (json!(0), json!(2)));
    assert_eq!(heads(&daemon), before, "again it changes nothing");
    // One at a time they are no strangers' either.
    let one = |name: &str| {
        let row = format!("email,first_name,employee_id\n{name}@acme.example,{name},N/A\n");
        import(&daemon, "people", "acme", &row)
    };
    assert_eq!(one("bo").ok().json()["added"], 1);
    let other = one("dee");
    assert!(other.err.contains("employee-id-alone"), "{other:?}");
}

#[test]
fn an_identity_provider_confirms_no_order_of_a_vendor() {
    let daemon = TestDaemon::start();
    create(&daemon, "bank", "vendor");
    let people = "ada@bank.example,Ada,active,Owner,,,2025-01-10,\n\
        bo@bank.example,Bo,active,User,,,2025-01-10,\n";
    import(&daemon, "people", "bank", &format!("{HEADER}{people}")).ok();
    ask(
        &daemon,
        "/v1/user/deactivate",
        json!({"user": "bo@bank.example"}),
    );
    let okta = r#"[{"id":"00u2","status":"DEPROVISIONED","lastLogin":null,"profile":{"login":"bo@bank.example","email":"bo@bank.example"}},
        {"id":"00u1","status":"SUSPENDED","lastLogin":null,"profile":{"login":"ada@bank.example","email":"ada@bank.example"}}]"#;
    let told = import(&daemon, "people", "bank", okta).ok().json();
    assert_eq!(
        (&told["confirmed"], &told["changed"], &told["conflicts"]),
        (&json!(0), &json!(2), &json!(1)),
        "{told}"
    );
    let ada = ask(
        &daemon,
        "/v1/user/show",
        json!({"user": "ada@bank.example"}),
    );
    assert_eq!(
        (
            &ada["account"]["status"],
            &ada["account"]["observed_status"]
        ),
        (&json!("active"), &json!("active"))
    );
    let shown = people.replace("Bo,active", "Bo,deactivated");
    let told = import(&daemon, "people", "bank", &format!("{HEADER}{shown}"));
    assert_eq!(
        told.ok().json()["confirmed"],
        1,
        "the vendor's own export does"
    );
}

#[test]
fn no_file_overturns_roles_that_a_person_decided() {
    let daemon = TestDaemon::start();
    let people = "ada@acme.example,Ada,active,User,,,2025-01-10,\n\
        linus@acme.example,Linus,active,User,,,2025-01-10,\n";
    acme(&daemon, people);
    let set = json!({"user": "linus@acme.example", "set": ["admin"]});
    ask(&daemon, "/v1/user/role", set);
    let roles = || {
        let shown = ask(
            &daemon,
            "/v1/user/show",
            json!({"user": "linus@acme.example"}),
        );
        shown["account"]["assignments"][0]["role"].clone()
    };
    let bring = |role: &str| {
        let row = format!("email,roles\nlinus@acme.example,{role}\n");
        import(&daemon, "people", "acme", &row).ok().json()["conflicts"].clone()
    };
    assert_eq!((bring("User"), roles()), (json!(1), json!("admin")));
    assert_eq!((bring("Admin"), roles()), (json!(0), json!("admin")));
    assert_eq!(
        (bring("Viewer"), roles()),
        (json!(0), json!("viewer")),
        "settled"
    );
}
