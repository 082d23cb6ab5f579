//! `rollcall role`: the roles of a tenant, and its own ones among them.

use super::changed::audit_id;
use super::confirm::Typed;
use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use clap::{Args, Subcommand};
use rollcall_shared::catalog::split_grant;
use rollcall_shared::text::counted;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::role::{
    RoleChanged, RoleDelete, RoleDetail, RoleQuery, RoleRow, RoleSet, RoleShow, Roles,
};
use serde::Serialize;

/// What to do with roles.
#[derive(Debug, Subcommand)]
pub enum RoleCommand {
    /// The roles of a tenant
    #[command(after_help = "Examples:
  rollcall role list --tenant acme
  rollcall role list --tenant acme --permissions")]
    List(List),
    /// One role with its permissions and holders
    #[command(after_help = "Examples:
  rollcall role show admin --tenant acme")]
    Show(Show),
    /// Make a custom role
    #[command(after_help = "Examples:
  rollcall role create closers --tenant bank --grant transaction.transaction --offer Europe/Sales
  rollcall role create sealers --tenant sign --copy developer --block envelope.history")]
    Create(Create),
    /// Change a custom role; what is not named stays
    #[command(after_help = "Examples:
  rollcall role edit closers --tenant bank --grant sender_admin.reports --clear transaction.in_person
  rollcall role edit closers --tenant bank --enabled false --dry-run")]
    Edit(Edit),
    /// Delete a custom role that nobody holds
    #[command(after_help = "Examples:
  rollcall role delete closers --tenant bank")]
    Delete(Delete),
}

/// Which roles.
#[derive(Debug, Args)]
pub struct List {
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// A row for each permission, with the roles that grant it
    #[arg(long)]
    permissions: bool,
    #[command(flatten)]
    format: RowsFormat,
}

/// Which role.
#[derive(Debug, Args)]
pub struct Show {
    /// Identifier or label
    role: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    #[command(flatten)]
    format: RecordFormat,
}

/// What a role is to be.
#[derive(Debug, Args)]
pub struct Content {
    /// Identifier
    role: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// Words on screen
    #[arg(long)]
    label: Option<String>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    /// Permissions to grant, comma-separated; each maybe with :own, :group or :read_only
    #[arg(long, value_name = "PERMISSION", value_delimiter = ',')]
    grant: Vec<String>,
    /// Permissions to block, whoever grants them, comma-separated
    #[arg(long, value_name = "PERMISSION", value_delimiter = ',')]
    block: Vec<String>,
    /// Offer it in this account and in no other that is not named as well; / for everywhere
    #[arg(long, value_name = "PATH")]
    offer: Vec<String>,
    /// Whether it can be given to anybody
    #[arg(long, value_name = "BOOL")]
    enabled: Option<bool>,
    /// Whether its holders need a second factor
    #[arg(long, value_name = "BOOL")]
    privileged: Option<bool>,
    /// Show what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// A new role.
#[derive(Debug, Args)]
pub struct Create {
    /// Begin with what this role has
    #[arg(long, value_name = "ROLE")]
    copy: Option<String>,
    /// The account it is made at, as a path; left out it is global
    #[arg(long, value_name = "PATH")]
    home: Option<String>,
    #[command(flatten)]
    content: Content,
}

/// What is new in a role.
#[derive(Debug, Args)]
pub struct Edit {
    /// A permission to say nothing about any more; may be given again
    #[arg(long, value_name = "PERMISSION")]
    clear: Vec<String>,
    #[command(flatten)]
    content: Content,
}

/// Which role goes.
#[derive(Debug, Args)]
pub struct Delete {
    /// Identifier
    role: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// Show what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

impl Content {
    fn request(self) -> RoleSet {
        // The root stands for everywhere: an offer that names no account.
        let everywhere = self.offer.iter().any(|path| path == "/");
        let offer = match (self.offer.is_empty(), everywhere) {
            (true, _) => None,
            (false, true) => Some(Vec::new()),
            (false, false) => Some(self.offer),
        };
        RoleSet {
            tenant: self.tenant,
            id: self.role,
            label: self.label,
            description: self.description,
            copy: None,
            grant: self.grant,
            block: self.block,
            clear: Vec::new(),
            home: None,
            offer,
            enabled: self.enabled,
            privileged: self.privileged,
            dry_run: self.dry_run,
        }
    }
}

impl RoleCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            RoleCommand::List(c) => c.format.into(),
            RoleCommand::Show(c) => c.format.into(),
            RoleCommand::Create(c) => c.content.format.into(),
            RoleCommand::Edit(c) => c.content.format.into(),
            RoleCommand::Delete(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            RoleCommand::List(list) => {
                let request = RoleQuery {
                    tenant: list.tenant,
                    scope: None,
                };
                let all: Roles = session.ask(Verb::RoleList, &request).await?;
                if list.permissions {
                    session.out.rows(&all, &all.permissions, &matrix(&all))?;
                } else {
                    let none = "no roles: the tenant's catalog has none";
                    session
                        .out
                        .listed(&all, &all.roles, &grid(&all.roles), none)?;
                }
                Ok(Exit::Done)
            }
            RoleCommand::Show(show) => {
                let request = RoleShow {
                    tenant: show.tenant,
                    role: show.role,
                };
                let detail: RoleDetail = session.ask(Verb::RoleShow, &request).await?;
                session.out.page(&detail, &page(&detail))?;
                Ok(Exit::Done)
            }
            RoleCommand::Create(create) => {
                let request = RoleSet {
                    copy: create.copy,
                    home: create.home,
                    ..create.content.request()
                };
                set(Verb::RoleCreate, request, "Make the role?", session).await
            }
            RoleCommand::Edit(edit) => {
                let request = RoleSet {
                    clear: edit.clear,
                    ..edit.content.request()
                };
                set(Verb::RoleEdit, request, "Change the role?", session).await
            }
            RoleCommand::Delete(delete) => {
                let request = RoleDelete {
                    tenant: delete.tenant,
                    id: delete.role,
                    dry_run: delete.dry_run,
                };
                let (dry, question) = (request.dry_run, "Delete the role?");
                change(
                    Verb::RoleDelete,
                    request,
                    dry,
                    question,
                    session,
                    |r, dry| {
                        r.dry_run = dry;
                    },
                )
                .await
            }
        }
    }
}

async fn set(verb: Verb, request: RoleSet, question: &str, session: &mut Session) -> Outcome {
    let dry = request.dry_run;
    change(verb, request, dry, question, session, |r, dry| {
        r.dry_run = dry
    })
    .await
}

/// Shows what would change, asks, changes.
async fn change<Q: Serialize>(
    verb: Verb,
    mut request: Q,
    dry_run: bool,
    question: &str,
    session: &mut Session,
    dry: impl Fn(&mut Q, bool),
) -> Outcome {
    dry(&mut request, true);
    if dry_run {
        let changed: RoleChanged = session.ask(verb, &request).await?;
        session.out.page(&changed, &told(&changed))?;
        return Ok(Exit::Done);
    }
    let consent = session.consent(verb.name())?;
    let preview: RoleChanged = session.ask(verb, &request).await?;
    if preview.changes.is_empty() {
        session.out.page(&preview, &told(&preview))?;
        return Ok(Exit::Done);
    }
    session
        .confirm(consent, &told(&preview), question, Typed::Yes)
        .await?;
    dry(&mut request, false);
    let changed: RoleChanged = session.change(verb, &request).await?;
    session.out.page(&changed, &told(&changed))?;
    Ok(Exit::Done)
}

fn told(changed: &RoleChanged) -> Vec<Part> {
    let mut parts = vec![Part::Line(format!("role {}", changed.id))];
    let lines = changed.changes.iter().map(|c| Part::Line(format!("  {c}")));
    parts.extend(lines);
    if changed.changes.is_empty() {
        parts.push(Part::Line("nothing changes".to_owned()));
    }
    if changed.holders > 0 {
        parts.push(Part::Line(format!(
            "sessions of {} become stale",
            counted(changed.holders, "account")
        )));
    }
    let minds = changed.warnings.iter();
    parts.extend(minds.map(|w| Part::Line(format!("mind: {w}"))));
    parts.extend(audit_id(changed.seq));
    parts
}

fn yes(flag: bool) -> Cell {
    Cell::text(if flag { "yes" } else { "no" })
}

fn grid(rows: &[RoleRow]) -> Grid {
    let columns = [
        always("role"),
        always("label"),
        always("holders"),
        always("grants"),
        always("blocks"),
        roomy("privileged"),
        roomy("custom"),
        roomy("enabled"),
        roomy("offered"),
        roomy("description"),
    ];
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.id),
            Cell::text(&row.label),
            Cell::Number(row.holders),
            Cell::Number(row.grants.len() as u64),
            Cell::Number(row.blocks.len() as u64),
            yes(row.privileged),
            yes(row.custom),
            yes(row.enabled),
            Cell::list(&row.offered),
            Cell::text(&row.description),
        ]
    })
}

/// Each permission with the roles that grant or block it.
fn matrix(all: &Roles) -> Grid {
    let columns = [
        always("permission"),
        always("name"),
        always("granted_by"),
        roomy("blocked_by"),
    ];
    Grid::of(&columns, &all.permissions, |permission| {
        let granted = all.roles.iter().filter_map(|role| {
            let grant = role
                .grants
                .iter()
                .find(|g| split_grant(g).0 == permission.id)?;
            Some(match split_grant(grant).1 {
                "" => role.id.clone(),
                qualifier => format!("{}:{qualifier}", role.id),
            })
        });
        let blocked = all
            .roles
            .iter()
            .filter(|r| r.blocks.contains(&permission.id));
        vec![
            Cell::text(&permission.id),
            Cell::text(&permission.name),
            Cell::list(granted),
            Cell::list(blocked.map(|r| &r.id)),
        ]
    })
}

fn page(detail: &RoleDetail) -> Vec<Part> {
    let row = &detail.row;
    let named = [always("permission"), always("as"), roomy("meaning")];
    let permissions = Grid::of(&named, &detail.permissions, |p| {
        let grant = row.grants.iter().find(|g| split_grant(g).0 == p.id);
        let how = match grant.map(|g| split_grant(g).1) {
            None => "blocked",
            Some("") => "granted",
            Some(qualifier) => qualifier,
        };
        vec![Cell::text(&p.id), Cell::text(how), Cell::text(&p.meaning)]
    });
    let held = [
        always("id"),
        always("name"),
        always("email"),
        always("where"),
    ];
    let holders = Grid::of(&held, &detail.holders, |(id, name, email, place)| {
        vec![
            Cell::text(id),
            Cell::text(name),
            Cell::text(email),
            Cell::text(place),
        ]
    });
    vec![
        Part::Fields(vec![
            ("role", format!("{} ({})", row.id, row.label)),
            ("for", row.description.clone()),
            (
                "kind",
                if row.custom { "custom" } else { "predefined" }.to_owned(),
            ),
            (
                "state",
                if row.enabled { "enabled" } else { "disabled" }.to_owned(),
            ),
            ("offered in", row.offered.join(", ")),
            ("holders", row.holders.to_string()),
        ]),
        Part::Table("Permissions", permissions),
        Part::Table("Holders", holders),
    ]
}
