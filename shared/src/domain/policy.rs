//! Policies: what each sweep may do in a tenant, after how long, in which mode, when.

use super::account::words;
use super::time::{Day, Micros, Span};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The four sweeps, each with its policy of the same name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Sweep {
    /// Warn, suspend, deactivate idle accounts.
    #[n(0)]
    Inactivity = 0,
    /// Deactivate who holds a seat and will not use it.
    #[n(1)]
    Seats = 1,
    /// Expire pending invitations and free their reserved seats.
    #[n(2)]
    Invitations = 2,
    /// Enforce the MFA mandate on privileged roles.
    #[n(3)]
    Mfa = 3,
}
words!(Sweep { Inactivity = "inactivity", Seats = "seats", Invitations = "invitations", Mfa = "mfa" });

/// What a policy may do by itself.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Mode {
    /// Report only: the default.
    #[n(0)]
    Observe = 0,
    /// Propose; a person approves.
    #[n(1)]
    Approve = 1,
    /// Act.
    #[n(2)]
    Auto = 2,
}
words!(Mode { Observe = "observe", Approve = "approve", Auto = "auto" });

/// One sweep's policy in one tenant. Limits that a sweep does not know stand at their defaults and mean nothing to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Policy {
    /// What it may do by itself.
    #[n(0)]
    pub mode: Mode,
    /// When, in ordinary five-field crontab syntax, on the tenant's clock.
    #[n(1)]
    pub schedule: String,
    /// When the policy first left `observe`, or was last tightened: its 14-day amnesty counts from here. Set by the
    /// verb that changes the policy, never renewed by toggling.
    #[n(2)]
    pub armed_at: Option<Micros>,
    /// inactivity: suspend after this long without use.
    #[n(3)]
    pub suspend_after: Span,
    /// inactivity: deactivate this long after the suspension.
    #[n(4)]
    pub deactivate_after: Span,
    /// inactivity: warn this many days before the suspension, largest first.
    #[n(5)]
    pub warn_days: Vec<u8>,
    /// seats: deactivate who was suspended for other reasons this long ago.
    #[n(6)]
    pub reclaim_after: Span,
    /// invitations: an invitation lives this long. The default is 7 days (IUSign publishes it; C20 for the others).
    #[n(7)]
    pub invitation_valid: Span,
    /// mfa: time to enrol after a privileged role was granted, the policy armed, or the account reactivated.
    #[n(8)]
    pub mfa_grace: Span,
    /// mfa: a state older than this is unknown.
    #[n(9)]
    pub mfa_fresh: Span,
    /// Put to rest by a restore: it observes until somebody sets its mode, whatever the settings propose.
    #[n(10)]
    #[cbor(default)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resting: bool,
    /// The proposal of a settings file that was adopted last, in its own words: the same one is not adopted again over
    /// what people set since.
    #[n(11)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<String>,
    /// inactivity: sign-ins before this day do not count for what is usual of the sign-in feed: somebody accepted that
    /// there are fewer since.
    #[n(12)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_since: Option<Day>,
    /// What the last amnesty was given for; none before the first one, and where an earlier version gave it.
    #[n(13)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub armed_for: Option<ArmedFor>,
}

/// The limits an amnesty was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ArmedFor {
    /// As [`Policy::suspend_after`].
    #[n(0)]
    pub suspend_after: Span,
    /// As [`Policy::deactivate_after`].
    #[n(1)]
    pub deactivate_after: Span,
    /// As [`Policy::reclaim_after`].
    #[n(2)]
    pub reclaim_after: Span,
    /// As [`Policy::mfa_grace`].
    #[n(3)]
    pub mfa_grace: Span,
    /// As [`Policy::mfa_fresh`].
    #[n(4)]
    pub mfa_fresh: Span,
    /// Since when looser ones are in force; none while they are not.
    #[n(5)]
    pub eased_at: Option<Micros>,
}

/// After arming or tightening, warnings are recorded and nothing acts for this long.
pub const AMNESTY: Span = Span::days(14);

impl Policy {
    /// The policy a new tenant starts with: observe, limits of the `pci` profile, nightly.
    pub fn default_of(sweep: Sweep) -> Self {
        let schedule = match sweep {
            Sweep::Inactivity => "0 3 * * *",
            Sweep::Seats => "30 3 * * *",
            Sweep::Invitations => "0 4 * * *",
            Sweep::Mfa => "30 4 * * *",
        };
        Policy {
            mode: Mode::Observe,
            schedule: schedule.into(),
            armed_at: None,
            suspend_after: Span::days(83),
            deactivate_after: Span::days(30),
            warn_days: vec![10, 3, 1],
            reclaim_after: Span::days(30),
            invitation_valid: Span::days(7),
            mfa_grace: Span::days(14),
            mfa_fresh: Span::days(7),
            resting: false,
            adopted: None,
            feed_since: None,
            armed_for: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A policy as it was written before a restore could put it to rest.
    #[derive(Encode)]
    struct Earlier {
        #[n(0)]
        mode: Mode,
        #[n(1)]
        schedule: String,
        #[n(2)]
        armed_at: Option<Micros>,
        #[n(3)]
        suspend_after: Span,
        #[n(4)]
        deactivate_after: Span,
        #[n(5)]
        warn_days: Vec<u8>,
        #[n(6)]
        reclaim_after: Span,
        #[n(7)]
        invitation_valid: Span,
        #[n(8)]
        mfa_grace: Span,
        #[n(9)]
        mfa_fresh: Span,
    }

    #[test]
    fn a_policy_that_was_written_before_it_could_rest_is_read_as_it_was_and_awake() {
        let policy = Policy {
            mode: Mode::Auto,
            armed_at: Some(Micros(7)),
            ..Policy::default_of(Sweep::Mfa)
        };
        let earlier = minicbor::to_vec(Earlier {
            mode: policy.mode,
            schedule: policy.schedule.clone(),
            armed_at: policy.armed_at,
            suspend_after: policy.suspend_after,
            deactivate_after: policy.deactivate_after,
            warn_days: policy.warn_days.clone(),
            reclaim_after: policy.reclaim_after,
            invitation_valid: policy.invitation_valid,
            mfa_grace: policy.mfa_grace,
            mfa_fresh: policy.mfa_fresh,
        })
        .unwrap();
        assert_eq!(minicbor::decode::<Policy>(&earlier).unwrap(), policy);
        let resting = Policy {
            resting: true,
            ..policy
        };
        let now = minicbor::to_vec(&resting).unwrap();
        assert_eq!(minicbor::decode::<Policy>(&now).unwrap(), resting);
    }
}
