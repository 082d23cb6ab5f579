//! `operator unbind`: an OS user stands for nobody any more.

use super::ask::{Ask, Extra};
use super::operator_bind::rebound;
use rollcall_shared::wire::admin::OperatorUnbind;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: OperatorUnbind) -> Result<Value, Failure> {
    ask.change(
        Verb::OperatorUnbind,
        None,
        Extra::default(),
        move |draft, _| {
            let old = draft
                .state
                .operators()
                .find(|b| b.os_user == request.os_user)
                .cloned()
                .ok_or_else(|| {
                    Failure::missing(
                        "operator",
                        format!("OS user {:?} is not bound", request.os_user),
                        "see `rollcall operator list`",
                    )
                })?;
            let uid = old.uid;
            rebound(draft.state, uid, Some(old), None, request.dry_run)
        },
    )
    .await
}
