//! One durable change, the whole way.

use super::{change, opened, people};
use rollcall_shared::domain::{Authority, Origin, Status};
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::user::{UserDetail, UserShow};
use rollcall_shared::wire::{Done, Verb};
use rollcall_tests::bench::daemon::{self, runtime};
use rollcall_tests::bench::{self, Figures, Goal, Peer, now};
use rusqlite::params;
use std::path::Path;

/// One verb through the socket of the real daemon.
pub fn single(figures: &mut Figures, dir: &Path, peer: &Peer) {
    let state = opened(dir).1;
    let view = state
        .tenants()
        .find(|t| t.tenant.authority == Authority::Rollcall)
        .unwrap_or_else(|| panic!("no tenant decides here"));
    let users: Vec<String> = people(view, 200)
        .iter()
        .map(|id| view.reference(*id).to_string())
        .collect();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let last = users.last().cloned().unwrap_or_default();
    let status = runtime().block_on(async {
        let daemon = daemon::start(dir).await;
        let client = Client::new(daemon.socket());
        for round in 0..4 {
            let verb = [Verb::UserSuspend, Verb::UserReactivate][round % 2];
            for user in &users {
                let asked = change(user);
                let start = bench::instant();
                let done: Result<Done, _> = client.call(verb, &asked).await;
                ours.push(start.elapsed());
                done.unwrap_or_else(|e| panic!("{user}: {e:?}"));
            }
        }
        let show = UserShow {
            as_of: None,
            user: last,
            tenant: None,
        };
        let shown: Result<UserDetail, _> = client.call(Verb::UserShow, &show).await;
        daemon.stop().await.unwrap_or_else(|e| panic!("{e}"));
        shown.unwrap_or_else(|e| panic!("{e:?}")).row.status
    });
    let first = "SELECT min(n) FROM account WHERE tenant = ?1";
    let first: i64 = peer
        .db
        .query_row(first, [view.tenant.id.0], |r| r.get(0))
        .unwrap_or_else(|e| panic!("{e}"));
    let update = "UPDATE account SET status = ?2, status_by = ?3, status_since = ?4 WHERE n = ?1";
    let accounts = people(view, 200);
    for round in 0..4 {
        let to = [Status::Suspended, Status::Active][round % 2];
        for id in &accounts {
            let values = params![
                first + i64::from(id.0),
                to as u8,
                Origin::Admin as u8,
                now().0
            ];
            let (took, done) = bench::timed(|| {
                peer.db
                    .prepare_cached(update)
                    .and_then(|mut s| s.execute(values))
            });
            assert_eq!(done.unwrap_or_else(|e| panic!("{e}")), 1);
            theirs.push(took);
        }
    }
    assert_eq!(status, Status::Active, "the states differ");
    let (p50, peers) = (
        bench::percentile(&mut ours, 50),
        bench::percentile(&mut theirs, 50),
    );
    figures.row(
        "one durable change, whole verb through the socket, p50",
        "ms",
        p50,
        Some(peers),
        Goal::AtMost(0.8),
    );
    let (p99, peers) = (
        bench::percentile(&mut ours, 99),
        bench::percentile(&mut theirs, 99),
    );
    figures.row("… p99", "ms", p99, Some(peers), Goal::Told);
}
