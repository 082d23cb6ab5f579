//! `rollcall config`: the settings a daemon started here and now would have, and where each comes from.

use super::error::{Exit, Outcome};
use super::output::{Format, RowsFormat};
use super::session::{Globals, Session};
use super::table::{Cell, Grid, always};
use clap::{Args, Subcommand};
use rollcall_daemon::read_settings;
use rollcall_shared::config::{Dirs, Origin, Setting, settings};
use rollcall_shared::wire::{Class, Failure};
use serde::Serialize;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What to do with settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting that rollcalld would start with for you, here and now
    #[command(
        after_help = "What wins: a flag, ROLLCALL_*, your own rollcall.toml, /etc/rollcall/rollcall.toml, the built-in default.
A policy that stands here is what a new tenant starts with; `rollcall policy list` shows what is in force.

Examples:
  rollcall config show
  rollcall config show --origin
  sudo rollcall config show --origin --json"
    )]
    Show(Show),
}

/// How to show them.
#[derive(Debug, Args)]
pub struct Show {
    /// Say where each value comes from
    #[arg(long)]
    origin: bool,
    #[command(flatten)]
    format: RowsFormat,
}

/// A setting as it is printed.
#[derive(Serialize)]
struct Row {
    setting: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
}

impl ConfigCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        let ConfigCommand::Show(show) = self;
        show.format.into()
    }

    /// Does it.
    pub fn run(self, session: &mut Session) -> Outcome {
        let ConfigCommand::Show(show) = self;
        let env = |name: &str| std::env::var_os(name);
        let in_force = in_force(&Dirs::current(), &session.globals, env)?;
        let rows: Vec<Row> = in_force
            .into_iter()
            .map(|setting| Row {
                setting: setting.key,
                value: setting.value,
                origin: show.origin.then(|| setting.origin.to_string()),
            })
            .collect();
        let columns = ["setting", "value", "origin"].map(always);
        let shown = if show.origin { 3 } else { 2 };
        let grid = Grid::of(&columns[..shown], &rows, |row| {
            [Some(&row.setting), Some(&row.value), row.origin.as_ref()]
                .into_iter()
                .flatten()
                .map(Cell::text)
                .collect()
        });
        session.out.rows(&rows, &rows, &grid)?;
        Ok(Exit::Done)
    }
}

/// The settings as rollcalld finds them: its flags, its environment, its files.
fn in_force(
    dirs: &Dirs,
    flags: &Globals,
    env: impl Fn(&str) -> Option<OsString>,
) -> Result<Vec<Setting>, Failure> {
    let wrong = |e| {
        Failure::new(Class::Error, format!("{e}"))
            .rule("settings")
            .hint("mend the file; `rollcalld --check-config` tells when it can be read")
    };
    let files = match env("ROLLCALL_CONFIG") {
        Some(file) => vec![PathBuf::from(file)],
        None => dirs.config_files(),
    };
    let config = read_settings(dirs, &files).map_err(wrong)?;
    let mut all = settings(&config, &files).map_err(wrong)?;
    let path = |path: &Path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        absolute.display().to_string()
    };
    let over = [
        ("store", "--store", flags.store.as_deref(), "ROLLCALL_STORE"),
        (
            "socket",
            "--socket",
            flags.socket.as_deref(),
            "ROLLCALL_SOCKET",
        ),
        ("log", "", None, "ROLLCALL_LOG"),
    ];
    for (key, flag, flagged, variable) in over {
        let told = match (flagged, env(variable)) {
            (Some(value), _) => (path(value), Origin::Flag(flag)),
            (None, Some(value)) if key == "log" => {
                let value = value.to_string_lossy().into_owned();
                (value, Origin::Environment(variable))
            }
            (None, Some(value)) => (path(Path::new(&value)), Origin::Environment(variable)),
            (None, None) => continue,
        };
        if let Some(setting) = all.iter_mut().find(|setting| setting.key == key) {
            (setting.value, setting.origin) = told;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_names_the_highest_place_that_sets_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("rollcall.toml");
        let text = "log = \"warn\"\nstore = \"/file/s\"\nsocket = \"/file/k\"\n\n[policy.mfa]\nmfa_grace = \"3 days\"\n";
        std::fs::write(&file, text).unwrap();
        let flags = Globals {
            store: Some("/flag/s".into()),
            ..Globals::default()
        };
        let env = |name: &str| match name {
            "ROLLCALL_CONFIG" => Some(file.clone().into_os_string()),
            "ROLLCALL_STORE" => Some("/env/s".into()),
            "ROLLCALL_SOCKET" => Some("/env/k".into()),
            _ => None,
        };
        let all = in_force(&Dirs::system(), &flags, env).unwrap();
        let of = |key: &str| {
            let setting = all.iter().find(|s| s.key == key).unwrap();
            (setting.value.clone(), setting.origin.to_string())
        };
        let line = |n: usize| format!("{}:{n}", file.display());
        let pair = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
        assert_eq!(of("store"), pair("/flag/s", "--store"));
        assert_eq!(of("socket"), pair("/env/k", "ROLLCALL_SOCKET"));
        assert_eq!(of("log"), pair("warn", &line(1)));
        assert_eq!(of("policy.mfa.mfa_grace"), pair("3 days", &line(6)));
        assert_eq!(of("policy.mfa.mode"), pair("observe", "built in"));
    }

    #[test]
    fn a_file_that_is_wrong_is_refused_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("rollcall.toml");
        std::fs::write(&file, "\nlog = 3\n").unwrap();
        let env = |name: &str| (name == "ROLLCALL_CONFIG").then(|| file.clone().into_os_string());
        let refused = in_force(&Dirs::system(), &Globals::default(), env).unwrap_err();
        assert!(
            refused.what.contains("rollcall.toml:2: log"),
            "{}",
            refused.what
        );
    }
}
