//! What each verb does: one file for each, named like it. A handler looks people up, lets a pure rule turn the request
//! into entries or a refusal, and hands them to the writer, which plans again against whatever came before.

mod ask;
mod audit_list;
mod audit_verify;
mod describe;
mod drift_list;
mod find;
mod import_people;
mod import_signins;
mod operator_bind;
mod operator_list;
mod operator_unbind;
mod order_export;
mod order_list;
mod policy_list;
mod policy_set;
pub(crate) mod reload;
mod run_approve;
mod run_list;
mod run_reject;
mod run_show;
mod status;
mod stream;
mod sweep_list;
mod sweep_plan;
mod sweep_run;
mod tenant_create;
mod tenant_list;
mod tenant_owner_set;
mod tenant_show;
mod user_list;
mod user_show;
mod user_status;

pub(crate) use ask::{Ask, Caller, Service, fingerprint};
pub(crate) use order_list::orders_for;

use rollcall_shared::rules::Refusal;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Answers one verb. Imports and backups are streams and have their own ways in.
pub(crate) async fn answer(ask: &Ask<'_>, verb: Verb, body: Value) -> Result<Value, Failure> {
    match verb {
        Verb::Status => status::handle(ask),
        Verb::TenantCreate => tenant_create::handle(ask, read(body)?).await,
        Verb::TenantList => tenant_list::handle(ask),
        Verb::TenantShow => tenant_show::handle(ask, read(body)?),
        Verb::TenantOwnerSet => tenant_owner_set::handle(ask, read(body)?).await,
        Verb::UserList => user_list::handle(ask, read(body)?),
        Verb::UserShow => user_show::handle(ask, read(body)?).await,
        Verb::UserSuspend | Verb::UserReactivate | Verb::UserDeactivate => {
            user_status::handle(ask, verb, read(body)?).await
        }
        Verb::SweepList => sweep_list::handle(ask, read(body)?),
        Verb::SweepPlan => sweep_plan::handle(ask, read(body)?),
        Verb::SweepRun => sweep_run::handle(ask, read(body)?).await,
        Verb::RunList => run_list::handle(ask, read(body)?),
        Verb::RunShow => run_show::handle(ask, read(body)?),
        Verb::RunApprove => run_approve::handle(ask, read(body)?).await,
        Verb::RunReject => run_reject::handle(ask, read(body)?).await,
        Verb::PolicyList => policy_list::handle(ask, read(body)?),
        Verb::PolicySet => policy_set::handle(ask, read(body)?).await,
        Verb::AuditList => audit_list::handle(ask, read(body)?).await,
        Verb::AuditVerify => audit_verify::handle(ask).await,
        Verb::OperatorBind => operator_bind::handle(ask, read(body)?).await,
        Verb::OperatorList => operator_list::handle(ask),
        Verb::OperatorUnbind => operator_unbind::handle(ask, read(body)?).await,
        Verb::OrderList => order_list::handle(ask, read(body)?),
        Verb::OrderExport => order_export::handle(ask, read(body)?).await,
        Verb::DriftList => drift_list::handle(ask, read(body)?),
        Verb::ImportPeople | Verb::ImportSignins | Verb::BackupCreate => Err(Failure::new(
            Class::Usage,
            format!("`{}` is a stream, not a call", verb.name()),
        )),
    }
}

pub(crate) use import_people::import_people;
pub(crate) use import_signins::import_signins;

fn read<T: DeserializeOwned>(body: Value) -> Result<T, Failure> {
    serde_json::from_value(body)
        .map_err(|e| Failure::new(Class::Usage, format!("the request cannot be read: {e}")))
}

/// An answer as JSON.
fn json(value: impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value)
        .map_err(|e| Failure::new(Class::Error, format!("the answer cannot be written: {e}")))
}

/// A rule's refusal as a failure of the wire.
pub(crate) fn refused(refusal: Refusal) -> Failure {
    Failure::new(Class::Conflict, refusal.what)
        .rule(refusal.rule)
        .hint(refusal.instead)
}
