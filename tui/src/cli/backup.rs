//! `rollcall backup`: take a copy of the store, check one, put one back.

use super::audit;
use super::confirm::Typed;
use super::error::{self, Exit, Fault, Outcome, usage};
use super::output::{Format, Part, RecordFormat};
use super::partial::Partial;
use super::progress::Progress;
use super::session::Session;
use clap::{Args, Subcommand};
use rollcall_daemon::{RestoreError, RestoreReport};
use rollcall_shared::clock::{Clock as _, SystemClock};
use rollcall_shared::domain::codec::{self, CodecError};
use rollcall_shared::domain::{Fact, JournalId};
use rollcall_shared::heads::{Blame, StoreId, Verifier, claims};
use rollcall_shared::store::backup::{self, BackupError, Summary};
use rollcall_shared::store::{Append, Roots, StoreError};
use rollcall_shared::text::counted;
use rollcall_shared::wire::admin::Head;
use rollcall_shared::wire::audit::HeadFault;
use rollcall_shared::wire::{Class, Failure};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What to do with backups.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Take a consistent copy of the store while the daemon runs, and check it
    #[command(
        after_help = "The file appears under its name only when it is whole and checked. Only its owner can read it.

Examples:
  rollcall backup create /var/backups/rollcall-2026-11-22"
    )]
    Create(FileArgs),
    /// Check a backup: whole, undamaged, every tree fits its head
    #[command(after_help = "Examples:
  rollcall backup verify /var/backups/rollcall-2026-11-22 --json
  rollcall backup verify rollcall-2026-11-22 --heads heads-2026-11.txt --key rollcall/4f…+1c0ffee2+AR…")]
    Verify(VerifyArgs),
    /// Put a backup into a new store, without a daemon; policies start in observe
    #[command(after_help = "Examples:
  rollcall backup restore /var/backups/rollcall-2026-11-22 --store /var/lib/rollcall/rollcall.redb")]
    Restore(FileArgs),
}

/// Which file.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The backup
    file: PathBuf,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which file, and what to hold it against.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A file of signed heads that the journals in the backup must bear out; needs no daemon
    #[arg(long, value_name = "FILE", requires = "key")]
    heads: Option<PathBuf>,
    /// The verifier key that must have signed them, as `rollcall audit key` printed it; may be repeated
    #[arg(long, value_name = "NAME+ID+KEY", requires = "heads")]
    key: Vec<String>,
    #[command(flatten)]
    file: FileArgs,
}

/// How signed heads and a backup go together.
#[derive(Serialize)]
struct Judged {
    signed: u64,
    head_problems: Vec<HeadFault>,
}

/// What a backup holds, with the names of its journals as they are in it.
struct Held {
    summary: Summary,
    names: Names,
}

/// What the journals of a backup are called, by its own platform journal.
#[derive(Default)]
struct Names(BTreeMap<JournalId, String>);

impl Names {
    fn see(&mut self, batch: &Append) -> Result<(), CodecError> {
        if batch.journal != JournalId::PLATFORM {
            return Ok(());
        }
        for entry in codec::decode(&batch.bytes)?.entries {
            let tenant = match entry.fact {
                Fact::TenantCreated(tenant) => tenant,
                Fact::TenantChanged { new, .. } => new,
                _ => continue,
            };
            self.0.insert(tenant.id.into(), tenant.name);
        }
        Ok(())
    }

    fn of(&self, journal: JournalId) -> String {
        if journal == JournalId::PLATFORM {
            return "platform".to_owned();
        }
        let known = self.0.get(&journal).cloned();
        known.unwrap_or_else(|| format!("journal {}", journal.0))
    }
}

/// What is told of a backup.
#[derive(Serialize)]
struct Told<'a> {
    file: &'a Path,
    journals: usize,
    batches: u64,
    bytes: u64,
    sha256: String,
    heads: Vec<Head>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    judged: Option<&'a Judged>,
}

/// What is told of a restored store.
#[derive(Serialize)]
struct Restored<'a> {
    store: &'a Path,
    journals: u64,
    batches: u64,
    policies_observing: u64,
    handovers_resting: u64,
}

impl BackupCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            BackupCommand::Create(c) | BackupCommand::Restore(c) => c.format.into(),
            BackupCommand::Verify(c) => c.file.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            BackupCommand::Create(args) => create(&args.file, session).await,
            BackupCommand::Verify(args) => {
                let file = args.file.file.clone();
                let Some(heads) = &args.heads else {
                    let held = verify(file.clone()).await?;
                    return tell(&file, &held, None, session);
                };
                let (held, judged) = verify_heads(&file, heads, &args.key).await?;
                tell(&file, &held, Some(&judged), session)?;
                audit::judged(&judged.head_problems)
            }
            BackupCommand::Restore(args) => restore(args.file, session).await,
        }
    }
}

async fn create(file: &Path, session: &mut Session) -> Outcome {
    if file == Path::new("-") {
        return Err(usage(
            "a backup is checked before it gets its name, so it needs a file",
            "name a file; it is created with mode 0600",
        ));
    }
    if file.symlink_metadata().is_ok() {
        let what = format!(
            "{} is there already; a backup is never written over",
            file.display()
        );
        return Err(Failure::new(Class::Conflict, what)
            .rule("backup-over")
            .hint("name a new file")
            .into());
    }
    let client = session.client().await?;
    let partial = Partial::create(file)?;
    let handle = partial.handle()?;
    let mut progress = Progress::new("KiB");
    {
        let receive = client.backup(tokio::fs::File::from_std(partial.handle()?));
        let mut receive = std::pin::pin!(receive);
        let mut tick = tokio::time::interval(Duration::from_millis(100));
        loop {
            tokio::select! {
                received = &mut receive => break received?,
                _ = tick.tick() => {
                    let length = handle.metadata().map(|meta| meta.len()).unwrap_or(0);
                    progress.at(&mut session.out, length / 1024);
                }
            };
        }
    };
    progress.end(&mut session.out);
    let held = verify(partial.path().to_owned()).await?;
    partial.keep()?;
    tell(file, &held, None, session)
}

/// Reads a backup to its end and holds signed heads against it.
async fn verify_heads(file: &Path, heads: &Path, keys: &[String]) -> Result<(Held, Judged), Fault> {
    let keys: Result<Vec<Verifier>, _> = keys.iter().map(|key| key.parse()).collect();
    let keys = keys.map_err(|bad| usage(format!("--key: {bad}"), "copy it as it was printed"))?;
    let claims = claims(&audit::heads_in(heads)?, 1, &keys);
    if claims.notes() == 0 {
        let what = format!("{} holds no signed head", heads.display());
        return Err(usage(what, "give a file of heads as they were copied"));
    }
    let backup = file.to_owned();
    let judged = tokio::task::spawn_blocking(move || {
        let (mut roots, mut store) = (Roots::wanted(claims.sizes()), None);
        let held = read(&backup, |batch| {
            if (batch.journal, batch.seq) == (JournalId::PLATFORM, 1) {
                store = Some(StoreId::of_first_batch(&batch.bytes)?);
            }
            roots.batch(batch.journal, &batch.bytes)
        })?;
        let fault = |blame, what| HeadFault { blame, what };
        let head_problems = match store {
            Some(store) => claims
                .judge(store, &roots)
                .iter()
                .map(|p| fault(p.blame(), p.told(|journal| held.names.of(journal))))
                .collect(),
            None => vec![fault(
                Blame::Store,
                "the backup does not say which store it is of".to_owned(),
            )],
        };
        let signed = claims.notes();
        Ok((
            held,
            Judged {
                signed,
                head_problems,
            },
        ))
    });
    match judged.await {
        Ok(judged) => Ok(judged.map_err(|e: BackupError| refused(file, &e))?),
        Err(e) => Err(stopped(&e).into()),
    }
}

/// Reads a backup to its end and checks it, showing each batch on the way.
fn read(
    file: &Path,
    mut see: impl FnMut(&Append) -> Result<(), CodecError>,
) -> Result<Held, BackupError> {
    let mut names = Names::default();
    let summary = backup::verify_each(file, |batch| {
        names.see(batch)?;
        see(batch)
    })?;
    Ok(Held { summary, names })
}

fn stopped(e: &tokio::task::JoinError) -> Failure {
    Failure::new(Class::Error, format!("checking the backup stopped: {e}"))
}

/// Reads a backup to its end; a file of any size, so not on the runtime's threads.
async fn verify(file: PathBuf) -> Result<Held, Fault> {
    let shown = file.clone();
    match tokio::task::spawn_blocking(move || read(&file, |_| Ok(()))).await {
        Ok(verified) => Ok(verified.map_err(|e| refused(&shown, &e))?),
        Err(e) => Err(stopped(&e).into()),
    }
}

fn refused(file: &Path, e: &BackupError) -> Failure {
    match e {
        BackupError::Io { source, .. } => error::file("read", file, source),
        other => Failure::new(Class::Error, other.to_string())
            .rule("backup")
            .hint("it is no backup, or not a whole one: take another copy, or make a new one with `rollcall backup create`"),
    }
}

fn tell(file: &Path, held: &Held, judged: Option<&Judged>, session: &mut Session) -> Outcome {
    let summary = &held.summary;
    let heads = summary.heads.iter().map(|head| Head {
        journal: held.names.of(head.journal),
        seq: head.seq,
        leaves: head.leaves,
        root: hex(&head.root),
    });
    let told = Told {
        file,
        journals: summary.heads.len(),
        batches: summary.batches,
        bytes: summary.bytes,
        sha256: hex(&summary.sha256),
        heads: heads.collect(),
        judged,
    };
    session.out.page(&told, &page(&told))?;
    Ok(Exit::Done)
}

fn page(told: &Told<'_>) -> Vec<Part> {
    let mut page = vec![
        Part::Fields(vec![
            ("backup", told.file.display().to_string()),
            ("journals", told.journals.to_string()),
            ("batches", told.batches.to_string()),
            ("bytes", told.bytes.to_string()),
            ("sha256", told.sha256.clone()),
        ]),
        Part::Line("whole and undamaged; every tree fits its head".to_owned()),
    ];
    if let Some(judged) = told.judged {
        let says = audit::borne_out(judged.signed, &judged.head_problems);
        page.push(Part::Line(says));
        let problems: Vec<&String> = judged.head_problems.iter().map(|f| &f.what).collect();
        page.push(Part::Table("Problems", audit::listed(&problems)));
    }
    page.push(Part::Table("Heads", audit::heads(&told.heads)));
    page
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

async fn restore(file: PathBuf, session: &mut Session) -> Outcome {
    let Some(store) = session.globals.store.clone() else {
        return Err(usage(
            "backup restore needs to know where the new store goes",
            "add --store PATH; nothing may stand there yet",
        ));
    };
    let consent = session.consent("backup restore")?;
    rollcall_daemon::restore_at(&store).map_err(|e| not_restored(&e))?;
    let summary = verify(file.clone()).await?.summary;
    let preview = [Part::Line(format!(
        "{} of {} will go into the new store {}",
        counted(summary.batches, "batch"),
        counted(summary.heads.len(), "journal"),
        store.display()
    ))];
    session
        .confirm(consent, &preview, "Restore this backup?", Typed::Yes)
        .await?;
    let report = put_back(file, store.clone()).await?;
    let told = Restored {
        store: &store,
        journals: report.journals,
        batches: report.batches,
        policies_observing: report.policies_observing,
        handovers_resting: report.handovers_resting,
    };
    let page = [
        Part::Fields(vec![
            ("store", store.display().to_string()),
            ("journals", report.journals.to_string()),
            ("batches", report.batches.to_string()),
        ]),
        Part::Line(format!(
            "{} put back to observe: nothing acts by itself until its mode is set again; a reload of the settings does \
             not do that",
            counted(report.policies_observing, "policy")
        )),
        Part::Line(format!(
            "{} put to rest: `rollcall handover list` shows them, `rollcall handover resume` goes on with one",
            counted(report.handovers_resting, "unfinished hand-over")
        )),
    ];
    session.out.page(&told, &page)?;
    Ok(Exit::Done)
}

async fn put_back(file: PathBuf, store: PathBuf) -> Result<RestoreReport, Failure> {
    let now = SystemClock.now();
    match tokio::task::spawn_blocking(move || rollcall_daemon::restore(&file, &store, now)).await {
        Ok(restored) => restored.map_err(|e| not_restored(&e)),
        Err(e) => Err(Failure::new(
            Class::Error,
            format!("restoring stopped: {e}"),
        )),
    }
}

fn not_restored(e: &RestoreError) -> Failure {
    let (rule, hint) = match e {
        RestoreError::Occupied(_) => (
            "restore-over",
            "a store is never written over: give --store another path, or stop the daemon that uses it and then move it \
             away, with the .key beside it",
        ),
        RestoreError::CutOff(_) => (
            "restore-cut-off",
            "it may still act on facts of the past, so it is not used: remove it and restore again",
        ),
        RestoreError::UnderWay(_) => (
            "restore-under-way",
            "wait until it is done, or give --store another path",
        ),
        RestoreError::Store(StoreError::Held { .. }) => (
            "restore-held",
            "stop the daemon first: it goes on writing to the store that was moved away from there; another restore is \
             waited for",
        ),
        RestoreError::Store(StoreError::Io { path, source }) => {
            return error::file("write", Path::new(path), source);
        }
        other => {
            return Failure::new(Class::Error, other.to_string())
                .rule("backup")
                .hint("look whether the backup is whole with `rollcall backup verify`, and restore again");
        }
    };
    let failure = Failure::new(Class::Conflict, e.to_string());
    failure.rule(rule).hint(hint)
}
