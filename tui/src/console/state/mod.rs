//! Everything the console knows. Changed only by `update`, looked at by `view`.

pub mod link;
pub mod list;
pub mod overlay;
pub mod runs;
pub mod sweeps;
pub mod tenants;
pub mod users;

use super::command::{Command, Places};
use super::keymap::Keymap;
use super::message::Ticket;
use super::theme::Look;
use link::Link;
use overlay::Overlay;
use rollcall_shared::domain::{Micros, RunState, Status as AccountStatus};
use rollcall_shared::wire::admin::{Status, TenantRow};
use runs::Runs;
use std::sync::Arc;
use sweeps::Sweeps;
use tenants::Tenants;
use users::Users;

/// The four screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Accounts.
    Users,
    /// Sweeps by tenant.
    Sweeps,
    /// Runs, newest first.
    Runs,
    /// Tenants.
    Tenants,
}

impl Screen {
    /// Every screen, in the order of its number.
    pub const ALL: [Screen; 4] = [Screen::Users, Screen::Sweeps, Screen::Runs, Screen::Tenants];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Screen::Users => "Users",
            Screen::Sweeps => "Sweeps",
            Screen::Runs => "Runs",
            Screen::Tenants => "Tenants",
        }
    }

    /// The command that goes there.
    pub fn command(self) -> Command {
        match self {
            Screen::Users => Command::Users,
            Screen::Sweeps => Command::Sweeps,
            Screen::Runs => Command::Runs,
            Screen::Tenants => Command::Tenants,
        }
    }
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Good,
    /// Something was refused, and says what to do instead.
    Bad,
    /// For information.
    Plain,
}

/// One line at the foot of the screen; stays until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub tone: Tone,
    /// What it says; may hold untrusted text.
    pub text: String,
}

/// What is fixed when the console starts.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Which key does what.
    pub keymap: Arc<Keymap>,
    /// Colours and signs.
    pub look: Look,
    /// Started with `--read-only`.
    pub read_only: bool,
    /// Started on one tenant.
    pub tenant: Option<String>,
    /// Whether clicks and the wheel are reported.
    pub mouse: bool,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The present instant.
    pub now: Micros,
}

/// The state of the console.
#[derive(Debug, Clone)]
pub struct State {
    /// The present instant; set by whoever calls `update`.
    pub now: Micros,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Which key does what.
    pub keymap: Arc<Keymap>,
    /// Colours and signs.
    pub look: Look,
    /// The screen shown.
    pub screen: Screen,
    /// What lies over it.
    pub overlay: Overlay,
    /// The connection.
    pub link: Link,
    /// The daemon's own account of itself.
    pub status: Option<Status>,
    /// Nothing may be changed from here. The daemon has the last word all the same.
    pub read_only: bool,
    /// Whether clicks and the wheel are reported.
    pub mouse: bool,
    /// The tenant looked at; none is all.
    pub tenant: Option<String>,
    /// The line at the foot.
    pub notice: Option<Notice>,
    /// The screen of accounts.
    pub users: Users,
    /// The screen of sweeps.
    pub sweeps: Sweeps,
    /// The screen of runs.
    pub runs: Runs,
    /// The screen of tenants.
    pub tenants: Tenants,
    /// The newest revision heard of.
    pub revision: u64,
    /// The question for the status on its way.
    pub status_asked: Option<Ticket>,
    /// When what is shown is fetched again because of news.
    pub news_due: Option<Micros>,
    /// News came while answers were on their way: fetch again after them.
    pub news_again: bool,
    /// When it was last fetched because of news.
    pub news_last: Micros,
    /// Changes sent and not answered yet.
    pub sending: Vec<Ticket>,
    tickets: u64,
}

impl State {
    /// The state before the first message.
    pub fn new(setup: Setup) -> Self {
        State {
            now: setup.now,
            size: setup.size,
            keymap: setup.keymap,
            look: setup.look,
            screen: Screen::Users,
            overlay: Overlay::None,
            link: Link::Connecting,
            status: None,
            read_only: setup.read_only,
            mouse: setup.mouse,
            tenant: setup.tenant,
            notice: None,
            users: Users::default(),
            sweeps: Sweeps::default(),
            runs: Runs::default(),
            tenants: Tenants::default(),
            revision: 0,
            status_asked: None,
            news_due: None,
            news_again: false,
            news_last: Micros(i64::MIN),
            sending: Vec::new(),
            tickets: 0,
        }
    }

    /// A new ticket.
    pub fn ticket(&mut self, urgent: bool) -> Ticket {
        self.tickets += 1;
        Ticket {
            number: self.tickets,
            urgent,
        }
    }

    /// Says something at the foot of the screen.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice {
            tone,
            text: text.into(),
        });
    }

    /// Whether a pane is open on the screen shown.
    pub fn pane_open(&self) -> bool {
        match self.screen {
            Screen::Users => self.users.pane.is_some(),
            Screen::Sweeps => self.sweeps.pane.is_some(),
            Screen::Runs => self.runs.pane.is_some(),
            Screen::Tenants => self.tenants.pane.is_some(),
        }
    }

    /// The place keys apply to, without what lies over the screen.
    pub fn place(&self) -> Places {
        match (self.screen, self.pane_open()) {
            (Screen::Users, false) => Places::USERS,
            (Screen::Users, true) => Places::USER,
            (Screen::Sweeps, false) => Places::SWEEPS,
            (Screen::Sweeps, true) => Places::PLAN,
            (Screen::Runs, false) => Places::RUNS,
            (Screen::Runs, true) => Places::RUN,
            (Screen::Tenants, false) => Places::TENANTS,
            (Screen::Tenants, true) => Places::TENANT,
        }
    }

    /// The tenants known so far.
    pub fn tenant_rows(&self) -> &[TenantRow] {
        self.status.as_ref().map_or(&[], |s| s.tenants.as_slice())
    }

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
        match command {
            Command::Open if self.place() == Places::PLAN => match &self.sweeps.result {
                Some(result) if result.run.is_some() => Ok(()),
                _ => Err("there is no run to open yet"),
            },
            Command::Actions | Command::Suspend | Command::Reactivate | Command::Deactivate => {
                self.enabled_for_account(command)
            }
            Command::RunNow if self.sweeps.running.is_some() => Err("a sweep is running"),
            Command::RunNow if self.sweeps.selected().is_none() => Err("no sweep is selected"),
            Command::Approve | Command::Reject => match self.runs.selected() {
                Some(run) if run.state == RunState::Proposed => Ok(()),
                Some(_) => Err("this run does not wait for approval"),
                None => Err("no run is selected"),
            },
            Command::ClearFilters if !self.users.narrowed() => Err("nothing is filtered"),
            Command::Members if self.tenants.selected(self.tenant_rows()).is_none() => {
                Err("no tenant is selected")
            }
            _ => Ok(()),
        }
    }

    fn enabled_for_account(&self, command: Command) -> Result<(), &'static str> {
        let row = self.users.shown_account().ok_or("no account is selected")?;
        match (command, row.status) {
            (Command::Suspend, AccountStatus::Active) => Ok(()),
            (Command::Suspend, AccountStatus::Suspended) => Err("it is suspended already"),
            (Command::Suspend, _) => Err("only an active account can be suspended"),
            (Command::Reactivate, AccountStatus::Active) => Err("it is active already"),
            (Command::Deactivate, AccountStatus::Deactivated | AccountStatus::Deleted) => {
                Err("it is deactivated already")
            }
            _ => Ok(()),
        }
    }

    /// The next instant at which something must happen without a message; none when all is quiet.
    pub fn next_tick(&self) -> Option<Micros> {
        let retry = self.link.next_tick(self.now);
        let refetch = self.news_due;
        match (retry, refetch) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}
