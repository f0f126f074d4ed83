//! The pattern of a link's path.

use super::classes::Charset;

/// A pattern that a whole path is held against: text that stands for itself, `{set:least-most}`
/// for so many characters of a set, `[text]` for text that may be missing.
///
/// `/h.{alnum:6-15}`, `/goods[2].html`, `/offer/{digit:6-15}.html`. One way to match at most: no
/// set may hold the character that can follow it.
#[derive(Debug)]
pub(super) struct Path(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Text(String),
    Optional(String),
    Run { set: Charset, least: usize, most: usize },
}

impl Path {
    /// The pattern written as `pattern`; why it is none where it is not.
    pub(super) fn parse(pattern: &str) -> Result<Self, &'static str> {
        if !pattern.starts_with('/') {
            return Err("does not begin with /");
        }
        let mut pieces = Vec::new();
        let mut rest = pattern;
        while !rest.is_empty() {
            let (piece, after) = Piece::parse(rest)?;
            pieces.push(piece);
            rest = after;
        }
        for (at, piece) in pieces.iter().enumerate() {
            let Piece::Run { set, .. } = piece else { continue };
            if follows(pieces.iter().skip(at + 1)).any(|byte| set.contains(byte)) {
                return Err("a set holds the character that follows it");
            }
        }
        Ok(Self(pieces))
    }

    /// True where the whole of `path` is of this pattern.
    ///
    /// # Complexity
    ///
    /// Linear: each piece takes as much as it can, once.
    pub(super) fn matches(&self, path: &str) -> bool {
        let rest = self.0.iter().try_fold(path, |rest, piece| piece.take(rest));
        rest.is_some_and(str::is_empty)
    }
}

/// The bytes that `pieces` can begin with, up to the first piece that must be there.
fn follows<'p>(pieces: impl Iterator<Item = &'p Piece>) -> impl Iterator<Item = u8> {
    let mut first = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                first.extend(text.bytes().next());
                break;
            }
            Piece::Optional(text) => first.extend(text.bytes().next()),
            Piece::Run { set, .. } => {
                first.extend((0..=u8::MAX).filter(|byte| set.contains(*byte)));
                break;
            }
        }
    }
    first.into_iter()
}

impl Piece {
    /// The first piece of `pattern`, and what is behind it.
    fn parse(pattern: &str) -> Result<(Self, &str), &'static str> {
        const UNCLOSED: &str = "an unclosed { or [";
        if let Some(inner) = pattern.strip_prefix('{') {
            let (run, rest) = inner.split_once('}').ok_or(UNCLOSED)?;
            Ok((Self::run(run).ok_or("not {set:least-most}")?, rest))
        } else if let Some(inner) = pattern.strip_prefix('[') {
            let (text, rest) = inner.split_once(']').ok_or(UNCLOSED)?;
            Ok((Self::Optional(plain(text)?), rest))
        } else {
            let end = pattern.find(['{', '[']).unwrap_or(pattern.len());
            let (text, rest) = pattern.split_at_checked(end).unwrap_or_default();
            Ok((Self::Text(plain(text)?), rest))
        }
    }

    fn run(written: &str) -> Option<Self> {
        let (set, length) = written.split_once(':')?;
        let (least, most) = length.split_once('-').unwrap_or((length, length));
        let (least, most) = (least.parse().ok()?, most.parse().ok()?);
        let set = Charset::named(set).filter(|set| *set != Charset::Query)?;
        (1 <= least && least <= most && most <= 128).then_some(Self::Run { set, least, most })
    }

    /// What is left of `path` behind this piece; `None` where the piece is not there.
    fn take<'t>(&self, path: &'t str) -> Option<&'t str> {
        match self {
            Self::Text(text) => path.strip_prefix(text.as_str()),
            Self::Optional(text) => Some(path.strip_prefix(text.as_str()).unwrap_or(path)),
            Self::Run { set, least, most } => {
                let length = path.bytes().take_while(|byte| set.contains(*byte)).count();
                (*least..=*most).contains(&length).then(|| path.get(length..))?
            }
        }
    }
}

/// `text`, where it is of the characters that stand for themselves in a path.
fn plain(text: &str) -> Result<String, &'static str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_~".contains(&byte);
    // A browser would resolve dot segments: the path would be another one.
    if text.is_empty() || !text.bytes().all(fits) || text.split('/').any(|s| s == "." || s == "..")
    {
        return Err("text that cannot stand in a path");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Path;

    fn matches(pattern: &str, path: &str) -> bool {
        Path::parse(pattern).unwrap().matches(path)
    }

    #[test]
    fn a_pattern_matches_whole_paths() {
        let short = "/h.{alnum:6-15}[/]";
        assert!(matches(short, "/h.abc123") && matches(short, "/h.RlwomIHlT9pVpOi/"));
        for path in
            ["/h.abc12", "/h.abc123//", "/h.abc123/x", "/x/h.abc123", "/h.abc_123", "h.abc123"]
        {
            assert!(!matches(short, path), "{path}");
        }
        assert!(!matches(short, &format!("/h.{}", "a".repeat(16))));
        assert!(
            matches("/goods[2].html", "/goods.html") && matches("/goods[2].html", "/goods2.html")
        );
        assert!(!matches("/goods[2].html", "/goods22.html"));
    }

    #[test]
    fn an_ambiguous_or_broken_pattern_is_refused() {
        for pattern in [
            "",
            "h",
            "/{alnum:1-3}a",
            "/{digit:1-3}[2]x",
            "/{digit:2}{hex:2}",
            "/{digit:0-3}",
            "/{digit:3-2}",
            "/{query:1-3}",
            "/{nothing:1}",
            "/{digit:1-3",
            "/[x",
            "/[]",
            "/a?b",
            "/../x",
            "/a%2e",
            "/}",
        ] {
            assert!(Path::parse(pattern).is_err(), "{pattern}");
        }
    }
}
