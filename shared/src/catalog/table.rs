//! Walking the TOML of a catalog with the place of every value, so that each mistake is named with file, line and key.

use super::near::meant;
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

pub(super) struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    pub fn error(&self, at: &Range<usize>, key: &str, reason: impl Into<String>) -> CatalogError {
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
pub(super) struct Table<'a> {
    pub source: &'a Source<'a>,
    path: &'a str,
    pub span: Range<usize>,
    pub entries: &'a DeTable<'a>,
}

pub(super) type Found<'a> = (&'a DeValue<'a>, Range<usize>);

impl<'a> Table<'a> {
    pub fn new(
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

    pub fn error(&self, at: &Range<usize>, key: &str, reason: impl Into<String>) -> CatalogError {
        let key = match (self.path, key.contains(' ')) {
            ("", _) => key.to_owned(),
            (path, false) => format!("{path}.{key}"),
            (path, true) => format!("{path}.{key:?}"),
        };
        self.source.error(at, &key, reason)
    }

    pub fn only(&self, known: &[&str]) -> Result<(), CatalogError> {
        for (key, _) in self.entries.iter() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let near = meant(name, known.iter().copied());
                let reason = format!("unknown key{near}; known are {}", known.join(", "));
                return Err(self.error(&key.span(), name, reason));
            }
        }
        Ok(())
    }

    pub fn get(&self, key: &str) -> Option<Found<'a>> {
        let found = self.entries.iter().find(|(k, _)| k.get_ref() == key);
        found.map(|(_, v)| (v.get_ref(), v.span()))
    }

    pub fn need(&self, key: &str) -> Result<Found<'a>, CatalogError> {
        self.get(key)
            .ok_or_else(|| self.error(&self.span, key, "missing"))
    }

    pub fn text(&self, key: &str) -> Result<(String, Range<usize>), CatalogError> {
        match self.need(key)? {
            (DeValue::String(text), at) => Ok((text.to_string(), at)),
            (_, at) => Err(self.error(&at, key, "must be a text in quotes")),
        }
    }

    pub fn flag(&self, key: &str) -> Result<bool, CatalogError> {
        match self.need(key)? {
            (DeValue::Boolean(flag), _) => Ok(*flag),
            (_, at) => Err(self.error(&at, key, "must be true or false")),
        }
    }

    pub fn count(&self, key: &str) -> Result<(u32, Range<usize>), CatalogError> {
        let (value, at) = self.need(key)?;
        if let DeValue::Integer(number) = value
            && let Ok(number) = u32::from_str_radix(number.as_str(), number.radix())
        {
            return Ok((number, at));
        }
        Err(self.error(&at, key, "must be a whole number, not negative"))
    }

    pub fn table(&self, key: &'a str) -> Result<Table<'a>, CatalogError> {
        match self.need(key)? {
            (DeValue::Table(table), at) => Ok(Table::new(self.source, key, at, table)),
            (_, at) => Err(self.error(&at, key, "must be a table")),
        }
    }

    /// A text, or nothing when the key is absent.
    pub fn maybe_text(&self, key: &str) -> Result<Option<(String, Range<usize>)>, CatalogError> {
        match self.get(key) {
            None => Ok(None),
            Some(_) => self.text(key).map(Some),
        }
    }

    /// A text, or an empty one when the key is absent.
    pub fn text_or_empty(&self, key: &str) -> Result<String, CatalogError> {
        Ok(self.maybe_text(key)?.map(|(t, _)| t).unwrap_or_default())
    }

    /// A flag; false when the key is absent.
    pub fn flag_or_false(&self, key: &str) -> Result<bool, CatalogError> {
        match self.get(key) {
            None => Ok(false),
            Some(_) => self.flag(key),
        }
    }

    /// A word of a list of words.
    pub fn word<T: std::str::FromStr<Err = String>>(&self, key: &str) -> Result<T, CatalogError> {
        let (text, at) = self.text(key)?;
        text.parse().map_err(|e: String| self.error(&at, key, e))
    }

    /// A list of texts, each with its place; empty when the key is absent.
    pub fn texts(&self, key: &str) -> Result<Vec<(String, Range<usize>)>, CatalogError> {
        let Some((value, at)) = self.get(key) else {
            return Ok(Vec::new());
        };
        let wrong = |at: &Range<usize>| self.error(at, key, "must be a list of texts");
        let DeValue::Array(list) = value else {
            return Err(wrong(&at));
        };
        let mut out = Vec::with_capacity(list.len());
        for item in list.iter() {
            match item.get_ref() {
                DeValue::String(text) => out.push((text.to_string(), item.span())),
                _ => return Err(wrong(&item.span())),
            }
        }
        Ok(out)
    }

    /// The tables of an array of tables; none when the key is absent.
    pub fn tables(&self, key: &'a str) -> Result<Vec<Table<'a>>, CatalogError> {
        let Some((value, at)) = self.get(key) else {
            return Ok(Vec::new());
        };
        let wrong =
            |at: &Range<usize>| self.error(at, key, format!("must be written as [[{key}]] tables"));
        let DeValue::Array(list) = value else {
            return Err(wrong(&at));
        };
        let mut out = Vec::with_capacity(list.len());
        for item in list.iter() {
            match item.get_ref() {
                DeValue::Table(table) => {
                    out.push(Table::new(self.source, key, item.span(), table));
                }
                _ => return Err(wrong(&item.span())),
            }
        }
        Ok(out)
    }

    /// A table, or nothing when the key is absent.
    pub fn maybe_table(&self, key: &'a str) -> Result<Option<Table<'a>>, CatalogError> {
        match self.get(key) {
            None => Ok(None),
            Some(_) => self.table(key).map(Some),
        }
    }
}
