//! The screen of tenants: what `status` tells of each, more of one in the pane.

use super::list::Cursor;
use crate::console::message::Ticket;
use rollcall_shared::domain::TransferState;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::admin::{TenantDetail, TenantRow};
use rollcall_shared::wire::identity::TransferRow;

/// The screen of tenants. Its lines are those of the status.
#[derive(Debug, Clone, Default)]
pub struct Tenants {
    /// Where the cursor and the view are.
    pub cursor: Cursor,
    /// The tenant shown.
    pub pane: Option<Pane>,
    /// Transfers of ownership, newest first.
    pub transfers: Vec<TransferRow>,
    /// Whether they may be seen of the tenant looked at only.
    pub transfers_of_one: bool,
    /// The question for them on its way.
    pub transfers_asked: Option<Ticket>,
}

/// One tenant shown whole.
#[derive(Debug, Clone)]
pub struct Pane {
    /// Its name.
    pub name: String,
    /// What is known of it; none while it is fetched.
    pub detail: Option<Box<TenantDetail>>,
    /// Why it could not be fetched.
    pub failure: Option<Failure>,
    /// The question on its way.
    pub asked: Option<Ticket>,
    /// Lines scrolled away.
    pub scroll: usize,
}

impl Tenants {
    /// The tenant that commands act on: the one in the pane, else the one under the cursor.
    pub fn selected<'a>(&self, rows: &'a [TenantRow]) -> Option<&'a TenantRow> {
        match &self.pane {
            Some(pane) => rows.iter().find(|row| row.tenant.name == pane.name),
            None => rows.get(usize::try_from(self.cursor.at).ok()?),
        }
    }

    /// The transfer of ownership of a tenant that waits for its second step.
    pub fn waiting_transfer(&self, tenant: &str) -> Option<&TransferRow> {
        self.transfers
            .iter()
            .find(|row| row.tenant == tenant && row.transfer.state == TransferState::Proposed)
    }
}
