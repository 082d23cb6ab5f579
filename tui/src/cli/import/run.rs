//! An import from the command line: asked for, streamed to the daemon, told line by line.

use super::super::confirm::{Consent, Typed};
use super::super::error::{self, Exit, Fault, Outcome, usage};
use super::super::output::{Format, Part};
use super::super::progress::Progress;
use super::super::rejected::{Form, Kept, RejectedFile};
use super::super::session::Session;
use super::super::table::minute;
use super::File;
use rollcall_shared::domain::RequestId;
use rollcall_shared::text::counted;
use rollcall_shared::wire::import::{ImportChange, ImportLine, ImportSummary};
use rollcall_shared::wire::sweep::When;
use rollcall_shared::wire::{Failure, Verb};
use serde::Serialize;
use std::io;
use std::path::PathBuf;
use tokio::io::AsyncRead;

/// What is told of an import: its summary, and where refused rows are.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    summary: ImportSummary,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_file: Option<PathBuf>,
    /// The file of an earlier run's refused rows that was removed, because nothing was refused now.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_removed: Option<PathBuf>,
    /// What a dry run would do, those first whose state or roles change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<ImportChange>,
}

/// What a dry run would do. Unless all are wanted, only as many are kept as are told.
struct Preview {
    all: bool,
    count: u64,
    access: Vec<ImportChange>,
    others: Vec<ImportChange>,
}

impl Preview {
    fn add(&mut self, change: ImportChange) {
        self.count += 1;
        let of = match change.access {
            true => &mut self.access,
            false => &mut self.others,
        };
        if self.all || (of.len() as u64) < TOLD {
            of.push(change);
        }
    }

    /// Those first whose state or roles change, then in the order of the file.
    fn ordered(self) -> Vec<ImportChange> {
        self.access.into_iter().chain(self.others).collect()
    }

    /// The first ones, a line each, and how many more there are.
    fn lines(&self) -> Vec<Part> {
        let both = self.access.iter().chain(&self.others);
        let mut lines: Vec<Part> = both
            .take(TOLD as usize)
            .map(|change| {
                let new = match change.new {
                    true => "new: ",
                    false => "",
                };
                let what = change.changes.join(", ");
                Part::Line(format!(
                    "line {}: {}: {new}{what}",
                    change.line, change.email
                ))
            })
            .collect();
        if self.count > TOLD {
            let more = self.count - TOLD;
            lines.push(Part::Line(format!(
                "and {more} more; --dry-run --json tells all"
            )));
        }
        lines
    }
}

/// Lines of one sort that are told in full; the rest is counted.
const TOLD: u64 = 20;

impl File {
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

    pub(super) async fn import(
        mut self,
        verb: Verb,
        as_of: Option<When>,
        session: &mut Session,
    ) -> Outcome {
        if self.dry_run {
            let (summary, preview) = self.send(verb, as_of, true, None, session).await?;
            let found = self.exit_code && summary.refused > 0;
            tell(summary, preview, Kept::Nothing, session)?;
            return Ok(match found {
                true => Exit::Findings,
                false => Exit::Done,
            });
        }
        let consent = session.consent(verb.name())?;
        let form = match verb {
            Verb::ImportSignins => Form::Json,
            _ => Form::Cells,
        };
        let rejected = RejectedFile::at(self.rejected_path(), &self.file, form)?;
        if consent == Consent::Ask {
            if self.is_stdin() {
                return Err(usage(
                    "standard input brings the file, so it cannot answer a question",
                    "add --yes, or name a file",
                ));
            }
            let (would, changes) = self.send(verb, as_of, true, None, session).await?;
            let mut preview = changes.lines();
            preview.extend(page(&would, &Kept::Nothing));
            let question = format!("Import this into {}?", self.tenant);
            let typed = match would.held {
                true => Typed::Number(would.losing),
                false => Typed::Yes,
            };
            session.confirm(consent, &preview, &question, typed).await?;
            if would.held {
                self.losing = Some(would.losing);
            }
        }
        let mut rejected = rejected;
        let sent = self
            .send(verb, as_of, false, Some(&mut rejected), session)
            .await;
        // Also when the import broke off: what was refused until then is worth keeping.
        let kept = rejected.finish(sent.is_ok())?;
        if let (Err(_), Kept::Rows(path)) = (&sent, &kept) {
            let path = path.display();
            session
                .out
                .note(&format!("rows refused until then are in {path}"));
        }
        let (summary, preview) = sent?;
        let refused = tell(summary, preview, kept, session)?;
        Ok(match refused {
            0 => Exit::Done,
            _ => Exit::Partly,
        })
    }

    /// Streams the file to the daemon. A dry run tells its first refused rows instead of keeping them.
    async fn send(
        &self,
        verb: Verb,
        as_of: Option<When>,
        dry_run: bool,
        mut rejected: Option<&mut RejectedFile>,
        session: &mut Session,
    ) -> Result<(ImportSummary, Preview), Fault> {
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
        let mut preview = Preview {
            all: Format::from(self.output) == Format::Json,
            count: 0,
            access: Vec::new(),
            others: Vec::new(),
        };
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
            ImportLine::Change(change) => preview.add(change),
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
            None => Ok((sent?, preview)),
        }
    }
}

fn page(summary: &ImportSummary, kept: &Kept) -> Vec<Part> {
    let count = |n: u64| match n {
        0 => String::new(),
        n => n.to_string(),
    };
    let refused = match (summary.refused, kept) {
        (0, _) => String::new(),
        (n, Kept::Rows(path)) => format!("{n}, kept in {}", path.display()),
        (n, Kept::Nothing | Kept::Removed(_)) => n.to_string(),
    };
    let mut page = vec![Part::Fields(vec![
        ("format", summary.format.clone()),
        ("read", summary.rows.to_string()),
        ("added", count(summary.added)),
        ("changed", count(summary.changed)),
        ("unchanged", count(summary.unchanged)),
        ("ignored", count(summary.ignored)),
        ("unknown", count(summary.unknown)),
        ("conflicts", count(summary.conflicts)),
        ("refused", refused),
        ("confirmed", count(summary.confirmed)),
        ("losing access", count(summary.losing)),
        ("newest", summary.newest.map(minute).unwrap_or_default()),
    ])];
    page.extend(summary.notes.iter().cloned().map(Part::Line));
    if let Kept::Removed(path) = kept {
        let path = path.display();
        let line = format!("no row was refused: {path} of an earlier run is removed");
        page.push(Part::Line(line));
    }
    if summary.held {
        let line = format!(
            "{} would lose access or privileged roles, more than is let through unasked: confirm with --losing {}",
            counted(summary.losing, "person"),
            summary.losing
        );
        page.push(Part::Line(line));
    }
    if summary.dry_run {
        page.push(Part::Line("a dry run: nothing was written".to_owned()));
    }
    page
}

/// Prints the summary and gives how many rows were refused.
fn tell(
    summary: ImportSummary,
    preview: Preview,
    kept: Kept,
    session: &mut Session,
) -> Result<u64, Fault> {
    let mut lines = preview.lines();
    lines.extend(page(&summary, &kept));
    let page = lines;
    let (rejected_file, rejected_removed) = match kept {
        Kept::Rows(path) => (Some(path), None),
        Kept::Removed(path) => (None, Some(path)),
        Kept::Nothing => (None, None),
    };
    let told = Told {
        summary,
        rejected_file,
        rejected_removed,
        changes: preview.ordered(),
    };
    session.out.page(&told, &page)?;
    Ok(told.summary.refused)
}
