//! What a daemon shows, held against the model, and against what must be so whatever the model says.

use crate::common::ask;
use crate::dice::Dice;
use crate::rights::{Reach, Thing};
use crate::vendors::Holder;
use crate::wire::{Wire, email};
use crate::world::World;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What is checked of everybody.
type Everybody = BTreeMap<String, (String, Vec<String>, Holder)>;

pub fn text(v: &Value) -> String {
    v.as_str()
        .unwrap_or_else(|| panic!("no text: {v}"))
        .to_owned()
}

pub fn list(rows: &Value) -> impl Iterator<Item = &Value> {
    rows.as_array()
        .unwrap_or_else(|| panic!("no list: {rows}"))
        .iter()
}

/// State, roles and kind of everybody, as the list shows them.
fn everybody(wire: &Wire) -> Everybody {
    let query = json!({"tenant": "acme", "search": "@acme.example", "limit": 1000});
    let page = ask(&wire.daemon, "/v1/user/list", query);
    let row = |row: &Value| {
        let roles: Vec<String> = list(&row["roles"]).map(text).collect();
        let holder = match row["kind"].as_str() {
            Some("person") => Holder::Person,
            Some("service") => Holder::Service,
            _ => Holder::Guest,
        };
        (text(&row["email"]), (text(&row["status"]), roles, holder))
    };
    list(&page["rows"]).map(row).collect()
}

/// The same by the model.
fn by_model(world: &World) -> Everybody {
    let row = |(n, p): (&u64, &crate::world::Person)| {
        let roles: BTreeSet<&String> = p.roles.iter().map(|(role, _)| role).collect();
        let roles: Vec<String> = roles.into_iter().cloned().collect();
        (email(*n), (p.status.to_owned(), roles, p.holder))
    };
    world.people.iter().map(row).collect()
}

/// What the tenant's own figures were after the verb before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Before {
    taken: u64,
}

/// After every verb: everybody, the seats, the owners.
pub fn every_time(wire: &Wire, world: &World, before: &mut Before) {
    let mut shown = everybody(wire);
    // A role that is held at several scopes is listed for each of them or once: which ones is looked at elsewhere.
    shown.values_mut().for_each(|(_, roles, _)| roles.dedup());
    let expected = by_model(world);
    for (who, is) in &expected {
        assert_eq!(
            shown.get(who),
            Some(is),
            "{who}: left shown, right expected"
        );
    }
    assert_eq!(
        shown.len(),
        expected.len(),
        "accounts: left shown, right expected"
    );
    let row = ask(&wire.daemon, "/v1/tenant/show", json!({"tenant": "acme"}))["row"].clone();
    let number = |key: &str| row[key].as_u64().unwrap();
    let taken = number("seats_used") + number("seats_reserved");
    assert_eq!(
        taken,
        world.taken() as u64,
        "seats: left shown, right expected"
    );
    assert!(
        taken <= world.most() as u64 || taken <= before.taken,
        "more seats used than allowed: {taken} of {}",
        world.most()
    );
    *before = Before { taken };
    let owners: BTreeSet<String> = list(&row["owners"]).map(text).collect();
    let active = owners.iter().filter(|who| shown[*who].0 == "active");
    let usable = active.filter(|who| can_act(wire, world, who));
    assert!(usable.count() >= 1, "no usable owner: {owners:?}");
    let most = world.vendor.most_owners.unwrap_or(usize::MAX);
    assert!(owners.len() <= most, "too many owners: {owners:?}");
}

/// Whether an owner may do anything at one of the scopes where the owner role holds the tenant.
fn can_act(wire: &Wire, world: &World, who: &str) -> bool {
    let person = world.people.iter().find(|(n, _)| email(**n) == who);
    let (_, person) = person.unwrap_or_else(|| panic!("{who}: nobody knows this owner"));
    let held = person
        .roles
        .iter()
        .filter(|(role, _)| role == world.vendor.owner);
    let mut places = held.map(|(_, at)| world.path(*at));
    places.any(|path| {
        let body = json!({"user": who, "tenant": "acme", "resource": {"scope": path}});
        let decisions = ask(&wire.daemon, "/v1/why", body)["decisions"].clone();
        list(&decisions).any(|decision| decision["allowed"] == true)
    })
}

/// The scopes of the tenant as the daemon shows them: path by number; each is what the model has.
pub fn tree(wire: &Wire, world: &World) -> BTreeMap<u64, String> {
    let rows = ask(&wire.daemon, "/v1/scope/list", json!({"tenant": "acme"}))["rows"].clone();
    let node = |row: &Value| {
        let state = text(&row["node"]["profile"]["state"]);
        (text(&row["path"]), text(&row["node"]["kind"]), state)
    };
    let below = || list(&rows).filter(|row| row["node"]["id"] != 0);
    let shown: BTreeSet<_> = below().map(node).collect();
    let expected = world.scopes.iter();
    let expected = expected.map(|(id, s)| (world.path(*id), s.kind.to_owned(), s.state.to_owned()));
    assert_eq!(
        shown,
        expected.collect(),
        "scopes: left shown, right expected"
    );
    if let Some(most) = world.vendor.depth {
        let deepest = shown.iter().map(|(path, _, _)| path.split('/').count() + 1);
        assert!(deepest.max().unwrap_or(1) <= most, "too deep: {shown:?}");
    }
    let numbered = below().map(|row| (row["node"]["id"].as_u64().unwrap(), text(&row["path"])));
    numbered.chain([(0, "/".to_owned())]).collect()
}

/// Which roles an account holds at which scopes; each scope is one of the tenant's tree.
pub fn held(wire: &Wire, world: &World, paths: &BTreeMap<u64, String>, n: u64) {
    let body = json!({"user": email(n), "tenant": "acme"});
    let account = ask(&wire.daemon, "/v1/user/show", body)["account"].clone();
    let word = |key: &str| account[key].as_str().unwrap_or_default().to_owned();
    let about = &world.people[&n].about;
    assert_eq!(
        ["first_name", "language", "username", "manager"].map(word),
        [
            about.first.to_owned(),
            about.language.to_owned(),
            match world.shows_usernames() {
                true => about.username.to_owned(),
                false => String::new(),
            },
            about.manager.map(email).unwrap_or_default(),
        ],
        "{}: left shown, right expected",
        email(n)
    );
    let shown = account["assignments"].clone();
    let at = |held: &Value| {
        let scope = held["scope"].as_u64().unwrap();
        let path = paths.get(&scope);
        let path = path.unwrap_or_else(|| panic!("{}: scope {scope} lies in no tree", email(n)));
        (text(&held["role"]), path.clone())
    };
    let mut shown: Vec<_> = list(&shown).map(at).collect();
    shown.sort_unstable();
    let expected = world.people[&n].roles.iter();
    let mut expected: Vec<_> = expected
        .map(|(r, at)| (r.clone(), world.path(*at)))
        .collect();
    expected.sort_unstable();
    assert_eq!(shown, expected, "{}: left shown, right expected", email(n));
}

/// What a random account may do at a random scope, with every permission there is, with its own things or another's.
pub fn rights(wire: &Wire, world: &World, dice: &mut Dice) {
    let within: Vec<u64> = world.people.keys().copied().collect();
    let active = world.people.iter().filter(|(_, p)| p.status == "active");
    let active: Vec<u64> = active.map(|(n, _)| *n).collect();
    let n = match dice.once_in(8) {
        true => dice.one(&within),
        false => dice.one(&active),
    };
    let scope = dice.one(&world.places());
    let (own, change) = (dice.once_in(2), dice.once_in(3));
    let mut resource = json!({"scope": world.path(scope)});
    if own {
        resource["owner"] = json!(email(n));
    }
    let groups: Vec<u32> = world.groups.keys().copied().collect();
    let mut thing = Thing {
        own,
        ..Thing::default()
    };
    if !groups.is_empty() && dice.once_in(2) {
        let group = dice.one(&groups);
        thing = shared(world, group, n, own);
        resource["groups"] = json!([called(world, group)]);
    }
    let body = json!({"user": email(n), "tenant": "acme", "change": change, "resource": resource});
    let decisions = ask(&wire.daemon, "/v1/why", body.clone())["decisions"].clone();
    let mut shown: BTreeMap<String, Reach> = BTreeMap::new();
    for decision in list(&decisions) {
        shown.insert(text(&decision["permission"]), reach(decision));
    }
    let expected = world.matrix.keys().map(|permission| {
        let reach = world.reach(&world.people[&n], permission, scope, thing);
        let enough = !change || reach == Reach::Full;
        let reach = if enough { reach } else { Reach::No };
        (permission.clone(), reach)
    });
    let expected: BTreeMap<String, Reach> = expected.collect();
    assert_eq!(shown, expected, "{body}: left shown, right expected");
    // `can` says of one of them what `why` says of all.
    let permissions: Vec<&String> = expected.keys().collect();
    let permission = dice.one(&permissions);
    let mut one = body;
    one["permission"] = json!(permission);
    let said = reach(&ask(&wire.daemon, "/v1/can", one.clone()));
    assert_eq!(
        said, expected[permission],
        "{one}: left said, right expected"
    );
}

/// A group as it is named where several may have its name: a team by its path, another with its kind.
fn called(world: &World, group: u32) -> String {
    let group = &world.groups[&group];
    match group.kind {
        "team" => format!("/{}", world.path(group.scope)),
        kind => format!("{kind}:{}", world.group_name(group)),
    }
}

/// How somebody stands to a thing that is shared with a group.
fn shared(world: &World, group: u32, n: u64, own: bool) -> Thing {
    Thing {
        own,
        group: world.opens(group, n),
        templates: world.opens_templates(group, n),
    }
}

/// Whether somebody, mostly of the group, opens another's thing that is shared with a group.
pub fn sharing(wire: &Wire, world: &World, dice: &mut Dice) {
    let groups: Vec<u32> = world.groups.keys().copied().collect();
    let people: Vec<u64> = world.people.keys().copied().collect();
    let (false, [_, ..]) = (groups.is_empty(), world.vendor.opens) else {
        return;
    };
    let group = dice.one(&groups);
    let members = world.groups[&group].members.iter();
    let members = members.filter(|n| world.people.contains_key(n));
    let members: Vec<u64> = members.copied().collect();
    let n = match members.is_empty() || dice.once_in(3) {
        true => dice.one(&people),
        false => dice.one(&members),
    };
    let (owner, scope) = (dice.one(&people), dice.one(&world.places()));
    let (action, ways) = dice.one(world.vendor.opens);
    // Who acts for the owner opens it in the owner's place, which says nothing of sharing.
    if world.acting.get(&owner).is_some_and(|a| a.delegate == n) {
        return;
    }
    let resource = json!({"scope": world.path(scope), "owner": email(owner),
        "groups": [called(world, group)]});
    let body =
        json!({"user": email(n), "tenant": "acme", "permission": action, "resource": resource});
    let said = ask(&wire.daemon, "/v1/can", body.clone());
    let thing = shared(world, group, n, owner == n);
    let expected = world.may(&world.people[&n], ways, scope, thing);
    assert_eq!(
        said["allowed"], expected,
        "{body}: left said, right expected"
    );
}

fn reach(decision: &Value) -> Reach {
    match (&decision["allowed"], &decision["read_only"]) {
        (Value::Bool(false), _) => Reach::No,
        (_, Value::Bool(true)) => Reach::Look,
        _ => Reach::Full,
    }
}

/// The pools of seats.
pub fn pools(wire: &Wire, world: &World) {
    let shown = ask(&wire.daemon, "/v1/feature/list", json!({"tenant": "acme"}))["pools"].clone();
    let counts: Vec<u64> = list(&shown).map(|p| p[1].as_u64().unwrap()).collect();
    let pools = world.vendor.pools.iter();
    let expected: Vec<u64> = pools.map(|p| world.taken_of(p.0) as u64).collect();
    assert_eq!(counts, expected, "pools: left shown, right expected");
}

/// Who is found by a scope: everybody who holds a role at it or below it, or whose team lies there, and nobody else.
pub fn found_by_scope(wire: &Wire, world: &World, dice: &mut Dice) {
    let scope = dice.one(&world.places());
    let path = world.path(scope);
    // A text without a separator is a name, wherever a scope has it, in whatever case.
    let named = |at: &u32| match path.contains('/') {
        true => *at == scope,
        false => {
            let scope = world.scopes.get(at);
            scope.is_some_and(|s| s.name.eq_ignore_ascii_case(&path))
        }
    };
    let found = |at: u32| world.upward(at).iter().any(named);
    let query = json!({"tenant": "acme", "search": "@acme.example", "scope": path, "limit": 1000});
    let rows = ask(&wire.daemon, "/v1/user/list", query)["rows"].clone();
    let shown: BTreeSet<String> = list(&rows).map(|row| text(&row["email"])).collect();
    let people = world.people.iter();
    let there = people.filter(|(_, p)| {
        let mut places = p.roles.iter().map(|(_, at)| *at).chain(p.team);
        places.any(found)
    });
    let expected: BTreeSet<String> = there.map(|(n, _)| email(*n)).collect();
    assert_eq!(
        shown, expected,
        "by scope {path}: left shown, right expected"
    );
}
