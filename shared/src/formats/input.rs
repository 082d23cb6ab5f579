//! Bytes of a file in a window that slides forward, with the line it stands at. Memory is bounded by the longest
//! record, never by the file.

use std::io::{ErrorKind, Read};

/// The longest line, record or element that is read; a longer one is set aside.
pub(super) const LONGEST: usize = 1 << 20;

/// How much is asked for at a time.
const BLOCK: usize = 1 << 17;

pub(super) struct Input {
    reader: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    line: u64,
    over: bool,
    error: Option<String>,
}

impl Input {
    /// Reads the first block, so that the format can be told from it, and passes over a byte-order mark.
    pub fn new(reader: Box<dyn Read + Send>) -> Self {
        let mut input = Input {
            reader,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            line: 1,
            over: false,
            error: None,
        };
        while input.end < BLOCK / 2 && input.more() {}
        if input.window().starts_with(b"\xef\xbb\xbf") {
            input.start = 3;
        }
        input
    }

    /// What was read and not yet passed over.
    pub fn window(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether everything was read into the window.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// The line at which the window starts, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Why reading stopped before the end of the file; none when it did not.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Reads more behind the window; false when there is no more.
    pub fn more(&mut self) -> bool {
        if self.over {
            return false;
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.end + BLOCK {
            self.buffer.resize(self.end + BLOCK, 0);
        }
        // Small reads are gathered: a record that lies over many of them would be looked at again for each.
        let before = self.end;
        while !self.over && self.end - before < BLOCK / 4 {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.over = true,
                Ok(n) => self.end += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    self.error = Some(e.to_string());
                    self.over = true;
                }
            }
        }
        self.end > before
    }

    /// Passes over the first `n` bytes of the window.
    pub fn pass(&mut self, n: usize) {
        let to = (self.start + n).min(self.end);
        let lines = memchr::memchr_iter(b'\n', &self.buffer[self.start..to]).count();
        self.line += lines as u64;
        self.start = to;
    }

    /// Passes over the first `n` bytes and gives them.
    pub fn take(&mut self, n: usize) -> &[u8] {
        let from = self.start;
        self.pass(n);
        &self.buffer[from..self.start]
    }

    /// Passes over everything up to and with the next line end.
    pub fn skip_line(&mut self) {
        loop {
            if let Some(n) = memchr::memchr(b'\n', self.window()) {
                return self.pass(n + 1);
            }
            self.pass(self.window().len());
            if !self.more() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_over_blocks() {
        let text = "x".repeat(BLOCK) + "\n" + &"y".repeat(BLOCK) + "\nz";
        let mut input = Input::new(Box::new(std::io::Cursor::new(text)));
        input.skip_line();
        assert_eq!((input.line(), input.window()[0]), (2, b'y'));
        input.skip_line();
        assert_eq!((input.line(), input.window()), (3, &b"z"[..]));
        input.skip_line();
        assert_eq!(input.window(), b"");
        assert!(input.is_over() && input.error().is_none());
    }

    #[test]
    fn a_failed_read_is_told() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("the cable was cut"))
            }
        }
        let input = Input::new(Box::new(Broken));
        assert_eq!(input.error(), Some("the cable was cut"));
    }
}
