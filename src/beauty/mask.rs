//! Where an effect works: outlines filled with smooth edges, and the likelihood of skin.

use rayon::prelude::*;

use crate::beauty::plane::Plane;
use crate::beauty::region::{Edge, Outline, Patch, Region};
use crate::beauty::rings::{LEFT_BROW, LEFT_EYE, LIPS_OUTER, RIGHT_BROW, RIGHT_EYE};

/// The standard deviation of a mask's edge, in face widths: 3 pixels on a face of 230.
const FEATHER: f32 = 0.013;
/// That of the edge about eyes, brows and lips: lashes reach further than the lids.
const LASHES: f32 = 0.02;
/// The person's right cheek (image left), clear of eye, nose and beard, clockwise.
const RIGHT_CHEEK: [u16; 8] = [117, 118, 101, 36, 205, 187, 123, 116];
/// The person's left cheek (image right), clockwise.
const LEFT_CHEEK: [u16; 8] = [346, 345, 352, 411, 425, 266, 330, 347];
/// Fewer cheek pixels than this say nothing about the skin's colour.
const LEAST_CHEEK: u32 = 24;
/// The spread of skin chroma that is assumed at least and at most, in levels: JPEG noise below,
/// make-up or a shadow with a tint above.
const SPREAD: [f32; 2] = [3.0, 8.0];
/// Up to so many spreads from the cheeks' chroma a pixel is skin …
const SURE: f32 = 2.5;
/// … and from so many on it is not.
const NEVER: f32 = 5.0;
/// The luma at which chroma is compared.
const EVEN_LUMA: f32 = 112.0;
/// Added to luma: of black the chroma is noise.
const DARK: f32 = 16.0;

/// The skin of a face, 0 to 1: the face without eyes, brows and lips, faded where the colour is
/// not that of the cheeks: hair, a hand's shadow, glasses.
///
/// Every edge is feathered into the skin: outside the face, and on eyes, brows and lips, the mask
/// is 0; the lashes lie in the feather.
pub(super) fn skin(region: &Region<'_>, patch: &Patch<'_>) -> Plane {
    let features = [&RIGHT_EYE[..], &LEFT_EYE, &RIGHT_BROW, &LEFT_BROW, &LIPS_OUTER];
    let mut mask = filled(region, &[region.silhouette()]);
    // A straight edge lies where its blur is at a half.
    let feather = FEATHER * region.face_width;
    mask.zip_with(&mask.gaussian(feather), |inside, blurred| inside.min(2.0 * blurred - 1.0));
    let mut near = filled(region, &features.map(|indices| region.ring(indices)));
    near.zip_with(&near.gaussian(LASHES * region.face_width), |on, blurred| on.max(2.0 * blurred));
    mask.zip_with(&near, |skin, near| skin.max(0.0) * (1.0 - near).max(0.0));

    if let Some(tone) = Tone::of_cheeks(region, patch) {
        let mut likely = region.plane();
        likely.rows_mut().zip(patch.rows()).for_each(|(row, pixels)| {
            row.iter_mut().zip(pixels).for_each(|(likely, &pixel)| *likely = tone.likely(pixel));
        });
        mask.zip_with(&likely.gaussian(feather), |skin, likely| skin * likely);
    }
    mask
}

/// The share of each pixel that lies inside any of the outlines.
fn filled(region: &Region<'_>, outlines: &[Outline]) -> Plane {
    let mut plane = region.plane();
    plane.rows_mut().enumerate().for_each(|(y, row)| {
        let mut covered = vec![0.0; row.len()];
        for outline in outlines {
            cover(outline, y, &mut covered);
            row.iter_mut().zip(&covered).for_each(|(share, &more)| *share = share.max(more));
        }
    });
    plane
}

/// Sets a row of pixels to the share of each that lies inside the outline, 0 to 1.
///
/// Edges add their signed area to the right (as font rasterisers do: Levien, "Inside the fastest
/// font renderer in the world", 2016); inside is where the winding is not 0, so that an outline
/// that crosses itself stays filled.
fn cover(outline: &[Edge], y: usize, row: &mut [f32]) {
    row.fill(0.0);
    let (top, bottom) = (y as f32, y as f32 + 1.0);
    for &[[x0, y0], [x1, y1]] in outline {
        let (from, to) = (y0.clamp(top, bottom), y1.clamp(top, bottom));
        if from != to {
            let at = |y| x0 + (x1 - x0) * (y - y0) / (y1 - y0);
            add_edge(row, at(from), at(to), to - from);
        }
    }
    let mut winding = 0.0;
    for share in row {
        winding += *share;
        *share = f32::abs(winding).min(1.0);
    }
}

/// Adds an edge from `from` to `to` that falls by `drop` within the row: each pixel's step is how
/// much more of it than of its left neighbour lies right of the edge.
fn add_edge(steps: &mut [f32], from: f32, to: f32, drop: f32) {
    let (low, high) = (from.min(to), from.max(to));
    if low >= steps.len() as f32 {
        return;
    }
    // Right of the row nothing counts, however far the edge goes.
    let last = high.min(steps.len() as f32);
    let mut add = |x: f32, drop: f32| {
        let column = x.max(0.0).floor();
        let right = x.max(0.0) - column;
        // A cast from a float saturates.
        let mut places = steps.iter_mut().skip(column as usize);
        places.next().into_iter().for_each(|step| *step += drop * (1.0 - right));
        places.next().into_iter().for_each(|step| *step += drop * right);
    };
    if high - low < 1e-3 {
        return add((low + high) / 2.0, drop);
    }
    // By the columns that the edge crosses; all that is left of the row counts as one.
    let mut start = low;
    while start < last {
        let end = if start < 0.0 { 0.0 } else { start.floor() + 1.0 };
        let end = end.min(high);
        add((start + end) / 2.0, drop * (end - start) / (high - low));
        start = end;
    }
}

/// The chroma of one face's skin.
struct Tone {
    middle: [f32; 2],
    spread: [f32; 2],
}

impl Tone {
    /// The median chroma of the cheeks, which a beard, a strand of hair or a highlight does not
    /// move; `None` where too little of them is in the frame.
    fn of_cheeks(region: &Region<'_>, patch: &Patch<'_>) -> Option<Self> {
        let cheeks = [region.ring(&RIGHT_CHEEK), region.ring(&LEFT_CHEEK)];
        let counted = patch.rows().enumerate().map(|(y, pixels)| {
            let mut counts = [Histogram::new(), Histogram::new()];
            let mut covered = vec![0.0; pixels.len()];
            for cheek in &cheeks {
                cover(cheek, y, &mut covered);
                for (&pixel, _) in pixels.iter().zip(&covered).filter(|&(_, &share)| share == 1.0) {
                    counts.iter_mut().zip(chroma(pixel)).for_each(|(count, c)| count.add(c));
                }
            }
            counts
        });
        let [cb, cr] = counted.reduce(
            || [Histogram::new(), Histogram::new()],
            |[cb, cr], [more_cb, more_cr]| [cb.with(&more_cb), cr.with(&more_cr)],
        );
        let enough = cb.total() >= LEAST_CHEEK;
        let [(cb, cb_spread), (cr, cr_spread)] = [cb, cr].map(|counts| counts.middle_and_spread());
        enough.then_some(Self { middle: [cb, cr], spread: [cb_spread, cr_spread] })
    }

    /// How likely the pixel is of this skin, 0 to 1.
    fn likely(&self, pixel: [u8; 3]) -> f32 {
        let [cb, cr] = chroma(pixel);
        let [cb_middle, cr_middle] = self.middle;
        let [cb_spread, cr_spread] = self.spread;
        let distance = ((cb - cb_middle) / cb_spread).hypot((cr - cr_middle) / cr_spread);
        ((NEVER - distance) / (NEVER - SURE)).clamp(0.0, 1.0)
    }
}

/// Cb and Cr of BT.601, full range, as they would be in a light in which luma is
/// [`EVEN_LUMA`]: a shadow scales chroma and luma alike.
fn chroma(pixel: [u8; 3]) -> [f32; 2] {
    let [r, g, b] = pixel.map(f32::from);
    let light = (EVEN_LUMA + DARK) / (0.299 * r + 0.587 * g + 0.114 * b + DARK);
    let cb = -0.168_736 * r - 0.331_264 * g + 0.5 * b;
    let cr = 0.5 * r - 0.418_688 * g - 0.081_312 * b;
    [cb, cr].map(|chroma| 128.0 + light * chroma)
}

/// How often each level occurs.
struct Histogram([u32; 256]);

impl Histogram {
    fn new() -> Self {
        Self([0; 256])
    }

    fn add(&mut self, value: f32) {
        let count = self.0.get_mut(usize::from(value.round() as u8));
        count.into_iter().for_each(|count| *count += 1);
    }

    fn with(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(count, more)| *count += more);
        self
    }

    fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    fn median(&self) -> f32 {
        let half = self.total() / 2;
        let mut below = 0;
        let reached = self.0.iter().position(|count| {
            below += count;
            below > half
        });
        reached.unwrap_or_default() as f32
    }

    /// The median, and the standard deviation by the median distance from it, within
    /// [`SPREAD`].
    fn middle_and_spread(&self) -> (f32, f32) {
        let middle = self.median();
        let mut distances = Self::new();
        for (level, &count) in self.0.iter().enumerate() {
            let place = distances.0.get_mut((level as f32 - middle).abs() as usize);
            place.into_iter().for_each(|place| *place += count);
        }
        // The median distance of a normal distribution is 1 / 1.4826 of its deviation.
        let [least, most] = SPREAD;
        (middle, (1.4826 * distances.median()).clamp(least, most))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::s;
    use rayon::prelude::*;

    use std::f32::consts::FRAC_1_SQRT_2 as HALF;

    use super::{Edge, Patch, Region, cover, filled, skin};
    use crate::beauty::rings::FACE_OVAL;
    use crate::beauty::sample::{Sample, astronaut, hopper};

    fn edges(ring: &[[f32; 2]]) -> Vec<Edge> {
        ring.iter().zip(ring.iter().cycle().skip(1)).map(|(&from, &to)| [from, to]).collect()
    }

    fn covered(ring: &[[f32; 2]], width: usize, height: usize) -> Vec<f32> {
        let mut rows = vec![0.0; width * height];
        for (y, row) in rows.chunks_exact_mut(width).enumerate() {
            cover(&edges(ring), y, row);
        }
        rows
    }

    #[test]
    fn a_rectangle_covers_its_area_either_way_round() {
        let mut ring = [[1.25, 0.5], [3.5, 0.5], [3.5, 2.0], [1.25, 2.0]];
        let expected = [[0.0, 0.375, 0.5, 0.25], [0.0, 0.75, 1.0, 0.5], [0.0; 4]];
        assert_eq!(covered(&ring, 4, 3), expected.as_flattened());
        ring.reverse();
        assert_eq!(covered(&ring, 4, 3), expected.as_flattened());
    }

    #[test]
    fn slanted_edges_cover_their_share() {
        let diamond = [[10.3, 2.1], [18.9, 9.4], [9.2, 17.8], [1.7, 8.6]];
        let area: f32 = edges(&diamond).iter().map(|[p, q]| p[0] * q[1] - p[1] * q[0]).sum();
        let sum: f32 = covered(&diamond, 20, 20).iter().sum();
        assert!((sum - area.abs() / 2.0).abs() < 1e-3, "{sum} {area}");
        // Below the diagonal of a pixel lies half of it.
        assert_eq!(covered(&[[0.0, 0.0], [2.0, 2.0], [0.0, 2.0]], 2, 2), [0.5, 0.0, 1.0, 0.5]);
    }

    #[test]
    fn an_outline_that_crosses_itself_is_filled() {
        let bow = [[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [0.0, 4.0]];
        let rows = covered(&bow, 4, 4);
        assert_eq!(rows[4..8], [1.0, 0.5, 0.5, 1.0]);
        assert_eq!(rows[1], 0.0);
        let twice: Vec<_> = [[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0]].repeat(2);
        assert_eq!(covered(&twice, 4, 4)[4..8], [0.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn what_lies_beyond_the_rows_does_not_reach_in() {
        let ring = [[-3.7, -2.0], [9.0, 1.5], [5.2, 11.0], [-6.0, 6.3]];
        let moved = ring.map(|[x, y]| [x + 8.0, y + 8.0]);
        let (inside, whole) = (covered(&ring, 5, 5), covered(&moved, 24, 24));
        for (i, share) in inside.iter().enumerate() {
            let expected = whole[(i / 5 + 8) * 24 + i % 5 + 8];
            assert!((share - expected).abs() < 1e-4, "{i}: {share} {expected}");
        }
        assert_eq!(covered(&ring.map(|[x, y]| [x - 1e30, y]), 5, 5), [0.0; 25]);
        assert_eq!(covered(&ring.map(|[x, y]| [x + 1e30, y]), 5, 5), [0.0; 25]);
    }

    /// The mask over the whole frame, by pixel.
    fn skin_of(sample: &Sample) -> impl Fn(usize, usize) -> f32 + use<> {
        let mut pixels = sample.pixels.clone();
        let (height, width, _) = pixels.dim();
        let region = Region::around(&sample.face, width, height).unwrap();
        let mask = skin(&region, &region.cut(pixels.view_mut()).unwrap());
        let rows: Vec<Vec<f32>> = mask.rows().map(<[f32]>::to_vec).collect();
        let [left, top] = region.corner();
        move |x, y| {
            *rows.get(y.wrapping_sub(top)).and_then(|r| r.get(x.wrapping_sub(left))).unwrap()
        }
    }

    #[test]
    fn skin_is_cheeks_and_not_eyes_brows_lips_or_hair() {
        for sample in [astronaut(), hopper()] {
            let skin = skin_of(&sample);
            let between = |landmarks: [usize; 2]| {
                let [a, b] = landmarks.map(|landmark| sample.face.landmarks[landmark]);
                skin(((a[0] + b[0]) / 2.0) as usize, ((a[1] + b[1]) / 2.0) as usize)
            };
            // Cheeks, the side of the nose, the chin.
            for landmark in [50, 280, 205, 425, 199] {
                let skin = between([landmark; 2]);
                assert!(skin > 0.9, "{landmark}: {skin}");
            }
            // The irises; the middle of the brows, of the lips, of the mouth.
            let pairs = [[468; 2], [473; 2], [105, 52], [334, 282], [0, 13], [14, 17], [13, 14]];
            for pair in pairs {
                assert!(between(pair) < 0.05, "{pair:?}: {}", between(pair));
            }
        }
    }

    #[test]
    fn another_colour_before_the_face_fades_out() {
        let mut sample = astronaut();
        let [x, y, _] = sample.face.landmarks[199].map(|v| v as usize);
        assert!(skin_of(&sample)(x, y) > 0.9);
        let mut chin = sample.pixels.slice_mut(s![y - 6..y + 7, x - 6..x + 7, ..]);
        chin.lanes_mut(ndarray::Axis(2)).into_iter().for_each(|mut pixel| {
            pixel.assign(&ndarray::array![40, 90, 160]);
        });
        assert!(skin_of(&sample)(x, y) < 0.05);
    }

    #[test]
    fn a_shadow_on_the_skin_is_still_skin() {
        let mut sample = astronaut();
        let bright = sample.pixels.clone();
        // The half of the face right of the nose at a third of the light's code values.
        let nose = sample.face.landmarks[4][0] as usize;
        sample.pixels.slice_mut(s![.., nose.., ..]).mapv_inplace(|colour| colour / 3);
        let (lit, shaded) = (skin_of(&Sample { pixels: bright, ..astronaut() }), skin_of(&sample));
        for landmark in [280, 425, 330] {
            let [x, y, _] = sample.face.landmarks[landmark].map(|v| v as usize);
            assert!(shaded(x, y) > 0.8 * lit(x, y), "{landmark}: {}", shaded(x, y));
        }
    }

    #[test]
    fn the_silhouette_is_the_oval_seen_from_the_front_and_all_of_the_face_when_turned() {
        let mut face = hopper().face;
        let area = |region: &Region<'_>, outline| -> f32 {
            filled(region, &[outline]).rows().flatten_iter().sum()
        };
        let region = Region::around(&face, 512, 600).unwrap();
        let (oval, seen) =
            (area(&region, region.ring(&FACE_OVAL)), area(&region, region.silhouette()));
        assert!((seen / oval - 1.0).abs() < 0.01, "{seen} {oval}");

        // By 45° about the upright axis.
        let middle = face.landmarks[4][0];
        for [x, _, z] in &mut face.landmarks {
            (*x, *z) = (middle + HALF * (*x - middle + *z), HALF * (*z - *x + middle));
        }
        let region = Region::around(&face, 512, 600).unwrap();
        let (oval, seen) =
            (area(&region, region.ring(&FACE_OVAL)), area(&region, region.silhouette()));
        assert!(seen > 1.1 * oval, "{seen} {oval}");
        let rows: Vec<Vec<f32>> =
            filled(&region, &[region.silhouette()]).rows().map(<[f32]>::to_vec).collect();
        let [left, top] = region.corner();
        // Landmarks well inside the mesh lie inside the silhouette, whichever way it is turned.
        for landmark in [4, 1, 50, 280, 205, 425, 0, 17, 168, 9, 199] {
            let [x, y, _] = face.landmarks[landmark].map(|v| v as usize);
            assert!(rows[y - top][x - left] > 0.4, "{landmark}");
        }
    }

    #[test]
    fn with_no_cheek_in_sight_the_outlines_decide() {
        let mut sample = astronaut();
        let forehead = sample.face.landmarks[151][1] as usize + 2;
        sample.pixels = sample.pixels.slice(s![..forehead, .., ..]).to_owned();
        let [x, _, _] = sample.face.landmarks[151].map(|v| v as usize);
        let mut pixels = sample.pixels.clone();
        let region = Region::around(&sample.face, 512, forehead).unwrap();
        let patch: Patch<'_> = region.cut(pixels.view_mut()).unwrap();
        assert!(super::Tone::of_cheeks(&region, &patch).is_none());
        assert!(skin_of(&sample)(x, forehead - 2) > 0.9);
    }
}
