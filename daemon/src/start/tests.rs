//! Stores that a start refuses.

use super::open::{Fill, open};
use super::*;
use crate::demo::Demo;
use rollcall_shared::directory::State;
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
    let asked = || open(&path, Some((40, 1, today)), today.start()).map(drop);
    let refused = asked().unwrap_err();
    assert!(matches!(refused, StartError::HalfMade(_)), "{refused}");
    assert!(refused.to_string().contains("remove it"), "{refused}");
    std::fs::remove_file(&path).unwrap();
    asked().unwrap();
    // Whole now, it opens as often as one likes.
    asked().unwrap();
}
