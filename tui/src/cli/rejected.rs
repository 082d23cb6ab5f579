//! The file of rows an import set aside: what they said, with line, field and reason, ready to be mended and imported
//! again.

use super::error;
use super::partial::Partial;
use rollcall_shared::wire::import::Rejected;
use rollcall_shared::wire::{Class, Failure};
use rollcall_shared::{formats, text};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const OWN: [&str; 3] = ["line", "field", "reason"];

/// What stands at the place of refused rows after an import.
#[derive(Debug, PartialEq, Eq)]
pub enum Kept {
    /// The rows that were refused.
    Rows(PathBuf),
    /// Nothing any more: the file held the refused rows of an earlier run.
    Removed(PathBuf),
    /// Nothing, as before.
    Nothing,
}

/// Collects refused rows; the file appears when the first one does and gets its name at the end.
pub struct RejectedFile {
    path: PathBuf,
    form: Form,
    /// Whether refused rows of an earlier run stand there.
    earlier: bool,
    open: Option<Open>,
}

/// The table being written, and its columns behind line, field and reason; of rows in one cell there are none.
struct Open {
    writer: Box<csv::Writer<Partial>>,
    names: Vec<String>,
}

/// What stands behind line, field and reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The cells the rows came with, for people and assets.
    Cells,
    /// The row as JSON in one cell, for sign-ins.
    Json,
}

/// What the file's name ends with.
pub const ENDING: &str = ".rejected.csv";

/// How every such file begins.
const BEGINS: &[u8] = b"line,field,reason,";

impl RejectedFile {
    /// Refused rows of the import of `file` will go to `path`, unless a file stands there that is not one of these, or it
    /// is that file itself.
    pub fn at(path: PathBuf, file: &Path, form: Form) -> Result<Self, Failure> {
        let earlier = check(&path)?;
        if let (Ok(a), Ok(b)) = (path.canonicalize(), file.canonicalize())
            && a == b
        {
            let what = format!(
                "{} is the file to import, and refused rows would be written over it",
                path.display()
            );
            return Err(Failure::new(Class::Usage, what)
                .rule("rejected-elsewhere")
                .hint("name another file with --rejected FILE"));
        }
        Ok(RejectedFile {
            path,
            form,
            earlier,
            open: None,
        })
    }

    /// Adds a row. In a table the first one decides the columns; what later rows have more stands in the last column.
    pub fn add(&mut self, row: &Rejected) -> Result<(), Failure> {
        let open = match self.open.take() {
            Some(open) => open,
            None => self.begin(row)?,
        };
        let open = self.open.insert(open);
        let written = match self.form {
            Form::Cells => cells(open, row),
            Form::Json => json(open, row),
        };
        written.map_err(|e| self.failed(&e))
    }

    fn begin(&self, row: &Rejected) -> Result<Open, Failure> {
        let partial = Partial::create(&self.path)?;
        let (names, last): (Vec<String>, _) = match self.form {
            Form::Cells => {
                let names = carried(row).into_iter().map(|(n, _)| n.to_owned());
                (names.collect(), "other")
            }
            Form::Json => (Vec::new(), "row"),
        };
        let mut writer = csv::Writer::from_writer(partial);
        let safe: Vec<String> = names.iter().map(|name| text::csv_cell(name)).collect();
        let header = OWN
            .iter()
            .copied()
            .chain(safe.iter().map(String::as_str))
            .chain([last]);
        writer
            .write_record(header)
            .map_err(|e| self.failed(&io::Error::other(e)))?;
        let writer = Box::new(writer);
        Ok(Open { writer, names })
    }

    /// Gives the file its name. Where no row was refused, nothing is written; after an import that was `done`, what an
    /// earlier run left there is removed: its rows are not what is refused now.
    pub fn finish(mut self, done: bool) -> Result<Kept, Failure> {
        let Some(open) = self.open.take() else {
            if !(done && self.earlier) {
                return Ok(Kept::Nothing);
            }
            let removed = std::fs::remove_file(&self.path);
            removed.map_err(|e| error::file("remove", &self.path, &e))?;
            return Ok(Kept::Removed(self.path));
        };
        let partial = open.writer.into_inner().map_err(|e| e.into_error());
        let partial = partial.map_err(|e| self.failed(&e))?;
        partial.keep().map(|()| Kept::Rows(self.path))
    }

    fn failed(&self, e: &io::Error) -> Failure {
        error::file("write", &self.path, e)
    }
}

fn cells(open: &mut Open, row: &Rejected) -> io::Result<()> {
    let names = &open.names;
    let mut cells = vec![row.line.to_string(), row.field.clone(), row.reason.clone()];
    let known = carried(row);
    for name in names {
        let value = known.iter().find(|(n, _)| n == name).map(|(_, v)| *v);
        cells.push(value.unwrap_or_default().to_owned());
    }
    let rest: Vec<String> = known
        .iter()
        .filter(|(n, _)| !names.iter().any(|name| name == n))
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    cells.push(rest.join("; "));
    let safe = cells.iter().map(|cell| match cell.as_str() {
        // Alone it starts no formula, and says that there is nothing any more.
        "-" => cell.clone(),
        cell => text::csv_cell(cell),
    });
    open.writer.write_record(safe).map_err(io::Error::other)
}

fn json(open: &mut Open, row: &Rejected) -> io::Result<()> {
    let event = element(row)?;
    let line = row.line.to_string();
    let safe = [&line, &row.field, &row.reason, &event].map(|cell| text::csv_cell(cell));
    open.writer.write_record(safe).map_err(io::Error::other)
}

/// The object with the keys it came with; empty where nothing of it is told.
fn element(row: &Rejected) -> io::Result<String> {
    let mut object = serde_json::Value::Null;
    for (path, value) in shown(row) {
        place(&mut object, &steps(path), told(value));
    }
    match object.is_object() {
        true => super::output::json(&object),
        false => Ok(String::new()),
    }
}

/// One step into an element.
enum Step<'p> {
    Key(&'p str),
    Item(usize),
}

/// Lists are told up to this many items.
const MOST_ITEMS: usize = 1_000;

/// The way that a flattened name goes, `client.address[0].ip`; a name that goes none is one key.
fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for piece in path.split('.') {
        let (key, items) = piece.split_at(piece.find('[').unwrap_or(piece.len()));
        if key.is_empty() {
            return vec![Step::Key(path)];
        }
        steps.push(Step::Key(key));
        for item in items.split_terminator(']') {
            let item = item.strip_prefix('[').and_then(|n| n.parse().ok());
            match item.filter(|n| *n < MOST_ITEMS) {
                Some(n) => steps.push(Step::Item(n)),
                None => return vec![Step::Key(path)],
            }
        }
    }
    steps
}

fn place(into: &mut serde_json::Value, steps: &[Step<'_>], value: serde_json::Value) {
    use serde_json::Value;
    match steps.split_first() {
        None => *into = value,
        Some((Step::Key(key), rest)) => {
            if !into.is_object() {
                *into = Value::Object(serde_json::Map::new());
            }
            if let Value::Object(map) = into {
                place(map.entry(*key).or_insert(Value::Null), rest, value);
            }
        }
        Some((Step::Item(n), rest)) => {
            if !into.is_array() {
                *into = Value::Array(Vec::new());
            }
            if let Value::Array(items) = into {
                if items.len() <= *n {
                    items.resize(n + 1, Value::Null);
                }
                place(&mut items[*n], rest, value);
            }
        }
    }
}

/// A value as the element had it: numbers and truth values come without quotes, and a text that looks like one is read
/// the same.
fn told(value: &str) -> serde_json::Value {
    match value.parse::<i64>() {
        Ok(number) if number.to_string() == value => number.into(),
        _ => match value {
            "true" => true.into(),
            "false" => false.into(),
            text => text.into(),
        },
    }
}

/// What of a row is told: no password.
fn shown(row: &Rejected) -> impl Iterator<Item = (&str, &str)> {
    let cells = row.row.iter().map(|(name, value)| (&**name, &**value));
    cells.filter(|(name, _)| !formats::is_secret(name))
}

/// The cells worth carrying over: none of a column that an earlier file of this kind added.
fn carried(row: &Rejected) -> Vec<(&str, &str)> {
    shown(row)
        .filter(|(name, _)| {
            let name = name.trim().to_lowercase();
            name != "other" && !OWN.contains(&name.as_str())
        })
        .collect()
}

/// Whether a file stands there. It must be one of these; its header tells.
fn check(path: &Path) -> Result<bool, Failure> {
    let mut begin = Vec::new();
    match std::fs::File::open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(error::file("read", path, &e)),
        Ok(file) => file
            .take(64)
            .read_to_end(&mut begin)
            .map_err(|e| error::file("read", path, &e))?,
    };
    if begin.starts_with(BEGINS) {
        return Ok(true);
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
        let mut file = RejectedFile::at(path.clone(), Path::new("p.csv"), Form::Cells).unwrap();
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
        assert_eq!(file.finish(true).unwrap(), Kept::Rows(path.clone()));
        insta::assert_snapshot!(fs::read_to_string(&path).unwrap(), @r#"
        line,field,reason,email,team,other
        7,email,not an address,'=cmd|x,"a,b",
        9,email,not an address,,\u{1b}[2J,extra=1
        "#);
        // Its own kind is written over, also when mended rows are refused again.
        let mut again = RejectedFile::at(path.clone(), Path::new("p.csv"), Form::Cells).unwrap();
        again.add(&row(2, &[("email", "x")])).unwrap();
        again.finish(true).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    }

    #[test]
    fn an_event_set_aside_is_an_element_of_its_format_again() {
        let cells = [
            ("uuid", "e1"),
            ("actor.alternateId", "ana"),
            ("actor.n", "7"),
            ("target[1].id", "x\u{1b}"),
            ("interactive", "true"),
            ("odd[x]", "1a"),
            (".b", "007"),
            ("actor.password", "s3cret"),
        ];
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.jsonl.rejected.csv");
        let mut file = RejectedFile::at(path.clone(), Path::new("s.jsonl"), Form::Json).unwrap();
        file.add(&row(4, &cells)).unwrap();
        file.add(&row(5, &[])).unwrap();
        file.finish(true).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains('\u{1b}') && !text.contains("s3cret"),
            "{text}"
        );
        let mut table = csv::Reader::from_path(&path).unwrap();
        assert_eq!(
            table.headers().unwrap(),
            &["line", "field", "reason", "row"][..]
        );
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        assert_eq!(&rows[1], &["5", "email", "not an address", ""][..]);
        let told: serde_json::Value = serde_json::from_str(&rows[0][3]).unwrap();
        let expected = serde_json::json!({
            "uuid": "e1", "actor": {"alternateId": "ana", "n": 7}, "target": [null, {"id": "x\u{1b}"}],
            "interactive": true, "odd[x]": "1a", ".b": "007",
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn a_file_of_something_else_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.rejected.csv");
        fs::write(&path, "email,line,field,reason,\n").unwrap();
        let refused = RejectedFile::at(path.clone(), Path::new("p.csv"), Form::Cells)
            .err()
            .unwrap();
        assert_eq!(refused.class, Class::Conflict);
        assert!(fs::read_to_string(&path).unwrap().starts_with("email"));
    }

    #[test]
    fn what_an_earlier_run_left_goes_with_an_import_that_refuses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.csv.rejected.csv");
        let own = "line,field,reason,email,other\n7,email,no,x,\n";
        fs::write(&path, own).unwrap();
        let at = |file: &Path| RejectedFile::at(path.clone(), file, Form::Cells);
        let broken_off = at(Path::new("p.csv")).unwrap();
        assert_eq!(broken_off.finish(false).unwrap(), Kept::Nothing);
        assert_eq!(fs::read_to_string(&path).unwrap(), own);
        // The mended rows themselves are never taken for what an earlier run left.
        assert_eq!(at(&path).err().unwrap().class, Class::Usage);
        let done = at(Path::new("p.csv")).unwrap();
        assert_eq!(done.finish(true).unwrap(), Kept::Removed(path.clone()));
        assert!(!path.exists());
    }

    #[test]
    fn nothing_refused_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = RejectedFile::at(dir.path().join("x"), Path::new("p.csv"), Form::Cells).unwrap();
        assert_eq!(file.finish(true).unwrap(), Kept::Nothing);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
