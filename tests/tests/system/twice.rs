//! Several rows of one file about one account: they add to each other, and a later one contradicts none before it.

use super::common::{HEADER, accounts, acme, create, heads, import, name_owner, status};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// What the file of rows set aside says behind its header.
fn aside(daemon: &TestDaemon) -> Vec<String> {
    let text = std::fs::read_to_string(daemon.dir().join("people.rejected.csv")).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

const TWINS: &str = "\
ada@acme.example,Ada,active,User,,,,
twin@acme.example,Twin,suspended,User,,,,
twin@acme.example,Twin,active,Admin,,,,
";

#[test]
fn of_two_rows_that_contradict_each_other_the_later_is_set_aside_each_time() {
    let daemon = TestDaemon::start();
    create(&daemon, "acme", "rollcall");
    let text = format!("{HEADER}{TWINS}");
    let file = daemon.dir().join("people");
    std::fs::write(&file, &text).unwrap();
    let args = [
        "import",
        "people",
        file.to_str().unwrap(),
        "--tenant",
        "acme",
    ];
    let dry = daemon
        .say(&[&args[..], &["--dry-run", "--json"]].concat())
        .json();
    assert_eq!(
        (&dry["added"], &dry["changed"], &dry["refused"]),
        (&json!(2), &json!(0), &json!(1))
    );

    let said = import(&daemon, "people", "acme", &text);
    assert_eq!(said.code, 7, "{said:?}");
    let told = said.json();
    assert_eq!(
        (&told["added"], &told["changed"], &told["refused"]),
        (&json!(2), &json!(0), &json!(1))
    );
    let aside_then = aside(&daemon);
    assert!(aside_then[0].starts_with("4,row-twice,"), "{aside_then:?}");
    assert!(
        aside_then[0].contains("otherwise of this account: status, roles"),
        "{aside_then:?}"
    );
    assert!(
        aside_then[0].contains("twin@acme.example"),
        "{aside_then:?}"
    );
    assert_eq!(status(&daemon, "twin@acme.example"), "suspended");

    name_owner(&daemon);
    let before = heads(&daemon);
    let again = import(&daemon, "people", "acme", &text).json();
    assert_eq!(
        (&again["changed"], &again["refused"]),
        (&json!(0), &json!(1)),
        "{again}"
    );
    assert_eq!((heads(&daemon), aside(&daemon)), (before, aside_then));
}

#[test]
fn rows_far_apart_contradict_each_other_as_well() {
    let daemon = TestDaemon::start();
    acme(&daemon, "ada@acme.example,Ada,active,User,,,,\n");
    let mut rows = "twin@acme.example,Anna,active,User,,,,\n".to_owned();
    // More than one batch holds.
    for n in 0..5_000 {
        rows.push_str(&format!("p{n}@acme.example,P,active,User,,,,\n"));
    }
    rows.push_str("TWIN@acme.example,Carla,active,User,,,,\n");
    let text = format!("{HEADER}{rows}");
    let told = import(&daemon, "people", "acme", &text).json();
    assert_eq!(
        (&told["added"], &told["refused"]),
        (&json!(5_001), &json!(1)),
        "{told}"
    );
    let before = heads(&daemon);
    let again = import(&daemon, "people", "acme", &text).json();
    assert_eq!(
        (&again["changed"], &again["refused"]),
        (&json!(0), &json!(1)),
        "{again}"
    );
    assert_eq!(heads(&daemon), before);
    assert!(aside(&daemon)[0].starts_with("5003,row-twice,"));
}

const PLACED: &str = "email,first_name,status,roles,account\n";

/// A vendor's tenant with sub-accounts, in which these rows were shown.
fn tree(rows: &str) -> TestDaemon {
    let daemon = TestDaemon::start();
    let create = [
        "tenant",
        "create",
        "bank",
        "--catalog",
        "onespan",
        "--seats",
        "10000",
        "--owner",
        "ada@bank.example",
        "--authority",
        "vendor",
        "--yes",
    ];
    daemon.say(&create).ok();
    let ada = "ada@bank.example,Ada,active,Administrator,\n";
    import(&daemon, "people", "bank", &format!("{PLACED}{ada}{rows}")).ok();
    daemon
}

fn sub(status: [&str; 2]) -> String {
    format!(
        "sub@bank.example,Sub,{},Sender,Retail\nsub@bank.example,Sub,{},Manager,Corp\n",
        status[0], status[1]
    )
}

#[test]
fn rows_of_several_places_are_one_word_on_the_account() {
    let rows = sub(["active", "active"]);
    let daemon = tree(&rows);
    let shown = daemon
        .say(&["user", "show", "sub@bank.example", "--json"])
        .ok()
        .json();
    let roles = shown["account"]["assignments"].as_array().unwrap().len();
    assert_eq!(roles, 2, "{shown}");
    let before = heads(&daemon);
    let again = import(&daemon, "people", "bank", &format!("{PLACED}{rows}"))
        .ok()
        .json();
    assert_eq!(
        (&again["changed"], &again["unchanged"]),
        (&json!(0), &json!(2)),
        "{again}"
    );
    assert_eq!(heads(&daemon), before);
    // The same place with another role, and a row of all places, are other words.
    for more in [
        "sub@bank.example,Sub,active,Manager,Retail\n",
        "sub@bank.example,Sub,active,Sender,\n",
    ] {
        let told = import(&daemon, "people", "bank", &format!("{PLACED}{rows}{more}")).json();
        assert_eq!(
            (&told["changed"], &told["refused"]),
            (&json!(0), &json!(1)),
            "{more}: {told}"
        );
        assert_eq!(heads(&daemon), before, "{more}");
    }
}

fn orders(daemon: &TestDaemon) -> Vec<Value> {
    let args = [
        "order",
        "list",
        "--tenant",
        "bank",
        "--state",
        "open,confirmed",
        "--json",
    ];
    let rows = daemon.say(&args).ok().json()["rows"]
        .as_array()
        .unwrap()
        .clone();
    rows.iter()
        .map(|row| row["order"]["state"].clone())
        .collect()
}

#[test]
fn a_file_that_contradicts_itself_confirms_no_order() {
    let daemon = tree(&sub(["active", "active"]));
    daemon
        .say(&["user", "suspend", "sub@bank.example", "--yes"])
        .ok();
    let text = format!("{PLACED}{}", sub(["suspended", "active"]));
    let told = import(&daemon, "people", "bank", &text).json();
    assert_eq!(
        (&told["confirmed"], &told["refused"]),
        (&json!(0), &json!(1)),
        "{told}"
    );
    assert_eq!(orders(&daemon), ["open"]);

    // Far apart: what the first row confirmed is on its way again.
    let mut text = format!("{PLACED}sub@bank.example,Sub,suspended,Sender,Retail\n");
    for n in 0..5_000 {
        text.push_str(&format!("p{n}@bank.example,P,active,Sender,Retail\n"));
    }
    text.push_str("sub@bank.example,Sub,active,Manager,Corp\n");
    let said = import(&daemon, "people", "bank", &text);
    assert!(
        said.err
            .contains("this one says otherwise: it is open again"),
        "{said:?}"
    );
    assert_eq!(orders(&daemon), ["open"]);

    // Every row shows it.
    let text = format!("{PLACED}{}", sub(["suspended", "suspended"]));
    let told = import(&daemon, "people", "bank", &text).ok().json();
    assert_eq!(
        told["confirmed"], 1,
        "once, however many rows show it: {told}"
    );
    assert_eq!(orders(&daemon), ["confirmed"]);
    assert_eq!(accounts(&daemon, "bank").len(), 5_002);
}
