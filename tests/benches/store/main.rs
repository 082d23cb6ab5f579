//! Durable changes, checkpoints, the file and the start, beside SQLite in WAL with every commit durable.

mod many;
mod one;
mod process;

use rollcall_shared::directory::{State, TenantView, checkpoint};
use rollcall_shared::domain::{AccountId, Kind, Status};
use rollcall_shared::store::Port;
use rollcall_shared::store::redb_store::RedbStore;
use rollcall_shared::wire::user::UserChange;
use rollcall_tests::bench::{self, Figures, Goal, Peer, aside, daemon};
use std::path::Path;

fn main() {
    daemon::serve_if_asked();
    aside::serve_if_asked();
    let users = bench::users();
    let mut figures = Figures::new(&format!("store, {users} accounts"));
    let dir = bench::folder();
    daemon::fill(dir.path());
    let each = |bytes: u64| bytes as f64 / f64::from(users);
    let full = each(bench::on_disk(&daemon::store(dir.path())));
    let file = dir.path().join("peer.db");
    let peer = {
        let state = opened(dir.path()).1;
        let peer = Peer::filled(&file, &state);
        peer.index(
            "CREATE INDEX by_status ON account (tenant, status);
             CREATE INDEX by_email ON account (tenant, email);
             CREATE INDEX by_name ON account (name);
             CREATE INDEX by_created ON account (created, tenant, account);",
        );
        peer
    };
    let theirs = each(bench::on_disk(&file));
    figures.row(
        "disk, with 90 days of history and audit tree",
        "B an account",
        full,
        Some(theirs),
        Goal::Told,
    );
    many::many(&mut figures, dir.path(), &peer);
    one::single(&mut figures, dir.path(), &peer);
    process::starts(&mut figures, dir.path(), &file);
    process::memory(&mut figures, dir.path(), &file);
    process::idle(&mut figures, dir.path());
    figures.end();
}

fn opened(dir: &Path) -> (Box<dyn Port>, State) {
    let port = RedbStore::open(&daemon::store(dir)).unwrap_or_else(|e| panic!("{e}"));
    let state = checkpoint::load(port.reader().as_ref()).unwrap_or_else(|e| panic!("{e}"));
    (Box::new(port), state)
}

/// Active people without the owner's role of the largest tenant.
fn people(view: &TenantView, most: usize) -> Vec<AccountId> {
    let mut found = Vec::new();
    view.scan(|f| {
        if found.len() < most
            && f.status == Status::Active
            && f.kind == Kind::Person
            && !f.owner
            && !f.privileged
        {
            found.push(f.id);
        }
    });
    found
}

fn change(user: &str) -> UserChange {
    UserChange {
        user: user.into(),
        tenant: None,
        reason: None,
        dry_run: false,
    }
}
