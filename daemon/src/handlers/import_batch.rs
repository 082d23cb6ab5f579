//! What a batch of an import comes to, whatever is brought in.

use crate::writer::Proposal;
use rollcall_shared::wire::import::{ImportLine, ImportSummary};
use rollcall_shared::wire::{Class, Failure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The counts of one batch. Kept in the journal for retries: numbers only.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub ignored: u64,
    pub unknown: u64,
    pub conflicts: u64,
    pub refused: u64,
    pub confirmed: u64,
    /// Orders that an earlier row of the file confirmed and a later one contradicts.
    pub reopened: u64,
    /// Moves that failed by what the file shows.
    pub failed: u64,
    /// People who lose access or privileged roles.
    pub losing: u64,
}

impl Counts {
    /// The counts in the answer to a batch.
    pub fn of(answer: Value) -> Result<Self, Failure> {
        serde_json::from_value(answer).map_err(|e| {
            let what = format!("the batch's answer cannot be read: {e}");
            Failure::new(Class::Error, what)
        })
    }

    /// Adds them to the summary of the import.
    pub fn add_to(&self, summary: &mut ImportSummary) {
        summary.added += self.added;
        summary.changed += self.changed;
        summary.unchanged += self.unchanged;
        summary.ignored += self.ignored;
        summary.unknown += self.unknown;
        summary.conflicts += self.conflicts;
        summary.refused += self.refused;
        summary.confirmed = (summary.confirmed + self.confirmed).saturating_sub(self.reopened);
        summary.losing += self.losing;
    }
}

/// A batch that was planned: what is proposed, and what is told of its rows.
pub(super) struct Planned {
    pub proposal: Proposal,
    pub lines: Vec<ImportLine>,
}
