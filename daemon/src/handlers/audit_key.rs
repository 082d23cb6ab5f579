//! `audit key`: the public key that signs heads, as the journal names it.

use super::ask::Ask;
use super::{json, refused};
use rollcall_shared::wire::audit::HeadKeys;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::AuditKey, None)?;
    let heads = &ask.service.heads;
    let mut keys: Vec<String> = state
        .head_keys()
        .iter()
        .filter_map(|key| heads.verifier(key))
        .map(|key| key.to_string())
        .collect();
    match keys.pop() {
        Some(key) => json(HeadKeys { key, earlier: keys }),
        // No key was ever named: the reason that nothing is signed is the reason that there is none.
        None => Err(match heads.signer() {
            Err(refusal) => refused(refusal),
            Ok(_) => Failure::missing(
                "signing-key",
                "this store names no signing key",
                "make one with `rollcall audit rekey --reason REASON`",
            ),
        }),
    }
}
