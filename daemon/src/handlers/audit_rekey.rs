//! `audit rekey`: a new key signs heads from here on.

use super::ask::{Ask, Extra};
use super::{json, refused};
use crate::heads::KeyError;
use crate::writer::Proposal;
use rollcall_shared::domain::{HeadKey, JournalId};
use rollcall_shared::rules::heads;
use rollcall_shared::wire::audit::AuditRekey;
use rollcall_shared::wire::{Class, Done, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: AuditRekey) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::AuditRekey, None)?;
    let signed = &ask.service.heads;
    if let Err(refusal) = signed.signer()
        && refusal.rule == "demo-signs-nothing"
    {
        return Err(refused(refusal));
    }
    // Judged before a key is made; any key will do for that.
    let old = state.head_keys().last().copied();
    let any = HeadKey([0; 32]);
    heads::rekey(old, any, &request.reason).map_err(refused)?;
    if request.dry_run {
        let message = match old.and_then(|old| signed.verifier(&old)) {
            Some(old) => format!("a new key would sign heads from here on, instead of {old}"),
            None => "a first key would sign heads from here on".to_owned(),
        };
        return json(Done { message, seq: None });
    }
    let new = signed.new_key(state.head_keys()).await;
    let new = new.map_err(KeyError::failure)?;
    let public = new.public();
    let key = signed.verifier(&public).map(|key| key.to_string());
    let reason = request.reason.clone();
    let extra = Extra {
        reason: Some(request.reason),
        ..Extra::default()
    };
    let answer = ask
        .change(Verb::AuditRekey, None, extra, move |draft, _| {
            let old = draft.state.head_keys().last().copied();
            let entry = heads::rekey(old, public, &reason).map_err(refused)?;
            let key = key.unwrap_or_default();
            let message = format!("heads are signed by {key} from here on");
            let seq = Some(draft.state.journal_seq(JournalId::PLATFORM) + 1);
            let answer = json(Done { message, seq })?;
            Ok(Proposal::decide(JournalId::PLATFORM, vec![entry], answer))
        })
        .await;
    if ask.state().head_keys().last() == Some(&public) {
        new.in_force();
    } else if answer.as_ref().err().is_none_or(refused_surely) {
        // Refused, or a retry of a request that made its key before.
        new.forget();
    }
    answer
}

/// Whether a failure says that nothing was written. After others the journal may yet name the new key.
fn refused_surely(failure: &Failure) -> bool {
    matches!(
        failure.class,
        Class::Denied | Class::Conflict | Class::Usage | Class::NotFound
    )
}
