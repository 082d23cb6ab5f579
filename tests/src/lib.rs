//! The harness of the whole-system tests: the real programs, a moved clock, a pseudo-terminal, and readers that share
//! no code with what they check.

pub mod audit;
pub mod bench;
pub mod daemon;
pub mod http;
pub mod poll;
mod possible;
pub mod programs;
pub mod terminal;

pub use daemon::TestDaemon;
pub use poll::poll;
pub use possible::possible;
pub use programs::{Said, program, rollcall};
pub use terminal::Terminal;
