//! Words near a place, and a look at what stands around it.

use super::classes::{is_unspaced, parts_words};

/// How far, in bytes, a word may be from a token to count.
pub(super) const NEAR: usize = 64;

/// What refuses a token or code beside it, in every pack: to release a user's password is the
/// worst that could be done here. Packs add to it and cannot take from it.
///
/// `口令` is not among them: it is also what shops call a share token.
const DENY_WORDS: [&str; 55] = [
    "password",
    "passwd",
    "passcode",
    "passphrase",
    "passwort",
    "contraseña",
    "mot de passe",
    "пароль",
    "パスワード",
    "暗証番号",
    "비밀번호",
    "pwd",
    "secret",
    "credential",
    "api key",
    "access key",
    "private key",
    "license key",
    "wifi",
    "login",
    "verification",
    "密码",
    "密碼",
    "密钥",
    "密鑰",
    "密匙",
    "私钥",
    "私鑰",
    "助记词",
    "助記詞",
    "验证码",
    "驗證碼",
    "校验码",
    "校驗碼",
    "动态码",
    "動態碼",
    "安全码",
    "安全碼",
    "提取码",
    "提取碼",
    "激活码",
    "激活碼",
    "解压码",
    "解壓碼",
    "授权码",
    "授權碼",
    "认证码",
    "認證碼",
    "确认码",
    "確認碼",
    "登录",
    "登錄",
    "登陆",
    "登陸",
    "登入",
];

/// As [`DENY_WORDS`], but only where no letter is glued to them: `compass` and `spin` are no such
/// words.
const DENY_WHOLE_WORDS: [&str; 7] = ["otp", "pass", "pin", "psw", "pw", "sign in", "token"];

/// How many blanks and hyphens may part two letters of one word: `密 码`, `Wi-Fi`.
const GAP: usize = 3;

/// A run of ASCII letters and digits in a text, or what a regular expression matched.
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

    /// True where one of the `words` is at most [`NEAR`] bytes away, case and gaps aside.
    pub(super) fn is_near(&self, words: &[impl AsRef<str>]) -> bool {
        words.iter().any(|word| self.is_near_word(word.as_ref(), false))
    }

    /// True where the pack's words or everybody's refuse what stands here. The run may hold the
    /// word itself: `Password123`.
    pub(super) fn is_denied(&self, words: &[String]) -> bool {
        let mut words = DENY_WORDS.into_iter().chain(words.iter().map(String::as_str));
        let run = self.as_str();
        let inside = |word| run.char_indices().any(|(at, _)| word_end(run, at, word).is_some());
        words.any(|word| inside(word) || self.is_near_word(word, false))
            || DENY_WHOLE_WORDS.into_iter().any(|word| self.is_near_word(word, true))
    }

    fn is_near_word(&self, word: &str, whole: bool) -> bool {
        let text = self.text;
        // Of a word before the run, its end counts.
        let first = self.start.saturating_sub(NEAR + word.len() * (1 + GAP));
        let nearest = self.start.saturating_sub(NEAR);
        let last = self.end.saturating_add(NEAR);
        let stands = |at: usize| {
            word_end(text, at, word).is_some_and(|end| {
                (at >= self.end || (nearest..=self.start).contains(&end))
                    && (!whole || is_apart(text, at, end))
            })
        };
        (first..self.start).chain(self.end..=last).any(stands)
    }
}

/// Where `word` ends that begins at byte `at` of `text`, case and gaps aside.
fn word_end(text: &str, at: usize, word: &str) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut chars = rest.char_indices();
    let mut end = 0;
    for letter in word.chars().filter(|c| !is_gap(*c)) {
        // In front of the first letter there is no gap.
        let gap = if end == 0 { 0 } else { GAP };
        let (at, c) = chars.by_ref().take(gap + 1).find(|(_, c)| gap == 0 || !is_gap(*c))?;
        if c != letter && !c.to_lowercase().eq(letter.to_lowercase()) {
            return None;
        }
        end = at + c.len_utf8();
    }
    Some(at + end)
}

/// True for what may stand between the letters of one word; a line break may not.
fn is_gap(c: char) -> bool {
    matches!(c, '\t' | ' ' | '-' | '_' | '\u{A0}' | '\u{2000}'..='\u{200A}'
        | '\u{2010}'..='\u{2015}' | '\u{202F}' | '\u{3000}' | '－')
}

/// True where no letter is glued to what stands from `start` to `end`.
fn is_apart(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    [before, after].into_iter().flatten().all(|c| !c.is_alphabetic() || is_unspaced(c))
}

/// The ASCII at the end of `before` that is no space, at most [`NEAR`] bytes of it.
pub(super) fn ascii_tail(before: &str) -> &str {
    let tail = before.bytes().rev().take(NEAR).take_while(u8::is_ascii_graphic).count();
    before.get(before.len() - tail..).unwrap_or_default()
}

/// True where `after` goes on as a name, address or number of base 64 does: with a letter, digit,
/// `_` or `=`, or with what joins two of them.
pub(super) fn goes_on(after: &str) -> bool {
    let rest = after.trim_start_matches(['.', '-', '@', '+', '/', ':', '%', '&']);
    rest.starts_with(|c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '=') || !c.is_ascii() && !parts_words(c)
    })
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
        for text in ["密 码TOKEN", "密\u{3000}\u{A0}码TOKEN", "TOKEN 密 码"] {
            assert!(near(text, "密码"), "{text}");
        }
        assert!(!near("密\n码TOKEN", "密码") && !near("密    码TOKEN", "密码"));
        assert!(near("Wi\u{2011}Fi TOKEN", "wifi") && near("apikey: TOKEN", "api key"));
    }

    #[test]
    fn short_words_stand_by_themselves() {
        let denied = |text: &str| {
            let start = text.find("TOKEN").unwrap();
            Run { text, start, end: start + 5, link_end: None }.is_denied(&[])
        };
        for word in ["pin", "PIN：", "银行pin码", "my_pass", "pw1=", "P\u{A0}W"] {
            assert!(denied(&format!("{word} TOKEN")) && denied(&format!("TOKEN {word}")), "{word}");
        }
        for word in ["spin", "compass", "passt", "épin", "design in", "口令", "复制打开淘宝淘口令"]
        {
            assert!(
                !denied(&format!("{word} TOKEN")) && !denied(&format!("TOKEN {word}")),
                "{word}"
            );
        }
    }

    #[test]
    fn surroundings() {
        assert_eq!(ascii_tail("复制 src/lib"), "src/lib");
        assert_eq!(ascii_tail("复制"), "");
        for after in [".mp4", "-x", "@b", "x", "_", "é", ".é", "==", "+x", "/x", "//x", ":8080"] {
            assert!(goes_on(after), "{after}");
        }
        for after in ["", ".", ". ", " x", "，x", "-", "//", "...", "码", "🎵", ",x", "!"] {
            assert!(!goes_on(after), "{after}");
        }
    }
}
