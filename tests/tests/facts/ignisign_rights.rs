//! IgniSign: users, roles, rights.

use super::common::{ask, open_to_others, possible};
use super::given::{begun, bring, member};
use super::world::{
    account, command, command_of, denied, holds, journalled, may, may_not, says, turned_down,
    unmoved,
};
use rollcall_tests::TestDaemon;
use serde_json::json;

const PRODUCTION: &str = "Acme/Portal/PRODUCTION";
const REQUEST: &str = "Acme/Portal/PRODUCTION/Lease 7";

/// An organization with one person in each role, where that role is held.
fn ignisign() -> TestDaemon {
    let daemon = TestDaemon::start();
    given(&daemon);
    daemon
}

fn given(daemon: &TestDaemon) {
    let owner = ("owner@ign.example", "ORG_OWNER", "");
    begun(daemon, "ign", "ignisign", 0, &[owner]);
    let people = [
        ("super@ign.example", "SUPER_ADMIN", ""),
        ("orgadmin@ign.example", "ORG_ADMIN", "Acme"),
        ("billing@ign.example", "ORG_BILLING", "Acme"),
        ("member@ign.example", "ORG_USER", "Acme"),
        ("appadmin@ign.example", "APP_ADMIN", "Acme/Portal"),
        ("manager@ign.example", "APP_MANAGER", PRODUCTION),
        ("operator@ign.example", "APP_OPERATOR", PRODUCTION),
        ("reader@ign.example", "APP_READER", PRODUCTION),
        ("signer@ign.example", "SIGNERS", PRODUCTION),
        ("proofs@ign.example", "INVITED_PROOF_READER", REQUEST),
        ("papers@ign.example", "INVITED_DOCUMENT_PROVIDER", REQUEST),
    ];
    bring(daemon, "ign", &people);
}

/// That this person may do that there: so says the API, and so says the command line.
fn yes(daemon: &TestDaemon, name: &str, action: &str, scope: &str) {
    let user = format!("{name}@ign.example");
    may(daemon, &user, action, json!({"scope": scope}));
    let line = format!("can {user} {action} --scope '{scope}'");
    command(daemon, &line, 0, &["yes"]);
}

/// That this person may not, because no role of theirs grants it.
fn no(daemon: &TestDaemon, name: &str, action: &str, scope: &str) {
    refused(daemon, name, action, scope, "permission");
}

fn refused(daemon: &TestDaemon, name: &str, action: &str, scope: &str, rule: &str) {
    let user = format!("{name}@ign.example");
    may_not(daemon, &user, action, json!({"scope": scope}), rule);
    let line = format!("can {user} {action} --scope '{scope}'");
    command(daemon, &line, 5, &["no", rule]);
}

/// The dashes of the product's own table, row by row.
const DASHES: [(&str, u64); 25] = [
    ("Platform Organization Management", 11),
    ("Platform User Management", 11),
    ("Platform KPI", 11),
    ("Organization Archiving", 9),
    ("Organization Billing", 8),
    ("Organization Member Management", 9),
    ("Organization Delegation Agreement", 9),
    ("Organization Basic Information (Read)", 7),
    ("Organization Basic Information (Write)", 9),
    ("Application Customization", 8),
    ("Application Member Management", 8),
    ("API Keys Management", 8),
    ("Webhooks Management", 7),
    ("Document Template Management", 7),
    ("Document Template Read", 5),
    ("Signature Profile Management", 7),
    ("Signature Profile Read", 5),
    ("Signature Request Management", 6),
    ("Signature Request Read", 5),
    ("Signers Management", 6),
    ("Signers Read", 5),
    ("Signature Session Execution", 11),
    ("Signature Proof Restricted Read", 5),
    ("Signature Proof Shared Read", 4),
    ("Document Provider", 11),
];

#[test]
fn fact_17_each_permission_has_twelve_holders_less_its_dashes_108_in_all() {
    let daemon = ignisign();
    let all = unmoved(&daemon, || {
        ask(&daemon, "/v1/role/list", json!({"tenant": "ign"}))
    });
    let roles = all["roles"].as_array().unwrap();
    let permissions = all["permissions"].as_array().unwrap();
    assert_eq!((roles.len(), permissions.len()), (12, 25));
    assert_eq!(DASHES.iter().map(|(_, dashes)| dashes).sum::<u64>(), 192);
    let mut total = 0;
    for ((label, dashes), permission) in DASHES.iter().zip(permissions) {
        assert_eq!(permission["name"], json!(label));
        let grants = |role: &&serde_json::Value| {
            let grants = role["grants"].as_array().unwrap();
            grants.contains(&permission["id"])
        };
        let holders: Vec<_> = roles.iter().filter(grants).collect();
        assert_eq!(holders.len() as u64, 12 - dashes, "{label}");
        // None of those who are counted is kept from it by a block.
        assert!(holders.iter().all(|role| role["blocks"] == json!([])));
        total += holders.len();
    }
    assert_eq!(total, 108);
    // By the command line: a row for each permission, whose holders are counted.
    let line = "role list --tenant ign --permissions --json";
    let told = command(&daemon, line, 0, &["Signature Proof Shared Read"]).json();
    assert_eq!(told, all);
    // The near case: a permission granted to one more role would be 109; who holds none of a row is refused it.
    no(&daemon, "papers", "SIGNATURE_PROOF_SHARED_READ", REQUEST);
    yes(&daemon, "proofs", "SIGNATURE_PROOF_SHARED_READ", REQUEST);
}

#[test]
fn fact_18_organization_billing_opens_billing_and_no_signature_request() {
    let daemon = ignisign();
    unmoved(&daemon, || {
        yes(&daemon, "billing", "billing.open", "Acme");
        for place in ["Acme", "Acme/Portal", PRODUCTION] {
            no(&daemon, "billing", "request.open", place);
        }
        // Who has requests has no billing, and the other way round.
        yes(&daemon, "reader", "request.open", PRODUCTION);
        no(&daemon, "reader", "billing.open", PRODUCTION);
        no(&daemon, "member", "billing.open", "Acme");
    });
}

#[test]
fn fact_19_an_operator_creates_requests_and_only_reads_templates() {
    let daemon = ignisign();
    unmoved(&daemon, || {
        yes(&daemon, "operator", "request.create", PRODUCTION);
        yes(&daemon, "operator", "template.open", PRODUCTION);
        no(&daemon, "operator", "template.edit", PRODUCTION);
        yes(&daemon, "manager", "template.edit", PRODUCTION);
        no(&daemon, "reader", "request.create", PRODUCTION);
        // In the environments named and nowhere else.
        refused(
            &daemon,
            "operator",
            "request.create",
            "Acme/Portal",
            "scope",
        );
    });
}

#[test]
fn fact_20_a_manager_has_webhooks_and_neither_keys_nor_members() {
    let daemon = ignisign();
    unmoved(&daemon, || {
        yes(&daemon, "manager", "webhook.manage", PRODUCTION);
        no(&daemon, "manager", "api_key.generate", PRODUCTION);
        for place in [PRODUCTION, "Acme/Portal"] {
            no(&daemon, "manager", "application_member.invite", place);
        }
        // The Application Admin has all three, the Operator none.
        for action in [
            "webhook.manage",
            "api_key.generate",
            "application_member.invite",
        ] {
            yes(&daemon, "appadmin", action, PRODUCTION);
            no(&daemon, "operator", action, PRODUCTION);
        }
    });
}

#[test]
fn fact_20_a_manager_invites_no_member_of_the_application_and_its_admin_does() {
    if !possible("fact_20", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    given(&daemon);
    let body = json!({
        "tenant": "ign", "email": ["new@ign.example"], "roles": ["APP_READER"], "scope": "Acme/Portal",
    });
    let line =
        "user invite new@ign.example --tenant ign --role APP_READER --scope Acme/Portal --yes";
    for name in ["manager", "operator"] {
        let other = member(&daemon, &format!("{name}@ign.example"));
        denied(
            &daemon,
            &other,
            "/v1/user/invite",
            body.clone(),
            "permission",
        );
        unmoved(&daemon, || {
            command_of(&other, line, 5, &["rule: permission"])
        });
    }
    let admin = member(&daemon, "appadmin@ign.example");
    let entries = [
        "status invited",
        "roles APP_READER@Acme/Portal/DEVELOPMENT+",
    ];
    journalled(&daemon, "ign", "user invite", &entries, || {
        says(&admin, "/v1/user/invite", body)
    });
    assert_eq!(account(&daemon, "new@ign.example")["status"], "invited");
}

#[test]
fn a_role_of_an_environment_is_given_in_environments_and_not_everywhere() {
    let daemon = ignisign();
    let invite = |more: serde_json::Value| {
        let mut body =
            json!({"tenant": "ign", "email": ["op@ign.example"], "roles": ["APP_OPERATOR"]});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    // Without a place it would be everywhere; at an organization in all its applications.
    for more in [
        json!({}),
        json!({"scope": "Acme"}),
        json!({"roles": ["APP_OPERATOR@Acme"]}),
    ] {
        let error = turned_down(&daemon, "/v1/user/invite", invite(more), "role-scope");
        holds(
            &error["hint"],
            &["environment, application", "APP_OPERATOR@PATH"],
        );
    }
    let user = "reader@ign.example";
    for place in [
        "APP_OPERATOR",
        "APP_OPERATOR@Acme",
        "INVITED_PROOF_READER@Acme/Portal/PRODUCTION",
    ] {
        let body = json!({"user": user, "add": [place]});
        turned_down(&daemon, "/v1/user/role", body, "role-scope");
    }
    let file = "email,first_name,last_name,status,roles,account\nfay@ign.example,Fay,Lee,active,APP_OPERATOR,\n";
    let said = super::common::import(&daemon, "people", "ign", file);
    assert!(said.err.contains("role-scope"), "{said:?}");
    // Named at an application it is given in its three environments, and taken away there together.
    let body = json!({"user": user, "add": ["APP_OPERATOR@Acme/Portal"]});
    let entries = [
        "APP_OPERATOR@Acme/Portal/DEVELOPMENT+APP_OPERATOR@Acme/Portal/Staging (testing)+APP_OPERATOR@Acme/Portal/PRODUCTION",
    ];
    journalled(&daemon, "ign", "user role", &entries, || {
        ask(&daemon, "/v1/user/role", body)
    });
    for place in ["Acme/Portal/DEVELOPMENT", PRODUCTION] {
        yes(&daemon, "reader", "request.create", place);
    }
    refused(&daemon, "reader", "request.create", "Acme", "scope");
    let line = format!("user role {user} --remove APP_OPERATOR@Acme/Portal --yes");
    command(&daemon, &line, 0, &["roles are changed"]);
    no(&daemon, "reader", "request.create", PRODUCTION);
    let body = json!({"tenant": "ign", "email": ["op@ign.example"], "roles": ["APP_OPERATOR"], "scope": "Acme/Portal"});
    ask(&daemon, "/v1/user/invite", body);
}

#[test]
fn fact_21_restricted_proofs_are_for_readers_and_shared_ones_for_the_invited_too() {
    let daemon = ignisign();
    unmoved(&daemon, || {
        yes(&daemon, "reader", "proof.open_restricted", PRODUCTION);
        no(&daemon, "proofs", "proof.open_restricted", REQUEST);
        yes(&daemon, "proofs", "proof.open_shared", REQUEST);
        yes(&daemon, "reader", "proof.open_shared", REQUEST);
        // Nothing beside the request they are invited to, and nothing for who was asked for a document only.
        refused(&daemon, "proofs", "proof.open_shared", PRODUCTION, "scope");
        no(&daemon, "papers", "proof.open_shared", REQUEST);
        no(&daemon, "billing", "proof.open_shared", PRODUCTION);
    });
}

#[test]
fn fact_22_only_the_signer_executes_a_signature_session() {
    let daemon = ignisign();
    unmoved(&daemon, || {
        let user = "super@ign.example";
        let place = json!({"scope": PRODUCTION});
        let decision = may_not(&daemon, user, "session.execute", place, "permission");
        assert_eq!(decision["instead"], "only the Signer may");
        let line = format!("can {user} session.execute --scope {PRODUCTION}");
        command(&daemon, &line, 5, &["only the Signer may"]);
        // Nobody else of the twelve either.
        for name in [
            "owner", "orgadmin", "billing", "member", "appadmin", "manager", "operator", "reader",
            "proofs", "papers",
        ] {
            no(&daemon, name, "session.execute", PRODUCTION);
        }
        yes(&daemon, "signer", "session.execute", PRODUCTION);
        yes(&daemon, "super", "request.create", PRODUCTION);
    });
}

#[test]
fn fact_23_an_organization_admin_archives_the_organization() {
    if !possible("fact_23", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    given(&daemon);
    bring(
        &daemon,
        "ign",
        &[("other@ign.example", "ORG_ADMIN", "Bolt")],
    );
    unmoved(&daemon, || {
        yes(&daemon, "orgadmin", "organization.archive", "Acme");
        for name in ["member", "billing"] {
            no(&daemon, name, "organization.archive", "Acme");
        }
        no(&daemon, "appadmin", "organization.archive", "Acme/Portal");
    });
    let archive = json!({"tenant": "ign", "scope": "Acme", "state": "archived"});
    for name in ["member", "billing", "appadmin", "manager", "other"] {
        let person = member(&daemon, &format!("{name}@ign.example"));
        denied(
            &daemon,
            &person,
            "/v1/scope/set",
            archive.clone(),
            "permission",
        );
    }
    let admin = member(&daemon, "orgadmin@ign.example");
    // Of another organization nothing is theirs, and nothing is told.
    let beside = json!({"tenant": "ign", "scope": "Bolt", "state": "archived"});
    let nowhere = json!({"tenant": "ign", "scope": "Nowhere", "state": "archived"});
    let told =
        [beside, nowhere].map(|body| denied(&daemon, &admin, "/v1/scope/set", body, "permission"));
    assert_eq!(told[0], told[1]);
    // Done, nothing is granted inside any more.
    let entries = ["organisation \"Acme\": state active → archived"];
    journalled(&daemon, "ign", "scope set", &entries, || {
        let line = "scope set Acme --tenant ign --state archived --yes";
        command_of(&admin, line, 0, &["archived"])
    });
    refused(
        &daemon,
        "orgadmin",
        "organization.archive",
        "Acme",
        "scope-state",
    );
}

#[test]
fn fact_24_an_organization_user_reads_basic_data_and_changes_none() {
    let daemon = ignisign();
    unmoved(&daemon, || {
        yes(&daemon, "member", "organization.open", "Acme");
        let user = "member@ign.example";
        let place = json!({"scope": "Acme"});
        let decision = may_not(&daemon, user, "organization.change", place, "permission");
        holds(
            &decision["instead"],
            &["Organization Owner", "Organization Admin"],
        );
        no(&daemon, "member", "organization.change", "Acme");
        yes(&daemon, "orgadmin", "organization.change", "Acme");
        no(&daemon, "operator", "organization.open", PRODUCTION);
    });
}

#[test]
fn fact_24_an_organization_user_is_refused_the_change_that_its_admin_makes() {
    if !possible("fact_24", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    given(&daemon);
    let change = json!({"tenant": "ign", "scope": "Acme", "settings": {"language": "fr"}});
    let user = member(&daemon, "member@ign.example");
    denied(
        &daemon,
        &user,
        "/v1/scope/set",
        change.clone(),
        "permission",
    );
    let line = "scope set Acme --tenant ign --set language=fr --yes";
    unmoved(&daemon, || {
        command_of(&user, line, 5, &["rule: permission"])
    });
    let admin = member(&daemon, "orgadmin@ign.example");
    let entries = ["organisation \"Acme\": language none → \"fr\""];
    journalled(&daemon, "ign", "scope set", &entries, || {
        says(&admin, "/v1/scope/set", change)
    });
    // An Application Admin customizes the application, and neither puts it out of use nor takes it elsewhere.
    let app = member(&daemon, "appadmin@ign.example");
    let own = json!({"tenant": "ign", "scope": "Acme/Portal", "settings": {"branding": "blue"}});
    says(&app, "/v1/scope/set", own);
    for more in [
        json!({"state": "blocked"}),
        json!({"parent": "Acme"}),
        json!({"parent": "/"}),
    ] {
        let mut body = json!({"tenant": "ign", "scope": "Acme/Portal"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let (code, envelope) = unmoved(&daemon, || app.ask("/v1/scope/set", &body));
        let nothing = envelope["ok"]["nothing"] == json!(true);
        assert!(nothing || code == 403, "{more}: {envelope}");
    }
}

#[test]
fn an_organization_admin_removes_a_user_of_the_organization_and_nobody_else() {
    if !possible("delete in a part", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    given(&daemon);
    bring(&daemon, "ign", &[("other@ign.example", "ORG_USER", "Bolt")]);
    let both = json!({"user": "billing@ign.example", "add": ["ORG_USER@Bolt"]});
    ask(&daemon, "/v1/user/role", both);
    let admin = member(&daemon, "orgadmin@ign.example");
    let delete = |who: &str| json!({"user": format!("{who}@ign.example"), "tenant": "ign"});
    // Who is elsewhere is as one who does not exist, and who is elsewhere as well is not the organization's alone.
    let told = ["other", "nobody"].map(|who| {
        denied(
            &daemon,
            &admin,
            "/v1/user/delete",
            delete(who),
            "permission",
        )
    });
    assert_eq!(told[0], told[1]);
    denied(
        &daemon,
        &admin,
        "/v1/user/delete",
        delete("billing"),
        "permission",
    );
    // Nor does who administers an application alone.
    let app = member(&daemon, "appadmin@ign.example");
    denied(
        &daemon,
        &app,
        "/v1/user/delete",
        delete("reader"),
        "permission",
    );
    let admin = member(&daemon, "orgadmin@ign.example");
    let entries = ["status active → deleted"];
    journalled(&daemon, "ign", "user delete", &entries, || {
        says(&admin, "/v1/user/delete", delete("reader"))
    });
    command_of(
        &admin,
        "user delete member@ign.example --yes",
        0,
        &["is deleted"],
    );
}
