//! What differs between two texts of a catalog, in words. Every field is named here, so that one that comes later must be
//! too: what is left out would be told as a matter of wording.

use super::{
    Action, Catalog, Feature, PartRule, Permission, Pool, Role, ScopeRule, Tier, Transition,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// Each difference that changes what somebody may do or what is allowed at all, one phrase; `wording` alone where nothing
/// but texts that people read differs.
pub fn differences(old: &Catalog, new: &Catalog) -> Vec<String> {
    let Catalog {
        name: _,
        title: _,
        roles,
        owner,
        seats,
        invitation_valid,
        verbs,
        part,
        permissions,
        actions,
        scopes,
        constraints,
        transitions,
        features,
        tiers,
        pools,
        user_types,
        api_states,
        hash,
    } = new;
    let mut out = Vec::new();
    each("role", &old.roles, roles, |r| &r.id, role, &mut out);
    each(
        "permission",
        &old.permissions,
        permissions,
        |p| &p.id,
        permission,
        &mut out,
    );
    each("action", &old.actions, actions, |a| &a.id, action, &mut out);
    each("scope", &old.scopes, scopes, |s| &s.kind, scope, &mut out);
    each(
        "feature",
        &old.features,
        features,
        |f| &f.id,
        feature,
        &mut out,
    );
    each("tier", &old.tiers, tiers, |t| &t.id, tier, &mut out);
    each("pool", &old.pools, pools, |p| &p.id, pool, &mut out);
    // The first pool that names a role counts.
    let order = |pools: &[Pool]| pools.iter().map(|p| p.id.clone()).collect::<Vec<_>>();
    same(
        "order of the pools",
        &order(&old.pools),
        &order(pools),
        &mut out,
    );
    same("types of user", &old.user_types, user_types, &mut out);
    let steps = |list: &[Transition]| list.iter().map(step).collect::<BTreeSet<_>>();
    sets(
        "change of state",
        &steps(&old.transitions),
        &steps(transitions),
        &mut out,
    );
    let before = out.len();
    for ((name, was), (_, is)) in old.constraints.words().iter().zip(constraints.words()) {
        if *was != is {
            out.push(format!("{name} {was} → {is}"));
        }
    }
    if out.len() == before {
        same("constraints", &old.constraints, constraints, &mut out);
    }
    if old.owner != *owner {
        out.push(format!("owner rule: {}", owner.words()));
    }
    same("seats by state", &old.seats, seats, &mut out);
    same(
        "states in the API's words",
        &old.api_states,
        api_states,
        &mut out,
    );
    if old.invitation_valid != *invitation_valid {
        let span = invitation_valid.map_or_else(|| "no figure".to_owned(), |span| span.to_string());
        out.push(format!("validity of invitations: {span}"));
    }
    needed("members", "members may", &old.verbs, verbs, &mut out);
    parts(&old.part, part, &mut out);
    if out.is_empty() && old.hash != *hash {
        out.push("wording".to_owned());
    }
    out
}

/// What goes, comes, and differs among things with an identifier.
fn each<T, I: PartialEq + Display>(
    what: &str,
    old: &[T],
    new: &[T],
    id: impl Fn(&T) -> &I,
    differs: impl Fn(&T, &T, &mut Vec<String>),
    out: &mut Vec<String>,
) {
    for was in old {
        match new.iter().find(|is| id(is) == id(was)) {
            None => out.push(format!("{what} {} goes", id(was))),
            Some(is) => differs(was, is, out),
        }
    }
    let came = new
        .iter()
        .filter(|is| !old.iter().any(|was| id(was) == id(is)));
    out.extend(came.map(|is| format!("{what} {} comes", id(is))));
}

fn role(old: &Role, new: &Role, out: &mut Vec<String>) {
    let Role {
        id,
        label: _,
        aliases,
        description: _,
        scope,
        combine,
        privileged,
        hidden,
        given_with,
        holder,
        permissions,
        blocks,
        custom: _,
    } = new;
    let of = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    let grant = format!("role {id}: grant");
    sets(&grant, &of(&old.permissions), &of(permissions), out);
    let block = format!("role {id}: block");
    sets(&block, &of(&old.blocks), &of(blocks), out);
    if old.privileged != *privileged {
        let word = if *privileged {
            "privileged"
        } else {
            "not privileged"
        };
        out.push(format!("role {id}: {word}"));
    }
    if old.hidden != *hidden {
        let word = if *hidden { "hidden" } else { "listed" };
        out.push(format!("role {id}: {word}"));
    }
    if (old.scope, old.holder) != (*scope, *holder) {
        out.push(format!("role {id}: other holders"));
    }
    same(
        &format!("role {id}: by which permission it is given"),
        &old.given_with,
        given_with,
        out,
    );
    same(
        &format!("role {id}: other names"),
        &old.aliases,
        aliases,
        out,
    );
    same(
        &format!("role {id}: what it is combined with"),
        &old.combine,
        combine,
        out,
    );
}

fn permission(old: &Permission, new: &Permission, out: &mut Vec<String>) {
    let Permission {
        id,
        name: _,
        meaning: _,
        remedy: _,
        aliases,
        needs,
        features,
    } = new;
    same(
        &format!("permission {id}: other names"),
        &old.aliases,
        aliases,
        out,
    );
    same(
        &format!("permission {id}: what it needs"),
        &old.needs,
        needs,
        out,
    );
    same(
        &format!("permission {id}: its features"),
        &old.features,
        features,
        out,
    );
}

fn action(old: &Action, new: &Action, out: &mut Vec<String>) {
    let Action {
        id,
        meaning: _,
        changes,
        delegate,
        ways,
        remedy: _,
    } = new;
    same(&format!("action {id}: its ways"), &old.ways, ways, out);
    same(
        &format!("action {id}: whether it changes something"),
        &old.changes,
        changes,
        out,
    );
    same(
        &format!("action {id}: whether delegates may"),
        &old.delegate,
        delegate,
        out,
    );
}

fn scope(old: &ScopeRule, new: &ScopeRule, out: &mut Vec<String>) {
    let ScopeRule {
        kind,
        parents,
        held_from,
        names,
        shown,
        label: _,
    } = new;
    same(
        &format!("scope {kind}: what it lies in"),
        &old.parents,
        parents,
        out,
    );
    let held = format!("scope {kind}: how far up its roles are held");
    same(&held, &old.held_from, held_from, out);
    same(&format!("scope {kind}: its names"), &old.names, names, out);
    same(
        &format!("scope {kind}: what is read in place of a name"),
        &old.shown,
        shown,
        out,
    );
}

fn feature(old: &Feature, new: &Feature, out: &mut Vec<String>) {
    let Feature {
        id,
        meaning: _,
        one_way,
        excludes,
        default,
    } = new;
    same(
        &format!("feature {id}: whether it stays on"),
        &old.one_way,
        one_way,
        out,
    );
    same(
        &format!("feature {id}: what it excludes"),
        &old.excludes,
        excludes,
        out,
    );
    same(
        &format!("feature {id}: whether it is on in a new tenant"),
        &old.default,
        default,
        out,
    );
}

fn tier(old: &Tier, new: &Tier, out: &mut Vec<String>) {
    let Tier {
        id,
        label: _,
        max_users,
        features,
    } = new;
    same(
        &format!("tier {id}: users at most"),
        &old.max_users,
        max_users,
        out,
    );
    same(
        &format!("tier {id}: its features"),
        &old.features,
        features,
        out,
    );
}

fn pool(old: &Pool, new: &Pool, out: &mut Vec<String>) {
    let Pool {
        id,
        label: _,
        roles,
    } = new;
    same(&format!("pool {id}: its roles"), &old.roles, roles, out);
}

fn step(transition: &Transition) -> String {
    let Transition { from, to, by } = transition;
    format!("{from} → {to} by {by}")
}

fn parts(old: &PartRule, new: &PartRule, out: &mut Vec<String>) {
    let PartRule {
        verbs,
        permissions,
        needs,
    } = new;
    let of = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    sets("verb in a part:", &of(&old.verbs), &of(verbs), out);
    needed(
        "members of a part",
        "in a part members reach",
        &old.permissions,
        permissions,
        out,
    );
    same("what some verbs need in a part", &old.needs, needs, out);
}

/// Which permission is needed for what.
fn needed<K: Ord + Display>(
    who: &str,
    may: &str,
    old: &BTreeMap<K, String>,
    new: &BTreeMap<K, String>,
    out: &mut Vec<String>,
) {
    for (what, permission) in new {
        if old.get(what) != Some(permission) {
            out.push(format!("{who} need {permission} for `{what}`"));
        }
    }
    let gone = old.keys().filter(|what| !new.contains_key(*what));
    out.extend(gone.map(|what| format!("{may} `{what}` no more")));
}

fn sets(what: &str, old: &BTreeSet<String>, new: &BTreeSet<String>, out: &mut Vec<String>) {
    out.extend(new.difference(old).map(|p| format!("{what} {p} comes")));
    out.extend(old.difference(new).map(|p| format!("{what} {p} goes")));
}

fn same<T: PartialEq>(what: &str, old: &T, new: &T, out: &mut Vec<String>) {
    if old != new {
        out.push(what.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{builtin, parse};

    fn told(catalog: &str, from: &str, to: &str) -> Vec<String> {
        let text = builtin(catalog).unwrap();
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{catalog} has no {from:?}");
        let [old, new] = [text, &changed].map(|text| parse(catalog, text).unwrap());
        differences(&old, &new)
    }

    #[test]
    fn whatever_changes_more_than_texts_is_told_as_what_it_is() {
        for (catalog, from, to, said) in [
            (
                "iusign",
                "max_users = 1\n",
                "max_users = 2\n",
                "tier free: users at most",
            ),
            ("iusign", "id = \"solo\"", "id = \"duo\"", "tier solo goes"),
            (
                "iusign",
                "invitation_valid = \"7 days\"",
                "invitation_valid = \"9 days\"",
                "validity of invitations: 9 days",
            ),
            (
                "onespan",
                "one_way = true",
                "one_way = false",
                "feature sub_accounts: whether it stays on",
            ),
            (
                "esignanywhere",
                "id = \"viewer\"",
                "id = \"looker\"",
                "pool viewer goes",
            ),
            (
                "ignisign",
                "held_from = \"request\"\n",
                "",
                "scope request: how far up its roles are held",
            ),
            (
                "ignisign",
                "parents = [\"tenant\"]",
                "parents = [\"organisation\"]",
                "scope organisation: what it lies in",
            ),
            (
                "ignisign",
                "verbs = [\n    \"user list\"",
                "verbs = [\n    \"user role\"",
                "verb in a part: user list goes",
            ),
            (
                "ignisign",
                "\napplication = \"APP_MEMBER_MANAGEMENT\"",
                "",
                "in a part members reach `application` no more",
            ),
            (
                "ignisign",
                "organisation = \"ORG_ARCHIVING\"",
                "organisation = \"ORG_BILLING\"",
                "what some verbs need in a part",
            ),
            (
                "ignisign",
                "\nhidden = true",
                "",
                "role INTERNAL_API: listed",
            ),
            (
                "ignisign",
                "roles = [\"SIGNERS\"]",
                "roles = [\"APP_READER\"]",
                "types of user",
            ),
            (
                "ignisign",
                "\"user list\" = \"ORG_MEMBER_MANAGEMENT\"",
                "\"user list\" = \"ORG_BILLING\"",
                "members need ORG_BILLING for `user list`",
            ),
            (
                "ignisign",
                "min = 1",
                "min = 2",
                "owner rule: 2 or more of ORG_OWNER for each organisation",
            ),
            (
                "ignisign",
                "to = \"suspended\"\nby = \"suspend\"",
                "to = \"deactivated\"\nby = \"suspend\"",
                "change of state active → suspended by suspend goes",
            ),
            (
                "ignisign",
                "changes = true\nways = [\"SIGNATURE_REQUEST_MANAGEMENT\"]",
                "ways = [\"SIGNATURE_REQUEST_MANAGEMENT\"]",
                "action request.create: whether it changes something",
            ),
        ] {
            let all = told(catalog, from, to);
            assert!(
                all.iter().any(|line| line == said),
                "{said:?} is missing in {all:?}"
            );
            assert!(!all.contains(&"wording".to_owned()), "{all:?}");
        }
    }

    #[test]
    fn wording_is_told_where_nothing_but_texts_differ() {
        for (from, to) in [
            ("title = \"IgniSign\"", "title = \"Igni Sign\""),
            ("label = \"Organization Owner\"", "label = \"Owner\""),
            ("description = \"Reads only\"", "description = \"Looks\""),
            (
                "meaning = \"Opens a signature request.\"",
                "meaning = \"Opens it.\"",
            ),
            (
                "remedy = \"only the Signer may\"",
                "remedy = \"ask the Signer\"",
            ),
            ("label = \"Environment\"", "label = \"Stage\""),
            ("# Roles add up", "# They add up"),
        ] {
            assert_eq!(told("ignisign", from, to), ["wording"], "{from}");
        }
    }
}
