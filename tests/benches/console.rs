//! The real console in a pseudo-terminal on the real daemon: pages through the socket, keys to frames, bytes a frame.

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};
use rollcall_shared::domain::AccountRef;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::user::{SortKey, UserPage, UserQuery};
use rollcall_tests::bench::daemon::{self, Served, runtime};
use rollcall_tests::bench::peer::reference;
use rollcall_tests::bench::{self, Figures, Goal, Peer};
use rollcall_tests::poll;
use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Set for a process that is only to be the console.
const CONSOLE: &str = "ROLLCALL_BENCH_CONSOLE";
/// A frame is over when nothing came for this long.
const QUIET: Duration = Duration::from_millis(60);

fn main() -> ExitCode {
    if std::env::var_os(CONSOLE).is_some() {
        return rollcall_tui::cli::main();
    }
    daemon::serve_if_asked();
    let mut figures = Figures::new(&format!("console, {} accounts, 200×50", bench::users()));
    let dir = bench::folder();
    daemon::fill(dir.path());
    let served = Served::over(dir.path());
    let peer = pages(&mut figures, dir.path());
    screens(&mut figures, &daemon::socket(dir.path()), &peer);
    drop(served);
    figures.end();
    ExitCode::SUCCESS
}

/// A page of 50 rows through the socket beside SQLite in the same process.
fn pages(figures: &mut Figures, dir: &Path) -> Peer {
    let state = bench::population(bench::users());
    let peer = Peer::filled(&dir.join("peer.db"), &state);
    drop(state);
    peer.index(
        "CREATE INDEX by_created ON account (created, tenant, account);
         CREATE INDEX by_name ON account (name, tenant, account);
         CREATE INDEX by_tenant ON account (tenant, seat);",
    );
    let runtime = runtime();
    let client = Client::new(daemon::socket(dir));
    let query = UserQuery {
        sort: SortKey::Created,
        limit: 50,
        ..UserQuery::default()
    };
    let mut ask = || -> UserPage {
        let page = runtime.block_on(client.call(Verb::UserList, &query));
        page.unwrap_or_else(|e| panic!("{e:?}"))
    };
    let named = UserQuery::default();
    let by_name = || {
        let page: Result<UserPage, _> = runtime.block_on(client.call(Verb::UserList, &named));
        page.unwrap_or_else(|e| panic!("{e:?}"))
    };
    let (names, first) = bench::median(200, by_name);
    let (their_names, rows) = bench::median(200, || listed(&peer, &page("name", "", 0)));
    let ids: Vec<_> = first.rows.iter().map(|r| r.id).collect();
    assert_eq!(ids, rows[..ids.len()], "the pages by name differ");
    let (ours, mine) = bench::median(200, &mut ask);
    let sql = "SELECT tenant, account, * FROM account ORDER BY created, tenant, account LIMIT 50";
    let (theirs, rows) = bench::median(200, || listed(&peer, sql));
    assert_eq!(
        mine.rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        rows,
        "the pages differ"
    );
    figures.row(
        "first page by name through the socket",
        "ms",
        names,
        Some(their_names),
        Goal::Told,
    );
    // The design's 0.2 ms is the way through the socket; the page itself is the directory bench's.
    figures.row(
        "first page by creation through the socket",
        "ms",
        ours,
        Some(theirs),
        Goal::Told,
    );
    peer
}

fn listed(peer: &Peer, sql: &str) -> Vec<AccountRef> {
    let statement = peer.db.prepare_cached(sql);
    let mut statement = statement.unwrap_or_else(|e| panic!("{sql}: {e}"));
    let rows = statement.query_map([], reference);
    let rows = rows.and_then(Iterator::collect::<Result<Vec<_>, _>>);
    rows.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

/// The rows of a screen, all columns, in an order and from a place.
fn page(order: &str, way: &str, from: u64) -> String {
    format!(
        "SELECT tenant, account, * FROM account ORDER BY {order} {way}, tenant {way}, account {way} LIMIT 50 OFFSET {from}"
    )
}

/// What the first frame shows, asked of SQLite from the opening of its file on: a page, how many there are, the seats of
/// each tenant.
fn first_frame(file: &Path) -> Duration {
    let (took, ()) = bench::timed(|| {
        let peer = Peer::open(file);
        let rows = listed(&peer, &page("name", "", 0));
        assert!(!rows.is_empty(), "nobody is there");
        asked(&peer, "SELECT count(*) FROM account");
        asked(
            &peer,
            "SELECT tenant, seat, count(*) FROM account GROUP BY tenant, seat",
        );
    });
    took
}

/// Asks and reads every row.
fn asked(peer: &Peer, sql: &str) {
    let statement = peer.db.prepare_cached(sql);
    let mut statement = statement.unwrap_or_else(|e| panic!("{sql}: {e}"));
    let mut rows = statement.query([]).unwrap_or_else(|e| panic!("{sql}: {e}"));
    while rows
        .next()
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
        .is_some()
    {}
}

/// The queries behind what a key shows, one set for each time it is pressed; none where it asks nothing.
fn behind(what: &str) -> Vec<Vec<String>> {
    let users = u64::from(bench::users());
    let found = |text: &str| {
        let hit = format!("FROM account WHERE instr(searched, '{text}') > 0");
        vec![
            format!("SELECT count(*) {hit}"),
            format!("SELECT * {hit} ORDER BY name, tenant, account LIMIT 50"),
        ]
    };
    match what {
        "page down" => (1..=10).map(|n| vec![page("name", "", n * 50)]).collect(),
        "last and first page" => vec![
            vec![page("name", "", users.saturating_sub(50))],
            vec![page("name", "", 0)],
        ],
        "sort turned round" => vec![vec![page("name", "DESC", 0)], vec![page("name", "", 0)]],
        "letters of a search" => ["a", "an", "ann", "an", "a"].map(found).to_vec(),
        _ => Vec::new(),
    }
}

/// How long SQLite takes for them, without a socket and without drawing: half of them, and nearly all.
fn theirs(peer: &Peer, what: &str) -> Option<(f64, f64)> {
    let sets = behind(what);
    let one = |set: &Vec<String>| bench::timed(|| set.iter().for_each(|sql| asked(peer, sql))).0;
    sets.iter().for_each(|set| {
        one(set);
    });
    let mut times: Vec<Duration> = (0..4).flat_map(|_| sets.iter().map(one)).collect();
    (!times.is_empty()).then(|| {
        (
            bench::percentile(&mut times, 50),
            bench::percentile(&mut times, 99),
        )
    })
}

/// What came from the console: when, and how much in all.
type Seen = Arc<Mutex<Vec<(Instant, usize)>>>;

struct Screen {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    seen: Seen,
    started: Instant,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Screen {
    fn start(socket: &Path) -> Self {
        let size = PtySize {
            rows: 50,
            cols: 200,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system()
            .openpty(size)
            .unwrap_or_else(|e| panic!("{e}"));
        let own = std::env::current_exe().unwrap_or_else(|e| panic!("{e}"));
        let mut command = CommandBuilder::new(own);
        command.arg("--socket");
        command.arg(socket);
        command.env(CONSOLE, "1");
        command.env("TERM", "xterm-256color");
        let mut out = pair
            .master
            .try_clone_reader()
            .unwrap_or_else(|e| panic!("{e}"));
        let keys = pair.master.take_writer().unwrap_or_else(|e| panic!("{e}"));
        let seen: Seen = Arc::default();
        let sink = seen.clone();
        std::thread::spawn(move || {
            let (mut buffer, mut all) = ([0; 65_536], 0);
            while let Ok(n @ 1..) = out.read(&mut buffer) {
                all += n;
                sink.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((bench::instant(), all));
            }
        });
        let child = pair
            .slave
            .spawn_command(command)
            .unwrap_or_else(|e| panic!("{e}"));
        // Counted from the exec: the fork before it copies the page tables of this bench, and no shell is as large.
        let started = bench::instant();
        Screen {
            child,
            keys,
            seen,
            started,
            _master: pair.master,
        }
    }

    fn seen(&self) -> Vec<(Instant, usize)> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until a frame came after `from` and nothing followed it.
    fn settle(&self, from: Instant) -> (Instant, Instant) {
        poll("a frame", || {
            let seen = self.seen();
            let first = seen.iter().find(|(at, _)| *at >= from)?.0;
            let last = seen.last()?.0;
            (last.elapsed() > QUIET).then_some((first, last))
        })
    }

    fn bytes(&self) -> usize {
        self.seen().last().map_or(0, |(_, all)| *all)
    }

    /// Sends a key again and again: the time until the first and until the last byte it caused, and its bytes.
    fn press(&mut self, keys: &[&str], times: usize) -> Pressed {
        let (mut first, mut last, before) = (Vec::new(), Vec::new(), self.bytes());
        for n in 0..times {
            let sent = bench::instant();
            let done = self
                .keys
                .write_all(keys[n % keys.len()].as_bytes())
                .and_then(|()| self.keys.flush());
            done.unwrap_or_else(|e| panic!("{e}"));
            let (began, ended) = self.settle(sent);
            first.push(began - sent);
            last.push(ended - sent);
        }
        Pressed {
            first,
            last,
            bytes: (self.bytes() - before) as f64 / times as f64,
        }
    }
}

struct Pressed {
    first: Vec<Duration>,
    last: Vec<Duration>,
    bytes: f64,
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn screens(figures: &mut Figures, socket: &Path, peer: &Peer) {
    let file = peer.db.path().unwrap_or_default().to_owned();
    let mut frames: Vec<Duration> = (0..10).map(|_| first_frame(Path::new(&file))).collect();
    let their_frame = bench::percentile(&mut frames, 50);
    let mut firsts = Vec::new();
    let mut fulls = Vec::new();
    for _ in 0..10 {
        let screen = Screen::start(socket);
        let (first, last) = screen.settle(screen.started);
        firsts.push(first - screen.started);
        fulls.push(last - screen.started);
    }
    let (first, full) = (
        bench::percentile(&mut firsts, 50),
        bench::percentile(&mut fulls, 50),
    );
    figures.row(
        "started to first frame",
        "ms",
        first,
        Some(their_frame),
        Goal::AtMost(20.0),
    );
    figures.row(
        "… to the last change of it",
        "ms",
        full,
        Some(their_frame),
        Goal::Told,
    );
    let mut screen = Screen::start(socket);
    screen.settle(screen.started);
    let quiet = screen.bytes();
    std::thread::park_timeout(Duration::from_secs(2));
    figures.row(
        "two seconds idle",
        "bytes",
        (screen.bytes() - quiet) as f64,
        None,
        Goal::AtMost(0.0),
    );
    let keys: [(&str, &[&str], usize, Option<f64>); 5] = [
        ("cursor down", &["j", "j", "j", "k"], 200, Some(128.0)),
        ("page down", &["\x06"], 100, Some(8192.0)),
        ("last and first page", &["G", "g"], 40, Some(8192.0)),
        ("sort turned round", &["S"], 20, Some(8192.0)),
        (
            "letters of a search",
            &["/", "a", "n", "n", "\x7f", "\x7f", "\x7f", "\x1b"],
            80,
            None,
        ),
    ];
    for (what, keys, times, bytes) in keys {
        let peers = theirs(peer, what);
        let mut pressed = screen.press(keys, times);
        let half = bench::percentile(&mut pressed.last, 50);
        figures.row(
            &format!("{what}, key to whole frame, p50"),
            "ms",
            half,
            peers.map(|(half, _)| half),
            Goal::Told,
        );
        let most = bench::percentile(&mut pressed.last, 99);
        let their_most = peers.map(|(_, most)| most);
        figures.row("… p99", "ms", most, their_most, Goal::AtMost(16.0));
        let begun = bench::percentile(&mut pressed.first, 99);
        figures.row("… p99 of the first byte", "ms", begun, None, Goal::Told);
        let goal = bytes.map_or(Goal::Told, Goal::AtMost);
        figures.row("… to the terminal", "bytes", pressed.bytes, None, goal);
    }
}
