//! Reads of a redb store, and the handle that readers and their writer share.

use super::tables::{BATCH, CHUNK, FRONTIER, HEAD, JOURNAL, MANIFEST};
use super::{Committed, Reader, StoreError, TreeHead, tree};
use crate::domain::JournalId;
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable};
use std::collections::HashSet;
use std::io;
use std::sync::{PoisonError, RwLock};

/// What the writer and its readers share. Empty while the store is being reopened, and after the writer is gone.
pub struct Shared {
    path: String,
    db: RwLock<Option<Database>>,
}

impl Shared {
    /// A handle of a store that is not open yet.
    pub fn closed_at(path: String) -> Self {
        Shared {
            path,
            db: RwLock::new(None),
        }
    }

    /// The path of the store, for messages.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Takes the open database in.
    pub fn open(&self, db: Database) {
        *self.db.write().unwrap_or_else(PoisonError::into_inner) = Some(db);
    }

    /// Closes the database once the reads that are going on have ended.
    pub fn close(&self) {
        let db = self
            .db
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(db);
    }

    /// Works with the open database, beside readers.
    pub fn with<T>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        let db = self.db.read().unwrap_or_else(PoisonError::into_inner);
        db.as_ref()
            .ok_or(redb::Error::DatabaseClosed)
            .and_then(work)
            .map_err(|error| refused(&self.path, error))
    }

    /// Works with the open database while no reader can start.
    pub fn alone<T>(
        &self,
        work: impl FnOnce(&mut Database) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        let mut db = self.db.write().unwrap_or_else(PoisonError::into_inner);
        db.as_mut()
            .ok_or(redb::Error::DatabaseClosed)
            .and_then(work)
            .map_err(|error| refused(&self.path, error))
    }

    /// Reads of one committed state. While it goes on, the database is neither closed nor another.
    fn read<T>(
        &self,
        ask: impl FnOnce(&ReadTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        self.with(|db| ask(&db.begin_read()?))
    }
}

/// What redb said, in the words of the port.
pub fn refused(path: &str, error: redb::Error) -> StoreError {
    let path = path.to_string();
    match error {
        redb::Error::Io(source) if source.kind() == io::ErrorKind::InvalidData => {
            StoreError::Unreadable {
                path,
                what: source.to_string(),
            }
        }
        redb::Error::Io(source) => StoreError::Io { path, source },
        redb::Error::DatabaseAlreadyOpen => StoreError::Held {
            path,
            holder: "a program that does not use our lock file".into(),
        },
        redb::Error::DatabaseClosed => StoreError::Io {
            path,
            source: io::Error::other("the store was closed by its writer"),
        },
        other => StoreError::Unreadable {
            path,
            what: other.to_string(),
        },
    }
}

fn committed(
    txn: &ReadTransaction,
    journal: JournalId,
    seq: u64,
) -> Result<Option<Committed>, redb::Error> {
    let heads = txn.open_table(HEAD)?;
    let row = heads.get((journal.0, seq))?;
    Ok(row.map(|row| {
        let (leaves, root, batch_id) = row.value();
        Committed {
            batch_id: *batch_id,
            head: TreeHead {
                journal,
                seq,
                leaves,
                root: *root,
            },
        }
    }))
}

fn newest(txn: &ReadTransaction, journal: JournalId) -> Result<TreeHead, redb::Error> {
    let last = txn.open_table(FRONTIER)?.get(journal.0)?;
    let seq = last.map_or(0, |row| row.value().0);
    Ok(committed(txn, journal, seq)?.map_or(
        TreeHead {
            journal,
            seq,
            leaves: 0,
            root: tree::EMPTY,
        },
        |committed| committed.head,
    ))
}

fn journals(txn: &ReadTransaction) -> Result<Vec<JournalId>, redb::Error> {
    txn.open_table(FRONTIER)?
        .iter()?
        .map(|row| Ok(JournalId(row?.0.value())))
        .collect()
}

impl Reader for Shared {
    fn read(
        &self,
        journal: JournalId,
        from: u64,
        max_bytes: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        self.read(|txn| {
            let rows = txn.open_table(JOURNAL)?;
            let mut batches: Vec<(u64, Vec<u8>)> = Vec::new();
            let mut passed = 0;
            for row in rows.range((journal.0, from, 0)..=(journal.0, u64::MAX, u32::MAX))? {
                let (key, part) = row?;
                let (_, seq, _) = key.value();
                match batches.last_mut() {
                    Some((last, bytes)) if *last == seq => bytes.extend_from_slice(part.value()),
                    _ if passed > max_bytes => break,
                    _ => batches.push((seq, part.value().to_vec())),
                }
                passed += part.value().len();
            }
            Ok(batches)
        })
    }

    fn journals(&self) -> Result<Vec<JournalId>, StoreError> {
        self.read(journals)
    }

    fn head(&self, journal: JournalId) -> Result<TreeHead, StoreError> {
        self.read(|txn| newest(txn, journal))
    }

    fn heads(&self) -> Result<Vec<TreeHead>, StoreError> {
        self.read(|txn| {
            journals(txn)?
                .into_iter()
                .map(|journal| newest(txn, journal))
                .collect()
        })
    }

    fn committed(&self, journal: JournalId, seq: u64) -> Result<Option<Committed>, StoreError> {
        self.read(|txn| committed(txn, journal, seq))
    }

    fn find(&self, batch_id: [u8; 16]) -> Result<Option<(JournalId, u64)>, StoreError> {
        self.read(|txn| {
            let row = txn.open_table(BATCH)?.get(&batch_id)?;
            Ok(row.map(|row| {
                let (journal, seq) = row.value();
                (JournalId(journal), seq)
            }))
        })
    }

    fn manifest(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|txn| {
            let row = txn.open_table(MANIFEST)?.get(0)?;
            Ok(row.map(|row| row.value().to_vec()))
        })
    }

    fn chunk(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|txn| {
            let row = txn.open_table(CHUNK)?.get(key)?;
            Ok(row.map(|row| row.value().to_vec()))
        })
    }

    fn chunks_beside(&self, keep: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, StoreError> {
        let keep: HashSet<&[u8]> = keep.iter().map(Vec::as_slice).collect();
        let mut found = 0;
        let beside = self.read(|txn| {
            let mut beside = Vec::new();
            for row in txn.open_table(CHUNK)?.iter()? {
                let (key, _) = row?;
                if keep.contains(key.value()) {
                    found += 1;
                } else {
                    beside.push(key.value().to_vec());
                }
            }
            Ok(beside)
        })?;
        if found < keep.len() {
            return Err(StoreError::missing_chunk(&self.path));
        }
        Ok(beside)
    }
}
