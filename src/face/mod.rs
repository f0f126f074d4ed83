//! Faces in a picture: boxes, 478 landmarks, head pose. Nothing of it can leave.
//!
//! Finding a face takes a live permit for
//! [`FaceEffects`](crate::purpose::FaceEffects), which is sensitive; what is found is
//! [`Local`](crate::Local).

mod found;
pub(crate) mod rings;

pub(crate) use found::{Bounds, Landmarks, Point, Pose};
pub use found::{Face, Faces, LANDMARKS};
