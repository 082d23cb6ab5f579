//! Finding a person: one human, many accounts.

use crate::handlers::ask::Ask;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{Account, AccountId, AccountRef, Status};
use rollcall_shared::rules::person::Keys;
use rollcall_shared::wire::{Class, Failure, Verb};
use std::collections::{BTreeMap, BTreeSet};

/// How often what was found is asked for more: numbers lead to accounts, accounts to numbers.
const ROUNDS: usize = 4;

/// One account of a person.
pub(super) struct Found {
    pub id: AccountRef,
    pub account: Account,
    /// By what it is theirs.
    pub matched: &'static str,
}

/// The accounts of the person a text means, by tenant: an external id, an employee id, an email, or the reference of
/// one of their accounts. Deleted accounts are not among them. Only tenants in which the caller may use one of the
/// verbs are looked into, also for the numbers that lead from one account to the next: a tenant that is not seen
/// tells nothing, not even that somebody is there.
///
/// # Errors
/// The refusal of the first verb, when the caller may use none of them anywhere; else rules `person`, `one-person`.
pub(super) fn person(
    ask: &Ask<'_>,
    state: &State,
    verbs: &[Verb],
    text: &str,
) -> Result<Vec<Found>, Failure> {
    let sees = |view: &&TenantView| {
        let name = Some(view.tenant.name.as_str());
        verbs.iter().any(|v| ask.authorise(state, *v, name).is_ok())
    };
    let seen: Vec<&TenantView> = state.tenants().filter(sees).collect();
    if let (true, Some(verb)) = (seen.is_empty(), verbs.first()) {
        ask.authorise(state, *verb, None)?;
    }
    known_as(&seen, text)
}

fn known_as(seen: &[&TenantView], text: &str) -> Result<Vec<Found>, Failure> {
    let seeds = seeds(seen, text)?;
    let mut keys = Keys::default();
    seeds.iter().for_each(|(_, account)| keys.learn(account));
    let staff: BTreeSet<&str> = seeds
        .iter()
        .map(|(_, a)| a.employee_id.as_str())
        .filter(|e| !e.is_empty())
        .collect();
    if staff.len() > 1 {
        let names: Vec<String> = seeds.iter().map(|(id, _)| id.to_string()).collect();
        return Err(Failure::new(
            Class::Conflict,
            format!("{text:?} stands for people with different staff numbers"),
        )
        .rule("one-person")
        .hint(format!("name one of the accounts: {}", names.join(", "))));
    }
    let mut found = BTreeMap::new();
    for _ in 0..ROUNDS {
        let before = keys.clone();
        for view in seen {
            for (id, account) in carrying(view, &keys) {
                if let Some(matched) = keys.matched(&account) {
                    // An address alone leads no further.
                    if matched != "email" {
                        keys.learn(&account);
                    }
                    found.insert(id, (account, matched));
                }
            }
        }
        if keys == before {
            break;
        }
    }
    Ok(found
        .into_iter()
        .map(|(id, (account, matched))| Found {
            id,
            account,
            matched,
        })
        .collect())
}

fn seeds(seen: &[&TenantView], text: &str) -> Result<Vec<(AccountRef, Account)>, Failure> {
    let text = text.trim();
    let live = |view: &TenantView, ids: Vec<AccountId>| -> Vec<(AccountRef, Account)> {
        ids.into_iter()
            .filter_map(|id| Some((view.reference(id), view.account(id)?)))
            .filter(|(_, a)| a.status != Status::Deleted)
            .collect()
    };
    if let Ok(id) = text.parse::<AccountRef>() {
        let view = seen.iter().find(|v| v.tenant.id == id.tenant);
        let account = view.and_then(|v| v.account(id.account));
        return match account {
            Some(account) => Ok(vec![(id, account)]),
            None => Err(nobody(text)),
        };
    }
    let ways: [fn(&TenantView, &str) -> Vec<AccountId>; 3] = [
        TenantView::with_external_id,
        TenantView::with_employee_id,
        TenantView::with_email,
    ];
    let found = ways.into_iter().map(|way| {
        let of = seen.iter().flat_map(|v| live(v, way(v, text)));
        of.collect::<Vec<_>>()
    });
    let mut found = found.into_iter();
    found.find(|f| !f.is_empty()).ok_or_else(|| nobody(text))
}

fn nobody(text: &str) -> Failure {
    Failure::missing(
        "person",
        format!("nobody is known as {text:?}"),
        "name an email, an external id, an employee id, or an account such as 2-417",
    )
}

/// The accounts of a tenant that carry one of these numbers or addresses.
fn carrying(view: &TenantView, keys: &Keys) -> Vec<(AccountRef, Account)> {
    let numbers = keys.external.iter().map(|k| view.with_external_id(k));
    let staff = keys.employee.iter().map(|k| view.with_employee_id(k));
    let emails = keys.emails.iter().map(|k| view.with_email(k));
    let ids: BTreeSet<AccountId> = numbers.chain(staff).chain(emails).flatten().collect();
    ids.into_iter()
        .filter_map(|id| Some((view.reference(id), view.account(id)?)))
        .filter(|(_, a)| a.status != Status::Deleted)
        .collect()
}
