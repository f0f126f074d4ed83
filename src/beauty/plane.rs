use rayon::prelude::*;

/// Rows that one task sums from top to bottom. Fixed, so that the sums, and with them the bits,
/// do not depend on the number of threads.
const BAND: usize = 32;
/// A Gaussian is cut off at so many standard deviations, as OpenCV does for float samples.
const GAUSSIAN_REACH: f32 = 4.0;

/// One channel of a region, by rows.
#[derive(Clone)]
pub(super) struct Plane {
    width: usize,
    samples: Vec<f32>,
}

impl Plane {
    /// A plane of zeros. Neither side may be 0.
    pub(super) fn new(width: usize, height: usize) -> Self {
        debug_assert!(width > 0 && height > 0);
        Self { width, samples: vec![0.0; width * height] }
    }

    /// A plane of zeros, as large as the other.
    pub(super) fn like(other: &Self) -> Self {
        Self::new(other.width, other.height())
    }

    fn height(&self) -> usize {
        self.samples.len() / self.width
    }

    pub(super) fn rows(&self) -> impl IndexedParallelIterator<Item = &[f32]> {
        self.samples.par_chunks_exact(self.width)
    }

    pub(super) fn rows_mut(&mut self) -> impl IndexedParallelIterator<Item = &mut [f32]> {
        self.samples.par_chunks_exact_mut(self.width)
    }

    /// Replaces each sample by `f` of it and of the other plane's.
    pub(super) fn zip_with(&mut self, other: &Self, f: impl Fn(f32, f32) -> f32 + Sync) {
        self.rows_mut().zip(other.rows()).for_each(|(row, other)| {
            for (sample, &other) in row.iter_mut().zip(other) {
                *sample = f(*sample, other);
            }
        });
    }

    /// The mean over the `2 · radius + 1` square about each sample, cut at the border.
    ///
    /// # Complexity
    ///
    /// Running sums: the radius costs nothing.
    pub(super) fn box_mean(&self, radius: usize) -> Self {
        let mut across = Self::like(self);
        across.rows_mut().zip(self.rows()).for_each(|(out, row)| running_mean(row, radius, out));
        let mut mean = Self::like(self);
        let bands = mean.samples.par_chunks_mut(self.width * BAND).enumerate();
        bands.for_each(|(band, out)| across.running_mean_down(band * BAND, radius, out));
        mean
    }

    /// The means over columns for the rows `out`, the first of which is `first`.
    fn running_mean_down(&self, first: usize, radius: usize, out: &mut [f32]) {
        let (width, height) = (self.width, self.height());
        let row = |y: usize| &self.samples[y * width..][..width];
        let mut sums = vec![0.0; width];
        let mut window = first.saturating_sub(radius)..first.saturating_sub(radius);
        for (y, out) in (first..).zip(out.chunks_exact_mut(width)) {
            while window.end < (y + radius + 1).min(height) {
                sums.iter_mut().zip(row(window.end)).for_each(|(sum, &s)| *sum += f64::from(s));
                window.end += 1;
            }
            while window.start + radius < y {
                sums.iter_mut().zip(row(window.start)).for_each(|(sum, &s)| *sum -= f64::from(s));
                window.start += 1;
            }
            let share = 1.0 / window.len() as f64;
            out.iter_mut().zip(&sums).for_each(|(out, sum)| *out = (sum * share) as f32);
        }
    }

    /// The plane under a Gaussian of standard deviation `sigma`, in pixels; at the border the
    /// weights inside are scaled to 1.
    pub(super) fn gaussian(&self, sigma: f32) -> Self {
        let weights = half_gaussian(sigma);
        let (width, height) = (self.width, self.height());

        let mut across = Self::like(self);
        let scale = border_scale(&weights, width);
        across.rows_mut().zip(self.rows()).for_each(|(out, row)| {
            for (offset, &weight) in weights.iter().enumerate().take(width) {
                add_scaled(&mut out[offset..], &row[..width - offset], weight);
                if offset > 0 {
                    add_scaled(&mut out[..width - offset], &row[offset..], weight);
                }
            }
            out.iter_mut().zip(&scale).for_each(|(out, scale)| *out *= scale);
        });

        let mut blurred = Self::like(self);
        let scale = border_scale(&weights, height);
        blurred.rows_mut().enumerate().for_each(|(y, out)| {
            let row = |y: usize| &across.samples[y * width..][..width];
            for (offset, &weight) in weights.iter().enumerate() {
                if offset <= y {
                    add_scaled(out, row(y - offset), weight * scale[y]);
                }
                if offset > 0 && y + offset < height {
                    add_scaled(out, row(y + offset), weight * scale[y]);
                }
            }
        });
        blurred
    }
}

fn running_mean(row: &[f32], radius: usize, out: &mut [f32]) {
    let mut sum = 0.0;
    let mut window = 0..0;
    for (x, out) in out.iter_mut().enumerate() {
        while window.end < (x + radius + 1).min(row.len()) {
            sum += f64::from(row[window.end]);
            window.end += 1;
        }
        while window.start + radius < x {
            sum -= f64::from(row[window.start]);
            window.start += 1;
        }
        *out = (sum / window.len() as f64) as f32;
    }
}

fn add_scaled(sums: &mut [f32], samples: &[f32], weight: f32) {
    sums.iter_mut().zip(samples).for_each(|(sum, sample)| *sum += weight * sample);
}

/// The weights of a Gaussian from its centre outwards; the whole, both sides, sums to 1.
fn half_gaussian(sigma: f32) -> Vec<f32> {
    let reach = (GAUSSIAN_REACH * sigma).round() as usize;
    let bell = |x: usize| (-0.5 * (x as f64 / f64::from(sigma)).powi(2)).exp();
    let sum = 1.0 + 2.0 * (1..=reach).map(bell).sum::<f64>();
    (0..=reach).map(|x| if x == 0 { 1.0 / sum } else { bell(x) / sum } as f32).collect()
}

/// What each of `length` places multiplies by, so that the weights that fall inside sum to 1.
fn border_scale(weights: &[f32], length: usize) -> Vec<f32> {
    let mut sums = vec![0.0; length];
    let ones = vec![1.0; length];
    for (offset, &weight) in weights.iter().enumerate().take(length) {
        add_scaled(&mut sums[offset..], &ones[offset..], weight);
        if offset > 0 {
            add_scaled(&mut sums[..length - offset], &ones[offset..], weight);
        }
    }
    sums.into_iter().map(f32::recip).collect()
}

#[cfg(test)]
mod tests {
    use super::Plane;

    fn noise(width: usize, height: usize) -> Plane {
        let mut state = 1_u32;
        let mut plane = Plane::new(width, height);
        plane.samples.fill_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 65_536.0
        });
        plane
    }

    /// The weighted mean over the plane, term by term.
    fn directly(plane: &Plane, weight: impl Fn(usize, usize) -> f64) -> Vec<f32> {
        let (width, height) = (plane.width, plane.height());
        let mut means = Vec::new();
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let (mut sum, mut weights) = (0.0, 0.0);
            for (v, u) in (0..height).flat_map(|v| (0..width).map(move |u| (v, u))) {
                let w = weight(x.abs_diff(u), y.abs_diff(v));
                sum += w * f64::from(plane.samples[v * width + u]);
                weights += w;
            }
            means.push((sum / weights) as f32);
        }
        means
    }

    fn assert_near(got: &Plane, expected: &[f32]) {
        for (i, (got, expected)) in got.samples.iter().zip(expected).enumerate() {
            assert!((got - expected).abs() < 1e-3, "{i}: {got} {expected}");
        }
    }

    #[test]
    fn box_mean_is_the_mean_of_the_window() {
        for (width, height, radius) in [(7, 5, 2), (3, 70, 4), (1, 1, 3), (40, 2, 60), (9, 9, 0)] {
            let plane = noise(width, height);
            let inside = |dx, dy| if dx <= radius && dy <= radius { 1.0 } else { 0.0 };
            assert_near(&plane.box_mean(radius), &directly(&plane, inside));
        }
    }

    #[test]
    fn gaussian_is_the_mean_under_the_bell() {
        for (width, height, sigma) in [(9, 7, 0.8), (30, 5, 2.3), (1, 40, 1.0), (2, 2, 3.0)] {
            let plane = noise(width, height);
            let reach = (4.0 * f64::from(sigma)).round() as usize;
            let bell = |dx: usize, dy: usize| {
                let far = dx > reach || dy > reach;
                let square = (dx * dx + dy * dy) as f64;
                if far { 0.0 } else { (-0.5 * square / f64::from(sigma).powi(2)).exp() }
            };
            assert_near(&plane.gaussian(sigma), &directly(&plane, bell));
        }
    }

    #[test]
    fn a_tiny_gaussian_changes_nothing() {
        let plane = noise(5, 4);
        for sigma in [0.0, 0.05] {
            assert_eq!(plane.gaussian(sigma).samples, plane.samples);
        }
    }
}
