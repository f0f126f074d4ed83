use std::ops::Range;

use super::features::{Features, Smooth};
use super::grid::Window;
use super::source::Rate;
use crate::egress::{Confidence, MotionState};

/// Where a state's features lie. The units are those of [`Features`].
struct Rule {
    state: MotionState,
    confidence: Confidence,
    movement: Range<f32>,
    jerk: Range<f32>,
    regularity: Range<f32>,
    period: Range<f32>,
}

/// The first rule that holds names the state; where none does, it is unknown.
///
/// Set by hand to two digits on what recordings there are (`tests/data/CREDITS.md`):
/// * still: a trunk sensor at rest (movement 0.06 to 0.11), people standing with a sensor at ankle,
///   leg and trunk (0.1 to 0.2);
/// * walking: BasicMotions, a watch (movement 1.8 to 5.4, jerk from 11, period 1.2 to 1.6 s: the
///   arm swings once in two steps); GaitPy, a trunk (1.6 to 2.1, jerk from 23, 1.2 to 1.3 s);
/// * running: BasicMotions (movement from 8 and mostly from 11.5, jerk from 60 and mostly from 95,
///   period 0.76 to 1.1 s). Walking seen from the ankle reaches a movement of 8.3, an arm that
///   works against a rubber band 10.1, both as regularly: hence movement from 10.5;
/// * handling: what moves without a gait's regularity. BasicMotions' people who stand and move
///   their arms are all there is.
///
/// So the figures are those of the recordings the rules were set on: of BasicMotions' 140 windows
/// each, 133 of walking and 123 of running are named so, the others unknown but for two, and 5 of
/// standing are called walking. Of 3741 windows of shoulder exercises (seglearn) 601 are called
/// walking: an arm that swings on purpose looks the same. There is no recording from a vehicle,
/// so no rule for it.
#[rustfmt::skip]
const RULES: [Rule; 12] = {
    use Confidence::{High, Low, Medium};
    use MotionState::{Handling, Running, Still, Walking};
    const UP: f32 = f32::INFINITY;
    const ANY: Range<f32> = 0.0..UP;
    [
        //                     movement   jerk       regularity period
        rule(Still,    High,   0.0..0.15, ANY,       ANY,       ANY),
        rule(Still,    Medium, 0.0..0.2,  ANY,       ANY,       ANY),
        rule(Still,    Low,    0.0..0.25, ANY,       ANY,       ANY),
        rule(Running,  High,   12.0..UP,  90.0..UP,  0.8..UP,   0.3..1.06),
        rule(Running,  Medium, 11.0..UP,  85.0..UP,  0.7..UP,   0.3..1.06),
        rule(Running,  Low,    10.5..UP,  80.0..UP,  0.6..UP,   0.3..1.06),
        rule(Walking,  High,   1.5..5.5,  14.0..UP,  0.8..UP,   0.4..1.58),
        rule(Walking,  Medium, 1.4..6.0,  12.0..UP,  0.7..UP,   0.4..1.58),
        rule(Walking,  Low,    1.2..6.5,  11.0..UP,  0.6..UP,   0.4..1.58),
        rule(Handling, Medium, 0.0..6.5,  0.0..11.0, 0.0..0.6,  ANY),
        rule(Handling, Low,    0.0..0.9,  ANY,       ANY,       ANY),
        rule(Handling, Low,    0.0..6.5,  ANY,       0.0..0.4,  ANY),
    ]
};

/// A gait needs 8 samples a second: with fewer, a runner's steps fold into a walker's.
const GAIT_HZ: f64 = 8.0;
/// A window shorter than 1.28 s says nothing: a slow stride is longer.
const FEWEST_POINTS: usize = 64;

const fn rule(
    state: MotionState,
    confidence: Confidence,
    movement: Range<f32>,
    jerk: Range<f32>,
    regularity: Range<f32>,
    period: Range<f32>,
) -> Rule {
    Rule { state, confidence, movement, jerk, regularity, period }
}

impl Rule {
    fn holds(&self, features: &Features) -> bool {
        self.movement.contains(&features.movement)
            && self.jerk.contains(&features.jerk)
            && self.regularity.contains(&features.regularity)
            && self.period.contains(&features.period)
    }
}

/// True where steps can be told at this rate.
pub(crate) fn shows_gait(rate: Rate) -> bool {
    rate.hz() >= GAIT_HZ
}

/// What a window shows.
pub(crate) struct Verdict {
    pub(crate) motion: MotionState,
    pub(crate) confidence: Confidence,
    /// From one step to the next, in s, where the state is a gait.
    pub(crate) step_seconds: Option<f32>,
}

/// What the device was doing in a window, and how sure that is.
pub(crate) fn recognise(window: &Window, smooth: &Smooth, rate: Rate) -> Verdict {
    let unknown =
        Verdict { motion: MotionState::Unknown, confidence: Confidence::Low, step_seconds: None };
    if window.len() < FEWEST_POINTS {
        return unknown;
    }
    let features = Features::of(smooth);
    let Some(rule) = RULES.iter().find(|rule| rule.holds(&features)) else { return unknown };
    let step_seconds = step_seconds(rule.state, features.period);
    if step_seconds.is_some() && !shows_gait(rate) {
        return unknown;
    }
    Verdict { motion: rule.state, confidence: rule.confidence, step_seconds }
}

/// A gait comes again with each step, or with each stride of two: nobody steps as slowly as
/// others stride.
fn step_seconds(state: MotionState, period: f32) -> Option<f32> {
    let shortest_stride = match state {
        MotionState::Walking => 0.84,
        MotionState::Running => 0.56,
        _ => return None,
    };
    Some(if period < shortest_stride { period } else { period / 2.0 })
}

#[cfg(test)]
mod tests {
    use super::{RULES, recognise, step_seconds};
    use crate::egress::{Confidence, MotionState};
    use crate::sensors::Rate;
    use crate::sensors::features::{Features, Smooth};
    use crate::sensors::grid::tests::window;

    fn sway(height: f32, hz: f32, points: usize, rate: f64) -> (MotionState, Confidence) {
        let wave = |i: usize| height * (i as f32 / 50.0 * hz * std::f32::consts::TAU).sin();
        let points: Vec<_> = (0..points).map(|i| [wave(i), 0.0, 9.81]).collect();
        let window = window(&points);
        let verdict = recognise(&window, &Smooth::of(&window), Rate::from_hz(rate));
        (verdict.motion, verdict.confidence)
    }

    #[test]
    fn each_state_has_its_place() {
        use MotionState::{Handling, Running, Still, Unknown, Walking};
        assert_eq!(sway(0.0, 1.0, 128, 50.0), (Still, Confidence::High));
        assert_eq!(sway(5.0, 0.8, 128, 50.0), (Walking, Confidence::High));
        assert_eq!(sway(20.0, 1.3, 128, 50.0), (Running, Confidence::High));
        assert_eq!(sway(2.0, 0.3, 128, 50.0), (Handling, Confidence::Medium));
        // Too little of it, too few samples a second, and more than any gait.
        assert_eq!(sway(4.0, 0.8, 63, 50.0), (Unknown, Confidence::Low));
        assert_eq!(sway(4.0, 0.8, 128, 5.0), (Unknown, Confidence::Low));
        assert_eq!(sway(20.0, 0.3, 128, 50.0), (Unknown, Confidence::Low));
        assert_eq!(sway(0.0, 1.0, 128, 5.0), (Still, Confidence::High));
    }

    #[test]
    fn a_stride_is_two_steps() {
        use MotionState::{Handling, Running, Walking};
        assert_eq!(step_seconds(Walking, 0.6), Some(0.6));
        assert_eq!(step_seconds(Walking, 1.2), Some(0.6));
        assert_eq!(step_seconds(Running, 0.4), Some(0.4));
        assert_eq!(step_seconds(Running, 0.8), Some(0.4));
        assert_eq!(step_seconds(Handling, 0.8), None);
    }

    #[test]
    fn every_rule_can_be_the_first_to_hold() {
        for (i, rule) in RULES.iter().enumerate() {
            // Just inside the upper ends; where there is none, a value of its own.
            let inside = |range: &std::ops::Range<f32>, free: f32| {
                if range.end.is_finite() { range.end - 0.001 } else { range.start.max(free) }
            };
            let features = Features {
                movement: inside(&rule.movement, 9.0),
                jerk: inside(&rule.jerk, 20.0),
                regularity: inside(&rule.regularity, 0.65),
                period: inside(&rule.period, 0.5),
            };
            let first = RULES.iter().position(|rule| rule.holds(&features));
            assert_eq!(first, Some(i), "{features:?}");
        }
    }
}
