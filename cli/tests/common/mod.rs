//! Running the command line as a person would.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Holds a refusal to the contract: this exit code, one line on standard error, nothing on
    /// standard output, no panic, and nothing of `secret`.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, secret: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        assert!(self.err.starts_with("pinhole: ") && self.err.ends_with('\n'), "{self:?}");
        assert!(self.out.is_empty() && !self.err.contains("panicked"), "{self:?}");
        assert!(secret.is_empty() || !self.err.contains(secret), "{self:?}");
    }

    /// The one JSON object that was printed.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        assert_eq!(self.out.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Starts `pinhole` with these words.
pub(crate) fn start(words: &[&str], out: impl Into<Stdio>) -> Child {
    Command::new(env!("CARGO_BIN_EXE_pinhole"))
        .args(words)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(out)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for the end.
pub(crate) fn end(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs `pinhole` with these words, and `input` on standard input.
pub(crate) fn pinhole_with(input: &[u8], words: &[&str]) -> Run {
    let mut child = start(words, Stdio::piped());
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A command that ends before it has read everything closes the pipe: no fault of the test.
    let writer = std::thread::spawn(move || _ = stdin.write_all(&input));
    let run = end(child);
    writer.join().unwrap();
    run
}

/// Runs `pinhole` with these words and nothing on standard input.
pub(crate) fn pinhole(words: &[&str]) -> Run {
    pinhole_with(b"", words)
}

/// A file of the library's test data.
pub(crate) fn data(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.parent().unwrap().join("tests/data").join(name).to_str().unwrap().to_owned()
}
