//! What lies over a screen: a line being typed, a menu, the palette, a question, the help.

use crate::console::command::Command;
use crate::console::message::{Change, Ticket};
use crate::console::state::users::Pick;
use rollcall_shared::domain::Sweep;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::user::SortKey;
use rollcall_shared::wire::user::UserChange;
use tui_input::Input;

/// What lies over the screen and takes the keys.
#[derive(Debug, Clone, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The search line.
    Search(Input),
    /// The reason of a change is being typed.
    Reason(Reason),
    /// A menu.
    Menu(Menu),
    /// The palette of commands.
    Palette(Palette),
    /// A preview is on its way; the question follows.
    Waiting(Waiting),
    /// A question before a change.
    Confirm(Box<Confirm>),
    /// The help.
    Help {
        /// Lines scrolled away.
        scroll: usize,
    },
}

/// The reason of a change of one account, being typed.
#[derive(Debug, Clone)]
pub struct Reason {
    /// Which change.
    pub verb: Verb,
    /// Whom, by reference.
    pub user: String,
    /// Their email; untrusted.
    pub email: String,
    /// What is typed so far.
    pub input: Input,
}

/// A preview on its way.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its ticket.
    pub ticket: Ticket,
    /// What it is of.
    pub of: Intent,
}

/// What will be asked once the preview is here.
#[derive(Debug, Clone)]
pub enum Intent {
    /// Run a sweep in a tenant.
    Sweep(Sweep, String),
    /// Change an account.
    User {
        /// Which change.
        verb: Verb,
        /// To whom, and why.
        change: UserChange,
        /// Their email; untrusted.
        email: String,
    },
    /// Approve or reject a run.
    Run(Verb, String),
}

/// A question before a change. The answer is no unless the confirming key is pressed, or the number typed.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// The question.
    pub title: String,
    /// The exact differences, and what cannot be undone; may hold untrusted text.
    pub lines: Vec<String>,
    /// What is done on yes.
    pub change: Change,
    /// What yes looks like.
    pub need: Need,
}

/// What yes looks like.
#[derive(Debug, Clone)]
pub enum Need {
    /// The confirming key.
    Key,
    /// This number, typed, and Enter.
    Number(u64, Input),
}

/// A bulk change of more than this many accounts asks to type their number.
pub const FEW: u64 = 10;

/// A menu.
#[derive(Debug, Clone)]
pub struct Menu {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub entries: Vec<Entry>,
    /// The line the cursor is on.
    pub cursor: usize,
    /// Whether lines are ticked, several at a time.
    pub ticks: bool,
    /// Whether one was ticked or unticked since it opened: then Enter only closes.
    pub ticked: bool,
}

/// One line of a menu.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it says; may hold untrusted text.
    pub label: String,
    /// More about it, or why it cannot be chosen.
    pub note: String,
    /// What it does.
    pub choice: Choice,
    /// Whether it is ticked, or the present one.
    pub on: bool,
    /// Whether it can be chosen.
    pub enabled: bool,
}

/// What choosing a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Sort by a column; the present one again reverses.
    Sort(SortKey),
    /// Open the values of a filter.
    Facet(Facet),
    /// Tick a value of a filter.
    Pick(Pick),
    /// Look at one tenant, or all.
    Tenant(Option<String>),
    /// Run a command.
    Command(Command),
}

/// The filters of the table of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the filter of its name")]
pub enum Facet {
    Status,
    Role,
    Mfa,
    Kind,
    Seat,
    Flag,
    Tenant,
}

impl Facet {
    /// Every filter, in the order of the menu.
    pub const ALL: [Facet; 7] = [
        Facet::Status,
        Facet::Role,
        Facet::Mfa,
        Facet::Kind,
        Facet::Seat,
        Facet::Flag,
        Facet::Tenant,
    ];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Facet::Status => "Status",
            Facet::Role => "Role",
            Facet::Mfa => "MFA",
            Facet::Kind => "Kind",
            Facet::Seat => "Seat",
            Facet::Flag => "Flags (all of them)",
            Facet::Tenant => "Tenant",
        }
    }
}

/// The palette of commands.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed so far.
    pub input: Input,
    /// The line the cursor is on.
    pub cursor: usize,
}
