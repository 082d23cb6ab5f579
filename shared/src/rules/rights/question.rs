//! A question about rights, how far an answer goes, and the answer.

use super::Relations;
use crate::catalog::Qualifier;
use crate::domain::ScopeId;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A permission, by its place in the catalog.
    Permission(u16),
    /// An action, by its place in the catalog.
    Action(u16),
}

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// What for.
    pub what: What,
    /// Whether for changing, where what is asked does not say: a read-only grant is not enough then.
    pub change: bool,
    /// How the subject stands to the thing.
    pub relations: Relations,
    /// Where the thing lies.
    pub scope: ScopeId,
}

/// How far a permission goes for a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all.
    No,
    /// For looking.
    Look,
    /// For everything.
    Full,
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// Yes, for looking only.
    ReadOnly,
    /// No.
    Denied,
}

/// In which ways a permission is held at a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// In full.
    pub full: bool,
    /// For own things.
    pub own: bool,
    /// For things shared with a group.
    pub group: bool,
    /// For looking.
    pub look: bool,
    /// Blocked by some role: then it is not held in any way.
    pub blocked: bool,
}

impl Extent {
    /// Whether it is held in some way.
    pub fn held(self) -> bool {
        !self.blocked && (self.full || self.own || self.group || self.look)
    }

    /// How far it goes for somebody who stands so to a thing.
    pub fn level(self, relations: Relations) -> Level {
        if self.blocked {
            Level::No
        } else if self.full || (self.own && relations.own) || (self.group && relations.group) {
            Level::Full
        } else if self.look {
            Level::Look
        } else {
            Level::No
        }
    }

    /// The words of its qualifiers with `+` between; empty for held in full, none when it is not held.
    pub fn words(self) -> Option<String> {
        if !self.held() {
            return None;
        }
        if self.full {
            return Some(String::new());
        }
        let words = [
            (self.own, Qualifier::Own),
            (self.group, Qualifier::Group),
            (self.look, Qualifier::ReadOnly),
        ];
        let words: Vec<&str> = words
            .into_iter()
            .filter(|(held, _)| *held)
            .map(|(_, q)| q.word())
            .collect();
        Some(words.join("+"))
    }
}
