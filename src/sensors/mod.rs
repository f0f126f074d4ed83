//! Sixteen bits about how the device moves.
//!
//! ```
//! use pinhole::sensors::{Motion, Rate, Sample, Unit};
//!
//! let mut motion = Motion::new(Rate::from_hz(50.0))?;
//! for i in 0..500 {
//!     let sample = Sample::new(f64::from(i) / 50.0, [0.0, 0.1, 9.8], Unit::MetresPerSecondSquared)?
//!         .with_rotation([0.0, 0.0, 0.01])?;
//!     if let Some(state) = motion.push(&sample) {
//!         assert_eq!(state.motion().name(), "still");
//!     }
//! }
//! let found = motion.found(); // for the gate, now and then
//! # Ok::<(), pinhole::Error>(())
//! ```

mod features;
mod found;
mod grid;
mod recognise;
mod shake;
mod source;
mod steps;
mod suspicion;

pub use found::{Found, State};
pub use source::{Rate, Sample, Unit};

use crate::egress::Suspicion;
use crate::error::Result;
use features::Smooth;
use found::Summary;
use grid::{Place, Window};
use recognise::{Verdict, recognise, shows_gait};
use shake::shaken;
use source::Stream;
use steps::Steps;
use suspicion::{Repeats, suspicion};

/// A stream of motion samples, judged window by window.
///
/// Windows are 2.56 s long and begin every 1.28 s, whatever the rate. The stream holds one window
/// (3 KiB) and the hashes of the replay check (32 KiB), allocated once; samples are wiped as they
/// leave the window. No state and no step count needs a permit; a release does.
///
/// Times need not be even. A sample that is not newer than the one before is left out. After a
/// step of more than half a second, forward or back, or where the gyroscope comes or goes, the
/// stream begins anew: what was begun is judged as a shorter window, and counts stay.
pub struct Motion {
    rate: Rate,
    stream: Stream,
    steps: Steps,
    repeats: Repeats,
    summary: Summary,
    /// The count at the last [`Motion::start_over`].
    released_steps: u32,
}

impl Motion {
    /// A stream with nothing in it yet.
    ///
    /// # Errors
    ///
    /// Where the rate is not within [`Rate::LOWEST`] and [`Rate::HIGHEST`].
    pub fn new(rate: Rate) -> Result<Self> {
        Ok(Self {
            rate: rate.checked()?,
            stream: Stream::new(),
            steps: Steps::new(),
            repeats: Repeats::new(),
            summary: Summary::default(),
            released_steps: 0,
        })
    }

    /// What the window showed that this sample completes, if it completes one.
    pub fn push(&mut self, sample: &Sample) -> Option<State> {
        let ended = match self.stream.place(sample) {
            Place::Late => return None,
            Place::Next => None,
            Place::Break => self.finish(),
        };
        if self.repeats.push(sample.reading()) {
            self.summary.suspect(Suspicion::REPLAY);
        }
        self.stream.push(sample);
        // At most one of the two: a new piece has no full window yet.
        ended.or_else(|| self.judge_full())
    }

    /// What the last, shorter window showed; `None` where nothing came after the last full one. A
    /// sample that is pushed later begins anew.
    pub fn finish(&mut self) -> Option<State> {
        self.stream.flush();
        // The last sample may complete a window; what lies past that is less than a sample's time.
        let last = self.judge_full().or_else(|| {
            let Self { stream, steps, summary, rate, .. } = self;
            stream.rest().map(|window| judge(window, *rate, steps, summary))
        });
        self.stream.clear();
        self.steps.interrupt();
        last
    }

    /// How the device moved since [`Motion::start_over`], for the gate.
    pub fn found(&self) -> Found {
        self.summary.found(self.steps.counted().saturating_sub(self.released_steps))
    }

    /// Begins a new summary: to be called once the last [`Motion::found`] has been released.
    pub fn start_over(&mut self) {
        self.summary = Summary::default();
        self.released_steps = self.steps.counted();
    }

    #[cfg(feature = "inspect")]
    pub(crate) fn steps(&self) -> u32 {
        self.steps.counted()
    }

    fn judge_full(&mut self) -> Option<State> {
        let Self { stream, steps, summary, rate, .. } = self;
        let mut state = None;
        // A step of time is shorter than from one window to the next: there is one at most.
        while let Some(window) = stream.full() {
            state = Some(judge(window, *rate, steps, summary));
            stream.slide();
        }
        state
    }
}

fn judge(window: &Window, rate: Rate, steps: &mut Steps, summary: &mut Summary) -> State {
    let smooth = Smooth::of(window);
    let verdict = recognise(window, &smooth, rate);
    if shows_gait(rate) {
        steps.advance(window, &verdict);
    }
    let Verdict { motion, confidence, .. } = verdict;
    let state = State { motion, confidence, shake: shaken(&smooth), seconds: window.seconds() };
    summary.add(&state);
    summary.suspect(suspicion(window));
    state
}
