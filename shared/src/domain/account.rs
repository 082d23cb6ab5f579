//! An account of one tenant: who, in which state, with which second factor, last seen when.

use super::field::Field;
use super::ids::{AccountId, Assignment, ScopeId};
use super::time::{Day, Micros};
use crate::text::counted;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order of its numbers.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word for it in files, on the command line and on screen.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The value of a word, compared without case.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.word().eq_ignore_ascii_case(word))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Self::from_word(text).ok_or_else(|| {
                    let all: Vec<&str> = Self::ALL.iter().map(|v| v.word()).collect();
                    format!("not one of: {}", all.join(", "))
                })
            }
        }
    };
}
pub(crate) use words;

/// Where an account is in its life.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Status {
    /// Invited and not yet accepted; the seat is reserved.
    #[n(0)]
    Invited = 0,
    /// May sign in and work.
    #[n(1)]
    Active = 1,
    /// May not sign in; history and seat are kept (IUSign, C19).
    #[n(2)]
    Suspended = 2,
    /// All access ended, history kept, seat free.
    #[n(3)]
    Deactivated = 3,
    /// The invitation ran out unanswered; the reserved seat is free; it can be sent again.
    #[n(4)]
    Expired = 4,
    /// Gone, where the catalog allows deletion.
    #[n(5)]
    Deleted = 5,
    /// The invitation was taken back, or declined by the person; the reserved seat is free.
    #[n(6)]
    Revoked = 6,
}
impl Status {
    /// Whether what a vendor shows of an account is what was decided, or an end that is stronger: who was deactivated and
    /// is deleted there has no access either, and of an invitation that is over every end is the same.
    pub fn met_by(self, seen: Status) -> bool {
        use Status::{Deactivated, Deleted, Expired, Revoked};
        match self {
            Deactivated => matches!(seen, Deactivated | Deleted),
            Expired | Revoked => matches!(seen, Expired | Revoked | Deactivated | Deleted),
            decided => decided == seen,
        }
    }

    /// Whether access and seat have ended in this state.
    pub fn is_end(self) -> bool {
        use Status::{Deactivated, Deleted, Expired, Revoked};
        matches!(self, Deactivated | Deleted | Expired | Revoked)
    }
}
words!(Status { Invited = "invited", Active = "active", Suspended = "suspended", Deactivated = "deactivated", Expired = "expired", Deleted = "deleted", Revoked = "revoked" });

/// What kind of holder an account has.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Kind {
    /// A human member of the tenant.
    #[n(0)]
    Person = 0,
    /// A program: integration sender, sealing account. Never swept for inactivity.
    #[n(1)]
    Service = 1,
    /// An end user who signs when invited: no seat, never swept.
    #[n(2)]
    Signer = 2,
    /// An invited proof reader or document provider: no seat, never swept.
    #[n(3)]
    Outsider = 3,
}
words!(Kind { Person = "person", Service = "service", Signer = "signer", Outsider = "outsider" });

/// What is known of a second factor. Unknown is not none.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Mfa {
    /// No source has told us.
    #[n(0)]
    Unknown = 0,
    /// A source said: none enrolled.
    #[n(1)]
    None = 1,
    /// A second factor is enrolled.
    #[n(2)]
    Enrolled = 2,
    /// The identity provider enforces one.
    #[n(3)]
    Enforced = 3,
}
words!(Mfa { Unknown = "unknown", None = "none", Enrolled = "enrolled", Enforced = "enforced" });

/// Whose file told something, by the family of its format.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Encode,
    Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Source {
    /// Nobody yet, or nobody knows whose.
    #[default]
    #[n(0)]
    Nobody = 0,
    /// A people file of our own format.
    #[n(1)]
    File = 1,
    /// Google Workspace.
    #[n(2)]
    Google = 2,
    /// Okta.
    #[n(3)]
    Okta = 3,
    /// Microsoft Entra.
    #[n(4)]
    Entra = 4,
    /// The signing vendor itself.
    #[n(5)]
    Vendor = 5,
}
impl Source {
    /// Whether its files may know states and roles at the signing vendor: our own formats and a vendor's export do, an
    /// identity provider knows those of its own accounts alone.
    pub fn observes(self) -> bool {
        matches!(self, Source::File | Source::Vendor)
    }
}
words!(Source { Nobody = "nobody", File = "file", Google = "google", Okta = "okta", Entra = "entra", Vendor = "vendor" });

/// Who set a status last: an import never changes what an admin or a sweep set.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Origin {
    /// A people file.
    #[n(0)]
    Import = 0,
    /// A person, by a verb.
    #[n(1)]
    Admin = 1,
    /// The inactivity sweep.
    #[n(2)]
    Inactivity = 2,
    /// The seats sweep.
    #[n(3)]
    Seats = 3,
    /// The invitations sweep.
    #[n(4)]
    Invitations = 4,
    /// The MFA mandate sweep.
    #[n(5)]
    Mfa = 5,
}
words!(Origin { Import = "import", Admin = "admin", Inactivity = "inactivity", Seats = "seats", Invitations = "invitations", Mfa = "mfa" });

/// What an account holds of the bought seats.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Encode,
    Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum SeatHold {
    /// No seat.
    #[default]
    #[n(0)]
    None = 0,
    /// A seat kept for an open invitation.
    #[n(1)]
    Reserved = 1,
    /// A seat in use.
    #[n(2)]
    Used = 2,
}
words!(SeatHold { None = "none", Reserved = "reserved", Used = "used" });

/// Stands as a last use where a source has told that there never was one. It lies before every instant, so that any use
/// takes its place and idle time counts from the creation.
pub const NEVER_USED: Micros = Micros(i64::MIN + 1);

/// A last use in words: `never` where a source has told so, nothing where none has told, else as `instant` writes it.
pub fn used(last: Option<Micros>, instant: impl FnOnce(Micros) -> String) -> String {
    match last {
        Some(NEVER_USED) => "never".to_owned(),
        last => last.map(instant).unwrap_or_default(),
    }
}

/// The last use on the wire: RFC 3339, `never`, or null where no source has told.
mod wire_used {
    use super::{Micros, NEVER_USED};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    const NEVER: &str = "never";

    pub fn serialize<S: Serializer>(used: &Option<Micros>, to: S) -> Result<S::Ok, S::Error> {
        match used {
            Some(NEVER_USED) => NEVER.serialize(to),
            used => used.serialize(to),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Micros>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        match text.as_deref() {
            None => Ok(None),
            Some(NEVER) => Ok(Some(NEVER_USED)),
            Some(text) => text.parse().map(Some).map_err(serde::de::Error::custom),
        }
    }
}

/// Everything known of one account, as one record. The directory keeps it in columns; this is the form that rules
/// for verbs and imports read and that a detail pane is filled from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its number in its tenant.
    pub id: AccountId,
    /// What kind of holder it has.
    pub kind: Kind,
    /// The decided state.
    pub status: Status,
    /// Who set the decided state.
    pub status_by: Origin,
    /// Whose file set the decided state, where a file did.
    #[serde(default)]
    pub status_source: Source,
    /// Since when it is in this state.
    pub status_since: Micros,
    /// The state the last vendor export showed; none where none has shown it (always none under authority `rollcall`).
    pub observed_status: Option<Status>,
    /// The roles the last vendor export showed.
    pub observed_roles: Option<Vec<Assignment>>,
    /// Of when that export was; where the power lies here, of when the file was that last changed state or roles.
    pub observed_at: Option<Micros>,
    /// What sources last showed in place of what was decided here of who the person is; by field, until one shows the
    /// same. Personal.
    #[serde(default)]
    pub observed_identity: Vec<(Field, String)>,
    /// Corporate address, unique in the tenant without regard to case.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Login name where it differs from the email; may be empty.
    pub username: String,
    /// SAML subject; may be empty.
    pub sid: String,
    /// The identity provider's number for the person; may be empty. First key of matching.
    pub external_id: String,
    /// Staff number; may be empty. Second key of matching.
    pub employee_id: String,
    /// The manager's email; may be empty.
    pub manager: String,
    /// Department; may be empty.
    pub department: String,
    /// Language tag; may be empty.
    pub language: String,
    /// Roles held, sorted.
    pub assignments: Vec<Assignment>,
    /// The team's scope.
    pub team: Option<ScopeId>,
    /// Second factor.
    pub mfa: Mfa,
    /// Who told us so.
    pub mfa_source: Source,
    /// When that was observed.
    pub mfa_at: Option<Micros>,
    /// When the account came to be (the vendor's date, else when we first saw it).
    pub created: Micros,
    /// Last successful interactive sign-in; none is *not known*, never *never*.
    pub last_sign_in: Option<Micros>,
    /// Last use of any kind that blocks inactivity: sign-in, non-interactive use, envelope activity; none is *not known*,
    /// [`NEVER_USED`] is *never*, as a source has told.
    #[serde(default, with = "wire_used")]
    pub last_use: Option<Micros>,
    /// When it was last reactivated: the idle clock and the MFA grace start again here.
    pub reactivated: Option<Micros>,
    /// When the open or last invitation was sent.
    pub invited_at: Option<Micros>,
    /// Since when a privileged role is held: the MFA grace counts from here.
    pub privileged_since: Option<Micros>,
    /// Last day of employment.
    pub end_date: Option<Day>,
    /// Planned leave, first day.
    pub leave_from: Option<Day>,
    /// Planned leave, last day.
    pub leave_to: Option<Day>,
    /// When the last inactivity warning went out; void once there is a later use.
    pub warned_idle_at: Option<Micros>,
    /// Days before suspension that warning announced (10, 3, 1).
    pub warned_idle_days: u8,
    /// When the last MFA warning went out.
    pub warned_mfa_at: Option<Micros>,
    /// No sweep touches the account before this.
    pub hold_until: Option<Micros>,
    /// Bumped whenever rights change: an older session's answer is no (IUSign, C3).
    pub manifest: u32,
    /// Counts of what it owns, in the order of [`ASSET_KINDS`]; empty when nothing is known.
    pub assets: Vec<u32>,
}

/// The kinds of things an account may own, in the order of [`Account::assets`].
pub const ASSET_KINDS: [&str; 7] = [
    "active envelopes",
    "completed envelopes",
    "drafts",
    "templates",
    "clipboard entries",
    "address book entries",
    "API keys",
];

/// One of each of [`ASSET_KINDS`].
pub const ASSET_NOUNS: [&str; ASSET_KINDS.len()] = [
    "active envelope",
    "completed envelope",
    "draft",
    "template",
    "clipboard entry",
    "address book entry",
    "API key",
];

/// What an account owns, each kind counted (`1 draft`); a kind of which there is nothing is left out.
pub fn owned(assets: &[u32]) -> Vec<String> {
    let counts = ASSET_NOUNS.iter().zip(assets);
    let some = counts.filter(|(_, count)| **count > 0);
    some.map(|(noun, count)| counted(*count, noun)).collect()
}

/// Stands on screen and in exports where personal data was taken out.
pub const REDACTED: &str = "(redacted)";

impl Account {
    /// Whether its personal data was taken out: every other account has an email.
    pub fn redacted(&self) -> bool {
        self.email.is_empty()
    }

    /// What a source last showed in place of what was decided here; none when no other is known.
    pub fn shown_otherwise(&self, field: Field) -> Option<&str> {
        let there = self.observed_identity.iter().find(|(f, _)| *f == field);
        there.map(|(_, text)| text.as_str())
    }

    /// Keeps what a source shows in place of what was decided here; none when it shows the same.
    pub fn show_otherwise(&mut self, field: Field, shown: Option<&str>) {
        self.observed_identity.retain(|(f, _)| *f != field);
        if let Some(shown) = shown {
            self.observed_identity.push((field, shown.to_owned()));
            self.observed_identity.sort_unstable();
        }
    }

    /// The email, or [`REDACTED`].
    pub fn address(&self) -> &str {
        match self.redacted() {
            true => REDACTED,
            false => &self.email,
        }
    }

    /// Who set its state, and whose file it was where a file did, for example `import (okta)`.
    pub fn status_told(&self) -> String {
        match (self.status_by, self.status_source) {
            (Origin::Import, source) if source != Source::Nobody => format!("import ({source})"),
            (by, _) => by.to_string(),
        }
    }

    /// A new active person without roles; every unnamed field is empty or unknown.
    pub fn new(id: AccountId, email: impl Into<String>, at: Micros) -> Self {
        Account {
            id,
            kind: Kind::Person,
            status: Status::Active,
            status_by: Origin::Import,
            status_source: Source::Nobody,
            status_since: at,
            observed_status: None,
            observed_roles: None,
            observed_at: None,
            observed_identity: Vec::new(),
            email: email.into(),
            first_name: String::new(),
            last_name: String::new(),
            username: String::new(),
            sid: String::new(),
            external_id: String::new(),
            employee_id: String::new(),
            manager: String::new(),
            department: String::new(),
            language: String::new(),
            assignments: Vec::new(),
            team: None,
            mfa: Mfa::Unknown,
            mfa_source: Source::Nobody,
            mfa_at: None,
            created: at,
            last_sign_in: None,
            last_use: None,
            reactivated: None,
            invited_at: None,
            privileged_since: None,
            end_date: None,
            leave_from: None,
            leave_to: None,
            warned_idle_at: None,
            warned_idle_days: 0,
            warned_mfa_at: None,
            hold_until: None,
            manifest: 0,
            assets: Vec::new(),
        }
    }

    /// First and last name with one space, or the email when both are empty, or [`REDACTED`].
    pub fn display_name(&self) -> String {
        display_name(&self.first_name, &self.last_name, &self.email)
    }
}

/// First and last name with one space, or the email when both are empty, or [`REDACTED`] when that is empty too.
pub fn display_name(first: &str, last: &str, email: &str) -> String {
    match (first.is_empty(), last.is_empty()) {
        (true, true) if email.is_empty() => REDACTED.to_owned(),
        (true, true) => email.to_owned(),
        (false, true) => first.to_owned(),
        (true, false) => last.to_owned(),
        (false, false) => format!("{first} {last}"),
    }
}
