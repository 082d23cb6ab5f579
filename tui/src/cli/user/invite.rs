//! `rollcall user invite`, `resend`, `revoke`, `accept`, `decline`, `delivery`.

use super::super::changed::{change, made};
use super::super::confirm::Typed;
use super::super::error::{Outcome, usage};
use super::super::options::{Reasoned, Whom};
use super::super::output::{Format, RecordFormat};
use super::super::session::Session;
use super::super::words;
use clap::Args;
use rollcall_shared::domain::Delivery;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::identity::{DeliverySet, InvitationChange, RolesAt, UserInvite};

/// Whom to invite, and with what.
#[derive(Debug, Clone, Args)]
pub struct Invite {
    /// Addresses; several, also separated by commas, share roles, team and scope
    #[arg(required = true)]
    email: Vec<String>,
    /// The tenant's name
    #[arg(long)]
    tenant: String,
    /// Legal first name, with one address
    #[arg(long)]
    first_name: Option<String>,
    /// Legal last name, with one address
    #[arg(long)]
    last_name: Option<String>,
    /// Roles, comma-separated; ROLE or ROLE@PATH
    #[arg(long, value_delimiter = ',')]
    role: Vec<String>,
    /// Where the roles are held, by path; left out the whole tenant
    #[arg(long, value_name = "PATH")]
    scope: Option<String>,
    /// Roles of one environment, PATH=ROLE+ROLE; once for each environment of the application
    #[arg(long, value_name = "PATH=ROLES", conflicts_with_all = ["role", "scope"])]
    at: Vec<String>,
    /// Team by name
    #[arg(long)]
    team: Option<String>,
    /// Language tag
    #[arg(long)]
    language: Option<String>,
    /// Login name
    #[arg(long)]
    username: Option<String>,
    /// SAML subject
    #[arg(long)]
    sid: Option<String>,
    /// Take the names from the address book entry of this address
    #[arg(long)]
    from_address_book: bool,
    #[command(flatten)]
    how: Reasoned,
}

/// Whose invitation, and why.
#[derive(Debug, Clone, Args)]
pub struct Ending {
    #[command(flatten)]
    whom: Whom,
    /// The number of the link; left out the newest
    #[arg(long, allow_negative_numbers = true, value_parser = words::whole::<u32>(1, words::MANY))]
    number: Option<u32>,
    #[command(flatten)]
    how: Reasoned,
}

/// Who said yes.
#[derive(Debug, Clone, Args)]
pub struct Accept {
    /// The link was opened, the password is not set yet
    #[arg(long)]
    activated_only: bool,
    #[command(flatten)]
    ending: Ending,
}

/// Whose mail, and what became of it.
#[derive(Debug, Clone, Args)]
pub struct DeliveryArgs {
    /// Reference (2-417) or email
    user: String,
    /// What the mail system says
    #[arg(value_parser = words::one_of(Delivery::ALL, Delivery::word))]
    delivery: Delivery,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RecordFormat,
}

impl Invite {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.how.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut at = Vec::with_capacity(self.at.len());
        for text in &self.at {
            let Some((scope, roles)) = text.split_once('=') else {
                return Err(usage(
                    format!("{text:?} does not say which roles"),
                    "write --at PATH=ROLE+ROLE; after the = may stand nothing",
                ));
            };
            let roles = roles.split('+').map(str::trim).filter(|r| !r.is_empty());
            at.push(RolesAt {
                scope: scope.to_owned(),
                roles: roles.map(str::to_owned).collect(),
            });
        }
        let dry_run = self.how.dry_run;
        change(session, Verb::UserInvite, dry_run, Typed::Yes, |dry_run| {
            UserInvite {
                tenant: self.tenant.clone(),
                email: self.email.clone(),
                first_name: self.first_name.clone(),
                last_name: self.last_name.clone(),
                roles: self.role.clone(),
                scope: self.scope.clone(),
                at: at.clone(),
                team: self.team.clone(),
                language: self.language.clone(),
                username: self.username.clone(),
                sid: self.sid.clone(),
                from_address_book: self.from_address_book,
                reason: self.how.reason.clone(),
                dry_run,
            }
        })
        .await
    }
}

impl Ending {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.how.format.into()
    }

    /// Does it.
    pub async fn run(self, verb: Verb, session: &mut Session) -> Outcome {
        self.answer(verb, false, session).await
    }

    async fn answer(self, verb: Verb, activated_only: bool, session: &mut Session) -> Outcome {
        change(session, verb, self.how.dry_run, Typed::Yes, |dry_run| {
            InvitationChange {
                user: self.whom.user.clone(),
                tenant: self.whom.tenant.clone(),
                activated_only,
                number: self.number,
                reason: self.how.reason.clone(),
                dry_run,
            }
        })
        .await
    }
}

impl Accept {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.ending.format()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let activated_only = self.activated_only;
        self.ending
            .answer(Verb::UserAccept, activated_only, session)
            .await
    }
}

impl DeliveryArgs {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Does it. It records what the mail system said, which nobody need agree to.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let request = DeliverySet {
            user: self.user,
            tenant: self.tenant,
            delivery: self.delivery,
        };
        made(session, Verb::UserDelivery, &request).await
    }
}
