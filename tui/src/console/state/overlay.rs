//! What lies over a screen: a line being typed, a menu, the palette, a question, the help.

use super::flow::Flow;
use crate::columns::UserColumn;
use crate::console::command::Command;
use crate::console::deed::Deed;
use crate::console::message::{Change, Ticket};
use crate::console::state::bulk::Kind;
use crate::console::state::range::{End, Typing};
use crate::console::state::users::Pick;
use rollcall_shared::domain::Sweep;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::user::SortKey;
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
    Reason(Box<Reason>),
    /// A menu.
    Menu(Menu),
    /// The palette of commands.
    Palette(Palette),
    /// The name of a file to export to is being typed.
    Export(Export),
    /// An end of the range of last sign-ins is being typed.
    Range(Typing),
    /// A preview is on its way; the question follows.
    Waiting(Waiting),
    /// A question before a change.
    Confirm(Box<Confirm>),
    /// Something of several steps.
    Flow(Box<Flow>),
    /// The help.
    Help {
        /// Lines scrolled away.
        scroll: usize,
    },
}

impl Overlay {
    /// Whether a ticket is that of the question asked before anything was typed; it is not waited for any more.
    pub fn probed(&mut self, ticket: Ticket) -> bool {
        let asked = match self {
            Overlay::Flow(flow) => &mut flow.probe,
            Overlay::Reason(reason) => &mut reason.probe,
            _ => return false,
        };
        asked.take_if(|asked| *asked == ticket).is_some()
    }

    /// The flow in hand, also while a question lies over it.
    pub fn flow(&mut self) -> Option<&mut Flow> {
        match self {
            Overlay::Flow(flow) => Some(flow),
            Overlay::Reason(reason) => reason.proposal.back.as_deref_mut(),
            Overlay::Waiting(waiting) => match &mut waiting.of {
                Intent::Deed(proposal) => proposal.back.as_deref_mut(),
                Intent::Sweep(..) | Intent::Run(..) => None,
            },
            Overlay::Confirm(confirm) => confirm.back.as_deref_mut(),
            _ => None,
        }
    }
}

/// The name of a file to export to, being typed.
#[derive(Debug, Clone)]
pub struct Export {
    /// What is typed so far.
    pub input: Input,
    /// Whether a file of this name is there: then the confirming key replaces it.
    pub exists: bool,
}

/// The reason of a deed, being typed.
#[derive(Debug, Clone)]
pub struct Reason {
    /// What is meant to be done.
    pub proposal: Proposal,
    /// What is typed so far.
    pub input: Input,
    /// The question whether it would be refused whatever is typed, on its way.
    pub probe: Option<Ticket>,
}

/// Something meant to be done, on its way to the question.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What.
    pub deed: Deed,
    /// To whom or what; untrusted.
    pub subject: String,
    /// The journal that will hold it: a tenant's name; empty when there are several.
    pub tenant: String,
    /// Where "no" leads back to.
    pub back: Option<Box<Flow>>,
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
    /// Any other deed.
    Deed(Box<Proposal>),
    /// Approve or reject a run.
    Run(Verb, String),
}

/// A question before a change. The answer is no unless the confirming key is pressed, or the number typed.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// The question.
    pub title: String,
    /// To whom or what it is done; untrusted, empty where several are concerned.
    pub subject: String,
    /// The exact differences, and what cannot be undone; may hold untrusted text.
    pub lines: Vec<String>,
    /// The journal that will hold it: a tenant's name; empty where its answer says so.
    pub tenant: String,
    /// What is done on yes.
    pub change: Change,
    /// What yes looks like.
    pub need: Need,
    /// Lines scrolled away.
    pub scroll: usize,
    /// Where "no" leads back to.
    pub back: Option<Box<Flow>>,
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
    /// Whether it has the values of a filter: then the way back leads to the filters.
    pub filter: bool,
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
    /// Do something to every account that is marked.
    Bulk(Kind),
    /// Show a column, or leave it out.
    Column(UserColumn),
    /// Open the values of a filter.
    Facet(Facet),
    /// Tick a value of a filter.
    Pick(Pick),
    /// Type an end of the range of last sign-ins.
    Range(End),
    /// Let only those through of whom no sign-in is known, or all again.
    NeverSignedIn,
    /// Look at one tenant, or all.
    Tenant(Option<String>),
    /// Work at one scope of the tenant, by path, or at its root.
    Scope(Option<String>),
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
    SignedIn,
    Tenant,
}

impl Facet {
    /// Every filter, in the order of the menu.
    pub const ALL: [Facet; 8] = [
        Facet::Status,
        Facet::Role,
        Facet::Mfa,
        Facet::Kind,
        Facet::Seat,
        Facet::Flag,
        Facet::SignedIn,
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
            Facet::SignedIn => "Last sign-in",
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
