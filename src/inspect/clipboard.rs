use crate::clipboard::Found;

/// What stood in a clipboard text, and what of it would leave.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Share<'f> {
    /// As it stood in the text, normalised but not minimised.
    pub matched: &'f str,
    /// Where it stood, in bytes of the text.
    pub span: std::ops::Range<usize>,
    /// What would leave: the token, the code or the minimal link.
    pub value: &'f str,
    /// How many bits would leave with it.
    pub bits: u32,
}

/// The share behind a clipboard's `found`.
pub fn share(found: &Found) -> Share<'_> {
    let (matched, span) = found.matched();
    let value = found.value();
    Share { matched, span, value, bits: crate::egress::Share::bits_of(found.rule(), value) }
}
