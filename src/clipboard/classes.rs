//! What a character can be: part of a code, a delimiter, the end of a link.

/// A set of ASCII characters that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    Digit,
    Hex,
    Alnum,
    /// Alphanumeric, `_`, `-`.
    Word,
    /// A query value: RFC 3986's unreserved characters, `+`, `=`, and `%` with two hex digits.
    Query,
}

impl Charset {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "digit" => Self::Digit,
            "hex" => Self::Hex,
            "alnum" => Self::Alnum,
            "word" => Self::Word,
            "query" => Self::Query,
            _ => return None,
        })
    }

    pub(super) fn contains(self, byte: u8) -> bool {
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Query => {
                Self::Word.contains(byte) || matches!(byte, b'.' | b'~' | b'+' | b'=' | b'%')
            }
        }
    }

    /// True where `text` is made of this set.
    pub(super) fn spells(self, text: &str) -> bool {
        let whole = |escape: &str| {
            escape.len() >= 2 && escape.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
        };
        text.bytes().all(|byte| self.contains(byte)) && text.split('%').skip(1).all(whole)
    }
}

/// How many of lower case, upper case and digit a code mixes. A word with a number behind it, as
/// many passwords are, mixes two at most.
///
/// Of random 11-character base62 tokens, 14.4 % have no digit, 0.014 % are of one class only, and
/// 0.02 % look like a word with a number.
pub(super) fn mixture(code: &str) -> u8 {
    let has = |class: fn(&u8) -> bool| u8::from(code.as_bytes().iter().any(class));
    let classes =
        has(u8::is_ascii_lowercase) + has(u8::is_ascii_uppercase) + has(u8::is_ascii_digit);
    let uncapital = code.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(code);
    let number = uncapital.trim_start_matches(|c: char| c.is_ascii_lowercase());
    if number.bytes().all(|byte| byte.is_ascii_digit()) { classes.min(2) } else { classes }
}

/// What a character says when it stands before a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimiter {
    /// A currency sign that no keyboard types by the way: Unicode's `Sc` without ASCII's `$` and
    /// its compatibility forms.
    Currency,
    /// Emoji and their like, and brackets beyond ASCII.
    Symbol,
    Han,
}

impl Delimiter {
    /// The delimiter that `c` is beyond ASCII, where it is one: of ASCII, rules list their own.
    pub(super) fn of(c: char) -> Option<Self> {
        Some(match c {
            '¢'..='¥'
            | '֏'
            | '؋'
            | '\u{7FE}'..='\u{7FF}'
            | '৲'..='৳'
            | '৻'
            | '૱'
            | '௹'
            | '฿'
            | '៛'
            | '₠'..='\u{20CF}'
            | '\u{A838}'
            | '﷼'
            | '￠'..='￡'
            | '￥'..='￦'
            | '\u{11FDD}'..='\u{11FE0}'
            | '\u{1E2FF}'
            | '\u{1ECB0}' => Self::Currency,
            '\u{3008}'..='\u{3011}' | '〒' | '\u{3014}'..='\u{301B}' | '（' | '）' => {
                Self::Symbol
            }
            // The blocks where emoji live, without enclosed letters and box drawing.
            '‼'
            | '⁉'
            | '\u{2190}'..='\u{23FF}'
            | '\u{25A0}'..='\u{27BF}'
            | '\u{2900}'..='\u{2BFF}'
            | '〰'
            | '〽'
            | '㊗'
            | '㊙'
            | '＄'
            | '﹩'
            | '\u{1F000}'..='\u{1FAFF}' => Self::Symbol,
            c if is_han(c) => Self::Han,
            _ => return None,
        })
    }
}

/// True for a Chinese character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// True for scripts that are written without spaces, so that a link may stand right beside them.
pub(super) fn is_unspaced(c: char) -> bool {
    is_han(c)
        || matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{318F}' | '\u{AC00}'..='\u{D7AF}')
}

/// True where a link or a word cannot go on over `c`, which is beyond ASCII: letters of spaced
/// scripts go on, as in a look-alike host.
pub(super) fn parts_words(c: char) -> bool {
    !c.is_alphanumeric() || is_unspaced(c)
}

/// True where no link goes on over `c`, by RFC 3986's characters and, beyond ASCII, by
/// [`parts_words`]. A backslash goes on: browsers take it for a slash.
pub(super) fn ends_link(c: char) -> bool {
    if c.is_ascii() {
        !c.is_ascii_graphic()
            || matches!(c, '"' | '<' | '>' | '[' | ']' | '^' | '`' | '{' | '|' | '}')
    } else {
        parts_words(c)
    }
}

/// True where what belongs to a link surely ends at `c`. Wider than [`ends_link`]: whatever a
/// browser would take into another site's link is that site's.
pub(super) fn ends_any_link(c: char) -> bool {
    ends_link(c)
        && !matches!(c, '[' | ']' | '^' | '`' | '{' | '|' | '}')
        && !matches!(Delimiter::of(c), Some(Delimiter::Currency | Delimiter::Symbol))
}

#[cfg(test)]
mod tests {
    use super::{Charset, Delimiter, ends_any_link, ends_link, mixture};

    #[test]
    fn every_delimiter_of_the_formats_is_known() {
        for c in "￥¥€₤₳¢฿₵₡₫ƒ₲₭£₥₦₱₮₩₴₪៛﷼₢₰₯₠₣₧".chars().filter(|c| *c != 'ƒ')
        {
            assert_eq!(Delimiter::of(c), Some(Delimiter::Currency), "{c}");
        }
        for c in "《》〒【】「」（）🎵👈📲😺💰🎁🔑❤☎⭐→".chars() {
            assert_eq!(Delimiter::of(c), Some(Delimiter::Symbol), "{c}");
        }
        assert_eq!(Delimiter::of('啊'), Some(Delimiter::Han));
        for c in " $/(=.-_\\aZ9，。：；、！？“”…│ƒéж①".chars() {
            assert_eq!(Delimiter::of(c), None, "{c}");
        }
    }

    #[test]
    fn links_end_where_chinese_begins_and_not_at_other_letters() {
        assert!(" \n\"<>，。」了かア한🎵￥）".chars().all(ends_link));
        assert!(!"/?#%@\\:;!'()*,.-_~é ж".replace(' ', "").chars().any(ends_link));
        assert!(!"￥🎵|[]{}^`".chars().any(ends_any_link));
    }

    #[test]
    fn sets_are_spelled_exactly() {
        assert!(Charset::Query.spells("a%2Bb_-.~+="));
        assert!(!Charset::Query.spells("a%2") && !Charset::Query.spells("a%zz"));
        assert!(!Charset::Word.spells("a%2B") && !Charset::Digit.spells("12a"));
        assert_eq!(["abc", "aB", "aB1", "199", "Dragon42"].map(mixture), [1, 2, 3, 1, 2]);
    }
}
