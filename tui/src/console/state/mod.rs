//! Everything the console knows. Changed only by `update`, looked at by `view`.

pub mod bulk;
pub mod deletion;
mod enabled;
pub mod flow;
pub mod invitations;
pub mod link;
pub mod list;
pub mod overlay;
pub mod picker;
pub mod range;
pub mod roles;
pub mod runs;
pub mod scopes;
pub mod standing;
pub mod sweeps;
pub mod tenants;
pub mod users;

use super::command::{Command, Places};
use super::deed::Deed;
use super::keymap::Keymap;
use super::message::Ticket;
use super::theme::Look;
use invitations::Invitations;
use link::Link;
use list::Cursor;
use overlay::{Overlay, Proposal};
use roles::Roles;
use rollcall_shared::domain::Micros;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::admin::{Status, TenantRow};
use rollcall_shared::wire::user::RoleLabels;
use runs::Runs;
use scopes::Scopes;
use std::sync::Arc;
use sweeps::Sweeps;
use tenants::Tenants;
use users::{Columns, Users};

/// The screens.
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
    /// Roles × permissions of a tenant.
    Roles,
    /// The tree of scopes of a tenant.
    Scopes,
    /// Invitations, newest first.
    Invitations,
}

impl Screen {
    /// Every screen, in the order of its number.
    pub const ALL: [Screen; 7] = [
        Screen::Users,
        Screen::Sweeps,
        Screen::Runs,
        Screen::Tenants,
        Screen::Roles,
        Screen::Scopes,
        Screen::Invitations,
    ];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Screen::Users => "Users",
            Screen::Sweeps => "Sweeps",
            Screen::Runs => "Runs",
            Screen::Tenants => "Tenants",
            Screen::Roles => "Roles",
            Screen::Scopes => "Scopes",
            Screen::Invitations => "Invitations",
        }
    }

    /// Its name in so many columns: whole, or the longest short form that fits; empty where none does.
    pub fn short(self, columns: usize) -> &'static str {
        let forms: &[&'static str] = match self {
            Screen::Users => &["Users", "Usr"],
            Screen::Sweeps => &["Sweeps", "Swp"],
            Screen::Runs => &["Runs", "Run"],
            Screen::Tenants => &["Tenants", "Tenant", "Ten"],
            Screen::Roles => &["Roles", "Rol"],
            Screen::Scopes => &["Scopes", "Sco"],
            Screen::Invitations => &["Invitations", "Invites", "Invite", "Inv"],
        };
        let fits = |form: &&&str| form.len() <= columns;
        forms.iter().find(fits).copied().unwrap_or_default()
    }

    /// The places of its table and of its pane.
    pub fn places(self) -> (Places, Places) {
        match self {
            Screen::Users => (Places::USERS, Places::USER),
            Screen::Sweeps => (Places::SWEEPS, Places::PLAN),
            Screen::Runs => (Places::RUNS, Places::RUN),
            Screen::Tenants => (Places::TENANTS, Places::TENANT),
            Screen::Roles => (Places::ROLES, Places::ROLE),
            Screen::Scopes => (Places::SCOPES, Places::SCOPE),
            Screen::Invitations => (Places::INVITATIONS, Places::INVITATION),
        }
    }

    /// The command that goes there.
    pub fn command(self) -> Command {
        match self {
            Screen::Users => Command::Users,
            Screen::Sweeps => Command::Sweeps,
            Screen::Runs => Command::Runs,
            Screen::Tenants => Command::Tenants,
            Screen::Roles => Command::Roles,
            Screen::Scopes => Command::Scopes,
            Screen::Invitations => Command::Invitations,
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

/// A change sent and not answered yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sending {
    /// Its ticket.
    pub ticket: Ticket,
    /// The journal that will hold it: a tenant's name; empty where its answer says so.
    pub tenant: String,
    /// What takes it back once it is done, and to whom that is done.
    pub back: Option<(Deed, String)>,
    /// How it is undone, or that it cannot be; empty where its answer says so.
    pub undo: &'static str,
    /// The account that is changed, by its reference, and who that is.
    pub about: Option<(String, String)>,
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
    /// The columns of accounts.
    pub columns: Columns,
    /// How another terminal joins; none where everybody's daemon is asked.
    pub joins: Option<String>,
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
    /// Why that is not told.
    pub shut: Option<Failure>,
    /// Nothing may be changed from here. The daemon has the last word all the same.
    pub read_only: bool,
    /// It was started so, and stays so.
    pub looks_only: bool,
    /// Whether clicks and the wheel are reported.
    pub mouse: bool,
    /// The table or the pane fills the terminal, and nothing else is drawn.
    pub zoom: bool,
    /// How another terminal joins; none where everybody's daemon is asked.
    pub joins: Option<String>,
    /// The tenant looked at; none is all.
    pub tenant: Option<String>,
    /// The scope of it where one works, by path; none is its root.
    pub scope: Option<String>,
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
    /// The screen of roles.
    pub roles: Roles,
    /// The screen of scopes.
    pub scopes: Scopes,
    /// The screen of invitations.
    pub invitations: Invitations,
    /// What roles are called, as far as was told.
    pub labels: RoleLabels,
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
    pub sending: Vec<Sending>,
    /// What takes back the deed done last.
    pub undo: Option<Proposal>,
    /// What takes the last deed back that was done to many; none where the last was done to one.
    pub undo_many: Option<bulk::Done>,
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
            shut: None,
            read_only: setup.read_only,
            looks_only: setup.read_only,
            mouse: setup.mouse,
            zoom: false,
            joins: setup.joins,
            tenant: setup.tenant,
            scope: None,
            notice: None,
            users: Users {
                columns: setup.columns,
                ..Users::default()
            },
            sweeps: Sweeps::default(),
            runs: Runs::default(),
            tenants: Tenants::default(),
            roles: Roles::default(),
            scopes: Scopes::default(),
            invitations: Invitations::default(),
            labels: RoleLabels::new(),
            revision: 0,
            status_asked: None,
            news_due: None,
            news_again: false,
            news_last: Micros(i64::MIN),
            sending: Vec::new(),
            undo: None,
            undo_many: None,
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
            Screen::Roles => self.roles.pane.is_some(),
            Screen::Scopes => self.scopes.pane.is_some(),
            Screen::Invitations => self.invitations.pane.is_some(),
        }
    }

    /// The place keys apply to, without what lies over the screen.
    pub fn place(&self) -> Places {
        let (list, pane) = self.screen.places();
        if self.pane_open() { pane } else { list }
    }

    /// Where the cursor of the screen shown is, and how many rows its list has.
    pub fn list(&self) -> (Cursor, u64) {
        match self.screen {
            Screen::Users => (self.users.cursor, self.users.len()),
            Screen::Sweeps => (self.sweeps.cursor, self.sweeps.len()),
            Screen::Runs => (self.runs.cursor, self.runs.len()),
            Screen::Tenants => (self.tenants.cursor, self.tenant_rows().len() as u64),
            Screen::Roles => (self.roles.cursor, self.roles.permissions().len() as u64),
            Screen::Scopes => (self.scopes.cursor, self.scopes.rows().len() as u64),
            Screen::Invitations => {
                let len = self.invitations.rows().len() as u64;
                (self.invitations.cursor, len)
            }
        }
    }

    /// The cursor of the screen shown.
    pub fn cursor(&mut self) -> &mut Cursor {
        match self.screen {
            Screen::Users => &mut self.users.cursor,
            Screen::Sweeps => &mut self.sweeps.cursor,
            Screen::Runs => &mut self.runs.cursor,
            Screen::Tenants => &mut self.tenants.cursor,
            Screen::Roles => &mut self.roles.cursor,
            Screen::Scopes => &mut self.scopes.cursor,
            Screen::Invitations => &mut self.invitations.cursor,
        }
    }

    /// The tenants known so far.
    pub fn tenant_rows(&self) -> &[TenantRow] {
        self.status.as_ref().map_or(&[], |s| s.tenants.as_slice())
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
