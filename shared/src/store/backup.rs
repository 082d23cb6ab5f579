//! Backups: one stream that holds every journal up to one consistent point, its heads, and a hash of the whole.
//!
//! All numbers are little endian.
//!
//! | Part | Bytes |
//! |---|---|
//! | magic | `rollcall backup\n` |
//! | schema | u32 |
//! | batch, any number of times | 1, journal u32, seq u64, batch id 16 bytes, length u64, the encoded batch |
//! | head, after the last batch of each journal | 2, journal u32, seq u64, leaves u64, root 32 bytes |
//! | end | 0 |
//! | trailer | SHA-256 of everything before it |
//!
//! The batches of a journal follow each other without gaps, from 1. Checkpoints are left out: they can be rebuilt.

pub use super::backup_read::{Batches, read};

use super::redb_store::{RedbStore, sync_folder};
use super::{Append, AppendError, Port, Reader, StoreError, TreeHead};
use crate::domain::codec::CodecError;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The backup format this program writes.
pub const SCHEMA: u32 = 1;

pub(super) const MAGIC: &[u8; 16] = b"rollcall backup\n";
pub(super) const END: u8 = 0;
pub(super) const BATCH: u8 = 1;
pub(super) const HEAD: u8 = 2;

/// How much is read or restored at a time, in bytes.
const AT_ONCE: usize = 8 * 1024 * 1024;

/// Why a backup could not be written, read or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// Path of the backup.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is none of our backups, or damaged.
    #[error("{path} is not a whole backup: {what}; use another copy")]
    Damaged {
        /// Path of the backup.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// Written by a newer program.
    #[error(
        "{path} has backup format {found}; this program knows up to {SCHEMA}: use a newer rollcall"
    )]
    Newer {
        /// Path of the backup.
        path: String,
        /// The schema found.
        found: u32,
    },
    /// The store could not be read or made.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The restored store did not take a batch.
    #[error("a batch of the backup was not taken: {0}")]
    Append(#[from] AppendError),
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The head of each journal, by number.
    pub heads: Vec<TreeHead>,
    /// Batches in it.
    pub batches: u64,
    /// Its length in bytes, with the trailer.
    pub bytes: u64,
    /// The trailer: the SHA-256 of everything before it.
    pub sha256: [u8; 32],
}

/// Writes a backup of everything that is committed now; what is appended meanwhile is left out.
///
/// # Errors
/// [`BackupError::Store`] when the store cannot be read, [`BackupError::Io`] when `out` takes no more.
pub fn write(reader: &dyn Reader, out: &mut impl Write) -> Result<Summary, BackupError> {
    let heads = reader.heads()?;
    let mut out = Hashed {
        out,
        hash: Sha256::new(),
        bytes: 0,
    };
    out.put(MAGIC)?;
    out.put(&SCHEMA.to_le_bytes())?;
    for head in &heads {
        let mut next = 1;
        while next <= head.seq {
            let batches = reader.read(head.journal, next, AT_ONCE)?;
            if batches.first().is_none_or(|(seq, _)| *seq != next) {
                return Err(missing(head, next).into());
            }
            for (seq, bytes) in batches.iter().take_while(|(seq, _)| *seq <= head.seq) {
                let committed = reader.committed(head.journal, *seq)?;
                let committed = committed.ok_or_else(|| missing(head, *seq))?;
                out.put(&[BATCH])?;
                out.put(&head.journal.0.to_le_bytes())?;
                out.put(&seq.to_le_bytes())?;
                out.put(&committed.batch_id)?;
                out.put(&(bytes.len() as u64).to_le_bytes())?;
                out.put(bytes)?;
                next = seq + 1;
            }
        }
        out.put(&[HEAD])?;
        out.put(&head.journal.0.to_le_bytes())?;
        out.put(&head.seq.to_le_bytes())?;
        out.put(&head.leaves.to_le_bytes())?;
        out.put(&head.root)?;
    }
    out.put(&[END])?;
    let sha256: [u8; 32] = out.hash.clone().finalize().into();
    out.put(&sha256)?;
    out.out.flush().map_err(in_stream)?;
    Ok(Summary {
        batches: heads.iter().map(|head| head.seq).sum(),
        bytes: out.bytes,
        heads,
        sha256,
    })
}

fn missing(head: &TreeHead, seq: u64) -> StoreError {
    StoreError::Unreadable {
        path: "(journals)".into(),
        what: format!("batch {seq} of journal {} is missing", head.journal.0),
    }
}

fn in_stream(source: io::Error) -> BackupError {
    BackupError::Io {
        path: "(backup)".into(),
        source,
    }
}

struct Hashed<'a, W> {
    out: &'a mut W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Hashed<'_, W> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes).map_err(in_stream)
    }
}

/// Writes a backup into a new file that only its owner can read, makes it durable, reads it back and checks it. On
/// failure no file is left.
///
/// # Errors
/// [`BackupError::Io`] when there is something at `path` already, and as [`write()`] and [`verify`].
pub fn save(reader: &dyn Reader, path: &Path) -> Result<Summary, BackupError> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| io_at(path, source))?;
    let saved = fill(reader, file, path);
    if saved.is_err() {
        // Whatever the first failure was, it says more than one of removing what is left.
        let _ = std::fs::remove_file(path);
    }
    saved
}

fn fill(reader: &dyn Reader, file: File, path: &Path) -> Result<Summary, BackupError> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let written = write(reader, &mut out)?;
    out.get_ref()
        .sync_all()
        .and_then(|()| sync_folder(path))
        .map_err(|source| io_at(path, source))?;
    if verify(path)? != written {
        return Err(damaged(path, "it does not read back as it was written"));
    }
    Ok(written)
}

/// Reads a whole backup and checks everything that can be: structure, trailer, order, ids, and every tree.
///
/// # Errors
/// [`BackupError::Damaged`], [`BackupError::Newer`] or [`BackupError::Io`].
pub fn verify(path: &Path) -> Result<Summary, BackupError> {
    verify_each(path, |_| Ok(()))
}

/// As [`verify`], and shows every batch on the way. What is seen can be relied on only once all of it was read.
///
/// # Errors
/// As [`verify`]; also when `see` makes nothing of a batch.
pub fn verify_each(
    path: &Path,
    mut see: impl FnMut(&Append) -> Result<(), CodecError>,
) -> Result<Summary, BackupError> {
    let mut batches = read(path)?;
    for batch in &mut batches {
        see(&batch?).map_err(|error| damaged(path, error.to_string()))?;
    }
    batches
        .into_summary()
        .ok_or_else(|| damaged(path, "it has no end"))
}

/// Makes a new store at `store` from a backup. The backup is checked as a whole first; the store appears complete or
/// not at all, with the same trees and the same batch ids.
///
/// # Errors
/// [`BackupError::Store`] when there is something at `store` already, and as [`verify`].
pub fn restore(path: &Path, store: &Path) -> Result<RedbStore, BackupError> {
    let summary = verify(path)?;
    RedbStore::create_with(store, |new| {
        let (mut group, mut bytes) = (Vec::new(), 0);
        for batch in read(path)? {
            let batch: Append = batch?;
            bytes += batch.bytes.len();
            group.push(batch);
            if bytes > AT_ONCE {
                new.append(new.epoch(), &group)?;
                group.clear();
                bytes = 0;
            }
        }
        new.append(new.epoch(), &group)?;
        if new.reader().heads()? != summary.heads {
            return Err(damaged(path, "it changed while it was being restored"));
        }
        Ok(())
    })
}

pub(super) fn io_at(path: &Path, source: io::Error) -> BackupError {
    BackupError::Io {
        path: path.display().to_string(),
        source,
    }
}

pub(super) fn damaged(path: &Path, what: impl Into<String>) -> BackupError {
    BackupError::Damaged {
        path: path.display().to_string(),
        what: what.into(),
    }
}
