//! `rollcall person`: one human, many accounts.

use super::confirm::Typed;
use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use clap::{Args, Subcommand};
use rollcall_shared::domain::Day;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::asset::{BoundLogin, Offboarded, Person, PersonAccount, PersonNamed};

/// What to do with people.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Show a person's accounts in every tenant, and what they own
    #[command(after_help = "Examples:
  rollcall person show ana@example.com
  rollcall person show E-1042 --json")]
    Show(Show),
    /// End a person's access in every tenant: hand over, revoke API keys, deactivate
    #[command(
        after_help = "What one tenant refuses does not keep the others; the exit code is then 7.

Examples:
  rollcall person offboard ana@example.com --dry-run
  rollcall person offboard ana@example.com --successor bo@example.com --end-date 2026-12-31
  rollcall person offboard 2-417 --end suspend --no-handover --yes"
    )]
    Offboard(Offboard),
}

/// Whom.
#[derive(Debug, Args)]
pub struct Show {
    /// Email, external id, employee id, or the reference of one of their accounts
    person: String,
    #[command(flatten)]
    format: RecordFormat,
}

/// Whom, and how.
#[derive(Debug, Args)]
pub struct Offboard {
    /// Email, external id, employee id, or the reference of one of their accounts
    person: String,
    /// What happens at the end
    #[arg(long, value_parser = ["deactivate", "suspend"])]
    end: Option<String>,
    /// Who takes over in every tenant where they can; left out each tenant's proposal
    #[arg(long, value_name = "EMAIL", conflicts_with = "no_handover")]
    successor: Option<String>,
    /// Leave what they own where it is
    #[arg(long)]
    no_handover: bool,
    /// Last day of employment to record
    #[arg(long, value_name = "DATE")]
    end_date: Option<Day>,
    /// Why; kept in the journals
    #[arg(long)]
    reason: Option<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

impl PersonCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            PersonCommand::Show(c) => c.format.into(),
            PersonCommand::Offboard(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            PersonCommand::Show(show) => {
                let request = PersonNamed {
                    person: show.person,
                    ..PersonNamed::default()
                };
                let person: Person = session.ask(Verb::PersonShow, &request).await?;
                session.out.page(&person, &shown(&person))?;
                Ok(Exit::Done)
            }
            PersonCommand::Offboard(offboard) => end(offboard, session).await,
        }
    }
}

fn shown(person: &Person) -> Vec<Part> {
    let columns = [
        always("tenant"),
        always("id"),
        always("email"),
        always("status"),
        always("owns"),
        roomy("roles"),
        roomy("groups"),
        roomy("matched_by"),
        roomy("last_sign_in"),
    ];
    let grid = Grid::of(&columns, &person.accounts, |account| {
        vec![
            Cell::text(&account.row.tenant),
            Cell::text(account.row.id),
            Cell::text(&account.row.email),
            Cell::text(account.row.status),
            Cell::Text(owns(account)),
            Cell::roles(&person.labels, &account.row.tenant, &account.row.roles),
            Cell::list(&account.groups),
            Cell::text(&account.matched),
            Cell::Day(super::user::seen(&account.row), "unknown"),
        ]
    });
    let mut page = vec![
        Part::Fields(vec![("name", person.name.clone())]),
        Part::Table("Accounts", grid),
    ];
    page.extend(person.logins.iter().map(|login| {
        Part::Line(format!(
            "warning: {} uses Rollcall{} until the login is unbound",
            login.os_user,
            rights(login)
        ))
    }));
    let keys = person.accounts.iter().filter(|a| !a.api_keys.is_empty());
    page.extend(keys.map(|account| {
        Part::Line(format!(
            "warning: API keys in {} give access after the sign-in is ended: {}",
            account.row.tenant,
            account.api_keys.join(", ")
        ))
    }));
    page
}

/// What a login may do in Rollcall, in words; nothing when that is not told.
fn rights(login: &BoundLogin) -> String {
    let grants = login.grants.iter().map(|grant| match &grant.tenant {
        Some(tenant) => format!("{}@{tenant}", grant.role),
        None => grant.role.clone(),
    });
    let grants: Vec<String> = grants.collect();
    match grants.is_empty() {
        true => String::new(),
        false => format!(" as {}", grants.join(", ")),
    }
}

fn owns(account: &PersonAccount) -> String {
    let counts = account.assets.iter();
    let parts: Vec<String> = counts
        .map(|(word, n)| format!("{n} {}", word.replace('_', " ")))
        .collect();
    parts.join(", ")
}

fn told(done: &Offboarded) -> Vec<Part> {
    let mut page = Vec::new();
    for step in &done.steps {
        let head = format!("{} {} {}", step.tenant, step.id, step.who);
        let head = head.trim_end();
        if let Some(refusal) = &step.refused {
            page.push(Part::Line(format!("{head}: refused: {}", refusal.what)));
            let teaching = [("rule", &refusal.rule), ("hint", &refusal.hint)];
            let teaching = teaching.iter().filter(|(_, text)| !text.is_empty());
            page.extend(teaching.map(|(name, text)| Part::Line(format!("  {name}: {text}"))));
            continue;
        }
        let what = match step.changes.as_slice() {
            [] => "nothing has to change".to_owned(),
            changes => changes.join("; "),
        };
        page.push(Part::Line(format!("{head}: {what}")));
        let warnings = step.warnings.iter();
        page.extend(warnings.map(|w| Part::Line(format!("{head}: warning: {w}"))));
    }
    for ended in &done.logins {
        let head = format!("login {}", ended.login.os_user);
        page.push(Part::Line(match &ended.refused {
            Some(refusal) => format!(
                "{head}: stays bound{}: {} ({}): {}",
                rights(&ended.login),
                refusal.what,
                refusal.rule,
                refusal.hint
            ),
            None => format!("{head}: bound{} → unbound", rights(&ended.login)),
        }));
    }
    page
}

async fn end(offboard: Offboard, session: &mut Session) -> Outcome {
    let verb = Verb::PersonOffboard;
    let mut request = PersonNamed {
        person: offboard.person,
        end: offboard.end,
        successor: offboard.successor,
        no_handover: offboard.no_handover,
        end_date: offboard.end_date,
        reason: offboard.reason,
        dry_run: true,
    };
    if !offboard.dry_run {
        let consent = session.consent(verb.name())?;
        let would: Offboarded = session.ask(verb, &request).await?;
        let question = format!("Offboard {}?", would.name);
        session
            .confirm(consent, &told(&would), &question, Typed::Yes)
            .await?;
        session.writable(verb.name())?;
        request.dry_run = false;
    }
    let done: Offboarded = session.ask(verb, &request).await?;
    session.out.page(&done, &told(&done))?;
    let steps = done.steps.iter().map(|s| &s.refused);
    let logins = done.logins.iter().map(|l| &l.refused);
    let mut refused = steps.chain(logins).filter_map(Clone::clone);
    match refused.next() {
        None => Ok(Exit::Done),
        Some(first) if 1 + refused.count() == done.steps.len() + done.logins.len() => {
            Err(first.into())
        }
        Some(_) => Ok(Exit::Partly),
    }
}
