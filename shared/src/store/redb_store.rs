//! The store in one redb file: the port's durable form.

use super::lock::{Lock, beside};
use super::redb_reader::{Shared, refused};
use super::redb_write::{append, redact, unknown};
use super::tables::{self, CHUNK, MANIFEST, META};
use super::{Append, AppendError, Epoch, Port, Reader, StoreError, TreeHead, probe};
use crate::domain::{Gone, JournalId};
use redb::backends::FileBackend;
use redb::{Builder, Database, StorageBackend, WriteTransaction};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// redb's own default is 1 GiB.
const CACHE: usize = 64 * 1024 * 1024;

/// Checkpoint chunks are written in transactions of at most this many bytes, so that no commit holds the writer up.
const CHUNKS_AT_ONCE: usize = 8 * 1024 * 1024;

type Opener = Box<dyn Fn() -> Result<Database, StoreError> + Send>;

/// The store in a redb file, held by this writer until it is dropped.
pub struct RedbStore {
    shared: Arc<Shared>,
    /// Its file; none over a backend.
    path: Option<PathBuf>,
    opener: Opener,
    epoch: Epoch,
    outcome_unknown: bool,
    _lock: Option<Lock>,
}

impl RedbStore {
    /// Makes a new store at `path`, readable by its owner only. It appears there complete or not at all.
    ///
    /// # Errors
    /// [`StoreError::Io`] when there is something at `path` already; [`StoreError::Held`] when somebody is making one.
    pub fn create(path: &Path) -> Result<RedbStore, StoreError> {
        Self::create_with(path, |_| Ok(()))
    }

    /// As [`RedbStore::create`], with what `fill` puts in before the store appears at `path`.
    pub(super) fn create_with<E: From<StoreError>>(
        path: &Path,
        fill: impl FnOnce(&mut RedbStore) -> Result<(), E>,
    ) -> Result<RedbStore, E> {
        let lock = Lock::take(path)?;
        let unfinished = lay_out_beside(path)?;
        let filled = Self::connect(&unfinished, None).map_err(E::from);
        if let Err(error) = filled.and_then(|mut store| fill(&mut store)) {
            // What is left of it would only be in the way; the next attempt removes it too.
            let _ = std::fs::remove_file(&unfinished);
            return Err(error);
        }
        settle(&unfinished, path).map_err(|error| io_at(path, error))?;
        Ok(Self::connect(path, Some(lock))?)
    }

    /// Opens the store at `path`. A file that is refused is left as it was.
    ///
    /// # Errors
    /// Each of [`StoreError`], by what is wrong.
    pub fn open(path: &Path) -> Result<RedbStore, StoreError> {
        // Looked at first: no lock file appears beside a store that is not there.
        std::fs::metadata(path).map_err(|error| io_at(path, error))?;
        Self::connect(path, Some(Lock::take(path)?))
    }

    fn connect(path: &Path, lock: Option<Lock>) -> Result<RedbStore, StoreError> {
        let at = path.to_path_buf();
        let opener = move || {
            probe::look(&at)?;
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .open(&at)
                .map_err(|error| io_at(&at, error))?;
            database(file).map_err(|error| refused(&at.display().to_string(), error))
        };
        let path = Some(path.to_path_buf());
        Self::opened(path, Box::new(opener), lock)
    }

    /// Opens the store in what `make` returns, or lays out a new one when that is empty. No lock is taken, and a
    /// store that is refused may have been written to. `make` is called again when the store is reopened.
    ///
    /// # Errors
    /// Each of [`StoreError`], by what is wrong.
    pub fn open_with_backend<B: StorageBackend>(
        make: impl Fn() -> B + Send + 'static,
    ) -> Result<RedbStore, StoreError> {
        let opener = move || {
            let open = || -> Result<Database, redb::Error> {
                let db = Builder::new()
                    .set_cache_size(CACHE)
                    .create_with_backend(make())?;
                if tables::schema(&db)?.is_none() {
                    tables::lay_out(&db)?;
                }
                Ok(db)
            };
            open().map_err(|error| refused("(backend)", error))
        };
        Self::opened(None, Box::new(opener), None)
    }

    fn opened(
        path: Option<PathBuf>,
        opener: Opener,
        lock: Option<Lock>,
    ) -> Result<Self, StoreError> {
        let name = path.as_ref();
        let name = name.map_or_else(|| "(backend)".into(), |path| path.display().to_string());
        let mut store = RedbStore {
            shared: Arc::new(Shared::closed_at(name)),
            path,
            opener,
            epoch: Epoch(0),
            outcome_unknown: true,
            _lock: lock,
        };
        store.reopen()?;
        Ok(store)
    }

    /// Checks every checksum of the closed store at `path`, beside what [`super::verify`] recomputes; it stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] when something is damaged; [`StoreError::Held`] while somebody has it open.
    pub fn check(path: &Path) -> Result<(), StoreError> {
        std::fs::metadata(path).map_err(|error| io_at(path, error))?;
        let _lock = Lock::take(path)?;
        probe::check(path)
    }

    /// Gives space that is not used back to the system; answers whether there was any. It waits for the reads that are
    /// going on, and others wait while it works.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the system refuses.
    pub fn compact(&mut self) -> Result<bool, StoreError> {
        self.shared.alone(|db| Ok(db.compact()?))
    }

    /// Copies the store into a new file and puts that in place of the old one: compacting moves pages and leaves what
    /// they held where they were.
    fn rewrite(&mut self, path: &Path) -> Result<(), StoreError> {
        // A link stays one: what it leads to is what is put in place of.
        let path = &std::fs::canonicalize(path).map_err(|error| io_at(path, error))?;
        let unfinished = lay_out_at(path)?;
        let copied = self.shared.with(|db| {
            let file = OpenOptions::new().read(true).write(true).open(&unfinished);
            let new = database(file?)?;
            tables::copy(db, &new)?;
            Ok(new.close()?)
        });
        let moved = copied
            .and_then(|()| std::fs::rename(&unfinished, path).map_err(|error| io_at(path, error)));
        if let Err(error) = moved {
            // What is left of it would only be in the way; the next attempt removes it too.
            let _ = std::fs::remove_file(&unfinished);
            return Err(error);
        }
        let synced = sync_folder(path).map_err(|error| io_at(path, error));
        // In any case: nothing may be written to the file that has no name any more.
        self.reopen()?;
        synced
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        self.shared.with(|db| {
            let txn = tables::begin(db)?;
            let answer = work(&txn)?;
            txn.commit()?;
            Ok(answer)
        })
    }
}

impl Drop for RedbStore {
    fn drop(&mut self) {
        // Readers may live on: close the file under them, so that the lock is let go of only after it.
        self.shared.close();
    }
}

impl Port for RedbStore {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn append(&mut self, epoch: Epoch, group: &[Append]) -> Result<Vec<TreeHead>, AppendError> {
        if self.outcome_unknown {
            return Err(AppendError::Unknown(
                "an earlier commit failed, and the store has not been reopened since".into(),
            ));
        }
        let appended = self
            .shared
            .with(|db| Ok(append(db, epoch, group)))
            .unwrap_or_else(|closed| Err(unknown(closed)));
        self.outcome_unknown = matches!(appended, Err(AppendError::Unknown(_)));
        appended
    }

    fn redact(&mut self, epoch: Epoch, journal: JournalId, gone: &Gone) -> Result<(), AppendError> {
        if self.outcome_unknown {
            return Err(AppendError::Unknown(
                "an earlier commit failed, and the store has not been reopened since".into(),
            ));
        }
        let redacted = self
            .shared
            .with(|db| Ok(redact(db, epoch, journal, gone)))
            .unwrap_or_else(|closed| Err(unknown(closed)));
        self.outcome_unknown = matches!(redacted, Err(AppendError::Unknown(_)));
        redacted
    }

    fn stale(&self) -> Result<bool, StoreError> {
        self.shared.with(tables::is_stale)
    }

    fn renew(&mut self) -> Result<(), StoreError> {
        match self.path.clone() {
            Some(path) => self.rewrite(&path),
            // A backend has no second place to write to.
            None => {
                self.compact()?;
                self.write(|txn| {
                    txn.open_table(META)?.remove("stale")?;
                    Ok(())
                })
            }
        }
    }

    fn reopen(&mut self) -> Result<Epoch, StoreError> {
        self.outcome_unknown = true;
        self.shared.close();
        let db = (self.opener)()?;
        let path = self.shared.path();
        let found = tables::schema(&db)
            .map_err(|error| refused(path, error))?
            .ok_or_else(|| StoreError::Unreadable {
                path: path.into(),
                what: "it has no schema number".into(),
            })?;
        tables::migrate(&db, found, tables::SCHEMA, tables::STEPS)
            .map_err(|error| error.of(path))?;
        self.epoch = Epoch(tables::next_epoch(&db).map_err(|error| refused(path, error))?);
        self.shared.open(db);
        self.outcome_unknown = false;
        Ok(self.epoch)
    }

    fn reader(&self) -> Arc<dyn Reader> {
        self.shared.clone()
    }

    fn put_chunks(&mut self, chunks: &[(Vec<u8>, Vec<u8>)]) -> Result<(), StoreError> {
        let mut rest = chunks;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fit = rest
                .iter()
                .take_while(|(key, value)| {
                    bytes += key.len() + value.len();
                    bytes <= CHUNKS_AT_ONCE
                })
                .count();
            let (now, later) = rest.split_at(fit.max(1));
            self.write(|txn| {
                let mut table = txn.open_table(CHUNK)?;
                for (key, value) in now {
                    table.insert(key.as_slice(), value.as_slice())?;
                }
                Ok(())
            })?;
            rest = later;
        }
        Ok(())
    }

    fn put_manifest(&mut self, manifest: &[u8]) -> Result<(), StoreError> {
        self.write(|txn| {
            txn.open_table(MANIFEST)?.insert(0, manifest)?;
            Ok(())
        })
    }

    fn remove_chunks(&mut self, keys: &[Vec<u8>]) -> Result<(), StoreError> {
        let mut rest = keys.iter();
        while !rest.as_slice().is_empty() {
            self.write(|txn| {
                let mut table = txn.open_table(CHUNK)?;
                let mut bytes = 0;
                while bytes < CHUNKS_AT_ONCE
                    && let Some(key) = rest.next()
                {
                    bytes += table
                        .remove(key.as_slice())?
                        .map_or(0, |value| value.value().len());
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

fn io_at(path: &Path, source: io::Error) -> StoreError {
    StoreError::Io {
        path: path.display().to_string(),
        source,
    }
}

fn database(file: File) -> Result<Database, redb::Error> {
    Ok(Builder::new()
        .set_cache_size(CACHE)
        .create_with_backend(FileBackend::new(file)?)?)
}

/// Lays out a new store beside `path`, where there must be nothing yet; answers where.
fn lay_out_beside(path: &Path) -> Result<PathBuf, StoreError> {
    let io = |error| io_at(path, error);
    if path.try_exists().map_err(io)? {
        return Err(io(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "there is something already, and a new store is never made over it: open it, or choose another path",
        )));
    }
    lay_out_at(path)
}

/// Lays out a new store beside `path`, whatever there is at `path`; what an attempt before left there is removed.
fn lay_out_at(path: &Path) -> Result<PathBuf, StoreError> {
    let io = |error| io_at(path, error);
    let unfinished = beside(path, "new");
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
        _ => {}
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)
        .map_err(io)?;
    let laid_out = database(file).and_then(|db| {
        tables::lay_out(&db)?;
        Ok(db.close()?)
    });
    laid_out.map_err(|error| refused(&path.display().to_string(), error))?;
    Ok(unfinished)
}

/// Moves a finished file to where it belongs, so that a power cut finds it there or not at all.
fn settle(finished: &Path, path: &Path) -> io::Result<()> {
    std::fs::rename(finished, path)?;
    sync_folder(path)
}

/// Gives a finished file the name `path`, durably and never over what has that name already.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when there is something at `path`; otherwise as the system refuses.
pub fn place(finished: &Path, path: &Path) -> io::Result<()> {
    // A second name is refused where there is a file, which a rename would replace.
    std::fs::hard_link(finished, path)?;
    std::fs::remove_file(finished)?;
    sync_folder(path)
}

/// Makes it durable that the file at `path` is there.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}
