//! The reason of a change: which rule, the date it rests on, the limit it was held against.

use super::time::{Micros, Span};
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

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self
            .since
            .map(|s| s.day().to_string())
            .unwrap_or_else(|| "an unknown date".into());
        let limit = self
            .limit
            .map(|l| l.to_string())
            .unwrap_or_else(|| "the limit".into());
        match self.rule {
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
        }
        if let Some(note) = &self.note {
            write!(f, " ({note})")?;
        }
        Ok(())
    }
}
