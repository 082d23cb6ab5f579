//! What an operator sets: the daemon's settings and where its files are.
//!
//! Files are defaults and proposals. Once the daemon has adopted a policy, the journal says what is in force.

mod dirs;
mod heads;
mod origin;
mod policy;
mod read;

#[cfg(test)]
mod tests;

pub use dirs::{Dirs, DirsError, Place};
pub use heads::Heads;
pub use origin::{Origin, Setting, settings};
pub use policy::Proposal;
pub use read::ConfigError;

use crate::domain::{Micros, Policy, Span, Sweep};
use crate::rules::{Refusal, policy as rule};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where the daemon's own log lines go on standard error, and how they look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// One readable line an event.
    #[default]
    Text,
    /// One JSON object an event.
    Json,
}

/// The directory beside a settings file that holds role catalogs.
const CATALOGS: &str = "catalogs";

/// Everything an operator sets, with what is not set at its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The store's file.
    pub store: PathBuf,
    /// The socket the daemon listens on.
    pub socket: PathBuf,
    /// The group that may use the socket, where it exists and the daemon runs as root.
    pub socket_group: String,
    /// What is logged, as a `tracing` filter: `info`, `warn,rollcall_daemon=debug`.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// How often a checkpoint is written while there is anything new.
    pub checkpoint_every: Span,
    /// Directories of role catalogs that take the place of the built-in ones of the same name, `NAME.toml`; the last
    /// one wins: `catalogs` beside each settings file.
    pub catalogs: Vec<PathBuf>,
    /// Where the signed heads of the journals are copied to, and when.
    pub heads: Heads,
    /// What the policies of a new tenant start with, where it differs from the built-in.
    pub policy: BTreeMap<Sweep, Proposal>,
    /// Proposals for tenants by name, adopted on reload as audited changes.
    pub tenant: BTreeMap<String, BTreeMap<Sweep, Proposal>>,
}

impl Config {
    /// The built-in defaults for the user whose directories these are.
    pub fn defaults(dirs: &Dirs) -> Self {
        Config {
            store: dirs.store(),
            socket: dirs.socket(),
            socket_group: "rollcall".into(),
            log: "info".into(),
            log_format: LogFormat::Text,
            checkpoint_every: Span(15 * 60),
            catalogs: Vec::new(),
            heads: Heads::default(),
            policy: BTreeMap::new(),
            tenant: BTreeMap::new(),
        }
    }

    /// The defaults, overlaid by each file in turn; the last one wins, setting by setting. `check_schedule` says what
    /// is wrong with a crontab line, for the error to name its place.
    ///
    /// # Errors
    /// The first thing that is wrong, with its file, line and key. Nothing is taken from a file that is wrong.
    pub fn load(
        dirs: &Dirs,
        files: &[PathBuf],
        check_schedule: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Self, ConfigError> {
        let mut config = Config::defaults(dirs);
        if files.is_empty() {
            config.catalogs.push(dirs.config().join(CATALOGS));
        }
        for file in files {
            let beside = file.parent().unwrap_or(std::path::Path::new("."));
            config.catalogs.push(beside.join(CATALOGS));
            let text =
                std::fs::read_to_string(file).map_err(|e| ConfigError::unreadable(file, &e))?;
            read::overlay(&mut config, file, &text, &check_schedule)?;
        }
        Ok(config)
    }

    /// The policy a tenant that is made `now` starts with: the built-in one with what the file proposes. A file that
    /// arms it gives the amnesty that everybody gets who arms one.
    ///
    /// # Errors
    /// When the proposal is none that a policy takes; a file that was read has none such.
    pub fn new_tenant_policy(&self, sweep: Sweep, now: Micros) -> Result<Policy, Refusal> {
        let builtin = Policy::default_of(sweep);
        match self.policy.get(&sweep) {
            Some(proposal) => {
                rule::change(sweep, &builtin, &proposal.change(), now).map(|(new, _)| new)
            }
            None => Ok(builtin),
        }
    }
}
