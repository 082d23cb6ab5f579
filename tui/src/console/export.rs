//! The rows that are filtered, written to a file: CSV or JSON Lines, readable by its owner only, and never over a file that
//! is there unless that was said.

use super::api::Api;
use rollcall_shared::formats::export::{Form, Table};
use rollcall_shared::wire::user::{UserPage, UserQuery, UserRow};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Rows asked for at once.
const PAGE: u32 = 1_000;

/// What is to be written where.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Which rows, in which order.
    pub query: UserQuery,
    /// The file's name as typed.
    pub name: String,
    /// Whether a file that is there may go.
    pub replace: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exported {
    /// It is written.
    Done {
        /// How many rows.
        rows: u64,
        /// Where.
        path: PathBuf,
        /// Whether accounts changed while they were read.
        moved: bool,
    },
    /// A file of this name is there; nothing was written.
    Exists(PathBuf),
}

/// A file that is only there while it is written.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // It has its own name by now, or is not wanted.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Writes every row that a query means.
///
/// # Errors
/// A name without a form, a directory that cannot be written, or what the daemon refuses. Then no file is left.
pub async fn write<A: Api>(api: &A, order: Order) -> Result<Exported, Failure> {
    let (path, form) = place(&order.name)?;
    if !order.replace && path.symlink_metadata().is_ok() {
        return Ok(Exported::Exists(path));
    }
    let failed = |e: io::Error| {
        Failure::new(
            Class::Error,
            format!("cannot write {}: {e}", path.display()),
        )
        .hint("name a file in a directory of yours")
    };
    let (part, file) = begin(&path).map_err(failed)?;
    let mut table = Table::<UserRow, _>::new(form, BufWriter::new(&file)).map_err(failed)?;
    let mut query = UserQuery {
        limit: PAGE,
        offset: 0,
        ..order.query
    };
    let (mut rows, mut revision, mut moved) = (0u64, None, false);
    loop {
        let page: UserPage = api.call(Verb::UserList, query.clone()).await?;
        moved |= *revision.get_or_insert(page.revision) != page.revision;
        // An offset past the end is moved back to the last page: those rows were written already.
        if page.offset != query.offset || page.rows.is_empty() {
            break;
        }
        for row in &page.rows {
            table.write(row).map_err(failed)?;
        }
        rows += page.rows.len() as u64;
        query.offset = rows;
        if rows >= page.total {
            break;
        }
    }
    table.finish().map_err(failed)?;
    file.sync_all().map_err(failed)?;
    let given = match order.replace {
        true => std::fs::rename(&part.0, &path),
        // Unlike a new name given by renaming, this one never takes the place of another file.
        false => std::fs::hard_link(&part.0, &path),
    };
    match given {
        Ok(()) => Ok(Exported::Done { rows, path, moved }),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(Exported::Exists(path)),
        Err(e) => Err(failed(e)),
    }
}

/// The file a name means, and its form by the name's end. `~/` is the home directory.
fn place(name: &str) -> Result<(PathBuf, Form), Failure> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let path = match (name.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(name),
    };
    let end = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    let form = match end.to_ascii_lowercase().as_str() {
        "csv" => Form::Csv,
        "jsonl" => Form::Jsonl,
        _ => {
            let what = format!("{name:?} does not say in which form the rows are wanted");
            let failure = Failure::new(Class::Usage, what).rule("export-form");
            return Err(failure.hint("end the name in .csv or .jsonl"));
        }
    };
    Ok((std::path::absolute(&path).unwrap_or(path), form))
}

/// A new file beside the one wanted, readable by its owner only.
fn begin(path: &Path) -> io::Result<(Part, File)> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", std::process::id()));
    let beside = path.with_file_name(name);
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    Ok((Part(beside), file))
}
