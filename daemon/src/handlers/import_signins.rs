//! `import signins`: events resolved to accounts, deduplicated by event id, taken in by batches.

use super::ask::Ask;
use super::import_batch::Counts;
use super::stream::{Lines, Total, extra, pipelined, unreadable, whole};
use super::{find, json};
use crate::server::UploadReader;
use crate::writer::{Begun, Cache, Draft, Errand, Plan, Proposal};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{AccountId, AccountRef, Entry, Fact, Micros, SignIn, SignInRow};
use rollcall_shared::formats::{self, SignInItem, SignInReader};
use rollcall_shared::rules::features::SIGN_IN_APPLICATION;
use rollcall_shared::rules::sign_ins::{self, Accepted};
use rollcall_shared::wire::import::{ImportLine, ImportRequest, Rejected};
use rollcall_shared::wire::{Class, Failure, Verb};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Events in one batch.
const EVENTS: usize = 10_000;

/// Batches of one file that may wait for the writer together: what waits is made durable in one go.
const BEGUN: usize = 4;

/// Reads the file and takes it in.
pub(super) fn run(
    ask: &Ask<'_>,
    request: &ImportRequest,
    options: &formats::Options,
    reader: UploadReader,
    lines: &Lines,
    total: &mut Total,
) -> Result<(), Failure> {
    let events = formats::sign_ins(reader, options)
        .map_err(|e| unreadable(&e, formats::names_sign_ins()))?;
    total.summary.format = events.format().to_owned();
    let (lacks_application, names_none) = (events.lacks_application(), events.names_none());
    // The next batches are read while the writer takes in those before. Nobody waits for the reader's thread: after a
    // refusal it ends with the next batch it cannot hand on.
    let (read, batches) = sync_channel(1);
    let (tenant, now) = (request.tenant.clone(), options.now);
    let reading = std::thread::Builder::new()
        .name("signins".into())
        .spawn(move || read_all(events, &tenant, now, &read))
        .map_err(|e| Failure::new(Class::Error, format!("the file cannot be read: {e}")))?;
    let strangers = Strangers::default();
    let mut part = 0;
    let begin = |total: &mut Total, batch: Read| {
        total.summary.rows += batch.elements;
        total.summary.ignored += batch.ignored;
        for rejected in batch.rejected {
            total.summary.refused += 1;
            lines.send(ImportLine::Rejected(rejected))?;
        }
        lines.progress(ask.service.clock.now(), total.summary.rows)?;
        if batch.rows.is_empty() {
            return Ok(None);
        }
        let newest = batch.rows.iter().map(|(row, _)| row.at).max();
        total.summary.newest = total.summary.newest.max(newest);
        part += 1;
        let (errand, plan) = errand(ask, request, batch.rows, part - 1, strangers.clone());
        total.begin(ask, errand, plan).map(Some)
    };
    pipelined(batches, BEGUN, total, begin, |total, begun| {
        settle(begun, total)
    })?;
    let stopped = reading.join().map_err(|_| {
        Failure::new(
            Class::Error,
            "reading the file failed; batches taken in before stay",
        )
    })?;
    whole(stopped.as_deref())?;
    if total.summary.ignored > 0 {
        let note = "ignored events are of kinds that are no use of the application";
        total.summary.notes.push(note.into());
    }
    if total.summary.ignored > 0 && names_none {
        let note = "Google's log names no application: its sign-ins are no use of the one that counts, and were ignored; bring those of the vendor or of an identity provider that names it";
        total.summary.notes.push(note.into());
    } else if total.summary.ignored > 0 && lacks_application {
        total.summary.notes.push(no_application(&request.tenant));
    }
    if total.summary.unknown > 0 {
        total.summary.notes.push(strangers.told(&request.tenant));
    }
    Ok(())
}

/// Nobody said which application counts: what to do.
fn no_application(tenant: &str) -> String {
    format!(
        "sign-ins at the identity provider itself are no use of the vendor's application, and were ignored: say which application's count with `rollcall tenant set {tenant} --set {SIGN_IN_APPLICATION}=NAME`, or once with --application"
    )
}

/// Whom this tenant does not know: the first few, for the person who imports. The journal names nobody of them.
#[derive(Clone, Default)]
struct Strangers(Arc<Mutex<Vec<String>>>);

impl Strangers {
    /// So many are named.
    const FEW: usize = 5;

    fn note(&self, row: &SignInRow) {
        let mut named = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if named.len() < Self::FEW && !named.contains(&row.user) {
            named.push(row.user.clone());
        }
    }

    fn told(&self, tenant: &str) -> String {
        let named = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let few = match named.as_slice() {
            [] => String::new(),
            names => format!(" (the first: {})", names.join(", ")),
        };
        format!(
            "events of unknown people moved nothing: nobody in {tenant} has their address or login name{few}; import the \
             people, then the events again"
        )
    }
}

/// What was read of a file for one batch.
#[derive(Default)]
struct Read {
    /// Events that may be taken in, with the hashes of their ids.
    rows: Vec<(SignInRow, u64)>,
    rejected: Vec<Rejected>,
    ignored: u64,
    /// Elements of the file that all this came from.
    elements: u64,
}

/// Reads a file to its end and hands it on in batches; answers why it could not be read to its end.
fn read_all(
    mut events: SignInReader,
    tenant: &str,
    now: Micros,
    out: &SyncSender<Read>,
) -> Option<String> {
    let mut batch = Read::default();
    for item in events.by_ref() {
        batch.elements += 1;
        match item {
            SignInItem::Event(row) => match misplaced(&row, tenant, now) {
                None => {
                    // Hashing the event ids is the dear part: it is done before the writer's turn.
                    let event = hash(&row.event);
                    batch.rows.push((row, event));
                }
                Some(rejected) => batch.rejected.push(rejected),
            },
            SignInItem::Ignored => batch.ignored += 1,
            SignInItem::Rejected(rejected) => batch.rejected.push(rejected),
        }
        if batch.rows.len() == EVENTS || batch.rejected.len() == EVENTS {
            // After a refusal nobody takes it any more.
            if out.send(std::mem::take(&mut batch)).is_err() {
                return None;
            }
        }
    }
    let _ = out.send(batch);
    events.error().map(str::to_owned)
}

/// An event of another tenant, or from the future, is set aside.
fn misplaced(row: &SignInRow, tenant: &str, now: Micros) -> Option<Rejected> {
    let reason = match &row.tenant {
        Some(named) if named != tenant => {
            Some(("tenant", format!("the event is of tenant {named:?}")))
        }
        _ => (row.at > now.plus(sign_ins::CLOCK_SKEW))
            .then(|| ("at", format!("{} lies in the future", row.at))),
    };
    reason.map(|(field, reason)| Rejected {
        line: row.line,
        field: field.to_owned(),
        reason,
        row: cells(row),
    })
}

/// The event by the keys of our own format, whatever it was read from: mended, it can be imported again.
fn cells(row: &SignInRow) -> Vec<(String, String)> {
    [
        ("id", row.event.clone()),
        ("at", row.at.to_string()),
        ("user", row.user.clone()),
        ("external_id", row.external_id.clone()),
        ("kind", row.kind.to_string()),
        ("count", row.count.to_string()),
        ("tenant", row.tenant.clone().unwrap_or_default()),
        ("ip", row.ip.as_deref().unwrap_or_default().to_owned()),
        (
            "country",
            row.country.as_deref().unwrap_or_default().to_owned(),
        ),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// One batch, to be asked for.
fn errand(
    ask: &Ask<'_>,
    request: &ImportRequest,
    rows: Vec<(SignInRow, u64)>,
    part: u32,
    strangers: Strangers,
) -> (Errand, Plan) {
    let tenant = request.tenant.clone();
    ask.errand(
        Verb::ImportSignins,
        Some(&request.tenant),
        extra(ask, part, request, &rows),
        move |draft, cache| plan(draft, cache, &tenant, &rows, &strangers),
    )
}

/// Waits for a batch that was begun and counts it.
fn settle(begun: Begun, total: &mut Total) -> Result<(), Failure> {
    Counts::of(begun.wait()?)?.add_to(&mut total.summary);
    Ok(())
}

fn plan(
    draft: &Draft<'_>,
    cache: &mut Cache,
    tenant: &str,
    rows: &[(SignInRow, u64)],
    strangers: &Strangers,
) -> Result<Proposal, Failure> {
    let view = find::tenant(draft.state, tenant)?;
    let mut answer = Counts::default();
    let mut fresh: HashSet<u64> = HashSet::with_capacity(rows.len());
    let mut events = Vec::with_capacity(rows.len());
    let newest = view.feed().last_event;
    for (row, event) in rows {
        let Some(account) = resolve(draft, cache, view, row) else {
            answer.unknown += 1;
            strangers.note(row);
            continue;
        };
        let id = AccountRef {
            tenant: view.tenant.id,
            account,
        };
        let seen = draft.state.seen(view.tenant.id, row.at, *event) || !fresh.insert(*event);
        let last = last_seen(draft, id, row.at, newest);
        match sign_ins::accept(row.kind, row.at, last, newest, seen, draft.now) {
            Accepted::Counts | Accepted::RaisesOnly => {
                answer.added += 1;
                events.push(SignIn {
                    account,
                    at: row.at,
                    kind: row.kind,
                    count: row.count,
                    event: *event,
                });
            }
            Accepted::Known | Accepted::Future => answer.unchanged += 1,
        }
    }
    let answer = json(answer)?;
    if events.is_empty() {
        return Ok(Proposal::nothing(answer));
    }
    let mut proposal = Proposal::decide(
        view.tenant.id,
        vec![Entry::plain(Fact::SignIns(events))],
        answer,
    );
    proposal.observation = true;
    Ok(proposal)
}

/// What the account was last seen at; looked up only for events so old that it decides, for it costs the whole record.
fn last_seen(
    draft: &Draft<'_>,
    id: AccountRef,
    at: Micros,
    newest: Option<Micros>,
) -> sign_ins::LastSeen {
    let old = newest.is_some_and(|newest| at < newest.minus(sign_ins::DEDUPE));
    let account = old.then(|| draft.state.account(id)).flatten();
    account.map_or_else(Default::default, |a| sign_ins::LastSeen {
        sign_in: a.last_sign_in,
        used: a.last_use,
    })
}

fn resolve(
    draft: &Draft<'_>,
    cache: &mut Cache,
    view: &TenantView,
    row: &SignInRow,
) -> Option<AccountId> {
    let lookup = cache.lookup(draft.state, view.tenant.id);
    let external = (!row.external_id.is_empty())
        .then(|| lookup.by_external_id(draft.state, &row.external_id))
        .flatten();
    let address = || lookup.by_address(draft.state, &row.user);
    let login = || lookup.by_username(draft.state, &row.user);
    external.or_else(address).or_else(login)
}

/// The first 8 bytes of SHA-256 over the source's event id.
fn hash(event: &str) -> u64 {
    let digest = Sha256::digest(event.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |n, byte| n << 8 | u64::from(*byte))
}
