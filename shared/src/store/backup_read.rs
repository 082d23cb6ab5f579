//! Reads backups, and trusts nothing in them that can be checked.

use super::backup::{BATCH, BackupError, END, HEAD, MAGIC, SCHEMA, Summary, damaged, io_at};
use super::tree::{self, Frontier};
use super::{Append, TreeHead};
use crate::domain::JournalId;
use crate::domain::codec::CodecError;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// The batches of a backup, in order, each checked as far as it can be by then. What only shows at the end (the
/// trailer) is answered as a last, failed item: act on the whole of it, or after [`super::backup::verify`].
pub struct Batches {
    path: PathBuf,
    file: BufReader<File>,
    hash: Sha256,
    bytes: u64,
    /// The journal whose batches are being read: its head so far, and its tree.
    open: Option<(TreeHead, Frontier)>,
    heads: Vec<TreeHead>,
    ids: HashSet<[u8; 16]>,
    ended: bool,
    summary: Option<Summary>,
}

/// Starts to read the backup at `path`.
///
/// # Errors
/// [`BackupError::Damaged`] when it is no backup, [`BackupError::Newer`], or [`BackupError::Io`].
pub fn read(path: &Path) -> Result<Batches, BackupError> {
    let file = File::open(path).map_err(|source| io_at(path, source))?;
    let mut batches = Batches {
        path: path.to_path_buf(),
        file: BufReader::with_capacity(1 << 20, file),
        hash: Sha256::new(),
        bytes: 0,
        open: None,
        heads: Vec::new(),
        ids: HashSet::new(),
        ended: false,
        summary: None,
    };
    if batches.fixed::<16>()? != *MAGIC {
        return Err(damaged(path, "it does not begin like one"));
    }
    let found = u32::from_le_bytes(batches.fixed()?);
    if found > SCHEMA {
        let path = path.display().to_string();
        return Err(BackupError::Newer { path, found });
    }
    Ok(batches)
}

impl Batches {
    /// What the backup holds, once every batch has been read and the trailer was right.
    pub fn into_summary(self) -> Option<Summary> {
        self.summary
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], BackupError> {
        let mut bytes = [0; N];
        self.file
            .read_exact(&mut bytes)
            .map_err(|error| self.cut_short(error))?;
        self.took(&bytes);
        Ok(bytes)
    }

    fn took(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    fn cut_short(&self, error: io::Error) -> BackupError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => damaged(&self.path, "it ends too early"),
            _ => io_at(&self.path, error),
        }
    }

    fn wrong(&self, what: impl Into<String>) -> BackupError {
        damaged(&self.path, what)
    }

    fn next_batch(&mut self) -> Result<Option<Append>, BackupError> {
        loop {
            match self.fixed::<1>()?[0] {
                BATCH => return self.batch().map(Some),
                HEAD => self.head()?,
                END => return self.end().map(|()| None),
                other => return Err(self.wrong(format!("there is no record of kind {other}"))),
            }
        }
    }

    fn batch(&mut self) -> Result<Append, BackupError> {
        let journal = JournalId(u32::from_le_bytes(self.fixed()?));
        let seq = u64::from_le_bytes(self.fixed()?);
        let batch_id = self.fixed::<16>()?;
        let len = u64::from_le_bytes(self.fixed()?);
        // Read as it comes: a damaged length must not make us reserve that much.
        let mut bytes = Vec::new();
        (&mut self.file)
            .take(len)
            .read_to_end(&mut bytes)
            .map_err(|error| io_at(&self.path, error))?;
        if (bytes.len() as u64) < len {
            return Err(self.wrong("it ends too early"));
        }
        self.took(&bytes);
        self.follows(journal, seq)?;
        if !self.ids.insert(batch_id) {
            return Err(self.wrong(format!(
                "batch {seq} of journal {} is a repetition",
                journal.0
            )));
        }
        let leaves = tree::leaves(&bytes).map_err(|error| match error {
            CodecError::Newer { found } => BackupError::Newer {
                path: self.path.display().to_string(),
                found: found.into(),
            },
            other => self.wrong(format!("batch {seq} of journal {}: {other}", journal.0)),
        })?;
        if let Some((head, frontier)) = &mut self.open {
            frontier.extend(&leaves);
            head.seq = seq;
        }
        Ok(Append {
            journal,
            seq,
            batch_id,
            bytes,
        })
    }

    /// Refuses a batch that is not the next of its journal, or of a journal that is not the next.
    fn follows(&mut self, journal: JournalId, seq: u64) -> Result<(), BackupError> {
        if self.open.is_none() && self.heads.last().is_none_or(|last| last.journal < journal) {
            let head = TreeHead {
                journal,
                seq: 0,
                leaves: 0,
                root: tree::EMPTY,
            };
            self.open = Some((head, Frontier::default()));
        }
        match &self.open {
            Some((head, _)) if head.journal == journal && head.seq + 1 == seq => Ok(()),
            _ => Err(self.wrong(format!(
                "batch {seq} of journal {} is out of order",
                journal.0
            ))),
        }
    }

    fn head(&mut self) -> Result<(), BackupError> {
        let told = TreeHead {
            journal: JournalId(u32::from_le_bytes(self.fixed()?)),
            seq: u64::from_le_bytes(self.fixed()?),
            leaves: u64::from_le_bytes(self.fixed()?),
            root: self.fixed()?,
        };
        let computed = self.open.take().map(|(head, frontier)| TreeHead {
            leaves: frontier.leaves(),
            root: frontier.root(),
            ..head
        });
        if computed != Some(told) {
            let journal = told.journal.0;
            return Err(self.wrong(format!("the head of journal {journal} is not its tree's")));
        }
        self.heads.push(told);
        Ok(())
    }

    fn end(&mut self) -> Result<(), BackupError> {
        if self.open.is_some() {
            return Err(self.wrong("its last journal has no head"));
        }
        let computed: [u8; 32] = self.hash.clone().finalize().into();
        let told = self.fixed::<32>()?;
        if told != computed {
            return Err(self.wrong("its hash is not the one at its end"));
        }
        let behind = self.file.read(&mut [0]);
        if behind.map_err(|error| io_at(&self.path, error))? != 0 {
            return Err(self.wrong("there is something behind its end"));
        }
        self.summary = Some(Summary {
            heads: std::mem::take(&mut self.heads),
            batches: self.ids.len() as u64,
            bytes: self.bytes,
            sha256: told,
        });
        Ok(())
    }
}

impl Iterator for Batches {
    type Item = Result<Append, BackupError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.next_batch().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}
