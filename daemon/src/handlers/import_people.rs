//! `import people`: a people file, parsed beside the writer, taken in by batches; each batch whole or not at all.

mod batch;
mod beside;
mod numbers;
mod places;

use super::ask::{Ask, acting_member};
use super::find;
use super::import_batch::Counts;
use super::stream::{Lines, Total, pipelined, unreadable, whole};
use crate::server::UploadReader;
use crate::writer::Begun;
pub(super) use batch::Pending;
use batch::{Source, plan};
use numbers::Numbers;
use rollcall_shared::domain::Authority;
use rollcall_shared::formats::{self, ToldPerson};
use rollcall_shared::rules::guards;
use rollcall_shared::wire::import::{ImportLine, ImportRequest, Rejected};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::sync::{Arc, Mutex, PoisonError};

/// Rows in one batch.
const ROWS: usize = 5_000;

/// Batches of one file that may wait for the writer together: what waits is made durable in one go.
const BEGUN: usize = 2;

/// A row as it was read.
type Read = Result<ToldPerson, Rejected>;

/// Reads the file and takes it in.
pub(super) fn run(
    ask: &Ask<'_>,
    request: &ImportRequest,
    options: &formats::Options,
    reader: UploadReader,
    lines: &Lines,
    total: &mut Total,
) -> Result<(), Failure> {
    let mut people =
        formats::people(reader, options).map_err(|e| unreadable(&e, formats::names_people()))?;
    total.summary.format = people.format().to_owned();
    let observes = people.observes();
    let mut numbers = Numbers::default();
    // The next batch is read while the writer takes in the one before. Nobody waits for the reader's thread: after a
    // refusal it ends with the next batch it cannot hand on.
    let (read, batches) = std::sync::mpsc::sync_channel(1);
    let reading = std::thread::Builder::new()
        .name("people".into())
        .spawn(move || {
            loop {
                let rows: Vec<Read> = people.by_ref().take(ROWS).collect();
                if rows.is_empty() || read.send(rows).is_err() {
                    return people;
                }
            }
        })
        .map_err(|e| Failure::new(Class::Error, format!("the file cannot be read: {e}")))?;
    let begin = |total: &mut Total, (part, rows): (u32, Vec<Read>)| {
        let mut good = Vec::with_capacity(rows.len());
        let mut told = Vec::new();
        total.summary.rows += rows.len() as u64;
        for row in rows.iter().flatten() {
            numbers.see(&row.row);
        }
        for row in rows {
            match row {
                Ok(row) => match numbers.shared(&row) {
                    None => good.push(row),
                    Some(rejected) => {
                        total.summary.refused += 1;
                        told.push(ImportLine::Rejected(rejected));
                    }
                },
                Err(rejected) => {
                    total.summary.refused += 1;
                    told.push(ImportLine::Rejected(rejected));
                }
            }
        }
        let waiting = begin(ask, request, observes, good, told, part, total)?;
        lines.progress(ask.service.clock.now(), total.summary.rows)?;
        Ok(Some(waiting))
    };
    let settle = |total: &mut Total, waiting| settle(waiting, total, lines);
    pipelined((0..).zip(batches), BEGUN, total, begin, settle)?;
    let state = ask.state();
    let view = find::tenant(&state, &request.tenant)?;
    let (accounts, authority) = (view.accounts(), view.tenant.authority);
    let held = guards::snapshot(total.summary.losing, request.losing, accounts);
    total.summary.held = request.dry_run && held.is_err();
    let people = reading.join().map_err(|_| {
        Failure::new(
            Class::Error,
            "reading the file failed; batches taken in before stay",
        )
    })?;
    whole(people.error())?;
    total.summary.notes.extend(people.notes());
    if authority == Authority::Vendor && !observes && people.told_sign_ins() {
        let note = "last sign-ins and dates of creation at the identity provider are not those at the vendor: they were not taken in";
        total.summary.notes.push(note.to_owned());
    }
    Ok(())
}

/// A batch that waits for the writer.
struct Waiting {
    /// Its place in the file.
    part: u32,
    /// None when the reader set every row aside.
    answer: Option<Begun>,
    /// What the reader set aside.
    told: Vec<ImportLine>,
    /// What the rules say of it, once it is answered.
    said: Arc<Mutex<Vec<ImportLine>>>,
}

/// Asks the writer for one batch.
fn begin(
    ask: &Ask<'_>,
    request: &ImportRequest,
    observes: bool,
    rows: Vec<ToldPerson>,
    told: Vec<ImportLine>,
    part: u32,
    total: &Total,
) -> Result<Waiting, Failure> {
    let said: Arc<Mutex<Vec<ImportLine>>> = Arc::default();
    let answer = match rows.is_empty() {
        true => None,
        false => {
            let (tenant, dry_run, out) = (request.tenant.clone(), request.dry_run, said.clone());
            let (as_of, renumber, dry) = (request.as_of, request.renumber, total.dry.clone());
            let (may_lose, losing) = (request.losing, total.losing.clone());
            let (service, caller) = (ask.service.clone(), ask.caller.clone());
            let (errand, plan) = ask.errand(
                Verb::ImportPeople,
                Some(&request.tenant),
                super::stream::extra(ask, part, request, &rows),
                move |draft, cache| {
                    let mut dry = dry.lock().unwrap_or_else(PoisonError::into_inner);
                    let dry = dry_run.then_some(&mut *dry);
                    let verb = Verb::ImportPeople;
                    let mut losing = losing.lock().unwrap_or_else(PoisonError::into_inner);
                    let others = losing.iter().filter(|(of, _)| **of != part);
                    let source = Source {
                        tenant: &tenant,
                        as_of,
                        renumber,
                        observes,
                        member: acting_member(&service, &caller, draft.state, verb, &tenant)?,
                        lost: others.map(|(_, count)| count).sum(),
                        may_lose,
                    };
                    let planned = plan(draft, cache, source, &rows, dry)?;
                    losing.insert(part, Counts::of(planned.proposal.answer.clone())?.losing);
                    *out.lock().unwrap_or_else(PoisonError::into_inner) = planned.lines;
                    Ok(planned.proposal)
                },
            );
            Some(ask.service.writer.begin_blocking(errand, plan)?)
        }
    };
    Ok(Waiting {
        part,
        answer,
        told,
        said,
    })
}

/// Waits for a batch that was begun, counts it, and tells what was set aside as it stands in the file, also of a batch
/// that fails.
fn settle(waiting: Waiting, total: &mut Total, lines: &Lines) -> Result<(), Failure> {
    let Waiting {
        part,
        answer,
        told,
        said,
    } = waiting;
    let answer = answer.map(Begun::wait).transpose();
    let mut told = told;
    told.append(&mut said.lock().unwrap_or_else(PoisonError::into_inner));
    told.sort_by_key(ImportLine::line);
    // A client that has gone is told nothing more, and what is committed counts all the same.
    let sent = told.into_iter().try_for_each(|line| lines.send(line));
    if let Some(answer) = answer? {
        let counts = Counts::of(answer)?;
        // Also of a batch whose answer was known: this is a retry, and nothing was planned.
        let mut losing = total.losing.lock().unwrap_or_else(PoisonError::into_inner);
        losing.insert(part, counts.losing);
        drop(losing);
        counts.add_to(&mut total.summary);
    }
    sent
}
