//! How verbs beside those on accounts, roles and scopes are asked.

use crate::duties::{Duty, Side};
use crate::groups::GroupAsk;
use crate::owned::Parting;
use crate::verbs::Ask;
use crate::wire::{email, instant};
use crate::world::World;
use serde_json::{Value, json};

/// Path and body.
pub fn request(verb: &Ask, world: &World) -> (&'static str, Value) {
    let user = |n: &u64| json!({"user": email(*n), "tenant": "acme"});
    match verb {
        Ask::Delete(n, parting) => ("/v1/user/delete", deleting(user(n), parting)),
        Ask::Redact(n) => {
            let mut body = user(n);
            body["reason"] = json!("asked to");
            ("/v1/user/redact", body)
        }
        Ask::Switch(id, on) => {
            let key = if *on { "enable" } else { "disable" };
            ("/v1/tenant/set", json!({"tenant": "acme", key: [id]}))
        }
        Ask::Group(ask) => ("/v1/group/set", group(ask, world)),
        Ask::GroupDrop(kind, name) => {
            let body = json!({"tenant": "acme", "kind": kind, "name": name});
            ("/v1/group/delete", body)
        }
        Ask::Delegate(n, to, days) => {
            let mut body = user(n);
            body["delegate"] = json!(email(*to));
            body["until"] = json!(instant(world.day + days));
            ("/v1/delegation/set", body)
        }
        Ask::DelegateEnd(n) => ("/v1/delegation/end", user(n)),
        Ask::HandOver(n, to) => {
            let mut body = user(n);
            body["to"] = json!(email(*to));
            // One by one, two by two, or all at once: it comes to the same.
            body["step"] = json!(n % 3);
            ("/v1/handover/start", body)
        }
        Ask::Undo(id) => ("/v1/handover/undo", json!({"tenant": "acme", "id": id})),
        Ask::Duty(name, duty) => ("/v1/conflict/set", duty_body(name, duty)),
        Ask::DutyDrop(name) => {
            let body = json!({"tenant": "acme", "name": name});
            ("/v1/conflict/delete", body)
        }
        Ask::Except(name, n, days) => {
            let mut body = user(n);
            body["name"] = json!(name);
            body["reason"] = json!("for a while");
            if let Some(days) = days {
                body["until"] = json!(instant(world.day + days));
            }
            ("/v1/conflict/except", body)
        }
        Ask::Review(silence) => {
            let body = json!({"tenant": "acme", "silence": verdict(*silence)});
            ("/v1/review/open", body)
        }
        Ask::Verdict(n, ends) => {
            let mut body = json!({"tenant": "acme", "users": [email(*n)]});
            body["verdict"] = json!(verdict(*ends));
            ("/v1/review/answer", numbered(body, world))
        }
        Ask::ReviewClose => {
            let body = json!({"tenant": "acme", "early": true});
            ("/v1/review/close", numbered(body, world))
        }
        Ask::Adopt(there) => {
            let tenant = if *there { "acme" } else { "nowhere" };
            ("/v1/catalog/adopt", json!({"tenant": tenant}))
        }
        // Where there are no trees of accounts no tenant goes into another.
        Ask::Join(joining) if world.vendor.depth.is_none() => {
            let body = json!({"tenant": "other", "into": "acme", "name": joining.name});
            ("/v1/tenant/convert", body)
        }
        Ask::Join(joining) => {
            let parent = world.path(joining.parent);
            let body = json!({"tenant": joining.tenant, "into": "acme", "parent": parent, "name": joining.name});
            ("/v1/tenant/convert", body)
        }
        _ => unreachable!("asked in its own way"),
    }
}

/// The newest review, by its number.
fn numbered(mut body: Value, world: &World) -> Value {
    body["id"] = json!(world.reviews);
    body
}

fn verdict(ends: bool) -> &'static str {
    if ends { "remove" } else { "keep" }
}

fn deleting(mut body: Value, parting: &Parting) -> Value {
    if let Some(to) = parting.to {
        body["successor"] = json!(email(to));
    }
    body["assets_unknown"] = json!(true);
    let kinds = ["drafts", "templates", "clipboard", "address_book"];
    for (kind, on) in kinds.iter().zip(parting.ticked) {
        body[kind] = json!(on);
    }
    body
}

fn group(ask: &GroupAsk, world: &World) -> Value {
    let emails = |all: &[u64]| all.iter().map(|n| email(*n)).collect::<Vec<_>>();
    let mut body = json!({"tenant": "acme", "kind": ask.kind, "name": ask.name,
        "add": emails(&ask.add), "remove": emails(&ask.remove)});
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body[key] = value;
        }
    };
    put("rename", ask.rename.map(Value::from));
    put("parent", ask.parent.map(Value::from));
    put("scope", ask.scope.map(|at| world.path(at).into()));
    let leader = ask.leader.map(|n| n.map(email).unwrap_or_default());
    put("leader", leader.map(Value::from));
    put("share_envelopes", ask.shares[0].map(Value::from));
    put("share_templates", ask.shares[1].map(Value::from));
    body
}

fn duty_body(name: &str, duty: &Duty) -> Value {
    let side = |side: &Side| {
        let mut body = json!({"roles": side.roles});
        if let Some((kind, name)) = &side.at {
            body["kind"] = json!(kind);
            body["name"] = json!(name);
        }
        body
    };
    let mut rule = json!({"name": name, "one": side(&duty.sides[0]), "other": side(&duty.sides[1]),
        "why": "two people are needed"});
    if let Some(within) = duty.within {
        rule["within"] = json!(within);
    }
    json!({"tenant": "acme", "rule": rule})
}
