//! Orders: decisions in a vendor tenant on their way to the vendor, about one account or about a thing of the tenant.

use super::account::words;
use super::field::FieldChange;
use super::ids::{AccountId, OrderId, RunId, ScopeId};
use super::record::{Record, RecordKey, RecordKind};
use super::tenant::{ScopeNode, TenantPlan};
use super::time::Micros;
use minicbor::{Decode, Decoder, Encode, Encoder};
use serde::{Deserialize, Serialize};

/// How far an order is: open → delivered → confirmed (by a later import; a thing of the tenant by a person) | failed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum OrderState {
    /// Decided, not handed to anybody.
    #[n(0)]
    Open = 0,
    /// Exported or sent.
    #[n(1)]
    Delivered = 1,
    /// A later import shows it done, or a person says so of what no import shows.
    #[n(2)]
    Confirmed = 2,
    /// The vendor refused it.
    #[n(3)]
    Failed = 3,
    /// A later decision took its place.
    #[n(4)]
    Superseded = 4,
}
words!(OrderState { Open = "open", Delivered = "delivered", Confirmed = "confirmed", Failed = "failed", Superseded = "superseded" });

/// A thing of a tenant that the vendor must make, change or remove. Before and after are kept whole, so that an order
/// says what is to be reached also when the thing is gone here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A custom role, a group, or a delegation; without `new` it is to be removed.
    #[n(0)]
    Record {
        /// As the vendor has it; none when it has none.
        #[n(0)]
        old: Option<Box<Record>>,
        /// As it is to be.
        #[n(1)]
        new: Option<Box<Record>>,
    },
    /// A scope.
    #[n(1)]
    Scope {
        /// As the vendor has it; none when it has none.
        #[n(0)]
        old: Option<Box<ScopeNode>>,
        /// As it is to be.
        #[n(1)]
        new: Box<ScopeNode>,
        /// The tenant that becomes this scope, with everybody in it.
        #[n(2)]
        from: Option<String>,
    },
    /// Features and settings of the tenant.
    #[n(2)]
    Plan {
        /// As the vendor has them.
        #[n(0)]
        old: Box<TenantPlan>,
        /// As they are to be.
        #[n(1)]
        new: Box<TenantPlan>,
    },
}

/// What names a thing among all of its tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThingKey {
    /// A record.
    Record(RecordKind, RecordKey),
    /// A scope.
    Scope(ScopeId),
    /// Features and settings.
    Plan,
}

impl Thing {
    /// What names it; none for a record that neither was nor will be.
    pub fn key(&self) -> Option<ThingKey> {
        match self {
            Thing::Record { old, new } => {
                let record = new.as_ref().or(old.as_ref())?;
                Some(ThingKey::Record(record.kind(), record.key()))
            }
            Thing::Scope { new, .. } => Some(ThingKey::Scope(new.id)),
            Thing::Plan { .. } => Some(ThingKey::Plan),
        }
    }
}

/// What an order asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Todo {
    /// The status, the roles, the keys or the identity of one account are to be reached; an import shows when they are,
    /// and of an identity a person may say so.
    Account {
        /// Whom it concerns.
        account: AccountId,
        /// What is to be reached.
        change: FieldChange,
    },
    /// A thing of the tenant is to be made, changed or removed; no import shows it, so a person says when it is done.
    Thing {
        /// Which, as it is and as it is to be.
        thing: Thing,
    },
}

/// One thing to be done at the vendor. Idempotent: it states the target, not the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// What it asks for.
    #[serde(flatten)]
    pub todo: Todo,
    /// How far it is.
    pub state: OrderState,
    /// When it was opened.
    pub opened: Micros,
    /// When its state changed last.
    pub updated: Micros,
    /// The run that decided it.
    pub run: Option<RunId>,
}

impl Order {
    /// Whether it is on its way: open or delivered.
    pub fn pending(&self) -> bool {
        matches!(self.state, OrderState::Open | OrderState::Delivered)
    }

    /// The account it concerns; none for a thing of the tenant.
    pub fn account(&self) -> Option<AccountId> {
        match &self.todo {
            Todo::Account { account, .. } => Some(*account),
            Todo::Thing { .. } => None,
        }
    }
}

/// An order as bytes. Account and change have had their places from the first, the thing came later.
#[derive(Encode, Decode)]
struct Stored {
    #[n(0)]
    id: OrderId,
    #[n(1)]
    account: Option<AccountId>,
    #[n(2)]
    change: Option<FieldChange>,
    #[n(3)]
    state: OrderState,
    #[n(4)]
    opened: Micros,
    #[n(5)]
    updated: Micros,
    #[n(6)]
    run: Option<RunId>,
    #[n(7)]
    thing: Option<Thing>,
}

impl<C> Encode<C> for Order {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let (account, change, thing) = match self.todo.clone() {
            Todo::Account { account, change } => (Some(account), Some(change), None),
            Todo::Thing { thing } => (None, None, Some(thing)),
        };
        let stored = Stored {
            id: self.id,
            account,
            change,
            state: self.state,
            opened: self.opened,
            updated: self.updated,
            run: self.run,
            thing,
        };
        stored.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Order {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let stored = Stored::decode(d, ctx)?;
        let todo = match (stored.account, stored.change, stored.thing) {
            (Some(account), Some(change), None) => Todo::Account { account, change },
            (None, None, Some(thing)) => Todo::Thing { thing },
            _ => {
                return Err(minicbor::decode::Error::message(
                    "an order asks for neither an account's change nor a thing",
                ));
            }
        };
        Ok(Order {
            id: stored.id,
            todo,
            state: stored.state,
            opened: stored.opened,
            updated: stored.updated,
            run: stored.run,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Field, Value};

    fn order(todo: Todo) -> Order {
        Order {
            id: OrderId(7),
            todo,
            state: OrderState::Open,
            opened: Micros(1),
            updated: Micros(2),
            run: None,
        }
    }

    #[test]
    fn an_order_of_an_account_is_read_from_the_bytes_it_always_had() {
        #[derive(Encode)]
        struct First {
            #[n(0)]
            id: OrderId,
            #[n(1)]
            account: AccountId,
            #[n(2)]
            change: FieldChange,
            #[n(3)]
            state: OrderState,
            #[n(4)]
            opened: Micros,
            #[n(5)]
            updated: Micros,
            #[n(6)]
            run: Option<RunId>,
        }
        let change = FieldChange {
            field: Field::Status,
            old: Value::Int(1),
            new: Value::Int(2),
        };
        let first = First {
            id: OrderId(7),
            account: AccountId(3),
            change: change.clone(),
            state: OrderState::Open,
            opened: Micros(1),
            updated: Micros(2),
            run: None,
        };
        let now = order(Todo::Account {
            account: AccountId(3),
            change,
        });
        let bytes = minicbor::to_vec(&first).unwrap();
        assert_eq!(minicbor::to_vec(&now).unwrap(), bytes);
        assert_eq!(minicbor::decode::<Order>(&bytes).unwrap(), now);
    }

    #[test]
    fn an_order_of_a_thing_comes_back_from_bytes_and_from_json() {
        let mut plan = TenantPlan::default();
        plan.features.insert("sub_accounts".into());
        let order = order(Todo::Thing {
            thing: Thing::Plan {
                old: Box::default(),
                new: Box::new(plan),
            },
        });
        let bytes = minicbor::to_vec(&order).unwrap();
        assert_eq!(minicbor::decode::<Order>(&bytes).unwrap(), order);
        let json = serde_json::to_string(&order).unwrap();
        assert_eq!(serde_json::from_str::<Order>(&json).unwrap(), order);
    }
}
