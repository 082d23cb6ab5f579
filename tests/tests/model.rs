//! Thousands of random verbs against a deliberately simple model of what they may do, for each vendor's catalog. After
//! every verb the answer, every account's state and roles, the seats and the owners are what the model says.
//! `ROLLCALL_MODEL_VERBS` sets how many verbs each catalog gets.

use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the model knows of a vendor: read off the documents, not off the catalog files.
struct Vendor {
    catalog: &'static str,
    owner: &'static str,
    /// Owners at most.
    most_owners: Option<usize>,
    /// Exactly one role, and the owner role moves by transfer alone.
    one_role: bool,
    /// Roles of the catalog.
    roles: &'static [&'static str],
    /// Roles whose holders take no seat when they hold nothing else.
    seatless: &'static [&'static str],
    deletes: bool,
    /// Inviting an address that is there already replaces its roles.
    invites_again: bool,
}

const VENDORS: [Vendor; 4] = [
    Vendor {
        catalog: "iusign",
        owner: "owner",
        most_owners: Some(1),
        one_role: true,
        roles: &["owner", "admin", "user", "viewer"],
        seatless: &[],
        deletes: false,
        invites_again: false,
    },
    Vendor {
        catalog: "ignisign",
        owner: "ORG_OWNER",
        most_owners: None,
        one_role: false,
        roles: &[
            "ORG_OWNER",
            "ORG_ADMIN",
            "ORG_BILLING",
            "ORG_USER",
            "APP_ADMIN",
            "APP_OPERATOR",
            "APP_READER",
            "SIGNERS",
            "INVITED_PROOF_READER",
        ],
        seatless: &["SIGNERS", "INVITED_PROOF_READER"],
        deletes: true,
        invites_again: false,
    },
    Vendor {
        catalog: "onespan",
        owner: "administrator",
        most_owners: None,
        one_role: false,
        roles: &["administrator", "manager", "sender"],
        seatless: &[],
        deletes: true,
        invites_again: true,
    },
    Vendor {
        catalog: "esignanywhere",
        owner: "administrator",
        most_owners: None,
        one_role: false,
        roles: &[
            "administrator",
            "power_user",
            "registered_signer",
            "developer",
        ],
        seatless: &[],
        deletes: true,
        invites_again: false,
    },
];

const SEATS: usize = 9;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    status: &'static str,
    roles: BTreeSet<&'static str>,
}

#[derive(Clone)]
struct Model<'v> {
    vendor: &'v Vendor,
    people: BTreeMap<u64, Person>,
}

impl Model<'_> {
    fn sits(&self, person: &Person) -> bool {
        let seatless = !person.roles.is_empty()
            && person
                .roles
                .iter()
                .all(|r| self.vendor.seatless.contains(r));
        ["invited", "active", "suspended"].contains(&person.status) && !seatless
    }

    fn seats(&self) -> usize {
        self.people.values().filter(|p| self.sits(p)).count()
    }

    fn owners(&self, states: &[&str]) -> usize {
        let owner = |p: &&Person| p.roles.contains(self.vendor.owner) && states.contains(&p.status);
        self.people.values().filter(owner).count()
    }

    /// Whether the model lets a change stand.
    fn allows(&self, after: &Self) -> bool {
        let held = ["invited", "active", "suspended"];
        let seats = after.seats() <= SEATS || after.seats() <= self.seats();
        let most = self
            .vendor
            .most_owners
            .is_none_or(|most| after.owners(&held) <= most);
        seats && most && after.owners(&["active"]) >= 1
    }

    /// What becomes of the people; none when the verb is refused.
    fn after(&self, verb: &Ask) -> Option<Self> {
        let mut after = self.clone();
        let people = &mut after.people;
        match verb {
            Ask::Invite(n, roles) => {
                let forbidden =
                    self.vendor.one_role && (roles.len() != 1 || roles.contains(self.vendor.owner));
                if forbidden {
                    return None;
                }
                if let Some(there) = people.get(n) {
                    let again = self.vendor.invites_again
                        && ["active", "suspended"].contains(&there.status);
                    return again.then(|| self.after(&Ask::Role(*n, roles.clone())))?;
                }
                let person = Person {
                    status: "invited",
                    roles: roles.clone(),
                };
                people.insert(*n, person);
            }
            Ask::Role(n, roles) => {
                let person = people.get_mut(n)?;
                let moves =
                    person.roles.contains(self.vendor.owner) != roles.contains(self.vendor.owner);
                if person.status == "deleted" || self.vendor.one_role && (roles.len() != 1 || moves)
                {
                    return None;
                }
                person.roles.clone_from(roles);
            }
            Ask::Delete(_) if !self.vendor.deletes => return None,
            Ask::Delete(n) => {
                let person = people.get_mut(n)?;
                if person.status == "deleted" {
                    return None;
                }
                person.status = "deleted";
                person.roles.clear();
            }
            Ask::Step(n, verb) => {
                let person = people.get_mut(n)?;
                person.status = match (*verb, person.status) {
                    ("accept", "invited") => "active",
                    ("decline" | "revoke", "invited") => "revoked",
                    ("resend", "invited" | "expired" | "revoked") => "invited",
                    ("suspend", "active" | "suspended") => "suspended",
                    ("reactivate", "active" | "suspended" | "deactivated") => "active",
                    (
                        "deactivate",
                        "invited" | "active" | "suspended" | "deactivated" | "expired" | "revoked",
                    ) => "deactivated",
                    _ => return None,
                };
            }
        }
        self.allows(&after).then_some(after)
    }
}

/// One verb.
#[derive(Debug)]
enum Ask {
    Invite(u64, BTreeSet<&'static str>),
    Role(u64, BTreeSet<&'static str>),
    Step(u64, &'static str),
    Delete(u64),
}

impl Ask {
    fn draw(dice: &mut Dice, model: &Model<'_>) -> Self {
        let n = dice.roll(model.people.len() as u64 + 2);
        let roles = |dice: &mut Dice| {
            let most = if model.vendor.one_role && dice.roll(8) != 0 {
                1
            } else {
                1 + dice.roll(3)
            };
            let all = model.vendor.roles;
            (0..most)
                .map(|_| all[dice.roll(all.len() as u64) as usize])
                .collect()
        };
        let steps = [
            "accept",
            "accept",
            "decline",
            "revoke",
            "resend",
            "suspend",
            "reactivate",
            "deactivate",
        ];
        // Who was deleted is gone: their address makes somebody new.
        let gone = model.people.get(&n).is_some_and(|p| p.status == "deleted");
        let new = model.people.keys().max().map_or(0, |last| last + 1);
        match dice.roll(12) {
            0..3 => Ask::Invite(if gone { new } else { n }, roles(dice)),
            3..5 => Ask::Role(n, roles(dice)),
            5 => Ask::Delete(n),
            _ => Ask::Step(n, steps[dice.roll(steps.len() as u64) as usize]),
        }
    }

    fn path_and_body(&self) -> (String, Value) {
        let user = |n: &u64| json!({"user": email(*n), "tenant": "acme"});
        match self {
            Ask::Invite(n, roles) => (
                "/v1/user/invite".into(),
                json!({"tenant": "acme", "email": [email(*n)], "first_name": "Ada", "last_name": "Byron", "roles": roles}),
            ),
            Ask::Role(n, roles) => {
                let mut body = user(n);
                body["set"] = json!(roles);
                ("/v1/user/role".into(), body)
            }
            Ask::Step(n, verb) => (format!("/v1/user/{verb}"), user(n)),
            Ask::Delete(n) => ("/v1/user/delete".into(), user(n)),
        }
    }
}

/// Numbers from a seed, the same everywhere (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

fn email(n: u64) -> String {
    format!("user{n}@acme.example")
}

fn post(daemon: &TestDaemon, path: &str, body: &Value) -> (u16, Value) {
    http::post(&daemon.socket(), path, &[], &body.to_string())
}

/// A tenant with an owner and three others.
fn filled<'v>(daemon: &TestDaemon, vendor: &'v Vendor) -> Model<'v> {
    let owner = email(0);
    let seats = SEATS.to_string();
    daemon
        .say(&[
            "tenant",
            "create",
            "acme",
            "--catalog",
            vendor.catalog,
            "--seats",
            &seats,
            "--owner",
            &owner,
            "--authority",
            "rollcall",
            "--yes",
        ])
        .ok();
    let plain = vendor.roles[vendor.roles.len() - 1];
    let plain = if vendor.seatless.contains(&plain) {
        "ORG_USER"
    } else {
        plain
    };
    let mut csv = String::from("email,first_name,last_name,status,roles\n");
    for n in 0..4 {
        csv.push_str(&format!("{},Ada,Byron,active,{plain}\n", email(n)));
    }
    let file = daemon.dir().join("people.csv");
    std::fs::write(&file, csv).unwrap();
    let file = file.to_str().unwrap();
    daemon
        .say(&["import", "people", file, "--tenant", "acme", "--yes"])
        .ok();
    daemon
        .say(&["tenant", "owner", "set", "acme", &owner, "--yes"])
        .ok();
    let mut people: BTreeMap<u64, Person> = (0..4)
        .map(|n| {
            let roles = BTreeSet::from([plain]);
            (
                n,
                Person {
                    status: "active",
                    roles,
                },
            )
        })
        .collect();
    let first = people.get_mut(&0).unwrap();
    if vendor.one_role {
        first.roles.clear();
    }
    first.roles.insert(vendor.owner);
    Model { vendor, people }
}

/// What the daemon shows of everybody.
fn shown(daemon: &TestDaemon) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let (status, page) = post(
        daemon,
        "/v1/user/list",
        &json!({"tenant": "acme", "limit": 1000}),
    );
    assert_eq!(status, 200, "{page}");
    let rows = page["ok"]["rows"].as_array().unwrap();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| {
            let roles = row["roles"].as_array().unwrap().iter().map(text).collect();
            (text(&row["email"]), (text(&row["status"]), roles))
        })
        .collect()
}

fn play(vendor: &Vendor, verbs: u64) {
    let daemon = TestDaemon::start();
    let mut model = filled(&daemon, vendor);
    let mut dice = Dice(7 + vendor.catalog.len() as u64);
    let (mut done, mut refused) = (0u64, 0u64);
    for step in 0..verbs {
        let ask = Ask::draw(&mut dice, &model);
        let (path, body) = ask.path_and_body();
        let (status, answer) = post(&daemon, &path, &body);
        let after = model.after(&ask);
        let said = format!("{} {step}: {ask:?}: {answer}", vendor.catalog);
        assert_eq!(status == 200, after.is_some(), "{said}");
        match after {
            Some(after) => {
                model = after;
                done += 1;
            }
            None => {
                let error = &answer["error"];
                // Whoever is unknown is not found; everything else is refused by a rule, with a way out.
                let told = status == 404
                    || error["rule"].is_string()
                        && !error["hint"].as_str().unwrap_or("").is_empty();
                assert!(told, "{said}");
                refused += 1;
            }
        }
        let people = model.people.iter().map(|(n, p)| {
            let roles = p.roles.iter().map(|r| (*r).to_owned()).collect();
            (email(*n), (p.status.to_owned(), roles))
        });
        assert_eq!(shown(&daemon), people.collect(), "{said}");
        if step % 50 == 0 {
            let (_, tenant) = post(&daemon, "/v1/tenant/show", &json!({"tenant": "acme"}));
            let row = &tenant["ok"]["row"];
            let seats =
                row["seats_used"].as_u64().unwrap() + row["seats_reserved"].as_u64().unwrap();
            assert_eq!(seats, model.seats() as u64, "{said}");
        }
    }
    // Luck must not make the test say nothing.
    assert!(
        done > verbs / 5 && refused > verbs / 10,
        "{done} done, {refused} refused"
    );
}

fn verbs() -> u64 {
    std::env::var("ROLLCALL_MODEL_VERBS").map_or(1_000, |n| n.parse().unwrap())
}

#[test]
fn random_verbs_of_iusign_do_what_the_model_says() {
    play(&VENDORS[0], verbs());
}

#[test]
fn random_verbs_of_ignisign_do_what_the_model_says() {
    play(&VENDORS[1], verbs());
}

#[test]
fn random_verbs_of_onespan_do_what_the_model_says() {
    play(&VENDORS[2], verbs());
}

#[test]
fn random_verbs_of_esignanywhere_do_what_the_model_says() {
    play(&VENDORS[3], verbs());
}
