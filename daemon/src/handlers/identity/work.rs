//! What a verb on accounts gathers while it plans: entries, the differences in words, warnings; and its answer.

use crate::handlers::ask::Who;
use crate::handlers::describe::{Words, follows};
use crate::handlers::{find, json, order_things, orders_for, orders_opened};
use crate::salt;
use crate::writer::{Draft, Proposal};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Account, AccountId, AccountRef, Entry, Fact, Field, FieldChange, Group, GroupId, Invitation,
    Micros, Order, OrderId, OrderState, Record, Rule, ScopeId, Status, Todo, Value as FieldValue,
    Why,
};
use rollcall_shared::rules::{delegation, groups, invite, roles_edit};
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::{Class, Failure};
use std::collections::{BTreeMap, BTreeSet};

/// A change of one tenant that is being planned.
pub(super) struct Work<'d> {
    pub view: &'d TenantView,
    pub warnings: Vec<String>,
    now: Micros,
    reason: Option<String>,
    entries: Vec<Entry>,
    next_order: OrderId,
    orders: u32,
    /// The teams whose members change, as they will be.
    teams: BTreeMap<GroupId, Group>,
    /// Set where the vendor takes an account out of everything by itself.
    goes: bool,
    /// The scopes whose roles are told to who asks; none is all.
    seen: Option<BTreeSet<ScopeId>>,
    /// Set where a preview names people instead of giving their numbers.
    names: bool,
    /// The differences in words, and what is kept of those that hold personal data.
    phrases: Vec<(String, Option<String>)>,
}

impl<'d> Work<'d> {
    /// Begins in a tenant.
    pub fn new(draft: &Draft<'d>, tenant: &str, reason: Option<&str>) -> Result<Self, Failure> {
        let view = find::tenant(draft.state, tenant)?;
        Ok(Work {
            view,
            warnings: Vec::new(),
            now: draft.now,
            reason: reason.map(str::to_owned),
            entries: Vec::new(),
            next_order: view.next_order(),
            orders: 0,
            teams: BTreeMap::new(),
            goes: false,
            seen: None,
            names: false,
            phrases: Vec::new(),
        })
    }

    /// Tells of roles only what the caller may see.
    pub fn see(&mut self, who: &Who) {
        self.seen = who.allowed.is_err().then(|| who.part.clone());
    }

    /// Takes in a decided change of an account; in a vendor tenant it opens orders.
    pub fn decided(
        &mut self,
        id: AccountId,
        changes: Vec<FieldChange>,
        rule: Rule,
    ) -> Result<(), Failure> {
        let orders = orders_for(self.view, id, &changes, self.now, None);
        self.observed(id, changes, rule)?;
        for fact in orders {
            let fact = match fact {
                Fact::OrderSet(order) if order.state == OrderState::Open => {
                    let id = self.next_order;
                    self.next_order.0 += 1;
                    self.orders += 1;
                    Fact::OrderSet(Order { id, ..order })
                }
                other => other,
            };
            self.entries.push(Entry::plain(fact));
        }
        Ok(())
    }

    /// Whether the vendor is told to change the account's state.
    pub fn orders_status(&self, id: AccountId) -> bool {
        self.entries.iter().any(|entry| match &entry.fact {
            Fact::OrderSet(order) => {
                let field = match &order.todo {
                    Todo::Account { change, .. } => Some(change.field),
                    Todo::Thing { .. } => None,
                };
                order.state == OrderState::Open
                    && (order.account(), field) == (Some(id), Some(Field::Status))
            }
            _ => false,
        })
    }

    /// Takes in a change of an account that opens no orders.
    pub fn observed(
        &mut self,
        id: AccountId,
        changes: Vec<FieldChange>,
        rule: Rule,
    ) -> Result<(), Failure> {
        if changes.is_empty() {
            return Ok(());
        }
        let reference = self.view.reference(id);
        // Of somebody new only what they were given is news, and that their address is new goes without saying.
        let known = self.view.account(id);
        let new = known.is_none();
        let named = known.filter(|_| self.names);
        let named = named.map(|account| find::whom(self.view, &account, true));
        for change in changes.iter().filter(|c| !new || c.field != Field::Kind) {
            let told = self.phrase(change);
            if !told.is_empty() {
                let kept = match (change.field.personal(), new) {
                    (true, true) => Some(String::new()),
                    (true, false) => Some(format!("{reference}: {} changed", change.field.label())),
                    (false, _) => named.as_ref().map(|_| format!("{reference}: {told}")),
                };
                let phrase = match &named {
                    Some(named) => format!("{named}: {told}"),
                    None => format!("{reference}: {told}"),
                };
                self.phrases.push((phrase, kept));
            }
        }
        let why = Why {
            note: self.reason.clone(),
            ..Why::rule(rule)
        };
        self.entries.push(Entry::account(id, changes, why, salt()?));
        Ok(())
    }

    /// Teams are groups too: an account is a member of its main team, and leaves the one before.
    pub fn follow_team(&mut self, id: AccountId, old: Option<ScopeId>, new: Option<ScopeId>) {
        let view = self.view;
        let by_now = view.groups().map(|g| self.teams.get(&g.id).unwrap_or(g));
        let moved = groups::follow(by_now, id, old, new);
        self.teams
            .extend(moved.into_iter().map(|(_, after)| (after.id, after)));
    }

    /// A change in words; nothing for what follows from others.
    fn phrase(&self, change: &FieldChange) -> String {
        let seen = |scope| self.seen.as_ref().is_none_or(|part| part.contains(&scope));
        let roles = |value: &FieldValue| {
            let held = match value {
                FieldValue::Roles(roles) => roles.as_slice(),
                _ => &[],
            };
            let told = held.iter().filter(|a| seen(a.scope));
            let told: Vec<String> = told
                .map(|a| roles_edit::called(a, &self.view.catalog, &self.view.scopes))
                .collect();
            match told.is_empty() {
                true => "none".to_owned(),
                false => told.join(" + "),
            }
        };
        match change.field {
            field if follows(field) => String::new(),
            Field::Roles => format!("roles {} → {}", roles(&change.old), roles(&change.new)),
            Field::Team => {
                let team = |value: &FieldValue| match value {
                    FieldValue::Int(n) => u32::try_from(*n)
                        .map(|n| self.view.scope_name(ScopeId(n)))
                        .unwrap_or_default()
                        .to_owned(),
                    _ => "none".to_owned(),
                };
                format!("team {} → {}", team(&change.old), team(&change.new))
            }
            _ => Words::of(Some(self.view)).change_phrase(change),
        }
    }

    /// An instant on the tenant's clock, for people to read.
    pub fn clock(&self, at: Micros) -> String {
        Words::of(Some(self.view)).minute(at)
    }

    /// Previews name the people concerned; what is kept still has their numbers.
    pub fn by_name(&mut self) {
        self.names = true;
    }

    /// Says what else will be different about somebody; what is kept has their number.
    pub fn note_of(&mut self, account: &Account, phrase: impl Fn(&str) -> String) {
        let shown = phrase(&find::whom(self.view, account, true));
        let kept = phrase(&find::whom(self.view, account, false));
        self.phrases.push((shown, Some(kept)));
    }

    /// Says what else will be different.
    pub fn note(&mut self, phrase: impl Into<String>) {
        self.phrases.push((phrase.into(), None));
    }

    /// Sets or removes a record.
    pub fn record(&mut self, old: Option<Record>, new: Option<Record>) {
        if old != new {
            self.fact(Fact::Record {
                old: old.map(Box::new),
                new: new.map(Box::new),
            });
        }
    }

    /// Sets an account's invitation.
    pub fn invitation(&mut self, old: Option<&Invitation>, new: Invitation) {
        let old = old.cloned().map(Record::Invitation);
        self.record(old, Some(Record::Invitation(new)));
    }

    /// An account is deleted: at the vendor it leaves its groups and delegations with that.
    pub fn goes(&mut self) {
        self.goes = true;
    }

    /// Takes in another fact.
    pub fn fact(&mut self, fact: Fact) {
        self.entries.push(Entry::plain(fact));
    }

    /// The tenant's settings name its owner by email: they follow.
    pub fn owner_email(&mut self, email: &str) {
        let old = self.view.tenant.clone();
        if old.owner != email {
            let mut new = old.clone();
            email.clone_into(&mut new.owner);
            self.fact(Fact::TenantChanged {
                old: Box::new(old),
                new: Box::new(new),
            });
        }
    }

    /// The proposal: nothing of it is written in a dry run, or when nothing changes.
    pub fn finish(
        mut self,
        dry_run: bool,
        message: impl Into<String>,
    ) -> Result<Proposal, Failure> {
        let message = message.into();
        let view = self.view;
        self.entries.extend(self.teams.into_values().map(|new| {
            let old = view.group(new.id).cloned().map(Record::Group);
            Entry::plain(Fact::Record {
                old: old.map(Box::new),
                new: Some(Box::new(Record::Group(new))),
            })
        }));
        let mut orders = self.orders;
        if !self.goes {
            orders += order_things(view, &mut self.entries, self.now);
        }
        self.warnings.extend(orders_opened(orders));
        let nothing = self.entries.is_empty();
        let dry = dry_run || nothing;
        // What is kept in the journal for a retry names nobody; a preview is not kept.
        let changes = self
            .phrases
            .into_iter()
            .map(|(phrase, kept)| kept.filter(|_| !dry).unwrap_or(phrase))
            .filter(|phrase| !phrase.is_empty());
        let answer = Changed {
            message: match dry_run && !nothing {
                true => format!("would do: {message}"),
                false => message,
            },
            seq: (!dry).then_some(view.last_seq() + 1),
            nothing,
            changes: changes.collect(),
            warnings: self.warnings,
        };
        let answer = json(answer)?;
        Ok(Proposal::decide(view.tenant.id, self.entries, answer).previewed(dry_run))
    }
}

/// The account a draft holds, found before.
pub(super) fn account(draft: &Draft<'_>, id: AccountRef) -> Result<Account, Failure> {
    draft.state.account(id).ok_or_else(|| find::gone(id))
}

/// The account as it is after changes.
pub(in crate::handlers) fn after(
    account: &Account,
    changes: &[FieldChange],
) -> Result<Account, Failure> {
    let mut after = account.clone();
    for change in changes {
        after
            .set(change.field, &change.new)
            .map_err(|e| Failure::new(Class::Error, e.to_string()))?;
    }
    Ok(after)
}

/// The fact that closes the open invitation of an account whose state changes by another way than an answer.
pub(crate) fn settle(
    view: &TenantView,
    account: AccountId,
    status: Status,
    now: Micros,
) -> Option<Fact> {
    let old = view.invitation(account)?;
    let new = invite::settled(old, status, now)?;
    Some(Fact::Record {
        old: Some(Box::new(Record::Invitation(old.clone()))),
        new: Some(Box::new(Record::Invitation(new))),
    })
}

/// The fact that ends the delegation that others named for a locked account that works again, by whatever way.
pub(crate) fn unlocked(
    view: &TenantView,
    account: AccountId,
    before: Status,
    after: Status,
) -> Option<Fact> {
    let old = view.delegation(account)?;
    delegation::ends(old, before, after).then(|| Fact::Record {
        old: Some(Box::new(Record::Delegation(old.clone()))),
        new: None,
    })
}
