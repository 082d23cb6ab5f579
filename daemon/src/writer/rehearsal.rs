//! Changes that are gone through and not made: each sees what those before it would have left, and nothing is written.

use super::draft::{Cache, Draft};
use super::fold::fold;
use super::{Errand, Plan};
use rollcall_shared::directory::State;
use rollcall_shared::domain::Micros;
use rollcall_shared::wire::Failure;
use serde_json::Value;

/// A state of its own, on which changes are planned, folded and guarded as the writer does it.
pub(crate) struct Rehearsal {
    state: State,
    cache: Cache,
}

impl Rehearsal {
    /// Begins at this state.
    pub(crate) fn of(state: &State) -> Self {
        Rehearsal {
            state: state.clone(),
            cache: Cache::default(),
        }
    }

    /// What a change would be answered with; the next one begins behind it.
    ///
    /// # Errors
    /// The refusal that the change would meet.
    pub(crate) fn change(
        &mut self,
        errand: &Errand,
        plan: Plan,
        now: Micros,
    ) -> Result<Value, Failure> {
        let draft = Draft {
            state: &self.state,
            now,
        };
        let proposal = plan(&draft, &mut self.cache)?;
        let folded = fold(&mut self.state, &mut self.cache, errand, proposal, now);
        folded.map(|(answer, _)| answer)
    }
}
