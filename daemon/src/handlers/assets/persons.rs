//! Finding a person: one human, many accounts.

use crate::handlers::find;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{Account, AccountId, AccountRef, Status};
use rollcall_shared::rules::person::Keys;
use rollcall_shared::wire::{Class, Failure};
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
/// one of their accounts. Deleted accounts are not among them.
pub(super) fn person(state: &State, text: &str) -> Result<Vec<Found>, Failure> {
    let seeds = seeds(state, text)?;
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
        for view in state.tenants() {
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

fn seeds(state: &State, text: &str) -> Result<Vec<(AccountRef, Account)>, Failure> {
    let text = text.trim();
    let live = |view: &TenantView, ids: Vec<AccountId>| -> Vec<(AccountRef, Account)> {
        ids.into_iter()
            .filter_map(|id| Some((view.reference(id), view.account(id)?)))
            .filter(|(_, a)| a.status != Status::Deleted)
            .collect()
    };
    if text.parse::<AccountRef>().is_ok() {
        let id = find::account(state, text, None)?;
        let account = state.account(id).map(|a| (id, a));
        return Ok(account.into_iter().collect());
    }
    let ways: [fn(&TenantView, &str) -> Vec<AccountId>; 3] = [
        TenantView::with_external_id,
        TenantView::with_employee_id,
        TenantView::with_email,
    ];
    let found = ways.into_iter().map(|way| {
        state
            .tenants()
            .flat_map(|v| live(v, way(v, text)))
            .collect::<Vec<_>>()
    });
    found.into_iter().find(|f| !f.is_empty()).ok_or_else(|| {
        Failure::missing(
            "person",
            format!("nobody is known as {text:?}"),
            "name an email, an external id, an employee id, or an account such as 2-417",
        )
    })
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
