//! What each verb does: one file for each, named like it. A handler looks people up, lets a pure rule turn the request
//! into entries or a refusal, and hands them to the writer, which plans again against whatever came before.

mod ask;
mod ask_list;
mod assets;
mod audit_head;
mod audit_key;
mod audit_list;
mod audit_rekey;
mod audit_verify;
mod describe;
mod describe_order;
mod describe_record;
mod drift_list;
mod find;
mod identity;
mod import_assets;
mod import_batch;
mod import_people;
mod import_signins;
mod leans;
mod operator_bind;
mod operator_list;
mod operator_unbind;
mod order_answer;
mod order_export;
mod order_list;
mod order_open;
mod past;
mod policy_list;
mod policy_set;
pub(crate) mod reload;
mod roles;
mod run_approve;
mod run_list;
mod run_reject;
mod run_show;
mod standing;
mod status;
mod stream;
mod structure;
mod sweep_list;
mod sweep_plan;
mod sweep_run;
mod tenant_create;
mod tenant_list;
mod tenant_owner_set;
mod tenant_show;
mod thread;
mod user_list;
mod user_show;
mod user_status;
mod who;

pub(crate) use ask::{Ask, Caller, Service, fingerprint};
pub(crate) use find::{tenant_gone, with_tenant};
pub(crate) use identity::{settle, unlocked};
pub(crate) use order_open::{opened_by, order_things, orders_for, orders_opened};
pub(crate) use past::Past;

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
        Verb::UserList => user_list::handle(ask, read(body)?).await,
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
        Verb::AuditVerify => audit_verify::handle(ask, read(body)?).await,
        Verb::AuditHead => audit_head::handle(ask, read(body)?),
        Verb::AuditKey => audit_key::handle(ask),
        Verb::AuditRekey => audit_rekey::handle(ask, read(body)?).await,
        Verb::OperatorBind => operator_bind::handle(ask, read(body)?).await,
        Verb::OperatorList => operator_list::handle(ask),
        Verb::OperatorUnbind => operator_unbind::handle(ask, read(body)?).await,
        Verb::OrderList => order_list::handle(ask, read(body)?),
        Verb::OrderExport => order_export::handle(ask, read(body)?).await,
        Verb::OrderConfirm | Verb::OrderFail | Verb::OrderReopen => {
            order_answer::handle(ask, verb, read(body)?).await
        }
        Verb::DriftList => drift_list::handle(ask, read(body)?),
        Verb::CatalogList
        | Verb::CatalogShow
        | Verb::CatalogAdopt
        | Verb::RoleList
        | Verb::RoleShow
        | Verb::RoleCreate
        | Verb::RoleEdit
        | Verb::RoleDelete
        | Verb::Can
        | Verb::Why
        | Verb::PermissionPreview
        | Verb::SessionOpen
        | Verb::SessionCheck => roles::answer(ask, verb, body).await,
        Verb::UserInvite
        | Verb::UserResend
        | Verb::UserRevoke
        | Verb::UserAccept
        | Verb::UserDecline
        | Verb::UserDelivery
        | Verb::UserRole
        | Verb::UserEdit
        | Verb::UserDelete
        | Verb::UserRedact
        | Verb::InvitationList
        | Verb::Diagnose
        | Verb::OwnershipStart
        | Verb::OwnershipConfirm
        | Verb::OwnershipCancel
        | Verb::OwnershipList
        | Verb::ReviewList
        | Verb::ReviewShow
        | Verb::ReviewOpen
        | Verb::ReviewAnswer
        | Verb::ReviewClose => identity::answer(ask, verb, body).await,
        Verb::TenantSet
        | Verb::TenantConvert
        | Verb::FeatureList
        | Verb::ScopeList
        | Verb::ScopeCreate
        | Verb::ScopeSet
        | Verb::ScopeReport
        | Verb::UserMove
        | Verb::GroupList
        | Verb::GroupShow
        | Verb::GroupSet
        | Verb::GroupDelete
        | Verb::DelegationList
        | Verb::DelegationSet
        | Verb::DelegationEnd
        | Verb::ConflictList
        | Verb::ConflictSet
        | Verb::ConflictDelete
        | Verb::ConflictExcept => structure::answer(ask, verb, body).await,
        Verb::AssetList
        | Verb::HandoverPlan
        | Verb::HandoverStart
        | Verb::HandoverResume
        | Verb::HandoverUndo
        | Verb::HandoverList
        | Verb::HandoverExport
        | Verb::PersonShow
        | Verb::PersonOffboard => assets::answer(ask, verb, body).await,
        Verb::ImportPeople | Verb::ImportSignins | Verb::ImportAssets | Verb::BackupCreate => {
            Err(Failure::new(
                Class::Usage,
                format!("`{}` is a stream, not a call", verb.name()),
            )
            .rule("request")
            .hint("send a file, or read one, by the address of its own"))
        }
    }
}

pub(crate) use assets::{finish_handover, unfinished_handovers};
pub(crate) use import_assets::import_assets;
pub(crate) use status::{accounts_seen, may_listen};
pub(crate) use stream::Import;

fn read<T: DeserializeOwned>(body: Value) -> Result<T, Failure> {
    serde_json::from_value(body).map_err(|e| {
        Failure::new(Class::Usage, format!("the request cannot be read: {e}"))
            .rule("request")
            .hint("look at the fields that the verb takes with its `--help`")
    })
}

/// An answer as JSON.
fn json(value: impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value)
        .map_err(|e| Failure::new(Class::Error, format!("the answer cannot be written: {e}")))
}

/// A rule's refusal as a failure of the wire: a denial where another person might, else a conflict.
pub(crate) fn refused(refusal: Refusal) -> Failure {
    let class = match refusal.rule {
        "permission" | "four-eyes" => Class::Denied,
        _ => Class::Conflict,
    };
    Failure::new(class, refusal.what)
        .rule(refusal.rule)
        .hint(refusal.instead)
}
