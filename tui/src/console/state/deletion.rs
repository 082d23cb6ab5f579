//! The form of a deletion.

use super::flow::Whom;
use super::picker::Picker;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::asset::HandoverPlan;
use tui_input::Input;

/// Deleting an account, with a successor.
#[derive(Debug, Clone)]
pub struct Deletion {
    /// Whom.
    pub whom: Whom,
    /// What they own, and who could take over.
    pub plan: Option<HandoverPlan>,
    /// Why there is no plan.
    pub no_plan: Option<Failure>,
    /// Successors: proposed, or found by what is typed.
    pub successors: Picker,
    /// Whether a successor takes over what was sent; else nothing moves.
    pub hands_over: bool,
    /// What is ticked, in the order of [`Deletion::TICKS`].
    pub ticks: [bool; 5],
    /// Why.
    pub reason: Input,
    /// Which part is typed in: 0 the successor, then the ticks, at last the reason.
    pub at: usize,
    /// Lines of what is owned scrolled away.
    pub scroll: usize,
}

impl Deletion {
    /// What it says on the command line and here to delete somebody of whose property nothing was imported.
    pub const UNKNOWN: &str = "Delete although nothing is known of what the account owns";

    /// What can be ticked: what moves as well, and at last that what is owned need not be known.
    pub const TICKS: [&str; 5] = [
        "Drafts move as well",
        "Templates move as well",
        "Clipboard entries move as well",
        "Address book entries move as well",
        Self::UNKNOWN,
    ];

    /// The part of the reason.
    pub const LAST: usize = Self::TICKS.len() + 1;

    /// Which tick the cursor is on; none when it is elsewhere.
    pub fn tick(&self) -> Option<usize> {
        let at = self.at.checked_sub(1)?;
        (at < Self::TICKS.len()).then_some(at)
    }

    /// The first part there is: without a successor nothing moves, and only the last tick is left.
    pub fn first(&self) -> usize {
        match self.hands_over {
            true => 0,
            false => Self::TICKS.len(),
        }
    }

    /// To the part before or behind; around at the ends.
    pub fn go(&mut self, by: isize) {
        let first = self.first();
        let parts = (Self::LAST - first).cast_signed() + 1;
        let to = ((self.at - first).cast_signed() + by).rem_euclid(parts);
        self.at = first + to.cast_unsigned();
    }
}
