//! `rollcall`: the console and the command line.

pub mod cli;
pub mod console;
