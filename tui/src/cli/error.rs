//! How a command ends: its exit code, and what standard error says about a failure.

use rollcall_shared::rules::diagnose::distance;
use rollcall_shared::text;
use rollcall_shared::wire::{Class, Failure};
use std::io;
use std::path::Path;

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

/// The rule that a command line breaks which makes no sense.
pub const COMMAND_LINE: &str = "command-line";

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
    let failure = Failure::new(Class::Usage, what);
    Fault::Failed(failure.rule(COMMAND_LINE).hint(hint))
}

/// A file that cannot be read or written, by name.
pub fn file(what: &str, path: &Path, error: &io::Error) -> Failure {
    let (class, hint) = match error.kind() {
        io::ErrorKind::NotFound if what == "read" => (Class::NotFound, beside(path)),
        io::ErrorKind::NotFound => (
            Class::NotFound,
            "make its folder first, or check the path".to_owned(),
        ),
        io::ErrorKind::PermissionDenied => (
            Class::Denied,
            "the file and its folder must be open to your own OS user".to_owned(),
        ),
        io::ErrorKind::IsADirectory => (Class::Usage, "name a file in it".to_owned()),
        _ => (
            Class::Error,
            "put right what the system says of it, and ask again".to_owned(),
        ),
    };
    let failure = Failure::new(class, format!("cannot {what} {}: {error}", path.display()));
    failure.rule("file").hint(hint)
}

/// Files of a like name that are told where one is not there.
const LIKE: usize = 3;

/// What is there where a file is not: no folder, or files of a like name.
fn beside(path: &Path) -> String {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else {
        return match folder.exists() {
            true => format!("{} cannot be looked into: check the path", folder.display()),
            false => format!("there is no folder {}: check the path", folder.display()),
        };
    };
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().to_lowercase()
    };
    let wanted = name(path);
    let stem = wanted.split('.').next().unwrap_or_default().to_owned();
    let mut like: Vec<(usize, String)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|there| there.is_file())
        .filter_map(|there| {
            let known = name(&there);
            let far = distance(&wanted, &known);
            let begins = !stem.is_empty() && known.starts_with(&stem);
            let near = begins || far <= (wanted.chars().count() / 4).max(1);
            near.then(|| (far, there.display().to_string()))
        })
        .collect();
    like.sort();
    let like: Vec<String> = like.into_iter().take(LIKE).map(|(_, path)| path).collect();
    match like.is_empty() {
        true => format!(
            "the folder {} is there, and nothing of a like name in it: check the path",
            folder.display()
        ),
        false => format!("did you mean {}?", like.join(" or ")),
    }
}

/// What was done, and then could not be printed: partly done, with the way to print it again.
pub fn unprinted(done: &str, error: io::Error, hint: String) -> Fault {
    match Fault::from(error) {
        Fault::Failed(failure) => {
            let what = format!("{done}, but {}", failure.what);
            let failure = Failure::new(Class::Partly, what);
            failure.rule("output").hint(hint).into()
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
        Fault::Failed(Failure::new(Class::Error, what).rule("output").hint(
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
    fn a_file_that_is_not_there_is_told_with_what_is() {
        let dir = tempfile::tempdir().unwrap();
        let hint = |name: &str| {
            let path = dir.path().join(name);
            file("read", &path, &io::Error::from(io::ErrorKind::NotFound)).hint
        };
        assert!(hint("people.csv").contains("nothing of a like name"));
        for name in ["people.csv", "assets.csv", "people-2026.csv"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let told = hint("poeple.csv");
        assert!(
            told.contains("/people.csv?") && !told.contains("assets"),
            "{told}"
        );
        let told = hint("people.jsonl");
        assert!(
            told.contains("/people.csv") && told.contains("/people-2026.csv"),
            "{told}"
        );
        let told = hint("gone/people.csv");
        assert!(
            told.contains("there is no folder") && told.contains("/gone:"),
            "{told}"
        );
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
