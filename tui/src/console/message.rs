//! Everything that can happen to the console: a key, an answer, news, the passing of time.

use super::deed::Deed;
use super::export::{Exported, Order};
use super::state::users::Columns;
use crossterm::event::{KeyEvent, MouseEvent};
use rollcall_shared::wire::admin::{Status, TenantDetail, TenantNamed, TenantOptional};
use rollcall_shared::wire::asset::{HandoverPlan, HandoverStart, Offboarded};
use rollcall_shared::wire::identity::{Changed, Diagnosis, Invitations, Transfers, UserNamed};
use rollcall_shared::wire::role::{
    Can, Preview, Previewed, RoleDetail, RoleQuery, RoleShow, Roles, Why,
};
use rollcall_shared::wire::structure::Scopes;
use rollcall_shared::wire::sweep::{
    Plans, RunAnswer, RunDetail, RunNamed, RunQuery, Runs, SweepRequest, Sweeps,
};
use rollcall_shared::wire::user::{UserDetail, UserPage, UserQuery, UserShow};
use rollcall_shared::wire::{Failure, Verb};

/// Marks a request, so that its answer is told from an older one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Counts up.
    pub number: u64,
    /// Whether an admin waits for it: then its answer is drawn at once.
    pub urgent: bool,
}

/// What reaches `update`.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The console starts.
    Start,
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was clicked or its wheel turned.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has another size: columns, rows.
    Resize(u16, u16),
    /// An instant the state waited for has come.
    Tick,
    /// The stream of changes is open.
    Connected,
    /// The directory moved on to a revision.
    Moved(u64),
    /// The connection is gone.
    Lost(Failure),
    /// An answer, or a refusal.
    Answer(Ticket, Box<Result<Answer, Failure>>),
}

/// What is asked without changing anything.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// `status`.
    Status,
    /// A page of accounts.
    Users(UserQuery),
    /// One account.
    User(UserShow),
    /// One tenant.
    Tenant(TenantNamed),
    /// The sweeps.
    Sweeps(TenantOptional),
    /// What a sweep would do.
    Plan(SweepRequest),
    /// The runs.
    Runs(RunQuery),
    /// One run.
    Run(RunNamed),
    /// Roles × permissions, and which roles can be given at a scope.
    Roles(RoleQuery),
    /// One role with its holders.
    Role(RoleShow),
    /// The tree of scopes.
    Scopes(TenantNamed),
    /// The invitations.
    Invitations(TenantOptional),
    /// Why an invitation is not answered.
    Diagnose(UserNamed),
    /// The transfers of ownership.
    Transfers(TenantOptional),
    /// Every permission of a user, with its steps.
    Why(Can),
    /// What a user would be allowed with other roles.
    Trial(Preview),
    /// Who could take over from a leaver, and what moves.
    Handover(HandoverStart),
    /// Users who fit what is typed.
    Candidates(UserQuery),
    /// Every account of a query, to be marked.
    Marks(UserQuery),
    /// Every row of a query, into a file.
    Export(Box<Order>),
    /// What a deed would do.
    Preview(Box<Deed>),
    /// Whether a deed is refused whatever is typed for it: asked before anybody types.
    Probe(Box<Deed>),
}

/// What changes something; sent only after the admin confirmed it.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Run a sweep.
    Run(SweepRequest),
    /// Approve or reject a run.
    Decide(Verb, RunNamed),
    /// Anything else.
    Deed(Box<Deed>),
}

/// Answers, by what was asked.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "answers travel in a box")]
pub enum Answer {
    /// To [`Ask::Status`].
    Status(Status),
    /// To [`Ask::Users`].
    Users(UserPage),
    /// To [`Ask::User`].
    User(UserDetail),
    /// To [`Ask::Tenant`].
    Tenant(TenantDetail),
    /// To [`Ask::Sweeps`].
    Sweeps(Sweeps),
    /// To [`Ask::Plan`].
    Plan(Plans),
    /// To [`Ask::Runs`].
    Runs(Runs),
    /// To [`Ask::Run`].
    Run(RunDetail),
    /// To [`Ask::Roles`].
    Roles(Roles),
    /// To [`Ask::Role`].
    Role(RoleDetail),
    /// To [`Ask::Scopes`].
    Scopes(Scopes),
    /// To [`Ask::Invitations`].
    Invitations(Invitations),
    /// To [`Ask::Diagnose`].
    Diagnosis(Diagnosis),
    /// To [`Ask::Transfers`].
    Transfers(Transfers),
    /// To [`Ask::Why`].
    Why(Why),
    /// To [`Ask::Trial`].
    Trial(Previewed),
    /// To [`Ask::Handover`].
    Handover(HandoverPlan),
    /// To [`Ask::Candidates`].
    Candidates(UserPage),
    /// To [`Ask::Preview`], [`Ask::Probe`] and [`Change::Deed`].
    Differences(Changed),
    /// The same, for an offboarding.
    Offboarded(Offboarded),
    /// To [`Ask::Export`].
    Exported(Exported),
    /// To [`Change::Run`].
    Ran(RunAnswer),
    /// To [`Change::Decide`]: one sentence.
    Changed(String),
}

/// What `update` wants done.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "an effect lives for one turn of the loop, and most are questions"
)]
pub enum Effect {
    /// Open the stream of changes after a revision.
    Follow(u64),
    /// Ask; an older question of the same kind is dropped.
    Fetch(Ticket, Ask),
    /// Change; never dropped.
    Send(Ticket, Change),
    /// Keep the columns chosen for the next time.
    Remember(Columns),
    /// Hand a text to the terminal's clipboard.
    Copy(String),
    /// Report clicks and the wheel, or leave the mouse to the terminal.
    Mouse(bool),
    /// Draw everything again.
    Redraw,
    /// Give the terminal back and stop until the shell brings us to the front again.
    Pause,
    /// Leave.
    Quit,
}
