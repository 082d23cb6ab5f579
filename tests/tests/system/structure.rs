//! Scopes, groups, duties and conversions over the socket: what they change, what they refuse, what the journal says.

use super::common::{HEADER, acme, ask, heads, import, journal, refused};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
";

fn enterprise(daemon: &TestDaemon) {
    acme(daemon, PEOPLE);
    let tier = json!({"tenant": "acme", "tier": "enterprise"});
    ask(daemon, "/v1/tenant/set", tier);
}

fn linus(daemon: &TestDaemon) -> Value {
    let shown = ask(
        daemon,
        "/v1/user/show",
        json!({"user": "linus@acme.example"}),
    );
    shown["account"].clone()
}

fn group(daemon: &TestDaemon, name: &str) -> Value {
    let all = ask(daemon, "/v1/group/list", json!({"tenant": "acme"}));
    let rows = all["rows"].as_array().unwrap();
    let found = rows.iter().find(|row| row["group"]["name"] == name);
    found.cloned().unwrap_or(Value::Null)
}

/// A refusal that leaves every journal as it was.
fn refuses(daemon: &TestDaemon, path: &str, body: Value, rule: &str) {
    let before = heads(daemon);
    let (status, error) = refused(daemon, path, body);
    assert_eq!((status, &error["rule"]), (409, &json!(rule)), "{error}");
    assert_eq!(heads(daemon), before);
}

#[test]
fn teams_need_their_tier_and_keep_step_with_the_main_team() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let team =
        json!({"tenant": "acme", "kind": "team", "name": "Sales", "add": ["linus@acme.example"]});
    refuses(&daemon, "/v1/group/set", team.clone(), "tier");
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "acme", "tier": "enterprise"}),
    );
    let done = ask(&daemon, "/v1/group/set", team.clone());
    let sales = group(&daemon, "Sales");
    assert_eq!(linus(&daemon)["team"], sales["group"]["scope"], "{done}");
    assert_eq!(sales["group"]["share_envelopes"], true);
    // Again: nothing changes and nothing is written.
    let before = heads(&daemon);
    assert_eq!(ask(&daemon, "/v1/group/set", team)["seq"], Value::Null);
    assert_eq!(heads(&daemon), before);
    // A file that moves the person moves the membership.
    let file = "email,team\nlinus@acme.example,Legal\n";
    import(&daemon, "people", "acme", file).ok();
    assert_eq!(group(&daemon, "Sales")["members"], json!([]));
    let legal = json!({"tenant": "acme", "kind": "team", "name": "Legal", "rename": "Law"});
    ask(&daemon, "/v1/group/set", legal);
    let law = group(&daemon, "Law");
    assert_eq!(law["members"][0][1], "linus@acme.example", "{law}");
    // So does an edit of the person, there and back.
    for (to, left) in [("Sales", "Law"), ("Law", "Sales")] {
        let edit = json!({"user": "linus@acme.example", "team": to});
        ask(&daemon, "/v1/user/edit", edit);
        assert_eq!(group(&daemon, left)["members"], json!([]));
        let joined = group(&daemon, to);
        assert_eq!(joined["members"][0][1], "linus@acme.example", "{joined}");
    }
    let scopes = ask(&daemon, "/v1/scope/list", json!({"tenant": "acme"})).to_string();
    assert!(
        scopes.contains("Law") && !scopes.contains("Legal"),
        "{scopes}"
    );
    ask(
        &daemon,
        "/v1/group/delete",
        json!({"tenant": "acme", "kind": "team", "name": "Law"}),
    );
    assert_eq!(linus(&daemon)["team"], Value::Null);
    let said = journal(&daemon, "group delete")[0].to_string();
    assert!(said.contains("state active → archived"), "{said}");
}

#[test]
fn the_journal_says_each_difference_of_a_tenant_and_a_scope() {
    let daemon = TestDaemon::start();
    enterprise(&daemon);
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "acme", "seats": "20", "disable": ["sso"], "settings": {"identity_lock": "on"}}),
    );
    let said = journal(&daemon, "tenant set")[0].to_string();
    for part in [
        "seats 10000 → 20",
        "feature sso off",
        "identity_lock none → ",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let fewer = json!({"tenant": "acme", "seats": "1"});
    refuses(&daemon, "/v1/tenant/set", fewer, "seats");
    ask(
        &daemon,
        "/v1/scope/create",
        json!({"tenant": "acme", "kind": "team", "name": "Sales"}),
    );
    ask(
        &daemon,
        "/v1/scope/set",
        json!({"tenant": "acme", "scope": "sales", "name": "Field", "settings": {"language": "fr"}}),
    );
    let said = journal(&daemon, "scope set")[0].to_string();
    for part in ["Sales", "Field", "language none → "] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn duties_are_kept_apart_when_a_file_decides_and_an_exception_opens_the_way() {
    let daemon = TestDaemon::start();
    let created = json!({"name": "helios", "catalog": "ignisign", "seats": null, "owner": "o@helios.example", "tz": "UTC", "authority": "rollcall"});
    ask(&daemon, "/v1/tenant/create", created);
    let people = "email,status,roles,account\no@helios.example,active,ORG_OWNER,\nbo@helios.example,active,ORG_BILLING,\n";
    import(&daemon, "people", "helios", people).ok();
    let said = daemon.say(&[
        "conflict",
        "set",
        "billing-signing",
        "--tenant",
        "helios",
        "--proposed",
        "--yes",
    ]);
    said.ok();
    let file = "email,roles,account\nbo@helios.example,APP_OPERATOR,Org/Leases/PRODUCTION\n";
    let before = heads(&daemon);
    let said = import(&daemon, "people", "helios", file);
    assert!(
        said.out.contains("\"refused\":1") && said.err.contains("separation-of-duties"),
        "{said:?}"
    );
    // The refused row leaves neither a role nor its application behind.
    assert_eq!(before, heads(&daemon), "{said:?}");
    let except = json!({"tenant": "helios", "name": "billing-signing", "user": "bo@helios.example", "until": "2999-01-01T00:00:00Z", "reason": "stands in"});
    refuses(
        &daemon,
        "/v1/conflict/except",
        except.clone(),
        "exception-date",
    );
    let mut unsaid = except.clone();
    unsaid["reason"] = Value::Null;
    refuses(&daemon, "/v1/conflict/except", unsaid, "exception-reason");
    let until = daemon.say(&["status", "--json"]).ok().json()["now"]
        .as_str()
        .unwrap()[..4]
        .parse::<i32>()
        .unwrap();
    let until = format!("{until}-12-31");
    let args = [
        "conflict",
        "except",
        "billing-signing",
        "bo@helios.example",
        "--tenant",
        "helios",
        "--until",
        &until,
        "--reason",
        "stands in",
        "--yes",
    ];
    daemon.say(&args).ok();
    import(&daemon, "people", "helios", file).ok();
    let all = ask(&daemon, "/v1/conflict/list", json!({"tenant": "helios"}));
    let broken = &all["violations"][0];
    assert_eq!(
        broken["other"], "APP_OPERATOR@Org/Leases/PRODUCTION",
        "{all}"
    );
    assert_eq!(broken["exception"]["rule"], "billing-signing", "{all}");
    // The exception is of this rule: other words change nothing about it, another rule under its name ends it.
    let mut rule = all["rules"][0].clone();
    rule["why"] = json!("who is billed does not sign");
    let set =
        |rule: &Value, dry_run: bool| json!({"tenant": "helios", "rule": rule, "dry_run": dry_run});
    let told = ask(&daemon, "/v1/conflict/set", set(&rule, false));
    assert!(!told["changes"].to_string().contains("exception"), "{told}");
    let ends = |told: &Value| {
        let changes = told["changes"].to_string();
        let ends = format!("the exception of account 1-1 until {until}");
        assert!(changes.contains(&ends), "{told}");
    };
    let before = heads(&daemon);
    let gone = json!({"tenant": "helios", "name": "billing-signing", "dry_run": true});
    ends(&ask(&daemon, "/v1/conflict/delete", gone));
    let end = json!({"tenant": "helios", "name": "billing-signing", "user": "bo@helios.example", "dry_run": true});
    let told = ask(&daemon, "/v1/conflict/except", end);
    assert!(
        told["message"].to_string().contains("would change"),
        "{told}"
    );
    rule["other"] = json!({"roles": ["APP_OPERATOR"]});
    ends(&ask(&daemon, "/v1/conflict/set", set(&rule, true)));
    assert_eq!(before, heads(&daemon));
    ends(&ask(&daemon, "/v1/conflict/set", set(&rule, false)));
    let all = ask(&daemon, "/v1/conflict/list", json!({"tenant": "helios"}));
    assert_eq!(all["violations"][0]["exception"], Value::Null, "{all}");
    // Who is let in again with what they hold against a rule is let in with a word about it.
    let bo = json!({"user": "bo@helios.example"});
    ask(&daemon, "/v1/user/suspend", bo.clone());
    let told = ask(&daemon, "/v1/user/reactivate", bo);
    let said = told["message"].as_str().unwrap();
    assert!(said.contains("separation of duties"), "{told}");
    // An application comes with its environments.
    let scopes = ask(&daemon, "/v1/scope/list", json!({"tenant": "helios"})).to_string();
    assert!(
        scopes.contains("Org/Leases/Staging (testing)") && scopes.contains("\"STAGING\""),
        "{scopes}"
    );
}

#[test]
fn a_standalone_account_becomes_a_sub_account_and_its_tenant_is_closed() {
    let daemon = TestDaemon::start();
    for name in ["bank", "branch"] {
        let owner = format!("it@{name}.example");
        let created = json!({"name": name, "catalog": "onespan", "seats": null, "owner": owner, "tz": "UTC", "authority": "rollcall"});
        ask(&daemon, "/v1/tenant/create", created);
        let people = format!(
            "email,status,roles\n{owner},active,Manager\nboth@x.example,active,Sender\nmo@{name}.example,active,Sender\n"
        );
        import(&daemon, "people", name, &people).ok();
        ask(
            &daemon,
            "/v1/tenant/owner-set",
            json!({"tenant": name, "owner": owner}),
        );
    }
    let convert =
        |dry| json!({"tenant": "branch", "into": "bank", "name": "Branch", "dry_run": dry});
    refuses(&daemon, "/v1/tenant/convert", convert(false), "feature");
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "bank", "enable": ["sub_accounts"]}),
    );
    let before = heads(&daemon);
    ask(&daemon, "/v1/tenant/convert", convert(true));
    assert_eq!(heads(&daemon), before);
    let args = [
        "tenant", "convert", "branch", "--into", "bank", "--name", "Branch", "--yes",
    ];
    daemon.say(&args).ok();
    let report = ask(&daemon, "/v1/scope/report", json!({"tenant": "bank"}));
    let rows = report["rows"].as_array().unwrap();
    let branch = rows.iter().find(|r| r["path"] == "Branch").unwrap();
    assert_eq!(branch["users"]["active"], 3, "{report}");
    // Nobody twice: both was in either.
    assert_eq!(rows.last().unwrap()["users"]["active"], 5, "{report}");
    let gone = ask(&daemon, "/v1/user/list", json!({"tenant": "branch"}));
    for row in gone["rows"].as_array().unwrap() {
        assert_eq!(row["status"], "deactivated", "{row}");
    }
    // Who was in either is found by the address: the account in the closed tenant is over.
    let both = ask(&daemon, "/v1/user/show", json!({"user": "both@x.example"}));
    assert_eq!(both["row"]["tenant"], "bank", "{both}");
    let again = json!({"tenant": "branch", "seats": "7"});
    refuses(&daemon, "/v1/tenant/set", again, "tenant-closed");
    assert!(daemon.say(&["audit", "verify"]).ok().code == 0);
    // What is on disk says the same after a start.
    let kept = daemon.kill();
    let daemon = TestDaemon::start_in(kept.path());
    let shown = ask(&daemon, "/v1/tenant/show", json!({"tenant": "branch"}));
    assert_eq!(shown["row"]["tenant"]["state"], "closed", "{shown}");
    assert_eq!(
        ask(&daemon, "/v1/scope/report", json!({"tenant": "bank"}))["rows"],
        report["rows"]
    );
}

#[test]
fn a_file_brings_no_team_that_the_tier_does_not_have() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let file = format!(
        "{}team\nzoe@acme.example,Zoe,active,User,none,,,,Sales\n",
        HEADER.trim_end().to_owned() + ","
    );
    let said = import(&daemon, "people", "acme", &file).ok();
    assert!(
        said.err.contains("team:") && said.err.contains("enterprise"),
        "{said:?}"
    );
    let scopes = ask(&daemon, "/v1/scope/list", json!({"tenant": "acme"}));
    assert_eq!(scopes["rows"].as_array().unwrap().len(), 1, "{scopes}");
}

#[test]
fn in_the_vendors_hands_a_conversion_is_one_order_and_one_for_who_was_there_already() {
    let daemon = TestDaemon::start();
    for name in ["bank", "branch"] {
        let owner = format!("it@{name}.example");
        let created = json!({"name": name, "catalog": "onespan", "seats": null, "owner": owner, "tz": "UTC", "authority": "vendor"});
        ask(&daemon, "/v1/tenant/create", created);
        let people = format!(
            "email,status,roles\n{owner},active,Administrator\nboth@x.example,active,Sender\nmo@{name}.example,active,Sender\n"
        );
        import(&daemon, "people", name, &people).ok();
    }
    let convert = json!({"tenant": "branch", "into": "bank", "name": "Branch"});
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "bank", "enable": ["sub_accounts"]}),
    );
    // What is under way in the account must end first, each with its remedy.
    ask(
        &daemon,
        "/v1/review/open",
        json!({"tenant": "branch", "silence": "keep"}),
    );
    refuses(
        &daemon,
        "/v1/tenant/convert",
        convert.clone(),
        "convert-unfinished",
    );
    ask(
        &daemon,
        "/v1/review/close",
        json!({"tenant": "branch", "id": 1, "early": true}),
    );
    let role = json!({"tenant": "branch", "id": "closer", "grant": ["transaction.transaction"]});
    ask(&daemon, "/v1/role/create", role);
    refuses(
        &daemon,
        "/v1/tenant/convert",
        convert.clone(),
        "orders-open",
    );
    daemon
        .say(&["order", "export", "--tenant", "branch", "--yes"])
        .ok();
    daemon
        .say(&["order", "confirm", "1", "--tenant", "branch", "--yes"])
        .ok();

    let said = ask(&daemon, "/v1/tenant/convert", convert);
    assert!(
        said["warnings"].to_string().contains("opens 2 orders"),
        "{said}"
    );
    let orders = ask(
        &daemon,
        "/v1/order/list",
        json!({"tenant": "bank", "state": ["open"]}),
    );
    let todo: Vec<(&str, &str)> = orders["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["email"].as_str().unwrap(), r["todo"].as_str().unwrap()))
        .collect();
    let told = [
        (
            "",
            "have the account \"branch\" made the sub-account \"Branch\" of /, with everybody in it",
        ),
        ("both@x.example", "set roles to sender+sender@Branch"),
    ];
    for one in told {
        assert!(todo.contains(&one), "{one:?}: {todo:?}");
    }
    assert_eq!(todo.len(), 3, "and the feature: {todo:?}");
    assert!(daemon.say(&["audit", "verify"]).ok().code == 0);
}

#[test]
fn a_preview_is_refused_where_the_change_would_be_and_leaves_nothing() {
    let daemon = TestDaemon::start();
    let made = json!({
        "name": "org", "catalog": "ignisign", "owner": "olga@org.example", "tz": "UTC", "authority": "rollcall",
    });
    ask(&daemon, "/v1/tenant/create", made);
    let file = "email,first_name,last_name,status,roles,account,mfa\n\
        olga@org.example,Olga,Lee,active,ORG_OWNER,First,enrolled\n\
        ann@org.example,Ann,Lee,active,ORG_ADMIN,Second,enrolled\n";
    import(&daemon, "people", "org", file).ok();
    let owner = json!({"tenant": "org", "owner": "olga@org.example"});
    ask(&daemon, "/v1/tenant/owner-set", owner);
    let set = |scope: &str, dry: bool| json!({"tenant": "org", "scope": scope, "state": "archived", "dry_run": dry});
    // The only owner is one at the first organization: what would leave none is refused, previewed or not.
    for dry in [true, false] {
        refuses(&daemon, "/v1/scope/set", set("First", dry), "owner-holder");
    }
    let before = heads(&daemon);
    let shown = ask(&daemon, "/v1/scope/set", set("Second", true));
    assert!(
        shown["message"].to_string().contains("would change"),
        "{shown}"
    );
    assert_eq!((heads(&daemon), &shown["seq"]), (before, &Value::Null));
    // Nothing of it stays in what later verbs are held against either.
    let again = ask(&daemon, "/v1/scope/set", set("Second", true));
    assert_eq!(again, shown);
    let done = ask(&daemon, "/v1/scope/set", set("Second", false));
    assert!(done["seq"].is_u64(), "{done}");
}

#[test]
fn what_several_users_share_begins_with_growth() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let tier = |tier: &str| {
        ask(
            &daemon,
            "/v1/tenant/set",
            json!({"tenant": "acme", "tier": tier, "seats": "5"}),
        )
    };
    tier("solo");
    let board = json!({"tenant": "acme", "kind": "signing_group", "name": "Board"});
    let team = json!({"tenant": "acme", "kind": "team", "name": "Sales"});
    for body in [&board, &team] {
        refuses(&daemon, "/v1/group/set", body.clone(), "tier");
        let (_, error) = refused(&daemon, "/v1/group/set", body.clone());
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("tenant set acme --tier"), "{error}");
    }
    refuses(
        &daemon,
        "/v1/handover/start",
        json!({"user": "linus@acme.example", "to": "ada@acme.example"}),
        "tier",
    );
    tier("growth");
    ask(&daemon, "/v1/group/set", board);
    refuses(&daemon, "/v1/group/set", team, "tier");
}

#[test]
fn a_rule_of_duties_follows_a_scope_that_gets_another_name() {
    let daemon = TestDaemon::start();
    let made = json!({
        "name": "bank", "catalog": "onespan", "owner": "ada@bank.example", "tz": "UTC", "authority": "rollcall",
    });
    ask(&daemon, "/v1/tenant/create", made);
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "bank", "enable": ["sub_accounts", "roles_and_permissions"]}),
    );
    let file = "email,first_name,last_name,status,roles,account,mfa\n\
        ada@bank.example,Ada,Lee,active,Administrator,,enrolled\n\
        sam@bank.example,Sam,Lee,active,Sender,Front,enrolled\n\
        sue@bank.example,Sue,Lee,active,Sender,Back,enrolled\n\
        tom@bank.example,Tom,Lee,active,Sender,Asia/Desk,enrolled\n\
        tim@bank.example,Tim,Lee,active,Sender,Europe/Desk,enrolled\n";
    import(&daemon, "people", "bank", file).ok();
    let rule = |name: &str, one: &str| {
        json!({"tenant": "bank", "rule": {
            "name": name, "one": {"kind": "account", "name": one}, "other": {"kind": "account", "name": "Back"},
            "why": "who sells does not book"
        }})
    };
    ask(&daemon, "/v1/conflict/set", rule("front-back", "Front"));
    let both = json!({"user": "sam@bank.example", "add": ["sender@Back"]});
    refuses(
        &daemon,
        "/v1/user/role",
        both.clone(),
        "separation-of-duties",
    );
    let rename = json!({"tenant": "bank", "scope": "Front", "name": "Sales"});
    let told = ask(&daemon, "/v1/scope/set", rename);
    assert!(told["changes"].to_string().contains("front-back"), "{told}");
    refuses(&daemon, "/v1/user/role", both, "separation-of-duties");
    let rules = ask(&daemon, "/v1/conflict/list", json!({"tenant": "bank"})).to_string();
    assert!(
        rules.contains("Sales") && !rules.contains("Front"),
        "{rules}"
    );
    // Where others keep the name, the rule cannot follow one of them.
    ask(&daemon, "/v1/conflict/set", rule("desk-back", "Desk"));
    let rename = json!({"tenant": "bank", "scope": "Asia/Desk", "name": "Tokyo"});
    refuses(&daemon, "/v1/scope/set", rename, "conflict-rule");
    // A scope that gets a name of which a rule speaks comes under it: who holds roles against it then is counted.
    let annex = json!({"tenant": "bank", "kind": "account", "name": "Annex"});
    ask(&daemon, "/v1/scope/create", annex);
    let more = json!({"user": "sue@bank.example", "add": ["sender@Annex"]});
    ask(&daemon, "/v1/user/role", more);
    let warned = |change: Value| {
        let told = ask(&daemon, "/v1/scope/set", change)["warnings"].to_string();
        assert!(
            told.contains(" account") && told.contains("separation of duties"),
            "{told}"
        );
    };
    warned(json!({"tenant": "bank", "scope": "Annex", "name": "Desk", "dry_run": true}));
    // So is one that is put below a scope of which a rule speaks.
    warned(json!({"tenant": "bank", "scope": "Asia/Desk", "parent": "Back", "dry_run": true}));
    // A role that goes is not forgotten by the rules that name it.
    let role = json!({"tenant": "bank", "id": "closer", "grant": ["transaction.transaction"]});
    ask(&daemon, "/v1/role/create", role);
    let named = json!({"tenant": "bank", "rule": {
        "name": "closing", "one": {"roles": ["closer"]}, "other": {"roles": ["sender"]}, "why": "kept apart"
    }});
    ask(&daemon, "/v1/conflict/set", named);
    let gone = json!({"tenant": "bank", "id": "closer"});
    let told = ask(&daemon, "/v1/role/delete", gone)["warnings"].to_string();
    assert!(told.contains("closing"), "{told}");
}
