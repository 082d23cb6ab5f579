//! People files.

mod docusign;
mod entra;
mod google;
mod okta;
mod own;
mod row;
mod told;

use super::columns::{Columns, Mapping, Slot, list, normal};
use super::detect::{Shape, header_of, shape};
use super::elements::{self, Elements};
use super::input::Input;
use super::records::{self, Records};
use super::sniff::sniff;
use super::values::{Fault, Rules};
use super::{FormatError, Options, json};
use crate::domain::{self, PersonRow};
use crate::text::{counted, csv_text, safe};
use crate::wire::import::Rejected;
use row::{Cells, Spec};
use std::io::Read;
use std::sync::Arc;
use told::Source as Raw;
pub use told::ToldPerson;

/// Every format, in the order in which headers are tried: the ones with more particular headers first.
const CSV: [&Spec; 5] = [
    &google::SPEC,
    &entra::SPEC,
    &okta::CSV,
    &docusign::SPEC,
    &own::CSV,
];

pub(super) const NAMES: &[&str] = &[
    own::CSV.name,
    own::JSONL,
    google::SPEC.name,
    okta::JSON,
    okta::CSV.name,
    entra::SPEC.name,
    docusign::SPEC.name,
];

const HELP: &str = "A file of our own has at least the column (or key) email; if a column has another name, say so \
    with --map email=THEIRS, or name the format with --format";

/// A people file being read, row by row.
pub struct PeopleReader {
    format: &'static str,
    note: Option<&'static str>,
    source: Source,
    rules: Rules,
    stopped: bool,
}

enum Source {
    Csv {
        records: Records,
        columns: Arc<Columns>,
        spec: &'static Spec,
    },
    Json {
        elements: Elements,
        parse: Parse,
    },
}

enum Parse {
    Own(own::Objects),
    Okta,
}

/// Opens a people file.
pub(super) fn open(
    reader: Box<dyn Read + Send>,
    options: &Options,
) -> Result<PeopleReader, FormatError> {
    let mapping = Mapping::new(&options.map)?;
    let wanted = options.format.as_deref();
    if let Some(name) = wanted.filter(|name| !NAMES.contains(name)) {
        return Err(FormatError::Name {
            name: safe(name).to_string(),
            known: NAMES.join(", "),
        });
    }
    let mut input = Input::new(reader);
    let unknown = |found: &[String]| FormatError::Unknown {
        found: list(found),
        help: HELP.to_owned(),
    };
    let (source, format, note) = match shape(&mut input)? {
        Shape::Json => {
            let sniffed = sniff(input.window());
            let keys = sniffed.keys;
            let has = |key: &str| keys.iter().any(|k| normal(k) == key);
            let email = mapping.of(Slot::Email).unwrap_or("email");
            let name = match wanted {
                Some(name) => name,
                None if has("profile") => okta::JSON,
                // Of nothing every format says the same.
                None if has(email) || sniffed.empty => own::JSONL,
                None => return Err(unknown(&keys)),
            };
            let elements = Elements::new(input);
            match name {
                okta::JSON if !options.map.is_empty() => {
                    return Err(FormatError::Fixed(okta::JSON));
                }
                okta::JSON => (
                    Source::Json {
                        elements,
                        parse: Parse::Okta,
                    },
                    okta::JSON,
                    Some(okta::NOTE),
                ),
                own::JSONL => {
                    let tells = has("last_login");
                    let parse = Parse::Own(own::Objects::new(mapping, tells));
                    (Source::Json { elements, parse }, own::JSONL, None)
                }
                _ => return Err(unknown(&keys)),
            }
        }
        Shape::Csv { delimiter } => {
            let mut records = Records::new(input, delimiter);
            let headers = header_of(&mut records)?;
            let normals: Vec<String> = headers.iter().map(|h| normal(h)).collect();
            let spec = match wanted {
                Some(name) => CSV.into_iter().find(|s| s.name == name),
                // A mapping of the address says whose file it is.
                None if mapping.of(Slot::Email).is_some() => Some(&own::CSV),
                None => CSV.into_iter().find(|s| {
                    s.signs
                        .iter()
                        .all(|sign| normals.iter().any(|n| sign.contains(&n.as_str())))
                }),
            };
            let spec = spec.ok_or_else(|| unknown(&headers))?;
            let columns = Columns::resolve(headers, spec.columns, spec.needs, &mapping)?;
            let columns = Arc::new(columns);
            let source = Source::Csv {
                records,
                columns,
                spec,
            };
            (source, spec.name, spec.note)
        }
    };
    Ok(PeopleReader {
        format,
        note,
        source,
        rules: options.rules(),
        stopped: false,
    })
}

impl PeopleReader {
    /// The format's name.
    pub fn format(&self) -> &'static str {
        self.format
    }

    /// Whose file it is.
    pub fn told_by(&self) -> domain::Source {
        match &self.source {
            Source::Csv { spec, .. } => spec.told_by,
            Source::Json { parse, .. } => match parse {
                Parse::Own(_) => own::CSV.told_by,
                Parse::Okta => okta::CSV.told_by,
            },
        }
    }

    /// Whether the file tells last sign-ins. For JSON Lines of our own it is told from the rows read so far.
    pub fn told_sign_ins(&self) -> bool {
        match &self.source {
            Source::Csv { columns, .. } => columns.at(Slot::LastLogin).is_some(),
            Source::Json { parse, .. } => match parse {
                Parse::Own(objects) => objects.told_sign_ins(),
                Parse::Okta => true,
            },
        }
    }

    /// Things worth knowing of the file, one sentence each; complete once every row is read.
    pub fn notes(&self) -> Vec<String> {
        let unread = match &self.source {
            Source::Csv { columns, .. } => columns.note(),
            Source::Json { parse, .. } => match parse {
                Parse::Own(objects) => objects.note(),
                Parse::Okta => None,
            },
        };
        self.note
            .map(str::to_owned)
            .into_iter()
            .chain(unread)
            .collect()
    }

    /// Why reading stopped before the end of the file; none when it did not. The rows behind are missing, so such a
    /// file is never a complete one.
    pub fn error(&self) -> Option<&str> {
        match &self.source {
            Source::Csv { records, .. } => records.error(),
            Source::Json { elements, .. } => elements.error(),
        }
    }

    /// The end: a failed read is told once as a row set aside, so that nobody takes a part for the whole.
    fn end(&mut self) -> Option<Result<ToldPerson, Rejected>> {
        if std::mem::replace(&mut self.stopped, true) {
            return None;
        }
        let (line, error) = match &self.source {
            Source::Csv { records, .. } => (records.line(), records.error()),
            Source::Json { elements, .. } => (elements.line(), elements.error()),
        };
        Some(Err(super::cut_off(line, error?)))
    }
}

impl Iterator for PeopleReader {
    type Item = Result<ToldPerson, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        let rules = &self.rules;
        let broken = |line: u64, reason: &str| Some(Err(super::broken(line, reason)));
        match &mut self.source {
            Source::Csv {
                records,
                columns,
                spec,
            } => match records.next() {
                records::Next::End => self.end(),
                records::Next::Broken { line, reason } => broken(line, reason),
                records::Next::Record(record) => {
                    let read = read_record(&record, columns, spec, rules);
                    Some(match read {
                        Ok(row) => Ok(ToldPerson::new(row, Raw::cells(columns, spec, &record))),
                        Err(fault) => {
                            let cells: Vec<_> = (0..record.len()).map(|n| record.cell(n)).collect();
                            let (field, reason) = (fault.field, fault.reason);
                            let cells = cells.into_iter();
                            Err(columns.rejected(record.line, spec.ours, field, reason, cells))
                        }
                    })
                }
            },
            Source::Json { elements, parse } => match elements.next() {
                elements::Next::End => self.end(),
                elements::Next::Broken { line, reason } => broken(line, reason),
                elements::Next::Element { line, bytes } => {
                    let (read, raw) = match parse {
                        Parse::Own(objects) => {
                            let read = objects.read(bytes, rules);
                            (read, Raw::object(objects.mapping(), bytes))
                        }
                        Parse::Okta => {
                            let read = okta::read(bytes, rules);
                            let raw = match &read {
                                Ok(_) => Raw::Row,
                                Err(_) => okta::values(bytes).map_or(Raw::Row, Raw::Values),
                            };
                            (read, raw)
                        }
                    };
                    Some(match read {
                        Ok(row) => Ok(ToldPerson::new(PersonRow { line, ..row }, raw)),
                        Err(fault) => {
                            let rejected = json::rejected(line, fault, bytes);
                            Err(Rejected {
                                row: raw.beside(rejected.row),
                                ..rejected
                            })
                        }
                    })
                }
            },
        }
    }
}

fn read_record(
    record: &records::Record<'_>,
    columns: &Columns,
    spec: &Spec,
    rules: &Rules,
) -> Result<PersonRow, Fault> {
    let extra = (columns.len()..record.len()).any(|n| !record.cell(n).trim_ascii().is_empty());
    if record.len() < columns.len() || extra {
        let reason = format!(
            "{} where the header has {}; is a delimiter missing, or a cell with one not quoted?",
            counted(record.len(), "cell"),
            columns.len()
        );
        return Err(Fault { field: "", reason });
    }
    let mut cells = Cells::default();
    for (slot, n) in columns.read() {
        let cell = std::str::from_utf8(record.cell(n)).map_err(|_| Fault {
            field: slot.name(),
            reason: "not UTF-8; export or save the file again as UTF-8".to_owned(),
        })?;
        let cell = cell.trim();
        match spec.ours {
            true if cells.clear(slot, cell) => {}
            true => cells.set(slot, csv_text(cell)),
            false => cells.set(slot, cell),
        }
    }
    let mut row = row::person(spec, &cells, rules)?;
    row.line = record.line;
    Ok(row)
}

#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod round_trip_tests;
#[cfg(test)]
mod tests;
