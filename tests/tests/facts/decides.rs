//! What the vendors' permissions, features and scopes decide: sub-accounts, delegates, settings, seats, owners, sessions.

use crate::common::{ask, open_to_others, possible};
use crate::given::{acme, assets, bring, member, tenant};
use crate::world::{account, denied, holds, may, may_not, says, standing, turned_down, unmoved};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// An account of OneSpan Sign with the sub-accounts East and West: ada administers it, cleo holds the custom role `desk`.
fn bank(daemon: &TestDaemon, grants: &[&str]) {
    let people = [
        ("ada@bank.example", "Administrator"),
        ("mo@bank.example", "Manager"),
        ("sam@bank.example", "Sender"),
        ("sue@bank.example", "Sender"),
    ];
    tenant(daemon, "bank", "onespan", 0, &people);
    let on = json!({"tenant": "bank", "enable": ["sub_accounts"]});
    ask(daemon, "/v1/tenant/set", on);
    for name in ["East", "West"] {
        let body = json!({"tenant": "bank", "kind": "account", "name": name});
        ask(daemon, "/v1/scope/create", body);
    }
    let role = json!({"tenant": "bank", "id": "desk", "grant": grants});
    ask(daemon, "/v1/role/create", role);
    bring(daemon, "bank", &[("cleo@bank.example", "desk", "")]);
}

#[test]
fn sub_accounts_are_made_by_who_holds_the_permission_for_them() {
    if !possible("sub_accounts_are_made", &[]) {
        return;
    }
    let make = json!({"tenant": "bank", "kind": "account", "name": "North"});
    for (grant, made) in [
        ("sender_admin.self_serve_account_settings", false),
        ("sender_admin.sub_account_management", true),
        ("sender_admin.sub_account_management:root_account", true),
    ] {
        let (_dir, daemon) = open_to_others();
        bank(&daemon, &[grant]);
        let cleo = member(&daemon, "cleo@bank.example");
        if made {
            says(&cleo, "/v1/scope/create", make.clone());
        } else {
            denied(
                &daemon,
                &cleo,
                "/v1/scope/create",
                make.clone(),
                "permission",
            );
        }
    }
}

#[test]
fn a_delegate_for_a_locked_user_is_named_by_who_holds_the_permission_and_by_everybody_for_themselves()
 {
    if !possible("a_delegate_for_a_locked_user", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    bank(&daemon, &["transaction.delegation_visibility"]);
    let (sam, until) = ("sam@bank.example", "2100-01-01T00:00:00Z");
    let name =
        |user: &str, delegate: &str| json!({"user": user, "delegate": delegate, "until": until});
    let own = member(&daemon, sam);
    says(&own, "/v1/delegation/set", name(sam, "sue@bank.example"));
    ask(&daemon, "/v1/user/suspend", json!({"user": sam}));
    // Nobody else's: without the permission, and for managers while there are sub-accounts.
    let sue = member(&daemon, "sue@bank.example");
    let error = denied(
        &daemon,
        &sue,
        "/v1/delegation/set",
        name(sam, "mo@bank.example"),
        "delegate-by",
    );
    holds(&error["hint"], &["transaction.delegation_visibility"]);
    let mo = member(&daemon, "mo@bank.example");
    let error = denied(
        &daemon,
        &mo,
        "/v1/delegation/set",
        name(sam, "mo@bank.example"),
        "delegate-by",
    );
    holds(&error["what"], &["Manager", "sub_accounts"]);
    let cleo = member(&daemon, "cleo@bank.example");
    says(&cleo, "/v1/delegation/set", name(sam, "mo@bank.example"));
}

#[test]
fn an_address_added_at_one_sub_account_keeps_its_roles_elsewhere() {
    let daemon = TestDaemon::start();
    bank(&daemon, &["sender_admin.reports"]);
    let zoe = "zoe@bank.example";
    bring(&daemon, "bank", &[(zoe, "manager", "East")]);
    let give = json!({"user": zoe, "add": ["sender@West"]});
    ask(&daemon, "/v1/user/role", give);
    let again = json!({"tenant": "bank", "email": [zoe], "roles": ["manager"], "scope": "West"});
    ask(&daemon, "/v1/user/invite", again);
    let held = account(&daemon, zoe)["assignments"].clone();
    let scopes: Vec<(&str, u64)> = held
        .as_array()
        .unwrap()
        .iter()
        .map(|a| (a["role"].as_str().unwrap(), a["scope"].as_u64().unwrap()))
        .collect();
    assert_eq!(scopes, [("manager", 1), ("manager", 2)], "{held}");
}

#[test]
fn a_session_is_stale_when_scopes_or_features_change_what_roles_give() {
    let daemon = TestDaemon::start();
    bank(&daemon, &["sender_admin.reports"]);
    let ada = "ada@bank.example";
    let open = || ask(&daemon, "/v1/session/open", json!({"user": ada}));
    let changes: [(&str, Value); 6] = [
        (
            "scope",
            json!({"tenant": "bank", "scope": "East", "roles": ["sender"]}),
        ),
        (
            "scope",
            json!({"tenant": "bank", "scope": "East", "state": "blocked"}),
        ),
        (
            "scope",
            json!({"tenant": "bank", "scope": "East", "settings": {"sharing": "off"}}),
        ),
        (
            "scope",
            json!({"tenant": "bank", "scope": "East", "parent": "West"}),
        ),
        (
            "tenant",
            json!({"tenant": "bank", "disable": ["delegation"]}),
        ),
        (
            "tenant",
            json!({"tenant": "bank", "enable": ["delegation"]}),
        ),
    ];
    for (noun, body) in changes {
        let opened = open();
        assert_eq!(standing(&daemon, ada, &opened)["standing"], "good");
        ask(&daemon, &format!("/v1/{noun}/set"), body.clone());
        assert_eq!(
            standing(&daemon, ada, &opened)["standing"],
            "stale",
            "{body}"
        );
    }
    // What is only called or bought otherwise changes nobody's rights; a start remembers all of it.
    let opened = open();
    let name = json!({"tenant": "bank", "scope": "West", "name": "Far West", "settings": {"branding": "crane"}});
    ask(&daemon, "/v1/scope/set", name);
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "bank", "seats": "90"}),
    );
    let kept = daemon.kill();
    let daemon = TestDaemon::start_in(kept.path());
    assert_eq!(standing(&daemon, ada, &opened)["standing"], "good");
}

#[test]
fn an_admin_sets_what_holds_for_the_tenant_and_its_owner_what_was_bought() {
    if !possible("an_admin_sets", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let lock = |value: &str| json!({"tenant": "acme", "settings": {"identity_lock": value}});
    let path = "/v1/tenant/set";
    let uma = member(&daemon, "uma@acme.example");
    denied(&daemon, &uma, path, lock("on"), "permission");
    let ann = member(&daemon, "ann@acme.example");
    says(&ann, path, lock("on"));
    let mut both = lock("off");
    both["seats"] = json!("20");
    denied(&daemon, &ann, path, both.clone(), "permission");
    for bought in [
        json!({"tenant": "acme", "tier": "growth"}),
        json!({"tenant": "acme", "disable": ["signing_groups"]}),
    ] {
        denied(&daemon, &ann, path, bought, "permission");
    }
    let ada = member(&daemon, "ada@acme.example");
    says(&ada, path, both);
}

#[test]
fn without_its_feature_a_group_opens_nothing() {
    let daemon = TestDaemon::start();
    acme(&daemon, 10);
    let (linus, uma) = ("linus@acme.example", "uma@acme.example");
    let set =
        json!({"tenant": "acme", "kind": "signing_group", "name": "Closers", "add": [linus, uma]});
    ask(&daemon, "/v1/group/set", set);
    let shared = json!({"kind": "document", "owner": uma, "groups": ["Closers"]});
    may(&daemon, linus, "open", shared.clone());
    let dry = json!({"tenant": "acme", "tier": "solo", "seats": "5", "dry_run": true});
    let said = unmoved(&daemon, || ask(&daemon, "/v1/tenant/set", dry));
    holds(
        &json!(said["warnings"].to_string()),
        &["without use while signing_groups is off: 1 signing group"],
    );
    // A single professional shares with nobody (C18).
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "acme", "tier": "solo", "seats": "5"}),
    );
    let told = may_not(&daemon, linus, "open", shared.clone(), "relation");
    holds(
        &json!(told["warnings"].to_string()),
        &["opens nothing", "growth"],
    );
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "acme", "tier": "growth"}),
    );
    may(&daemon, linus, "open", shared.clone());
    // Part of the tier and switched off: nothing needs to be bought.
    let off = json!({"tenant": "acme", "disable": ["signing_groups"]});
    ask(&daemon, "/v1/tenant/set", off);
    may_not(&daemon, linus, "open", shared, "relation");
    let more = json!({"tenant": "acme", "kind": "signing_group", "name": "Others"});
    let error = turned_down(&daemon, "/v1/group/set", more, "feature");
    holds(&error["hint"], &["tenant set acme --enable signing_groups"]);
}

/// A tenant of eSignAnyWhere with custom roles.
fn sign(daemon: &TestDaemon, people: &[(&str, &str)]) {
    tenant(daemon, "sign", "esignanywhere", 0, people);
    let on = json!({"tenant": "sign", "enable": ["custom_roles"]});
    ask(daemon, "/v1/tenant/set", on);
}

#[test]
fn nothing_of_the_last_administrators_role_is_blocked() {
    let daemon = TestDaemon::start();
    sign(&daemon, &[("ada@sign.example", "Administrator")]);
    let role = |id: &str, block: &str| json!({"tenant": "sign", "id": id, "block": [block]});
    ask(
        &daemon,
        "/v1/role/create",
        role("blind", "organization.users_manage"),
    );
    let give = |role: &str| json!({"user": "ada@sign.example", "add": [role]});
    let error = turned_down(&daemon, "/v1/user/role", give("blind"), "owner-holder");
    holds(&error["what"], &["block"]);
    // Nor by what a role of hers says later.
    ask(&daemon, "/v1/role/create", role("quiet", "envelope.send"));
    ask(&daemon, "/v1/user/role", give("quiet"));
    let later = role("quiet", "organization.users_manage");
    turned_down(&daemon, "/v1/role/edit", later.clone(), "owner-holder");
    bring(
        &daemon,
        "sign",
        &[("ben@sign.example", "administrator", "")],
    );
    ask(&daemon, "/v1/role/edit", later);
}

#[test]
fn a_custom_role_takes_a_seat_of_the_pool_of_what_it_grants() {
    let daemon = TestDaemon::start();
    sign(&daemon, &[("ada@sign.example", "Administrator")]);
    for (id, grant) in [("sends", "envelope.send"), ("signs", "sign.own")] {
        let role = json!({"tenant": "sign", "id": id, "grant": [grant]});
        ask(&daemon, "/v1/role/create", role);
    }
    // One is ada's.
    let two = json!({"tenant": "sign", "pools": {"sender": "2", "viewer": "1"}});
    ask(&daemon, "/v1/tenant/set", two);
    let invite = |name: &str, role: &str| {
        let email = format!("{name}@sign.example");
        json!({"tenant": "sign", "email": [email], "roles": [role]})
    };
    ask(&daemon, "/v1/user/invite", invite("pia", "sends"));
    let error = turned_down(&daemon, "/v1/user/invite", invite("pol", "sends"), "seats");
    holds(&error["what"], &["Sender users"]);
    ask(&daemon, "/v1/user/invite", invite("vic", "signs"));
    let error = turned_down(&daemon, "/v1/user/invite", invite("val", "signs"), "seats");
    holds(&error["what"], &["Viewer users"]);
    // A role that comes to send would move its holder to a pool that is full.
    let more = json!({"tenant": "sign", "id": "signs", "grant": ["envelope.send"]});
    turned_down(&daemon, "/v1/role/edit", more.clone(), "seats");
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "sign", "pools": {"sender": "3"}}),
    );
    ask(&daemon, "/v1/role/edit", more);
}

#[test]
fn columns_that_a_tenant_does_not_have_are_shown_nowhere() {
    let daemon = TestDaemon::start();
    sign(&daemon, &[("ada@sign.example", "Administrator")]);
    let set = |key: &str| {
        ask(
            &daemon,
            "/v1/tenant/set",
            json!({"tenant": "sign", key: ["saml"]}),
        )
    };
    set("enable");
    let pia = "pia@sign.example";
    let invite = json!({"tenant": "sign", "email": [pia], "roles": ["power_user"], "username": "pia", "sid": "S-1"});
    ask(&daemon, "/v1/user/invite", invite);
    let shown = || ask(&daemon, "/v1/user/show", json!({"user": pia}));
    let row = shown()["row"].clone();
    assert_eq!(
        (&row["username"], &row["sid"]),
        (&json!("pia"), &json!("S-1"))
    );
    set("disable");
    let said = shown();
    assert_eq!(said["row"]["username"], "", "{said}");
    assert_eq!(said["row"]["sid"], Value::Null, "{said}");
    assert_eq!(
        (&said["account"]["username"], &said["account"]["sid"]),
        (&json!(""), &json!(""))
    );
}

#[test]
fn a_member_takes_names_from_their_own_address_book() {
    if !possible("a_member_takes_names", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    sign(
        &daemon,
        &[
            ("ada@sign.example", "Administrator"),
            ("ben@sign.example", "Administrator"),
        ],
    );
    let kind = "address_book_entry";
    assets(
        &daemon,
        "sign",
        "ben@sign.example",
        &[("pia@sign.example", kind)],
    );
    assets(
        &daemon,
        "sign",
        "ada@sign.example",
        &[("pol@sign.example", kind)],
    );
    let ada = member(&daemon, "ada@sign.example");
    let invite = |email: &str| json!({"tenant": "sign", "email": [email], "roles": ["power_user"], "from_address_book": true});
    let path = "/v1/user/invite";
    denied(
        &daemon,
        &ada,
        path,
        invite("pia@sign.example"),
        "address-book",
    );
    says(&ada, path, invite("pol@sign.example"));
}

#[test]
fn a_custom_role_that_the_lists_of_scopes_leave_out_is_told() {
    let daemon = TestDaemon::start();
    bank(&daemon, &["sender_admin.reports"]);
    let only = json!({"tenant": "bank", "scope": "/", "roles": ["administrator", "manager", "sender", "desk"]});
    ask(&daemon, "/v1/scope/set", only);
    let role = json!({"tenant": "bank", "id": "closer", "grant": ["sender_admin.reports"], "offer": ["East"]});
    let said = ask(&daemon, "/v1/role/create", role);
    holds(&json!(said["warnings"].to_string()), &["East", "scope set"]);
}

#[test]
fn a_language_is_a_tag_wherever_it_is_set() {
    let daemon = TestDaemon::start();
    bank(&daemon, &["sender_admin.reports"]);
    let edit = |tag: &str| json!({"user": "sam@bank.example", "language": tag});
    turned_down(
        &daemon,
        "/v1/user/edit",
        edit("not a language!"),
        "language",
    );
    ask(&daemon, "/v1/user/edit", edit("pt-BR"));
}
