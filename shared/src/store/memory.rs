//! The store in memory: the port's form for tests, which waits and fails on command.

use super::tree::{self, Frontier};
use super::{Append, AppendError, Committed, Epoch, Port, Reader, StoreError, TreeHead, by_batch};
use crate::domain::{Gone, JournalId};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What the next append meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitFault {
    /// The commit fails and nothing of it is durable.
    Lost,
    /// The commit fails after it has become durable.
    Kept,
}

#[derive(Default)]
struct Journal {
    batches: Vec<(Vec<u8>, Committed)>,
    frontier: Frontier,
}

#[derive(Default)]
struct Data {
    epoch: u64,
    journals: BTreeMap<JournalId, Journal>,
    ids: HashMap<[u8; 16], (JournalId, u64)>,
    chunks: BTreeMap<Vec<u8>, Vec<u8>>,
    manifest: Option<Vec<u8>>,
    commit_fault: Option<CommitFault>,
    checkpoints_fail: bool,
    redactions_fail: bool,
    stale: bool,
    reads_fail: bool,
    held: bool,
    waiting: usize,
}

#[derive(Default)]
struct Shared {
    data: Mutex<Data>,
    moved: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> Result<MutexGuard<'_, Data>, StoreError> {
        let data = self.lock();
        if data.reads_fail {
            return Err(ordered("read"));
        }
        Ok(data)
    }
}

fn ordered(what: &str) -> StoreError {
    StoreError::Io {
        path: "(memory)".into(),
        source: io::Error::other(format!("a {what} fails, as ordered")),
    }
}

/// A store in memory.
pub struct MemoryStore {
    shared: Arc<Shared>,
    epoch: Epoch,
    outcome_unknown: bool,
}

/// Gives a [`MemoryStore`] its orders; clones give them to the same one.
#[derive(Clone)]
pub struct Faults(Arc<Shared>);

impl Faults {
    /// The next append that would succeed fails instead.
    pub fn fail_next_commit(&self, fault: CommitFault) {
        self.0.lock().commit_fault = Some(fault);
    }

    /// From now on checkpoints cannot be written (or can again).
    pub fn fail_checkpoints(&self, fail: bool) {
        self.0.lock().checkpoints_fail = fail;
    }

    /// From now on nothing can be redacted (or can again).
    pub fn fail_redactions(&self, fail: bool) {
        self.0.lock().redactions_fail = fail;
    }

    /// From now on nothing can be read (or can again).
    pub fn fail_reads(&self, fail: bool) {
        self.0.lock().reads_fail = fail;
    }

    /// From now on every append waits, before it does anything.
    pub fn hold(&self) {
        self.0.lock().held = true;
    }

    /// Lets the waiting appends go on.
    pub fn release(&self) {
        self.0.lock().held = false;
        self.0.moved.notify_all();
    }

    /// Returns once an append is waiting.
    pub fn until_waiting(&self) {
        let mut data = self.0.lock();
        while data.waiting == 0 {
            data = self
                .0
                .moved
                .wait(data)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::over(Arc::default())
    }

    /// A second writer over the same data, as after a restart: the first one is fenced off.
    pub fn take_over(&self) -> MemoryStore {
        Self::over(self.shared.clone())
    }

    /// The way to give this store orders.
    pub fn faults(&self) -> Faults {
        Faults(self.shared.clone())
    }

    fn over(shared: Arc<Shared>) -> Self {
        let epoch = {
            let mut data = shared.lock();
            data.epoch += 1;
            Epoch(data.epoch)
        };
        MemoryStore {
            shared,
            epoch,
            outcome_unknown: false,
        }
    }
}

impl Port for MemoryStore {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn append(&mut self, epoch: Epoch, group: &[Append]) -> Result<Vec<TreeHead>, AppendError> {
        if self.outcome_unknown {
            return Err(AppendError::Unknown(
                "an earlier commit failed, and the store has not been reopened since".into(),
            ));
        }
        let mut data = self.shared.lock();
        data.waiting += 1;
        self.shared.moved.notify_all();
        while data.held {
            data = self
                .shared
                .moved
                .wait(data)
                .unwrap_or_else(PoisonError::into_inner);
        }
        data.waiting -= 1;
        let appended = append(&mut data, epoch, group);
        self.outcome_unknown = matches!(appended, Err(AppendError::Unknown(_)));
        appended
    }

    fn redact(&mut self, epoch: Epoch, journal: JournalId, gone: &Gone) -> Result<(), AppendError> {
        if self.outcome_unknown {
            return Err(AppendError::Unknown(
                "an earlier commit failed, and the store has not been reopened since".into(),
            ));
        }
        let redacted = redact(&mut self.shared.lock(), epoch, journal, gone);
        self.outcome_unknown = matches!(redacted, Err(AppendError::Unknown(_)));
        redacted
    }

    fn stale(&self) -> Result<bool, StoreError> {
        Ok(self.shared.read()?.stale)
    }

    fn renew(&mut self) -> Result<(), StoreError> {
        let mut data = self.shared.lock();
        if data.redactions_fail {
            return Err(ordered("renewal"));
        }
        data.stale = false;
        data.epoch += 1;
        self.epoch = Epoch(data.epoch);
        Ok(())
    }

    fn reopen(&mut self) -> Result<Epoch, StoreError> {
        let mut data = self.shared.read()?;
        data.epoch += 1;
        self.epoch = Epoch(data.epoch);
        self.outcome_unknown = false;
        Ok(self.epoch)
    }

    fn reader(&self) -> Arc<dyn Reader> {
        self.shared.clone()
    }

    fn put_chunks(&mut self, chunks: &[(Vec<u8>, Vec<u8>)]) -> Result<(), StoreError> {
        let mut data = self.shared.lock();
        if data.checkpoints_fail {
            return Err(ordered("checkpoint"));
        }
        data.chunks.extend(chunks.iter().cloned());
        Ok(())
    }

    fn put_manifest(&mut self, manifest: &[u8]) -> Result<(), StoreError> {
        let mut data = self.shared.lock();
        if data.checkpoints_fail {
            return Err(ordered("checkpoint"));
        }
        data.manifest = Some(manifest.to_vec());
        Ok(())
    }

    fn remove_chunks(&mut self, keys: &[Vec<u8>]) -> Result<(), StoreError> {
        let mut data = self.shared.lock();
        if data.checkpoints_fail {
            return Err(ordered("checkpoint"));
        }
        for key in keys {
            data.chunks.remove(key);
        }
        Ok(())
    }
}

fn append(data: &mut Data, epoch: Epoch, group: &[Append]) -> Result<Vec<TreeHead>, AppendError> {
    if epoch.0 != data.epoch {
        return Err(AppendError::Fenced);
    }
    // Staged first, so that a refusal of the last batch leaves nothing of the first.
    let mut ids = HashMap::new();
    let mut ends: BTreeMap<JournalId, (u64, Frontier)> = BTreeMap::new();
    let mut staged = Vec::with_capacity(group.len());
    for batch in group {
        let stands = data.ids.get(&batch.batch_id);
        if let Some(&(journal, seq)) = stands.or_else(|| ids.get(&batch.batch_id)) {
            return Err(AppendError::Repeated { journal, seq });
        }
        let (last, frontier) = ends.entry(batch.journal).or_insert_with(|| {
            let there = data.journals.get(&batch.journal);
            there.map_or_else(Default::default, |j| {
                (j.batches.len() as u64, j.frontier.clone())
            })
        });
        if batch.seq != *last + 1 {
            return Err(AppendError::Conflict {
                journal: batch.journal,
                expected: batch.seq.saturating_sub(1),
                found: *last,
            });
        }
        let leaves = tree::leaves(&batch.bytes).map_err(|e| AppendError::Unknown(e.to_string()))?;
        frontier.extend(&leaves);
        *last += 1;
        ids.insert(batch.batch_id, (batch.journal, batch.seq));
        staged.push(Committed {
            batch_id: batch.batch_id,
            head: TreeHead {
                journal: batch.journal,
                seq: batch.seq,
                leaves: frontier.leaves(),
                root: frontier.root(),
            },
        });
    }
    let fault = data.commit_fault.take();
    let failed = AppendError::Unknown("the commit fails, as ordered".into());
    if fault == Some(CommitFault::Lost) {
        return Err(failed);
    }
    data.ids.extend(ids);
    for (batch, committed) in group.iter().zip(&staged) {
        let journal = data.journals.entry(batch.journal).or_default();
        journal.batches.push((batch.bytes.clone(), *committed));
    }
    for (journal, (_, frontier)) in ends {
        data.journals.entry(journal).or_default().frontier = frontier;
    }
    match fault {
        Some(_) => Err(failed),
        None => Ok(staged.into_iter().map(|committed| committed.head).collect()),
    }
}

fn redact(
    data: &mut Data,
    epoch: Epoch,
    journal: JournalId,
    gone: &Gone,
) -> Result<(), AppendError> {
    if epoch.0 != data.epoch {
        return Err(AppendError::Fenced);
    }
    if data.redactions_fail {
        return Err(AppendError::Unknown(
            "the redaction fails, as ordered".into(),
        ));
    }
    let mut staged = Vec::new();
    for (seq, (entries, header)) in by_batch(gone) {
        let index = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        let batches = data.journals.get(&journal).map(|j| &j.batches);
        let batch = batches
            .zip(index)
            .and_then(|(batches, index)| batches.get(index))
            .ok_or_else(|| AppendError::Unknown(format!("batch {seq} is missing")))?;
        let rewritten = tree::redacted(&batch.0, &entries, header)
            .map_err(|e| AppendError::Unknown(format!("batch {seq}: {e}")))?;
        staged.extend(index.zip(rewritten));
    }
    data.stale |= !staged.is_empty();
    if let Some(there) = data.journals.get_mut(&journal) {
        for (index, bytes) in staged {
            there.batches[index].0 = bytes;
        }
    }
    Ok(())
}

impl Data {
    fn head(&self, journal: JournalId) -> TreeHead {
        let last = self.journals.get(&journal).and_then(|j| j.batches.last());
        last.map_or(
            TreeHead {
                journal,
                seq: 0,
                leaves: 0,
                root: tree::EMPTY,
            },
            |(_, committed)| committed.head,
        )
    }
}

impl Reader for Shared {
    fn read(
        &self,
        journal: JournalId,
        from: u64,
        max_bytes: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let data = self.read()?;
        let all = data.journals.get(&journal).map_or(&[][..], |j| &j.batches);
        let mut passed = 0;
        Ok((1..)
            .zip(all)
            .filter(|(seq, _)| *seq >= from)
            .take_while(|(_, (bytes, _))| {
                let fits = passed <= max_bytes;
                passed += bytes.len();
                fits
            })
            .map(|(seq, (bytes, _))| (seq, bytes.clone()))
            .collect())
    }

    fn journals(&self) -> Result<Vec<JournalId>, StoreError> {
        Ok(self.read()?.journals.keys().copied().collect())
    }

    fn head(&self, journal: JournalId) -> Result<TreeHead, StoreError> {
        Ok(self.read()?.head(journal))
    }

    fn heads(&self) -> Result<Vec<TreeHead>, StoreError> {
        let data = self.read()?;
        Ok(data.journals.keys().map(|id| data.head(*id)).collect())
    }

    fn committed(&self, journal: JournalId, seq: u64) -> Result<Option<Committed>, StoreError> {
        let data = self.read()?;
        let index = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        let batches = data.journals.get(&journal).map(|j| &j.batches);
        Ok(batches
            .zip(index)
            .and_then(|(batches, index)| batches.get(index))
            .map(|(_, committed)| *committed))
    }

    fn find(&self, batch_id: [u8; 16]) -> Result<Option<(JournalId, u64)>, StoreError> {
        Ok(self.read()?.ids.get(&batch_id).copied())
    }

    fn manifest(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.read()?.manifest.clone())
    }

    fn chunk(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.read()?.chunks.get(key).cloned())
    }

    fn chunks_beside(&self, keep: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, StoreError> {
        let data = self.read()?;
        if keep.iter().any(|key| !data.chunks.contains_key(key)) {
            return Err(StoreError::missing_chunk("(memory)"));
        }
        let keep: HashSet<&Vec<u8>> = keep.iter().collect();
        let beside = data.chunks.keys().filter(|key| !keep.contains(key));
        Ok(beside.cloned().collect())
    }
}
