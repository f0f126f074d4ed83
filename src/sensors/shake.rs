use super::features::Smooth;

/// How hard a stroke of a shake starts and stops, in m/s³, in the smoothed window.
const JERK: f32 = 150.0;
/// So many strokes to and fro along one axis …
const STROKES: usize = 7;
/// … within so many smoothed points: 1 s.
const WITHIN: usize = 25;

/// True where the device was shaken: hard strokes to and fro, quicker than a runner's arm.
///
/// The highest that the real recordings reach is 5 strokes in a second (running, badminton,
/// shoulder exercises) and 6 (a sensor being taken off). There is no recording of a shake: that
/// it is seen from 4 Hz and ±15 m/s² on rests on simulated ones.
pub(crate) fn shaken(smooth: &Smooth) -> bool {
    (0..3).any(|axis| {
        // When each of the last strokes was, oldest first.
        let mut strokes = [None; STROKES];
        let mut forward = None;
        smooth.jerks().enumerate().any(|(now, jerk)| {
            let Some(&along) = jerk.get(axis).filter(|along| along.abs() > JERK) else {
                return false;
            };
            if forward == Some(along > 0.0) {
                return false;
            }
            forward = Some(along > 0.0);
            strokes.rotate_left(1);
            if let Some(last) = strokes.last_mut() {
                *last = Some(now);
            }
            matches!(strokes.first(), Some(Some(first)) if now - first < WITHIN)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::shaken;
    use crate::sensors::features::Smooth;
    use crate::sensors::grid::tests::window;

    fn simulated(height: f32, hz: f32) -> bool {
        let wave = |i: u8| height * (f32::from(i) / 50.0 * hz * std::f32::consts::TAU).sin();
        let points: Vec<_> = (0..128).map(|i| [0.3, wave(i), 9.81]).collect();
        shaken(&Smooth::of(&window(&points)))
    }

    #[test]
    fn quick_and_hard_is_a_shake() {
        for hz in [4.0, 5.0, 6.0] {
            for height in [15.0, 20.0, 30.0] {
                assert!(simulated(height, hz), "{hz} Hz, {height} m/s²");
            }
        }
        assert!(!simulated(4.0, 5.0), "not hard");
        assert!(!simulated(30.0, 2.5), "not quick");
    }

    #[test]
    fn strokes_in_one_direction_are_none() {
        let points: Vec<_> =
            (0..128).map(|i| [if i / 8 % 2 == 0 { 0.0 } else { 60.0 }; 3]).collect();
        assert!(shaken(&Smooth::of(&window(&points))), "the control: to and fro");
        let points: Vec<_> = (0..128).map(|i| [(i / 8) as f32 * 60.0; 3]).collect();
        assert!(!shaken(&Smooth::of(&window(&points))));
    }
}
