//! What the tests share: a tenant to work on, other OS users, and short ways to ask.

pub use rollcall_tests::possible;
use rollcall_tests::programs::{command, run};
use rollcall_tests::{Said, TestDaemon, http, program};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The header of the people files here.
pub const HEADER: &str = "email,first_name,status,roles,mfa,last_login,created,end_date\n";

/// A real daemon whose socket the group `daemon` may use, which every Linux has with the number 1.
pub fn open_to_others() -> (tempfile::TempDir, TestDaemon) {
    let dir = rollcall_tests::daemon::directory();
    let config = dir.path().join("rollcall.toml");
    std::fs::write(config, "socket_group = \"daemon\"\n").unwrap();
    let daemon = TestDaemon::start_in(dir.path());
    (dir, daemon)
}

/// The OS user with this number and one group: of the same number, unless told otherwise.
pub struct Other {
    number: u32,
    group: u32,
    dir: PathBuf,
    socket: PathBuf,
}

impl Other {
    /// Such a user, with copies of the programs where they can reach them.
    pub fn of(daemon: &TestDaemon, number: u32) -> Self {
        for name in ["rollcall", "ask"] {
            let copy = daemon.dir().join(name);
            if !copy.exists() {
                std::fs::copy(program(name), &copy).unwrap();
                let mode = std::fs::Permissions::from_mode(0o755);
                std::fs::set_permissions(&copy, mode).unwrap();
            }
        }
        Other {
            number,
            group: number,
            dir: daemon.dir().to_owned(),
            socket: daemon.socket(),
        }
    }

    /// The same user in another group.
    pub fn in_group(self, group: u32) -> Self {
        Other { group, ..self }
    }

    /// A program as this user; where root becomes somebody else, the standard library lets go of root's own groups.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.dir.join(program));
        command
            .uid(self.number)
            .gid(self.group)
            .current_dir("/")
            .env("ROLLCALL_SOCKET", &self.socket)
            .stdin(Stdio::null());
        command
    }

    /// Runs the real `rollcall` as this user.
    pub fn say(&self, args: &[&str]) -> Said {
        let mut command = self.command("rollcall");
        command.args(args);
        run(command)
    }

    /// Asks as this user with a client that shares nothing with ours; status and envelope.
    pub fn ask(&self, path: &str, body: &Value) -> (u16, Value) {
        let mut command = self.command("ask");
        command.arg(&self.socket).arg(path).arg(body.to_string());
        let said = run(command).ok();
        let (status, envelope) = said.out.split_once('\n').unwrap();
        (
            status.parse().unwrap(),
            serde_json::from_str(envelope).unwrap(),
        )
    }
}

/// Posts a request and gives what was answered.
pub fn ask(daemon: &TestDaemon, path: &str, body: Value) -> Value {
    let (status, envelope) = http::post(&daemon.socket(), path, &[], &body.to_string());
    assert_eq!(status, 200, "{path} {body}: {envelope}");
    envelope["ok"].clone()
}

/// Posts a request and gives status and refusal.
pub fn refused(daemon: &TestDaemon, path: &str, body: Value) -> (u16, Value) {
    let (status, envelope) = http::post(&daemon.socket(), path, &[], &body.to_string());
    assert!(
        envelope["error"].is_object(),
        "{path} {body} was not refused: {envelope}"
    );
    (status, envelope["error"].clone())
}

/// Makes a tenant of IUSign whose decisions are effective at once, brings people in and names ada its owner.
pub fn acme(daemon: &TestDaemon, people: &str) {
    create(daemon, "acme", "rollcall");
    import(daemon, "people", "acme", &format!("{HEADER}{people}")).ok();
    name_owner(daemon);
}

/// Names ada the owner of acme.
pub fn name_owner(daemon: &TestDaemon) {
    let owner = [
        "tenant",
        "owner",
        "set",
        "acme",
        "ada@acme.example",
        "--yes",
    ];
    daemon.say(&owner).ok();
}

/// Makes a tenant with ten thousand seats that ada will own.
pub fn create(daemon: &TestDaemon, name: &str, authority: &str) {
    let owner = format!("ada@{name}.example");
    let args = [
        "tenant",
        "create",
        name,
        "--catalog",
        "iusign",
        "--seats",
        "10000",
        "--owner",
        &owner,
        "--authority",
        authority,
        "--yes",
    ];
    daemon.say(&args).ok();
}

/// Imports a text as a file of its own; `what` is people or signins.
pub fn import(daemon: &TestDaemon, what: &str, tenant: &str, text: &str) -> Said {
    let file = daemon.dir().join(what);
    std::fs::write(&file, text).unwrap();
    // A daemon whose clock is moved lives in another time than the files: from its future, what they say is of now.
    let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(200 * 365 * 86_400);
    let written = std::fs::File::options().write(true).open(&file);
    written.unwrap().set_modified(then).unwrap();
    let file = file.to_str().unwrap();
    daemon.say(&["import", what, file, "--tenant", tenant, "--yes", "--json"])
}

/// Makes a policy act by itself, and only when a test says so: its schedule comes once a year.
pub fn arm(daemon: &TestDaemon, sweep: &str, mode: &str) {
    let args = [
        "policy",
        "set",
        sweep,
        "--tenant",
        "acme",
        "--mode",
        mode,
        "--schedule",
        "0 3 1 1 *",
        "--yes",
    ];
    daemon.say(&args).ok();
}

/// The state of an account.
pub fn status(daemon: &TestDaemon, email: &str) -> String {
    let shown = daemon.say(&["user", "show", email, "--json"]).ok().json();
    shown["row"]["status"].as_str().unwrap().to_owned()
}

/// The head of each journal by name.
pub fn heads(daemon: &TestDaemon) -> BTreeMap<String, Value> {
    let status = daemon.say(&["status", "--json"]).ok().json();
    let heads = status["heads"].as_array().unwrap().iter();
    heads
        .map(|h| (h["journal"].as_str().unwrap().to_owned(), h.clone()))
        .collect()
}

/// Every account of a tenant as the list shows it.
pub fn accounts(daemon: &TestDaemon, tenant: &str) -> Vec<Value> {
    let list = ["user", "list", "--tenant", tenant, "--all", "--json"];
    let page = daemon.say(&list).ok().json();
    page["rows"].as_array().unwrap().clone()
}

/// The plan of a sweep in acme.
pub fn plan(daemon: &TestDaemon, sweep: &str) -> Value {
    let args = ["sweep", "plan", sweep, "--tenant", "acme", "--json"];
    daemon.say(&args).ok().json()["plans"][0].clone()
}

/// Runs a sweep of acme now by the command line; its one result.
pub fn sweep(daemon: &TestDaemon, sweep: &str) -> Value {
    let args = ["sweep", "run", sweep, "--tenant", "acme", "--yes", "--json"];
    daemon.say(&args).ok().json()["results"][0].clone()
}

/// The runs of a tenant, newest first.
pub fn runs(daemon: &TestDaemon, tenant: &str) -> Vec<Value> {
    let said = daemon.say(&["run", "list", "--tenant", tenant, "--json"]);
    said.ok().json()["rows"].as_array().unwrap().clone()
}

/// The batches of acme's journal under a verb, newest first.
pub fn journal(daemon: &TestDaemon, verb: &str) -> Vec<Value> {
    let body = json!({"tenant": "acme", "verb": verb, "limit": 1000});
    ask(daemon, "/v1/audit/list", body)["rows"]
        .as_array()
        .unwrap()
        .clone()
}

/// Runs `rollcall` of this test's user somewhere else.
pub fn rollcall_in(dir: &Path, socket: &Path, args: &[&str]) -> Said {
    let mut command = command(socket, args);
    command.current_dir(dir);
    run(command)
}
