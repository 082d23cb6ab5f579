//! `rollcall scope`: the tree of accounts, applications and teams.

use super::changed::{asking, setting};
use super::error::Outcome;
use super::options::{OfTenant, Previewed};
use super::output::Format;
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::words;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{ScopeKind, ScopeState};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::structure::{
    Report, ReportRow, ScopeCreate, ScopeRow, ScopeSet, Scopes,
};
use std::collections::BTreeMap;

/// What to do with scopes.
#[derive(Debug, Subcommand)]
pub enum ScopeCommand {
    /// List the tree; * marks where your own account may work
    #[command(after_help = "Examples:
  rollcall scope list --tenant bank")]
    List(OfTenant),
    /// Make a scope
    #[command(after_help = "Examples:
  rollcall scope create Retail --tenant bank --kind account --set time_zone=Europe/Paris
  rollcall scope create Branches --tenant bank --kind account --in Retail")]
    Create(Create),
    /// Change a scope; what is not named stays
    #[command(after_help = "Examples:
  rollcall scope set Retail --tenant bank --set language=fr --dry-run
  rollcall scope set Retail --tenant bank --role sender --role manager
  rollcall scope set 'Helios/Leases' --tenant helios --state archived")]
    Set(Set),
    /// The consolidated report over all accounts of the tree
    #[command(
        after_help = "Users, seats, idle, mfa_missing, states and assets count whoever holds a role at an account or below it;
roles_here counts who holds each role at that account itself.

Examples:
  rollcall scope report --tenant bank --csv"
    )]
    Report(OfTenant),
}

/// A scope to be.
#[derive(Debug, Args)]
pub struct Create {
    /// Its name
    name: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// What it is
    #[arg(long, value_parser = words::one_of(ScopeKind::ALL, ScopeKind::word))]
    kind: ScopeKind,
    /// What it lies in, by path; left out the root
    #[arg(long = "in", value_name = "PATH")]
    parent: Option<String>,
    /// A setting of its own: time_zone, language, branding, sharing; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
    #[command(flatten)]
    how: Previewed,
}

/// Which scope, and what is new in it.
#[derive(Debug, Args)]
pub struct Set {
    /// By path; / is the root
    scope: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// A setting; an empty value lets it inherit again; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
    /// A role that may be held here, and no other; may be repeated
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Every offered role may be held here again
    #[arg(long, conflicts_with = "roles")]
    all_roles: bool,
    /// Whether it is in use
    #[arg(long, value_parser = words::one_of(ScopeState::ALL, ScopeState::word))]
    state: Option<ScopeState>,
    /// What it is to lie in, by path
    #[arg(long, value_name = "PATH")]
    parent: Option<String>,
    #[command(flatten)]
    how: Previewed,
}

impl ScopeCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            ScopeCommand::List(c) | ScopeCommand::Report(c) => c.format(),
            ScopeCommand::Create(c) => c.how.format.into(),
            ScopeCommand::Set(c) => c.how.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            ScopeCommand::List(list) => {
                let none = "no scopes: `rollcall scope create NAME --tenant TENANT` makes one";
                list.print(
                    Verb::ScopeList,
                    session,
                    |all: &Scopes| &all.rows,
                    grid,
                    none,
                )
                .await
            }
            ScopeCommand::Report(list) => {
                list.print(
                    Verb::ScopeReport,
                    session,
                    |all: &Report| &all.rows,
                    report_grid,
                    "no accounts to report on: `rollcall scope list` shows what is there",
                )
                .await
            }
            ScopeCommand::Create(create) => {
                asking(
                    session,
                    Verb::ScopeCreate,
                    create.how.dry_run,
                    "Make this scope?",
                    |dry_run| ScopeCreate {
                        tenant: create.tenant.clone(),
                        kind: create.kind,
                        parent: create.parent.clone(),
                        name: create.name.clone(),
                        settings: create.settings.iter().cloned().collect(),
                        dry_run,
                    },
                )
                .await
            }
            ScopeCommand::Set(set) => {
                let roles = (set.all_roles || !set.roles.is_empty()).then(|| set.roles.clone());
                asking(
                    session,
                    Verb::ScopeSet,
                    set.how.dry_run,
                    "Change this scope?",
                    |dry_run| ScopeSet {
                        tenant: set.tenant.clone(),
                        scope: set.scope.clone(),
                        name: set.name.clone(),
                        settings: set.settings.iter().cloned().collect(),
                        roles: roles.clone(),
                        state: set.state,
                        parent: set.parent.clone(),
                        dry_run,
                    },
                )
                .await
            }
        }
    }
}

fn grid(rows: &[ScopeRow]) -> Grid {
    let columns = [
        always("mine"),
        always("scope"),
        always("kind"),
        always("state"),
        always("holders"),
        always("below"),
        roomy("roles"),
        roomy("settings"),
    ];
    Grid::of(&columns, rows, |row| {
        let shown = if row.path.is_empty() { "/" } else { &row.path };
        let settings = row.settings.iter().map(|(k, v)| format!("{k}={v}"));
        let roles = match &row.node.profile.roles {
            None => "all".to_owned(),
            Some(on) => on.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        vec![
            Cell::text(if row.mine { "*" } else { "" }),
            Cell::text(shown),
            Cell::text(&row.label),
            Cell::text(row.node.profile.state),
            Cell::Number(row.holders),
            Cell::Number(row.below),
            Cell::text(roles),
            Cell::list(settings),
        ]
    })
}

fn report_grid(rows: &[ReportRow]) -> Grid {
    let columns = [
        always("account"),
        always("users"),
        always("seats"),
        always("idle"),
        always("mfa_missing"),
        roomy("states"),
        roomy("roles_here"),
        roomy("assets"),
    ];
    let counted = |counts: &BTreeMap<String, u64>| {
        let parts: Vec<String> = counts.iter().map(|(k, n)| format!("{n} {k}")).collect();
        Cell::list(parts)
    };
    Grid::of(&columns, rows, |row| {
        let shown = if row.path.is_empty() { "/" } else { &row.path };
        vec![
            Cell::text(shown),
            Cell::Number(row.users.values().sum()),
            Cell::Number(row.seats),
            Cell::Number(row.idle),
            Cell::Number(row.mfa_missing),
            counted(&row.users),
            counted(&row.roles),
            counted(&row.assets),
        ]
    })
}
