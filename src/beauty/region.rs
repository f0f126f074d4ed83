use std::collections::BTreeMap;

use ndarray::{ArrayViewMut3, s};
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::beauty::mesh::TRIANGLES;
use crate::beauty::plane::Plane;
use crate::error::{Error, Result};
use crate::face::{Face, Point};

/// How much larger than the face the region is: room for the widest filter and the warps.
const ROOM: f32 = 1.3;
/// Both sides of the face at the ears: their distance in space is the face's width, however the
/// head is turned.
const EARS: [u16; 2] = [234, 454];
/// A wider face, in pixels, is a net's slip: it would make filters of any size.
const WIDEST: f32 = 32_768.0;

/// A straight piece of an outline, from and to, in pixels of the region.
pub(super) type Edge = [[f32; 2]; 2];

/// The edges of a shape, in any order. They are made of landmarks, and wiped like these.
pub(super) type Outline = Zeroizing<Vec<Edge>>;

/// The part of a frame that the effects of one face may touch, in whole pixels.
pub(super) struct Region<'a> {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    /// In pixels. Every radius and feather is a share of it.
    pub(super) face_width: f32,
    face: &'a Face,
}

impl<'a> Region<'a> {
    /// The region about a face; `None` where the frame has no pixel of it, or its landmarks are no
    /// face's.
    pub(super) fn around(face: &'a Face, frame_width: usize, frame_height: usize) -> Option<Self> {
        if !face.landmarks.as_flattened().iter().all(|value| value.is_finite()) {
            return None;
        }
        let extent = face.extent();
        let [x, y] = extent.centre();
        let along = |middle: f32, length: f32, limit: usize| {
            // A cast from a float saturates.
            let start = (middle - ROOM / 2.0 * length).floor() as usize;
            let end = ((middle + ROOM / 2.0 * length).ceil() as usize).min(limit);
            (start < end).then(|| (start, end - start))
        };
        let (x, width) = along(x, extent.width, frame_width)?;
        let (y, height) = along(y, extent.height, frame_height)?;
        let [right, left] = EARS.map(|ear| face.landmarks.get(usize::from(ear)));
        let face_width = distance(right?, left?);
        if face_width > WIDEST {
            return None;
        }
        Some(Self { x, y, width, height, face_width, face })
    }

    /// The edges of a ring of landmarks, in pixels of the region.
    pub(super) fn ring(&self, indices: &[u16]) -> Outline {
        let ends = indices.iter().cycle().skip(1);
        outline(indices.iter().zip(ends).filter_map(|(&from, &to)| self.edge(from, to)))
    }

    /// The edges of the face as it is seen: of a turned head the side that is hidden behind the
    /// cheek lies within, and the cheek's silhouette takes the place of the oval.
    pub(super) fn silhouette(&self) -> Outline {
        // With every triangle turned to run clockwise, edges inside cancel each other out.
        let mut net = BTreeMap::new();
        for &[a, b, c] in &TRIANGLES {
            let Some([[p, _], [q, r]]) = self.edge(a, b).zip(self.edge(b, c)).map(<[_; 2]>::from)
            else {
                continue;
            };
            let area = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
            let (b, c) = if area < 0.0 { (c, b) } else { (b, c) };
            for (from, to) in [(a, b), (b, c), (c, a)] {
                *net.entry((from.min(to), from.max(to))).or_insert(0) +=
                    if from < to { 1_i32 } else { -1 };
            }
        }
        outline(net.into_iter().flat_map(|((low, high), times)| {
            let (from, to) = if times < 0 { (high, low) } else { (low, high) };
            let edge = self.edge(from, to);
            std::iter::repeat_n(edge, times.unsigned_abs() as usize).flatten()
        }))
    }

    fn edge(&self, from: u16, to: u16) -> Option<Edge> {
        Some([self.place(from)?, self.place(to)?])
    }

    fn place(&self, landmark: u16) -> Option<[f32; 2]> {
        let &[x, y, _] = self.face.landmarks.get(usize::from(landmark))?;
        Some([x - self.x as f32, y - self.y as f32])
    }

    /// Its left and upper edge in the frame.
    #[cfg(test)]
    pub(super) fn corner(&self) -> [usize; 2] {
        [self.x, self.y]
    }

    /// The region's pixels of a frame.
    ///
    /// # Errors
    ///
    /// As [`Patch::of`].
    pub(super) fn cut<'f>(&self, frame: ArrayViewMut3<'f, u8>) -> Result<Patch<'f>> {
        let Self { x, y, width, height, .. } = *self;
        Patch::of(frame.slice_move(s![y..y + height, x..x + width, ..]))
    }

    /// A plane of zeros, as large as the region.
    pub(super) fn plane(&self) -> Plane {
        Plane::new(self.width, self.height)
    }
}

/// Collects the edges without growing, which would leave copies behind.
fn outline(edges: impl Iterator<Item = Edge>) -> Outline {
    let mut outline = Zeroizing::new(Vec::with_capacity(3 * TRIANGLES.len()));
    outline.extend(edges);
    outline
}

fn distance(a: &Point, b: &Point) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

/// The pixels of a region, borrowed from the frame: RGB by rows.
pub(super) struct Patch<'a> {
    rows: Vec<&'a mut [u8]>,
}

impl<'a> Patch<'a> {
    /// The patch of these pixels, `[height, width, 3]`.
    ///
    /// # Errors
    ///
    /// Where the pixels of a row do not follow each other.
    pub(super) fn of(pixels: ArrayViewMut3<'a, u8>) -> Result<Self> {
        let rows = pixels.into_outer_iter_mut().map(|row| row.into_slice());
        let rows = rows.collect::<Option<_>>();
        let why = "the pixels of a row do not follow each other";
        Ok(Self { rows: rows.ok_or_else(|| Error::input("frame", why))? })
    }

    pub(super) fn rows(&self) -> impl IndexedParallelIterator<Item = &[[u8; 3]]> {
        self.rows.par_iter().map(|row| row.as_chunks().0)
    }

    pub(super) fn rows_mut(&mut self) -> impl IndexedParallelIterator<Item = &mut [[u8; 3]]> {
        self.rows.par_iter_mut().map(|row| row.as_chunks_mut().0)
    }
}

#[cfg(test)]
mod tests {
    use super::Region;
    use crate::beauty::sample::astronaut;

    #[test]
    fn the_region_lies_within_the_frame() {
        let mut face = astronaut().face;
        let region = |face: &_, width, height| {
            let region: Option<Region<'_>> = Region::around(face, width, height);
            region.map(|r| [r.x, r.y, r.width, r.height])
        };
        // MediaPipe's detector has the face at 177, 82 with sides of 95.
        let [x, y, width, height] = region(&face, 512, 512).unwrap();
        assert!(x < 177 && y < 82 && x + width > 272 && y + height > 177);
        assert!(width < 140 && height < 180);
        assert_eq!(region(&face, 200, 100).unwrap(), [x, y, 200 - x, 100 - y]);
        assert_eq!(region(&face, x, 512), None);
        for (shift, limit) in [(-1e4, 512), (1e4, 512), (f32::NAN, 512), (f32::INFINITY, 512)] {
            face.landmarks[7][0] = shift;
            assert!(region(&face, limit, limit).is_none_or(|[x, _, width, _]| x + width <= limit));
        }
        face.landmarks.as_flattened_mut().iter_mut().for_each(|value| *value -= 1e6);
        assert_eq!(region(&face, 512, 512), None);
        let mut face = astronaut().face;
        face.landmarks.iter_mut().flatten().for_each(|value| *value *= 1e6);
        assert_eq!(region(&face, 512, 512), None);
    }

    #[test]
    fn the_width_of_a_face_does_not_turn_with_it() {
        let mut face = astronaut().face;
        let width = Region::around(&face, 512, 512).unwrap().face_width;
        assert!((80.0..100.0).contains(&width), "{width}");
        for [x, _, z] in &mut face.landmarks {
            (*x, *z) = (256.0 + 0.8 * (*x - 256.0) + 0.6 * *z, 0.8 * *z - 0.6 * (*x - 256.0));
        }
        let turned = Region::around(&face, 512, 512).unwrap().face_width;
        assert!((turned - width).abs() < 0.01, "{turned} {width}");
    }
}
