//! IUSign, role governance: edited roles, and sessions that are open meanwhile.

use crate::common::{ask, open_to_others, possible};
use crate::given::{acme, assets, member};
use crate::world::{
    account, command, command_of, denied, entry_of, holds, journalled, journalled_because, may,
    may_not, owners, says, standing, turned_down, unmoved,
};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

#[test]
fn fact_09_the_owners_role_is_not_edited_it_is_transferred() {
    if !possible("fact_09", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let ann = member(&daemon, "ann@acme.example");
    let edit = json!({"user": "ada@acme.example", "set": ["user"]});
    let rule = "ownership-transfer";
    let error = denied(&daemon, &ann, "/v1/user/role", edit.clone(), rule);
    let way = "Transfer of Ownership in Billing settings";
    holds(&error["hint"], &[way, "ownership start"]);
    turned_down(&daemon, "/v1/user/role", edit, rule);
    unmoved(&daemon, || {
        let line = "user role ada@acme.example --set user --yes";
        command_of(&ann, line, 6, &["rule: ownership-transfer", way])
    });
    assert_eq!(owners(&daemon, "acme"), json!(["ada@acme.example"]));

    // Another's role is an Admin's to edit.
    let other = json!({"user": "linus@acme.example", "set": ["viewer"]});
    let entry = entry_of(&daemon, "linus@acme.example") + "roles user → viewer";
    journalled(&daemon, "acme", "user role", &[&entry], || {
        says(&ann, "/v1/user/role", other)
    });
}

#[test]
fn fact_10_no_second_owner_by_edit_role() {
    if !possible("fact_10", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let linus = "linus@acme.example";
    let ways = [
        json!({"user": linus, "set": ["owner"]}),
        json!({"user": linus, "add": ["Owner"]}),
    ];
    let rule = "ownership-transfer";
    for way in &ways {
        turned_down(&daemon, "/v1/user/role", way.clone(), rule);
    }
    // Anybody: an Admin, and the Owner as well.
    for person in ["ann@acme.example", "ada@acme.example"] {
        let other = member(&daemon, person);
        for way in &ways {
            denied(&daemon, &other, "/v1/user/role", way.clone(), rule);
        }
        let line = "user role linus@acme.example --set owner --yes";
        command_of(&other, line, 6, &["rule: ownership-transfer"]);
    }
    assert_eq!(owners(&daemon, "acme"), json!(["ada@acme.example"]));

    // Any other role is given, and the count of Owners stays.
    let line = "user role linus@acme.example --set admin --yes";
    let entry = entry_of(&daemon, linus) + "roles user → admin";
    journalled(&daemon, "acme", "user role", &[&entry], || {
        command(&daemon, line, 0, &["roles User → Admin"])
    });
    assert_eq!(owners(&daemon, "acme"), json!(["ada@acme.example"]));
}

#[test]
fn fact_15_a_raised_user_has_admin_rights_at_the_next_request_and_a_stale_screen() {
    if !possible("fact_15", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let user = "linus@acme.example";
    let linus = member(&daemon, user);
    let list = json!({"tenant": "acme"});
    denied(&daemon, &linus, "/v1/user/list", list.clone(), "permission");
    may_not(&daemon, user, "users.open", json!({}), "permission");
    let signed_in = || ask(&daemon, "/v1/session/open", json!({"user": user}));
    let menu = |session: &Value| session["permissions"].as_array().unwrap().clone();
    let old = signed_in();
    let line = |session: &Value| format!("session check {user} --manifest {}", session["manifest"]);
    command(&daemon, &line(&old), 0, &["good"]);

    let raise = json!({"user": user, "set": ["admin"], "reason": "new task"});
    let entry = entry_of(&daemon, user) + "roles user → admin";
    let entries = [entry.as_str(), "permission manifest 0 → 1"];
    let reason = Some("new task");
    let done = journalled_because(&daemon, "acme", "user role", &entries, reason, || {
        ask(&daemon, "/v1/user/role", raise.clone())
    });
    holds(&done["warnings"][0], &["next request", "sign in again"]);
    // The next request: rights of an Admin.
    assert_eq!(says(&linus, "/v1/user/list", list)["total"], 5);
    may(&daemon, user, "users.open", json!({}));
    // The old screen: it shows what it got, and is told so.
    assert!(!menu(&old).contains(&json!("user.manage")), "{old}");
    let stale = standing(&daemon, user, &old);
    assert_eq!(stale["standing"], "stale", "{stale}");
    assert_ne!(stale["instead"], json!(""), "{stale}");
    command(&daemon, &line(&old), 3, &["stale", "sign out and in again"]);
    // Out and in again: the new menu, and nothing stale.
    let new = signed_in();
    assert!(menu(&new).contains(&json!("user.manage")), "{new}");
    command(&daemon, &line(&new), 0, &["good"]);

    // A change of nothing writes nothing, and leaves the session good.
    unmoved(&daemon, || ask(&daemon, "/v1/user/role", raise));
    assert_eq!(standing(&daemon, user, &new)["standing"], "good");
}

#[test]
fn fact_16_who_left_is_refused_in_old_sessions_too_and_their_past_stays_readable() {
    let daemon = TestDaemon::start();
    acme(&daemon, 10);
    let user = "linus@acme.example";
    let linus = json!({"user": user});
    let theirs = json!({"owner": user});
    assets(&daemon, "acme", user, &[("e1", "completed_envelope")]);
    let raise = json!({"user": user, "set": ["admin"]});
    ask(&daemon, "/v1/user/role", raise);
    let opened = ask(&daemon, "/v1/session/open", linus.clone());
    may(&daemon, user, "transaction.modify", theirs.clone());

    let entry = entry_of(&daemon, user) + "status active → deactivated";
    let body = json!({"user": user, "reason": "left"});
    let reason = Some("left");
    journalled_because(
        &daemon,
        "acme",
        "user deactivate",
        &[&entry],
        reason,
        || ask(&daemon, "/v1/user/deactivate", body),
    );
    // No sign-in, and no act in the session that is still open.
    turned_down(&daemon, "/v1/session/open", linus.clone(), "status");
    unmoved(&daemon, || {
        may_not(
            &daemon,
            user,
            "transaction.modify",
            theirs.clone(),
            "status",
        );
        let ended = standing(&daemon, user, &opened);
        assert_eq!(ended["standing"], "suspended", "{ended}");
        holds(&ended["because"], &["deactivated"]);
    });
    let refused = ["rule: status", "deactivated"];
    command(&daemon, &format!("session open {user}"), 5, &refused);
    let line = format!("session check {user} --manifest {}", opened["manifest"]);
    command(&daemon, &line, 5, &["deactivated"]);

    // A Viewer reads what they left behind, and so does who looks at their account.
    let trail = may(
        &daemon,
        "vera@acme.example",
        "audit_trail.open",
        theirs.clone(),
    );
    assert_eq!(trail["read_only"], true);
    let line = format!("can vera@acme.example audit_trail.open --owner {user}");
    command(&daemon, &line, 0, &["yes, for looking only"]);
    let history = ask(&daemon, "/v1/user/show", linus)["history"].clone();
    let verbs: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["verb"].as_str().unwrap())
        .collect();
    let past = [
        "user deactivate",
        "user role",
        "import assets",
        "import people",
    ];
    assert_eq!(verbs, past);
    // Who is still there goes on.
    let uma = "uma@acme.example";
    let own = json!({"owner": uma});
    may(&daemon, uma, "transaction.modify", own);
    assert_eq!(account(&daemon, uma)["status"], "active");
}
