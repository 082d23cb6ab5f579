//! Which column of a file is which field. Headers are compared without case, without a trailing `[Required]` or
//! `[READ ONLY]`, and with one `_` for any run of spaces.

use super::FormatError;
use crate::text::safe;
use crate::wire::import::Rejected;

macro_rules! slots {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// A field that a people file can tell.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Slot { $($variant),+ }

        impl Slot {
            pub const ALL: &'static [Slot] = &[$(Slot::$variant),+];

            /// Our name for it.
            pub fn name(self) -> &'static str {
                match self { $(Slot::$variant => $name),+ }
            }
        }
    };
}

slots! {
    Email = "email", FirstName = "first_name", LastName = "last_name", Status = "status", Roles = "roles",
    Team = "team", Account = "account", Mfa = "mfa", LastLogin = "last_login", Created = "created", Kind = "kind",
    Language = "language", Username = "username", Sid = "sid", ExternalId = "external_id",
    EmployeeId = "employee_id", Manager = "manager", Department = "department", EndDate = "end_date",
    LeaveFrom = "leave_from", LeaveTo = "leave_to", MfaAt = "mfa_at", Invited = "invited",
    // From here on: what only other sources tell, and what is made of it.
    DisplayName = "display name", Enrolled = "2sv enrolled", Enforced = "2sv enforced", UserType = "user type",
    Enabled = "account enabled", Invitation = "invitation state",
}

/// How many fields there are.
pub(super) const SLOTS: usize = Slot::ALL.len();
/// The fields of our own format, which `--map` can name.
pub(super) const OURS: usize = Slot::Invited as usize + 1;
/// More columns than this are no people file.
const MOST_COLUMNS: usize = 1_000;
/// The longest cell that a rejected row shows, in characters.
const SHOWN: usize = 1_000;

impl Slot {
    /// The field of our own format with this name.
    pub fn ours(name: &str) -> Option<Slot> {
        Slot::ALL[..OURS].iter().copied().find(|s| s.name() == name)
    }
}

/// A header as it is compared.
pub(super) fn normal(header: &str) -> String {
    let header = header.trim_start_matches('\u{feff}').trim();
    let header = match (header.rfind('['), header.ends_with(']')) {
        (Some(at), true) if at > 0 => header[..at].trim_end(),
        _ => header,
    };
    let words: Vec<String> = header
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("_")
}

/// Words that name a column of secrets wherever they stand in its name …
const SECRETS: [&str; 23] = [
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "passcode",
    "pwd",
    "kennwort",
    "motdepasse",
    "contraseña",
    "contrasena",
    "palavrapasse",
    "senha",
    "wachtwoord",
    "hasło",
    "haslo",
    "heslo",
    "lösenord",
    "credential",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
];

/// … and those too short for that.
const SECRET_NAMES: [&str; 7] = ["pass", "pw", "pin", "puk", "otp", "totp", "mdp"];

/// Whether a column may hold what nobody should see, by its name without case and separators: it is never read, stored
/// or shown.
pub fn is_secret(header: &str) -> bool {
    let name: String = header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    SECRETS.iter().any(|word| name.contains(word)) || SECRET_NAMES.contains(&name.as_str())
}

/// `--map OURS=THEIRS`, checked; an empty `THEIRS` means the field is not read.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapping(Vec<(Slot, String)>);

impl Mapping {
    pub fn new(map: &[(String, String)]) -> Result<Self, FormatError> {
        let mut out: Vec<(Slot, String)> = Vec::new();
        for (ours, theirs) in map {
            let known = || {
                let all: Vec<_> = Slot::ALL[..OURS].iter().map(|s| s.name()).collect();
                all.join(", ")
            };
            let bad = |reason: String| FormatError::Map {
                map: format!("{}={}", safe(ours), safe(theirs)),
                reason,
            };
            let slot = Slot::ours(&normal(ours))
                .ok_or_else(|| bad(format!("the left side is one of: {}", known())))?;
            if is_secret(theirs) {
                return Err(bad("a password column is never read".to_owned()));
            }
            if out.iter().any(|(s, _)| *s == slot) {
                return Err(bad("this field is mapped twice".to_owned()));
            }
            out.push((slot, normal(theirs)));
        }
        Ok(Mapping(out))
    }

    /// The header mapped to a field.
    pub fn of(&self, slot: Slot) -> Option<&str> {
        let found = self.0.iter().find(|(s, _)| *s == slot);
        found.map(|(_, theirs)| theirs.as_str())
    }

    /// The field of our own format that a key names.
    pub fn field(&self, key: &str) -> Option<Slot> {
        let name = normal(key);
        let mapped = self.0.iter().find(|(_, theirs)| *theirs == name);
        mapped
            .map(|(slot, _)| *slot)
            .or_else(|| Slot::ours(&name).filter(|slot| self.of(*slot).is_none()))
    }
}

/// The columns of one file.
#[derive(Debug)]
pub(super) struct Columns {
    names: Vec<String>,
    secret: Vec<bool>,
    at: [Option<usize>; SLOTS],
    unread: Vec<String>,
}

impl Columns {
    /// Finds the columns of a format; `known` lists the headers of each field in normal form.
    pub fn resolve(
        headers: Vec<String>,
        known: &[(Slot, &[&str])],
        needed: &[Slot],
        mapping: &Mapping,
    ) -> Result<Columns, FormatError> {
        if headers.len() > MOST_COLUMNS {
            return Err(FormatError::Header(format!(
                "{} columns; at most {MOST_COLUMNS} are read",
                headers.len()
            )));
        }
        let normals: Vec<String> = headers.iter().map(|h| normal(h)).collect();
        let mut sorted: Vec<&String> = normals.iter().filter(|n| !n.is_empty()).collect();
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(FormatError::Duplicate(safe(twice[0]).to_string()));
        }
        let secret: Vec<bool> = headers.iter().map(|h| is_secret(h)).collect();
        let position = |name: &str| normals.iter().position(|n| n == name && !n.is_empty());
        let mut at = [None; SLOTS];
        for slot in Slot::ALL.iter().copied() {
            at[slot as usize] = match mapping.of(slot) {
                Some("") => None,
                Some(theirs) => Some(position(theirs).ok_or_else(|| FormatError::Map {
                    map: format!("{}={}", slot.name(), safe(theirs)),
                    reason: format!("there is no such column; the file has: {}", list(&headers)),
                })?),
                None => {
                    let names = known.iter().find(|(s, _)| *s == slot);
                    let found = names.and_then(|(_, names)| names.iter().find_map(|n| position(n)));
                    found.filter(|n| !secret[*n])
                }
            };
        }
        let missing: Vec<&str> = needed
            .iter()
            .filter(|slot| at[**slot as usize].is_none())
            .map(|slot| {
                let names = known.iter().find(|(s, _)| s == slot);
                names.map_or(slot.name(), |(_, names)| names[0])
            })
            .collect();
        if !missing.is_empty() {
            return Err(FormatError::Missing {
                missing: missing.join(", "),
                found: list(&headers),
            });
        }
        let unread = (0..headers.len())
            .filter(|n| !at.contains(&Some(*n)) && !normals[*n].is_empty())
            .map(|n| safe(headers[n].trim()).to_string())
            .collect();
        Ok(Columns {
            names: headers.iter().map(|h| h.trim().to_owned()).collect(),
            secret,
            at,
            unread,
        })
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The column of a field.
    pub fn at(&self, slot: Slot) -> Option<usize> {
        self.at[slot as usize]
    }

    /// The fields that are read, each with its column.
    pub fn read(&self) -> impl Iterator<Item = (Slot, usize)> {
        let slots = Slot::ALL.iter().copied();
        slots.filter_map(|slot| Some((slot, self.at(slot)?)))
    }

    /// The columns that are not read, in one sentence; none when all are.
    pub fn note(&self) -> Option<String> {
        (!self.unread.is_empty()).then(|| format!("columns not read: {}", list(&self.unread)))
    }

    /// The cells of a row under the names of their columns; none of a password column, and of a file of our own none of
    /// a column that is not read.
    pub fn named<'a>(
        &self,
        cells: impl Iterator<Item = &'a [u8]>,
        ours: bool,
        text: impl Fn(&str) -> String,
    ) -> Vec<(String, String)> {
        let unread = |n: usize| ours && n < self.names.len() && !self.at.contains(&Some(n));
        cells
            .enumerate()
            .filter(|(n, _)| !self.secret.get(*n).copied().unwrap_or(false) && !unread(*n))
            .map(|(n, cell)| {
                let name = match self.names.get(n) {
                    Some(name) if !name.is_empty() => name.clone(),
                    _ => format!("column {}", n + 1),
                };
                (name, text(&String::from_utf8_lossy(cell)))
            })
            .take(MOST_COLUMNS)
            .collect()
    }

    /// A row set aside. Where a column exists whose cells are not shown, and the cells do not line up, none is shown: a
    /// password may stand in any of them.
    pub fn rejected<'a>(
        &self,
        line: u64,
        ours: bool,
        field: &str,
        reason: String,
        cells: impl ExactSizeIterator<Item = &'a [u8]>,
    ) -> Rejected {
        let aligned = cells.len() == self.names.len();
        let hides = self.secret.contains(&true) || (ours && !self.unread.is_empty());
        let row = match aligned || !hides {
            true => self.named(cells, ours, shown),
            false => Vec::new(),
        };
        Rejected {
            line,
            field: field.to_owned(),
            reason,
            row,
        }
    }
}

/// The beginning of a cell.
pub(super) fn shown(cell: &str) -> String {
    match cell.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &cell[..at]),
        None => cell.to_owned(),
    }
}

/// Names for a message, at most twenty.
pub(super) fn list(names: &[String]) -> String {
    let first: Vec<String> = names
        .iter()
        .take(20)
        .map(|n| safe(shown(n.trim()).trim()).to_string())
        .collect();
    let more = names.len().saturating_sub(first.len());
    if more > 0 {
        format!("{} and {more} more", first.join(", "))
    } else {
        first.join(", ")
    }
}
