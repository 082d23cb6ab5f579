//! The daemon as a process: how soon it answers, how much memory it takes.

use super::change;
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::user::{SortKey, UserPage, UserQuery};
use rollcall_shared::wire::{Done, Verb};
use rollcall_tests::bench::daemon::{self, Served, runtime};
use rollcall_tests::bench::{self, Aside, Figures, Goal, Peer};
use rollcall_tests::poll;
use std::path::Path;
use std::time::Duration;

/// From nothing to the first answer.
pub fn starts(figures: &mut Figures, dir: &Path, file: &Path) {
    let first_answer = || {
        runtime().block_on(async {
            let start = bench::instant();
            let daemon = daemon::start(dir).await;
            let query = UserQuery {
                limit: 1,
                sort: SortKey::Created,
                ..UserQuery::default()
            };
            let page: Result<UserPage, _> = Client::new(daemon.socket())
                .call(Verb::UserList, &query)
                .await;
            let took = start.elapsed();
            let total = page.unwrap_or_else(|e| panic!("{e:?}")).total;
            daemon.stop().await.unwrap_or_else(|e| panic!("{e}"));
            (took, total)
        })
    };
    let mut clean: Vec<Duration> = (0..5).map(|_| first_answer().0).collect();
    let their_answer = || {
        bench::timed(|| {
            let peer = Peer::open(file);
            let count: Result<i64, _> =
                peer.db
                    .query_row("SELECT count(*) FROM account", [], |r| r.get(0));
            count.unwrap_or_else(|e| panic!("{e}")).unsigned_abs()
        })
    };
    let (theirs, count) = their_answer();
    let (mut killed, mut theirs_killed) = (Vec::new(), Vec::new());
    for round in 0..3 {
        // What it wrote is in the log alone, as what our daemon wrote is in the journal alone.
        let mut aside = Aside::over(file);
        for n in 30..33 {
            aside.run(&format!(
                "UPDATE account SET status_since = status_since + 1 WHERE n = {n}"
            ));
        }
        drop(aside);
        let (took, left) = their_answer();
        assert_eq!(left, count, "accounts were lost");
        theirs_killed.push(took);
        let served = Served::over(dir);
        runtime().block_on(async {
            let verb = [Verb::UserSuspend, Verb::UserReactivate][round % 2];
            let client = Client::new(daemon::socket(dir));
            for user in ["1-30", "1-31", "1-32"] {
                // Whether it is refused for its state does not matter: one of the verbs goes through.
                let _: Result<Done, _> = client.call(verb, &change(user)).await;
            }
        });
        drop(served);
        let (took, total) = first_answer();
        assert_eq!(total, count, "accounts were lost");
        killed.push(took);
    }
    let (clean, killed) = (
        bench::percentile(&mut clean, 50),
        bench::percentile(&mut killed, 50),
    );
    let theirs_killed = bench::percentile(&mut theirs_killed, 50);
    figures.row(
        "start to first answer, after a stop",
        "ms",
        clean,
        Some(bench::millis(theirs)),
        Goal::AtMost(250.0),
    );
    figures.row(
        "start to first answer, after kill -9",
        "ms",
        killed,
        Some(theirs_killed),
        Goal::AtMost(250.0),
    );
}

/// The daemon in a process of its own, and SQLite in another that answers the same.
pub fn memory(figures: &mut Figures, dir: &Path, file: &Path) {
    let served = Served::over(dir);
    let users = f64::from(bench::users());
    let of = |pid| (bench::resident(pid) as f64 - 16.0 * 1024.0 * 1024.0) / users;
    let each = || of(served.pid());
    let mut aside = Aside::over(file);
    let page = |order: &str| format!("SELECT * FROM account ORDER BY {order}, n LIMIT 50");
    let ask = |query: UserQuery| {
        runtime().block_on(async {
            let page: Result<UserPage, _> = Client::new(daemon::socket(dir))
                .call(Verb::UserList, &query)
                .await;
            page.unwrap_or_else(|e| panic!("{e:?}"));
        });
    };
    ask(UserQuery {
        sort: SortKey::Created,
        ..UserQuery::default()
    });
    aside.run("SELECT count(*) FROM account");
    aside.run(&page("created"));
    figures.row(
        "memory above 16 MB, started",
        "B an account",
        each(),
        Some(of(aside.pid())),
        Goal::AtMost(320.0),
    );
    ask(UserQuery {
        search: "müller".into(),
        ..UserQuery::default()
    });
    ask(UserQuery::default());
    ask(UserQuery {
        sort: SortKey::Email,
        ..UserQuery::default()
    });
    aside.run("SELECT count(*) FROM account WHERE instr(searched, 'müller') > 0");
    aside.run(&page("name"));
    aside.run(&page("email"));
    figures.row(
        "… after searching and sorting by name and email",
        "B an account",
        each(),
        Some(of(aside.pid())),
        Goal::AtMost(320.0),
    );
}

/// How long the idle daemon is watched.
const WATCHED: Duration = Duration::from_secs(60);

/// What the daemon takes of a processor while nobody asks anything, once it has done what was missed.
pub fn idle(figures: &mut Figures, dir: &Path) {
    let served = Served::by_the_clock(dir);
    let mut last = bench::on_processor(served.pid());
    // A thread that ends meanwhile takes its count with it: it is each thread's own that is compared.
    let mut spent_since = || -> Duration {
        let now = bench::on_processor(served.pid());
        let before = std::mem::replace(&mut last, now);
        let grown = |(thread, spent): (_, &Duration)| {
            spent.saturating_sub(before.get(thread).copied().unwrap_or_default())
        };
        last.iter().map(grown).sum()
    };
    poll("the daemon to have nothing left to do", || {
        std::thread::park_timeout(Duration::from_secs(1));
        (spent_since() < Duration::from_millis(5)).then_some(())
    });
    std::thread::park_timeout(WATCHED);
    let share = spent_since().as_secs_f64() / WATCHED.as_secs_f64();
    figures.row(
        "idle for a minute",
        "% of a processor",
        share * 100.0,
        None,
        Goal::AtMost(0.01),
    );
}
