//! The asking side of a verb: who calls, what they may, and the way to the writer.

pub(crate) use super::who::{Door, Who, who};
use super::{Past, find, refused};
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
    Account, AccountRef, Actor, ActorKind, Binding, RequestId, RunId, ScopeId, Status,
};
use rollcall_shared::rules::Refusal;
use rollcall_shared::rules::permissions::{self, Basis};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
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
    /// The state of a time before that was asked for last.
    pub past: Past,
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

    /// As [`Ask::change`], for verbs whose rules mind who asks.
    pub(crate) async fn change_as(
        &self,
        verb: Verb,
        tenant: &str,
        door: Door,
        extra: Extra,
        plan: impl FnOnce(&Draft<'_>, &mut Cache, &Who) -> Result<Proposal, Failure> + Send + 'static,
    ) -> Result<Value, Failure> {
        let refused_unless = move |who: &Who, state: &State| match &who.allowed {
            Ok(()) => Ok(()),
            Err(denied) => {
                let open = match door {
                    Door::Whole => false,
                    Door::Own => who.account(state).is_some(),
                    Door::Part => !who.part.is_empty(),
                };
                open.then_some(()).ok_or_else(|| denied.clone())
            }
        };
        // Before a retry is answered from the journal, too: rights may be gone since.
        let state = self.state();
        refused_unless(&self.who(&state, verb, tenant), &state)?;
        let (service, caller) = (self.service.clone(), self.caller.clone());
        let name = tenant.to_owned();
        let guarded = move |draft: &Draft<'_>, cache: &mut Cache| {
            let who = who(&service, &caller, draft.state, verb, &name);
            refused_unless(&who, draft.state)?;
            let operator = who.by_role;
            let proposal = plan(draft, cache, &who)?;
            Ok(Proposal {
                operator,
                ..proposal
            })
        };
        let errand = self.errand_of(verb, Some(tenant), extra);
        self.service.writer.change(errand, Box::new(guarded)).await
    }

    /// In which part of a tenant the caller may use a verb; none is all of it.
    pub(crate) fn reach(
        &self,
        state: &State,
        verb: Verb,
        tenant: Option<&str>,
    ) -> Result<Option<BTreeSet<ScopeId>>, Failure> {
        let who = match tenant {
            Some(tenant) => self.who(state, verb, tenant),
            None => return self.authorise_list(state, verb, None).map(|()| None),
        };
        match who.allowed {
            Ok(()) => Ok(None),
            Err(denied) if who.part.is_empty() => Err(denied),
            Err(_) => Ok(Some(who.part)),
        }
    }

    /// The account a text means, and the name of its tenant. Where the caller named no tenant, what lies in one in which
    /// they may see nothing is as what does not exist; their own account is there for them.
    pub(crate) fn place(
        &self,
        verb: Verb,
        user: &str,
        tenant: Option<&str>,
    ) -> (Result<AccountRef, Failure>, Option<String>) {
        let state = self.state();
        let binding = self.caller.binding(&state);
        let there = |id: AccountRef| {
            let Some(view) = state.tenant(id.tenant).filter(|_| tenant.is_none()) else {
                return true;
            };
            let name = Some(view.tenant.name.as_str());
            let open = |verb| self.reach(&state, verb, name).is_ok();
            let own =
                || own_account(&state, binding, name).is_some_and(|(_, a)| a.id == id.account);
            open(verb) || open(Verb::UserList) || own()
        };
        find::place(&state, user, tenant, &there)
    }

    /// An account that was looked for, for a caller who may use the verb there. To whoever may in a part of the tenant only,
    /// an account that holds nothing in it is as one that does not exist.
    pub(crate) fn in_reach(
        &self,
        verb: Verb,
        tenant: Option<&str>,
        found: Result<AccountRef, Failure>,
    ) -> Result<AccountRef, Failure> {
        let state = self.state();
        let Some(part) = self.reach(&state, verb, tenant)? else {
            return found;
        };
        let held = found.as_ref().ok().and_then(|id| state.account(*id));
        let seen = held.is_some_and(|a| a.assignments.iter().any(|a| part.contains(&a.scope)));
        match (seen, tenant) {
            (true, _) | (_, None) => found,
            (false, Some(tenant)) => {
                let who = self.who(&state, verb, tenant);
                who.touches(&state, &[]).and(found)
            }
        }
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
                    let in_part = Verb::IN_PART.iter().chain(&Verb::IN_PART_BY_NEED);
                    let mut in_part = in_part.filter(|v| v.changes());
                    self.may_change_as(binding, Some(tenant), Some(member))
                        || in_part.any(|v| !permissions::part(&member, v.name()).is_empty())
                })
            })
    }

    /// On what basis the caller, whose account in the tenant is known, may use a verb on all of it; none when they may not.
    pub(crate) fn basis(
        &self,
        binding: &Binding,
        verb: Verb,
        tenant: &str,
        member: permissions::Member<'_>,
    ) -> Option<Basis> {
        let who = asker(self.service, &self.caller);
        let ask = question(verb, Some(tenant));
        let operators = &self.service.operators;
        permissions::authorise(&who, Some(binding), &ask, Some(member), operators).ok()
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
        let errand = self.errand_of(verb, tenant, extra);
        let (service, caller) = (self.service.clone(), self.caller.clone());
        let tenant = tenant.map(str::to_owned);
        let guarded = move |draft: &Draft<'_>, cache: &mut Cache| {
            let basis = authorise(&service, &caller, draft.state, verb, tenant.as_deref())?;
            let proposal = plan(draft, cache)?;
            Ok(Proposal {
                operator: matches!(basis, Basis::Operator(_)),
                ..proposal
            })
        };
        (errand, Box::new(guarded))
    }

    fn errand_of(&self, verb: Verb, tenant: Option<&str>, extra: Extra) -> Errand {
        let state = self.state();
        // A reason that was given though nobody needed it broke nothing.
        let broken = |_: &String| {
            let basis = basis(self.service, &self.caller, &state, verb, tenant);
            matches!(basis, Ok(Basis::BreakGlass))
        };
        Errand {
            actor: self.caller.actor(&state),
            verb: verb.name().into(),
            request: extra.request.unwrap_or(self.request),
            asked: extra.asked.unwrap_or_else(|| self.asked.clone()),
            run: extra.run,
            reason: extra.reason,
            break_glass: self.caller.break_glass.clone().filter(broken),
        }
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

/// The caller's person, when it is by a role of Rollcall's own that they may use the verb.
pub(crate) fn acting_operator(
    service: &Service,
    caller: &Caller,
    state: &State,
    verb: Verb,
    tenant: &str,
) -> Result<Option<String>, Failure> {
    let basis = authorise(service, caller, state, verb, Some(tenant))?;
    let person = caller.binding(state).map(|b| b.person.clone());
    Ok(person.filter(|_| matches!(basis, Basis::Operator(_))))
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

pub(super) fn authorise(
    service: &Service,
    caller: &Caller,
    state: &State,
    verb: Verb,
    tenant: Option<&str>,
) -> Result<Basis, Failure> {
    match basis(service, caller, state, verb, tenant) {
        Ok(Basis::BreakGlass) => {
            let (uid, verb) = (caller.peer.uid, verb.name());
            tracing::warn!(uid, verb, "the glass was broken");
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

/// What it rests on that the caller may use a verb.
fn basis(
    service: &Service,
    caller: &Caller,
    state: &State,
    verb: Verb,
    tenant: Option<&str>,
) -> Result<Basis, Refusal> {
    let binding = caller.binding(state);
    let who = asker(service, caller);
    let ask = question(verb, tenant);
    // Looking a member up costs a search, so it is done only for who has no operator role for it.
    permissions::authorise(&who, binding, &ask, None, &service.operators).or_else(|denied| {
        let Some((view, account)) = own_account(state, binding, tenant) else {
            let out = |binding: &&Binding| binding.grants.is_empty() && !binding.shared && !who.own;
            let shut = binding.filter(out).and_then(|binding| {
                let account = shut_out(state, binding, tenant?)?;
                let (id, status) = (account.0, account.1);
                Some(permissions::inactive(binding, id, status, &ask))
            });
            return Err(shut.unwrap_or(denied));
        };
        let member = permissions::Member {
            setting: view.setting(),
            rights: view.rights(),
            roles: &account.assignments,
        };
        permissions::authorise(&who, binding, &ask, Some(member), &service.operators)
    })
}

/// The bound person's own account in the tenant where it is not active: which, and how it is.
fn shut_out(state: &State, binding: &Binding, tenant: &str) -> Option<(AccountRef, Status)> {
    let view = state.tenant_named(tenant)?;
    let known = binding.accounts.get(&view.tenant.id).copied();
    let id = known.or_else(|| view.with_email(&binding.person).into_iter().next())?;
    let status = view.facts(id)?.status;
    let out = matches!(
        status,
        Status::Invited | Status::Suspended | Status::Deactivated
    );
    out.then(|| (view.reference(id), status))
}

/// The bound person's own active account in the tenant: there the tenant's catalog says what they may. It is the account
/// whose number was known when they were bound, and nobody's else once that one is gone; only where none was known, the
/// one with their address.
pub(crate) fn own_account<'s>(
    state: &'s State,
    binding: Option<&Binding>,
    tenant: Option<&str>,
) -> Option<(&'s TenantView, Account)> {
    let view = state.tenant_named(tenant?)?;
    let binding = binding?;
    let account = match binding.accounts.get(&view.tenant.id) {
        Some(known) => view.account(*known).filter(|a| a.status == Status::Active),
        None => {
            let ids = state.find_email(Some(view.tenant.id), &binding.person);
            let mut found = ids.into_iter().filter_map(|id| state.account(id));
            found.find(|a| a.status == Status::Active)
        }
    }?;
    Some((view, account))
}
