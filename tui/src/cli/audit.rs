//! `rollcall audit`: read the journals, and recompute their trees.

use super::error::{self, Exit, Fault, Outcome};
use super::output::{Format, Part, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::words;
use clap::{Args, Subcommand};
use rollcall_shared::heads::{Blame, pieces};
use rollcall_shared::text::counted;
use rollcall_shared::wire::admin::{Head, TenantOptional};
use rollcall_shared::wire::audit::{
    AuditLine, AuditLines, AuditQuery, AuditRekey, AuditVerdict, AuditVerify, HeadFault, HeadKeys,
    SignedHeads,
};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::path::{Path, PathBuf};

/// What to do with the journals.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List what was done, newest first
    #[command(after_help = "Examples:
  rollcall audit list --tenant acme
  rollcall audit list --verb 'tenant owner set' --jsonl
  rollcall audit list --tenant acme --before 812 --limit 200
  rollcall audit list --platform --before 40")]
    List(List),
    /// Recompute every tree from its journal; fails when one does not fit
    #[command(after_help = "Examples:
  rollcall audit verify
  rollcall audit verify --tenant acme
  rollcall audit verify --json > heads.json
  rollcall audit verify --heads /mnt/loghost/rollcall/heads-2026-11.txt")]
    Verify(Verify),
    /// Print the heads of the journals, signed: whoever keeps them can hold the journals against them later
    #[command(
        after_help = "Each is a C2SP checkpoint (https://c2sp.org/tlog-checkpoint).

Examples:
  rollcall audit head > heads.txt
  rollcall audit head --tenant acme --json"
    )]
    Head(HeadArgs),
    /// Print the public key that signs heads
    #[command(
        after_help = "It is a verifier key: NAME+ID+KEY. With --json the earlier ones, too.

Examples:
  rollcall audit key > rollcall.vkey"
    )]
    Key(KeyArgs),
    /// Make a new signing key, when the old one is lost or others may have read it
    #[command(
        after_help = "Heads that were signed before stay valid under the earlier key.

Examples:
  rollcall audit rekey --reason 'the disk was replaced'
  rollcall audit rekey --reason 'the disk was replaced' --dry-run"
    )]
    Rekey(Rekey),
}

/// Which entries.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant's journal
    #[arg(long, group = "one_journal")]
    tenant: Option<String>,
    /// Only the platform journal: tenants, operators, schedules
    #[arg(long, group = "one_journal")]
    platform: bool,
    /// Only before this sequence number of that journal
    #[arg(long, value_name = "SEQ", requires = "one_journal", allow_negative_numbers = true, value_parser = words::whole::<u64>(0, words::MANY))]
    before: Option<u64>,
    /// Only this verb, for example 'user suspend'
    #[arg(long)]
    verb: Option<String>,
    /// Entries wanted
    #[arg(long, default_value_t = 50, allow_negative_numbers = true, value_parser = words::whole::<u32>(1, words::MANY))]
    limit: u32,
    #[command(flatten)]
    format: RowsFormat,
}

/// What to hold the journals against.
#[derive(Debug, Args)]
pub struct Verify {
    /// Only this tenant's journal; left out every journal, for an auditor of all tenants
    #[arg(long)]
    tenant: Option<String>,
    /// A file of signed heads that the journals must bear out
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
    /// The verifier key that must have signed them; may be repeated; left out those the journal names
    #[arg(long, value_name = "NAME+ID+KEY", requires = "heads")]
    key: Vec<String>,
    #[command(flatten)]
    format: RecordFormat,
}

/// Whose heads.
#[derive(Debug, Args)]
pub struct HeadArgs {
    /// Only this tenant's journal
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RecordFormat,
}

/// How to print the key.
#[derive(Debug, Args)]
pub struct KeyArgs {
    #[command(flatten)]
    format: RecordFormat,
}

/// Why there is to be a new key.
#[derive(Debug, Args)]
pub struct Rekey {
    /// Kept in the journal
    #[arg(long)]
    reason: String,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

impl AuditCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            AuditCommand::List(c) => c.format.into(),
            AuditCommand::Verify(c) => c.format.into(),
            AuditCommand::Head(c) => c.format.into(),
            AuditCommand::Key(c) => c.format.into(),
            AuditCommand::Rekey(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            AuditCommand::List(list) => {
                let request = AuditQuery {
                    tenant: list.tenant,
                    platform: list.platform,
                    before: list.before,
                    verb: list.verb,
                    limit: list.limit,
                };
                let lines = wanted(&request, session).await?;
                let clock = session.clock(request.tenant.as_deref()).await;
                let none = "no entry of this kind: without --verb and --before there are more";
                session
                    .out
                    .listed(&lines, &lines.rows, &grid(&lines.rows).on(&clock), none)?;
                Ok(Exit::Done)
            }
            AuditCommand::Verify(args) => verify(args, session).await,
            AuditCommand::Head(args) => {
                let request = TenantOptional {
                    tenant: args.tenant,
                };
                let signed: SignedHeads = session.ask(Verb::AuditHead, &request).await?;
                let notes: Vec<&str> = signed.rows.iter().map(|row| row.note.as_str()).collect();
                let notes = notes.join("\n");
                let lines: Vec<Part> = notes.lines().map(|l| Part::Line(l.to_owned())).collect();
                session.out.page(&signed, &lines)?;
                Ok(Exit::Done)
            }
            AuditCommand::Key(_) => {
                let keys: HeadKeys = session
                    .ask(Verb::AuditKey, &TenantOptional::default())
                    .await?;
                session.out.page(&keys, &[Part::Line(keys.key.clone())])?;
                Ok(Exit::Done)
            }
            AuditCommand::Rekey(args) => {
                let request = |dry_run| AuditRekey {
                    reason: args.reason.clone(),
                    dry_run,
                };
                session
                    .change_previewed(
                        Verb::AuditRekey,
                        request,
                        args.dry_run,
                        "Sign with a new key from here on?",
                    )
                    .await
            }
        }
    }
}

/// As many lines as are wanted: one answer looks through a journal only so far.
async fn wanted(request: &AuditQuery, session: &mut Session) -> Result<AuditLines, Fault> {
    let mut lines: AuditLines = session.ask(Verb::AuditList, request).await?;
    while let Some(next) = lines.unread.pop() {
        let journal = next.tenant.as_deref().unwrap_or("platform");
        let there = lines.rows.iter().filter(|row| row.journal == journal);
        let left = request
            .limit
            .saturating_sub(there.count().try_into().unwrap_or(u32::MAX));
        if left == 0 {
            continue;
        }
        let on = AuditQuery {
            platform: next.tenant.is_none(),
            tenant: next.tenant,
            before: Some(next.before),
            verb: request.verb.clone(),
            limit: left,
        };
        let more: AuditLines = session.ask(Verb::AuditList, &on).await?;
        lines.rows.extend(more.rows);
        lines.unread.extend(more.unread);
    }
    lines
        .rows
        .sort_by_key(|row| std::cmp::Reverse((row.at, row.seq)));
    lines.rows.truncate(request.limit as usize);
    Ok(lines)
}

fn grid(rows: &[AuditLine]) -> Grid {
    let columns = [
        always("at"),
        always("journal"),
        always("seq"),
        always("verb"),
        always("who"),
        always("what"),
        roomy("entries"),
        roomy("reason"),
        roomy("run"),
        roomy("request"),
    ];
    Grid::of(&columns, rows, |line| {
        let more = line.entries.saturating_sub(line.lines.len() as u64);
        let mut what = line.lines.join("; ");
        if more > 0 {
            what.push_str(&format!("; and {more} more"));
        }
        vec![
            Cell::at(line.at),
            Cell::text(&line.journal),
            Cell::Number(line.seq),
            Cell::text(&line.verb),
            Cell::text(who(line)),
            Cell::Text(what),
            Cell::Number(line.entries),
            Cell::text(line.reason.as_deref().unwrap_or_default()),
            Cell::text(line.run.map(|id| id.to_string()).unwrap_or_default()),
            Cell::text(line.request.map(|id| id.to_string()).unwrap_or_default()),
        ]
    })
}

fn who(line: &AuditLine) -> String {
    let actor = &line.actor;
    let mut who = actor.name.clone();
    if let Some(person) = &actor.person {
        who.push_str(&format!(" ({person})"));
    }
    if let Some(why) = &line.break_glass {
        who.push_str(&format!(", break-glass: {why}"));
    }
    who
}

/// The heads of journals as rows.
pub fn heads(heads: &[Head]) -> Grid {
    Grid::of(
        &["journal", "batches", "leaves", "root"].map(always),
        heads,
        |head| {
            vec![
                Cell::text(&head.journal),
                Cell::Number(head.seq),
                Cell::Number(head.leaves),
                Cell::text(&head.root),
            ]
        },
    )
}

/// Signed heads are sent in pieces of this many bytes: a request is at most 1 MiB.
const PIECE: usize = 512 * 1024;

/// A file of signed heads.
pub fn heads_in(file: &Path) -> Result<String, Fault> {
    let bytes = std::fs::read(file).map_err(|e| error::file("read", file, &e))?;
    String::from_utf8(bytes).map_err(|e| {
        let good = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        let what = format!("{}, line {line}: it is not text", file.display());
        at_fault(Blame::File, what).into()
    })
}

fn requests(args: &Verify) -> Result<Vec<AuditVerify>, Fault> {
    let Some(file) = &args.heads else {
        return Ok(vec![AuditVerify {
            tenant: args.tenant.clone(),
            ..AuditVerify::default()
        }]);
    };
    let text = heads_in(file)?;
    let request = |first_line: usize, heads: &str| AuditVerify {
        tenant: args.tenant.clone(),
        heads: Some(heads.to_owned()),
        first_line,
        keys: args.key.clone(),
    };
    let pieces = pieces(&text, PIECE).into_iter();
    let requests: Vec<AuditVerify> = pieces.map(|(line, text)| request(line, text)).collect();
    // A file that holds nothing is sent as well: the daemon says that there is nothing to check.
    if requests.is_empty() {
        return Ok(vec![request(1, "")]);
    }
    Ok(requests)
}

async fn verify(args: Verify, session: &mut Session) -> Outcome {
    let mut verdict: Option<AuditVerdict> = None;
    for request in requests(&args)? {
        let next: AuditVerdict = session.ask(Verb::AuditVerify, &request).await?;
        verdict = Some(match verdict {
            None => next,
            Some(mut all) => {
                all.ok &= next.ok;
                all.signed += next.signed;
                all.head_problems.extend(next.head_problems);
                all
            }
        });
    }
    let Some(verdict) = verdict else {
        return Ok(Exit::Done);
    };
    let says = match verdict.problems.is_empty() {
        true => "every tree recomputes to its head",
        false => "the journals do not fit their heads",
    };
    let mut page = vec![Part::Line(says.to_owned())];
    if args.heads.is_some() {
        page.push(Part::Line(borne_out(
            verdict.signed,
            &verdict.head_problems,
        )));
    }
    let heads_say = verdict.head_problems.iter().map(|fault| &fault.what);
    let problems: Vec<&String> = verdict.problems.iter().chain(heads_say).collect();
    page.push(Part::Table("Problems", listed(&problems)));
    page.push(Part::Table("Heads", heads(&verdict.heads)));
    session.out.page(&verdict, &page)?;
    if !verdict.problems.is_empty() {
        let what = format!(
            "{} in the journals",
            counted(verdict.problems.len(), "problem")
        );
        let hint =
            "keep the store as it is and compare it with a backup: `rollcall backup verify FILE`";
        return Err(Failure::new(Class::Error, what)
            .rule("audit-tree")
            .hint(hint)
            .into());
    }
    judged(&verdict.head_problems)
}

/// Problems as rows.
pub fn listed(problems: &[impl AsRef<str>]) -> Grid {
    Grid::of(&[always("problem")], problems, |p| {
        vec![Cell::text(p.as_ref())]
    })
}

/// Whether signed heads hold, in a line. What could not be checked says nothing about the journals.
pub fn borne_out(signed: u64, faults: &[HeadFault]) -> String {
    let signed_heads = counted(signed, "signed head");
    if faults.iter().any(|fault| fault.blame == Blame::Store) {
        return format!("{signed_heads}: the journals do not hold what was signed");
    }
    // Each of these is about one note.
    match (faults.len() as u64, signed) {
        (0, _) => format!("{signed_heads}: the journals hold what was signed"),
        (unread, all) if unread >= all => {
            format!("{signed_heads}: none could be checked, which says nothing about the journals")
        }
        (unread, _) => {
            format!("{signed_heads}: {unread} could not be checked; the journals hold the others")
        }
    }
}

/// Fails when signed heads do not hold, naming the first that does not; a fault of the store before all others.
pub fn judged(faults: &[HeadFault]) -> Outcome {
    let Some(blame) = faults.iter().map(|fault| fault.blame).max() else {
        return Ok(Exit::Done);
    };
    let whats = || faults.iter().filter(|fault| fault.blame == blame);
    let first = whats().next().map(|fault| fault.what.as_str());
    let first = first.unwrap_or_default();
    Err(at_fault(
        blame,
        match whats().count() {
            0 | 1 => first.to_owned(),
            more => format!("{first} (and {} more)", more - 1),
        },
    )
    .into())
}

/// The failure for what is wrong with signed heads. Only a fault of the store is one that the check found: the others
/// mean that it could not be made.
fn at_fault(blame: Blame, what: String) -> Failure {
    let (class, rule, hint) = match blame {
        Blame::Store => (
            Class::Error,
            "signed-heads",
            "keep the store as it is and find out who changed it: was a backup put in its place? A backup that was taken \
             before the head was signed does not hold it",
        ),
        Blame::Key => (
            Class::Usage,
            "heads-key",
            "the store was not judged: give --key the key that `rollcall audit key` printed when the heads were signed",
        ),
        Blame::File => (
            Class::Usage,
            "heads-file",
            "the store was not judged by it: take another copy of the heads, whole and as `rollcall audit head` printed them",
        ),
    };
    Failure::new(class, what).rule(rule).hint(hint)
}
