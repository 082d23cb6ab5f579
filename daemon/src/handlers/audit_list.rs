//! `audit list`: the batches of the journals, newest first.

use super::ask::Ask;
use super::describe::entry_lines;
use super::{find, json};
use rollcall_shared::domain::{JournalId, codec};
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
    ask.authorise(&state, Verb::AuditList, request.tenant.as_deref())?;
    if request.before.is_some() && request.tenant.is_none() {
        return Err(
            Failure::new(Class::Usage, "sequence numbers belong to one journal")
                .hint("name its tenant with --tenant"),
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
    let rows = tokio::task::spawn_blocking(move || {
        let mut rows = Vec::new();
        for (journal, name, last) in journals {
            let last = request
                .before
                .map_or(last, |b| last.min(b.saturating_sub(1)));
            rows.extend(newest(
                reader.as_ref(),
                journal,
                &name,
                last,
                limit,
                request.verb.as_deref(),
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

fn newest(
    reader: &dyn Reader,
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
        let header = codec::decode_header(raw.header).map_err(|e| broken(e.to_string()))?;
        if verb.is_some_and(|v| v != header.verb) {
            continue;
        }
        let entries: Result<Vec<_>, _> = raw
            .entries
            .iter()
            .take(LINES)
            .map(codec::decode_entry)
            .collect();
        let mut lines = entry_lines(&entries.map_err(|e| broken(e.to_string()))?, LINES);
        if raw.entries.len() > LINES {
            lines.push(format!("… and {} more", raw.entries.len() - LINES));
        }
        rows.push(AuditLine {
            journal: name.to_owned(),
            seq,
            at: header.at,
            verb: header.verb,
            actor: header.actor,
            request: header.request,
            run: header.run,
            reason: header.reason,
            entries: raw.entries.len() as u64,
            lines,
        });
    }
    Ok(rows)
}
