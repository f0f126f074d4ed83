//! Four numbers about a window's acceleration.
//!
//! All are sums over the three axes with each axis's mean taken away. So they do not change when
//! the device is held another way round, nor with gravity that is in the data or was taken out of
//! it. (|a| would not do: without gravity it folds a swing to and fro into two.)
//!
//! They are taken from the smoothed window: means of four points (80 ms), every second point, so
//! 25 a second. What a stream of 10 Hz cannot show does not count in one of 400 Hz either.

use zeroize::Zeroizing;

use super::grid::{POINTS, Window};

/// Smoothed points in a second.
const SMOOTH_HZ: f32 = 25.0;
const SMOOTHED: usize = POINTS / 2;
/// Periods of 0.32 to 1.6 s, in smoothed points: from a runner's step to a slow walker's stride.
const LAGS: std::ops::RangeInclusive<usize> = 8..=40;
/// Two periods are compared over at least so many smoothed points, 0.8 s.
const OVERLAP: usize = 20;
/// How far the autocorrelation falls before it rises to a period again. A slow sway falls less.
const DIP: f32 = 0.25;

/// A window's numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Features {
    /// √(var x + var y + var z), in m/s².
    pub(crate) movement: f32,
    /// The mean of |a(i+1) − a(i)| over the vectors, times 25 Hz, in m/s³.
    pub(crate) jerk: f32,
    /// The highest autocorrelation within the periods of a gait, after it has once fallen; 0 to 1.
    /// At lag k it is Σ a(i)·a(i+k) / √(Σ |a(i)|² Σ |a(i+k)|²), over the i where both are there.
    pub(crate) regularity: f32,
    /// The lag of that autocorrelation, in s; 0 where there is none.
    pub(crate) period: f32,
}

/// A window's acceleration, smoothed. Wiped when dropped.
pub(crate) struct Smooth {
    points: Zeroizing<[[f32; 3]; SMOOTHED]>,
    len: usize,
}

impl Smooth {
    pub(crate) fn of(window: &Window) -> Self {
        let [x, y, z] = window.acceleration();
        let mut points = Zeroizing::new([[0.0; 3]; SMOOTHED]);
        let fours = x.windows(4).zip(y.windows(4)).zip(z.windows(4)).step_by(2);
        let mut len = 0;
        for (point, ((x, y), z)) in points.iter_mut().zip(fours) {
            *point = [x, y, z].map(|four| four.iter().sum::<f32>() / 4.0);
            len += 1;
        }
        Self { points, len }
    }

    pub(crate) fn points(&self) -> &[[f32; 3]] {
        self.points.get(..self.len).unwrap_or_default()
    }

    /// From each point to the next, in m/s³.
    pub(crate) fn jerks(&self) -> impl Iterator<Item = [f32; 3]> {
        self.points().windows(2).map(|pair| match pair {
            [[x, y, z], [later_x, later_y, later_z]] => {
                [later_x - x, later_y - y, later_z - z].map(|step| step * SMOOTH_HZ)
            }
            _ => [0.0; 3],
        })
    }
}

impl Features {
    pub(crate) fn of(smooth: &Smooth) -> Self {
        let points = smooth.points();
        let count = points.len().max(1) as f32;
        let mean = points.iter().fold([0.0; 3], add).map(|sum| sum / count);
        let mut centred = Zeroizing::new([[0.0; 3]; SMOOTHED]);
        for (to, &[x, y, z]) in centred.iter_mut().zip(points) {
            let [mean_x, mean_y, mean_z] = mean;
            *to = [x - mean_x, y - mean_y, z - mean_z];
        }
        let centred = centred.get(..points.len()).unwrap_or_default();

        let energy: f32 = centred.iter().map(|point| dot(point, point)).sum();
        let jerks = smooth.jerks().map(|jerk| dot(&jerk, &jerk).sqrt()).sum::<f32>();
        let (regularity, period) = regularity(centred);
        Self {
            movement: (energy / count).sqrt(),
            jerk: jerks / (count - 1.0).max(1.0),
            regularity,
            period,
        }
    }
}

/// The highest autocorrelation within [`LAGS`] after a [`DIP`], and its lag in seconds.
fn regularity(centred: &[[f32; 3]]) -> (f32, f32) {
    let (mut best, mut period, mut lowest) = (0.0, 0.0, 1.0f32);
    let longest = centred.len().saturating_sub(OVERLAP).min(*LAGS.end());
    for lag in 1..=longest {
        let early = centred.get(..centred.len() - lag).unwrap_or_default();
        let late = centred.get(lag..).unwrap_or_default();
        let (mut product, mut early_energy, mut late_energy) = (0.0, 0.0, 0.0);
        for (early, late) in early.iter().zip(late) {
            product += dot(early, late);
            early_energy += dot(early, early);
            late_energy += dot(late, late);
        }
        let scale = (early_energy * late_energy).sqrt();
        let correlation = if scale > 0.0 { product / scale } else { 0.0 };
        lowest = lowest.min(correlation);
        if LAGS.contains(&lag) && correlation > best && correlation - lowest >= DIP {
            (best, period) = (correlation, lag as f32 / SMOOTH_HZ);
        }
    }
    (best.min(1.0), period)
}

fn add([x, y, z]: [f32; 3], [more_x, more_y, more_z]: &[f32; 3]) -> [f32; 3] {
    [x + more_x, y + more_y, z + more_z]
}

fn dot([x, y, z]: &[f32; 3], [other_x, other_y, other_z]: &[f32; 3]) -> f32 {
    x * other_x + y * other_y + z * other_z
}

#[cfg(test)]
mod tests {
    use super::{Features, Smooth};
    use crate::sensors::grid::tests::window;
    use crate::sensors::source::Stream;
    use crate::sensors::{Sample, Unit};
    use std::collections::BTreeMap;
    use std::path::Path;

    #[derive(serde::Deserialize)]
    struct Reference {
        movement: f32,
        jerk: f32,
        regularity: f32,
        period: f32,
    }

    /// The features of every full window of a recording.
    fn measured(csv: &str, unit: Unit) -> Vec<Features> {
        let mut stream = Stream::new();
        let mut measured = Vec::new();
        let mut take_full = |stream: &mut Stream| {
            while let Some(window) = stream.full() {
                measured.push(Features::of(&Smooth::of(window)));
                stream.slide();
            }
        };
        for line in csv.lines().skip(1) {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            let acceleration = [cells[1] as f32, cells[2] as f32, cells[3] as f32];
            stream.push(&Sample::new(cells[0], acceleration, unit).unwrap());
            take_full(&mut stream);
        }
        stream.flush();
        take_full(&mut stream);
        measured
    }

    #[test]
    fn features_are_those_of_numpy() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sensors");
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let reference: BTreeMap<String, Vec<Reference>> =
            serde_json::from_str(&read("features.json")).unwrap();
        assert_eq!(reference.len(), 5);
        for (file, windows) in &reference {
            let unit =
                if file.starts_with("watch") { Unit::G } else { Unit::MetresPerSecondSquared };
            let measured = measured(&read(file), unit);
            assert_eq!(measured.len(), windows.len(), "{file}");
            for (ours, numpy) in measured.iter().zip(windows) {
                let near = |a: f32, b: f32| (a - b).abs() <= 1e-4 * b.abs().max(1.0);
                assert!(near(ours.movement, numpy.movement), "{file}: {ours:?}");
                assert!(near(ours.jerk, numpy.jerk), "{file}: {ours:?}");
                assert!(near(ours.regularity, numpy.regularity), "{file}: {ours:?}");
                assert!(near(ours.period, numpy.period), "{file}: {ours:?}");
            }
        }
    }

    #[test]
    fn gravity_and_the_way_it_is_held_do_not_count() {
        let walk = |i: u8| 3.0 * (f32::from(i) / 50.0 * 0.8 * std::f32::consts::TAU).sin();
        let of = |point: &dyn Fn(f32) -> [f32; 3]| {
            let points: Vec<_> = (0..128).map(|i| point(walk(i))).collect();
            Features::of(&Smooth::of(&window(&points)))
        };
        let without = of(&|a| [a, 0.0, 0.0]);
        for other in [of(&|a| [a, 0.0, 9.81]), of(&|a| [6.0, 9.81 - 0.8 * a, 0.6 * a])] {
            assert!((without.movement - other.movement).abs() < 1e-3);
            assert!((without.jerk - other.jerk).abs() < 1e-2);
            assert!((without.regularity - other.regularity).abs() < 1e-3);
            assert_eq!(without.period, other.period);
        }
        assert!((without.movement - 2.08).abs() < 0.05 && without.period == 1.24);
    }

    #[test]
    fn nothing_moves_in_nothing() {
        let nothing = Features { movement: 0.0, jerk: 0.0, regularity: 0.0, period: 0.0 };
        for points in [0, 1, 3, 4, 5, 127, 128] {
            let still = Features::of(&Smooth::of(&window(&vec![[0.0, 9.0, 1.0]; points])));
            assert_eq!(still, nothing, "{points} points");
        }
    }
}
