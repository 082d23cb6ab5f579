//! `import people`: a people file, parsed beside the writer, taken in by batches; each batch whole or not at all.

mod batch;
mod beside;
mod places;

use super::ask::Ask;
use super::stream::{Lines, Total, whole};
use crate::server::UploadReader;
pub(super) use batch::Pending;
use batch::{BatchAnswer, plan};
use rollcall_shared::domain::PersonRow;
use rollcall_shared::formats;
use rollcall_shared::wire::import::{ImportLine, ImportRequest};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::sync::{Arc, Mutex, PoisonError};

/// Rows in one batch.
const ROWS: usize = 5_000;

/// Reads the file and takes it in.
pub(super) fn run(
    ask: &Ask<'_>,
    request: &ImportRequest,
    options: &formats::Options,
    reader: UploadReader,
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
        let mut told = Vec::new();
        total.summary.rows += rows.len() as u64;
        for row in rows {
            match row {
                Ok(row) => good.push(row),
                Err(rejected) => {
                    total.summary.refused += 1;
                    told.push(ImportLine::Rejected(rejected));
                }
            }
        }
        let taken = match good.is_empty() {
            true => Ok(()),
            false => commit(ask, request, good, part, &mut total, &mut told),
        };
        // What the reader and the rules set aside is told as it stands in the file, also of a batch that fails.
        told.sort_by_key(ImportLine::line);
        for line in told {
            lines.send(line)?;
        }
        taken?;
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
    told: &mut Vec<ImportLine>,
) -> Result<(), Failure> {
    let said: Arc<Mutex<Vec<ImportLine>>> = Arc::default();
    let (tenant, dry_run, out) = (request.tenant.clone(), request.dry_run, said.clone());
    let as_of = request.as_of;
    let seen = std::mem::take(&mut total.dry);
    let dry = Arc::new(Mutex::new(seen));
    let kept = dry.clone();
    let (errand, plan) = ask.errand(
        Verb::ImportPeople,
        Some(&request.tenant),
        super::stream::extra(ask, part, request, &rows),
        move |draft, cache| {
            let mut dry = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let planned = plan(
                draft,
                cache,
                &tenant,
                as_of,
                &rows,
                dry_run.then_some(&mut *dry),
            )?;
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
    told.append(&mut said.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(())
}
