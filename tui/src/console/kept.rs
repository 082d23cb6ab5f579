//! What the console keeps for its user from one time to the next: the columns of accounts.

use super::state::users::Columns;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The columns in a file: names separated by commas, after the last line that begins with `#`. A file that is not there, or
/// names no column, means those that are shown unless told otherwise.
pub fn columns(path: Option<&Path>) -> Columns {
    let text = path.and_then(|path| std::fs::read_to_string(path).ok());
    let text = text.unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let words = lines.flat_map(|line| line.split(','));
    let words = words.map(str::trim).filter(|word| !word.is_empty());
    Columns::of_words(words).0
}

/// Writes the columns whole or not at all; the directory is made where it is missing.
pub fn keep_columns(path: &Path, columns: &Columns) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let beside = path.with_extension("new");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    writeln!(
        file,
        "# The columns of users in the console, as chosen there."
    )?;
    writeln!(file, "{}", columns.words().join(","))?;
    drop(file);
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::UserColumn;

    #[test]
    fn columns_are_kept_in_their_order_and_unknown_names_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/columns");
        assert_eq!(columns(Some(&path)), Columns::default());
        let chosen = Columns(vec![UserColumn::Team, UserColumn::Name]);
        keep_columns(&path, &chosen).unwrap();
        assert_eq!(columns(Some(&path)), chosen);
        std::fs::write(&path, "shoe_size, sid\n").unwrap();
        assert_eq!(columns(Some(&path)).0, [UserColumn::Sid]);
        std::fs::write(&path, "\u{0}").unwrap();
        assert_eq!(columns(Some(&path)), Columns::default());
    }
}
