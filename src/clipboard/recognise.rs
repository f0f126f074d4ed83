//! One pass over a text: each run of letters and digits is looked at once, where it ends.
//!
//! A run ends before `://`, before a dot inside a host, or before anything else; in turn it is
//! the scheme of a link, the start of a link without one, or perhaps a token or code. Whatever is
//! not ours is skipped to its end, so that the whole is linear, and nothing is copied until
//! something is ours.

use zeroize::Zeroizing;

use super::address::{Site, any_link_end, host_length, is_carrier, is_host_with_path};
use super::classes::ends_any_link;
use super::found::Found;
use super::near::Run;
use super::normalise;
use super::rules::Rules;
use super::source::{Part, Text};

/// From which to which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// How close to a cut nothing is recognised: all that decides about a match is nearer.
const MARGIN: usize = 512;
/// What begins before a cut and is longer than this is no link.
const LONGEST_LINK: usize = 8 * 1024;

/// What a rule recognised in a plain text.
struct Hit {
    /// The place among all rules.
    rule: usize,
    span: Span,
    value: Zeroizing<String>,
}

impl Rules {
    /// What stands first in `text` that these rules know; `None` where there is nothing.
    ///
    /// It is pure: no clock, no file, no log. What it answers stays here until the gate releases
    /// it.
    ///
    /// # Complexity
    ///
    /// Linear in the text, which is at most 64 KiB.
    pub fn recognise(&self, text: &Text) -> Option<Found> {
        // To find in it what the rules describe.
        text.0.look_inside().iter().find_map(|part| self.recognise_in(part))
    }

    fn recognise_in(&self, part: &Part) -> Option<Found> {
        let plain = normalise::plain(&part.text);
        let text = plain.as_str();
        let start = if part.cut_before { behind_cut(text) } else { 0 };
        let end = if part.cut_behind { text.len().saturating_sub(MARGIN) } else { text.len() };
        let scanned = self.scan(text, start);
        let hit = self
            .pattern(text, start)
            .into_iter()
            .chain(scanned)
            .min_by_key(|hit| hit.span.start)?;
        if hit.span.end > end {
            return None;
        }
        let matched = text.get(hit.span.start..hit.span.end)?;
        let origin = |at| part.offset + plain.origin(at);
        let span = origin(hit.span.start)..origin(hit.span.end);
        Some(Found::new(self.list().get(hit.rule)?, self.origin(), matched, hit.value, span))
    }

    /// The first token, code, link or scheme from byte `from` on.
    fn scan(&self, text: &str, from: usize) -> Option<Hit> {
        let bytes = text.as_bytes();
        let length_from = |at: usize, inside: bool| {
            let rest = bytes.get(at..).unwrap_or_default();
            rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() == inside).count()
        };
        let mut at = from;
        let mut link_end = None;
        loop {
            let start = at + length_from(at, false);
            let end = start + length_from(start, true);
            if start == end {
                return None;
            }
            at = match bytes.get(end..).unwrap_or_default() {
                [b':', b'/', b'/', ..] => {
                    let site = Site::with_scheme(text, start, end);
                    if let Some(hit) = site.and_then(|site| self.link(start, &site)) {
                        return Some(hit);
                    }
                    let end = any_link_end(text, end + "://".len());
                    link_end = Some(end);
                    end
                }
                [b':', ..] if is_carrier(text.get(..end).unwrap_or_default()) => {
                    let end = any_link_end(text, end);
                    link_end = Some(end);
                    end
                }
                [b'.', next, ..] if next.is_ascii_alphanumeric() => {
                    let host_end = start + host_length(text.get(start..).unwrap_or_default());
                    if is_host_with_path(text, start, host_end) {
                        let site = Site::bare(text, start);
                        if let Some(hit) = site.and_then(|site| self.link(start, &site)) {
                            return Some(hit);
                        }
                        let end = any_link_end(text, host_end);
                        link_end = Some(end);
                        end
                    } else {
                        host_end
                    }
                }
                _ => {
                    let run = Run { text, start, end, link_end };
                    if let Some(rule) = self.run(&run) {
                        let value = Zeroizing::new(run.as_str().to_owned());
                        return Some(Hit { rule, span: Span { start, end }, value });
                    }
                    end
                }
            };
        }
    }

    /// The rule whose token or code `run` is.
    fn run(&self, run: &Run<'_>) -> Option<usize> {
        let length = run.end - run.start;
        if length >= 64 || self.run_lengths >> length & 1 == 0 {
            return None;
        }
        let tokens = self.tokens.iter().filter(|(_, token)| token.length.holds(length));
        let codes = self.codes.iter().filter(|(_, code)| code.length.holds(length));
        let token = tokens.filter(|(_, token)| token.matches(run)).map(|(rule, _)| *rule).next();
        token.or_else(|| codes.filter(|(_, code)| code.matches(run)).map(|(rule, _)| *rule).next())
    }

    /// The link at `site`, where a rule has its host and describes it.
    fn link(&self, start: usize, site: &Site<'_>) -> Option<Hit> {
        self.hosts.rules_for(site.host).find_map(|at| {
            let (rule, address) = self.addresses.get(at)?;
            let value = address.minimal(site)?;
            let span = Span { start, end: start + site.whole.len() };
            Some(Hit { rule: *rule, span, value })
        })
    }

    /// The first match of a regular expression from byte `from` on.
    fn pattern(&self, text: &str, from: usize) -> Option<Hit> {
        let spans = self
            .patterns
            .iter()
            .filter_map(|(rule, pattern)| Some((*rule, pattern.find(text, from)?)));
        let (rule, span) = spans.min_by_key(|(_, span)| span.start)?;
        let value = Zeroizing::new(text.get(span.start..span.end)?.to_owned());
        Some(Hit { rule, span, value })
    }
}

/// Where `text`, the rest of a longer one, is no more part of what the cut went through.
fn behind_cut(text: &str) -> usize {
    let margin = text.ceil_char_boundary(MARGIN);
    let limit = text.floor_char_boundary(LONGEST_LINK);
    let cut = text.get(margin..limit).unwrap_or_default();
    let end = cut.find(ends_any_link).map_or(limit, |at| margin + at);
    // Not in the middle of a run.
    let rest = text.get(end..).unwrap_or_default();
    end + rest.bytes().take_while(u8::is_ascii_alphanumeric).count()
}
