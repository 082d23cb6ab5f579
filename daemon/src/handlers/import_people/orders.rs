//! Orders that a file shows done. What counts is the file's last word on the account, and a file that contradicts itself
//! confirms nothing.

use super::batch::Batch;
use super::pending::Pending;
use crate::writer::Draft;
use rollcall_shared::domain::{
    Account, AccountId, Entry, Fact, Field, FieldChange, Order, OrderState, PersonRow, Status,
    Todo, Value,
};
use rollcall_shared::rules::{orders, people};

impl<'a> Batch<'a> {
    /// Notes a row about an account of which orders are on their way, if the file can show what the vendor did.
    pub(super) fn shows(&mut self, ordered: bool, account: AccountId, row: &'a PersonRow) {
        if !ordered || !self.told_by.observes() || self.member.is_some() {
            return;
        }
        if !self.told.is_contradicted(account) {
            self.ordered.entry(account).or_default().push(row);
        }
    }

    /// A row said otherwise than earlier ones: nothing of the account is confirmed, and what an earlier batch of the file
    /// confirmed is on its way again.
    pub(super) fn contradicted(&mut self, row: &PersonRow, account: AccountId) {
        self.ordered.remove(&account);
        for order in self.told.contradict(account) {
            let again = match &order.todo {
                Todo::Account { change, .. } => self.view.open_order(account, change.field),
                Todo::Thing { .. } => None,
            };
            if again.is_some() {
                continue;
            }
            self.conflicts(
                row,
                vec![format!(
                    "order {}: an earlier row of this file confirmed it, and this one says otherwise: it is {} again",
                    order.id.0, order.state
                )],
            );
            self.answer.reopened += 1;
            self.reopened.push(order);
        }
    }

    /// The entries for what the rows of this batch show done, and for what a contradiction sends on its way again.
    pub(super) fn confirmed(&mut self, draft: &Draft<'_>, pending: &Pending) -> Vec<Entry> {
        let mut set = std::mem::take(&mut self.reopened);
        set.iter_mut().for_each(|order| order.updated = draft.now);
        for (account, rows) in std::mem::take(&mut self.ordered) {
            let Some(after) = self.account(account, pending) else {
                continue;
            };
            for field in orders::IDENTITY
                .into_iter()
                .chain([Field::Status, Field::Roles])
            {
                let Some(order) = self.view.open_order(account, field) else {
                    continue;
                };
                if !shown(order, &rows, &after) {
                    continue;
                }
                self.told.confirmed(account, order);
                set.push(Order {
                    state: OrderState::Confirmed,
                    updated: draft.now,
                    ..order.clone()
                });
                self.answer.confirmed += 1;
            }
        }
        let set = set.into_iter().map(Fact::OrderSet);
        set.map(Entry::plain).collect()
    }
}

/// Whether rows of a file, with all that the file makes of the account, show an order done.
fn shown(order: &Order, rows: &[&PersonRow], after: &Account) -> bool {
    let Todo::Account { change, .. } = &order.todo else {
        return false;
    };
    let observed = match change.field {
        Field::Status => Field::ObservedStatus,
        Field::Roles => Field::ObservedRoles,
        field => return rows.iter().any(|row| people::shows(row, after, field)),
    };
    change.new == after.get(observed) || done(change, after.observed_status)
}

/// Whether an order on a state is done by another one: whom it invites is in, or what it ends has ended for good.
fn done(change: &FieldChange, shown: Option<Status>) -> bool {
    let wanted = match (change.field, &change.new) {
        (Field::Status, Value::Int(n)) => usize::try_from(*n).ok(),
        _ => None,
    };
    let wanted = wanted.and_then(|n| Status::ALL.get(n).copied());
    wanted.zip(shown).is_some_and(|(wanted, shown)| {
        wanted.met_by(shown) || (wanted, shown) == (Status::Invited, Status::Active)
    })
}
