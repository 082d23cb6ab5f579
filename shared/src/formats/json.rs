//! Pieces of JSON as borrowed text, and what is shown of an element that is set aside.

use super::columns::{is_secret, shown};
use super::values::{Fault, LONGEST_TEXT};
use crate::text::safe;
use crate::wire::import::Rejected;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A text, borrowed from the file where it holds no escapes. A number or a truth value is taken as written; `null`
/// and a missing key are told apart from an empty text by [`Text::is_null`] and by `Option` around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text<'a> {
    said: Option<Cow<'a, str>>,
    /// Whether it is a list without an item.
    no_item: bool,
}

impl<'a> Text<'a> {
    fn of(said: Option<Cow<'a, str>>) -> Self {
        let no_item = false;
        Text { said, no_item }
    }

    /// Whether it is a list without an item, which says more than an empty text.
    pub fn no_item(&self) -> bool {
        self.no_item
    }

    /// The text; empty when there is none.
    pub fn get(&self) -> &str {
        self.said.as_deref().unwrap_or_default().trim()
    }

    /// The text, when it is not empty.
    pub fn some(&self) -> Option<&str> {
        Some(self.get()).filter(|t| !t.is_empty())
    }

    /// Whether nothing was said.
    pub fn is_null(&self) -> bool {
        self.said.is_none()
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Text::of(Some(Cow::Borrowed(text)))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Text<'de>, E> {
                Ok(Text::of(Some(Cow::Borrowed(v))))
            }
            fn visit_str<E: Error>(self, v: &str) -> Result<Text<'de>, E> {
                Ok(Text::of(Some(Cow::Owned(v.to_owned()))))
            }
            fn visit_unit<E: Error>(self) -> Result<Text<'de>, E> {
                Ok(Text::of(None))
            }
            fn visit_bool<E: Error>(self, v: bool) -> Result<Text<'de>, E> {
                Ok(Text::of(Some(Cow::Borrowed(if v {
                    "true"
                } else {
                    "false"
                }))))
            }
            fn visit_u64<E: Error>(self, v: u64) -> Result<Text<'de>, E> {
                Ok(Text::of(Some(Cow::Owned(v.to_string()))))
            }
            fn visit_i64<E: Error>(self, v: i64) -> Result<Text<'de>, E> {
                Ok(Text::of(Some(Cow::Owned(v.to_string()))))
            }
            fn visit_f64<E: Error>(self, v: f64) -> Result<Text<'de>, E> {
                Ok(Text::of(Some(Cow::Owned(v.to_string()))))
            }
            /// A list becomes a cell with `|` between its texts.
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text<'de>, A::Error> {
                let mut out = String::new();
                let mut no_item = true;
                while let Some(item) = seq.next_element::<Text<'de>>()? {
                    no_item = false;
                    if item.get().contains('|') {
                        return Err(A::Error::custom("a text in a list must not contain |"));
                    }
                    if out.len() > LONGEST_TEXT {
                        return Err(A::Error::custom("a list that is too long"));
                    }
                    if !out.is_empty() {
                        out.push('|');
                    }
                    out.push_str(item.get());
                }
                let said = Some(Cow::Owned(out));
                Ok(Text { said, no_item })
            }
        }
        d.deserialize_any(Any)
    }
}

/// Reads one element.
pub(super) fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|e| unreadable(&e))
}

/// An element that is no JSON, or not of the shape expected.
pub(super) fn unreadable(error: &serde_json::Error) -> Fault {
    let reason: String = error.to_string().chars().take(200).collect();
    let reason = format!("not readable: {}", safe(&reason));
    Fault { field: "", reason }
}

/// A row set aside, with what its element says; keys with a password, and all beneath them, are left out, and an
/// element that is no JSON is not shown at all.
pub(super) fn rejected(line: u64, fault: Fault, bytes: &[u8]) -> Rejected {
    let mut row = Vec::new();
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) {
        flatten("", &value, &mut row);
    }
    Rejected {
        line,
        field: fault.field.to_owned(),
        reason: fault.reason,
        row,
    }
}

/// The most cells of an element that are shown.
const MOST_SHOWN: usize = 100;

fn flatten(path: &str, value: &serde_json::Value, row: &mut Vec<(String, String)>) {
    if row.len() >= MOST_SHOWN {
        return;
    }
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| !is_secret(key)) {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                flatten(&path, value, row);
            }
        }
        serde_json::Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                flatten(&format!("{path}[{n}]"), value, row);
            }
        }
        serde_json::Value::String(text) => row.push((shown(path), shown(text))),
        serde_json::Value::Null => {}
        other => row.push((shown(path), other.to_string())),
    }
}
