//! What the rules of the sweeps read of one account: the numbers and dates, no texts.

use super::account::{Kind, Mfa, Origin, SeatHold, Status};
use super::ids::AccountId;
use super::time::{Day, Micros};

/// The facts of one account that sweeps judge by. Read straight from the directory's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each field is the one of the same name of `Account`, or is described"
)]
pub struct AccountFacts {
    pub id: AccountId,
    pub kind: Kind,
    pub status: Status,
    pub status_by: Origin,
    pub status_since: Micros,
    /// The state the last vendor export showed; none where none has shown it.
    pub observed: Option<Status>,
    pub mfa: Mfa,
    pub mfa_at: Option<Micros>,
    pub created: Micros,
    pub last_use: Option<Micros>,
    pub reactivated: Option<Micros>,
    pub invited_at: Option<Micros>,
    pub privileged_since: Option<Micros>,
    pub end_date: Option<Day>,
    pub leave_from: Option<Day>,
    pub leave_to: Option<Day>,
    pub warned_idle_at: Option<Micros>,
    pub warned_idle_days: u8,
    pub warned_mfa_at: Option<Micros>,
    pub hold_until: Option<Micros>,
    /// Holds a privileged role of the catalog.
    pub privileged: bool,
    /// Holds the owner role of the catalog.
    pub owner: bool,
    /// What it holds of the seats, by decided state.
    pub seat: SeatHold,
}

impl AccountFacts {
    /// As of somebody who must stay, like the only holder of the owner role.
    #[must_use]
    pub fn who_stays(self) -> Self {
        AccountFacts {
            owner: true,
            ..self
        }
    }
}
