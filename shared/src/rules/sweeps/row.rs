//! Reading accounts sparingly. Of a million accounts a sweep concerns a few; which ones is told by a byte or two and one
//! date of each, so a directory of columns need not put the other records together.

use super::Judge;
use super::inactivity::idle_since;
use super::invitations::invited_since;
use crate::domain::{
    AccountFacts, Day, Kind, Mfa, Micros, Origin, Span, Status, Sweep, TenantState,
};

/// An account that can be read field by field, or whole.
pub trait Row {
    /// What kind of holder it has.
    fn kind(&self) -> Kind;
    /// The decided state.
    fn status(&self) -> Status;
    /// Who set the decided state.
    fn status_by(&self) -> Origin;
    /// Since when it is in this state.
    fn status_since(&self) -> Micros;
    /// When the open invitation was sent; without a date, since when the account waits.
    fn invited_since(&self) -> Micros;
    /// Second factor.
    fn mfa(&self) -> Mfa;
    /// Holds a privileged role.
    fn privileged(&self) -> bool;
    /// The latest of last use, creation and reactivation.
    fn idle_since(&self) -> Micros;
    /// Whether it is idle since this instant or longer.
    #[inline]
    fn idle_by(&self, limit: Micros) -> bool {
        self.idle_since() <= limit
    }
    /// Last day of employment.
    fn end_date(&self) -> Option<Day>;
    /// All that sweeps judge by.
    fn facts(&self) -> AccountFacts;
}

/// What the accounts that a sweep may have anything to say of have in common, in words of which a column can be asked for
/// many accounts at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concern {
    /// The decided state.
    pub status: Status,
    /// What kind of holder; none is any, here and below.
    pub kind: Option<Kind>,
    /// Who set the decided state.
    pub status_by: Option<Origin>,
    /// Second factor.
    pub mfa: Option<Mfa>,
    /// Last used at or before this instant.
    pub used_by: Option<Micros>,
    /// Holds a privileged role.
    pub privileged: bool,
    /// Has a last day of employment.
    pub ends: bool,
}

impl Concern {
    /// All accounts in a state.
    fn all(status: Status) -> Self {
        Concern {
            status,
            kind: None,
            status_by: None,
            mfa: None,
            used_by: None,
            privileged: false,
            ends: false,
        }
    }
}

impl Row for AccountFacts {
    fn kind(&self) -> Kind {
        self.kind
    }
    fn status(&self) -> Status {
        self.status
    }
    fn status_by(&self) -> Origin {
        self.status_by
    }
    fn status_since(&self) -> Micros {
        self.status_since
    }
    fn invited_since(&self) -> Micros {
        invited_since(self)
    }
    fn mfa(&self) -> Mfa {
        self.mfa
    }
    fn privileged(&self) -> bool {
        self.privileged
    }
    fn idle_since(&self) -> Micros {
        idle_since(self)
    }
    fn end_date(&self) -> Option<Day> {
        self.end_date
    }
    fn facts(&self) -> AccountFacts {
        *self
    }
}

/// Whether a sweep may have anything to say of an account. These only ever spare a look: what they pass over, the
/// sweep's own rule has nothing to do with. Leave and amnesty only put limits off, so the bare limits suffice.
impl Judge<'_> {
    /// What the sweep is about.
    pub(super) fn concerns(&self) -> Vec<Concern> {
        if self.context.tenant_state == TenantState::Filling {
            return Vec::new();
        }
        match self.sweep {
            Sweep::Inactivity => vec![
                Concern {
                    kind: Some(Kind::Person),
                    used_by: Some(self.busy_after),
                    ..Concern::all(Status::Active)
                },
                Concern {
                    kind: Some(Kind::Person),
                    status_by: Some(Origin::Inactivity),
                    ..Concern::all(Status::Suspended)
                },
            ],
            Sweep::Seats => vec![
                Concern {
                    ends: true,
                    ..Concern::all(Status::Active)
                },
                Concern::all(Status::Suspended),
            ],
            Sweep::Invitations => vec![Concern::all(Status::Invited)],
            Sweep::Mfa => [Mfa::Unknown, Mfa::None]
                .map(|mfa| Concern {
                    mfa: Some(mfa),
                    privileged: true,
                    ..Concern::all(Status::Active)
                })
                .to_vec(),
        }
    }

    #[inline]
    pub(super) fn may_be_idle(&self, row: &impl Row) -> bool {
        match row.status() {
            Status::Active => row.idle_by(self.busy_after) && row.kind() == Kind::Person,
            Status::Suspended => {
                row.status_by() == Origin::Inactivity
                    && self.over(row.status_since(), self.context.policy.deactivate_after)
            }
            _ => false,
        }
    }

    #[inline]
    pub(super) fn may_waste_a_seat(&self, row: &impl Row) -> bool {
        let ended = || row.end_date().is_some_and(|last| last < self.today);
        match row.status() {
            Status::Active => ended(),
            Status::Suspended => {
                ended() || self.over(row.status_since(), self.context.policy.reclaim_after)
            }
            _ => false,
        }
    }

    #[inline]
    pub(super) fn may_be_overdue(&self, row: &impl Row) -> bool {
        row.status() == Status::Invited
            && self.over(row.invited_since(), self.context.policy.invitation_valid)
    }

    #[inline]
    pub(super) fn may_lack_mfa(row: &impl Row) -> bool {
        row.privileged()
            && row.status() == Status::Active
            && matches!(row.mfa(), Mfa::Unknown | Mfa::None)
    }

    #[inline]
    fn over(&self, since: Micros, limit: Span) -> bool {
        since.plus(limit) <= self.now()
    }
}
