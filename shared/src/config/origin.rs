//! Where each setting comes from: the program, a file and its line, the environment, or a flag.

use super::{Config, ConfigError, LogFormat};
use crate::domain::{Micros, Sweep};
use crate::rules::policy::{limit, limit_names};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// Where a value comes from. The later ones win over the earlier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The program's own default.
    BuiltIn,
    /// A file of settings, with the line from 1.
    File(PathBuf, usize),
    /// A variable of the environment.
    Environment(&'static str),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::BuiltIn => f.write_str("built in"),
            Origin::File(file, line) => write!(f, "{}:{line}", file.display()),
            Origin::Environment(name) | Origin::Flag(name) => f.write_str(name),
        }
    }
}

/// A setting as it is in force for a daemon that starts now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name with its tables, for example `policy.mfa.mode`.
    pub key: String,
    /// Its value, as the file would have it without quotes.
    pub value: String,
    /// Where that comes from.
    pub origin: Origin,
}

/// Every setting of `config`, which was loaded from `files`, in the order of the file we ship.
///
/// # Errors
/// A file that cannot be read any more.
pub fn settings(config: &Config, files: &[PathBuf]) -> Result<Vec<Setting>, ConfigError> {
    let mut places = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(file).map_err(|e| ConfigError::unreadable(file, &e))?;
        // A file that is no TOML was refused when the settings were loaded.
        if let Ok(document) = DeTable::parse(&text) {
            walk(document.get_ref(), "", &mut |key, at| {
                let line = text[..at].matches('\n').count() + 1;
                places.insert(key, (file.as_path(), line));
            });
        }
    }
    let of = |key: String, value: String| {
        let origin = places.get(&key).map_or(Origin::BuiltIn, |(file, line)| {
            Origin::File(Path::to_path_buf(file), *line)
        });
        Setting { key, value, origin }
    };
    Ok(values(config)
        .into_iter()
        .map(|(key, value)| of(key, value))
        .collect())
}

/// Tells every key that is no table, with its byte in the text.
fn walk(table: &DeTable<'_>, path: &str, tell: &mut impl FnMut(String, usize)) {
    for (name, value) in table {
        let key = match path {
            "" => name.get_ref().to_string(),
            path => format!("{path}.{}", name.get_ref()),
        };
        match value.get_ref() {
            DeValue::Table(inner) => walk(inner, &key, tell),
            _ => tell(key, name.span().start),
        }
    }
}

fn values(config: &Config) -> Vec<(String, String)> {
    let format = match config.log_format {
        LogFormat::Text => "text",
        LogFormat::Json => "json",
    };
    let mut all: Vec<(String, String)> = [
        ("store", config.store.display().to_string()),
        ("socket", config.socket.display().to_string()),
        ("socket_group", config.socket_group.clone()),
        ("log", config.log.clone()),
        ("log_format", format.to_owned()),
        ("checkpoint_every", config.checkpoint_every.to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    let heads = &config.heads;
    let copy_to = heads.copy_to.as_ref();
    all.extend(
        [
            ("heads.schedule", heads.schedule.clone()),
            (
                "heads.copy_to",
                copy_to.map_or_else(String::new, |path| path.display().to_string()),
            ),
            ("heads.command", heads.command.join(" ")),
            ("heads.command_timeout", heads.command_timeout.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    );
    for sweep in Sweep::ALL {
        // Its mode, schedule and limits are the same at any time.
        let Ok(policy) = config.new_tenant_policy(*sweep, Micros(0)) else {
            continue;
        };
        let key = |name: &str| format!("policy.{sweep}.{name}");
        all.push((key("mode"), policy.mode.to_string()));
        all.push((key("schedule"), policy.schedule.clone()));
        let limits = limit_names(*sweep).iter();
        all.extend(limits.map(|name| (key(name), limit(&policy, name))));
    }
    for (tenant, proposals) in &config.tenant {
        for (sweep, proposal) in proposals {
            let key = |name: &str| format!("tenant.{tenant}.policy.{sweep}.{name}");
            let mode = proposal.mode.map(|mode| (key("mode"), mode.to_string()));
            let schedule = proposal.schedule.clone().map(|s| (key("schedule"), s));
            all.extend(mode.into_iter().chain(schedule));
            let limits = proposal.limits.iter();
            all.extend(limits.map(|(name, value)| (key(name), value.clone())));
        }
    }
    all
}
