//! `rollcall`: the console and the command line.

pub mod cli;
mod columns;
pub mod console;
