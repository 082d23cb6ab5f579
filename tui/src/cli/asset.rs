//! `rollcall asset`: what accounts own at the signing vendor.

use super::error::{Exit, Outcome};
use super::output::{Format, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::words;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{AssetKind, MoveState};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::asset::{AssetQuery, AssetRow, Assets};

/// What to do with assets.
#[derive(Debug, Subcommand)]
pub enum AssetCommand {
    /// List what accounts own
    #[command(after_help = "Examples:
  rollcall asset list --tenant acme --owner ana@acme.example
  rollcall asset list --tenant acme --kind api_key --csv
  rollcall asset list --tenant acme --handover 3 --moved failed")]
    List(List),
}

/// Which assets.
#[derive(Debug, Args)]
pub struct List {
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// Only of this account: email or reference
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    /// Kinds, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = words::one_of(AssetKind::ALL, AssetKind::word))]
    kind: Vec<AssetKind>,
    /// Only under this hand-over
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = words::whole::<u32>(1, words::MANY))]
    handover: Option<u32>,
    /// States of the newest move, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = words::one_of(MoveState::ALL, MoveState::word))]
    moved: Vec<MoveState>,
    /// Also what is gone at the vendor
    #[arg(long)]
    gone: bool,
    /// Rows wanted
    #[arg(long, default_value_t = 50, allow_negative_numbers = true, value_parser = words::whole::<u32>(1, 100_000))]
    limit: u32,
    /// Rows to pass over
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = words::whole::<u64>(0, words::MANY))]
    offset: u64,
    #[command(flatten)]
    format: RowsFormat,
}

impl AssetCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            AssetCommand::List(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let AssetCommand::List(list) = self;
        let request = AssetQuery {
            tenant: list.tenant,
            owner: list.owner,
            kind: list.kind,
            handover: list.handover,
            moved: list.moved,
            gone: list.gone,
            offset: list.offset,
            limit: list.limit,
        };
        let assets: Assets = session.ask(Verb::AssetList, &request).await?;
        let clock = session.clock(Some(&request.tenant)).await;
        session
            .out
            .rows(&assets, &assets.rows, &grid(&assets.rows).on(&clock))?;
        session.out.note(&match assets.total {
            0 => "no such asset: `rollcall import assets FILE` brings some in".to_owned(),
            all => format!("{} of {all}", assets.rows.len()),
        });
        Ok(Exit::Done)
    }
}

/// Assets as rows.
pub fn grid(rows: &[AssetRow]) -> Grid {
    let columns = [
        always("id"),
        always("kind"),
        always("owner"),
        always("to"),
        always("move"),
        roomy("state"),
        roomy("handover"),
        roomy("seen"),
        roomy("gone"),
    ];
    Grid::of(&columns, rows, |row| {
        let moved = row.asset.moved;
        let word = |text: Option<String>| Cell::Text(text.unwrap_or_default());
        vec![
            Cell::text(&row.asset.external),
            Cell::text(row.asset.kind),
            Cell::text(&row.owner),
            Cell::text(&row.to),
            word(moved.map(|m| m.state.to_string())),
            Cell::text(&row.asset.state),
            word(moved.map(|m| m.handover.0.to_string())),
            Cell::at(row.asset.seen),
            Cell::text(if row.asset.gone { "gone" } else { "" }),
        ]
    })
}
