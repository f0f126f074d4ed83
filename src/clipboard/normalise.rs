//! What a reader sees: without invisible characters, with compatibility letters and digits as
//! plain ones.
//!
//! Only what can stand inside a token or link is mapped. Full-width punctuation stays: it ends a
//! link. Line breaks stay, so that nothing joins across them.

use zeroize::Zeroizing;

/// A text in which nothing hides.
pub(super) enum Plain<'t> {
    /// The text as it is.
    Same(&'t str),
    /// A copy, wiped when dropped.
    Mapped { plain: Zeroizing<String>, original: &'t str },
}

/// `text` without invisible characters and with plain letters and digits. It copies only where
/// there is something to map.
///
/// # Complexity
///
/// Linear.
pub(super) fn plain(text: &str) -> Plain<'_> {
    if !has_something_to_map(text) {
        return Plain::Same(text);
    }
    // No form is shorter than its plain one: the copy never moves, so nothing stays behind.
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().filter_map(form));
    Plain::Mapped { plain, original: text }
}

impl Plain<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Same(text) => text,
            Self::Mapped { plain, .. } => plain,
        }
    }

    /// Where byte `at` of the plain text stood in the original.
    ///
    /// # Complexity
    ///
    /// Linear: it walks the original again instead of keeping a map of all of it.
    pub(super) fn origin(&self, at: usize) -> usize {
        let Self::Mapped { original, .. } = self else { return at };
        let mut plain = 0;
        original
            .char_indices()
            .filter_map(|(offset, c)| Some((offset, form(c)?)))
            .find(|(_, c)| {
                let here = plain >= at;
                plain += c.len_utf8();
                here
            })
            .map_or(original.len(), |(offset, _)| offset)
    }
}

/// `c` as it is compared; `None` where it cannot be seen.
fn form(c: char) -> Option<char> {
    const FULL_WIDTH: u32 = '！' as u32 - '!' as u32;
    match c {
        c if c.is_ascii() || is_common(c) => Some(c),
        c if is_invisible(c) => None,
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - FULL_WIDTH),
        // Mathematical alphabets: thirteen of A to Z, a to z, then five of 0 to 9.
        '\u{1D400}'..='\u{1D6A3}' => {
            let letter = (c as u32 - 0x1D400) % 52;
            char::from_u32(if letter < 26 { 'A' as u32 + letter } else { 'a' as u32 + letter - 26 })
        }
        '\u{1D7CE}'..='\u{1D7FF}' => char::from_u32('0' as u32 + (c as u32 - 0x1D7CE) % 10),
        c => Some(c),
    }
}

/// True for the blocks that make up most texts and hold nothing to map: the fast way out.
fn is_common(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{D7FF}')
}

/// Default-ignorable code points (Unicode `DerivedCoreProperties.txt`) that turn up in texts.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}')
}

fn has_something_to_map(text: &str) -> bool {
    // Bytes first: most texts hold none of these lead bytes at all.
    let may = |byte| matches!(byte, 0xC2 | 0xCD | 0xD8 | 0xE1 | 0xE2 | 0xEF | 0xF0 | 0xF3);
    if !text.bytes().any(may) {
        return false;
    }
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if form(c) == Some(c) {
            continue;
        }
        // The selector behind an emoji is in every chat; it hides nothing but from a token.
        let next = chars.peek().copied().unwrap_or(' ');
        if c != '\u{FE0F}' || next.is_ascii_alphanumeric() || form(next) != Some(next) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Plain, plain};

    #[test]
    fn what_hides_is_dropped_and_what_is_wide_is_plain() {
        let seen = |text| plain(text).as_str().to_owned();
        assert_eq!(seen("d\u{200B}AE\u{2060}Y\u{FEFF}"), "dAEY");
        assert_eq!(seen("ｄＡＥＹ４，。＠"), "dAEY4，。＠");
        assert_eq!(seen("\u{1D400}\u{1D41B}\u{1D7CF}\u{1D7FF}"), "Ab19");
        assert_eq!(seen("a\u{200B}\nb"), "a\nb");
    }

    #[test]
    fn nothing_is_copied_without_need() {
        for text in ["plain", "淘宝，￥199￥。“好”…", "❤\u{FE0F} 喜欢❤\u{FE0F}", "é ж ①"]
        {
            assert!(matches!(plain(text), Plain::Same(_)), "{text}");
        }
        assert!(matches!(plain("❤\u{FE0F}dAEY"), Plain::Mapped { .. }));
    }

    #[test]
    fn every_place_is_found_again() {
        let text = "￥ｄ\u{200B}AＥ\u{200B}￥";
        let plain = plain(text);
        for (at, c) in plain.as_str().char_indices() {
            let original = text.get(plain.origin(at)..).unwrap().chars().next().unwrap();
            assert!(super::form(original) == Some(c), "{at}");
        }
        assert_eq!(plain.origin(plain.as_str().len()), text.len());
    }
}
