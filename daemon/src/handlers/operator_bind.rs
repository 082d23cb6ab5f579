//! `operator bind`: an OS user stands for a person with operator roles.

use super::ask::{Ask, Extra};
use super::{find, json};
use crate::writer::Proposal;
use rollcall_shared::directory::State;
use rollcall_shared::domain::{
    AccountId, AccountRef, Binding, Entry, Fact, JournalId, OperatorGrant, Status, TenantId,
};
use rollcall_shared::wire::admin::OperatorBind;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) async fn handle(ask: &Ask<'_>, request: OperatorBind) -> Result<Value, Failure> {
    let uid = uid_of(&request.os_user)?;
    let roles: Vec<String> = ask
        .service
        .operators
        .roles
        .iter()
        .map(|r| r.id.clone())
        .collect();
    let caller = ask.caller.peer.uid;
    let own = caller == uid && caller != 0 && caller != ask.service.own_uid;
    ask.change(
        Verb::OperatorBind,
        None,
        Extra::default(),
        move |draft, _| {
            for grant in &request.grants {
                if !roles.contains(&grant.role) {
                    return Err(Failure::new(
                        Class::Usage,
                        format!("there is no operator role {:?}", grant.role),
                    )
                    .rule("roles")
                    .hint(format!("the roles are: {}", roles.join(", "))));
                }
                if let Some(tenant) = &grant.tenant {
                    find::tenant(draft.state, tenant)?;
                }
            }
            if !request.person.contains('@') {
                return Err(Failure::new(
                    Class::Usage,
                    format!("{:?} is not an email address", request.person),
                )
                .rule("email")
                .hint("a person is named by email"));
            }
            let mut grants = request.grants.clone();
            grants.sort();
            grants.dedup();
            let old = draft.state.operator(uid).cloned();
            let new = Binding {
                uid,
                os_user: request.os_user.clone(),
                person: request.person.clone(),
                grants,
                shared: request.shared,
                accounts: accounts_of(draft.state, &request.person, old.as_ref()),
            };
            let another = |old: &Binding| !old.person.eq_ignore_ascii_case(&new.person);
            if own && old.as_ref().is_some_and(another) {
                return Err(Failure::new(
                    Class::Denied,
                    "nobody binds their own login to another person",
                )
                .rule("four-eyes")
                .hint("ask another platform admin, or root"));
            }
            if old.as_ref() == Some(&new) {
                return Ok(Proposal::nothing(json(Changed {
                    message: format!("OS user {} is bound so already", request.os_user),
                    seq: None,
                    nothing: true,
                    changes: Vec::new(),
                    warnings: Vec::new(),
                })?));
            }
            rebound(draft.state, uid, old, Some(new), request.dry_run)
        },
    )
    .await
}

/// The own accounts of who is bound. Somebody bound before keeps the numbers known then, as their address may be somebody
/// else's by now; it counts only in tenants where none is known.
fn accounts_of(
    state: &State,
    person: &str,
    old: Option<&Binding>,
) -> BTreeMap<TenantId, AccountId> {
    let mut accounts = own_accounts(state, person);
    if let Some(same) = old.filter(|old| old.person.eq_ignore_ascii_case(person)) {
        accounts.extend(&same.accounts);
    }
    accounts
}

/// The accounts that have this address now, one in each tenant: an active one before others, a deleted one never.
fn own_accounts(state: &State, person: &str) -> BTreeMap<TenantId, AccountId> {
    let mut found: Vec<(bool, AccountRef)> = Vec::new();
    for id in state.find_email(None, person) {
        let status = state.facts(id).map(|f| f.status);
        if status.is_some_and(|s| s != Status::Deleted) {
            found.push((status != Some(Status::Active), id));
        }
    }
    // The last one put in stays.
    found.sort_unstable_by(|a, b| b.cmp(a));
    found
        .into_iter()
        .map(|(_, id)| (id.tenant, id.account))
        .collect()
}

/// Proposes another binding of an OS user, or none, unless nobody who may bind others would be left.
pub(super) fn rebound(
    state: &State,
    uid: u32,
    old: Option<Binding>,
    new: Option<Binding>,
    dry_run: bool,
) -> Result<Proposal, Failure> {
    keep_an_admin(state, &[uid], new.as_ref())?;
    let os_user = new.as_ref().or(old.as_ref()).map(|b| b.os_user.as_str());
    let os_user = os_user.unwrap_or_default();
    let would = match (new.is_some(), dry_run) {
        (true, true) => "would be bound",
        (true, false) => "is bound",
        (false, true) => "would be unbound",
        (false, false) => "is unbound",
    };
    let mut answer = Changed {
        message: format!("OS user {os_user} (uid {uid}) {would}"),
        seq: None,
        nothing: false,
        changes: Vec::new(),
        warnings: Vec::new(),
    };
    if dry_run {
        // Only here: the answer to a change is kept in the journal, where it must name nobody.
        answer.changes = differences(old.as_ref(), new.as_ref());
        return Ok(Proposal::nothing(json(answer)?));
    }
    answer.seq = Some(state.journal_seq(JournalId::PLATFORM) + 1);
    Ok(Proposal::decide(
        JournalId::PLATFORM,
        vec![Entry::plain(Fact::OperatorBound { uid, old, new })],
        json(answer)?,
    ))
}

/// What differs between two bindings, one phrase each.
fn differences(old: Option<&Binding>, new: Option<&Binding>) -> Vec<String> {
    let told = |binding: Option<&Binding>| binding.map(phrases).unwrap_or_default();
    let shown = |text: String| {
        if text.is_empty() {
            "(none)".into()
        } else {
            text
        }
    };
    ["person", "roles", "login", "accounts of their own"]
        .into_iter()
        .zip(told(old).into_iter().zip(told(new)))
        .filter(|(_, (old, new))| old != new)
        .map(|(what, (old, new))| format!("{what}: {} → {}", shown(old), shown(new)))
        .collect()
}

/// Person, roles, login and own accounts of a binding.
fn phrases(binding: &Binding) -> [String; 4] {
    let role = |grant: &OperatorGrant| match &grant.tenant {
        Some(tenant) => format!("{}@{tenant}", grant.role),
        None => grant.role.clone(),
    };
    let roles: Vec<String> = binding.grants.iter().map(role).collect();
    let login = match binding.shared {
        true => "shared, reads only",
        false => "one person's",
    };
    let own = binding.accounts.iter().map(|(tenant, account)| {
        let (tenant, account) = (*tenant, *account);
        AccountRef { tenant, account }.to_string()
    });
    [
        binding.person.clone(),
        roles.join(", "),
        login.to_owned(),
        own.collect::<Vec<_>>().join(", "),
    ]
}

/// Refuses to leave Rollcall without anybody who may bind others, when these logins are bound to this person or nobody.
pub(super) fn keep_an_admin(
    state: &State,
    uids: &[u32],
    after: Option<&Binding>,
) -> Result<(), Failure> {
    let admin = |b: &Binding| {
        let everywhere = |g: &OperatorGrant| g.role == "platform_admin" && g.tenant.is_none();
        !b.shared && b.grants.iter().any(everywhere)
    };
    let was = uids
        .iter()
        .any(|uid| state.operator(*uid).is_some_and(admin));
    let others = state
        .operators()
        .any(|b| !uids.contains(&b.uid) && admin(b));
    if !was || others || after.is_some_and(admin) {
        return Ok(());
    }
    Err(
        Failure::new(Class::Conflict, "this is the last platform_admin")
            .rule("last-platform-admin")
            .hint("bind another platform_admin first"),
    )
}

fn uid_of(name: &str) -> Result<u32, Failure> {
    match nix::unistd::User::from_name(name) {
        Ok(Some(user)) if user.uid.as_raw() == crate::peer::overflow_uid() => Err(Failure::new(
            Class::Usage,
            format!(
                "{name:?} is the user that stands for unknown ones; nobody can be told apart by it"
            ),
        )
        .rule("overflow-uid")
        .hint("bind the login name with which the person connects")),
        Ok(Some(user)) => Ok(user.uid.as_raw()),
        Ok(None) => Err(Failure::missing(
            "os-user",
            format!("there is no OS user {name:?} on this machine"),
            "bind the login name with which the person connects, as `getent passwd` knows it",
        )),
        Err(e) => Err(Failure::new(
            Class::Error,
            format!("the OS user {name:?} cannot be looked up: {e}"),
        )),
    }
}
