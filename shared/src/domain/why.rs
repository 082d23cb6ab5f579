//! The reason of a change: which rule, the date it rests on, the limit it was held against.

use super::time::{Micros, Span};
use jiff::tz::TimeZone;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The rules that give reasons. Numbers are for ever.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Rule {
    /// A person asked for it.
    #[n(0)]
    Request,
    /// A people file said so.
    #[n(1)]
    PeopleFile,
    /// Inactivity: suspension is near.
    #[n(2)]
    IdleWarning,
    /// Inactivity: not used for longer than the policy allows.
    #[n(3)]
    IdleTooLong,
    /// Inactivity: suspended for it longer than the policy allows.
    #[n(4)]
    IdleSuspendedTooLong,
    /// Seats: suspended for other reasons and still on a seat.
    #[n(5)]
    SeatUnused,
    /// Seats: the last day of employment has passed.
    #[n(6)]
    EndDatePassed,
    /// Invitations: not accepted in time.
    #[n(7)]
    InvitationOverdue,
    /// MFA mandate: a privileged role without a second factor, inside the grace period.
    #[n(8)]
    MfaWarning,
    /// MFA mandate: the grace period has passed.
    #[n(9)]
    MfaMissing,
    /// An owner was named for the tenant.
    #[n(10)]
    OwnerNamed,
    /// A sign-in file showed it.
    #[n(11)]
    SignInFile,
    /// A role was granted or taken.
    #[n(12)]
    RoleChange,
    /// Part of the made-up population of the demo.
    #[n(13)]
    Demo,
    /// Invited.
    #[n(14)]
    Invited,
    /// The invited person answered.
    #[n(15)]
    Answered,
    /// The tenant was handed from one owner to another.
    #[n(16)]
    OwnershipTransfer,
    /// What the account owns was imported, or handed over.
    #[n(17)]
    Assets,
    /// Deleted, where the catalog allows it.
    #[n(18)]
    Deletion,
    /// A review said so.
    #[n(19)]
    Review,
    /// The person leaves.
    #[n(20)]
    Offboarding,
    /// The tree of accounts changed.
    #[n(21)]
    Structure,
    /// Somebody else's personal data was taken out of what was said of the account.
    #[n(22)]
    Redaction,
}

/// Why an account changed. Dates, never ages: the same reason reads the same on any day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct Why {
    /// Which rule.
    #[n(0)]
    pub rule: Rule,
    /// The date the rule rests on (last use, suspension, invitation …).
    #[n(1)]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<Micros>,
    /// The limit it was held against.
    #[n(2)]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<Span>,
    /// What the person who asked gave as the reason.
    #[n(3)]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

impl Why {
    /// A reason that is only a rule.
    pub fn rule(rule: Rule) -> Self {
        Why {
            rule,
            since: None,
            limit: None,
            note: None,
        }
    }

    /// A rule with the date it rests on and its limit.
    pub fn dated(rule: Rule, since: Micros, limit: Span) -> Self {
        Why {
            rule,
            since: Some(since),
            limit: Some(limit),
            note: None,
        }
    }
}

impl Why {
    /// The reason in one sentence, its days on the clock of `zone`: the tenant's.
    pub fn told<'a>(&'a self, zone: &'a TimeZone) -> impl fmt::Display + 'a {
        Told(self, zone)
    }
}

struct Told<'a>(&'a Why, &'a TimeZone);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told(why, zone) = *self;
        let since = why.since.map(|at| match why.rule {
            // A day of the calendar and no instant: it is kept as the first instant of its UTC day.
            Rule::EndDatePassed => at.day(),
            _ => at.day_in(zone),
        });
        let since = since.map_or_else(|| "an unknown date".into(), |day| day.to_string());
        let limit = why
            .limit
            .map(|l| l.to_string())
            .unwrap_or_else(|| "the limit".into());
        match why.rule {
            Rule::Request => f.write_str("asked for")?,
            Rule::PeopleFile => f.write_str("as the people file says")?,
            Rule::IdleWarning => write!(
                f,
                "not used since {since}: suspension follows after {limit} without use"
            )?,
            Rule::IdleTooLong => write!(f, "not used since {since}; the policy allows {limit}")?,
            Rule::IdleSuspendedTooLong => write!(
                f,
                "suspended for inactivity since {since}; deactivation follows after {limit}"
            )?,
            Rule::SeatUnused => write!(
                f,
                "suspended since {since} and still on a seat; seats are reclaimed after {limit}"
            )?,
            Rule::EndDatePassed => write!(f, "employment ended on {since}")?,
            Rule::InvitationOverdue => {
                write!(f, "invited on {since}, not accepted within {limit}")?
            }
            Rule::MfaWarning => write!(
                f,
                "privileged role without a second factor since {since}; the grace period is {limit}"
            )?,
            Rule::MfaMissing => write!(
                f,
                "privileged role without a second factor since {since}; the grace period of {limit} has passed"
            )?,
            Rule::OwnerNamed => f.write_str("named owner of the tenant")?,
            Rule::SignInFile => f.write_str("as the sign-in file shows")?,
            Rule::RoleChange => f.write_str("role change")?,
            Rule::Demo => f.write_str("made up for the demo")?,
            Rule::Invited => f.write_str("invited")?,
            Rule::Answered => f.write_str("as the invited person answered")?,
            Rule::OwnershipTransfer => f.write_str("Transfer of Ownership")?,
            Rule::Assets => f.write_str("what it owns changed")?,
            Rule::Deletion => f.write_str("deleted")?,
            Rule::Review => f.write_str("as the review said")?,
            Rule::Offboarding => f.write_str("the person leaves")?,
            Rule::Structure => f.write_str("the tree of accounts changed")?,
            Rule::Redaction => f.write_str("somebody else's personal data was taken out")?,
        }
        if let Some(note) = &why.note {
            write!(f, " ({note})")?;
        }
        Ok(())
    }
}
