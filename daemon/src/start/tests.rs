//! Stores that a start refuses.

use super::open::{Fill, open};
use super::*;
use rollcall_shared::directory::State;
use rollcall_shared::domain::Day;
use rollcall_shared::store::redb_store::RedbStore;

#[test]
fn a_demo_that_was_never_finished_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("demo.redb");
    let today = Day(20_000);
    let demo = Demo {
        users: 40,
        seed: 1,
        today,
    };
    // Cut off by a kill: the first groups are durable, the binding that comes last is not.
    let mut store = RedbStore::create(&path).unwrap();
    let mut state = State::default();
    let mut fill = Fill {
        port: &mut store,
        state: &mut state,
        group: Vec::new(),
        bytes: 0,
    };
    for (journal, batch) in demo.batches().take(6) {
        fill.put(journal, batch).unwrap();
    }
    fill.flush().unwrap();
    drop(store);
    let asked = || open(&path, Some((demo, Arc::default())), today.start()).map(drop);
    let refused = asked().unwrap_err();
    assert!(matches!(refused, StartError::HalfMade(_)), "{refused}");
    assert!(refused.to_string().contains("remove it"), "{refused}");
    std::fs::remove_file(&path).unwrap();
    asked().unwrap();
    // Whole now, it opens as often as one likes.
    asked().unwrap();
}

#[test]
fn a_demo_that_is_given_up_is_made_no_further() {
    let dir = tempfile::tempdir().unwrap();
    let demo = Demo {
        users: 40,
        seed: 1,
        today: Day(20_000),
    };
    let given_up = Arc::new(AtomicBool::new(true));
    let path = dir.path().join("demo.redb");
    let asked = open(&path, Some((demo, given_up)), demo.today.start());
    let refused = asked.map(drop).unwrap_err();
    assert!(matches!(refused, StartError::GivenUp), "{refused}");
}
