use std::fmt;
use std::io;

use super::source::SourceId;

/// How each source of a scan fared, for the host and its user: sources and reasons, no names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    sources: Vec<SourceReport>,
}

impl Report {
    pub(super) fn new(sources: Vec<SourceReport>) -> Self {
        Self { sources }
    }

    /// One report for each source that was asked for.
    pub fn sources(&self) -> &[SourceReport] {
        &self.sources
    }
}

/// How one source fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceReport {
    source: SourceId,
    read: bool,
    faults: Vec<Fault>,
}

impl SourceReport {
    pub(super) fn new(source: SourceId) -> Self {
        Self { source, read: false, faults: Vec::new() }
    }

    /// Which source.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// True where something of it was read.
    pub fn was_read(&self) -> bool {
        self.read
    }

    /// True where this root has no such source.
    pub fn is_absent(&self) -> bool {
        !self.read && self.faults.is_empty()
    }

    /// What was wrong with it, each kind of fault once. What could be read counts all the same.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    pub(super) fn mark_read(&mut self) {
        self.read = true;
    }

    pub(super) fn add(&mut self, fault: Fault) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

/// Why a list, or a part of it, could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// This process may not read it.
    Forbidden,
    /// The system could not read it, or not to its end.
    Unreadable,
    /// A link leads out of the root.
    OutsideRoot,
    /// Something else is in its place: a folder, a pipe, a device.
    NotAFile,
    /// It ends in the middle of a line.
    Torn,
    /// A needed field is longer than any name or version.
    TooLong,
    /// An entry has no name, or one that cannot be.
    Malformed,
}

impl Fault {
    /// The reason, in words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Forbidden => "permission denied",
            Self::Unreadable => "cannot be read",
            Self::OutsideRoot => "a link leads out of the root",
            Self::NotAFile => "not a file",
            Self::Torn => "ends in the middle of a line",
            Self::TooLong => "a field is too long",
            Self::Malformed => "an entry is malformed",
        }
    }
}

impl From<&io::Error> for Fault {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::Forbidden,
            _ => Self::Unreadable,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.reason())
    }
}
