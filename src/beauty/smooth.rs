//! Skin smoothing on luma that keeps the pores.
//!
//! A guided filter with itself as guide (He, Sun and Tang, "Guided Image Filtering", 2013) evens
//! out what is flat and keeps edges. What it would change is then split in two bands: the coarse
//! one, blotches and shine, is applied; the fine one, the texture, is left alone.

use rayon::prelude::*;

use crate::beauty::plane::Plane;
use crate::beauty::region::Patch;

// `quality.rs` measures what these keep and what they take away.

/// The filter's window, in face widths.
const RADIUS: f32 = 0.07;
/// Where the bands part: a standard deviation in face widths, 2.4 pixels on a face of 220.
const SPLIT: f32 = 0.011;
/// The variance that counts as flat, as a share of the squared mean: with a constant one, dark
/// skin, whose contrasts are smaller, would lose all of its own.
const FLAT: f32 = 0.05;
/// Added to the squared mean: below it is the camera's noise.
const FLOOR: f32 = 1500.0;
/// Below this share of skin in a window there is nothing to average.
const LEAST_SKIN: f32 = 1e-4;

/// Smooths the patch where the mask is, by `strength`, 0 to 1.
///
/// The same change goes to all three channels: chroma stays.
pub(super) fn apply(patch: &mut Patch<'_>, mask: &Plane, face_width: f32, strength: f32) {
    let change = coarse_change(&luma(patch, mask), mask, face_width);
    patch.rows_mut().zip(change.rows()).zip(mask.rows()).for_each(|((pixels, change), mask)| {
        for ((pixel, change), mask) in pixels.iter_mut().zip(change).zip(mask) {
            let change = strength * mask * change;
            *pixel = pixel.map(|colour| (f32::from(colour) + change).round() as u8);
        }
    });
}

/// What full strength would add to luma `y`: the coarse band of (guided filter − y).
///
/// All means are weighted by the mask, so that eyes, lips and hair cast no shade on the skin
/// beside them. A Gaussian is linear: with `s` and `t` the coarse bands of `y` and of the filtered
/// `q`, `t + (y − s) − y = coarse(q − y)`, and one Gaussian serves for two.
fn coarse_change(y: &Plane, mask: &Plane, face_width: f32) -> Plane {
    let radius = ((RADIUS * face_width) as usize).max(2);
    let skin = mask.box_mean(radius);
    let on_skin = |mut plane: Plane| {
        plane.zip_with(mask, |sample, mask| sample * mask);
        let mut mean = plane.box_mean(radius);
        mean.zip_with(&skin, share);
        mean
    };
    let mut squares = y.clone();
    squares.zip_with(y, |_, y| y * y);
    let mut mean = on_skin(y.clone());
    let mut slope = on_skin(squares);
    slope.zip_with(&mean, |square, mean| {
        let variance = (square - mean * mean).max(0.0);
        variance / (variance + FLAT * (mean * mean + FLOOR))
    });
    mean.zip_with(&slope, |mean, slope| mean * (1.0 - slope));

    let mut change = on_skin(slope);
    change.zip_with(y, |slope, y| slope * y - y);
    change.zip_with(&on_skin(mean), |change, offset| change + offset);
    change.zip_with(mask, |change, mask| change * mask);
    let mut coarse = change.gaussian(SPLIT * face_width);
    coarse.zip_with(&mask.gaussian(SPLIT * face_width), share);
    coarse
}

/// A sum by its weight; 0 where there is none.
fn share(sum: f32, weight: f32) -> f32 {
    if weight > LEAST_SKIN { sum / weight } else { 0.0 }
}

/// Luma by BT.601, 0 to 255.
pub(super) fn luma(patch: &Patch<'_>, like: &Plane) -> Plane {
    let mut y = Plane::like(like);
    y.rows_mut().zip(patch.rows()).for_each(|(row, pixels)| {
        for (y, &[r, g, b]) in row.iter_mut().zip(pixels) {
            *y = 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
        }
    });
    y
}

#[cfg(test)]
mod tests {
    use super::{apply, coarse_change, luma};
    use crate::beauty::plane::Plane;
    use crate::beauty::region::Patch;
    use crate::beauty::sample;
    use ndarray::s;
    use rayon::prelude::*;
    use serde_json::Value;

    /// `tests/data/beauty/reference.py` by OpenCV, in doubles.
    #[test]
    fn it_is_the_reference() {
        let reference = std::fs::read(sample::data("beauty/smooth.json")).unwrap();
        let reference: Value = serde_json::from_slice(&reference).unwrap();
        let [left, top, width, height]: [usize; 4] =
            serde_json::from_value(reference["crop"].clone()).unwrap();
        let strength = reference["strength"].as_f64().unwrap() as f32;
        let step = reference["step"].as_u64().unwrap() as usize;
        let mut mask = Plane::new(width, height);
        mask.rows_mut().enumerate().for_each(|(y, row)| {
            for (x, mask) in row.iter_mut().enumerate() {
                let (u, v) = ((x as f32 - 75.0) / 55.0, (y as f32 - 90.0) / 70.0);
                *mask = (1.5 - u * u - v * v).clamp(0.0, 1.0);
            }
        });

        for case in reference["cases"].as_array().unwrap() {
            let face_width = case["face_width"].as_f64().unwrap() as f32;
            let changes: Vec<f32> = serde_json::from_value(case["change"].clone()).unwrap();
            let pixels: Vec<[u8; 3]> = serde_json::from_value(case["pixels"].clone()).unwrap();
            let mut frame = sample::astronaut().pixels;
            let crop = frame.slice_mut(s![top..top + height, left..left + width, ..]);
            let mut patch = Patch::of(crop).unwrap();

            let change = coarse_change(&luma(&patch, &mask), &mask, face_width);
            let change: Vec<f32> = change.rows().flatten_iter().copied().collect();
            for (got, expected) in change.iter().step_by(step).zip(&changes) {
                assert!((strength * got - expected).abs() < 0.01, "{got} {expected}");
            }
            apply(&mut patch, &mask, face_width, strength);
            let got: Vec<[u8; 3]> = patch.rows().flatten_iter().copied().collect();
            assert_eq!(got.iter().step_by(step).len(), pixels.len());
            for (got, expected) in got.iter().step_by(step).zip(&pixels) {
                for (got, expected) in got.iter().zip(expected) {
                    assert!(got.abs_diff(*expected) <= 1, "{got} {expected}");
                }
            }
        }
    }
}
