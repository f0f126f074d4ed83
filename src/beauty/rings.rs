//! Rings of landmarks: the outlines that masks are drawn from.
//!
//! Indices are those of MediaPipe's face mesh (`face_mesh_connections.py`, 0.10.21), put in order:
//! each ring runs clockwise on screen and its last point joins its first. Left and right are the
//! person's.

/// The face's outline, from the top of the forehead (10) over the person's left ear (454), the chin (152) and the right ear (234).
#[cfg(test)]
pub(super) const FACE_OVAL: [u16; 36] = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
    148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/// The lids of the person's right eye (image left), from the outer corner (33) over the upper lid to the inner corner (133) and back.
pub(super) const RIGHT_EYE: [u16; 16] =
    [33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7];

/// The lids of the person's left eye (image right), from the outer corner (263) over the lower lid to the inner corner (362) and back.
pub(super) const LEFT_EYE: [u16; 16] =
    [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466];

/// The person's right eyebrow (image left), from the outer end of its upper edge.
pub(super) const RIGHT_BROW: [u16; 10] = [70, 63, 105, 66, 107, 55, 65, 52, 53, 46];

/// The person's left eyebrow (image right), from the outer end of its upper edge.
pub(super) const LEFT_BROW: [u16; 10] = [300, 276, 283, 282, 295, 285, 336, 296, 334, 293];

/// The outer edge of the lips, from the corner on the person's right (61, image left) over the upper lip.
pub(super) const LIPS_OUTER: [u16; 20] =
    [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146];
