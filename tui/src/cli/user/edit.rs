//! `rollcall user role`, `edit`, `delete`, `redact`.

use super::super::changed::{asking, change};
use super::super::confirm::Typed;
use super::super::error::Outcome;
use super::super::options::{Reasoned, Whom};
use super::super::output::{Format, RecordFormat};
use super::super::session::Session;
use clap::Args;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::identity::{UserDelete, UserEdit, UserRedact, UserRole};

/// Which roles.
#[derive(Debug, Clone, Args)]
pub struct Role {
    #[command(flatten)]
    whom: Whom,
    /// The roles as they are to be, comma-separated; ROLE or ROLE@PATH
    #[arg(long, value_delimiter = ',', required_unless_present_any = ["add", "remove"])]
    set: Option<Vec<String>>,
    /// Roles to add, comma-separated
    #[arg(long, value_delimiter = ',')]
    add: Vec<String>,
    /// Roles to take away, comma-separated
    #[arg(long, value_delimiter = ',')]
    remove: Vec<String>,
    #[command(flatten)]
    how: Reasoned,
}

/// What to edit; what is left out stays, an empty text clears.
#[derive(Debug, Clone, Args)]
pub struct Edit {
    #[command(flatten)]
    whom: Whom,
    /// New address
    #[arg(long)]
    email: Option<String>,
    /// New first name
    #[arg(long)]
    first_name: Option<String>,
    /// New last name
    #[arg(long)]
    last_name: Option<String>,
    /// New language tag
    #[arg(long)]
    language: Option<String>,
    /// New login name
    #[arg(long)]
    username: Option<String>,
    /// New SAML subject
    #[arg(long)]
    sid: Option<String>,
    /// New team by name, or as /Paris/Sales
    #[arg(long)]
    team: Option<String>,
    /// New manager's email
    #[arg(long)]
    manager: Option<String>,
    #[command(flatten)]
    how: Reasoned,
}

/// Whom to delete, and what becomes of what they own.
#[derive(Debug, Clone, Args)]
pub struct Delete {
    #[command(flatten)]
    whom: Whom,
    /// Who takes over: due where sent envelopes still exist
    #[arg(long, value_name = "USER")]
    successor: Option<String>,
    /// Drafts move as well
    #[arg(long)]
    drafts: bool,
    /// Templates move as well
    #[arg(long)]
    templates: bool,
    /// Clipboard entries move as well
    #[arg(long)]
    clipboard: bool,
    /// Address book entries move as well
    #[arg(long)]
    address_book: bool,
    /// Delete although nothing is known of what the account owns
    #[arg(long)]
    assets_unknown: bool,
    #[command(flatten)]
    how: Reasoned,
}

impl Role {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.how.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let dry_run = self.how.dry_run;
        change(session, Verb::UserRole, dry_run, Typed::Yes, |dry_run| {
            UserRole {
                user: self.whom.user.clone(),
                tenant: self.whom.tenant.clone(),
                set: self.set.clone(),
                add: self.add.clone(),
                remove: self.remove.clone(),
                reason: self.how.reason.clone(),
                dry_run,
            }
        })
        .await
    }
}

impl Edit {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.how.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let dry_run = self.how.dry_run;
        change(session, Verb::UserEdit, dry_run, Typed::Yes, |dry_run| {
            UserEdit {
                user: self.whom.user.clone(),
                tenant: self.whom.tenant.clone(),
                email: self.email.clone(),
                first_name: self.first_name.clone(),
                last_name: self.last_name.clone(),
                language: self.language.clone(),
                username: self.username.clone(),
                sid: self.sid.clone(),
                team: self.team.clone(),
                manager: self.manager.clone(),
                reason: self.how.reason.clone(),
                dry_run,
            }
        })
        .await
    }
}

impl Delete {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.how.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let dry_run = self.how.dry_run;
        change(session, Verb::UserDelete, dry_run, Typed::Yes, |dry_run| {
            UserDelete {
                user: self.whom.user.clone(),
                tenant: self.whom.tenant.clone(),
                successor: self.successor.clone(),
                drafts: self.drafts,
                templates: self.templates,
                clipboard: self.clipboard,
                address_book: self.address_book,
                assets_unknown: self.assets_unknown,
                reason: self.how.reason.clone(),
                dry_run,
            }
        })
        .await
    }
}

/// Whose personal data goes.
#[derive(Debug, Clone, Args)]
pub struct Redact {
    /// Reference (2-417) or email
    user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// Why; kept in the journal, so it names nobody
    #[arg(long)]
    reason: String,
    /// Show what would go, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

impl Redact {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let (dry_run, question) = (self.dry_run, "Take it out for good?");
        asking(session, Verb::UserRedact, dry_run, question, |dry_run| {
            UserRedact {
                user: self.user.clone(),
                tenant: self.tenant.clone(),
                reason: self.reason.clone(),
                dry_run,
            }
        })
        .await
    }
}
