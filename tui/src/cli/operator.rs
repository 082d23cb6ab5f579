//! `rollcall operator`: who at this machine may do what.

use super::changed;
use super::error::{Exit, Outcome};
use super::output::{Format, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always};
use clap::{Args, Subcommand};
use rollcall_shared::domain::{Binding, OperatorGrant};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{OperatorBind, OperatorUnbind, Operators, TenantOptional};

/// What to do with operators.
#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
    /// Bind an OS user to a person and roles; replaces what was bound before
    #[command(
        after_help = "Roles: auditor, helpdesk, operator, approver, policy_admin, platform_admin.

Examples:
  rollcall operator bind alice --person alice@example.com --role platform_admin
  rollcall operator bind bob --person bob@example.com --role operator@acme --role auditor
  rollcall operator bind carol --person carol@acme.example
  rollcall operator bind frontdesk --person desk@example.com --role auditor --shared"
    )]
    Bind(Bind),
    /// List bindings
    #[command(after_help = "Examples:
  rollcall operator list")]
    List(List),
    /// Remove a binding
    #[command(after_help = "Examples:
  rollcall operator unbind bob")]
    Unbind(Unbind),
}

/// Who is bound to what.
#[derive(Debug, Args)]
pub struct Bind {
    /// OS user by name
    os_user: String,
    /// The person's email
    #[arg(long, value_name = "EMAIL")]
    person: String,
    /// ROLE everywhere, or ROLE@TENANT; may be repeated; without one only the person's roles at the vendors count
    #[arg(long, value_name = "ROLE[@TENANT]", value_delimiter = ',', value_parser = grant)]
    role: Vec<OperatorGrant>,
    /// A login that several people use: reads only
    #[arg(long)]
    shared: bool,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// How to list.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    format: RowsFormat,
}

/// Whose binding.
#[derive(Debug, Args)]
pub struct Unbind {
    /// OS user by name
    os_user: String,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

fn grant(text: &str) -> Result<OperatorGrant, String> {
    let (role, tenant) = match text.split_once('@') {
        Some((role, tenant)) => (role, Some(tenant)),
        None => (text, None),
    };
    if role.is_empty() || tenant.is_some_and(str::is_empty) {
        return Err("write ROLE for every tenant, or ROLE@TENANT for one".to_owned());
    }
    Ok(OperatorGrant {
        role: role.to_owned(),
        tenant: tenant.map(str::to_owned),
    })
}

fn granted(grants: &[OperatorGrant]) -> String {
    if grants.is_empty() {
        return "none: as a member only".to_owned();
    }
    let words: Vec<String> = grants
        .iter()
        .map(|g| match &g.tenant {
            Some(tenant) => format!("{}@{tenant}", g.role),
            None => g.role.clone(),
        })
        .collect();
    words.join(", ")
}

impl OperatorCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            OperatorCommand::Bind(c) => c.format.into(),
            OperatorCommand::List(c) => c.format.into(),
            OperatorCommand::Unbind(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            OperatorCommand::Bind(bind) => bind_one(bind, session).await,
            OperatorCommand::List(_) => {
                let all: Operators = list(session).await?;
                session
                    .out
                    .rows(&all, &all.bindings, &grid(&all.bindings))?;
                Ok(Exit::Done)
            }
            OperatorCommand::Unbind(unbind) => unbind_one(unbind, session).await,
        }
    }
}

async fn list(session: &mut Session) -> Result<Operators, super::error::Fault> {
    session
        .ask(Verb::OperatorList, &TenantOptional::default())
        .await
}

fn grid(bindings: &[Binding]) -> Grid {
    let columns = ["os_user", "uid", "person", "roles", "shared"].map(always);
    Grid::of(&columns, bindings, |b| {
        vec![
            Cell::text(&b.os_user),
            Cell::Number(u64::from(b.uid)),
            Cell::text(&b.person),
            Cell::text(granted(&b.grants)),
            Cell::text(if b.shared { "yes" } else { "no" }),
        ]
    })
}

async fn bind_one(bind: Bind, session: &mut Session) -> Outcome {
    let request = |dry_run| OperatorBind {
        os_user: bind.os_user.clone(),
        person: bind.person.clone(),
        grants: bind.role.clone(),
        shared: bind.shared,
        dry_run,
    };
    let question = "Bind this OS user?";
    changed::asking(session, Verb::OperatorBind, bind.dry_run, question, request).await
}

async fn unbind_one(unbind: Unbind, session: &mut Session) -> Outcome {
    let request = |dry_run| OperatorUnbind {
        os_user: unbind.os_user.clone(),
        dry_run,
    };
    let question = format!("Remove the binding of {}?", unbind.os_user);
    changed::asking(
        session,
        Verb::OperatorUnbind,
        unbind.dry_run,
        &question,
        request,
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_held_everywhere_or_in_one_tenant() {
        assert_eq!(granted(&[grant("auditor").unwrap()]), "auditor");
        assert_eq!(granted(&[]), "none: as a member only");
        let one = grant("operator@acme").unwrap();
        assert_eq!(one.tenant.as_deref(), Some("acme"));
        assert_eq!(granted(&[one]), "operator@acme");
        for bad in ["", "@acme", "operator@"] {
            assert!(grant(bad).is_err(), "{bad}");
        }
    }
}
