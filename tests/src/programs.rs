//! The real programs, found beside the test's own executable.

use crate::poll::poll;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held while a process that lives longer is started, or a pseudo-terminal is made.
pub fn spawning() -> MutexGuard<'static, ()> {
    static SPAWNING: Mutex<()> = Mutex::new(());
    SPAWNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The path of one of our programs. `cargo test --workspace` builds them; a program that is missing, or older than
/// the sources, would make every result here a lie.
///
/// # Panics
/// When it is missing or stale.
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    let path = own
        .parent()
        .and_then(Path::parent)
        .map(|dir| dir.join(name))
        .unwrap_or_default();
    let built = std::fs::metadata(&path).and_then(|m| m.modified());
    let Ok(built) = built else {
        panic!("{} is missing: run cargo test --workspace", path.display())
    };
    assert!(
        built >= newest_source(&path),
        "{} is older than its sources: run cargo test --workspace",
        path.display()
    );
    path
}

/// When the newest of a program's sources was written. Cargo lists them beside a program it was asked for; one that was
/// built only because a test needs it has no list, and is held against the folders it can come from.
fn newest_source(program: &Path) -> std::time::SystemTime {
    let list = std::fs::read_to_string(program.with_extension("d")).unwrap_or_default();
    let sources: Vec<PathBuf> = match list.split_once(": ") {
        Some((_, sources)) => sources
            .replace("\\ ", "\0")
            .split_whitespace()
            .map(|source| PathBuf::from(source.replace('\0', " ")))
            .collect(),
        None => in_folders(program),
    };
    assert!(!sources.is_empty(), "{} has no sources", program.display());
    sources
        .iter()
        .filter_map(|source| std::fs::metadata(source).and_then(|m| m.modified()).ok())
        .fold(
            std::time::SystemTime::UNIX_EPOCH,
            std::time::SystemTime::max,
        )
}

/// The Rust files a program can come from; unit tests leave it as it is.
fn in_folders(program: &Path) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let daemon_only = ["rollcalld", "sim-daemon"]
        .iter()
        .any(|name| program.ends_with(name));
    let own: &[&str] = if daemon_only { &[] } else { &["tui/src"] };
    let mut folders: Vec<PathBuf> = ["shared/src", "daemon/src"]
        .iter()
        .chain(own)
        .map(|folder| root.join(folder))
        .collect();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let test = ["tests", "tests.rs", "properties.rs", "fake.rs"]
                .iter()
                .any(|name| path.ends_with(name));
            if test {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                sources.push(path);
            }
        }
    }
    sources
}

/// What a program said.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Itself, when the exit code is 0.
    ///
    /// # Panics
    /// When it is not.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// Standard output as JSON: what the envelope holds.
    ///
    /// # Panics
    /// When it is not an envelope with an answer.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let envelope: serde_json::Value = serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("not JSON ({e}): {}\nerr: {}", self.out, self.err));
        assert!(
            envelope["ok"] != serde_json::Value::Null,
            "no answer: {envelope}"
        );
        envelope["ok"].clone()
    }
}

/// Runs `rollcall` against a socket, without a terminal, as the user of the test.
///
/// # Panics
/// When it cannot be started.
pub fn rollcall(socket: &Path, args: &[&str]) -> Said {
    run(command(socket, args))
}

/// `rollcall` as a command that can be changed before it runs.
pub fn command(socket: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program("rollcall"));
    command
        .args(args)
        .env("ROLLCALL_SOCKET", socket)
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started.
pub fn run(mut command: Command) -> Said {
    // A copy of a program is busy while a process that another test starts just then still holds it open for writing.
    let started = poll("the program to be free", || match command.output() {
        Err(e) if e.kind() == io::ErrorKind::ExecutableFileBusy => None,
        done => Some(done),
    });
    match started {
        Ok(output) => Said::of(output),
        Err(e) => panic!("{command:?} cannot be started: {e}"),
    }
}
