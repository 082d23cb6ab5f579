//! The real console in a pseudo-terminal on the real daemon: pages through the socket, keys to frames, bytes a frame.

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};
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
    pages(&mut figures, dir.path());
    screens(&mut figures, &daemon::socket(dir.path()));
    drop(served);
    figures.end();
    ExitCode::SUCCESS
}

/// A page of 50 rows through the socket beside SQLite in the same process.
fn pages(figures: &mut Figures, dir: &Path) {
    let state = bench::population(bench::users());
    let peer = Peer::filled(&dir.join("peer.db"), &state);
    drop(state);
    peer.index("CREATE INDEX by_created ON account (created, tenant, account);");
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
    let (names, _) = bench::median(200, by_name);
    let (ours, mine) = bench::median(200, &mut ask);
    let sql = "SELECT tenant, account, * FROM account ORDER BY created, tenant, account LIMIT 50";
    let (theirs, rows) = bench::median(200, || {
        let mut statement = peer
            .db
            .prepare_cached(sql)
            .unwrap_or_else(|e| panic!("{e}"));
        let rows = statement
            .query_map([], reference)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>);
        rows.unwrap_or_else(|e| panic!("{e}"))
    });
    assert_eq!(
        mine.rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        rows,
        "the pages differ"
    );
    figures.row(
        "first page by name through the socket",
        "ms",
        names,
        None,
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

fn screens(figures: &mut Figures, socket: &Path) {
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
        None,
        Goal::AtMost(20.0),
    );
    figures.row("… to the last change of it", "ms", full, None, Goal::Told);
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
        let mut pressed = screen.press(keys, times);
        let half = bench::percentile(&mut pressed.last, 50);
        figures.row(
            &format!("{what}, key to whole frame, p50"),
            "ms",
            half,
            None,
            Goal::Told,
        );
        let most = bench::percentile(&mut pressed.last, 99);
        figures.row("… p99", "ms", most, None, Goal::AtMost(16.0));
        let begun = bench::percentile(&mut pressed.first, 99);
        figures.row("… p99 of the first byte", "ms", begun, None, Goal::Told);
        let goal = bytes.map_or(Goal::Told, Goal::AtMost);
        figures.row("… to the terminal", "bytes", pressed.bytes, None, goal);
    }
}
