//! Nobody decides their own rights: every way in which an operator could give their own person access, with the roles of
//! Rollcall that open it.

use super::common::{Other, ask, heads, import, open_to_others, possible};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// A tenant in force with active people: address and role; the first one owns it.
fn tenant(daemon: &TestDaemon, name: &str, catalog: &str, people: &[(&str, &str)]) {
    let body = json!({"name": name, "catalog": catalog, "owner": people[0].0, "tz": "UTC", "authority": "rollcall"});
    ask(daemon, "/v1/tenant/create", body);
    let mut file = "email,first_name,status,roles,mfa\n".to_owned();
    for (email, role) in people {
        file.push_str(&format!("{email},Lee,active,{role},enrolled\n"));
    }
    import(daemon, "people", name, &file).ok();
    ask(
        daemon,
        "/v1/tenant/owner-set",
        json!({"tenant": name, "owner": people[0].0}),
    );
}

/// The login `daemon` as this person with these roles of Rollcall.
fn operator(daemon: &TestDaemon, person: &str, roles: &[&str]) -> Other {
    let mut line = vec!["operator", "bind", "daemon", "--person", person, "--yes"];
    for role in roles {
        line.extend(["--role", role]);
    }
    daemon.say(&line).ok();
    Other::of(daemon, 1)
}

/// That it is refused by this rule, with what to do instead, and nothing is written.
fn refused(daemon: &TestDaemon, who: &Other, path: &str, body: &Value, rule: &str) {
    let before = heads(daemon);
    for dry_run in [true, false] {
        let mut body = body.clone();
        body["dry_run"] = json!(dry_run);
        let (code, envelope) = who.ask(path, &body);
        assert_eq!(code, 403, "{path} {body}: {envelope}");
        assert_eq!(envelope["error"]["rule"], rule, "{path} {body}: {envelope}");
        let hint = envelope["error"]["hint"].as_str().unwrap_or_default();
        assert!(!hint.is_empty(), "{envelope}");
    }
    assert_eq!(heads(daemon), before, "{path} {body}");
}

fn does(who: &Other, path: &str, body: &Value) -> Value {
    let (code, envelope) = who.ask(path, body);
    assert_eq!(code, 200, "{path} {body}: {envelope}");
    envelope["ok"].clone()
}

fn roles(daemon: &TestDaemon, user: &str) -> String {
    let shown = ask(daemon, "/v1/user/show", json!({"user": user}));
    shown["account"]["assignments"].to_string()
}

#[test]
fn a_helpdesk_replaces_no_roles_and_invites_nobody_who_commands() {
    if !possible("a_helpdesk_replaces_no_roles", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let bank = [
        ("it@bank.example", "administrator"),
        ("lou@bank.example", "administrator"),
        ("sam@bank.example", "sender"),
    ];
    tenant(&daemon, "bank", "onespan", &bank);
    let desk = operator(&daemon, "desk@h.example", &["helpdesk@bank"]);
    let invite =
        |email: &str, role: &str| json!({"tenant": "bank", "email": [email], "roles": [role]});
    let was = roles(&daemon, "lou@bank.example");
    for (email, role) in [
        ("lou@bank.example", "sender"),
        ("it@bank.example", "sender"),
        ("sam@bank.example", "administrator"),
        ("new@bank.example", "administrator"),
        ("desk@h.example", "administrator"),
    ] {
        refused(
            &daemon,
            &desk,
            "/v1/user/invite",
            &invite(email, role),
            "permission",
        );
    }
    assert_eq!(roles(&daemon, "lou@bank.example"), was);
    // What their role is for they do.
    does(
        &desk,
        "/v1/user/invite",
        &invite("new@bank.example", "sender"),
    );
    does(
        &desk,
        "/v1/user/accept",
        &json!({"user": "new@bank.example", "tenant": "bank"}),
    );
    refused(
        &daemon,
        &desk,
        "/v1/user/invite",
        &invite("desk@h.example", "sender"),
        "four-eyes",
    );
    // Who may give roles replaces them by an invitation, too.
    let giver = operator(&daemon, "opa@h.example", &["operator@bank"]);
    does(
        &giver,
        "/v1/user/invite",
        &invite("lou@bank.example", "sender"),
    );
    assert_ne!(roles(&daemon, "lou@bank.example"), was);
}

#[test]
fn no_way_leads_an_operator_to_rights_of_their_own() {
    if !possible("no_way_leads_an_operator", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let sign = [
        ("ada@sign.example", "Administrator"),
        ("max@sign.example", "Power User|Registered Signer"),
        ("me@sign.example", "Registered Signer"),
        ("out@sign.example", "Power User"),
    ];
    tenant(&daemon, "sign", "esignanywhere", &sign);
    let set = |path: &str, body: Value| ask(&daemon, path, body);
    set(
        "/v1/role/create",
        json!({"tenant": "sign", "id": "hr", "grant": ["organization.users_view"]}),
    );
    set(
        "/v1/user/role",
        json!({"user": "me@sign.example", "add": ["hr"]}),
    );
    set(
        "/v1/group/set",
        json!({"tenant": "sign", "kind": "team", "name": "Sales", "add": ["max@sign.example"]}),
    );

    let me = operator(&daemon, "me@sign.example", &["platform_admin"]);
    let role =
        json!({"tenant": "sign", "id": "hr", "grant": ["organization.change", "envelope.send"]});
    for (path, body) in [
        (
            "/v1/user/role",
            json!({"user": "me@sign.example", "add": ["Administrator"]}),
        ),
        (
            "/v1/user/role",
            json!({"user": "me@sign.example", "set": ["Power User"]}),
        ),
        ("/v1/role/edit", role),
        (
            "/v1/group/set",
            json!({"tenant": "sign", "kind": "team", "name": "Sales", "add": ["me@sign.example"]}),
        ),
        (
            "/v1/group/set",
            json!({"tenant": "sign", "kind": "team", "name": "Mine", "leader": "me@sign.example"}),
        ),
    ] {
        refused(&daemon, &me, path, &body, "four-eyes");
    }
    let other = operator(&daemon, "you@sign.example", &["platform_admin"]);
    refused(
        &daemon,
        &other,
        "/v1/user/invite",
        &json!({"tenant": "sign", "email": ["you@sign.example"], "roles": ["Registered Signer"]}),
        "four-eyes",
    );
    // Somebody else invites them; they do not let themselves in.
    set(
        "/v1/user/invite",
        json!({"tenant": "sign", "email": ["you@sign.example"], "roles": ["Registered Signer"]}),
    );
    refused(
        &daemon,
        &other,
        "/v1/user/accept",
        &json!({"user": "you@sign.example"}),
        "four-eyes",
    );
    set("/v1/user/accept", json!({"user": "you@sign.example"}));
    // A suspension of their own is for somebody else to end.
    let other = operator(&daemon, "you@sign.example", &["helpdesk@sign"]);
    set("/v1/user/suspend", json!({"user": "you@sign.example"}));
    refused(
        &daemon,
        &other,
        "/v1/user/reactivate",
        &json!({"user": "you@sign.example"}),
        "four-eyes",
    );
    set("/v1/user/reactivate", json!({"user": "you@sign.example"}));
    // Less is theirs to take, and what raises others stays theirs to give.
    let me = operator(&daemon, "max@sign.example", &["platform_admin"]);
    does(
        &me,
        "/v1/user/role",
        &json!({"user": "max@sign.example", "set": ["Registered Signer"]}),
    );
    does(
        &me,
        "/v1/user/role",
        &json!({"user": "out@sign.example", "add": ["Administrator"]}),
    );
    // Their login is not bound to somebody else by themselves.
    let bind = json!({"os_user": "daemon", "person": "ada@sign.example", "grants": [{"role": "platform_admin"}]});
    let (code, envelope) = me.ask("/v1/operator/bind", &bind);
    assert_eq!(
        (code, &envelope["error"]["rule"]),
        (403, &json!("four-eyes")),
        "{envelope}"
    );
}

#[test]
fn a_file_an_owner_and_a_delegation_do_not_raise_who_brings_them() {
    if !possible("a_file_an_owner_and_a_delegation", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let bank = [
        ("it@bank.example", "administrator"),
        ("me@bank.example", "sender"),
        ("sam@bank.example", "sender"),
    ];
    tenant(&daemon, "bank", "onespan", &bank);
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "bank", "enable": ["delegation"]}),
    );
    ask(
        &daemon,
        "/v1/user/suspend",
        json!({"user": "sam@bank.example"}),
    );
    let me = operator(&daemon, "me@bank.example", &["operator"]);
    refused(
        &daemon,
        &me,
        "/v1/delegation/set",
        &json!({"user": "sam@bank.example", "delegate": "me@bank.example", "until": "2090-01-01T00:00:00Z"}),
        "four-eyes",
    );
    let file = daemon.dir().join("mine.csv");
    std::fs::write(
        &file,
        "email,roles\nme@bank.example,administrator\nsam@bank.example,manager\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let line = ["import", "people", file, "--tenant", "bank"];
    let said = me.say(&[&line[..], &["--dry-run", "--json"]].concat());
    let told = said.json();
    assert_eq!(
        (&told["refused"], &told["changed"]),
        (&json!(1), &json!(1)),
        "{said:?}"
    );
    assert!(
        said.err.contains("four-eyes") || said.out.contains("four-eyes"),
        "{said:?}"
    );
    assert!(!roles(&daemon, "me@bank.example").contains("administrator"));
    let said = daemon
        .say(&[
            "import", "people", file, "--tenant", "bank", "--yes", "--json",
        ])
        .ok()
        .json();
    assert_eq!(
        said["changed"], 2,
        "somebody else brings the same file: {said}"
    );

    // An address that becomes theirs takes no access along.
    let other = operator(&daemon, "you@bank.example", &["operator"]);
    refused(
        &daemon,
        &other,
        "/v1/user/edit",
        &json!({"user": "it@bank.example", "email": "you@bank.example"}),
        "four-eyes",
    );

    let own = json!({"name": "free", "catalog": "iusign", "owner": "x@free.example", "tz": "UTC", "authority": "rollcall"});
    ask(&daemon, "/v1/tenant/create", own);
    let people = "email,status,roles\nme@bank.example,active,user\nsam@free.example,active,user\n";
    import(&daemon, "people", "free", people).ok();
    let assets = "id,kind,state,owner\ne1,active_envelope,,sam@free.example\n";
    import(&daemon, "assets", "free", assets).ok();
    let me = operator(&daemon, "me@bank.example", &["platform_admin"]);
    refused(
        &daemon,
        &me,
        "/v1/tenant/owner-set",
        &json!({"tenant": "free", "owner": "me@bank.example"}),
        "four-eyes",
    );
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "free", "tier": "enterprise"}),
    );
    let (code, envelope) = me.ask(
        "/v1/handover/start",
        &json!({"user": "sam@free.example", "to": "me@bank.example", "tenant": "free"}),
    );
    let rule = &envelope["error"]["rule"];
    assert_eq!((code, rule), (403, &json!("four-eyes")), "{envelope}");
}

#[test]
fn who_may_define_teams_switches_no_roles_off() {
    if !possible("who_may_define_teams_switches_no_roles_off", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let sign = [
        ("ada@sign.example", "Administrator"),
        ("tia@sign.example", "Power User"),
    ];
    tenant(&daemon, "sign", "esignanywhere", &sign);
    let teams = json!({"tenant": "sign", "id": "teams", "grant": ["organization.teams_define"]});
    ask(&daemon, "/v1/role/create", teams);
    ask(
        &daemon,
        "/v1/user/role",
        json!({"user": "tia@sign.example", "add": ["teams"]}),
    );
    let tia = operator(&daemon, "tia@sign.example", &[]);
    let off = json!({"tenant": "sign", "scope": "/", "roles": ["power_user"]});
    refused(&daemon, &tia, "/v1/scope/set", &off, "permission");
    let team = json!({"tenant": "sign", "kind": "team", "name": "Sales"});
    does(&tia, "/v1/scope/create", &team);
    let named = json!({"tenant": "sign", "scope": "Sales", "name": "Selling"});
    does(&tia, "/v1/scope/set", &named);
    let off = json!({"tenant": "sign", "scope": "Selling", "roles": ["power_user"]});
    refused(&daemon, &tia, "/v1/scope/set", &off, "permission");
}
