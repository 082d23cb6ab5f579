//! `rollcall permission`: what a user would be allowed with other roles.

use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::table::{Cell, Grid, always};
use clap::{Args, Subcommand};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::role::{Preview, Previewed};

/// What to do with permissions.
#[derive(Debug, Subcommand)]
pub enum PermissionCommand {
    /// What a user would be allowed with other roles; nothing is saved
    #[command(after_help = "Examples:
  rollcall permission preview vera@acme.example --add admin --remove viewer
  rollcall permission preview 2-417 --add APP_OPERATOR@Acme/Portal/PRODUCTION")]
    Preview(PreviewArgs),
}

/// Whose, and which roles on trial.
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// Email or reference (2-417)
    user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// A role to add on trial; ROLE@PATH for a scope; may be given again
    #[arg(long, value_name = "ROLE")]
    add: Vec<String>,
    /// A role to take away on trial; may be given again
    #[arg(long, value_name = "ROLE")]
    remove: Vec<String>,
    #[command(flatten)]
    format: RecordFormat,
}

impl PermissionCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            PermissionCommand::Preview(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let PermissionCommand::Preview(args) = self;
        let request = Preview {
            user: args.user,
            tenant: args.tenant,
            add: args.add,
            remove: args.remove,
        };
        let shown: Previewed = session.ask(Verb::PermissionPreview, &request).await?;
        session.out.page(&shown, &page(&shown))?;
        session.out.note("a preview: nothing was saved");
        Ok(Exit::Done)
    }
}

fn page(shown: &Previewed) -> Vec<Part> {
    let held = |qualifier: &Option<String>| match qualifier.as_deref() {
        None => "no".to_owned(),
        Some("") => "yes".to_owned(),
        Some(qualifier) => qualifier.to_owned(),
    };
    let columns = [
        always("permission"),
        always("saved"),
        always("on_trial"),
        always("blocked"),
        always("from"),
    ];
    let rows = Grid::of(&columns, &shown.rows, |row| {
        vec![
            Cell::text(&row.permission.id),
            Cell::text(held(&row.before)),
            Cell::text(held(&row.after)),
            match row.blocked_by.as_slice() {
                [] => Cell::text(if row.blocked { "yes" } else { "" }),
                by => Cell::list(by.iter().map(|role| format!("by {role}"))),
            },
            Cell::list(&row.from),
        ]
    });
    let (granted, blocked, left) = shown.counts;
    let mut parts = vec![
        Part::Fields(vec![
            ("user", format!("{} ({})", shown.name, shown.id)),
            ("saved", shown.saved.join(", ")),
            ("on trial", shown.trial.join(", ")),
            (
                "permissions",
                format!("{granted} granted, {blocked} blocked, {left} left"),
            ),
        ]),
        Part::Table("Permissions", rows),
    ];
    parts.extend(
        shown
            .warnings
            .iter()
            .map(|w| Part::Line(format!("mind: {w}"))),
    );
    parts
}
