//! Thousands of random verbs against a deliberately simple model of what they may do, for each vendor's catalog. After
//! every verb the answer, every account's state and roles, the seats and the owners are what the model says, so are the
//! tree, groups, delegates, hand-overs, duties, reviews and features; nothing owned is lost; and a random account may do at
//! a random scope, with a random thing, what it was granted and was not blocked.
//!
//! `ROLLCALL_MODEL_VERBS` sets how many verbs each catalog gets, `ROLLCALL_MODEL_SEED` which ones.

mod asked;
mod bought;
mod checks;
#[allow(
    dead_code,
    reason = "shared with the tests of the whole system, which use all of it"
)]
#[path = "../system/common.rs"]
mod common;
mod dice;
mod duties;
mod edited;
mod file;
mod groups;
mod joined;
mod life;
mod more;
mod night;
mod orders;
mod owned;
mod records;
mod rights;
mod tree;
mod vendors;
mod verbs;
mod wire;
mod world;

use dice::Dice;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use vendors::{Deletion, ESIGNANYWHERE, HandOver, Holder, IGNISIGN, IUSIGN, ONESPAN, Own, Vendor};
use verbs::{Ask, Said};
use wire::{Wire, email};
use world::{By, Held, Person, World};

/// Seats bought at first.
const SEATS: usize = 8;

/// Accounts that nobody touches and that hold no seat: so many that a day's budget lets sweeps act.
const OTHERS: usize = 800;

/// Verbs that are told of when one goes wrong.
const TOLD: usize = 12;

/// Every verb that is played.
const VERBS: [&str; 41] = [
    "Invite",
    "Role",
    "Step",
    "Delete",
    "Move",
    "Edit",
    "Offboard",
    "NameOwner",
    "Propose",
    "Confirm",
    "Cancel",
    "ScopeMake",
    "ScopeMove",
    "ScopeRename",
    "ScopeBlock",
    "ScopeRoles",
    "RoleMake",
    "RoleEdit",
    "RoleDrop",
    "Seats",
    "Pool",
    "Tier",
    "Switch",
    "Group",
    "GroupDrop",
    "Delegate",
    "DelegateEnd",
    "Assets",
    "HandOver",
    "Undo",
    "Duty",
    "DutyDrop",
    "Except",
    "Review",
    "Verdict",
    "ReviewClose",
    "Redact",
    "Join",
    "Adopt",
    "File",
    "Night",
];

/// Verbs that nothing refuses as a whole: files set rows aside, and days pass.
const NEVER_REFUSED: [&str; 3] = ["Assets", "File", "Night"];

/// Verbs for which something must be so that seldom is: a locked account with a delegate or with things, a full pool. A run
/// may see them one way only.
const SELDOM: [&str; 3] = ["DelegateEnd", "HandOver", "Pool"];

/// Whether a vendor has what a verb is about.
fn has(vendor: &Vendor, verb: &str) -> bool {
    let hands_over = [HandOver::Transfer, HandOver::Delegate].contains(&vendor.hand_over);
    match verb {
        "Move" | "Join" => vendor.depth.is_some(),
        "Propose" | "Confirm" | "Cancel" => vendor.former_owner.is_some(),
        "RoleMake" | "RoleEdit" | "RoleDrop" => vendor.own != Own::No,
        "Pool" => !vendor.pools.is_empty(),
        "Tier" => !vendor.tiers.is_empty(),
        "Switch" => !vendor.switches.is_empty(),
        "Group" | "GroupDrop" => !vendor.groups.is_empty(),
        "Delegate" | "DelegateEnd" => vendor.hand_over == HandOver::Delegate,
        "HandOver" | "Undo" => hands_over,
        "Delete" => vendor.deletion != Deletion::Never,
        _ => true,
    }
}

/// A tenant with an owner and three others, and its model.
fn begun(vendor: &'static Vendor) -> (Wire, World) {
    let plain = |r: &&vendors::Role| r.holder == Holder::Person && !r.privileged;
    let plain = vendor.roles.iter().find(plain).unwrap().id;
    let mut matrix = vendor.matrix();
    let mut lacking = matrix.iter().filter(|(_, by)| !by.contains_key(plain));
    let wider = (plain, lacking.next().unwrap().0.clone());
    matrix.get_mut(&wider.1).unwrap().insert(plain, "");
    let mut wire = Wire::new(vendor.catalog, &wider);
    let tier = (!vendor.tiers.is_empty()).then_some("enterprise");
    let features: &[&str] = match vendor.depth {
        Some(_) => &["sub_accounts"],
        None => &[],
    };
    let create = |name: &str| {
        let body = serde_json::json!({
            "name": name, "catalog": vendor.catalog, "seats": SEATS, "owner": email(0), "tz": "UTC",
            "authority": "rollcall", "tier": tier, "features": features,
        });
        common::ask(&wire.daemon, "/v1/tenant/create", body);
    };
    create("acme");
    // Another tree, into which nobody can be moved.
    create("other");
    wire.offer();
    let mut file = String::from("email,first_name,last_name,status,roles\n");
    for n in 0..4 {
        file.push_str(&format!("{},Ada,Byron,active,{plain}\n", email(n)));
    }
    for n in 0..OTHERS {
        file.push_str(&format!("p{n}@elsewhere.example,Max,Lee,deactivated,\n"));
    }
    let told = wire.import(&file);
    assert!(told.done && told.counts.refused == 0, "{}", told.text);
    let owner = serde_json::json!({"tenant": "acme", "owner": email(0)});
    common::ask(&wire.daemon, "/v1/tenant/owner-set", owner);
    wire.arm();
    if vendor.former_owner.is_some() {
        wire.let_second_in();
    }
    let person = |roles: &[&str]| {
        let roles: Held = roles.iter().map(|r| ((*r).to_owned(), 0)).collect();
        Person::new("active", roles, Holder::Person, By::File, 0)
    };
    let mut people: BTreeMap<u64, Person> = (1..4).map(|n| (n, person(&[plain]))).collect();
    let mut first = match vendor.one_role {
        true => person(&[vendor.owner]),
        false => person(&[vendor.owner, plain]),
    };
    // That they own the tenant was decided after the file.
    first.shown = Some([(plain.to_owned(), 0)].into());
    people.insert(0, first);
    let brought = vendor.tiers.iter().filter(|t| Some(t.0) == tier);
    let brought = brought.flat_map(|t| t.2).chain(vendor.features);
    let world = World {
        vendor,
        matrix: Rc::new(matrix),
        wider: Some(wider),
        day: 0,
        seats: SEATS,
        tier,
        pools: BTreeMap::new(),
        features: brought.copied().collect(),
        people,
        nameless: BTreeMap::new(),
        others: OTHERS,
        scopes: BTreeMap::new(),
        roles: BTreeMap::new(),
        only: BTreeMap::new(),
        transfers: 0,
        transfer: None,
        named_owner: 0,
        groups: BTreeMap::new(),
        acting: BTreeMap::new(),
        assets: BTreeMap::new(),
        handovers: Vec::new(),
        duties: BTreeMap::new(),
        exceptions: BTreeMap::new(),
        reviews: 0,
        review: None,
    };
    (wire, world)
}

/// What went on until now, told when a check fails.
struct Story {
    head: String,
    last: VecDeque<String>,
}

impl Story {
    fn note(&mut self, line: String) {
        if self.last.len() == TOLD {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let last: Vec<&str> = self.last.iter().map(String::as_str).collect();
            eprintln!("{}; the last verbs:\n{}", self.head, last.join("\n"));
        }
    }
}

fn play(vendor: &'static Vendor) {
    let verbs = number("ROLLCALL_MODEL_VERBS").unwrap_or(1_020);
    let seed = number("ROLLCALL_MODEL_SEED").unwrap_or(7);
    let (mut wire, mut world) = begun(vendor);
    let mut dice = Dice(seed);
    // Questions have dice of their own, so that the verbs are the same whatever is asked between them.
    let mut questions = Dice(seed ^ u64::MAX);
    let mut before = checks::Before::default();
    let mut story = Story {
        head: String::new(),
        last: VecDeque::new(),
    };
    let (mut done, mut refused) = (Tally::new(), Tally::new());
    let mut whys = BTreeSet::new();
    // Luck must not make the test say nothing: what has not come up is waited for a while.
    let most = if verbs >= 1_000 { verbs + 600 } else { verbs };
    let second = wire.has_second();
    let lacks = |done: &Tally, refused: &Tally, whys: &BTreeSet<&str>| {
        lacking(vendor, second, done, refused).or_else(|| {
            EXPECTED
                .iter()
                .find(|why| !whys.contains(*why))
                .map(|why| format!("never refused: {why}"))
        })
    };
    for step in 0..most {
        if step >= verbs && lacks(&done, &refused, &whys).is_none() {
            break;
        }
        story.head = format!(
            "{}, seed {seed}, step {step} (again: ROLLCALL_MODEL_SEED={seed} ROLLCALL_MODEL_VERBS={})",
            vendor.catalog,
            step + 1
        );
        let ask = dice.next(&world, |ask, was_done| {
            let seen = if was_done { &done } else { &refused };
            seen.contains_key(&name(ask))
        });
        if matches!(ask, Ask::Confirm { same: false }) && !wire.has_second() {
            continue;
        }
        let tried = questions.once_in(5).then(|| wire.preview(&ask, &world));
        let answer = wire.ask(&ask, &world);
        if let Some(Some(tried)) = tried {
            // Previews go through every guard of the commit: neither promises or refuses more than the other.
            assert_eq!(tried.done, answer.done, "tried {ask:?}: {}", tried.text);
        }
        let said = world.after(&ask);
        let name = name(&ask);
        match said {
            Said::Done(after, counts) => {
                story.note(format!("{step} {ask:?}"));
                assert!(answer.done, "the model allows {ask:?}: {}", answer.text);
                assert_eq!(answer.counts, counts, "{ask:?}: left {}", answer.text);
                world = *after;
                *done.entry(name).or_insert(0u64) += 1;
            }
            Said::Refused(why) => {
                story.note(format!("{step} {ask:?}: refused, {why}"));
                assert!(
                    !answer.done,
                    "the model refuses ({why}) {ask:?}: {}",
                    answer.text
                );
                whys.insert(why);
                *refused.entry(name).or_insert(0u64) += 1;
            }
        }
        checks::every_time(&wire, &world, &mut before);
        checks::rights(&wire, &world, &mut questions);
        checks::sharing(&wire, &world, &mut questions);
        let paths = checks::tree(&wire, &world);
        records::every_time(&wire, &world, &paths);
        if step % 4 == 0 {
            checks::found_by_scope(&wire, &world, &mut questions);
        }
        if !world.vendor.pools.is_empty() {
            checks::pools(&wire, &world);
        }
        let all = world.people.keys();
        all.for_each(|n| checks::held(&wire, &world, &paths, *n));
    }
    println!("{}: done {done:?}, refused {refused:?}", vendor.catalog);
    if verbs >= 1_000 {
        assert_eq!(lacks(&done, &refused, &whys), None);
    }
    let (done, refused): (u64, u64) = (done.values().sum(), refused.values().sum());
    assert!(
        verbs < 200 || (done > verbs / 5 && refused > verbs / 10),
        "{done} done, {refused} refused"
    );
}

/// How often each verb was answered in one way.
type Tally = BTreeMap<String, u64>;

/// What has to be refused for in a run that is to say anything.
const EXPECTED: [&str; 3] = ["no seat", "no owner left", "duties stay apart"];

/// A verb that was never done or never refused, of those that this vendor knows.
fn lacking(vendor: &Vendor, second: bool, done: &Tally, refused: &Tally) -> Option<String> {
    let known = VERBS.iter().filter(|verb| {
        let confirms = **verb == "Confirm" && !second;
        has(vendor, verb) && !confirms && !SELDOM.contains(*verb)
    });
    known.into_iter().find_map(|verb| {
        let free = NEVER_REFUSED.contains(verb);
        match (
            done.contains_key(*verb),
            free || refused.contains_key(*verb),
        ) {
            (false, _) => Some(format!("never done: {verb}")),
            (true, false) => Some(format!("never refused: {verb}")),
            (true, true) => None,
        }
    })
}

/// What a verb is called among [`VERBS`].
fn name(ask: &Ask) -> String {
    let text = format!("{ask:?}");
    text.split(['(', ' ']).next().unwrap_or_default().to_owned()
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
    )
}

#[test]
fn random_verbs_of_iusign_do_what_the_model_says() {
    play(&IUSIGN);
}

#[test]
fn random_verbs_of_ignisign_do_what_the_model_says() {
    play(&IGNISIGN);
}

#[test]
fn random_verbs_of_onespan_do_what_the_model_says() {
    play(&ONESPAN);
}

#[test]
fn random_verbs_of_esignanywhere_do_what_the_model_says() {
    play(&ESIGNANYWHERE);
}
