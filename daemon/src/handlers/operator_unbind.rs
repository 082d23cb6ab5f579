//! `operator unbind`: an OS user stands for nobody any more.

use super::ask::{Ask, Extra};
use super::json;
use super::operator_bind::keeps_an_admin;
use crate::writer::Proposal;
use rollcall_shared::domain::{Entry, Fact, JournalId};
use rollcall_shared::wire::admin::OperatorUnbind;
use rollcall_shared::wire::{Class, Done, Failure, Verb};
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
                    Failure::new(
                        Class::NotFound,
                        format!("OS user {:?} is not bound", request.os_user),
                    )
                    .hint("see `rollcall operator list`")
                })?;
            keeps_an_admin(draft.state, old.uid, None)?;
            let uid = old.uid;
            let fact = Fact::OperatorBound {
                uid,
                old: Some(old),
                new: None,
            };
            let seq = Some(draft.state.journal_seq(JournalId::PLATFORM) + 1);
            let answer = json(Done {
                message: format!("OS user {} (uid {uid}) is unbound", request.os_user),
                seq,
            })?;
            Ok(Proposal::decide(
                JournalId::PLATFORM,
                vec![Entry::plain(fact)],
                answer,
            ))
        },
    )
    .await
}
