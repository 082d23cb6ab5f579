//! Sign-in files.

mod entra;
mod google;
mod okta;
mod own;
mod refused;

use super::columns::{list, normal};
use super::detect::{Shape, shape};
use super::elements::{Elements, Next};
use super::input::Input;
use super::sniff::sniff;
use super::values::{self, Fault, Rules};
use super::{FormatError, Options, json};
use crate::domain::{Micros, SignInKind, SignInRow};
use crate::text::safe;
use crate::wire::import::Rejected;
use std::io::Read;

pub(super) const NAMES: &[&str] = &[own::NAME, okta::NAME, entra::NAME, google::NAME];

const HELP: &str = "Sign-ins are read as JSON: lines of our own with at, user, kind and id, the Okta System Log, \
    Entra sign-in logs, or Google's login audit; name the format with --format if it is one of them";

/// What an element of a sign-in file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInItem {
    /// An event about a person.
    Event(SignInRow),
    /// Something else: another kind of event, a program, a sign-in at another application.
    Ignored,
    /// Not readable.
    Rejected(Rejected),
}

/// What a source says of one element; none when it is no event about a person.
type Parsed = Result<Option<SignInRow>, Fault>;

/// A sign-in file being read, event by event.
pub struct SignInReader {
    format: &'static str,
    elements: Elements,
    parse: fn(&[u8], &Rules) -> Parsed,
    rules: Rules,
    stopped: bool,
}

/// Opens a sign-in file.
pub(super) fn open(
    reader: Box<dyn Read + Send>,
    options: &Options,
) -> Result<SignInReader, FormatError> {
    let mut input = Input::new(reader);
    let unknown = |found: String| FormatError::Unknown {
        found,
        help: HELP.to_owned(),
    };
    if let Shape::Csv { delimiter } = shape(&mut input)? {
        let events = refused::events(input, delimiter);
        let events = events.ok_or_else(|| unknown("no JSON".to_owned()))?;
        input = Input::new(Box::new(events));
    }
    let sniffed = sniff(input.window());
    let keys = sniffed.keys;
    let has = |key: &str| keys.iter().any(|k| normal(k) == key);
    let name = match options.format.as_deref() {
        Some(name) => name,
        None if has("eventtype") && has("published") => okta::NAME,
        None if has("properties") && has("category") => entra::NAME,
        None if has("createddatetime") => entra::NAME,
        None if has("events") && has("actor") => google::NAME,
        // Of nothing every format says the same.
        None if (has("at") && has("user")) || sniffed.empty => own::NAME,
        None => return Err(unknown(list(&keys))),
    };
    let (format, parse): (_, fn(&[u8], &Rules) -> Parsed) = match name {
        own::NAME => (own::NAME, own::read),
        okta::NAME => (okta::NAME, okta::read),
        entra::NAME => (entra::NAME, entra::read),
        google::NAME => (google::NAME, google::read),
        _ => {
            return Err(FormatError::Name {
                name: safe(name).to_string(),
                known: NAMES.join(", "),
            });
        }
    };
    if !options.map.is_empty() {
        return Err(FormatError::Fixed(format));
    }
    Ok(SignInReader {
        format,
        elements: Elements::new(input),
        parse,
        rules: options.rules(),
        stopped: false,
    })
}

impl SignInReader {
    /// The format's name.
    pub fn format(&self) -> &'static str {
        self.format
    }

    /// Whether its source's own sign-ins were passed over, for it is not known which application counts.
    pub fn lacks_application(&self) -> bool {
        let rules = &self.rules;
        self.format != own::NAME && rules.application.is_none() && !rules.sessions
    }

    /// Whether its source names no application although one alone counts: none of its sign-ins does.
    pub fn names_none(&self) -> bool {
        self.format == google::NAME && !self.rules.any_sign_in()
    }

    /// Why reading stopped before the end of the file; none when it did not.
    pub fn error(&self) -> Option<&str> {
        self.elements.error()
    }
}

impl Iterator for SignInReader {
    type Item = SignInItem;

    fn next(&mut self) -> Option<SignInItem> {
        match self.elements.next() {
            Next::End => {
                if std::mem::replace(&mut self.stopped, true) {
                    return None;
                }
                let (line, error) = (self.elements.line(), self.elements.error()?);
                Some(SignInItem::Rejected(super::cut_off(line, error)))
            }
            Next::Broken { line, reason } => {
                Some(SignInItem::Rejected(super::broken(line, reason)))
            }
            Next::Element { line, bytes } => Some(match (self.parse)(bytes, &self.rules) {
                Ok(Some(row)) => SignInItem::Event(SignInRow { line, ..row }),
                Ok(None) => SignInItem::Ignored,
                Err(fault) => SignInItem::Rejected(json::rejected(line, fault, bytes)),
            }),
        }
    }
}

/// An event of one use, once its parts are checked.
fn event(
    rules: &Rules,
    id: &str,
    at: &str,
    user: &str,
    external_id: &str,
    kind: SignInKind,
) -> Result<SignInRow, Fault> {
    let fault = |field| move |reason| Fault { field, reason };
    let missing = |field, what: &str| Fault {
        field,
        reason: format!("missing: {what}"),
    };
    if id.is_empty() {
        return Err(missing(
            "id",
            "without it a repeated import would count the event again",
        ));
    }
    if user.is_empty() && external_id.is_empty() {
        return Err(missing("user", "the event names nobody"));
    }
    let event = values::text(id).map_err(fault("id"))?.to_owned();
    let at: Micros = values::instant(at, rules).map_err(fault("at"))?;
    Ok(SignInRow {
        line: 0,
        event,
        at,
        user: person(user).map_err(fault("user"))?,
        external_id: values::text(external_id)
            .map_err(fault("external_id"))?
            .to_owned(),
        kind,
        count: 1,
        tenant: None,
        ip: None,
        country: None,
    })
}

/// An event with where it came from.
fn from_place(row: SignInRow, ip: &json::Text<'_>, country: Option<&json::Text<'_>>) -> SignInRow {
    SignInRow {
        ip: ip.some().map(Box::from),
        country: country.and_then(json::Text::some).map(Box::from),
        ..row
    }
}

/// A login name or an address; an international domain takes its ASCII form, as in people files.
fn person(user: &str) -> Result<String, String> {
    if user.is_ascii() {
        return values::text(user).map(str::to_owned);
    }
    values::email(user).or_else(|_| values::text(user).map(str::to_owned))
}

#[cfg(test)]
mod tests;
