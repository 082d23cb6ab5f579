//! What sign-ins move, in pages of 128 rows: a batch of sign-ins all over the directory copies little.

use crate::directory::activity::{self, ACTIVITY_DAYS, Counts};
use crate::domain::{Day, Micros};
use std::sync::Arc;

/// Rows a page.
pub(crate) const PAGE: usize = 128;

/// Stands for no instant. [`crate::directory::ApplyError::Instant`] keeps it from being one.
pub(crate) const NEVER: i64 = i64::MIN;

/// An instant column's value.
#[inline]
pub(crate) fn instant(value: i64) -> Option<Micros> {
    (value != NEVER).then_some(Micros(value))
}

/// What sign-ins move of 128 accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hot {
    pub last_sign_in: [i64; PAGE],
    pub last_use: [i64; PAGE],
    /// The day the 28 counts end on.
    pub last_day: [i32; PAGE],
    pub uses: [Counts; PAGE],
}

impl Default for Hot {
    fn default() -> Self {
        Hot {
            last_sign_in: [NEVER; PAGE],
            last_use: [NEVER; PAGE],
            last_day: [0; PAGE],
            uses: [[0; ACTIVITY_DAYS]; PAGE],
        }
    }
}

impl Hot {
    /// Adds uses on a day.
    pub fn add(&mut self, at: usize, day: Day, uses: u32) {
        activity::add(&mut self.uses[at], &mut self.last_day[at], day, uses);
    }
}

/// The pages of a chunk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pages(pub Vec<Arc<Hot>>);

impl Pages {
    /// The page of a row, and the row's place in it.
    #[inline]
    pub fn of(&self, row: usize) -> (&Hot, usize) {
        (&self.0[row / PAGE], row % PAGE)
    }

    /// The page of a row to be changed, copied when it is shared; it is made when there is none.
    pub fn of_mut(&mut self, row: usize) -> (&mut Hot, usize) {
        while self.0.len() <= row / PAGE {
            self.0.push(Arc::default());
        }
        (Arc::make_mut(&mut self.0[row / PAGE]), row % PAGE)
    }
}
