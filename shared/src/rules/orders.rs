//! What the vendor must do beside accounts: which decided facts are orders on things of a tenant, and what a person may
//! say of an order.

use super::Refusal;
use super::features::SIGN_IN_APPLICATION;
use crate::domain::{
    Fact, Field, FieldChange, Micros, Order, OrderId, OrderState, Record, RecordKind, ScopeId,
    ScopeKind, Status, TenantPlan, Thing, ThingKey, Todo, Value,
};

/// The things that decided facts change at the vendor, each once: custom roles, groups, delegations, scopes, features
/// and settings. Seats, pools and tier say what was bought already; rules of separation of duties, exceptions and reviews
/// are ours alone. A team's scope is told by its group, which `has_group` knows.
pub fn things<'f>(
    facts: impl IntoIterator<Item = &'f Fact>,
    has_group: &dyn Fn(ScopeId) -> bool,
) -> Vec<Thing> {
    let mut out: Vec<Thing> = Vec::new();
    let mut teams: Vec<ScopeId> = Vec::new();
    for fact in facts {
        let thing = match fact {
            Fact::Record { old, new } => {
                // There may be thousands of others in one batch.
                let theirs = [RecordKind::Role, RecordKind::Group, RecordKind::Delegation];
                let kind = new.as_ref().or(old.as_ref()).map(|r| r.kind());
                if !kind.is_some_and(|kind| theirs.contains(&kind)) {
                    continue;
                }
                for record in [old, new].into_iter().flatten() {
                    if let Record::Group(group) = &**record {
                        teams.push(group.scope);
                    }
                }
                Thing::Record {
                    old: old.clone(),
                    new: new.clone(),
                }
            }
            Fact::ScopeCreated(node) => Thing::Scope {
                old: None,
                new: Box::new(node.clone()),
                from: None,
            },
            Fact::ScopeChanged { old, new } => Thing::Scope {
                old: Some(old.clone()),
                new: new.clone(),
                from: None,
            },
            Fact::TenantChanged { old, new } if !same_switches(&old.plan, &new.plan) => {
                Thing::Plan {
                    old: Box::new(at_vendor(&old.plan)),
                    new: Box::new(at_vendor(&new.plan)),
                }
            }
            _ => continue,
        };
        put(&mut out, thing);
    }
    out.retain(|thing| match thing {
        Thing::Scope { new, .. } => {
            let told = teams.contains(&new.id) || has_group(new.id);
            new.kind != ScopeKind::Team || !told
        }
        Thing::Record { .. } | Thing::Plan { .. } => true,
    });
    out
}

/// Whether two tenants' plans say the same of what is switched at the vendor.
fn same_switches(one: &TenantPlan, other: &TenantPlan) -> bool {
    let settings = |plan| at_vendor(plan).settings;
    one.features == other.features && settings(one) == settings(other)
}

/// A plan without the settings that are ours alone.
fn at_vendor(plan: &TenantPlan) -> TenantPlan {
    let mut plan = plan.clone();
    plan.settings.remove(SIGN_IN_APPLICATION);
    plan
}

/// Takes a thing in; of two facts about one thing it keeps the first state and the last.
fn put(out: &mut Vec<Thing>, thing: Thing) {
    let key = thing.key();
    match out.iter_mut().find(|t| t.key() == key) {
        Some(there) => {
            let first = there.clone();
            *there = since(&first, thing);
        }
        None => out.push(thing),
    }
}

/// What is to be reached by `new`, told from where `old` began.
fn since(old: &Thing, new: Thing) -> Thing {
    match (old, new) {
        (Thing::Record { old, .. }, Thing::Record { new, .. }) => Thing::Record {
            old: old.clone(),
            new,
        },
        (Thing::Scope { old, from, .. }, Thing::Scope { new, .. }) => Thing::Scope {
            old: old.clone(),
            new,
            from: from.clone(),
        },
        (Thing::Plan { old, .. }, Thing::Plan { new, .. }) => Thing::Plan {
            old: old.clone(),
            new,
        },
        (_, new) => new,
    }
}

/// Whether there is nothing to do.
fn done(thing: &Thing) -> bool {
    match thing {
        Thing::Record { old, new } => old == new,
        Thing::Scope { old, new, from } => from.is_none() && old.as_ref() == Some(new),
        Thing::Plan { old, new } => same_switches(old, new),
    }
}

/// The fields that say who somebody is: ordered when they are edited, by name alone, for what they hold may be personal.
pub const IDENTITY: [Field; 6] = [
    Field::Email,
    Field::FirstName,
    Field::LastName,
    Field::Username,
    Field::Sid,
    Field::Language,
];

/// Whether a field says who somebody is.
pub fn identity(field: Field) -> bool {
    IDENTITY.contains(&field)
}

/// Whether a person may say that an order is done: no import shows things, and not every one shows who somebody is.
pub fn by_word(order: &Order) -> bool {
    match &order.todo {
        Todo::Account { change, .. } => identity(change.field),
        Todo::Thing { .. } => true,
    }
}

/// Whether a state is one in which access has ended.
pub fn ends(state: &Value) -> bool {
    match state {
        Value::Int(n) => Status::ALL.iter().any(|s| s.is_end() && *s as i64 == *n),
        _ => false,
    }
}

/// Whether nothing is left to do at the vendor: a change of an account ends where it began, which is also what the vendor
/// shows, where it shows anything; or it ends the invitation of somebody the vendor never heard of.
pub fn nothing_left(change: &FieldChange, shown: &Value) -> bool {
    let unseen = *shown == Value::Null;
    let back = change.old == change.new && (unseen || *shown == change.new);
    let never_told = change.old == Value::Null && ends(&change.new);
    back || (never_told && unseen)
}

/// The orders that things open, and those whose place they take, numbered from `next`. Nobody has seen an order that is
/// still open: the new one begins where it began, and where that is the end as well, nothing is left to do.
pub fn open(
    things: Vec<Thing>,
    standing: &dyn Fn(&ThingKey) -> Option<Order>,
    mut next: OrderId,
    now: Micros,
) -> Vec<Order> {
    let mut out = Vec::new();
    for mut thing in things {
        let before = thing.key().and_then(|key| standing(&key));
        if let Some(before) = before {
            if let (OrderState::Open, Todo::Thing { thing: was }) = (before.state, &before.todo) {
                thing = since(was, thing);
            }
            out.push(Order {
                state: OrderState::Superseded,
                updated: now,
                ..before
            });
        }
        if done(&thing) {
            continue;
        }
        out.push(Order {
            id: next,
            todo: Todo::Thing { thing },
            state: OrderState::Open,
            opened: now,
            updated: now,
            run: None,
        });
        next.0 = next.0.saturating_add(1);
    }
    out
}

/// What imports have shown of the account an order is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Whether its access was decided to end: then the vendor's export may leave it out.
    pub ended: bool,
    /// When an export last showed it; none when none did.
    pub last: Option<Micros>,
    /// Of when the newest export is that was read; none when none was.
    pub newest: Option<Micros>,
}

/// What a person says of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is done at the vendor.
    Confirmed,
    /// The vendor refused it.
    Failed,
    /// It is to be handed over again.
    Reopened,
}

/// A person may say that an account's order is done where its access ended and an export that was made after the order was
/// handed over leaves it out: real exports do not list who is gone.
fn left_out(order: &Order, shown: Option<Shown>) -> Result<(), Refusal> {
    let refused = |why: String| {
        Err(Refusal::new(
            "order-import",
            format!("order {} is about an account's state: {why}", order.id.0),
            "bring in the vendor's next export with `rollcall import people` or `rollcall import assets`",
        ))
    };
    let handed = order.updated;
    match shown {
        None | Some(Shown { ended: false, .. }) => {
            refused("what the vendor shows confirms it, nobody's word".to_owned())
        }
        Some(Shown {
            last: Some(last), ..
        }) if last > handed => refused(format!(
            "the vendor's export of {} shows the account; a word counts only where it is missing",
            last.day()
        )),
        Some(Shown { newest, .. }) if newest <= Some(handed) => refused(format!(
            "no export was read yet that is newer than its hand-over on {}; a word counts only where the account is missing there",
            handed.day()
        )),
        Some(_) => Ok(()),
    }
}

/// The state an order gets by what a person says of it; none when it has it already. `later` finds a newer decision
/// about the same, `shown` is what imports showed of its account, where it is about its state or roles.
///
/// # Errors
/// Rules `order-import` (an import shows what becomes of an account, unless it has ended and a newer export leaves it out),
/// `order-state`, `order-reason`.
pub fn answer(
    order: &Order,
    said: Said,
    reason: Option<&str>,
    later: impl FnOnce() -> Option<OrderId>,
    shown: Option<Shown>,
) -> Result<Option<OrderState>, Refusal> {
    let id = order.id.0;
    let wrong = |what: &str, instead: String| {
        let what = format!("order {id} is {}: {what}", order.state);
        Err(Refusal::new("order-state", what, instead))
    };
    let silent = reason.is_none_or(|r| r.trim().is_empty());
    match (said, order.state) {
        (Said::Confirmed, OrderState::Confirmed)
        | (Said::Failed, OrderState::Failed)
        | (Said::Reopened, OrderState::Open) => return Ok(None),
        (Said::Confirmed, OrderState::Delivered) if !by_word(order) => left_out(order, shown)?,
        (Said::Confirmed | Said::Failed, OrderState::Delivered) => {}
        (Said::Confirmed | Said::Failed, OrderState::Open) => {
            return wrong(
                "nobody has had it in hand",
                "hand it over first with `rollcall order export`".into(),
            );
        }
        (Said::Reopened, OrderState::Failed) => {
            if let Some(later) = later() {
                return wrong(
                    "a later decision took its place",
                    format!("see order {}", later.0),
                );
            }
        }
        (Said::Reopened, OrderState::Delivered) => {
            return wrong(
                "it is on its way",
                "print it again with `rollcall order list --state delivered`, or say that it failed first".into(),
            );
        }
        (_, _) => {
            return wrong(
                "that is its end",
                "decide anew: that opens an order of its own".into(),
            );
        }
    }
    if said == Said::Confirmed && silent && !by_word(order) {
        return Err(Refusal::new(
            "order-reason",
            format!("order {id} is not confirmed without a reason: no import shows it done"),
            "give --reason with how it is known: it is kept in the journal",
        ));
    }
    if said == Said::Failed && silent {
        return Err(Refusal::new(
            "order-reason",
            format!("order {id} cannot fail without a reason"),
            "give --reason with what the vendor said: it is kept in the journal",
        ));
    }
    Ok(Some(match said {
        Said::Confirmed => OrderState::Confirmed,
        Said::Failed => OrderState::Failed,
        Said::Reopened => OrderState::Open,
    }))
}
