//! Files of signed heads: what they claim of a store's journals, and whether the journals bear it out.

use super::note::DASH;
use super::{BadNote, Checkpoint, Note, StoreId, Verifier};
use crate::domain::JournalId;
use crate::store::Roots;
use crate::store::tree::Hash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// Something that is wrong with signed heads, or with the journals they speak of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadProblem {
    /// A note cannot be trusted.
    #[error("line {line}: {why}")]
    Note {
        /// Where it begins, from 1.
        line: usize,
        /// Why.
        why: BadNote,
    },
    /// A signed note is no checkpoint of a journal.
    #[error("line {line}: it is signed, but it is not the head of a journal")]
    NoHead {
        /// Where it begins, from 1.
        line: usize,
    },
    /// It speaks of another store.
    #[error("line {line}: it is of the store {found}, and this is {this}")]
    OtherStore {
        /// Where it begins, from 1.
        line: usize,
        /// The store it speaks of.
        found: StoreId,
        /// The store at hand.
        this: StoreId,
    },
    /// Two signed heads of one journal have one size and not one root.
    #[error("two roots were signed for {size} leaves")]
    Split {
        /// The journal.
        journal: JournalId,
        /// Leaves in its tree.
        size: u64,
    },
    /// The journal is shorter than what was signed.
    #[error(
        "it was signed with {size} leaves and has {has}: the store was rolled back, or is another copy of it"
    )]
    RolledBack {
        /// The journal.
        journal: JournalId,
        /// The leaves that were signed.
        size: u64,
        /// The leaves there are.
        has: u64,
    },
    /// The journal had another root at that size.
    #[error("its first {size} leaves do not give the root that was signed: its past was rewritten")]
    Rewritten {
        /// The journal.
        journal: JournalId,
        /// The leaves that were signed.
        size: u64,
    },
}

/// Where the fault of a problem lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// With the file of heads: it is none, was cut off, or was changed after it was signed.
    File,
    /// With the keys it was read with: none of them has signed it.
    Key,
    /// With the store: it does not hold what was signed, or is another one.
    Store,
}

impl HeadProblem {
    /// Where the fault lies.
    pub fn blame(&self) -> Blame {
        match self {
            HeadProblem::Note {
                why: BadNote::Unknown,
                ..
            } => Blame::Key,
            HeadProblem::Note {
                why: BadNote::Form | BadNote::Forged,
                ..
            }
            | HeadProblem::NoHead { .. } => Blame::File,
            HeadProblem::OtherStore { .. }
            | HeadProblem::Split { .. }
            | HeadProblem::RolledBack { .. }
            | HeadProblem::Rewritten { .. } => Blame::Store,
        }
    }

    /// What is wrong, behind the name of the journal where it is about one.
    pub fn told(&self, name: impl FnOnce(JournalId) -> String) -> String {
        match self.journal() {
            Some(journal) => format!("{}: {self}", name(journal)),
            None => self.to_string(),
        }
    }

    /// The journal it is about; none when it is about a note.
    pub fn journal(&self) -> Option<JournalId> {
        match self {
            HeadProblem::Split { journal, .. }
            | HeadProblem::RolledBack { journal, .. }
            | HeadProblem::Rewritten { journal, .. } => Some(*journal),
            HeadProblem::Note { .. }
            | HeadProblem::NoHead { .. }
            | HeadProblem::OtherStore { .. } => None,
        }
    }
}

/// What signed heads say, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// By store, journal and size: where it stands first, and the root.
    heads: BTreeMap<(StoreId, JournalId, u64), (usize, Hash)>,
    /// Notes that cannot be used.
    problems: Vec<HeadProblem>,
    notes: u64,
}

/// Reads signed heads, one note behind the other, and checks who signed them. `first_line` is the number of the first
/// line where the text is a piece of a file.
pub fn claims(file: &str, first_line: usize, keys: &[Verifier]) -> Claims {
    let mut claims = Claims::default();
    for (line, note) in notes(file) {
        claims.notes += 1;
        let line = first_line.saturating_add(line - 1);
        if let Err(problem) = claims.take(line, &file[note], keys) {
            claims.problems.push(problem);
        }
    }
    claims
}

impl Claims {
    /// How many notes were read.
    pub fn notes(&self) -> u64 {
        self.notes
    }

    /// Leaves out what is said of other journals.
    #[must_use]
    pub fn of(mut self, only: JournalId) -> Self {
        self.heads.retain(|(_, journal, _), _| *journal == only);
        self.notes = self.heads.len() as u64;
        self
    }

    /// The sizes at which the roots of the journals are to be recomputed.
    pub fn sizes(&self) -> impl Iterator<Item = (JournalId, u64)> {
        self.heads
            .keys()
            .map(|(_, journal, size)| (*journal, *size))
    }

    /// The newest head of each journal: size and root.
    pub fn newest(&self) -> BTreeMap<JournalId, (u64, Hash)> {
        let all = self.heads.iter();
        all.map(|((_, journal, size), (_, root))| (*journal, (*size, *root)))
            .collect()
    }

    /// Everything that is wrong with the notes, or with the journals of the store `this` whose roots were recomputed at
    /// [`Claims::sizes`].
    pub fn judge(&self, this: StoreId, roots: &Roots) -> Vec<HeadProblem> {
        let mut problems = self.problems.clone();
        for (&(found, journal, size), &(line, root)) in &self.heads {
            let problem = match roots.at(journal, size) {
                _ if found != this => HeadProblem::OtherStore { line, found, this },
                None => HeadProblem::RolledBack {
                    journal,
                    size,
                    has: roots.leaves(journal),
                },
                Some(recomputed) if recomputed != root => HeadProblem::Rewritten { journal, size },
                Some(_) => continue,
            };
            problems.push(problem);
        }
        problems
    }

    fn take(&mut self, line: usize, note: &str, keys: &[Verifier]) -> Result<(), HeadProblem> {
        let bad = |why| HeadProblem::Note { line, why };
        let note = Note::parse(note).map_err(bad)?;
        let text = note.text_signed_by(keys).map_err(bad)?;
        let no_head = HeadProblem::NoHead { line };
        let head = Checkpoint::parse(text).ok_or(no_head.clone())?;
        let (store, journal) = head.journal().ok_or(no_head)?;
        let size = head.size;
        let (_, known) = self
            .heads
            .entry((store, journal, size))
            .or_insert((line, head.root));
        if *known != head.root {
            return Err(HeadProblem::Split { journal, size });
        }
        Ok(())
    }
}

/// Cuts a file of signed heads between notes into pieces of about `most` bytes, each with the line it begins at.
pub fn pieces(file: &str, most: usize) -> Vec<(usize, &str)> {
    let mut pieces: Vec<(usize, Range<usize>)> = Vec::new();
    for (line, note) in notes(file) {
        match pieces.last_mut() {
            Some((_, piece)) if note.end - piece.start <= most => piece.end = note.end,
            _ => pieces.push((line, note)),
        }
    }
    let text = pieces.into_iter();
    text.map(|(line, piece)| (line, &file[piece])).collect()
}

/// Where the notes of a file are, with the lines they begin at, from 1. Empty lines between them do not matter; what is
/// cut off is a note, too, so that it is told.
fn notes(file: &str) -> Vec<(usize, Range<usize>)> {
    let mut notes: Vec<(usize, Range<usize>)> = Vec::new();
    let (mut at, mut signed) = (0, true);
    for (number, line) in (1..).zip(file.split_inclusive('\n')) {
        let begins = at;
        at += line.len();
        let signature = line.starts_with(DASH);
        match notes.last_mut() {
            Some((_, note)) if signature || !signed => note.end = at,
            _ if line == "\n" => continue,
            _ => notes.push((number, begins..at)),
        }
        signed = signature;
    }
    notes
}
