//! `rollcall`: the console and the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    rollcall_tui::cli::main()
}
