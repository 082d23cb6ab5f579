//! IUSign: role governance.

use super::world::{can, iusign, may, may_not, signing_group, unchanged};
use rollcall_tests::TestDaemon;
use serde_json::json;

#[test]
fn fact_11_an_admin_changes_no_billing_and_deletes_no_tenant() {
    let daemon = TestDaemon::start();
    iusign(&daemon);
    unchanged(&daemon, || {
        for action in [
            "billing.modify",
            "tenant.remove",
            "billing.change",
            "tenant.delete",
        ] {
            may_not(
                &daemon,
                "admin@acme.example",
                action,
                json!({}),
                "permission",
            );
            may(&daemon, "ada@acme.example", action, json!({}));
        }
        // Looking at it is an Admin's.
        let looked = may(&daemon, "admin@acme.example", "billing.open", json!({}));
        assert_eq!(looked["read_only"], true);
    });
}

#[test]
fn fact_12_a_private_document_opens_through_a_signing_group_only() {
    let daemon = TestDaemon::start();
    iusign(&daemon);
    let private = json!({"owner": "uma@acme.example"});
    let user = "user@acme.example";
    let decision = may_not(&daemon, user, "document.open", private.clone(), "relation");
    assert!(
        decision["instead"]
            .as_str()
            .unwrap()
            .contains("Signing Group"),
        "{decision}"
    );
    // Its owner opens it, and so does who sees everything.
    may(
        &daemon,
        "uma@acme.example",
        "document.open",
        private.clone(),
    );
    may(&daemon, "admin@acme.example", "document.open", private);
    signing_group(&daemon, "Closers", &[user, "uma@acme.example"]);
    let shared = json!({"owner": "uma@acme.example", "groups": ["Closers"]});
    may(&daemon, user, "document.open", shared.clone());
    assert_eq!(
        daemon
            .say(&[
                "can",
                user,
                "document.open",
                "--owner",
                "uma@acme.example",
                "--group",
                "Closers"
            ])
            .code,
        0
    );
    // One that is not shared still does not open.
    may_not(
        &daemon,
        user,
        "document.open",
        json!({"owner": "uma@acme.example"}),
        "relation",
    );
}

#[test]
fn fact_13_a_viewer_reads_every_document_and_its_trail_and_changes_none() {
    let daemon = TestDaemon::start();
    iusign(&daemon);
    let any = json!({"owner": "uma@acme.example"});
    unchanged(&daemon, || {
        for action in ["document.open", "audit_trail.open"] {
            let decision = may(&daemon, "viewer@acme.example", action, any.clone());
            assert_eq!(decision["read_only"], true, "{decision}");
            let said = daemon.say(&[
                "can",
                "viewer@acme.example",
                action,
                "--owner",
                "uma@acme.example",
                "--change",
            ]);
            assert_eq!(said.code, 5, "{}", said.out);
        }
        let full = may(&daemon, "admin@acme.example", "document.open", any.clone());
        assert_eq!(full["read_only"], false);
        may_not(
            &daemon,
            "user@acme.example",
            "audit_trail.open",
            any.clone(),
            "relation",
        );
    });
}

#[test]
fn fact_14_a_viewer_starts_nothing_and_is_told_who_may() {
    let daemon = TestDaemon::start();
    iusign(&daemon);
    let own = |user: &str| json!({"owner": user});
    unchanged(&daemon, || {
        for action in [
            "transaction.create",
            "transaction.send",
            "transaction.modify",
        ] {
            let viewer = "viewer@acme.example";
            let decision = can(&daemon, viewer, action, own(viewer));
            assert_eq!(decision["allowed"], false, "{decision}");
            assert_eq!(decision["rule"], "permission");
            let help = decision["instead"].as_str().unwrap();
            assert!(help.contains("User or Admin is needed"), "{help}");
            for user in ["user@acme.example", "admin@acme.example"] {
                may(&daemon, user, action, own(user));
            }
        }
    });
}
