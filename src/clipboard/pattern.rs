//! Regular expressions behind a literal that must be there.

use memchr::memmem::Finder;
use regex::{Regex, RegexBuilder};

use super::address::is_in_link;
use super::fields::Fields;
use super::near::{Run, goes_on};
use super::recognise::Span;
use crate::egress::Share;
use crate::error::Result;

/// `[[regex]]` of a pack: a pattern that is tried only around its literal.
#[derive(Debug)]
pub(super) struct Pattern {
    literal: Finder<'static>,
    regex: Regex,
    group: usize,
    window: usize,
    deny_words: Vec<String>,
}

/// The widest window, in bytes on each side of the literal.
const WIDEST: usize = 256;
/// The most memory a compiled pattern may take, in bytes.
const LARGEST: usize = 1 << 18;

impl Pattern {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self> {
        let literal: String = fields.required("literal")?;
        let pattern: String = fields.required("pattern")?;
        let group: usize = fields.optional("group")?.unwrap_or(0);
        let window: usize = fields.optional("window")?.unwrap_or(WIDEST);
        if literal.len() < 3 || literal.contains('\n') {
            return Err(fields.error("literal", "under 3 bytes, or over two lines"));
        }
        if window > WIDEST {
            return Err(fields.error("window", "over 256 bytes"));
        }
        // Its error would quote the pattern.
        let regex = RegexBuilder::new(&pattern)
            .size_limit(LARGEST)
            .build()
            .map_err(|_| fields.error("pattern", "not a regular expression, or too large"))?;
        if group >= regex.captures_len() {
            return Err(fields.error("group", "not in the pattern"));
        }
        let deny_words = fields.words("deny_words")?;
        fields.end()?;
        let literal = Finder::new(literal.as_bytes()).into_owned();
        Ok(Self { literal, regex, group, window, deny_words })
    }

    /// Where the first match stands in `text` that begins at byte `from` or later: not inside a
    /// link, not a piece of something longer, and not beside a word about passwords.
    ///
    /// # Complexity
    ///
    /// Linear in the text, times window and link for each time the literal occurs.
    pub(super) fn find(&self, text: &str, from: usize) -> Option<Span> {
        self.literal.find_iter(text.as_bytes()).find_map(|at| {
            let start = self.window_start(text, at);
            let window = text.get(start..self.window_end(text, at))?;
            self.regex.captures_iter(window).find_map(|captures| {
                let (whole, group) = (captures.get(0)?, captures.get(self.group)?);
                let span = Span { start: start + group.start(), end: start + group.end() };
                let shared = from <= span.start
                    && self.is_share(text, span)
                    && !is_in_link(text, start + whole.start());
                shared.then_some(span)
            })
        })
    }

    fn is_share(&self, text: &str, span: Span) -> bool {
        let run = Run { text, start: span.start, end: span.end, link_end: None };
        (1..=Share::MAX_VALUE).contains(&run.as_str().len())
            && !goes_on(run.after())
            && !run.is_denied(&self.deny_words)
    }

    /// The window ends at line breaks: nothing matches across them.
    fn window_start(&self, text: &str, at: usize) -> usize {
        let start = text.floor_char_boundary(at.saturating_sub(self.window));
        let before = text.get(start..at).unwrap_or_default();
        before.rfind(['\n', '\r']).map_or(start, |line_break| start + line_break + 1)
    }

    fn window_end(&self, text: &str, at: usize) -> usize {
        let at_end = at + self.literal.needle().len();
        let end = text.floor_char_boundary(at_end.saturating_add(self.window).min(text.len()));
        let after = text.get(at_end..end).unwrap_or_default();
        after.find(['\n', '\r']).map_or(end, |line_break| at_end + line_break)
    }
}
