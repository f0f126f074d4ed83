//! From a detector's boxes and scores to faces in the picture.
//!
//! Anchors, decoding and suppression are those of MediaPipe 0.10.21 (`face_detection.pbtxt`,
//! `tensors_to_detections_calculator.cc`, `non_max_suppression_calculator.cc`).

use zeroize::{Zeroize, Zeroizing};

use super::found::Bounds;
use super::nn::Net;
use super::region::Region;
use super::source::{Border, Crop, Frame};
use crate::error::Result;

/// Values a row: centre x, y, width, height, then x, y of six keypoints.
const ROW: usize = 16;
/// Two boxes that overlap more are of one face (intersection over union).
const SAME_FACE: f32 = 0.3;
/// The mesh looks at a square this much longer than the detection's box.
const REGION_SCALE: f32 = 1.5;

/// A detector: how large its input is and where its anchors lie.
#[derive(Debug)]
pub(super) struct Detector {
    side: usize,
    /// Cells across, and anchors a cell, in the order of the output's rows.
    grids: &'static [(usize, usize)],
}

/// BlazeFace for faces within about two metres of a phone.
pub(super) const SHORT: Detector = Detector { side: 128, grids: &[(16, 2), (8, 6)] };
/// BlazeFace for smaller faces too.
pub(super) const FULL: Detector = Detector { side: 192, grids: &[(48, 1)] };

/// A face, roughly, in pixels of the picture.
#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Detection {
    pub(crate) score: f32,
    pub(crate) bounds: Bounds,
    /// The eyes: the person's right, then the left.
    pub(crate) eyes: [[f32; 2]; 2],
}

impl Zeroize for Detection {
    fn zeroize(&mut self) {
        self.score.zeroize();
        self.bounds.zeroize();
        self.eyes.as_flattened_mut().zeroize();
    }
}

impl Detection {
    /// The square that the mesh looks at: about the box, along the line of the eyes.
    pub(super) fn region(&self) -> Region {
        let [right, left] = self.eyes;
        Region {
            centre: self.bounds.centre(),
            side: REGION_SCALE * self.bounds.width.max(self.bounds.height),
            turn: (left[1] - right[1]).atan2(left[0] - right[0]),
        }
    }
}

impl Detector {
    /// The faces in the picture whose score is `threshold` or more, best first.
    pub(super) fn detect(
        &self,
        net: &mut dyn Net,
        frame: Frame<'_>,
        threshold: f32,
    ) -> Result<Vec<Detection>> {
        let letterbox = Region::letterbox(frame.width(), frame.height());
        let crop = Crop { side: self.side, low: -1.0, border: Border::Zero };
        let input = frame.seal(&letterbox, crop);
        let rows = self.anchors().count();
        let mut boxes = Zeroizing::new(vec![0.0; rows * ROW]);
        let mut scores = Zeroizing::new(vec![0.0; rows]);
        // Looks to run the net.
        net.run(input.look_inside(), [boxes.as_mut_slice(), scores.as_mut_slice()])?;

        let rows = self.anchors().zip(boxes.chunks_exact(ROW)).zip(scores.iter());
        let raw = rows.filter_map(|((anchor, row), score)| {
            let score = sigmoid(*score);
            (score >= threshold).then(|| self.decode(anchor, row, score, &letterbox)).flatten()
        });
        Ok(suppress(raw.collect()))
    }

    /// The anchors' centres, in sides of the input.
    fn anchors(&self) -> impl Iterator<Item = [f32; 2]> {
        self.grids.iter().flat_map(|&(cells, copies)| {
            (0..cells * cells * copies).map(move |row| {
                let cell = row / copies;
                [cell % cells, cell / cells].map(|at| (at as f32 + 0.5) / cells as f32)
            })
        })
    }

    fn decode(
        &self,
        anchor: [f32; 2],
        row: &[f32],
        score: f32,
        letterbox: &Region,
    ) -> Option<Detection> {
        let &[x, y, width, height, right_x, right_y, left_x, left_y, ..] = row else { return None };
        let side = self.side as f32;
        let place = |x, y| letterbox.place([anchor[0] + x / side, anchor[1] + y / side]);
        let [left, top] = place(x - width / 2.0, y - height / 2.0);
        let scale = letterbox.side / side;
        let bounds = Bounds { x: left, y: top, width: width * scale, height: height * scale };
        let eyes = [place(right_x, right_y), place(left_x, left_y)];
        let Bounds { x, y, width, height } = bounds;
        let finite = [x, y, width, height].iter().chain(eyes.as_flattened()).all(|v| v.is_finite());
        (finite && width > 0.0 && height > 0.0).then_some(Detection { score, bounds, eyes })
    }
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit.clamp(-100.0, 100.0)).exp())
}

/// Weighted non-maximum suppression: each face is the mean of its boxes by score.
fn suppress(mut raw: Vec<Detection>) -> Vec<Detection> {
    raw.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut faces = Vec::new();
    while !raw.is_empty() {
        let best = raw.remove(0);
        let (mut same, others): (Vec<_>, Vec<_>) =
            raw.into_iter().partition(|other| other.bounds.overlap(&best.bounds) > SAME_FACE);
        same.push(best);
        faces.push(mean(best.score, &same));
        raw = others;
    }
    faces
}

fn mean(score: f32, same: &[Detection]) -> Detection {
    let total: f32 = same.iter().map(|detection| detection.score).sum();
    let of = |value: &dyn Fn(&Detection) -> f32| {
        same.iter().map(|detection| detection.score * value(detection)).sum::<f32>() / total
    };
    let eye = |i: usize| [0, 1].map(|axis: usize| of(&|d| d.eyes[i][axis]));
    Detection {
        score,
        bounds: Bounds {
            x: of(&|d| d.bounds.x),
            y: of(&|d| d.bounds.y),
            width: of(&|d| d.bounds.width),
            height: of(&|d| d.bounds.height),
        },
        eyes: [eye(0), eye(1)],
    }
}

/// Both detectors' faces. Where both see one, the short range's box and eyes are kept: the full
/// range's move the mesh's region.
pub(super) fn merge(short: Vec<Detection>, full: Vec<Detection>) -> Vec<Detection> {
    let new = |detection: &Detection| {
        short.iter().all(|other| other.bounds.overlap(&detection.bounds) <= SAME_FACE)
    };
    let added: Vec<_> = full.into_iter().filter(new).collect();
    let mut merged = [short, added].concat();
    merged.sort_by(|a, b| b.score.total_cmp(&a.score));
    merged
}

#[cfg(test)]
mod tests {
    use super::{Detection, FULL, SHORT, merge, suppress};
    use crate::face::found::Bounds;

    fn detection(x: f32, score: f32) -> Detection {
        let bounds = Bounds { x, y: 0.0, width: 10.0, height: 10.0 };
        Detection { score, bounds, eyes: [[x, 1.0], [x + 4.0, 1.0]] }
    }

    #[test]
    fn anchors_are_as_many_as_rows() {
        assert_eq!(SHORT.anchors().count(), 896);
        assert_eq!(FULL.anchors().count(), 2304);
        assert_eq!(SHORT.anchors().nth(3), Some([1.5 / 16.0, 0.5 / 16.0]));
        assert_eq!(SHORT.anchors().nth(512 + 6 * 9), Some([1.5 / 8.0, 1.5 / 8.0]));
    }

    #[test]
    fn boxes_of_one_face_become_their_mean() {
        let faces = suppress(vec![detection(0.0, 0.6), detection(30.0, 0.7), detection(2.0, 0.9)]);
        let [best, other] = &faces[..] else { panic!("{} faces", faces.len()) };
        assert_eq!(best.score, 0.9);
        assert!((best.bounds.x - 1.2).abs() < 1e-6 && (best.eyes[1][0] - 5.2).abs() < 1e-6);
        assert_eq!(*other, detection(30.0, 0.7));
    }

    #[test]
    fn the_short_range_wins_where_both_see_a_face() {
        let merged =
            merge(vec![detection(0.0, 0.6)], vec![detection(1.0, 0.9), detection(50.0, 0.7)]);
        assert_eq!(merged, [detection(50.0, 0.7), detection(0.0, 0.6)]);
    }
}
