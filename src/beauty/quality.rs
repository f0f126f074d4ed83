//! What smoothing does to skin, measured: how much of each band of texture is kept, and whether
//! the colour stays.

use rayon::prelude::*;

use crate::beauty::plane::Plane;
use crate::beauty::region::{Patch, Region};
use crate::beauty::sample::{self, Sample};
use crate::beauty::smooth::luma;
use crate::beauty::{Look, mask};

/// Where fine texture ends and blotches begin, and where shape begins: standard deviations in
/// face widths, 2 and 6 pixels on a face of 220.
const BANDS: [f32; 2] = [0.009, 0.027];

/// The root of the mean square of the fine and the middle band of luma, where the mask is whole.
fn bands(luma: &Plane, mask: &Plane, face_width: f32) -> [f64; 2] {
    let [fine_low, middle_low] = BANDS.map(|sigma| luma.gaussian(sigma * face_width));
    let strength = |high: &Plane, low: &Plane| {
        let samples = high.rows().zip(low.rows()).zip(mask.rows());
        let (sum, count) = samples
            .flat_map_iter(|((high, low), mask)| high.iter().zip(low).zip(mask))
            .filter(|(_, mask)| **mask > 0.95)
            .map(|((high, low), _)| f64::from(high - low).powi(2))
            .fold(|| (0.0, 0_u32), |(sum, count), square| (sum + square, count + 1))
            .reduce(|| (0.0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        (sum / f64::from(count)).sqrt()
    };
    [strength(luma, &fine_low), strength(&fine_low, &middle_low)]
}

/// The mean colour under the mask, in CIE L*a*b* (D65).
fn mean_lab(patch: &Patch<'_>, mask: &Plane) -> [f64; 3] {
    let (mut sum, mut weight) = ([0.0; 3], 0.0);
    let rows: Vec<_> = patch.rows().zip(mask.rows()).collect();
    for (pixels, mask) in rows {
        for (&pixel, &mask) in pixels.iter().zip(mask) {
            let (lab, mask) = (lab(pixel), f64::from(mask));
            sum = [0, 1, 2].map(|i| sum[i] + mask * lab[i]);
            weight += mask;
        }
    }
    sum.map(|sum| sum / weight)
}

fn lab(pixel: [u8; 3]) -> [f64; 3] {
    let [r, g, b] = pixel.map(|code| {
        let c = f64::from(code) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    let x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47;
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83;
    let [x, y, z] = [x, y, z].map(|t: f64| {
        if t > 216.0 / 24_389.0 { t.cbrt() } else { (24_389.0 / 27.0 * t + 16.0) / 116.0 }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

struct Measured {
    fine: f64,
    middle: f64,
    /// The distance of the mean colours, ΔE*ab of 1976: at least that of 2000 in skin's range.
    colour: f64,
}

/// Smooth at 0.8 on the sample.
fn measured(sample: &Sample) -> Measured {
    let (mut before, mut after) = (sample.pixels.clone(), sample.pixels.clone());
    let (height, width, _) = before.dim();
    let region = Region::around(&sample.face, width, height).unwrap();
    let mut look = Look::named("none").unwrap();
    look.set("smooth", "0.8").unwrap();
    let face = sample::face(sample.face.landmarks.to_vec());
    look.render(&sample::faces([face]), after.view_mut()).unwrap();

    let before = region.cut(before.view_mut()).unwrap();
    let after = region.cut(after.view_mut()).unwrap();
    let mask = mask::skin(&region, &before);
    let [fine, middle] = bands(&luma(&before, &mask), &mask, region.face_width);
    let [fine_left, middle_left] = bands(&luma(&after, &mask), &mask, region.face_width);
    let (from, to) = (mean_lab(&before, &mask), mean_lab(&after, &mask));
    let colour = from.iter().zip(to).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
    Measured { fine: fine_left / fine, middle: middle_left / middle, colour }
}

#[test]
fn texture_stays_and_blotches_go_on_every_tone() {
    // Code values scaled: about the light of tones from 2 to 10 on Monk's scale.
    let measured = |sample: fn() -> Sample| {
        [1.0, 0.7, 0.5, 0.35, 0.25].map(|light| {
            let mut sample = sample();
            sample.pixels.mapv_inplace(|colour| (f32::from(colour) * light).round() as u8);
            measured(&sample)
        })
    };
    let young = measured(sample::astronaut);
    // Wrinkles are edges, not blotches: more of the middle band stays.
    let old = measured(sample::hopper);
    for (Measured { fine, middle, colour }, most) in
        young.iter().map(|m| (m, 0.75)).chain(old.iter().map(|m| (m, 0.82)))
    {
        assert!(*fine >= 0.88 && *fine <= 1.0, "fine {fine}");
        assert!(*middle >= 0.5 && *middle <= most, "middle {middle}");
        assert!(*colour <= 0.2, "colour {colour}");
    }
    let spread = |of: fn(&Measured) -> f64| {
        let values = young.iter().map(of);
        values.clone().fold(f64::MIN, f64::max) - values.fold(f64::MAX, f64::min)
    };
    assert!(spread(|m| m.fine) <= 0.1 && spread(|m| m.middle) <= 0.1);
}

#[test]
fn the_bands_of_a_known_signal_are_told_apart() {
    let (side, face_width) = (400, 220.0);
    let wave = |period: f32| {
        let mut plane = Plane::new(side, side);
        plane.rows_mut().for_each(|row| {
            for (x, sample) in row.iter_mut().enumerate() {
                *sample = 10.0 * (x as f32 * std::f32::consts::TAU / period).sin();
            }
        });
        plane
    };
    let mut whole = Plane::new(side, side);
    whole.rows_mut().enumerate().for_each(|(y, row)| {
        let inside = |at: usize| (40..side - 40).contains(&at);
        row.iter_mut()
            .enumerate()
            .filter(|(x, _)| inside(*x) && inside(y))
            .for_each(|(_, s)| *s = 1.0);
    });
    // A Gaussian of deviation s passes exp(−½ (2π s / period)²) of a wave.
    for period in [4.0, 12.0, 25.0, 80.0] {
        let pass = |sigma: f32| (-0.5 * (std::f32::consts::TAU * sigma / period).powi(2)).exp();
        let [fine, middle] = bands(&wave(period), &whole, face_width);
        let [low, lower] = BANDS.map(|sigma| f64::from(pass(sigma * face_width)));
        let rms = 10.0 / 2_f64.sqrt();
        assert!((fine - rms * (1.0 - low)).abs() < 0.1, "{period}: {fine}");
        assert!((middle - rms * (low - lower)).abs() < 0.1, "{period}: {middle}");
    }
}

#[test]
fn lab_is_the_standard_one() {
    for (pixel, expected) in [
        ([255, 255, 255], [100.0, 0.0, 0.0]),
        ([0, 0, 0], [0.0; 3]),
        ([255, 0, 0], [53.24, 80.09, 67.20]),
        ([119, 119, 119], [50.03, 0.0, 0.0]),
    ] {
        let near = lab(pixel).iter().zip(expected).all(|(a, b): (&f64, f64)| (a - b).abs() < 0.03);
        assert!(near, "{pixel:?}: {:?}", lab(pixel));
    }
}
