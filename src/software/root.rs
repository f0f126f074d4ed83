use std::fs::{self, File, ReadDir};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

use super::report::Fault;

/// The folder that a scan stays in.
///
/// It may be an image that somebody else made: links that lead out of it are not followed, and
/// only regular files are opened, so that no pipe or device can stall the scan.
pub(super) struct Root(PathBuf);

impl Root {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let open = |folder: &Path| -> io::Result<PathBuf> {
            fs::read_dir(folder)?;
            folder.canonicalize()
        };
        open(folder).map(Self).map_err(|error| {
            Error::input(
                "root",
                match error.kind() {
                    ErrorKind::NotFound => "no such folder",
                    ErrorKind::NotADirectory => "not a folder",
                    ErrorKind::PermissionDenied => "permission denied",
                    _ => "cannot be read",
                },
            )
        })
    }

    /// The file at `path` below the root; `None` where there is none.
    pub(super) fn file(&self, path: &Path) -> Result<Option<File>, Fault> {
        let Some(path) = self.resolve(path)? else { return Ok(None) };
        let open = || {
            let regular = fs::metadata(&path)?.is_file();
            regular.then(|| File::open(&path)).transpose()
        };
        match open() {
            Ok(None) => Err(Fault::NotAFile),
            Ok(file) => Ok(file),
            Err(error) => Err(Fault::from(&error)),
        }
    }

    /// The folder at `path` below the root; `None` where there is none.
    pub(super) fn folder(&self, path: &Path) -> Result<Option<ReadDir>, Fault> {
        let Some(path) = self.resolve(path)? else { return Ok(None) };
        fs::read_dir(path).map(Some).map_err(|error| Fault::from(&error))
    }

    fn resolve(&self, path: &Path) -> Result<Option<PathBuf>, Fault> {
        match self.0.join(path).canonicalize() {
            Ok(found) if found.starts_with(&self.0) => Ok(Some(found)),
            Ok(_) => Err(Fault::OutsideRoot),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault::from(&error)),
        }
    }
}
