//! Files that appear whole or not at all, readable by their owner only.

use super::error;
use rollcall_shared::wire::Failure;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A file being written as `NAME.partial`; dropped before [`Partial::keep`], it is removed.
#[derive(Debug)]
pub struct Partial {
    file: File,
    partial: PathBuf,
    target: PathBuf,
    kept: bool,
}

impl Partial {
    /// Starts `TARGET.partial` with mode 0600. What an interrupted run left there is written over; a symbolic link is
    /// not followed.
    pub fn create(target: &Path) -> Result<Self, Failure> {
        let mut name = target.as_os_str().to_owned();
        name.push(".partial");
        let partial = PathBuf::from(name);
        let open = || -> io::Result<File> {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .custom_flags(nix::fcntl::OFlag::O_NOFOLLOW.bits())
                .open(&partial)?;
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
            Ok(file)
        };
        match open() {
            Ok(file) => Ok(Partial {
                file,
                partial,
                target: target.to_owned(),
                kept: false,
            }),
            Err(e) => Err(error::file("write", &partial, &e)),
        }
    }

    /// Another handle on the file, for writers that own theirs.
    pub fn handle(&self) -> Result<File, Failure> {
        self.file
            .try_clone()
            .map_err(|e| error::file("write", &self.partial, &e))
    }

    /// Where it stands while it is not whole.
    pub fn path(&self) -> &Path {
        &self.partial
    }

    /// Makes it durable and gives it its name, over whatever had it.
    pub fn keep(mut self) -> Result<(), Failure> {
        let done = self
            .file
            .sync_all()
            .and_then(|()| fs::rename(&self.partial, &self.target))
            .and_then(|()| sync_directory(&self.target));
        match done {
            Ok(()) => {
                self.kept = true;
                Ok(())
            }
            Err(e) => Err(error::file("write", &self.target, &e)),
        }
    }
}

impl Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.kept {
            // Best effort: the name says that the file is not whole.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// A rename is durable once the directory is.
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_file_is_private_and_a_dropped_one_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("backup");
        let mut dropped = Partial::create(&target).unwrap();
        dropped.write_all(b"half").unwrap();
        drop(dropped);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);

        fs::write(dir.path().join("backup.partial"), "left over, longer").unwrap();
        let mut kept = Partial::create(&target).unwrap();
        kept.write_all(b"whole").unwrap();
        kept.keep().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "whole");
        let mode = fs::metadata(&target).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_in_the_way_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let victim = dir.path().join("victim");
        fs::write(&victim, "mine").unwrap();
        std::os::unix::fs::symlink(&victim, dir.path().join("b.partial")).unwrap();
        assert!(Partial::create(&dir.path().join("b")).is_err());
        assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
    }
}
