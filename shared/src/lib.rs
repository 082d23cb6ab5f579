//! The domain of Rollcall and everything both of its programs need.
//!
//! Dependencies point one way: `rules`, `directory` and `wire` each build on `domain`; `store` knows entries as
//! bytes and hashes. `domain` and `rules` do no I/O and read no clock.

pub mod catalog;
pub mod clock;
pub mod config;
pub mod directory;
pub mod domain;
pub mod formats;
pub mod heads;
pub mod rules;
pub mod store;
pub mod text;
pub mod wire;
