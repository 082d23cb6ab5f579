//! Restoring a backup: a new store whose policies all observe, so that nothing acts on facts of the past.

use rollcall_shared::directory::checkpoint::{self, LoadError};
use rollcall_shared::domain::{
    Actor, Batch, Entry, Fact, Header, JournalId, Micros, Mode, Policy, Run, RunState, Seal, Sweep,
    codec,
};
use rollcall_shared::store::{Append, AppendError, Port, StoreError, backup};
use std::path::{Path, PathBuf};

/// What a restore did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreReport {
    /// Journals brought back.
    pub journals: u64,
    /// Batches brought back.
    pub batches: u64,
    /// Policies set back to observe.
    pub policies_observing: u64,
}

/// Why a backup was not restored. A store that was there before is never touched.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup or the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journals cannot be folded.
    #[error("the backup cannot be read: {0}")]
    Load(#[from] LoadError),
    /// The policies could not be set to observe.
    #[error("the restored store was not put to rest: {0}; do not use it")]
    Append(#[from] AppendError),
    /// A restore that was cut off left a store that may still be armed, or another one is under way.
    #[error(
        "{0} is there: a restore was cut off, or another one is under way; when none is, remove it and restore again"
    )]
    CutOff(PathBuf),
    /// The backup itself.
    #[error(transparent)]
    Backup(#[from] backup::BackupError),
}

/// Makes a new store at `store` from the backup file and sets every policy to observe, as audited entries.
///
/// # Errors
/// When the backup is not whole, or there is a store at that path already.
pub fn restore(backup: &Path, store: &Path, now: Micros) -> Result<RestoreReport, RestoreError> {
    // Beside it first: a store that is still armed must never stand where it will be used.
    if store.exists() {
        return Err(StoreError::Io {
            path: store.display().to_string(),
            source: std::io::ErrorKind::AlreadyExists.into(),
        }
        .into());
    }
    let beside = store.with_extension("restoring");
    if beside.exists() {
        return Err(RestoreError::CutOff(beside));
    }
    let report = rest(backup, &beside, now)?;
    std::fs::rename(&beside, store).map_err(|source| StoreError::Io {
        path: store.display().to_string(),
        source,
    })?;
    Ok(report)
}

/// The restored store with every policy observing and no run open.
fn rest(backup: &Path, store: &Path, now: Micros) -> Result<RestoreReport, RestoreError> {
    let mut port = backup::restore(backup, store)?;
    let state = checkpoint::load(port.reader().as_ref())?;
    let mut report = RestoreReport {
        journals: 0,
        batches: 0,
        policies_observing: 0,
    };
    for journal in port.reader().journals()? {
        report.journals += 1;
        report.batches += port.reader().head(journal)?.seq;
    }
    let mut group = Vec::new();
    for view in state.tenants() {
        let entries: Vec<Entry> = Sweep::ALL
            .iter()
            .map(|sweep| (*sweep, view.policy(*sweep)))
            .filter(|(_, policy)| policy.mode != Mode::Observe)
            .map(|(sweep, old)| {
                let new = Policy {
                    mode: Mode::Observe,
                    ..old.clone()
                };
                Entry::plain(Fact::PolicySet {
                    sweep,
                    old: Some(old),
                    new,
                })
            })
            .collect();
        report.policies_observing += entries.len() as u64;
        let open = |run: &&Run| matches!(run.state, RunState::Running | RunState::Proposed);
        let ended = view.runs().filter(open).map(|run| {
            Entry::plain(Fact::RunAdvanced {
                run: run.id,
                state: RunState::Rejected,
                applied: 0,
                skipped: Vec::new(),
                cursor: run.outcome.cursor,
                decided_by: Some("backup restore".into()),
            })
        });
        let entries: Vec<Entry> = entries.into_iter().chain(ended).collect();
        if entries.is_empty() {
            continue;
        }
        let journal = JournalId::from(view.tenant.id);
        let header = Header {
            journal,
            at: now.max(state.journal_at(journal)),
            actor: Actor::daemon(),
            verb: "backup restore".into(),
            request: None,
            run: None,
            reason: Some("a restored store observes until it is armed again".into()),
            answer: None,
            seal: Seal::default(),
        };
        let bytes = codec::encode(&Batch { header, entries });
        let batch_id = *uuid::Uuid::now_v7().as_bytes();
        group.push(Append {
            journal,
            seq: state.journal_seq(journal) + 1,
            batch_id,
            bytes,
        });
    }
    if !group.is_empty() {
        let epoch = port.epoch();
        port.append(epoch, &group)?;
    }
    Ok(report)
}
