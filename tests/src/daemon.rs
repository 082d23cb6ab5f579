//! A real `rollcalld`, or one with a moved clock, over a store of its own.

use crate::poll::poll;
use crate::programs::{Said, program, rollcall, spawning};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A daemon in a process of its own, with a directory of its own. Killed when dropped.
pub struct TestDaemon {
    child: Child,
    dir: PathBuf,
    kept: Option<tempfile::TempDir>,
}

impl TestDaemon {
    /// Starts the real `rollcalld` over a new store.
    pub fn start() -> Self {
        let kept = directory();
        let dir = kept.path().to_owned();
        Self::launch(Command::new(program("rollcalld")), dir, Some(kept))
    }

    /// Starts the real `rollcalld` over the store of an earlier daemon's directory.
    pub fn start_in(dir: &Path) -> Self {
        Self::launch(Command::new(program("rollcalld")), dir.to_owned(), None)
    }

    /// Starts a daemon whose clock stands at `now` (RFC 3339) until it is moved.
    pub fn simulated(now: &str) -> Self {
        let kept = directory();
        let dir = kept.path().to_owned();
        Self::launch(simulation(now), dir, Some(kept))
    }

    /// As [`TestDaemon::simulated`], over the store of an earlier daemon's directory.
    pub fn simulated_over(dir: &Path, now: &str) -> Self {
        Self::launch(simulation(now), dir.to_owned(), None)
    }

    /// As [`TestDaemon::simulated`], with runs applied in steps of this many actions.
    pub fn stepwise(now: &str, step: usize) -> Self {
        let kept = directory();
        let dir = kept.path().to_owned();
        let mut command = simulation(now);
        command.env("SIM_STEP", step.to_string());
        Self::launch(command, dir, Some(kept))
    }

    /// As [`TestDaemon::stepwise`], over the store of an earlier daemon's directory.
    pub fn stepwise_over(dir: &Path, now: &str, step: usize) -> Self {
        let mut command = simulation(now);
        command.env("SIM_STEP", step.to_string());
        Self::launch(command, dir.to_owned(), None)
    }

    fn launch(mut command: Command, dir: PathBuf, kept: Option<tempfile::TempDir>) -> Self {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(dir.join("log"))
            .unwrap_or_else(|e| panic!("{e}"));
        command
            .arg("--store")
            .arg(dir.join("store.redb"))
            .arg("--socket")
            .arg(dir.join("run").join("rollcall.sock"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log);
        if let Some(config) = Some(dir.join("rollcall.toml")).filter(|c| c.exists()) {
            command.arg("--config").arg(config);
        }
        let spawning = spawning();
        let child = command
            .spawn()
            .unwrap_or_else(|e| panic!("{command:?}: {e}"));
        drop(spawning);
        let mut daemon = TestDaemon { child, dir, kept };
        poll("the daemon to be ready", || {
            if let Ok(Some(status)) = daemon.child.try_wait() {
                panic!("the daemon ended with {status}: {}", daemon.log());
            }
            (daemon.socket().exists() && daemon.say(&["status", "--json"]).code == 0).then_some(())
        });
        daemon
    }

    /// Its directory: store, socket and log.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Its store.
    pub fn store(&self) -> PathBuf {
        self.dir.join("store.redb")
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        self.dir.join("run").join("rollcall.sock")
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    /// Runs the real `rollcall` against it.
    pub fn say(&self, args: &[&str]) -> Said {
        rollcall(&self.socket(), args)
    }

    /// Moves the clock of a simulated daemon.
    ///
    /// # Panics
    /// When it is not one.
    pub fn set_clock(&mut self, now: &str) {
        let Some(stdin) = self.child.stdin.as_mut() else {
            panic!("the daemon has no clock to move")
        };
        writeln!(stdin, "{now}")
            .and_then(|()| stdin.flush())
            .unwrap_or_else(|e| panic!("{e}"));
        poll("the clock to be moved", || {
            let said = self.say(&["status", "--json"]).ok().json();
            (said["now"].as_str().map(str::to_owned) == Some(now.to_owned())).then_some(())
        });
    }

    /// Sends a signal by name, for example `TERM`.
    pub fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(self.pid().to_string())
            .status();
        assert!(status.is_ok_and(|s| s.success()), "kill -{signal}");
    }

    /// Waits for its end and gives its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        poll("the daemon to end", || self.child.try_wait().ok().flatten()).code()
    }

    /// Kills it without warning and keeps its directory.
    pub fn kill(mut self) -> tempfile::TempDir {
        let _ = self.child.kill();
        let _ = self.child.wait();
        match self.kept.take() {
            Some(dir) => dir,
            None => panic!("the directory belongs to somebody else"),
        }
    }
}

impl Drop for TestDaemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A daemon whose clock stands still, as a command that can be changed before it runs.
fn simulation(now: &str) -> Command {
    let mut command = Command::new(program("sim-daemon"));
    command.env("SIM_NOW", now);
    command
}

/// A directory that other users may pass through: the tests of denial need it.
///
/// # Panics
/// When it cannot be made.
pub fn directory() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let made = tempfile::Builder::new().prefix("rollcall-test-").tempdir();
    let dir = made.unwrap_or_else(|e| panic!("{e}"));
    let open = std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755));
    assert!(open.is_ok());
    dir
}
