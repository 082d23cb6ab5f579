//! `permission preview`: what a user would be allowed with other roles. Nothing is saved.

use super::super::{Ask, json, refused};
use super::Found;
use rollcall_shared::rules::rights::preview;
use rollcall_shared::wire::role::{Preview, Previewed};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn preview(ask: &Ask<'_>, request: Preview) -> Result<Value, Failure> {
    let verb = Verb::PermissionPreview;
    let found = Found::look(ask, verb, &request.user, request.tenant.as_deref())?;
    let view = found.view()?;
    let setting = view.setting();
    let saved = &found.account.assignments;
    let trial = preview::trial(&setting, saved, &request.add, &request.remove).map_err(refused)?;
    let shown = preview::preview(&setting, view.rights(), saved, &trial);
    json(Previewed {
        id: found.id,
        name: found.account.display_name(),
        saved: preview::written(&setting, saved),
        trial: preview::written(&setting, &trial),
        rows: shown.rows,
        counts: shown.counts,
        warnings: shown.warnings,
    })
}
