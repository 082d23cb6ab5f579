//! What takes more than one step: editing roles, trying them out, asking why, inviting, offboarding, transferring a
//! tenant. A flow lies over the screen and keeps what was typed until it is left.

use super::bulk::{Bulk, Phase};
use super::deletion::Deletion;
use super::picker::Picker;
use crate::console::message::Ticket;
use rollcall_shared::domain::{AccountRef, ScopeKind};
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::asset::HandoverPlan;
use rollcall_shared::wire::identity::InviteForm;
use rollcall_shared::wire::role::{Previewed, Roles, Why};
use rollcall_shared::wire::structure::ScopeRow;
use std::collections::BTreeMap;
use tui_input::Input;

/// A flow with what it waits for.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Which, with what it knows.
    pub step: Step,
    /// Questions on their way; the newest of each kind.
    pub asked: Vec<Ticket>,
    /// The question whether it would be refused whatever is typed, on its way.
    pub probe: Option<Ticket>,
    /// The last refusal, shown beside what it is about until the next key.
    pub failure: Option<Failure>,
}

/// The flows.
#[derive(Debug, Clone)]
pub enum Step {
    /// Edit the roles of a user, or try others out.
    Roles(Box<RolesOf>),
    /// Why a user may do what they may.
    Why(Box<WhyOf>),
    /// Invite people.
    Invite(Box<Invite>),
    /// Offboard a person.
    Offboard(Box<Offboard>),
    /// Delete an account.
    Delete(Box<Deletion>),
    /// One deed for many accounts.
    Bulk(Box<Bulk>),
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
            probe: None,
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

    /// Whether it asks about many accounts, and nothing of it is under way yet.
    pub fn asks_many(&self) -> bool {
        matches!(&self.step, Step::Bulk(bulk) if bulk.phase != Phase::Doing)
    }

    /// Whether it is changing something in the end; then it is closed to who may not.
    pub fn changes(&self) -> bool {
        match &self.step {
            Step::Roles(roles) => !roles.trial,
            Step::Invite(_) | Step::Offboard(_) | Step::Delete(_) | Step::Transfer(_) => true,
            Step::Bulk(_) => true,
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
    /// Where one worked when it opened, by path; none is the root.
    pub begin: Option<String>,
    /// The scopes where a new role can be held; empty where there is the tenant only.
    pub places: Picker,
    /// Whether the scope is chosen at the moment, else the roles.
    pub placing: bool,
    /// The roles to choose from.
    pub roles: Option<Roles>,
    /// What is held, and what would be allowed on trial.
    pub preview: Option<Previewed>,
    /// Roles as saved, `ROLE` or `ROLE@PATH`; none before that is known.
    pub saved: Option<Vec<String>>,
    /// What the list shows of them, without their scopes.
    pub seen: Vec<String>,
    /// What is saved is what the list shows: of the rest of the account nothing may be seen.
    pub in_part: bool,
    /// The list.
    pub picker: Picker,
    /// Rows of the preview scrolled away.
    pub scroll: usize,
}

impl RolesOf {
    /// Where new roles are held, by path; none is the root.
    pub fn scope(&self) -> Option<String> {
        if self.places.items.is_empty() {
            return self.begin.clone();
        }
        place(&self.places)
    }
}

/// The path of the scope chosen in a list; none is the root.
fn place(places: &Picker) -> Option<String> {
    let chosen = places.chosen().map(|item| item.id.clone());
    chosen.filter(|path| !path.is_empty())
}

/// Why a user may do what they may.
#[derive(Debug, Clone)]
pub struct WhyOf {
    /// Whose.
    pub whom: Whom,
    /// Where one worked when it opened, by path; none is the root.
    pub begin: Option<String>,
    /// The scopes to ask about; empty where there is the tenant only.
    pub places: Picker,
    /// Whether the scope is chosen at the moment, else the permission.
    pub placing: bool,
    /// What the vendor calls each permission, by identifier.
    pub names: BTreeMap<String, String>,
    /// The decisions.
    pub why: Option<Why>,
    /// The permissions, to be found by their letters.
    pub picker: Picker,
    /// The permission explained step by step, by identifier; none before one was asked for.
    pub explained: Option<String>,
}

impl WhyOf {
    /// The scope asked about, by path; none is the root.
    pub fn scope(&self) -> Option<String> {
        if self.places.items.is_empty() {
            return self.begin.clone();
        }
        place(&self.places)
    }
}

/// The fields of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the field of its title")]
pub enum Field {
    Emails,
    AddressBook,
    FirstName,
    LastName,
    Scope,
    Each,
    /// The roles; with a list for each environment, those of the environment of this number.
    Roles(usize),
    Team,
    Language,
    Username,
    Sid,
    Reason,
}

impl Field {
    /// Its title; that of roles in one environment is the environment's name.
    pub fn title(self) -> &'static str {
        match self {
            Field::Emails => "Email(s)",
            Field::AddressBook => "Address book",
            Field::FirstName => "First name",
            Field::LastName => "Last name",
            Field::Scope => "Held at",
            Field::Each => "Environments",
            Field::Roles(_) => "Role",
            Field::Team => "Team",
            Field::Language => "Language",
            Field::Username => "Username",
            Field::Sid => "SAML subject",
            Field::Reason => "Why",
        }
    }

    /// Whether one thing is chosen of its list; of roles there may be several.
    pub fn one(self) -> bool {
        matches!(self, Field::Scope | Field::Team)
    }
}

/// What a field holds.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Something typed.
    Text(Input),
    /// Something chosen of a list.
    List(Picker),
    /// Yes or no.
    Flag(bool),
}

/// One environment of the application that people are invited into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its path.
    pub path: String,
    /// Its name; untrusted.
    pub name: String,
}

/// Inviting people.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Into which tenant.
    pub tenant: String,
    /// Where one worked when it opened, by path; none is the root.
    pub begin: Option<String>,
    /// What the form asks for; none while that is fetched.
    pub form: Option<InviteForm>,
    /// The scopes of the tenant where a role can be held, parents first.
    pub places: Vec<ScopeRow>,
    /// The fields shown.
    pub fields: Vec<(Field, Entry)>,
    /// Which field is typed in.
    pub at: usize,
}

impl Invite {
    /// The field that is typed in.
    pub fn field(&self) -> Field {
        self.fields.get(self.at).map_or(Field::Emails, |f| f.0)
    }

    /// What a field holds; none when it is not shown.
    pub fn entry(&self, field: Field) -> Option<&Entry> {
        let found = self.fields.iter().find(|(f, _)| *f == field);
        found.map(|(_, entry)| entry)
    }

    /// The list of the field that is typed in.
    pub fn list(&mut self) -> Option<&mut Picker> {
        match self.fields.get_mut(self.at) {
            Some((_, Entry::List(picker))) => Some(picker),
            _ => None,
        }
    }

    /// What is typed in a field; none when it is empty or not shown.
    pub fn text(&self, field: Field) -> Option<String> {
        match self.entry(field)? {
            Entry::Text(input) => crate::console::deed::given(input.value()),
            _ => None,
        }
    }

    /// What is chosen in a field; none when nothing is.
    pub fn choice(&self, field: Field) -> Option<String> {
        match self.entry(field)? {
            Entry::List(picker) => place(picker),
            _ => None,
        }
    }

    /// What is ticked in a field.
    pub fn ticked(&self, field: Field) -> Vec<String> {
        match self.entry(field) {
            Some(Entry::List(picker)) => picker.ticked(),
            _ => Vec::new(),
        }
    }

    /// Where the roles are held, by path; none is the root.
    pub fn scope(&self) -> Option<String> {
        match self.entry(Field::Scope) {
            Some(_) => self.choice(Field::Scope),
            None => self.begin.clone(),
        }
    }

    /// Whether the answer to a field is yes.
    pub fn yes(&self, field: Field) -> bool {
        matches!(self.entry(field), Some(Entry::Flag(true)))
    }

    /// The environments of the application chosen; none where no application is.
    pub fn environments(&self) -> Vec<Environment> {
        let Some(path) = self.scope() else {
            return Vec::new();
        };
        let row = self.places.iter().find(|row| row.path == path);
        let application = row.filter(|row| row.node.kind == ScopeKind::Application);
        let Some(id) = application.map(|row| row.node.id) else {
            return Vec::new();
        };
        let below = self
            .places
            .iter()
            .filter(|row| row.node.parent == Some(id) && row.node.kind == ScopeKind::Environment);
        let named = |row: &ScopeRow| Environment {
            path: row.path.clone(),
            name: row.node.name.clone(),
        };
        below.map(named).collect()
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
    /// Lines of what moves scrolled away.
    pub scroll: usize,
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
    /// Who asks is not the owner: replacing is all they can do.
    pub outsider: bool,
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
