//! IUSign, user life cycle: what becomes of a leaver's envelopes and of their account.

use crate::common::{ask, open_to_others, possible};
use crate::given::{acme, assets, member};
use crate::world::{
    command, command_of, denied, entry_of, holds, journalled, journalled_because, may, may_not,
    owns, says, turned_down, unmoved,
};
use rollcall_tests::TestDaemon;
use serde_json::json;

#[test]
fn fact_06_bulk_transfer_gives_the_active_envelopes_to_the_colleague() {
    if !possible("fact_06", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    leaver(&daemon, "enterprise");
    let ann = member(&daemon, "ann@acme.example");
    let start = |to: &str| json!({"user": "linus@acme.example", "to": to, "reason": "leaves"});
    // It is an Admin's, and it goes to somebody who can send.
    may(
        &daemon,
        "ann@acme.example",
        "user.transfer_envelopes",
        json!({}),
    );
    let (uma, rule) = ("uma@acme.example", "permission");
    may_not(&daemon, uma, "user.transfer_envelopes", json!({}), rule);
    let to_viewer = start("vera@acme.example");
    let rule = "successor-entitled";
    denied(&daemon, &ann, "/v1/handover/start", to_viewer, rule);
    let plan = ["3 active envelope", "taken back"];
    command_of(&ann, "handover plan linus@acme.example", 0, &plan);

    let entries = [
        entry_of(&daemon, "linus@acme.example")
            + "assets 3 active envelopes, 1 completed envelope → 1 completed envelope",
        entry_of(&daemon, uma) + "assets 3 active envelopes: ",
        "3 assets".to_owned(),
        "handover 1 created: ".to_owned(),
    ];
    let entries = entries.each_ref().map(String::as_str);
    let reason = Some("leaves");
    let done = journalled_because(&daemon, "acme", "handover start", &entries, reason, || {
        says(&ann, "/v1/handover/start", start(uma))
    });
    assert_eq!(
        (&done["handover"]["state"], &done["progress"]),
        (&json!("done"), &json!({"confirmed": 3})),
        "{done}"
    );
    assert_eq!(owns(&daemon, "acme", uma), json!({"active_envelope": 3}));
    let left = owns(&daemon, "acme", "linus@acme.example");
    assert_eq!(left, json!({"completed_envelope": 1}));
    command(&daemon, "handover list --tenant acme", 0, &["done"]);

    // Then the leaver is deactivated, and afterwards it is too late.
    let linus = json!({"user": "linus@acme.example"});
    says(&ann, "/v1/user/deactivate", linus);
    let rule = "handover-before-deactivation";
    denied(&daemon, &ann, "/v1/handover/start", start(uma), rule);
    let line = "handover start linus@acme.example --to uma@acme.example --yes";
    command_of(&ann, line, 6, &["rule: handover-before-deactivation"]);
    // It is no User's.
    let member = member(&daemon, uma);
    denied(
        &daemon,
        &member,
        "/v1/handover/start",
        start(uma),
        "permission",
    );
}

#[test]
fn fact_06_below_enterprise_there_is_no_bulk_transfer() {
    if !possible("fact_06", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    leaver(&daemon, "growth");
    let ann = member(&daemon, "ann@acme.example");
    let body = json!({"user": "linus@acme.example", "to": "uma@acme.example"});
    // An Admin's own permission counts on Enterprise only; an operator is told of the tier.
    let path = "/v1/handover/start";
    denied(&daemon, &ann, path, body.clone(), "feature");
    let error = turned_down(&daemon, path, body, "tier");
    let way = "rollcall tenant set acme --tier enterprise";
    holds(&error["hint"], &[way]);
    let owned = owns(&daemon, "acme", "linus@acme.example");
    assert_eq!(owned["active_envelope"], 3);
    // Who deactivates all the same is warned.
    let line = "user deactivate linus@acme.example --dry-run";
    command_of(&ann, line, 0, &["rollcall handover start"]);
}

/// linus leaves with three active envelopes and a completed one.
fn leaver(daemon: &TestDaemon, tier: &str) {
    acme(daemon, 10);
    ask(
        daemon,
        "/v1/tenant/set",
        json!({"tenant": "acme", "tier": tier}),
    );
    let owned = [
        ("e1", "pending"),
        ("e2", "sent"),
        ("e3", "in_progress"),
        ("e4", "completed"),
    ];
    let mut file = "id,kind,state,owner\n".to_owned();
    for (id, state) in owned {
        file.push_str(&format!("{id},envelope,{state},linus@acme.example\n"));
    }
    crate::common::import(daemon, "assets", "acme", &file).ok();
}

#[test]
fn fact_08_nobody_is_deleted_deactivation_is_proposed_instead() {
    if !possible("fact_08", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let signed = [("e1", "completed_envelope")];
    assets(&daemon, "acme", "linus@acme.example", &signed);
    let body = json!({"user": "linus@acme.example"});
    let ann = member(&daemon, "ann@acme.example");
    let error = denied(
        &daemon,
        &ann,
        "/v1/user/delete",
        body.clone(),
        "delete-never",
    );
    holds(&error["what"], &["history", "audit"]);
    holds(&error["hint"], &["user deactivate"]);
    let line = "user delete linus@acme.example --yes";
    unmoved(&daemon, || {
        command_of(&ann, line, 6, &["rule: delete-never", "user deactivate"])
    });
    // Nor does an operator delete.
    turned_down(&daemon, "/v1/user/delete", body.clone(), "delete-never");

    // What is proposed goes, and the history stays.
    let entry = entry_of(&daemon, "linus@acme.example") + "status active → deactivated";
    journalled(&daemon, "acme", "user deactivate", &[&entry], || {
        says(&ann, "/v1/user/deactivate", body)
    });
    let owned = owns(&daemon, "acme", "linus@acme.example");
    assert_eq!(owned, json!({"completed_envelope": 1}));
}
