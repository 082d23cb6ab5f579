//! The screen of invitations: newest first; the diagnosis of one in the pane.

use super::list::Cursor;
use crate::console::message::Ticket;
use rollcall_shared::domain::AccountRef;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::identity::{Diagnosis, InvitationRow};

/// The screen of invitations.
#[derive(Debug, Clone, Default)]
pub struct Invitations {
    /// The rows; none before the first answer.
    pub rows: Option<Vec<InvitationRow>>,
    /// Why there are none.
    pub failure: Option<Failure>,
    /// Where the cursor and the view are.
    pub cursor: Cursor,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// The invitation shown.
    pub pane: Option<Pane>,
}

/// One invitation with its diagnosis.
#[derive(Debug, Clone)]
pub struct Pane {
    /// Whose.
    pub id: AccountRef,
    /// Why it is not answered; none while it is fetched.
    pub detail: Option<Box<Diagnosis>>,
    /// Why there is no diagnosis.
    pub failure: Option<Failure>,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// Lines scrolled away.
    pub scroll: usize,
}

impl Invitations {
    /// The rows known.
    pub fn rows(&self) -> &[InvitationRow] {
        self.rows.as_deref().unwrap_or_default()
    }

    /// The row under the cursor.
    pub fn under_cursor(&self) -> Option<&InvitationRow> {
        self.rows().get(usize::try_from(self.cursor.at).ok()?)
    }

    /// The invitation that commands act on: the one in the pane, else the one under the cursor.
    pub fn selected(&self) -> Option<&InvitationRow> {
        match &self.pane {
            Some(pane) => self.rows().iter().find(|row| row.id == pane.id),
            None => self.under_cursor(),
        }
    }

    /// Takes new rows; the cursor stays on its account.
    pub fn take(&mut self, rows: Vec<InvitationRow>, height: u64) {
        let id = self.under_cursor().map(|row| row.id);
        let found = id.and_then(|id| rows.iter().position(|row| row.id == id));
        let len = rows.len() as u64;
        self.rows = Some(rows);
        self.failure = None;
        match found {
            Some(at) => self.cursor.follow(at as u64, len, height),
            None => self.cursor.reveal(len, height),
        }
    }
}
