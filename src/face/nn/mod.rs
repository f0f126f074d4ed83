//! The nets behind the finder.

#[cfg(feature = "tract")]
mod prelu;
#[cfg(feature = "tract")]
mod tract;

#[cfg(feature = "tract")]
pub use tract::TractNet;

use crate::error::Result;

/// A net with one picture in and two tensors out.
///
/// The finder's own nets are three: the two detectors give `boxes` and `scores`, the mesh gives
/// `landmarks` and `presence`, in the shapes of `models/MODELS.md`. Another implementation of the
/// same nets can stand in their place.
pub trait Net: Send {
    /// Fills `outputs` from `input`, planar RGB `[3, side, side]`.
    ///
    /// # Errors
    ///
    /// Where a length is not the net's, or it cannot run.
    fn run(&mut self, input: &[f32], outputs: [&mut [f32]; 2]) -> Result<()>;
}

/// The nets that find faces.
pub struct Nets {
    /// BlazeFace short range: 128 pixels, −1 to 1 → 896 × 16 and 896.
    pub short: Box<dyn Net>,
    /// BlazeFace full range: 192 pixels, −1 to 1 → 2304 × 16 and 2304.
    pub full: Box<dyn Net>,
    /// FaceMesh V2: 256 pixels, 0 to 1 → 478 × 3 and 1.
    pub mesh: Box<dyn Net>,
}
