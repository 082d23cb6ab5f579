//! How decisions in a vendor tenant become orders: on accounts, and on things of the tenant.

use crate::sweeps::numbered;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    AccountId, Authority, Entry, Fact, Field, FieldChange, Micros, Order, OrderState, RunId,
    Status, Todo, Value,
};
use rollcall_shared::rules::orders;
use rollcall_shared::text::counted;

/// Adds to decided entries the orders on roles, groups, delegations, scopes, features and settings that they open in a
/// vendor tenant, and numbers all orders of the batch one after the other. Gives how many orders on things were opened.
pub(crate) fn order_things(view: &TenantView, entries: &mut Vec<Entry>, now: Micros) -> u32 {
    if view.tenant.authority != Authority::Vendor {
        return 0;
    }
    let has_group = |scope| view.groups().any(|group| group.scope == scope);
    let things = orders::things(entries.iter().map(|e| &e.fact), &has_group);
    let standing = |key: &_| view.open_thing(key).cloned();
    let opened = orders::open(things, &standing, view.next_order(), now);
    let opened: Vec<Fact> = opened.into_iter().map(Fact::OrderSet).collect();
    let count = opened_by(&opened);
    entries.extend(opened.into_iter().map(Entry::plain));
    let mut next = view.next_order();
    for entry in entries.iter_mut() {
        if matches!(entry.fact, Fact::OrderSet(_)) {
            let fact = std::mem::replace(&mut entry.fact, Fact::Assets(Vec::new()));
            entry.fact = numbered(fact, &mut next);
        }
    }
    count
}

/// How many orders facts open.
pub(crate) fn opened_by<'f>(facts: impl IntoIterator<Item = &'f Fact>) -> u32 {
    let opened = facts.into_iter().filter(|fact| is_open(fact));
    u32::try_from(opened.count()).unwrap_or(u32::MAX)
}

/// Says that orders to the vendor are opened; nothing where none is.
pub(crate) fn orders_opened(orders: u32) -> Option<String> {
    match orders {
        0 => None,
        n => Some(format!("opens {} to the vendor", counted(n, "order"))),
    }
}

/// The orders that decided changes of status, roles or identity open in a vendor tenant, and those they take the place
/// of. Nobody has seen an order that is still open: the new one begins where it began, and where that is the end as well,
/// or the invitation of somebody the vendor never heard of, nothing is left to do. New orders are numbered from the
/// tenant's next one; a batch with several accounts numbers them on.
pub(crate) fn orders_for(
    view: &TenantView,
    account: AccountId,
    changes: &[FieldChange],
    now: Micros,
    run: Option<RunId>,
) -> Vec<Fact> {
    if view.tenant.authority != Authority::Vendor {
        return Vec::new();
    }
    let mut facts = Vec::new();
    // Who somebody new is goes with the invitation.
    let known = account.0 < view.accounts();
    let ordered = changes.iter().filter_map(|change| match change.field {
        Field::Status | Field::Roles => Some(change.clone()),
        // What is personal stays out of the order: it is read from the account when it is printed.
        field if known && orders::identity(field) => Some(FieldChange {
            field,
            old: Value::Null,
            new: Value::Null,
        }),
        _ => None,
    });
    let again = roles_again(view, account, changes);
    let unheard = never_told(view, account, changes);
    for mut change in ordered.chain(again) {
        let field = change.field;
        let standing = view.open_order(account, field);
        if unheard && standing.is_none() && !orders::identity(field) {
            continue;
        }
        if let Some(open) = standing {
            facts.push(superseded(open, now));
            if let (OrderState::Open, Todo::Account { change: was, .. }) = (open.state, &open.todo)
                && !orders::identity(field)
            {
                change.old.clone_from(&was.old);
                let shown = view.account(account).map(|known| match field {
                    Field::Status => known.get(Field::ObservedStatus),
                    _ => known.get(Field::ObservedRoles),
                });
                let shown = shown.unwrap_or(Value::Null);
                if orders::nothing_left(&change, &shown) {
                    if shown == Value::Null && orders::ends(&change.new) {
                        let roles = view.open_order(account, Field::Roles);
                        let roles = roles.filter(|o| o.state == OrderState::Open);
                        facts.extend(roles.map(|order| superseded(order, now)));
                    }
                    continue;
                }
            }
        }
        let mut id = view.next_order();
        id.0 += opened_by(&facts);
        facts.push(Fact::OrderSet(Order {
            id,
            todo: Todo::Account { account, change },
            state: OrderState::Open,
            opened: now,
            updated: now,
            run,
        }));
    }
    facts
}

fn is_open(fact: &Fact) -> bool {
    matches!(fact, Fact::OrderSet(order) if order.state == OrderState::Open)
}

fn superseded(order: &Order, now: Micros) -> Fact {
    Fact::OrderSet(Order {
        state: OrderState::Superseded,
        updated: now,
        ..order.clone()
    })
}

/// Whether a change ends what the vendor never heard of: the invitation was taken back before anybody had its order, and no
/// export showed the account. An order that took another's place has one behind it, so the newest tells: one that began with
/// a state was opened behind one that had been handed out.
fn never_told(view: &TenantView, account: AccountId, changes: &[FieldChange]) -> bool {
    let ends = |c: &FieldChange| c.field == Field::Status && orders::ends(&c.new);
    if !changes.iter().any(ends) {
        return false;
    }
    let unseen = view
        .account(account)
        .is_some_and(|known| known.observed_status.is_none() && known.observed_roles.is_none());
    let about = |order: &&Order| match &order.todo {
        Todo::Account {
            account: of,
            change,
        } => *of == account && change.field == Field::Status,
        Todo::Thing { .. } => false,
    };
    let newest = || view.orders().rev().find(about);
    let unheard = |order: &Order| {
        let began = match &order.todo {
            Todo::Account { change, .. } => change.old == Value::Null,
            Todo::Thing { .. } => false,
        };
        began && order.state == OrderState::Superseded
    };
    unseen && newest().is_some_and(unheard)
}

/// The roles of who is invited again, where the vendor was not told of them: an order that nobody saw fell with the
/// invitation before.
fn roles_again(
    view: &TenantView,
    account: AccountId,
    changes: &[FieldChange],
) -> Option<FieldChange> {
    let invited =
        |c: &FieldChange| c.field == Field::Status && c.new == Value::Int(Status::Invited as i64);
    if !changes.iter().any(invited) || changes.iter().any(|c| c.field == Field::Roles) {
        return None;
    }
    let known = view.account(account)?;
    let told = known.observed_roles.is_some() || view.open_order(account, Field::Roles).is_some();
    (!told && !known.assignments.is_empty()).then_some(FieldChange {
        field: Field::Roles,
        old: Value::Null,
        new: Value::Roles(known.assignments),
    })
}
