//! SQLite in a process of its own: to be weighed, and to be killed in the middle of its work.

use super::Peer;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Set for a process that is only to be a database: its file.
const FILE: &str = "ROLLCALL_BENCH_PEER";

/// What it says when it has done what it was asked.
const DONE: &str = "done";

/// A database in a process of its own; killed without warning when dropped.
pub struct Aside {
    child: Child,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Aside {
    /// Opens a file in a new process and waits until it is open.
    ///
    /// # Panics
    /// When it does not start.
    pub fn over(file: &Path) -> Self {
        let own = std::env::current_exe().unwrap_or_else(|e| panic!("{e}"));
        let started = Command::new(own)
            .env(FILE, file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = started.unwrap_or_else(|e| panic!("{e}"));
        let (Some(asks), Some(says)) = (child.stdin.take(), child.stdout.take()) else {
            panic!("the process has no pipes")
        };
        let says = BufReader::new(says);
        let mut aside = Aside { child, asks, says };
        aside.heard();
        aside
    }

    /// Runs one statement, given on one line, and reads all its rows.
    ///
    /// # Panics
    /// When the process is gone.
    pub fn run(&mut self, sql: &str) {
        let asked = writeln!(self.asks, "{sql}").and_then(|()| self.asks.flush());
        asked.unwrap_or_else(|e| panic!("{sql}: {e}"));
        self.heard();
    }

    fn heard(&mut self) {
        let mut line = String::new();
        let read = self.says.read_line(&mut line);
        read.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(line.trim(), DONE, "SQLite in its own process");
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Early in a bench's `main`: when this process was started by [`Aside::over`], it does as it is asked until nobody asks.
///
/// # Panics
/// When SQLite refuses.
pub fn serve_if_asked() {
    let Some(file) = std::env::var_os(FILE) else {
        return;
    };
    let peer = Peer::open(Path::new(&file));
    println!("{DONE}");
    for sql in std::io::stdin().lines() {
        let sql = sql.unwrap_or_else(|e| panic!("{e}"));
        let mut statement = peer
            .db
            .prepare(&sql)
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        let mut rows = statement.query([]).unwrap_or_else(|e| panic!("{sql}: {e}"));
        while rows
            .next()
            .unwrap_or_else(|e| panic!("{sql}: {e}"))
            .is_some()
        {}
        println!("{DONE}");
    }
    std::process::exit(0);
}
