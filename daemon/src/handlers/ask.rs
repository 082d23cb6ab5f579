//! The asking side of a verb: who calls, what they may, and the way to the writer.

use super::refused;
use crate::peer::Peer;
use crate::writer::{Cache, Draft, Errand, Plan, Proposal, Writer};
use rollcall_shared::catalog::Catalog;
use rollcall_shared::clock::Clock;
use rollcall_shared::config::Config;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{Account, Actor, ActorKind, Binding, RequestId, RunId, Status};
use rollcall_shared::rules::permissions::{self, Basis};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::{Arc, RwLock};

/// Everything a handler may use.
pub(crate) struct Service {
    pub writer: Writer,
    pub clock: Arc<dyn Clock>,
    pub config: RwLock<Arc<Config>>,
    /// Rollcall's own roles.
    pub operators: Catalog,
    /// The uid the daemon runs as.
    pub own_uid: u32,
    /// Path of the store, for `status`.
    pub store: String,
    /// `daemon`, `embedded` or `demo`.
    pub carried: &'static str,
}

impl Service {
    pub(crate) fn config(&self) -> Arc<Config> {
        self.config
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }
}

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub peer: Peer,
    pub break_glass: Option<String>,
}

impl Caller {
    /// The actor as the journal names them.
    pub(crate) fn actor(&self, state: &State) -> Actor {
        Actor {
            kind: ActorKind::Peer,
            name: self.peer.os_user.clone(),
            person: self.binding(state).map(|b| b.person.clone()),
            uid: Some(self.peer.uid),
            login_uid: self.peer.login_uid,
            tty: self.peer.tty.clone(),
            ssh: self.peer.ssh.clone(),
        }
    }

    /// The person bound, else the OS user.
    pub(crate) fn person(&self, state: &State) -> String {
        self.binding(state)
            .map_or_else(|| self.peer.os_user.clone(), |b| b.person.clone())
    }

    /// The binding of this OS user, when its name is still the one that was bound.
    pub(crate) fn binding<'s>(&self, state: &'s State) -> Option<&'s Binding> {
        state
            .operator(self.peer.uid)
            .filter(|b| b.os_user == self.peer.os_user)
    }
}

/// One call of one verb.
pub(crate) struct Ask<'a> {
    pub service: &'a Arc<Service>,
    pub caller: Caller,
    pub request: RequestId,
    /// Fingerprint of the question.
    pub asked: String,
}

/// The fingerprint of a question: what a retry must repeat.
pub(crate) fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    super::status::hex(&hash.finalize()[..16])
}

impl Ask<'_> {
    pub(crate) fn state(&self) -> Arc<State> {
        self.service.writer.state()
    }

    /// Whether the caller may use a verb on a tenant (none: on the platform and every tenant).
    pub(crate) fn authorise(
        &self,
        state: &State,
        verb: Verb,
        tenant: Option<&str>,
    ) -> Result<(), Failure> {
        authorise(self.service, &self.caller, state, verb, tenant)
    }

    /// Asks the writer for a change. `tenant` is what the caller must have rights on; they are looked up again when
    /// the writer plans.
    pub(crate) async fn change(
        &self,
        verb: Verb,
        tenant: Option<&str>,
        extra: Extra,
        plan: impl FnOnce(&Draft<'_>, &mut Cache) -> Result<Proposal, Failure> + Send + 'static,
    ) -> Result<Value, Failure> {
        // Before a retry is answered from the journal, too: rights may be gone since.
        self.authorise(&self.state(), verb, tenant)?;
        let (errand, plan) = self.errand(verb, tenant, extra, plan);
        self.service.writer.change(errand, plan).await
    }

    /// The errand and the plan of a change, with the caller's rights looked up again inside.
    pub(crate) fn errand(
        &self,
        verb: Verb,
        tenant: Option<&str>,
        extra: Extra,
        plan: impl FnOnce(&Draft<'_>, &mut Cache) -> Result<Proposal, Failure> + Send + 'static,
    ) -> (Errand, Plan) {
        let errand = Errand {
            actor: self.caller.actor(&self.state()),
            verb: verb.name().into(),
            request: extra.request.unwrap_or(self.request),
            asked: extra.asked.unwrap_or_else(|| self.asked.clone()),
            run: extra.run,
            reason: extra.reason.or_else(|| {
                self.caller
                    .break_glass
                    .as_ref()
                    .map(|r| format!("break-glass: {r}"))
            }),
        };
        let (service, caller) = (self.service.clone(), self.caller.clone());
        let tenant = tenant.map(str::to_owned);
        let guarded = move |draft: &Draft<'_>, cache: &mut Cache| {
            authorise(&service, &caller, draft.state, verb, tenant.as_deref())?;
            plan(draft, cache)
        };
        (errand, Box::new(guarded))
    }
}

/// What not every change has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extra {
    /// Another request id than the caller's: a later part of the same request.
    pub request: Option<RequestId>,
    /// Another fingerprint than the whole question's.
    pub asked: Option<String>,
    pub run: Option<RunId>,
    pub reason: Option<String>,
}

fn authorise(
    service: &Service,
    caller: &Caller,
    state: &State,
    verb: Verb,
    tenant: Option<&str>,
) -> Result<(), Failure> {
    let binding = caller.binding(state);
    let who = permissions::Caller {
        uid: caller.peer.uid,
        own: caller.peer.uid == 0 || caller.peer.uid == service.own_uid,
        break_glass: caller.break_glass.as_deref(),
    };
    let ask = permissions::Ask {
        verb: verb.name(),
        permission: verb.permission(),
        changes: verb.changes(),
        tenant,
    };
    // Looking a member up costs a search, so it is done only for who has no operator role for it.
    let basis =
        permissions::authorise(&who, binding, &ask, None, &service.operators).or_else(|denied| {
            let Some((view, account)) = membership(state, binding, tenant) else {
                return Err(denied);
            };
            let member = permissions::Member {
                catalog: &view.catalog,
                roles: &account.assignments,
            };
            permissions::authorise(&who, binding, &ask, Some(member), &service.operators)
        });
    match basis {
        Ok(Basis::BreakGlass) => {
            tracing::warn!(uid = who.uid, verb = ask.verb, "the glass was broken");
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(refusal) => {
            let mut failure = refused(refusal);
            failure.class = Class::Denied;
            Err(failure)
        }
    }
}

/// The bound person's own active account in the tenant: there the tenant's catalog says what they may.
fn membership<'s>(
    state: &'s State,
    binding: Option<&Binding>,
    tenant: Option<&str>,
) -> Option<(&'s TenantView, Account)> {
    let view = state.tenant_named(tenant?)?;
    let ids = state.find_email(Some(view.tenant.id), &binding?.person);
    let account = ids
        .into_iter()
        .filter_map(|id| state.account(id))
        .find(|a| a.status == Status::Active)?;
    Some((view, account))
}
