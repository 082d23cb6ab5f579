//! What the imports share: options, the lines of the answer, the running total.

use super::ask::{Ask, Caller, Extra, Service, fingerprint};
use super::find;
use super::{import_people, import_signins};
use crate::server::Upload;
use crate::writer::{Begun, Errand, Plan, Rehearsal, batch_id};
use rollcall_shared::directory::State;
use rollcall_shared::domain::{Authority, Micros, RequestId, Tenant};
use rollcall_shared::formats::{self, FormatError, Options};
use rollcall_shared::rules::features::SIGN_IN_APPLICATION;
use rollcall_shared::text::counted;
use rollcall_shared::wire::import::{ImportLine, ImportRequest, ImportSummary};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// Lines that may wait for a slow client.
const WAITING: usize = 1_024;
/// Progress is told at most this often, in microseconds.
const PROGRESS: i64 = 100_000;

/// An import somebody asked for.
pub(crate) struct Import {
    pub service: Arc<Service>,
    pub caller: Caller,
    pub request_id: RequestId,
    pub request: ImportRequest,
}

impl Import {
    /// Refuses what can be refused before anything is read, then runs on a thread of its own; the lines end with a
    /// summary or a failure.
    pub(crate) fn begin(
        self,
        verb: Verb,
        upload: Upload,
    ) -> Result<mpsc::Receiver<ImportLine>, Failure> {
        let ask = self.ask();
        let state = ask.state();
        ask.authorise(&state, verb, Some(&self.request.tenant))?;
        let tenant = &find::tenant(&state, &self.request.tenant)?.tenant;
        let options = options(&self.request, tenant, self.service.clock.now())?;
        let reader = upload.into_reader();
        let (lines, answer) = Lines::new();
        tokio::task::spawn_blocking(move || {
            let run = match verb {
                Verb::ImportSignins => import_signins::run,
                _ => import_people::run,
            };
            let ask = self.ask();
            let mut total = Total::new(&ask, self.request.dry_run);
            let result = run(&ask, &self.request, &options, reader, &lines, &mut total);
            lines.end(result, total);
        });
        Ok(answer)
    }

    fn ask(&self) -> Ask<'_> {
        Ask {
            service: &self.service,
            caller: self.caller.clone(),
            request: self.request_id,
            asked: String::new(),
        }
    }
}

/// The answer of an import, line by line.
pub(super) struct Lines {
    /// None when nobody listens.
    out: Option<mpsc::Sender<ImportLine>>,
    told: Cell<Option<Micros>>,
}

impl Lines {
    pub(super) fn new() -> (Self, mpsc::Receiver<ImportLine>) {
        let (out, answer) = mpsc::channel(WAITING);
        (
            Lines {
                out: Some(out),
                told: Cell::new(None),
            },
            answer,
        )
    }

    /// For a file that is gone through before it is taken in: what it says is told then.
    pub(super) fn silent() -> Self {
        Lines {
            out: None,
            told: Cell::new(None),
        }
    }

    /// Sends a line; a client that has gone ends the import after its last whole batch.
    pub(super) fn send(&self, line: ImportLine) -> Result<(), Failure> {
        let Some(out) = &self.out else {
            return Ok(());
        };
        out.blocking_send(line).map_err(|_| {
            Failure::new(
                Class::Unreachable,
                "the client has gone; batches taken in before stay",
            )
        })
    }

    /// Says how far it is, unless that was said a moment ago.
    pub(super) fn progress(&self, now: Micros, rows: u64) -> Result<(), Failure> {
        if self
            .told
            .get()
            .is_some_and(|last| now.0 - last.0 < PROGRESS)
        {
            return Ok(());
        }
        self.told.set(Some(now));
        self.send(ImportLine::Progress { rows })
    }

    /// The last line.
    pub(super) fn end(&self, result: Result<(), Failure>, total: Total) {
        let line = match result {
            Ok(()) => ImportLine::Summary(said_empty(total.summary)),
            Err(failure) => ImportLine::Failed(broken_off(failure, &total.summary)),
        };
        // Nobody is left to tell when the client has gone.
        let _ = self.send(line);
    }
}

/// What has been counted so far; `losing` is how many people lose access or privileged roles by each batch of a people
/// file.
pub(super) struct Total {
    pub summary: ImportSummary,
    /// Where batches are gone through that are not made.
    rehearsal: Option<Rehearsal>,
    pub losing: Arc<Mutex<BTreeMap<u32, u64>>>,
}

impl Total {
    pub(super) fn new(ask: &Ask<'_>, dry_run: bool) -> Self {
        let mut total = match dry_run {
            true => Total::rehearsed(&ask.state()),
            false => Total {
                summary: ImportSummary::default(),
                rehearsal: None,
                losing: Arc::default(),
            },
        };
        total.summary.dry_run = dry_run;
        total
    }

    /// Of batches that are gone through from this state on, and not made.
    pub(super) fn rehearsed(state: &State) -> Self {
        Total {
            summary: ImportSummary::default(),
            rehearsal: Some(Rehearsal::of(state)),
            losing: Arc::default(),
        }
    }

    /// Begins a batch: by the writer, or in the rehearsal, where it is over at once.
    pub(super) fn begin(
        &mut self,
        ask: &Ask<'_>,
        errand: Errand,
        plan: Plan,
    ) -> Result<Begun, Failure> {
        match &mut self.rehearsal {
            None => ask.service.writer.begin_blocking(errand, plan),
            Some(rehearsal) => {
                let now = ask.service.clock.now();
                Ok(Begun::rehearsed(rehearsal.change(&errand, plan, now)))
            }
        }
    }
}

/// A file with a header line and nothing behind it is whole, and seldom meant.
fn said_empty(mut summary: ImportSummary) -> ImportSummary {
    if summary.rows == 0 {
        let note = "the file has no rows: nothing was taken in";
        summary.notes.push(note.to_owned());
    }
    summary
}

/// An import that broke off tells what it took in, for that stays.
fn broken_off(mut failure: Failure, summary: &ImportSummary) -> Failure {
    let counts = [
        (format!("{} added", summary.added), summary.added),
        (format!("{} changed", summary.changed), summary.changed),
        (
            format!("{} confirmed", counted(summary.confirmed, "order")),
            summary.confirmed,
        ),
    ];
    let kept: Vec<&str> = counts
        .iter()
        .filter(|(_, n)| *n > 0 && !summary.dry_run)
        .map(|(what, _)| what.as_str())
        .collect();
    if !kept.is_empty() {
        failure.what = format!("{}; taken in and kept: {}", failure.what, kept.join(", "));
    }
    failure
}

/// Takes batches in, up to `most` of them waiting for the writer together, and settles them in their order. Also after a
/// failure what was begun is settled: it may be committed, and then it is counted and told.
///
/// # Errors
/// The first failure.
pub(super) fn pipelined<B, W, S>(
    batches: impl IntoIterator<Item = B>,
    most: usize,
    state: &mut S,
    mut begin: impl FnMut(&mut S, B) -> Result<Option<W>, Failure>,
    mut settle: impl FnMut(&mut S, W) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut begun = VecDeque::with_capacity(most);
    let mut result = Ok(());
    for batch in batches {
        if begun.len() == most
            && let Some(oldest) = begun.pop_front()
        {
            result = settle(state, oldest);
        }
        result = result.and_then(|()| {
            begun.extend(begin(state, batch)?);
            Ok(())
        });
        if result.is_err() {
            break;
        }
    }
    for waiting in begun {
        let settled = settle(state, waiting);
        result = result.and(settled);
    }
    result
}

/// A file that could not be read to its end is a failure; what was taken in before stays.
pub(super) fn whole(stopped: Option<&str>) -> Result<(), Failure> {
    match stopped {
        None => Ok(()),
        Some(what) => Err(Failure::new(Class::Partly, format!("the file was not read to its end: {what}"))
            .rule("file-read")
            .hint("batches taken in before stay; mend the file and import it again: what is known already is left alone")),
    }
}

/// A file that cannot be read at all: which rule it breaks, and what to do.
pub(super) fn unreadable(error: &FormatError, names: &[&str]) -> Failure {
    let known = || format!("name the format with --format: {}", names.join(", "));
    let (rule, hint) = match error {
        FormatError::Name { .. } | FormatError::Unknown { .. } => ("file-format", known()),
        FormatError::Empty => (
            "file-empty",
            "was it written to its end, and is it the right file?".to_owned(),
        ),
        FormatError::Missing { .. } if names.contains(&"csv") && names.len() > 2 => (
            "file-columns",
            format!(
                "if a column has another name, say so with --map OURS=THEIRS; or {}",
                known()
            ),
        ),
        FormatError::Missing { .. } | FormatError::Duplicate(_) | FormatError::Header(_) => (
            "file-columns",
            "mend the header line of the file".to_owned(),
        ),
        FormatError::Map { .. } | FormatError::Fixed(_) => (
            "file-map",
            "write OURS=THEIRS, for example --map email='E-Mail'".to_owned(),
        ),
        FormatError::Encoding(_) => (
            "file-encoding",
            "files are read as text in UTF-8, unpacked".to_owned(),
        ),
        FormatError::Read(_) => ("file-read", "send it again".to_owned()),
    };
    let failure = Failure::new(Class::Usage, error.to_string());
    failure.rule(rule).hint(hint)
}

/// How to read the file.
pub(super) fn options(
    request: &ImportRequest,
    tenant: &Tenant,
    now: Micros,
) -> Result<Options, Failure> {
    let zone = request.tz.as_deref().unwrap_or(&tenant.tz);
    let tz = jiff::tz::TimeZone::get(zone).map_err(|_| {
        Failure::new(Class::Usage, format!("{zone:?} is not a time zone"))
            .rule("time-zone")
            .hint("use an IANA name such as Europe/Berlin or UTC")
    })?;
    let map = formats::parse_map(request.map.as_deref().unwrap_or_default())
        .map_err(|e| unreadable(&e, &[]))?;
    Ok(Options {
        format: request.format.clone(),
        tz,
        map,
        application: request
            .application
            .as_ref()
            .or_else(|| tenant.plan.settings.get(SIGN_IN_APPLICATION))
            .cloned(),
        // A sign-in at the identity provider is no use of a vendor's application.
        sessions: tenant.authority == Authority::Rollcall,
        now,
    })
}

/// Each batch is its own part of the request, known by what is asked and what is in it: another file under the same id,
/// or the same one for another tenant or with other options, is another question.
pub(super) fn extra(ask: &Ask<'_>, part: u32, request: &ImportRequest, rows: &impl Hash) -> Extra {
    let mut hash = DefaultHasher::new();
    (request, rows).hash(&mut hash);
    let own = RequestId(uuid::Uuid::from_bytes(batch_id(ask.request, part << 8)));
    Extra {
        request: Some(own),
        asked: Some(fingerprint(&[&hash.finish().to_be_bytes()])),
        run: None,
        reason: request.file.as_ref().map(|f| format!("file {f}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failed_batch_what_was_begun_behind_it_is_settled_and_nothing_more_is_begun() {
        let mut seen = (Vec::new(), Vec::new());
        let result = pipelined(
            0..9,
            2,
            &mut seen,
            |(begun, _), batch| {
                begun.push(batch);
                // The reader set every row of this one aside.
                Ok((batch != 1).then_some(batch))
            },
            |(_, settled), batch| {
                settled.push(batch);
                match batch {
                    2 | 3 => Err(Failure::new(Class::Error, format!("batch {batch}"))),
                    _ => Ok(()),
                }
            },
        );
        assert_eq!(result.unwrap_err().what, "batch 2");
        assert_eq!(seen, (vec![0, 1, 2, 3], vec![0, 2, 3]));
    }

    #[test]
    fn an_import_that_breaks_off_tells_what_stays() {
        let failure = || Failure::new(Class::Error, "no room");
        let mut summary = ImportSummary {
            added: 7,
            confirmed: 1,
            ..ImportSummary::default()
        };
        let told = broken_off(failure(), &summary).what;
        assert_eq!(
            told,
            "no room; taken in and kept: 7 added, 1 order confirmed"
        );
        summary.dry_run = true;
        assert_eq!(broken_off(failure(), &summary).what, "no room");
    }
}
