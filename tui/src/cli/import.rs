//! `rollcall import`: bring in people, sign-ins and what accounts own from a file.

use super::confirm::{Consent, Typed};
use super::dates::instant;
use super::error::{self, Exit, Fault, Outcome, usage};
use super::output::{Format, Part, RecordFormat};
use super::progress::Progress;
use super::rejected::RejectedFile;
use super::session::Session;
use super::table::minute;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{Micros, RequestId};
use rollcall_shared::wire::asset::ImportAssets;
use rollcall_shared::wire::import::{ImportLine, ImportRequest, ImportSummary};
use rollcall_shared::wire::{Failure, Verb};
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};
use tokio::io::AsyncRead;

/// What to bring in.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// People: accounts, roles, states, second factors
    #[command(
        after_help = "Rows that are refused go to FILE.rejected.csv with line, field and reason; the rest goes in, and the exit code is 7. A dry run
tells the first of them and exits with 0, or 3 with --exit-code.
Importing the same file again changes nothing. A second factor counts as seen when the file states it (mfa_at), else at
--as-of, else when the file was last written; what is older than what is known never replaces it.

In files of our own a blank cell says nothing; - (in JSON null) clears end_date, leave_from, leave_to, team, manager and
department.

Examples:
  rollcall import people people.csv --tenant acme
  rollcall import people march.csv --tenant acme --as-of 2026-03-31
  rollcall import people google.csv --tenant acme --format google --tz Europe/Paris --dry-run
  export-people | rollcall import people - --tenant acme --yes"
    )]
    People(People),
    /// Sign-ins and activity
    #[command(after_help = "Examples:
  rollcall import signins okta.jsonl --tenant acme --application IUSign
  rollcall import signins entra.json --tenant acme --yes --quiet")]
    Signins(File),
    /// What accounts own: envelopes, drafts, templates, API keys
    #[command(
        after_help = "Columns (or keys) id, kind, owner, and where known state and updated. The kind is active_envelope,
completed_envelope, draft, template, clipboard_entry, address_book_entry or api_key; or envelope, and then its
state decides (sent, pending, in_progress: active; completed, declined, voided: completed; draft). The owner is an
email or a reference.

Examples:
  rollcall import assets envelopes.csv --tenant acme
  rollcall import assets all.jsonl --tenant acme --complete --dry-run"
    )]
    Assets(AssetFile),
}

/// Which asset file, into which tenant.
#[derive(Debug, Args)]
pub struct AssetFile {
    /// The file; - is standard input
    file: PathBuf,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// csv or jsonl; left out it is detected
    #[arg(long)]
    format: Option<String>,
    /// The file shows everything of the kinds in it: what it does not show is gone
    #[arg(long)]
    complete: bool,
    /// Where refused rows go; left out FILE.rejected.csv
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: exit with 3 when rows would be refused
    #[arg(long, requires = "dry_run")]
    exit_code: bool,
    #[command(flatten)]
    output: RecordFormat,
}

impl From<AssetFile> for File {
    fn from(given: AssetFile) -> Self {
        File {
            file: given.file,
            tenant: given.tenant,
            format: given.format,
            tz: None,
            map: Vec::new(),
            application: None,
            rejected: given.rejected,
            complete: given.complete,
            dry_run: given.dry_run,
            exit_code: given.exit_code,
            output: given.output,
        }
    }
}

/// Which file, into which tenant, read how.
#[derive(Debug, Args)]
pub struct File {
    /// The file; - is standard input
    file: PathBuf,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// Name of the format; left out it is detected
    #[arg(long)]
    format: Option<String>,
    /// Time zone of times without one; left out the tenant's
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// Read our column OURS from theirs; may be repeated
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = pair)]
    map: Vec<String>,
    /// Okta System Log: the application whose sign-ons count
    #[arg(long, value_name = "NAME")]
    application: Option<String>,
    /// Where refused rows go; left out FILE.rejected.csv
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// An asset file that shows everything.
    #[arg(skip)]
    complete: bool,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: exit with 3 when rows would be refused
    #[arg(long, requires = "dry_run")]
    exit_code: bool,
    #[command(flatten)]
    output: RecordFormat,
}

/// A people file.
#[derive(Debug, Args)]
pub struct People {
    #[command(flatten)]
    file: File,
    /// The day or instant whose state the file shows; left out when it was last written, for standard input now
    #[arg(long, value_name = "TIME", value_parser = instant)]
    as_of: Option<Micros>,
}

impl People {
    /// When what the file says was so.
    fn as_of(&self) -> Option<Micros> {
        self.as_of.or_else(|| {
            let written = std::fs::metadata(&self.file.file)
                .ok()
                .filter(|m| m.is_file() && !self.file.is_stdin())?
                .modified()
                .ok()?;
            let written = jiff::Timestamp::try_from(written).ok()?;
            Some(Micros::from_timestamp(written))
        })
    }
}

fn pair(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((ours, theirs)) if !ours.is_empty() && !theirs.is_empty() => Ok(text.to_owned()),
        _ => Err("write OURS=THEIRS, for example last_login='Last Sign In'".to_owned()),
    }
}

impl ImportCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            ImportCommand::People(p) => p.file.output.into(),
            ImportCommand::Signins(f) => f.output.into(),
            ImportCommand::Assets(f) => f.output.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            ImportCommand::People(people) => {
                let as_of = people.as_of();
                people.file.import(Verb::ImportPeople, as_of, session).await
            }
            ImportCommand::Signins(file) => file.import(Verb::ImportSignins, None, session).await,
            ImportCommand::Assets(file) => {
                File::from(file)
                    .import(Verb::ImportAssets, None, session)
                    .await
            }
        }
    }
}

/// What is told of an import: its summary, and where refused rows are.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    summary: ImportSummary,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_file: Option<PathBuf>,
}

/// Lines of one sort that are told in full; the rest is counted.
const TOLD: u64 = 20;

impl File {
    fn is_stdin(&self) -> bool {
        self.file == Path::new("-")
    }

    fn rejected_path(&self) -> PathBuf {
        if let Some(path) = &self.rejected {
            return path.clone();
        }
        let mut name = match self.is_stdin() {
            true => "stdin".into(),
            false => self.file.as_os_str().to_owned(),
        };
        name.push(".rejected.csv");
        name.into()
    }

    fn request(&self, as_of: Option<Micros>, dry_run: bool) -> ImportRequest {
        let name = match self.is_stdin() {
            true => "stdin".to_owned(),
            false => self.file.display().to_string(),
        };
        ImportRequest {
            tenant: self.tenant.clone(),
            format: self.format.clone(),
            tz: self.tz.clone(),
            map: (!self.map.is_empty()).then(|| self.map.join(",")),
            application: self.application.clone(),
            as_of,
            file: Some(name),
            dry_run,
        }
    }

    /// As [`File::request`], of an asset file.
    fn asset_request(&self, dry_run: bool) -> ImportAssets {
        let request = self.request(None, dry_run);
        ImportAssets {
            tenant: request.tenant,
            format: request.format,
            file: request.file,
            complete: self.complete,
            dry_run,
        }
    }

    async fn body(&self) -> Result<Box<dyn AsyncRead + Send + Unpin>, Failure> {
        if self.is_stdin() {
            return Ok(Box::new(tokio::io::stdin()));
        }
        let readable = async {
            let file = tokio::fs::File::open(&self.file).await?;
            match file.metadata().await?.is_dir() {
                true => Err(io::Error::from(io::ErrorKind::IsADirectory)),
                false => Ok(file),
            }
        };
        match readable.await {
            Ok(file) => Ok(Box::new(file)),
            Err(e) => Err(error::file("read", &self.file, &e)),
        }
    }

    async fn import(self, verb: Verb, as_of: Option<Micros>, session: &mut Session) -> Outcome {
        if self.dry_run {
            let summary = self.send(verb, as_of, true, None, session).await?;
            let found = self.exit_code && summary.refused > 0;
            tell(summary, None, session)?;
            return Ok(match found {
                true => Exit::Findings,
                false => Exit::Done,
            });
        }
        let consent = session.consent(verb.name())?;
        let rejected = RejectedFile::at(self.rejected_path())?;
        if consent == Consent::Ask {
            if self.is_stdin() {
                return Err(usage(
                    "standard input brings the file, so it cannot answer a question",
                    "add --yes, or name a file",
                ));
            }
            let would = self.send(verb, as_of, true, None, session).await?;
            let preview = page(&would, None);
            let question = format!("Import this into {}?", self.tenant);
            session
                .confirm(consent, &preview, &question, Typed::Yes)
                .await?;
        }
        let mut rejected = rejected;
        let sent = self
            .send(verb, as_of, false, Some(&mut rejected), session)
            .await;
        // Also when the import broke off: what was refused until then is worth keeping.
        let kept = rejected.finish()?;
        if let (Err(_), Some(path)) = (&sent, &kept) {
            let path = path.display();
            session
                .out
                .note(&format!("rows refused until then are in {path}"));
        }
        let refused = tell(sent?, kept, session)?;
        Ok(match refused {
            0 => Exit::Done,
            _ => Exit::Partly,
        })
    }

    /// Streams the file to the daemon. A dry run tells its first refused rows instead of keeping them.
    async fn send(
        &self,
        verb: Verb,
        as_of: Option<Micros>,
        dry_run: bool,
        mut rejected: Option<&mut RejectedFile>,
        session: &mut Session,
    ) -> Result<ImportSummary, Fault> {
        if !dry_run {
            session.writable(verb.name())?;
        }
        let body = self.body().await?;
        let id = RequestId(uuid::Uuid::new_v4());
        let client = session.client().await?.with_request_id(id);
        let out = &mut session.out;
        let mut progress = Progress::new("rows");
        let (mut refused, mut conflicts) = (0, 0);
        let mut unkept = None;
        let on_line = |line| match line {
            ImportLine::Progress { rows } => progress.at(out, rows),
            ImportLine::Rejected(row) => {
                refused += 1;
                if refused <= TOLD {
                    let field = match row.field.as_str() {
                        "" => String::new(),
                        field => format!(", {field}"),
                    };
                    out.note(&format!("line {}{field}: {}", row.line, row.reason));
                }
                if let (Some(file), None) = (&mut rejected, &unkept) {
                    unkept = file.add(&row).err();
                }
            }
            ImportLine::Conflict { line, email, what } => {
                conflicts += 1;
                if conflicts <= TOLD {
                    out.note(&format!("line {line}: {email}: not applied: {what}"));
                }
            }
            // The client returns these two itself.
            ImportLine::Summary(_) | ImportLine::Failed(_) => {}
        };
        let sent = if verb == Verb::ImportAssets {
            let request = self.asset_request(dry_run);
            client.import(verb, &request, body, on_line).await
        } else {
            let request = self.request(as_of, dry_run);
            client.import(verb, &request, body, on_line).await
        };
        progress.end(out);
        match unkept {
            Some(failure) => Err(failure.into()),
            None => Ok(sent?),
        }
    }
}

fn page(summary: &ImportSummary, rejected: Option<&Path>) -> Vec<Part> {
    let count = |n: u64| match n {
        0 => String::new(),
        n => n.to_string(),
    };
    let refused = match (summary.refused, rejected) {
        (0, _) => String::new(),
        (n, Some(path)) => format!("{n}, kept in {}", path.display()),
        (n, None) => n.to_string(),
    };
    let mut page = vec![Part::Fields(vec![
        ("format", summary.format.clone()),
        ("read", summary.rows.to_string()),
        ("added", count(summary.added)),
        ("changed", count(summary.changed)),
        ("unchanged", count(summary.unchanged)),
        ("ignored", count(summary.ignored)),
        ("conflicts", count(summary.conflicts)),
        ("refused", refused),
        ("confirmed", count(summary.confirmed)),
        ("newest", summary.newest.map(minute).unwrap_or_default()),
    ])];
    page.extend(summary.notes.iter().cloned().map(Part::Line));
    if summary.dry_run {
        page.push(Part::Line("a dry run: nothing was written".to_owned()));
    }
    page
}

/// Prints the summary and gives how many rows were refused.
fn tell(
    summary: ImportSummary,
    rejected: Option<PathBuf>,
    session: &mut Session,
) -> Result<u64, Fault> {
    let page = page(&summary, rejected.as_deref());
    let told = Told {
        summary,
        rejected_file: rejected,
    };
    session.out.page(&told, &page)?;
    Ok(told.summary.refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(subcommand)]
        import: ImportCommand,
    }

    fn file(line: &[&str]) -> File {
        let line = ["x", "people"].iter().chain(line).copied();
        match Line::parse_from(line).import {
            ImportCommand::People(people) => people.file,
            ImportCommand::Signins(file) => file,
            ImportCommand::Assets(file) => file.into(),
        }
    }

    #[test]
    fn refused_rows_go_beside_the_file() {
        let of = |line: &[&str]| file(line).rejected_path();
        assert_eq!(
            of(&["/a/p.csv", "--tenant", "t"]),
            Path::new("/a/p.csv.rejected.csv")
        );
        assert_eq!(of(&["-", "--tenant", "t"]), Path::new("stdin.rejected.csv"));
        assert_eq!(
            of(&["-", "--tenant", "t", "--rejected", "r"]),
            Path::new("r")
        );
    }

    #[test]
    fn mappings_are_joined_as_the_wire_wants_them() {
        let request = file(&[
            "-",
            "--tenant",
            "t",
            "--map",
            "email=Mail,team=Group",
            "--map",
            "mfa=2sv",
        ])
        .request(None, true);
        assert_eq!(
            request.map.as_deref(),
            Some("email=Mail,team=Group,mfa=2sv")
        );
        assert!(
            Line::try_parse_from(["x", "people", "-", "--tenant", "t", "--map", "email"]).is_err()
        );
    }
}
