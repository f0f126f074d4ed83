//! How a command ends.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// The end of a command that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Exit 0.
    Done,
    /// `clip` without a match, `face` without a face: exit 1.
    Nothing,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Done => Self::SUCCESS,
            Status::Nothing => Self::from(1),
        }
    }
}

/// The end of a command that did not: one line, what, where and what to do, never the content.
#[derive(Debug)]
pub(crate) struct Failure {
    message: Option<String>,
    code: u8,
}

impl Failure {
    /// Wrong usage or unreadable input: exit 2.
    pub(crate) fn usage(what: impl Display, why: impl Display) -> Self {
        Self { message: Some(format!("{what}: {why}")), code: 2 }
    }

    /// Refused by the gate: exit 3.
    pub(crate) fn refused(what: impl Display, why: impl Display) -> Self {
        Self { message: Some(format!("{what}: {why}")), code: 3 }
    }

    /// A file that could not be read or written.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Self::usage(path.display(), in_words(error.kind()))
    }

    /// An error of the library, about `what`.
    pub(crate) fn about(what: impl Display, error: &pinhole::Error) -> Self {
        let ending = if error.refusal().is_some() { Self::refused } else { Self::usage };
        ending(what.to_string(), error.to_string())
    }

    /// Prints the line; the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        if let Some(message) = &self.message {
            // Control characters in a file's name must not reach the terminal.
            let line: String =
                message.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
            // With standard error gone there is nobody to tell.
            let _ = writeln!(io::stderr(), "pinhole: {line}");
        }
        ExitCode::from(self.code)
    }
}

impl From<pinhole::Error> for Failure {
    fn from(error: pinhole::Error) -> Self {
        let code = if error.refusal().is_some() { 3 } else { 2 };
        Self { message: Some(error.to_string()), code }
    }
}

fn in_words(kind: io::ErrorKind) -> String {
    match kind {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::IsADirectory => "a folder; name a file".to_owned(),
        io::ErrorKind::NotADirectory => "its folder is a file".to_owned(),
        kind => kind.to_string(),
    }
}

/// Of standard output: files name themselves through [`Failure::file`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Whoever reads has seen enough.
            io::ErrorKind::BrokenPipe => Self { message: None, code: 0 },
            kind => Self::usage("standard output", kind),
        }
    }
}
