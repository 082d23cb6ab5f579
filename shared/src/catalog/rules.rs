//! What a catalog says of permissions and of the actions they open.

use super::near::meant;
use super::plans::Feature;
use super::qualifier::QUALIFIER_MARK;
use super::table::{CatalogError, Table};
use crate::domain::account::words;
use serde::{Deserialize, Serialize};

/// One permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// Identifier.
    pub id: String,
    /// The vendor's own words for it.
    pub name: String,
    /// What it allows, one sentence.
    pub meaning: String,
    /// Older names and stored values that mean the same.
    pub aliases: Vec<String>,
    /// Permissions without which it is of no use.
    pub needs: Vec<String>,
    /// Features that must be on for it to show.
    pub features: Vec<String>,
    /// What to do instead, where no role grants it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

impl Permission {
    /// Whether this text is its identifier, name or an older name, compared without case.
    pub fn answers_to(&self, text: &str) -> bool {
        let names = [&self.id, &self.name];
        names
            .into_iter()
            .chain(&self.aliases)
            .any(|n| n.eq_ignore_ascii_case(text))
    }
}

/// How somebody must stand to a thing for a way to be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// However they stand to it.
    Any,
    /// It is theirs.
    Own,
    /// It is shared with a group or team they are in.
    Group,
    /// It is shared with them by name.
    Shared,
    /// It is a template, and shared with a group or team they are in.
    GroupTemplate,
}
words!(Relation { Any = "any", Own = "own", Group = "group", Shared = "shared", GroupTemplate = "group_template" });

/// One way to an action: a permission, and how one must stand to the thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The permission's identifier.
    pub permission: String,
    /// How one must stand to the thing.
    pub relation: Relation,
}

/// What people do, in plain words, and the ways to it; any one of them is enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Identifier, for example `document.open`.
    pub id: String,
    /// One sentence.
    pub meaning: String,
    /// Whether it changes something: a read-only grant does not open it.
    pub changes: bool,
    /// Whether who acts for another may do it with the other's things.
    #[serde(default)]
    pub delegate: bool,
    /// The ways to it, in the order they are tried.
    pub ways: Vec<Way>,
    /// What to do when it is refused, one sentence; may be empty.
    pub remedy: String,
}

pub(super) fn permissions(
    root: &Table<'_>,
    known: &[Feature],
) -> Result<Vec<Permission>, CatalogError> {
    let mut out: Vec<Permission> = Vec::new();
    let mut needed = Vec::new();
    for table in root.tables("permission")? {
        table.only(&[
            "id", "name", "meaning", "aliases", "needs", "features", "remedy",
        ])?;
        let (id, at) = table.text("id")?;
        if id.is_empty() || id.contains(char::is_whitespace) || id.contains(QUALIFIER_MARK) {
            return Err(table.error(&at, "id", "a permission is one word without a colon"));
        }
        if out.iter().any(|p| p.id == id) {
            return Err(table.error(&at, "id", format!("{id:?} is listed twice")));
        }
        let features = table.texts("features")?;
        for (feature, at) in &features {
            if !known.iter().any(|f| f.id == *feature) {
                let near = meant(feature, known.iter().map(|f| f.id.as_str()));
                let reason = format!("{feature:?} is not a [[feature]] of this catalog{near}");
                return Err(table.error(at, "features", reason));
            }
        }
        let only = |list: Vec<(String, _)>| list.into_iter().map(|(t, _)| t).collect::<Vec<_>>();
        let needs = table.texts("needs")?;
        needed.extend(needs.iter().cloned());
        let (name, _) = match table.maybe_text("name")? {
            Some(name) => name,
            None => (id.clone(), at),
        };
        out.push(Permission {
            name,
            meaning: table.text("meaning")?.0,
            aliases: only(table.texts("aliases")?),
            needs: only(needs),
            features: only(features),
            remedy: table.text_or_empty("remedy")?,
            id,
        });
    }
    for (need, at) in needed {
        if !out.iter().any(|p| p.id == need) {
            let near = meant(&need, out.iter().map(|p| p.id.as_str()));
            let reason = format!("{need:?} is not a [[permission]] of this catalog{near}");
            return Err(root.error(&at, "permission.needs", reason));
        }
    }
    Ok(out)
}

pub(super) fn actions(
    root: &Table<'_>,
    permissions: &[Permission],
) -> Result<Vec<Action>, CatalogError> {
    let mut out: Vec<Action> = Vec::new();
    for table in root.tables("action")? {
        table.only(&["id", "meaning", "changes", "delegate", "ways", "remedy"])?;
        let (id, at) = table.text("id")?;
        let taken = out.iter().any(|a| a.id == id) || permissions.iter().any(|p| p.id == id);
        if taken {
            return Err(table.error(&at, "id", format!("{id:?} is taken already")));
        }
        let mut ways = Vec::new();
        for (text, at) in table.texts("ways")? {
            let (permission, relation) = match text.split_once('@') {
                Some((permission, relation)) => {
                    let relation = relation
                        .parse()
                        .map_err(|e: String| table.error(&at, "ways", e))?;
                    (permission.to_owned(), relation)
                }
                None => (text, Relation::Any),
            };
            if !permissions.iter().any(|p| p.id == permission) {
                let near = meant(&permission, permissions.iter().map(|p| p.id.as_str()));
                let reason =
                    format!("{permission:?} is not a [[permission]] of this catalog{near}");
                return Err(table.error(&at, "ways", reason));
            }
            ways.push(Way {
                permission,
                relation,
            });
        }
        if ways.is_empty() {
            return Err(table.error(&at, "ways", "an action needs at least one way"));
        }
        out.push(Action {
            id,
            meaning: table.text("meaning")?.0,
            changes: table.flag_or_false("changes")?,
            delegate: table.flag_or_false("delegate")?,
            ways,
            remedy: table.text_or_empty("remedy")?,
        });
    }
    Ok(out)
}
