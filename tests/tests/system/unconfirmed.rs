//! What a vendor has not shown: orders that come back unseen, who is missing from its exports, seats it still holds.

use super::common::{ask, create, heads, import, refused};
use super::vendor::{bank, drift, export, in_use, orders, tenant};
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};

#[test]
fn an_order_that_comes_back_before_anybody_saw_it_is_dropped() {
    let daemon = bank();
    let say = |args: &[&str]| daemon.say(&[args, &["--yes"]].concat()).ok().out;
    say(&["user", "suspend", "bo@bank.example"]);
    assert_eq!(orders(&daemon, "open").len(), 1);
    say(&["user", "reactivate", "bo@bank.example"]);
    assert!(orders(&daemon, "open").is_empty());

    let eve = || {
        let open = orders(&daemon, "open,delivered");
        let mut todo: Vec<String> = open.into_iter().map(|(_, todo, _)| todo).collect();
        todo.sort();
        todo
    };
    let both = ["set roles to user", "set status to invited"];
    let named = [
        "--first-name",
        "Eve",
        "--last-name",
        "Eden",
        "--role",
        "user",
    ];
    let invite = ["user", "invite", "eve@bank.example", "--tenant", "bank"];
    say(&[&invite[..], &named].concat());
    assert_eq!(eve(), both);
    let told = say(&["user", "revoke", "eve@bank.example"]);
    assert!(
        told.contains("its seat is free") && !told.contains("once"),
        "{told}"
    );
    assert_eq!(eve(), [""; 0], "the vendor never heard of her");
    assert_eq!(tenant(&daemon)["seats_releasing"], 0);

    // Invited again she is new to the vendor, with her roles; once that was handed over, it has to be undone there.
    say(&["user", "resend", "eve@bank.example"]);
    assert_eq!(eve(), both);
    say(&["order", "export", "--tenant", "bank"]);
    let told = say(&["user", "revoke", "eve@bank.example"]);
    assert!(
        told.contains("once the vendor's next export shows it"),
        "{told}"
    );
    assert_eq!(tenant(&daemon)["seats_releasing"], 1);

    // Invited once more and taken back once more: the vendor still has the invitation that was handed over.
    say(&["user", "resend", "eve@bank.example"]);
    say(&["user", "revoke", "eve@bank.example"]);
    assert!(
        eve().contains(&"set status to revoked".to_owned()),
        "{:?}",
        eve()
    );
}

#[test]
fn who_is_missing_from_a_newer_export_is_gone_by_a_persons_word() {
    let mut daemon = in_use(TestDaemon::simulated("2026-03-02T12:00:00Z"));
    for who in ["cy@bank.example", "dee@bank.example"] {
        daemon.say(&["user", "deactivate", who, "--yes"]).ok();
    }
    daemon
        .say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok();
    let number = |who: &str| {
        let args = [
            "order",
            "list",
            "--tenant",
            "bank",
            "--state",
            "delivered",
            "--json",
        ];
        let all = daemon.say(&args).ok().json();
        let rows = all["rows"].as_array().unwrap();
        let row = rows.iter().find(|r| r["email"] == who);
        row.map(|r| r["order"]["id"].to_string())
    };
    let cy = number("cy@bank.example").unwrap();
    let dee = number("dee@bank.example").unwrap();
    let confirm = |daemon: &TestDaemon, id: &str, more: &[&str]| {
        let args = ["order", "confirm", id, "--tenant", "bank", "--yes"];
        daemon.say(&[&args[..], more].concat())
    };
    let reason = ["--reason", "not in the portal any more"];
    let early = confirm(&daemon, &cy, &reason);
    assert!(early.err.contains("order-import"), "{early:?}");

    // Two days later the vendor lists cy no more, and still shows dee.
    daemon.set_clock("2026-03-04T12:00:00Z");
    let shown = export("active", "active", "active");
    let without = |who: &str| {
        let lines = shown.lines().filter(|l| !l.starts_with(who));
        lines.map(|l| format!("{l}\n")).collect::<String>()
    };
    import(&daemon, "people", "bank", &without("cy@")).ok();
    let there = confirm(&daemon, &dee, &reason);
    assert!(there.err.contains("shows the account"), "{there:?}");
    let silent = confirm(&daemon, &cy, &[]);
    assert!(silent.err.contains("order-reason"), "{silent:?}");
    assert_eq!(tenant(&daemon)["seats_releasing"], 2);
    confirm(&daemon, &cy, &reason).ok();
    assert_eq!(tenant(&daemon)["seats_releasing"], 1);

    // Deleted is gone for good: no less than deactivated.
    let gone = export("active", "active", "deleted").replace("cy@", "zoe@");
    let told = import(&daemon, "people", "bank", &gone).ok().json();
    assert_eq!(told["confirmed"], 1, "{told}");
    assert!(orders(&daemon, "open,delivered").is_empty());
    assert_eq!(drift(&daemon), Vec::<Value>::new());
    assert_eq!(tenant(&daemon)["seats_releasing"], 0);
}

#[test]
fn an_export_counts_as_read_on_the_day_of_the_hand_over_and_no_answer_stands_for_one() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    create(&daemon, "bank", "vendor");
    let shown = export("active", "active", "active");
    import(&daemon, "people", "bank", &shown).ok();
    let read = |daemon: &TestDaemon| {
        let drift = ["drift", "--tenant", "bank", "--json"];
        daemon.say(&drift).ok().json()["exports"]["bank"].clone()
    };
    assert_eq!(read(&daemon), "2026-03-02T12:00:00Z");
    let invite = json!({"tenant": "bank", "email": ["eve@bank.example"], "first_name": "Eve",
        "last_name": "Eden", "roles": ["user"]});
    ask(&daemon, "/v1/user/invite", invite);
    daemon
        .say(&["user", "deactivate", "cy@bank.example", "--yes"])
        .ok();
    let delivered = ["order", "export", "--tenant", "bank", "--yes", "--json"];
    let rows = daemon.say(&delivered).ok().json()["rows"].clone();
    let mut rows = rows.as_array().unwrap().iter();
    let cy = rows.find(|row| row["email"] == "cy@bank.example").unwrap();
    let confirm =
        json!({"tenant": "bank", "orders": [cy["order"]["id"]], "reason": "not in the portal"});
    // An answer to an invitation is no export, and leaves nobody out.
    daemon.set_clock("2026-03-02T12:30:00Z");
    ask(
        &daemon,
        "/v1/user/accept",
        json!({"user": "eve@bank.example"}),
    );
    let (_, early) = refused(&daemon, "/v1/order/confirm", confirm.clone());
    assert_eq!(early["rule"], "order-import", "{early}");
    // Nor is a file that tells no states, nor one of an identity provider.
    daemon.set_clock("2026-03-02T13:00:00Z");
    import(
        &daemon,
        "people",
        "bank",
        "email,department\nbo@bank.example,Law\n",
    )
    .ok();
    assert_eq!(read(&daemon), "2026-03-02T12:00:00Z");
    let lines = shown.lines().filter(|line| !line.starts_with("cy@"));
    let without: String = lines.map(|line| format!("{line}\n")).collect();
    import(&daemon, "people", "bank", &without).ok();
    assert_eq!(read(&daemon), "2026-03-02T13:00:00Z");
    let before = heads(&daemon);
    import(&daemon, "people", "bank", &without).ok();
    assert_eq!(heads(&daemon), before, "the same again is no news");
    ask(&daemon, "/v1/order/confirm", confirm);
    let dir = daemon.kill();
    let daemon = TestDaemon::simulated_over(dir.path(), "2026-03-02T13:00:00Z");
    assert_eq!(read(&daemon), "2026-03-02T13:00:00Z");
}

#[test]
fn seats_and_pools_that_no_import_has_confirmed_are_held() {
    let daemon = TestDaemon::start();
    let tenant = json!({"name": "sign", "catalog": "esignanywhere", "tz": "UTC", "authority": "vendor",
        "owner": "ada@sign.example"});
    ask(&daemon, "/v1/tenant/create", tenant);
    let people = |states: [&str; 3]| {
        let [ada, p1, p2] = states;
        format!(
            "email,roles{}\nada@sign.example,Administrator{ada}\n\
             p1@sign.example,Power User{p1}\np2@sign.example,Power User{p2}\n",
            if ada.is_empty() { "" } else { ",status" }
        )
    };
    // Nothing is told of states: whether p2 is gone is not known before the vendor says so.
    import(&daemon, "people", "sign", &people(["", "", ""])).ok();
    let pools = json!({"tenant": "sign", "pools": {"sender": "3"}});
    ask(&daemon, "/v1/tenant/set", pools);
    let change = |verb: &str, user: &str| {
        let user = format!("{user}@sign.example");
        ask(&daemon, &format!("/v1/user/{verb}"), json!({"user": user}))
    };
    let full = |why: &str| {
        let new = json!({"tenant": "sign", "email": ["new@sign.example"], "first_name": "N",
            "last_name": "Ew", "roles": ["power_user"], "dry_run": true});
        let (_, envelope) = http::post(&daemon.socket(), "/v1/user/invite", &[], &new.to_string());
        assert_eq!(envelope["error"]["rule"], "seats", "{why}: {envelope}");
    };
    full("three of three");
    change("deactivate", "p2");
    full("ordered, and not seen done");
    // Back again it needs no other seat than its own.
    change("reactivate", "p2");
    let active = [",active", ",active", ",active"];
    import(&daemon, "people", "sign", &people(active)).ok();
    let role = |role: &str| {
        let role = json!({"user": "p1@sign.example", "set": [role]});
        ask(&daemon, "/v1/user/role", role)
    };
    role("registered_signer");
    full("the vendor has p1 in the other pool still");
    role("power_user");
    change("deactivate", "p2");
    full("the vendor shows p2 active");
    let gone = [",active", ",active", ",deactivated"];
    import(&daemon, "people", "sign", &people(gone)).ok();
    let new = json!({"tenant": "sign", "email": ["new@sign.example"], "first_name": "N",
        "last_name": "Ew", "roles": ["power_user"]});
    ask(&daemon, "/v1/user/invite", new);
}
