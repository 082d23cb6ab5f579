//! Restoring a backup: a new store whose policies all observe, so that nothing acts on facts of the past.

use crate::handlers::unfinished_handovers;
use rollcall_shared::directory::checkpoint::{self, LoadError};
use rollcall_shared::domain::{
    Actor, Batch, Entry, Fact, Handover, Header, JournalId, Micros, Mode, Policy, Record, Run,
    RunState, Seal, Sweep, codec,
};
use rollcall_shared::store::{Append, AppendError, Lock, Port, StoreError, backup, redb_store};
use std::io;
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
    /// Unfinished hand-overs put to rest.
    pub handovers_resting: u64,
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
    /// There is something where the store is to go.
    #[error("{0} is there already")]
    Occupied(PathBuf),
    /// A restore that was cut off left a store that may still be armed.
    #[error("{0} is there: a restore was cut off")]
    CutOff(PathBuf),
    /// Somebody else restores to the same place.
    #[error("another restore to {0} is under way")]
    UnderWay(PathBuf),
    /// The backup itself.
    #[error(transparent)]
    Backup(#[from] backup::BackupError),
}

/// Whether a backup can be restored to `store`: nothing may be there, and nobody may hold what was there.
///
/// # Errors
/// [`RestoreError::Occupied`], [`RestoreError::CutOff`], [`RestoreError::UnderWay`], or [`StoreError::Held`] by a daemon
/// whose store was moved away while it ran.
pub fn restore_at(store: &Path) -> Result<(), RestoreError> {
    if store.symlink_metadata().is_ok() {
        return Err(RestoreError::Occupied(store.to_owned()));
    }
    let folder = store.parent().filter(|f| !f.as_os_str().is_empty());
    if let Some(folder) = folder
        && let Err(source) = std::fs::metadata(folder)
    {
        let path = folder.display().to_string();
        return Err(StoreError::Io { path, source }.into());
    }
    let beside = unarmed(store);
    if !beside.exists() {
        Lock::take(store)?.remove();
        return Ok(());
    }
    match Lock::take(&beside) {
        Ok(lock) => {
            lock.remove();
            Err(RestoreError::CutOff(beside))
        }
        Err(_) => Err(RestoreError::UnderWay(store.to_owned())),
    }
}

/// Where the store is until its policies observe: one that is still armed must never stand where it will be used.
fn unarmed(store: &Path) -> PathBuf {
    store.with_extension("restoring")
}

/// Makes a new store at `store` from the backup file and sets every policy to observe, as audited entries. Whatever
/// comes of it, nothing else is left there.
///
/// # Errors
/// When the backup is not whole, there is a store at that path already, or somebody holds the store that was there.
pub fn restore(backup: &Path, store: &Path, now: Micros) -> Result<RestoreReport, RestoreError> {
    restore_at(store)?;
    // A daemon goes on writing to a store that was moved away, and keeps the lock of this name.
    let held = Lock::take(store)?;
    let beside = unarmed(store);
    let restored = rest(backup, &beside, now).and_then(|report| {
        put_in_place(&beside, store)?;
        Ok(report)
    });
    if restored.is_err() {
        held.remove();
    }
    // Held by somebody else, it is theirs.
    if let Ok(lock) = Lock::take(&beside) {
        if restored.is_err() {
            // Still armed, perhaps, and of no use to anybody.
            let _ = std::fs::remove_file(&beside);
        }
        lock.remove();
    }
    restored
}

/// Gives the restored store its name.
fn put_in_place(beside: &Path, store: &Path) -> Result<(), RestoreError> {
    redb_store::place(beside, store).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => RestoreError::Occupied(store.to_owned()),
        _ => RestoreError::Store(StoreError::Io {
            path: store.display().to_string(),
            source,
        }),
    })
}

/// The restored store with every policy observing, no run open, and no hand-over going on by itself.
fn rest(backup: &Path, store: &Path, now: Micros) -> Result<RestoreReport, RestoreError> {
    let mut port = backup::restore(backup, store)?;
    let state = checkpoint::load(port.reader().as_ref())?;
    let mut report = RestoreReport {
        journals: 0,
        batches: 0,
        policies_observing: 0,
        handovers_resting: 0,
    };
    for journal in port.reader().journals()? {
        report.journals += 1;
        report.batches += port.reader().head(journal)?.seq;
    }
    let unfinished = unfinished_handovers(&state);
    let mut group = Vec::new();
    for view in state.tenants() {
        let entries: Vec<Entry> = Sweep::ALL
            .iter()
            .map(|sweep| (*sweep, view.policy(*sweep)))
            .filter(|(_, policy)| policy.mode != Mode::Observe || !policy.resting)
            .map(|(sweep, old)| {
                report.policies_observing += u64::from(old.mode != Mode::Observe);
                let new = Policy {
                    mode: Mode::Observe,
                    resting: true,
                    ..old.clone()
                };
                Entry::plain(Fact::PolicySet {
                    sweep,
                    old: Some(Box::new(old)),
                    new: Box::new(new),
                })
            })
            .collect();
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
        let left = unfinished.iter().filter(|(t, _)| *t == view.tenant.id);
        let resting: Vec<Entry> = left
            .filter_map(|(_, id)| view.handover(*id))
            .map(put_to_rest)
            .collect();
        report.handovers_resting += resting.len() as u64;
        let entries: Vec<Entry> = entries.into_iter().chain(ended).chain(resting).collect();
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
            break_glass: None,
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

/// An unfinished hand-over stays as far as it is, until somebody resumes it.
fn put_to_rest(handover: &Handover) -> Entry {
    let resting = Handover {
        resting: true,
        ..handover.clone()
    };
    Entry::plain(Fact::Record {
        old: Some(Box::new(Record::Handover(handover.clone()))),
        new: Some(Box::new(Record::Handover(resting))),
    })
}
