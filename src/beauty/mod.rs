//! Retouching by the landmarks of [`face`](crate::face). The picture goes back to the caller
//! that gave it; nothing leaves.
//!
//! A [`Look`] names effects and their strengths. For each face it draws masks in a region around
//! the face and applies the effects in a fixed order; outside the masks every byte stays as it
//! was.

mod look;
mod mask;
mod mesh;
#[allow(
    clippy::indexing_slicing,
    reason = "every row of a plane is as long as its width, and every window is cut to it"
)]
mod plane;
#[cfg(test)]
mod quality;
mod region;
mod render;
mod rings;
#[cfg(test)]
mod sample;
mod smooth;

pub use look::Look;
