//! What a recogniser may return: bounded, with one purpose and one reach.

use crate::pack::Origin;
use crate::purpose::Purpose;

/// How far a recogniser's result may go. Sealed: [`Network`] or [`Device`].
pub trait Reach: sealed::Sealed {}

/// May be released through the gate.
#[derive(Debug)]
pub enum Network {}

/// For the host's own use on this device; the gate does not take it.
#[derive(Debug)]
pub enum Device {}

impl Reach for Network {}

impl Reach for Device {}

/// The minimal result of a path.
///
/// The gate releases only a `Found` whose reach is [`Network`]; that a verdict about installed
/// software cannot be released is a fact the compiler checks:
///
/// ```
/// # #[cfg(feature = "clipboard")]
/// # fn f(home: &pinhole::Home, share: pinhole::clipboard::Found,
/// #      permit: &pinhole::Permit<pinhole::purpose::ShareCodes>) {
/// home.gate().release(share, permit);
/// # }
/// ```
///
/// ```compile_fail,E0277
/// # fn f(home: &pinhole::Home, verdict: pinhole::software::Verdict,
/// #      permit: &pinhole::Permit<pinhole::purpose::SoftwareRisk>) {
/// home.gate().release(verdict, permit);
/// # }
/// ```
pub trait Found: sealed::Sealed {
    /// What it may be used for.
    type Purpose: Purpose;
    /// How far it may go.
    type Reach: Reach;
    /// The most bits of information one result can carry out.
    const MAX_BITS: u32;

    /// Whose rules recognised it.
    fn origin(&self) -> Origin {
        Origin::Embedded
    }
}

pub(crate) mod sealed {
    /// Implemented by this crate's types only.
    pub trait Sealed {}
    impl Sealed for super::Network {}
    impl Sealed for super::Device {}
}
