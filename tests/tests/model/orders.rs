//! Random decisions in a tenant that the vendor's own portal governs, against a list of orders: each decision opens one,
//! in place of what is still on its way about the same, and a person says what becomes of it.

use crate::checks::{list, text};
use crate::common::ask;
use crate::dice::Dice;
use crate::number;
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What an order is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    State(usize),
    Name(usize),
    Group,
}

/// A group as it is: its name and who is in it.
type Desk = (&'static str, BTreeSet<usize>);

#[derive(Debug, Clone)]
struct Order {
    about: About,
    state: &'static str,
    /// Of the group: how it was where the order begins, and how it is to be.
    from: Option<Desk>,
    to: Option<Desk>,
}

/// What is asked.
#[derive(Debug)]
enum Ask {
    Step(usize, &'static str),
    Name(usize, &'static str),
    Group(&'static str, usize, bool),
    Export,
    Confirm(usize),
    Fail(usize, bool),
    Reopen(usize),
}

/// People; the first owns the tenant and is left alone.
const PEOPLE: usize = 5;

struct Bank {
    people: Vec<(&'static str, &'static str)>,
    desk: Option<Desk>,
    /// By number, from 1.
    orders: Vec<Order>,
}

impl Bank {
    /// The newest order about something that is open or delivered.
    fn on_its_way(&self, about: About) -> Option<usize> {
        let mut numbered = self.orders.iter().enumerate().rev();
        let waits = |o: &Order| o.about == about && ["open", "delivered"].contains(&o.state);
        numbered.find(|(_, o)| waits(o)).map(|(at, _)| at)
    }

    fn order(&mut self, about: About, from: Option<Desk>, to: Option<Desk>) {
        let mut order = Order {
            about,
            state: "open",
            from,
            to,
        };
        if let Some(earlier) = self.on_its_way(about) {
            let earlier = &mut self.orders[earlier];
            // Nobody has seen it: the new one begins where it began.
            if earlier.state == "open" && about == About::Group {
                order.from.clone_from(&earlier.from);
            }
            earlier.state = "superseded";
        }
        if about != About::Group || order.from != order.to {
            self.orders.push(order);
        }
    }

    /// Whether something newer than an order was decided about the same, and not taken back by what came after.
    fn outdated(&self, at: usize) -> bool {
        let mut later = self.orders[at + 1..].iter();
        later.any(|o| o.about == self.orders[at].about && o.state != "superseded")
    }

    /// Does it, or says why not.
    fn take(&mut self, ask: &Ask) -> Result<(), &'static str> {
        match *ask {
            Ask::Step(n, verb) => {
                let status = match (verb, self.people[n].0) {
                    ("suspend", "active" | "suspended") => "suspended",
                    ("reactivate", _) => "active",
                    ("deactivate", _) => "deactivated",
                    _ => return Err("not from this state"),
                };
                if self.people[n].0 != status {
                    self.people[n].0 = status;
                    self.order(About::State(n), None, None);
                }
            }
            Ask::Name(n, name) => {
                if name.len() < 2 {
                    return Err("no legal name");
                }
                if self.people[n].1 != name {
                    self.people[n].1 = name;
                    self.order(About::Name(n), None, None);
                }
            }
            Ask::Group(name, n, joins) => {
                let before = self.desk.clone();
                let members = before.as_ref().map(|desk| desk.1.clone());
                let mut members = members.unwrap_or_default();
                if joins && self.people[n].0 == "deactivated" {
                    return Err("cannot be a member");
                }
                match joins {
                    true => members.insert(n),
                    false => members.remove(&n),
                };
                let after = Some((name, members));
                if before != after {
                    self.desk.clone_from(&after);
                    self.order(About::Group, before, after);
                }
            }
            Ask::Export => {
                let open = self.orders.iter_mut().filter(|o| o.state == "open");
                open.for_each(|o| o.state = "delivered");
            }
            Ask::Confirm(at) | Ask::Fail(at, _) | Ask::Reopen(at) => {
                let order = self.orders.get(at).ok_or("no such order")?.clone();
                let by_word = !matches!(order.about, About::State(_));
                let state = match (ask, order.state) {
                    (Ask::Confirm(_), "confirmed") => "confirmed",
                    (Ask::Confirm(_), "delivered") if by_word => "confirmed",
                    (Ask::Fail(..), "failed") => "failed",
                    (Ask::Fail(_, true), "delivered") => "failed",
                    (Ask::Reopen(_), "open") => "open",
                    (Ask::Reopen(_), "failed") if !self.outdated(at) => "open",
                    _ => return Err("not in this state"),
                };
                self.orders[at].state = state;
            }
        }
        Ok(())
    }

    fn next(&self, dice: &mut Dice) -> Ask {
        let n = 1 + dice.roll(PEOPLE as u64 - 1) as usize;
        let order = dice.roll(self.orders.len() as u64 + 2) as usize;
        // Mostly one of the newest.
        let order = match dice.once_in(3) {
            true => order,
            false => order.max(self.orders.len().saturating_sub(4)),
        };
        match dice.roll(16) {
            0..3 => Ask::Step(n, dice.one(&["suspend", "reactivate", "deactivate"])),
            3..5 => Ask::Name(n, dice.one(&["Eve", "Zoe", "Max", "A"])),
            5..8 => Ask::Group(dice.one(&["Desk", "Desk", "Board"]), n, !dice.once_in(3)),
            8..10 => Ask::Export,
            10..12 => Ask::Confirm(order),
            12..14 => Ask::Fail(order, !dice.once_in(4)),
            _ => Ask::Reopen(order),
        }
    }

    /// Path and body. A group is named as it is called now, and renamed where another name is asked for.
    fn request(&self, ask: &Ask) -> (String, Value) {
        let who = |n: &usize| format!("user{n}@bank.example");
        let user = |n: &usize| json!({"tenant": "bank", "user": who(n)});
        let orders = |at: &usize| json!({"tenant": "bank", "orders": [at + 1]});
        match ask {
            Ask::Step(n, verb) => (format!("/v1/user/{verb}"), user(n)),
            Ask::Name(n, name) => {
                let mut body = user(n);
                body["first_name"] = json!(name);
                ("/v1/user/edit".into(), body)
            }
            Ask::Group(name, n, joins) => {
                let now = self.desk.as_ref().map_or(*name, |desk| desk.0);
                let key = if *joins { "add" } else { "remove" };
                let mut body =
                    json!({"tenant": "bank", "kind": "signing_group", "name": now, key: [who(n)]});
                if now != *name {
                    body["rename"] = json!(name);
                }
                ("/v1/group/set".into(), body)
            }
            Ask::Export => ("/v1/order/export".into(), json!({"tenant": "bank"})),
            Ask::Confirm(at) => ("/v1/order/confirm".into(), orders(at)),
            Ask::Fail(at, why) => {
                let mut body = orders(at);
                if *why {
                    body["reason"] = json!("the portal says no");
                }
                ("/v1/order/fail".into(), body)
            }
            Ask::Reopen(at) => ("/v1/order/reopen".into(), orders(at)),
        }
    }

    /// What is shown of the orders is what the list says.
    fn check(&self, daemon: &TestDaemon) {
        let states = ["open", "delivered", "confirmed", "failed", "superseded"];
        let body = json!({"tenant": "bank", "state": states, "limit": 0});
        let rows = ask(daemon, "/v1/order/list", body)["rows"].clone();
        let shown: BTreeMap<u64, String> = list(&rows)
            .map(|row| {
                (
                    row["order"]["id"].as_u64().unwrap(),
                    text(&row["order"]["state"]),
                )
            })
            .collect();
        let expected = (1..).zip(self.orders.iter().map(|o| o.state.to_owned()));
        assert_eq!(
            shown,
            expected.collect(),
            "orders: left shown, right expected"
        );
        for (n, (status, first)) in self.people.iter().enumerate() {
            let body = json!({"tenant": "bank", "user": format!("user{n}@bank.example")});
            let account = ask(daemon, "/v1/user/show", body)["account"].clone();
            let is = (text(&account["status"]), text(&account["first_name"]));
            assert_eq!(is, ((*status).to_owned(), (*first).to_owned()), "user{n}");
        }
    }
}

fn begun() -> (TestDaemon, Bank) {
    let daemon = TestDaemon::simulated("2028-03-01T12:00:00Z");
    let body = json!({"name": "bank", "catalog": "iusign", "owner": "user0@bank.example", "tz": "UTC",
        "authority": "vendor"});
    ask(&daemon, "/v1/tenant/create", body);
    let mut file = String::from("email,first_name,last_name,status,roles\n");
    for n in 0..PEOPLE {
        let role = if n == 0 { "owner" } else { "user" };
        file.push_str(&format!("user{n}@bank.example,Ada,Byron,active,{role}\n"));
    }
    let path = "/v1/import/people?tenant=bank";
    let (status, lines) = http::try_post(&daemon.socket(), path, &[], file.as_bytes()).unwrap();
    assert!(status == 200 && lines.contains("summary"), "{lines}");
    let bank = Bank {
        people: vec![("active", "Ada"); PEOPLE],
        desk: None,
        orders: Vec::new(),
    };
    bank.check(&daemon);
    (daemon, bank)
}

#[test]
fn random_decisions_in_the_vendors_hands_open_the_orders_that_the_model_says() {
    let (daemon, mut bank) = begun();
    let mut dice = Dice(number("ROLLCALL_MODEL_SEED").unwrap_or(7));
    let (mut done, mut refused) = (BTreeSet::new(), BTreeSet::new());
    let mut last = Vec::new();
    for step in 0..number("ROLLCALL_MODEL_VERBS").unwrap_or(600) {
        let verb = bank.next(&mut dice);
        let (path, body) = bank.request(&verb);
        last.push(format!("{verb:?}"));
        let story = &last[last.len().saturating_sub(12)..];
        let (status, answer) = http::post(&daemon.socket(), &path, &[], &body.to_string());
        let may = bank.take(&verb);
        assert_eq!(
            status == 200,
            may.is_ok(),
            "step {step}: {may:?}, {answer}; the last: {story:#?}"
        );
        match may {
            Ok(()) => done.insert(path),
            Err(_) => refused.insert(path),
        };
        bank.check(&daemon);
    }
    // Luck must not make the test say nothing.
    assert_eq!(done.len(), 9, "{done:?}");
    assert!(refused.len() >= 6, "{refused:?}");
}
