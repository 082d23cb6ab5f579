//! The asking side of a verb: who calls, what they may, and the way to the writer.

use super::refused;
use crate::catalogs::Catalogs;
use crate::heads::Heads;
use crate::peer::Peer;
use crate::sweeps::Hands;
use crate::writer::{Cache, Draft, Errand, Plan, Proposal, Writer};
use rollcall_shared::catalog::Catalog;
use rollcall_shared::clock::Clock;
use rollcall_shared::config::Config;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AccountId, Actor, ActorKind, Assignment, Binding, RequestId, RunId, Status,
};
use rollcall_shared::rules::permissions::{self, Basis};
use rollcall_shared::rules::{Refusal, giving};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::{Arc, RwLock};

/// Everything a handler may use.
pub(crate) struct Service {
    pub writer: Writer,
    pub clock: Arc<dyn Clock>,
    pub config: RwLock<Arc<Config>>,
    /// The catalogs that new tenants get.
    pub catalogs: RwLock<Arc<Catalogs>>,
    /// Rollcall's own roles.
    pub operators: Catalog,
    /// The uid the daemon runs as.
    pub own_uid: u32,
    /// Path of the store, for `status`.
    pub store: String,
    /// `daemon`, `embedded` or `demo`.
    pub carried: &'static str,
    /// Actions of a run in one batch.
    pub step: usize,
    /// The signing key, and how the copies of heads are.
    pub heads: Heads,
    /// The runs that requests are carrying on.
    pub hands: Hands,
}

impl Service {
    pub(crate) fn config(&self) -> Arc<Config> {
        self.config
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }
}

impl Service {
    pub(crate) fn catalogs(&self) -> Arc<Catalogs> {
        self.catalogs
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
        authorise(self.service, &self.caller, state, verb, tenant).map(|_| ())
    }

    /// As [`Ask::change`], for verbs whose rules mind who asks. With `own`, people may use the verb without a permission
    /// where they are a member: the plan then judges what is their own by [`Who::allowed`].
    pub(crate) async fn change_as(
        &self,
        verb: Verb,
        tenant: &str,
        own: bool,
        extra: Extra,
        plan: impl FnOnce(&Draft<'_>, &mut Cache, &Who) -> Result<Proposal, Failure> + Send + 'static,
    ) -> Result<Value, Failure> {
        let refused_unless = move |who: &Who, state: &State| match &who.allowed {
            Err(denied) if !own || who.account(state).is_none() => Err(denied.clone()),
            _ => Ok(()),
        };
        // Before a retry is answered from the journal, too: rights may be gone since.
        let state = self.state();
        refused_unless(&self.who(&state, verb, tenant), &state)?;
        let (service, caller) = (self.service.clone(), self.caller.clone());
        let name = tenant.to_owned();
        let guarded = move |draft: &Draft<'_>, cache: &mut Cache| {
            let who = who(&service, &caller, draft.state, verb, &name);
            refused_unless(&who, draft.state)?;
            plan(draft, cache, &who)
        };
        let errand = self.errand_of(verb, extra);
        self.service.writer.change(errand, Box::new(guarded)).await
    }

    /// Who the caller is in a tenant.
    pub(crate) fn who(&self, state: &State, verb: Verb, tenant: &str) -> Who {
        who(self.service, &self.caller, state, verb, tenant)
    }

    /// Whether the caller may change anything at all, on the platform or on one of these tenants.
    pub(crate) fn may_change(&self, state: &State, tenants: &[&str]) -> bool {
        let binding = self.caller.binding(state);
        // Looking a member up costs a search: once for each tenant, and only where no operator role will do.
        self.may_change_as(binding, None, None)
            || tenants
                .iter()
                .any(|tenant| self.may_change_as(binding, Some(tenant), None))
            || tenants.iter().any(|tenant| {
                let found = own_account(state, binding, Some(tenant));
                found.is_some_and(|(view, account)| {
                    let member = permissions::Member {
                        setting: view.setting(),
                        rights: view.rights(),
                        roles: &account.assignments,
                    };
                    self.may_change_as(binding, Some(tenant), Some(member))
                })
            })
    }

    fn may_change_as(
        &self,
        binding: Option<&Binding>,
        tenant: Option<&str>,
        member: Option<permissions::Member<'_>>,
    ) -> bool {
        let who = asker(self.service, &self.caller);
        let mut changing = Verb::ALL.iter().filter(|v| v.changes());
        changing.any(|verb| {
            let ask = question(*verb, tenant);
            permissions::authorise(&who, binding, &ask, member, &self.service.operators).is_ok()
        })
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
        let errand = self.errand_of(verb, extra);
        let (service, caller) = (self.service.clone(), self.caller.clone());
        let tenant = tenant.map(str::to_owned);
        let guarded = move |draft: &Draft<'_>, cache: &mut Cache| {
            authorise(&service, &caller, draft.state, verb, tenant.as_deref())?;
            plan(draft, cache)
        };
        (errand, Box::new(guarded))
    }

    fn errand_of(&self, verb: Verb, extra: Extra) -> Errand {
        Errand {
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
        }
    }
}

/// Who asks, as far as rules about one's own account mind it.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    /// The OS user.
    pub os_user: String,
    /// Whether a role of Rollcall's own, or a broken glass, allows it; false for members.
    pub operator: bool,
    /// Whether the verb is allowed at all.
    pub allowed: Result<(), Failure>,
    tenant: String,
    /// None for a login that several people use.
    binding: Option<Binding>,
}

impl Who {
    /// The person's own active account in the tenant.
    pub(crate) fn account(&self, state: &State) -> Option<AccountId> {
        let found = own_account(state, self.binding.as_ref(), Some(&self.tenant));
        found.map(|(_, account)| account.id)
    }

    /// Refuses to let a member raise an account beyond the member's own rights, unless the catalog allows it.
    pub(crate) fn may_give(
        &self,
        state: &State,
        before: &[Assignment],
        after: &[Assignment],
    ) -> Result<(), Failure> {
        self.giving(state, |view, own| {
            giving::raise(&view.setting(), own, before, after)
        })
    }

    /// Judges what a member gives by the roles they hold themselves; what an operator gives is not judged.
    pub(crate) fn giving(
        &self,
        state: &State,
        judge: impl FnOnce(&TenantView, &[Assignment]) -> Result<(), Refusal>,
    ) -> Result<(), Failure> {
        if self.operator {
            return Ok(());
        }
        match own_account(state, self.binding.as_ref(), Some(&self.tenant)) {
            Some((view, own)) => judge(view, &own.assignments).map_err(refused),
            None => Ok(()),
        }
    }

    /// The person bound to the login.
    pub(crate) fn person(&self) -> Option<&str> {
        self.binding.as_ref().map(|b| b.person.as_str())
    }
}

fn who(service: &Service, caller: &Caller, state: &State, verb: Verb, tenant: &str) -> Who {
    let basis = authorise(service, caller, state, verb, Some(tenant));
    Who {
        os_user: caller.peer.os_user.clone(),
        operator: matches!(&basis, Ok(basis) if *basis != Basis::Member),
        allowed: basis.map(|_| ()),
        tenant: tenant.to_owned(),
        binding: caller.binding(state).filter(|b| !b.shared).cloned(),
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

/// The caller's own account, when it is as a member of the tenant that they may use the verb; none for an operator.
pub(crate) fn acting_member(
    service: &Service,
    caller: &Caller,
    state: &State,
    verb: Verb,
    tenant: &str,
) -> Result<Option<Account>, Failure> {
    match authorise(service, caller, state, verb, Some(tenant))? {
        Basis::Member => {
            Ok(own_account(state, caller.binding(state), Some(tenant)).map(|(_, account)| account))
        }
        Basis::Operator(_) | Basis::Own | Basis::BreakGlass => Ok(None),
    }
}

/// The caller as the rules see them.
fn asker<'a>(service: &Service, caller: &'a Caller) -> permissions::Caller<'a> {
    permissions::Caller {
        uid: caller.peer.uid,
        own: caller.peer.uid == 0 || caller.peer.uid == service.own_uid,
        break_glass: caller.break_glass.as_deref(),
    }
}

/// A verb on a tenant as the rules see it.
fn question(verb: Verb, tenant: Option<&str>) -> permissions::Ask<'_> {
    permissions::Ask {
        verb: verb.name(),
        permission: verb.permission(),
        changes: verb.changes(),
        tenant,
    }
}

fn authorise(
    service: &Service,
    caller: &Caller,
    state: &State,
    verb: Verb,
    tenant: Option<&str>,
) -> Result<Basis, Failure> {
    let binding = caller.binding(state);
    let who = asker(service, caller);
    let ask = question(verb, tenant);
    // Looking a member up costs a search, so it is done only for who has no operator role for it.
    let basis =
        permissions::authorise(&who, binding, &ask, None, &service.operators).or_else(|denied| {
            let Some((view, account)) = own_account(state, binding, tenant) else {
                return Err(denied);
            };
            let member = permissions::Member {
                setting: view.setting(),
                rights: view.rights(),
                roles: &account.assignments,
            };
            permissions::authorise(&who, binding, &ask, Some(member), &service.operators)
        });
    match basis {
        Ok(Basis::BreakGlass) => {
            tracing::warn!(uid = who.uid, verb = ask.verb, "the glass was broken");
            Ok(Basis::BreakGlass)
        }
        Ok(basis) => Ok(basis),
        Err(refusal) => {
            let mut failure = refused(refusal);
            failure.class = Class::Denied;
            Err(failure)
        }
    }
}

/// The bound person's own active account in the tenant: there the tenant's catalog says what they may. It is the account
/// whose number was known when they were bound; only where none was, or that one is deleted, the one with their address.
pub(crate) fn own_account<'s>(
    state: &'s State,
    binding: Option<&Binding>,
    tenant: Option<&str>,
) -> Option<(&'s TenantView, Account)> {
    let view = state.tenant_named(tenant?)?;
    let binding = binding?;
    let known = binding.accounts.get(&view.tenant.id);
    let known = known.and_then(|id| view.account(*id));
    let account = match known.filter(|a| a.status != Status::Deleted) {
        Some(known) => Some(known).filter(|a| a.status == Status::Active),
        None => {
            let ids = state.find_email(Some(view.tenant.id), &binding.person);
            let mut found = ids.into_iter().filter_map(|id| state.account(id));
            found.find(|a| a.status == Status::Active)
        }
    }?;
    Some((view, account))
}
