//! The lock beside a store: one holder at a time, which writes down who it is.

use super::StoreError;
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A held lock; dropping it, or the end of the process however it ends, lets go of it.
///
/// The file of a store stays where it is.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of the store at `store`, in the file `STORE.lock`.
    ///
    /// # Errors
    /// [`StoreError::Held`] with the holder's own words when somebody else has it; [`StoreError::Io`] otherwise.
    pub fn take(store: &Path) -> Result<Lock, StoreError> {
        let path = beside(store, "lock");
        let io = |source| StoreError::Io {
            path: path.display().to_string(),
            source,
        };
        let mut file = loop {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(&path)
                .map_err(io)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::Held {
                        path: store.display().to_string(),
                        holder: holder_in(&mut file),
                    });
                }
                Err(TryLockError::Error(source)) => return Err(io(source)),
            }
            // Whoever held it before may have removed the file meanwhile; others then lock another one of this name.
            if is_at(&file, &path) {
                break file;
            }
        };
        let me = format!("{} (pid {})\n", program(), std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(me.as_bytes()))
            .map_err(io)?;
        Ok(Lock { file, path })
    }

    /// Lets go of it and takes the file away: for what is not going to be locked again.
    pub fn remove(self) {
        // While it is still held. What cannot be removed stays, empty.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn is_at(file: &File, path: &Path) -> bool {
    let same = |a: Metadata, b: Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(held), Ok(named)) => same(held, named),
        _ => false,
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The name must not outlive the lock; when it cannot be removed, the next holder overwrites it.
        let _ = self.file.set_len(0);
    }
}

/// The path of a file that belongs to a store: its own path with `.` and `suffix` behind it. By whatever link a store is
/// opened, it is the file's own path, so that there is one such file.
pub fn beside(store: &Path, suffix: &str) -> PathBuf {
    let own = std::fs::canonicalize(store);
    let mut path = own.unwrap_or_else(|_| store.to_owned()).into_os_string();
    path.push(".");
    path.push(suffix);
    path.into()
}

fn holder_in(file: &mut File) -> String {
    // The file is short; a longer one is not ours and not worth reading into memory.
    let mut name = Vec::new();
    let read = file.take(256).read_to_end(&mut name);
    let name = String::from_utf8_lossy(&name).trim().to_string();
    match read {
        Ok(_) if !name.is_empty() => name,
        _ => "another program that did not write its name down".into(),
    }
}

fn program() -> String {
    std::env::current_exe()
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_else(|| "a program".into())
}
