//! Looks at a store file without changing a byte of it.
//!
//! redb writes to a file as soon as it opens it, and has to repair it after a crash before anything can be read. So the
//! probe opens it through a backend that keeps every write in memory, and throws the writes away.

use super::tables;
use super::{StoreError, redb_reader};
use redb::backends::FileBackend;
use redb::{BackendError, Builder, Database, StorageBackend};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::ops::Bound;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

/// Enough for a look at the root pages.
const CACHE: usize = 4 * 1024 * 1024;

const PAGE: u64 = 4096;

/// Refuses a file that is not a store of this schema or an older one; the file stays as it is.
///
/// # Errors
/// [`StoreError::Newer`], [`StoreError::Unreadable`], [`StoreError::Held`] by a program that does not know our lock, or
/// [`StoreError::Io`].
pub fn look(path: &Path) -> Result<(), StoreError> {
    let found = through_overlay(path, false, |db| tables::schema(&db))?;
    match found {
        Some(found) if found > tables::SCHEMA => Err(StoreError::Newer {
            found,
            known: tables::SCHEMA,
        }),
        Some(_) => Ok(()),
        None => Err(unreadable(
            path,
            "it is a redb file, but not a Rollcall store",
        )),
    }
}

/// Reads the whole file and checks redb's own checksums; the file stays as it is.
///
/// # Errors
/// As [`look`]; [`StoreError::Unreadable`] when a checksum is wrong.
pub fn check(path: &Path) -> Result<(), StoreError> {
    look(path)?;
    through_overlay(path, true, |_| Ok(()))
}

fn through_overlay<T>(
    path: &Path,
    check_integrity: bool,
    ask: impl FnOnce(Database) -> Result<T, redb::Error>,
) -> Result<T, StoreError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true) // redb's own lock needs it
        .open(path)
        .map_err(|error| io_error(path, error))?;
    let len = file
        .metadata()
        .map_err(|error| io_error(path, error))?
        .len();
    if len == 0 {
        return Err(unreadable(path, "it is empty"));
    }
    let opened = || -> Result<T, redb::Error> {
        let overlay = Overlay::over(FileBackend::new(file)?, len);
        let db = Builder::new()
            .set_cache_size(CACHE)
            .set_check_integrity_on_open(check_integrity)
            .create_with_backend(overlay)?;
        ask(db)
    };
    // redb trusts a file that was closed in good order and may panic when somebody has damaged it since.
    match std::panic::catch_unwind(AssertUnwindSafe(opened)) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(redb_reader::refused(&path.display().to_string(), error)),
        Err(_) => Err(unreadable(path, "it is damaged")),
    }
}

fn io_error(path: &Path, source: io::Error) -> StoreError {
    StoreError::Io {
        path: path.display().to_string(),
        source,
    }
}

fn unreadable(path: &Path, what: &str) -> StoreError {
    StoreError::Unreadable {
        path: path.display().to_string(),
        what: what.into(),
    }
}

/// A file as it was, and in memory what has been written over it since.
#[derive(Debug)]
struct Overlay {
    file: FileBackend,
    written: RwLock<Written>,
}

#[derive(Debug)]
struct Written {
    len: u64,
    /// What of the file is still to be seen: once shortened, what is behind reads as zeros for good.
    file_len: u64,
    pages: BTreeMap<u64, Box<[u8]>>,
}

impl Overlay {
    fn over(file: FileBackend, len: u64) -> Self {
        Overlay {
            file,
            written: RwLock::new(Written {
                len,
                file_len: len,
                pages: BTreeMap::new(),
            }),
        }
    }

    fn below(&self, file_len: u64, offset: u64, out: &mut [u8]) -> io::Result<()> {
        out.fill(0);
        let there = file_len.saturating_sub(offset).min(out.len() as u64) as usize;
        if there > 0 {
            self.file.read(offset, &mut out[..there])?;
        }
        Ok(())
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        let written = self.written.read().unwrap_or_else(PoisonError::into_inner);
        Ok(written.len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let written = self.written.read().unwrap_or_else(PoisonError::into_inner);
        let end = offset + out.len() as u64;
        if end > written.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.below(written.file_len, offset, out)?;
        for (page, bytes) in written.pages.range(offset / PAGE..end.div_ceil(PAGE)) {
            let start = page * PAGE;
            let (from, to) = (start.max(offset), (start + PAGE).min(end));
            out[(from - offset) as usize..(to - offset) as usize]
                .copy_from_slice(&bytes[(from - start) as usize..(to - start) as usize]);
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut written = self.written.write().unwrap_or_else(PoisonError::into_inner);
        if len < written.len {
            written.file_len = written.file_len.min(len);
            written.pages.split_off(&len.div_ceil(PAGE));
            if let Some(last) = written.pages.get_mut(&(len / PAGE)) {
                last[(len % PAGE) as usize..].fill(0);
            }
        }
        written.len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut written = self.written.write().unwrap_or_else(PoisonError::into_inner);
        let end = offset + data.len() as u64;
        let file_len = written.file_len;
        for page in offset / PAGE..end.div_ceil(PAGE) {
            let start = page * PAGE;
            let bytes = match written.pages.entry(page) {
                std::collections::btree_map::Entry::Occupied(there) => there.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => {
                    let mut fresh = vec![0; PAGE as usize].into_boxed_slice();
                    self.below(file_len, start, &mut fresh)?;
                    free.insert(fresh)
                }
            };
            let (from, to) = (start.max(offset), (start + PAGE).min(end));
            bytes[(from - start) as usize..(to - start) as usize]
                .copy_from_slice(&data[(from - offset) as usize..(to - offset) as usize]);
        }
        written.len = written.len.max(end);
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }
}
