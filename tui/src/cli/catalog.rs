//! `rollcall catalog`: what each signing platform's roles, permissions and constraints are.

use super::changed::asking;
use super::error::{self, Exit, Outcome};
use super::output::{Format, Part, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use clap::{Args, Subcommand};
use rollcall_shared::catalog;
use rollcall_shared::text::counted;
use rollcall_shared::wire::role::{CatalogAdopt, CatalogDetail, CatalogRow, CatalogShow, Catalogs};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde::Serialize;
use std::path::PathBuf;

/// What to do with catalogs.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// The catalogs that come with the program or lie on disk
    #[command(after_help = "Examples:
  rollcall catalog list")]
    List(List),
    /// One catalog, or the one in force in a tenant
    #[command(after_help = "Examples:
  rollcall catalog show iusign
  rollcall catalog show --tenant acme
  rollcall catalog show onespan --text > catalogs/onespan.toml")]
    Show(Show),
    /// Put the catalog that is offered, by the program or a file, in force in a tenant that has an earlier one
    #[command(
        after_help = "`rollcall status` and `rollcall tenant show` say where one is offered.

Examples:
  rollcall catalog adopt acme --dry-run"
    )]
    Adopt(Adopt),
    /// Check a catalog file here, without a daemon
    #[command(after_help = "Examples:
  rollcall catalog check /etc/rollcall/catalogs/iusign.toml")]
    Check(Check),
}

/// Which catalogs.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    format: RowsFormat,
}

/// Which catalog.
#[derive(Debug, Args)]
#[group(id = "which", required = true, multiple = false)]
pub struct Which {
    /// By name
    name: Option<String>,
    /// The one in force in this tenant
    #[arg(long)]
    tenant: Option<String>,
}

/// Which catalog, and how much of it.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    which: Which,
    /// Print its TOML text and nothing else
    #[arg(long, conflicts_with_all = ["json", "plain"])]
    text: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// In which tenant.
#[derive(Debug, Args)]
pub struct Adopt {
    /// The tenant's name
    tenant: String,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which file.
#[derive(Debug, Args)]
pub struct Check {
    /// The file
    file: PathBuf,
    #[command(flatten)]
    format: RecordFormat,
}

/// A catalog file that is right.
#[derive(Debug, Serialize)]
struct Checked {
    file: String,
    name: String,
    roles: usize,
    permissions: usize,
    actions: usize,
}

impl CatalogCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            CatalogCommand::List(c) => c.format.into(),
            CatalogCommand::Show(c) => c.format.into(),
            CatalogCommand::Adopt(c) => c.format.into(),
            CatalogCommand::Check(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            CatalogCommand::List(_) => {
                let all: Catalogs = session
                    .ask(Verb::CatalogList, &serde_json::Map::new())
                    .await?;
                session.out.rows(&all, &all.rows, &grid(&all.rows))?;
                Ok(Exit::Done)
            }
            CatalogCommand::Show(show) => {
                let request = CatalogShow {
                    tenant: show.which.tenant,
                    name: show.which.name,
                };
                let detail: CatalogDetail = session.ask(Verb::CatalogShow, &request).await?;
                if show.text {
                    let lines = detail.text.lines();
                    let lines: Vec<Part> = lines.map(|l| Part::Line(l.to_owned())).collect();
                    session.out.page(&detail, &lines)?;
                } else {
                    session.out.page(&detail, &page(&detail))?;
                }
                Ok(Exit::Done)
            }
            CatalogCommand::Adopt(adopt) => {
                let (verb, question) = (Verb::CatalogAdopt, "Put this catalog in force?");
                let request = |dry_run| CatalogAdopt {
                    tenant: adopt.tenant.clone(),
                    dry_run,
                };
                asking(session, verb, adopt.dry_run, question, request).await
            }
            CatalogCommand::Check(check) => checked(&check.file, session),
        }
    }
}

fn checked(file: &std::path::Path, session: &mut Session) -> Outcome {
    let text = std::fs::read_to_string(file).map_err(|e| error::file("read", file, &e))?;
    let shown = file.display().to_string();
    let catalog = catalog::proposed(&shown, &text).map_err(|e| {
        Failure::new(Class::Error, e.to_string())
            .rule("catalog")
            .hint("the built-in texts show how it is written: `rollcall catalog show NAME --text`")
    })?;
    let checked = Checked {
        file: shown,
        name: catalog.name,
        roles: catalog.roles.len(),
        permissions: catalog.permissions.len(),
        actions: catalog.actions.len(),
    };
    let line = format!(
        "{}: catalog {} with {}, {}, {}: ok",
        checked.file,
        checked.name,
        counted(checked.roles, "role"),
        counted(checked.permissions, "permission"),
        counted(checked.actions, "action")
    );
    session.out.page(&checked, &[Part::Line(line)])?;
    Ok(Exit::Done)
}

fn grid(rows: &[CatalogRow]) -> Grid {
    let columns = [
        always("name"),
        always("title"),
        always("roles"),
        always("permissions"),
        always("source"),
        roomy("tenants"),
    ];
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.name),
            Cell::text(&row.title),
            Cell::Number(row.roles),
            Cell::Number(row.permissions),
            Cell::text(&row.source),
            Cell::list(&row.tenants),
        ]
    })
}

fn page(detail: &CatalogDetail) -> Vec<Part> {
    let named = [always("permission"), always("name"), roomy("meaning")];
    let permissions = Grid::of(&named, &detail.permissions, |p| {
        vec![
            Cell::text(&p.id),
            Cell::text(&p.name),
            Cell::text(&p.meaning),
        ]
    });
    let done = [always("action"), always("ways"), roomy("meaning")];
    let actions = Grid::of(&done, &detail.actions, |a| {
        let ways = a
            .ways
            .iter()
            .map(|w| format!("{}@{}", w.permission, w.relation));
        vec![Cell::text(&a.id), Cell::list(ways), Cell::text(&a.meaning)]
    });
    let held = [always("constraint"), always("value")];
    let constraints = Grid::of(&held, &detail.constraints, |(name, value)| {
        vec![Cell::text(name), Cell::text(value)]
    });
    let moves = [always("by"), always("from"), always("to")];
    let transitions = Grid::of(&moves, &detail.transitions, |t| {
        vec![Cell::text(&t.by), Cell::text(t.from), Cell::text(t.to)]
    });
    let valid = detail.invitation_valid;
    let mut parts = vec![
        Part::Fields(vec![
            ("catalog", format!("{} ({})", detail.name, detail.title)),
            ("source", detail.source.clone()),
            ("hash", detail.hash.clone()),
            ("owner", detail.owner.clone()),
            (
                "invitations live",
                valid.map_or_else(
                    || "no figure is published".to_owned(),
                    |span| span.to_string(),
                ),
            ),
        ]),
        Part::Table("Permissions", permissions),
        Part::Table("Actions", actions),
        Part::Table("Constraints", constraints),
        Part::Table("Changes of state", transitions),
    ];
    parts.extend(bought(detail));
    parts.extend(members(detail));
    parts
}

/// Seats, features, tiers, pools and scopes: what a tenant has.
fn bought(detail: &CatalogDetail) -> Vec<Part> {
    let seats = Grid::of(
        &[always("state"), always("seat")],
        &detail.seats,
        |(state, seat)| vec![Cell::text(state), Cell::text(seat)],
    );
    let switched = [
        always("feature"),
        always("new"),
        roomy("excludes"),
        roomy("meaning"),
    ];
    let features = Grid::of(&switched, &detail.features, |f| {
        let word = match (f.default, f.one_way) {
            (true, _) => "on",
            (false, true) => "off; on for good",
            (false, false) => "off",
        };
        vec![
            Cell::text(&f.id),
            Cell::text(word),
            Cell::list(&f.excludes),
            Cell::text(&f.meaning),
        ]
    });
    let sold = [always("tier"), always("users"), always("features")];
    let tiers = Grid::of(&sold, &detail.tiers, |t| {
        let most = t
            .max_users
            .map_or_else(|| "no limit".to_owned(), |n| n.to_string());
        vec![Cell::text(&t.id), Cell::text(most), Cell::list(&t.features)]
    });
    let counted = [always("pool"), always("roles")];
    let pools = Grid::of(&counted, &detail.pools, |p| {
        vec![Cell::text(&p.id), Cell::list(&p.roles)]
    });
    let lies = [
        always("scope"),
        always("lies_in"),
        roomy("roles_from"),
        roomy("names"),
    ];
    let scopes = Grid::of(&lies, &detail.scopes, |s| {
        vec![
            Cell::text(s.kind),
            Cell::list(s.parents.iter().map(ToString::to_string)),
            Cell::text(s.held_from.map_or("", |kind| kind.word())),
            Cell::list(&s.names),
        ]
    });
    let all = [
        ("Seats by state", seats, detail.seats.is_empty()),
        ("Features", features, detail.features.is_empty()),
        ("Tiers", tiers, detail.tiers.is_empty()),
        ("Pools of seats", pools, detail.pools.is_empty()),
        ("Scopes", scopes, detail.scopes.is_empty()),
    ];
    let some = all.into_iter().filter(|(.., empty)| !empty);
    some.map(|(title, grid, _)| Part::Table(title, grid))
        .collect()
}

/// Which permission a member needs for which of our verbs, in all of a tenant and in a part of it.
fn members(detail: &CatalogDetail) -> Vec<Part> {
    let mut rows: Vec<(&str, &str)> = detail.verbs.iter().map(|(v, p)| (&**v, &**p)).collect();
    // What the catalog asks for beside a verb stands for a part alone.
    let beside = detail
        .in_part
        .keys()
        .filter(|what| !detail.verbs.contains_key(*what));
    rows.extend(beside.map(|what| (&**what, "")));
    let named = [always("verb"), always("permission"), roomy("in_part")];
    let verbs = Grid::of(&named, &rows, |(verb, permission)| {
        let part = detail.in_part.get(*verb).into_iter().flatten();
        let part = part.map(|(kind, permission)| format!("{kind}: {permission}"));
        vec![Cell::text(verb), Cell::text(permission), Cell::list(part)]
    });
    vec![Part::Table("Verbs of members", verbs)]
}
