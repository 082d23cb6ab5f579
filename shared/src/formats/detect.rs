//! What kind of file it is, told from its first bytes.

use super::FormatError;
use super::input::Input;
use super::records::{Next, Records};

pub(super) enum Shape {
    Csv { delimiter: u8 },
    Json,
}

/// Tells CSV from JSON, and refuses what is no text in UTF-8. A `sep=;` line, as spreadsheets write it, is followed
/// and passed over.
pub(super) fn shape(input: &mut Input) -> Result<Shape, FormatError> {
    if let Some(error) = input.error() {
        return Err(FormatError::Read(error.to_owned()));
    }
    let window = input.window();
    match window {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, ..] | [_, 0, ..] => {
            return Err(FormatError::Encoding("UTF-16 or binary"));
        }
        [b'P', b'K', 3, 4, ..] => {
            return Err(FormatError::Encoding("a spreadsheet or a zip archive"));
        }
        [0x1f, 0x8b, ..] => return Err(FormatError::Encoding("compressed")),
        _ => {}
    }
    let text = window.trim_ascii_start();
    match text.first() {
        None => Err(FormatError::Empty),
        Some(b'[' | b'{') => Ok(Shape::Json),
        Some(_) => {
            let told = (text.get(..4), text.get(4));
            if let (Some(b"sep="), Some(delimiter @ (b',' | b';' | b'\t'))) = told {
                let delimiter = *delimiter;
                input.skip_line();
                return Ok(Shape::Csv { delimiter });
            }
            let columns = |delimiter| headers(window, delimiter).map_or(0, |h| h.len());
            let mut delimiter = b',';
            for other in [b';', b'\t'] {
                if columns(other) > columns(delimiter) {
                    delimiter = other;
                }
            }
            Ok(Shape::Csv { delimiter })
        }
    }
}

/// The cells of the first record of a window.
fn headers(window: &[u8], delimiter: u8) -> Result<Vec<String>, FormatError> {
    let window = std::io::Cursor::new(window.to_vec());
    header_of(&mut Records::new(Input::new(Box::new(window)), delimiter))
}

/// Reads the header record.
pub(super) fn header_of(records: &mut Records) -> Result<Vec<String>, FormatError> {
    match records.next() {
        Next::End => Err(FormatError::Empty),
        Next::Broken { reason, .. } => Err(FormatError::Header(reason.to_owned())),
        Next::Record(record) => (0..record.len())
            .map(|n| match std::str::from_utf8(record.cell(n)) {
                Ok(name) => Ok(name.to_owned()),
                Err(_) => Err(FormatError::Encoding("in another encoding")),
            })
            .collect(),
    }
}
