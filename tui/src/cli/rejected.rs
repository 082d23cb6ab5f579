//! The file of rows an import set aside: their cells with line, field and reason, ready to be mended and imported again.

use super::error;
use super::partial::Partial;
use rollcall_shared::text;
use rollcall_shared::wire::import::Rejected;
use rollcall_shared::wire::{Class, Failure};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const OWN: [&str; 3] = ["line", "field", "reason"];

/// Collects refused rows; the file appears when the first one does and gets its name at the end.
pub struct RejectedFile {
    path: PathBuf,
    open: Option<Open>,
}

struct Open {
    writer: csv::Writer<Partial>,
    names: Vec<String>,
}

impl RejectedFile {
    /// Refused rows will go to `path`, unless a file stands there that is not one of these.
    pub fn at(path: PathBuf) -> Result<Self, Failure> {
        check(&path)?;
        Ok(RejectedFile { path, open: None })
    }

    /// Adds a row. The first one decides the columns; what later rows have more stands in the last column.
    pub fn add(&mut self, row: &Rejected) -> Result<(), Failure> {
        let open = match self.open.take() {
            Some(open) => open,
            None => self.begin(row)?,
        };
        let open = self.open.insert(open);
        let mut cells = vec![row.line.to_string(), row.field.clone(), row.reason.clone()];
        let known = carried(row);
        for name in &open.names {
            let value = known.iter().find(|(n, _)| n == name).map(|(_, v)| *v);
            cells.push(value.unwrap_or_default().to_owned());
        }
        let rest: Vec<String> = known
            .iter()
            .filter(|(n, _)| !open.names.iter().any(|name| name == n))
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        cells.push(rest.join("; "));
        let safe = cells.iter().map(|cell| text::csv_cell(cell));
        let written = open.writer.write_record(safe);
        written.map_err(|e| self.failed(&io::Error::other(e)))
    }

    fn begin(&self, row: &Rejected) -> Result<Open, Failure> {
        let names: Vec<String> = carried(row)
            .into_iter()
            .map(|(n, _)| n.to_owned())
            .collect();
        let mut writer = csv::Writer::from_writer(Partial::create(&self.path)?);
        let safe: Vec<String> = names.iter().map(|name| text::csv_cell(name)).collect();
        let header = OWN
            .iter()
            .copied()
            .chain(safe.iter().map(String::as_str))
            .chain(["other"]);
        writer
            .write_record(header)
            .map_err(|e| self.failed(&io::Error::other(e)))?;
        Ok(Open { writer, names })
    }

    /// Gives the file its name; none when no row was refused, and then nothing was written.
    pub fn finish(mut self) -> Result<Option<PathBuf>, Failure> {
        let Some(open) = self.open.take() else {
            return Ok(None);
        };
        match open.writer.into_inner() {
            Ok(partial) => partial.keep().map(|()| Some(self.path)),
            Err(e) => Err(self.failed(e.error())),
        }
    }

    fn failed(&self, e: &io::Error) -> Failure {
        error::file("write", &self.path, e)
    }
}

/// The cells worth carrying over: no password, and no column that an earlier file of this kind added.
fn carried(row: &Rejected) -> Vec<(&str, &str)> {
    row.row
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| {
            let name = name.trim().to_lowercase();
            !name.contains("password") && name != "other" && !OWN.contains(&name.as_str())
        })
        .collect()
}

/// A file that stands there must be one of these; its header tells.
fn check(path: &Path) -> Result<(), Failure> {
    let mut begin = Vec::new();
    match std::fs::File::open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(error::file("read", path, &e)),
        Ok(file) => file
            .take(64)
            .read_to_end(&mut begin)
            .map_err(|e| error::file("read", path, &e))?,
    };
    if begin.starts_with(b"line,field,reason,") {
        return Ok(());
    }
    Err(Failure::new(
        Class::Conflict,
        format!(
            "{} would hold the refused rows, but it is a file of something else; nothing was imported",
            path.display()
        ),
    )
    .rule("foreign-file")
    .hint("name another file with --rejected FILE, or move this one away"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn row(line: u64, cells: &[(&str, &str)]) -> Rejected {
        Rejected {
            line,
            field: "email".into(),
            reason: "not an address".into(),
            row: cells
                .iter()
                .map(|(n, v)| ((*n).into(), (*v).into()))
                .collect(),
        }
    }

    #[test]
    fn refused_rows_keep_their_cells_but_no_password_and_no_formula() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("people.csv.rejected.csv");
        let mut file = RejectedFile::at(path.clone()).unwrap();
        file.add(&row(
            7,
            &[
                ("email", "=cmd|x"),
                ("Password [Required]", "s3cret"),
                ("team", "a,b"),
            ],
        ))
        .unwrap();
        file.add(&row(
            9,
            &[("team", "\u{1b}[2J"), ("extra", "1"), ("line", "3")],
        ))
        .unwrap();
        assert!(!path.exists(), "not before the end");
        assert_eq!(file.finish().unwrap(), Some(path.clone()));
        insta::assert_snapshot!(fs::read_to_string(&path).unwrap(), @r#"
        line,field,reason,email,team,other
        7,email,not an address,'=cmd|x,"a,b",
        9,email,not an address,,\u{1b}[2J,extra=1
        "#);
        // Its own kind is written over, also when mended rows are refused again.
        let mut again = RejectedFile::at(path.clone()).unwrap();
        again.add(&row(2, &[("email", "x")])).unwrap();
        again.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    }

    #[test]
    fn a_file_of_something_else_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.rejected.csv");
        fs::write(&path, "email,line,field,reason,\n").unwrap();
        let refused = RejectedFile::at(path.clone()).err().unwrap();
        assert_eq!(refused.class, Class::Conflict);
        assert!(fs::read_to_string(&path).unwrap().starts_with("email"));
    }

    #[test]
    fn nothing_refused_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = RejectedFile::at(dir.path().join("x")).unwrap();
        assert_eq!(file.finish().unwrap(), None);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
