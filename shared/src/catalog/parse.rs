//! Reads a role catalog from TOML. Every mistake is named with file, line, key and reason; unknown keys are mistakes.

use super::{Catalog, OwnerRule, Role};
use crate::domain::{Kind, SeatHold, Span, Status};
use crate::wire::Verb;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A catalog that cannot be used: where, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {key}: {reason}")]
pub struct CatalogError {
    /// The file it was read from.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// The key at fault, for example `role.permissions`; `(file)` when the whole file is.
    pub key: String,
    /// Why.
    pub reason: String,
}

/// The qualifiers a grant may carry behind a colon.
pub const QUALIFIERS: [&str; 4] = ["own", "group", "read_only", "root_account"];

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
    let roles = roles(&root)?;
    let owner = owner(&root, &roles)?;
    let seats = seats(&root)?;
    let verbs = verbs(&root, &roles)?;
    Ok(Catalog {
        name,
        title,
        roles,
        owner,
        seats,
        invitation_valid,
        verbs,
        hash: Sha256::digest(text.as_bytes()).into(),
    })
}

fn roles(root: &Table<'_>) -> Result<Vec<Role>, CatalogError> {
    let (value, at) = root.need("role")?;
    let DeValue::Array(list) = value else {
        return Err(root.error(&at, "role", "must be written as [[role]] tables"));
    };
    let mut roles: Vec<Role> = Vec::with_capacity(list.len());
    for item in list.iter() {
        let DeValue::Table(table) = item.get_ref() else {
            return Err(root.error(&item.span(), "role", "must be written as [[role]] tables"));
        };
        let role = Table::new(root.source, "role", item.span(), table);
        role.only(&["id", "label", "privileged", "holder", "permissions"])?;
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
        let (holder, at) = role.text("holder")?;
        let holder = holder
            .parse::<Kind>()
            .map_err(|e| role.error(&at, "holder", e))?;
        roles.push(Role {
            id,
            label,
            privileged: role.flag("privileged")?,
            holder,
            permissions: permissions(&role)?,
        });
    }
    if roles.is_empty() {
        return Err(root.error(&at, "role", "a catalog needs at least one role"));
    }
    Ok(roles)
}

fn permissions(role: &Table<'_>) -> Result<Vec<String>, CatalogError> {
    let (value, at) = role.need("permissions")?;
    let DeValue::Array(list) = value else {
        return Err(role.error(&at, "permissions", "must be a list of texts"));
    };
    let mut out: Vec<String> = Vec::with_capacity(list.len());
    for item in list.iter() {
        let at = item.span();
        let DeValue::String(text) = item.get_ref() else {
            return Err(role.error(&at, "permissions", "must be a list of texts"));
        };
        let (name, qualifier) = match text.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (text.as_ref(), None),
        };
        if let Some(qualifier) = qualifier
            && !QUALIFIERS.contains(&qualifier)
        {
            let reason = format!(
                "{qualifier:?} is no qualifier; known are {}",
                QUALIFIERS.join(", ")
            );
            return Err(role.error(&at, "permissions", reason));
        }
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(role.error(&at, "permissions", "a permission is one word"));
        }
        let taken = |p: &String| p.split(':').next() == Some(name);
        if out.iter().any(taken) {
            return Err(role.error(&at, "permissions", format!("{name:?} is granted twice")));
        }
        out.push(text.to_string());
    }
    Ok(out)
}

fn owner(root: &Table<'_>, roles: &[Role]) -> Result<OwnerRule, CatalogError> {
    let owner = root.table("owner")?;
    owner.only(&["role", "min", "max"])?;
    let (role, at) = owner.text("role")?;
    if !roles.iter().any(|r| r.id == role) {
        return Err(owner.error(
            &at,
            "role",
            format!("{role:?} is not a role of this catalog"),
        ));
    }
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
    Ok(OwnerRule { role, min, max })
}

fn seats(root: &Table<'_>) -> Result<[SeatHold; 6], CatalogError> {
    let table = root.table("seats")?;
    let words: Vec<&str> = Status::ALL.iter().map(|s| s.word()).collect();
    table.only(&words)?;
    let mut seats = [SeatHold::None; 6];
    for (slot, word) in seats.iter_mut().zip(words) {
        let (text, at) = table.text(word)?;
        *slot = text.parse().map_err(|e| table.error(&at, word, e))?;
    }
    Ok(seats)
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

struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn error(&self, at: &Range<usize>, key: &str, reason: impl Into<String>) -> CatalogError {
        let before = self.text.as_bytes().get(..at.start).unwrap_or_default();
        CatalogError {
            file: self.file.to_owned(),
            line: 1 + before.iter().filter(|b| **b == b'\n').count(),
            key: key.to_owned(),
            reason: reason.into(),
        }
    }
}

/// A table of the file with the path that leads to it.
struct Table<'a> {
    source: &'a Source<'a>,
    path: &'a str,
    span: Range<usize>,
    entries: &'a DeTable<'a>,
}

type Found<'a> = (&'a DeValue<'a>, Range<usize>);

impl<'a> Table<'a> {
    fn new(
        source: &'a Source<'a>,
        path: &'a str,
        span: Range<usize>,
        entries: &'a DeTable<'a>,
    ) -> Self {
        Table {
            source,
            path,
            span,
            entries,
        }
    }

    fn error(&self, at: &Range<usize>, key: &str, reason: impl Into<String>) -> CatalogError {
        let key = match (self.path, key.contains(' ')) {
            ("", _) => key.to_owned(),
            (path, false) => format!("{path}.{key}"),
            (path, true) => format!("{path}.{key:?}"),
        };
        self.source.error(at, &key, reason)
    }

    fn only(&self, known: &[&str]) -> Result<(), CatalogError> {
        for (key, _) in self.entries.iter() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let reason = format!("unknown key; known are {}", known.join(", "));
                return Err(self.error(&key.span(), name, reason));
            }
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Option<Found<'a>> {
        let found = self.entries.iter().find(|(k, _)| k.get_ref() == key);
        found.map(|(_, v)| (v.get_ref(), v.span()))
    }

    fn need(&self, key: &str) -> Result<Found<'a>, CatalogError> {
        self.get(key)
            .ok_or_else(|| self.error(&self.span, key, "missing"))
    }

    fn text(&self, key: &str) -> Result<(String, Range<usize>), CatalogError> {
        match self.need(key)? {
            (DeValue::String(text), at) => Ok((text.to_string(), at)),
            (_, at) => Err(self.error(&at, key, "must be a text in quotes")),
        }
    }

    fn flag(&self, key: &str) -> Result<bool, CatalogError> {
        match self.need(key)? {
            (DeValue::Boolean(flag), _) => Ok(*flag),
            (_, at) => Err(self.error(&at, key, "must be true or false")),
        }
    }

    fn count(&self, key: &str) -> Result<(u32, Range<usize>), CatalogError> {
        let (value, at) = self.need(key)?;
        if let DeValue::Integer(number) = value
            && let Ok(number) = u32::from_str_radix(number.as_str(), number.radix())
        {
            return Ok((number, at));
        }
        Err(self.error(&at, key, "must be a whole number, not negative"))
    }

    fn table(&self, key: &'a str) -> Result<Table<'a>, CatalogError> {
        match self.need(key)? {
            (DeValue::Table(table), at) => Ok(Table::new(self.source, key, at, table)),
            (_, at) => Err(self.error(&at, key, "must be a table")),
        }
    }
}
