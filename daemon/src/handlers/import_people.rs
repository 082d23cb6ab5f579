//! `import people`: a people file, parsed beside the writer, taken in by batches; each batch whole or not at all.

mod batch;
mod places;

use super::ask::{Ask, Caller, Service};
use super::find;
use super::stream::{Lines, Total, options, whole};
use crate::server::Upload;
pub(super) use batch::Pending;
use batch::{BatchAnswer, plan};
use rollcall_shared::domain::{PersonRow, RequestId};
use rollcall_shared::formats;
use rollcall_shared::wire::import::{ImportLine, ImportRequest};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Rows in one batch.
const ROWS: usize = 5_000;

/// Begins the import; the lines end with a summary or a failure.
pub(crate) fn import_people(
    service: Arc<Service>,
    caller: Caller,
    request_id: RequestId,
    request: ImportRequest,
    upload: Upload,
) -> Result<mpsc::Receiver<ImportLine>, Failure> {
    let ask = Ask {
        service: &service,
        caller: caller.clone(),
        request: request_id,
        asked: String::new(),
    };
    let state = ask.state();
    ask.authorise(&state, Verb::ImportPeople, Some(&request.tenant))?;
    let zone = find::tenant(&state, &request.tenant)?.tenant.tz.clone();
    let options = options(&request, &zone, service.clock.now())?;
    let reader = upload.into_reader();
    let (lines, answer) = Lines::new();
    tokio::task::spawn_blocking(move || {
        let ask = Ask {
            service: &service,
            caller,
            request: request_id,
            asked: String::new(),
        };
        let result = run(&ask, &request, &options, reader, &lines);
        lines.end(result);
    });
    Ok(answer)
}

fn run(
    ask: &Ask<'_>,
    request: &ImportRequest,
    options: &formats::Options,
    reader: crate::server::UploadReader,
    lines: &Lines,
) -> Result<Total, Failure> {
    let mut people = formats::people(reader, options).map_err(|e| {
        Failure::new(Class::Usage, e.to_string()).hint(format!(
            "name the format with --format: {}",
            formats::names_people().join(", ")
        ))
    })?;
    let mut total = Total::new(people.format(), request.dry_run);
    // The next batch is read while the writer takes in the one before. Nobody waits for the reader's thread: after a
    // refusal it ends with the next batch it cannot hand on.
    let (read, batches) = std::sync::mpsc::sync_channel(1);
    let reading = std::thread::Builder::new()
        .name("people".into())
        .spawn(move || {
            loop {
                let rows: Vec<_> = people.by_ref().take(ROWS).collect();
                if rows.is_empty() || read.send(rows).is_err() {
                    return people;
                }
            }
        })
        .map_err(|e| Failure::new(Class::Error, format!("the file cannot be read: {e}")))?;
    for (part, rows) in (0..).zip(batches) {
        let mut good = Vec::with_capacity(rows.len());
        total.summary.rows += rows.len() as u64;
        for row in rows {
            match row {
                Ok(row) => good.push(row),
                Err(rejected) => {
                    total.summary.refused += 1;
                    lines.send(ImportLine::Rejected(rejected))?;
                }
            }
        }
        if !good.is_empty() {
            commit(ask, request, good, part, &mut total, lines)?;
        }
        lines.progress(ask.service.clock.now(), total.summary.rows)?;
    }
    let people = reading.join().map_err(|_| {
        Failure::new(
            Class::Error,
            "reading the file failed; batches taken in before stay",
        )
    })?;
    whole(people.error())?;
    total.summary.notes.extend(people.notes());
    Ok(total)
}

fn commit(
    ask: &Ask<'_>,
    request: &ImportRequest,
    rows: Vec<PersonRow>,
    part: u32,
    total: &mut Total,
    lines: &Lines,
) -> Result<(), Failure> {
    let said: Arc<Mutex<Vec<ImportLine>>> = Arc::default();
    let (tenant, dry_run, out) = (request.tenant.clone(), request.dry_run, said.clone());
    let seen = std::mem::take(&mut total.dry);
    let dry = Arc::new(Mutex::new(seen));
    let kept = dry.clone();
    let (errand, plan) = ask.errand(
        Verb::ImportPeople,
        Some(&request.tenant),
        super::stream::extra(ask, part, request, &rows),
        move |draft, cache| {
            let mut dry = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let planned = plan(draft, cache, &tenant, &rows, dry_run.then_some(&mut *dry))?;
            *out.lock().unwrap_or_else(PoisonError::into_inner) = planned.lines;
            Ok(planned.proposal)
        },
    );
    let answer = ask.service.writer.change_blocking(errand, plan)?;
    total.dry = std::mem::take(&mut *dry.lock().unwrap_or_else(PoisonError::into_inner));
    let answer: BatchAnswer = serde_json::from_value(answer).map_err(|e| {
        Failure::new(
            Class::Error,
            format!("the batch's answer cannot be read: {e}"),
        )
    })?;
    answer.add_to(&mut total.summary);
    for line in said
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .drain(..)
    {
        lines.send(line)?;
    }
    Ok(())
}
