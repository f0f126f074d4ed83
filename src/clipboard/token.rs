//! Share tokens: a run of letters and digits between delimiters.
//!
//! The opener sets the strength. A strong one, a currency sign beyond ASCII, asks for two classes
//! of lower case, upper case and digit. A weak one asks for a close and all three classes, or
//! two and a word of the family near by.

use super::classes::{Delimiter, is_han, mixture, parts_words};
use super::fields::{Fields, Length};
use super::near::{Run, ascii_tail, goes_on};
use crate::error::Result;

/// `[[token]]` of a pack.
#[derive(Debug)]
pub(super) struct Token {
    /// The higher is asked first.
    pub(super) priority: i64,
    open: Vec<String>,
    close: Vec<String>,
    close_optional: bool,
    /// Currency signs, emoji, brackets beyond ASCII and single Chinese characters open and close.
    any_symbol: bool,
    pub(super) length: Length,
    strength: Option<Strength>,
    keywords_near: Vec<String>,
    deny_words: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    Strong,
    Weak,
    /// Of a Chinese character that is part of a word: weak, and the family's word is a must.
    Faint,
}

/// The longest token: the scanner keeps lengths in 64 bits.
const LONGEST: usize = 63;

impl Token {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self> {
        let token = Self {
            priority: fields.optional("priority")?.unwrap_or(0),
            open: fields.words("open")?,
            close: fields.words("close")?,
            close_optional: fields.optional("close_optional")?.unwrap_or(false),
            any_symbol: fields.optional("any_symbol")?.unwrap_or(false),
            length: fields.length("length", LONGEST)?,
            strength: match fields.optional::<String>("strength")?.as_deref().unwrap_or("opener") {
                "opener" => None,
                "strong" => Some(Strength::Strong),
                "weak" => Some(Strength::Weak),
                _ => return Err(fields.error("strength", "not one of opener, strong, weak")),
            },
            keywords_near: fields.words("keywords_near")?,
            deny_words: fields.words("deny_words")?,
        };
        if token.length.least < 6 {
            return Err(fields.error("length", "under 6: any word would be a token"));
        }
        if token.open.is_empty() && !token.any_symbol {
            return Err(fields.error("open", "missing, and no any_symbol"));
        }
        if token.open.iter().any(|open| open.ends_with(never_opens)) {
            return Err(fields.error("open", "a letter, digit, space, or one of = . - _ \\"));
        }
        if token.close.is_empty() && !token.any_symbol && !token.close_optional {
            return Err(fields.error("close", "missing, and neither any_symbol nor close_optional"));
        }
        fields.end()?;
        Ok(token)
    }

    /// True where `run` is such a token. The length was looked at before.
    ///
    /// # Complexity
    ///
    /// Bounded: it looks at little more than [`NEAR`](super::near::NEAR) bytes around the run.
    pub(super) fn matches(&self, run: &Run<'_>) -> bool {
        let Some((before, opener)) = self.opener(run.before()) else { return false };
        let (closed, in_word) = self.closed(run.after());
        let strength = match self.strength {
            None => Strength::of(opener, before, in_word),
            Some(strength) => strength,
        };
        let classes = mixture(run.as_str());
        let enough = match strength {
            Strength::Strong => {
                classes >= 2 && (closed || self.close_optional && !goes_on(run.after()))
            }
            Strength::Weak if classes == 2 => closed && run.is_near(&self.keywords_near),
            Strength::Weak => closed && classes == 3,
            Strength::Faint => closed && classes == 3 && run.is_near(&self.keywords_near),
        };
        // A token right behind another's link is part of it.
        enough
            && run.link_end != Some(before.len())
            && opens(before, opener)
            && !is_path(ascii_tail(before))
            && !run.is_denied(&self.deny_words)
    }

    /// What stands before the opener at the end of `before`, and the opener.
    fn opener<'t>(&self, before: &'t str) -> Option<(&'t str, &'t str)> {
        let symbol = || {
            let last = before.chars().next_back()?;
            (self.any_symbol && Delimiter::of(last).is_some()).then_some(last.len_utf8())
        };
        let listed = self.open.iter().filter(|open| before.ends_with(open.as_str()));
        let length = listed.map(String::len).max().or_else(symbol)?;
        before.split_at_checked(before.len() - length)
    }

    /// Whether a close begins `after`, and whether it is a character of a Chinese word.
    fn closed(&self, after: &str) -> (bool, bool) {
        if let Some(close) = self.close.iter().find(|close| after.starts_with(close.as_str())) {
            // What goes on behind a slash or bracket is a path or a call.
            let rest = after.trim_start_matches(close.as_str());
            return (!close.is_ascii() || !goes_on(rest), false);
        }
        let mut chars = after.chars();
        let delimiter = chars.next().filter(|_| self.any_symbol).and_then(Delimiter::of);
        let in_word = delimiter == Some(Delimiter::Han) && chars.next().is_some_and(is_han);
        (delimiter.is_some(), in_word)
    }
}

impl Strength {
    /// The strength that `opener`, behind `before`, gives a token.
    fn of(opener: &str, before: &str, closed_by_word: bool) -> Self {
        let opened_by_word = || before.chars().next_back().is_some_and(is_han);
        match opener.chars().next_back().and_then(Delimiter::of) {
            Some(Delimiter::Currency) => Self::Strong,
            Some(Delimiter::Han) if opened_by_word() => Self::Faint,
            _ if closed_by_word => Self::Faint,
            _ => Self::Weak,
        }
    }
}

/// True for what no opener may end with.
fn never_opens(c: char) -> bool {
    !parts_words(c) || c.is_whitespace() || matches!(c, '=' | '.' | '-' | '_' | '\\')
}

/// True where `opener` can open behind `before`. Beyond ASCII it always can; `$`, `(` and their
/// like are part of what they are glued to, and a slash may follow nothing but a short number, as
/// in `8/F2iBcQ6xCZB//`.
fn opens(before: &str, opener: &str) -> bool {
    let slash = opener == "/";
    let before = if slash {
        let digits = before.bytes().rev().take(3).take_while(u8::is_ascii_digit).count();
        before.get(..before.len() - digits).unwrap_or_default()
    } else {
        before
    };
    match before.chars().next_back() {
        _ if !opener.is_ascii() => true,
        None => true,
        Some(c) if c.is_ascii() => c.is_ascii_whitespace() || !slash && ",:;\"'".contains(c),
        Some(c) => parts_words(c),
    }
}

/// True where `tail`, the ASCII right before an opener, is the beginning of a file's path.
fn is_path(tail: &str) -> bool {
    let bytes = tail.as_bytes();
    let mut folders = tail.split(['/', '\\']).skip(1).peekable();
    let mut named = false;
    while let Some(folder) = folders.next() {
        let between = folders.peek().is_some();
        named |= between && folder.len() > 1 && folder.bytes().any(|b| b.is_ascii_alphabetic());
    }
    named
        || matches!(bytes, [b'/', next, ..] if next.is_ascii_alphanumeric())
        || matches!(bytes, [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic())
        || ["~/", "./", "../"].iter().any(|start| tail.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::{is_path, opens};

    #[test]
    fn paths_are_known_by_their_beginning() {
        for path in ["src/lib/", "/home", "~/", "../", "C:\\", "C:\\docs\\", "see:/usr/lib/"] {
            assert!(is_path(path), "{path}");
        }
        for marker in ["", "8/", "a:/", "hihi:/", "05/09/", "\\n\\n", "Atr:/", "Copy"] {
            assert!(!is_path(marker), "{marker}");
        }
    }

    #[test]
    fn ascii_openers_stand_apart() {
        for (before, opener) in
            [("", "/"), ("8", "/"), ("复制 12", "/"), ("到：", "("), ("a:", "$")]
        {
            assert!(opens(before, opener), "{before}{opener}");
        }
        for (before, opener) in [
            ("src", "/"),
            ("C:", "/"),
            ("2024", "/"),
            ("f", "("),
            ("m!", "("),
            ("4", "$"),
            ("é", "("),
        ] {
            assert!(!opens(before, opener), "{before}{opener}");
        }
    }
}
