//! Options that several commands have.

use super::error::{Exit, Outcome};
use super::output::{Format, RowsFormat};
use super::session::Session;
use super::table::Grid;
use super::words;
use clap::Args;
use rollcall_shared::domain::Sweep;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantOptional;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Which sweep is meant.
#[derive(Debug, Args)]
pub struct OneSweep {
    /// Which sweep
    #[arg(value_parser = words::one_of(Sweep::ALL, Sweep::word))]
    pub sweep: Sweep,
}

/// A list of one tenant or all of them.
#[derive(Debug, Args)]
pub struct Listed {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RowsFormat,
}

impl Listed {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Asks for the list and prints it; `rows` are those of the answer.
    pub async fn print<A: Serialize + DeserializeOwned, R: Serialize>(
        self,
        verb: Verb,
        session: &mut Session,
        rows: impl Fn(&A) -> &[R],
        grid: impl Fn(&[R]) -> Grid,
    ) -> Outcome {
        let request = TenantOptional {
            tenant: self.tenant,
        };
        let all: A = session.ask(verb, &request).await?;
        let rows = rows(&all);
        session.out.rows(&all, rows, &grid(rows))?;
        Ok(Exit::Done)
    }
}
