//! The screen of runs: newest first, the record of one in the pane.

use super::list::Cursor;
use crate::console::message::Ticket;
use rollcall_shared::domain::RunId;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::sweep::{RunDetail, RunLine};

/// The screen of runs.
#[derive(Debug, Clone, Default)]
pub struct Runs {
    /// The lines; none before the first answer.
    pub rows: Option<Vec<RunLine>>,
    /// Why there are none.
    pub failure: Option<Failure>,
    /// Where the cursor and the view are.
    pub cursor: Cursor,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// The record shown.
    pub pane: Option<Pane>,
}

/// The record of one run.
#[derive(Debug, Clone)]
pub struct Pane {
    /// Which.
    pub id: RunId,
    /// The record; none while it is fetched.
    pub detail: Option<Box<RunDetail>>,
    /// Why there is none.
    pub failure: Option<Failure>,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// Lines scrolled away.
    pub scroll: usize,
}

impl Runs {
    /// The run that commands act on: the one in the pane, else the one under the cursor.
    pub fn selected(&self) -> Option<&RunLine> {
        if let Some(pane) = &self.pane {
            return match &pane.detail {
                Some(detail) => Some(&detail.line),
                None => self.rows.as_deref()?.iter().find(|run| run.id == pane.id),
            };
        }
        self.under_cursor()
    }

    /// The line under the cursor.
    pub fn under_cursor(&self) -> Option<&RunLine> {
        let rows = self.rows.as_deref()?;
        rows.get(usize::try_from(self.cursor.at).ok()?)
    }

    /// Lines in the list.
    pub fn len(&self) -> u64 {
        self.rows.as_ref().map_or(0, |rows| rows.len() as u64)
    }

    /// Whether nothing is in the list.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes new lines; the cursor stays on its run, or on the newest when it was there.
    pub fn take(&mut self, rows: Vec<RunLine>, height: u64) {
        let at_newest = self.cursor.at == 0 && self.pane.is_none();
        let id = self.under_cursor().map(|run| run.id);
        let found = id
            .filter(|_| !at_newest)
            .and_then(|id| rows.iter().position(|run| run.id == id));
        let len = rows.len() as u64;
        self.rows = Some(rows);
        self.failure = None;
        match found {
            Some(at) => self.cursor.follow(at as u64, len, height),
            None => self.cursor.reveal(len, height),
        }
    }
}
