//! What takes more than one step: editing roles, trying them out, asking why, inviting, offboarding, transferring a
//! tenant. A flow lies over the screen and keeps what was typed until it is left.

use super::picker::Picker;
use crate::console::message::Ticket;
use rollcall_shared::domain::AccountRef;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::asset::HandoverPlan;
use rollcall_shared::wire::role::{Previewed, Roles, Why};
use tui_input::Input;

/// A flow with what it waits for.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Which, with what it knows.
    pub step: Step,
    /// Questions on their way; the newest of each kind.
    pub asked: Vec<Ticket>,
    /// The last refusal, shown beside what it is about until the next key.
    pub failure: Option<Failure>,
}

/// The flows.
#[derive(Debug, Clone)]
pub enum Step {
    /// Edit the roles of a user, or try others out.
    Roles(Box<RolesOf>),
    /// Why a user may do what they may.
    Why(WhyOf),
    /// Invite people.
    Invite(Box<Invite>),
    /// Offboard a person.
    Offboard(Box<Offboard>),
    /// Transfer the ownership of a tenant.
    Transfer(Transfer),
    /// A text to read: the result of a change.
    Told(Told),
}

impl Flow {
    /// A flow that waits for nothing.
    pub fn new(step: Step) -> Self {
        Flow {
            step,
            asked: Vec::new(),
            failure: None,
        }
    }

    /// Whether an answer is for this flow; it is not waited for any more.
    pub fn settle(&mut self, ticket: Ticket) -> bool {
        let at = self.asked.iter().position(|t| *t == ticket);
        at.is_some_and(|at| {
            self.asked.remove(at);
            true
        })
    }

    /// Whether it is changing something in the end; then it is closed to who may not.
    pub fn changes(&self) -> bool {
        match &self.step {
            Step::Roles(roles) => !roles.trial,
            Step::Invite(_) | Step::Offboard(_) | Step::Transfer(_) => true,
            Step::Why(_) | Step::Told(_) => false,
        }
    }
}

/// Whom a flow is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whom {
    /// Which account.
    pub id: AccountRef,
    /// Their email; untrusted.
    pub email: String,
    /// Their tenant's name.
    pub tenant: String,
}

/// Editing or trying out the roles of a user.
#[derive(Debug, Clone)]
pub struct RolesOf {
    /// Whose.
    pub whom: Whom,
    /// Nothing is saved in the end.
    pub trial: bool,
    /// Where new roles are held, by path; none is the root.
    pub scope: Option<String>,
    /// The roles to choose from.
    pub roles: Option<Roles>,
    /// What is held, and what would be allowed on trial.
    pub preview: Option<Previewed>,
    /// Roles as saved, `ROLE` or `ROLE@PATH`.
    pub saved: Vec<String>,
    /// The list.
    pub picker: Picker,
    /// Rows of the preview scrolled away.
    pub scroll: usize,
}

/// Why a user may do what they may.
#[derive(Debug, Clone)]
pub struct WhyOf {
    /// Whose.
    pub whom: Whom,
    /// The decisions.
    pub why: Option<Why>,
    /// The permissions, to be found by their letters.
    pub picker: Picker,
}

/// The fields of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the field of its title")]
pub enum Field {
    Emails,
    FirstName,
    LastName,
    Roles,
    Team,
    Scope,
    Username,
    Sid,
}

impl Field {
    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Field::Emails => "Email(s)",
            Field::FirstName => "First name",
            Field::LastName => "Last name",
            Field::Roles => "Role",
            Field::Team => "Team",
            Field::Scope => "Scope",
            Field::Username => "Username",
            Field::Sid => "SAML subject",
        }
    }

    /// What belongs there.
    pub fn hint(self) -> &'static str {
        match self {
            Field::Emails => "several with blanks or commas between them",
            Field::FirstName | Field::LastName => "as on the identity document; for one email only",
            Field::Roles => "type to search",
            Field::Team => "by name; may stay empty",
            Field::Scope => "by path; empty is the root",
            Field::Username | Field::Sid => "for one email only",
        }
    }
}

/// Inviting people.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Into which tenant.
    pub tenant: String,
    /// The fields shown, with what is typed in each; the roles are in the list.
    pub fields: Vec<(Field, Input)>,
    /// Which field is typed in.
    pub at: usize,
    /// The roles to choose from.
    pub roles: Picker,
}

impl Invite {
    /// The field that is typed in.
    pub fn field(&self) -> Field {
        self.fields.get(self.at).map_or(Field::Emails, |f| f.0)
    }

    /// What is typed in a field; none when it is empty or not shown.
    pub fn text(&self, field: Field) -> Option<String> {
        let found = self.fields.iter().find(|(f, _)| *f == field)?;
        crate::console::deed::given(found.1.value())
    }
}

/// The steps of an offboarding, on one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Who takes over.
    Successor,
    /// What happens at the end.
    End,
    /// Why.
    Reason,
}

impl Part {
    /// All of them, in their order.
    pub const ALL: [Part; 3] = [Part::Successor, Part::End, Part::Reason];
}

/// Offboarding a person.
#[derive(Debug, Clone)]
pub struct Offboard {
    /// Whom, by one of their accounts.
    pub whom: Whom,
    /// Who could take over, and what moves in the tenant of that account.
    pub plan: Option<HandoverPlan>,
    /// Why there is no plan.
    pub no_plan: Option<Failure>,
    /// Successors, best first.
    pub successors: Picker,
    /// Deactivate at the end; else suspend.
    pub deactivate: bool,
    /// Why.
    pub reason: Input,
    /// Which part is typed in.
    pub at: Part,
}

/// Who takes over, besides a person: the proposal of each tenant, or nobody.
pub const EACH_PROPOSAL: &str = "";
/// Nothing is handed over.
pub const NOBODY: &str = "-";

/// Transferring the ownership of a tenant.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Which tenant.
    pub tenant: String,
    /// Its owners by email, as far as known; untrusted.
    pub owners: Vec<String>,
    /// The owner is out of reach and is replaced: a reason is due, and a second approver confirms.
    pub replace: bool,
    /// Users who fit what is typed.
    pub people: Picker,
}

/// A text to read.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its title; untrusted.
    pub title: String,
    /// Its lines with how much each matters; untrusted.
    pub lines: Vec<(super::Tone, String)>,
    /// Lines scrolled away.
    pub scroll: usize,
}
