//! Who asks a verb of a tenant: by which right, in which part of it, and what they may give.

use super::ask::{Caller, Service, authorise, own_account};
use super::refused;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{Account, AccountId, Assignment, Binding, ScopeId, ScopeNode};
use rollcall_shared::rules::permissions::{self, Basis};
use rollcall_shared::rules::{Refusal, giving, scopes};
use rollcall_shared::wire::{Failure, Verb};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// For whom a verb is open beside those who may use it in all of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// For nobody.
    Whole,
    /// For every member, in what is their own: the plan judges that by [`Who::allowed`].
    Own,
    /// For members whose roles reach a part of the tenant: the plan judges what it touches by [`Who::touches`].
    Part,
}

/// Who asks, as far as rules about one's own account mind it.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    /// The OS user.
    pub os_user: String,
    /// Whether a role of Rollcall's own, or a broken glass, allows it; false for members.
    pub operator: bool,
    /// Whether it rests on a role of Rollcall's own: such a one does not count for the operator's own person.
    pub by_role: bool,
    /// Whether the verb is allowed at all.
    pub allowed: Result<(), Failure>,
    /// The scopes in which it is allowed, where it is not in all of the tenant.
    pub part: BTreeSet<ScopeId>,
    verb: Verb,
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

    /// Whether the person's own roles in the tenant give a permission of its catalog, in full at the root.
    pub(crate) fn holds(&self, state: &State, permission: &str) -> bool {
        let own = own_account(state, self.binding.as_ref(), Some(&self.tenant));
        own.is_some_and(|(view, account)| {
            let member = permissions::Member {
                setting: view.setting(),
                rights: view.rights(),
                roles: &account.assignments,
            };
            permissions::member_holds(&member, permission)
        })
    }

    /// Refuses what reaches further than the caller's roles do.
    pub(crate) fn touches(&self, state: &State, scopes: &[ScopeId]) -> Result<(), Failure> {
        let Err(denied) = &self.allowed else {
            return Ok(());
        };
        if permissions::within(&self.part, scopes) {
            return Ok(());
        }
        match state.tenant_named(&self.tenant) {
            Some(view) if !self.part.is_empty() => Err(refused(permissions::outside(
                self.verb.name(),
                &self.part,
                &view.setting(),
            ))),
            _ => Err(denied.clone()),
        }
    }

    /// As [`Who::touches`], of what the catalog names beside the verb and asks other permissions for.
    pub(crate) fn touches_by(
        &self,
        state: &State,
        what: &str,
        scopes: &[ScopeId],
    ) -> Result<(), Failure> {
        let Err(denied) = &self.allowed else {
            return Ok(());
        };
        let Some((view, own)) = own_account(state, self.binding.as_ref(), Some(&self.tenant))
        else {
            return Err(denied.clone());
        };
        let part = in_part(view, &own, what);
        match permissions::within(&part, scopes) {
            true => Ok(()),
            false => Err(refused(permissions::outside(what, &part, &view.setting()))),
        }
    }

    /// As [`Who::touches`], of everything an account holds.
    pub(crate) fn touches_all_of(&self, state: &State, account: &Account) -> Result<(), Failure> {
        let held: Vec<ScopeId> = account.assignments.iter().map(|a| a.scope).collect();
        self.touches(state, &held)
    }

    /// As [`Who::touches`], of the roles that change. Somebody who holds nothing in the caller's part is not there for
    /// the caller.
    pub(crate) fn touches_roles(
        &self,
        state: &State,
        before: &[Assignment],
        after: &[Assignment],
    ) -> Result<(), Failure> {
        if !before.iter().any(|a| self.sees(a.scope)) {
            return self.touches(state, &[]);
        }
        let gone = before.iter().filter(|a| !after.contains(a));
        let come = after.iter().filter(|a| !before.contains(a));
        let mut scopes: Vec<ScopeId> = gone.chain(come).map(|a| a.scope).collect();
        if scopes.is_empty() {
            scopes.extend(before.iter().map(|a| a.scope).filter(|s| self.sees(*s)));
        }
        self.touches(state, &scopes)
    }

    /// The scopes that the caller may name: all, or those of their part and what these lie in.
    pub(crate) fn scopes<'v>(&self, view: &'v TenantView) -> Cow<'v, [ScopeNode]> {
        if self.allowed.is_ok() {
            return Cow::Borrowed(&view.scopes);
        }
        let up = |id: &ScopeId| scopes::upward(&view.scopes, *id);
        let near: BTreeSet<ScopeId> = self.part.iter().flat_map(up).collect();
        let known = view.scopes.iter().filter(|node| near.contains(&node.id));
        Cow::Owned(known.cloned().collect())
    }

    /// Why a place was not found: to who sees a part only, as of any place outside of it, so that nobody tells from it
    /// what there is.
    pub(crate) fn unseen(&self, state: &State, failure: Failure) -> Failure {
        match failure.rule.as_str() {
            "scope" | "team" => self.touches(state, &[]).err().unwrap_or(failure),
            _ => failure,
        }
    }

    /// Whether what lies at a scope is shown to the caller.
    pub(crate) fn sees(&self, scope: ScopeId) -> bool {
        self.allowed.is_ok() || self.part.contains(&scope)
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

/// In which part of a tenant a member may do that.
fn in_part(view: &TenantView, own: &Account, what: &str) -> BTreeSet<ScopeId> {
    let member = permissions::Member {
        setting: view.setting(),
        rights: view.rights(),
        roles: &own.assignments,
    };
    permissions::part(&member, what)
}

pub(crate) fn who(
    service: &Service,
    caller: &Caller,
    state: &State,
    verb: Verb,
    tenant: &str,
) -> Who {
    let basis = authorise(service, caller, state, verb, Some(tenant));
    let binding = caller.binding(state).filter(|b| !b.shared);
    let part = match &basis {
        Ok(_) => BTreeSet::new(),
        Err(_) => own_account(state, binding, Some(tenant))
            .map(|(view, own)| in_part(view, &own, verb.name()))
            .unwrap_or_default(),
    };
    Who {
        os_user: caller.peer.os_user.clone(),
        operator: matches!(&basis, Ok(basis) if *basis != Basis::Member),
        by_role: matches!(&basis, Ok(Basis::Operator(_))),
        allowed: basis.map(|_| ()),
        part,
        verb,
        tenant: tenant.to_owned(),
        binding: binding.cloned(),
    }
}
