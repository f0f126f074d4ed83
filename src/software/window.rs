use std::io::{self, ErrorKind, Read};

use memchr::{memchr, memmem};

/// Reads an input of any length line by line, or to the next blank line, through one fixed
/// buffer. Carriage returns are dropped.
pub(super) struct Window<'buffer, R> {
    input: R,
    buffer: &'buffer mut [u8],
    /// `start..end` of the buffer is read and not yet consumed.
    start: usize,
    end: usize,
    /// The line last returned goes on.
    inside_line: bool,
    torn: bool,
    blank_line: memmem::Finder<'static>,
}

/// A line without its end.
pub(super) struct Line<'window> {
    pub(super) text: &'window [u8],
    /// False where the line is longer than the buffer and this is its beginning.
    pub(super) whole: bool,
}

impl<'buffer, R: Read> Window<'buffer, R> {
    /// A window of `buffer`'s length, two bytes or more.
    pub(super) fn new(input: R, buffer: &'buffer mut [u8]) -> Self {
        let blank_line = memmem::Finder::new(b"\n\n");
        Self { input, buffer, start: 0, end: 0, inside_line: false, torn: false, blank_line }
    }

    /// The next line; `None` at the end of the input.
    pub(super) fn line(&mut self) -> io::Result<Option<Line<'_>>> {
        if self.inside_line {
            self.skip_line()?;
        }
        let mut searched = 0;
        loop {
            let fresh = self.held().get(searched..).unwrap_or_default();
            if let Some(at) = memchr(b'\n', fresh) {
                return Ok(Some(self.consume(searched + at, 1)));
            }
            searched = self.held().len();
            if searched == self.buffer.len() {
                self.inside_line = true;
                return Ok(Some(self.consume(searched, 0)));
            }
            if !self.fill()? {
                self.torn |= searched > 0;
                return Ok((searched > 0).then(|| self.consume(searched, 0)));
            }
        }
    }

    /// Consumes everything to the end of the next blank line.
    pub(super) fn skip_past_blank_line(&mut self) -> io::Result<()> {
        // The line break just consumed may be the first half of it. After a line that was cut,
        // this is a byte of its text, which does no harm.
        self.start = self.start.saturating_sub(1);
        self.inside_line = false;
        loop {
            if let Some(at) = self.blank_line.find(self.held()) {
                self.start += at + self.blank_line.needle().len();
                return Ok(());
            }
            // Its first half may be the last byte held.
            self.start = self.start.max(self.end.saturating_sub(1));
            if !self.fill()? {
                self.torn |= self.held() != b"\n";
                self.start = self.end;
                return Ok(());
            }
        }
    }

    /// True where the input has ended in the middle of a line.
    pub(super) fn is_torn(&self) -> bool {
        self.torn
    }

    fn skip_line(&mut self) -> io::Result<()> {
        self.inside_line = false;
        loop {
            if let Some(at) = memchr(b'\n', self.held()) {
                self.start += at + 1;
                return Ok(());
            }
            self.start = self.end;
            if !self.fill()? {
                self.torn = true;
                return Ok(());
            }
        }
    }

    fn held(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The first `length` bytes held, which are consumed with `more` after them.
    fn consume(&mut self, length: usize, more: usize) -> Line<'_> {
        let from = self.start;
        self.start += length + more;
        let text = self.buffer.get(from..from + length).unwrap_or_default();
        Line { text, whole: !self.inside_line }
    }

    /// Moves what is held to the front and reads on behind it, where there must be room; false at
    /// the end of the input.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        loop {
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => return Ok(false),
                Ok(read) => {
                    let kept = drop_carriage_returns(room.get_mut(..read).unwrap_or_default());
                    self.end += kept;
                    if kept > 0 {
                        return Ok(true);
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Moves everything but carriage returns to the front; how many bytes that is.
fn drop_carriage_returns(bytes: &mut [u8]) -> usize {
    let Some(first) = memchr(b'\r', bytes) else { return bytes.len() };
    let mut kept = first;
    for at in first..bytes.len() {
        #[allow(clippy::indexing_slicing, reason = "kept <= at < length")]
        if bytes[at] != b'\r' {
            bytes[kept] = bytes[at];
            kept += 1;
        }
    }
    kept
}
