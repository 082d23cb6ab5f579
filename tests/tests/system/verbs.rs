//! Every verb of the wire over a real socket: each is answered, or refused by a rule that is named.

use super::common::{self, HEADER, acme, arm, heads, sweep};
use rollcall_shared::wire::Verb;
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

mod assets;
mod identity;
mod roles;
mod structure;

/// What a call of a verb is answered with.
pub(super) enum Answer {
    Ok,
    Refused(u16, &'static str),
}

fn people() -> String {
    let mut people =
        String::from("ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,\n");
    people.push_str("linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,\n");
    people.push_str("guest@acme.example,Guest,invited,User,,,2020-01-05,\n");
    people
}

/// A sensible request for each verb; a verb that is new does not compile without one.
fn request(verb: Verb, run: &str) -> (Value, Answer) {
    let tenant = json!({"tenant": "acme"});
    let linus = json!({"user": "linus@acme.example"});
    let invitations = json!({"tenant": "acme", "sweep": "invitations"});
    let body = match verb {
        Verb::Status
        | Verb::TenantList
        | Verb::AuditVerify
        | Verb::AuditHead
        | Verb::AuditKey
        | Verb::OperatorList => json!({}),
        Verb::AuditRekey => json!({"reason": "the disk was lost"}),
        Verb::TenantCreate => {
            json!({"name": "second", "catalog": "onespan", "seats": null, "owner": "o@second.example", "tz": "UTC", "authority": "vendor"})
        }
        Verb::TenantShow | Verb::SweepList | Verb::RunList | Verb::PolicyList => tenant,
        Verb::UserList
        | Verb::AuditList
        | Verb::OrderList
        | Verb::OrderExport
        | Verb::DriftList => tenant,
        Verb::OrderConfirm | Verb::OrderFail | Verb::OrderReopen => {
            let body = json!({"tenant": "acme", "orders": [1]});
            return (body, Answer::Refused(404, "order"));
        }
        Verb::TenantOwnerSet => {
            let body = json!({"tenant": "acme", "owner": "linus@acme.example"});
            return (body, Answer::Refused(409, "owner-holder"));
        }
        Verb::UserShow | Verb::UserSuspend | Verb::UserReactivate | Verb::UserDeactivate => linus,
        Verb::SweepPlan | Verb::SweepRun => invitations,
        Verb::RunShow | Verb::RunReject => json!({"run": run}),
        Verb::RunApprove => return (json!({"run": run}), Answer::Refused(403, "four-eyes")),
        Verb::PolicySet => json!({"tenant": "acme", "sweep": "mfa", "mode": "approve"}),
        Verb::OperatorBind => {
            json!({"os_user": "daemon", "person": "dee@acme.example", "grants": [{"role": "auditor"}]})
        }
        Verb::OperatorUnbind => json!({"os_user": "daemon"}),
        // Their bodies are no JSON.
        Verb::ImportPeople | Verb::ImportSignins | Verb::BackupCreate => Value::Null,
        other => {
            return roles::request(other)
                .or_else(|| identity::request(other))
                .or_else(|| structure::request(other))
                .or_else(|| assets::request(other))
                .unwrap_or_else(|| panic!("no request is known for `{}`", other.name()));
        }
    };
    (body, Answer::Ok)
}

#[test]
fn every_verb_is_reachable_over_the_socket() {
    let daemon = TestDaemon::start();
    acme(&daemon, &people());
    arm(&daemon, "invitations", "approve");
    let run = sweep(&daemon, "invitations")["run"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for verb in Verb::ALL.iter().copied() {
        let name = verb.name();
        match verb {
            Verb::ImportPeople => {
                let csv = format!("{HEADER}new@acme.example,New,active,User,,,2025-01-10,\n");
                import(&daemon, &verb.path(), &csv);
            }
            Verb::ImportSignins => {
                let line = r#"{"at":"2026-02-21T08:00:00Z","user":"ada@acme.example","kind":"sign_in","id":"a"}"#;
                import(&daemon, &verb.path(), line);
            }
            Verb::ImportAssets => {
                let csv = "id,kind,owner\ne1,active_envelope,ada@acme.example\n";
                import(&daemon, &verb.path(), csv);
            }
            Verb::BackupCreate => {
                let (status, length) = download(&daemon, &verb.path());
                assert!(
                    status.starts_with("HTTP/1.1 200 ") && length > 1_000,
                    "{name}: {status}"
                );
            }
            _ => {
                let (body, answer) = request(verb, &run);
                let (status, envelope) =
                    http::post(&daemon.socket(), &verb.path(), &[], &body.to_string());
                match answer {
                    Answer::Ok => assert!(
                        status == 200 && !envelope["ok"].is_null(),
                        "{name}: {envelope}"
                    ),
                    Answer::Refused(code, rule) => assert_eq!(
                        (status, &envelope["error"]["rule"]),
                        (code, &json!(rule)),
                        "{name}: {envelope}"
                    ),
                }
            }
        }
    }
    // Each body is read strictly: a word too many is a mistake that is told.
    for verb in [
        Verb::UserSuspend,
        Verb::SweepRun,
        Verb::PolicySet,
        Verb::UserList,
    ] {
        let (mut body, _) = request(verb, &run);
        body["surely"] = json!(true);
        let (status, envelope) = http::post(&daemon.socket(), &verb.path(), &[], &body.to_string());
        assert_eq!(
            (status, &envelope["error"]["class"]),
            (400, &json!("usage")),
            "{}",
            verb.name()
        );
    }
    let (status, envelope) = http::post(&daemon.socket(), "/v1/user/dance", &[], "{}");
    assert_eq!(status, 404, "{envelope}");
    assert!(
        envelope["error"]["hint"]
            .as_str()
            .unwrap()
            .contains("/v1/user/suspend"),
        "{envelope}"
    );
}

fn import(daemon: &TestDaemon, path: &str, text: &str) {
    let path = format!("{path}?tenant=acme");
    let (status, lines) = http::try_post(&daemon.socket(), &path, &[], text.as_bytes()).unwrap();
    assert_eq!(status, 200, "{path}: {lines}");
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["type"], &last["added"]),
        (&json!("summary"), &json!(1)),
        "{path}: {lines}"
    );
}

/// Status line and length of an answer that is no text.
fn download(daemon: &TestDaemon, path: &str) -> (String, usize) {
    let mut stream = UnixStream::connect(daemon.socket()).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: rollcall\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let line = answer.split(|b| *b == b'\r').next().unwrap();
    (String::from_utf8_lossy(line).into_owned(), answer.len())
}

#[test]
fn a_verb_that_changes_nothing_writes_nothing() {
    let daemon = TestDaemon::start();
    let people = "ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,\n\
        linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,\n";
    acme(&daemon, people);
    // Asked for over the socket: the command line would not even ask.
    let bind = json!({"role": "auditor", "tenant": null});
    let verbs = [
        ("/v1/user/suspend", json!({"user": "linus@acme.example"})),
        (
            "/v1/policy/set",
            json!({"tenant": "acme", "sweep": "mfa", "mode": "approve"}),
        ),
        (
            "/v1/operator/bind",
            json!({"os_user": "daemon", "person": "dee@acme.example", "grants": [bind]}),
        ),
        (
            "/v1/tenant/owner-set",
            json!({"tenant": "acme", "owner": "ada@acme.example"}),
        ),
        ("/v1/sweep/run", json!({"sweep": "seats", "tenant": "acme"})),
    ];
    let file = format!("{HEADER}{people}");
    let all = || {
        for (path, body) in &verbs {
            common::ask(&daemon, path, body.clone());
        }
        // Linus was suspended by a person since: told, and not undone.
        common::import(&daemon, "people", "acme", &file).ok();
    };
    all();
    let before = heads(&daemon);
    all();
    assert_eq!(heads(&daemon), before);
}
