//! `audit list`: the batches of the journals, newest first.

use super::ask::Ask;
use super::describe::Words;
use super::{find, json};
use rollcall_shared::domain::account::REDACTED;
use rollcall_shared::domain::{Entry, Fact, JournalId, codec};
use rollcall_shared::store::Reader;
use rollcall_shared::wire::audit::{AuditLine, AuditLines, AuditQuery, Unread};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

/// Lines a batch.
const LINES: usize = 20;
/// Batches of one journal looked at for one answer.
const LOOK: u64 = 10_000;
/// Batches of one journal in one answer.
const MOST: usize = 1_000;

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
    let limit = match request.limit {
        0 => 50,
        limit => limit as usize,
    };
    let reader = ask.service.writer.reader();
    let verb = request.verb.as_deref().map(words);
    let lines = tokio::task::spawn_blocking(move || {
        let (mut rows, mut unread) = (Vec::new(), Vec::new());
        for (journal, name, last) in journals {
            let last = request
                .before
                .map_or(last, |b| last.min(b.saturating_sub(1)));
            let told = Words::of(journal.tenant().and_then(|id| state.tenant(id)));
            let look = Look {
                reader: reader.as_ref(),
                told,
                journal,
                name: &name,
                verb: verb.as_deref(),
            };
            let (found, looked) = look.newest(last, limit.min(MOST))?;
            if found.len() < limit && looked > 1 {
                unread.push(Unread {
                    tenant: journal.tenant().map(|_| name.clone()),
                    before: looked,
                });
            }
            rows.extend(found);
        }
        rows.sort_by_key(|row: &AuditLine| std::cmp::Reverse((row.at, row.seq)));
        rows.truncate(limit);
        Ok::<_, Failure>(AuditLines { rows, unread })
    })
    .await
    .map_err(|e| Failure::new(Class::Error, e.to_string()))??;
    json(lines)
}

/// A verb as its words in small letters: `tenant owner-set` is typed `tenant owner set`.
fn words(verb: &str) -> String {
    let apart = verb.replace('-', " ").to_lowercase();
    apart.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A journal that is looked through.
struct Look<'a> {
    reader: &'a dyn Reader,
    told: Words<'a>,
    journal: JournalId,
    name: &'a str,
    /// Only batches of this verb.
    verb: Option<&'a str>,
}

impl Look<'_> {
    /// The newest batches up to the last one, and the first that was looked at.
    fn newest(&self, last: u64, most: usize) -> Result<(Vec<AuditLine>, u64), Failure> {
        let mut rows = Vec::new();
        let mut looked = last + 1;
        let end = last.saturating_sub(LOOK);
        while looked > end + 1 && rows.len() < most {
            looked -= 1;
            rows.extend(self.line(looked)?);
        }
        Ok((rows, looked))
    }

    /// A batch, if it is of the verb.
    fn line(&self, seq: u64) -> Result<Option<AuditLine>, Failure> {
        let broken = |e: String| {
            Failure::new(
                Class::Error,
                format!("the journal of {} cannot be read: {e}", self.name),
            )
        };
        let batches = self
            .reader
            .read(self.journal, seq, 1)
            .map_err(|e| broken(e.to_string()))?;
        let (_, bytes) = batches
            .first()
            .ok_or_else(|| broken(format!("batch {seq} is missing")))?;
        let raw = codec::split(bytes).map_err(|e| broken(e.to_string()))?;
        let header = raw.header().map_err(|e| broken(e.to_string()))?;
        if self.verb.is_some_and(|v| v != words(&header.verb)) {
            return Ok(None);
        }
        let shown = 0..raw.entries.len().min(LINES);
        let entries: Result<Vec<_>, _> = shown.map(|index| raw.entry(index)).collect();
        let entries = entries.map_err(|e| broken(e.to_string()))?;
        let mut lines = self.told.entry_lines(&entries, LINES);
        if raw.entries.len() > LINES {
            lines.push(format!("… and {} more", raw.entries.len() - LINES));
        }
        let break_glass = header.glass().map(str::to_owned);
        Ok(Some(AuditLine {
            journal: self.name.to_owned(),
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
        }))
    }
}

/// The reason as the first entry that still has it notes it.
fn noted(entries: &[Entry]) -> Option<String> {
    entries.iter().find_map(|entry| match &entry.fact {
        Fact::Account { why, .. } => why.note.clone(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_shared::domain::{Actor, Batch, Header, Micros, Seal};
    use rollcall_shared::store::memory::MemoryStore;
    use rollcall_shared::store::{Append, Port};

    #[test]
    fn what_is_far_back_is_found_by_asking_on() {
        const BATCHES: u64 = 2 * LOOK + 10;
        let mut store = MemoryStore::new();
        let append = |seq: u64| {
            let verb = match seq {
                3 | 7 => "tenant create",
                _ => "sweep run",
            };
            let header = Header {
                journal: JournalId::PLATFORM,
                at: Micros(1),
                actor: Actor::daemon(),
                verb: verb.into(),
                request: None,
                run: None,
                reason: None,
                answer: None,
                break_glass: None,
                seal: Seal::default(),
            };
            let entries = Vec::new();
            let mut batch_id = [0; 16];
            batch_id[..8].copy_from_slice(&seq.to_be_bytes());
            Append {
                journal: JournalId::PLATFORM,
                seq,
                batch_id,
                bytes: codec::encode(&Batch { header, entries }),
            }
        };
        let appends: Vec<Append> = (1..=BATCHES).map(append).collect();
        store.append(store.epoch(), &appends).unwrap();
        let reader = store.reader();
        let look = Look {
            reader: reader.as_ref(),
            told: Words::of(None),
            journal: JournalId::PLATFORM,
            name: "platform",
            verb: Some("tenant create"),
        };
        let (mut found, mut before, mut answers) = (Vec::new(), BATCHES + 1, 0);
        while before > 1 {
            let (rows, looked) = look.newest(before - 1, MOST).unwrap();
            found.extend(rows.iter().map(|row| row.seq));
            (before, answers) = (looked, answers + 1);
        }
        assert_eq!((found, answers), (vec![7, 3], 3));
        // Whoever wants one is told the first alone, and asks no further.
        assert_eq!(look.newest(10, 1).unwrap().1, 7);
        assert_eq!(look.newest(0, 1).unwrap(), (Vec::new(), 1));
    }
}
