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
    /// What moves besides what was sent, in the order of [`Deletion::TICKS`].
    pub ticks: [bool; 4],
    /// Why.
    pub reason: Input,
    /// Which part is typed in: 0 the successor, then the ticks, at last the reason.
    pub at: usize,
    /// Lines of what is owned scrolled away.
    pub scroll: usize,
}

impl Deletion {
    /// What can be ticked to move as well.
    pub const TICKS: [&str; 4] = [
        "Drafts move as well",
        "Templates move as well",
        "Clipboard entries move as well",
        "Address book entries move as well",
    ];

    /// The part of the reason.
    pub const LAST: usize = Self::TICKS.len() + 1;

    /// Which tick the cursor is on; none when it is elsewhere.
    pub fn tick(&self) -> Option<usize> {
        let at = self.at.checked_sub(1)?;
        (at < Self::TICKS.len()).then_some(at)
    }

    /// To the part before or behind; around at the ends.
    pub fn go(&mut self, by: isize) {
        let parts = Self::LAST.cast_signed() + 1;
        let to = (self.at.cast_signed() + by).rem_euclid(parts);
        self.at = to.cast_unsigned();
    }
}
