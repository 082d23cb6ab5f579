//! `tenant convert`: a standalone account becomes a sub-account of another tree, in one change over both journals.

use super::super::ask::{Ask, Extra};
use super::super::find;
use super::{json, land, refused};
use crate::handlers::{opened_by, orders_for, orders_opened};
use crate::salt;
use crate::sweeps::numbered;
use crate::writer::Proposal;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Account, AccountId, Asset, Authority, ConflictRule, CustomRole, Delegation, Entry, Exception,
    Fact, Group, HandoverState, Invitation, Micros, Order, Record, RecordKind, Rule, RunState,
    Status, Sweep, TenantState, TransferState, Why,
};
use rollcall_shared::rules::convert::{self, Converted, Source, Target, Unfinished};
use rollcall_shared::rules::person::Keys;
use rollcall_shared::rules::{orders, scopes};
use rollcall_shared::text::counted;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::structure::TenantConvert;
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

/// Assets in one entry.
const ASSETS: usize = 1_000;

pub(super) async fn handle(ask: &Ask<'_>, request: TenantConvert) -> Result<Value, Failure> {
    ask.change(
        Verb::TenantConvert,
        None,
        Extra::default(),
        move |draft, cache| {
            let from = find::tenant(draft.state, &request.tenant)?;
            let into = find::tenant(draft.state, &request.into)?;
            let there = land(into);
            let parent = scopes::found(there.scopes, request.parent.as_deref().unwrap_or_default())
                .map_err(refused)?;
            let name = request.name.as_deref().unwrap_or(&request.tenant);
            let kept = Kept::of(from);
            let lookup = cache.lookup(draft.state, into.tenant.id);
            let by_email = |email: &str| {
                let id = lookup.by_email(draft.state, email)?;
                into.account(id)
            };
            let by_number = |old: &Account| {
                let mut keys = Keys::default();
                keys.learn(old);
                let external = lookup.by_external_id(draft.state, &old.external_id);
                let employee = || lookup.by_employee_id(draft.state, &old.employee_id);
                let there = into.account(external.or_else(employee)?)?;
                let by = keys.matched(&there).filter(|by| *by != "email")?;
                Some((there, by))
            };
            let taken = into
                .seats_used()
                .saturating_add(into.seats_reserved())
                .saturating_add(into.seats_releasing());
            let standing: Vec<Group> = into.groups().cloned().collect();
            let rules: Vec<ConflictRule> = into.conflicts().cloned().collect();
            let target = Target {
                land: there,
                tenant: &into.tenant,
                parent,
                name,
                groups: &standing,
                next_account: AccountId(into.accounts()),
                next_group: into.next_number(RecordKind::Group),
                next_asset: into.next_asset(),
                seats_free: into.tenant.seats.map(|all| all.saturating_sub(taken)),
                by_email: &by_email,
                by_number: &by_number,
                conflicts: &rules,
                exception: &|rule, account| into.exception(rule, account).cloned(),
                delegated: &|account| into.delegation(account).is_some(),
                // Its end in the old tenant is one version more.
                manifest: &|old| into.manifest_above(from.manifest(old).saturating_add(1)),
            };
            let done = convert::convert(&kept.source(from), &target, draft.now).map_err(refused)?;
            let (arrivals, orders) = arrivals(&done, from, into, draft.now)?;
            let place = format!("{}:{}", into.tenant.name, path_there(into, &done));
            let mut answer = Changed {
                message: format!("{} would become the sub-account {place}", from.tenant.name),
                seq: None,
                nothing: false,
                changes: vec![
                    counted(done.scopes.len(), "scope"),
                    counted(done.accounts.len(), "account"),
                    format!(
                        "{}, local to the sub-account",
                        counted(done.roles.len(), "custom role")
                    ),
                    counted(done.groups.len(), "group"),
                    counted(done.delegations.len(), "delegation"),
                    format!(
                        "{} of separation of duties",
                        counted(done.conflicts.len(), "rule")
                    ),
                    counted(done.exceptions.len(), "exception"),
                    counted(done.invitations.len(), "invitation"),
                    counted(done.assets.len(), "asset"),
                    format!("tenant {} closed", from.tenant.name),
                ],
                warnings: done.warnings.clone(),
            };
            answer.changes.retain(|line| !line.starts_with("0 "));
            answer
                .warnings
                .extend(apart(&done, from, into, request.dry_run));
            answer.warnings.extend(known(&done, from, into));
            answer.warnings.extend(policies(from, into));
            answer.warnings.extend(orders_opened(orders));
            answer.warnings.push("this cannot be taken back".to_owned());
            if !request.dry_run {
                answer.message = format!("{} became the sub-account {place}", from.tenant.name);
                answer.seq = Some(into.last_seq() + 1);
            }
            Ok(Proposal {
                entries: vec![
                    (into.tenant.id.into(), arrivals),
                    (from.tenant.id.into(), departures(&done, from, &place)?),
                ],
                answer: json(answer)?,
                observation: false,
                trial: request.dry_run,
                operator: false,
            })
        },
    )
    .await
}

/// Where the new sub-account lies.
fn path_there(into: &TenantView, done: &Converted) -> String {
    let all: Vec<_> = into.scopes.iter().chain(&done.scopes).cloned().collect();
    done.scopes
        .first()
        .map(|top| scopes::path(&all, top.id))
        .unwrap_or_default()
}

/// What of the old tenant comes along.
struct Kept {
    accounts: Vec<Account>,
    roles: Vec<CustomRole>,
    groups: Vec<Group>,
    delegations: Vec<Delegation>,
    invitations: Vec<Invitation>,
    assets: Vec<Asset>,
    conflicts: Vec<ConflictRule>,
    exceptions: Vec<Exception>,
    unfinished: Unfinished,
}

impl Kept {
    fn of(view: &TenantView) -> Self {
        let running = |state| matches!(state, RunState::Proposed | RunState::Running);
        let handovers = view.handovers().filter(|h| h.state == HandoverState::Open);
        let proposed = |state| state == TransferState::Proposed;
        Kept {
            accounts: (0..view.accounts())
                .filter_map(|id| view.account(AccountId(id)))
                .filter(|a| a.status != Status::Deleted)
                .collect(),
            roles: view.custom_roles().cloned().collect(),
            groups: view.groups().cloned().collect(),
            delegations: view.delegations().cloned().collect(),
            invitations: view.invitations().cloned().collect(),
            assets: view.assets().filter(|a| !a.gone).cloned().collect(),
            conflicts: view.conflicts().cloned().collect(),
            exceptions: view.exceptions().cloned().collect(),
            unfinished: Unfinished {
                orders: view.orders().filter(|o| o.pending()).count(),
                handovers: handovers.count(),
                reviews: view.reviews().filter(|r| r.closed.is_none()).count(),
                transfers: view.transfers().filter(|t| proposed(t.state)).count(),
                runs: view.runs().filter(|r| running(r.state)).count(),
            },
        }
    }

    fn source<'a>(&'a self, view: &'a TenantView) -> Source<'a> {
        Source {
            land: land(view),
            tenant: &view.tenant,
            accounts: &self.accounts,
            roles: &self.roles,
            groups: &self.groups,
            delegations: &self.delegations,
            invitations: &self.invitations,
            assets: &self.assets,
            conflicts: &self.conflicts,
            exceptions: &self.exceptions,
            unfinished: self.unfinished,
        }
    }
}

fn why(note: String) -> Why {
    Why {
        note: Some(note),
        ..Why::rule(Rule::Structure)
    }
}

/// Who brings nothing but what they own. What is kept for a retry names accounts by number only.
fn apart<'a>(
    done: &'a Converted,
    from: &'a TenantView,
    into: &'a TenantView,
    named: bool,
) -> impl Iterator<Item = String> + 'a {
    done.apart.iter().map(move |apart| {
        let email = named.then(|| from.account(apart.old)).flatten();
        let email = email.map_or_else(String::new, |a| format!(" ({})", a.email));
        format!(
            "account {}{email} is {}, and account {} of the same person in {} is {}: that one stays as it is, and no role, group or delegation comes along",
            from.reference(apart.old),
            apart.was,
            into.reference(apart.new),
            into.tenant.name,
            apart.is
        )
    })
}

/// Who keeps another address than they had here.
fn known<'a>(
    done: &'a Converted,
    from: &'a TenantView,
    into: &'a TenantView,
) -> impl Iterator<Item = String> + 'a {
    done.known.iter().map(|known| {
        format!(
            "account {} and account {} in {} are one person, by {}: they keep that one, with its address",
            from.reference(known.old),
            into.reference(known.new),
            into.tenant.name,
            known.by
        )
    })
}

/// The sweeps that do otherwise in the tree than they did in the account.
fn policies(from: &TenantView, into: &TenantView) -> Option<String> {
    let differ = |sweep: &&Sweep| from.policy(**sweep) != into.policy(**sweep);
    let sweeps: Vec<&str> = Sweep::ALL.iter().filter(differ).map(|s| s.word()).collect();
    (!sweeps.is_empty()).then(|| {
        format!(
            "sweeps follow the policies of {} from then on, which differ: {}",
            into.tenant.name,
            sweeps.join(", ")
        )
    })
}

/// The entries of the target, and how many orders they open. Roles come before who holds them. The vendor is told once
/// that the account becomes a sub-account: everybody in it goes along there. Only who was in the tree already gets roles
/// that are ordered one by one.
fn arrivals(
    done: &Converted,
    from: &TenantView,
    into: &TenantView,
    now: Micros,
) -> Result<(Vec<Entry>, u32), Failure> {
    let set = |record| {
        Entry::plain(Fact::Record {
            old: None,
            new: Some(Box::new(record)),
        })
    };
    let scopes = done.scopes.iter().cloned().map(Fact::ScopeCreated);
    let mut entries: Vec<Entry> = scopes.map(Entry::plain).collect();
    entries.extend(done.roles.iter().cloned().map(Record::Role).map(set));
    let mut next = into.next_order();
    let mut told: Vec<Order> = Vec::new();
    if into.tenant.authority == Authority::Vendor {
        told = orders::open(done.told.clone(), &|_| None, next, now);
        next.0 = next
            .0
            .saturating_add(u32::try_from(told.len()).unwrap_or(u32::MAX));
    }
    let mut opened = u32::try_from(told.len()).unwrap_or(u32::MAX);
    for arrival in &done.accounts {
        let after = &arrival.after;
        let changes = match &arrival.before {
            Some(before) => before.changes_to(after),
            None => after.creation(),
        };
        if changes.is_empty() {
            continue;
        }
        let ordered = match &arrival.before {
            Some(_) => orders_for(into, after.id, &changes, now, None),
            None => Vec::new(),
        };
        let why = why(format!("{} became a sub-account", from.tenant.name));
        entries.push(Entry::account(after.id, changes, why, salt()?));
        opened = opened.saturating_add(opened_by(&ordered));
        for fact in ordered {
            entries.push(Entry::plain(numbered(fact, &mut next)));
        }
    }
    entries.extend(done.groups.iter().cloned().map(Record::Group).map(set));
    let delegations = done.delegations.iter().cloned().map(Record::Delegation);
    entries.extend(delegations.map(set));
    let invitations = done.invitations.iter().cloned().map(Record::Invitation);
    entries.extend(invitations.map(set));
    entries.extend(
        done.conflicts
            .iter()
            .cloned()
            .map(Record::Conflict)
            .map(set),
    );
    let exceptions = done.exceptions.iter().cloned().map(Record::Exception);
    entries.extend(exceptions.map(set));
    entries.extend(assets(&done.assets));
    // Numbered first, they come first.
    let told = told
        .into_iter()
        .map(|order| Entry::plain(Fact::OrderSet(order)));
    entries.splice(done.scopes.len()..done.scopes.len(), told);
    Ok((entries, opened))
}

/// The entries of the old tenant: everybody is deactivated, it is closed.
fn departures(done: &Converted, from: &TenantView, place: &str) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for (id, changes) in done.ended.iter().filter(|(_, changes)| !changes.is_empty()) {
        let why = why(format!("became part of {place}"));
        entries.push(Entry::account(*id, changes.clone(), why, salt()?));
    }
    entries.extend(assets(&done.gone));
    let mut closed = from.tenant.clone();
    closed.state = TenantState::Closed;
    entries.push(Entry::plain(Fact::TenantChanged {
        old: Box::new(from.tenant.clone()),
        new: Box::new(closed),
    }));
    Ok(entries)
}

fn assets(all: &[Asset]) -> impl Iterator<Item = Entry> + '_ {
    all.chunks(ASSETS)
        .map(|part| Entry::plain(Fact::Assets(part.to_vec())))
}
