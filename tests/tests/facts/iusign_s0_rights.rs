//! IUSign: user lifecycle.

use super::common::{Other, open_to_others, possible};
use super::world::{iusign, may, may_not, unchanged};
use rollcall_tests::TestDaemon;
use serde_json::json;

#[test]
fn fact_03_users_in_the_dashboard_are_for_admin_and_owner() {
    let daemon = TestDaemon::start();
    iusign(&daemon);
    unchanged(&daemon, || {
        for user in ["user@acme.example", "viewer@acme.example"] {
            let decision = may_not(&daemon, user, "users.open", json!({}), "permission");
            assert_eq!(decision["instead"], "Admin or Owner is required");
            let said = daemon.say(&["can", user, "users.open"]);
            assert_eq!(said.code, 5, "{}", said.err);
            assert!(
                said.out.contains("Admin or Owner is required"),
                "{}",
                said.out
            );
        }
        // The two who may.
        for user in ["admin@acme.example", "ada@acme.example"] {
            may(&daemon, user, "users.open", json!({}));
            assert_eq!(daemon.say(&["can", user, "users.open"]).code, 0);
        }
    });
}

#[test]
fn fact_03_a_member_who_is_no_admin_lists_no_users() {
    if !possible(
        "fact_03_a_member_who_is_no_admin_lists_no_users",
        &["setpriv", "curl"],
    ) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    iusign(&daemon);
    let other = Other::of(&daemon, 1);
    let bind = |person: &str| {
        let body = json!({"os_user": "daemon", "person": person, "grants": []});
        super::common::ask(&daemon, "/v1/operator/bind", body);
    };
    let list = json!({"tenant": "acme"});
    for person in ["user@acme.example", "viewer@acme.example"] {
        bind(person);
        let (code, envelope) = unchanged(&daemon, || other.curl("/v1/user/list", &list));
        assert_eq!(
            (code, &envelope["error"]["rule"]),
            (403, &json!("permission")),
            "{envelope}"
        );
    }
    bind("admin@acme.example");
    let (code, envelope) = other.curl("/v1/user/list", &list);
    assert_eq!(
        (code, &envelope["ok"]["total"]),
        (200, &json!(5)),
        "{envelope}"
    );
}
