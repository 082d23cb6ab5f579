//! The orders of a vendor tenant on their way.

use super::history::OrderStep;
use rollcall_shared::domain::{
    AccountId, FieldChange, Micros, Order, OrderId, OrderState, RunId, Todo,
};
use std::collections::BTreeMap;

/// Orders that are open or delivered, by account.
#[derive(Debug, Default)]
pub struct Ledger {
    count: u32,
    open: BTreeMap<u32, Order>,
    /// The orders of deeds, by their places among them.
    deeds: BTreeMap<usize, Order>,
}

impl Ledger {
    /// Opens the order of a deed.
    pub fn deed(&mut self, at: Micros, place: usize, todo: Todo) -> Order {
        self.count += 1;
        let order = Order {
            id: OrderId(self.count),
            todo,
            state: OrderState::Open,
            opened: at,
            updated: at,
            run: None,
        };
        self.deeds.insert(place, order.clone());
        order
    }

    /// Moves the order of a deed on, by its place among them; none when there is none.
    pub fn now(&mut self, at: Micros, place: usize, state: OrderState) -> Option<Order> {
        let order = self.deeds.get_mut(&place)?;
        order.state = state;
        order.updated = at;
        Some(order.clone())
    }

    /// Moves an account's order on; opening one supersedes the one before it. Gives the orders that changed.
    pub fn step(
        &mut self,
        at: Micros,
        account: u32,
        step: OrderStep,
        change: Option<FieldChange>,
        run: Option<RunId>,
    ) -> Vec<Order> {
        let moved = |order: Order, state| Order {
            state,
            updated: at,
            ..order
        };
        let before = self.open.remove(&account);
        let state = match (step, change) {
            (OrderStep::Open, Some(change)) => {
                self.count += 1;
                let order = Order {
                    id: OrderId(self.count),
                    todo: Todo::Account {
                        account: AccountId(account),
                        change,
                    },
                    state: OrderState::Open,
                    opened: at,
                    updated: at,
                    run,
                };
                self.open.insert(account, order.clone());
                let superseded = before.map(|order| moved(order, OrderState::Superseded));
                return superseded.into_iter().chain([order]).collect();
            }
            (OrderStep::Open | OrderStep::Deliver, _) => OrderState::Delivered,
            (OrderStep::Confirm, _) => OrderState::Confirmed,
            (OrderStep::Fail, _) => OrderState::Failed,
        };
        let Some(order) = before.map(|order| moved(order, state)) else {
            return Vec::new();
        };
        if state == OrderState::Delivered {
            self.open.insert(account, order.clone());
        }
        vec![order]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_shared::domain::{Field, Value};

    #[test]
    fn a_later_decision_takes_the_place_of_an_open_order() {
        let mut ledger = Ledger::default();
        let change = FieldChange {
            field: Field::Status,
            old: Value::Int(1),
            new: Value::Int(2),
        };
        let mut step = |at, step, change: Option<&FieldChange>| -> Vec<(u32, OrderState)> {
            ledger
                .step(Micros(at), 7, step, change.cloned(), None)
                .into_iter()
                .map(|order| (order.id.0, order.state))
                .collect()
        };
        let open = [(1, OrderState::Open)];
        assert_eq!(step(1, OrderStep::Open, Some(&change)), open);
        assert_eq!(
            step(2, OrderStep::Deliver, None),
            [(1, OrderState::Delivered)]
        );
        let taken = [(1, OrderState::Superseded), (2, OrderState::Open)];
        assert_eq!(step(3, OrderStep::Open, Some(&change)), taken);
        assert_eq!(
            step(4, OrderStep::Confirm, None),
            [(2, OrderState::Confirmed)]
        );
        assert_eq!(step(5, OrderStep::Confirm, None), []);
    }
}
