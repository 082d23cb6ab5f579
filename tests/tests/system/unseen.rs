//! An address in a tenant in which the caller may see nothing: no verb tells it from one that nobody has.

use super::common::{Other, ask, import, open_to_others, possible};
use rollcall_shared::wire::Verb;
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Tenants that the caller may see (`acme`) and may not (`hidden`, `secret`); both has an account in two of these.
fn three(daemon: &TestDaemon) {
    for name in ["acme", "hidden", "secret"] {
        let made = json!({
            "name": name, "catalog": "onespan", "owner": format!("ada@{name}.example"), "tz": "UTC", "authority": "rollcall",
        });
        ask(daemon, "/v1/tenant/create", made);
        let mut file = format!("email,status,roles\nada@{name}.example,active,Manager\n");
        if name != "acme" {
            file.push_str("both@x.example,active,Sender\n");
        }
        if name != "secret" {
            file.push_str("half@x.example,active,Sender\n");
        }
        import(daemon, "people", name, &file).ok();
        let owner = json!({"tenant": name, "owner": format!("ada@{name}.example")});
        ask(daemon, "/v1/tenant/owner-set", owner);
    }
}

/// What a verb is asked about somebody, without a tenant; none for a verb that takes nobody, or always a tenant.
fn about(verb: Verb, user: &str) -> Option<Value> {
    let mut body = json!({"user": user});
    let more = match verb {
        Verb::UserShow
        | Verb::UserSuspend
        | Verb::UserReactivate
        | Verb::UserDeactivate
        | Verb::UserResend
        | Verb::UserRevoke
        | Verb::UserAccept
        | Verb::UserDecline
        | Verb::UserDelete
        | Verb::PermissionPreview
        | Verb::Why
        | Verb::Diagnose
        | Verb::SessionOpen
        | Verb::HandoverPlan => json!({}),
        Verb::HandoverStart => json!({"to": "ada@acme.example"}),
        Verb::UserDelivery => json!({"delivery": "delivered"}),
        Verb::UserRole => json!({"add": ["Sender"]}),
        Verb::UserEdit => json!({"first_name": "Eve"}),
        Verb::UserRedact => json!({"reason": "asked for erasure"}),
        Verb::Can => json!({"permission": "transaction.open"}),
        Verb::SessionCheck => json!({"manifest": 0}),
        Verb::UserMove => json!({"to": "/"}),
        Verb::DelegationSet => {
            json!({"delegate": "ada@acme.example", "until": "2027-01-01T00:00:00Z"})
        }
        Verb::DelegationEnd => json!({"delegate": "ada@acme.example"}),
        Verb::PersonShow | Verb::PersonOffboard => return Some(json!({"person": user})),
        _ => return None,
    };
    let more = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    Some(body)
}

fn answer(who: &Other, verb: Verb, user: &str) -> Option<(u16, String)> {
    let (status, envelope) = who.ask(&verb.path(), &about(verb, user)?);
    let told = match status {
        200 => envelope["ok"].to_string(),
        _ => envelope["error"].to_string(),
    };
    Some((status, told.replace(user, "somebody")))
}

#[test]
fn no_verb_tells_in_which_tenant_somebody_is_to_who_may_see_nothing_there() {
    if !possible("no_verb_tells_in_which_tenant", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    three(&daemon);
    let grants = json!([{"role": "platform_admin", "tenant": "acme"}]);
    let bind = json!({"os_user": "daemon", "person": "dee@acme.example", "grants": grants});
    ask(&daemon, "/v1/operator/bind", bind);
    let dee = Other::of(&daemon, 1);
    let mut asked = 0;
    for verb in Verb::ALL {
        let Some(nobody) = answer(&dee, *verb, "nobody@x.example") else {
            continue;
        };
        asked += 1;
        for user in ["ada@hidden.example", "both@x.example"] {
            let told = answer(&dee, *verb, user).unwrap();
            assert_eq!(told, nobody, "{}: {user}", verb.name());
            for tenant in ["hidden", "secret"] {
                assert!(!told.1.contains(tenant), "{}: {told:?}", verb.name());
            }
        }
        let gone = answer(&dee, *verb, "9-0").unwrap();
        let there = answer(&dee, *verb, "2-0").unwrap();
        assert_eq!(there, gone, "{}: by number", verb.name());
    }
    assert_eq!(asked, 26);
    // Who is in a tenant they may see as well is found there.
    let (status, half) = dee.ask("/v1/user/show", &json!({"user": "half@x.example"}));
    assert_eq!(status, 200, "{half}");
    assert!(!half.to_string().contains("hidden"), "{half}");
}

/// What another OS user reads of the daemon's figures.
fn figures(daemon: &TestDaemon, uid: u32) -> String {
    read(daemon, uid, "metrics")
}

/// What another OS user reads within two seconds: a stream that is open goes on for longer.
fn read(daemon: &TestDaemon, uid: u32, what: &str) -> String {
    let mut curl = Command::new("curl");
    curl.uid(uid).gid(1).args(["--silent", "--max-time", "2"]);
    curl.arg("--unix-socket").arg(daemon.socket());
    curl.arg(format!("http://rollcall/{what}"));
    String::from_utf8(curl.output().unwrap().stdout).unwrap()
}

#[test]
fn the_figures_count_nobody_of_a_tenant_that_is_not_seen() {
    if !possible("the_figures_count_nobody", &["curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    three(&daemon);
    let read = || figures(&daemon, 1);
    assert!(read().contains("rollcall_ready 1"), "{}", read());
    assert!(!read().contains("rollcall_accounts"), "nobody is bound yet");
    let bound = |grants: Value| {
        let bind = json!({"os_user": "daemon", "person": "dee@acme.example", "grants": grants});
        ask(&daemon, "/v1/operator/bind", bind);
    };
    bound(json!([{"role": "auditor", "tenant": "acme"}]));
    assert!(read().contains("\nrollcall_accounts 2\n"), "{}", read());
    bound(json!([{"role": "auditor"}]));
    assert!(read().contains("\nrollcall_accounts 7\n"), "{}", read());
}

#[test]
fn who_is_bound_to_nobody_is_not_told_that_something_changes() {
    if !possible("who_is_bound_to_nobody", &["curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    three(&daemon);
    let listen = || read(&daemon, 1, "v1/events?after=0");
    let refused = listen();
    assert!(
        refused.contains("is bound to no person") && !refused.contains("revision"),
        "{refused}"
    );
    let bind = json!({"os_user": "daemon", "person": "dee@acme.example", "grants": [{"role": "auditor", "tenant": "acme"}]});
    ask(&daemon, "/v1/operator/bind", bind);
    assert!(listen().contains("\"revision\":"), "{}", listen());
}

#[test]
fn an_auditor_of_one_tenant_verifies_its_journal_and_no_other() {
    if !possible("an_auditor_of_one_tenant", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    three(&daemon);
    let bind = json!({"os_user": "daemon", "person": "dee@acme.example", "grants": [{"role": "auditor", "tenant": "acme"}]});
    ask(&daemon, "/v1/operator/bind", bind);
    let dee = Other::of(&daemon, 1);
    let verify = |body: Value| dee.ask("/v1/audit/verify", &body);
    let (status, verdict) = verify(json!({"tenant": "acme"}));
    let verdict = &verdict["ok"];
    assert_eq!((status, &verdict["ok"]), (200, &json!(true)), "{verdict}");
    let heads = verdict["heads"].as_array().unwrap();
    assert_eq!((heads.len(), &heads[0]["journal"]), (1, &json!("acme")));
    for other in [json!({}), json!({"tenant": "hidden"})] {
        let (status, denied) = verify(other);
        assert_eq!(status, 403, "{denied}");
    }
}
