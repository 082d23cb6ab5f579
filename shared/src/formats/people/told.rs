//! What a file said of a person beside the row that was made of it: should a rule refuse the row, its cells go back as
//! they came, so that they can be mended and imported again.

use super::row::{CLEARED, Spec, null_clears};
use crate::domain::{Day, PersonRow, Told};
use crate::formats::columns::{Columns, Mapping, OURS, Slot, is_secret};
use crate::formats::records::Record;
use crate::text::csv_text;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A row of a people file, and what stood in the file.
#[derive(Debug, Clone)]
pub struct ToldPerson {
    /// What was read.
    pub row: PersonRow,
    source: Source,
}

/// What stood in the file, kept small: few rows are ever refused.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// The cells of a CSV record behind each other, and where each one ends.
    Cells {
        columns: Arc<Columns>,
        ours: bool,
        text: Box<[u8]>,
        ends: Box<[usize]>,
    },
    /// An object with our own keys, or those mapped to them.
    Object {
        mapping: Arc<Mapping>,
        bytes: Box<[u8]>,
    },
    /// Another's object, which fits into no table: the row says all that was read of it …
    Row,
    /// … or, where a value of it could not be read, its values as they stand there, under our own names.
    Values(Vec<(Slot, String)>),
}

/// Two rows that say the same are the same request, however they were written.
impl Hash for ToldPerson {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.row.hash(state);
    }
}

impl ToldPerson {
    pub(super) fn new(row: PersonRow, source: Source) -> Self {
        ToldPerson { row, source }
    }

    /// Every told cell by its column: as the file has them for CSV, as our own columns (or those mapped to them) for
    /// JSON. None of a password column, and of our own formats none that is not read.
    pub fn cells(&self) -> Vec<(String, String)> {
        match &self.source {
            Source::Row => okta(|slot| said(&self.row, slot)),
            source => source.table(),
        }
    }
}

impl Source {
    pub fn cells(columns: &Arc<Columns>, spec: &Spec, record: &Record<'_>) -> Self {
        let (text, ends) = record.parts();
        Source::Cells {
            columns: columns.clone(),
            ours: spec.ours,
            text: text.into(),
            ends: ends.into(),
        }
    }

    pub fn object(mapping: &Arc<Mapping>, bytes: &[u8]) -> Self {
        Source::Object {
            mapping: mapping.clone(),
            bytes: bytes.into(),
        }
    }

    /// The cells of an element that could not be read: the columns that the file's other rows have come first, so that
    /// one table holds them all.
    pub fn beside(&self, shown: Vec<(String, String)>) -> Vec<(String, String)> {
        if shown.is_empty() {
            return shown;
        }
        let mut cells = match self {
            Source::Row => okta(|_| String::new()),
            // Every value that would be read has its column already.
            Source::Values(_) => return self.table(),
            source => source.table(),
        };
        let own = |name: &str| cells.iter().any(|(known, _)| known == name);
        // Of our own format only keys that are known are carried, with all beneath them.
        let read = |name: &str| match self {
            Source::Object { mapping, .. } => {
                let key = name.split(['.', '[']).next().unwrap_or_default();
                mapping.field(key).is_some()
            }
            _ => true,
        };
        let more = shown.into_iter();
        let more: Vec<_> = more.filter(|(name, _)| !own(name) && read(name)).collect();
        cells.extend(more);
        cells
    }

    fn table(&self) -> Vec<(String, String)> {
        match self {
            Source::Row => Vec::new(),
            Source::Values(values) => okta(|slot| {
                let value = values.iter().find(|(known, _)| *known == slot);
                value.map(|(_, text)| text.clone()).unwrap_or_default()
            }),
            Source::Cells {
                columns,
                ours,
                text,
                ends,
            } => {
                let starts = std::iter::once(0).chain(ends.iter().copied());
                let cells = starts.zip(ends.iter()).map(|(from, to)| &text[from..*to]);
                // The mark of our own exports is set again where the cell is written.
                columns.named(cells, *ours, |cell| match ours {
                    true => csv_text(cell.trim()).to_owned(),
                    false => cell.to_owned(),
                })
            }
            Source::Object { mapping, bytes } => {
                let object: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_slice(bytes).unwrap_or_default();
                ours(|slot| {
                    let name = match mapping.of(slot) {
                        Some("") => return None,
                        Some(theirs) => theirs,
                        None => slot.name(),
                    };
                    let mut keys = object.iter().filter(|(key, _)| !is_secret(key));
                    let value = keys.find(|(key, _)| mapping.field(key) == Some(slot));
                    let cell = value.map(|(_, value)| cell(slot, value));
                    Some((name, cell.unwrap_or_default()))
                })
            }
        }
    }
}

/// One cell for each of our own columns, so that all rows of a file have the same; a blank one says nothing.
fn ours<'a>(cell: impl Fn(Slot) -> Option<(&'a str, String)>) -> Vec<(String, String)> {
    let slots = Slot::ALL[..OURS].iter();
    slots
        .filter_map(|slot| cell(*slot))
        .map(|(name, text)| (name.to_owned(), text))
        .collect()
}

/// The same with the columns that users of Okta have: a blank cell of another one, of roles, would say that there are none.
fn okta(cell: impl Fn(Slot) -> String) -> Vec<(String, String)> {
    let slots = super::okta::SAID.iter();
    slots
        .map(|slot| (slot.name().to_owned(), cell(*slot)))
        .collect()
}

/// A value of an object as the cell that says the same.
fn cell(slot: Slot, value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null if null_clears(slot) => CLEARED.to_owned(),
        serde_json::Value::Null | serde_json::Value::Object(_) => String::new(),
        serde_json::Value::Array(items) if items.is_empty() && slot == Slot::Roles => {
            CLEARED.to_owned()
        }
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| cell(slot, item)).collect();
            items.join("|")
        }
        other => other.to_string(),
    }
}

/// What a row says of a field, as a cell of our own format.
fn said(row: &PersonRow, slot: Slot) -> String {
    fn text(text: &Option<String>) -> String {
        text.clone().unwrap_or_default()
    }
    fn word(word: Option<impl ToString>) -> String {
        word.map(|word| word.to_string()).unwrap_or_default()
    }
    fn kept(text: &Option<String>) -> String {
        match text.as_deref() {
            Some("") => CLEARED.to_owned(),
            text => text.unwrap_or_default().to_owned(),
        }
    }
    fn day(day: Option<Option<Day>>) -> String {
        match day {
            Some(None) => CLEARED.to_owned(),
            day => word(day.flatten()),
        }
    }
    match slot {
        Slot::Email => row.email.clone(),
        Slot::FirstName => text(&row.first_name),
        Slot::LastName => text(&row.last_name),
        Slot::Status => word(row.status),
        Slot::Roles => kept(&row.roles.as_ref().map(|r| r.join("|"))),
        Slot::Team => kept(&row.team),
        Slot::Account => text(&row.account),
        Slot::Mfa => word(row.mfa),
        Slot::LastLogin => match row.last_sign_in {
            Some(Told::Never) => "never".to_owned(),
            Some(Told::At(at)) => at.to_string(),
            None => String::new(),
        },
        Slot::Created => word(row.created),
        Slot::Invited => word(row.invited_at),
        Slot::Kind => word(row.kind),
        Slot::Language => text(&row.language),
        Slot::Username => text(&row.username),
        Slot::Sid => text(&row.sid),
        Slot::ExternalId => text(&row.external_id),
        Slot::EmployeeId => text(&row.employee_id),
        Slot::Manager => kept(&row.manager),
        Slot::Department => kept(&row.department),
        Slot::EndDate => day(row.end_date),
        Slot::LeaveFrom => day(row.leave_from),
        Slot::LeaveTo => day(row.leave_to),
        Slot::MfaAt => word(row.mfa_at),
        Slot::DisplayName
        | Slot::Enrolled
        | Slot::Enforced
        | Slot::UserType
        | Slot::Enabled
        | Slot::Invitation => String::new(),
    }
}
