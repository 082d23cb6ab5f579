//! What accounts own: what an asset file tells, and that the same file twice is no news.

use super::common::{ask, create, heads, import, rollcall_in};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const PEOPLE: &str = "email,status,roles\n\
    ada@acme.example,active,User\n\
    bo@acme.example,active,User\n";

fn acme() -> TestDaemon {
    let daemon = TestDaemon::start();
    create(&daemon, "acme", "rollcall");
    import(&daemon, "people", "acme", PEOPLE).ok();
    daemon
}

fn owns(daemon: &TestDaemon, email: &str) -> Value {
    let body = json!({"tenant": "acme", "owner": email});
    ask(daemon, "/v1/asset/list", body)["counts"].clone()
}

/// The counts that stand at an account.
fn counted(daemon: &TestDaemon, email: &str) -> Value {
    let shown = daemon.say(&["user", "show", email, "--json"]).ok().json();
    shown["account"]["assets"].clone()
}

const ASSETS: &str = "id,kind,state,owner,updated\n\
    e1,envelope,Sent,ada@acme.example,2026-02-01T10:00:00Z\n\
    e2,envelope,completed,ADA@acme.example,\n\
    t1,template,,bo@acme.example,\n\
    k1,api_key,,1-1,\n";

#[test]
fn the_same_file_twice_is_no_news_and_counts_are_kept_in_step() {
    let daemon = acme();
    let before = heads(&daemon);
    let file = daemon.dir().join("dry.csv");
    std::fs::write(&file, ASSETS).unwrap();
    let file = file.to_str().unwrap();
    let dry = daemon
        .say(&[
            "import",
            "assets",
            file,
            "--tenant",
            "acme",
            "--dry-run",
            "--json",
        ])
        .ok()
        .json();
    assert_eq!((&dry["added"], &dry["dry_run"]), (&json!(4), &json!(true)));
    assert_eq!(heads(&daemon), before);

    let first = import(&daemon, "assets", "acme", ASSETS).ok().json();
    assert_eq!(
        (&first["added"], &first["format"]),
        (&json!(4), &json!("csv"))
    );
    assert_eq!(
        owns(&daemon, "ada@acme.example"),
        json!({"active_envelope": 1, "completed_envelope": 1})
    );
    assert_eq!(
        counted(&daemon, "ada@acme.example"),
        json!([1, 1, 0, 0, 0, 0, 0])
    );
    assert_eq!(
        counted(&daemon, "bo@acme.example"),
        json!([0, 0, 0, 1, 0, 0, 1])
    );

    let before = heads(&daemon);
    let again = import(&daemon, "assets", "acme", ASSETS).ok().json();
    assert_eq!(
        (&again["added"], &again["changed"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(4))
    );
    assert_eq!(heads(&daemon), before);

    // An envelope comes to its end and changes hands: both counts follow in the same batch.
    let later = "{\"id\":\"e1\",\"kind\":\"envelope\",\"state\":\"declined\",\"owner\":\"bo@acme.example\"}\n";
    let told = import(&daemon, "assets", "acme", later).ok().json();
    assert_eq!(
        (&told["changed"], &told["format"]),
        (&json!(1), &json!("jsonl"))
    );
    assert_eq!(
        counted(&daemon, "ada@acme.example"),
        json!([0, 1, 0, 0, 0, 0, 0])
    );
    assert_eq!(
        counted(&daemon, "bo@acme.example"),
        json!([0, 1, 0, 1, 0, 0, 1])
    );
    let body = json!({"tenant": "acme", "verb": "import assets"});
    let journal = ask(&daemon, "/v1/audit/list", body);
    assert_eq!(journal["rows"].as_array().unwrap().len(), 2, "{journal}");

    // All of it survives a kill.
    let dir = daemon.kill();
    let daemon = TestDaemon::start_in(dir.path());
    assert_eq!(
        counted(&daemon, "bo@acme.example"),
        json!([0, 1, 0, 1, 0, 0, 1])
    );
    assert_eq!(
        owns(&daemon, "bo@acme.example"),
        json!({"api_key": 1, "completed_envelope": 1, "template": 1})
    );
}

#[test]
fn rows_without_an_owner_or_a_kind_are_set_aside() {
    let daemon = acme();
    let file = daemon.dir().join("odd.csv");
    let text = "id,kind,state,owner\n\
        e1,envelope,sent,ada@acme.example\n\
        e2,envelope,sent,nobody@acme.example\n\
        e3,envelope,dancing,ada@acme.example\n\
        e4,horse,,ada@acme.example\n";
    std::fs::write(&file, text).unwrap();
    let args = [
        "import", "assets", "odd.csv", "--tenant", "acme", "--yes", "--json",
    ];
    let said = rollcall_in(daemon.dir(), &daemon.socket(), &args);
    assert_eq!(said.code, 7, "{said:?}");
    let told = said.json();
    assert_eq!(
        (&told["added"], &told["refused"]),
        (&json!(1), &json!(3)),
        "{told}"
    );
    let aside = std::fs::read_to_string(daemon.dir().join("odd.csv.rejected.csv")).unwrap();
    let mut fields: Vec<&str> = aside
        .lines()
        .skip(1)
        .map(|l| l.split(',').nth(1).unwrap())
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["kind", "owner", "state"], "{aside}");
}

#[test]
fn a_complete_file_marks_gone_what_it_does_not_show() {
    let daemon = acme();
    import(&daemon, "assets", "acme", ASSETS).ok();
    let complete = |text: &str| {
        let file = daemon.dir().join("complete.csv");
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        daemon.say(&[
            "import",
            "assets",
            file,
            "--tenant",
            "acme",
            "--complete",
            "--yes",
            "--json",
        ])
    };
    // A row that cannot be read could have been any asset: nothing is marked gone.
    let said = complete(
        "id,kind,state,owner\ne9,envelope,sent,bo@acme.example\n,template,,bo@acme.example\n",
    );
    assert_eq!(said.code, 7, "{said:?}");
    assert_eq!(
        owns(&daemon, "ada@acme.example"),
        json!({"active_envelope": 1, "completed_envelope": 1})
    );
    // Only the kinds in the file are judged.
    let told = complete("id,kind,state,owner\ne9,envelope,sent,bo@acme.example\n")
        .ok()
        .json();
    assert_eq!(
        (&told["changed"], &told["unchanged"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
    assert_eq!(
        owns(&daemon, "ada@acme.example"),
        json!({"completed_envelope": 1})
    );
    assert_eq!(
        counted(&daemon, "ada@acme.example"),
        json!([0, 1, 0, 0, 0, 0, 0])
    );
    let gone = json!({"tenant": "acme", "owner": "ada@acme.example", "gone": true});
    assert_eq!(ask(&daemon, "/v1/asset/list", gone)["total"], 2);
    // What comes back counts again.
    let today = ASSETS.replace("2026-02-01T10:00:00Z", "");
    import(&daemon, "assets", "acme", &today).ok();
    assert_eq!(
        counted(&daemon, "ada@acme.example"),
        json!([1, 1, 0, 0, 0, 0, 0])
    );
}

#[test]
fn what_went_with_a_deleted_account_does_not_come_back_by_an_older_export() {
    let mut daemon = TestDaemon::simulated("2026-03-01T12:00:00Z");
    let tenant = json!({"name": "sign", "catalog": "esignanywhere", "tz": "UTC", "authority": "rollcall",
        "owner": "ada@sign.example"});
    ask(&daemon, "/v1/tenant/create", tenant);
    let people = "email,first_name,status,roles\n\
        ada@sign.example,Ada,active,power_user\n\
        bo@sign.example,Bo,active,power_user\n";
    import(&daemon, "people", "sign", people).ok();
    let owner = json!({"tenant": "sign", "owner": "ada@sign.example"});
    ask(&daemon, "/v1/tenant/owner-set", owner);
    import(
        &daemon,
        "assets",
        "sign",
        "id,kind,owner\nt1,template,bo@sign.example\n",
    )
    .ok();
    daemon.set_clock("2026-03-06T12:00:00Z");
    ask(
        &daemon,
        "/v1/user/delete",
        json!({"tenant": "sign", "user": "bo@sign.example"}),
    );
    let shown = |day: &str| {
        let file = format!("id,kind,owner,updated\nt1,template,ada@sign.example,{day}T12:00:00Z\n");
        import(&daemon, "assets", "sign", &file);
        let body = json!({"tenant": "sign", "gone": true});
        ask(&daemon, "/v1/asset/list", body)["rows"][0]["asset"]["gone"].clone()
    };
    assert_eq!(shown("2026-03-03"), true);
    assert_eq!(shown("2026-03-07"), false);
}

#[test]
fn what_stays_with_somebody_who_is_deactivated_is_told_before_it_is_done() {
    let daemon = acme();
    import(&daemon, "assets", "acme", ASSETS).ok();
    let before = heads(&daemon);
    let told = |who: &str| {
        let look = ["user", "deactivate", who, "--dry-run"];
        daemon.say(&look).ok().out
    };
    let ada = told("ada@acme.example");
    for part in ["1 active envelope", "rollcall handover start 1-0"] {
        assert!(ada.contains(part), "{part:?}: {ada}");
    }
    let bo = told("bo@acme.example");
    for part in ["1 API key", "rollcall person offboard 1-1"] {
        assert!(bo.contains(part), "{part:?}: {bo}");
    }
    assert_eq!(heads(&daemon), before);
}
