//! A tenant in the vendor's hands: what is decided here becomes an order, and counts once an import shows it.

use super::common::{HEADER, accounts, ask, create, heads, import, status};
use rollcall_tests::programs::{command, run};
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};

/// An export of the vendor's with these states of bo, cy and dee.
fn export(bo: &str, cy: &str, dee: &str) -> String {
    format!(
        "{HEADER}ada@bank.example,Ada,active,Owner,,,2025-01-10,\n\
         bo@bank.example,Bo,{bo},User,,,2025-01-10,\n\
         cy@bank.example,Cy,{cy},User,,,2025-01-10,\n\
         dee@bank.example,Dee,{dee},User,,,2025-01-10,\n"
    )
}

pub(super) fn bank() -> TestDaemon {
    let daemon = TestDaemon::start();
    create(&daemon, "bank", "vendor");
    import(
        &daemon,
        "people",
        "bank",
        &export("active", "active", "active"),
    )
    .ok();
    let tenant = tenant(&daemon);
    assert_eq!(
        tenant["tenant"]["state"], "active",
        "the export shows the owner: {tenant}"
    );
    daemon
}

fn tenant(daemon: &TestDaemon) -> Value {
    daemon
        .say(&["tenant", "show", "bank", "--json"])
        .ok()
        .json()["row"]
        .clone()
}

/// Email, what is to be done and state of each order.
fn orders(daemon: &TestDaemon, states: &str) -> Vec<(String, String, String)> {
    let args = [
        "order", "list", "--tenant", "bank", "--state", states, "--json",
    ];
    let all = daemon.say(&args).ok().json();
    let rows = all["rows"].as_array().unwrap().iter();
    rows.map(|r| {
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        (
            text(&r["email"]),
            text(&r["todo"]),
            text(&r["order"]["state"]),
        )
    })
    .collect()
}

fn drift(daemon: &TestDaemon) -> Vec<Value> {
    let all = daemon
        .say(&["drift", "--tenant", "bank", "--json"])
        .ok()
        .json();
    all["rows"].as_array().unwrap().clone()
}

#[test]
fn an_order_is_opened_delivered_and_confirmed_by_what_an_import_shows() {
    let daemon = bank();
    let order = |state: &str| {
        vec![(
            "bo@bank.example".to_owned(),
            "set status to suspended".to_owned(),
            state.to_owned(),
        )]
    };
    daemon
        .say(&["user", "suspend", "bo@bank.example", "--yes"])
        .ok();
    assert_eq!(orders(&daemon, "open"), order("open"));
    let bo = accounts(&daemon, "bank")
        .into_iter()
        .find(|a| a["email"] == "bo@bank.example")
        .unwrap();
    assert_eq!(
        (&bo["status"], &bo["observed"]),
        (&json!("suspended"), &json!("active"))
    );

    let out = daemon
        .say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok()
        .out;
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 2, "{out}");
    assert!(
        lines[0].starts_with("tenant,order,id,email,todo,state"),
        "{out}"
    );
    assert!(
        lines[1].contains(",bo@bank.example,set status to suspended,"),
        "{out}"
    );
    assert_eq!(orders(&daemon, "delivered"), order("delivered"));
    let before = heads(&daemon);
    let again = daemon
        .say(&["order", "export", "--tenant", "bank", "--yes", "--jsonl"])
        .ok()
        .out;
    assert_eq!(again, "", "what was delivered is not handed out again");
    assert_eq!(heads(&daemon), before);

    let told = import(
        &daemon,
        "people",
        "bank",
        &export("suspended", "active", "active"),
    )
    .ok()
    .json();
    assert_eq!(
        (&told["confirmed"], &told["conflicts"]),
        (&json!(1), &json!(0)),
        "{told}"
    );
    assert_eq!(orders(&daemon, "confirmed"), order("confirmed"));
    assert_eq!(orders(&daemon, "open,delivered").len(), 0);
    assert_eq!(drift(&daemon), Vec::<Value>::new());
    let before = heads(&daemon);
    import(
        &daemon,
        "people",
        "bank",
        &export("suspended", "active", "active"),
    )
    .ok();
    assert_eq!(
        heads(&daemon),
        before,
        "the same export again changes nothing"
    );
}

#[test]
fn who_is_in_at_the_vendor_answered_the_invitation_and_is_not_expired() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    create(&daemon, "bank", "vendor");
    let states = || export("active", "active", "active");
    import(&daemon, "people", "bank", &states()).ok();
    let invite = ["user", "invite", "eve@bank.example", "--tenant", "bank"];
    let as_who = [
        "--first-name",
        "Eve",
        "--last-name",
        "Eden",
        "--role",
        "user",
        "--yes",
    ];
    daemon.say(&[&invite[..], &as_who].concat()).ok();
    daemon
        .say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok();
    daemon.set_clock("2026-03-20T12:00:00Z");
    let shown = format!(
        "{}eve@bank.example,Eve,active,User,,,2025-01-10,\n",
        states()
    );
    let told = import(&daemon, "people", "bank", &shown).ok().json();
    assert_eq!(status(&daemon, "eve@bank.example"), "active", "{told}");
    assert_eq!(
        (&told["conflicts"], orders(&daemon, "open,delivered").len()),
        (&json!(0), 0),
        "{told}"
    );
    let plan = ["sweep", "plan", "invitations", "--tenant", "bank", "--json"];
    let plan = daemon.say(&plan).ok().json()["plans"][0].clone();
    assert_eq!(plan["total"], 0, "{plan}");
}

#[test]
fn a_suspension_that_is_not_in_force_at_the_vendor_stands_in_drift() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    create(&daemon, "bank", "vendor");
    import(
        &daemon,
        "people",
        "bank",
        &export("active", "active", "active"),
    )
    .ok();
    daemon
        .say(&["user", "suspend", "bo@bank.example", "--yes"])
        .ok();
    daemon.set_clock("2026-03-03T12:00:00Z");
    let told = export("suspended", "active", "active");
    import(&daemon, "people", "bank", &told).ok();
    assert_eq!(drift(&daemon), Vec::<Value>::new());
    let event =
        r#"{"at":"2026-03-03T08:00:00Z","user":"bo@bank.example","kind":"sign_in","id":"e1"}"#;
    import(&daemon, "signins", "bank", event).ok();
    let rows = drift(&daemon);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (&rows[0]["email"], &rows[0]["observed"]),
        (&json!("bo@bank.example"), &json!("used on 2026-03-03"))
    );
    let flagged = [
        "user", "list", "--tenant", "bank", "--flag", "drift", "--json",
    ];
    assert_eq!(daemon.say(&flagged).ok().json()["total"], 1);
}

#[test]
fn each_order_is_handed_out_once_and_a_retry_gets_the_same_ones() {
    let daemon = bank();
    for who in ["bo", "cy", "dee"] {
        let who = format!("{who}@bank.example");
        daemon.say(&["user", "suspend", &who, "--yes"]).ok();
    }
    let body = json!({"tenant": "bank"}).to_string();
    let one = |request: &str| {
        let header = [("x-rollcall-request-id", request)];
        let (code, envelope) =
            rollcall_tests::http::post(&daemon.socket(), "/v1/order/export", &header, &body);
        assert_eq!(code, 200, "{envelope}");
        let rows = envelope["ok"]["rows"].as_array().unwrap().iter();
        rows.map(|r| r["order"]["id"].as_u64().unwrap())
            .collect::<Vec<u64>>()
    };
    let asked: Vec<String> = (0..6)
        .map(|n| format!("0190f3a2-0000-7000-8000-00000000000{n}"))
        .collect();
    let handed: Vec<Vec<u64>> = std::thread::scope(|scope| {
        let asks: Vec<_> = asked.iter().map(|id| scope.spawn(|| one(id))).collect();
        asks.into_iter().map(|ask| ask.join().unwrap()).collect()
    });
    let mut all: Vec<u64> = handed.concat();
    all.sort_unstable();
    all.dedup();
    let handed_out: usize = handed.iter().map(Vec::len).sum();
    assert_eq!((all.len(), handed_out), (3, 3), "{handed:?}");
    let (winner, first) = (0..6)
        .map(|n| (n, &handed[n]))
        .max_by_key(|(_, rows)| rows.len())
        .unwrap();
    assert_eq!(&one(&asked[winner]), first, "the retry");
}

#[test]
fn orders_are_exported_as_json_lines_too() {
    let daemon = bank();
    daemon
        .say(&["user", "suspend", "bo@bank.example", "--yes"])
        .ok();
    daemon
        .say(&["user", "deactivate", "cy@bank.example", "--yes"])
        .ok();
    let out = daemon
        .say(&["order", "export", "--tenant", "bank", "--yes", "--jsonl"])
        .ok()
        .out;
    let rows: Vec<Value> = out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let todo: Vec<_> = rows
        .iter()
        .map(|r| (r["email"].as_str().unwrap(), r["todo"].as_str().unwrap()))
        .collect();
    assert_eq!(
        todo,
        [
            ("bo@bank.example", "set status to suspended"),
            ("cy@bank.example", "set status to deactivated")
        ]
    );
}

#[test]
fn a_seat_counts_as_free_only_when_an_import_shows_it() {
    let daemon = bank();
    let seats = || {
        let row = tenant(&daemon);
        (
            row["seats_used"].as_u64().unwrap(),
            row["seats_releasing"].as_u64().unwrap(),
        )
    };
    assert_eq!(seats(), (4, 0));
    daemon
        .say(&["user", "deactivate", "cy@bank.example", "--yes"])
        .ok();
    let (_, releasing) = seats();
    assert_eq!(releasing, 1);
    daemon
        .say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok();
    assert_eq!(seats().1, 1, "delivered is not done");
    import(
        &daemon,
        "people",
        "bank",
        &export("active", "deactivated", "active"),
    )
    .ok();
    assert_eq!(seats(), (3, 0));
}

#[test]
fn what_an_import_shows_otherwise_is_drift() {
    let daemon = bank();
    daemon
        .say(&["user", "suspend", "dee@bank.example", "--yes"])
        .ok();
    daemon
        .say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok();
    let quiet = daemon.say(&["drift", "--tenant", "bank", "--exit-code"]);
    assert_eq!(quiet.code, 3, "{quiet:?}");
    import(
        &daemon,
        "people",
        "bank",
        &export("active", "active", "invited"),
    )
    .ok();
    let rows = drift(&daemon);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (
            &rows[0]["email"],
            &rows[0]["field"],
            &rows[0]["decided"],
            &rows[0]["observed"]
        ),
        (
            &json!("dee@bank.example"),
            &json!("status"),
            &json!("suspended"),
            &json!("invited")
        )
    );
    assert!(
        rows[0]["order"].is_number(),
        "the order that mends it is named: {rows:?}"
    );
    assert_eq!(
        status(&daemon, "dee@bank.example"),
        "suspended",
        "an import overturns no decision"
    );

    // What nobody decided otherwise follows the vendor, and is no drift.
    import(
        &daemon,
        "people",
        "bank",
        &export("active", "deactivated", "invited"),
    )
    .ok();
    assert_eq!(status(&daemon, "cy@bank.example"), "deactivated");
    assert_eq!(drift(&daemon).len(), 1);
}

#[test]
fn an_owner_who_is_only_invited_does_not_end_the_filling() {
    let daemon = TestDaemon::start();
    create(&daemon, "bank", "vendor");
    let shown = |status: &str| {
        let text = format!(
            "{HEADER}ada@bank.example,Ada,{status},Owner,,,2025-01-10,\n\
             bo@bank.example,Bo,active,User,,,2025-01-10,\n"
        );
        import(&daemon, "people", "bank", &text).ok();
        tenant(&daemon)["tenant"]["state"].clone()
    };
    assert_eq!(shown("invited"), "filling");
    assert_eq!(shown("active"), "active");
}

#[test]
fn orders_that_cannot_be_printed_are_told_with_the_way_to_print_them() {
    let daemon = bank();
    let suspend = ["user", "suspend", "bo@bank.example", "--yes"];
    daemon.say(&suspend).ok();
    let full = |args: &[&str]| {
        let mut command = command(&daemon.socket(), args);
        command.stdout(std::fs::File::create("/dev/full").unwrap());
        run(command)
    };
    let listed = full(&["user", "list"]);
    assert_eq!(listed.code, 1, "{listed:?}");
    for part in ["error: cannot write the output", "hint: make room"] {
        assert_eq!(listed.err.matches(part).count(), 1, "{part:?}: {listed:?}");
    }
    let told = full(&["order", "export", "--yes", "--csv"]);
    assert_eq!(told.code, 7, "{told:?}");
    for part in [
        "error: 1 order delivered, but cannot write the output",
        "order list --tenant bank --state delivered --csv",
        "bank 1",
    ] {
        assert_eq!(told.err.matches(part).count(), 1, "{part:?}: {told:?}");
    }
    let again = [
        "order",
        "list",
        "--tenant",
        "bank",
        "--state",
        "delivered",
        "--csv",
    ];
    let again = daemon.say(&again).ok().out;
    assert!(again.contains("bo@bank.example"), "{again}");
}

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
}

#[test]
fn who_is_missing_from_a_newer_export_is_gone_by_a_persons_word() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    create(&daemon, "bank", "vendor");
    import(
        &daemon,
        "people",
        "bank",
        &export("active", "active", "active"),
    )
    .ok();
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
    let (_, early) = super::common::refused(&daemon, "/v1/order/confirm", confirm.clone());
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
