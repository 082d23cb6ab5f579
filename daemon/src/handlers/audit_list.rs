//! `audit list`: the batches of the journals, newest first.

use super::ask::Ask;
use super::describe::Words;
use super::{find, json};
use rollcall_shared::directory::State;
use rollcall_shared::domain::account::REDACTED;
use rollcall_shared::domain::{Entry, Fact, JournalId, codec};
use rollcall_shared::store::Reader;
use rollcall_shared::wire::audit::{AuditLine, AuditLines, AuditQuery};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

/// Lines a batch.
const LINES: usize = 20;
/// Batches looked at for one answer when a verb is asked for.
const LOOK: usize = 10_000;

pub(super) async fn handle(ask: &Ask<'_>, request: AuditQuery) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::AuditList, request.tenant.as_deref())?;
    if request.platform && request.tenant.is_some() {
        return Err(Failure::new(
            Class::Usage,
            "the platform journal is no tenant's; both were asked for",
        )
        .rule("journal")
        .hint("ask with --platform or with --tenant"));
    }
    if request.before.is_some() && request.tenant.is_none() && !request.platform {
        return Err(
            Failure::new(Class::Usage, "sequence numbers belong to one journal")
                .rule("journal")
                .hint("name its tenant with --tenant, or the platform's with --platform"),
        );
    }
    let journals: Vec<(JournalId, String, u64)> = match &request.tenant {
        Some(name) => {
            let view = find::tenant(&state, name)?;
            vec![(view.tenant.id.into(), name.clone(), view.last_seq())]
        }
        None => std::iter::once((
            JournalId::PLATFORM,
            "platform".to_owned(),
            state.journal_seq(JournalId::PLATFORM),
        ))
        .chain(
            state
                .tenants()
                .filter(|_| !request.platform)
                .map(|v| (v.tenant.id.into(), v.tenant.name.clone(), v.last_seq())),
        )
        .collect(),
    };
    let limit = if request.limit == 0 {
        50
    } else {
        request.limit.min(1_000) as usize
    };
    let reader = ask.service.writer.reader();
    let verb = request.verb.as_deref().map(words);
    let rows = tokio::task::spawn_blocking(move || {
        let mut rows = Vec::new();
        for (journal, name, last) in journals {
            let last = request
                .before
                .map_or(last, |b| last.min(b.saturating_sub(1)));
            rows.extend(newest(
                reader.as_ref(),
                &state,
                journal,
                &name,
                last,
                limit,
                verb.as_deref(),
            )?);
        }
        rows.sort_by_key(|row: &AuditLine| std::cmp::Reverse((row.at, row.seq)));
        rows.truncate(limit);
        Ok::<_, Failure>(rows)
    })
    .await
    .map_err(|e| Failure::new(Class::Error, e.to_string()))??;
    json(AuditLines { rows })
}

/// A verb as its words in small letters: `tenant owner-set` is typed `tenant owner set`.
fn words(verb: &str) -> String {
    let apart = verb.replace('-', " ").to_lowercase();
    apart.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn newest(
    reader: &dyn Reader,
    state: &State,
    journal: JournalId,
    name: &str,
    last: u64,
    limit: usize,
    verb: Option<&str>,
) -> Result<Vec<AuditLine>, Failure> {
    let broken = |e: String| {
        Failure::new(
            Class::Error,
            format!("the journal of {name} cannot be read: {e}"),
        )
    };
    let told = Words::of(journal.tenant().and_then(|id| state.tenant(id)));
    let mut rows = Vec::new();
    for seq in (1..=last).rev().take(LOOK) {
        if rows.len() == limit {
            break;
        }
        let batches = reader
            .read(journal, seq, 1)
            .map_err(|e| broken(e.to_string()))?;
        let (_, bytes) = batches
            .first()
            .ok_or_else(|| broken(format!("batch {seq} is missing")))?;
        let raw = codec::split(bytes).map_err(|e| broken(e.to_string()))?;
        let header = raw.header().map_err(|e| broken(e.to_string()))?;
        if verb.is_some_and(|v| v != words(&header.verb)) {
            continue;
        }
        let shown = 0..raw.entries.len().min(LINES);
        let entries: Result<Vec<_>, _> = shown.map(|index| raw.entry(index)).collect();
        let entries = entries.map_err(|e| broken(e.to_string()))?;
        let mut lines = told.entry_lines(&entries, LINES);
        if raw.entries.len() > LINES {
            lines.push(format!("… and {} more", raw.entries.len() - LINES));
        }
        let break_glass = header.glass().map(str::to_owned);
        rows.push(AuditLine {
            journal: name.to_owned(),
            seq,
            at: header.at,
            verb: header.verb,
            actor: header.actor,
            request: header.request,
            run: header.run,
            break_glass,
            reason: match header.seal.redacted {
                None => header.reason,
                // Of several people's batch the others still have it.
                Some(_) => Some(noted(&entries).unwrap_or_else(|| REDACTED.to_owned())),
            },
            entries: raw.entries.len() as u64,
            lines,
        });
    }
    Ok(rows)
}

/// The reason as the first entry that still has it notes it.
fn noted(entries: &[Entry]) -> Option<String> {
    entries.iter().find_map(|entry| match &entry.fact {
        Fact::Account { why, .. } => why.note.clone(),
        _ => None,
    })
}
