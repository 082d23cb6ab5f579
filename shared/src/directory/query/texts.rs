//! The texts that rows are sorted by, and what tells that they have changed.

use super::Frame;
use crate::directory::chunk::Chunk;
use crate::directory::column::heap::Heap;
use crate::directory::column::texts::Texts;
use crate::directory::hash::hash;
use crate::rules::invite;
use crate::wire::user::SortKey;
use std::sync::{Arc, Weak};

/// A column of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Name,
    Email,
    Username,
    Sid,
}

/// Columns that change together. What nobody sorts by costs nothing, so login names stand apart from names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Names = 0,
    Logins = 1,
}

impl Group {
    /// Its columns, each in its place.
    pub fn columns(self) -> [By; 2] {
        match self {
            Group::Names => [By::Name, By::Email],
            Group::Logins => [By::Username, By::Sid],
        }
    }
}

impl By {
    /// The column of texts that a sort goes by; none when it goes by numbers.
    pub fn of(key: SortKey) -> Option<By> {
        Some(match key {
            SortKey::Name => By::Name,
            SortKey::Email => By::Email,
            SortKey::Username => By::Username,
            SortKey::Sid => By::Sid,
            _ => return None,
        })
    }

    /// The columns it changes with.
    pub fn group(self) -> Group {
        match self {
            By::Name | By::Email => Group::Names,
            By::Username | By::Sid => Group::Logins,
        }
    }

    /// Its place among them.
    pub fn place(self) -> usize {
        match self {
            By::Name | By::Username => 0,
            By::Email | By::Sid => 1,
        }
    }
}

/// The texts of one chunk. A column that its tenant does not have is nobody's to see, and is empty here, too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    chunk: &'a Chunk,
    username: bool,
    sid: bool,
}

impl<'a> Source<'a> {
    pub fn new(frame: &Frame<'a>) -> Self {
        let (rules, plan) = (&frame.view.catalog.constraints, &frame.view.tenant.plan);
        Source {
            chunk: frame.chunk,
            username: !invite::hidden(&rules.username_needs, plan),
            sid: !invite::hidden(&rules.sid_needs, plan),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.chunk.len()
    }

    /// What a row is sorted by.
    #[inline]
    pub fn key(&self, by: By, row: usize) -> &'a [u8] {
        let texts: &'a Texts = &self.chunk.texts;
        match by {
            By::Name => texts.name_key(row),
            By::Email => texts.email_key(row),
            By::Username if self.username => texts.username_key(row),
            By::Sid if self.sid => self.chunk.sid(row),
            By::Username | By::Sid => &[],
        }
    }

    /// The hash of a row's texts: tells which have changed.
    pub fn hash(&self, group: Group, row: usize) -> u64 {
        match group {
            Group::Names => hash(self.chunk.texts.folded().record(row)),
            Group::Logins => {
                let of = |by| hash(self.key(by, row));
                of(By::Username).rotate_left(1) ^ of(By::Sid)
            }
        }
    }

    /// What these texts are known by.
    pub fn print(&self, group: Group) -> Print {
        Print {
            texts: Arc::downgrade(&self.chunk.texts),
            logins: (group == Group::Logins).then(|| Logins {
                ids: Arc::downgrade(&self.chunk.ids),
                username: self.username,
                sid: self.sid,
            }),
        }
    }
}

/// Tells whether a chunk's texts are still the same, without keeping them alive.
#[derive(Debug)]
pub(super) struct Print {
    texts: Weak<Texts>,
    logins: Option<Logins>,
}

/// What login names depend on besides.
#[derive(Debug)]
struct Logins {
    ids: Weak<Heap>,
    username: bool,
    sid: bool,
}

impl Print {
    /// Whether it is that of these texts.
    pub fn is_of(&self, source: &Source<'_>) -> bool {
        let logins = self.logins.as_ref().is_none_or(|logins| {
            logins.ids.as_ptr() == Arc::as_ptr(&source.chunk.ids)
                && (logins.username, logins.sid) == (source.username, source.sid)
        });
        logins && self.texts.as_ptr() == Arc::as_ptr(&source.chunk.texts)
    }
}
