//! The clean photos with MediaPipe's landmarks, for the tests of this module.

use std::path::{Path, PathBuf};

use ndarray::Array3;
use serde_json::Value;

use crate::face::{Bounds, Face, Faces, LANDMARKS, Pose};
use crate::private::Local;

pub(super) struct Sample {
    /// `[height, width, 3]`, RGB.
    pub(super) pixels: Array3<u8>,
    pub(super) face: Face,
}

pub(super) fn astronaut() -> Sample {
    sample("astronaut.png")
}

pub(super) fn hopper() -> Sample {
    sample("grace_hopper.jpg")
}

fn sample(name: &str) -> Sample {
    let reference = std::fs::read(data("face/mediapipe_reference.json")).unwrap();
    let reference: Value = serde_json::from_slice(&reference).unwrap();
    let landmarks = serde_json::from_value(reference[name]["faces"][0].clone()).unwrap();
    Sample { pixels: picture(&data(name)), face: face(landmarks) }
}

pub(super) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

pub(super) fn picture(path: &Path) -> Array3<u8> {
    let image = image::open(path).unwrap().into_rgb8();
    let shape = (image.height() as usize, image.width() as usize, 3);
    Array3::from_shape_vec(shape, image.into_raw()).unwrap()
}

pub(super) fn face(landmarks: Vec<[f32; 3]>) -> Face {
    assert_eq!(landmarks.len(), LANDMARKS);
    Face {
        score: 1.0,
        bounds: Bounds::default(),
        landmarks: landmarks.try_into().unwrap(),
        pose: Pose::default(),
    }
}

pub(super) fn faces(faces: impl IntoIterator<Item = Face>) -> Local<Faces> {
    Local::keep(faces.into_iter().collect())
}
