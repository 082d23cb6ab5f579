//! Nobody decides their own rights: what an operator decides is held against their own person's accounts, whatever verb
//! decides it.

use super::Errand;
use crate::handlers::refused;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{Account, AccountId, Entry, Fact, Field, Record, Status, TenantId};
use rollcall_shared::rules::giving::own::{self, Own};
use rollcall_shared::text::fold;
use rollcall_shared::wire::{Failure, Verb};
use std::collections::BTreeSet;

/// The accounts of a person in a tenant: those known by number to a login of theirs, and those with their address.
pub(crate) struct Person<'a> {
    email: &'a str,
    known: BTreeSet<AccountId>,
}

impl<'a> Person<'a> {
    /// The person with this address, as their logins are bound.
    pub(crate) fn of(state: &State, email: &'a str, tenant: TenantId) -> Self {
        let logins = state.operators();
        let same = logins.filter(|b| b.person.eq_ignore_ascii_case(email));
        Person {
            email,
            known: same
                .filter_map(|b| b.accounts.get(&tenant).copied())
                .collect(),
        }
    }

    /// Whether an account is theirs.
    pub(crate) fn has(&self, view: &TenantView, id: AccountId) -> bool {
        self.known.contains(&id) || view.has_email(id, self.email)
    }

    /// Whether an account, as it is or may become, is theirs.
    pub(crate) fn is(&self, account: &Account) -> bool {
        self.known.contains(&account.id) || fold(&account.email) == fold(self.email)
    }

    /// An account, if it is theirs and not deleted.
    fn account(&self, view: &TenantView, id: AccountId) -> Option<Account> {
        let theirs = self.has(view, id).then(|| view.account(id)).flatten();
        theirs.filter(|account| account.status != Status::Deleted)
    }

    /// All of them; reads through the tenant.
    fn all(&self, view: &TenantView) -> BTreeSet<AccountId> {
        let named = view.with_email(self.email);
        self.known.iter().copied().chain(named).collect()
    }
}

/// Refuses what gives an account of the operator's own person more than it had, and what they could not give it as a
/// member. The second step of a transfer is judged by its own rule, by which somebody else began it.
pub(super) fn raises_nobody(
    state: &State,
    before: &State,
    errand: &Errand,
    tenant: TenantId,
    entries: &[Entry],
) -> Result<(), Failure> {
    let (Some(email), Some(was), Some(is)) = (
        errand.actor.person.as_deref(),
        before.tenant(tenant),
        state.tenant(tenant),
    ) else {
        return Ok(());
    };
    if errand.verb == Verb::OwnershipConfirm.name() {
        return Ok(());
    }
    let me = Person::of(before, email, tenant);
    let mut reshaped = false;
    let mut touched = BTreeSet::new();
    for entry in entries {
        match &entry.fact {
            Fact::Account { account, .. } if decides(entry, was) && me.has(is, *account) => {
                touched.insert(*account);
            }
            Fact::Record { new: Some(new), .. } if matches!(new.as_ref(), Record::Role(_)) => {
                reshaped = true
            }
            Fact::ScopeChanged { .. } | Fact::CatalogAdopted { .. } => reshaped = true,
            _ => {}
        }
    }
    if reshaped {
        touched.extend(me.all(is));
    }
    for id in touched {
        let (had, has) = (me.account(was, id), me.account(is, id));
        let (then, now) = (side(was, had.as_ref()), side(is, has.as_ref()));
        let Some(gained) = own::gained(&then, &now) else {
            continue;
        };
        if !own::as_member(&errand.verb, was.rights(), &then, &now) {
            let account = is.reference(id).to_string();
            return Err(refused(own::refuse(&account, &gained)));
        }
    }
    opens_nothing(was, is, errand, &me, entries)
}

fn side<'a>(view: &'a TenantView, account: Option<&'a Account>) -> Own<'a> {
    Own {
        setting: view.setting(),
        account,
    }
}

/// Whether an entry may let an account in or give it roles: a new one, or one whose state, roles or address change.
fn decides(entry: &Entry, was: &TenantView) -> bool {
    match &entry.fact {
        Fact::Account {
            account, changes, ..
        } => {
            account.0 >= was.accounts()
                || changes
                    .iter()
                    .any(|c| matches!(c.field, Field::Roles | Field::Status))
                || entry.personal.iter().any(|c| c.field == Field::Email)
        }
        _ => false,
    }
}

/// Refuses groups, delegations and hand-overs by which the operator's own person reaches what others own.
fn opens_nothing(
    was: &TenantView,
    is: &TenantView,
    errand: &Errand,
    me: &Person<'_>,
    entries: &[Entry],
) -> Result<(), Failure> {
    for entry in entries {
        let opened: Vec<(AccountId, &str)> = match &entry.fact {
            Fact::Record {
                old,
                new: Some(new),
            } => {
                let mut ids: Vec<AccountId> = match new.as_ref() {
                    Record::Group(group) => group.members.iter().copied().collect(),
                    Record::Delegation(delegation) => vec![delegation.delegate],
                    Record::Handover(handover) => vec![handover.to],
                    _ => Vec::new(),
                };
                if let Record::Group(group) = new.as_ref() {
                    ids.extend(group.leader);
                }
                ids.into_iter()
                    .filter_map(|id| Some((id, own::opened(id, old.as_deref(), new)?)))
                    .collect()
            }
            Fact::Members { joined, .. } => joined
                .iter()
                .map(|id| (*id, "a place in a group"))
                .collect(),
            _ => Vec::new(),
        };
        for (id, what) in opened {
            if !me.has(is, id) {
                continue;
            }
            let mine = me.account(was, id);
            let then = side(was, mine.as_ref());
            if !own::member_uses(&errand.verb, was.rights(), &then) {
                let account = is.reference(id).to_string();
                return Err(refused(own::refuse(&account, what)));
            }
        }
    }
    Ok(())
}
