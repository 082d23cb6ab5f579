//! The tables of a store file, its schema number, and the chain of steps that brings older files up to it.
//!
//! | Table | Key | Value |
//! |---|---|---|
//! | `meta` | `schema`, `epoch`, `stale` | number: the file's schema; the newest writer's epoch; 1 where something was redacted since the file was made |
//! | `journal` | (journal, seq, part) | the batch's bytes, cut into parts of [`PART`] bytes, parts from 0 |
//! | `head` | (journal, seq) | (leaves, root, batch id) after that batch |
//! | `frontier` | journal | (last seq, right edge of the tree as [`Frontier::encode`] writes it) |
//! | `batch` | batch id | (journal, seq) |
//! | `chunk` | the chunk's key | a checkpoint chunk |
//! | `manifest` | 0 | the manifest of the newest complete checkpoint |
//!
//! Leaf hashes are not stored: they are recomputed from the batches. Only the newest frontier of a journal is kept.
//!
//! [`Frontier::encode`]: super::tree::Frontier::encode

use super::StoreError;
use redb::{
    Database, Durability, Key, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition,
    TableError, Value, WriteTransaction,
};

/// The schema this program writes. To be raised with every change of these tables, and together with
/// [`codec::SCHEMA`](crate::domain::codec::SCHEMA), so that a store with batches too new to read is refused as a whole.
pub const SCHEMA: u32 = 2;

/// Bytes of a batch in one row. redb gives a value a power of two of pages: a batch of 9 MB in one value would take
/// 16 MB. Just under 256 KiB leaves room for keys and page headers.
pub const PART: usize = 256 * 1024 - 512;

/// Numbers of the file itself: `schema`, `epoch` and `stale`.
pub const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// Batches: (journal, seq, part) to bytes.
pub const JOURNAL: TableDefinition<(u32, u64, u32), &[u8]> = TableDefinition::new("journal");
/// Leaves, root, batch id.
type HeadRow = (u64, &'static [u8; 32], &'static [u8; 16]);
/// Heads: (journal, seq) to (leaves, root, batch id).
pub const HEAD: TableDefinition<(u32, u64), HeadRow> = TableDefinition::new("head");
/// Right edges: journal to (last seq, frontier).
pub const FRONTIER: TableDefinition<u32, (u64, &[u8])> = TableDefinition::new("frontier");
/// Batch ids: id to (journal, seq).
pub const BATCH: TableDefinition<&[u8; 16], (u32, u64)> = TableDefinition::new("batch");
/// Checkpoint chunks: the caller's key to bytes.
pub const CHUNK: TableDefinition<&[u8], &[u8]> = TableDefinition::new("chunk");
/// The manifest, at key 0.
pub const MANIFEST: TableDefinition<u8, &[u8]> = TableDefinition::new("manifest");

/// One step of the migration chain: brings a file of schema `from` to `from + 1`.
#[derive(Clone, Copy)]
pub struct Step {
    /// The schema it starts at.
    pub from: u32,
    /// What it does; the schema number is written in the same transaction.
    pub run: fn(&WriteTransaction) -> Result<(), redb::Error>,
}

/// The chain. Schema 2 came with the second schema of batches, which changed no table.
pub const STEPS: &[Step] = &[Step {
    from: 1,
    run: |_| Ok(()),
}];

/// A write transaction as this store always makes them: durable when commit returns, and quick to open after a crash.
pub fn begin(db: &Database) -> Result<WriteTransaction, redb::Error> {
    let mut txn = db.begin_write()?;
    txn.set_durability(Durability::Immediate)?;
    txn.set_quick_repair(true);
    Ok(txn)
}

/// The schema number of a file; none when it is a redb file that is no store.
pub fn schema(db: &Database) -> Result<Option<u32>, redb::Error> {
    let txn = db.begin_read()?;
    let meta = match txn.open_table(META) {
        Ok(meta) => meta,
        Err(TableError::Storage(error)) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    let found = meta.get("schema")?.map(|value| value.value());
    Ok(found.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
}

/// Makes the tables of a new store.
pub fn lay_out(db: &Database) -> Result<(), redb::Error> {
    let txn = begin(db)?;
    txn.open_table(META)?.insert("schema", u64::from(SCHEMA))?;
    txn.open_table(JOURNAL)?;
    txn.open_table(HEAD)?;
    txn.open_table(FRONTIER)?;
    txn.open_table(BATCH)?;
    txn.open_table(CHUNK)?;
    txn.open_table(MANIFEST)?;
    txn.commit()?;
    Ok(())
}

/// Why a file cannot be brought to the schema of this program.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// It is newer.
    #[error("schema {0} is newer")]
    Newer(u32),
    /// There is no step from this schema.
    #[error("there is no migration from schema {0}")]
    NoStep(u32),
    /// A step failed; the file is at the schema before it.
    #[error("the migration from schema {0} failed: {1}")]
    Failed(u32, redb::Error),
}

impl MigrationError {
    /// The same, as the store at `path` reports it.
    pub fn of(self, path: &str) -> StoreError {
        match self {
            MigrationError::Newer(found) => StoreError::Newer {
                found,
                known: SCHEMA,
            },
            other => StoreError::Unreadable {
                path: path.into(),
                what: other.to_string(),
            },
        }
    }
}

/// Brings a file from schema `found` to `target`, one step and one transaction at a time.
pub fn migrate(
    db: &Database,
    found: u32,
    target: u32,
    steps: &[Step],
) -> Result<(), MigrationError> {
    if found > target {
        return Err(MigrationError::Newer(found));
    }
    for from in found..target {
        let step = steps
            .iter()
            .find(|step| step.from == from)
            .ok_or(MigrationError::NoStep(from))?;
        take(db, step).map_err(|error| MigrationError::Failed(from, error))?;
    }
    Ok(())
}

fn take(db: &Database, step: &Step) -> Result<(), redb::Error> {
    let txn = begin(db)?;
    (step.run)(&txn)?;
    txn.open_table(META)?
        .insert("schema", u64::from(step.from) + 1)?;
    txn.commit()?;
    Ok(())
}

/// Gives out the next epoch, durably.
pub fn next_epoch(db: &Database) -> Result<u64, redb::Error> {
    let txn = begin(db)?;
    let epoch = {
        let mut meta = txn.open_table(META)?;
        let last = meta.get("epoch")?.map_or(0, |value| value.value());
        meta.insert("epoch", last + 1)?;
        last + 1
    };
    txn.commit()?;
    Ok(epoch)
}

/// Notes that something was redacted, in the transaction that does it.
pub fn set_stale(txn: &WriteTransaction) -> Result<(), redb::Error> {
    txn.open_table(META)?.insert("stale", 1)?;
    Ok(())
}

/// Whether something was redacted since the file was made.
pub fn is_stale(db: &Database) -> Result<bool, redb::Error> {
    let txn = db.begin_read()?;
    let stale = txn.open_table(META)?.get("stale")?;
    Ok(stale.is_some())
}

/// Copies everything that can be read from one store into a new one, in one transaction; the copy is not stale.
pub fn copy(from: &Database, to: &Database) -> Result<(), redb::Error> {
    let (read, write) = (from.begin_read()?, begin(to)?);
    copy_table(&read, &write, META)?;
    copy_table(&read, &write, JOURNAL)?;
    copy_table(&read, &write, HEAD)?;
    copy_table(&read, &write, FRONTIER)?;
    copy_table(&read, &write, BATCH)?;
    copy_table(&read, &write, CHUNK)?;
    copy_table(&read, &write, MANIFEST)?;
    write.open_table(META)?.remove("stale")?;
    write.commit()?;
    Ok(())
}

fn copy_table<K: Key + 'static, V: Value + 'static>(
    from: &ReadTransaction,
    to: &WriteTransaction,
    table: TableDefinition<K, V>,
) -> Result<(), redb::Error> {
    let mut new = to.open_table(table)?;
    for row in from.open_table(table)?.iter()? {
        let (key, value) = row?;
        new.insert(key.value(), value.value())?;
    }
    Ok(())
}
