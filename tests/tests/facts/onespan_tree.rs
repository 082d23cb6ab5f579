//! OneSpan Sign: custom roles in sub-accounts, the tree of accounts, features of Production, the former Account Owner.

use super::common::{ask, heads, import, refused};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const PEOPLE: &str = "email,first_name,status,roles,account,mfa\n";

/// A tenant of OneSpan Sign in Production with these people and this owner.
fn bank(daemon: &TestDaemon, name: &str, people: &str) {
    let owner = format!("it@{name}.example");
    ask(
        daemon,
        "/v1/tenant/create",
        json!({"name": name, "catalog": "onespan", "seats": null, "owner": owner, "tz": "Asia/Tokyo", "authority": "rollcall"}),
    );
    let file = format!("{PEOPLE}{owner},It,active,Manager,,enrolled\n{people}");
    let said = import(daemon, "people", name, &file).ok();
    assert_eq!(said.json()["refused"], 0, "{said:?}");
}

/// Names its owner, after which it is in force, and switches sub-accounts on.
fn with_tree(daemon: &TestDaemon, name: &str) {
    let owner = format!("it@{name}.example");
    ask(
        daemon,
        "/v1/tenant/owner-set",
        json!({"tenant": name, "owner": owner}),
    );
    ask(
        daemon,
        "/v1/tenant/set",
        json!({"tenant": name, "enable": ["sub_accounts"]}),
    );
}

fn account(daemon: &TestDaemon, tenant: &str, parent: Option<&str>, name: &str) -> Value {
    let mut body = json!({"tenant": tenant, "kind": "account", "name": name});
    if let Some(parent) = parent {
        body["parent"] = json!(parent);
    }
    ask(daemon, "/v1/scope/create", body)
}

fn scope(daemon: &TestDaemon, tenant: &str, path: &str) -> Value {
    let all = ask(daemon, "/v1/scope/list", json!({"tenant": tenant}));
    let rows = all["rows"].as_array().unwrap();
    let found = rows.iter().find(|row| row["path"] == path);
    found.unwrap_or_else(|| panic!("{path}: {all}")).clone()
}

fn roles(daemon: &TestDaemon, email: &str) -> Value {
    ask(daemon, "/v1/user/show", json!({"user": email}))["account"]["assignments"].clone()
}

/// A refusal that leaves every journal as it was.
fn refuses(daemon: &TestDaemon, path: &str, body: Value, rule: &str) -> Value {
    let before = heads(daemon);
    let (status, error) = refused(daemon, path, body);
    assert_eq!((status, &error["rule"]), (409, &json!(rule)), "{error}");
    assert!(
        !error["hint"].as_str().unwrap_or_default().is_empty(),
        "{error}"
    );
    assert_eq!(heads(daemon), before);
    error
}

/// What the newest entries of a tenant's journal say.
fn newest(daemon: &TestDaemon, tenant: &str) -> String {
    let list = ask(
        daemon,
        "/v1/audit/list",
        json!({"tenant": tenant, "limit": 1}),
    );
    list["rows"][0].to_string()
}

#[test]
fn fact_28_a_custom_role_is_assigned_where_it_is_offered_and_nowhere_else() {
    let daemon = TestDaemon::start();
    bank(&daemon, "bank", "mo@bank.example,Mo,active,Sender,,none\n");
    with_tree(&daemon, "bank");
    for name in ["Retail", "Corporate", "Treasury"] {
        account(&daemon, "bank", None, name);
    }
    ask(
        &daemon,
        "/v1/role/create",
        json!({"tenant": "bank", "id": "closer", "label": "Closer", "grant": ["transaction.transaction"], "offer": ["Retail", "Corporate"]}),
    );
    for place in ["Retail", "Corporate"] {
        let role = format!("closer@{place}");
        ask(
            &daemon,
            "/v1/user/role",
            json!({"user": "mo@bank.example", "add": [role]}),
        );
    }
    let held = roles(&daemon, "mo@bank.example").to_string();
    assert_eq!(held.matches("closer").count(), 2, "{held}");
    for place in ["closer@Treasury", "closer"] {
        refuses(
            &daemon,
            "/v1/user/role",
            json!({"user": "mo@bank.example", "add": [place]}),
            "role-not-offered",
        );
    }
}

#[test]
fn fact_29_three_levels_of_accounts_at_most() {
    let daemon = TestDaemon::start();
    bank(&daemon, "bank", "");
    with_tree(&daemon, "bank");
    // The root account is the parent.
    account(&daemon, "bank", None, "Child");
    let said = daemon.say(&[
        "scope",
        "create",
        "Grandchild",
        "--tenant",
        "bank",
        "--kind",
        "account",
        "--in",
        "Child",
        "--yes",
    ]);
    assert!(said.ok().out.contains("Grandchild"));
    let body = json!({"tenant": "bank", "kind": "account", "name": "Deeper", "parent": "Child/Grandchild"});
    let error = refuses(&daemon, "/v1/scope/create", body, "account-depth");
    assert!(error["what"].to_string().contains('3'), "{error}");
    // A file does not get deeper either.
    let row = "zoe@bank.example,Zoe,active,Sender,Child/Grandchild/Deeper,\n";
    let said = import(&daemon, "people", "bank", &format!("{PEOPLE}{row}"));
    assert!(said.err.contains("level 3"), "{said:?}");
    // Beside the grandchild there is room.
    account(&daemon, "bank", Some("Child"), "Sister");
    assert_eq!(scope(&daemon, "bank", "Child/Sister")["depth"], 2);
    assert!(newest(&daemon, "bank").contains("Sister"));
}

#[test]
fn fact_30_in_production_sub_accounts_are_not_switched_off() {
    let daemon = TestDaemon::start();
    bank(&daemon, "bank", "");
    with_tree(&daemon, "bank");
    let off = json!({"tenant": "bank", "disable": ["sub_accounts"]});
    refuses(&daemon, "/v1/tenant/set", off.clone(), "feature-one-way");
    // Calling Production a sandbox is no way round it.
    let both = json!({"tenant": "bank", "disable": ["production", "sub_accounts"]});
    refuses(&daemon, "/v1/tenant/set", both, "feature-one-way");
    let said = daemon.say(&[
        "tenant",
        "set",
        "bank",
        "--disable",
        "sub_accounts",
        "--yes",
    ]);
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.err.contains("feature-one-way"), "{said:?}");

    // A sandbox may, as long as it has no sub-account.
    bank(&daemon, "sandbox", "");
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "sandbox", "disable": ["production"]}),
    );
    with_tree(&daemon, "sandbox");
    let off = json!({"tenant": "sandbox", "disable": ["sub_accounts"]});
    ask(&daemon, "/v1/tenant/set", off.clone());
    assert!(newest(&daemon, "sandbox").contains("feature sub_accounts off"));
    let again = json!({"tenant": "sandbox", "enable": ["sub_accounts"]});
    ask(&daemon, "/v1/tenant/set", again);
    account(&daemon, "sandbox", None, "Child");
    refuses(&daemon, "/v1/tenant/set", off, "feature-in-use");
}

#[test]
fn fact_31_with_sub_accounts_the_account_owner_becomes_administrator_of_the_root_account() {
    let daemon = TestDaemon::start();
    bank(&daemon, "bank", "mo@bank.example,Mo,active,Sender,,none\n");
    // Still being filled: the owner to be holds less than the root account needs.
    let plain = json!([{"role": "manager", "scope": 0}]);
    assert_eq!(roles(&daemon, "it@bank.example"), plain);
    let dry = json!({"tenant": "bank", "enable": ["sub_accounts"], "dry_run": true});
    let before = heads(&daemon);
    let shown = ask(&daemon, "/v1/tenant/set", dry);
    assert!(
        shown["changes"].to_string().contains("administrator"),
        "{shown}"
    );
    assert_eq!((heads(&daemon), &shown["seq"]), (before, &Value::Null));
    let done = ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "bank", "enable": ["sub_accounts"]}),
    );
    assert!(
        done["warnings"].to_string().contains("no Account Owner"),
        "{done}"
    );
    let shown = ask(&daemon, "/v1/tenant/show", json!({"tenant": "bank"}));
    let plan = &shown["row"]["tenant"]["plan"];
    assert_eq!(plan["settings"]["account_owner"], "none", "{shown}");
    let held = roles(&daemon, "it@bank.example");
    let administrator = json!({"role": "administrator", "scope": 0});
    assert!(held.as_array().unwrap().contains(&administrator), "{held}");
    // At the root: over the users of every sub-account.
    account(&daemon, "bank", None, "Retail");
    let row = "zoe@bank.example,Zoe,active,Sender,Retail,none\n";
    import(&daemon, "people", "bank", &format!("{PEOPLE}{row}")).ok();
    assert_eq!(scope(&daemon, "bank", "Retail")["below"], 1);
    // Nobody else gained anything, and saying it again changes nothing.
    assert_eq!(
        roles(&daemon, "mo@bank.example"),
        json!([{"role": "sender", "scope": 0}])
    );
    let before = heads(&daemon);
    let again = json!({"tenant": "bank", "enable": ["sub_accounts"]});
    assert_eq!(ask(&daemon, "/v1/tenant/set", again)["seq"], Value::Null);
    assert_eq!(heads(&daemon), before);
}

#[test]
fn fact_32_users_stay_in_their_tree_and_all_but_the_time_zone_is_inherited() {
    let daemon = TestDaemon::start();
    for name in ["alpha", "beta"] {
        bank(&daemon, name, "");
        with_tree(&daemon, name);
        account(&daemon, name, None, "Retail");
        account(&daemon, name, None, "Corporate");
    }
    let row = "zoe@alpha.example,Zoe,active,Sender,Retail,none\n";
    import(&daemon, "people", "alpha", &format!("{PEOPLE}{row}")).ok();
    let to = |to: &str| json!({"user": "zoe@alpha.example", "to": to});
    refuses(&daemon, "/v1/user/move", to("beta:Retail"), "tree-move");
    let said = daemon.say(&[
        "user",
        "move",
        "zoe@alpha.example",
        "--to",
        "beta:Corporate",
        "--yes",
    ]);
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.err.contains("tree-move"), "{said:?}");
    // Inside the tree it goes.
    ask(&daemon, "/v1/user/move", to("alpha:Corporate"));
    let corporate = scope(&daemon, "alpha", "Corporate");
    let place = json!([{"role": "sender", "scope": corporate["node"]["id"]}]);
    assert_eq!(roles(&daemon, "zoe@alpha.example"), place);

    let root = json!({"tenant": "alpha", "scope": "/", "settings": {"language": "ja", "branding": "crane", "time_zone": "Asia/Tokyo"}});
    ask(&daemon, "/v1/scope/set", root);
    let made = account(&daemon, "alpha", None, "Osaka");
    assert!(made["warnings"].to_string().contains("UTC"), "{made}");
    let settings = scope(&daemon, "alpha", "Osaka")["settings"].clone();
    let expected = json!({"language": "ja", "branding": "crane", "time_zone": "UTC"});
    assert_eq!(settings, expected);
    let named = json!({"tenant": "alpha", "kind": "account", "name": "Kobe", "settings": {"time_zone": "Asia/Seoul"}});
    let made = ask(&daemon, "/v1/scope/create", named);
    assert_eq!(made["warnings"], json!([]));
    assert_eq!(
        scope(&daemon, "alpha", "Kobe")["settings"]["time_zone"],
        "Asia/Seoul"
    );
}
