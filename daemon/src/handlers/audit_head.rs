//! `audit head`: the heads of the journals, signed.

use super::ask::Ask;
use super::{find, json, refused};
use rollcall_shared::domain::JournalId;
use rollcall_shared::store::TreeHead;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::audit::{SignedHead, SignedHeads};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: TenantOptional) -> Result<Value, Failure> {
    let state = ask.state();
    let tenant = request.tenant.as_deref();
    ask.authorise(&state, Verb::AuditHead, tenant)?;
    let platform = tenant
        .is_none()
        .then(|| (JournalId::PLATFORM, "platform".to_owned()));
    let tenants = find::tenants(&state, tenant)?;
    let tenants = tenants
        .into_iter()
        .map(|view| (JournalId::from(view.tenant.id), view.tenant.name.clone()));
    let journals: Vec<(JournalId, String)> = platform.into_iter().chain(tenants).collect();
    let reader = ask.service.writer.reader();
    let heads: Result<Vec<TreeHead>, _> = journals.iter().map(|(j, _)| reader.head(*j)).collect();
    let heads = heads.map_err(|e| Failure::new(Class::Error, e.to_string()))?;
    let signed = &ask.service.heads;
    let key = signed.signer().map_err(refused)?.verifier().to_string();
    let notes = signed.sign(&heads).map_err(refused)?;
    let rows = journals.into_iter().zip(heads).zip(notes);
    let rows = rows.map(|(((_, journal), head), note)| SignedHead {
        journal,
        leaves: head.leaves,
        note,
    });
    json(SignedHeads {
        key,
        rows: rows.collect(),
    })
}
