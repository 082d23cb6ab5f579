//! IUSign, role governance: who may do what.

use crate::common::{ask, import, open_to_others, possible};
use crate::given::{acme, member};
use crate::world::{
    command, command_of, denied, holds, journalled, may, may_not, number, says, turned_down,
    unmoved,
};
use rollcall_shared::wire::Verb;
use rollcall_tests::TestDaemon;
use serde_json::json;

#[test]
fn fact_11_an_admin_changes_no_billing_and_deletes_no_tenant() {
    let daemon = TestDaemon::start();
    acme(&daemon, 10);
    unmoved(&daemon, || {
        for action in [
            "billing.modify",
            "tenant.remove",
            "billing.change",
            "tenant.delete",
        ] {
            let (admin, owner) = ("ann@acme.example", "ada@acme.example");
            may_not(&daemon, admin, action, json!({}), "permission");
            command(&daemon, &format!("can {admin} {action}"), 5, &["Owner"]);
            may(&daemon, owner, action, json!({}));
            command(&daemon, &format!("can {owner} {action}"), 0, &["yes"]);
        }
        // The signing platform deletes a tenant, and asks first. No verb of ours does: one that did would need its own fact.
        let tenants = Verb::ALL.iter().map(|verb| verb.name());
        let tenants: Vec<&str> = tenants.filter(|name| name.starts_with("tenant ")).collect();
        let verbs = ["create", "list", "show", "owner-set", "set", "convert"];
        assert_eq!(tenants, verbs.map(|verb| format!("tenant {verb}")));
        // Looking at it is an Admin's.
        let looked = may(&daemon, "ann@acme.example", "billing.open", json!({}));
        assert_eq!(looked["read_only"], true);
    });
}

#[test]
fn fact_11_what_a_tenant_has_bought_is_changed_by_its_owner() {
    if !possible("fact_11", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let bigger = json!({"tenant": "acme", "tier": "growth"});
    let ann = member(&daemon, "ann@acme.example");
    denied(
        &daemon,
        &ann,
        "/v1/tenant/set",
        bigger.clone(),
        "permission",
    );
    // The one verb that ends a tenant, for it becomes part of another tree, is no Admin's either.
    let ended = json!({"tenant": "acme", "into": "acme"});
    denied(&daemon, &ann, "/v1/tenant/convert", ended, "permission");
    let line = "tenant set acme --tier growth --yes";
    command_of(&ann, line, 5, &["rule: permission"]);
    let ada = member(&daemon, "ada@acme.example");
    let entries = ["tenant acme: tier none → growth"];
    journalled(&daemon, "acme", "tenant set", &entries, || {
        says(&ada, "/v1/tenant/set", bigger)
    });
}

#[test]
fn fact_12_a_private_document_opens_through_a_signing_group_only() {
    let daemon = TestDaemon::start();
    acme(&daemon, 10);
    let (user, owner) = ("linus@acme.example", "uma@acme.example");
    let private = json!({"kind": "document", "owner": owner});
    let shared = |group: &str| json!({"kind": "document", "owner": owner, "groups": [group]});
    let line = format!("can {user} open --kind document --owner {owner}");
    unmoved(&daemon, || {
        let decision = may_not(&daemon, user, "open", private.clone(), "relation");
        holds(&decision["instead"], &["Signing Group"]);
        command(&daemon, &line, 5, &["relation", "Signing Group"]);
        // Its owner opens it, and so does who sees everything.
        may(&daemon, owner, "open", private.clone());
        may(&daemon, "ann@acme.example", "open", private.clone());
    });

    let (a, b) = (number(&daemon, user), number(&daemon, owner));
    let members = format!("members {a}, {b}");
    let entries = [
        "group 1 created: ",
        "kind signing_group",
        "name Closers",
        &members,
    ];
    let set =
        json!({"tenant": "acme", "kind": "signing_group", "name": "Closers", "add": [user, owner]});
    journalled(&daemon, "acme", "group set", &entries, || {
        ask(&daemon, "/v1/group/set", set)
    });
    let opened = may(&daemon, user, "open", shared("Closers"));
    assert_eq!(opened["read_only"], false, "{opened}");
    command(&daemon, &format!("{line} --group Closers"), 0, &["yes"]);
    // What nobody does with a document is not asked about one.
    let sent = json!({"user": user, "permission": "send", "resource": private});
    turned_down(&daemon, "/v1/can", sent, "resource-kind");
    command(
        &daemon,
        &format!("can {user} send --kind document"),
        4,
        &["rule: resource-kind", "document.open"],
    );
    // Not what is not shared, not what another group shares, not for who is in none.
    may_not(&daemon, user, "open", private, "relation");
    let other = "group set Others --tenant acme --kind signing_group --add uma@acme.example --yes";
    journalled(&daemon, "acme", "group set", &["group 2 created: "], || {
        command(&daemon, other, 0, &["created"])
    });
    may_not(&daemon, user, "open", shared("Others"), "relation");
    let out =
        json!({"tenant": "acme", "kind": "signing_group", "name": "Closers", "remove": [user]});
    let left = format!("group 1 changed: members -{a}");
    journalled(&daemon, "acme", "group set", &[&left], || {
        ask(&daemon, "/v1/group/set", out)
    });
    may_not(&daemon, user, "open", shared("Closers"), "relation");
}

#[test]
fn fact_13_a_viewer_reads_every_document_and_its_trail_and_changes_none() {
    let daemon = TestDaemon::start();
    acme(&daemon, 10);
    let viewer = "vera@acme.example";
    let owners = ["ada", "ann", "linus", "uma"].map(|n| format!("{n}@acme.example"));
    unmoved(&daemon, || {
        for action in ["document.open", "audit_trail.open"] {
            for owner in &owners {
                let decision = may(&daemon, viewer, action, json!({"owner": owner}));
                assert_eq!(decision["read_only"], true, "{decision}");
            }
            let line = format!("can {viewer} {action} --owner uma@acme.example");
            command(&daemon, &line, 0, &["yes, for looking only"]);
            let changing = format!("{line} --change");
            command(&daemon, &changing, 5, &["read-only"]);
        }
        // An Admin is not held to looking; a User does not even look.
        let any = json!({"owner": "uma@acme.example"});
        let full = may(&daemon, "ann@acme.example", "document.open", any.clone());
        assert_eq!(full["read_only"], false);
        let user = "linus@acme.example";
        may_not(&daemon, user, "document.open", any.clone(), "relation");
        may_not(&daemon, user, "audit_trail.open", any, "relation");
    });
}

#[test]
fn fact_14_a_viewer_starts_nothing_and_is_told_who_may() {
    let daemon = TestDaemon::start();
    acme(&daemon, 10);
    let own = |user: &str| json!({"owner": user});
    unmoved(&daemon, || {
        for action in [
            "transaction.create",
            "transaction.send",
            "transaction.modify",
        ] {
            let viewer = "vera@acme.example";
            let decision = may_not(&daemon, viewer, action, own(viewer), "permission");
            holds(&decision["instead"], &["User or Admin is needed"]);
            let line = format!("can {viewer} {action} --owner {viewer}");
            command(&daemon, &line, 5, &["User or Admin is needed"]);
            for user in ["linus@acme.example", "ann@acme.example"] {
                may(&daemon, user, action, own(user));
                let line = format!("can {user} {action} --owner {user}");
                command(&daemon, &line, 0, &["yes"]);
            }
        }
    });
}

#[test]
fn a_team_is_a_group_by_whatever_verb_it_came() {
    let daemon = TestDaemon::start();
    acme(&daemon, 0);
    let bought = json!({"tenant": "acme", "tier": "enterprise"});
    ask(&daemon, "/v1/tenant/set", bought);
    let file = "email,first_name,last_name,status,roles,team,mfa\n\
        uma@acme.example,uma,Lee,active,User,Sales,enrolled\n\
        sid@acme.example,sid,Lee,active,User,Sales,enrolled\n";
    import(&daemon, "people", "acme", file).ok();
    let legal = json!({"tenant": "acme", "kind": "team", "name": "Legal"});
    let entries = ["team \"Legal\" created"];
    journalled(&daemon, "acme", "scope create", &entries, || {
        ask(&daemon, "/v1/scope/create", legal)
    });
    let invited = json!({"tenant": "acme", "email": ["lea@acme.example"], "roles": ["User"], "first_name": "Lea", "last_name": "Lee", "team": "Legal"});
    ask(&daemon, "/v1/user/invite", invited);
    let groups = || {
        let list = ask(&daemon, "/v1/group/list", json!({"tenant": "acme"}));
        let rows = list["rows"].as_array().unwrap().clone();
        let row = |row: &serde_json::Value| {
            let members = row["members"].as_array().unwrap().iter();
            let members: Vec<String> = members.map(|m| m[1].as_str().unwrap().to_owned()).collect();
            assert_eq!(row["group"]["share_envelopes"], true, "{row}");
            (row["group"]["name"].as_str().unwrap().to_owned(), members)
        };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    let named = |members: &[&str]| {
        members
            .iter()
            .map(|m| format!("{m}@acme.example"))
            .collect()
    };
    let both: Vec<String> = named(&["uma", "sid"]);
    let legal: Vec<String> = named(&["lea"]);
    assert_eq!(
        groups(),
        [("Legal".to_owned(), legal), ("Sales".to_owned(), both)]
    );
    let shared = json!({"owner": "sid@acme.example", "groups": ["Sales"]});
    may(&daemon, "uma@acme.example", "document.open", shared);
    // Who changes teams by a file changes groups with it.
    let file = "email,first_name,last_name,status,roles,team,mfa\n\
        uma@acme.example,uma,Lee,active,User,Legal,enrolled\n";
    import(&daemon, "people", "acme", file).ok();
    let legal: Vec<String> = named(&["uma", "lea"]);
    let sales: Vec<String> = named(&["sid"]);
    assert_eq!(
        groups(),
        [("Legal".to_owned(), legal), ("Sales".to_owned(), sales)]
    );
}
