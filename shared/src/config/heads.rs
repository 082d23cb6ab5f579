//! Where signed heads are copied to.

use crate::domain::Span;
use std::path::PathBuf;

/// The settings below `[heads]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// When heads that moved are copied: a crontab line, in UTC.
    pub schedule: String,
    /// The directory they are appended to; none when they are not.
    pub copy_to: Option<PathBuf>,
    /// The program that gets them on its standard input, with its arguments; empty when there is none.
    pub command: Vec<String>,
    /// How long that program may take, in real time.
    pub command_timeout: Span,
}

impl Default for Heads {
    fn default() -> Self {
        Heads {
            schedule: "@hourly".into(),
            copy_to: None,
            command: Vec::new(),
            command_timeout: Span(60),
        }
    }
}

impl Heads {
    /// Whether they are copied anywhere.
    pub fn copied(&self) -> bool {
        self.copy_to.is_some() || !self.command.is_empty()
    }
}
