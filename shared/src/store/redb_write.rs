//! What is written to the journals of a redb store: batches, and hashes in place of what is redacted.

use super::tables::{self, BATCH, FRONTIER, HEAD, JOURNAL, META, PART};
use super::tree::{self, Frontier};
use super::{Append, AppendError, Epoch, TreeHead, by_batch};
use crate::domain::{Gone, JournalId};
use redb::{Database, ReadableTable, WriteTransaction};

/// Appends a group in one transaction.
pub(super) fn append(
    db: &Database,
    epoch: Epoch,
    group: &[Append],
) -> Result<Vec<TreeHead>, AppendError> {
    if group.is_empty() {
        return Ok(Vec::new());
    }
    let txn = tables::begin(db).map_err(unknown)?;
    fence(&txn, epoch)?;
    let heads = group
        .iter()
        .map(|batch| append_one(&txn, batch))
        .collect::<Result<Vec<_>, _>>()?;
    txn.commit().map_err(unknown)?;
    Ok(heads)
}

/// Refuses a writer when another one has opened the store since.
fn fence(txn: &WriteTransaction, epoch: Epoch) -> Result<(), AppendError> {
    let meta = txn.open_table(META).map_err(unknown)?;
    let newest = meta.get("epoch").map_err(unknown)?;
    match newest.map(|value| value.value()) == Some(epoch.0) {
        true => Ok(()),
        false => Err(AppendError::Fenced),
    }
}

/// Takes personal parts out of a journal in one transaction.
pub(super) fn redact(
    db: &Database,
    epoch: Epoch,
    journal: JournalId,
    gone: &Gone,
) -> Result<(), AppendError> {
    let txn = tables::begin(db).map_err(unknown)?;
    fence(&txn, epoch)?;
    let mut changed = false;
    for (seq, (entries, header)) in by_batch(gone) {
        changed |= redact_one(&txn, journal, seq, &entries, header)?;
    }
    if changed {
        tables::set_stale(&txn).map_err(unknown)?;
        txn.commit().map_err(unknown)?;
    }
    Ok(())
}

/// Rewrites one batch; answers whether there was anything to take out of it.
fn redact_one(
    txn: &WriteTransaction,
    journal: JournalId,
    seq: u64,
    entries: &[u32],
    header: bool,
) -> Result<bool, AppendError> {
    let mut rows = txn.open_table(JOURNAL).map_err(unknown)?;
    let range = (journal.0, seq, 0)..=(journal.0, seq, u32::MAX);
    let mut bytes = Vec::new();
    for row in rows.range(range.clone()).map_err(unknown)? {
        let (_, part) = row.map_err(unknown)?;
        bytes.extend_from_slice(part.value());
    }
    let rewritten = tree::redacted(&bytes, entries, header)
        .map_err(|error| unknown(format!("batch {seq} of journal {}: {error}", journal.0)))?;
    let Some(rewritten) = rewritten else {
        return Ok(false);
    };
    // It may have fewer parts than before.
    rows.retain_in(range, |_, _| false).map_err(unknown)?;
    put_parts(&mut rows, journal, seq, &rewritten).map_err(unknown)?;
    Ok(true)
}

/// Cuts a batch into rows.
fn put_parts(
    rows: &mut redb::Table<'_, (u32, u64, u32), &'static [u8]>,
    journal: JournalId,
    seq: u64,
    bytes: &[u8],
) -> Result<(), redb::StorageError> {
    for (part, bytes) in (0..).zip(bytes.chunks(PART)) {
        rows.insert((journal.0, seq, part), bytes)?;
    }
    Ok(())
}

fn append_one(txn: &WriteTransaction, batch: &Append) -> Result<TreeHead, AppendError> {
    let Append {
        journal,
        seq,
        batch_id,
        bytes,
    } = batch;
    let mut ids = txn.open_table(BATCH).map_err(unknown)?;
    let mut frontiers = txn.open_table(FRONTIER).map_err(unknown)?;
    if let Some(stands) = ids.get(batch_id).map_err(unknown)? {
        let (journal, seq) = stands.value();
        return Err(AppendError::Repeated {
            journal: JournalId(journal),
            seq,
        });
    }
    let (found, mut frontier) = match frontiers.get(journal.0).map_err(unknown)? {
        Some(row) => {
            let (seq, bytes) = row.value();
            (seq, Frontier::decode(bytes).map_err(unknown)?)
        }
        None => (0, Frontier::default()),
    };
    if *seq != found + 1 {
        return Err(AppendError::Conflict {
            journal: *journal,
            expected: seq.saturating_sub(1),
            found,
        });
    }
    let leaves = tree::leaves(bytes).map_err(unknown)?;
    frontier.extend(&leaves);
    let head = TreeHead {
        journal: *journal,
        seq: *seq,
        leaves: frontier.leaves(),
        root: frontier.root(),
    };
    let mut rows = txn.open_table(JOURNAL).map_err(unknown)?;
    put_parts(&mut rows, *journal, *seq, bytes).map_err(unknown)?;
    let mut heads = txn.open_table(HEAD).map_err(unknown)?;
    heads
        .insert((journal.0, *seq), (head.leaves, &head.root, batch_id))
        .map_err(unknown)?;
    frontiers
        .insert(journal.0, (*seq, frontier.encode().as_slice()))
        .map_err(unknown)?;
    ids.insert(batch_id, (journal.0, *seq)).map_err(unknown)?;
    Ok(head)
}

/// A failure after which only reopening tells what is durable.
pub(super) fn unknown(error: impl std::fmt::Display) -> AppendError {
    AppendError::Unknown(error.to_string())
}
