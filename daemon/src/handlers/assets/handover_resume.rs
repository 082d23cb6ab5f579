//! `handover resume`: goes on with a hand-over where it stopped, also with what the leaver got since.

use super::{goes_on, handover, handover_list, steps};
use crate::handlers::ask::Ask;
use crate::handlers::find;
use rollcall_shared::wire::asset::HandoverNamed;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: HandoverNamed) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::HandoverResume, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let before = handover(view, request.id)?;
    goes_on(view, before)?;
    let tenant = view.tenant.id;
    if request.dry_run {
        return handover_list::would(view, before, ask.service.clock.now());
    }
    let actor = ask.caller.actor(&state);
    let seq = steps::finish(&ask.service.writer, tenant, request.id, &actor, 0).await?;
    handover_list::one(&ask.state(), tenant, request.id, seq)
}
