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
fn of_a_held_file_of_several_batches_nothing_stays() {
    let daemon = TestDaemon::start();
    create(&daemon, "acme", "rollcall");
    // 1 % of them is 51; a batch has 5,000 rows.
    let rows = |new: &str, suspended: &dyn Fn(usize) -> bool| {
        let mut file = format!("{HEADER}ada@acme.example,Ada,active,User,,,2025-01-10,\n{new}");
        for n in 0..5_100 {
            let state = match suspended(n) {
                true => "suspended",
                false => "active",
            };
            file.push_str(&format!(
                "p{n}@acme.example,P{n},{state},User,,,2025-01-10,\n"
            ));
        }
        file
    };
    import(&daemon, "people", "acme", &rows("", &|_| false)).ok();
    name_owner(&daemon);

    let before = heads(&daemon);
    let new = "new@acme.example,New,active,User,,,2025-01-10,\n";
    let many = rows(new, &|n| !(30..5_070).contains(&n));
    let held = import(&daemon, "people", "acme", &many);
    assert_eq!(held.code, 6, "{held:?}");
    assert!(
        held.err.contains("people-hold")
            && held.err.contains("60 people")
            && held.err.contains("nothing of it was taken in"),
        "{held:?}"
    );
    assert_eq!(
        heads(&daemon),
        before,
        "the first batch did not go in either"
    );

    let fewer = rows(new, &|n| !(30..5_079).contains(&n));
    let done = import(&daemon, "people", "acme", &fewer).ok().json();
    assert_eq!(
        (&done["added"], &done["changed"]),
        (&json!(1), &json!(51)),
        "{done}"
    );
    assert_eq!(status(&daemon, "p5099@acme.example"), "suspended");
}

/// What a file would do, and then does.
fn beforehand_and_done(daemon: &TestDaemon, what: &str, text: &str) -> (Value, Value) {
    let file = daemon.dir().join(what);
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let counts = |more: &str| {
        let args = ["import", what, file, "--tenant", "acme", "--json", more];
        let mut told = daemon.say(&args).json();
        let told = told.as_object_mut().unwrap();
        told.retain(|name, value| value.is_u64() && name != "losing");
        Value::Object(told.clone())
    };
    (counts("--dry-run"), counts("--yes"))
}

#[test]
fn a_dry_run_of_several_batches_counts_what_the_import_then_does() {
    let daemon = TestDaemon::start();
    create(&daemon, "acme", "rollcall");
    let seats = ["tenant", "set", "acme", "--seats", "300", "--yes"];
    daemon.say(&seats).ok();
    // A small generator: whoever stands in the file twice or more, in other words each time.
    let mut seed = 20_261_123u64;
    let mut roll = |sides: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % sides
    };
    let mut file = String::from("email,first_name,status,roles,team,external_id,manager\n");
    for _ in 0..11_000 {
        let who = roll(600);
        let state = [
            "active",
            "active",
            "suspended",
            "deactivated",
            "invited",
            "asleep",
        ][roll(6)];
        let role = ["User", "Admin", "Viewer", "-", "Wizard"][roll(5)];
        let team = ["", "Sales", "Law", "Tax"][roll(4)];
        let number = match roll(9) {
            0 => format!("x{}", roll(500)),
            _ => String::new(),
        };
        let other = (who + 1) % 600;
        file.push_str(&format!(
            "p{who}@acme.example,P{},{state},{role},{team},{number},p{other}@acme.example\n",
            roll(3)
        ));
    }
    let (would, does) = beforehand_and_done(&daemon, "people", &file);
    assert_eq!(would, does);
    let some = |name: &str| does[name].as_u64().unwrap() > 0;
    for name in ["added", "changed", "unchanged", "conflicts", "refused"] {
        assert!(
            some(name),
            "the file must do something of each sort: {does}"
        );
    }

    let mut events = String::new();
    for n in 0..21_000 {
        // Each event comes again, as a rule in another batch.
        let (id, who) = (n % 10_500, n % 700);
        events.push_str(&format!(
            "{{\"at\":\"2026-03-02T08:00:00Z\",\"user\":\"p{who}@acme.example\",\"kind\":\"sign_in\",\"id\":\"e{id}\"}}\n"
        ));
    }
    let (would, does) = beforehand_and_done(&daemon, "signins", &events);
    assert_eq!(would, does);
    assert!(does["unchanged"].as_u64().unwrap() >= 5_000, "{does}");
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
