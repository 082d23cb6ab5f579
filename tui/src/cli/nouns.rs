//! The nouns of the command line, and what each is answered by.

use super::error::{Exit, Outcome};
use super::output::Format;
use super::session::Session;
use super::{
    asset, audit, backup, can, catalog, config, conflict, delegation, demo, diagnose, drift,
    feature, group, handover, import, invitation, man, operator, order, ownership, permission,
    person, policy, review, role, run, scope, sign_in_session, status, sweep, tenant, user,
};
use clap::Subcommand;
use std::path::PathBuf;

// What stands behind a noun is told by its own verbs: see `told_by_verbs`.
#[derive(Debug, Subcommand)]
pub(super) enum Noun {
    /// Accounts
    #[command(subcommand, alias = "users")]
    User(user::UserCommand),
    /// Invitations
    #[command(subcommand, alias = "invitations")]
    Invitation(invitation::InvitationCommand),
    /// Why somebody got no invitation, lacks access, or sees old rights
    #[command(after_help = "Examples:
  rollcall diagnose ana@example.com
  rollcall diagnose ana@exmaple.com --tenant acme")]
    Diagnose(diagnose::DiagnoseCommand),
    /// Transfer of Ownership
    #[command(subcommand)]
    Ownership(ownership::OwnershipCommand),
    /// Reviews of user lists
    #[command(subcommand, alias = "reviews")]
    Review(review::ReviewCommand),
    /// Tenants
    #[command(subcommand, alias = "tenants")]
    Tenant(tenant::TenantCommand),
    /// The tree of accounts, applications and teams
    #[command(subcommand, alias = "scopes")]
    Scope(scope::ScopeCommand),
    /// Feature switches, tier and pools of seats
    #[command(subcommand, alias = "features")]
    Feature(feature::FeatureCommand),
    /// Teams and signing groups
    #[command(subcommand, alias = "groups")]
    Group(group::GroupCommand),
    /// Who acts for whom
    #[command(subcommand, alias = "delegations")]
    Delegation(delegation::DelegationCommand),
    /// Separation of duties
    #[command(subcommand, alias = "conflicts")]
    Conflict(conflict::ConflictCommand),
    /// Sweeps
    #[command(subcommand, alias = "sweeps")]
    Sweep(sweep::SweepCommand),
    /// Runs of sweeps
    #[command(subcommand, alias = "runs")]
    Run(run::RunCommand),
    /// Policies
    #[command(subcommand, alias = "policies")]
    Policy(policy::PolicyCommand),
    /// The journals
    #[command(subcommand, alias = "audits")]
    Audit(audit::AuditCommand),
    /// What accounts own
    #[command(subcommand, alias = "assets")]
    Asset(asset::AssetCommand),
    /// Hand over what a leaver owns
    #[command(subcommand, alias = "handovers")]
    Handover(handover::HandoverCommand),
    /// One human, many accounts
    #[command(subcommand, alias = "persons")]
    Person(person::PersonCommand),
    /// Bring in what files show
    #[command(subcommand, alias = "imports")]
    Import(import::ImportCommand),
    /// Operators
    #[command(subcommand, alias = "operators")]
    Operator(operator::OperatorCommand),
    /// Orders to vendors
    #[command(subcommand, alias = "orders")]
    Order(order::OrderCommand),
    /// Roles
    #[command(subcommand, alias = "roles")]
    Role(role::RoleCommand),
    /// May this user do that? Exit code 0 is yes, 5 is no
    #[command(after_help = "Examples:
  rollcall can vera@acme.example document.open --owner uma@acme.example
  rollcall can vera@acme.example open --kind document --owner uma@acme.example --group Board
  rollcall can sam@bank.example transaction.create --scope Europe/Sales")]
    Can(can::CanCommand),
    /// Why may this user do that, or why not?
    #[command(after_help = "Examples:
  rollcall why vera@acme.example
  rollcall why vera@acme.example transaction.send")]
    Why(can::WhyCommand),
    /// What a user would be allowed with other roles
    #[command(subcommand, alias = "permissions")]
    Permission(permission::PermissionCommand),
    /// Sessions of a signing platform
    #[command(subcommand, alias = "sessions")]
    Session(sign_in_session::SessionCommand),
    /// Role catalogs
    #[command(subcommand, alias = "catalogs")]
    Catalog(catalog::CatalogCommand),
    /// Where decided and observed state differ
    #[command(
        alias = "drifts",
        after_help = "Examples:
  rollcall drift --tenant bank
  rollcall drift --exit-code --quiet"
    )]
    Drift(drift::DriftCommand),
    /// Backups
    #[command(subcommand, alias = "backups")]
    Backup(backup::BackupCommand),
    /// Settings, and where each comes from
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// How the daemon is, and who it takes you for
    #[command(after_help = "Examples:
  rollcall status
  rollcall status --json")]
    Status(status::StatusCommand),
    /// Look around: a daemon full of made-up people, and the console
    #[command(after_help = "Examples:
  rollcall demo
  rollcall demo --users 100000 --seed 7
  rollcall demo --no-console")]
    Demo(demo::DemoCommand),
    /// Print a completion script for a shell
    #[command(after_help = "Examples:
  rollcall completions bash > /etc/bash_completion.d/rollcall
  rollcall completions fish > ~/.config/fish/completions/rollcall.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages, one for each command
    #[command(after_help = "Examples:
  rollcall man /usr/local/share/man/man1")]
    Man {
        /// The folder, which must exist
        folder: PathBuf,
    },
}

impl Noun {
    /// How its answer is printed.
    pub(super) fn format(&self) -> Format {
        match self {
            Noun::User(c) => c.format(),
            Noun::Invitation(c) => c.format(),
            Noun::Diagnose(c) => c.format(),
            Noun::Ownership(c) => c.format(),
            Noun::Review(c) => c.format(),
            Noun::Tenant(c) => c.format(),
            Noun::Scope(c) => c.format(),
            Noun::Feature(c) => c.format(),
            Noun::Group(c) => c.format(),
            Noun::Delegation(c) => c.format(),
            Noun::Conflict(c) => c.format(),
            Noun::Sweep(c) => c.format(),
            Noun::Run(c) => c.format(),
            Noun::Policy(c) => c.format(),
            Noun::Audit(c) => c.format(),
            Noun::Asset(c) => c.format(),
            Noun::Handover(c) => c.format(),
            Noun::Person(c) => c.format(),
            Noun::Import(c) => c.format(),
            Noun::Operator(c) => c.format(),
            Noun::Order(c) => c.format(),
            Noun::Role(c) => c.format(),
            Noun::Can(c) => c.format(),
            Noun::Why(c) => c.format(),
            Noun::Permission(c) => c.format(),
            Noun::Session(c) => c.format(),
            Noun::Catalog(c) => c.format(),
            Noun::Drift(c) => c.format(),
            Noun::Backup(c) => c.format(),
            Noun::Config(c) => c.format(),
            Noun::Status(c) => c.format(),
            Noun::Demo(_) | Noun::Completions { .. } | Noun::Man { .. } => Format::Table,
        }
    }

    /// Does it.
    pub(super) async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Noun::User(c) => c.run(session).await,
            Noun::Invitation(c) => c.run(session).await,
            Noun::Diagnose(c) => c.run(session).await,
            Noun::Ownership(c) => c.run(session).await,
            Noun::Review(c) => c.run(session).await,
            Noun::Tenant(c) => c.run(session).await,
            Noun::Scope(c) => c.run(session).await,
            Noun::Feature(c) => c.run(session).await,
            Noun::Group(c) => c.run(session).await,
            Noun::Delegation(c) => c.run(session).await,
            Noun::Conflict(c) => c.run(session).await,
            Noun::Sweep(c) => c.run(session).await,
            Noun::Run(c) => c.run(session).await,
            Noun::Policy(c) => c.run(session).await,
            Noun::Audit(c) => c.run(session).await,
            Noun::Asset(c) => c.run(session).await,
            Noun::Handover(c) => c.run(session).await,
            Noun::Person(c) => c.run(session).await,
            Noun::Import(c) => c.run(session).await,
            Noun::Operator(c) => c.run(session).await,
            Noun::Order(c) => c.run(session).await,
            Noun::Role(c) => c.run(session).await,
            Noun::Can(c) => c.run(session).await,
            Noun::Why(c) => c.run(session).await,
            Noun::Permission(c) => c.run(session).await,
            Noun::Session(c) => c.run(session).await,
            Noun::Catalog(c) => c.run(session).await,
            Noun::Drift(c) => c.run(session).await,
            Noun::Backup(c) => c.run(session).await,
            Noun::Config(c) => c.run(session),
            Noun::Status(c) => c.run(session).await,
            Noun::Demo(c) => c.run(session).await,
            Noun::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut super::command(), "rollcall", &mut script);
                session.out.script(&script)?;
                Ok(Exit::Done)
            }
            Noun::Man { folder } => man::write(&folder, session),
        }
    }

    /// Whether it ends on an interrupt by itself.
    pub(super) fn minds_interrupts(&self) -> bool {
        matches!(self, Noun::Demo(_))
    }
}

/// Writes the verbs of each noun behind what is said of it, so that no list of them has to be kept.
pub(super) fn told_by_verbs(command: clap::Command) -> clap::Command {
    command.mut_subcommands(|noun| {
        let verbs: Vec<&str> = noun
            .get_subcommands()
            .filter(|verb| !verb.is_hide_set())
            .map(clap::Command::get_name)
            .collect();
        if verbs.is_empty() {
            return noun;
        }
        let about = noun.get_about().map(ToString::to_string);
        let about = format!("{}: {}", about.unwrap_or_default(), verbs.join(", "));
        told_by_verbs(noun).about(about)
    })
}
