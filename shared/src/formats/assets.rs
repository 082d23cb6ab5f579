//! Asset files: what accounts own at the signing vendor. CSV with the columns `id,kind,state,owner,updated`, and JSON
//! Lines with the same keys; `state` and `updated` may be left out.
//!
//! The kind is a word of [`AssetKind`], or `envelope` (also `transaction`), and then the state decides whether it is a
//! draft, still runs, or has come to its end.

use super::columns::{is_secret, list, normal, shown};
use super::detect::{Shape, header_of, shape};
use super::elements::{self, Elements};
use super::input::Input;
use super::json::{self, Text};
use super::records::{self, Record, Records};
use super::values::{self, Fault, Rules, quote};
use super::{FormatError, Options};
use crate::domain::{AssetKind, AssetSeen};
use crate::text::{counted, csv_text, safe};
use crate::wire::import::Rejected;
use serde::Deserialize;
use std::io::Read;

pub(super) const NAMES: &[&str] = &["csv", "jsonl"];

const HELP: &str =
    "An asset file has the columns (or keys) id, kind and owner, and may have state and updated";

const COLUMNS: [&str; 5] = ["id", "kind", "owner", "state", "updated"];
/// The first columns have to be there.
const NEEDED: usize = 3;

/// States of an envelope that still runs, as vendors write them.
const RUNNING: [&str; 9] = [
    "sent",
    "pending",
    "in_progress",
    "inprogress",
    "active",
    "started",
    "waiting",
    "delivered",
    "signing_pending",
];
/// States of an envelope that has come to its end.
const ENDED: [&str; 12] = [
    "completed",
    "signed",
    "finished",
    "declined",
    "rejected",
    "opted_out",
    "voided",
    "canceled",
    "cancelled",
    "expired",
    "recalled",
    "archived",
];
/// States of an envelope that was not sent yet.
const DRAFTS: [&str; 3] = ["draft", "created", "in_preparation"];

/// An asset file being read, row by row.
pub struct AssetReader {
    format: &'static str,
    source: Source,
    unread: Vec<String>,
    rules: Rules,
    stopped: bool,
}

enum Source {
    Csv {
        records: Records,
        names: Vec<String>,
        at: [Option<usize>; COLUMNS.len()],
    },
    Json(Elements),
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    owner: Text<'a>,
    #[serde(borrow, default)]
    state: Text<'a>,
    #[serde(borrow, default)]
    updated: Text<'a>,
}

/// Opens an asset file.
pub(super) fn open(
    reader: Box<dyn Read + Send>,
    options: &Options,
) -> Result<AssetReader, FormatError> {
    let wanted = options.format.as_deref();
    if let Some(name) = wanted.filter(|name| !NAMES.contains(name)) {
        return Err(FormatError::Name {
            name: safe(name).to_string(),
            known: NAMES.join(", "),
        });
    }
    let mut input = Input::new(reader);
    let mut unread = Vec::new();
    let (format, source) = match shape(&mut input)? {
        Shape::Json if wanted != Some("csv") => ("jsonl", Source::Json(Elements::new(input))),
        Shape::Csv { delimiter } if wanted != Some("jsonl") => {
            let mut records = Records::new(input, delimiter);
            let names = header_of(&mut records)?;
            let normals: Vec<String> = names.iter().map(|n| normal(n)).collect();
            let mut at = [None; COLUMNS.len()];
            for (slot, column) in at.iter_mut().zip(COLUMNS) {
                let mut found = (0..names.len()).filter(|n| normals[*n] == column);
                *slot = found.next();
                if found.next().is_some() {
                    return Err(FormatError::Duplicate(column.to_owned()));
                }
            }
            let missing: Vec<&str> = (0..NEEDED)
                .filter(|n| at[*n].is_none())
                .map(|n| COLUMNS[n])
                .collect();
            if !missing.is_empty() {
                return Err(FormatError::Missing {
                    missing: missing.join(", "),
                    found: list(&names),
                });
            }
            let other = (0..names.len()).filter(|n| !at.contains(&Some(*n)));
            unread = other.map(|n| names[n].clone()).collect();
            ("csv", Source::Csv { records, names, at })
        }
        Shape::Json | Shape::Csv { .. } => {
            return Err(FormatError::Unknown {
                found: "another format than the one named".to_owned(),
                help: HELP.to_owned(),
            });
        }
    };
    Ok(AssetReader {
        format,
        source,
        unread,
        rules: options.rules(),
        stopped: false,
    })
}

impl AssetReader {
    /// The format's name.
    pub fn format(&self) -> &'static str {
        self.format
    }

    /// Columns that were not read, in one sentence; none when all were.
    pub fn note(&self) -> Option<String> {
        (!self.unread.is_empty()).then(|| format!("columns not read: {}", list(&self.unread)))
    }

    /// Why reading stopped before the end of the file; none when it did not. Such a file is never a complete one.
    pub fn error(&self) -> Option<&str> {
        match &self.source {
            Source::Csv { records, .. } => records.error(),
            Source::Json(elements) => elements.error(),
        }
    }

    fn end(&mut self) -> Option<Result<AssetSeen, Rejected>> {
        if std::mem::replace(&mut self.stopped, true) {
            return None;
        }
        let line = match &self.source {
            Source::Csv { records, .. } => records.line(),
            Source::Json(elements) => elements.line(),
        };
        Some(Err(super::cut_off(line, self.error()?)))
    }
}

impl Iterator for AssetReader {
    type Item = Result<AssetSeen, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        let rules = &self.rules;
        match &mut self.source {
            Source::Csv { records, names, at } => match records.next() {
                records::Next::End => self.end(),
                records::Next::Broken { line, reason } => Some(Err(super::broken(line, reason))),
                records::Next::Record(record) => Some(
                    read_record(&record, names.len(), at, rules)
                        .map_err(|fault| aside(&record, names, fault)),
                ),
            },
            Source::Json(elements) => match elements.next() {
                elements::Next::End => self.end(),
                elements::Next::Broken { line, reason } => Some(Err(super::broken(line, reason))),
                elements::Next::Element { line, bytes } => Some(
                    json::parse::<Object<'_>>(bytes)
                        .and_then(|o| {
                            let cells = [&o.id, &o.kind, &o.owner, &o.state, &o.updated];
                            row(line, cells.map(|c| c.some()), rules)
                        })
                        .map_err(|fault| json::rejected(line, fault, bytes)),
                ),
            },
        }
    }
}

fn read_record(
    record: &Record<'_>,
    columns: usize,
    at: &[Option<usize>; COLUMNS.len()],
    rules: &Rules,
) -> Result<AssetSeen, Fault> {
    if record.len() != columns {
        let reason = format!(
            "{} where the header has {columns}; is a delimiter missing, or a cell with one not quoted?",
            counted(record.len(), "cell")
        );
        return Err(Fault { field: "", reason });
    }
    let mut cells = [None; COLUMNS.len()];
    for (n, cell) in cells.iter_mut().enumerate() {
        let Some(column) = at[n] else { continue };
        let text = std::str::from_utf8(record.cell(column)).map_err(|_| Fault {
            field: COLUMNS[n],
            reason: "not UTF-8; export or save the file again as UTF-8".to_owned(),
        })?;
        *cell = Some(csv_text(text.trim())).filter(|t| !t.is_empty());
    }
    row(record.line, cells, rules)
}

/// A row of the cells in the order of [`COLUMNS`].
fn row(line: u64, cells: [Option<&str>; COLUMNS.len()], rules: &Rules) -> Result<AssetSeen, Fault> {
    let [id, kind, owner, state, updated] = cells;
    let fault = |field| move |reason| Fault { field, reason };
    let needed = |field: &'static str, value: Option<&str>| {
        let value = value.ok_or_else(|| Fault {
            field,
            reason: "missing".to_owned(),
        })?;
        let kept = values::text(value).map_err(fault(field))?;
        Ok(kept.to_owned())
    };
    let external = needed("id", id)?;
    let owner = needed("owner", owner)?;
    let kind = kind_of(&needed("kind", kind)?, state)?;
    let state = state.map(|s| values::text(s).map(str::to_owned));
    let updated = updated.map(|u| values::instant(u, rules));
    Ok(AssetSeen {
        line,
        external,
        kind,
        state: state.transpose().map_err(fault("state"))?,
        owner,
        updated: updated.transpose().map_err(fault("updated"))?,
    })
}

fn kind_of(kind: &str, state: Option<&str>) -> Result<AssetKind, Fault> {
    let word = normal(kind).replace('-', "_");
    if let Some(kind) = AssetKind::from_word(&word) {
        return Ok(kind);
    }
    if !matches!(word.as_str(), "envelope" | "transaction") {
        let known: Vec<&str> = AssetKind::ALL.iter().map(|k| k.word()).collect();
        let reason = format!(
            "{} is no kind; use one of: {}, envelope",
            quote(kind),
            known.join(", ")
        );
        return Err(Fault {
            field: "kind",
            reason,
        });
    }
    let state = state.unwrap_or_default();
    let word = normal(state).replace('-', "_");
    let is = |list: &[&str]| list.contains(&word.as_str());
    match () {
        () if is(&RUNNING) => Ok(AssetKind::ActiveEnvelope),
        () if is(&ENDED) => Ok(AssetKind::CompletedEnvelope),
        () if is(&DRAFTS) => Ok(AssetKind::Draft),
        () => {
            let reason = format!(
                "{} does not say whether the envelope still runs; known are {}, {}, {}, or name the kind active_envelope, completed_envelope or draft",
                quote(state),
                RUNNING.join(", "),
                ENDED.join(", "),
                DRAFTS.join(", ")
            );
            Err(Fault {
                field: "state",
                reason,
            })
        }
    }
}

/// A row set aside, without cells of password columns; where the cells do not line up and such a column is there, none.
fn aside(record: &Record<'_>, names: &[String], fault: Fault) -> Rejected {
    let aligned = record.len() == names.len();
    let show = aligned || !names.iter().any(|n| is_secret(n));
    let cells = (0..record.len()).filter(|n| show && !names.get(*n).is_some_and(|h| is_secret(h)));
    let row = cells
        .map(|n| {
            let name = match names.get(n) {
                Some(name) => name.trim().to_owned(),
                None => format!("column {}", n + 1),
            };
            (name, shown(&String::from_utf8_lossy(record.cell(n))))
        })
        .collect();
    Rejected {
        line: record.line,
        field: fault.field.to_owned(),
        reason: fault.reason,
        row,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Micros;
    use jiff::tz::TimeZone;

    fn read(text: &'static str) -> Vec<Result<AssetSeen, Rejected>> {
        let options = Options::new(TimeZone::UTC, Micros(1_800_000_000_000_000));
        crate::formats::assets(text.as_bytes(), &options)
            .unwrap()
            .collect()
    }

    fn refused(text: &'static str) -> String {
        let options = Options::new(TimeZone::UTC, Micros(0));
        let opened = crate::formats::assets(text.as_bytes(), &options);
        opened.err().map(|e| e.to_string()).unwrap_or_default()
    }

    #[test]
    fn both_formats_say_the_same() {
        let csv = read(
            "id,kind,state,owner,updated\ne1,envelope,In Progress,a@b.example,2026-01-02T03:04:05Z\nk1,api_key,,1-7,\n",
        );
        let jsonl = read(
            "{\"id\":\"e1\",\"kind\":\"envelope\",\"state\":\"In Progress\",\"owner\":\"a@b.example\",\"updated\":\"2026-01-02T03:04:05Z\"}\n{\"id\":\"k1\",\"kind\":\"api_key\",\"owner\":\"1-7\"}\n",
        );
        let seen = |rows: Vec<Result<AssetSeen, Rejected>>| -> Vec<AssetSeen> {
            rows.into_iter()
                .map(|r| AssetSeen {
                    line: 0,
                    ..r.unwrap()
                })
                .collect()
        };
        let csv = seen(csv);
        assert_eq!(csv, seen(jsonl));
        assert_eq!(csv[0].kind, AssetKind::ActiveEnvelope);
        assert_eq!(csv[0].state.as_deref(), Some("In Progress"));
        assert!(csv[0].updated.is_some());
        assert_eq!((csv[1].kind, &csv[1].state), (AssetKind::ApiKey, &None));
    }

    #[test]
    fn the_state_decides_what_an_envelope_is() {
        let of = |state: &str| kind_of("Envelope", Some(state)).ok();
        assert_eq!(of("SENT"), Some(AssetKind::ActiveEnvelope));
        assert_eq!(of("opted-out"), Some(AssetKind::CompletedEnvelope));
        assert_eq!(of("Draft"), Some(AssetKind::Draft));
        assert_eq!(of("dancing"), None);
        assert_eq!(kind_of("transaction", None).unwrap_err().field, "state");
        assert_eq!(kind_of("horse", None).unwrap_err().field, "kind");
        // A kind that says so itself needs no state.
        assert_eq!(
            kind_of("active_envelope", Some("dancing")),
            Ok(AssetKind::ActiveEnvelope)
        );
    }

    #[test]
    fn rows_that_cannot_be_read_are_set_aside_with_line_and_field() {
        let rows = read(
            "id,kind,owner,api_secret\n,draft,a@b.example,hunter2\ne2,draft,,hunter2\ne3,draft,a@b.example\ne4,draft,a@b.example,hunter2\n",
        );
        let told: Vec<(u64, &str)> = rows
            .iter()
            .filter_map(|r| r.as_ref().err().map(|r| (r.line, r.field.as_str())))
            .collect();
        assert_eq!(told, [(2, "id"), (3, "owner"), (4, "")]);
        assert!(rows[3].is_ok());
        assert!(!format!("{rows:?}").contains("hunter2"));
    }

    #[test]
    fn a_file_that_is_none_is_refused_whole() {
        assert!(refused("id,kind\n1,draft\n").contains("lacks owner"));
        assert!(refused("id,kind,owner,id\n").contains("twice"));
        assert!(refused("").contains("empty"));
    }
}
