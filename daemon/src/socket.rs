//! The socket: made safely, never taken from a daemon that lives.
//!
//! It is bound under umask 0177 inside a private directory, gets its group and mode there, and is then renamed into place:
//! at no moment can anybody connect whom the mode does not let in, and a stale socket is replaced in one step.

use nix::fcntl::{Flock, FlockArg};
use nix::sched::{CloneFlags, unshare};
use nix::sys::stat::{Mode, umask};
use nix::unistd::{Gid, Group, chown, getegid, geteuid, getgroups};
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The longest path a Unix socket may have, in bytes.
const LONGEST_PATH: usize = 107;

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Another daemon holds it.
    #[error("a daemon already listens at {path}{pid}: stop it first, or choose another path with --socket", pid = holder(.pid))]
    Live {
        /// The socket.
        path: PathBuf,
        /// The other daemon's process, where it is known.
        pid: Option<u32>,
    },
    /// Something else is there.
    #[error(
        "{path} exists and is not a socket: it is left alone; choose another path with --socket"
    )]
    NotASocket {
        /// The path.
        path: PathBuf,
    },
    /// The kernel allows no such path.
    #[error(
        "{path} is too long for a socket ({length} bytes, at most {LONGEST_PATH}): choose a shorter one with --socket"
    )]
    TooLong {
        /// The path.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
    },
    /// The system refused.
    #[error("{what} {path}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

fn holder(pid: &Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (process {pid})"))
}

/// A socket that listens. Dropped, it is removed and may be taken by another daemon.
#[derive(Debug)]
pub struct Socket {
    path: PathBuf,
    listener: UnixListener,
    /// Device and inode, so that only our own is removed.
    identity: (u64, u64),
    /// Held as long as we listen.
    _lock: Lock,
}

/// The lock beside a socket.
#[derive(Debug)]
struct Lock {
    file: Flock<File>,
    path: PathBuf,
    /// Whether it was made by who holds it and goes with them: nobody has listened yet.
    new: bool,
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.new {
            // While it is still held. What cannot be removed is only in nobody's way.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The right to listen at a path, before anybody can connect: whoever finds it taken has done nothing yet.
#[derive(Debug)]
pub struct Claim {
    path: PathBuf,
    directory: PathBuf,
    group: Option<Gid>,
    lock: Lock,
}

impl Claim {
    /// Listens, from now on.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn bind(mut self) -> Result<Socket, SocketError> {
        let listener = bind_privately(&self.path, &self.directory, self.group)?;
        let meta =
            fs::symlink_metadata(&self.path).map_err(io_error("cannot look at", &self.path))?;
        self.lock.new = false;
        Ok(Socket {
            listener,
            identity: (meta.dev(), meta.ino()),
            path: self.path,
            _lock: self.lock,
        })
    }
}

impl Socket {
    /// Takes the right to listen at `path`. The directory is made where it is missing, with mode 0750. Where `group` exists and this
    /// process may give files to it, its members may connect (0660); otherwise only this user may (0600).
    ///
    /// # Errors
    /// [`SocketError::Live`] when another daemon listens there; otherwise what stands in the way.
    pub fn claim(path: &Path, group: &str) -> Result<Claim, SocketError> {
        let length = path.as_os_str().as_bytes().len();
        if length > LONGEST_PATH {
            return Err(SocketError::TooLong {
                path: path.into(),
                length,
            });
        }
        let group = usable_group(group);
        let directory = match path.parent() {
            Some(directory) if directory.as_os_str().is_empty() => Path::new("."),
            Some(directory) => directory,
            None => return Err(SocketError::NotASocket { path: path.into() }),
        };
        make_directory(directory, group)?;
        let lock = lock(path)?;
        probe(path)?;
        Ok(Claim {
            path: path.into(),
            directory: directory.into(),
            group,
            lock,
        })
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The listener for the async runtime; call it inside of one.
    ///
    /// # Errors
    /// When the runtime cannot take it.
    pub fn listener(&self) -> io::Result<tokio::net::UnixListener> {
        let listener = self.listener.try_clone()?;
        listener.set_nonblocking(true)?;
        tokio::net::UnixListener::from_std(listener)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let ours = fs::symlink_metadata(&self.path)
            .is_ok_and(|meta| (meta.dev(), meta.ino()) == self.identity);
        if ours {
            // Left behind it would only be stale, and the next daemon replaces it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn io_error<'a>(what: &'static str, path: &'a Path) -> impl Fn(io::Error) -> SocketError + 'a {
    move |source| SocketError::Io {
        what,
        path: path.into(),
        source,
    }
}

/// The group when it exists and this process may give files to it.
fn usable_group(name: &str) -> Option<Gid> {
    let gid = Group::from_name(name).ok().flatten()?.gid;
    let member = geteuid().is_root()
        || getegid() == gid
        || getgroups().is_ok_and(|groups| groups.contains(&gid));
    member.then_some(gid)
}

/// Gives a file to a group, unless it has it already: a hardened service may not be allowed to.
fn give(path: &Path, group: Gid) -> io::Result<()> {
    if fs::metadata(path)?.gid() == group.as_raw() {
        return Ok(());
    }
    chown(path, None, Some(group)).map_err(io::Error::from)
}

fn make_directory(directory: &Path, group: Option<Gid>) -> Result<(), SocketError> {
    if directory.is_dir() {
        return Ok(());
    }
    if let Some(above) = directory.parent() {
        fs::create_dir_all(above).map_err(io_error("cannot make", above))?;
    }
    DirBuilder::new()
        .mode(0o750)
        .create(directory)
        .map_err(io_error("cannot make", directory))?;
    if let Some(gid) = group {
        give(directory, gid).map_err(io_error("cannot give to the group", directory))?;
    }
    Ok(())
}

fn lock(socket: &Path) -> Result<Lock, SocketError> {
    let mut path = socket.as_os_str().to_owned();
    path.push(".lock");
    let path = PathBuf::from(path);
    loop {
        let lock = lock_at(socket, &path)?;
        let held = lock.file.metadata();
        let held = held.map_err(io_error("cannot look at", &path))?;
        // Who held it before may have removed it meanwhile: others then lock another one of this name.
        let there = fs::symlink_metadata(&path);
        if there.is_ok_and(|there| (there.dev(), there.ino()) == (held.dev(), held.ino())) {
            return Ok(lock);
        }
    }
}

fn lock_at(socket: &Path, path: &Path) -> Result<Lock, SocketError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    let (mut file, new) = match options.create_new(true).open(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            let there = options.create_new(false).create(true).open(path);
            (there.map_err(io_error("cannot open", path))?, false)
        }
        made => (made.map_err(io_error("cannot open", path))?, true),
    };
    let mut before = String::new();
    // Only for the message; a file that cannot be read as text names nobody.
    let _ = file.read_to_string(&mut before);
    let mut lock = Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, e)| {
        if e == nix::errno::Errno::EWOULDBLOCK {
            SocketError::Live {
                path: socket.into(),
                pid: before.trim().parse().ok(),
            }
        } else {
            io_error("cannot lock", path)(e.into())
        }
    })?;
    lock.set_len(0)
        .and_then(|()| lock.rewind())
        .and_then(|()| writeln!(lock, "{}", std::process::id()))
        .map_err(io_error("cannot write", path))?;
    Ok(Lock {
        file: lock,
        path: path.into(),
        new,
    })
}

/// Refuses when somebody listens at `path`, or when it is no socket at all.
fn probe(path: &Path) -> Result<(), SocketError> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(io_error("cannot look at", path)(e)),
    };
    if !meta.file_type().is_socket() {
        return Err(SocketError::NotASocket { path: path.into() });
    }
    match UnixStream::connect(path) {
        Ok(_) => Err(SocketError::Live {
            path: path.into(),
            pid: None,
        }),
        Err(e) if e.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(io_error("cannot tell whether a daemon listens at", path)(e)),
    }
}

fn bind_privately(
    path: &Path,
    directory: &Path,
    group: Option<Gid>,
) -> Result<UnixListener, SocketError> {
    // Short, so that the private path is no longer than an ordinary one.
    let private = directory.join(format!(".{}", std::process::id()));
    // Left by a process of the same number that was killed on its way; we hold the lock, so nobody uses it.
    let _ = fs::remove_dir_all(&private);
    DirBuilder::new()
        .mode(0o700)
        .create(&private)
        .map_err(io_error("cannot make", &private))?;
    let bound = bind_in(&private, path, group);
    let _ = fs::remove_dir_all(&private);
    bound
}

fn bind_in(private: &Path, path: &Path, group: Option<Gid>) -> Result<UnixListener, SocketError> {
    let inside = private.join("s");
    let listener = bind_masked(&inside).map_err(io_error("cannot listen at", path))?;
    if let Some(gid) = group {
        give(&inside, gid).map_err(io_error("cannot give to the group", path))?;
    }
    let mode = if group.is_some() { 0o660 } else { 0o600 };
    fs::set_permissions(&inside, Permissions::from_mode(mode))
        .map_err(io_error("cannot set the mode of", path))?;
    fs::rename(&inside, path).map_err(io_error("cannot put in place", path))?;
    Ok(listener)
}

/// Binds under umask 0177, on a thread with a umask of its own: other threads make files meanwhile. Where a sandbox does
/// not allow that, the private directory alone keeps others out until the mode is set.
fn bind_masked(inside: &Path) -> io::Result<UnixListener> {
    std::thread::scope(|scope| {
        let bound = scope.spawn(|| {
            if unshare(CloneFlags::CLONE_FS).is_ok() {
                umask(Mode::from_bits_truncate(0o177));
            }
            UnixListener::bind(inside)
        });
        bound
            .join()
            .map_err(|_| io::Error::other("the thread that binds it failed"))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_GROUP: &str = "no-such-group";

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn it_is_made_for_nobody_else_and_the_umask_of_others_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        let made = |name: &str| {
            let file = dir.path().join(name);
            File::create(&file).unwrap();
            mode(&file)
        };
        let before = made("before");
        let _listener = bind_masked(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(made("after"), before);
    }

    #[test]
    fn only_those_the_mode_lets_in_may_connect() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run/rollcall.sock");
        let socket = Socket::claim(&path, NO_GROUP)
            .and_then(Claim::bind)
            .unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o750));
        UnixStream::connect(&path).unwrap();
        drop(socket);
        assert!(!path.exists(), "a daemon that stops takes its socket away");

        let group = Group::from_gid(getegid()).unwrap().unwrap();
        let _socket = Socket::claim(&path, &group.name)
            .and_then(Claim::bind)
            .unwrap();
        assert_eq!(mode(&path), 0o660);
        assert_eq!(fs::metadata(&path).unwrap().gid(), group.gid.as_raw());
        let left: Vec<_> = fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        assert_eq!(left.len(), 2, "only the socket and its lock: {left:?}");
    }

    #[test]
    fn a_stale_socket_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rollcall.sock");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists() && UnixStream::connect(&path).is_err());
        let _socket = Socket::claim(&path, NO_GROUP)
            .and_then(Claim::bind)
            .unwrap();
        UnixStream::connect(&path).unwrap();
    }

    #[test]
    fn a_live_one_is_never_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rollcall.sock");
        let _first = Socket::claim(&path, NO_GROUP)
            .and_then(Claim::bind)
            .unwrap();
        let error = Socket::claim(&path, NO_GROUP)
            .and_then(Claim::bind)
            .unwrap_err();
        assert!(
            matches!(&error, SocketError::Live { pid: Some(pid), .. } if *pid == std::process::id())
        );
        assert!(
            error.to_string().contains(path.to_str().unwrap()),
            "{error}"
        );
        UnixStream::connect(&path).unwrap();

        // Also where the other one takes no lock.
        let foreign = dir.path().join("foreign.sock");
        let _listener = UnixListener::bind(&foreign).unwrap();
        let error = Socket::claim(&foreign, NO_GROUP)
            .and_then(Claim::bind)
            .unwrap_err();
        assert!(
            matches!(error, SocketError::Live { pid: None, .. }),
            "{error}"
        );
    }

    #[test]
    fn a_file_in_its_place_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rollcall.sock");
        fs::write(&path, "mine").unwrap();
        let error = Socket::claim(&path, NO_GROUP)
            .and_then(Claim::bind)
            .unwrap_err();
        assert!(matches!(error, SocketError::NotASocket { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        let lock = dir.path().join("rollcall.sock.lock");
        assert!(
            !lock.exists(),
            "a refused start takes the lock it made away"
        );
        fs::write(&lock, "").unwrap();
        assert!(Socket::claim(&path, NO_GROUP).is_err());
        assert!(lock.exists(), "one that was there stays");
        let long = dir.path().join("x".repeat(120));
        assert!(matches!(
            Socket::claim(&long, NO_GROUP)
                .and_then(Claim::bind)
                .unwrap_err(),
            SocketError::TooLong { .. }
        ));
    }
}
