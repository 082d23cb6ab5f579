//! What a people file or a sign-in file says of one person or event, before it is matched to an account.

use super::account::{Kind, Mfa, Source, Status};
use super::sign_in::SignInKind;
use super::time::{Day, Micros};

/// A last sign-in as a source tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// The source says there never was one.
    Never,
    /// The source gives the instant.
    At(Micros),
}

/// One row of a people file. What is `None` the file does not say; an empty text it says is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PersonRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// Address; always there, checked for syntax, domain in ASCII lower case.
    pub email: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// State.
    pub status: Option<Status>,
    /// Role names or identifiers as written.
    pub roles: Option<Vec<String>>,
    /// Team by name.
    pub team: Option<String>,
    /// Account (sub-account, application) by name or path with `/`.
    pub account: Option<String>,
    /// Second factor.
    pub mfa: Option<Mfa>,
    /// Who tells of the second factor.
    pub mfa_source: Option<Source>,
    /// When the second factor was seen so, where the file states it.
    pub mfa_at: Option<Micros>,
    /// Last sign-in.
    pub last_sign_in: Option<Told>,
    /// Creation time.
    pub created: Option<Micros>,
    /// When the invitation was sent, for rows in state invited.
    pub invited_at: Option<Micros>,
    /// Kind.
    pub kind: Option<Kind>,
    /// Language tag.
    pub language: Option<String>,
    /// Login name.
    pub username: Option<String>,
    /// SAML subject.
    pub sid: Option<String>,
    /// Identity provider's number.
    pub external_id: Option<String>,
    /// Staff number.
    pub employee_id: Option<String>,
    /// Manager's email.
    pub manager: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Last day of employment; the inner none says there is none.
    pub end_date: Option<Option<Day>>,
    /// Planned leave, first day; the inner none says there is none.
    pub leave_from: Option<Option<Day>>,
    /// Planned leave, last day; the inner none says there is none.
    pub leave_to: Option<Option<Day>>,
}

/// One event of a sign-in file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SignInRow {
    /// Line (or element) in the file, from 1.
    pub line: u64,
    /// The source's event id.
    pub event: String,
    /// When.
    pub at: Micros,
    /// Email or login name of the person.
    pub user: String,
    /// The identity provider's number for the person; may be empty.
    pub external_id: String,
    /// What.
    pub kind: SignInKind,
    /// Uses it stands for.
    pub count: u32,
    /// The tenant the event names, where the format does.
    pub tenant: Option<String>,
    /// Where it came from, as the source writes it; kept for rows that are set aside, and nowhere else.
    pub ip: Option<Box<str>>,
    /// The country the source takes that for.
    pub country: Option<Box<str>>,
}
