//! What a process that was killed left in the folder for temporary files: nobody else takes it away.

use nix::fcntl::{Flock, FlockArg};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// How the folder of a carried daemon begins.
pub(super) const PREFIX: &str = "rollcall-carried-";

/// The socket in such a folder. Who listens there, or is about to, holds the lock beside it.
pub(super) const SOCKET: &str = "rollcall.sock";

/// Removes this user's folders whose daemons are gone. What cannot be removed stays for the next time.
pub(super) fn clear(temporary: &Path) {
    let me = nix::unistd::geteuid().as_raw();
    let entries = fs::read_dir(temporary).into_iter().flatten().flatten();
    for entry in entries {
        let ours = entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(PREFIX.as_bytes())
            && fs::symlink_metadata(entry.path()).is_ok_and(|m| m.is_dir() && m.uid() == me);
        if !ours {
            continue;
        }
        let lock = entry.path().join(format!("{SOCKET}.lock"));
        let Ok(lock) = File::options().read(true).write(true).open(lock) else {
            continue;
        };
        if let Ok(_held) = Flock::lock(lock, FlockArg::LockExclusiveNonblock) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
