//! What a catalog says of scopes, features, tiers and pools of seats.

use super::Role;
use super::near::meant;
use super::table::{CatalogError, Table};
use crate::domain::ScopeKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A kind of scope below the root, and what it may lie in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRule {
    /// The kind.
    pub kind: ScopeKind,
    /// The kinds it may lie in; `tenant` is the root.
    pub parents: Vec<ScopeKind>,
    /// The widest kind at which roles of this kind may be held, and count in all that lies in it; none is the root.
    #[serde(default)]
    pub held_from: Option<ScopeKind>,
    /// Names it may have, where they are fixed (IgniSign's environments); empty is any.
    pub names: Vec<String>,
    /// A fixed name → what people read in its place.
    #[serde(default)]
    pub shown: BTreeMap<String, String>,
    /// What the vendor calls it.
    pub label: String,
}

/// A feature switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Identifier.
    pub id: String,
    /// What it brings, one sentence.
    pub meaning: String,
    /// Once on, it cannot be switched off.
    pub one_way: bool,
    /// Features it cannot be on together with.
    pub excludes: Vec<String>,
    /// Whether it is on in a new tenant.
    pub default: bool,
}

/// A subscription tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Identifier.
    pub id: String,
    /// Words on screen.
    pub label: String,
    /// Users at most; none is unlimited or by contract.
    pub max_users: Option<u32>,
    /// Features it brings.
    pub features: Vec<String>,
}

/// Seats counted apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// Identifier.
    pub id: String,
    /// Words on screen.
    pub label: String,
    /// Roles whose holders take their seat from it; the first pool that names a held role counts.
    pub roles: Vec<String>,
}

fn plain(list: Vec<(String, std::ops::Range<usize>)>) -> Vec<String> {
    list.into_iter().map(|(t, _)| t).collect()
}

pub(super) fn scopes(root: &Table<'_>) -> Result<Vec<ScopeRule>, CatalogError> {
    let mut out: Vec<ScopeRule> = Vec::new();
    for table in root.tables("scope")? {
        table.only(&["kind", "parents", "held_from", "names", "shown", "label"])?;
        let mut parents = Vec::new();
        for (text, at) in table.texts("parents")? {
            let kind = text
                .parse()
                .map_err(|e: String| table.error(&at, "parents", e))?;
            parents.push(kind);
        }
        let names = plain(table.texts("names")?);
        let mut shown = BTreeMap::new();
        if let Some(words) = table.maybe_table("shown")? {
            for (key, _) in words.entries.iter() {
                let name: &str = key.get_ref();
                let (text, at) = words.text(name)?;
                if !names.iter().any(|n| n == name) {
                    let reason = format!("{name:?} is not one of the names");
                    return Err(table.error(&at, "shown", reason));
                }
                if names.contains(&text) || text.contains('/') {
                    let reason = "must be another text than the names, without a `/`";
                    return Err(table.error(&at, "shown", reason));
                }
                shown.insert(name.to_owned(), text);
            }
        }
        let held_from = match table.get("held_from") {
            None => None,
            Some(_) => Some(table.word("held_from")?),
        };
        out.push(ScopeRule {
            kind: table.word("kind")?,
            parents,
            held_from,
            names,
            shown,
            label: table.text("label")?.0,
        });
    }
    Ok(out)
}

pub(super) fn features(root: &Table<'_>) -> Result<Vec<Feature>, CatalogError> {
    let mut out: Vec<Feature> = Vec::new();
    let mut excluded = Vec::new();
    for table in root.tables("feature")? {
        table.only(&["id", "meaning", "one_way", "excludes", "default"])?;
        let (id, at) = table.text("id")?;
        if out.iter().any(|f| f.id == id) {
            return Err(table.error(&at, "id", format!("{id:?} is listed twice")));
        }
        let excludes = table.texts("excludes")?;
        excluded.extend(excludes.iter().cloned());
        out.push(Feature {
            id,
            meaning: table.text("meaning")?.0,
            one_way: table.flag_or_false("one_way")?,
            excludes: plain(excludes),
            default: table.flag_or_false("default")?,
        });
    }
    for (other, at) in excluded {
        if !out.iter().any(|f| f.id == other) {
            let near = meant(&other, out.iter().map(|f| f.id.as_str()));
            let reason = format!("{other:?} is not a [[feature]] of this catalog{near}");
            return Err(root.error(&at, "feature.excludes", reason));
        }
    }
    Ok(out)
}

pub(super) fn tiers(root: &Table<'_>, features: &[Feature]) -> Result<Vec<Tier>, CatalogError> {
    let mut out: Vec<Tier> = Vec::new();
    for table in root.tables("tier")? {
        table.only(&["id", "label", "max_users", "features"])?;
        let brings = table.texts("features")?;
        for (feature, at) in &brings {
            if !features.iter().any(|f| f.id == *feature) {
                let near = meant(feature, features.iter().map(|f| f.id.as_str()));
                let reason = format!("{feature:?} is not a [[feature]] of this catalog{near}");
                return Err(table.error(at, "features", reason));
            }
        }
        out.push(Tier {
            id: table.text("id")?.0,
            label: table.text("label")?.0,
            max_users: match table.get("max_users") {
                None => None,
                Some(_) => Some(table.count("max_users")?.0),
            },
            features: plain(brings),
        });
    }
    Ok(out)
}

pub(super) fn pools(root: &Table<'_>, roles: &[Role]) -> Result<Vec<Pool>, CatalogError> {
    let mut out: Vec<Pool> = Vec::new();
    for table in root.tables("pool")? {
        table.only(&["id", "label", "roles"])?;
        let of = table.texts("roles")?;
        for (role, at) in &of {
            if !roles.iter().any(|r| r.id == *role) {
                let near = meant(role, roles.iter().map(|r| r.id.as_str()));
                let reason = format!("{role:?} is not a role of this catalog{near}");
                return Err(table.error(at, "roles", reason));
            }
        }
        out.push(Pool {
            id: table.text("id")?.0,
            label: table.text("label")?.0,
            roles: plain(of),
        });
    }
    Ok(out)
}

pub(super) fn user_types(
    root: &Table<'_>,
    roles: &[Role],
) -> Result<Vec<(String, Vec<String>)>, CatalogError> {
    let mut out = Vec::new();
    for table in root.tables("user_type")? {
        table.only(&["label", "roles"])?;
        let of = table.texts("roles")?;
        for (role, at) in &of {
            if !roles.iter().any(|r| r.id == *role) {
                let near = meant(role, roles.iter().map(|r| r.id.as_str()));
                let reason = format!("{role:?} is not a role of this catalog{near}");
                return Err(table.error(at, "roles", reason));
            }
        }
        out.push((table.text("label")?.0, plain(of)));
    }
    Ok(out)
}
