//! Where clipboard texts come in.

use std::io::{ErrorKind, Read};

use zeroize::{Zeroize, Zeroizing};

use crate::error::{Error, Place, Result};
use crate::private::Private;

/// The most bytes of a text that are kept and scanned. Of a longer one it is the first and the
/// last half of this.
const CAP: usize = 64 * 1024;
const HALF: usize = CAP / 2;
/// How much of a stream is read at once.
const CHUNK: usize = 16 * 1024;

/// A clipboard text: private from here on.
///
/// Of a text over 64 KiB, the first and the last 32 KiB are kept, and nothing that touches a cut
/// is recognised.
///
/// ```
/// let text = pinhole::clipboard::Text::seal("￥dAEYbi4KO4D￥");
/// let found = pinhole::clipboard::Rules::taobao().recognise(&text);
/// assert!(found.is_some_and(|found| found.rule() == "taobao.token"));
/// ```
pub struct Text(pub(super) Private<Vec<Part>>);

/// A piece of a text that is scanned on its own.
pub(super) struct Part {
    pub(super) text: String,
    /// Where it begins in the whole text, in bytes.
    pub(super) offset: usize,
    /// True where the text goes on before this part.
    pub(super) cut_before: bool,
    /// True where the text goes on behind this part.
    pub(super) cut_behind: bool,
}

impl Zeroize for Part {
    fn zeroize(&mut self) {
        self.text.zeroize();
    }
}

impl Text {
    /// Seals a text. The caller's copy stays the caller's.
    pub fn seal(text: &str) -> Self {
        if text.len() <= CAP {
            return Self::whole(text.to_owned());
        }
        let (head, rest) = text.split_at(text.floor_char_boundary(HALF));
        let (dropped, tail) = rest.split_at(rest.ceil_char_boundary(rest.len() - HALF));
        Self::halves(head.to_owned(), tail.to_owned(), head.len() + dropped.len())
    }

    /// Reads a text to its end and seals it, keeping no more than is scanned.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or is not UTF-8: then with the place of the first fault, in the
    /// part that is not kept too.
    pub fn read_from(mut source: impl Read) -> Result<Self> {
        // Within its capacity to the end: growing would leave copies behind.
        let mut kept = Zeroizing::new(Vec::with_capacity(CAP + CHUNK));
        // Of the stream: what was cut out of the middle, and what is known to be UTF-8.
        let (mut dropped, mut checked) = (0, 0);
        loop {
            let read = read_chunk(&mut source, &mut kept)?;
            let unchecked = kept.get(checked - dropped..).unwrap_or_default();
            checked += match str::from_utf8(unchecked) {
                Ok(valid) => valid.len(),
                // The rest of a character may come with the next chunk.
                Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
                Err(error) => {
                    let at = checked + error.valid_up_to() + 1;
                    return Err(Error::input_at("text", "not UTF-8", Place::Byte(at as u64)));
                }
            };
            if read == 0 {
                break;
            }
            if let Some(excess @ 1..) = kept.len().checked_sub(CAP) {
                kept.drain(HALF..HALF + excess);
                dropped += excess;
            }
        }
        // All of it was checked: only a cut leaves a piece of a character.
        let text = |bytes: &[u8]| str::from_utf8(bytes).unwrap_or_default().to_owned();
        if dropped == 0 {
            return Ok(Self::whole(text(&kept)));
        }
        let (head, tail) = kept.split_at(HALF);
        let head = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let broken = tail.iter().take_while(|byte| **byte & 0xC0 == 0x80).count();
        let tail = text(tail.get(broken..).unwrap_or_default());
        Ok(Self::halves(head.to_owned(), tail, dropped + HALF + broken))
    }

    fn whole(text: String) -> Self {
        let part = Part { text, offset: 0, cut_before: false, cut_behind: false };
        Self(Private::seal(vec![part]))
    }

    fn halves(head: String, tail: String, tail_offset: usize) -> Self {
        Self(Private::seal(vec![
            Part { text: head, offset: 0, cut_before: false, cut_behind: true },
            Part { text: tail, offset: tail_offset, cut_before: true, cut_behind: false },
        ]))
    }
}

/// Appends the next bytes of `source` to `kept`; how many they are, 0 at the end.
fn read_chunk(source: &mut impl Read, kept: &mut Vec<u8>) -> Result<usize> {
    let before = kept.len();
    kept.resize(before + CHUNK, 0);
    let read = loop {
        match source.read(kept.get_mut(before..).unwrap_or_default()) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    let read = read.map_err(|error| {
        Error::input(
            "text",
            match error.kind() {
                ErrorKind::IsADirectory => "is a directory",
                _ => "cannot be read",
            },
        )
    })?;
    kept.truncate(before + read);
    Ok(read)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{CAP, CHUNK, HALF, Text};

    /// Gives a few bytes at a time, so that characters are torn.
    struct Drips<'a>(&'a [u8], usize);

    impl Read for Drips<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let (now, later) = self.0.split_at(self.1.min(self.0.len()).min(into.len()));
            into[..now.len()].copy_from_slice(now);
            self.0 = later;
            Ok(now.len())
        }
    }

    fn parts(text: &Text) -> Vec<(&str, usize)> {
        // To compare what two sources kept.
        text.0.look_inside().iter().map(|part| (part.text.as_str(), part.offset)).collect()
    }

    #[test]
    fn a_stream_keeps_what_the_whole_text_keeps() {
        for length in [0, 1, CAP - 1, CAP, CAP + 1, CAP + 2, CAP + CHUNK, 3 * CAP + 7] {
            let text: String = "aé口🎵".chars().cycle().take(length / 2 + 1).collect();
            for drip in [1000, 7, usize::MAX] {
                let read = Text::read_from(Drips(text.as_bytes(), drip)).unwrap();
                assert_eq!(parts(&read), parts(&Text::seal(&text)), "{length} in {drip}");
            }
        }
    }

    #[test]
    fn over_the_cap_head_and_tail_stay_at_their_places() {
        let text = "口".repeat(CAP);
        let sealed = Text::seal(&text);
        let [(head, 0), (tail, offset)] = parts(&sealed)[..] else { panic!("two parts") };
        assert!(text.starts_with(head) && (HALF - 2..=HALF).contains(&head.len()));
        assert!(text.get(offset..) == Some(tail) && (HALF - 2..=HALF).contains(&tail.len()));
    }

    #[test]
    fn a_fault_is_named_by_its_place_wherever_it_is() {
        for place in [0, 5, HALF, CAP + 3, 5 * CAP] {
            let mut bytes = vec![b'a'; 6 * CAP];
            bytes[place] = 0xFF;
            for drip in [997, usize::MAX] {
                let error = Text::read_from(Drips(&bytes, drip)).err().unwrap();
                assert_eq!(error.to_string(), format!("text, byte {}: not UTF-8", place + 1));
            }
        }
        let torn = Text::read_from(&"a口".as_bytes()[..3]).err().unwrap();
        assert_eq!(torn.to_string(), "text, byte 2: not UTF-8");
    }
}
