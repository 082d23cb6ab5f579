//! Where files are: root's in the system's places, everybody else's in their XDG directories.

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, UnixAddr, connect};
use std::ffi::OsString;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

const SYSTEM_STATE: &str = "/var/lib/rollcall";
const SYSTEM_RUNTIME: &str = "/run/rollcall";
const SYSTEM_CONFIG: &str = "/etc/rollcall";

/// The directories of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dirs {
    state: PathBuf,
    runtime: PathBuf,
    config: PathBuf,
    /// The user whose private directory below `/tmp` stands in for a missing runtime directory.
    private: Option<u32>,
}

/// Where a client looks for its daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The socket to talk to.
    pub socket: PathBuf,
    /// Others at which nobody listens.
    pub passed: Vec<PathBuf>,
}

impl Place {
    /// A socket that was named.
    pub fn only(socket: PathBuf) -> Self {
        Place {
            socket,
            passed: Vec::new(),
        }
    }

    /// The first of two sockets, unless nobody listens there and somebody does at the second.
    pub(super) fn first(one: PathBuf, other: PathBuf) -> Self {
        if listens(&one) {
            return Place::only(one);
        }
        let (socket, passed) = match listens(&other) {
            true => (other, one),
            false => (one, other),
        };
        Place {
            socket,
            passed: vec![passed],
        }
    }
}

/// Whether somebody listens at a socket, be it somebody who is busy or lets this user not in.
fn listens(socket: &Path) -> bool {
    let opened = nix::sys::socket::socket(
        AddressFamily::Unix,
        SockType::Stream,
        SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC,
        None,
    );
    let (Ok(opened), Ok(address)) = (opened, UnixAddr::new(socket)) else {
        return false;
    };
    !matches!(
        connect(opened.as_raw_fd(), &address),
        Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ECONNREFUSED)
    )
}

/// A directory that cannot be trusted or made.
#[derive(Debug, thiserror::Error)]
pub enum DirsError {
    /// Somebody else may write there.
    #[error(
        "{path} must be a directory that belongs to uid {uid} with mode 0700: remove it, or set XDG_RUNTIME_DIR"
    )]
    Untrusted {
        /// The directory.
        path: PathBuf,
        /// Who should own it.
        uid: u32,
    },
    /// It cannot be made or looked at.
    #[error("{path}: {source}")]
    Io {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Dirs {
    /// The system's, as root uses them: `/var/lib/rollcall`, `/run/rollcall`, `/etc/rollcall`.
    pub fn system() -> Self {
        Dirs {
            state: SYSTEM_STATE.into(),
            runtime: SYSTEM_RUNTIME.into(),
            config: SYSTEM_CONFIG.into(),
            private: None,
        }
    }

    /// Those of the user this process runs as, from its environment.
    pub fn current() -> Self {
        Self::of(nix::unistd::geteuid().as_raw(), |name| {
            std::env::var_os(name)
        })
    }

    /// Those of the user `uid` with the environment `env`. A service manager that made directories for the daemon
    /// names them in `STATE_DIRECTORY` and `RUNTIME_DIRECTORY`. As XDG demands, a relative path counts as not set.
    pub fn of(uid: u32, env: impl Fn(&str) -> Option<OsString>) -> Self {
        let absolute = |name: &str| env(name).map(PathBuf::from).filter(|p| p.is_absolute());
        let home = absolute("HOME");
        let below = |name: &str, home_dir: &str| {
            absolute(name)
                .or_else(|| home.as_ref().map(|home| home.join(home_dir)))
                .map(|dir| dir.join("rollcall"))
        };
        let config = below("XDG_CONFIG_HOME", ".config").unwrap_or_else(|| SYSTEM_CONFIG.into());
        let given_state = absolute("STATE_DIRECTORY");
        let given_runtime = absolute("RUNTIME_DIRECTORY");
        if uid == 0 {
            return Dirs {
                state: given_state.unwrap_or_else(|| SYSTEM_STATE.into()),
                runtime: given_runtime.unwrap_or_else(|| SYSTEM_RUNTIME.into()),
                config,
                private: None,
            };
        }
        let tmp = PathBuf::from(format!("/tmp/rollcall-{uid}"));
        let runtime =
            given_runtime.or_else(|| absolute("XDG_RUNTIME_DIR").map(|dir| dir.join("rollcall")));
        Dirs {
            state: given_state
                .or_else(|| below("XDG_STATE_HOME", ".local/state"))
                .unwrap_or_else(|| tmp.clone()),
            private: runtime.is_none().then_some(uid),
            runtime: runtime.unwrap_or(tmp),
            config,
        }
    }

    /// A user without a runtime directory, for tests.
    #[cfg(test)]
    pub(super) fn with_private_runtime(runtime: &Path, uid: u32) -> Self {
        Dirs {
            runtime: runtime.into(),
            private: Some(uid),
            ..Self::system()
        }
    }

    /// Where the store is unless set.
    pub fn store(&self) -> PathBuf {
        self.state.join("rollcall.redb")
    }

    /// Where the daemon listens unless set.
    pub fn socket(&self) -> PathBuf {
        self.runtime.join("rollcall.sock")
    }

    /// Where the user's own files are: `rollcall.toml`, `keymap.toml`.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// The settings files that exist, least important first: the system's, then the user's.
    pub fn config_files(&self) -> Vec<PathBuf> {
        let mut files = vec![Path::new(SYSTEM_CONFIG).join("rollcall.toml")];
        let own = self.config.join("rollcall.toml");
        if own != files[0] {
            files.push(own);
        }
        files.retain(|file| file.exists());
        files
    }

    /// Makes the private runtime directory below `/tmp` where there is no other, and refuses one that somebody else
    /// could have prepared. Does nothing where there is a proper runtime directory.
    ///
    /// # Errors
    /// When it cannot be made, or cannot be trusted.
    pub fn claim_runtime(&self) -> Result<(), DirsError> {
        if self.private.is_none() {
            return Ok(());
        }
        let made = std::fs::DirBuilder::new().mode(0o700).create(&self.runtime);
        match made {
            Err(source) if source.kind() != std::io::ErrorKind::AlreadyExists => {
                Err(DirsError::Io {
                    path: self.runtime.clone(),
                    source,
                })
            }
            _ => self.trusted(),
        }
    }

    /// The socket a client talks to: the one it was told, else the first where somebody listens of the user's own and the
    /// system's. Where nobody does, the one that a daemon started by this user would make.
    pub fn find_socket(&self, told: Option<PathBuf>) -> Place {
        if let Some(socket) = told {
            return Place::only(socket);
        }
        let own = self.socket();
        let system = Path::new(SYSTEM_RUNTIME).join("rollcall.sock");
        if own == system {
            return Place::only(own);
        }
        match self.trusted() {
            Ok(()) => Place::first(own, system),
            // What somebody else may have prepared is not even looked at.
            Err(_) if listens(&system) => Place::only(system),
            Err(_) => Place {
                socket: own,
                passed: vec![system],
            },
        }
    }

    fn trusted(&self) -> Result<(), DirsError> {
        let Some(uid) = self.private else {
            return Ok(());
        };
        let meta = std::fs::symlink_metadata(&self.runtime).map_err(|source| DirsError::Io {
            path: self.runtime.clone(),
            source,
        })?;
        if meta.is_dir() && meta.uid() == uid && meta.mode() & 0o077 == 0 {
            return Ok(());
        }
        Err(DirsError::Untrusted {
            path: self.runtime.clone(),
            uid,
        })
    }
}
