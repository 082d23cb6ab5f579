//! What can be done now; what cannot says why, and is greyed.

use super::{Screen, State};
use crate::console::command::{Command, Places};
use crate::console::view::more_columns;
use rollcall_shared::catalog::DeleteRule;
use rollcall_shared::domain::{Account, Answer, RunState, Status as AccountStatus};
use rollcall_shared::rules::lifecycle::{Cause, never_let_in};
use rollcall_shared::wire::user::Shows;

/// Why nothing is done to an account that is deleted.
const GONE: &str = "it is deleted, which is final";

impl State {
    /// Whether nothing may be changed, and why.
    pub fn locked(&self) -> Option<&'static str> {
        if self.read_only {
            return Some("read-only is on");
        }
        if !self.link.is_up() {
            return Some("not connected");
        }
        match &self.status {
            Some(status) if status.read_only => Some("your binding is read-only"),
            Some(status) if !status.degraded.is_empty() => Some("the daemon serves reads only"),
            _ => None,
        }
    }

    /// Whether a command would do something now; otherwise why not.
    pub fn enabled(&self, command: Command) -> Result<(), &'static str> {
        if command.changes()
            && let Some(why) = self.locked()
        {
            return Err(why);
        }
        if !self.offers(command) {
            return Err("your roles in this tenant do not reach that far");
        }
        match command {
            Command::Open if !self.applies(command) => Err("there is no run to open yet"),
            Command::Actions
            | Command::Suspend
            | Command::Reactivate
            | Command::Deactivate
            | Command::Delete => self.enabled_for_account(command),
            Command::EditRole | Command::Offboard | Command::Why | Command::Trial => {
                let row = self.users.shown_account().ok_or("no account is selected")?;
                match row.status {
                    AccountStatus::Deleted if command.changes() => Err(GONE),
                    _ => Ok(()),
                }
            }
            Command::Users if self.users.denied.is_some() => Err("you may not list users"),
            Command::Invite if self.invite_tenant().is_none() => Err("choose a tenant first"),
            Command::Resend | Command::Revoke => self.enabled_for_invitation(command),
            Command::TransferOwner | Command::ConfirmOwner | Command::CancelOwner => {
                self.enabled_for_owner(command)
            }
            Command::RunNow if self.sweeps.running.is_some() => {
                Err("a sweep is running: wait for its end")
            }
            Command::RunNow if self.sweeps.selected().is_none() => Err("no sweep is selected"),
            Command::Approve | Command::Reject if self.runs.selected().is_none() => {
                Err("no run is selected")
            }
            Command::Approve | Command::Reject if !self.applies(command) => {
                Err("this run does not wait for approval")
            }
            Command::Undo if self.undo.is_none() && self.undo_many.is_none() => {
                Err("nothing was done here that one key takes back")
            }
            Command::ClearFilters if !self.users.narrowed() => Err("nothing is filtered"),
            Command::Members if self.screen == Screen::Scopes => self
                .scopes
                .selected()
                .map(|_| ())
                .ok_or("no scope is selected"),
            Command::Members if self.tenants.selected(self.tenant_rows()).is_none() => {
                Err("no tenant is selected")
            }
            Command::Open if self.place() == Places::ROLE => {
                let pane = self.roles.pane.as_ref().and_then(|p| p.detail.as_ref());
                let held = pane.is_some_and(|detail| !detail.holders.is_empty());
                held.then_some(()).ok_or("nobody holds this role")
            }
            _ => Ok(()),
        }
    }

    /// Why a command cannot be done now, with the key that changes that where there is one.
    pub fn why_not(&self, command: Command) -> Option<String> {
        let why = self.enabled(command).err()?;
        let bound = self.status.as_ref().is_some_and(|status| status.read_only);
        if command.changes() && self.read_only && self.looks_only && !bound {
            return Some(format!("{why}: the console was started so"));
        }
        if command.changes() && self.read_only && !bound {
            let key = self.keymap.way(Command::ReadOnly);
            return Some(format!("{why}: {key} turns it off"));
        }
        Some(why.to_owned())
    }

    /// Whether a command makes sense for what is selected, whoever asks and however the connection is.
    pub fn applies(&self, command: Command) -> bool {
        match command {
            Command::Open if self.place() == Places::PLAN => {
                let result = self.sweeps.result.as_ref();
                result.is_some_and(|result| result.run.is_some())
            }
            Command::Approve | Command::Reject => {
                let run = self.runs.selected();
                run.is_some_and(|run| run.state == RunState::Proposed)
            }
            Command::Left if self.screen == Screen::Users => more_columns(self).0,
            Command::Right if self.screen == Screen::Users => more_columns(self).1,
            _ => true,
        }
    }

    /// The tenant that people would be invited into from here.
    pub fn invite_tenant(&self) -> Option<String> {
        let here = match self.screen {
            Screen::Tenants => {
                let row = self.tenants.selected(self.tenant_rows());
                row.map(|row| row.tenant.name.clone())
            }
            Screen::Users => self.users.shown_account().map(|row| row.tenant.clone()),
            Screen::Invitations => self.invitations.selected().map(|row| row.tenant.clone()),
            _ => None,
        };
        self.one_tenant()
            .filter(|_| self.screen != Screen::Tenants)
            .or(here)
    }

    fn enabled_for_invitation(&self, command: Command) -> Result<(), &'static str> {
        let row = self
            .invitations
            .selected()
            .ok_or("no invitation is selected")?;
        let came_in = row.answer == Answer::Accepted;
        let cause = match command {
            Command::Resend => Cause::Resend,
            _ => Cause::Revoke,
        };
        if !came_in && self.leads(&row.tenant, row.status, cause) {
            return Ok(());
        }
        Err(match (cause, row.status) {
            (Cause::Resend, AccountStatus::Deleted) => "the account is deleted",
            (Cause::Resend, _) if came_in => "it was accepted already",
            (Cause::Resend, _) => "in its state that is not done on this platform",
            _ => "it is not open any more",
        })
    }

    fn enabled_for_owner(&self, command: Command) -> Result<(), &'static str> {
        let row = self
            .tenants
            .selected(self.tenant_rows())
            .ok_or("no tenant is selected")?;
        let waits = self.tenants.waiting_transfer(&row.tenant.name).is_some();
        match command {
            Command::TransferOwner if waits => {
                Err("a transfer waits already: confirm or cancel it first")
            }
            Command::TransferOwner => Ok(()),
            _ if waits => Ok(()),
            _ => Err("no transfer of ownership waits here: start one first"),
        }
    }

    fn enabled_for_account(&self, command: Command) -> Result<(), &'static str> {
        let row = self.users.shown_account().ok_or("no account is selected")?;
        let never = |shows: Shows| shows.delete == DeleteRule::Never;
        let cause = match command {
            Command::Suspend => Cause::Suspend,
            Command::Reactivate => Cause::Reactivate,
            Command::Deactivate => Cause::Deactivate,
            Command::Delete => Cause::Delete,
            _ => return Ok(()),
        };
        if cause == Cause::Delete && self.shows_of(&row.tenant).is_some_and(never) {
            return Err("this platform deletes nobody, so that history stays: deactivate instead");
        }
        let out = |account: &Account| {
            account.status == AccountStatus::Deactivated && never_let_in(account)
        };
        let detail = self.users.pane.as_ref().and_then(|p| p.detail.as_ref());
        if cause == Cause::Reactivate && detail.is_some_and(|detail| out(&detail.account)) {
            return Err("it was never let in: send the invitation again instead");
        }
        if self.leads(&row.tenant, row.status, cause) {
            return Ok(());
        }
        Err(match (cause, row.status) {
            (_, AccountStatus::Deleted) => GONE,
            (Cause::Suspend, AccountStatus::Suspended) => "it is suspended already",
            (Cause::Suspend, _) => "only an active account can be suspended",
            (Cause::Reactivate, AccountStatus::Active) => "it is active already",
            (Cause::Reactivate, _) => "it was never let in: send the invitation again instead",
            (Cause::Deactivate, AccountStatus::Deactivated) => "it is deactivated already",
            _ => "in its state that is not done on this platform",
        })
    }
}
