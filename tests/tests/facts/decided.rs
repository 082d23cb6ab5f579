//! What binds every decision, whatever way it comes by: seats of tiers and pools, duties that stay apart, switches that
//! are elsewhere, the last administrator.

use crate::common::{ask, heads, import, open_to_others, possible};
use crate::given::{begun, member, tenant};
use crate::world::{account, denied, holds, says, turned_down};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const SIGN: [(&str, &str); 3] = [
    ("ada@sign.example", "Administrator"),
    ("pia@sign.example", "Power User"),
    ("rex@sign.example", "Registered Signer"),
];

/// A tenant of eSignAnyWhere with this many seats of senders and viewers.
fn sign(daemon: &TestDaemon, senders: u32, viewers: u32) {
    tenant(daemon, "sign", "esignanywhere", 0, &SIGN);
    let pools = json!({"sender": senders.to_string(), "viewer": viewers.to_string()});
    ask(
        daemon,
        "/v1/tenant/set",
        json!({"tenant": "sign", "pools": pools}),
    );
}

fn keep_apart(daemon: &TestDaemon, tenant: &str, one: Value, other: Value) {
    let rule = json!({"name": "apart", "one": one, "other": other, "why": "two pairs of eyes"});
    ask(
        daemon,
        "/v1/conflict/set",
        json!({"tenant": tenant, "rule": rule}),
    );
}

#[test]
fn a_file_fills_pools_and_tiers_and_no_more() {
    let daemon = TestDaemon::start();
    sign(&daemon, 3, 2);
    let rows = "email,status,roles\n\
        amy@sign.example,active,Power User\n\
        bob@sign.example,active,Developer\n\
        cat@sign.example,active,Registered Signer\n\
        dan@sign.example,active,Registered Signer\n\
        rex@sign.example,active,Power User\n";
    let file = daemon.dir().join("dry.csv");
    std::fs::write(&file, rows).unwrap();
    let file = file.to_str().unwrap();
    let dry = daemon.say(&[
        "import",
        "people",
        file,
        "--tenant",
        "sign",
        "--dry-run",
        "--json",
    ]);
    let before = heads(&daemon);
    for said in [dry, import(&daemon, "people", "sign", rows)] {
        let told = said.json();
        assert_eq!(
            (&told["added"], &told["refused"], &told["changed"]),
            (&json!(2), &json!(3), &json!(0)),
            "{told}"
        );
        for part in [
            "line 3",
            "line 5",
            "line 6",
            "all 3 seats of \"Sender users\"",
        ] {
            assert!(said.err.contains(part), "{part:?} is missing: {said:?}");
        }
    }
    assert_ne!(heads(&daemon), before);

    // Who leaves by the same file makes room, also for somebody who moves to another pool.
    let rows = "email,status,roles\n\
        amy@sign.example,deactivated,Power User\n\
        rex@sign.example,active,Power User\n\
        dan@sign.example,active,Registered Signer\n";
    let told = import(&daemon, "people", "sign", rows).ok().json();
    assert_eq!(
        (&told["added"], &told["changed"], &told["refused"]),
        (&json!(1), &json!(2), &json!(0)),
        "{told}"
    );

    let people = ["ada", "ann", "lin", "uma", "zoe"].map(|name| format!("{name}@solo.example"));
    let people: Vec<(&str, &str)> = people.iter().map(|p| (p.as_str(), "User")).collect();
    tenant(&daemon, "solo", "iusign", 0, &people);
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "solo", "tier": "solo"}),
    );
    let sixth = "email,first_name,last_name,status,roles\nnew@solo.example,Newt,Lee,active,User\n";
    let said = import(&daemon, "people", "solo", sixth);
    assert_eq!(said.json()["refused"], 1, "{said:?}");
    assert!(said.err.contains("User Limit Reached"), "{said:?}");
    let swap = format!("{sixth}zoe@solo.example,Zoe,Lee,deactivated,User\n");
    let said = import(&daemon, "people", "solo", &swap);
    assert_eq!(
        said.json()["refused"],
        1,
        "first come, first served: {said:?}"
    );
    assert_eq!(
        import(&daemon, "people", "solo", sixth).ok().json()["added"],
        1
    );
}

#[test]
fn who_comes_back_takes_a_seat_of_their_pool() {
    let daemon = TestDaemon::start();
    sign(&daemon, 3, 2);
    let user = |name: &str| json!({"user": format!("{name}@sign.example")});
    let invite = |name: &str, role: &str| json!({"tenant": "sign", "email": [format!("{name}@sign.example")], "roles": [role]});
    ask(&daemon, "/v1/user/invite", invite("ivy", "Power User"));
    ask(&daemon, "/v1/user/revoke", user("ivy"));
    ask(&daemon, "/v1/user/deactivate", user("pia"));
    for name in ["amy", "bob"] {
        ask(&daemon, "/v1/user/invite", invite(name, "Developer"));
    }
    for (path, name) in [("/v1/user/resend", "ivy"), ("/v1/user/reactivate", "pia")] {
        let error = turned_down(&daemon, path, user(name), "seats");
        holds(&error["what"], &["Sender users"]);
    }
    ask(&daemon, "/v1/user/revoke", user("amy"));
    ask(&daemon, "/v1/user/resend", user("ivy"));
    ask(&daemon, "/v1/user/revoke", user("ivy"));
    ask(&daemon, "/v1/user/reactivate", user("pia"));
}

#[test]
fn duties_stay_apart_when_an_owner_is_named_and_when_accounts_become_one() {
    let daemon = TestDaemon::start();
    let people = [
        ("ada@one.example", "Administrator", ""),
        ("sam@one.example", "Sender", ""),
        ("max@one.example", "Manager", ""),
    ];
    begun(&daemon, "one", "onespan", 0, &people);
    let roles = |role: &str| json!({"roles": [role]});
    keep_apart(&daemon, "one", roles("administrator"), roles("sender"));
    let named = |who: &str| json!({"tenant": "one", "owner": format!("{who}@one.example")});
    let error = turned_down(
        &daemon,
        "/v1/tenant/owner-set",
        named("sam"),
        "separation-of-duties",
    );
    holds(&error["what"], &["account 1-1", "two pairs of eyes"]);
    ask(&daemon, "/v1/tenant/owner-set", named("max"));
    // In force it is not one person alone who makes another owner.
    let error = turned_down(
        &daemon,
        "/v1/tenant/owner-set",
        named("sam"),
        "owner-holder",
    );
    holds(
        &error["hint"],
        &["rollcall user role EMAIL --add administrator"],
    );

    // In the other account ada is a sender: as one account she would be both.
    let branch = [
        ("bea@two.example", "Administrator"),
        ("ada@one.example", "Sender"),
    ];
    tenant(&daemon, "two", "onespan", 0, &branch);
    let features = json!({"tenant": "one", "enable": ["sub_accounts"]});
    ask(&daemon, "/v1/tenant/set", features);
    let convert = json!({"tenant": "two", "into": "one", "name": "Two"});
    turned_down(
        &daemon,
        "/v1/tenant/convert",
        convert.clone(),
        "separation-of-duties",
    );
    let except = json!({"tenant": "one", "name": "apart", "user": "ada@one.example", "until": until(&daemon), "reason": "for the move"});
    ask(&daemon, "/v1/conflict/except", except);
    ask(&daemon, "/v1/tenant/convert", convert);
}

/// The end of the year after this one's first day, as the daemon's clock has it.
fn until(daemon: &TestDaemon) -> String {
    let now = daemon.say(&["status", "--json"]).ok().json()["now"].clone();
    format!("{}-12-31T00:00:00Z", &now.as_str().unwrap()[..4])
}

#[test]
fn duties_stay_apart_when_a_tenant_changes_hands() {
    if !possible("duties_stay_apart", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let people = [("ada@acme.example", "User"), ("lin@acme.example", "User")];
    tenant(&daemon, "acme", "iusign", 10, &people);
    let tier = json!({"tenant": "acme", "tier": "enterprise"});
    ask(&daemon, "/v1/tenant/set", tier);
    let team = json!({"tenant": "acme", "kind": "team", "name": "Legal"});
    ask(&daemon, "/v1/scope/create", team);
    // Who owns the tenant holds a role above every team. That ada does already may stay.
    let owner = json!({"roles": ["owner"]});
    keep_apart(&daemon, "acme", owner, json!({"kind": "team"}));
    let start =
        json!({"tenant": "acme", "to": "lin@acme.example", "replace": true, "reason": "gone"});
    ask(&daemon, "/v1/ownership/start", start);
    ask(
        &daemon,
        "/v1/operator/bind",
        json!({"os_user": "daemon", "person": "max@corp.example", "grants": [{"role": "approver"}]}),
    );
    let max = crate::common::Other::of(&daemon, 1);
    let confirm = json!({"tenant": "acme", "id": 1});
    let path = "/v1/ownership/confirm";
    let error = denied(&daemon, &max, path, confirm.clone(), "separation-of-duties");
    holds(&error["hint"], &["exception"]);
    let except = json!({"tenant": "acme", "name": "apart", "user": "lin@acme.example", "until": until(&daemon), "reason": "owner to be"});
    ask(&daemon, "/v1/conflict/except", except);
    says(&max, path, confirm);
}

#[test]
fn no_way_of_a_member_switches_an_account_where_the_switch_is_elsewhere() {
    if !possible("no_way_of_a_member", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    tenant(&daemon, "sign", "esignanywhere", 0, &SIGN);
    let ada = member(&daemon, "ada@sign.example");
    let before = heads(&daemon);
    for end in ["suspend", "deactivate"] {
        let body = json!({"person": "rex@sign.example", "end": end});
        let done = says(&ada, "/v1/person/offboard", body);
        let refused = &done["steps"][0]["refused"];
        assert_eq!(refused["rule"], "enabled-elsewhere", "{done}");
        holds(&refused["hint"], &["AdmInWeb", "rollcall user delete"]);
    }
    assert_eq!(heads(&daemon), before);
    let open = json!({"tenant": "sign", "silence": "remove"});
    says(&ada, "/v1/review/open", open);
    let close = json!({"tenant": "sign", "early": true});
    let error = denied(
        &daemon,
        &ada,
        "/v1/review/close",
        close.clone(),
        "enabled-elsewhere",
    );
    holds(&error["hint"], &["AdmInWeb"]);
    let file = daemon.dir().join("off.csv");
    std::fs::write(&file, "email,status\nrex@sign.example,suspended\n").unwrap();
    let file = file.to_str().unwrap();
    let said = ada.say(&[
        "import", "people", file, "--tenant", "sign", "--yes", "--json",
    ]);
    assert_eq!(said.json()["conflicts"], 1, "{said:?}");
    assert!(said.err.contains("AdmInWeb"), "{said:?}");
    let status = |name: &str| account(&daemon, &format!("{name}@sign.example"))["status"].clone();
    assert_eq!(status("rex"), "active");
    // With answers that keep everybody nothing is switched, and an operator may do it.
    ask(&daemon, "/v1/review/close", close);
    assert_eq!(status("rex"), "suspended");
}

#[test]
fn offboarding_ends_an_open_invitation_and_keeps_the_last_admin() {
    let daemon = TestDaemon::start();
    let people = [
        ("oda@org.example", "ORG_OWNER"),
        ("usi@org.example", "ORG_USER"),
    ];
    tenant(&daemon, "org", "ignisign", 0, &people);
    let invite = json!({"tenant": "org", "email": ["newt@org.example"], "roles": ["ORG_USER"]});
    ask(&daemon, "/v1/user/invite", invite);
    let offboard = |who: &str| {
        let body = json!({"person": format!("{who}@org.example")});
        ask(&daemon, "/v1/person/offboard", body)["steps"][0].clone()
    };
    let step = offboard("newt");
    assert!(step["refused"].is_null(), "{step}");
    let list = ask(&daemon, "/v1/invitation/list", json!({"tenant": "org"}));
    assert_eq!(list["rows"][0]["answer"], "cancelled", "{list}");
    let accept = json!({"user": "newt@org.example", "number": 1});
    turned_down(&daemon, "/v1/user/accept", accept, "no-invitation-pending");
    let before = heads(&daemon);
    let step = offboard("oda");
    assert_eq!(step["refused"]["rule"], "last-admin", "{step}");
    assert_eq!(heads(&daemon), before);
}

#[test]
fn a_role_of_the_platform_is_neither_invited_nor_edited_inside_a_tenant() {
    let daemon = TestDaemon::start();
    let people = [
        ("oda@org.example", "ORG_OWNER"),
        ("usi@org.example", "ORG_USER"),
    ];
    tenant(&daemon, "org", "ignisign", 0, &people);
    let roles = ["SUPER_ADMIN"];
    let invite = json!({"tenant": "org", "email": ["newt@org.example"], "roles": roles});
    turned_down(&daemon, "/v1/user/invite", invite, "platform-role");
    let edit = json!({"user": "usi@org.example", "add": roles});
    turned_down(&daemon, "/v1/user/role", edit, "platform-role");
    // A file records what the platform gave; nobody takes it away here.
    let file = "email,roles\nusi@org.example,SUPER_ADMIN|ORG_USER\n";
    import(&daemon, "people", "org", file).ok();
    let edit = json!({"user": "usi@org.example", "remove": roles});
    turned_down(&daemon, "/v1/user/role", edit, "platform-role");
}

#[test]
fn a_file_changes_no_address_where_addresses_never_change() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "sign", "esignanywhere", 0, &SIGN);
    let row = |email: &str| format!("email,external_id\n{email},x-7\n");
    import(&daemon, "people", "sign", &row("pia@sign.example")).ok();
    let before = heads(&daemon);
    let said = import(&daemon, "people", "sign", &row("pia.new@sign.example"));
    let told = said.json();
    assert_eq!(
        (&told["conflicts"], &told["added"]),
        (&json!(1), &json!(0)),
        "{told}"
    );
    assert!(said.err.contains("never changes an address"), "{said:?}");
    assert_eq!(heads(&daemon), before);
    assert_eq!(account(&daemon, "pia@sign.example")["external_id"], "x-7");
}

#[test]
fn nobody_acts_for_a_leaver_where_delegation_is_off() {
    let daemon = TestDaemon::start();
    let people = [
        ("ada@one.example", "Administrator"),
        ("sam@one.example", "Sender"),
        ("sue@one.example", "Sender"),
    ];
    tenant(&daemon, "one", "onespan", 0, &people);
    let assets = "id,kind,state,owner\ne1,envelope,sent,sam@one.example\n";
    import(&daemon, "assets", "one", assets).ok();
    let switch = |key: &str| json!({"tenant": "one", key: ["delegation"]});
    ask(&daemon, "/v1/tenant/set", switch("disable"));
    let start = json!({"user": "sam@one.example", "to": "sue@one.example"});
    let path = "/v1/handover/start";
    let error = turned_down(&daemon, path, start.clone(), "feature");
    holds(&error["what"], &["hand-over by delegation"]);
    holds(&error["hint"], &["--enable delegation"]);
    let body = json!({"person": "sam@one.example", "dry_run": true});
    let step = ask(&daemon, "/v1/person/offboard", body)["steps"][0].clone();
    // Access ends all the same, and what stays is told with the way out.
    assert!(step["refused"].is_null(), "{step}");
    assert!(!step["changes"].to_string().contains("acts for"), "{step}");
    let told = json!(step["warnings"].to_string());
    holds(
        &told,
        &["it keeps 1 asset", "tenant set one --enable delegation"],
    );
    ask(&daemon, "/v1/tenant/set", switch("enable"));
    let error = turned_down(&daemon, path, start.clone(), "delegate-by");
    holds(&error["hint"], &["suspend the account first"]);
    ask(
        &daemon,
        "/v1/user/suspend",
        json!({"user": "sam@one.example"}),
    );
    ask(&daemon, path, start);
}

#[test]
fn the_way_on_for_an_owner_who_must_stay_is_the_one_there_is() {
    let daemon = TestDaemon::start();
    let people = [("ada@acme.example", "User"), ("lin@acme.example", "User")];
    tenant(&daemon, "acme", "iusign", 0, &people);
    let user = json!({"user": "ada@acme.example"});
    for path in ["/v1/user/suspend", "/v1/user/deactivate"] {
        let error = turned_down(&daemon, path, user.clone(), "owner-holder");
        holds(&error["hint"], &["rollcall ownership start"]);
    }
    let said = import(
        &daemon,
        "people",
        "acme",
        "email,roles\nada@acme.example,Admin\nlin@acme.example,Owner\n",
    );
    assert_eq!(said.json()["conflicts"], 2, "{said:?}");
    assert_eq!(
        said.err.matches("rollcall ownership start").count(),
        2,
        "{said:?}"
    );
}
