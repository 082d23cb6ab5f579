//! What passes on with an address, and what does not: sessions, delegations in a vendor's hands, things of who is deleted.

use super::common::{ask, import, refused};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// A tenant with ada, who will own it, and people with a role; `authority` says whose the power is.
fn tenant(
    daemon: &TestDaemon,
    name: &str,
    catalog: &str,
    authority: &str,
    people: &[(&str, &str)],
) {
    let owner = format!("ada@{name}.example");
    let made = json!({"name": name, "catalog": catalog, "seats": null, "owner": owner, "tz": "UTC",
        "authority": authority});
    ask(daemon, "/v1/tenant/create", made);
    let vendor = authority == "vendor";
    let top = match (catalog, vendor) {
        (_, false) => people[0].1,
        ("iusign", true) => "Owner",
        (_, true) => "Administrator",
    };
    let mut file = format!("email,first_name,status,roles\n{owner},Ada,active,{top}\n");
    for (who, role) in people {
        file.push_str(&format!("{who}@{name}.example,{who},active,{role}\n"));
    }
    import(daemon, "people", name, &file).ok();
    if !vendor {
        let named = json!({"tenant": name, "owner": owner});
        ask(daemon, "/v1/tenant/owner-set", named);
    }
}

fn open(daemon: &TestDaemon, user: &str) -> Value {
    ask(daemon, "/v1/session/open", json!({"user": user}))
}

/// How a session stands, asked with the account that opening it gave, and by the address alone.
fn stand(daemon: &TestDaemon, user: &str, opened: &Value) -> [String; 2] {
    let mut by_id = json!({"user": user, "manifest": opened["manifest"], "id": opened["id"]});
    let standing = |body: &Value| {
        let checked = ask(daemon, "/v1/session/check", body.clone());
        checked["standing"].as_str().unwrap().to_owned()
    };
    let first = standing(&by_id);
    by_id.as_object_mut().unwrap().remove("id");
    [first, standing(&by_id)]
}

/// What is to be done, of the orders on their way.
fn todo(daemon: &TestDaemon, tenant: &str) -> Vec<String> {
    let orders = ask(daemon, "/v1/order/list", json!({"tenant": tenant}));
    let rows = orders["rows"].as_array().unwrap().iter();
    rows.map(|row| row["todo"].as_str().unwrap().to_owned())
        .collect()
}

fn both(word: &str) -> [String; 2] {
    [word.to_owned(), word.to_owned()]
}

#[test]
fn a_session_of_who_is_gone_is_nobodys_who_gets_the_address() {
    let daemon = TestDaemon::start();
    tenant(
        &daemon,
        "acme",
        "esignanywhere",
        "rollcall",
        &[("pia", "power_user")],
    );
    let pia = "pia@acme.example";
    let role = json!({"user": pia, "add": ["administrator"]});
    ask(&daemon, "/v1/user/role", role);
    let old = open(&daemon, pia);
    assert_eq!(stand(&daemon, pia, &old), both("good"));
    let gone = json!({"user": pia, "assets_unknown": true});
    ask(&daemon, "/v1/user/delete", gone);
    let invited = json!({"tenant": "acme", "email": [pia], "roles": ["administrator"],
        "first_name": "Pia", "last_name": "Other"});
    ask(&daemon, "/v1/user/invite", invited);
    ask(&daemon, "/v1/user/accept", json!({"user": pia}));
    assert_eq!(stand(&daemon, pia, &old), both("ended"));
    // Whoever has the address now has sessions of their own, known either way.
    let new = open(&daemon, pia);
    assert_ne!(new["id"], old["id"]);
    assert_eq!(stand(&daemon, pia, &new), both("good"));
    let manifest = old["manifest"].to_string();
    let id = old["id"].as_str().unwrap();
    let check = ["session", "check", pia, "--manifest", &manifest, "--id", id];
    let said = daemon.say(&check);
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.out.contains("ended"), "{said:?}");
}

#[test]
fn a_session_of_an_account_that_went_into_a_tree_has_ended() {
    let daemon = TestDaemon::start();
    for name in ["bank", "branch"] {
        tenant(&daemon, name, "onespan", "rollcall", &[("mo", "Sender")]);
    }
    let mo = "mo@branch.example";
    let old = open(&daemon, mo);
    let trees = json!({"tenant": "bank", "enable": ["sub_accounts"]});
    ask(&daemon, "/v1/tenant/set", trees);
    let convert = json!({"tenant": "branch", "into": "bank"});
    ask(&daemon, "/v1/tenant/convert", convert);
    assert_eq!(stand(&daemon, mo, &old), both("ended"));
    let new = open(&daemon, mo);
    assert_eq!(stand(&daemon, mo, &new), both("good"));
}

#[test]
fn who_acts_for_a_leaver_is_told_to_the_vendor_and_so_is_the_end() {
    let daemon = TestDaemon::start();
    let people = [("lea", "Sender"), ("bob", "Sender"), ("cat", "Sender")];
    tenant(&daemon, "span", "onespan", "vendor", &people);
    let [lea, bob, cat] = ["lea", "bob", "cat"].map(|name| format!("{name}@span.example"));
    let owned = format!("id,kind,state,owner\ne1,envelope,sent,{lea}\n");
    import(&daemon, "assets", "span", &owned).ok();
    let features = json!({"tenant": "span", "enable": ["delegation"]});
    ask(&daemon, "/v1/tenant/set", features);
    let file = |lea: &str| {
        format!(
            "email,first_name,status,roles\nada@span.example,Ada,active,Administrator\n\
             lea@span.example,lea,{lea},Sender\nbob@span.example,bob,active,Sender\n\
             cat@span.example,cat,active,Sender\n"
        )
    };
    // Locked at the vendor, as its file shows.
    import(&daemon, "people", "span", &file("suspended")).ok();
    let delegation = json!({"user": lea, "delegate": bob, "until": "2199-01-01T00:00:00Z"});
    ask(&daemon, "/v1/delegation/set", delegation);
    let acts = |who: &str| format!("let {who} act for {lea} from ");
    let told = |who: &str| {
        let all = todo(&daemon, "span");
        all.iter().filter(|t| t.starts_with(&acts(who))).count()
    };
    assert_eq!((told(&bob), told(&cat)), (1, 0));
    // An end that has passed is no hand-over.
    let past = json!({"user": lea, "to": cat, "until": "2020-01-01T00:00:00Z"});
    let (_, error) = refused(&daemon, "/v1/handover/start", past);
    assert_eq!(error["rule"], "delegation-dates", "{error}");
    let start = json!({"user": lea, "to": cat});
    let row = ask(&daemon, "/v1/handover/start", start);
    assert_eq!(
        (told(&bob), told(&cat)),
        (0, 1),
        "{:?}",
        todo(&daemon, "span")
    );
    let undo = json!({"tenant": "span", "id": row["handover"]["id"]});
    ask(&daemon, "/v1/handover/undo", undo);
    assert_eq!(
        (told(&bob), told(&cat)),
        (0, 0),
        "{:?}",
        todo(&daemon, "span")
    );

    // Offboarding names the delegate by an order, and the vendor is told when a file shows the leaver at work again.
    let leaves = json!({"person": lea, "end": "suspend", "successor": cat});
    let steps = ask(&daemon, "/v1/person/offboard", leaves);
    assert!(steps["steps"][0]["refused"].is_null(), "{steps}");
    assert_eq!(told(&cat), 1, "{:?}", todo(&daemon, "span"));
    daemon
        .say(&["order", "export", "--tenant", "span", "--yes"])
        .ok();
    import(&daemon, "people", "span", &file("active")).ok();
    let ends = format!("end the delegation of {lea} to {cat}");
    let all = todo(&daemon, "span");
    assert!(all.contains(&ends), "{all:?}");
}

#[test]
fn what_is_handed_over_at_a_deletion_counts_once_the_vendor_shows_it() {
    let daemon = TestDaemon::start();
    let people = [("pia", "Power User"), ("pol", "Power User")];
    tenant(&daemon, "sign", "esignanywhere", "vendor", &people);
    let [pia, pol] = ["pia", "pol"].map(|name| format!("{name}@sign.example"));
    let owned = |who: &str| {
        format!(
            "id,kind,state,owner\ne1,envelope,sent,{who}\ne2,envelope,sent,{who}\n\
             e3,envelope,completed,{who}\n"
        )
    };
    import(&daemon, "assets", "sign", &owned(&pia)).ok();
    let counts = |who: &str| {
        let shown = ask(
            &daemon,
            "/v1/user/show",
            json!({"user": who, "tenant": "sign"}),
        );
        let counts = shown["account"]["assets"].as_array().cloned();
        let counts = counts.unwrap_or_default();
        let at = |i: usize| counts.get(i).and_then(Value::as_u64).unwrap_or(0);
        (at(0), at(1))
    };
    let delete = json!({"user": pia, "successor": pol});
    ask(&daemon, "/v1/user/delete", delete);
    assert_eq!((counts(&pia), counts(&pol)), ((2, 1), (0, 0)));
    let order = todo(&daemon, "sign")
        .into_iter()
        .find(|t| t.starts_with("set status to deleted"));
    let order = order.unwrap();
    for part in ["active envelope, completed envelope", &pol] {
        assert!(order.contains(part), "{order}");
    }
    import(&daemon, "assets", "sign", &owned(&pol)).ok();
    assert_eq!((counts(&pia), counts(&pol)), ((0, 0), (2, 1)));
}

#[test]
fn nobody_takes_over_whom_nobody_named() {
    let daemon = TestDaemon::start();
    let people = [("lea", "User"), ("vic", "Viewer"), ("mo", "User")];
    tenant(&daemon, "acme", "iusign", "rollcall", &people);
    let tier = json!({"tenant": "acme", "tier": "enterprise"});
    ask(&daemon, "/v1/tenant/set", tier);
    let owned = "id,kind,state,owner\ne1,envelope,sent,lea@acme.example\n";
    import(&daemon, "assets", "acme", owned).ok();
    let leaves = |to: &str| json!({"person": "lea@acme.example", "successor": to});
    let steps = ask(&daemon, "/v1/person/offboard", leaves("vic@acme.example"));
    let refusal = &steps["steps"][0]["refused"];
    assert_eq!(refusal["rule"], "successor-entitled", "{steps}");
    assert!(
        refusal["hint"].as_str().unwrap().contains("--no-handover"),
        "{steps}"
    );
    assert_eq!(super::common::status(&daemon, "lea@acme.example"), "active");
    let steps = ask(&daemon, "/v1/person/offboard", leaves("mo@acme.example"));
    assert!(steps["steps"][0]["refused"].is_null(), "{steps}");
    // Somebody whose access has ended needs nothing.
    let suspend = json!({"person": "lea@acme.example", "end": "suspend"});
    let steps = ask(&daemon, "/v1/person/offboard", suspend);
    assert!(steps["steps"][0]["refused"].is_null(), "{steps}");
}
