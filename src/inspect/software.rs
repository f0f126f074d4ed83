use std::borrow::Cow;

use crate::consent::Permit;
use crate::error::Result;
use crate::private::Private;
use crate::purpose::SoftwareRisk;
use crate::software::{Category, Entry, Level, Pack, Recogniser, Report, Scan};

/// Something installed, by its list's own words. Bytes that are no UTF-8 are replaced.
pub struct Installed<'a> {
    /// The identifier: a package's name.
    pub name: Cow<'a, str>,
    /// Empty where the list does not tell.
    pub version: Cow<'a, str>,
}

impl<'a> Installed<'a> {
    fn shown(entry: &'a Private<Entry<'_>>) -> Self {
        // Looks inside to show this device's user what is installed on it.
        let Entry { identifier, version, .. } = entry.look_inside();
        Self {
            name: String::from_utf8_lossy(identifier),
            version: String::from_utf8_lossy(version),
        }
    }
}

/// Something installed that a rule calls risky.
pub struct Risky<'a> {
    /// What it is.
    pub installed: Installed<'a>,
    /// The category it falls into.
    pub category: Category,
    /// How bad that is.
    pub severity: Level,
    /// Why it matters.
    pub why: &'a str,
    /// What to do about it.
    pub advice: &'a str,
}

/// Hands `visit` everything installed, in the order of the lists; how each source fared.
///
/// # Errors
///
/// As [`Scan::verdict`].
pub fn inventory(
    scan: &Scan,
    permit: &Permit<SoftwareRisk>,
    mut visit: impl FnMut(Installed<'_>),
) -> Result<Report> {
    permit.exercise()?;
    scan.stream(&mut |entry| visit(Installed::shown(entry)))
}

/// Hands `visit` what a verdict by `pack` would rest on, in the order of the lists; how each
/// source fared.
///
/// # Errors
///
/// As [`Scan::verdict`].
pub fn mine(
    scan: &Scan,
    pack: &Pack,
    permit: &Permit<SoftwareRisk>,
    mut visit: impl FnMut(Risky<'_>),
) -> Result<Report> {
    let recogniser = Recogniser::new(pack, permit)?;
    scan.stream(&mut |entry| {
        if let Some(risk) = recogniser.recognise(entry) {
            visit(Risky {
                installed: Installed::shown(entry),
                category: risk.category,
                severity: risk.severity,
                why: &risk.why,
                advice: &risk.advice,
            });
        }
    })
}
