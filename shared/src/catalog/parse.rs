//! Reads a role catalog from TOML. Every mistake is named with file, line, key and reason; unknown keys are mistakes.

use super::qualifier::{QUALIFIER_MARK, Qualifier};
use super::table::{CatalogError, Source, Table};
use super::{
    Catalog, OwnerRule, PartRule, Role, ScopeRule, constraints, plans, rules, transitions,
};
use crate::domain::{ScopeKind, SeatHold, Span, Status};
use crate::wire::Verb;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use toml::de::DeTable;

/// The qualifiers a grant may carry behind a colon.
pub const QUALIFIERS: [&str; 4] = [
    Qualifier::Own.word(),
    Qualifier::Group.word(),
    Qualifier::ReadOnly.word(),
    Qualifier::RootAccount.word(),
];

/// Reads and validates the text of a catalog; `file` is its name in messages. What is defined twice, missing, unknown
/// or never granted is an error.
pub fn parse(file: &str, text: &str) -> Result<Catalog, CatalogError> {
    let source = Source { file, text };
    let document = DeTable::parse(text).map_err(|e| {
        let at = e.span().unwrap_or(0..0);
        source.error(&at, "(file)", e.message())
    })?;
    let whole = document.span();
    let root = Table::new(&source, "", whole.clone(), document.get_ref());
    root.only(&[
        "name",
        "title",
        "invitation_valid",
        "owner",
        "seats",
        "role",
        "verbs",
        "part",
        "permission",
        "action",
        "scope",
        "constraints",
        "transition",
        "feature",
        "tier",
        "pool",
        "user_type",
        "api_states",
    ])?;

    let (name, at) = root.text("name")?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(source.error(&at, "name", "only lower-case letters, digits and `-`"));
    }
    let (title, _) = root.text("title")?;
    let invitation_valid = match root.get("invitation_valid") {
        None => None,
        Some(_) => {
            let (written, at) = root.text("invitation_valid")?;
            let span: Span = written
                .parse()
                .map_err(|e| source.error(&at, "invitation_valid", format!("{e}")))?;
            if span <= Span(0) {
                return Err(source.error(&at, "invitation_valid", "must be longer than nothing"));
            }
            Some(span)
        }
    };
    let features = plans::features(&root)?;
    let permissions = rules::permissions(&root, &features)?;
    let roles = roles(&root, &permissions)?;
    let scopes = plans::scopes(&root)?;
    let owner = owner(&root, &roles, &scopes)?;
    let seats = seats(&root)?;
    let api_states = api_states(&root)?;
    let verbs = verbs(&root, &roles)?;
    let part = part(&root, &roles, &verbs)?;
    let tiers = plans::tiers(&root, &features)?;
    let pools = plans::pools(&root, &roles)?;
    let user_types = plans::user_types(&root, &roles)?;
    let actions = rules::actions(&root, &permissions)?;
    let constraints = constraints::constraints(&root, &roles, &permissions, &features)?;
    Ok(Catalog {
        name,
        title,
        roles,
        owner,
        seats,
        invitation_valid,
        verbs,
        part,
        actions,
        scopes,
        constraints,
        transitions: transitions::transitions(&root)?,
        features,
        tiers,
        pools,
        user_types,
        api_states,
        permissions,
        hash: Sha256::digest(text.as_bytes()).into(),
    })
}

fn roles(root: &Table<'_>, known: &[super::Permission]) -> Result<Vec<Role>, CatalogError> {
    let (_, at) = root.need("role")?;
    let mut roles: Vec<Role> = Vec::new();
    let mut combine = Vec::new();
    for role in root.tables("role")? {
        role.only(&[
            "id",
            "label",
            "aliases",
            "description",
            "scope",
            "combine",
            "privileged",
            "hidden",
            "holder",
            "permissions",
            "blocks",
        ])?;
        let (id, at) = role.text("id")?;
        if id.is_empty() || id.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(role.error(&at, "id", "must be one word"));
        }
        let (label, label_at) = role.text("label")?;
        for other in &roles {
            if other.answers_to(&id) {
                return Err(role.error(&at, "id", format!("{id:?} is already a role")));
            }
            if other.answers_to(&label) {
                let reason = format!("{label:?} already names the role {:?}", other.id);
                return Err(role.error(&label_at, "label", reason));
            }
        }
        let aliases = role.texts("aliases")?;
        for (alias, at) in &aliases {
            if let Some(other) = roles.iter().find(|r| r.answers_to(alias)) {
                let reason = format!("{alias:?} already names the role {:?}", other.id);
                return Err(role.error(at, "aliases", reason));
            }
        }
        let scope = match role.get("scope") {
            None => None,
            Some(_) => Some(role.word("scope")?),
        };
        let with = role.texts("combine")?;
        roles.push(Role {
            id,
            label,
            aliases: aliases.into_iter().map(|(t, _)| t).collect(),
            description: role.text_or_empty("description")?,
            scope,
            combine: with.iter().map(|(t, _)| t.clone()).collect(),
            privileged: role.flag("privileged")?,
            hidden: role.flag_or_false("hidden")?,
            holder: role.word("holder")?,
            permissions: {
                role.need("permissions")?;
                grants(&role, "permissions", known)?
            },
            blocks: grants(&role, "blocks", known)?,
            custom: None,
        });
        combine.extend(with);
    }
    if roles.is_empty() {
        return Err(root.error(&at, "role", "a catalog needs at least one role"));
    }
    for (other, at) in combine {
        if !roles.iter().any(|r| r.id == other) {
            let reason = format!("{other:?} is not a role of this catalog");
            return Err(root.error(&at, "role.combine", reason));
        }
    }
    Ok(roles)
}

/// Permissions with their qualifiers; each once, each one the catalog lists.
fn grants(
    role: &Table<'_>,
    key: &str,
    known: &[super::Permission],
) -> Result<Vec<String>, CatalogError> {
    let mut out: Vec<String> = Vec::new();
    for (text, at) in role.texts(key)? {
        let (name, qualifier) = match text.split_once(QUALIFIER_MARK) {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (text.as_str(), None),
        };
        if key == "blocks" && qualifier.is_some() {
            return Err(role.error(&at, key, "a block takes the whole permission: no qualifier"));
        }
        if let Some(qualifier) = qualifier
            && !QUALIFIERS.contains(&qualifier)
        {
            let reason = format!(
                "{qualifier:?} is no qualifier; known are {}",
                QUALIFIERS.join(", ")
            );
            return Err(role.error(&at, key, reason));
        }
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(role.error(&at, key, "a permission is one word"));
        }
        if !known.is_empty() && !known.iter().any(|p| p.id == name) {
            let reason = format!("{name:?} is not a [[permission]] of this catalog");
            return Err(role.error(&at, key, reason));
        }
        let taken = |p: &String| p.split(QUALIFIER_MARK).next() == Some(name);
        if out.iter().any(taken) {
            return Err(role.error(&at, key, format!("{name:?} is granted twice")));
        }
        out.push(text);
    }
    Ok(out)
}

fn owner(
    root: &Table<'_>,
    roles: &[Role],
    scopes: &[ScopeRule],
) -> Result<OwnerRule, CatalogError> {
    let owner = root.table("owner")?;
    owner.only(&["role", "min", "max", "scope"])?;
    let (role, at) = owner.text("role")?;
    let Some(held) = roles.iter().find(|r| r.id == role) else {
        return Err(owner.error(
            &at,
            "role",
            format!("{role:?} is not a role of this catalog"),
        ));
    };
    let (min, at) = owner.count("min")?;
    if min == 0 {
        return Err(owner.error(&at, "min", "at least one owner must stay"));
    }
    let max = match owner.get("max") {
        None => None,
        Some(_) => {
            let (max, at) = owner.count("max")?;
            if max < min {
                return Err(owner.error(&at, "max", format!("less than min ({min})")));
            }
            Some(max)
        }
    };
    let scope = match owner.get("scope") {
        // A catalog adopted before it could say so meant the organisation of a role that is held at one.
        None => held.scope.filter(|kind| *kind == ScopeKind::Organisation),
        Some((_, at)) => match owner.word("scope")? {
            ScopeKind::Tenant => None,
            kind if !scopes.iter().any(|s| s.kind == kind) => {
                let reason = format!("{kind} is not a [[scope]] of this catalog");
                return Err(owner.error(&at, "scope", reason));
            }
            kind if held.scope != Some(kind) => {
                let reason = format!("the role {role:?} is not one that is held at a scope {kind}");
                return Err(owner.error(&at, "scope", reason));
            }
            kind => Some(kind),
        },
    };
    Ok(OwnerRule {
        role,
        min,
        max,
        scope,
    })
}

fn seats(root: &Table<'_>) -> Result<[SeatHold; Status::ALL.len()], CatalogError> {
    let table = root.table("seats")?;
    let words: Vec<&str> = Status::ALL.iter().map(|s| s.word()).collect();
    table.only(&words)?;
    let mut seats = [SeatHold::None; Status::ALL.len()];
    for (slot, word) in seats.iter_mut().zip(words) {
        // A catalog adopted before invitations could be revoked does not say it: nobody is left to use the seat.
        if word == Status::Revoked.word() && table.get(word).is_none() {
            continue;
        }
        let (text, at) = table.text(word)?;
        *slot = text.parse().map_err(|e| table.error(&at, word, e))?;
    }
    Ok(seats)
}

fn api_states(root: &Table<'_>) -> Result<Vec<(Status, String)>, CatalogError> {
    if root.get("api_states").is_none() {
        return Ok(Vec::new());
    }
    let table = root.table("api_states")?;
    let words: Vec<&str> = Status::ALL.iter().map(|s| s.word()).collect();
    table.only(&words)?;
    let told = Status::ALL.iter().filter(|s| table.get(s.word()).is_some());
    told.map(|status| Ok((*status, table.text(status.word())?.0)))
        .collect()
}

fn verbs(root: &Table<'_>, roles: &[Role]) -> Result<BTreeMap<String, String>, CatalogError> {
    let table = root.table("verbs")?;
    let known: Vec<&str> = Verb::ALL.iter().map(|v| v.name()).collect();
    table.only(&known)?;
    let mut out = BTreeMap::new();
    for (key, _) in table.entries.iter() {
        let verb = key.get_ref();
        let (permission, at) = table.text(verb)?;
        // A permission that no role grants in full would close the verb for ever: a slip of the pen.
        if !roles.iter().any(|r| r.permissions.contains(&permission)) {
            let reason = format!("no role grants {permission:?} without a qualifier");
            return Err(table.error(&at, verb, reason));
        }
        out.insert(verb.to_string(), permission);
    }
    Ok(out)
}

/// Which verbs a member may use in a part of the tenant, and what they need at each kind of scope.
fn part(
    root: &Table<'_>,
    roles: &[Role],
    verbs: &BTreeMap<String, String>,
) -> Result<PartRule, CatalogError> {
    let Some(table) = root.maybe_table("part")? else {
        return Ok(PartRule::default());
    };
    let mut out = PartRule::default();
    for (key, _) in table.entries.iter() {
        let key: &str = key.get_ref();
        if key == "verbs" {
            continue;
        }
        let (permission, at) = table.text(key)?;
        let kind: ScopeKind = key.parse().map_err(|e: String| table.error(&at, key, e))?;
        if kind == ScopeKind::Tenant {
            return Err(table.error(&at, key, "the tenant is no part of itself"));
        }
        if !roles.iter().any(|r| r.permissions.contains(&permission)) {
            let reason = format!("no role grants {permission:?} without a qualifier");
            return Err(table.error(&at, key, reason));
        }
        out.permissions.insert(kind, permission);
    }
    for (verb, at) in table.texts("verbs")? {
        // Who may use it in all of the tenant is said first.
        if !verbs.contains_key(&verb) {
            let reason = format!("{verb:?} is not among [verbs]");
            return Err(table.error(&at, "verbs", reason));
        }
        if !Verb::IN_PART.iter().any(|v| v.name() == verb) {
            let reason = format!("{verb:?} reaches the whole tenant");
            return Err(table.error(&at, "verbs", reason));
        }
        out.verbs.push(verb);
    }
    Ok(out)
}
