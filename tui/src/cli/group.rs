//! `rollcall group`: teams and signing groups.

use super::changed::asking;
use super::error::{Exit, Outcome};
use super::options::{OfTenant, Previewed};
use super::output::{Format, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::words;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{AccountRef, GroupKind};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::structure::{GroupNamed, GroupRow, GroupSet, GroupShow, Groups};

/// What to do with groups.
#[derive(Debug, Subcommand)]
pub enum GroupCommand {
    /// List groups, each with how many members it has and the first of them
    #[command(after_help = "Examples:
  rollcall group list --tenant acme")]
    List(OfTenant),
    /// Show the members of a group, page by page
    #[command(after_help = "Examples:
  rollcall group show Contracts --tenant acme --kind signing_group
  rollcall group show Sales --tenant acme --kind team --offset 1000 --limit 1000 --csv")]
    Show(Show),
    /// Make or change a group; what is not named stays
    #[command(after_help = "Examples:
  rollcall group set Contracts --tenant acme --kind signing_group --add ana@example.com
  rollcall group set Norte --tenant meridian --kind team --leader ana@example.com --share-envelopes on")]
    Set(Set),
    /// Delete a group
    #[command(after_help = "Examples:
  rollcall group delete Contracts --tenant acme --kind signing_group")]
    Delete(Delete),
}

/// Which group, and what is new in it.
#[derive(Debug, Args)]
pub struct Set {
    /// Its name; a new one makes it
    name: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// What it is for
    #[arg(long, value_parser = words::one_of(GroupKind::ALL, GroupKind::word))]
    kind: GroupKind,
    /// New name
    #[arg(long)]
    rename: Option<String>,
    /// The account it lives in, by path (signer groups)
    #[arg(long, value_name = "PATH")]
    scope: Option<String>,
    /// The team it lies in, by name (eSignAnyWhere)
    #[arg(long, value_name = "TEAM")]
    parent: Option<String>,
    /// Who leads it; an empty text takes the leader away (eSignAnyWhere)
    #[arg(long, value_name = "USER")]
    leader: Option<String>,
    /// A member to add; may be repeated
    #[arg(long, value_name = "USER", value_delimiter = ',')]
    add: Vec<String>,
    /// A member to take away; may be repeated
    #[arg(long, value_name = "USER", value_delimiter = ',')]
    remove: Vec<String>,
    /// Members see each other's envelopes
    #[arg(long, value_name = "on|off", value_parser = switch)]
    share_envelopes: Option<bool>,
    /// Members see each other's templates
    #[arg(long, value_name = "on|off", value_parser = switch)]
    share_templates: Option<bool>,
    #[command(flatten)]
    how: Previewed,
}

/// Whose members.
#[derive(Debug, Args)]
pub struct Show {
    /// Its name
    name: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// What it is for
    #[arg(long, value_parser = words::one_of(GroupKind::ALL, GroupKind::word))]
    kind: GroupKind,
    /// How many members to leave out
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = words::whole::<u64>(0, words::MANY))]
    offset: u64,
    /// How many members to show, at most 1000
    #[arg(long, default_value_t = 100, allow_negative_numbers = true, value_parser = words::whole::<u32>(0, words::MANY))]
    limit: u32,
    #[command(flatten)]
    format: RowsFormat,
}

/// Which group.
#[derive(Debug, Args)]
pub struct Delete {
    /// Its name
    name: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// What it is for
    #[arg(long, value_parser = words::one_of(GroupKind::ALL, GroupKind::word))]
    kind: GroupKind,
    #[command(flatten)]
    how: Previewed,
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("write on or off".to_owned()),
    }
}

impl GroupCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            GroupCommand::List(c) => c.format(),
            GroupCommand::Show(c) => c.format.into(),
            GroupCommand::Set(c) => c.how.format.into(),
            GroupCommand::Delete(c) => c.how.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            GroupCommand::List(list) => {
                let none =
                    "no groups: `rollcall group set NAME --tenant TENANT --kind KIND` makes one";
                list.print(
                    Verb::GroupList,
                    session,
                    |all: &Groups| &all.rows,
                    grid,
                    none,
                )
                .await
            }
            GroupCommand::Show(show) => {
                let request = GroupShow {
                    tenant: show.tenant,
                    kind: show.kind,
                    name: show.name,
                    offset: show.offset,
                    limit: show.limit,
                };
                let row: GroupRow = session.ask(Verb::GroupShow, &request).await?;
                session
                    .out
                    .rows(&row, &row.members, &members(&row.members))?;
                Ok(Exit::Done)
            }
            GroupCommand::Set(set) => {
                asking(
                    session,
                    Verb::GroupSet,
                    set.how.dry_run,
                    "Change this group?",
                    |dry_run| GroupSet {
                        tenant: set.tenant.clone(),
                        kind: set.kind,
                        name: set.name.clone(),
                        rename: set.rename.clone(),
                        scope: set.scope.clone(),
                        parent: set.parent.clone(),
                        leader: set.leader.clone(),
                        add: set.add.clone(),
                        remove: set.remove.clone(),
                        share_envelopes: set.share_envelopes,
                        share_templates: set.share_templates,
                        dry_run,
                    },
                )
                .await
            }
            GroupCommand::Delete(delete) => {
                asking(
                    session,
                    Verb::GroupDelete,
                    delete.how.dry_run,
                    "Delete this group?",
                    |dry_run| GroupNamed {
                        tenant: delete.tenant.clone(),
                        kind: delete.kind,
                        name: delete.name.clone(),
                        dry_run,
                    },
                )
                .await
            }
        }
    }
}

fn members(rows: &[(AccountRef, String)]) -> Grid {
    Grid::of(&[always("id"), always("email")], rows, |(id, email)| {
        vec![Cell::text(id), Cell::text(email)]
    })
}

fn grid(rows: &[GroupRow]) -> Grid {
    let columns = [
        always("kind"),
        always("name"),
        always("members"),
        always("leader"),
        roomy("shares"),
        roomy("who"),
    ];
    Grid::of(&columns, rows, |row| {
        let group = &row.group;
        let shares = [
            (group.share_envelopes, "envelopes"),
            (group.share_templates, "templates"),
        ];
        vec![
            Cell::text(group.kind),
            Cell::text(&group.name),
            Cell::Number(row.count),
            Cell::text(&row.leader),
            Cell::list(shares.iter().filter(|(on, _)| *on).map(|(_, what)| what)),
            Cell::list(row.members.iter().map(|(_, email)| email)),
        ]
    })
}
