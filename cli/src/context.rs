//! What every command has: the home, and standard output.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::PathBuf;

use etcetera::BaseStrategy;
use pinhole::{FileStore, Home, SystemClock};
use serde::Serialize;

use crate::arguments::Arguments;
use crate::failure::Failure;

pub(crate) struct Context {
    /// True where each answer is one JSON object on a line.
    pub(crate) json: bool,
    folder: Option<PathBuf>,
    out: BufWriter<StdoutLock<'static>>,
}

impl Context {
    pub(crate) fn new(arguments: &Arguments) -> Result<Self, Failure> {
        Ok(Self {
            json: arguments.json,
            folder: arguments.home.clone(),
            out: BufWriter::new(io::stdout().lock()),
        })
    }

    /// Where consent and the ledger are kept. Nothing is read or written yet.
    pub(crate) fn home(&self) -> Result<Home, Failure> {
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => etcetera::choose_base_strategy()
                .map(|base| base.data_dir().join("pinhole"))
                .map_err(|_| Failure::refused("home", "none found; name one with --home DIR"))?,
        };
        Ok(Home::open(FileStore::new(folder), SystemClock))
    }

    /// Prints one line.
    pub(crate) fn line(&mut self, line: impl std::fmt::Display) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{line}")?)
    }

    /// Prints `value` as JSON on one line.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.out, value).map_err(io::Error::from)?;
        self.line("")
    }

    /// Standard output, for what is not lines.
    pub(crate) fn out(&mut self) -> &mut impl Write {
        &mut self.out
    }

    /// Nothing that was printed is lost.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}
