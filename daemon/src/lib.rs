//! The daemon as a library: what `rollcalld` runs, and what the console carries for `demo` and `--embedded`.

mod app;
pub mod demo;
mod handlers;
pub mod peer;
mod restore;
pub mod schedule;
pub mod server;
pub mod socket;
mod start;
mod sweeps;
pub mod writer;

pub use restore::{RestoreError, RestoreReport, restore};
pub use start::{Carried, Daemon, StartError, carry, start};

use rollcall_shared::wire::{Class, Failure};

/// 16 random bytes that keep the hash of an entry's personal part from being guessed.
fn salt() -> Result<[u8; 16], Failure> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|e| {
        Failure::new(
            Class::Error,
            format!("the system gives no random numbers: {e}"),
        )
    })?;
    Ok(salt)
}
