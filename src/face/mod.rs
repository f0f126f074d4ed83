//! Faces in a picture: boxes, 478 landmarks, head pose. Nothing of it can leave.
//!
//! Finding a face takes a live permit for
//! [`FaceEffects`](crate::purpose::FaceEffects), which is sensitive; what is found is
//! [`Local`](crate::Local). There is no recognition: no embedding, no template, no identity.

mod canonical;
#[allow(clippy::indexing_slicing, reason = "coordinates by constant axes")]
mod detect;
mod found;
mod nn;
#[allow(clippy::indexing_slicing, reason = "matrices of constant size")]
mod pose;
mod recognise;
mod region;
#[allow(
    clippy::indexing_slicing,
    reason = "pixels clamped to the frame, colours by constant channels"
)]
mod source;

#[cfg(feature = "beauty")]
pub(crate) use found::Point;
#[cfg(all(test, feature = "beauty"))]
pub(crate) use found::{Bounds, Pose};
pub use found::{Face, Faces, LANDMARKS};
#[cfg(feature = "tract")]
pub use nn::TractNet;
pub use nn::{Net, Nets};
pub use recognise::{Detections, Detectors, Finder, Options};
