//! Installed software: what is listed is what is seen, and the verdict names nobody.
#![cfg(feature = "software")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    missing_docs,
    reason = "tests"
)]

#[path = "support/status.rs"]
mod generated;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use pinhole::purpose::SoftwareRisk;
use pinhole::software::{Category, Fault, Level, Pack, Report, Scan, SourceId, Verdict};
use pinhole::{Grant, Home, MemoryStore, Permit, PurposeId, Refusal, SystemClock};
use proptest::prelude::*;
use tempfile::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/software").join(name)
}

fn root_with(status: &[u8]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("var/lib/dpkg")).unwrap();
    fs::write(root.path().join("var/lib/dpkg/status"), status).unwrap();
    root
}

fn installed(names: &[&str]) -> String {
    names.iter().fold(String::new(), |mut text, name| {
        writeln!(text, "Package: {name}\nStatus: install ok installed\nVersion: 1\n").unwrap();
        text
    })
}

fn judge(root: &Path) -> (Verdict, Report) {
    Scan::root(root).verdict_and_report(&Pack::embedded(), &Permit::for_own_act()).unwrap()
}

fn verdict(root: &Path) -> (Level, Vec<Category>) {
    let verdict = judge(root).0;
    (verdict.level(), verdict.categories().iter().collect())
}

fn refusal(root: &Path) -> String {
    let scan = Scan::root(root).verdict(&Pack::embedded(), &Permit::for_own_act());
    scan.unwrap_err().to_string()
}

#[test]
fn planted_packages_are_found_in_every_fixture() {
    let (remote, proxy) = (Category::RemoteControl, Category::ProxyInterception);
    for (name, level, categories, faults) in [
        ("mixed", Level::Medium, vec![remote, proxy], vec![]),
        ("distroless", Level::Medium, vec![remote], vec![Fault::Torn]),
        ("torn", Level::Medium, vec![remote], vec![Fault::Torn]),
        ("nul", Level::Low, vec![proxy], vec![Fault::Malformed]),
    ] {
        assert_eq!(verdict(&fixture(name)), (level, categories), "{name}");
        assert_eq!(judge(&fixture(name)).1.sources()[0].faults(), faults, "{name}");
    }
}

#[test]
fn line_endings_and_huge_fields_change_nothing() {
    let mixed = fs::read_to_string(fixture("mixed/var/lib/dpkg/status")).unwrap();
    let huge = format!("\nConffiles: {}\nPackage: x11vnc\n", "x".repeat(300_000));
    for text in [mixed.replace('\n', "\r\n"), mixed.replace("\nPackage: x11vnc\n", &huge)] {
        assert_ne!(text, mixed);
        let root = root_with(text.as_bytes());
        assert_eq!(judge(root.path()), judge(&fixture("mixed")));
    }
}

#[test]
fn a_stock_debian_is_no_risk() {
    let names = fs::read_to_string(fixture("debian-12-desktops.txt")).unwrap();
    let names: Vec<_> = names.lines().collect();
    assert!(names.len() > 3000);
    let root = root_with(installed(&names).as_bytes());
    assert_eq!(verdict(root.path()), (Level::None, vec![]));
}

/// On a device with one risky package, the verdict is one that at least twenty packages have.
#[test]
fn no_verdict_names_a_package() {
    let pack = include_str!("../rules/software/default.toml").parse::<toml::Table>().unwrap();
    let mut behind = BTreeMap::<_, usize>::new();
    for category in pack["category"].as_array().unwrap() {
        for name in category["rules"]["dpkg"].as_array().unwrap() {
            let name = name.as_str().unwrap();
            let root = root_with(installed(&["adduser", name]).as_bytes());
            let (verdict, report) = judge(root.path());
            assert_ne!(verdict.level(), Level::None, "{name}");
            let all_a_host_sees = format!("{verdict:?} {report:?}");
            assert!(!all_a_host_sees.contains(name));
            *behind.entry(all_a_host_sees).or_default() += 1;
        }
    }
    assert!(behind.values().all(|packages| *packages >= 20), "{behind:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_order_of_the_stanzas_does_not_matter(
        order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle(),
        risky in proptest::sample::subsequence(vec!["xrdp", "dsniff", "anydesk", "hunt"], 0..4),
    ) {
        let mut stanzas: Vec<_> = (0..40).map(|n| installed(&[&format!("plain{n}")])).collect();
        for (stanza, name) in stanzas.iter_mut().zip(&risky) {
            *stanza = installed(&[name]);
        }
        let shuffled: String = order.into_iter().map(|at| stanzas[at].as_str()).collect();
        let (straight, shuffled) = (root_with(stanzas.concat().as_bytes()), root_with(shuffled.as_bytes()));
        prop_assert_eq!(verdict(straight.path()), verdict(shuffled.path()));
        prop_assert_eq!(verdict(straight.path()).0 == Level::None, risky.is_empty());
    }
}

#[test]
fn without_a_live_permit_nothing_is_scanned() {
    let scan = Scan::root(fixture("mixed"));
    let refusal = |permit: &Permit<SoftwareRisk>| {
        scan.verdict(&Pack::embedded(), permit).err().and_then(|error| error.refusal())
    };
    let act = Permit::for_own_act();
    assert_eq!(refusal(&act), None);
    assert_eq!(refusal(&act), Some(Refusal::Spent));

    let home = Home::open(MemoryStore::default(), SystemClock);
    home.consent().grant(PurposeId::SoftwareRisk, Grant::default()).unwrap();
    let permit = home.consent().permit().unwrap();
    assert_eq!((refusal(&permit), refusal(&permit)), (None, None));
    home.consent().withdraw(PurposeId::SoftwareRisk).unwrap();
    assert_eq!(refusal(&permit), Some(Refusal::Withdrawn));
}

#[test]
fn silence_does_not_pass_for_safety() {
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(refusal(empty.path()), "software: no known list of it below this root");
    let only = Scan::root(empty.path()).only(&[SourceId::Dpkg]);
    let error = only.verdict(&Pack::embedded(), &Permit::for_own_act()).unwrap_err();
    assert_eq!(error.to_string(), "dpkg: not found below this root");
    assert_eq!(refusal(&empty.path().join("missing")), "root: no such folder");
    assert_eq!(refusal(&fixture("debian-12-desktops.txt")), "root: not a folder");

    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("var/lib/dpkg/status")).unwrap();
    assert_eq!(refusal(folder.path()), "dpkg: not a file");

    // A list of nothing was read all the same.
    assert_eq!(verdict(root_with(b"").path()), (Level::None, vec![]));
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_root_or_in_circles() {
    use std::os::unix::fs::symlink;
    let linked = |target: &Path| {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("var/lib/dpkg")).unwrap();
        symlink(target, root.path().join("var/lib/dpkg/status")).unwrap();
        root
    };
    let outside = fixture("mixed/var/lib/dpkg/status");
    assert_eq!(refusal(linked(&outside).path()), "dpkg: a link leads out of the root");
    assert_eq!(refusal(linked(Path::new("status")).path()), "dpkg: cannot be read");
    assert_eq!(
        refusal(linked(Path::new("/dev/zero")).path()),
        "dpkg: a link leads out of the root"
    );

    let inside = linked(Path::new("status-new"));
    fs::copy(outside, inside.path().join("var/lib/dpkg/status-new")).unwrap();
    assert_eq!(verdict(inside.path()), verdict(&fixture("mixed")));
}

#[cfg(unix)]
#[test]
fn a_forbidden_list_is_told_and_the_others_are_read() {
    use std::os::unix::fs::PermissionsExt;
    let root = root_with(installed(&["xrdp"]).as_bytes());
    let status = root.path().join("var/lib/dpkg/status");
    fs::set_permissions(&status, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&status).is_ok() {
        return eprintln!("skipped: this user may read everything");
    }
    assert_eq!(refusal(root.path()), "dpkg: permission denied");
    fs::create_dir(root.path().join("var/lib/dpkg/status.d")).unwrap();
    fs::write(root.path().join("var/lib/dpkg/status.d/hunt"), "Package: hunt\n").unwrap();
    assert_eq!(verdict(root.path()), (Level::Low, vec![Category::ProxyInterception]));
    assert_eq!(judge(root.path()).1.sources()[0].faults(), [Fault::Forbidden]);
}

#[cfg(feature = "inspect")]
mod inspected {
    use std::process::Command;

    use super::*;
    use pinhole::inspect;

    fn inventory(scan: &Scan) -> String {
        let mut lines = String::new();
        inspect::inventory(scan, &Permit::for_own_act(), |it| {
            writeln!(lines, "{}\t{}", it.name, it.version).unwrap();
        })
        .unwrap();
        lines
    }

    fn mine(root: &Path) -> Vec<(String, Category)> {
        let mut found = Vec::new();
        let (scan, pack) = (Scan::root(root), Pack::embedded());
        inspect::mine(&scan, &pack, &Permit::for_own_act(), |risky| {
            assert!(!risky.why.is_empty() && !risky.advice.is_empty());
            found.push((risky.installed.name.into_owned(), risky.category));
        })
        .unwrap();
        found
    }

    #[test]
    fn the_inventory_is_what_is_installed_in_the_lists_order() {
        assert_eq!(
            inventory(&Scan::root(fixture("mixed"))),
            "adduser\t3.134\nlibexample1\t1:2.3-4\nlibexample1\t1:2.3-4\nx11vnc\t0.9.16-9\n\
             mitmproxy\t8.1.1-2\nzz-last\t9\n"
        );
    }

    /// The control of the tests above: what the verdict does not tell is there to be told.
    #[test]
    fn the_user_alone_learns_the_names() {
        assert_eq!(
            mine(&fixture("mixed")),
            [
                ("x11vnc".to_owned(), Category::RemoteControl),
                ("mitmproxy".to_owned(), Category::ProxyInterception)
            ]
        );
        assert_eq!(mine(root_with(installed(&["adduser"]).as_bytes()).path()), []);
    }

    #[test]
    fn showing_takes_a_live_permit_too() {
        let scan = Scan::root(fixture("mixed"));
        let spent = Permit::for_own_act();
        inspect::inventory(&scan, &spent, |_| ()).unwrap();
        let error = inspect::inventory(&scan, &spent, |_| panic!("shown")).unwrap_err();
        assert_eq!(error.refusal(), Some(Refusal::Spent));
        let error =
            inspect::mine(&scan, &Pack::embedded(), &spent, |_| panic!("shown")).unwrap_err();
        assert_eq!(error.refusal(), Some(Refusal::Spent));
    }

    #[test]
    fn a_hundred_thousand_packages_are_listed_as_line_by_line() {
        let status = generated::status(100_000);
        let mut expected = String::new();
        let (mut name, mut version, mut is_installed) = ("", "", false);
        for line in status.lines() {
            if let Some(value) = line.strip_prefix("Package: ") {
                name = value;
            } else if let Some(value) = line.strip_prefix("Version: ") {
                version = value;
            } else if let Some(value) = line.strip_prefix("Status: ") {
                is_installed = value.ends_with(" installed");
            } else if line.is_empty() && is_installed {
                writeln!(expected, "{name}\t{version}").unwrap();
            }
        }
        let root = root_with(status.as_bytes());
        let listed = inventory(&Scan::root(root.path()));
        assert!(listed.lines().count() > 90_000 && listed.lines().count() < 100_000);
        assert!(listed == expected);

        // dpkg-query wants its folders beside the list, and sorts what it prints.
        let database = root.path().join("var/lib/dpkg");
        fs::create_dir(database.join("updates")).unwrap();
        fs::create_dir(database.join("info")).unwrap();
        if let Some(queried) = dpkg_query(&["--admindir", database.to_str().unwrap()]) {
            let sorted = |text: &str| {
                let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
                lines.sort_unstable();
                lines
            };
            assert!(sorted(&queried) == sorted(&listed));
        }
    }

    #[test]
    fn the_inventory_of_this_machine_equals_dpkg_query() {
        if let Some(queried) = dpkg_query(&[]) {
            assert!(!queried.is_empty());
            assert_eq!(inventory(&Scan::device().only(&[SourceId::Dpkg])), queried);
        }
    }

    /// Name and version of each installed package, in the words of dpkg.
    fn dpkg_query(args: &[&str]) -> Option<String> {
        let format = "-f=${db:Status-Status}\t${Package}\t${Version}\n";
        let query = Command::new("dpkg-query").args(args).args(["-W", format]).output();
        let Ok(query) = query else {
            eprintln!("skipped: there is no dpkg-query here");
            return None;
        };
        let lines = String::from_utf8(query.stdout).unwrap();
        let installed = lines.lines().filter_map(|line| line.strip_prefix("installed\t"));
        Some(installed.map(|line| format!("{line}\n")).collect())
    }
}
