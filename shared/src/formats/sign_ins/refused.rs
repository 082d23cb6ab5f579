//! The file of refused sign-ins as an import wrote it: a table with the event in its last column, read again as lines.

use super::super::detect::header_of;
use super::super::input::Input;
use super::super::records::{Next, Records};
use std::io::{self, Read};

/// The columns of such a file.
const COLUMNS: [&str; 4] = ["line", "field", "reason", "row"];

/// The events of a table, one a line; the header counts as a blank one, so that lines are those of the file.
pub(super) struct Events {
    records: Records,
    line: Vec<u8>,
    read: usize,
}

/// The events of the table, if it is one of these.
pub(super) fn events(input: Input, delimiter: u8) -> Option<Events> {
    let mut records = Records::new(input, delimiter);
    let ours = header_of(&mut records).is_ok_and(|header| header == COLUMNS);
    ours.then(|| Events {
        records,
        line: vec![b'\n'],
        read: 0,
    })
}

impl Events {
    /// Takes the event of the next record; false at the end.
    fn next(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.read = 0;
        match self.records.next() {
            Next::Record(record) => {
                let event = record.cell(COLUMNS.len() - 1);
                // Laid out over several lines it is one event all the same.
                self.line.extend(event.iter().map(|b| match b {
                    b'\n' | b'\r' => b' ',
                    b => *b,
                }));
                if self.line.trim_ascii().is_empty() {
                    self.line = b"{}".to_vec();
                }
            }
            // An event that says nothing is set aside again.
            Next::Broken { .. } => self.line.extend(b"{}"),
            Next::End => {
                return match self.records.error() {
                    Some(error) => Err(io::Error::other(error.to_owned())),
                    None => Ok(false),
                };
            }
        }
        self.line.push(b'\n');
        Ok(true)
    }
}

impl Read for Events {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.read == self.line.len() && !self.next()? {
            return Ok(0);
        }
        let left = &self.line[self.read..];
        let n = left.len().min(out.len());
        out[..n].copy_from_slice(&left[..n]);
        self.read += n;
        Ok(n)
    }
}
