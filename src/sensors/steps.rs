use zeroize::Zeroize;

use super::grid::{GRID_HZ, Window};
use super::recognise::Verdict;
use crate::egress::Confidence;

/// The band of steps, in Hz.
const BAND: (f64, f64) = (0.5, 3.0);
/// The time over which the height of the steps is averaged, in s.
const HEIGHT_SECONDS: f64 = 2.0;
/// A step is at least so high in the band, in m/s².
const LEAST_HEIGHT: f32 = 0.5;
/// Points from a step to the next, at least (0.3 s) and at most (1 s).
const FEWEST: u64 = 15;
const MOST: u64 = 50;
/// So many steps in a row are a walk; fewer are not counted.
const WALK: u32 = 6;
/// How far an interval may be from the walk's own, as a part of it.
const IRREGULAR: f32 = 0.25;

/// Windows of a gait in one walk, not of low confidence, from which its period is believed.
const SURE_WINDOWS: u32 = 3;
/// The least part of the steps by the period that the peaks must be, to be believed.
const PEAKS_OF_PERIOD: f32 = 0.75;

/// Counts the steps of each walk.
///
/// By peaks: |a| passes a one-pole high-pass at 0.5 Hz and two one-pole low-passes at 3 Hz. A step
/// is a peak above the band's mean height, 0.3 s or more after the last. Steps count once six
/// follow each other within a second and as regularly as people walk: knocks and gestures do not.
///
/// By the period of the gait, where the peaks are far fewer: so at a wrist, and where gravity has
/// been taken out of the data, which folds |a|.
///
/// Thresholds rest on one recording, GaitPy's of a trunk: in its three walks 30, 44 and 47 steps
/// of 31, 44 and 46, and one outside. The period's counts have no reference to be held against.
pub(crate) struct Steps {
    /// Of the walks that have ended.
    settled: u32,
    bout: Bout,
    signal: Signal,
    walk: Walk,
}

/// A walk, from the first step or window of a gait until a window without either.
#[derive(Default)]
struct Bout {
    by_peaks: u32,
    by_period: f32,
    sure_windows: u32,
}

/// The filters' state. Wiped with the piece of stream it is from.
#[derive(Default)]
struct Signal {
    point: u64,
    base: f32,
    low: [f32; 2],
    height: f32,
    /// The last two of the band.
    before: [f32; 2],
}

/// The steps in a row, up to now.
#[derive(Default)]
struct Walk {
    steps: u32,
    last: u64,
    /// The mean interval, in points; later ones weigh more.
    interval: f32,
}

/// The weight of a new value in a one-pole low-pass at `hz`.
fn weight(hz: f64) -> f32 {
    (1.0 - (-std::f64::consts::TAU * hz / GRID_HZ).exp()) as f32
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { settled: 0, bout: Bout::default(), signal: Signal::default(), walk: Walk::default() }
    }

    pub(crate) fn counted(&self) -> u32 {
        self.settled.saturating_add(self.bout.steps())
    }

    /// Goes on with what is new in `window`.
    pub(crate) fn advance(&mut self, window: &Window, verdict: &Verdict) {
        let [x, y, z] = window.acceleration();
        let known = window.len() - window.fresh();
        let mut peaks = 0;
        for ((x, y), z) in x.iter().zip(y).zip(z).skip(known) {
            if let Some(peak) = self.signal.advance((x * x + y * y + z * z).sqrt()) {
                peaks += self.walk.step(peak);
            }
        }
        self.bout.by_peaks = self.bout.by_peaks.saturating_add(peaks);
        if let Some(seconds) = verdict.step_seconds {
            self.bout.by_period += window.fresh() as f32 / GRID_HZ as f32 / seconds;
            self.bout.sure_windows += u32::from(verdict.confidence > Confidence::Low);
        } else if peaks == 0 {
            self.settle();
        }
    }

    /// The stream breaks here. What was counted stays.
    pub(crate) fn interrupt(&mut self) {
        self.settle();
        self.signal.zeroize();
        self.walk.zeroize();
    }

    fn settle(&mut self) {
        self.settled = self.counted();
        self.bout = Bout::default();
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.interrupt();
        self.settled.zeroize();
    }
}

impl Bout {
    fn steps(&self) -> u32 {
        let believed = self.sure_windows >= SURE_WINDOWS;
        if believed && (self.by_peaks as f32) < PEAKS_OF_PERIOD * self.by_period {
            self.by_period.round() as u32
        } else {
            self.by_peaks
        }
    }
}

impl Signal {
    /// The point of a peak, where the last one was a peak above the threshold.
    fn advance(&mut self, magnitude: f32) -> Option<u64> {
        if self.point == 0 {
            self.base = magnitude;
        }
        self.base += weight(BAND.0) * (magnitude - self.base);
        let mut band = magnitude - self.base;
        for low in &mut self.low {
            *low += weight(BAND.1) * (band - *low);
            band = *low;
        }
        self.height +=
            weight(1.0 / (std::f64::consts::TAU * HEIGHT_SECONDS)) * (band.abs() - self.height);
        let [earlier, last] = self.before;
        let peak = last > earlier && last >= band && last > self.height.max(LEAST_HEIGHT);
        let at = self.point.saturating_sub(1);
        self.before = [last, band];
        self.point += 1;
        peak.then_some(at)
    }
}

impl Walk {
    /// Takes a peak; how many steps are counted by it.
    fn step(&mut self, peak: u64) -> u32 {
        let apart = peak - self.last;
        if self.steps > 0 && apart < FEWEST {
            return 0;
        }
        let interval = apart as f32;
        let regular = (interval - self.interval).abs() <= IRREGULAR * self.interval;
        match self.steps {
            0 => self.steps = 1,
            1 if apart <= MOST => {
                self.interval = interval;
                self.steps = 2;
            }
            2.. if apart <= MOST && regular => {
                self.interval += 0.25 * (interval - self.interval);
                self.steps = self.steps.saturating_add(1);
            }
            _ => self.steps = 1,
        }
        self.last = peak;
        match self.steps.cmp(&WALK) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => WALK,
            std::cmp::Ordering::Greater => 1,
        }
    }
}

impl Zeroize for Signal {
    fn zeroize(&mut self) {
        self.point.zeroize();
        self.base.zeroize();
        self.low.zeroize();
        self.height.zeroize();
        self.before.zeroize();
    }
}

impl Zeroize for Walk {
    fn zeroize(&mut self) {
        self.steps.zeroize();
        self.last.zeroize();
        self.interval.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::Walk;

    fn counted(peaks: impl IntoIterator<Item = u64>) -> u32 {
        let mut walk = Walk::default();
        peaks.into_iter().map(|peak| walk.step(peak)).sum()
    }

    #[test]
    fn only_regular_steps_in_a_row_count() {
        assert_eq!(counted((0..5).map(|i| i * 30)), 0, "five are no walk");
        assert_eq!(counted((0..6).map(|i| i * 30)), 6);
        assert_eq!(counted((0..40).map(|i| i * 30)), 40);
        assert_eq!(counted((0..40).map(|i| i * 60)), 0, "too slow");
        assert_eq!(counted((0..40).map(|i| i * 30 + i % 2 * 12)), 0, "uneven");
        assert_eq!(counted((0..40).map(|i| i * 30 + i % 2 * 2)), 40, "even enough");
        assert_eq!(counted((0..80).map(|i| i / 2 * 30 + i % 2 * 5)), 40, "echoes");
        assert_eq!(counted((0..10).chain(20..30).map(|i| i * 30)), 20, "two walks");
    }
}
