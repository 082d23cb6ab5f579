//! eSignAnyWhere: the Users page.

use crate::common::{ask, import, open_to_others, possible};
use crate::given::{assets, bring, member, tenant};
use crate::world::{
    account, command, command_of, denied, entry_of, holds, journalled, journalled_because, may,
    may_not, owns, says, seats, standing, turned_down, unmoved,
};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const PEOPLE: [(&str, &str); 4] = [
    ("ada@sign.example", "Administrator"),
    ("ben@sign.example", "Administrator"),
    ("pia@sign.example", "Power User"),
    ("pol@sign.example", "Power User"),
];

const PIA: &str = "pia@sign.example";
const POL: &str = "pol@sign.example";

fn sign(daemon: &TestDaemon) {
    tenant(daemon, "sign", "esignanywhere", 0, &PEOPLE);
}

#[test]
fn fact_34_the_users_section_is_shown_only_to_who_may_view_the_user_list() {
    let daemon = TestDaemon::start();
    sign(&daemon);
    let needed = "User can view user list of their organization";
    unmoved(&daemon, || {
        let decision = may_not(&daemon, PIA, "users.open", json!({}), "permission");
        holds(&decision["instead"], &[needed]);
        let line = |user: &str| format!("can {user} users.open");
        command(&daemon, &line(PIA), 5, &["permission", needed]);
        may(&daemon, "ada@sign.example", "users.open", json!({}));
        command(&daemon, &line("ada@sign.example"), 0, &["yes"]);
    });
    // That one permission is what shows it: with it alone, in a role of one's own, the section is there.
    let line = "role create lookers --tenant sign --grant 'User can view user list of their organization' --yes";
    let entries = [
        "role \"lookers\" created: ",
        "grants organization.users_view",
    ];
    journalled(&daemon, "sign", "role create", &entries, || {
        command(&daemon, line, 0, &["lookers"])
    });
    let add = json!({"user": PIA, "add": ["lookers"]});
    ask(&daemon, "/v1/user/role", add);
    may(&daemon, PIA, "users.open", json!({}));
}

#[test]
fn fact_34_who_is_not_shown_the_section_lists_no_users() {
    if !possible("fact_34", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    sign(&daemon);
    let list = json!({"tenant": "sign"});
    let pia = member(&daemon, PIA);
    for path in ["/v1/user/list", "/v1/invitation/list"] {
        denied(&daemon, &pia, path, list.clone(), "permission");
    }
    command_of(&pia, "user list --tenant sign", 5, &["rule: permission"]);
    let ada = member(&daemon, "ada@sign.example");
    assert_eq!(says(&ada, "/v1/user/list", list)["total"], 4);
    command_of(&ada, "user list --tenant sign", 0, &[PIA]);
}

#[test]
fn fact_35_an_email_never_changes_and_the_way_round_is_explained() {
    if !possible("fact_35", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    sign(&daemon);
    let edit = json!({"user": PIA, "email": "pia.new@sign.example"});
    let way = [
        "save the signed documents",
        "create a new user",
        "log in",
        "delete",
        "reassign",
    ];
    let path = "/v1/user/edit";
    // Anyone: an operator, an Administrator, the user.
    let error = turned_down(&daemon, path, edit.clone(), "email-immutable");
    holds(&error["hint"], &way);
    for person in ["ada@sign.example", PIA] {
        let other = member(&daemon, person);
        let error = denied(&daemon, &other, path, edit.clone(), "email-immutable");
        holds(&error["hint"], &way);
    }
    let line = "user edit pia@sign.example --email pia.new@sign.example --yes";
    unmoved(&daemon, || {
        command(&daemon, line, 6, &["rule: email-immutable", "reassign"])
    });

    // The same address is no change, and a name is one.
    let same = json!({"user": PIA, "email": PIA});
    unmoved(&daemon, || ask(&daemon, path, same));
    let entry = entry_of(&daemon, PIA) + "last name Lee → Souza";
    let name = json!({"user": PIA, "last_name": "Souza"});
    journalled(&daemon, "sign", "user edit", &[&entry], || {
        ask(&daemon, path, name)
    });
    let column = json!({"user": PIA, "username": "pia"});
    turned_down(&daemon, path, column, "column-not-available");
}

#[test]
fn fact_36_nobody_deletes_themselves() {
    if !possible("fact_36", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    sign(&daemon);
    let own = json!({"user": "ben@sign.example", "reason": "tidying up", "assets_unknown": true});
    let ben = member(&daemon, "ben@sign.example");
    denied(&daemon, &ben, "/v1/user/delete", own.clone(), "self-delete");
    let line = "user delete ben@sign.example --yes";
    unmoved(&daemon, || {
        command_of(
            &ben,
            line,
            6,
            &["rule: self-delete", "another administrator"],
        )
    });
    assert_eq!(account(&daemon, "ben@sign.example")["status"], "active");

    // Another Administrator does it.
    let ada = member(&daemon, "ada@sign.example");
    let gone = entry_of(&daemon, "ben@sign.example") + "status active → deleted";
    let entries = [gone.as_str(), "roles administrator → none"];
    let reason = Some("tidying up");
    journalled_because(&daemon, "sign", "user delete", &entries, reason, || {
        says(&ada, "/v1/user/delete", own)
    });
    assert_eq!(account(&daemon, "ben@sign.example")["status"], "deleted");
    assert_eq!(seats(&daemon, "sign"), (3, 0));
}

/// What pia owns: two sent envelopes, one running and one completed, and one of each of the rest.
fn owning(daemon: &TestDaemon) {
    let owned = [
        ("e1", "active_envelope"),
        ("e2", "completed_envelope"),
        ("d1", "draft"),
        ("t1", "template"),
        ("c1", "clipboard_entry"),
        ("b1", "address_book_entry"),
    ];
    assets(daemon, "sign", PIA, &owned);
}

#[test]
fn fact_37_sent_envelopes_need_a_target_and_all_of_them_move() {
    if !possible("fact_37", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    sign(&daemon);
    owning(&daemon);
    let ada = member(&daemon, "ada@sign.example");
    let alone = json!({"user": PIA});
    let error = denied(&daemon, &ada, "/v1/user/delete", alone, "successor");
    holds(
        &error["what"],
        &["2 sent envelopes", "running or completed"],
    );
    unmoved(&daemon, || {
        let line = "user delete pia@sign.example --yes";
        command_of(&ada, line, 6, &["rule: successor", "--successor"])
    });
    let to_nobody = json!({"user": PIA, "successor": PIA});
    denied(
        &daemon,
        &ada,
        "/v1/user/delete",
        to_nobody,
        "successor-usable",
    );
    // Nor does it go to who could not open it: without a right to send, or on the way out.
    bring(
        &daemon,
        "sign",
        &[("reg@sign.example", "Registered Signer", "")],
    );
    let to_signer = json!({"user": PIA, "successor": "reg@sign.example"});
    denied(
        &daemon,
        &ada,
        "/v1/user/delete",
        to_signer,
        "successor-entitled",
    );
    let away = "email,end_date\npol@sign.example,2026-03-31\n";
    import(&daemon, "people", "sign", away).ok();
    let to_leaver = json!({"user": PIA, "successor": POL});
    denied(
        &daemon,
        &ada,
        "/v1/user/delete",
        to_leaver,
        "successor-available",
    );
    import(
        &daemon,
        "people",
        "sign",
        "email,end_date\npol@sign.example,-\n",
    )
    .ok();

    let line =
        "user delete pia@sign.example --successor pol@sign.example --templates --reason left --yes";
    let entries = [
        entry_of(&daemon, PIA) + "status active → deleted",
        entry_of(&daemon, POL) + "assets 1 active envelope, 1 completed envelope, 1 template: ",
        "handover 1 created: ".to_owned(),
        "kinds active_envelope, completed_envelope, template".to_owned(),
        "6 assets".to_owned(),
    ];
    let entries = entries.each_ref().map(String::as_str);
    let reason = Some("left");
    journalled_because(&daemon, "sign", "user delete", &entries, reason, || {
        let moved = ["1 active envelope moves", "1 completed envelope moves"];
        command_of(&ada, line, 0, &moved)
    });
    assert_eq!(account(&daemon, PIA)["status"], "deleted");
    let owned = json!({"active_envelope": 1, "completed_envelope": 1, "template": 1});
    assert_eq!(owns(&daemon, "sign", POL), owned);
    assert_eq!(owns(&daemon, "sign", PIA), json!({}));
    // Who sent nothing is deleted without a target.
    let ben = json!({"user": "ben@sign.example"});
    says(&ada, "/v1/user/delete", ben);
    // A Power User deletes nobody.
    let pol = member(&daemon, POL);
    let body = json!({"user": "ada@sign.example"});
    denied(&daemon, &pol, "/v1/user/delete", body, "permission");
}

#[test]
fn fact_38_what_is_left_unticked_does_not_stop_the_deletion() {
    if !possible("fact_38", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    sign(&daemon);
    owning(&daemon);
    let ada = member(&daemon, "ada@sign.example");
    let body = json!({"user": PIA, "successor": POL});
    let mut dry = body.clone();
    dry["dry_run"] = json!(true);
    let lost = [
        "1 draft is lost",
        "1 template is lost",
        "1 clipboard entry is lost",
        "1 address book entry is lost",
    ];
    let shown = unmoved(&daemon, || says(&ada, "/v1/user/delete", dry));
    holds(&json!(shown["warnings"].to_string()), &lost);
    let line = "user delete pia@sign.example --successor pol@sign.example --dry-run";
    unmoved(&daemon, || command_of(&ada, line, 0, &lost));
    assert_eq!(account(&daemon, PIA)["status"], "active");

    let entries = [
        entry_of(&daemon, PIA) + "status active → deleted",
        entry_of(&daemon, POL) + "assets 1 active envelope, 1 completed envelope: ",
        "kinds active_envelope, completed_envelope;".to_owned(),
    ];
    let entries = entries.each_ref().map(String::as_str);
    let done = journalled(&daemon, "sign", "user delete", &entries, || {
        says(&ada, "/v1/user/delete", body)
    });
    holds(&json!(done["warnings"].to_string()), &lost);
    let envelopes = json!({"active_envelope": 1, "completed_envelope": 1});
    assert_eq!(owns(&daemon, "sign", POL), envelopes);
    assert_eq!(owns(&daemon, "sign", PIA), json!({}));
    // Ticked, they would have needed a target: so it is for who owns nothing else.
    assets(&daemon, "sign", "ben@sign.example", &[("d2", "draft")]);
    let ticked = json!({"user": "ben@sign.example", "drafts": true});
    denied(&daemon, &ada, "/v1/user/delete", ticked, "successor");
    let unticked = json!({"user": "ben@sign.example"});
    says(&ada, "/v1/user/delete", unticked);
}

#[test]
fn fact_39_enabled_off_ends_sign_in_and_api_and_the_users_page_has_no_switch() {
    if !possible("fact_39", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    sign(&daemon);
    let pia = json!({"user": PIA});
    // Who works on the Users page has no switch: neither off nor on.
    let ada = member(&daemon, "ada@sign.example");
    for verb in ["suspend", "reactivate", "deactivate"] {
        let path = format!("/v1/user/{verb}");
        let error = denied(&daemon, &ada, &path, pia.clone(), "enabled-elsewhere");
        holds(&error["hint"], &["AdmInWeb"]);
        let line = format!("user {verb} {PIA} --yes");
        command_of(&ada, &line, 6, &["rule: enabled-elsewhere", "AdmInWeb"]);
    }
    let api = json!({"user": PIA, "add": ["api_user"]});
    ask(&daemon, "/v1/user/role", api);
    let opened = ask(&daemon, "/v1/session/open", pia.clone());
    let line = |what: &str| format!("{what} {PIA}");
    may(&daemon, PIA, "api.use", json!({}));

    let entry = entry_of(&daemon, PIA) + "status active → suspended";
    journalled(&daemon, "sign", "user suspend", &[&entry], || {
        ask(&daemon, "/v1/user/suspend", pia.clone())
    });
    may_not(&daemon, PIA, "api.use", json!({}), "status");
    command(&daemon, &format!("can {PIA} api.use"), 5, &["status"]);
    turned_down(&daemon, "/v1/session/open", pia.clone(), "status");
    command(&daemon, &line("session open"), 5, &["rule: status"]);
    assert_eq!(standing(&daemon, PIA, &opened)["standing"], "suspended");
    // Nobody else is shut out.
    command(&daemon, "session open pol@sign.example", 0, &["manifest"]);

    let entry = entry_of(&daemon, PIA) + "status suspended → active";
    journalled(&daemon, "sign", "user reactivate", &[&entry], || {
        ask(&daemon, "/v1/user/reactivate", pia.clone())
    });
    may(&daemon, PIA, "api.use", json!({}));
    let again: Value = ask(&daemon, "/v1/session/open", pia);
    assert_eq!(standing(&daemon, PIA, &again)["standing"], "good");
}
