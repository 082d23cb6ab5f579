//! Reads a role catalog from TOML. Every mistake is named with file, line, key and reason; unknown keys are mistakes.

use super::near::meant;
use super::qualifier::{QUALIFIER_MARK, Qualifier, split_grant};
use super::table::{CatalogError, Source, Table};
use super::{
    Catalog, OwnerRule, PartRule, Role, SCOPE_STATE, ScopeRule, constraints, plans, references,
    rules, transitions,
};
use crate::domain::{ScopeKind, SeatHold, Span, Status};
use crate::wire::Verb;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// The qualifiers a grant may carry behind a colon.
pub const QUALIFIERS: [&str; 4] = [
    Qualifier::Own.word(),
    Qualifier::Group.word(),
    Qualifier::ReadOnly.word(),
    Qualifier::RootAccount.word(),
];

/// Reads and validates the text of a catalog that is in force; `file` is its name in messages. What is missing, unknown
/// or never granted is an error.
pub fn parse(file: &str, text: &str) -> Result<Catalog, CatalogError> {
    rooted(file, text, catalog)
}

/// As [`parse`], of a text that is to come in force, which must fit together in every name as well. A text that a journal
/// adopted is read by [`parse`]: a rule that came later does not lock anybody out of their store.
///
/// # Errors
/// As [`parse`]; and a name that nothing has, what is listed twice, a change of state that cannot be meant.
pub fn proposed(file: &str, text: &str) -> Result<Catalog, CatalogError> {
    rooted(file, text, |root| {
        let read = catalog(root)?;
        references::check(root, &read)?;
        Ok(read)
    })
}

/// Does something with the whole table of a text.
fn rooted<T>(
    file: &str,
    text: &str,
    with: impl FnOnce(&Table<'_>) -> Result<T, CatalogError>,
) -> Result<T, CatalogError> {
    let source = Source { file, text };
    let document = DeTable::parse(text).map_err(|e| {
        let at = e.span().unwrap_or(0..0);
        source.error(&at, "(file)", e.message())
    })?;
    let root = Table::new(&source, "", document.span(), document.get_ref());
    with(&root)
}

fn catalog(root: &Table<'_>) -> Result<Catalog, CatalogError> {
    let source = root.source;
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
    let features = plans::features(root)?;
    let permissions = rules::permissions(root, &features)?;
    let roles = roles(root, &permissions)?;
    let scopes = plans::scopes(root)?;
    let owner = owner(root, &roles, &scopes)?;
    let seats = seats(root)?;
    let api_states = api_states(root)?;
    let verbs = verbs(root, &roles)?;
    let part = part(root, &roles, &verbs)?;
    let tiers = plans::tiers(root, &features)?;
    let pools = plans::pools(root, &roles)?;
    let user_types = plans::user_types(root, &roles)?;
    let actions = rules::actions(root, &permissions)?;
    let constraints = constraints::constraints(root, &roles, &permissions, &features, &scopes)?;
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
        transitions: transitions::transitions(root)?,
        features,
        tiers,
        pools,
        user_types,
        api_states,
        permissions,
        hash: Sha256::digest(source.text.as_bytes()).into(),
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
            "given_with",
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
        let given_with = role.maybe_text("given_with")?;
        if let Some((name, at)) = given_with.as_ref()
            && !known.iter().any(|p| p.id == *name)
        {
            let near = meant(name, known.iter().map(|p| p.id.as_str()));
            let reason = format!("{name:?} is not a [[permission]] of this catalog{near}");
            return Err(role.error(at, "given_with", reason));
        }
        roles.push(Role {
            id,
            label,
            aliases: aliases.into_iter().map(|(t, _)| t).collect(),
            description: role.text_or_empty("description")?,
            scope,
            combine: with.iter().map(|(t, _)| t.clone()).collect(),
            privileged: role.flag("privileged")?,
            hidden: role.flag_or_false("hidden")?,
            given_with: given_with.map(|(name, _)| name),
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
            let near = meant(&other, roles.iter().map(|r| r.id.as_str()));
            let reason = format!("{other:?} is not a role of this catalog{near}");
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
            let near = meant(name, known.iter().map(|p| p.id.as_str()));
            let reason = format!("{name:?} is not a [[permission]] of this catalog{near}");
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
        let near = meant(&role, roles.iter().map(|r| r.id.as_str()));
        let reason = format!("{role:?} is not a role of this catalog{near}");
        return Err(owner.error(&at, "role", reason));
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
        // A permission that no role grants in full would close the verb for ever: a slip of the pen. A verb is asked at
        // the root, so a grant at the root account is in full.
        let (name, qualifier) = split_grant(&permission);
        let at_root = qualifier == Qualifier::RootAccount.word();
        let fits = |p: &String| {
            let (granted, how) = split_grant(p);
            granted == name && (how.is_empty() || (at_root && how == qualifier))
        };
        let grantable = roles.iter().flat_map(|r| &r.permissions).any(fits);
        if !grantable || (!qualifier.is_empty() && !at_root) {
            let near = meant(name, granted(roles));
            let reason = match at_root {
                true => format!("no role grants {name:?} in full at the root account{near}"),
                false => format!("no role grants {permission:?} without a qualifier{near}"),
            };
            return Err(table.error(&at, verb, reason));
        }
        out.insert(verb.to_string(), permission);
    }
    Ok(out)
}

/// Every permission that some role grants.
fn granted(roles: &[Role]) -> impl Iterator<Item = &str> {
    roles
        .iter()
        .flat_map(|r| &r.permissions)
        .map(String::as_str)
}

/// What is needed at each kind of scope.
fn part_permissions(
    table: &Table<'_>,
    roles: &[Role],
) -> Result<BTreeMap<ScopeKind, String>, CatalogError> {
    let mut out = BTreeMap::new();
    for (key, _) in table.entries.iter() {
        let key: &str = key.get_ref();
        if matches!(key, "verbs" | "needs") {
            continue;
        }
        let (permission, at) = table.text(key)?;
        let kind: ScopeKind = key.parse().map_err(|e: String| table.error(&at, key, e))?;
        if kind == ScopeKind::Tenant {
            return Err(table.error(&at, key, "the tenant is no part of itself"));
        }
        if !roles.iter().any(|r| r.permissions.contains(&permission)) {
            let near = meant(&permission, granted(roles));
            let reason = format!("no role grants {permission:?} without a qualifier{near}");
            return Err(table.error(&at, key, reason));
        }
        out.insert(kind, permission);
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
    let mut out = PartRule {
        permissions: part_permissions(&table, roles)?,
        ..PartRule::default()
    };
    let needs = table.maybe_table("needs")?;
    for (key, value) in needs.iter().flat_map(|needs| needs.entries.iter()) {
        let (what, at): (&str, _) = (key.get_ref(), key.span());
        let of = what
            .strip_suffix(" --state")
            .filter(|_| what == SCOPE_STATE);
        let verb = of.unwrap_or(what);
        if !verbs.contains_key(verb) {
            let reason = format!("{verb:?} is not among [verbs]");
            return Err(table.error(&at, "needs", reason));
        }
        if !Verb::IN_PART_BY_NEED.iter().any(|v| v.name() == verb) {
            let known: Vec<&str> = Verb::IN_PART_BY_NEED.iter().map(|v| v.name()).collect();
            let reason = format!(
                "{verb:?} has no permissions of its own; known are {}, {SCOPE_STATE}",
                known.join(", ")
            );
            return Err(table.error(&at, "needs", reason));
        }
        let DeValue::Table(entries) = value.get_ref() else {
            return Err(table.error(&value.span(), "needs", "must be a table"));
        };
        let path = format!("part.needs.{what:?}");
        let own = Table::new(root.source, &path, value.span(), entries);
        let needed = part_permissions(&own, roles)?;
        out.needs.insert(what.to_owned(), needed);
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
