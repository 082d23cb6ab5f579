//! `rollcall man`: the manual pages, from the same definition as the command line.

use super::error;
use super::error::{Exit, Fault, Outcome, file};
use super::session::Session;
use clap::Command;
use clap_mangen::Man;
use std::path::Path;

/// Writes a page for the program and one for each command below it into `folder`.
pub fn write(folder: &Path, session: &mut Session) -> Outcome {
    if !folder.is_dir() {
        return Err(error::usage(
            format!("{} is no folder", folder.display()),
            "name one that exists",
        ));
    }
    let mut program = super::command();
    program.build();
    let pages = page(&program, folder)?;
    session
        .out
        .note(&format!("{pages} pages written to {}", folder.display()));
    Ok(Exit::Done)
}

/// Writes the page of a command and those below it; gives how many.
fn page(command: &Command, folder: &Path) -> Result<u64, Fault> {
    let page = Man::new(command.clone());
    let path = folder.join(page.get_filename());
    let mut text = Vec::new();
    let written = page
        .render(&mut text)
        .and_then(|()| std::fs::write(&path, text));
    written.map_err(|e| file("write", &path, &e))?;
    let below = command.get_subcommands();
    below
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
        .try_fold(1, |pages, command| Ok(pages + self::page(command, folder)?))
}
