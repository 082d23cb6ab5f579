//! What is asked for and is not there: each verb says so by a rule that is named, and where to see what there is.

use super::common::{acme, ask, heads, refused};
use rollcall_shared::wire::Verb;
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
";

/// Requests that name something there is not, one for each kind of thing the verb names; none for a verb that names
/// nothing, or whose body is no JSON. A verb that is new does not compile without one.
fn requests(verb: Verb) -> Vec<Value> {
    let nowhere = json!({"tenant": "nowhere"});
    let nobody = json!({"user": "nobody@acme.example", "tenant": "acme"});
    let with = |mut body: Value, more: Value| {
        let more = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        body
    };
    match verb {
        Verb::Status
        | Verb::TenantCreate
        | Verb::TenantList
        | Verb::AuditVerify
        | Verb::AuditKey
        | Verb::AuditRekey
        | Verb::OperatorList
        | Verb::CatalogList
        | Verb::ImportPeople
        | Verb::ImportSignins
        | Verb::ImportAssets
        | Verb::BackupCreate => Vec::new(),
        Verb::TenantShow
        | Verb::UserList
        | Verb::SweepList
        | Verb::RunList
        | Verb::PolicyList
        | Verb::AuditList
        | Verb::AuditHead
        | Verb::OrderList
        | Verb::OrderExport
        | Verb::DriftList
        | Verb::CatalogAdopt
        | Verb::RoleList
        | Verb::InvitationList
        | Verb::OwnershipList
        | Verb::ReviewList
        | Verb::TenantSet
        | Verb::FeatureList
        | Verb::ScopeList
        | Verb::ScopeReport
        | Verb::GroupList
        | Verb::DelegationList
        | Verb::ConflictList
        | Verb::AssetList
        | Verb::HandoverList => vec![nowhere],
        Verb::ReviewOpen => vec![with(nowhere, json!({"silence": "keep"}))],
        Verb::CatalogShow => vec![nowhere, json!({"name": "nothing"})],
        Verb::TenantOwnerSet => vec![
            json!({"tenant": "nowhere", "owner": "ada@acme.example"}),
            json!({"tenant": "acme", "owner": "nobody@acme.example"}),
        ],
        Verb::TenantConvert => vec![
            json!({"tenant": "nowhere", "into": "acme"}),
            json!({"tenant": "acme", "into": "nowhere"}),
        ],
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
        | Verb::SessionOpen
        | Verb::HandoverPlan
        | Verb::HandoverStart => vec![nobody],
        Verb::UserDelivery => vec![with(nobody, json!({"delivery": "delivered"}))],
        Verb::UserRole => vec![
            with(nobody, json!({"add": ["user"]})),
            json!({"user": "ada@acme.example", "add": ["chief"]}),
        ],
        Verb::UserEdit => vec![with(nobody, json!({"language": "fr"}))],
        Verb::UserRedact => vec![with(nobody, json!({"reason": "asked for erasure"}))],
        Verb::Diagnose => vec![json!({"user": "nobody@acme.example", "tenant": "nowhere"})],
        Verb::Can => vec![
            with(nobody, json!({"permission": "billing.change"})),
            json!({"user": "ada@acme.example", "permission": "fly"}),
        ],
        Verb::SessionCheck => vec![with(nobody, json!({"manifest": 0}))],
        Verb::UserMove => vec![with(nobody, json!({"to": "/"}))],
        Verb::UserInvite => vec![
            json!({"tenant": "nowhere", "email": ["eve@acme.example"], "roles": ["user"]}),
            json!({"tenant": "acme", "email": ["eve@acme.example"], "roles": ["user"], "team": "Nine"}),
            json!({"email": ["eve@acme.example"], "roles": ["user"], "scope": "Nine"}),
        ],
        Verb::SweepPlan | Verb::SweepRun => vec![with(nowhere, json!({"sweep": "seats"}))],
        Verb::PolicySet => vec![with(nowhere, json!({"sweep": "mfa", "mode": "approve"}))],
        Verb::RunShow | Verb::RunApprove | Verb::RunReject => vec![json!({"run": "0000000000"})],
        Verb::OperatorBind => {
            vec![json!({"os_user": "no-such-user", "person": "dee@acme.example", "grants": []})]
        }
        Verb::OperatorUnbind => vec![json!({"os_user": "no-such-user"})],
        Verb::OrderConfirm | Verb::OrderFail | Verb::OrderReopen => {
            vec![json!({"tenant": "acme", "orders": [77]})]
        }
        Verb::RoleShow => vec![json!({"tenant": "acme", "role": "chief"})],
        Verb::RoleCreate => vec![json!({"tenant": "nowhere", "id": "chief"})],
        Verb::RoleEdit | Verb::RoleDelete => vec![json!({"tenant": "acme", "id": "chief"})],
        Verb::OwnershipStart => vec![
            with(nowhere, json!({"to": "ada@acme.example"})),
            json!({"tenant": "acme", "to": "nobody@acme.example"}),
        ],
        Verb::OwnershipConfirm | Verb::OwnershipCancel => vec![json!({"tenant": "acme", "id": 77})],
        Verb::ReviewShow => vec![json!({"tenant": "acme", "id": 77})],
        Verb::ReviewAnswer => {
            vec![
                json!({"tenant": "acme", "id": 77, "users": ["ada@acme.example"], "verdict": "keep"}),
            ]
        }
        Verb::ReviewClose => vec![json!({"tenant": "acme", "id": 77})],
        Verb::ScopeCreate => vec![
            with(nowhere, json!({"kind": "team", "name": "Nine"})),
            json!({"tenant": "acme", "kind": "team", "name": "Nine", "parent": "No/Where"}),
        ],
        Verb::ScopeSet => vec![json!({"tenant": "acme", "scope": "No/Where", "name": "Ten"})],
        Verb::GroupSet => vec![
            with(nowhere, json!({"kind": "signing_group", "name": "Nine"})),
            json!({"tenant": "acme", "kind": "signing_group", "name": "Nine", "add": ["nobody@acme.example"]}),
        ],
        Verb::GroupShow | Verb::GroupDelete => {
            vec![json!({"tenant": "acme", "kind": "signing_group", "name": "Nine"})]
        }
        Verb::DelegationSet | Verb::DelegationEnd => {
            vec![with(nobody, json!({"delegate": "ada@acme.example"}))]
        }
        Verb::ConflictSet => vec![with(
            nowhere,
            json!({"rule": {"name": "a", "one": {"roles": ["viewer"]}, "other": {"roles": ["admin"]}, "why": "b"}}),
        )],
        Verb::ConflictDelete => vec![json!({"tenant": "acme", "name": "nine"})],
        Verb::ConflictExcept => {
            vec![json!({"tenant": "acme", "name": "nine", "user": "ada@acme.example"})]
        }
        Verb::HandoverResume | Verb::HandoverUndo | Verb::HandoverExport => {
            vec![json!({"tenant": "acme", "id": 77})]
        }
        Verb::PersonShow | Verb::PersonOffboard => vec![json!({"person": "nobody@acme.example"})],
    }
}

#[test]
fn whatever_is_not_there_is_refused_by_a_rule_with_a_way_on() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let enterprise = json!({"tenant": "acme", "tier": "enterprise"});
    ask(&daemon, "/v1/tenant/set", enterprise);
    let before = heads(&daemon);
    let mut wrong = Vec::new();
    for verb in Verb::ALL {
        for body in requests(*verb) {
            let (status, error) = refused(&daemon, &verb.path(), body.clone());
            let said = |key: &str| error[key].as_str().is_some_and(|text| !text.is_empty());
            if !matches!(status, 404 | 409) || !said("rule") || !said("hint") {
                wrong.push(format!("{} {body}: {status} {error}", verb.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(heads(&daemon), before);
}

#[test]
fn a_remedy_names_the_tenant_it_is_about() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let growth = json!({"tenant": "acme", "tier": "growth"});
    ask(&daemon, "/v1/tenant/set", growth);
    let team = json!({"tenant": "acme", "kind": "team", "name": "Sales"});
    for (path, body) in [("/v1/group/set", team.clone()), ("/v1/scope/create", team)] {
        let (_, error) = refused(&daemon, path, body);
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("tenant set acme --tier"), "{error}");
    }
    let list = daemon.say(&["feature", "list", "--tenant", "acme"]).ok();
    assert!(!format!("{list:?}").contains("TENANT"), "{list:?}");
}

/// Requests that ask for what cannot be, each with the rule that says so.
fn wrong() -> Vec<(&'static str, Value, &'static str)> {
    let bind = |role: &str, person: &str| {
        let grants = json!([{"role": role}]);
        json!({"os_user": "daemon", "person": person, "grants": grants})
    };
    let create = |name: &str, seats: u32, tz: &str, owner: &str, catalog: &str| json!({"name": name, "catalog": catalog, "seats": seats, "owner": owner, "tz": tz, "authority": "rollcall"});
    let mail = "ada@new.example";
    vec![
        (
            "user/list",
            json!({"tenant": "acme", "scope": "No/Where"}),
            "scope",
        ),
        ("user/list", json!({"scope": "Sales"}), "scope"),
        (
            "user/list",
            json!({"tenant": "acme", "limit": 5000}),
            "page",
        ),
        (
            "person/offboard",
            json!({"person": "ada@acme.example", "end": "fire"}),
            "end",
        ),
        (
            "audit/list",
            json!({"tenant": "acme", "platform": true}),
            "journal",
        ),
        ("audit/list", json!({"before": 7}), "journal"),
        ("operator/bind", bind("king", "dee@acme.example"), "roles"),
        ("operator/bind", bind("auditor", "dee"), "email"),
        (
            "order/confirm",
            json!({"tenant": "acme", "orders": []}),
            "order",
        ),
        (
            "policy/set",
            json!({"tenant": "acme", "sweep": "mfa", "schedule": "never"}),
            "schedule",
        ),
        ("can", json!({"user": "ada@acme.example"}), "question"),
        ("catalog/show", json!({}), "catalog"),
        (
            "sweep/run",
            json!({"sweep": "mfa", "at": "2026-01-01T00:00:00Z"}),
            "sweep-day",
        ),
        (
            "sweep/run",
            json!({"sweep": "mfa", "plan": "ab".repeat(32)}),
            "plan",
        ),
        (
            "sweep/run",
            json!({"sweep": "mfa", "tenant": "acme", "plan": "xyz"}),
            "plan",
        ),
        (
            "tenant/create",
            create("New!", 1, "UTC", mail, "iusign"),
            "tenant-name",
        ),
        (
            "tenant/create",
            create("new", 0, "UTC", mail, "iusign"),
            "seats",
        ),
        (
            "tenant/create",
            create("new", 1, "Mars", mail, "iusign"),
            "time-zone",
        ),
        (
            "tenant/create",
            create("new", 1, "UTC", "ada", "iusign"),
            "email",
        ),
        (
            "tenant/create",
            create("new", 1, "UTC", mail, "paper"),
            "catalog",
        ),
        ("nothing", json!({}), "path"),
    ]
}

#[test]
fn whatever_is_asked_wrongly_is_refused_by_a_rule_with_a_way_on() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let before = heads(&daemon);
    let mut bad = Vec::new();
    let mut held = |what: String, error: &Value, rule: Option<&str>| {
        let said = |key: &str| error[key].as_str().filter(|text| !text.is_empty());
        let named = said("rule").is_some_and(|is| rule.is_none_or(|rule| rule == is));
        if !named || said("hint").is_none() {
            bad.push(format!("{what}: {error}"));
        }
    };
    for (path, body, rule) in wrong() {
        let (_, error) = refused(&daemon, &format!("/v1/{path}"), body.clone());
        held(format!("{path} {body}"), &error, Some(rule));
    }
    // No verb takes numbers for names, nor what is no JSON.
    let mut numbers = 0;
    // Files and backups are no JSON, and the key is changed by being asked for.
    let asked = |verb: &&Verb| {
        !matches!(
            verb,
            Verb::ImportPeople
                | Verb::ImportSignins
                | Verb::ImportAssets
                | Verb::BackupCreate
                | Verb::AuditRekey
        )
    };
    for verb in Verb::ALL.iter().filter(asked) {
        let body = json!({"tenant": 7, "user": 7, "name": 7, "run": 7, "person": 7, "os_user": 7});
        let (status, envelope) = http::post(&daemon.socket(), &verb.path(), &[], &body.to_string());
        if status != 200 {
            numbers += 1;
            held(format!("{} {body}", verb.name()), &envelope["error"], None);
        }
        let (status, envelope) = http::post(&daemon.socket(), &verb.path(), &[], "{");
        if status != 200 {
            held(format!("{} {{", verb.name()), &envelope["error"], None);
        }
    }
    assert!(numbers > 60, "{numbers}");
    for (header, value) in [("x-rollcall-request-id", "7"), ("x-rollcall-version", "99")] {
        let told = http::post(&daemon.socket(), "/v1/status", &[(header, value)], "{}");
        if told.0 != 200 {
            held(header.to_owned(), &told.1["error"], None);
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
    assert_eq!(heads(&daemon), before);
}
