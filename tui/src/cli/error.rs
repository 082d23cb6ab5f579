//! How a command ends: its exit code, and what standard error says about a failure.

use rollcall_shared::text;
use rollcall_shared::wire::{Class, Failure};
use std::io;

/// How a command that did not fail ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All of it was done.
    Done,
    /// There is something to look at, and `--exit-code` asked to hear of it.
    Findings,
    /// The answer is no.
    Denied,
    /// Part of it was done; the output says which.
    Partly,
}

/// How a command that did not come to its end stops.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// It failed or was refused.
    Failed(Failure),
    /// Whoever read standard output has gone: nothing more to say, and nothing wrong.
    Pipe,
    /// The person at the terminal interrupted it.
    Interrupted,
}

/// What every command returns.
pub type Outcome = Result<Exit, Fault>;

const INTERRUPTED: u8 = 130;

/// The exit code of an outcome.
pub fn exit_code(outcome: &Outcome) -> u8 {
    match outcome {
        Ok(Exit::Done) | Err(Fault::Pipe) => 0,
        Ok(Exit::Findings) => 3,
        Ok(Exit::Denied) => Class::Denied.exit_code(),
        Ok(Exit::Partly) => Class::Partly.exit_code(),
        Err(Fault::Failed(failure)) => failure.class.exit_code(),
        Err(Fault::Interrupted) => INTERRUPTED,
    }
}

/// What standard error says about a failure: what happened, by which rule, and what to do instead.
pub fn message(failure: &Failure) -> String {
    let mut out = format!("error: {}\n", text::safe(&failure.what));
    for (name, value) in [("rule", &failure.rule), ("hint", &failure.hint)] {
        if !value.is_empty() {
            out.push_str(&format!("  {name}: {}\n", text::safe(value)));
        }
    }
    out
}

/// A request that makes no sense, with what to do instead.
pub fn usage(what: impl Into<String>, hint: impl Into<String>) -> Fault {
    Fault::Failed(Failure::new(Class::Usage, what).hint(hint))
}

/// A file that cannot be read or written, by name.
pub fn file(what: &str, path: &std::path::Path, error: &io::Error) -> Failure {
    let (class, hint) = match error.kind() {
        io::ErrorKind::NotFound if what == "read" => (Class::NotFound, "check the path"),
        io::ErrorKind::NotFound => (Class::NotFound, "make its folder first, or check the path"),
        io::ErrorKind::PermissionDenied => (
            Class::Denied,
            "the file and its folder must be open to your own OS user",
        ),
        io::ErrorKind::IsADirectory => (Class::Usage, "name a file in it"),
        _ => (Class::Error, ""),
    };
    let failure = Failure::new(class, format!("cannot {what} {}: {error}", path.display()));
    failure.hint(hint)
}

/// What was done, and then could not be printed: partly done, with the way to print it again.
pub fn unprinted(done: &str, error: io::Error, hint: String) -> Fault {
    match Fault::from(error) {
        Fault::Failed(failure) => {
            let what = format!("{done}, but {}", failure.what);
            Failure::new(Class::Partly, what).hint(hint).into()
        }
        quiet => quiet,
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Fault::Failed(failure)
    }
}

/// Only the output's own writes are turned by `?`; files are named with [`file`].
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Fault::Pipe;
        }
        let what = format!("cannot write the output: {error}");
        Fault::Failed(Failure::new(Class::Error, what).hint(
            "make room where standard output leads, or lead it elsewhere, and ask again; what was changed stays changed",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_has_its_exit_code() {
        let failed = |class| exit_code(&Err(Failure::new(class, "x").into()));
        assert_eq!(exit_code(&Ok(Exit::Done)), 0);
        assert_eq!(exit_code(&Ok(Exit::Findings)), 3);
        assert_eq!(exit_code(&Ok(Exit::Denied)), 5);
        assert_eq!(exit_code(&Ok(Exit::Partly)), 7);
        assert_eq!(exit_code(&Err(Fault::Interrupted)), 130);
        assert_eq!(failed(Class::Error), 1);
        assert_eq!(failed(Class::Usage), 2);
        assert_eq!(failed(Class::NotFound), 4);
        assert_eq!(failed(Class::Denied), 5);
        assert_eq!(failed(Class::Conflict), 6);
        assert_eq!(failed(Class::Partly), 7);
        assert_eq!(failed(Class::Unreachable), 8);
    }

    #[test]
    fn a_reader_that_left_is_no_failure_and_a_full_disk_is() {
        let pipe = Fault::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(exit_code(&Err(pipe)), 0);
        let full = Fault::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(exit_code(&Err(full)), 1);
    }

    #[test]
    fn a_refusal_teaches_and_cannot_drive_the_terminal() {
        let failure = Failure::new(Class::Conflict, "no \u{1b}[2Jowner would be left")
            .rule("owner-holder")
            .hint("name another owner first");
        insta::assert_snapshot!(message(&failure), @r"
        error: no \u{1b}[2Jowner would be left
          rule: owner-holder
          hint: name another owner first
        ");
    }
}
