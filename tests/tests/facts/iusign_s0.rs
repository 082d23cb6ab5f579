//! IUSign, user life cycle.

use crate::common::{ask, open_to_others, possible};
use crate::given::{acme, assets, member};
use crate::world::{
    account, command, command_of, denied, entry_of, holds, journalled, journalled_because, may,
    may_not, owns, says, seats, standing, turned_down, unmoved,
};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

fn invitation(email: &str) -> Value {
    json!({"tenant": "acme", "email": [email], "first_name": "Newt", "last_name": "Long", "roles": ["user"]})
}

#[test]
fn fact_01_an_admin_invites_and_a_pending_user_exists() {
    if !possible("fact_01", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let ann = member(&daemon, "ann@acme.example");
    let entries = [
        "account 5: email newt@acme.example; first name Newt; last name Long; kind person; status invited",
        "roles user",
        "invitation 5 created: ",
        "answer pending",
    ];
    let done = journalled(&daemon, "acme", "user invite", &entries, || {
        says(&ann, "/v1/user/invite", invitation("newt@acme.example"))
    });
    assert!(
        !done.to_string().contains("newt@acme.example"),
        "what is kept for a retry names nobody: {done}"
    );
    let newt = account(&daemon, "newt@acme.example");
    assert_eq!(
        (&newt["status"], &newt["assignments"][0]["role"]),
        (&json!("invited"), &json!("user"))
    );
    let list = ask(&daemon, "/v1/invitation/list", json!({"tenant": "acme"}));
    let row = &list["rows"][0];
    assert_eq!(
        (&row["answer"], &row["email"]),
        (&json!("pending"), &json!("newt@acme.example"))
    );
    let at = |key: &str| -> jiff::Timestamp { row[key].as_str().unwrap().parse().unwrap() };
    let life = at("valid_until").duration_since(at("sent"));
    assert_eq!(life.as_hours(), 7 * 24);
    assert_eq!(seats(&daemon, "acme"), (5, 1));
    let line = "user invite nell@acme.example --tenant acme --first-name Nell --last-name Long --role user --yes";
    command_of(&ann, line, 0, &["is invited"]);
    let listed = ["nell@acme.example", "newt@acme.example", "pending"];
    command(&daemon, "invitation list --tenant acme", 0, &listed);

    // Who is no Admin invites nobody, and nobody invites an Owner.
    let linus = member(&daemon, "linus@acme.example");
    let body = invitation("other@acme.example");
    denied(&daemon, &linus, "/v1/user/invite", body, "permission");
    let mut owner = invitation("boss@acme.example");
    owner["roles"] = json!(["owner"]);
    turned_down(&daemon, "/v1/user/invite", owner, "ownership-transfer");
}

#[test]
fn fact_02_without_a_free_seat_the_user_limit_is_reached_and_both_ways_out_are_named() {
    if !possible("fact_02", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 5);
    let ann = member(&daemon, "ann@acme.example");
    let body = invitation("newt@acme.example");
    let error = denied(&daemon, &ann, "/v1/user/invite", body.clone(), "seats");
    holds(&error["what"], &["User Limit Reached"]);
    holds(&error["hint"], &["bigger plan", "deactivate", "idle"]);
    let line = "user invite newt@acme.example --tenant acme --first-name Newt --last-name Long --role user --yes";
    unmoved(&daemon, || {
        let prints = ["User Limit Reached", "rule: seats", "bigger plan"];
        command_of(&ann, line, 6, &prints)
    });
    // An operator finds no seat either.
    turned_down(&daemon, "/v1/user/invite", body.clone(), "seats");

    // The second way out makes room.
    let vera = json!({"user": "vera@acme.example"});
    says(&ann, "/v1/user/deactivate", vera);
    let entries = ["status invited", "invitation 5 created"];
    journalled(&daemon, "acme", "user invite", &entries, || {
        says(&ann, "/v1/user/invite", body)
    });
    assert_eq!(seats(&daemon, "acme"), (4, 1));
}

#[test]
fn fact_03_users_in_the_dashboard_are_for_admin_and_owner() {
    let daemon = TestDaemon::start();
    acme(&daemon, 10);
    let needed = "Admin or Owner is required";
    unmoved(&daemon, || {
        for user in ["linus@acme.example", "vera@acme.example"] {
            let decision = may_not(&daemon, user, "users.open", json!({}), "permission");
            assert_eq!(decision["instead"], needed);
            let prints = [needed, "permission"];
            command(&daemon, &format!("can {user} users.open"), 5, &prints);
        }
        for user in ["ann@acme.example", "ada@acme.example"] {
            may(&daemon, user, "users.open", json!({}));
            command(&daemon, &format!("can {user} users.open"), 0, &["yes"]);
        }
    });
}

#[test]
fn fact_03_a_member_who_is_no_admin_lists_no_users() {
    if !possible("fact_03", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let list = json!({"tenant": "acme"});
    for person in ["linus@acme.example", "vera@acme.example"] {
        let other = member(&daemon, person);
        denied(&daemon, &other, "/v1/user/list", list.clone(), "permission");
        command_of(&other, "user list --tenant acme", 5, &["rule: permission"]);
    }
    let ann = member(&daemon, "ann@acme.example");
    assert_eq!(says(&ann, "/v1/user/list", list)["total"], 5);
    command_of(&ann, "user list --tenant acme", 0, &["vera@acme.example"]);
}

#[test]
fn fact_04_who_is_suspended_cannot_sign_in_at_once_and_their_documents_stay() {
    if !possible("fact_04", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let (user, trail) = (
        json!({"user": "linus@acme.example"}),
        json!({"owner": "linus@acme.example"}),
    );
    let documents = [("e1", "active_envelope"), ("e2", "completed_envelope")];
    assets(&daemon, "acme", "linus@acme.example", &documents);
    let history = || {
        let shown = ask(&daemon, "/v1/user/show", user.clone());
        shown["history"].as_array().unwrap().clone()
    };
    let (before, owned) = (history(), owns(&daemon, "acme", "linus@acme.example"));
    assert_eq!(owned["completed_envelope"], 1);
    let opened = ask(&daemon, "/v1/session/open", user.clone());
    let good = standing(&daemon, "linus@acme.example", &opened);
    assert_eq!(good["standing"], "good");

    let ann = member(&daemon, "ann@acme.example");
    let entry = entry_of(&daemon, "linus@acme.example") + "status active → suspended";
    let suspend = json!({"user": "linus@acme.example", "reason": "laptop stolen"});
    let reason = Some("laptop stolen");
    journalled_because(&daemon, "acme", "user suspend", &[&entry], reason, || {
        says(&ann, "/v1/user/suspend", suspend)
    });
    turned_down(&daemon, "/v1/session/open", user.clone(), "status");
    let refused = ["rule: status", "suspended"];
    command(&daemon, "session open linus@acme.example", 5, &refused);
    let ended = standing(&daemon, "linus@acme.example", &opened);
    assert_eq!(ended["standing"], "suspended");
    // What they had is there, and who may read its trail reads it.
    assert_eq!(owns(&daemon, "acme", "linus@acme.example"), owned);
    assert_eq!(history()[1..], before, "one more entry, the rest unchanged");
    may(&daemon, "vera@acme.example", "audit_trail.open", trail);
    // Their own login acts for nobody any more.
    let gone = member(&daemon, "linus@acme.example");
    let edit = json!({"user": "linus@acme.example", "language": "fr"});
    denied(&daemon, &gone, "/v1/user/edit", edit, "permission");

    // Who is not suspended signs in.
    command(&daemon, "session open uma@acme.example", 0, &["manifest"]);
    ask(&daemon, "/v1/user/reactivate", user.clone());
    ask(&daemon, "/v1/session/open", user);
}

#[test]
fn fact_05_deactivating_frees_one_seat() {
    let daemon = TestDaemon::start();
    acme(&daemon, 10);
    // Suspending frees none.
    let linus = json!({"user": "linus@acme.example"});
    ask(&daemon, "/v1/user/suspend", linus.clone());
    assert_eq!(seats(&daemon, "acme"), (5, 0));
    let entry = entry_of(&daemon, "linus@acme.example") + "status suspended → deactivated";
    journalled(&daemon, "acme", "user deactivate", &[&entry], || {
        ask(&daemon, "/v1/user/deactivate", linus.clone())
    });
    assert_eq!(seats(&daemon, "acme"), (4, 0));
    let line = "user deactivate vera@acme.example --yes";
    command(&daemon, line, 0, &["status active → deactivated"]);
    assert_eq!(seats(&daemon, "acme"), (3, 0));
    // Said again it frees no other.
    unmoved(&daemon, || ask(&daemon, "/v1/user/deactivate", linus));
    assert_eq!(seats(&daemon, "acme"), (3, 0));
}

#[test]
fn fact_07_a_locked_identity_is_changed_by_an_admin_and_not_by_its_member() {
    if !possible("fact_07", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let edit = json!({"user": "linus@acme.example", "email": "linus.lee@acme.example"});
    let back = json!({"user": "linus.lee@acme.example", "email": "linus@acme.example"});
    // While nothing is locked, members change their own; never another's.
    let linus = member(&daemon, "linus@acme.example");
    says(&linus, "/v1/user/edit", edit.clone());
    ask(&daemon, "/v1/user/edit", back);
    let others = json!({"user": "vera@acme.example", "language": "fr"});
    denied(&daemon, &linus, "/v1/user/edit", others, "permission");

    let lock = json!({"tenant": "acme", "settings": {"identity_lock": "on"}});
    let locked = ["tenant acme: identity_lock none → \"on\""];
    journalled(&daemon, "acme", "tenant set", &locked, || {
        ask(&daemon, "/v1/tenant/set", lock)
    });
    let own = edit.clone();
    let error = denied(&daemon, &linus, "/v1/user/edit", own, "identity-locked");
    holds(&error["hint"], &["administrator"]);
    let line = "user edit linus@acme.example --email linus.lee@acme.example --yes";
    command_of(&linus, line, 6, &["rule: identity-locked"]);

    let ann = member(&daemon, "ann@acme.example");
    let entry = entry_of(&daemon, "linus@acme.example")
        + "email linus@acme.example → linus.lee@acme.example";
    journalled(&daemon, "acme", "user edit", &[&entry], || {
        says(&ann, "/v1/user/edit", edit)
    });
    let linus = account(&daemon, "linus.lee@acme.example");
    assert_eq!(linus["status"], "active");
}
