//! `import people`: a people file, parsed beside the writer, taken in by batches; each batch whole or not at all.

mod aside;
mod batch;
mod beside;
mod export;
mod losing;
mod numbers;
mod orders;
mod pending;
mod places;
mod told;

use super::ask::{Ask, acting_member, acting_operator};
use super::import_batch::Counts;
use super::stream::{Lines, Total, pipelined, unreadable, whole};
use super::{find, refused};
use crate::server::UploadReader;
use crate::writer::Begun;
use aside::Aside;
use batch::{Pass, Source, plan};
use numbers::Numbers;
use rollcall_shared::domain::{self, Authority};
use rollcall_shared::formats::{self, PeopleReader, ToldPerson};
use rollcall_shared::rules::guards;
use rollcall_shared::wire::import::{ImportLine, ImportRequest, Rejected};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::io::Read;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use told::Told;

/// Rows in one batch.
const ROWS: usize = 5_000;

/// Batches of one file that may wait for the writer together: one is made durable, one is planned, and what waits behind
/// them is made durable in one go.
const BEGUN: usize = 4;

/// A row as it was read.
type Row = Result<ToldPerson, Rejected>;

/// Reads the file and takes it in. Where it could take access from too many it is gone through whole before its first
/// batch is taken in: when it is held, nothing of it stays.
pub(super) fn run(
    ask: &Ask<'_>,
    request: &ImportRequest,
    options: &formats::Options,
    mut reader: UploadReader,
    lines: &Lines,
    total: &mut Total,
) -> Result<(), Failure> {
    if request.dry_run {
        return go_through(ask, request, options, reader, Pass::Told, lines, total);
    }
    let state = ask.state();
    let accounts = find::tenant(&state, &request.tenant)?.accounts();
    let held = |losing: u64| guards::snapshot(losing, request.losing, accounts).map_err(refused);
    if held(accounts.into()).is_ok() {
        return go_through(ask, request, options, reader, Pass::Taken, lines, total);
    }
    let aside = Aside::take(&mut reader, Path::new(&ask.service.store))?;
    let view = find::tenant(&state, &request.tenant)?;
    // Of a file that cannot be read it is told when it is taken in.
    let most = losing::at_most(&state, view, options, aside.again()).unwrap_or(0);
    if held(most).is_ok() {
        let again = aside.again();
        return go_through(ask, request, options, again, Pass::Taken, lines, total);
    }
    let mut counted = Total::rehearsed(&state);
    let silent = Lines::silent();
    // Whatever else is wrong with the file is told when it is taken in.
    let _ = go_through(
        ask,
        request,
        options,
        aside.again(),
        Pass::Counted,
        &silent,
        &mut counted,
    );
    held(counted.summary.losing).map_err(|mut failure| {
        failure.what = format!("{}; nothing of it was taken in", failure.what);
        failure
    })?;
    go_through(
        ask,
        request,
        options,
        aside.again(),
        Pass::Taken,
        lines,
        total,
    )
}

/// Reads the file and hands it on by batches.
fn go_through(
    ask: &Ask<'_>,
    request: &ImportRequest,
    options: &formats::Options,
    reader: impl Read + Send + 'static,
    pass: Pass,
    lines: &Lines,
    total: &mut Total,
) -> Result<(), Failure> {
    let people =
        formats::people(reader, options).map_err(|e| unreadable(&e, formats::names_people()))?;
    total.summary.format = people.format().to_owned();
    let told_by = people.told_by();
    let mut numbers = Numbers::default();
    let mut read_so_far = export::Read::of(told_by, ask.service.clock.now());
    let said: Arc<Mutex<Told>> = Arc::default();
    let (batches, reading) = ahead(people)?;
    let begin = |total: &mut Total, (part, rows): (u32, Vec<Row>)| {
        let mut good = Vec::with_capacity(rows.len());
        let mut told = Vec::new();
        total.summary.rows += rows.len() as u64;
        for row in rows.iter().flatten() {
            numbers.see(&row.row);
            read_so_far.see(&row.row);
        }
        read_so_far.parts = part + 1;
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
        let source = (told_by, pass, said.clone());
        let waiting = begin(ask, request, source, good, told, part, total)?;
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
    if pass == Pass::Taken {
        export::note(ask, request, &read_so_far)?;
    }
    total.summary.notes.extend(people.notes());
    if authority == Authority::Vendor && !told_by.observes() && people.told_sign_ins() {
        let note = "last sign-ins and dates of creation at the identity provider are not those at the vendor: they were not taken in";
        total.summary.notes.push(note.to_owned());
    }
    Ok(())
}

/// Reads a file by batches on a thread of its own: the next batch is read while the one before is taken in. Nobody need
/// wait for it: after a refusal it ends with the next batch it cannot hand on.
fn ahead(
    mut people: PeopleReader,
) -> Result<(Receiver<Vec<Row>>, JoinHandle<PeopleReader>), Failure> {
    let (read, batches) = std::sync::mpsc::sync_channel(1);
    let reading = std::thread::Builder::new()
        .name("people".into())
        .spawn(move || {
            loop {
                let rows: Vec<Row> = people.by_ref().take(ROWS).collect();
                if rows.is_empty() || read.send(rows).is_err() {
                    return people;
                }
            }
        })
        .map_err(|e| Failure::new(Class::Error, format!("the file cannot be read: {e}")))?;
    Ok((batches, reading))
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
    /// Let go of only here: the writer has better to do.
    _rows: Arc<Vec<ToldPerson>>,
}

/// Asks the writer for one batch.
fn begin(
    ask: &Ask<'_>,
    request: &ImportRequest,
    (told_by, pass, before): (domain::Source, Pass, Arc<Mutex<Told>>),
    rows: Vec<ToldPerson>,
    told: Vec<ImportLine>,
    part: u32,
    total: &mut Total,
) -> Result<Waiting, Failure> {
    let said: Arc<Mutex<Vec<ImportLine>>> = Arc::default();
    let rows = Arc::new(rows);
    let kept = rows.clone();
    let answer = match rows.is_empty() {
        true => None,
        false => {
            let (tenant, out) = (request.tenant.clone(), said.clone());
            let (shown, renumber) = (request.as_of, request.renumber);
            let (may_lose, losing) = (request.losing, total.losing.clone());
            let (service, caller) = (ask.service.clone(), ask.caller.clone());
            let (errand, plan) = ask.errand(
                Verb::ImportPeople,
                Some(&request.tenant),
                super::stream::extra(ask, part, request, &*rows),
                move |draft, cache| {
                    let verb = Verb::ImportPeople;
                    let mut losing = losing.lock().unwrap_or_else(PoisonError::into_inner);
                    let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
                    let others = losing.iter().filter(|(of, _)| **of != part);
                    let zone = find::tenant(draft.state, &tenant)?.zone();
                    let operator = acting_operator(&service, &caller, draft.state, verb, &tenant)?;
                    let source = Source {
                        tenant: &tenant,
                        as_of: shown.map(|when| when.instant(&zone)),
                        renumber,
                        told_by,
                        member: acting_member(&service, &caller, draft.state, verb, &tenant)?,
                        operator: operator.as_deref(),
                        lost: others.map(|(_, count)| count).sum(),
                        may_lose,
                        pass,
                        told: &mut before,
                    };
                    let planned = plan(draft, cache, source, &rows)?;
                    losing.insert(part, Counts::of(planned.proposal.answer.clone())?.losing);
                    *out.lock().unwrap_or_else(PoisonError::into_inner) = planned.lines;
                    Ok(planned.proposal)
                },
            );
            Some(total.begin(ask, errand, plan)?)
        }
    };
    Ok(Waiting {
        part,
        answer,
        told,
        said,
        _rows: kept,
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
        _rows,
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
