//! What the benches share: the population, the stopwatch, the table of figures, and the peer.

pub mod aside;
pub mod daemon;
pub mod figures;
pub mod peer;

pub use aside::Aside;
pub use figures::{Figures, Goal};
pub use peer::Peer;

use rollcall_daemon::demo::Demo;
use rollcall_shared::directory::State;
use rollcall_shared::domain::{Day, Micros};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many accounts the benches make up.
pub fn users() -> u32 {
    let said = std::env::var("ROLLCALL_BENCH_USERS").ok();
    said.map_or(1_000_000, |n| {
        n.replace('_', "")
            .parse()
            .unwrap_or_else(|e| panic!("ROLLCALL_BENCH_USERS={n}: {e}"))
    })
}

/// The day all benches are run on.
pub const TODAY: Day = Day(20_779);

/// The instant the benches ask at: the demo's past lies before it.
pub fn now() -> Micros {
    TODAY.start()
}

/// The demo population.
pub fn demo(users: u32) -> Demo {
    Demo {
        users,
        seed: 1,
        today: TODAY,
    }
}

/// The demo population folded, as a daemon holds it.
///
/// # Panics
/// When it cannot be folded.
pub fn population(users: u32) -> State {
    let mut state = State::default();
    for (journal, mut batch) in demo(users).batches() {
        state.link(&mut batch);
        let seq = state.journal_seq(journal) + 1;
        state.apply(seq, &batch).unwrap_or_else(|e| panic!("{e}"));
    }
    state
}

/// The instant, for stopwatches.
#[allow(clippy::disallowed_methods, reason = "benches measure real time")]
pub fn instant() -> Instant {
    Instant::now()
}

/// How long something takes, with what it gives.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = instant();
    let result = work();
    (start.elapsed(), result)
}

/// The median of several times, in milliseconds, with the last result. The first try warms up and does not count.
///
/// # Panics
/// When there are no tries.
pub fn median<T>(tries: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut last = work();
    let mut times = Vec::with_capacity(tries);
    for _ in 0..tries {
        let (took, result) = timed(&mut work);
        times.push(took);
        last = result;
    }
    (percentile(&mut times, 50), last)
}

/// A percentile of times, in milliseconds.
///
/// # Panics
/// When there are none.
pub fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    millis(times[(times.len() * percent / 100).min(times.len() - 1)])
}

/// A time in milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Bytes a process has in memory.
///
/// # Panics
/// When there is no such process.
pub fn resident(pid: u32) -> u64 {
    let path = format!("/proc/{pid}/status");
    let status = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_else(|| panic!("{path} tells no VmRSS")) * 1024
}

/// Time each thread of a process has spent on a processor, as the scheduler counts it.
///
/// # Panics
/// When there is no such process.
pub fn on_processor(pid: u32) -> HashMap<PathBuf, Duration> {
    let path = format!("/proc/{pid}/task");
    let threads = std::fs::read_dir(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let spent = threads.flatten().filter_map(|thread| {
        let path = thread.path().join("schedstat");
        let stat = std::fs::read_to_string(&path).ok()?;
        let nanos = stat.split_whitespace().next()?.parse().ok()?;
        Some((path, Duration::from_nanos(nanos)))
    });
    spent.collect()
}

/// Bytes a file has on the disk.
///
/// # Panics
/// When it is not there.
pub fn on_disk(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    found.blocks() * 512
}

/// A folder on the disk the figures are about.
///
/// # Panics
/// When it cannot be made.
pub fn folder() -> tempfile::TempDir {
    let made = tempfile::Builder::new().prefix("rollcall-bench-").tempdir();
    made.unwrap_or_else(|e| panic!("{e}"))
}
