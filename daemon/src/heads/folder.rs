//! Appends signed heads to the files of a directory.

use rollcall_shared::domain::Micros;
use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The file of the month of an instant, in UTC.
fn of_month(folder: &Path, now: Micros) -> PathBuf {
    let month = now.timestamp().to_zoned(jiff::tz::TimeZone::UTC);
    folder.join(month.strftime("heads-%Y-%m.txt").to_string())
}

/// The files of all months there, the oldest first.
///
/// # Errors
/// When the directory cannot be read, with its name.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let at = |e: io::Error| format!("{}: {e}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(at)? {
        let name = entry.map_err(at)?.file_name();
        let month = name
            .to_str()
            .and_then(|name| name.strip_prefix("heads-")?.strip_suffix(".txt"));
        if month.is_some_and(|m| m.len() == 7 && m.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

/// What a file holds.
///
/// # Errors
/// When it cannot be read, with its name.
pub(super) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Appends notes durably to the file of this month; on failure the file is as it was, where the system lets us.
///
/// # Errors
/// What the system said, with the file's name.
pub(super) fn append(folder: &Path, now: Micros, notes: &str) -> Result<(), String> {
    let path = of_month(folder, now);
    put(&path, notes).map_err(|e| format!("{}: {e}", path.display()))
}

fn put(path: &Path, notes: &str) -> io::Result<()> {
    let new = !path.try_exists()?;
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o640)
        .open(path)?;
    if new {
        // Whatever the process's mask takes away: those who keep the copies read them by their group.
        file.set_permissions(std::fs::Permissions::from_mode(0o640))?;
    }
    let before = file.metadata()?.len();
    let mut text = String::new();
    if before > 0 {
        // A crash may have cut the last line; what follows begins on one of its own.
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        text.push_str(if last == *b"\n" { "\n" } else { "\n\n" });
    }
    text.push_str(notes);
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // A torn note would be told as one that somebody broke.
        let _ = file.set_len(before);
    }
    written?;
    if new {
        super::key::sync_folder(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_go_behind_each_other_a_file_a_month_and_all_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let at = |text: &str| text.parse::<Micros>().unwrap();
        let held = || -> Vec<String> {
            let files = files(dir.path()).unwrap();
            files.iter().map(|file| read(file).unwrap()).collect()
        };
        assert!(held().is_empty());
        append(dir.path(), at("2026-01-31T23:59:59Z"), "a\n").unwrap();
        append(dir.path(), at("2026-01-31T23:59:59Z"), "b\n").unwrap();
        assert_eq!(held(), ["a\n\nb\n"]);
        append(dir.path(), at("2026-02-01T00:00:00Z"), "c\n").unwrap();
        std::fs::write(dir.path().join("heads-of-state.txt"), "no").unwrap();
        std::fs::write(dir.path().join("zebra.txt"), "no").unwrap();
        assert_eq!(held(), ["a\n\nb\n", "c\n"]);
        let first = dir.path().join("heads-2026-01.txt");
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "a\n\nb\n");
        let mode = first.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        // Behind a line that was cut off, a new one begins.
        std::fs::write(&first, "a\n\ntor").unwrap();
        append(dir.path(), at("2026-01-31T23:59:59Z"), "b\n").unwrap();
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "a\n\ntor\n\nb\n");
        let gone = dir.path().join("gone");
        assert!(files(&gone).unwrap_err().contains("gone"));
    }
}
