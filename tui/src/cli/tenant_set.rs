//! `rollcall tenant set`, `rollcall tenant convert`.

use super::changed::{asking, setting};
use super::error::Outcome;
use super::output::RecordFormat;
use super::session::Session;
use clap::Args;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::structure::{TenantConvert, TenantSet};

/// What is new in a tenant.
#[derive(Debug, Args)]
pub struct Set {
    /// The tenant's name
    tenant: String,
    /// Seats bought: a number, or unlimited
    #[arg(long, allow_negative_numbers = true)]
    seats: Option<String>,
    /// Subscription tier
    #[arg(long)]
    tier: Option<String>,
    /// A feature to switch on; may be repeated
    #[arg(long, value_name = "FEATURE", value_delimiter = ',')]
    enable: Vec<String>,
    /// A feature to switch off; may be repeated
    #[arg(long, value_name = "FEATURE", value_delimiter = ',')]
    disable: Vec<String>,
    /// Seats of a pool: a number, or unlimited; may be repeated
    #[arg(long = "pool", value_name = "POOL=SEATS", value_parser = setting)]
    pools: Vec<(String, String)>,
    /// Another setting, for example identity_lock=on, or sign_in_application=NAME for whose sign-ins at an identity
    /// provider count; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
    /// Whose people file counts for a field of accounts, for example status=okta; FIELD= takes it away; may be repeated.
    /// Fields: status, roles, mfa, name, email, team. Sources: file (our own formats), google, okta, entra, vendor
    #[arg(long = "source", value_name = "FIELD=SOURCE", value_parser = setting)]
    sources: Vec<(String, String)>,
    /// Show what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    /// How its answer is printed.
    #[command(flatten)]
    pub format: RecordFormat,
}

impl Set {
    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        asking(
            session,
            Verb::TenantSet,
            self.dry_run,
            "Change this tenant?",
            |dry_run| TenantSet {
                tenant: self.tenant.clone(),
                seats: self.seats.clone(),
                tier: self.tier.clone(),
                enable: self.enable.clone(),
                disable: self.disable.clone(),
                pools: self.pools.iter().cloned().collect(),
                settings: self.settings.iter().cloned().collect(),
                sources: self.sources.iter().cloned().collect(),
                dry_run,
            },
        )
        .await
    }
}

/// Which tenant goes where.
#[derive(Debug, Args)]
pub struct Convert {
    /// The standalone account's tenant
    tenant: String,
    /// The tenant it goes into
    #[arg(long)]
    into: String,
    /// The account there, by path; left out the root account
    #[arg(long, value_name = "PATH")]
    parent: Option<String>,
    /// Name of the new sub-account; left out the tenant's name
    #[arg(long)]
    name: Option<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    /// How its answer is printed.
    #[command(flatten)]
    pub format: RecordFormat,
}

impl Convert {
    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        asking(
            session,
            Verb::TenantConvert,
            self.dry_run,
            "Make it a sub-account? This cannot be taken back.",
            |dry_run| TenantConvert {
                tenant: self.tenant.clone(),
                into: self.into.clone(),
                parent: self.parent.clone(),
                name: self.name.clone(),
                dry_run,
            },
        )
        .await
    }
}
