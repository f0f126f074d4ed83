//! `pinhole consent`, `ledger`, `rights`, `egress`, and how wrong usage ends.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "tests")]

mod common;

use common::{Run, pinhole};

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join("home").join(name)
    }

    fn run(&self, words: &[&str]) -> Run {
        let home = self.path("");
        pinhole(&[&["--home", home.to_str().unwrap()], words].concat())
    }
}

#[test]
fn consent_is_given_shown_and_withdrawn() {
    let home = Home::new();
    assert_eq!(home.run(&["consent", "--json"]).json(), serde_json::json!({"consent": []}));
    for words in [&["ledger"][..], &["ledger", "prune"], &["rights"], &["rights", "erase"]] {
        assert_eq!(home.run(words).code, 0, "{words:?}");
    }
    assert!(!home.path("").exists(), "where nothing is kept, nothing is written");

    assert_eq!(home.run(&["consent", "grant", "share-codes", "--policy", "1.2"]).code, 0);
    assert_eq!(home.run(&["consent", "withdraw", "share-codes"]).code, 0);
    let records = home.run(&["consent", "show", "--json"]).json();
    let said = |i: usize, field: &str| records["consent"][i][field].clone();
    assert_eq!((said(0, "decision"), said(0, "policy")), ("granted".into(), "1.2".into()));
    assert_eq!((said(1, "decision"), said(1, "epoch")), ("withdrawn".into(), 2.into()));
}

#[test]
fn a_child_needs_a_guardian() {
    let home = Home::new();
    let grant = ["consent", "grant", "face-effects", "--age-band", "child"];
    home.run(&grant).refused(3, "");
    assert_eq!(home.run(&[&grant[..], &["--guardian"]].concat()).code, 0);
    home.run(&["consent", "grant", "motion", "--age-band", "child", "--guardian"]).refused(3, "");
}

#[test]
fn rights_show_everything_and_erase_it() {
    let home = Home::new();
    home.run(&["consent", "grant", "motion"]);
    let export = home.run(&["rights", "export"]).json();
    assert_eq!(export["consent"][0]["purpose"], "motion");
    assert_eq!(export["ledger"], serde_json::json!([]));
    assert_eq!(home.run(&["rights", "erase"]).code, 0);
    assert!(!home.path("consent").exists() && !home.path("ledger").exists());
    assert_eq!(home.run(&["consent", "--json"]).json()["consent"], serde_json::json!([]));
}

#[test]
fn a_damaged_record_is_reported_and_not_trusted() {
    let home = Home::new();
    home.run(&["consent", "grant", "motion"]);
    let whole = std::fs::read(home.path("consent")).unwrap();
    let edited = String::from_utf8(whole.clone()).unwrap().replace("adult", "minor");
    for damaged in [&whole[..whole.len() / 2], edited.as_bytes(), b"", b"\xff\xfe"] {
        std::fs::write(home.path("consent"), damaged).unwrap();
        home.run(&["consent", "show"]).refused(2, "minor");
        home.run(&["consent", "grant", "share-codes"]).refused(2, "");
        assert_eq!(std::fs::read(home.path("consent")).unwrap(), damaged, "left as it was");
    }
    std::fs::write(home.path("ledger"), b"pinhole-ledger 9 x\n").unwrap();
    home.run(&["ledger", "verify"]).refused(2, "");
}

#[test]
fn a_home_that_cannot_be_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let below = file.join("home");
    pinhole(&["--home", below.to_str().unwrap(), "consent", "grant", "motion"]).refused(2, "");
}

#[test]
fn wrong_words_are_refused_without_quoting_them() {
    let secret = "s3cret";
    for words in [
        &[secret][..],
        &["consent", "grant", secret],
        &["consent", "grant", "motion", "--age-band", secret],
        &["consent", "grant", "motion", "--policy", secret],
        &["face", "--s3cret"],
        &["face"],
        &["egress", secret],
    ] {
        pinhole(words).refused(2, secret);
    }
    pinhole(&[]).refused(2, "");
    assert!(pinhole(&["--help"]).out.contains("Usage: pinhole"));
}

#[test]
fn the_page_of_egress_is_the_file() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../EGRESS.md");
    assert_eq!(pinhole(&["egress"]).out, std::fs::read_to_string(golden).unwrap());
}

#[test]
fn completions_and_the_manual_are_made() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = pinhole(&["completions", shell]);
        assert!(run.code == 0 && run.out.contains("pinhole"), "{shell}");
    }
    let manual = pinhole(&["man"]);
    assert!(manual.code == 0 && manual.out.starts_with(".ie"));
}
