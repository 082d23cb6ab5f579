//! The screen of sweeps: one line a tenant and sweep, the plan in the pane, the run under way.

use super::list::Cursor;
use crate::console::message::Ticket;
use rollcall_shared::domain::Sweep;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::sweep::{PlanView, RunLine, RunResult, SweepRow};

/// The screen of sweeps.
#[derive(Debug, Clone, Default)]
pub struct Sweeps {
    /// The lines; none before the first answer.
    pub rows: Option<Vec<SweepRow>>,
    /// Why there are none.
    pub failure: Option<Failure>,
    /// Where the cursor and the view are.
    pub cursor: Cursor,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// The plan shown.
    pub pane: Option<Pane>,
    /// The run under way that this console started.
    pub running: Option<Running>,
    /// What the last run of the plan shown did.
    pub result: Option<RunResult>,
}

/// The plan shown.
#[derive(Debug, Clone)]
pub struct Pane {
    /// Tenant's name.
    pub tenant: String,
    /// Which sweep.
    pub sweep: Sweep,
    /// The plan; none while it is made.
    pub plan: Option<Box<PlanView>>,
    /// Why there is none.
    pub failure: Option<Failure>,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// Lines scrolled away.
    pub scroll: usize,
}

/// A run under way.
#[derive(Debug, Clone)]
pub struct Running {
    /// The ticket of the change.
    pub ticket: Ticket,
    /// Tenant's name.
    pub tenant: String,
    /// Which sweep.
    pub sweep: Sweep,
    /// Actions planned.
    pub planned: u64,
    /// How far it is, as far as is known.
    pub line: Option<RunLine>,
}

impl Sweeps {
    /// The line under the cursor.
    pub fn selected(&self) -> Option<&SweepRow> {
        let rows = self.rows.as_deref()?;
        rows.get(usize::try_from(self.cursor.at).ok()?)
    }

    /// The line of one sweep in one tenant.
    pub fn row(&self, tenant: &str, sweep: Sweep) -> Option<&SweepRow> {
        let mut rows = self.rows.iter().flatten();
        rows.find(|row| row.tenant == tenant && row.sweep == sweep)
    }

    /// Lines in the list.
    pub fn len(&self) -> u64 {
        self.rows.as_ref().map_or(0, |rows| rows.len() as u64)
    }

    /// Whether nothing is in the list.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes new lines; the cursor stays on its sweep.
    pub fn take(&mut self, rows: Vec<SweepRow>, height: u64) {
        let key = self.selected().map(|row| (row.tenant.clone(), row.sweep));
        let found = key.and_then(|(tenant, sweep)| {
            rows.iter()
                .position(|row| row.tenant == tenant && row.sweep == sweep)
        });
        let len = rows.len() as u64;
        self.rows = Some(rows);
        self.failure = None;
        match found {
            Some(at) => self.cursor.follow(at as u64, len, height),
            None => self.cursor.reveal(len, height),
        }
    }
}
