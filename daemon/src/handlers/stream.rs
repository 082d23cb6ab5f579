//! What the imports share: options, the lines of the answer, the running total.

use super::ask::{Ask, Caller, Extra, Service, fingerprint};
use super::find;
use super::import_people::{self, Pending};
use super::import_signins;
use crate::server::Upload;
use crate::writer::batch_id;
use rollcall_shared::domain::{Micros, RequestId};
use rollcall_shared::formats::{self, Options};
use rollcall_shared::wire::import::{ImportLine, ImportRequest, ImportSummary};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::cell::Cell;
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
        let zone = find::tenant(&state, &self.request.tenant)?
            .tenant
            .tz
            .clone();
        let options = options(&self.request, &zone, self.service.clock.now())?;
        let reader = upload.into_reader();
        let (lines, answer) = Lines::new();
        tokio::task::spawn_blocking(move || {
            let run = match verb {
                Verb::ImportSignins => import_signins::run,
                _ => import_people::run,
            };
            let result = run(&self.ask(), &self.request, &options, reader, &lines);
            lines.end(result);
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
    out: mpsc::Sender<ImportLine>,
    told: Cell<Option<Micros>>,
}

impl Lines {
    pub(super) fn new() -> (Self, mpsc::Receiver<ImportLine>) {
        let (out, answer) = mpsc::channel(WAITING);
        (
            Lines {
                out,
                told: Cell::new(None),
            },
            answer,
        )
    }

    /// Sends a line; a client that has gone ends the import after its last whole batch.
    pub(super) fn send(&self, line: ImportLine) -> Result<(), Failure> {
        self.out.blocking_send(line).map_err(|_| {
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
    pub(super) fn end(&self, result: Result<Total, Failure>) {
        let line = match result {
            Ok(total) => ImportLine::Summary(total.summary),
            Err(failure) => ImportLine::Failed(failure),
        };
        // Nobody is left to tell when the client has gone.
        let _ = self.out.blocking_send(line);
    }
}

/// What has been counted so far; `dry` remembers what a dry run would have done.
pub(super) struct Total {
    pub summary: ImportSummary,
    pub dry: Arc<Mutex<Pending>>,
}

impl Total {
    pub(super) fn new(format: &str, dry_run: bool) -> Self {
        let summary = ImportSummary {
            format: format.to_owned(),
            dry_run,
            ..ImportSummary::default()
        };
        Total {
            summary,
            dry: Arc::default(),
        }
    }
}

/// A file that could not be read to its end is a failure; what was taken in before stays.
pub(super) fn whole(stopped: Option<&str>) -> Result<(), Failure> {
    match stopped {
        None => Ok(()),
        Some(what) => Err(Failure::new(Class::Partly, format!("the file was not read to its end: {what}"))
            .hint("batches taken in before stay; mend the file and import it again: what is known already is left alone")),
    }
}

/// How to read the file.
pub(super) fn options(
    request: &ImportRequest,
    tenant_zone: &str,
    now: Micros,
) -> Result<Options, Failure> {
    let zone = request.tz.as_deref().unwrap_or(tenant_zone);
    let tz = jiff::tz::TimeZone::get(zone).map_err(|_| {
        Failure::new(Class::Usage, format!("{zone:?} is not a time zone"))
            .hint("use an IANA name such as Europe/Berlin or UTC")
    })?;
    let map = formats::parse_map(request.map.as_deref().unwrap_or_default())
        .map_err(|e| Failure::new(Class::Usage, e.to_string()))?;
    Ok(Options {
        format: request.format.clone(),
        tz,
        map,
        application: request.application.clone(),
        now,
    })
}

/// Each batch is its own part of the request, known by what is in it: another file under the same id is another
/// question.
pub(super) fn extra(ask: &Ask<'_>, part: u32, request: &ImportRequest, rows: &impl Hash) -> Extra {
    let mut hash = DefaultHasher::new();
    rows.hash(&mut hash);
    let own = RequestId(uuid::Uuid::from_bytes(batch_id(ask.request, part << 8)));
    Extra {
        request: Some(own),
        asked: Some(fingerprint(&[&hash.finish().to_be_bytes()])),
        run: None,
        reason: request.file.as_ref().map(|f| format!("file {f}")),
    }
}
