//! Words near a place, and a look at what stands around it.

/// How far, in bytes, a word may be from a token to count.
pub(super) const NEAR: usize = 64;

/// What refuses a token or code beside it, in every pack: to release a user's password is the
/// worst that could be done here. Packs add to it and cannot take from it.
const DENY_WORDS: [&str; 25] = [
    "password",
    "passwd",
    "passcode",
    "passphrase",
    "pwd",
    "credential",
    "api key",
    "apikey",
    "api_key",
    "wifi",
    "wi-fi",
    "login",
    "log in",
    "sign in",
    "verification",
    "密码",
    "密碼",
    "验证码",
    "驗證碼",
    "校验码",
    "密钥",
    "密鑰",
    "登录",
    "登錄",
    "登陆",
];

/// A run of ASCII letters and digits in a text.
#[derive(Clone, Copy)]
pub(super) struct Run<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the last link that is not ours ended.
    pub(super) link_end: Option<usize>,
}

impl<'t> Run<'t> {
    pub(super) fn as_str(&self) -> &'t str {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    pub(super) fn before(&self) -> &'t str {
        self.text.get(..self.start).unwrap_or_default()
    }

    pub(super) fn after(&self) -> &'t str {
        self.text.get(self.end..).unwrap_or_default()
    }

    /// True where one of the `words` is at most [`NEAR`] bytes away, ASCII case aside.
    pub(super) fn is_near(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.is_near_word(word))
    }

    /// True where the pack's words or everybody's refuse what stands here. The run may hold the
    /// word itself: `Password123`.
    pub(super) fn is_denied(&self, words: &[String]) -> bool {
        let words = DENY_WORDS.into_iter().chain(words.iter().map(String::as_str));
        words
            .into_iter()
            .any(|word| holds(self.as_str().as_bytes(), word) || self.is_near_word(word))
    }

    fn is_near_word(&self, word: &str) -> bool {
        let (text, reach) = (self.text.as_bytes(), NEAR + word.len());
        let from = self.start.saturating_sub(reach);
        let to = self.end.saturating_add(reach).min(text.len());
        [from..self.start, self.end..to]
            .into_iter()
            .any(|side| holds(text.get(side).unwrap_or_default(), word))
    }
}

/// True where `word` is somewhere in `text`, ASCII case aside.
fn holds(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// The ASCII at the end of `before` that is no space, at most [`NEAR`] bytes of it.
pub(super) fn ascii_tail(before: &str) -> &str {
    let tail = before.bytes().rev().take(NEAR).take_while(u8::is_ascii_graphic).count();
    before.get(before.len() - tail..).unwrap_or_default()
}

/// True where `after` goes on as a name does: with a letter, digit or `_`, or with one of `.`, `-`
/// and `@` and then a letter or digit.
pub(super) fn goes_on(after: &str) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    match after.as_bytes() {
        [b'.' | b'-' | b'@', next, ..] => word(next),
        [next, ..] => word(next),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Run, ascii_tail, goes_on};

    #[test]
    fn words_count_up_to_64_bytes_away() {
        let near = |text: &str, word: &str| {
            let start = text.find("TOKEN").unwrap();
            Run { text, start, end: start + 5, link_end: None }.is_near(&[word.to_owned()])
        };
        for gap in [0, 1, 64] {
            let gap = ".".repeat(gap);
            assert!(near(&format!("淘宝{gap}TOKEN"), "淘宝"));
            assert!(near(&format!("TOKEN{gap}WiFi"), "wifi"));
        }
        let gap = ".".repeat(65);
        assert!(!near(&format!("淘宝{gap}TOKEN{gap}淘宝"), "淘宝"));
        assert!(!near("TOKEN", "token"), "the run is not beside itself");
    }

    #[test]
    fn surroundings() {
        assert_eq!(ascii_tail("复制 src/lib"), "src/lib");
        assert_eq!(ascii_tail("复制"), "");
        assert!([".mp4", "-x", "@b", "x", "_"].into_iter().all(goes_on));
        assert!(!["", ".", ". ", " x", "，x", "/x", "-"].into_iter().any(goes_on));
    }
}
