//! Whose rules these are.

/// Where a rule pack came from.
///
/// What an unsigned pack recognises stays on the device: whoever can write the rules could
/// otherwise choose what leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Compiled into the library.
    Embedded,
    /// Handed in by the caller, without a signature.
    Unsigned,
}

impl Origin {
    /// True where what these rules recognise may be released.
    pub fn may_release(self) -> bool {
        matches!(self, Self::Embedded)
    }
}
