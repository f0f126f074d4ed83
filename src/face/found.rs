use std::slice;

use zeroize::Zeroize;

use crate::found::{self, Device};
use crate::purpose::FaceEffects;

/// The number of landmarks of a face: 468 of the mesh, 10 of the irises.
pub const LANDMARKS: usize = 478;

/// The faces of one picture. A host holds them as [`Local<Faces>`](crate::Local): good for the
/// renderer of this process, and for nothing else.
///
/// There is no embedding, no template and no identity in it, and no way out: no
/// [`Egress`](crate::Egress) variant carries a face.
#[derive(Default)]
pub struct Faces(Vec<Face>);

/// One face, in pixels of the upright picture: x to the right, y down, 0, 0 the corner of the
/// first pixel.
pub struct Face {
    /// The detector's score, from the threshold to 1.
    pub(crate) score: f32,
    /// The detector's box.
    pub(crate) bounds: Bounds,
    /// MediaPipe's landmarks; z in pixels too, less is nearer, 0 about the head's centre.
    pub(crate) landmarks: Landmarks,
    pub(crate) pose: Pose,
}

pub(crate) type Point = [f32; 3];
pub(crate) type Landmarks = [Point; LANDMARKS];

/// An upright rectangle, in pixels.
#[derive(Clone, Copy, Default, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Bounds {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Bounds {
    pub(crate) fn centre(&self) -> [f32; 2] {
        [self.x + self.width / 2.0, self.y + self.height / 2.0]
    }

    /// Intersection over union, 0 to 1.
    pub(crate) fn overlap(&self, other: &Self) -> f32 {
        let shared = |a: f32, a_length: f32, b: f32, b_length: f32| {
            ((a + a_length).min(b + b_length) - a.max(b)).max(0.0)
        };
        let intersection = shared(self.x, self.width, other.x, other.width)
            * shared(self.y, self.height, other.y, other.height);
        let union = self.width * self.height + other.width * other.height - intersection;
        if union > 0.0 { intersection / union } else { 0.0 }
    }
}

impl Zeroize for Bounds {
    fn zeroize(&mut self) {
        [&mut self.x, &mut self.y, &mut self.width, &mut self.height]
            .into_iter()
            .for_each(f32::zeroize);
    }
}

/// How a head is turned, in degrees: yaw > 0 to image right, pitch > 0 up, roll > 0 clockwise in
/// the image.
#[derive(Clone, Copy, Default, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Pose {
    pub(crate) yaw: f32,
    pub(crate) pitch: f32,
    pub(crate) roll: f32,
}

impl Face {
    /// The least upright rectangle about the landmarks.
    pub(crate) fn extent(&self) -> Bounds {
        let ends = |axis: usize| {
            let along = self.landmarks.iter().filter_map(|point| point.get(axis));
            along.fold((f32::MAX, f32::MIN), |(least, most), v| (least.min(*v), most.max(*v)))
        };
        let ((left, right), (top, bottom)) = (ends(0), ends(1));
        Bounds { x: left, y: top, width: right - left, height: bottom - top }
    }
}

impl Faces {
    pub(crate) fn iter(&self) -> slice::Iter<'_, Face> {
        self.0.iter()
    }
}

impl FromIterator<Face> for Faces {
    fn from_iter<I: IntoIterator<Item = Face>>(faces: I) -> Self {
        Self(faces.into_iter().collect())
    }
}

impl Zeroize for Faces {
    fn zeroize(&mut self) {
        for face in &mut self.0 {
            face.landmarks.as_flattened_mut().zeroize();
            face.score.zeroize();
            face.bounds.zeroize();
            let Pose { yaw, pitch, roll } = &mut face.pose;
            [yaw, pitch, roll].into_iter().for_each(f32::zeroize);
        }
        self.0.clear();
    }
}

impl found::sealed::Sealed for Faces {}

impl found::Found for Faces {
    type Purpose = FaceEffects;
    type Reach = Device;
    const MAX_BITS: u32 = 0;
}

/// How many there are is the host's to know: to ask for a face, or for fewer.
impl crate::Local<Faces> {
    /// The number of faces.
    pub fn count(&self) -> usize {
        // Looks to count; where and what they are stays closed.
        self.look_inside().0.len()
    }
}
