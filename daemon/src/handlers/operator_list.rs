//! `operator list`: who is bound to what.

use super::ask::Ask;
use super::json;
use rollcall_shared::wire::admin::Operators;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::OperatorList, None)?;
    json(Operators {
        bindings: state.operators().cloned().collect(),
    })
}
