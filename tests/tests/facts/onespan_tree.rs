//! OneSpan Sign: custom roles in sub-accounts, the tree of accounts, features of Production, the former Account Owner.

use super::common::{ask, import, open_to_others, possible};
use super::given::{begun, bring, member};
use super::world::{
    account, command, command_of, denied, entry_of, holds, journalled, may, may_not, says,
    turned_down, unmoved,
};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// A tenant of OneSpan Sign in Production that is still being filled: it holds the address of the Account Owner to be,
/// and so far is a Manager; mo sends.
fn bank(daemon: &TestDaemon, name: &str) {
    let (owner, mo) = (format!("it@{name}.example"), format!("mo@{name}.example"));
    let people = [(owner.as_str(), "manager", ""), (mo.as_str(), "sender", "")];
    begun(daemon, name, "onespan", 0, &people);
}

/// Names its owner, after which it is in force, and switches sub-accounts on.
fn with_tree(daemon: &TestDaemon, name: &str) {
    let owner = format!("it@{name}.example");
    let owned = json!({"tenant": name, "owner": owner});
    ask(daemon, "/v1/tenant/owner-set", owned);
    let on = json!({"tenant": name, "enable": ["sub_accounts"]});
    ask(daemon, "/v1/tenant/set", on);
}

/// A sub-account at the root.
fn child(daemon: &TestDaemon, tenant: &str, name: &str) -> Value {
    let body = json!({"tenant": tenant, "kind": "account", "name": name});
    ask(daemon, "/v1/scope/create", body)
}

fn scope(daemon: &TestDaemon, tenant: &str, path: &str) -> Value {
    let all = ask(daemon, "/v1/scope/list", json!({"tenant": tenant}));
    let rows = all["rows"].as_array().unwrap();
    let found = rows.iter().find(|row| row["path"] == path);
    found.unwrap_or_else(|| panic!("{path}: {all}")).clone()
}

fn held(daemon: &TestDaemon, email: &str) -> Value {
    account(daemon, email)["assignments"].clone()
}

#[test]
fn fact_28_a_custom_role_is_assigned_where_it_is_offered_and_nowhere_else() {
    if !possible("fact_28", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    bank(&daemon, "bank");
    with_tree(&daemon, "bank");
    for name in ["Retail", "Corporate", "Treasury"] {
        child(&daemon, "bank", name);
    }
    let role = json!({"tenant": "bank", "id": "closer", "label": "Closer", "grant": ["sender_admin.reports"], "offer": ["Retail", "Corporate"]});
    let offered = ["Corporate", "Retail"].map(|p| scope(&daemon, "bank", p)["node"]["id"].clone());
    let offered = format!("offered {}, {}", offered[1], offered[0]);
    let entries = [
        "role \"closer\" created: ",
        "grants sender_admin.reports",
        &offered,
    ];
    let (mo, it) = ("mo@bank.example", "it@bank.example");
    // No Sender's doing: an Administrator creates it and chooses the sub-accounts.
    let sends = member(&daemon, mo);
    denied(
        &daemon,
        &sends,
        "/v1/role/create",
        role.clone(),
        "permission",
    );
    let admin = member(&daemon, it);
    journalled(&daemon, "bank", "role create", &entries, || {
        says(&admin, "/v1/role/create", role)
    });
    let line = "role show closer --tenant bank";
    command_of(&admin, line, 0, &["Retail", "Corporate"]);

    let add = |place: &str| json!({"user": mo, "add": [place]});
    let entry = entry_of(&daemon, mo) + "roles sender → closer@Retail+sender";
    journalled(&daemon, "bank", "user role", &[&entry], || {
        says(&admin, "/v1/user/role", add("closer@Retail"))
    });
    let line = "user role mo@bank.example --add closer@Corporate --yes";
    journalled(&daemon, "bank", "user role", &["closer@Corporate"], || {
        command_of(&admin, line, 0, &["Closer @Corporate"])
    });
    // Not in the third, and not at the root, which would be everywhere.
    for place in ["closer@Treasury", "closer"] {
        let rule = "role-not-offered";
        denied(&daemon, &admin, "/v1/user/role", add(place), rule);
        unmoved(&daemon, || {
            let line = format!("user role {mo} --add {place} --yes");
            command_of(&admin, &line, 6, &["rule: role-not-offered"])
        });
    }
    let there = |path: &str| json!({"scope": path});
    for place in ["Retail", "Corporate"] {
        may(&daemon, mo, "sender_admin.reports", there(place));
    }
    may_not(
        &daemon,
        mo,
        "sender_admin.reports",
        there("Treasury"),
        "scope",
    );
    // A role that is offered everywhere is assigned in the third as well.
    let line = "role create reporter --tenant bank --grant sender_admin.reports --yes";
    command_of(&admin, line, 0, &["reporter"]);
    says(&admin, "/v1/user/role", add("reporter@Treasury"));
    may(&daemon, mo, "sender_admin.reports", there("Treasury"));
}

#[test]
fn fact_29_three_levels_of_accounts_at_most() {
    let daemon = TestDaemon::start();
    bank(&daemon, "bank");
    with_tree(&daemon, "bank");
    // The root account is the parent.
    child(&daemon, "bank", "Child");
    let line = "scope create Grandchild --tenant bank --kind account --in Child --yes";
    command(&daemon, line, 0, &["Grandchild"]);
    let body = json!({"tenant": "bank", "kind": "account", "name": "Deeper", "parent": "Child/Grandchild"});
    let error = turned_down(&daemon, "/v1/scope/create", body, "account-depth");
    holds(&error["what"], &["level 3", "3 levels in all"]);
    unmoved(&daemon, || {
        let line = "scope create Deeper --tenant bank --kind account --in Child/Grandchild --yes";
        command(&daemon, line, 6, &["rule: account-depth"])
    });
    // A file does not get deeper either.
    let file = "email,first_name,status,roles,account\nzoe@bank.example,Zoe,active,sender,Child/Grandchild/Deeper\n";
    let said = import(&daemon, "people", "bank", file);
    assert!(said.err.contains("level 3"), "{said:?}");
    // Beside the grandchild there is room.
    let sister = json!({"tenant": "bank", "kind": "account", "name": "Sister", "parent": "Child"});
    let entries = ["account \"Sister\" created"];
    journalled(&daemon, "bank", "scope create", &entries, || {
        ask(&daemon, "/v1/scope/create", sister)
    });
    assert_eq!(scope(&daemon, "bank", "Child/Sister")["depth"], 2);
}

#[test]
fn fact_30_in_production_sub_accounts_are_not_switched_off() {
    let daemon = TestDaemon::start();
    bank(&daemon, "bank");
    with_tree(&daemon, "bank");
    let off = |tenant: &str| json!({"tenant": tenant, "disable": ["sub_accounts"]});
    let is_on = |tenant: &str, feature: &str| {
        let shown = ask(&daemon, "/v1/feature/list", json!({"tenant": tenant}));
        let rows = shown["rows"].as_array().unwrap();
        rows.iter()
            .any(|row| row["id"] == feature && row["on"] == true)
    };
    assert!(is_on("bank", "production") && is_on("bank", "sub_accounts"));
    turned_down(&daemon, "/v1/tenant/set", off("bank"), "feature-one-way");
    // Calling Production a sandbox is no way round it.
    let both = json!({"tenant": "bank", "disable": ["production", "sub_accounts"]});
    turned_down(&daemon, "/v1/tenant/set", both, "feature-one-way");
    let line = "tenant set bank --disable sub_accounts --yes";
    unmoved(&daemon, || {
        command(&daemon, line, 6, &["rule: feature-one-way"])
    });
    assert!(is_on("bank", "sub_accounts"));

    // A sandbox may, as long as it has no sub-account.
    bank(&daemon, "sandbox");
    let sandbox = json!({"tenant": "sandbox", "disable": ["production"]});
    ask(&daemon, "/v1/tenant/set", sandbox);
    with_tree(&daemon, "sandbox");
    assert!(!is_on("sandbox", "production") && is_on("sandbox", "sub_accounts"));
    let entries = ["tenant sandbox: feature sub_accounts off"];
    journalled(&daemon, "sandbox", "tenant set", &entries, || {
        ask(&daemon, "/v1/tenant/set", off("sandbox"))
    });
    assert!(!is_on("sandbox", "sub_accounts"));
    let on = "tenant set sandbox --enable sub_accounts --yes";
    command(&daemon, on, 0, &["feature sub_accounts on"]);
    child(&daemon, "sandbox", "Child");
    turned_down(&daemon, "/v1/tenant/set", off("sandbox"), "feature-in-use");
}

#[test]
fn fact_31_with_sub_accounts_the_account_owner_becomes_administrator_of_the_root_account() {
    let daemon = TestDaemon::start();
    bank(&daemon, "bank");
    let (it, mo) = ("it@bank.example", "mo@bank.example");
    // Before: an Account Owner, who has no rights over users.
    let owner = || {
        let shown = ask(&daemon, "/v1/tenant/show", json!({"tenant": "bank"}));
        shown["row"]["tenant"]["plan"]["settings"]["account_owner"].clone()
    };
    assert_eq!(owner(), Value::Null);
    may_not(&daemon, it, "user.administer", json!({}), "permission");
    let on = json!({"tenant": "bank", "enable": ["sub_accounts"]});
    let mut dry = on.clone();
    dry["dry_run"] = json!(true);
    let shown = unmoved(&daemon, || ask(&daemon, "/v1/tenant/set", dry));
    holds(&json!(shown["changes"].to_string()), &["Administrator"]);

    let entries = [
        "tenant bank: feature sub_accounts on; account_owner none → \"none\"".to_owned(),
        entry_of(&daemon, it) + "roles manager → administrator+manager",
        "the Account Owner became administrator of the root account".to_owned(),
    ];
    let entries = entries.each_ref().map(String::as_str);
    let done = journalled(&daemon, "bank", "tenant set", &entries, || {
        ask(&daemon, "/v1/tenant/set", on.clone())
    });
    holds(&json!(done["warnings"].to_string()), &["no Account Owner"]);
    assert_eq!(owner(), "none");
    let administrator = json!({"role": "administrator", "scope": 0});
    let roles = held(&daemon, it);
    assert!(
        roles.as_array().unwrap().contains(&administrator),
        "{roles}"
    );

    // At the root, so over the users of every sub-account: each right by its name.
    child(&daemon, "bank", "Retail");
    bring(&daemon, "bank", &[("zoe@bank.example", "sender", "Retail")]);
    let opened = ask(
        &daemon,
        "/v1/session/open",
        json!({"user": it, "scope": "Retail"}),
    );
    let mut rights: Vec<&str> = opened["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p.as_str().unwrap())
        .collect();
    rights.sort_unstable();
    assert_eq!(rights, ADMINISTRATOR, "{opened}");
    let retail = json!({"scope": "Retail"});
    may(&daemon, it, "user.administer", retail.clone());
    may(&daemon, it, "sub_account.create", retail.clone());
    let line = |user: &str| format!("can {user} user.administer --scope Retail");
    command(&daemon, &line(it), 0, &["yes"]);

    // Nobody else gained anything, and saying it again changes nothing.
    assert_eq!(held(&daemon, mo), json!([{"role": "sender", "scope": 0}]));
    may_not(&daemon, mo, "user.administer", retail, "permission");
    command(&daemon, &line(mo), 5, &["permission"]);
    unmoved(&daemon, || ask(&daemon, "/v1/tenant/set", on));
    // Another feature leaves the Account Owner what they are.
    bank(&daemon, "plain");
    let other = json!({"tenant": "plain", "disable": ["production"]});
    ask(&daemon, "/v1/tenant/set", other);
    assert_eq!(
        held(&daemon, "it@plain.example"),
        json!([{"role": "manager", "scope": 0}])
    );
}

/// What an Administrator may do, by name: everything but acting on other users' transactions.
const ADMINISTRATOR: [&str; 23] = [
    "groups.group_signing_management",
    "sender_admin.api_access",
    "sender_admin.custom_fields",
    "sender_admin.customization",
    "sender_admin.data_management",
    "sender_admin.event_notification",
    "sender_admin.notary",
    "sender_admin.reports",
    "sender_admin.role",
    "sender_admin.security_settings",
    "sender_admin.self_serve_account_settings",
    "sender_admin.sub_account_management",
    "sender_admin.subscription",
    "sender_admin.users",
    "templates_layouts.apply_layouts",
    "templates_layouts.save_layouts",
    "templates_layouts.share_layouts",
    "templates_layouts.share_templates",
    "templates_layouts.templates",
    "transaction.change_signer",
    "transaction.delegation_visibility",
    "transaction.in_person",
    "transaction.transaction",
];

#[test]
fn fact_32_users_stay_in_their_tree() {
    let daemon = TestDaemon::start();
    for name in ["alpha", "beta"] {
        bank(&daemon, name);
        with_tree(&daemon, name);
        child(&daemon, name, "Retail");
        child(&daemon, name, "Corporate");
    }
    let zoe = "zoe@alpha.example";
    bring(&daemon, "alpha", &[(zoe, "sender", "Retail")]);
    let to = |to: &str| json!({"user": zoe, "to": to});
    for place in ["beta:Retail", "beta:Corporate", "beta:/"] {
        turned_down(&daemon, "/v1/user/move", to(place), "tree-move");
    }
    unmoved(&daemon, || {
        let line = "user move zoe@alpha.example --to beta:Corporate --yes";
        command(&daemon, line, 6, &["rule: tree-move"])
    });
    let place = |path: &str| scope(&daemon, "alpha", path)["node"]["id"].clone();
    let retail = json!([{"role": "sender", "scope": place("Retail")}]);
    assert_eq!(held(&daemon, zoe), retail);
    // Inside the tree it goes.
    let entry = entry_of(&daemon, zoe) + "roles sender@Retail → sender@Corporate";
    journalled(&daemon, "alpha", "user move", &[&entry], || {
        ask(&daemon, "/v1/user/move", to("alpha:Corporate"))
    });
    let corporate = json!([{"role": "sender", "scope": place("Corporate")}]);
    assert_eq!(held(&daemon, zoe), corporate);
    command(
        &daemon,
        "user move zoe@alpha.example --to Retail --yes",
        0,
        &["Retail"],
    );
}

#[test]
fn fact_32_all_but_the_time_zone_is_inherited() {
    let daemon = TestDaemon::start();
    bank(&daemon, "alpha");
    with_tree(&daemon, "alpha");
    let root = json!({"tenant": "alpha", "scope": "/", "settings": {"language": "ja", "branding": "crane", "time_zone": "Asia/Tokyo"}});
    ask(&daemon, "/v1/scope/set", root);
    let entries = ["account \"Osaka\" created"];
    let made = journalled(&daemon, "alpha", "scope create", &entries, || {
        child(&daemon, "alpha", "Osaka")
    });
    holds(&json!(made["warnings"].to_string()), &["time zone", "UTC"]);
    let settings = |path: &str| scope(&daemon, "alpha", path)["settings"].clone();
    let expected = json!({"language": "ja", "branding": "crane", "time_zone": "UTC"});
    assert_eq!(settings("Osaka"), expected);
    command(
        &daemon,
        "scope list --tenant alpha",
        0,
        &["Osaka", "time_zone=UTC", "language=ja"],
    );
    // A zone of its own is kept; what the root changes later comes down, its zone does not.
    let line = "scope create Kobe --tenant alpha --kind account --set time_zone=Asia/Seoul --yes";
    let said = command(&daemon, line, 0, &["Kobe"]);
    assert!(!said.out.contains("UTC"), "{said:?}");
    assert_eq!(settings("Kobe")["time_zone"], "Asia/Seoul");
    let root = json!({"tenant": "alpha", "scope": "/", "settings": {"language": "ko", "time_zone": "Asia/Tokyo"}});
    let entries = ["language \"ja\" → \"ko\""];
    journalled(&daemon, "alpha", "scope set", &entries, || {
        ask(&daemon, "/v1/scope/set", root)
    });
    let after = json!({"language": "ko", "branding": "crane", "time_zone": "UTC"});
    assert_eq!(settings("Osaka"), after);
}

#[test]
fn no_change_of_a_scope_leaves_a_tenant_without_an_owner_who_may_do_anything() {
    let daemon = TestDaemon::start();
    bank(&daemon, "bank");
    with_tree(&daemon, "bank");
    let only = |roles: Value| json!({"tenant": "bank", "scope": "/", "roles": roles});
    let error = turned_down(
        &daemon,
        "/v1/scope/set",
        only(json!(["sender"])),
        "owner-holder",
    );
    holds(&error["what"], &["administrator"]);
    unmoved(&daemon, || {
        let line = "scope set / --tenant bank --role sender --yes";
        command(&daemon, line, 6, &["rule: owner-holder"])
    });
    let both = only(json!(["sender", "administrator"]));
    ask(&daemon, "/v1/scope/set", both);
    may(
        &daemon,
        "it@bank.example",
        "sender_admin.reports",
        json!({}),
    );

    // An organisation's only owner is held there and nowhere else.
    let people = [("olga@house.example", "ORG_USER", "")];
    begun(&daemon, "house", "ignisign", 0, &people);
    let acme = json!({"tenant": "house", "kind": "organisation", "name": "Acme"});
    ask(&daemon, "/v1/scope/create", acme);
    let ora = [("ora@house.example", "ORG_OWNER", "Acme")];
    bring(&daemon, "house", &ora);
    let owned = json!({"tenant": "house", "owner": "ora@house.example"});
    ask(&daemon, "/v1/tenant/owner-set", owned);
    for state in ["archived", "blocked"] {
        let body = json!({"tenant": "house", "scope": "Acme", "state": state});
        turned_down(&daemon, "/v1/scope/set", body, "owner-holder");
    }
}
