//! Our own formats: CSV with the columns of [`CSV`], and JSON Lines with the same keys.
//!
//! A blank cell or a missing key says nothing, whatever the column. What no longer holds is said by `-`, in JSON also by
//! `null`: it clears end_date, leave_from, leave_to, team, manager and department. No roles at all are said by `-`, in
//! JSON also by `[]`; `null` says nothing of them.

use super::row::{CLEARED, Cells, Spec, email_cell, nothing_more, null_clears, person};
use crate::domain::{PersonRow, Source, Status};
use crate::formats::columns::{Mapping, SLOTS, Slot, list};
use crate::formats::json::{self, Text};
use crate::formats::values::{Fault, Rules};
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The name of JSON Lines of our own.
pub const JSONL: &str = "jsonl";

const STATUSES: &str =
    "invited, active, suspended, deactivated, expired, deleted; or enabled, disabled, locked";

/// Our own words, and those by which a platform's pages and its API know who may work and who may not (OneSpan Sign).
fn status(word: &str) -> Option<Status> {
    let theirs = |known: &str| word.eq_ignore_ascii_case(known);
    match Status::from_word(word) {
        None if theirs("enabled") => Some(Status::Active),
        None if theirs("disabled") || theirs("locked") => Some(Status::Suspended),
        ours => ours,
    }
}

/// CSV of our own.
pub const CSV: Spec = Spec {
    name: "csv",
    columns: &[
        (Slot::Email, &["email"]),
        (Slot::FirstName, &["first_name"]),
        (Slot::LastName, &["last_name"]),
        (Slot::Status, &["status"]),
        (Slot::Roles, &["roles"]),
        (Slot::Team, &["team"]),
        (Slot::Account, &["account"]),
        (Slot::Mfa, &["mfa"]),
        (Slot::LastLogin, &["last_login"]),
        (Slot::Created, &["created"]),
        (Slot::Kind, &["kind"]),
        (Slot::Language, &["language"]),
        (Slot::Username, &["username"]),
        (Slot::Sid, &["sid"]),
        (Slot::ExternalId, &["external_id"]),
        (Slot::EmployeeId, &["employee_id"]),
        (Slot::Manager, &["manager"]),
        (Slot::Department, &["department"]),
        (Slot::EndDate, &["end_date"]),
        (Slot::LeaveFrom, &["leave_from"]),
        (Slot::LeaveTo, &["leave_to"]),
        (Slot::MfaAt, &["mfa_at"]),
        (Slot::Invited, &["invited"]),
    ],
    needs: &[Slot::Email],
    signs: &[&["email"]],
    email: email_cell,
    status: (status, STATUSES),
    told_by: Source::File,
    finish: nothing_more,
    ours: true,
    note: None,
};

/// The most unknown keys that are remembered for a note.
const MOST_UNREAD: usize = 50;

/// Reads objects with our own keys.
pub struct Objects {
    mapping: Arc<Mapping>,
    unread: BTreeSet<String>,
    told_sign_ins: bool,
}

impl Objects {
    /// A reader that follows a mapping; `tells` when the first object tells of a last sign-in.
    pub fn new(mapping: Mapping, tells: bool) -> Self {
        Objects {
            mapping: Arc::new(mapping),
            unread: BTreeSet::new(),
            told_sign_ins: tells,
        }
    }

    /// Whether any object so far told of a last sign-in.
    pub fn told_sign_ins(&self) -> bool {
        self.told_sign_ins
    }

    /// The mapping it follows.
    pub fn mapping(&self) -> &Arc<Mapping> {
        &self.mapping
    }

    /// The keys that were not read, in one sentence.
    pub fn note(&self) -> Option<String> {
        let keys: Vec<String> = self.unread.iter().cloned().collect();
        (!keys.is_empty()).then(|| format!("keys not read: {}", list(&keys)))
    }

    /// Reads one object.
    pub fn read(&mut self, bytes: &[u8], rules: &Rules) -> Result<PersonRow, Fault> {
        let mut texts: [Text<'_>; SLOTS] = std::array::from_fn(|_| Text::default());
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let visitor = Object {
            reader: self,
            texts: &mut texts,
        };
        json.deserialize_map(visitor)
            .and_then(|()| json.end())
            .map_err(|e| json::unreadable(&e))?;
        let mut cells = Cells::default();
        for (slot, text) in Slot::ALL.iter().zip(&texts) {
            if !text.is_null() && !cells.clear(*slot, text.get()) {
                cells.set(*slot, text.get());
            }
        }
        self.told_sign_ins |= cells.get(Slot::LastLogin).is_some();
        person(&CSV, &cells, rules)
    }

    fn slot(&mut self, key: &str) -> Option<Slot> {
        if let Some(slot) = Slot::ours(key).filter(|slot| self.mapping.of(*slot).is_none()) {
            return Some(slot);
        }
        let found = self.mapping.field(key);
        if found.is_none() && self.unread.len() < MOST_UNREAD && !self.unread.contains(key) {
            self.unread.insert(key.to_owned());
        }
        found
    }
}

struct Object<'r, 't, 'de> {
    reader: &'r mut Objects,
    texts: &'t mut [Text<'de>; SLOTS],
}

impl<'de> Visitor<'de> for Object<'_, '_, 'de> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object with the key email")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match self.reader.slot(key.get()) {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(slot) if !self.texts[slot as usize].is_null() => {
                    let twice = format!("the key {} is there twice", slot.name());
                    return Err(A::Error::custom(twice));
                }
                Some(slot) => {
                    let text = map.next_value::<Text<'de>>()?;
                    let none = match slot {
                        Slot::Roles => text.no_item(),
                        _ => text.is_null() && null_clears(slot),
                    };
                    self.texts[slot as usize] = match none {
                        true => CLEARED.into(),
                        false => text,
                    };
                }
            }
        }
        Ok(())
    }
}
