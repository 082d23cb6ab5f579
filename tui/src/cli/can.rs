//! `rollcall can` and `rollcall why`: may this user do that, and what does the answer rest on?

use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::table::{Cell, Grid, always};
use clap::Args;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::role::{Can, Decision, Resource, Step, Why};

/// May this user do that?
#[derive(Debug, Args)]
pub struct CanCommand {
    /// Email or reference (2-417)
    user: String,
    /// Permission or action, by identifier or name
    permission: String,
    #[command(flatten)]
    with: With,
    #[command(flatten)]
    format: RecordFormat,
}

/// Why may this user do that, or why not?
#[derive(Debug, Args)]
pub struct WhyCommand {
    /// Email or reference (2-417)
    user: String,
    /// Permission or action; left out all permissions
    permission: Option<String>,
    #[command(flatten)]
    with: With,
    #[command(flatten)]
    format: RecordFormat,
}

/// What it is about.
#[derive(Debug, Args)]
pub struct With {
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// What the thing is, for example document; what is asked is then an act, as open
    #[arg(long)]
    kind: Option<String>,
    /// Whose the thing is
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    /// A team or group it is shared with, as Sales, /Paris/Sales or team:Sales; may be given again
    #[arg(long, value_name = "NAME")]
    group: Vec<String>,
    /// A user it is shared with; may be given again
    #[arg(long, value_name = "USER")]
    shared_with: Vec<String>,
    /// Where it lies, as a path; left out the root
    #[arg(long, value_name = "PATH")]
    scope: Option<String>,
    /// Ask for changing: looking is not enough
    #[arg(long)]
    change: bool,
}

impl With {
    fn request(self, user: String, permission: Option<String>) -> Can {
        Can {
            user,
            tenant: self.tenant,
            permission,
            change: self.change,
            resource: Resource {
                kind: self.kind,
                owner: self.owner,
                groups: self.group,
                shared_with: self.shared_with,
                scope: self.scope,
            },
        }
    }
}

impl CanCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let request = self.with.request(self.user, Some(self.permission));
        let decision: Decision = session.ask(Verb::Can, &request).await?;
        session.out.page(&decision, &page(&decision))?;
        Ok(match decision.allowed {
            true => Exit::Done,
            false => Exit::Denied,
        })
    }
}

impl WhyCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let request = self.with.request(self.user, self.permission);
        let why: Why = session.ask(Verb::Why, &request).await?;
        let mut parts = vec![Part::Line(format!("{} ({})", why.name, why.id))];
        match why.decisions.as_slice() {
            [one] => parts.extend(page(one)),
            all => parts.push(Part::Table("Permissions", table(all))),
        }
        session.out.page(&why, &parts)?;
        Ok(Exit::Done)
    }
}

fn answer(decision: &Decision) -> &'static str {
    match (decision.allowed, decision.read_only) {
        (true, false) => "yes",
        (true, true) => "yes, for looking only",
        (false, _) => "no",
    }
}

fn page(decision: &Decision) -> Vec<Part> {
    let rows = decision.steps.iter().map(|step| match step {
        Step::Grant {
            role,
            scope,
            grant,
            but,
        } => [
            "grants".to_owned(),
            format!("{role} ({scope})"),
            grant.clone(),
            but.clone(),
        ],
        Step::Block { role, scope, block } => [
            "blocks".to_owned(),
            format!("{role} ({scope})"),
            block.clone(),
            String::new(),
        ],
        Step::Delegation {
            of,
            from,
            until,
            but,
        } => [
            "acts for".to_owned(),
            of.to_string(),
            format!("{from} to {until}"),
            but.clone(),
        ],
        Step::Constraint { rule, what } => [
            "refuses".to_owned(),
            rule.clone(),
            String::new(),
            what.clone(),
        ],
    });
    let columns = [
        always("step"),
        always("role_or_rule"),
        always("permission"),
        always("but"),
    ];
    let steps = Grid::of(&columns, rows, |row| row.map(Cell::Text).to_vec());
    let mut parts = vec![
        Part::Fields(vec![
            ("permission", decision.permission.clone()),
            ("allowed", answer(decision).to_owned()),
            ("because", decision.because.clone()),
            ("rule", decision.rule.clone()),
            ("instead", decision.instead.clone()),
        ]),
        Part::Table("Steps", steps),
    ];
    parts.extend(
        decision
            .warnings
            .iter()
            .map(|w| Part::Line(format!("mind: {w}"))),
    );
    parts
}

fn table(decisions: &[Decision]) -> Grid {
    let columns = [always("permission"), always("allowed"), always("because")];
    Grid::of(&columns, decisions, |d| {
        vec![
            Cell::text(&d.permission),
            Cell::text(answer(d)),
            Cell::text(&d.because),
        ]
    })
}
