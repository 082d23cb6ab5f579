//! What comes along with an account that goes into a tree: scopes, roles, accounts, and the records that name them.

use super::{Apart, Arrival, Converted, Known, Source, Target};
use crate::domain::{
    Account, AccountId, Answer, Asset, Assignment, CustomRole, Delegation, FieldChange, Group,
    GroupId, Invitation, Micros, Origin, ScopeId, ScopeKind, ScopeNode, SeatHold, Status,
};
use crate::rules::person::EXTERNAL;
use crate::rules::{Refusal, scopes};
use crate::text::{counted, fold};
use std::collections::{BTreeMap, BTreeSet};

/// The new scopes; gives the new number of each old one.
pub(super) fn scopes_of(
    source: &Source<'_>,
    target: &Target<'_>,
    out: &mut Converted,
) -> Result<BTreeMap<ScopeId, ScopeId>, Refusal> {
    // What cannot be inherited is taken along.
    let mut settings = scopes::settings(&source.land, source.tenant, ScopeId::ROOT);
    settings.retain(|_, value| !value.is_empty());
    let wanted = scopes::Wanted {
        kind: ScopeKind::Account,
        parent: target.parent,
        name: target.name.to_owned(),
        settings,
    };
    let made = scopes::make(&target.land, &wanted)?;
    out.warnings.extend(made.warnings);
    out.scopes = made.nodes;
    let mut places = BTreeMap::new();
    if let Some(top) = out.scopes.first_mut() {
        // Where the account says which roles may be held in it, it goes on saying so.
        if let Some(root) = scopes::node(source.land.scopes, ScopeId::ROOT) {
            top.profile.roles.clone_from(&root.profile.roles);
        }
        places.insert(ScopeId::ROOT, top.id);
    }
    let mut next = out.scopes.iter().map(|n| n.id.0).max().unwrap_or(0);
    // Numbers grow with age, so that a scope comes after what it was made in, unless it was moved: then another round.
    let mut left: Vec<&ScopeNode> = source
        .land
        .scopes
        .iter()
        .filter(|n| n.id != ScopeId::ROOT)
        .collect();
    while !left.is_empty() {
        let before = left.len();
        left.retain(|old| {
            let parent = places.get(&old.parent.unwrap_or(ScopeId::ROOT));
            let Some(parent) = parent.copied() else {
                return true;
            };
            next += 1;
            places.insert(old.id, ScopeId(next));
            out.scopes.push(ScopeNode {
                id: ScopeId(next),
                parent: Some(parent),
                ..(*old).clone()
            });
            false
        });
        if left.len() == before {
            break;
        }
    }
    Ok(places)
}

/// The custom roles, local to the new account; gives the new identifier of each.
pub(super) fn roles_of(
    source: &Source<'_>,
    target: &Target<'_>,
    places: &BTreeMap<ScopeId, ScopeId>,
    out: &mut Converted,
) -> BTreeMap<String, String> {
    let top = place(places, ScopeId::ROOT);
    let mut names = BTreeMap::new();
    for role in source.roles {
        let mut new = role.clone();
        let taken = |text: &str, made: &[CustomRole]| {
            target.land.catalog.roles.iter().any(|r| r.answers_to(text))
                || made.iter().any(|r| r.id == text || r.label == text)
        };
        if taken(&new.id, &out.roles) {
            new.id = format!("{}-{}", role.id, top.0);
            out.warnings.push(format!(
                "the identifier {} is taken there: the role is {} now",
                role.id, new.id
            ));
        }
        if taken(&new.label, &out.roles) {
            new.label = free_name(&role.label, target.name, |label| taken(label, &out.roles));
            out.warnings.push(format!(
                "the role {:?} is called {:?} there",
                role.label, new.label
            ));
        }
        new.home = place(places, role.home);
        new.offered = role
            .offered
            .as_ref()
            .map(|offered| offered.iter().map(|s| place(places, *s)).collect());
        names.insert(role.id.clone(), new.id.clone());
        out.roles.push(new);
    }
    // The lists of roles that may be held came along with the scopes.
    for listed in out
        .scopes
        .iter_mut()
        .filter_map(|n| n.profile.roles.as_mut())
    {
        let called = |role: &String| names.get(role).unwrap_or(role).clone();
        *listed = listed.iter().map(called).collect();
    }
    names
}

/// The accounts: new ones, and those of the target of the same person, by number or email, which gain the roles where both
/// are in the same state. Gives the new number of each.
pub(super) fn accounts_of(
    source: &Source<'_>,
    target: &Target<'_>,
    places: &BTreeMap<ScopeId, ScopeId>,
    names: &BTreeMap<String, String>,
    now: Micros,
    out: &mut Converted,
) -> Result<BTreeMap<AccountId, AccountId>, Refusal> {
    let catalog = target.land.catalog;
    let mut numbers = BTreeMap::new();
    let mut next = target.next_account;
    let (mut arrivals, mut apart, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    let mut seats = 0u32;
    let mut joined = 0u32;
    let mut taken: BTreeMap<AccountId, AccountId> = BTreeMap::new();
    let privileged = |held: &[Assignment]| {
        let custom = |a: &Assignment| out.roles.iter().any(|r| r.privileged && r.id == a.role);
        catalog.any_privileged(held) || held.iter().any(custom)
    };
    for old in source.accounts {
        let roles = old.assignments.iter().map(|a| Assignment {
            role: names.get(&a.role).unwrap_or(&a.role).clone(),
            scope: place(places, a.scope),
        });
        let there = there(target, old)?;
        if let Some((there, by)) = &there {
            // Two accounts of one person here would change the one there twice.
            if let Some(other) = taken.insert(there.id, old.id) {
                let rest = format!("are both of the person of account {}", there.id.0);
                return Err(unclear(source, target, &[other, old.id], &rest));
            }
            out.known.extend(by.map(|by| Known {
                old: old.id,
                new: there.id,
                by,
            }));
        }
        let arrival = match there.map(|(there, _)| there) {
            Some(before) => {
                let mut after = before.clone();
                after.assets = sum(&before.assets, &old.assets);
                if before.status == old.status {
                    after.assignments.extend(roles);
                    after.assignments.sort_unstable();
                    after.assignments.dedup();
                    let next = after.manifest.saturating_add(1);
                    after.manifest = next.max((target.manifest)(old));
                    if after.privileged_since.is_none() && privileged(&after.assignments) {
                        after.privileged_since = Some(now);
                    }
                    joined += 1;
                } else {
                    // What was locked on one side must not work by way of the other.
                    apart.push(Apart {
                        old: old.id,
                        was: old.status,
                        new: before.id,
                        is: before.status,
                    });
                }
                Arrival {
                    before: Some(before),
                    after,
                }
            }
            None => {
                let mut after = old.clone();
                after.id = next;
                next.0 = next.0.saturating_add(1);
                after.assignments = roles.collect();
                after.assignments.sort_unstable();
                after.team = old.team.map(|t| place(places, t));
                // What the vendor showed was shown of another account.
                after.observed_status = None;
                after.observed_roles = None;
                after.observed_at = None;
                let next = after.manifest.saturating_add(1);
                after.manifest = next.max((target.manifest)(old));
                seats += u32::from(catalog.seat(after.status, after.kind) != SeatHold::None);
                Arrival {
                    before: None,
                    after,
                }
            }
        };
        numbers.insert(old.id, arrival.after.id);
        arrivals.push(arrival);
        ended.push((old.id, end(old, now)));
    }
    out.accounts = arrivals;
    out.apart = apart;
    out.ended = ended;
    if target.seats_free.is_some_and(|free| free < seats) {
        return Err(Refusal::new(
            "seats",
            format!(
                "User Limit Reached: {} needs {} and has {} free",
                target.tenant.name,
                counted(seats, "seat"),
                target.seats_free.unwrap_or(0)
            ),
            "buy more seats there, or deactivate accounts that are not used",
        ));
    }
    if joined > 0 {
        let name = &target.tenant.name;
        out.warnings.push(match joined {
            1 => format!(
                "1 person has an account in {name} already: they keep it and gain their roles there"
            ),
            _ => format!(
                "{joined} people have an account in {name} already: they keep it and gain their roles there"
            ),
        });
    }
    Ok(numbers)
}

/// The account of the same person in the target: by number, then by email; and by which number, where the address is
/// another. Source: an address changes with a name and passes on, a number does not.
fn there(
    target: &Target<'_>,
    old: &Account,
) -> Result<Option<(Account, Option<&'static str>)>, Refusal> {
    let is = |a: &Account| a.status != Status::Deleted;
    let by_email = (target.by_email)(&old.email).filter(is);
    let by_number = (target.by_number)(old).filter(|(a, _)| is(a));
    match (by_email, by_number) {
        (Some(there), Some((other, by))) if there.id != other.id => Err(Refusal::new(
            "convert-person",
            format!(
                "account {} has the address of account {} in {}, and the {by} of account {}: whose it is cannot be told",
                old.id.0, there.id.0, target.tenant.name, other.id.0
            ),
            "correct the address or the number of one of them first with `rollcall user edit` or a people file",
        )),
        (Some(there), _) => Ok(Some((there, None))),
        // Two directories that count from one give the same number to strangers.
        (None, Some((there, by))) if by == EXTERNAL && !another_sign(old, &there) => {
            Err(Refusal::new(
                "convert-person",
                format!(
                    "account {} has the {by} of account {} in {}, and neither address, employee id nor name agrees: whether they are one person cannot be told",
                    old.id.0, there.id.0, target.tenant.name
                ),
                "let a name or the address agree with `rollcall user edit` if they are; else give one another number by a people file with --renumber",
            ))
        }
        (None, found) => Ok(found.map(|(there, by)| (there, Some(by)))),
    }
}

/// Whether more than the external id says that two accounts are of one person.
fn another_sign(one: &Account, other: &Account) -> bool {
    let named = |a: &Account| !a.first_name.is_empty() && !a.last_name.is_empty();
    let staff = !one.employee_id.is_empty() && one.employee_id == other.employee_id;
    let name = named(one) && fold(&one.display_name()) == fold(&other.display_name());
    staff || name || fold(&one.email) == fold(&other.email)
}

fn unclear(
    source: &Source<'_>,
    target: &Target<'_>,
    accounts: &[AccountId],
    rest: &str,
) -> Refusal {
    let numbers: Vec<String> = accounts.iter().map(|a| a.0.to_string()).collect();
    Refusal::new(
        "convert-person",
        format!(
            "accounts {} of {} {rest} in {}",
            numbers.join(" and "),
            source.tenant.name,
            target.tenant.name
        ),
        "delete the one that is not used, or correct its number, first",
    )
}

/// A name with the account it comes from behind it; numbered where another account of that name brought it before.
fn free_name(name: &str, account: &str, taken: impl Fn(&str) -> bool) -> String {
    let more = (2u32..).map(|n| format!("{name} ({account} {n})"));
    let mut names = std::iter::once(format!("{name} ({account})")).chain(more);
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// Counts of assets of two accounts together.
fn sum(one: &[u32], other: &[u32]) -> Vec<u32> {
    let at = |list: &[u32], i: usize| list.get(i).copied().unwrap_or(0);
    (0..one.len().max(other.len()))
        .map(|i| at(one, i).saturating_add(at(other, i)))
        .collect()
}

/// How an account of the source ends.
fn end(old: &Account, now: Micros) -> Vec<FieldChange> {
    let mut after = old.clone();
    if after.status != Status::Deactivated {
        after.status = Status::Deactivated;
        after.status_by = Origin::Admin;
        after.status_since = now;
        after.manifest = after.manifest.saturating_add(1);
    }
    after.assets.clear();
    old.changes_to(&after)
}

pub(super) fn records_of(
    source: &Source<'_>,
    target: &Target<'_>,
    places: &BTreeMap<ScopeId, ScopeId>,
    accounts: &BTreeMap<AccountId, AccountId>,
    now: Micros,
    out: &mut Converted,
) {
    let apart: BTreeSet<AccountId> = out.apart.iter().map(|a| a.old).collect();
    let there = |id: &AccountId| accounts.get(id).copied();
    // Groups and delegations open things just as roles do.
    let brought = |id: &AccountId| there(id).filter(|_| !apart.contains(id));
    let mut number = target.next_group;
    let mut ids: BTreeMap<GroupId, GroupId> = BTreeMap::new();
    for group in source.groups {
        ids.insert(group.id, GroupId(number));
        number = number.saturating_add(1);
    }
    for old in source.groups {
        let taken = |g: &Group| g.kind == old.kind && g.name == old.name;
        let alike = |name: &str| {
            let mut groups = target.groups.iter().chain(&out.groups);
            groups.any(|g| g.kind == old.kind && g.name == name)
        };
        let name = if target.groups.iter().any(taken) {
            let name = free_name(&old.name, target.name, alike);
            out.warnings.push(format!(
                "the {} {:?} is called {name:?} there",
                old.kind, old.name
            ));
            name
        } else {
            old.name.clone()
        };
        let members: BTreeSet<AccountId> = old.members.iter().filter_map(brought).collect();
        out.groups.push(Group {
            id: ids.get(&old.id).copied().unwrap_or(old.id),
            name,
            scope: place(places, old.scope),
            parent: old.parent.and_then(|p| ids.get(&p).copied()),
            leader: old.leader.as_ref().and_then(brought),
            members,
            ..old.clone()
        });
    }
    let arrived: BTreeSet<AccountId> = out
        .accounts
        .iter()
        .filter(|a| a.before.is_none())
        .map(|a| a.after.id)
        .collect();
    let mut kept = 0u32;
    for old in source.delegations.iter().filter(|d| d.until > now) {
        match (brought(&old.account), brought(&old.delegate)) {
            // Somebody acts for one account at a time; two accounts that are one now need nobody.
            (Some(account), Some(delegate))
                if !(target.delegated)(account) && account != delegate =>
            {
                out.delegations.push(Delegation {
                    account,
                    delegate,
                    named_by: old.named_by.and_then(|by| there(&by)),
                    ..old.clone()
                });
            }
            _ => kept += 1,
        }
    }
    if kept > 0 {
        out.warnings.push(format!(
            "what ends, because in {} somebody acts for these people already, or they or their delegates bring nothing: {}",
            target.tenant.name,
            counted(kept, "delegation")
        ));
    }
    let mut void = 0u32;
    for old in source.invitations {
        let Some(account) = there(&old.account) else {
            continue;
        };
        if arrived.contains(&account) {
            out.invitations.push(Invitation {
                account,
                ..old.clone()
            });
        } else {
            void += u32::from(old.answer == Answer::Pending);
        }
    }
    if void > 0 {
        out.warnings.push(format!(
            "what ends, because these people have an account in {} already: {}",
            target.tenant.name,
            counted(void, "open invitation")
        ));
    }
    let mut asset = target.next_asset;
    for old in source.assets {
        if let Some(owner) = there(&old.owner) {
            out.assets.push(Asset {
                id: asset,
                owner,
                moved: None,
                ..old.clone()
            });
            asset.0 = asset.0.saturating_add(1);
            out.gone.push(Asset {
                gone: true,
                ..old.clone()
            });
        }
    }
}

fn place(places: &BTreeMap<ScopeId, ScopeId>, old: ScopeId) -> ScopeId {
    let top = places.get(&ScopeId::ROOT).copied().unwrap_or(ScopeId::ROOT);
    places.get(&old).copied().unwrap_or(top)
}
