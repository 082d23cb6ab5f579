use super::*;
use crate::store::memory::MemoryStore;
use crate::store::{Append, Port};
use crate::wire::user::UserQuery;
use std::collections::BTreeMap;

#[test]
fn histories_are_linked_also_inside_a_batch() {
    let mut state = one_tenant(Authority::Rollcall);
    let ada = Account::new(AccountId(0), "Ada@x.org", Micros(9));
    state
        .apply(2, &batch(1, 9, vec![changed(0, ada.creation())]))
        .unwrap();
    let mfa = vec![set(Field::Mfa, Value::Int(1))];
    let entries = vec![
        changed(1, vec![]),
        changed(0, mfa.clone()),
        changed(1, mfa.clone()),
        changed(0, mfa),
    ];
    let mut next = batch(1, 9, entries);
    state.link(&mut next);
    let prev = |entry: &Entry| match entry.fact {
        Fact::Account { prev, .. } => prev,
        _ => panic!("not an account"),
    };
    let pos = |seq, index| Some(Pos { seq, index });
    let linked: Vec<Option<Pos>> = next.entries.iter().map(prev).collect();
    assert_eq!(linked, [None, pos(2, 0), pos(3, 0), pos(3, 1)]);
    state.apply(3, &next).unwrap();
    assert_eq!(state.last_pos(at(1, 0)), pos(3, 3));
    assert_eq!(state.last_pos(at(1, 1)), pos(3, 2));
}

#[test]
fn what_does_not_follow_is_refused_and_changes_nothing() {
    let mut state = one_tenant(Authority::Rollcall);
    let ada = Account::new(AccountId(0), "Ada@x.org", Micros(9));
    let ada = || changed(0, ada.creation());
    let digest = state.digest();
    let run = RunId(uuid::Uuid::from_u128(7));
    let advanced = Entry::plain(Fact::RunAdvanced {
        run,
        state: RunState::Done,
        applied: 0,
        skipped: vec![],
        cursor: 0,
        decided_by: None,
    });
    let event = SignIn {
        account: AccountId(1),
        at: Micros(3),
        kind: SignInKind::SignIn,
        count: 1,
        event: 1,
    };
    let wrong = set(Field::Status, Value::Int(77));
    let least = set(Field::LastUse, Value::Time(Micros(i64::MIN)));
    let unreadable = Entry::plain(Fact::CatalogAdopted {
        name: "x".into(),
        text: "what".into(),
    });
    let other = Entry::plain(Fact::TenantChanged {
        old: Box::new(tenant(1, "acme", Authority::Rollcall)),
        new: Box::new(tenant(3, "acme", Authority::Rollcall)),
    });
    let bad: Vec<(u64, Batch, &str)> = vec![
        (3, batch(1, 9, vec![ada()]), "batch 3 does not follow"),
        (1, batch(1, 9, vec![ada()]), "batch 1 does not follow"),
        (2, batch(1, 4, vec![ada()]), "lies before that"),
        (1, batch(2, 9, vec![ada()]), "tenant 2 was never created"),
        (
            2,
            batch(1, 9, vec![ada(), changed(2, vec![])]),
            "account 2 does not exist; the next number is 1",
        ),
        (
            2,
            batch(1, 9, vec![ada(), changed(0, vec![wrong])]),
            "cannot hold",
        ),
        (
            2,
            batch(1, 9, vec![ada(), changed(0, vec![least])]),
            "least instant",
        ),
        (2, batch(1, 9, vec![ada(), advanced]), "is unknown"),
        (2, batch(1, 9, vec![ada(), unreadable]), "line 1"),
        (2, batch(1, 9, vec![ada(), other]), "cannot be created"),
        (
            2,
            batch(1, 9, vec![ada(), Entry::plain(Fact::SignIns(vec![event]))]),
            "account 1 does not exist",
        ),
        (2, batch(0, 9, vec![ada()]), "belongs in another journal"),
        (
            2,
            batch(
                0,
                9,
                vec![Entry::plain(Fact::TenantCreated(Box::new(tenant(
                    2,
                    "acme",
                    Authority::Vendor,
                ))))],
            ),
            "is taken",
        ),
    ];
    for (seq, batch, why) in bad {
        let error = state.apply(seq, &batch).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert_eq!(state.digest(), digest, "{why}");
    }
    state.apply(2, &batch(1, 9, vec![ada()])).unwrap();
    assert_ne!(state.digest(), digest);
}

#[test]
fn older_states_stay_as_they_were() {
    let mut state = one_tenant(Authority::Rollcall);
    let ada = Account::new(AccountId(0), "ada@x.org", Micros(9));
    state
        .apply(2, &batch(1, 9, vec![changed(0, ada.creation())]))
        .unwrap();
    let (before, digest) = (state.clone(), state.digest());
    let renamed = set(Field::Email, Value::Text("grace@x.org".into()));
    state
        .apply(3, &batch(1, 9, vec![changed(0, vec![renamed])]))
        .unwrap();
    assert_eq!(before.digest(), digest);
    assert_eq!(before.find_email(None, "ADA@x.org"), [at(1, 0)]);
    assert_eq!(state.find_email(None, "ada@x.org"), []);
    assert_eq!(
        state.find_email(Some(TenantId(1)), "GRACE@X.ORG"),
        [at(1, 0)]
    );
}

#[test]
fn orders_and_runs_are_kept_and_found() {
    let mut state = one_tenant(Authority::Vendor);
    let order = |id, account, state, status: Status| Order {
        id: OrderId(id),
        todo: Todo::Account {
            account: AccountId(account),
            change: set(Field::Status, Value::Int(status as i64)),
        },
        state,
        opened: Micros(9),
        updated: Micros(9),
        run: None,
    };
    let put = |order| Entry::plain(Fact::OrderSet(order));
    let entries = vec![
        changed(0, vec![]),
        put(order(1, 0, OrderState::Open, Status::Suspended)),
        put(order(2, 0, OrderState::Open, Status::Deactivated)),
    ];
    state.apply(2, &batch(1, 9, entries)).unwrap();
    let open = |state: &State| {
        let view = state.tenant(TenantId(1)).unwrap();
        view.open_order(AccountId(0), Field::Status).map(|o| o.id.0)
    };
    assert_eq!(open(&state), Some(2));
    let superseded = put(order(1, 0, OrderState::Superseded, Status::Suspended));
    state.apply(3, &batch(1, 9, vec![superseded])).unwrap();
    assert_eq!(open(&state), Some(2));
    let confirmed = put(order(2, 0, OrderState::Confirmed, Status::Deactivated));
    state.apply(4, &batch(1, 9, vec![confirmed])).unwrap();
    assert_eq!(open(&state), None);
    let view = state.tenant(TenantId(1)).unwrap();
    assert_eq!(view.next_order(), OrderId(3));
    assert_eq!(
        view.order(OrderId(1)).unwrap().state,
        OrderState::Superseded
    );
    assert_eq!(
        view.orders().next_back().unwrap().state,
        OrderState::Confirmed
    );
}

#[test]
fn a_seat_is_counted_by_the_roles_the_vendor_has_until_their_order_is_confirmed() {
    let mut state = one_tenant(Authority::Vendor);
    let roles = |role: &str| Value::Roles(vec![Assignment::at_root(role)]);
    let mut ada = Account::new(AccountId(0), "ada@x.org", Micros(9));
    ada.assignments = vec![Assignment::at_root("admin")];
    let order = |state| {
        Entry::plain(Fact::OrderSet(Order {
            id: OrderId(1),
            todo: Todo::Account {
                account: AccountId(0),
                change: FieldChange {
                    field: Field::Roles,
                    old: roles("user"),
                    new: roles("admin"),
                },
            },
            state,
            opened: Micros(9),
            updated: Micros(9),
            run: None,
        }))
    };
    let seats = |state: &State| {
        let checkpoint = checkpoint::encode(state, None);
        let chunks: BTreeMap<_, _> = checkpoint.chunks.into_iter().collect();
        let get = |key: &[u8]| chunks.get(key).cloned().ok_or("missing");
        let again = checkpoint::decode(&checkpoint.manifest, get).unwrap();
        let counted = [state, &again].map(|state| {
            let view = state.tenant(TenantId(1)).unwrap();
            let name = |held: Option<&[Assignment]>| held.map(|roles| roles[0].role.clone());
            let mut counted = Vec::new();
            view.scan_seats(|held, n| counted.push((held.map(name), n)));
            let own = view.seats_of(AccountId(0)).map(name);
            assert_eq!(counted, [(own, 1)]);
            counted
        });
        assert_eq!(counted[0], counted[1], "live and from a checkpoint");
        let [(held, _)] = &counted[0][..] else {
            panic!("{counted:?}");
        };
        held.clone().map(Option::unwrap)
    };
    let entries = vec![
        adopted("iusign"),
        changed(0, ada.creation()),
        order(OrderState::Open),
    ];
    state.apply(2, &batch(1, 9, entries)).unwrap();
    assert_eq!(seats(&state), ["admin", "user"]);
    let confirmed = order(OrderState::Confirmed);
    state.apply(3, &batch(1, 9, vec![confirmed])).unwrap();
    assert_eq!(seats(&state), ["admin", "admin"]);
}

#[test]
fn a_checkpoint_of_another_store_or_a_damaged_one_is_passed_over() {
    let mut state = State::default();
    let mut store = MemoryStore::default();
    let created = Entry::plain(Fact::TenantCreated(Box::new(tenant(
        1,
        "acme",
        Authority::Rollcall,
    ))));
    let ada = Account::new(AccountId(0), "ada@x.org", Micros(9));
    let batches = [
        batch(0, 5, vec![created]),
        batch(1, 5, vec![adopted("iusign"), changed(0, ada.creation())]),
    ];
    let epoch = store.epoch();
    for (id, batch) in (1..).zip(&batches) {
        let append = Append {
            journal: batch.header.journal,
            seq: 1,
            batch_id: [id; 16],
            bytes: codec::encode(batch),
        };
        store.append(epoch, &[append]).unwrap();
        state.apply(1, batch).unwrap();
    }
    let mut put = |state: &State, spoil: bool| {
        let mut checkpoint = checkpoint::encode(state, None);
        if spoil {
            checkpoint.chunks[0].1[3] ^= 1;
        }
        store.put_chunks(&checkpoint.chunks).unwrap();
        store.put_manifest(&checkpoint.manifest).unwrap();
        let mut why = None;
        let loaded =
            checkpoint::load_or_replay(store.reader().as_ref(), |e| why = Some(e.to_string()));
        (loaded.unwrap().digest(), why.unwrap_or_default())
    };
    assert_eq!(put(&state, false), (state.digest(), String::new()));
    let (digest, why) = put(&state, true);
    assert!(digest == state.digest() && why.contains("damaged"), "{why}");
    let mut ahead = state.clone();
    ahead.apply(2, &batch(1, 6, vec![])).unwrap();
    let (digest, why) = put(&ahead, false);
    assert!(
        digest == state.digest() && why.contains("ahead of journal 1"),
        "{why}"
    );
}

#[test]
fn questions_that_cannot_be_answered_say_what_to_ask_instead() {
    let state = one_tenant(Authority::Rollcall);
    let refused = |query: UserQuery| state.query(&query, Micros(9)).unwrap_err().to_string();
    let nowhere = UserQuery {
        tenant: Some("nope".into()),
        ..UserQuery::default()
    };
    assert!(refused(nowhere).contains("tenant list"));
    let scope = UserQuery {
        scope: Some("North".into()),
        ..UserQuery::default()
    };
    assert!(refused(scope.clone()).contains("name the tenant"));
    let missing = UserQuery {
        tenant: Some("acme".into()),
        ..scope
    };
    assert!(refused(missing).contains("no scope"));
    let long = UserQuery {
        limit: 1_001,
        ..UserQuery::default()
    };
    assert!(refused(long).contains("at most 1,000"));
}

#[test]
fn people_are_looked_up_by_what_a_file_says() {
    let mut state = one_tenant(Authority::Rollcall);
    let mut lookup = Lookup::build(&state, TenantId(1));
    let person = |id: u32, email: &str, external: &str, status: Status| {
        let mut account = Account::new(AccountId(id), email, Micros(9));
        account.external_id = external.into();
        account.employee_id = format!("E{id}");
        account.status = status;
        changed(id, account.creation())
    };
    let people = (0..200).map(|id| {
        person(
            id,
            &format!("u{id}@x.org"),
            &format!("x{id}"),
            Status::Active,
        )
    });
    state.apply(2, &batch(1, 9, people.collect())).unwrap();
    (0..200).for_each(|id| lookup.note(&state, AccountId(id)));
    for id in (0..200).map(AccountId) {
        assert_eq!(
            lookup.by_email(&state, &format!("U{}@X.org", id.0)),
            Some(id)
        );
        assert_eq!(
            lookup.by_external_id(&state, &format!("x{}", id.0)),
            Some(id)
        );
        assert_eq!(
            lookup.by_employee_id(&state, &format!("E{}", id.0)),
            Some(id)
        );
    }
    assert_eq!(lookup.by_external_id(&state, ""), None);
    let gone = set(Field::Status, Value::Int(Status::Deleted as i64));
    let moved = set(Field::Email, Value::Text("new@x.org".into()));
    let next = vec![
        changed(7, vec![gone]),
        changed(8, vec![moved]),
        person(200, "u7@x.org", "", Status::Active),
    ];
    state.apply(3, &batch(1, 9, next)).unwrap();
    assert_eq!(lookup.by_email(&state, "new@x.org"), None);
    [7, 8, 200]
        .into_iter()
        .for_each(|id| lookup.note(&state, AccountId(id)));
    assert_eq!(lookup.by_email(&state, "u8@x.org"), None);
    assert_eq!(lookup.by_email(&state, "new@x.org"), Some(AccountId(8)));
    assert_eq!(lookup.by_email(&state, "u7@x.org"), Some(AccountId(200)));
    let again = Lookup::build(&state, TenantId(1));
    assert_eq!(again.by_email(&state, "u7@x.org"), Some(AccountId(200)));
    assert_eq!(again.by_external_id(&state, "x7"), Some(AccountId(7)));
}

#[test]
fn members_come_and_go_and_a_leader_who_goes_leads_no_more() {
    let mut state = one_tenant(Authority::Rollcall);
    let people = (0..4).map(|id| {
        let account = Account::new(AccountId(id), format!("u{id}@x.org"), Micros(9));
        changed(id, account.creation())
    });
    state.apply(2, &batch(1, 9, people.collect())).unwrap();
    let group = Group {
        id: GroupId(1),
        kind: GroupKind::Team,
        name: "T".into(),
        scope: ScopeId(1),
        parent: None,
        leader: Some(AccountId(0)),
        members: [0, 1].map(AccountId).into(),
        share_envelopes: true,
        share_templates: false,
    };
    let made = Entry::plain(Fact::Record {
        old: None,
        new: Some(Box::new(Record::Group(group))),
    });
    state.apply(3, &batch(1, 9, vec![made])).unwrap();
    let change = |group: u32, joined: &[u32], left: &[u32]| {
        let ids = |all: &[u32]| all.iter().map(|id| AccountId(*id)).collect();
        Entry::plain(Fact::Members {
            group: GroupId(group),
            joined: ids(joined),
            left: ids(left),
        })
    };
    let digest = state.digest();
    for wrong in [change(2, &[2], &[]), change(1, &[9], &[])] {
        assert!(state.apply(4, &batch(1, 9, vec![wrong])).is_err());
        assert_eq!(state.digest(), digest);
    }
    state
        .apply(4, &batch(1, 9, vec![change(1, &[2, 3], &[0])]))
        .unwrap();
    let team = state.tenant(TenantId(1)).unwrap().group(GroupId(1));
    let team = team.unwrap();
    assert_eq!(team.members, [1, 2, 3].map(AccountId).into());
    assert_eq!(team.leader, None);
}

#[test]
fn a_day_of_the_last_sign_in_is_a_day_of_the_tenants_own() {
    let mut state = State::default();
    let mut tokyo = tenant(1, "acme", Authority::Rollcall);
    tokyo.tz = "Asia/Tokyo".into();
    let created = Entry::plain(Fact::TenantCreated(Box::new(tokyo)));
    state.apply(1, &batch(0, 5, vec![created])).unwrap();
    state
        .apply(1, &batch(1, 5, vec![adopted("iusign")]))
        .unwrap();
    // The 20th there, and still the 19th in UTC.
    let used: Micros = "2026-11-19T16:00:00Z".parse().unwrap();
    let account = changed(
        0,
        vec![
            set(Field::Email, Value::Text("a@x.org".into())),
            set(Field::LastSignIn, Value::Time(used)),
        ],
    );
    state.apply(2, &batch(1, 5, vec![account])).unwrap();
    let found = |from: &str, to: &str| {
        let query = UserQuery {
            last_sign_in_from: Some(from.parse().unwrap()),
            last_sign_in_to: Some(to.parse().unwrap()),
            ..UserQuery::default()
        };
        state.query(&query, used).unwrap().total
    };
    assert_eq!(found("2026-11-20", "2026-11-21"), 1);
    assert_eq!(found("2026-11-19", "2026-11-20"), 0);
    assert_eq!(found("2026-11-19T16:00:00Z", "2026-11-19T16:00:01Z"), 1);
    // Ages count back from the instant asked at, here that of the use.
    assert_eq!(found("1h", "2026-11-21"), 1);
    assert_eq!(found("1h", "0s"), 0);
}
