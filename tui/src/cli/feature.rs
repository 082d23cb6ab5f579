//! `rollcall feature`: what a tenant has switched on.

use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use clap::{Args, Subcommand};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::structure::Features;

/// What to do with features.
#[derive(Debug, Subcommand)]
pub enum FeatureCommand {
    /// List feature switches, tier and pools of seats; `tenant set` switches them
    #[command(after_help = "Examples:
  rollcall feature list --tenant bank
  rollcall tenant set bank --enable sub_accounts --dry-run")]
    List(List),
}

/// Which tenant.
#[derive(Debug, Args)]
pub struct List {
    /// The tenant
    #[arg(long)]
    tenant: String,
    #[command(flatten)]
    format: RecordFormat,
}

impl FeatureCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        let FeatureCommand::List(list) = self;
        list.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let FeatureCommand::List(list) = self;
        let request = TenantNamed {
            tenant: list.tenant,
        };
        let all: Features = session.ask(Verb::FeatureList, &request).await?;
        session.out.page(&all, &page(&all))?;
        Ok(Exit::Done)
    }
}

fn page(all: &Features) -> Vec<Part> {
    let columns = [
        always("feature"),
        always("on"),
        roomy("one_way"),
        always("meaning"),
        roomy("not_now"),
    ];
    let word = |yes: bool| Cell::text(if yes { "yes" } else { "no" });
    let features = Grid::of(&columns, &all.rows, |row| {
        vec![
            Cell::text(&row.id),
            word(row.on),
            word(row.one_way),
            Cell::text(&row.meaning),
            Cell::text(&row.but),
        ]
    });
    let columns = [always("pool"), always("taken"), always("bought")];
    let pools = Grid::of(&columns, &all.pools, |(label, taken, limit)| {
        let limit = limit.map_or_else(|| "unlimited".to_owned(), |n| n.to_string());
        vec![Cell::text(label), Cell::Number(*taken), Cell::text(limit)]
    });
    vec![
        Part::Fields(vec![
            ("tenant", all.tenant.clone()),
            ("tier", all.tier.clone()),
        ]),
        Part::Table("Features", features),
        Part::Table("Seats", pools),
    ]
}
