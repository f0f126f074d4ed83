use std::fmt;

use crate::egress::{Confidence, MotionRecord, MotionState, StepBucket, Suspicion};
use crate::found::{self, Device, Network};
use crate::purpose::Motion;

/// What one window showed: for the host's own use, on this device. The gate does not take it;
/// one record a window would be a diary.
///
/// ```compile_fail
/// # fn f(home: &pinhole::Home, state: pinhole::sensors::State,
/// #      permit: &pinhole::Permit<pinhole::purpose::Motion>) {
/// home.gate().release(state, permit);
/// # }
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct State {
    pub(super) motion: MotionState,
    pub(super) confidence: Confidence,
    pub(super) shake: bool,
    /// When the window began. Only for the person at the keyboard.
    pub(super) seconds: f64,
}

/// Without the time.
impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { motion, confidence, shake, .. } = self;
        f.debug_tuple("State").field(motion).field(confidence).field(shake).finish()
    }
}

impl State {
    /// What the device was doing.
    pub fn motion(&self) -> MotionState {
        self.motion
    }

    /// How sure that is.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// True where it was shaken.
    pub fn shake(&self) -> bool {
        self.shake
    }

    #[cfg(feature = "inspect")]
    pub(crate) fn seconds(&self) -> f64 {
        self.seconds
    }
}

impl found::sealed::Sealed for State {}

impl found::Found for State {
    type Purpose = Motion;
    type Reach = Device;
    const MAX_BITS: u32 = 3 + 2 + 1;
}

/// How the device moved since the last record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub(crate) motion: MotionState,
    pub(crate) confidence: Confidence,
    pub(crate) shake: bool,
    pub(crate) steps: StepBucket,
    pub(crate) suspicion: Suspicion,
}

impl Found {
    /// What the device was doing in most of the windows; unknown where no state has half of them.
    pub fn motion(&self) -> MotionState {
        self.motion
    }

    /// How sure that is: as in most of these windows, but low where a quarter say otherwise.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// True where it was shaken at any time.
    pub fn shake(&self) -> bool {
        self.shake
    }

    /// Steps, roughly.
    pub fn steps(&self) -> StepBucket {
        self.steps
    }

    /// Signs that the stream is not real.
    pub fn suspicion(&self) -> Suspicion {
        self.suspicion
    }
}

impl found::sealed::Sealed for Found {}

impl found::Found for Found {
    type Purpose = Motion;
    type Reach = Network;
    const MAX_BITS: u32 = MotionRecord::MAX_BITS;
}

/// Counts windows until they are one [`Found`].
#[derive(Default)]
pub(super) struct Summary {
    windows: u32,
    still: Tally,
    handling: Tally,
    walking: Tally,
    running: Tally,
    shake: bool,
    suspicion: Suspicion,
}

/// The windows of one state, by confidence: low, medium, high.
#[derive(Clone, Copy, Default)]
struct Tally([u32; 3]);

impl Tally {
    fn windows(self) -> u32 {
        self.0.iter().fold(0, |sum, windows| sum.saturating_add(*windows))
    }

    /// The highest confidence that half the windows have or exceed.
    fn confidence(self) -> Confidence {
        let [_, medium, high] = self.0;
        let half = self.windows().div_ceil(2);
        if high >= half {
            Confidence::High
        } else if high.saturating_add(medium) >= half {
            Confidence::Medium
        } else {
            Confidence::Low
        }
    }
}

impl Summary {
    pub(super) fn add(&mut self, state: &State) {
        self.windows = self.windows.saturating_add(1);
        self.shake |= state.shake;
        let tally = match state.motion {
            MotionState::Still => &mut self.still,
            MotionState::Handling => &mut self.handling,
            MotionState::Walking => &mut self.walking,
            MotionState::Running => &mut self.running,
            MotionState::Unknown | MotionState::Vehicle => return,
        };
        if let Some(windows) = tally.0.get_mut(state.confidence as usize) {
            *windows = windows.saturating_add(1);
        }
    }

    pub(super) fn suspect(&mut self, signs: Suspicion) {
        self.suspicion = self.suspicion.with(signs);
    }

    pub(super) fn found(&self, steps: u32) -> Found {
        let (motion, tally) = [
            (MotionState::Still, self.still),
            (MotionState::Handling, self.handling),
            (MotionState::Walking, self.walking),
            (MotionState::Running, self.running),
        ]
        .into_iter()
        .max_by_key(|(_, tally)| tally.windows())
        .filter(|(_, tally)| tally.windows() > 0 && tally.windows() >= self.windows.div_ceil(2))
        .unwrap_or((MotionState::Unknown, Tally::default()));
        let clear = tally.windows() > self.windows - self.windows.div_ceil(4);
        Found {
            motion,
            confidence: if clear { tally.confidence() } else { Confidence::Low },
            shake: self.shake,
            steps: StepBucket::of(steps),
            suspicion: self.suspicion,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{State, Summary};
    use crate::egress::{Confidence, MotionState, Suspicion};

    fn summary(windows: &[(usize, MotionState, Confidence)]) -> (MotionState, Confidence) {
        let mut summary = Summary::default();
        for &(count, motion, confidence) in windows {
            let state = State { motion, confidence, shake: false, seconds: 0.0 };
            (0..count).for_each(|_| summary.add(&state));
        }
        let found = summary.found(0);
        (found.motion, found.confidence)
    }

    #[test]
    fn the_most_frequent_state_stands_where_it_has_half() {
        use Confidence::{High, Low, Medium};
        use MotionState::{Running, Still, Unknown, Walking};
        assert_eq!(summary(&[]), (Unknown, Low));
        assert_eq!(summary(&[(9, Unknown, Low)]), (Unknown, Low));
        assert_eq!(summary(&[(1, Still, High)]), (Still, High));
        assert_eq!(summary(&[(8, Walking, High), (1, Unknown, Low)]), (Walking, High));
        assert_eq!(summary(&[(6, Walking, Medium), (1, Walking, Low)]), (Walking, Medium));
        assert_eq!(summary(&[(5, Walking, High), (4, Still, High)]), (Walking, Low));
        assert_eq!(
            summary(&[(4, Walking, High), (3, Still, High), (2, Running, High)]),
            (Unknown, Low)
        );
    }

    #[test]
    fn shakes_and_signs_stay_until_the_next_summary() {
        let mut summary = Summary::default();
        let shaken = State {
            motion: MotionState::Unknown,
            confidence: Confidence::Low,
            shake: true,
            seconds: 0.0,
        };
        summary.add(&shaken);
        summary.add(&State { shake: false, ..shaken });
        summary.suspect(Suspicion::FROZEN);
        summary.suspect(Suspicion::default());
        let found = summary.found(20);
        assert!(found.shake() && found.suspicion().contains(Suspicion::FROZEN));
        assert_eq!(found.steps().least(), 16);
    }
}
