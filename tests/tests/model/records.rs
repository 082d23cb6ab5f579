//! What a daemon keeps beside accounts and scopes, held against the model after every verb.

use crate::checks::{list, text};
use crate::common::ask;
use crate::wire::{Wire, email, instant};
use crate::world::{Person, World};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Groups, delegates, assets, hand-overs, duties, reviews, features.
pub fn every_time(wire: &Wire, world: &World, paths: &BTreeMap<u64, String>) {
    groups(wire, world, paths);
    acting(wire, world);
    assets(wire, world);
    handovers(wire, world);
    duties(wire, world);
    review(wire, world);
    features(wire, world);
}

fn asked(wire: &Wire, path: &str, more: &[(&str, Value)]) -> Value {
    let mut body = json!({"tenant": "acme"});
    for (key, value) in more {
        body[key] = value.clone();
    }
    ask(&wire.daemon, path, body)
}

/// An address as it is shown.
fn shown(world: &World, n: u64) -> String {
    match world.nameless.contains_key(&n) {
        true => "(redacted)".to_owned(),
        false => email(n),
    }
}

fn groups(wire: &Wire, world: &World, paths: &BTreeMap<u64, String>) {
    type Row = (
        String,
        String,
        String,
        String,
        String,
        Vec<String>,
        [bool; 2],
    );
    let rows = asked(wire, "/v1/group/list", &[])["rows"].clone();
    let named = |id: &Value| {
        let found = list(&rows).find(|row| row["group"]["id"] == *id);
        found.map_or_else(String::new, |row| text(&row["group"]["name"]))
    };
    let row = |row: &Value| -> Row {
        let group = &row["group"];
        let mut members: Vec<String> = list(&row["members"]).map(|m| text(&m[1])).collect();
        members.sort_unstable();
        let scope = paths.get(&group["scope"].as_u64().unwrap());
        let shares = ["share_envelopes", "share_templates"].map(|key| group[key] == true);
        let words = [&group["kind"], &group["name"], &row["leader"]].map(text);
        let [kind, name, leader] = words;
        let scope = scope.unwrap_or_else(|| panic!("{name}: its scope lies in no tree"));
        let parent = named(&group["parent"]);
        (kind, name, parent, scope.clone(), leader, members, shares)
    };
    let mut is: Vec<Row> = list(&rows).map(row).collect();
    let by_model = |(id, group): (&u32, &crate::groups::Group)| -> Row {
        let members = group.members.iter().map(|n| shown(world, *n));
        let mut members: Vec<String> = members.collect();
        members.sort_unstable();
        let parent = world.lies_in(*id).map(|id| &world.groups[&id]);
        let name = |group| world.group_name(group).to_owned();
        (
            group.kind.to_owned(),
            name(group),
            parent.map(name).unwrap_or_default(),
            world.path(group.scope),
            group.leader.map(|n| shown(world, n)).unwrap_or_default(),
            members,
            group.shares,
        )
    };
    let mut expected: Vec<Row> = world.groups.iter().map(by_model).collect();
    is.sort_unstable();
    expected.sort_unstable();
    assert_eq!(is, expected, "groups: left shown, right expected");
    // A team's path has the names of those it lies in.
    let known = |g: &Row| {
        (
            g.0.clone(),
            if g.0 == "team" {
                g.3.clone()
            } else {
                g.1.clone()
            },
        )
    };
    let names: BTreeSet<_> = is.iter().map(known).collect();
    assert_eq!(names.len(), is.len(), "two groups of one name: {is:?}");
}

fn acting(wire: &Wire, world: &World) {
    let rows = asked(wire, "/v1/delegation/list", &[])["rows"].clone();
    let row = |row: &Value| (text(&row[1]), text(&row[2]), text(&row[0]["until"]));
    let mut is: Vec<_> = list(&rows).map(row).collect();
    let acts = |(n, acting): (&u64, &crate::owned::Acting)| {
        let until = instant(acting.until);
        (shown(world, *n), shown(world, acting.delegate), until)
    };
    let mut expected: Vec<_> = world.acting.iter().map(acts).collect();
    is.sort_unstable();
    expected.sort_unstable();
    assert_eq!(is, expected, "who acts: left shown, right expected");
}

/// Nothing is lost: each asset is there once, and belongs to one account that exists.
fn assets(wire: &Wire, world: &World) {
    let more = [("gone", json!(true)), ("limit", json!(1000))];
    let rows = asked(wire, "/v1/asset/list", &more)["rows"].clone();
    let mut is = BTreeMap::new();
    for row in list(&rows) {
        let asset = &row["asset"];
        let what = (
            text(&asset["kind"]),
            text(&row["owner"]),
            asset["gone"] == true,
        );
        let before = is.insert(text(&asset["external"]), what);
        assert!(before.is_none(), "twice: {row}");
    }
    let asset = |(id, asset): (&String, &crate::owned::Asset)| {
        let owner = shown(world, asset.owner);
        (id.clone(), (asset.kind.to_owned(), owner, asset.gone))
    };
    let expected: BTreeMap<_, _> = world.assets.iter().map(asset).collect();
    assert_eq!(is, expected, "assets: left shown, right expected");
}

fn handovers(wire: &Wire, world: &World) {
    let rows = asked(wire, "/v1/handover/list", &[])["rows"].clone();
    let row = |row: &Value| {
        let handover = &row["handover"];
        let id = handover["id"].as_u64().unwrap() as usize;
        let undone = handover["state"] == "undone";
        (id, text(&row["from"]), text(&row["to"]), undone)
    };
    let is: BTreeSet<_> = list(&rows).map(row).collect();
    let handover = |(at, h): (usize, &crate::owned::Handover)| {
        (at + 1, shown(world, h.from), shown(world, h.to), h.undone)
    };
    let expected = world.handovers.iter().enumerate().map(handover).collect();
    assert_eq!(is, expected, "hand-overs: left shown, right expected");
}

fn duties(wire: &Wire, world: &World) {
    let told = asked(wire, "/v1/conflict/list", &[]);
    let is: BTreeSet<String> = list(&told["rules"]).map(|r| text(&r["name"])).collect();
    let expected: BTreeSet<String> = world.duties.keys().cloned().collect();
    assert_eq!(is, expected, "rules: left shown, right expected");
    let row = |v: &Value| {
        let [rule, email] = [&v["rule"], &v["email"]].map(text);
        let [one, other] = [&v["one"], &v["other"]].map(text);
        (rule, email, one, other, v["exception"].is_object())
    };
    let mut is: Vec<_> = list(&told["violations"]).map(row).collect();
    let written = |(role, at): &(String, u32)| match at {
        0 => role.clone(),
        at => format!("{role}@{}", world.path(*at)),
    };
    let people = world.people.iter().chain(&world.nameless);
    let concerned = |p: &Person| !["deactivated", "deleted"].contains(&p.status);
    let broken = people
        .filter(|(_, p)| concerned(p))
        .flat_map(|(n, person)| {
            let clashes = world.clashes(&person.roles).into_iter();
            clashes.map(move |(rule, one, other)| {
                let excepted = world.excepted(&rule, *n);
                let (one, other) = (written(&one), written(&other));
                (rule, shown(world, *n), one, other, excepted)
            })
        });
    let mut expected: Vec<_> = broken.collect();
    is.sort_unstable();
    expected.sort_unstable();
    assert_eq!(is, expected, "duties broken: left shown, right expected");
}

fn review(wire: &Wire, world: &World) {
    let rows = asked(wire, "/v1/review/list", &[])["rows"].clone();
    let newest = list(&rows).map(|row| &row[1]);
    let newest = newest.max_by_key(|review| review["id"].as_u64());
    let is = newest.map(|review| {
        let subject = review["subject"].as_array().unwrap().len();
        let said = review["verdicts"].as_object().unwrap().len();
        (review["closed"].is_null(), subject, said)
    });
    let review = world.review.as_ref();
    let expected = review.map(|r| (r.open, r.subject.len(), r.said.len()));
    assert_eq!(is, expected, "the review: left shown, right expected");
    assert_eq!(list(&rows).count(), world.reviews as usize);
}

fn features(wire: &Wire, world: &World) {
    let rows = asked(wire, "/v1/feature/list", &[])["rows"].clone();
    let on = list(&rows).filter(|row| row["on"] == true);
    let is: BTreeSet<String> = on.map(|row| text(&row["id"])).collect();
    let expected = world.features.iter().map(|f| (*f).to_owned()).collect();
    assert_eq!(is, expected, "features: left shown, right expected");
}
