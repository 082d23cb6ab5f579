//! Plans and runs of sweeps. Plans are data: they can be previewed, hashed, approved, explained.

use super::account::{Status, words};
use super::ids::{AccountId, RunId};
use super::policy::{Mode, Sweep};
use super::time::{Micros, Span};
use super::why::Why;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// What a sweep does to one account.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum ActionKind {
    /// What follows is near; changes only the record of the warning.
    #[n(0)]
    Warn = 0,
    /// End sign-in at once; history and seat stay.
    #[n(1)]
    Suspend = 1,
    /// End all access, free the seat.
    #[n(2)]
    Deactivate = 2,
    /// End an open invitation, free the reserved seat.
    #[n(3)]
    Expire = 3,
    /// A person must decide: without this holder of the owner role there would be too few. Changes only the record of it.
    #[n(4)]
    Escalate = 4,
}
words!(ActionKind { Warn = "warn", Suspend = "suspend", Deactivate = "deactivate", Expire = "expire", Escalate = "escalate" });

/// One proposed act with the facts it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct Action {
    /// Whom.
    #[n(0)]
    pub account: AccountId,
    /// What.
    #[n(1)]
    pub kind: ActionKind,
    /// Why; its date is re-checked when the action is committed.
    #[n(2)]
    pub why: Why,
    /// The state the account was in when planned.
    #[n(3)]
    pub status: Status,
    /// Whether the account holds a privileged role: it counts five times in the blast budget.
    #[n(4)]
    pub privileged: bool,
    /// For a warning, how many days before the suspension (10, 3, 1); 0 otherwise.
    #[n(5)]
    pub stage: u8,
}

impl Action {
    /// The state without access in which it leaves the account; none where it leaves the state alone.
    pub fn leaves(&self) -> Option<Status> {
        match self.kind {
            ActionKind::Suspend => Some(Status::Suspended),
            ActionKind::Deactivate => Some(Status::Deactivated),
            ActionKind::Expire => Some(Status::Expired),
            ActionKind::Warn | ActionKind::Escalate => None,
        }
    }
}

/// Why an account that a rule would act on is left alone. Shown with a plan; never executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct Skip {
    /// Whom.
    #[n(0)]
    pub account: AccountId,
    /// The reason, one sentence.
    #[n(1)]
    pub reason: String,
}

/// What a sweep proposes for one tenant at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Plan {
    /// Which sweep.
    #[n(0)]
    pub sweep: Sweep,
    /// The instant it was planned for.
    #[n(1)]
    pub at: Micros,
    /// What to do, sorted by account.
    #[n(2)]
    pub actions: Vec<Action>,
    /// Hash of the policy in force when planned.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub policy_hash: [u8; 32],
    /// Hash of the catalog in force when planned.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub catalog_hash: [u8; 32],
    /// Why the whole plan must not be applied (feed unhealthy, budget exceeded …); empty when it may.
    #[n(5)]
    pub held: Vec<String>,
}

/// Plans may be applied for this long.
pub const PLAN_LIFE: Span = Span::hours(24);

/// What started a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Trigger {
    /// The schedule, with the instant it was due.
    #[n(0)]
    Schedule {
        /// When it was due.
        #[n(0)]
        due: Micros,
    },
    /// A person, now.
    #[n(1)]
    Manual,
}

/// How far a run is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum RunState {
    /// Report only: the policy observes.
    #[n(0)]
    Observed = 0,
    /// Waits for a person's approval.
    #[n(1)]
    Proposed = 1,
    /// Being applied; a crash resumes it.
    #[n(2)]
    Running = 2,
    /// Applied.
    #[n(3)]
    Done = 3,
    /// A person said no before it was begun, or ended it under way: what was applied by then stays. Or a newer proposal of
    /// the same sweep took its place.
    #[n(4)]
    Rejected = 4,
}
words!(RunState { Observed = "observed", Proposed = "proposed", Running = "running", Done = "done", Rejected = "rejected" });

/// What became of the actions of a run so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Encode, Decode)]
pub struct Outcome {
    /// Actions applied.
    #[n(0)]
    pub applied: u32,
    /// Actions skipped because their facts moved or an invariant forbade them, with the reason.
    #[n(1)]
    pub skipped: Vec<Skip>,
    /// How many actions of the plan were dealt with: applied or skipped.
    #[n(2)]
    pub cursor: u32,
    /// When they were: one for each step that dealt with some, oldest first.
    #[n(3)]
    #[cbor(default)]
    pub steps: Vec<Step>,
}

/// One step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct Step {
    /// When it was committed.
    #[n(0)]
    pub at: Micros,
    /// How many actions of the plan were dealt with by then.
    #[n(1)]
    pub cursor: u32,
}

impl Run {
    /// The actions applied after `since`, whenever the run was started.
    pub fn applied_after(&self, since: Micros) -> impl Iterator<Item = &Action> {
        let steps = &self.outcome.steps;
        let earlier = steps.iter().rev().find(|step| step.at <= since);
        let from = earlier.map_or(0, |step| step.cursor as usize);
        let to = steps.last().map_or(from, |step| step.cursor as usize);
        let actions = self.plan.actions.get(from..to).unwrap_or_default();
        let skipped = self.outcome.skipped.iter().map(|s| s.account);
        let skipped: HashSet<AccountId> = match actions {
            [] => HashSet::new(),
            _ => skipped.collect(),
        };
        actions
            .iter()
            .filter(move |a| !skipped.contains(&a.account))
    }
}

/// The record of one run of one sweep in one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Run {
    /// Its id.
    #[n(0)]
    pub id: RunId,
    /// What started it.
    #[n(1)]
    pub trigger: Trigger,
    /// The policy's mode when it started.
    #[n(2)]
    pub mode: Mode,
    /// Who started it: `schedule` or the operator's name.
    #[n(3)]
    pub started_by: String,
    /// When.
    #[n(4)]
    pub started_at: Micros,
    /// When it ended.
    #[n(5)]
    pub finished_at: Option<Micros>,
    /// How far it is.
    #[n(6)]
    pub state: RunState,
    /// What it set out to do.
    #[n(7)]
    pub plan: Plan,
    /// What became of it.
    #[n(8)]
    pub outcome: Outcome,
    /// Who approved or rejected it.
    #[n(9)]
    pub decided_by: Option<String>,
}
