//! Where consent and the ledger are kept: plain files, whole or not at all.

use std::any::Any;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::error::{Error, Result, StoreFault};

/// Keeps a few small named files. A phone's keychain can be one.
pub trait Store: Send + Sync {
    /// The content of `name`; `None` where it was never saved.
    ///
    /// # Errors
    ///
    /// Where it is there and cannot be read.
    fn load(&self, name: &'static str) -> Result<Option<Vec<u8>>>;

    /// Replaces the content of `name`, durably, as a whole.
    ///
    /// # Errors
    ///
    /// Where it cannot be written; what was there before is then unchanged.
    fn save(&self, name: &'static str, content: &[u8]) -> Result<()>;

    /// Deletes `name`; done where there is none.
    ///
    /// # Errors
    ///
    /// Where it is there and cannot be deleted.
    fn erase(&self, name: &'static str) -> Result<()>;

    /// Keeps every other process out until the answer is dropped.
    ///
    /// # Errors
    ///
    /// Where the lock cannot be had.
    fn lock(&self) -> Result<Box<dyn Any>>;
}

/// Files in one folder, each replaced by write, sync and rename.
#[derive(Debug)]
pub struct FileStore {
    folder: PathBuf,
}

impl FileStore {
    /// A store in `folder`, which the first save creates, readable by its owner only.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn temporary(&self, name: &str) -> PathBuf {
        self.folder.join(format!(".{name}.new"))
    }

    fn create_folder(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)
    }

    fn replace(&self, name: &str, content: &[u8]) -> io::Result<()> {
        self.create_folder()?;
        let temporary = self.temporary(name);
        let written = write_synced(&temporary, content)
            .and_then(|()| fs::rename(&temporary, self.folder.join(name)));
        if written.is_err() {
            // The first error is the one to report.
            let _ = fs::remove_file(&temporary);
            return written;
        }
        sync_folder(&self.folder)
    }
}

fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = of_owner().truncate(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Opens for writing; a new file is its owner's alone.
fn of_owner() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes the rename durable. Windows has no handle to a folder, and needs none.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

impl Store for FileStore {
    fn load(&self, name: &'static str) -> Result<Option<Vec<u8>>> {
        match fs::read(self.folder.join(name)) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_fault(name, &error)),
        }
    }

    fn save(&self, name: &'static str, content: &[u8]) -> Result<()> {
        self.replace(name, content).map_err(|error| io_fault(name, &error))
    }

    fn erase(&self, name: &'static str) -> Result<()> {
        // With it goes what a crash may have left on the way to it.
        for file in [self.temporary(name), self.folder.join(name)] {
            match fs::remove_file(file).and_then(|()| sync_folder(&self.folder)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(io_fault(name, &error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn lock(&self) -> Result<Box<dyn Any>> {
        const LOCK: &str = "lock";
        let locked = self.create_folder().and_then(|()| {
            let file = of_owner().truncate(false).open(self.folder.join(LOCK))?;
            file.lock()?;
            Ok(file)
        });
        match locked {
            Ok(file) => Ok(Box::new(file)),
            Err(error) => Err(io_fault(LOCK, &error)),
        }
    }
}

fn io_fault(name: &'static str, error: &io::Error) -> Error {
    Error::store(name, StoreFault::Io(error.kind()))
}

/// A store that lives as long as the process: for tests, and for hosts that must not write.
#[derive(Debug, Default)]
pub struct MemoryStore {
    files: Mutex<BTreeMap<&'static str, Vec<u8>>>,
    taken: Arc<(Mutex<bool>, Condvar)>,
}

/// Gives the store's lock back when dropped.
struct Held(Arc<(Mutex<bool>, Condvar)>);

impl Drop for Held {
    fn drop(&mut self) {
        let (taken, free) = &*self.0;
        *taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
        free.notify_one();
    }
}

impl MemoryStore {
    fn files(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, Vec<u8>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn load(&self, name: &'static str) -> Result<Option<Vec<u8>>> {
        Ok(self.files().get(name).cloned())
    }

    fn save(&self, name: &'static str, content: &[u8]) -> Result<()> {
        self.files().insert(name, content.to_vec());
        Ok(())
    }

    fn erase(&self, name: &'static str) -> Result<()> {
        self.files().remove(name);
        Ok(())
    }

    fn lock(&self) -> Result<Box<dyn Any>> {
        let (taken, free) = &*self.taken;
        let taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken =
            free.wait_while(taken, |taken| *taken).unwrap_or_else(PoisonError::into_inner);
        *taken = true;
        Ok(Box::new(Held(self.taken.clone())))
    }
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn load(&self, name: &'static str) -> Result<Option<Vec<u8>>> {
        (**self).load(name)
    }
    fn save(&self, name: &'static str, content: &[u8]) -> Result<()> {
        (**self).save(name, content)
    }
    fn erase(&self, name: &'static str) -> Result<()> {
        (**self).erase(name)
    }
    fn lock(&self) -> Result<Box<dyn Any>> {
        (**self).lock()
    }
}

const VERSION: &str = "1";

/// No count in a file is honestly larger: one a second for 285 million years.
pub(crate) const MAX_COUNT: u64 = 1 << 53;

/// Puts the header on a file: its name, the format's version and the body's BLAKE3.
pub(crate) fn frame(name: &'static str, body: &str) -> Vec<u8> {
    let check = blake3::hash(body.as_bytes()).to_hex();
    format!("pinhole-{name} {VERSION} {check}\n{body}").into_bytes()
}

/// The body behind the header.
///
/// # Errors
///
/// Where the header is not [`frame`]'s, or the body is not what was framed: torn, edited, or
/// written by another version.
pub(crate) fn unframe<'a>(name: &'static str, content: &'a [u8]) -> Result<&'a str> {
    let damaged = |why| Error::store(name, StoreFault::Damaged(why));
    let text = str::from_utf8(content).map_err(|_| damaged("not text"))?;
    let (header, body) = text.split_once('\n').ok_or_else(|| damaged("no header"))?;
    let mut words = header.split(' ');
    if words.next().and_then(|word| word.strip_prefix("pinhole-")) != Some(name) {
        return Err(damaged("not this file's header"));
    }
    if words.next() != Some(VERSION) {
        return Err(Error::store(name, StoreFault::Version));
    }
    if words.next() != Some(blake3::hash(body.as_bytes()).to_hex().as_str()) {
        return Err(damaged("checksum"));
    }
    if words.next().is_some() {
        return Err(damaged("more than a header"));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::{FileStore, Store, frame, unframe};

    #[test]
    fn what_was_framed_comes_back_and_nothing_else() {
        let framed = frame("ledger", "one\ntwo\n");
        assert_eq!(unframe("ledger", &framed), Ok("one\ntwo\n"));
        assert!(unframe("consent", &framed).is_err());
        for cut in 0..framed.len() {
            assert!(unframe("ledger", &framed[..cut]).is_err(), "torn at {cut}");
        }
        for at in 0..framed.len() {
            let mut flipped = framed.clone();
            flipped[at] ^= 1;
            assert!(unframe("ledger", &flipped).is_err(), "flipped at {at}");
        }
    }

    #[test]
    fn files_are_replaced_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path().join("home"));
        assert_eq!(store.load("ledger"), Ok(None));
        assert!(!folder.path().join("home").exists(), "reading creates nothing");
        store.save("ledger", b"first").unwrap();
        store.save("ledger", b"second").unwrap();
        assert_eq!(store.load("ledger").unwrap().as_deref(), Some(&b"second"[..]));
        assert_eq!(folder.path().join("home").read_dir().unwrap().count(), 1);
        std::fs::write(folder.path().join("home/.ledger.new"), "torn").unwrap();
        store.erase("ledger").unwrap();
        store.erase("ledger").unwrap();
        assert_eq!(folder.path().join("home").read_dir().unwrap().count(), 0);
    }
}
