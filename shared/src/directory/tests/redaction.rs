//! An account whose personal data was taken out: live, replayed without the texts, and from a checkpoint.

use super::*;
use crate::directory::checkpoint::{self, load};
use crate::domain::account::REDACTED;
use crate::domain::codec;
use crate::store::memory::MemoryStore;
use crate::store::{Append, Port, tree};
use crate::wire::user::UserQuery;

fn person(id: u32, first: &str, last: &str) -> Account {
    let email = format!("{}@x.org", first.to_lowercase());
    let mut account = Account::new(AccountId(id), email, Micros(9));
    account.first_name = first.into();
    account.last_name = last.into();
    account.username = format!("{first}-login");
    account.external_id = format!("ext-{id}");
    account.employee_id = format!("emp-{id}");
    account.status = Status::Deactivated;
    account.assets = vec![3];
    account
}

/// Ada is made, gets another name and a second factor, and is redacted; Grace stays.
fn story() -> Vec<Batch> {
    let created = vec![
        changed(0, person(0, "Ada", "Lovelace").creation()),
        changed(1, person(1, "Grace", "Hopper").creation()),
    ];
    let renamed = vec![set(Field::LastName, Value::Text("Kingsley".into()))];
    let mfa = vec![set(Field::Mfa, Value::Int(2))];
    let pos = |seq, index| Pos { seq, index };
    let redacted = Entry::plain(Fact::Redacted {
        account: AccountId(0),
        prev: None,
        gone: Gone {
            entries: vec![pos(2, 0), pos(3, 0)],
            headers: vec![],
        },
    });
    vec![
        batch(1, 10, created),
        batch(1, 11, vec![changed(0, renamed), changed(0, mfa)]),
        batch(1, 12, vec![redacted]),
    ]
}

/// The state after the story, with the batches as they are stored: whole, or without what was taken out.
fn told(without: bool) -> (State, Vec<Vec<u8>>) {
    let mut state = one_tenant(Authority::Rollcall);
    let mut stored = Vec::new();
    for (seq, mut batch) in (2..).zip(story()) {
        state.link(&mut batch);
        let mut bytes = codec::encode(&batch);
        if without && seq < 4 {
            bytes = tree::redacted(&bytes, &[0], false).unwrap().unwrap();
        }
        state.apply(seq, &codec::decode(&bytes).unwrap()).unwrap();
        stored.push(bytes);
    }
    (state, stored)
}

#[test]
fn nothing_personal_is_left_and_nothing_finds_the_account() {
    let (state, _) = told(false);
    let ada = state.account(at(1, 0)).unwrap();
    for field in Field::PERSONAL {
        assert_eq!(ada.get(field), Value::Null, "{field:?}");
    }
    assert!(ada.redacted() && state.tenant(TenantId(1)).unwrap().is_redacted(ada.id));
    assert_eq!((ada.assets.as_slice(), ada.mfa), (&[3][..], Mfa::Enrolled));
    let row = state.row(at(1, 0), Micros(20)).unwrap();
    assert_eq!(
        (&*row.name, &*row.email, &*row.username),
        (REDACTED, REDACTED, "")
    );
    let view = state.tenant(TenantId(1)).unwrap();
    let lookup = Lookup::build(&state, TenantId(1));
    for (email, external, employee, found) in [
        ("ada@x.org", "ext-0", "emp-0", None),
        ("", "", "", None),
        (REDACTED, "", "", None),
        ("grace@x.org", "ext-1", "emp-1", Some(AccountId(1))),
    ] {
        let by_email = state.find_email(None, email);
        assert_eq!(
            by_email,
            found.map(|_| at(1, 1)).into_iter().collect::<Vec<_>>()
        );
        assert_eq!(lookup.by_email(&state, email), found, "{email:?}");
        assert_eq!(lookup.by_external_id(&state, external), found);
        assert_eq!(
            view.with_employee_id(employee),
            found.into_iter().collect::<Vec<_>>()
        );
    }
    for search in ["ada", "lovelace", "kingsley", "login"] {
        let query = UserQuery {
            search: search.into(),
            limit: 50,
            ..UserQuery::default()
        };
        let page = state.query(&query, Micros(20)).unwrap();
        assert!(page.rows.iter().all(|row| row.id == at(1, 1)), "{search}");
    }
    assert_eq!(state.last_pos(at(1, 0)), Some(Pos { seq: 4, index: 0 }));
}

#[test]
fn a_replay_without_the_texts_ends_in_the_same_state() {
    let (live, _) = told(false);
    let (replayed, _) = told(true);
    assert_eq!(live.digest(), replayed.digest());
    let (written, again) = (
        checkpoint::encode(&live, None),
        checkpoint::encode(&replayed, None),
    );
    assert_eq!(
        written, again,
        "their checkpoints are the same, byte for byte"
    );
    for text in ["ada@", "lovelace", "Lovelace", "kingsley", "ext-0", "emp-0"] {
        let holds = |bytes: &[u8]| memchr::memmem::find(bytes, text.as_bytes()).is_some();
        assert!(!written.chunks.iter().any(|(_, c)| holds(c)), "{text}");
    }
}

#[test]
fn what_is_to_go_is_known_until_a_checkpoint_holds_it() {
    let (mut state, stored) = told(false);
    assert_eq!(state.redactions().len(), 1);
    let mut store = MemoryStore::new();
    let created = Entry::plain(Fact::TenantCreated(Box::new(tenant(
        1,
        "acme",
        Authority::Rollcall,
    ))));
    let mut group: Vec<(u32, u64, Vec<u8>)> = vec![
        (0, 1, codec::encode(&batch(0, 5, vec![created]))),
        (1, 1, codec::encode(&batch(1, 5, vec![adopted("iusign")]))),
    ];
    group.extend((2..).zip(stored).map(|(seq, bytes)| (1, seq, bytes)));
    let appends: Vec<Append> = group
        .into_iter()
        .map(|(journal, seq, bytes)| Append {
            journal: JournalId(journal),
            seq,
            batch_id: [journal as u8 * 16 + seq as u8; 16],
            bytes,
        })
        .collect();
    store.append(store.epoch(), &appends).unwrap();
    let replayed = load(store.reader().as_ref()).unwrap();
    assert_eq!(replayed.redactions(), state.redactions());
    assert_eq!(replayed.digest(), state.digest());
    state.redacted();
    assert!(state.redactions().is_empty());
    let written = checkpoint::encode(&state, None);
    store.put_chunks(&written.chunks).unwrap();
    store.put_manifest(&written.manifest).unwrap();
    let restored = load(store.reader().as_ref()).unwrap();
    assert!(restored.redactions().is_empty());
    assert_eq!(restored.digest(), state.digest());
}

#[test]
fn a_redaction_of_what_does_not_stand_before_it_is_refused() {
    let (mut state, _) = told(false);
    let digest = state.digest();
    let redaction = |account, seq, header| {
        let gone = Gone {
            entries: vec![Pos { seq, index: 0 }],
            headers: vec![header],
        };
        let account = AccountId(account);
        Entry::plain(Fact::Redacted {
            account,
            prev: None,
            gone,
        })
    };
    for (account, seq, header, said) in [
        (1, 5, 2, "batch 5 cannot be redacted"),
        (1, 2, 5, "batch 5 cannot be redacted"),
        (1, 0, 2, "batch 0 cannot be redacted"),
        (2, 2, 2, "account 2 does not exist"),
    ] {
        let refused = state.apply(5, &batch(1, 13, vec![redaction(account, seq, header)]));
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(said), "{refused}");
    }
    assert_eq!(state.digest(), digest);
    assert_eq!(state.redactions().len(), 1);
}
