//! A daemon with a tenant whose people came from a file, and consoles on it.

use rollcall_tests::{Terminal, TestDaemon, daemon, poll, program};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// Columns and rows.
pub type Size = (u16, u16);
pub const SMALL: Size = (80, 24);
pub const LARGE: Size = (200, 50);
pub const SIZES: [Size; 2] = [SMALL, LARGE];

/// People of whom there are many, so that there is more than one page even on a large terminal.
pub const MANY: usize = 230;
/// Everybody in the file of [`Site::new`].
pub const ALL: usize = MANY + 3;

pub struct Site {
    pub daemon: TestDaemon,
    pub home: tempfile::TempDir,
}

impl Site {
    /// Ada owns the tenant, Grace's invitation is long overdue, Zora's name stands nowhere but in the file.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// As [`Site::new`], with more first names in the file.
    pub fn with(names: &[&str]) -> Self {
        Self::filled(TestDaemon::start(), names)
    }

    /// As [`Site::new`], with a socket that the group `daemon` may use; the directory must outlive the site.
    pub fn open_to_others() -> (tempfile::TempDir, Self) {
        let dir = daemon::directory();
        let config = dir.path().join("rollcall.toml");
        std::fs::write(config, "socket_group = \"daemon\"\n").unwrap();
        let daemon = TestDaemon::start_in(dir.path());
        (dir, Self::filled(daemon, &[]))
    }

    fn filled(daemon: TestDaemon, names: &[&str]) -> Self {
        let people = daemon.dir().join("people.csv");
        std::fs::write(&people, file(names)).unwrap();
        let people = people.to_str().unwrap();
        for args in [
            "tenant create northwind --catalog iusign --seats 900 --owner ada@northwind.example --tz Europe/Berlin \
             --authority rollcall --yes",
            &format!("import people {people} --tenant northwind --yes"),
            "tenant owner set northwind ada@northwind.example --yes",
            "policy set invitations --tenant northwind --mode auto --yes",
        ] {
            let args: Vec<&str> = args.split_whitespace().collect();
            let _ = daemon.say(&args).ok();
        }
        Site {
            daemon,
            home: daemon::directory(),
        }
    }

    /// The directory of the admin's own settings.
    pub fn config(&self) -> PathBuf {
        let dir = self.home.path().join("config/rollcall");
        std::fs::create_dir_all(&dir).unwrap();
        dir
    }

    /// Starts a program in a terminal, as the admin would.
    pub fn start(&self, name: &str, args: &[&str], env: &[(&str, &str)], size: Size) -> Terminal {
        let home = self.home.path().to_str().unwrap();
        let config = self.home.path().join("config");
        let socket = self.daemon.socket();
        let mut all = vec![
            ("ROLLCALL_SOCKET", socket.to_str().unwrap()),
            ("HOME", home),
            ("XDG_CONFIG_HOME", config.to_str().unwrap()),
        ];
        all.extend_from_slice(env);
        Terminal::start(&program(name), args, &all, size.1, size.0)
    }

    /// Opens the console as the OS user with this number, who is in the group of the same number.
    pub fn console_of(&self, number: u32, size: Size) -> Terminal {
        let console = self.started_by(number, size);
        ready(&console);
        console
    }

    /// As [`Site::console_of`], without waiting for what an operator is shown.
    pub fn started_by(&self, number: u32, size: Size) -> Terminal {
        let rollcall = self.daemon.dir().join("rollcall");
        if !rollcall.exists() {
            std::fs::copy(program("rollcall"), &rollcall).unwrap();
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&rollcall, mode).unwrap();
        }
        let (uid, gid) = (format!("--reuid={number}"), format!("--regid={number}"));
        let program = rollcall.to_str().unwrap();
        let socket = self.daemon.socket();
        let env = [
            ("ROLLCALL_SOCKET", socket.to_str().unwrap()),
            ("HOME", "/"),
            ("XDG_CONFIG_HOME", "/nonexistent"),
        ];
        let args = ["setpriv", &*uid, &*gid, "--clear-groups", program];
        Terminal::start(&PathBuf::from("/usr/bin/env"), &args, &env, size.1, size.0)
    }

    /// Opens the console and waits for its first page.
    pub fn console(&self, size: Size) -> Terminal {
        self.console_with(&[], &[], size)
    }

    /// As [`Site::console`], with options.
    pub fn console_with(&self, args: &[&str], env: &[(&str, &str)], size: Size) -> Terminal {
        let console = self.start("rollcall", args, env, size);
        ready(&console);
        console
    }

    /// The newest runs, as another process is told them.
    pub fn runs(&self) -> serde_json::Value {
        self.daemon.say(&["run", "list", "--json"]).ok().json()
    }
}

fn file(names: &[&str]) -> String {
    let mut file =
        String::from("email,first_name,last_name,status,roles,team,mfa,last_login,created\n");
    let mut add = |mailbox: &str, name: &str, rest: &str| {
        file.push_str(&format!("{mailbox}@northwind.example,{name},{rest}\n"));
    };
    let active = "active,User,Contracts,enrolled,2026-11-19T14:40:00Z,2025-03-02";
    add("ada", "Ada", &format!("Okafor,{active}"));
    add(
        "grace",
        "Grace",
        "Lindqvist,invited,User,Contracts,,,2020-01-05",
    );
    add("zora", "Zora", &format!("Quillfeather,{active}"));
    for n in 0..MANY {
        add(
            &format!("p{n:03}"),
            &format!("Person{n:03}"),
            &format!("Common,{active}"),
        );
    }
    for (n, name) in names.iter().enumerate() {
        add(&format!("odd{n}"), name, &format!("Odd,{active}"));
    }
    file
}

/// Waits until the console is connected, knows the tenants and shows its first row.
pub fn ready(console: &Terminal) {
    console.until("connected, with rows", |text| {
        let known = text.contains("connected") && text.contains("seats ");
        // A frame may come in pieces: its end is waited for.
        let whole = console.raw().ends_with(b"\x1b[?2026l");
        (known && text.contains("1 of ") && whole).then_some(())
    });
}

/// How the lines begin that explain the marks of a narrow table.
const LEGEND: [&str; 3] = [" A active I invited", " Flags Ended", " Times on the clock"];

/// The rows of the table in view: between the titles and the last two lines, without the legend.
pub fn table(console: &Terminal) -> Vec<String> {
    let rows = console.rows();
    let end = rows.len() - 2;
    rows[3..end]
        .iter()
        .map(|row| row.trim_end().to_owned())
        .filter(|row| !row.is_empty() && !LEGEND.iter().any(|begins| row.starts_with(begins)))
        .collect()
}

/// What stands under the cursor.
pub fn cursor_row(console: &Terminal) -> String {
    poll("a row under the cursor", || {
        table(console).into_iter().find(|row| row.starts_with('▶'))
    })
}

/// The audit id that the screen shows.
pub fn audit_id(console: &Terminal) -> u64 {
    console.until("an audit id", |text| {
        // A long notice is broken between words.
        let words: Vec<&str> = text.split_whitespace().collect();
        let said = words.join(" ");
        let rest = said.split("Audit id northwind/").nth(1)?;
        rest.split('.').next()?.parse().ok()
    })
}

/// The line of the tenant's journal with this audit id, as `audit list` gives it to another process.
pub fn audited(site: &Site, id: u64) -> String {
    let args = ["audit", "list", "--tenant", "northwind", "--json"];
    let list = site.daemon.say(&args).ok().json();
    let rows = list["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["seq"] == id);
    row.unwrap_or_else(|| panic!("{id} is not in {list}"))
        .to_string()
}
