//! Files that others write: people, sign-ins and assets in, tables out.
//!
//! A reader never holds more than one row. A row it cannot read is set aside with its line and the reason, and the
//! rest goes on; only a file that cannot be read at all (unknown format, missing column, not UTF-8) is an error.
//! Cells of password columns are never stored and never shown.

mod assets;
mod columns;
mod detect;
mod elements;
pub mod export;
mod input;
mod json;
mod people;
mod records;
mod sign_ins;
mod sniff;
mod values;

pub use assets::AssetReader;
pub use columns::is_secret;
pub use people::{PeopleReader, ToldPerson};
pub use sign_ins::{SignInItem, SignInReader};

use crate::domain::Micros;
use crate::text;
use crate::wire::import::Rejected;
use jiff::tz::TimeZone;
use std::io::Read;

/// An address, checked for syntax, with its domain in ASCII lower case.
///
/// # Errors
/// What is wrong with it, in words; the text is escaped for display.
pub fn address(text: &str) -> Result<String, String> {
    values::email(text.trim())
}

/// How a file is to be read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The format's name (see [`names_people`], [`names_sign_ins`]); none is detected.
    pub format: Option<String>,
    /// Zone of times that are written without one.
    pub tz: TimeZone,
    /// `OURS=THEIRS`: the file's name for one of our fields; an empty `THEIRS` means the field is not read.
    pub map: Vec<(String, String)>,
    /// The signing application at the identity provider (identifier or name): only its sign-ins count as sign-ins.
    pub application: Option<String>,
    /// Whether sign-ins at the identity provider itself count where no application is named.
    pub sessions: bool,
    /// The present instant: what lies more than a day after it is refused.
    pub now: Micros,
}

impl Options {
    /// Detect the format, map nothing.
    pub fn new(tz: TimeZone, now: Micros) -> Self {
        Options {
            format: None,
            tz,
            map: Vec::new(),
            application: None,
            sessions: true,
            now,
        }
    }

    fn rules(&self) -> values::Rules {
        values::Rules {
            tz: self.tz.clone(),
            now: self.now,
            application: self.application.clone().filter(|a| !a.is_empty()),
            sessions: self.sessions,
        }
    }
}

/// Why a file cannot be read at all. Texts from the file are escaped for display.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// There is nothing in it.
    #[error("the file is empty; it needs a header line and a row for each thing it tells of")]
    Empty,
    /// No format with that name.
    #[error("there is no format {name}; choose one of: {known}")]
    Name {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// It looks like no known format.
    #[error("the format was not recognised: found {found}. {help}")]
    Unknown {
        /// The columns or keys it has.
        found: String,
        /// What to do.
        help: String,
    },
    /// A required column is missing.
    #[error("the file lacks {missing}; its columns are: {found}")]
    Missing {
        /// The columns that are missing.
        missing: String,
        /// The columns it has.
        found: String,
    },
    /// Two columns have the same name.
    #[error("the column {0} is there twice; remove or rename one of them")]
    Duplicate(String),
    /// The header line cannot be read.
    #[error("the header line cannot be read: {0}")]
    Header(String),
    /// A mapping that cannot be followed.
    #[error("--map {map}: {reason}")]
    Map {
        /// The mapping.
        map: String,
        /// Why not.
        reason: String,
    },
    /// A mapping for a format whose fields have fixed names.
    #[error("--map is for CSV and for JSON Lines of our own; the format {0} has fixed names")]
    Fixed(&'static str),
    /// Not text in UTF-8.
    #[error("the file is {0}, not UTF-8; export or save it again as UTF-8")]
    Encoding(&'static str),
    /// Reading failed.
    #[error("reading failed: {0}")]
    Read(String),
}

/// Names of the formats of people files.
pub fn names_people() -> &'static [&'static str] {
    people::NAMES
}

/// Names of the formats of sign-in files.
pub fn names_sign_ins() -> &'static [&'static str] {
    sign_ins::NAMES
}

/// Names of the formats of asset files.
pub fn names_assets() -> &'static [&'static str] {
    assets::NAMES
}

/// Opens an asset file; its format is detected where none is named.
pub fn assets(
    reader: impl Read + Send + 'static,
    options: &Options,
) -> Result<AssetReader, FormatError> {
    assets::open(Box::new(reader), options)
}

/// Opens a people file; its format is detected where none is named.
pub fn people(
    reader: impl Read + Send + 'static,
    options: &Options,
) -> Result<PeopleReader, FormatError> {
    people::open(Box::new(reader), options)
}

/// Opens a sign-in file; its format is detected where none is named.
pub fn sign_ins(
    reader: impl Read + Send + 'static,
    options: &Options,
) -> Result<SignInReader, FormatError> {
    sign_ins::open(Box::new(reader), options)
}

/// A row that cannot be taken apart: nothing of it is shown, for a password may stand anywhere in it.
fn broken(line: u64, reason: &str) -> Rejected {
    Rejected {
        line,
        field: String::new(),
        reason: reason.to_owned(),
        row: Vec::new(),
    }
}

/// The end of a file whose reading failed.
fn cut_off(line: u64, error: &str) -> Rejected {
    let reason = format!(
        "reading stopped here, what follows was not read: {}",
        text::safe(error)
    );
    broken(line, &reason)
}

/// Takes `OURS=THEIRS,OURS=THEIRS` apart, as the command line and the wire carry it.
pub fn parse_map(text: &str) -> Result<Vec<(String, String)>, FormatError> {
    let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
    pairs
        .map(|pair| match pair.split_once('=') {
            Some((ours, theirs)) => Ok((ours.trim().to_owned(), theirs.trim().to_owned())),
            None => Err(FormatError::Map {
                map: text::safe(pair.trim()).to_string(),
                reason: "written OURS=THEIRS, for example email=Mail".to_owned(),
            }),
        })
        .collect()
}
