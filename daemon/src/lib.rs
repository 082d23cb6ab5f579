//! The daemon as a library: what `rollcalld` runs, and what the console carries for `demo` and `--embedded`.

mod app;
mod catalogs;
pub mod demo;
mod handlers;
mod heads;
pub mod peer;
mod restore;
pub mod schedule;
pub mod server;
pub mod socket;
mod start;
mod sweeps;
pub mod writer;

pub use restore::{RestoreError, RestoreReport, restore, restore_at};
pub use start::{Carried, Daemon, Options, StartError, carry, start};

use rollcall_shared::config::{Config, ConfigError, Dirs};
use rollcall_shared::wire::{Class, Failure};
use std::path::PathBuf;

/// The settings of these files over the built-in ones, least important file first; schedules are checked.
///
/// # Errors
/// The first thing that is wrong, with its file, line and key.
pub fn read_settings(dirs: &Dirs, files: &[PathBuf]) -> Result<Config, ConfigError> {
    let check = |line: &str| {
        let parsed = schedule::Schedule::parse(line);
        parsed.map(drop).map_err(|e| e.to_string())
    };
    Config::load(dirs, files, check)
}

/// What is wrong with the role catalogs in these directories, a line for each file that would not be taken; none is right.
pub fn check_catalogs(directories: &[PathBuf]) -> Vec<String> {
    catalogs::Catalogs::load(directories, None).1
}

/// 16 random bytes that keep the hash of an entry's personal part from being guessed.
fn salt() -> Result<[u8; 16], Failure> {
    let mut salt = [0; 16];
    random(&mut salt)?;
    Ok(salt)
}

/// Salts for a batch of thousands, asked of the system some hundreds at a time.
#[derive(Default)]
struct Salts(Vec<[u8; 16]>);

impl Salts {
    fn next(&mut self) -> Result<[u8; 16], Failure> {
        if let Some(salt) = self.0.pop() {
            return Ok(salt);
        }
        self.0.resize(255, [0; 16]);
        random(self.0.as_flattened_mut())?;
        salt()
    }
}

fn random(bytes: &mut [u8]) -> Result<(), Failure> {
    getrandom::fill(bytes).map_err(|e| {
        Failure::new(
            Class::Error,
            format!("the system gives no random numbers: {e}"),
        )
    })
}
