//! Rollcall's own rights of a person: the logins bound to them, shown with the person and ended with their access.

use super::persons::Found;
use crate::handlers::ask::{Ask, Extra};
use crate::handlers::json;
use crate::handlers::operator_bind::keep_an_admin;
use crate::writer::{Proposal, batch_id};
use rollcall_shared::directory::State;
use rollcall_shared::domain::{Binding, Entry, Fact, JournalId, RequestId};
use rollcall_shared::wire::asset::{BoundLogin, OffboardLogin, PersonNamed};
use rollcall_shared::wire::{Class, Failure, Verb};

/// The logins bound to a person: by the address of one of their accounts, or by its number.
fn bound<'s>(state: &'s State, all: &[Found]) -> Vec<&'s Binding> {
    let theirs = |binding: &&Binding| {
        all.iter().any(|found| {
            binding.accounts.get(&found.id.tenant) == Some(&found.id.account)
                || binding.person.eq_ignore_ascii_case(&found.account.email)
        })
    };
    state.operators().filter(theirs).collect()
}

/// The logins bound to a person, as they are shown. What a login may do is for who may list operators.
pub(super) fn shown(ask: &Ask<'_>, state: &State, all: &[Found]) -> Vec<BoundLogin> {
    let lists = ask.authorise(state, Verb::OperatorList, None).is_ok();
    let bound = bound(state, all).into_iter();
    bound.map(|binding| login(binding, lists)).collect()
}

fn login(binding: &Binding, lists: bool) -> BoundLogin {
    BoundLogin {
        os_user: binding.os_user.clone(),
        grants: match lists {
            true => binding.grants.clone(),
            false => Vec::new(),
        },
    }
}

/// The logins of a person whose access ends nowhere: they stay bound.
pub(super) fn kept(ask: &Ask<'_>, state: &State, all: &[Found]) -> Vec<OffboardLogin> {
    let why = Failure::new(Class::Conflict, "no access of the person ends")
        .rule("offboard")
        .hint("see why above; unbind the login alone with `rollcall operator unbind`");
    let each = shown(ask, state, all).into_iter();
    each.map(|login| OffboardLogin {
        login,
        refused: Some(why.clone()),
        seq: None,
    })
    .collect()
}

/// Unbinds every login of a person, all of them or none; where the caller may not, each is told with the refusal.
pub(super) async fn end(
    ask: &Ask<'_>,
    state: &State,
    all: &[Found],
    request: &PersonNamed,
) -> Result<Vec<OffboardLogin>, Failure> {
    let verb = Verb::OperatorUnbind;
    let lists = ask.authorise(state, Verb::OperatorList, None).is_ok();
    let told: Vec<BoundLogin> = bound(state, all)
        .into_iter()
        .map(|b| login(b, lists))
        .collect();
    let refused = |told: Vec<BoundLogin>, failure: &Failure| {
        let each = told.into_iter().map(|login| OffboardLogin {
            login,
            refused: Some(failure.clone()),
            seq: None,
        });
        Ok(each.collect())
    };
    if let Err(failure) = ask.authorise(state, verb, None) {
        return refused(told, &failure);
    }
    // Asked also when nobody is bound any more: a retry is answered with what was ended first.
    let request_id = RequestId(uuid::Uuid::from_bytes(batch_id(ask.request, u32::MAX)));
    let extra = Extra {
        request: Some(request_id),
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let uids: Vec<u32> = bound(state, all).into_iter().map(|b| b.uid).collect();
    let dry_run = request.dry_run;
    let plan = move |draft: &crate::writer::Draft<'_>, _: &mut crate::writer::Cache| {
        let there = uids.iter().filter_map(|uid| draft.state.operator(*uid));
        let there: Vec<&Binding> = there.collect();
        keep_an_admin(draft.state, &uids, None)?;
        let seq = (!dry_run).then_some(draft.state.journal_seq(JournalId::PLATFORM) + 1);
        let done: Vec<OffboardLogin> = there
            .iter()
            .map(|binding| OffboardLogin {
                login: login(binding, lists),
                refused: None,
                seq,
            })
            .collect();
        let entries = there.into_iter().map(|binding| {
            Entry::plain(Fact::OperatorBound {
                uid: binding.uid,
                old: Some(binding.clone()),
                new: None,
            })
        });
        let answer = json(done)?;
        Ok(match dry_run {
            true => Proposal::nothing(answer),
            false => Proposal::decide(JournalId::PLATFORM, entries.collect(), answer),
        })
    };
    match ask.change(verb, None, extra, plan).await {
        Ok(answer) => {
            serde_json::from_value(answer).map_err(|e| Failure::new(Class::Error, e.to_string()))
        }
        Err(failure) => refused(told, &failure),
    }
}
