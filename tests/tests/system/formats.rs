//! Every format we say we read, through the real programs, as its source writes it.

use super::common::{acme, ask, import};
use rollcall_tests::{Said, TestDaemon};
use serde_json::{Value, json};

const PEOPLE: &str = "ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,\n";

fn account(daemon: &TestDaemon, email: &str) -> Value {
    let shown = ask(daemon, "/v1/user/show", json!({"user": email}));
    shown["account"].clone()
}

fn taken(said: Said, format: &str, added: u64) {
    let told = said.ok().json();
    assert_eq!(
        (&told["format"], &told["added"]),
        (&json!(format), &json!(added)),
        "{told}"
    );
}

/// The fields of an account that matter here.
fn fields(account: &Value, names: [&str; 4]) -> [Value; 4] {
    names.map(|name| account[name].clone())
}

#[test]
fn people_of_our_own_in_csv_and_json_lines() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let csv = "email;first_name;status;roles;mfa;team;language\nbo@acme.example;Bö;active;Viewer;none;Sales;de\n";
    taken(import(&daemon, "people", "acme", csv), "csv", 1);
    let bo = account(&daemon, "bo@acme.example");
    assert_eq!(
        fields(&bo, ["first_name", "mfa", "language", "status"]),
        [json!("Bö"), json!("none"), json!("de"), json!("active")]
    );
    let lines = "{\"email\":\"cy@acme.example\",\"status\":\"invited\",\"roles\":[\"User\"],\"employee_id\":\"17\"}\n\
        {\"email\":\"dee@acme.example\",\"status\":\"active\",\"roles\":\"Admin\",\"end_date\":\"2099-12-31\"}\n";
    taken(import(&daemon, "people", "acme", lines), "jsonl", 2);
    assert_eq!(account(&daemon, "cy@acme.example")["employee_id"], "17");
    let dee = account(&daemon, "dee@acme.example");
    assert_eq!(
        (&dee["end_date"], &dee["assignments"][0]["role"]),
        (&json!("2099-12-31"), &json!("admin"))
    );
}

#[test]
fn people_of_google_okta_and_entra() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let google = "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Org Unit Path [Required],Status [READ ONLY],Last Sign In [READ ONLY],2sv Enrolled [READ ONLY],2sv Enforced [READ ONLY]\n\
        Gus,Google,gus@acme.example,****,/,Archived,2026/02/20 10:11:12,True,False\n";
    taken(import(&daemon, "people", "acme", google), "google", 1);
    let gus = account(&daemon, "gus@acme.example");
    assert_eq!(
        fields(&gus, ["last_name", "status", "mfa", "mfa_source"]),
        [
            json!("Google"),
            json!("deactivated"),
            json!("enrolled"),
            json!("google")
        ]
    );

    let okta = r#"[{"id":"00u1","status":"LOCKED_OUT","created":"2025-01-10T00:00:00.000Z","activated":null,"lastLogin":"2026-02-19T08:00:00.000Z",
        "profile":{"login":"olga@acme.example","email":"olga@acme.example","firstName":"Olga","lastName":"Okta"}},
        {"id":"00u2","status":"DEPROVISIONED","created":"2025-01-10T00:00:00.000Z","lastLogin":null,
        "profile":{"login":"otto@acme.example","email":"otto@acme.example","firstName":"Otto","lastName":"Okta"}}]"#;
    taken(import(&daemon, "people", "acme", okta), "okta", 2);
    let olga = account(&daemon, "olga@acme.example");
    assert_eq!(
        fields(
            &olga,
            ["last_name", "status", "last_sign_in", "external_id"]
        ),
        [
            json!("Okta"),
            json!("active"),
            json!("2026-02-19T08:00:00Z"),
            json!("00u1")
        ]
    );
    assert_eq!(
        account(&daemon, "otto@acme.example")["status"],
        "deactivated"
    );

    let entra = "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,accountEnabled,createdDateTime\n\
        eve@acme.example,Eve Entra,Entra,eve@acme.example,Eve,6f0c,Member,False,2025-01-10T00:00:00Z\n\
        ana_corp.example#EXT#@acme.example,Ana Guest,,,,77aa,Guest,True,2025-01-10T00:00:00Z\n";
    taken(import(&daemon, "people", "acme", entra), "entra", 2);
    let eve = account(&daemon, "eve@acme.example");
    assert_eq!(
        fields(&eve, ["first_name", "status", "kind", "external_id"]),
        [
            json!("Eve"),
            json!("suspended"),
            json!("person"),
            json!("6f0c")
        ]
    );
    assert_eq!(account(&daemon, "ana@corp.example")["kind"], "outsider");
}

#[test]
fn sign_ins_of_our_own_of_okta_and_of_entra() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let last = || account(&daemon, "ada@acme.example")["last_sign_in"].clone();
    let own = r#"{"at":"2026-02-21T08:00:00Z","tenant":"acme","user":"ada@acme.example","kind":"sign_in","id":"a"}"#;
    taken(import(&daemon, "signins", "acme", own), "jsonl", 1);
    assert_eq!(last(), "2026-02-21T08:00:00Z");

    let okta = r#"[{"uuid":"o1","published":"2026-02-22T08:00:00.000Z","eventType":"user.session.start","outcome":{"result":"SUCCESS"},
        "actor":{"id":"00u1","type":"User","alternateId":"ada@acme.example"},"target":null},
        {"uuid":"o2","published":"2026-02-23T08:00:00.000Z","eventType":"user.account.lock","outcome":{"result":"SUCCESS"},
        "actor":{"id":"00u1","type":"User","alternateId":"ada@acme.example"},"target":null}]"#;
    taken(import(&daemon, "signins", "acme", okta), "okta", 1);
    assert_eq!(last(), "2026-02-22T08:00:00Z");

    let entra = r#"{"value":[{"id":"e1","createdDateTime":"2026-02-24T08:00:00Z","userPrincipalName":"ada@acme.example","userId":"x",
        "appDisplayName":"IUSign","isInteractive":true,"status":{"errorCode":0}},
        {"id":"e2","createdDateTime":"2026-02-25T08:00:00Z","userPrincipalName":"ada@acme.example","userId":"x",
        "appDisplayName":"IUSign","isInteractive":true,"status":{"errorCode":50126}}]}"#;
    taken(import(&daemon, "signins", "acme", entra), "entra", 2);
    assert_eq!(last(), "2026-02-24T08:00:00Z", "a failed sign-in is none");
}

#[test]
fn what_is_no_such_file_is_refused_with_the_formats_there_are() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    for (text, advice) in [
        ("a,b,c\n1,2,3\n", "name the format with --format"),
        ("PK\u{3}\u{4}zip", "read as text in UTF-8"),
        ("", "is it the right file"),
    ] {
        let said = import(&daemon, "people", "acme", text);
        assert_eq!(said.code, 2, "{text:?}: {said:?}");
        assert!(said.err.contains(advice), "{text:?}: {said:?}");
    }
}
