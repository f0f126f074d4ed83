use zeroize::Zeroizing;

use super::grid::Window;
use super::source::Reading;
use crate::egress::Suspicion;

/// The shortest window that is judged: 1.28 s.
const FEWEST_POINTS: usize = 64;
/// No axis of a real sensor is this quiet (standard deviation, m/s² and rad/s): the quietest of
/// 223 real streams is noisier in some axis.
const FROZEN: f32 = 1e-4;
/// What the Android emulator's accelerometer reports when nobody moves it, in m/s².
const EMULATED: [f32; 3] = [0.0, 9.776_22, 0.813_417];
/// How near to it: room for six printed digits in g.
const EMULATED_WITHIN: f32 = 1e-3;

/// The signs in one window that it was not measured.
///
/// Both ask for a gyroscope, so that two sensors agree. White noise on a constant looks like a
/// phone on a table, and is not found.
pub(crate) fn suspicion(window: &Window) -> Suspicion {
    let none = Suspicion::default();
    let Some(rotation) = window.rotation().filter(|_| window.len() >= FEWEST_POINTS) else {
        return none;
    };
    let acceleration = window.acceleration();
    let frozen = acceleration.iter().chain(&rotation).all(|axis| deviation(axis) < FROZEN);
    let at = |axis: &[f32], value: f32, within: f32| {
        axis.iter().all(|point| (point - value).abs() <= within)
    };
    let emulated = acceleration.iter().zip(EMULATED).all(|(axis, v)| at(axis, v, EMULATED_WITHIN))
        && rotation.iter().all(|axis| at(axis, 0.0, 0.0));
    [(frozen, Suspicion::FROZEN), (emulated, Suspicion::EMULATOR)]
        .into_iter()
        .filter(|(found, _)| *found)
        .fold(none, |all, (_, sign)| all.with(sign))
}

fn deviation(axis: &[f32]) -> f32 {
    let count = axis.len() as f32;
    // About the first value: sums of small numbers keep their digits.
    let first = axis.first().copied().unwrap_or_default();
    let offset = axis.iter().map(|value| value - first).sum::<f32>() / count;
    let square = |value: &f32| (value - first - offset).powi(2);
    (axis.iter().map(square).sum::<f32>() / count).sqrt()
}

/// Rows that must come again, bit for bit, to be called a replay.
const ROWS: usize = 16;
/// So many of them must differ from the row before: a sensor at rest may repeat itself.
const CHANGES: u32 = 8;
/// Hashes kept: of every 16th place in some 20 minutes at 50 Hz.
const KEPT: usize = 4096;
/// An odd multiplier with its bits well spread (2⁶⁴ / golden ratio; Knuth, TAOCP 3, 6.4).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Finds a piece of the stream that comes again exactly.
///
/// Rolling hashes (Karp and Rabin 1987) of 16 rows, times left out, against a table of those
/// before. Noise, another scale or another rate hides a replay from it.
pub(crate) struct Repeats {
    /// By their low bits; a later one takes the place of an earlier.
    kept: Zeroizing<Vec<u64>>,
    /// The last rows' hashes, in a ring.
    rows: Zeroizing<[u64; ROWS]>,
    /// Bit i: row i of the ring differs from the row before it.
    changed: u16,
    rolling: Zeroizing<u64>,
    seen: u64,
}

impl Repeats {
    pub(crate) fn new() -> Self {
        Self {
            kept: Zeroizing::new(vec![0; KEPT]),
            rows: Zeroizing::new([0; ROWS]),
            changed: 0,
            rolling: Zeroizing::new(0),
            seen: 0,
        }
    }

    /// Takes a row; true where it ends a piece that was here before.
    pub(crate) fn push(&mut self, reading: &Reading) -> bool {
        let hash = row_hash(reading);
        let place = (self.seen % ROWS as u64) as usize;
        let before = self.rows.get((place + ROWS - 1) % ROWS).copied().unwrap_or_default();
        let leaving = match self.rows.get_mut(place) {
            Some(row) => std::mem::replace(row, hash),
            None => 0,
        };
        self.changed = self.changed & !(1 << place) | u16::from(hash != before) << place;
        // The hash is Σ row(i) · SPREAD^(15 − i), modulo 2⁶⁴.
        let oldest = leaving.wrapping_mul(SPREAD.wrapping_pow(ROWS as u32 - 1));
        *self.rolling = self.rolling.wrapping_sub(oldest).wrapping_mul(SPREAD).wrapping_add(hash);
        self.seen += 1;
        if self.seen < ROWS as u64 || self.changed.count_ones() < CHANGES {
            return false;
        }
        let key = mix(*self.rolling);
        let Some(kept) = self.kept.get_mut(key as usize % KEPT) else { return false };
        let again = *kept == key;
        if self.seen.is_multiple_of(ROWS as u64) {
            *kept = key;
        }
        again
    }
}

fn row_hash(reading: &Reading) -> u64 {
    reading.axes.iter().fold(0, |hash, axis| mix(hash ^ u64::from(axis.to_bits())))
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(SPREAD);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

#[cfg(test)]
mod tests {
    use super::{EMULATED, KEPT, Repeats, suspicion};
    use crate::egress::Suspicion;
    use crate::sensors::grid::tests::window;
    use crate::sensors::{Sample, Unit};

    /// A number from −1 to 1 that looks like noise.
    fn noise(i: u64) -> f32 {
        super::mix(i) as i32 as f32 / i32::MAX as f32
    }

    /// How many rows of the stream end a repeated piece.
    fn repeats(rows: impl IntoIterator<Item = [f32; 3]>) -> usize {
        let mut repeats = Repeats::new();
        let again = |row: [f32; 3]| {
            let sample = Sample::new(0.0, row, Unit::MetresPerSecondSquared).unwrap();
            repeats.push(sample.reading())
        };
        rows.into_iter().map(again).filter(|again| *again).count()
    }

    #[test]
    fn a_loop_is_found_by_its_second_turn() {
        let row = |i: u64| [noise(3 * i), noise(3 * i + 1), noise(3 * i + 2)];
        for length in [1000, 16, 100, 2047, 20_001] {
            let turned = repeats((0..length + 32).map(|i| row(i % length)));
            assert!(turned > 0, "a loop of {length} rows");
        }
        assert_eq!(repeats((0..10 * KEPT as u64).map(row)), 0, "no loop");
        let noisy = |i: u64| row(i % 500).map(|axis| axis + noise(i) * 1e-3);
        assert_eq!(repeats((0..5000).map(noisy)), 0, "what it does not find: noise on a loop");
    }

    #[test]
    fn a_sensor_at_rest_may_repeat_itself() {
        assert_eq!(repeats((0..1000).map(|_| [0.0, 0.0, 9.81])), 0);
        let step = |i: u64| [0.0, 0.0, if i % 64 < 32 { 9.81 } else { 9.82 }];
        assert_eq!(repeats((0..1000).map(step)), 0);
    }

    #[test]
    fn frozen_and_emulated_need_all_axes() {
        let constant = |row: [f32; 3]| suspicion(&window(&[row; 128]));
        assert_eq!(constant([0.1, 0.2, 9.8]), Suspicion::FROZEN);
        assert_eq!(constant(EMULATED), Suspicion::FROZEN.with(Suspicion::EMULATOR));
        assert_eq!(suspicion(&window(&[EMULATED; 63])), Suspicion::default(), "too short");
        for axis in 0..3 {
            let mut points = [EMULATED; 128];
            for (i, point) in points.iter_mut().enumerate() {
                point[axis] += 0.01 * noise(i as u64);
            }
            assert_eq!(suspicion(&window(&points)), Suspicion::default());
        }
    }
}
