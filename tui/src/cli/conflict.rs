//! `rollcall conflict`: separation of duties.

use super::changed::asking;
use super::dates;
use super::error::{Exit, Outcome, usage};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::words;
use super::zones::Zones;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{ConflictRule, ScopeKind, Side};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::structure::{ConflictExcept, ConflictNamed, ConflictSet, Conflicts};
use rollcall_shared::wire::sweep::When;

/// What to do with rules of separation of duties.
#[derive(Debug, Subcommand)]
pub enum ConflictCommand {
    /// List rules, proposals, and who breaks a rule today
    #[command(after_help = "Examples:
  rollcall conflict list --tenant helios")]
    List(List),
    /// Set a rule: who holds something of one side must hold nothing of the other
    #[command(
        after_help = "A side is ROLE[,ROLE…], or ROLE[,ROLE…]@KIND:NAME where it counts only at scopes of that kind and name;
@KIND:NAME alone is any role there.

Examples:
  rollcall conflict set billing-signing --tenant helios --one ORG_BILLING --other SIGNERS,APP_OPERATOR --why 'who pays does not sign'
  rollcall conflict set dev-prod --tenant helios --one APP_OPERATOR@environment:DEVELOPMENT --other APP_ADMIN@environment:PRODUCTION --within application --why 'kept apart'
  rollcall conflict set development-production --tenant helios --proposed"
    )]
    Set(Set),
    /// Delete a rule and its exceptions
    #[command(after_help = "Examples:
  rollcall conflict delete billing-signing --tenant helios")]
    Delete(Delete),
    /// Allow somebody to break a rule until a date; without a date the exception ends
    #[command(after_help = "Examples:
  rollcall conflict except billing-signing ana@helios.example --tenant helios --until 2027-01-31 --reason 'stands in for Bo'")]
    Except(Except),
}

/// Which rules.
#[derive(Debug, Args)]
pub struct List {
    /// The tenant
    #[arg(long)]
    tenant: String,
    #[command(flatten)]
    format: RecordFormat,
}

/// A rule to be.
#[derive(Debug, Args)]
pub struct Set {
    /// Its name; a known one is replaced
    name: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// As `conflict list` proposes it
    #[arg(long, conflicts_with_all = ["one", "other", "within", "why"])]
    proposed: bool,
    /// One side
    #[arg(long, value_name = "SIDE", value_parser = side, required_unless_present = "proposed")]
    one: Option<Side>,
    /// The other side
    #[arg(long, value_name = "SIDE", value_parser = side, required_unless_present = "proposed")]
    other: Option<Side>,
    /// Only when both are held in the same scope of this kind
    #[arg(long, value_parser = words::one_of(ScopeKind::ALL, ScopeKind::word))]
    within: Option<ScopeKind>,
    /// Why it stands
    #[arg(long, required_unless_present = "proposed")]
    why: Option<String>,
    /// Show what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which rule.
#[derive(Debug, Args)]
pub struct Delete {
    /// Its name
    name: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// Show what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// Who may break which rule, until when.
#[derive(Debug, Args)]
pub struct Except {
    /// The rule's name
    name: String,
    /// Who: email or reference
    user: String,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// Until when: a date begins at the tenant's midnight; left out the exception ends
    #[arg(long, value_name = "DATE", value_parser = dates::when)]
    until: Option<When>,
    /// Why; kept in the journal
    #[arg(long)]
    reason: Option<String>,
    /// Show what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// `ROLE,ROLE@KIND:NAME`, each half optional.
fn side(text: &str) -> Result<Side, String> {
    let (roles, place) = match text.split_once('@') {
        Some((roles, place)) => (roles, Some(place)),
        None => (text, None),
    };
    let roles: Vec<String> = roles
        .split(',')
        .map(str::trim)
        .filter(|r| !r.is_empty())
        .map(str::to_owned)
        .collect();
    let (kind, name) = match place {
        None => (None, None),
        Some(place) => {
            let (kind, name) = match place.split_once(':') {
                Some((kind, name)) => (kind, Some(name.to_owned())),
                None => (place, None),
            };
            (Some(kind.parse::<ScopeKind>()?), name)
        }
    };
    if roles.is_empty() && kind.is_none() {
        return Err("write ROLE[,ROLE]@KIND:NAME, or one half of it".to_owned());
    }
    Ok(Side { roles, kind, name })
}

fn shown(side: &Side) -> String {
    let roles = side.roles.join(",");
    match (&side.kind, &side.name) {
        (None, None) => roles,
        (kind, name) => {
            let kind = kind.map(ScopeKind::word).unwrap_or_default();
            let name = name.as_deref().map(|n| format!(":{n}")).unwrap_or_default();
            format!("{roles}@{kind}{name}")
        }
    }
}

impl ConflictCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            ConflictCommand::List(c) => c.format.into(),
            ConflictCommand::Set(c) => c.format.into(),
            ConflictCommand::Delete(c) => c.format.into(),
            ConflictCommand::Except(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            ConflictCommand::List(list) => {
                let all = standing(session, list.tenant).await?;
                let page = page(&all, &session.zones().await);
                session.out.page(&all, &page)?;
                Ok(Exit::Done)
            }
            ConflictCommand::Set(set) => set_one(set, session).await,
            ConflictCommand::Delete(delete) => {
                let question = format!("Delete the rule {}?", delete.name);
                let verb = Verb::ConflictDelete;
                asking(session, verb, delete.dry_run, &question, |dry_run| {
                    ConflictNamed {
                        tenant: delete.tenant.clone(),
                        name: delete.name.clone(),
                        dry_run,
                    }
                })
                .await
            }
            ConflictCommand::Except(except) => {
                let question = match except.until {
                    Some(until) => format!(
                        "Let {} break the rule {} until {until}?",
                        except.user, except.name
                    ),
                    None => format!("End the exception of {}?", except.user),
                };
                let verb = Verb::ConflictExcept;
                asking(session, verb, except.dry_run, &question, |dry_run| {
                    ConflictExcept {
                        tenant: except.tenant.clone(),
                        name: except.name.clone(),
                        user: except.user.clone(),
                        until: except.until,
                        reason: except.reason.clone(),
                        dry_run,
                    }
                })
                .await
            }
        }
    }
}

async fn standing(session: &mut Session, tenant: String) -> Result<Conflicts, super::error::Fault> {
    session
        .ask(Verb::ConflictList, &TenantNamed { tenant })
        .await
}

async fn set_one(set: Set, session: &mut Session) -> Outcome {
    let rule = match (&set.one, &set.other, &set.why) {
        (Some(one), Some(other), Some(why)) => ConflictRule {
            name: set.name.clone(),
            one: one.clone(),
            other: other.clone(),
            within: set.within,
            why: why.clone(),
        },
        _ => {
            let all = standing(session, set.tenant.clone()).await?;
            let proposed = all.proposals.into_iter().find(|p| p.name == set.name);
            proposed.ok_or_else(|| {
                usage(
                    format!("no rule {} is proposed for this tenant", set.name),
                    "see the proposals with `rollcall conflict list`, or give --one, --other and --why",
                )
            })?
        }
    };
    asking(
        session,
        Verb::ConflictSet,
        set.dry_run,
        "Set this rule?",
        |dry_run| ConflictSet {
            tenant: set.tenant.clone(),
            rule: rule.clone(),
            dry_run,
        },
    )
    .await
}

fn page(all: &Conflicts, zones: &Zones) -> Vec<Part> {
    let rules = |rules: &[ConflictRule]| {
        let columns = [
            always("rule"),
            always("one"),
            always("other"),
            roomy("within"),
            always("why"),
        ];
        Grid::of(&columns, rules, |rule| {
            vec![
                Cell::text(&rule.name),
                Cell::text(shown(&rule.one)),
                Cell::text(shown(&rule.other)),
                Cell::text(rule.within.map(ScopeKind::word).unwrap_or_default()),
                Cell::text(&rule.why),
            ]
        })
    };
    let columns = [
        always("rule"),
        always("user"),
        always("one"),
        always("other"),
        always("allowed_until"),
    ];
    let broken = Grid::of(&columns, &all.violations, |v| {
        vec![
            Cell::text(&v.rule),
            Cell::text(&v.email),
            Cell::text(&v.one),
            Cell::text(&v.other),
            Cell::Day(
                v.exception
                    .as_ref()
                    .map(|e| zones.day(&all.tenant, e.until)),
                "not allowed",
            ),
        ]
    });
    vec![
        Part::Fields(vec![("tenant", all.tenant.clone())]),
        Part::Table("Rules", rules(&all.rules)),
        Part::Table("Broken today", broken),
        Part::Table(
            "Proposed (conflict set NAME --proposed)",
            rules(&all.proposals),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_roles_a_place_or_both() {
        for text in [
            "A",
            "A,B",
            "A@environment:PRODUCTION",
            "@team:Sales",
            "A@account",
        ] {
            assert_eq!(shown(&side(text).unwrap()), text);
        }
        for bad in ["", ",", "A@nowhere:X"] {
            assert!(side(bad).is_err(), "{bad}");
        }
    }
}
