//! Orders on things: each decision the vendor must carry out opens one, and a person's word ends it.

use crate::domain::{
    AccountId, Authority, CustomRole, Fact, Field, FieldChange, Group, GroupId, GroupKind, Micros,
    Order, OrderId, OrderState, Record, ScopeId, ScopeKind, ScopeNode, ScopeProfile, Span, Status,
    Tenant, TenantId, TenantPlan, TenantState, Thing, Todo, Value,
};
use crate::rules::orders::{Said, Shown, answer, nothing_left, open, things};

fn role(grants: &[&str]) -> Record {
    Record::Role(CustomRole {
        id: "closer".into(),
        label: "Closer".into(),
        description: String::new(),
        grants: grants.iter().map(|g| (*g).to_owned()).collect(),
        blocks: [].into(),
        enabled: true,
        home: ScopeId::ROOT,
        offered: None,
        privileged: false,
    })
}

fn set(old: Option<Record>, new: Option<Record>) -> Fact {
    Fact::Record {
        old: old.map(Box::new),
        new: new.map(Box::new),
    }
}

fn opened(facts: &[Fact], standing: Option<&Order>) -> Vec<Order> {
    let things = things(facts, &|_| false);
    open(things, &|_| standing.cloned(), OrderId(5), Micros(9))
}

fn states(orders: &[Order]) -> Vec<(u32, OrderState)> {
    orders.iter().map(|o| (o.id.0, o.state)).collect()
}

#[test]
fn a_decision_about_a_role_opens_an_order_and_takes_the_place_of_the_one_before() {
    let first = opened(&[set(None, Some(role(&["a"])))], None);
    assert_eq!(states(&first), [(5, OrderState::Open)]);
    let standing = Order {
        id: OrderId(2),
        ..first[0].clone()
    };
    let edit = [set(Some(role(&["a"])), Some(role(&["a", "b"])))];
    let second = opened(&edit, Some(&standing));
    let both = [(2, OrderState::Superseded), (5, OrderState::Open)];
    assert_eq!(states(&second), both);
    // The vendor has seen nothing yet: it is still to be made, not to be changed.
    let Todo::Thing {
        thing: Thing::Record { old, new },
    } = &second[1].todo
    else {
        panic!("{second:?}");
    };
    assert_eq!((old, new.as_deref()), (&None, Some(&role(&["a", "b"]))));
    // Made and taken back before anybody saw it: nothing is to be done.
    let back = opened(&[set(Some(role(&["a"])), None)], Some(&standing));
    assert_eq!(states(&back), [(2, OrderState::Superseded)]);
    let seen = Order {
        state: OrderState::Delivered,
        ..standing
    };
    assert_eq!(
        states(&opened(&[set(Some(role(&["a"])), None)], Some(&seen))),
        both
    );
}

#[test]
fn a_team_is_one_order_and_what_is_ours_alone_is_none() {
    let scope = ScopeNode {
        id: ScopeId(3),
        kind: ScopeKind::Team,
        parent: Some(ScopeId::ROOT),
        name: "Sales".into(),
        profile: ScopeProfile::default(),
    };
    let group = Record::Group(Group {
        id: GroupId(1),
        kind: GroupKind::Team,
        name: "Sales".into(),
        scope: ScopeId(3),
        parent: None,
        leader: None,
        members: [AccountId(4)].into(),
        share_envelopes: false,
        share_templates: false,
    });
    let both = [Fact::ScopeCreated(scope.clone()), set(None, Some(group))];
    let orders = opened(&both, None);
    assert_eq!(orders.len(), 1, "{orders:?}");
    assert!(matches!(
        &orders[0].todo,
        Todo::Thing {
            thing: Thing::Record { .. }
        }
    ));
    let alone = [Fact::ScopeCreated(scope)];
    assert_eq!(opened(&alone, None).len(), 1);
    let rule = Record::Conflict(crate::domain::ConflictRule {
        name: "x".into(),
        one: crate::domain::Side {
            roles: vec!["a".into()],
            kind: None,
            name: None,
        },
        other: crate::domain::Side {
            roles: vec!["b".into()],
            kind: None,
            name: None,
        },
        within: None,
        why: "y".into(),
    });
    assert_eq!(opened(&[set(None, Some(rule))], None), []);
}

#[test]
fn a_person_ends_an_order_on_a_thing_and_only_an_import_one_on_an_account() {
    let thing = &opened(&[set(None, Some(role(&["a"])))], None)[0];
    let at = |state| Order {
        state,
        ..thing.clone()
    };
    let rule = |order: &Order, said, reason| {
        answer(order, said, reason, || None, None).map_err(|r| r.rule)
    };
    use OrderState::{Confirmed, Delivered, Failed, Open, Superseded};
    assert_eq!(
        rule(&at(Delivered), Said::Confirmed, None),
        Ok(Some(Confirmed))
    );
    assert_eq!(rule(&at(Confirmed), Said::Confirmed, None), Ok(None));
    assert_eq!(rule(&at(Open), Said::Confirmed, None), Err("order-state"));
    assert_eq!(
        rule(&at(Superseded), Said::Confirmed, None),
        Err("order-state")
    );
    assert_eq!(
        rule(&at(Delivered), Said::Failed, Some(" ")),
        Err("order-reason")
    );
    assert_eq!(
        rule(&at(Delivered), Said::Failed, Some("no")),
        Ok(Some(Failed))
    );
    assert_eq!(rule(&at(Failed), Said::Reopened, None), Ok(Some(Open)));
    assert_eq!(
        rule(&at(Delivered), Said::Reopened, None),
        Err("order-state")
    );
    let later = answer(&at(Failed), Said::Reopened, None, || Some(OrderId(8)), None);
    assert!(later.unwrap_err().instead.contains("order 8"));
    let account = Order {
        todo: Todo::Account {
            account: AccountId(3),
            change: FieldChange {
                field: Field::Status,
                old: Value::Int(1),
                new: Value::Int(2),
            },
        },
        ..at(Delivered)
    };
    assert_eq!(rule(&account, Said::Confirmed, None), Err("order-import"));
    assert_eq!(rule(&account, Said::Failed, Some("no")), Ok(Some(Failed)));

    // Who is gone is missing from real exports: then a person may say so, and say how it is known.
    let handed = account.updated;
    let after = |days| Some(handed.plus(Span::days(days)));
    let word = |ended, last, newest, reason| {
        let shown = Shown {
            ended,
            last,
            newest,
        };
        answer(&account, Said::Confirmed, reason, || None, Some(shown)).map_err(|r| r.rule)
    };
    let (known, why) = (after(-3), Some("seen in the portal"));
    assert_eq!(word(true, known, after(1), why), Ok(Some(Confirmed)));
    assert_eq!(word(true, None, after(1), why), Ok(Some(Confirmed)));
    assert_eq!(word(true, known, after(1), None), Err("order-reason"));
    assert_eq!(
        word(false, known, after(1), why),
        Err("order-import"),
        "who has access is shown"
    );
    assert_eq!(word(true, after(1), after(1), why), Err("order-import"));
    assert_eq!(
        word(true, known, after(-1), why),
        Err("order-import"),
        "nothing newer was read"
    );
    assert_eq!(word(true, None, None, why), Err("order-import"));
    // Nobody's word ends what nobody had in hand, or what is over.
    for state in [Open, Failed, Superseded] {
        let order = Order {
            state,
            ..account.clone()
        };
        let shown = Shown {
            ended: true,
            last: known,
            newest: after(1),
        };
        let said = answer(&order, Said::Confirmed, why, || None, Some(shown));
        assert_eq!(said.unwrap_err().rule, "order-state", "{state}");
    }
}

#[test]
fn a_change_that_comes_back_before_anybody_saw_it_leaves_nothing_to_do() {
    let status = |s: Status| Value::Int(s as i64);
    let left = |old, new, shown| {
        let change = FieldChange {
            field: Field::Status,
            old,
            new,
        };
        !nothing_left(&change, &shown)
    };
    use Status::{Active, Deactivated, Invited, Revoked, Suspended};
    assert!(!left(status(Active), status(Active), Value::Null));
    assert!(!left(status(Active), status(Active), status(Active)));
    assert!(left(status(Active), status(Suspended), status(Active)));
    assert!(
        left(status(Deactivated), status(Deactivated), status(Active)),
        "the vendor has not done it yet"
    );
    assert!(!left(Value::Null, status(Revoked), Value::Null));
    assert!(left(Value::Null, status(Invited), Value::Null));
    assert!(left(Value::Null, status(Revoked), status(Active)));
}

#[test]
fn what_was_bought_opens_no_order_and_what_is_switched_opens_one() {
    let tenant = Tenant {
        id: TenantId(1),
        name: "acme".into(),
        catalog: "esignanywhere".into(),
        seats: Some(5),
        tz: "UTC".into(),
        authority: Authority::Vendor,
        owner: String::new(),
        state: TenantState::Active,
        created: Micros(0),
        plan: TenantPlan::default(),
        sources: std::collections::BTreeMap::new(),
    };
    let ordered = |change: fn(&mut Tenant)| {
        let mut new = tenant.clone();
        change(&mut new);
        let fact = Fact::TenantChanged {
            old: Box::new(tenant.clone()),
            new: Box::new(new),
        };
        opened(&[fact], None).len()
    };
    let bought: [fn(&mut Tenant); 4] = [
        |t| {
            let name = ("sign_in_application".to_owned(), "OneSpan".to_owned());
            t.plan.settings.extend([name]);
        },
        |t| t.seats = Some(9),
        |t| t.plan.tier = Some("growth".into()),
        |t| {
            t.plan.pools.insert("sender".into(), 3);
        },
    ];
    assert_eq!(bought.map(ordered), [0, 0, 0, 0]);
    let switched: [fn(&mut Tenant); 2] = [
        |t| {
            t.plan.features.insert("api".into());
        },
        |t| {
            t.plan.settings.insert("identity_lock".into(), "on".into());
        },
    ];
    assert_eq!(switched.map(ordered), [1, 1]);
}
