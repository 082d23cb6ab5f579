//! IgniSign: users, roles, rights.

use super::common::ask;
use super::world::{may, may_not, people, tenant, unchanged};
use rollcall_tests::TestDaemon;
use serde_json::json;

const PRODUCTION: &str = "Acme/Portal/PRODUCTION";

/// An organization with one person in each role, where that role is held.
fn ignisign() -> TestDaemon {
    let daemon = TestDaemon::start();
    tenant(&daemon, "ign", "ignisign");
    let rows = [
        ("super", "SUPER_ADMIN", ""),
        ("owner", "ORG_OWNER", ""),
        ("orgadmin", "ORG_ADMIN", "Acme"),
        ("billing", "ORG_BILLING", "Acme"),
        ("member", "ORG_USER", "Acme"),
        ("manager", "APP_MANAGER", PRODUCTION),
        ("operator", "APP_OPERATOR", PRODUCTION),
        ("reader", "APP_READER", PRODUCTION),
        ("signer", "SIGNERS", PRODUCTION),
        ("proofs", "INVITED_PROOF_READER", PRODUCTION),
    ];
    people(&daemon, "ign", &rows);
    daemon
}

fn of(name: &str) -> String {
    format!("{name}@ign.example")
}

fn yes(daemon: &TestDaemon, name: &str, action: &str, scope: &str) {
    may(daemon, &of(name), action, json!({"scope": scope}));
}

fn no(daemon: &TestDaemon, name: &str, action: &str, scope: &str) {
    may_not(
        daemon,
        &of(name),
        action,
        json!({"scope": scope}),
        "permission",
    );
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
    let all = unchanged(&daemon, || {
        ask(&daemon, "/v1/role/list", json!({"tenant": "ign"}))
    });
    let roles = all["roles"].as_array().unwrap();
    let permissions = all["permissions"].as_array().unwrap();
    assert_eq!((roles.len(), permissions.len()), (12, 25));
    let mut total = 0;
    for ((label, dashes), permission) in DASHES.iter().zip(permissions) {
        assert_eq!(permission["name"], json!(label));
        let grants = |role: &&serde_json::Value| {
            role["grants"]
                .as_array()
                .unwrap()
                .contains(&permission["id"])
        };
        let holders = roles.iter().filter(grants).count() as u64;
        assert_eq!(holders, 12 - dashes, "{label}");
        total += holders;
    }
    assert_eq!(total, 108);
}

#[test]
fn fact_18_organization_billing_opens_billing_and_no_signature_request() {
    let daemon = ignisign();
    unchanged(&daemon, || {
        yes(&daemon, "billing", "billing.open", "Acme");
        no(&daemon, "billing", "request.open", PRODUCTION);
        no(&daemon, "member", "billing.open", "Acme");
    });
    let said = daemon.say(&["can", &of("billing"), "request.open", "--scope", PRODUCTION]);
    assert_eq!(said.code, 5, "{}", said.out);
}

#[test]
fn fact_19_an_operator_creates_requests_and_only_reads_templates() {
    let daemon = ignisign();
    unchanged(&daemon, || {
        yes(&daemon, "operator", "request.create", PRODUCTION);
        yes(&daemon, "operator", "template.open", PRODUCTION);
        no(&daemon, "operator", "template.edit", PRODUCTION);
        yes(&daemon, "manager", "template.edit", PRODUCTION);
        // In the environments named and nowhere else.
        may_not(
            &daemon,
            &of("operator"),
            "request.create",
            json!({"scope": "Acme/Portal"}),
            "scope",
        );
    });
}

#[test]
fn fact_20_a_manager_has_webhooks_and_neither_keys_nor_members() {
    let daemon = ignisign();
    unchanged(&daemon, || {
        yes(&daemon, "manager", "webhook.manage", PRODUCTION);
        no(&daemon, "manager", "api_key.generate", PRODUCTION);
        no(&daemon, "manager", "application_member.invite", PRODUCTION);
        yes(&daemon, "orgadmin", "api_key.generate", PRODUCTION);
    });
}

#[test]
fn fact_21_restricted_proofs_are_for_readers_and_shared_ones_for_the_invited_too() {
    let daemon = ignisign();
    unchanged(&daemon, || {
        yes(&daemon, "reader", "proof.open_restricted", PRODUCTION);
        no(&daemon, "proofs", "proof.open_restricted", PRODUCTION);
        yes(&daemon, "proofs", "proof.open_shared", PRODUCTION);
        no(&daemon, "billing", "proof.open_shared", PRODUCTION);
    });
}

#[test]
fn fact_22_only_the_signer_executes_a_signature_session() {
    let daemon = ignisign();
    unchanged(&daemon, || {
        let decision = may_not(
            &daemon,
            &of("super"),
            "session.execute",
            json!({"scope": PRODUCTION}),
            "permission",
        );
        assert_eq!(decision["instead"], "only the Signer may");
        yes(&daemon, "signer", "session.execute", PRODUCTION);
        yes(&daemon, "super", "request.create", PRODUCTION);
    });
}

#[test]
fn fact_23_an_organization_admin_archives_the_organization() {
    let daemon = ignisign();
    unchanged(&daemon, || {
        yes(&daemon, "orgadmin", "organization.archive", "Acme");
        no(&daemon, "member", "organization.archive", "Acme");
    });
}

#[test]
fn fact_24_an_organization_user_reads_basic_data_and_changes_none() {
    let daemon = ignisign();
    unchanged(&daemon, || {
        yes(&daemon, "member", "organization.open", "Acme");
        no(&daemon, "member", "organization.change", "Acme");
        yes(&daemon, "orgadmin", "organization.change", "Acme");
        no(&daemon, "operator", "organization.open", PRODUCTION);
    });
}
