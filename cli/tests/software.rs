//! `pinhole software`, as a person runs it.
#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code, missing_docs, reason = "tests")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Run, data, pinhole};
use tempfile::TempDir;

fn software(words: &[&str]) -> Run {
    pinhole(&[&["software"], words].concat())
}

fn software_below(root: impl AsRef<Path>, words: &[&str]) -> Run {
    software(&[&["--root", root.as_ref().to_str().unwrap()], words].concat())
}

fn fixture(name: &str) -> String {
    data(&format!("software/{name}"))
}

/// A refusal, and what its line says.
#[track_caller]
fn assert_refused(run: &Run, line: &str) {
    run.refused(2, "s3cret");
    assert!(run.err.contains(line), "{}", run.err);
}

#[test]
fn the_verdict_is_a_level_and_categories() {
    let run = software_below(fixture("mixed"), &["--json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let answer =
        "{\"level\":\"medium\",\"categories\":[\"remote-control\",\"proxy-interception\"]}\n";
    assert_eq!(run.out, answer);

    let run = software_below(fixture("mixed"), &[]);
    let answer = "level       medium\ncategories  remote-control, proxy-interception\n";
    assert_eq!(run.out, answer);
}

#[test]
fn level_none_is_a_success() {
    let root = empty_list();
    for (args, answer) in [
        (&["--json"][..], "{\"level\":\"none\",\"categories\":[]}\n"),
        (&[], "level       none\n"),
        (&["--mine", "--json"], "{\"mine\":[]}\n"),
        (&["--mine"], "nothing installed here is known to the rules as a risk\n"),
        (&["--inventory", "--json"], "{\"inventory\":[]}\n"),
        (&["--inventory"], ""),
    ] {
        let run = software_below(root.path(), args);
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, answer, ""));
    }
}

fn empty_list() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("var/lib/dpkg")).unwrap();
    fs::write(root.path().join("var/lib/dpkg/status"), "").unwrap();
    root
}

#[test]
fn mine_names_what_was_found_and_what_to_do() {
    let run = software_below(fixture("mixed"), &["--mine"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(lines.first(), Some(&"x11vnc 0.9.16-9: remote-control, medium"));
    assert_eq!(lines.get(3), Some(&"mitmproxy 8.1.1-2: proxy-interception, low"));

    let run = software_below(fixture("mixed"), &["--mine", "--json"]);
    let answer = run.json();
    let found = answer.pointer("/mine/0").unwrap();
    for (key, value) in [
        ("name", "x11vnc"),
        ("version", "0.9.16-9"),
        ("category", "remote-control"),
        ("severity", "medium"),
    ] {
        assert_eq!(found.get(key).unwrap(), value);
    }
    assert!(found.get("why").is_some() && found.get("advice").is_some());
}

#[test]
fn the_inventory_is_name_tab_version_a_line() {
    let run = software_below(fixture("mixed"), &["--inventory", "--source", "dpkg"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(
        run.out,
        "adduser\t3.134\nlibexample1\t1:2.3-4\nlibexample1\t1:2.3-4\nx11vnc\t0.9.16-9\n\
         mitmproxy\t8.1.1-2\nzz-last\t9\n"
    );
    let run = software_below(fixture("mixed"), &["--inventory", "--json"]);
    let answer = run.json();
    assert_eq!(answer.pointer("/inventory").unwrap().as_array().unwrap().len(), 6);
    assert_eq!(
        answer.pointer("/inventory/5").unwrap().to_string(),
        r#"{"name":"zz-last","version":"9"}"#
    );
}

#[test]
fn the_inventory_of_this_machine_equals_dpkg_query() {
    let format = "-f=${db:Status-Status}\t${Package}\t${Version}\n";
    let Ok(query) = Command::new("dpkg-query").args(["-W", format]).output() else {
        return eprintln!("skipped: there is no dpkg-query here");
    };
    let query = String::from_utf8(query.stdout).unwrap();
    let expected: Vec<_> =
        query.lines().filter_map(|line| line.strip_prefix("installed\t")).collect();
    let run = software(&["--inventory", "--source", "dpkg"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(run.out.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_damaged_list_is_read_and_told_in_one_line_without_names() {
    let run = software_below(fixture("torn"), &["--json"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.out, "{\"level\":\"medium\",\"categories\":[\"remote-control\"]}\n");
    assert_eq!(run.err, "pinhole: dpkg: ends in the middle of a line; the rest was scanned\n");
    let run = software_below(fixture("nul"), &[]);
    assert_eq!(run.err, "pinhole: dpkg: an entry is malformed; the rest was scanned\n");
}

#[test]
fn where_nothing_can_be_scanned_the_command_says_so() {
    let empty = tempfile::tempdir().unwrap();
    for args in [&[][..], &["--json"], &["--mine"], &["--inventory"], &["--inventory", "--json"]] {
        assert_refused(&software_below(empty.path(), args), "no known list of it below this root");
    }
    assert_refused(&software_below(empty.path(), &["--source", "dpkg"]), "dpkg: not found");
    assert_refused(&software_below(empty.path().join("missing"), &[]), "root: no such folder");
    let file = fixture("debian-12-desktops.txt");
    assert_refused(&software_below(file, &["--inventory"]), "root: not a folder");

    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("var/lib/dpkg/status")).unwrap();
    assert_refused(&software_below(folder.path(), &[]), "dpkg: not a file");
}

#[test]
fn wrong_usage_is_told_without_what_was_typed() {
    let run = software(&["--source", "s3cret"]);
    assert_refused(&run, "no valid value for --source <NAME>; one of dpkg");
    assert_refused(&software(&["--mine", "--inventory"]), "--mine cannot be used here");
    assert_refused(&software(&["--root"]), "--root <DIR>");
    assert_refused(&software(&["s3cret"]), "one argument too many");
}

#[cfg(unix)]
#[test]
fn an_unreadable_list_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let root = empty_list();
    let status = root.path().join("var/lib/dpkg/status");
    fs::set_permissions(&status, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&status).is_ok() {
        return eprintln!("skipped: this user may read everything");
    }
    assert_refused(&software_below(root.path(), &[]), "dpkg: permission denied");
}

/// A scan writes nothing, least of all where consent and ledger are kept.
#[test]
fn nothing_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("home");
    let run = software_below(fixture("mixed"), &["--home", folder.to_str().unwrap()]);
    assert_eq!(run.code, 0);
    assert!(!folder.exists());
}
