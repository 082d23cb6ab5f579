//! The records of runs of sweeps.

use super::calendar::Ago;
use super::scene::Scene;
use rollcall_shared::domain::{
    Action, Entry, Fact, Mode, Outcome, Plan, Run, RunId, RunState, Sweep, Trigger,
};
use rollcall_shared::rules::{guards, policy_hash};

impl Scene {
    /// The id of the run of a sweep in a night.
    pub fn run_of(&self, sweep: Sweep, ago: Ago) -> RunId {
        self.run_id(sweep, self.calendar.due(sweep, ago))
    }

    /// The run of a sweep in a night, as it started with these actions.
    pub fn run(&self, sweep: Sweep, ago: Ago, actions: Vec<Action>) -> Run {
        let due = self.calendar.due(sweep, ago);
        let mode = self.spec.mode;
        // What acts by itself stayed inside the budget; what only proposes says when it did not.
        let held = match mode {
            Mode::Auto => None,
            Mode::Approve | Mode::Observe => guards::budget(&actions, 0, self.cast.accounts),
        };
        Run {
            id: self.run_of(sweep, ago),
            trigger: Trigger::Schedule { due },
            mode,
            started_by: "schedule".into(),
            started_at: due,
            finished_at: (mode == Mode::Observe).then_some(due),
            state: match mode {
                Mode::Observe => RunState::Observed,
                Mode::Approve => RunState::Proposed,
                Mode::Auto => RunState::Running,
            },
            plan: Plan {
                sweep,
                at: due,
                actions,
                policy_hash: policy_hash(&self.policy(sweep)),
                catalog_hash: self.catalog.hash,
                held: held.into_iter().collect(),
            },
            outcome: Outcome::default(),
            decided_by: None,
        }
    }
}

/// A run's next state.
pub fn advance(run: RunId, state: RunState, applied: u32, decided_by: Option<String>) -> Entry {
    Entry::plain(Fact::RunAdvanced {
        run,
        state,
        applied,
        skipped: Vec::new(),
        cursor: applied,
        decided_by,
    })
}
