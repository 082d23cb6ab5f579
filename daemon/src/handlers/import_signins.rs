//! `import signins`: events resolved to accounts, deduplicated by event id, taken in by batches.

use super::ask::{Ask, Caller, Service};
use super::stream::{Lines, Total, extra, options, whole};
use super::{find, json};
use crate::server::{Upload, UploadReader};
use crate::writer::{Cache, Draft, Proposal};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    AccountId, AccountRef, Entry, Fact, Micros, RequestId, SignIn, SignInRow,
};
use rollcall_shared::formats::{self, SignInItem};
use rollcall_shared::rules::sign_ins::{self, Accepted};
use rollcall_shared::wire::import::{ImportLine, ImportRequest, Rejected};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Events in one batch.
const EVENTS: usize = 10_000;

/// The counts of one batch. Kept in the journal for retries: numbers only.
#[derive(Debug, Default, Serialize, Deserialize)]
struct BatchAnswer {
    added: u64,
    unchanged: u64,
    ignored: u64,
}

/// Begins the import; the lines end with a summary or a failure.
pub(crate) fn import_signins(
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
    ask.authorise(&state, Verb::ImportSignins, Some(&request.tenant))?;
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
    reader: UploadReader,
    lines: &Lines,
) -> Result<Total, Failure> {
    let mut events = formats::sign_ins(reader, options).map_err(|e| {
        Failure::new(Class::Usage, e.to_string()).hint(format!(
            "name the format with --format: {}",
            formats::names_sign_ins().join(", ")
        ))
    })?;
    let mut total = Total::new(events.format(), request.dry_run);
    let mut rows: Vec<SignInRow> = Vec::with_capacity(EVENTS);
    let mut part = 0;
    loop {
        let next = events.next();
        let over = next.is_none();
        if !over {
            total.summary.rows += 1;
        }
        match next {
            Some(SignInItem::Event(row)) => match misplaced(&row, &request.tenant, options.now) {
                None => rows.push(row),
                Some(rejected) => {
                    total.summary.refused += 1;
                    lines.send(ImportLine::Rejected(rejected))?;
                }
            },
            Some(SignInItem::Ignored) => total.summary.ignored += 1,
            Some(SignInItem::Rejected(rejected)) => {
                total.summary.refused += 1;
                lines.send(ImportLine::Rejected(rejected))?;
            }
            None => {}
        }
        if rows.len() == EVENTS || (over && !rows.is_empty()) {
            let full = std::mem::replace(&mut rows, Vec::with_capacity(EVENTS));
            total.summary.newest = total.summary.newest.max(full.iter().map(|r| r.at).max());
            commit(ask, request, full, part, &mut total)?;
            part += 1;
            lines.progress(ask.service.clock.now(), total.summary.rows)?;
        }
        if over {
            break;
        }
    }
    whole(events.error())?;
    if total.summary.ignored > 0 {
        total.summary.notes.push("ignored events are not about people's sign-ins, or about people this tenant does not know".into());
    }
    Ok(total)
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
        row: vec![
            ("id".into(), row.event.clone()),
            ("user".into(), row.user.clone()),
            ("at".into(), row.at.to_string()),
        ],
    })
}

fn commit(
    ask: &Ask<'_>,
    request: &ImportRequest,
    rows: Vec<SignInRow>,
    part: u32,
    total: &mut Total,
) -> Result<(), Failure> {
    // Hashing the event ids is the dear part: it is done before the writer's turn.
    let hashed: Vec<(SignInRow, u64)> = rows
        .into_iter()
        .map(|row| (hash(&row.event), row))
        .map(|(h, r)| (r, h))
        .collect();
    let (tenant, dry_run) = (request.tenant.clone(), request.dry_run);
    let (errand, plan) = ask.errand(
        Verb::ImportSignins,
        Some(&request.tenant),
        extra(ask, part, request, &hashed),
        move |draft, cache| plan(draft, cache, &tenant, &hashed, dry_run),
    );
    let answer = ask.service.writer.change_blocking(errand, plan)?;
    let answer: BatchAnswer = serde_json::from_value(answer).map_err(|e| {
        Failure::new(
            Class::Error,
            format!("the batch's answer cannot be read: {e}"),
        )
    })?;
    total.summary.added += answer.added;
    total.summary.unchanged += answer.unchanged;
    total.summary.ignored += answer.ignored;
    Ok(())
}

fn plan(
    draft: &Draft<'_>,
    cache: &mut Cache,
    tenant: &str,
    rows: &[(SignInRow, u64)],
    dry_run: bool,
) -> Result<Proposal, Failure> {
    let view = find::tenant(draft.state, tenant)?;
    let mut answer = BatchAnswer::default();
    let mut fresh: HashSet<u64> = HashSet::with_capacity(rows.len());
    let mut events = Vec::with_capacity(rows.len());
    let newest = view.feed().last_event;
    for (row, event) in rows {
        let Some(account) = resolve(draft, cache, view, row) else {
            answer.ignored += 1;
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
    if dry_run || events.is_empty() {
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
    external.or_else(|| lookup.by_email(draft.state, &row.user))
}

/// The first 8 bytes of SHA-256 over the source's event id.
fn hash(event: &str) -> u64 {
    let digest = Sha256::digest(event.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |n, byte| n << 8 | u64::from(*byte))
}
