//! The secret of the signing key: a file beside the store that only the daemon's user can read, and no backup holds.
//!
//! `STORE.key` holds 32 bytes in base64, a line. A new secret waits in `STORE.key.new` until the journal names its public
//! half; a crash in between leaves one or the other, and the next start finds the one that the journal names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rollcall_shared::domain::HeadKey;
use rollcall_shared::heads::Signer;
use rollcall_shared::rules::Refusal;
use rollcall_shared::store::beside;
use rollcall_shared::wire::{Class, Failure};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// It is not there.
    #[error("the signing key {0} is missing, and this store has signed heads with it")]
    Missing(PathBuf),
    /// Others could have read it, or put it there.
    #[error("the signing key {0} is open to others (mode {1:03o}, uid {2})")]
    Exposed(PathBuf, u32, u32),
    /// It cannot be read or written, or is no key.
    #[error("the signing key {0} cannot be used: {1}")]
    Unreadable(PathBuf, String),
    /// It is not the one the journal names.
    #[error("the signing key {0} is not the one this store has signed heads with")]
    Other(PathBuf),
}

impl KeyError {
    /// The same with its rule and what to do.
    pub(crate) fn refusal(self) -> Refusal {
        let what = self.to_string();
        let (rule, instead) = match self {
            KeyError::Missing(_) => (
                "signing-key-missing",
                "put it back and reload the daemon, or go on with a new one: `rollcall audit rekey --reason WHY`",
            ),
            KeyError::Exposed(..) => (
                "signing-key-exposed",
                "if nobody else can have read it, give it to the daemon's user with mode 0600 and reload the daemon; \
                 otherwise go on with a new one: `rollcall audit rekey --reason WHY`",
            ),
            KeyError::Unreadable(..) => (
                "signing-key-unreadable",
                "mend it and reload the daemon, or go on with a new one: `rollcall audit rekey --reason WHY`",
            ),
            KeyError::Other(_) => (
                "signing-key-other",
                "put the right one back and reload the daemon, or go on with a new one: `rollcall audit rekey --reason WHY`",
            ),
        };
        Refusal::new(rule, what, instead)
    }
}

impl KeyError {
    /// The same as a failure of the daemon.
    pub(crate) fn failure(self) -> Failure {
        let refusal = self.refusal();
        Failure::new(Class::Error, refusal.what)
            .rule(refusal.rule)
            .hint(refusal.instead)
    }
}

/// Where the key of a store is: beside its file, or beside the link by which an earlier version opened it.
pub(super) fn path(store: &Path) -> PathBuf {
    let own = beside(store, "key");
    let mut linked = store.as_os_str().to_owned();
    linked.push(".key");
    match !own.exists() && Path::new(&linked).exists() {
        true => linked.into(),
        false => own,
    }
}

/// Where a new one waits.
fn waiting(store: &Path) -> PathBuf {
    beside(store, "key.new")
}

/// The public key of a store whose journal names none yet: of the file that is there, else of a new one.
pub(crate) fn at_start(store: &Path) -> Result<HeadKey, KeyError> {
    let path = path(store);
    let secret = match read(&path) {
        Err(KeyError::Missing(_)) => {
            let secret = random()?;
            write(&path, &secret)?;
            secret
        }
        read => read?,
    };
    Ok(HeadKey(Signer::public_of(&secret)))
}

/// What is wrong with the file of the key; none when nothing is, or there is none.
pub(super) fn wrong(store: &Path) -> Option<KeyError> {
    let wrong = read(&path(store)).err();
    wrong.filter(|error| !matches!(error, KeyError::Missing(_)))
}

/// The secret of the public key that the journal names. One that still waits is put in its place.
pub(super) fn read_newest(store: &Path, newest: &HeadKey) -> Result<[u8; 32], KeyError> {
    let path = path(store);
    let fits = |secret: &[u8; 32]| Signer::public_of(secret) == newest.0;
    let found = read(&path);
    if let Ok(secret) = &found
        && fits(secret)
    {
        return found;
    }
    let waiting = waiting(store);
    if let Ok(secret) = read(&waiting)
        && fits(&secret)
    {
        std::fs::rename(&waiting, &path)
            .and_then(|()| sync_folder(&path))
            .map_err(|e| KeyError::Unreadable(path, e.to_string()))?;
        return Ok(secret);
    }
    found.and(Err(KeyError::Other(path)))
}

/// Keeps a new secret durably until it is in force.
pub(super) fn wait(store: &Path, secret: &[u8; 32]) -> Result<(), KeyError> {
    forget(store);
    write(&waiting(store), secret)
}

/// Removes a secret that did not come into force.
pub(super) fn forget(store: &Path) {
    // One that stays is no danger: no journal names it, and the next one is written over it.
    let _ = std::fs::remove_file(waiting(store));
}

/// 32 random bytes.
pub(super) fn random() -> Result<[u8; 32], KeyError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|e| {
        KeyError::Unreadable(
            PathBuf::from("(new)"),
            format!("the system gives no random numbers: {e}"),
        )
    })?;
    Ok(secret)
}

fn read(path: &Path) -> Result<[u8; 32], KeyError> {
    let unreadable = |what: String| KeyError::Unreadable(path.to_owned(), what);
    let file = OpenOptions::new()
        .read(true)
        // A link or a pipe in its place is not followed and not waited for.
        .custom_flags((nix::fcntl::OFlag::O_NOFOLLOW | nix::fcntl::OFlag::O_NONBLOCK).bits())
        .open(path)
        .map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => KeyError::Missing(path.to_owned()),
            _ => unreadable(e.to_string()),
        })?;
    let meta = file.metadata().map_err(|e| unreadable(e.to_string()))?;
    if !meta.is_file() {
        return Err(unreadable("it is no file".into()));
    }
    let mode = meta.mode() & 0o777;
    if mode & 0o077 != 0 || meta.uid() != nix::unistd::geteuid().as_raw() {
        return Err(KeyError::Exposed(path.to_owned(), mode, meta.uid()));
    }
    let mut text = String::new();
    file.take(256)
        .read_to_string(&mut text)
        .map_err(|e| unreadable(e.to_string()))?;
    let secret = STANDARD.decode(text.trim()).ok();
    secret
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| unreadable("it does not hold 32 bytes in base64".into()))
}

fn write(path: &Path, secret: &[u8; 32]) -> Result<(), KeyError> {
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(format!("{}\n", STANDARD.encode(secret)).as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| sync_folder(path));
    written.map_err(|e| KeyError::Unreadable(path.to_owned(), e.to_string()))
}

/// Makes it durable that the file at `path` is there.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_key_beside_the_link_to_a_store_counts_until_one_lies_beside_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let (real, links) = (dir.path().join("real"), dir.path().join("links"));
        std::fs::create_dir(&real).unwrap();
        std::fs::create_dir(&links).unwrap();
        let (store, link) = (real.join("s.redb"), links.join("s.redb"));
        std::fs::write(&store, "").unwrap();
        std::os::unix::fs::symlink(&store, &link).unwrap();
        let own = real.canonicalize().unwrap().join("s.redb.key");
        assert_eq!(
            path(&link),
            own,
            "with neither there, a new one lies beside the file"
        );
        let linked = links.join("s.redb.key");
        std::fs::write(&linked, "").unwrap();
        assert_eq!(path(&link), linked);
        std::fs::write(&own, "").unwrap();
        assert_eq!(path(&link), own);
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_only_and_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("s.redb");
        let public = at_start(&store).unwrap();
        let file = path(&store);
        assert_eq!(file, dir.path().join("s.redb.key"));
        assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert_eq!(at_start(&store).unwrap(), public);
        assert_eq!(
            HeadKey(Signer::public_of(&read_newest(&store, &public).unwrap())),
            public
        );
        for open in [0o640, 0o604, 0o620] {
            mode(&file, open);
            let refused = at_start(&store).unwrap_err().refusal();
            assert_eq!(refused.rule, "signing-key-exposed", "{refused}");
        }
        mode(&file, 0o600);
        std::fs::write(&file, "no key").unwrap();
        let refused = at_start(&store).unwrap_err().refusal();
        assert_eq!(refused.rule, "signing-key-unreadable", "{refused}");
        std::fs::remove_file(&file).unwrap();
        let refused = read_newest(&store, &public).unwrap_err().refusal();
        assert_eq!(refused.rule, "signing-key-missing", "{refused}");
        assert_ne!(at_start(&store).unwrap(), public);
        let refused = read_newest(&store, &public).unwrap_err().refusal();
        assert_eq!(refused.rule, "signing-key-other", "{refused}");
    }

    #[test]
    fn a_link_in_the_place_of_the_key_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("s.redb");
        let elsewhere = dir.path().join("elsewhere");
        write(&elsewhere, &[1; 32]).unwrap();
        std::os::unix::fs::symlink(&elsewhere, path(&store)).unwrap();
        let refused = at_start(&store).unwrap_err().refusal();
        assert_eq!(refused.rule, "signing-key-unreadable", "{refused}");
    }

    #[test]
    fn a_new_key_that_the_journal_names_is_found_where_a_crash_left_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("s.redb");
        let first = at_start(&store).unwrap();
        let secret = random().unwrap();
        let second = HeadKey(Signer::public_of(&secret));
        wait(&store, &secret).unwrap();
        // Killed before the journal named it: the old one signs. After: the new one, which takes its place.
        assert!(read_newest(&store, &first).is_ok());
        assert_eq!(read_newest(&store, &second).unwrap(), secret);
        assert!(!waiting(&store).exists());
        assert_eq!(at_start(&store).unwrap(), second);
    }
}
