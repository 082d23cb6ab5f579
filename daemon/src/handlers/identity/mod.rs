//! Verbs about the life of an account: one file for each.

mod deletion;
mod diagnose;
mod edit;
mod invitation;
mod invitation_list;
mod invite;
mod ownership;
mod ownership_list;
mod redaction;
mod review;
mod review_list;
mod role;
mod seats;
mod work;

pub(super) use seats::{free, limits, limits_of};
pub(super) use work::after;
pub(crate) use work::{settle, unlocked};

use super::{Ask, read};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

/// Answers one of these verbs.
pub(super) async fn answer(ask: &Ask<'_>, verb: Verb, body: Value) -> Result<Value, Failure> {
    match verb {
        Verb::UserInvite => invite::handle(ask, read(body)?).await,
        Verb::UserResend | Verb::UserRevoke | Verb::UserAccept | Verb::UserDecline => {
            invitation::handle(ask, verb, read(body)?).await
        }
        Verb::UserDelivery => invitation::delivery(ask, read(body)?).await,
        Verb::UserRole => role::handle(ask, read(body)?).await,
        Verb::UserEdit => edit::handle(ask, read(body)?).await,
        Verb::UserDelete => deletion::handle(ask, read(body)?).await,
        Verb::UserRedact => redaction::handle(ask, read(body)?).await,
        Verb::InvitationList => invitation_list::handle(ask, read(body)?),
        Verb::Diagnose => diagnose::handle(ask, read(body)?),
        Verb::OwnershipStart => ownership::start(ask, read(body)?).await,
        Verb::OwnershipConfirm => ownership::confirm(ask, read(body)?).await,
        Verb::OwnershipCancel => ownership::cancel(ask, read(body)?).await,
        Verb::OwnershipList => ownership_list::handle(ask, read(body)?),
        Verb::ReviewList => review_list::handle(ask, read(body)?),
        Verb::ReviewShow => review_list::show(ask, read(body)?),
        Verb::ReviewOpen => review::open(ask, read(body)?).await,
        Verb::ReviewAnswer => review::answer(ask, read(body)?).await,
        Verb::ReviewClose => review::close(ask, read(body)?).await,
        other => Err(Failure::new(
            Class::Usage,
            format!("`{}` is not about the life of an account", other.name()),
        )),
    }
}
