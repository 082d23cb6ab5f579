//! Verbs about what accounts own, and people across tenants: one file for each.

mod asset_list;
mod handover_export;
mod handover_list;
mod handover_plan;
mod handover_resume;
mod handover_start;
mod handover_undo;
mod logins;
mod offboard_keys;
mod person_offboard;
mod person_show;
mod persons;
mod steps;
mod successors;

pub(super) use steps::entries;
pub(crate) use steps::{finish as finish_handover, unfinished as unfinished_handovers};

use super::{Ask, read, refused};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{AccountId, Handover, HandoverId};
use rollcall_shared::rules::handover as rule;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

/// Answers one of these verbs.
pub(super) async fn answer(ask: &Ask<'_>, verb: Verb, body: Value) -> Result<Value, Failure> {
    match verb {
        Verb::AssetList => asset_list::handle(ask, read(body)?),
        Verb::HandoverPlan => handover_plan::handle(ask, read(body)?),
        Verb::HandoverStart => handover_start::handle(ask, read(body)?).await,
        Verb::HandoverResume => handover_resume::handle(ask, read(body)?).await,
        Verb::HandoverUndo => handover_undo::handle(ask, read(body)?).await,
        Verb::HandoverList => handover_list::handle(ask, read(body)?),
        Verb::HandoverExport => handover_export::handle(ask, read(body)?).await,
        Verb::PersonShow => person_show::handle(ask, read(body)?),
        Verb::PersonOffboard => person_offboard::handle(ask, read(body)?).await,
        other => Err(Failure::new(
            Class::Error,
            format!("`{}` is not about what accounts own", other.name()),
        )),
    }
}

/// The hand-over of this number.
fn handover(view: &TenantView, id: HandoverId) -> Result<&Handover, Failure> {
    view.handover(id).ok_or_else(|| {
        let name = &view.tenant.name;
        Failure::new(Class::NotFound, format!("{name} has no hand-over {}", id.0))
            .rule("handover-number")
            .hint(format!("see `rollcall handover list --tenant {name}`"))
    })
}

/// Refuses to go on with a hand-over to somebody who is gone or locked out by now.
fn goes_on(view: &TenantView, handover: &Handover) -> Result<(), Failure> {
    let to = view.account(handover.to);
    to.map_or(Ok(()), |to| {
        rule::may_go_on(handover, &to, &view.tenant.name).map_err(refused)
    })
}

/// An account's email; empty when it is not there.
fn email(view: &TenantView, account: AccountId) -> String {
    view.account(account)
        .map_or_else(String::new, |a| a.address().to_owned())
}
