//! `audit verify`: recomputes every tree from its journal.

use super::ask::Ask;
use super::json;
use super::status::hex;
use rollcall_shared::store;
use rollcall_shared::wire::admin::Head;
use rollcall_shared::wire::audit::AuditVerdict;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::AuditVerify, None)?;
    let reader = ask.service.writer.reader();
    let unreadable =
        |e: String| Failure::new(Class::Error, format!("the store cannot be read: {e}"));
    let (problems, heads) = tokio::task::spawn_blocking(move || {
        let problems: Vec<String> = store::verify(reader.as_ref())
            .iter()
            .map(ToString::to_string)
            .collect();
        let heads: Result<Vec<_>, _> = reader
            .journals()
            .and_then(|all| all.into_iter().map(|j| reader.head(j)).collect());
        (problems, heads)
    })
    .await
    .map_err(|e| unreadable(e.to_string()))?;
    let name = |journal: rollcall_shared::domain::JournalId| match journal
        .tenant()
        .and_then(|t| state.tenant(t))
    {
        Some(view) => view.tenant.name.clone(),
        None => "platform".into(),
    };
    let heads = heads
        .map_err(|e| unreadable(e.to_string()))?
        .into_iter()
        .map(|h| Head {
            journal: name(h.journal),
            seq: h.seq,
            leaves: h.leaves,
            root: hex(&h.root),
        })
        .collect();
    json(AuditVerdict {
        ok: problems.is_empty(),
        heads,
        problems,
    })
}
