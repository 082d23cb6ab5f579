//! A file kept aside until it was gone through whole: in memory while it is small, else on the disk of the store under no
//! name, so that it goes with the import.

use rollcall_shared::wire::{Class, Failure};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

/// A file up to this size stays in memory.
const SMALL: usize = 1 << 20;

/// A file that was read, to be read again as often as needed.
pub(super) struct Aside {
    kept: Arc<Kept>,
    /// Why it was not read to its end; none when it was.
    broken: Option<String>,
}

enum Kept {
    Memory(Vec<u8>),
    Disk(File),
}

impl Aside {
    /// Reads a file to its end and keeps it, beside the store where it is large. Where reading breaks off, what was read
    /// until then is kept, and that it broke off.
    ///
    /// # Errors
    /// The disk does not take it.
    pub(super) fn take(reader: &mut impl Read, store: &Path) -> Result<Self, Failure> {
        let mut memory = Vec::new();
        let mut disk: Option<File> = None;
        let mut block = vec![0; 1 << 16];
        let broken = loop {
            let n = match reader.read(&mut block) {
                Ok(0) => break None,
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => break Some(e.to_string()),
            };
            match &mut disk {
                Some(file) => file.write_all(&block[..n]).map_err(|e| no_room(&e))?,
                None => memory.extend_from_slice(&block[..n]),
            }
            if memory.len() > SMALL {
                let beside = store.parent().unwrap_or(Path::new("."));
                let mut file = tempfile::tempfile_in(beside).map_err(|e| no_room(&e))?;
                file.write_all(&memory).map_err(|e| no_room(&e))?;
                memory = Vec::new();
                disk = Some(file);
            }
        };
        let kept = Arc::new(match disk {
            Some(file) => Kept::Disk(file),
            None => Kept::Memory(memory),
        });
        Ok(Aside { kept, broken })
    }

    /// Reads it from its beginning.
    pub(super) fn again(&self) -> Again {
        Again {
            kept: self.kept.clone(),
            at: 0,
            broken: self.broken.clone(),
        }
    }
}

/// The file, being read.
pub(super) struct Again {
    kept: Arc<Kept>,
    at: u64,
    broken: Option<String>,
}

impl Read for Again {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = match &*self.kept {
            Kept::Disk(file) => file.read_at(out, self.at)?,
            Kept::Memory(bytes) => {
                let from = usize::try_from(self.at).unwrap_or(usize::MAX);
                let mut left = bytes.get(from..).unwrap_or_default();
                left.read(out)?
            }
        };
        self.at += n as u64;
        match (n, self.broken.take()) {
            (0, Some(why)) if !out.is_empty() => Err(io::Error::other(why)),
            (_, broken) => {
                self.broken = broken;
                Ok(n)
            }
        }
    }
}

fn no_room(error: &io::Error) -> Failure {
    let what = format!("the file cannot be kept aside to be counted: {error}");
    Failure::new(Class::Error, what)
        .rule("people-aside")
        .hint("make room on the disk of the store and import it again; nothing was taken in")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file whose reading breaks off behind so many bytes.
    struct Broken(usize);

    impl Read for Broken {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = out.len().min(self.0);
            self.0 -= n;
            out[..n].fill(b'x');
            match n {
                0 => Err(io::Error::other("the line is dead")),
                n => Ok(n),
            }
        }
    }

    #[test]
    fn what_was_kept_aside_is_read_as_often_as_needed_and_ends_as_it_ended() {
        let dir = tempfile::tempdir().unwrap();
        for size in [0, 10, 3 * SMALL + 7] {
            let text: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let aside = Aside::take(&mut &text[..], &dir.path().join("store")).unwrap();
            for _ in 0..2 {
                let mut read = Vec::new();
                aside.again().read_to_end(&mut read).unwrap();
                assert!(read == text, "{size}");
            }
            let broken = Aside::take(&mut Broken(size), &dir.path().join("store")).unwrap();
            let mut read = Vec::new();
            let error = broken.again().read_to_end(&mut read).unwrap_err();
            assert_eq!(
                (read.len(), error.to_string()),
                (size, "the line is dead".into())
            );
        }
        assert_eq!(
            std::fs::read_dir(dir.path()).unwrap().count(),
            0,
            "under no name"
        );
    }
}
