//! The only place that prints. Data goes to standard output, everything else to standard error, and no text reaches
//! either unescaped.

use super::error;
use super::table::Grid;
use clap::Args;
use clap::error::ErrorKind;
use rollcall_shared::text;
use rollcall_shared::wire::{Envelope, Failure};
use serde::Serialize;
use std::io::{self, BufRead, IsTerminal, Write};

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// A table fitted to the terminal.
    #[default]
    Table,
    /// One line a row, cells between tabs, nothing cut.
    Plain,
    /// CSV.
    Csv,
    /// One JSON object a row.
    Jsonl,
    /// One versioned envelope.
    Json,
}

/// Formats of a command that answers with rows.
#[derive(Debug, Clone, Copy, Args)]
#[group(id = "output", multiple = false)]
#[command(next_help_heading = "Output")]
pub struct RowsFormat {
    /// One JSON envelope: {"v":1,"ok":…}
    #[arg(long)]
    json: bool,
    /// One JSON object a row
    #[arg(long)]
    jsonl: bool,
    /// CSV, safe to open in a spreadsheet
    #[arg(long)]
    csv: bool,
    /// One line a row, cells between tabs, nothing cut
    #[arg(long)]
    plain: bool,
}

/// Formats of a command that answers with one thing.
#[derive(Debug, Clone, Copy, Args)]
#[group(id = "output", multiple = false)]
#[command(next_help_heading = "Output")]
pub struct RecordFormat {
    /// One JSON envelope: {"v":1,"ok":…}
    #[arg(long)]
    json: bool,
    /// Names and values between tabs, nothing cut
    #[arg(long)]
    plain: bool,
}

impl From<RowsFormat> for Format {
    fn from(f: RowsFormat) -> Self {
        match (f.json, f.jsonl, f.csv, f.plain) {
            (true, ..) => Format::Json,
            (_, true, ..) => Format::Jsonl,
            (_, _, true, _) => Format::Csv,
            (_, _, _, true) => Format::Plain,
            _ => Format::Table,
        }
    }
}

impl From<RecordFormat> for Format {
    fn from(f: RecordFormat) -> Self {
        match (f.json, f.plain) {
            (true, _) => Format::Json,
            (_, true) => Format::Plain,
            _ => Format::Table,
        }
    }
}

/// A piece of a page for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A line of text; untrusted.
    Line(String),
    /// Names with values; untrusted. Empty values are left out.
    Fields(Vec<(&'static str, String)>),
    /// A titled table; left out when it has no rows.
    Table(&'static str, Grid),
}

/// Where a command reads and writes, and what stands at the other end.
pub struct Streams {
    /// Answers to questions.
    pub input: Box<dyn BufRead + Send>,
    /// Data.
    pub out: Box<dyn Write + Send>,
    /// Everything else.
    pub err: Box<dyn Write + Send>,
    /// Whether a person can be asked: input and standard error are terminals.
    pub can_ask: bool,
    /// Whether standard error is a terminal.
    pub err_terminal: bool,
    /// Columns of the terminal that standard output is; none when it is none.
    pub width: Option<usize>,
}

impl Streams {
    /// The streams of this process.
    pub fn of_process() -> Self {
        let err_terminal = io::stderr().is_terminal();
        let width = io::stdout()
            .is_terminal()
            .then(crossterm::terminal::size)
            .and_then(Result::ok)
            .map(|(columns, _)| usize::from(columns))
            .filter(|columns| *columns > 0);
        Streams {
            input: Box::new(io::BufReader::new(io::stdin())),
            out: Box::new(io::BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
            can_ask: err_terminal && io::stdin().is_terminal(),
            err_terminal,
            width,
        }
    }
}

/// Prints what commands answer.
pub struct Output {
    streams: Streams,
    /// How data is printed.
    pub format: Format,
    /// No chatter.
    pub quiet: bool,
}

impl Output {
    /// An output in the table format.
    pub fn new(streams: Streams, quiet: bool) -> Self {
        Output {
            streams,
            format: Format::Table,
            quiet,
        }
    }

    /// Whether a person can be asked.
    pub fn can_ask(&self) -> bool {
        self.streams.can_ask
    }

    /// An answer of rows: `whole` is what JSON shows, `rows` the lines of JSON lines, `grid` all other forms.
    pub fn rows<R: Serialize>(
        &mut self,
        whole: &impl Serialize,
        rows: &[R],
        grid: &Grid,
    ) -> io::Result<()> {
        match self.format {
            Format::Json => self.envelope(whole),
            Format::Table if grid.rows.is_empty() => Ok(()),
            Format::Table => {
                let table = grid.table(self.streams.width);
                self.streams.out.write_all(table.as_bytes())
            }
            Format::Plain | Format::Csv | Format::Jsonl => self.stream(rows, grid, true),
        }
    }

    /// The same, and where there are no rows a remark that says so, and how to make one.
    pub fn listed<R: Serialize>(
        &mut self,
        whole: &impl Serialize,
        rows: &[R],
        grid: &Grid,
        none: &str,
    ) -> io::Result<()> {
        self.rows(whole, rows, grid)?;
        if rows.is_empty() {
            self.note(none);
        }
        Ok(())
    }

    /// The next rows of a long answer, in a form that needs no look ahead; `first` prints the header.
    pub fn stream<R: Serialize>(&mut self, rows: &[R], grid: &Grid, first: bool) -> io::Result<()> {
        match self.format {
            Format::Jsonl => rows.iter().try_for_each(|row| {
                let line = json(row)?;
                writeln!(self.streams.out, "{line}")
            }),
            Format::Csv => {
                let text = grid.csv(first).map_err(io::Error::other)?;
                self.streams.out.write_all(text.as_bytes())
            }
            _ => self.streams.out.write_all(grid.plain(first).as_bytes()),
        }
    }

    /// An answer that is one thing: `whole` is what JSON shows, `page` all other forms.
    pub fn page(&mut self, whole: &impl Serialize, page: &[Part]) -> io::Result<()> {
        match self.format {
            Format::Json => self.envelope(whole),
            format => {
                let text = parts(page, format == Format::Plain, self.streams.width);
                self.streams.out.write_all(text.as_bytes())
            }
        }
    }

    /// Ready-made text that this program wrote itself, a completion script.
    pub fn script(&mut self, script: &[u8]) -> io::Result<()> {
        self.streams.out.write_all(script)
    }

    fn envelope(&mut self, whole: &impl Serialize) -> io::Result<()> {
        let text = json(&Envelope::ok(whole))?;
        writeln!(self.streams.out, "{text}")
    }

    /// What a person should look at before they are asked; on standard error.
    pub fn preview(&mut self, page: &[Part]) {
        let text = parts(page, false, self.streams.width);
        self.chatter(&text);
    }

    /// A remark on standard error; silent with `--quiet`.
    pub fn note(&mut self, note: &str) {
        if !self.quiet {
            self.chatter(&format!("{}\n", text::safe(note)));
        }
    }

    /// Draws the progress line anew; an empty one takes it away.
    pub fn progress(&mut self, line: &str) {
        if self.streams.err_terminal && !self.quiet {
            self.chatter(&format!("\r\u{1b}[K{}", text::safe(line)));
        }
    }

    /// Chatter that nobody can read any more is no reason to stop.
    fn chatter(&mut self, text: &str) {
        let err = &mut self.streams.err;
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    /// Asks a question and waits for the answer, one line.
    pub async fn ask(&mut self, question: &str) -> io::Result<String> {
        write!(self.streams.err, "{} ", text::safe(question))?;
        self.streams.err.flush()?;
        let mut input = std::mem::replace(&mut self.streams.input, Box::new(io::empty()));
        let (input, read) = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            let read = input.read_line(&mut line).map(|_| line);
            (input, read)
        })
        .await
        .map_err(io::Error::other)?;
        self.streams.input = input;
        read
    }

    /// A failure: its message on standard error, and where JSON was asked for its envelope on standard output.
    pub fn failure(&mut self, failure: &Failure) -> io::Result<()> {
        let mut told = self.streams.out.flush();
        if told.is_ok() && self.format == Format::Json {
            let text = json(&Envelope::<()>::error(failure.clone()))?;
            told = writeln!(self.streams.out, "{text}");
        }
        // What cannot be written to the one must be said on the other all the same.
        self.complain(failure);
        told
    }

    /// A failure on standard error alone, also with `--quiet`.
    pub fn complain(&mut self, failure: &Failure) {
        self.chatter(&error::message(failure));
    }

    /// Help, version and usage errors as clap words them; what is wrong is told with its rule, the way out is the help that
    /// clap points to.
    pub fn usage(&mut self, error: &clap::Error) -> io::Result<()> {
        let text = error.render();
        let help = ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
        let rule = match error.use_stderr() && error.kind() != help {
            true => format!("  rule: {}\n", error::COMMAND_LINE),
            false => String::new(),
        };
        match (error.use_stderr(), self.streams.width.is_some()) {
            (true, _) if self.streams.err_terminal => {
                write!(self.streams.err, "{}{rule}", text.ansi())
            }
            (true, _) => write!(self.streams.err, "{text}{rule}"),
            (false, true) => write!(self.streams.out, "{}", text.ansi()),
            (false, false) => write!(self.streams.out, "{text}"),
        }
    }

    /// Hands over what is still held back.
    pub fn flush(&mut self) -> io::Result<()> {
        self.streams.out.flush()?;
        self.streams.err.flush()
    }
}

/// JSON in which characters that could drive a terminal are escaped as JSON escapes them.
pub(super) fn json(value: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(value).map_err(io::Error::other)?;
    if !text.chars().any(text::is_hidden) {
        return Ok(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut units = [0u16; 2];
    for c in text.chars() {
        if !text::is_hidden(c) {
            out.push(c);
            continue;
        }
        // Outside strings JSON has no such character, so this stands inside one, where the escape means the same.
        for unit in c.encode_utf16(&mut units) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    Ok(out)
}

fn parts(page: &[Part], plain: bool, width: Option<usize>) -> String {
    let mut out = String::new();
    for part in page {
        match part {
            Part::Line(line) => out.push_str(&format!("{}\n", text::safe(line))),
            Part::Fields(fields) => out.push_str(&named(fields, plain)),
            Part::Table(_, grid) if grid.rows.is_empty() => {}
            Part::Table(title, grid) => {
                let table = if plain {
                    grid.plain(true)
                } else {
                    grid.table(width)
                };
                out.push_str(&format!("\n{title}\n{table}"));
            }
        }
    }
    out
}

fn named(fields: &[(&'static str, String)], plain: bool) -> String {
    let wide = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let value = text::safe(value);
            if plain {
                format!("{name}\t{value}\n")
            } else {
                format!("{name:<wide$}  {value}\n")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::table::{Cell, always};

    #[test]
    fn json_says_the_same_and_cannot_drive_a_terminal() {
        let hostile = "é \u{9b}2J \u{202e} \u{1b}[0m \u{7f} \u{feff} 名";
        let text = json(&Envelope::ok(hostile)).unwrap();
        assert!(text.contains("é") && text.contains("名"), "{text}");
        for bad in ['\u{9b}', '\u{202e}', '\u{1b}', '\u{7f}', '\u{feff}'] {
            assert!(!text.contains(bad), "{bad:?} in {text}");
        }
        let back: Envelope<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(back.ok.as_deref(), Some(hostile));
    }

    #[test]
    fn a_page_lines_up_its_names_and_leaves_out_what_is_empty() {
        let grid = Grid::of(&[always("who")], ["Ann\u{1b}[31m"], |w| vec![Cell::text(w)]);
        let page = [
            Part::Fields(vec![
                ("name", "Ann\u{202e}".into()),
                ("team", String::new()),
                ("last sign-in", "unknown".into()),
            ]),
            Part::Table("History", grid.clone()),
            Part::Table(
                "Nothing",
                Grid {
                    rows: vec![],
                    ..grid
                },
            ),
        ];
        insta::assert_snapshot!(parts(&page, false, None), @r"
        name          Ann\u{202e}
        last sign-in  unknown

        History
        WHO
        Ann\u{1b}[31m
        ");
        insta::assert_snapshot!(parts(&page, true, None), @r"
        name	Ann\u{202e}
        last sign-in	unknown

        History
        who
        Ann\u{1b}[31m
        ");
    }
}
