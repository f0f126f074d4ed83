//! Debian's package lists (deb-control(5), dpkg's `lib/dpkg/parse.c`): stanzas of `Field: value`
//! lines with a blank line after each.
//!
//! Three fields are needed. dpkg writes them near the top, and the rest of a stanza, most of the
//! file, is skipped by one search for the blank line; in any other order every line is looked at.
//!
//! Not read: `updates/`, where a dpkg that is running, or was cut off, keeps its last few changes.

use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::report::Fault;
use super::root::Root;
use super::source::{Entry, Intake, Kind, Source, SourceId};
use super::window::{Line, Window};

pub(super) struct Dpkg;

impl Source for Dpkg {
    fn id(&self) -> SourceId {
        SourceId::Dpkg
    }

    fn stream(&self, root: &Root, buffer: &mut [u8], intake: &mut Intake<'_>) {
        let database = Path::new("var/lib/dpkg");
        stream_file(root, &database.join("status"), Listed::Known, buffer, intake);

        // Images built without dpkg ("distroless") hold a file for each package, named after it.
        // These paths are the one thing here that is not wiped: the standard library holds them.
        let folder = database.join("status.d");
        let files = match root.folder(&folder) {
            Ok(files) => files,
            Err(fault) => return intake.fault(fault),
        };
        for file in files.into_iter().flatten() {
            match file.map(|file| file.file_name()) {
                // Lists of a package's files beside it.
                Ok(name) if Path::new(&name).extension().is_some_and(|e| e == "md5sums") => {}
                Ok(name) => {
                    stream_file(root, &folder.join(name), Listed::Installed, buffer, intake);
                }
                Err(error) => intake.fault(Fault::from(&error)),
            }
        }
    }
}

/// What being listed means where no `Status` field tells more.
#[derive(Clone, Copy)]
enum Listed {
    /// dpkg knows the package.
    Known,
    /// It is in the image.
    Installed,
}

fn stream_file(
    root: &Root,
    path: &Path,
    listed: Listed,
    buffer: &mut [u8],
    intake: &mut Intake<'_>,
) {
    match root.file(path) {
        Ok(Some(file)) => {
            if let Err(error) = stream_stanzas(file, listed, buffer, intake) {
                intake.fault(Fault::from(&error));
            }
        }
        Ok(None) => {}
        Err(fault) => intake.fault(fault),
    }
}

fn stream_stanzas(
    input: impl Read,
    listed: Listed,
    buffer: &mut [u8],
    intake: &mut Intake<'_>,
) -> io::Result<()> {
    let mut window = Window::new(input, buffer);
    let mut stanza = Stanza::default();
    while let Some(line) = window.line()? {
        intake.mark_read();
        if line.text.is_empty() {
            stanza.finish(listed, intake);
            continue;
        }
        stanza.take(&line);
        if stanza.is_decided() {
            stanza.finish(listed, intake);
            window.skip_past_blank_line()?;
        }
    }
    // An empty list is a list.
    intake.mark_read();
    stanza.finish(listed, intake);
    if window.is_torn() {
        intake.fault(Fault::Torn);
    }
    Ok(())
}

/// What has been seen of a stanza. The first of two equal fields counts.
#[derive(Default)]
struct Stanza {
    begun: bool,
    package: Value,
    version: Value,
    installed: Option<bool>,
    too_long: bool,
}

impl Stanza {
    fn take(&mut self, line: &Line<'_>) {
        self.begun = true;
        let Some((field, value)) = Field::of(line.text) else { return };
        self.too_long |= !line.whole;
        // The beginning of a value is another value: none is better.
        let value = if line.whole { value } else { b"" };
        match field {
            Field::Package => self.too_long |= !self.package.keep(value),
            Field::Version => self.too_long |= !self.version.keep(value),
            Field::Status => {
                // "want flag status": only the last word tells.
                let status = value.rsplit(u8::is_ascii_whitespace).next();
                self.installed.get_or_insert(status == Some(b"installed"));
            }
        }
    }

    /// True where the rest of the stanza cannot change what is handed on.
    fn is_decided(&self) -> bool {
        match self.installed {
            Some(true) => self.package.seen && self.version.seen,
            Some(false) => true,
            None => false,
        }
    }

    /// Hands the package on if it is installed, and starts anew.
    fn finish(&mut self, listed: Listed, intake: &mut Intake<'_>) {
        if !self.begun {
            return;
        }
        let identifier = self.package.printable();
        let version = self.version.printable();
        let installed = self.installed.unwrap_or(matches!(listed, Listed::Installed));
        if installed && !identifier.is_empty() {
            // dpkg leaves epoch 0 out.
            let version = version.strip_prefix(b"0:").unwrap_or(version);
            intake.entry(Entry { kind: Kind::Dpkg, identifier, version });
        }
        let nameless = identifier.is_empty() && (installed || self.installed.is_none());
        if self.too_long {
            intake.fault(Fault::TooLong);
        } else if nameless || self.version.length != version.len() {
            intake.fault(Fault::Malformed);
        }
        self.begun = false;
        self.package.forget();
        self.version.forget();
        self.installed = None;
        self.too_long = false;
    }
}

/// The most bytes of a package name or a version. dpkg sets no limit; a name is part of file names
/// that hold 255 bytes.
const LONGEST: usize = 1024;

/// A value, copied out of the window as that moves on; wiped when dropped.
struct Value {
    bytes: Zeroizing<[u8; LONGEST]>,
    length: usize,
    seen: bool,
}

impl Default for Value {
    fn default() -> Self {
        Self { bytes: Zeroizing::new([0; LONGEST]), length: 0, seen: false }
    }
}

impl Value {
    /// Keeps the first value it is given; false where that does not fit.
    fn keep(&mut self, value: &[u8]) -> bool {
        if self.seen {
            return true;
        }
        self.seen = true;
        let Some(place) = self.bytes.get_mut(..value.len()) else { return false };
        place.copy_from_slice(value);
        self.length = value.len();
        true
    }

    /// The value, or nothing where it holds a byte that no name or version has.
    fn printable(&self) -> &[u8] {
        let value = self.bytes.get(..self.length).unwrap_or_default();
        if value.iter().all(u8::is_ascii_graphic) { value } else { &[] }
    }

    fn forget(&mut self) {
        (self.length, self.seen) = (0, false);
    }
}

/// The fields that are needed.
enum Field {
    Package,
    Status,
    Version,
}

impl Field {
    /// The field that `line` begins, with its value.
    fn of(line: &[u8]) -> Option<(Self, &[u8])> {
        // The first letter turns most lines away.
        let (field, name) = match line.first()? {
            b'P' | b'p' => (Self::Package, "Package"),
            b'S' | b's' => (Self::Status, "Status"),
            b'V' | b'v' => (Self::Version, "Version"),
            _ => return None,
        };
        let (start, rest) = line.split_at_checked(name.len())?;
        if !start.eq_ignore_ascii_case(name.as_bytes()) {
            return None;
        }
        let value = rest.trim_ascii_start().strip_prefix(b":")?;
        Some((field, value.trim_ascii()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::super::report::{Fault, SourceReport};
    use super::super::source::{Intake, SourceId};
    use super::{LONGEST, Listed, stream_stanzas};

    type Package = (String, String);

    /// Gives its bytes in pieces of the lengths given, over and over.
    struct Pieces<'a>(&'a [u8], std::iter::Cycle<std::vec::IntoIter<usize>>);

    impl Read for Pieces<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            let piece = self.1.next().unwrap_or(usize::MAX).min(room.len());
            self.0.read(&mut room[..piece])
        }
    }

    fn parse(input: impl Read, listed: Listed, buffer: usize) -> (Vec<Package>, Vec<Fault>) {
        let mut packages = Vec::new();
        let mut visit = |entry: &crate::private::Private<super::Entry<'_>>| {
            // Looks inside to compare with the plain parser's.
            let entry = entry.look_inside();
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            packages.push((text(entry.identifier), text(entry.version)));
        };
        let mut intake = Intake::new(&mut visit, SourceReport::new(SourceId::Dpkg));
        stream_stanzas(input, listed, &mut vec![0; buffer], &mut intake).unwrap();
        let faults = intake.into_report().faults().to_vec();
        (packages, faults)
    }

    /// What the format says, line by line over the whole text.
    fn plain(text: &str) -> Vec<Package> {
        let text = text.replace('\r', "");
        let mut packages = Vec::new();
        for stanza in text.split("\n\n") {
            let first = |name: &str| {
                stanza.lines().find_map(|line| {
                    let (field, value) = line.split_once(':')?;
                    field.trim_end().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
                })
            };
            let installed =
                first("status").is_some_and(|s| s.split(' ').next_back() == Some("installed"));
            if let (true, Some(name)) = (installed, first("package")) {
                let version = first("version").unwrap_or_default();
                packages.push((name, version.strip_prefix("0:").unwrap_or(&version).to_owned()));
            }
        }
        packages
    }

    fn line() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => "[pP]ackage ?: ?[a-z][a-z0-9+.-]{1,20}",
            3 => "Version:[ \t]?[0-9][0-9a-z.+~:-]{0,20} ?",
            3 => Just("Status: install ok installed".to_owned()),
            1 => "Status: (deinstall ok config-files|install ok half-installed|hold ok installed)",
            1 => "(Package-Type|Versions|Stat|Depends): [a-z, ]{0,30}",
            1 => " (Package|Version|Status): [a-z]{0,10}",
            2 => "Description: [ -~]{0,300}",
            1 => " [ -~]{0,90}",
        ]
    }

    fn list() -> impl Strategy<Value = String> {
        let ending = prop_oneof![8 => Just("\n"), 1 => Just("\r\n")];
        let stanza = proptest::collection::vec((line(), ending), 1..9).prop_map(|lines| {
            lines.into_iter().map(|(line, ending)| line + ending).collect::<String>()
        });
        let blank = prop_oneof![6 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\n\n\n")];
        proptest::collection::vec((stanza, blank), 0..12)
            .prop_map(|stanzas| stanzas.into_iter().map(|(s, blank)| s + blank).collect())
    }

    proptest! {
        #[test]
        fn the_skip_parser_agrees_with_the_plain_one_at_any_buffer(
            text in list(),
            buffer in 64_usize..600,
            pieces in proptest::collection::vec(1_usize..200, 1..5),
        ) {
            let pieces = Pieces(text.as_bytes(), pieces.into_iter().cycle());
            prop_assert_eq!(parse(pieces, Listed::Known, buffer).0, plain(&text));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, buffer in 2_usize..80) {
            let (packages, _) = parse(&*bytes, Listed::Installed, buffer);
            prop_assert!(packages.len() <= bytes.len());
        }
    }

    #[test]
    fn every_buffer_boundary_falls_right() {
        let description = "x".repeat(90);
        let text: String = (0..9)
            .map(|n| {
                format!(
                    "Package: p{n}\nStatus: install ok installed\nPriority: optional\n\
                     Version: 1.{n}-1\nDescription: {description}\n .\n Version: 9\n\n"
                )
            })
            .collect();
        for buffer in 64..=2 * text.len() / 9 {
            assert_eq!(parse(text.as_bytes(), Listed::Known, buffer).0, plain(&text), "{buffer}");
        }
    }

    #[test]
    fn what_is_damaged_is_told_and_the_rest_is_read() {
        let good = "Package: good\nStatus: install ok installed\nVersion: 1\n";
        let installed = "Status: install ok installed";
        let long = "x".repeat(LONGEST + 1);
        for (damaged, fault) in [
            (format!("{installed}\nVersion: 1\n"), Fault::Malformed),
            (format!("Package: a\0b\n{installed}\nVersion: 1\n"), Fault::Malformed),
            (format!("Package: \n{installed}\nVersion: 1\n"), Fault::Malformed),
            ("\u{7f}ELF\n".to_owned(), Fault::Malformed),
            (format!("Package: {long}\n{installed}\nVersion: 1\n"), Fault::TooLong),
        ] {
            let (packages, faults) =
                parse(format!("{damaged}\n{good}").as_bytes(), Listed::Known, 4096);
            assert_eq!(packages, [("good".to_owned(), "1".to_owned())]);
            assert_eq!(faults, [fault]);
        }
        for (damaged, fault) in [
            (format!("Package: a\n{installed}\nVersion: {long}\n\n"), Fault::TooLong),
            (format!("Package: a\n{installed}\nVersion: 1\0\n\n"), Fault::Malformed),
            (format!("Package: a\n{installed}"), Fault::Torn),
        ] {
            let (packages, faults) = parse(damaged.as_bytes(), Listed::Known, 4096);
            assert_eq!(packages, [("a".to_owned(), String::new())]);
            assert_eq!(faults, [fault]);
        }
    }

    #[test]
    fn lines_longer_than_the_buffer_hide_nothing() {
        let long = "x".repeat(1000);
        let text = format!(
            "Depends: {long}\nPackage: a\nStatus: install ok installed\nVersion: 1\n\
             Conffiles: {long}\n\nPackage: b\nDepends: {long}\nVersion: 2\n\
             Status: install ok installed\n\n"
        );
        let (packages, faults) = parse(text.as_bytes(), Listed::Known, 64);
        assert_eq!(packages, plain(&text));
        assert_eq!((packages.len(), faults.len()), (2, 0));

        let (_, faults) = parse(&text.as_bytes()[..500], Listed::Known, 64);
        assert_eq!(faults, [Fault::Malformed, Fault::Torn]);
    }

    #[test]
    fn a_list_without_status_is_of_installed_packages_only_where_that_is_its_meaning() {
        let text = "Package: a\nVersion: 1\n";
        let package = ("a".to_owned(), "1".to_owned());
        assert_eq!(parse(text.as_bytes(), Listed::Installed, 64), (vec![package], vec![]));
        assert_eq!(parse(text.as_bytes(), Listed::Known, 64), (vec![], vec![]));
    }
}
