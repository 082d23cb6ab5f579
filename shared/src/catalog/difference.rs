//! What differs between two texts of a catalog, in words.

use super::{Catalog, Role};
use std::collections::BTreeSet;

/// Each difference that changes what somebody may do or what is allowed at all, one phrase.
pub fn differences(old: &Catalog, new: &Catalog) -> Vec<String> {
    let mut out = Vec::new();
    for role in &old.roles {
        match new.role(&role.id) {
            None => out.push(format!("role {} goes", role.id)),
            Some(now) => roles(role, now, &mut out),
        }
    }
    let came = new.roles.iter().filter(|r| old.role(&r.id).is_none());
    out.extend(came.map(|r| format!("role {} comes", r.id)));
    let names = |c: &Catalog| c.permissions.iter().map(|p| p.id.clone()).collect();
    sets("permission", &names(old), &names(new), &mut out);
    let actions = |c: &Catalog| c.actions.iter().map(|a| format!("{a:?}")).collect();
    changed("actions", &actions(old), &actions(new), &mut out);
    let steps = |c: &Catalog| c.transitions.iter().map(|t| format!("{t:?}")).collect();
    changed("changes of state", &steps(old), &steps(new), &mut out);
    for ((name, before), (_, after)) in old.constraints.words().iter().zip(new.constraints.words())
    {
        if *before != after {
            out.push(format!("{name} {before} → {after}"));
        }
    }
    if old.owner != new.owner {
        out.push(format!(
            "owner rule: {} to {:?} of {}",
            new.owner.min, new.owner.max, new.owner.role
        ));
    }
    if old.seats != new.seats {
        out.push("seats by state".to_owned());
    }
    if old.api_states != new.api_states {
        out.push("states in the API's words".to_owned());
    }
    for (verb, permission) in &new.verbs {
        if old.verbs.get(verb) != Some(permission) {
            out.push(format!("members need {permission} for `{verb}`"));
        }
    }
    let gone = old.verbs.keys().filter(|v| !new.verbs.contains_key(*v));
    out.extend(gone.map(|verb| format!("members may `{verb}` no more")));
    if out.is_empty() && old.hash != new.hash {
        out.push("wording".to_owned());
    }
    out
}

fn roles(old: &Role, new: &Role, out: &mut Vec<String>) {
    let of = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    let id = &new.id;
    sets(
        &format!("role {id}: grant"),
        &of(&old.permissions),
        &of(&new.permissions),
        out,
    );
    sets(
        &format!("role {id}: block"),
        &of(&old.blocks),
        &of(&new.blocks),
        out,
    );
    if old.privileged != new.privileged {
        let word = if new.privileged {
            "privileged"
        } else {
            "not privileged"
        };
        out.push(format!("role {id}: {word}"));
    }
    if (old.scope, old.holder) != (new.scope, new.holder) {
        out.push(format!("role {id}: other holders"));
    }
}

fn sets(what: &str, old: &BTreeSet<String>, new: &BTreeSet<String>, out: &mut Vec<String>) {
    out.extend(new.difference(old).map(|p| format!("{what} {p} comes")));
    out.extend(old.difference(new).map(|p| format!("{what} {p} goes")));
}

fn changed(what: &str, old: &Vec<String>, new: &Vec<String>, out: &mut Vec<String>) {
    if old != new {
        out.push(what.to_owned());
    }
}
