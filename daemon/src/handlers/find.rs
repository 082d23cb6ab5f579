//! Looking up what a request names, with refusals that say what there is.

use super::ask::Ask;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{Account, AccountRef, Run, Status, TenantState};
use rollcall_shared::rules::features;
use rollcall_shared::wire::{Class, Failure};
use serde_json::Value;

/// The tenant of this name.
pub(super) fn tenant<'s>(state: &'s State, name: &str) -> Result<&'s TenantView, Failure> {
    state.tenant_named(name).ok_or_else(|| {
        let known: Vec<&str> = state.tenants().map(|t| t.tenant.name.as_str()).collect();
        let hint = if known.is_empty() {
            "there is no tenant yet: make one with `rollcall tenant create`".into()
        } else {
            format!("the tenants are: {}", known.join(", "))
        };
        Failure::missing("tenant", format!("there is no tenant {name:?}"), hint)
    })
}

/// The tenants a request means: the one it names, or all.
pub(super) fn tenants<'s>(
    state: &'s State,
    name: Option<&str>,
) -> Result<Vec<&'s TenantView>, Failure> {
    match name {
        Some(name) => Ok(vec![tenant(state, name)?]),
        None => Ok(state.tenants().collect()),
    }
}

/// Somebody in words. What is only shown names them; what the journal keeps for a retry has their number.
pub(super) fn whom(view: &TenantView, account: &Account, shown: bool) -> String {
    let (name, address) = (account.display_name(), account.address());
    match shown {
        false => view.reference(account.id).to_string(),
        true if name == address => name,
        true => format!("{name} <{address}>"),
    }
}

/// The account a text means: a reference (`2-417`) or an email.
pub(super) fn account(
    state: &State,
    user: &str,
    tenant_name: Option<&str>,
) -> Result<AccountRef, Failure> {
    account_among(state, user, tenant_name, &|_| true)
}

/// As [`account`], among those that are there for who asks.
fn account_among(
    state: &State,
    user: &str,
    tenant_name: Option<&str>,
    there: &dyn Fn(AccountRef) -> bool,
) -> Result<AccountRef, Failure> {
    let scope = tenant_name
        .map(|name| tenant(state, name))
        .transpose()?
        .map(|view| view.tenant.id);
    if let Ok(id) = user.parse::<AccountRef>() {
        let fits = scope.is_none_or(|t| t == id.tenant);
        return if fits && state.facts(id).is_some() && there(id) {
            Ok(id)
        } else {
            Err(nobody(user))
        };
    }
    let mut found = state.find_email(scope, user);
    found.retain(|id| there(*id));
    // An address passes on: a tenant that is closed gives way to one that is not, and who is gone to who is not.
    give_way(&mut found, |id| {
        let view = state.tenant(id.tenant);
        view.is_some_and(|view| view.tenant.state == TenantState::Closed)
    });
    give_way(&mut found, |id| {
        state.facts(id).is_some_and(|f| f.status == Status::Deleted)
    });
    match found.as_slice() {
        [] => Err(nobody(user)),
        [one] => Ok(*one),
        several => {
            let names: Vec<String> = several
                .iter()
                .filter_map(|id| Some(format!("{id} in {}", state.tenant(id.tenant)?.tenant.name)))
                .collect();
            Err(
                Failure::new(Class::Conflict, format!("{user:?} is in several tenants"))
                    .rule("several-accounts")
                    .hint(format!(
                        "name the tenant with --tenant, or the account: {}",
                        names.join(", ")
                    )),
            )
        }
    }
}

/// Leaves out those that are over, unless all are.
fn give_way(found: &mut Vec<AccountRef>, over: impl Fn(AccountRef) -> bool) {
    if !found.iter().all(|id| over(*id)) {
        found.retain(|id| !over(*id));
    }
}

/// The account a text means, and the name of the tenant it is in: rights are needed there, also to learn that there is no
/// such account.
pub(super) fn place(
    state: &State,
    user: &str,
    tenant_name: Option<&str>,
    there: &dyn Fn(AccountRef) -> bool,
) -> (Result<AccountRef, Failure>, Option<String>) {
    let found = account_among(state, user, tenant_name, there);
    let tenant = match &found {
        Ok(id) => state.tenant(id.tenant).map(|t| t.tenant.name.clone()),
        Err(_) => tenant_name.map(str::to_owned),
    };
    (found, tenant)
}

/// A failure whose remedy names the tenant that the request is about, so that it can be typed as it stands.
pub(crate) fn with_tenant(ask: &Ask<'_>, about: &Value, failure: Failure) -> Failure {
    let text = |key: &str| about.get(key).and_then(Value::as_str);
    // Looking somebody up costs a search: only where the remedy asks for it.
    let meant = || match (text("tenant"), text("user")) {
        (Some(tenant), _) => Some(tenant.to_owned()),
        (None, Some(user)) => place(&ask.state(), user, None, &|_| true).1,
        (None, None) => None,
    };
    match failure.hint.contains(features::TENANT_SET).then(meant) {
        Some(Some(tenant)) => Failure {
            hint: features::in_tenant(&failure.hint, &tenant),
            ..failure
        },
        _ => failure,
    }
}

pub(super) fn nobody(user: &str) -> Failure {
    Failure::missing(
        "account",
        format!("there is no account {user:?}"),
        "look with `rollcall user list --search TEXT`; an account is named by its email or as TENANT-ACCOUNT, for example 2-417",
    )
}

/// That an account which was found is not there any more.
pub(super) fn gone(id: AccountRef) -> Failure {
    Failure::missing(
        "account",
        format!("account {id} is gone"),
        "look again with `rollcall user list`",
    )
}

/// That a tenant which was found is not there any more.
pub(crate) fn tenant_gone() -> Failure {
    Failure::missing(
        "tenant",
        "the tenant is gone",
        "see which there are with `rollcall tenant list`",
    )
}

/// The run a text means, of those that are there for who asks: its id, or the beginning of it when only one fits.
pub(super) fn run<'s>(
    state: &'s State,
    text: &str,
    there: &dyn Fn(&TenantView) -> bool,
) -> Result<(&'s TenantView, &'s Run), Failure> {
    let wanted = text.to_ascii_lowercase();
    let mut found = state
        .tenants()
        .flat_map(|view| view.runs().map(move |run| (view, run)))
        .filter(|(_, run)| run.id.to_string().starts_with(&wanted) && wanted.len() >= 8)
        .filter(|(view, _)| there(view));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Failure::missing(
            "run",
            format!("there is no run {text:?}"),
            "see `rollcall run list`; eight or more characters of the id are enough",
        )),
        (Some(_), Some(_)) => Err(Failure::new(
            Class::Conflict,
            format!("{text:?} fits several runs"),
        )
        .rule("several-runs")
        .hint("give more characters of the id")),
    }
}
