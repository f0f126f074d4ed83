use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use crate::consent::Permit;
use crate::error::{Error, Result};
use crate::private::Private;
use crate::purpose::SoftwareRisk;

use super::dpkg::Dpkg;
use super::found::Verdict;
use super::recognise::Recogniser;
use super::report::{Fault, Report, SourceReport};
use super::root::Root;
use super::rules::Pack;

/// Bytes of the one buffer that every list is streamed through: fits a core's cache, and spares
/// the system calls of a smaller one.
const BUFFER: usize = 64 * 1024;

/// A scan of the software that is installed below a root.
#[derive(Clone, Debug)]
pub struct Scan {
    root: PathBuf,
    only: Option<Vec<SourceId>>,
}

impl Scan {
    /// A scan of this device, by every source.
    pub fn device() -> Self {
        Self::root("/")
    }

    /// A scan of another root: an image, a container. Links that lead out of it are not followed.
    pub fn root(folder: impl Into<PathBuf>) -> Self {
        Self { root: folder.into(), only: None }
    }

    /// The same scan by these sources only; each must then be there.
    #[must_use]
    pub fn only(mut self, sources: &[SourceId]) -> Self {
        self.only = Some(sources.to_vec());
        self
    }

    /// How risky the installed software is, by the rules of `pack`.
    ///
    /// Lists are streamed through one buffer, which is wiped; no entry is kept.
    ///
    /// # Errors
    ///
    /// Where the permit does not serve, the root is not a readable folder, no source could be
    /// read at all (silence would pass for safety), or one that [`Scan::only`] named is absent.
    ///
    /// # Complexity
    ///
    /// O(bytes of the lists) time, 64 KiB and a few values of memory, whatever their size.
    pub fn verdict(&self, pack: &Pack, permit: &Permit<SoftwareRisk>) -> Result<Verdict> {
        self.verdict_and_report(pack, permit).map(|(verdict, _)| verdict)
    }

    /// As [`Scan::verdict`], with how each source fared: a damaged list is read as far as it goes.
    ///
    /// # Errors
    ///
    /// As [`Scan::verdict`].
    pub fn verdict_and_report(
        &self,
        pack: &Pack,
        permit: &Permit<SoftwareRisk>,
    ) -> Result<(Verdict, Report)> {
        let recogniser = Recogniser::new(pack, permit)?;
        let mut verdict = Verdict::default();
        let report = self.stream(&mut |entry| {
            if let Some(risk) = recogniser.recognise(entry) {
                verdict.add(risk.category, risk.severity);
            }
        })?;
        Ok((verdict, report))
    }

    /// Hands every entry of every source to `visit`, sealed.
    pub(crate) fn stream(&self, visit: &mut Visit<'_>) -> Result<Report> {
        let root = Root::open(&self.root)?;
        let mut buffer = Zeroizing::new(vec![0; BUFFER].into_boxed_slice());
        let mut reports = Vec::new();
        for source in SOURCES {
            if self.only.as_ref().is_none_or(|only| only.contains(&source.id())) {
                let mut intake = Intake::new(visit, SourceReport::new(source.id()));
                source.stream(&root, &mut buffer, &mut intake);
                reports.push(intake.into_report());
            }
        }
        self.accept(&reports)?;
        Ok(Report::new(reports))
    }

    /// Whether a scan took place.
    fn accept(&self, reports: &[SourceReport]) -> Result<()> {
        if self.only.is_some()
            && let Some(absent) = reports.iter().find(|report| report.is_absent())
        {
            return Err(Error::input(absent.source().name(), "not found below this root"));
        }
        if reports.iter().any(SourceReport::was_read) {
            return Ok(());
        }
        let fault = reports.iter().find_map(|r| r.faults().first().map(|f| (r.source(), f)));
        Err(match fault {
            Some((source, fault)) => Error::input(source.name(), fault.reason()),
            None => Error::input("software", "no known list of it below this root"),
        })
    }
}

/// A source of installed software.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceId {
    /// Debian's package manager: `var/lib/dpkg/status`, and `status.d/*` in images without it.
    Dpkg,
}

impl SourceId {
    /// Every source.
    pub const ALL: [Self; SOURCES.len()] = [Self::Dpkg];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dpkg => "dpkg",
        }
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for SourceId {
    type Err = Error;

    /// # Errors
    ///
    /// Where no source has that name.
    fn from_str(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|source| source.name() == name)
            .ok_or_else(|| Error::input("source", "no source has this name"))
    }
}

/// What an identifier is. A source may list several kinds, and several sources one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// The name of a Debian package.
    Dpkg,
}

/// One installed thing, borrowed from the buffer that its list is streamed through. It exists
/// sealed only, and until the visitor returns; its bytes are wiped with the buffer.
pub(crate) struct Entry<'a> {
    pub(crate) kind: Kind,
    pub(crate) identifier: &'a [u8],
    /// Empty where the list does not tell.
    pub(crate) version: &'a [u8],
}

impl Zeroize for Entry<'_> {
    fn zeroize(&mut self) {
        (self.identifier, self.version) = (&[], &[]);
    }
}

/// Who gets to see each entry.
pub(crate) type Visit<'a> = dyn FnMut(&Private<Entry<'_>>) + 'a;

/// Something that lists installed software.
pub(super) trait Source {
    fn id(&self) -> SourceId;

    /// Streams every entry below `root` through `buffer` into `intake`. What is unreadable or
    /// damaged is reported there, and the rest read.
    fn stream(&self, root: &Root, buffer: &mut [u8], intake: &mut Intake<'_>);
}

/// Every source there is, one line each.
const SOURCES: [&dyn Source; 1] = [&Dpkg];

/// Where a source's entries and faults go in.
pub(super) struct Intake<'a> {
    visit: &'a mut Visit<'a>,
    report: SourceReport,
}

impl<'a> Intake<'a> {
    pub(super) fn new(visit: &'a mut Visit<'_>, report: SourceReport) -> Self {
        Self { visit, report }
    }

    pub(super) fn into_report(self) -> SourceReport {
        self.report
    }

    pub(super) fn entry(&mut self, entry: Entry<'_>) {
        (self.visit)(&Private::seal(entry));
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.report.add(fault);
    }

    pub(super) fn mark_read(&mut self) {
        self.report.mark_read();
    }
}
