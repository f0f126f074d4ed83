//! `pinhole clip` and `pinhole pack`, as a person or a script runs them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests"
)]

mod common;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use common::{Run, end, pinhole_with, start};

const TOKEN: &str = "￥dAEYbi4KO4D￥";
const LINK: &str = "https://m.tb.cn/h.abc123?tk=dAEYbi4KO4D";
const PACK: &str = "[pack]\nid = 'mine'\nversion = 1\n[[link]]\nid = 'item'\n\
                    host = 'shop.example'\npath = '/{digit:6}'\n";

fn run(words: &[&str], input: impl AsRef<[u8]>) -> Run {
    pinhole_with(input.as_ref(), words)
}

#[test]
fn json_is_as_documented() {
    let link = run(&["clip", "--json"], format!("看 {LINK}&from=me#x，"));
    let expected = format!(
        r#"{{"outcome":"share","kind":"link","rule":"taobao.short","matched":"{LINK}&from=me#x","value":"{LINK}","bits":{}}}"#,
        8 * (1 + "taobao.short".len() + LINK.len())
    );
    assert_eq!((link.out.as_str().trim_end(), link.code), (&*expected, 0));

    let none = run(&["clip", "--json"], "meet me at 8.30");
    assert_eq!((none.out.as_str(), none.code), ("{\"outcome\":\"none\"}\n", 1));
    assert!(none.err.is_empty());
}

#[test]
fn text_comes_from_argument_file_or_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.txt");
    fs::write(&path, TOKEN).unwrap();
    let by_input = run(&["clip"], TOKEN);
    assert!(by_input.out.as_str().contains("dAEYbi4KO4D"));
    for args in [&["clip", TOKEN][..], &["clip", "--file", path.to_str().unwrap()]] {
        assert_eq!(run(args, "").out, by_input.out);
    }
    run(&["clip", TOKEN, "--file", "x"], "").refused(2, "dAEYbi4KO4D");
}

#[test]
fn each_line_is_one_clipboard() {
    let text = format!("a\n\n{TOKEN}\r\n￥dAEYbi\n4KO4D￥");
    let output = run(&["clip", "--lines", "--json"], text);
    let shares: Vec<_> = output.out.lines().map(|line| line.contains("\"share\"")).collect();
    assert_eq!((shares, output.code), (vec![false, false, true, false, false], 0));

    assert_eq!(run(&["clip", "--lines"], "a\nb\n").code, 1);
    let empty = run(&["clip", "--lines", "--json"], "");
    assert_eq!((empty.out.as_str(), empty.code), ("", 1));
}

#[test]
fn rules_go_by_name_or_path() {
    let jd = "https://u.jd.com/XaEB1jq";
    assert_eq!(run(&["clip"], jd).code, 1);
    for rules in ["jd", "taobao,jd", "all"] {
        assert_eq!(run(&["clip", "--rules", rules], jd).code, 0, "{rules}");
    }
    for rules in ["s3cret", "jd,s3cret", "all,s3cret", ""] {
        run(&["clip", "--rules", rules], jd).refused(2, "XaEB1jq");
    }
}

#[test]
fn input_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let bad = b"s3cret \xFF";
    fs::write(at("bad.txt"), bad).unwrap();
    for args in [
        &["clip"][..],
        &["clip", "--lines"],
        &["clip", "--file", &at("bad.txt")],
        &["clip", "--file", &at("missing")],
        &["clip", "--file", &at("")],
        &["clip", "--rules", &at("")],
        &["clip", "--rules", &at("missing.toml")],
        &["clip", "--rules", &at("bad.txt")],
        &["pack", "check", &at("bad.txt")],
        &["pack", "check", "s3cret"],
    ] {
        run(args, bad).refused(2, "s3cret");
    }
    // Beyond what is kept, too.
    let late = run(&["clip"], [&[b'a'; 1 << 20][..], b"\xFF", &[b'a'; 1 << 20]].concat());
    late.refused(2, "aaa");
    assert!(late.err.contains("byte 1048577"));
}

#[test]
fn a_pack_at_fault_is_named_and_not_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let path = path.to_str().unwrap();

    fs::write(path, PACK.to_owned() + "shceme = 's3cret'\n").unwrap();
    for args in [["pack", "check", path], ["pack", "show", path], ["clip", "--rules", path]] {
        let output = run(&args, "x");
        output.refused(2, "s3cret");
        let error = &output.err;
        assert!(error.contains("pack mine, rule item, shceme: unknown field"), "{error}");
    }
    for pack in [
        PACK.to_owned() + "[tests]\npositive = ['s3cret']\n",
        PACK.replace("shop.example", "com.cn"),
        PACK.replace("version = 1", "version = 's3cret'"),
        PACK.to_owned() + "s3cret s3cret",
        "#".repeat((1 << 20) + 1),
    ] {
        fs::write(path, pack).unwrap();
        run(&["pack", "check", path], "").refused(2, "s3cret");
    }
}

#[test]
fn packs_check_and_show() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let link = "https://shop.example/123456";
    fs::write(&path, format!("{PACK}[tests]\npositive = ['{link}']\n")).unwrap();
    let path = path.to_str().unwrap();
    let checked = run(&["pack", "check", path, "--json"], "");
    assert_eq!(checked.out.as_str(), "{\"pack\":\"mine\",\"version\":1,\"rules\":1,\"tests\":1}\n");
    let shown = run(&["pack", "show", path, "--json"], "");
    let rule = r#"{"rule":"mine.item","kind":"link","hosts":["shop.example"]}"#;
    let pack = format!("{{\"pack\":\"mine\",\"version\":1,\"rules\":[{rule}]}}\n");
    assert_eq!(shown.out, pack);
    assert_eq!(run(&["clip", "--rules", path], link).code, 0);

    for name in pinhole::clipboard::Rules::names() {
        let checked = run(&["pack", "check", name], "");
        assert!(checked.out.as_str().starts_with(name) && checked.code == 0, "{name}");
    }
    assert!(run(&["pack", "show", "taobao"], "").out.contains("taobao.short"));
}

#[test]
fn a_release_goes_through_the_gate() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let home = home.to_str().unwrap();
    let release = ["clip", "--release", "--home", home];

    // Without leave the answer is the same for every text, even one that cannot be read.
    for text in [TOKEN.as_bytes(), b"nothing", b"", b"\xFF"] {
        run(&release, text).refused(3, "dAEYbi4KO4D");
    }
    assert!(run(&["consent", "grant", "share-codes", "--home", home], "").code == 0);
    let released = run(&release, TOKEN);
    let record = r#"{"kind":"token","rule":"taobao.token","value":"dAEYbi4KO4D"}"#;
    let expected = format!("{{\"egress\":{record},\"bits\":192,\"ledger\":1}}\n");
    assert_eq!((released.out.as_str(), released.code), (&*expected, 0));

    let none = run(&release, "nothing");
    assert_eq!((none.out.as_str(), none.code), ("{\"outcome\":\"none\"}\n", 1));

    // What a pack of the caller's recognised is refused, consent or not.
    let pack = folder.path().join("mine.toml");
    fs::write(&pack, PACK).unwrap();
    let unsigned = [&release[..], &["--rules", pack.to_str().unwrap()]].concat();
    for text in ["https://shop.example/123456", "nothing"] {
        run(&unsigned, text).refused(3, "123456");
    }

    assert!(run(&["consent", "withdraw", "share-codes", "--home", home], "").code == 0);
    run(&release, TOKEN).refused(3, "dAEYbi4KO4D");
    let ledger = run(&["ledger", "--json", "--home", home], "");
    assert_eq!(ledger.out.as_str().matches("share-codes").count(), 1, "one release, one record");
}

#[test]
fn without_a_home_to_write_nothing_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none");
    run(&["clip", "--release", "--home", missing.to_str().unwrap()], TOKEN).refused(3, "dAEY");
    assert!(!missing.join("ledger").exists());

    // A regular file where a folder should be stops root as well.
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let below = file.join("home");
    run(&["clip", "--release", "--home", below.to_str().unwrap()], TOKEN).refused(2, "dAEY");

    // The ledger cannot be replaced: a folder stands in its place.
    let home = folder.path().join("home");
    let home_name = home.to_str().unwrap();
    assert!(run(&["consent", "grant", "share-codes", "--home", home_name], "").code == 0);
    fs::create_dir(home.join(".ledger.new")).unwrap();
    run(&["clip", "--release", "--home", home_name], TOKEN).refused(2, "dAEY");

    // Without --release a home is not even looked at.
    let shown = run(&["clip", "--home", below.to_str().unwrap()], TOKEN);
    assert_eq!(shown.code, 0);
}

#[test]
fn what_is_not_ours_changes_nothing() {
    for args in [&["clip"][..], &["clip", "--json"], &["clip", "--rules", "all"]] {
        let first = run(args, "my bank's PIN is 1234, https://example.org/me");
        let second = run(args, "同事的电话：13800138000\n".repeat(9000));
        assert_eq!(first, second);
        assert_eq!(first.code, 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut child = start(&["clip"], full);
    child.stdin.take().unwrap().write_all(TOKEN.as_bytes()).unwrap();
    let output = end(child);
    output.refused(2, "dAEYbi4KO4D");
}

/// 100 MB stream through: both ends are scanned, and memory stays small.
#[cfg(target_os = "linux")]
#[test]
fn a_huge_text_takes_little_memory() {
    for (head, tail) in [(TOKEN, ""), ("", TOKEN), ("", "")] {
        let mut child = start(&["clip"], Stdio::piped());
        let mut input = child.stdin.take().unwrap();
        input.write_all(format!("{head}\n").as_bytes()).unwrap();
        let filler = "同事的电话 13800138000 a\n".repeat(1 << 15);
        for _ in 0..100_000_000 / filler.len() {
            input.write_all(filler.as_bytes()).unwrap();
        }
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kilobytes < 32 * 1024, "{kilobytes} kB");
        input.write_all(tail.as_bytes()).unwrap();
        drop(input);
        let output = end(child);
        let any = !head.is_empty() || !tail.is_empty();
        assert_eq!(output.code, i32::from(!any));
        assert_eq!(output.out.contains("dAEYbi4KO4D"), any);
    }
}
