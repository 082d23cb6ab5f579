//! A daemon with a tenant whose people came from a file, and consoles on it.

use rollcall_tests::{Terminal, TestDaemon, daemon, poll, program};
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
        let daemon = TestDaemon::start();
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

/// The rows of the table in view: between the titles and the last two lines.
pub fn table(console: &Terminal) -> Vec<String> {
    let rows = console.rows();
    let end = rows.len() - 2;
    rows[3..end]
        .iter()
        .map(|row| row.trim_end().to_owned())
        .filter(|row| !row.is_empty())
        .collect()
}

/// What stands under the cursor.
pub fn cursor_row(console: &Terminal) -> String {
    poll("a row under the cursor", || {
        table(console).into_iter().find(|row| row.starts_with('▶'))
    })
}
