//! Activity codes: a keyword, a separator, a code, and a word of the family near by.

use super::classes::Charset;
use super::fields::{Fields, Length};
use super::near::{Run, goes_on};
use crate::error::Result;

/// `[[code]]` of a pack.
#[derive(Debug)]
pub(super) struct Code {
    keywords: Vec<String>,
    separator: Vec<String>,
    charset: Charset,
    pub(super) length: Length,
    /// Words of the family; left out, the keywords are the family's own.
    keywords_near: Vec<String>,
    deny_words: Vec<String>,
}

/// What stands beside a code that opens an account or pays: `支付口令` is a password.
const DENY_WORDS: [&str; 10] =
    ["账号", "帐号", "賬號", "帳號", "账户", "帐户", "賬戶", "帳戶", "支付", "付款"];
/// The longest code.
const LONGEST: usize = 63;

impl Code {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self> {
        let code = Self {
            keywords: fields.words("keywords")?,
            separator: fields.words("separator")?,
            charset: fields.charset("charset")?,
            length: fields.length("length", LONGEST)?,
            keywords_near: fields.words("keywords_near")?,
            deny_words: fields.words("deny_words")?,
        };
        if code.keywords.is_empty() {
            return Err(fields.error("keywords", "missing"));
        }
        if code.separator.is_empty() {
            return Err(fields.error("separator", "missing"));
        }
        if code.length.least < 4 {
            return Err(fields.error("length", "under 4: any word would be a code"));
        }
        if !matches!(code.charset, Charset::Hex | Charset::Alnum) {
            return Err(fields.error("charset", "not hex or alnum"));
        }
        fields.end()?;
        Ok(code)
    }

    /// True where `run` is such a code. The length was looked at before.
    ///
    /// # Complexity
    ///
    /// Bounded: it looks at one keyword before the run, and at
    /// [`NEAR`](super::near::NEAR) bytes around it.
    pub(super) fn matches(&self, run: &Run<'_>) -> bool {
        self.charset.spells(run.as_str())
            && looks_made(run.as_str())
            && !goes_on(run.after())
            && self.follows_keyword(run.before())
            && (self.keywords_near.is_empty() || run.is_near(&self.keywords_near))
            && !run.is_near(&DENY_WORDS)
            && !run.is_denied(&self.deny_words)
    }

    fn follows_keyword(&self, before: &str) -> bool {
        let rest = before.trim_end_matches(|c| is_blank(c) || is_quote(c));
        let spaced = before.get(rest.len()..).is_some_and(|gap| gap.contains(is_blank));
        self.separator.iter().any(|separator| match separator.as_str() {
            " " => spaced && self.ends_with_keyword(rest),
            separator => rest
                .strip_suffix(separator)
                .is_some_and(|before| self.ends_with_keyword(before.trim_end_matches(is_blank))),
        })
    }

    fn ends_with_keyword(&self, before: &str) -> bool {
        self.keywords.iter().any(|keyword| {
            let end = before.len().checked_sub(keyword.len()).and_then(|at| before.get(at..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(keyword))
        })
    }
}

/// A line break is no blank: nothing joins across it.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}' | '\u{3000}')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '「' | '【' | '[' | '(')
}

/// True for letters with digits, and for letters all upper case: words, amounts, phone numbers and
/// one-time codes are neither.
fn looks_made(code: &str) -> bool {
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let upper = code.bytes().filter(u8::is_ascii_uppercase).count();
    upper == code.len() || (1..code.len()).contains(&digits)
}
