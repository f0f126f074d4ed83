//! `pinhole sensors`: what it prints, what it refuses, and how it ends.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "tests")]

mod common;

use common::{Run, data, pinhole};
use serde_json::{Value, json};

const HEADER: &str = "t,ax,ay,az,gx,gy,gz\n";

/// A real recording.
fn recording(name: &str) -> String {
    data(&format!("sensors/{name}"))
}

/// Runs `sensors` on a real recording, with `words` behind it.
fn sensors(name: &str, words: &[&str]) -> Run {
    pinhole(&[&["sensors", &recording(name)], words].concat())
}

/// Runs `sensors --json` on a file of this content.
fn written(content: impl AsRef<[u8]>) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recording.csv");
    std::fs::write(&file, content).unwrap();
    pinhole(&["sensors", "--json", file.to_str().unwrap()])
}

#[track_caller]
fn answer(run: &Run) -> Value {
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    run.json()
}

/// `count` rows of a still device at 50 Hz.
fn still(count: u32) -> String {
    let row = |i| {
        format!("{:.2},0.01,{:.3},9.8,0,0,0.001\n", f64::from(i) / 50.0, 0.001 * f64::from(i % 7))
    };
    HEADER.to_owned() + &(0..count).map(row).collect::<String>()
}

#[test]
fn json_holds_windows_steps_and_suspicion() {
    let walk = answer(&sensors("walking-3.csv", &["--json"]));
    let windows = walk["windows"].as_array().unwrap();
    assert_eq!(windows.len(), 7);
    let starts: Vec<_> = windows.iter().map(|window| window["t"].as_f64().unwrap()).collect();
    assert_eq!(starts, [0.0, 1.28, 2.56, 3.84, 5.12, 6.4, 7.68]);
    let first = json!({"t": 0.0, "motion": "walking", "confidence": "high", "shake": false});
    assert_eq!(windows[0], first);
    assert!((13..=17).contains(&walk["steps"].as_u64().unwrap()));
    assert_eq!(walk["suspicion"], json!([]));
    let keys: Vec<_> = walk.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["steps", "suspicion", "windows"]);
}

#[test]
fn text_is_a_table() {
    let text = sensors("running-1.csv", &[]).out;
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 10);
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["t", "motion", "confidence"]);
    assert!(lines[3].starts_with("  2.56  running "), "{}", lines[3]);
    assert!(lines[8].starts_with("steps ") && lines[9] == "suspicion none");
}

#[test]
fn units_rates_and_columns_are_as_named() {
    let g = answer(&sensors("trunk-walk.csv", &["--json", "--unit", "g"]));
    assert_eq!(g["steps"], 122);
    let metres = answer(&sensors("trunk-walk.csv", &["--json", "--unit", "ms2"]));
    assert_eq!(metres["steps"], 0, "a tenth of the movement is no walk");
    // At 5 Hz no gait is told, whatever the times say.
    let slow = answer(&sensors("walking-3.csv", &["--json", "--rate", "5"]));
    assert!(slow["windows"].as_array().unwrap().iter().all(|w| w["motion"] == "unknown"));

    // Any order of columns, further ones, spaces, a byte order mark, CRLF.
    let walk = std::fs::read_to_string(recording("walking-3.csv")).unwrap();
    let moved = walk.lines().enumerate().map(|(i, line)| {
        let cells: Vec<_> = line.split(',').collect();
        let light = if i == 0 { "light" } else { "12" };
        format!("{light}, {}\r\n", cells.iter().rev().copied().collect::<Vec<_>>().join(" , "))
    });
    let moved = "\u{feff}".to_owned() + &moved.collect::<String>();
    assert_eq!(answer(&written(moved)), answer(&sensors("walking-3.csv", &["--json"])));
}

#[test]
fn attacks_are_named() {
    let rows = |row: &str| {
        (0..500).map(|i| format!("{:.2},{row}\n", f64::from(i) / 50.0)).collect::<String>()
    };
    let constant = answer(&written(HEADER.to_owned() + &rows("0.1,0.2,9.7,0.01,0,0")));
    assert_eq!(constant["suspicion"], json!(["frozen"]));
    let emulator = answer(&written(HEADER.to_owned() + &rows("0,9.77622,0.813417,0,0,0")));
    assert_eq!(emulator["suspicion"], json!(["frozen", "emulator"]));
    let walk = std::fs::read_to_string(recording("walking-3.csv")).unwrap();
    let rows: Vec<_> = walk.lines().skip(1).map(|line| line.split_once(',').unwrap().1).collect();
    let turn = |i: usize| format!("{:.1},{}\n", i as f64 / 10.0, rows[i % 60]);
    let looped = answer(&written(HEADER.to_owned() + &(0..240).map(turn).collect::<String>()));
    assert_eq!(looped["suspicion"], json!(["replay"]));
}

#[test]
fn bad_files_are_refused_in_one_line() {
    let secret = "1234567.25";
    let rows = still(3);
    for (content, said) in [
        (String::new(), "recording.csv: empty"),
        ("\n\n".to_owned(), "recording.csv: empty"),
        (HEADER.to_owned(), "needs a header line and at least two rows"),
        (still(1), "needs a header line and at least two rows"),
        (rows.replace("gz", "g_z"), "line 1, column gz: missing"),
        (rows.replace("gz", "gy"), "line 1, column gy: twice"),
        (rows.replace(HEADER, ""), "line 1, column t: missing"),
        (format!("{rows}0.06,0,{secret}x,9.8,0,0,0\n"), "line 5, column ay: not a finite number"),
        (format!("{rows}0.06,0,,9.8,0,0,0\n"), "line 5, column ay: not a finite number"),
        (format!("{rows}0.06,0,0,9.8,0,,0\n"), "line 5, column gy: not a finite number"),
        (format!("{rows}0.06,0,0,9.8,0,NaN,0\n"), "line 5, column gy: not a finite number"),
        (format!("{rows}0.06,inf,0,9.8,0,0,0\n"), "line 5, column ax: not a finite number"),
        (format!("{rows}nan,0,0,9.8,0,0,0\n"), "line 5, column t: not a finite number"),
        (
            format!("{rows}0.06,{secret},0,9.8,0,0,0\n"),
            "line 5: acceleration: not finite, or beyond",
        ),
        (format!("{rows}0.06,0,0,9.8,{secret},0,0\n"), "line 5: rotation: not finite, or beyond"),
        (format!("{rows}0.06,0,0,9.8\n"), "line 5: 4 cells under a header of 7"),
        (format!("{rows}0.01,0,0,9.8,0,0,0\n"), "line 5, column t: earlier than the row before"),
        (format!("{HEADER}0,0,0,9.8,0,0,0\n0,0,0,9.8,0,0,0\n"), "rate: not within 5 to 400 Hz"),
        (format!("{HEADER}0,0,0,9.8,0,0,0\n3,0,0,9.8,0,0,0\n"), "rate: not within 5 to 400 Hz"),
    ] {
        let run = written(&content);
        run.refused(2, secret);
        assert!(run.err.contains("recording.csv") && run.err.contains(said), "{run:?}; {said}");
    }
    let run = written([HEADER.as_bytes(), b"0,0,\xff\xfe,9.8,0,0,0\n"].concat());
    run.refused(2, "");
    assert!(run.err.contains("line 2, column ay"), "{run:?}");
}

#[test]
fn bad_words_are_refused_in_one_line() {
    for (file, said) in [("no-such.csv", "no-such.csv"), (&recording(""), "a folder")] {
        let run = pinhole(&["sensors", file]);
        run.refused(2, "");
        assert!(run.err.contains(said), "{run:?}");
    }
    for rate in ["4.25", "401.5", "nan", "fast"] {
        let run = sensors("walking-3.csv", &["--rate", rate]);
        run.refused(2, rate);
        assert!(run.err.contains("--rate"), "{run:?}");
    }
    sensors("walking-3.csv", &["--unit", "furlongs"]).refused(2, "furlongs");
    pinhole(&["sensors"]).refused(2, "");
}

#[test]
fn only_a_release_with_consent_lets_a_record_out() {
    let home = tempfile::tempdir().unwrap();
    let kept = home.path().join("home");
    let with_home = |words: &[&str]| {
        sensors("walking-3.csv", &[words, &["--home", kept.to_str().unwrap()]].concat())
    };
    answer(&with_home(&["--json"]));
    with_home(&["--release"]).refused(3, "");
    assert!(!kept.exists(), "nothing is written without consent");

    let granted = pinhole(&["consent", "grant", "motion", "--home", kept.to_str().unwrap()]);
    assert_eq!(granted.code, 0);
    let released = answer(&with_home(&["--release"]));
    let egress = json!({
        "motion": "walking", "confidence": "high", "shake": false, "steps": 8, "suspicion": [],
    });
    assert_eq!(released, json!({"egress": egress, "bits": 16, "ledger": 1}));
    let again = with_home(&["--release"]);
    again.refused(3, "");
    assert!(again.err.contains("too recent"), "{again:?}");
}

#[test]
fn a_long_recording_streams_through() {
    // Four hours at 50 Hz.
    let long = answer(&written(still(720_000)));
    assert_eq!(long["windows"].as_array().unwrap().len(), 11_249);
    assert_eq!(long["steps"], 0);
}
