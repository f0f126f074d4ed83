use crate::face::Faces;
use crate::private::Local;

/// A face, opened. Pixels of the upright picture, degrees.
#[derive(Clone)]
pub struct FaceView {
    /// The detector's score, 0 to 1.
    pub score: f32,
    /// The detector's box: left, top, width, height.
    pub bounds: [f32; 4],
    /// Yaw, positive to image right.
    pub yaw: f32,
    /// Pitch, positive upwards.
    pub pitch: f32,
    /// Roll, positive clockwise in the image.
    pub roll: f32,
    /// x, y, z.
    pub landmarks: Vec<[f32; 3]>,
}

/// The faces of a picture, best first.
pub fn faces(faces: &Local<Faces>) -> Vec<FaceView> {
    // Looks for the person at the keyboard, whose command it is.
    let open = faces.look_inside().iter().map(|face| FaceView {
        score: face.score,
        bounds: [face.bounds.x, face.bounds.y, face.bounds.width, face.bounds.height],
        yaw: face.pose.yaw,
        pitch: face.pose.pitch,
        roll: face.pose.roll,
        landmarks: face.landmarks.to_vec(),
    });
    open.collect()
}
