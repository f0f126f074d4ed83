use zeroize::Zeroize;

use super::grid::{Piece, Place, Window};
use crate::error::{Error, Result};
use crate::private::Private;

/// Standard gravity in m/s², exact by its definition (ISO 80000-3).
const STANDARD_GRAVITY: f32 = 9.806_65;

/// How often the sensors report, nominally. The samples' own times place them; the rate says
/// what can be told from them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate(f64);

impl Rate {
    /// The lowest rate that is taken, in Hz.
    pub const LOWEST: Self = Self(5.0);
    /// The highest rate that is taken, in Hz.
    pub const HIGHEST: Self = Self(400.0);

    /// A rate in Hz. [`Motion::new`](super::Motion::new) checks it.
    pub const fn from_hz(hz: f64) -> Self {
        Self(hz)
    }

    pub(crate) fn hz(self) -> f64 {
        self.0
    }

    pub(crate) fn checked(self) -> Result<Self> {
        if (Self::LOWEST.0..=Self::HIGHEST.0).contains(&self.0) {
            Ok(self)
        } else {
            Err(Error::input("rate", "not within 5 to 400 Hz"))
        }
    }
}

/// What accelerations are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Multiples of standard gravity, 9.80665 m/s².
    G,
    /// Metres per second squared.
    #[default]
    MetresPerSecondSquared,
}

/// What the sensors reported at one time; private from here on.
///
/// The three axes are the device's own. Gravity may be in the acceleration or not: nothing here
/// rests on it.
pub struct Sample(Private<Reading>);

/// The content of a [`Sample`].
pub(crate) struct Reading {
    /// On the clock of the sensors.
    pub(crate) seconds: f64,
    /// Acceleration x, y, z in m/s², then rotation about x, y, z in rad/s.
    pub(crate) axes: [f32; 6],
    /// False where there was no gyroscope: the last three are then zero, and not looked at.
    pub(crate) rotates: bool,
}

impl Zeroize for Reading {
    fn zeroize(&mut self) {
        self.seconds.zeroize();
        self.axes.zeroize();
        self.rotates.zeroize();
    }
}

impl Sample {
    /// The most that any axis may accelerate, in m/s²: twice what high-g sensors measure (200 g).
    pub const MAX_ACCELERATION: f32 = 4000.0;
    /// The fastest that any axis may turn, in rad/s: twice what gyroscopes measure (4000 °/s).
    pub const MAX_ROTATION: f32 = 140.0;

    /// A sample of the accelerometer alone, at `seconds` of the sensors' clock.
    ///
    /// # Errors
    ///
    /// Where a number is not finite, or an acceleration beyond [`Sample::MAX_ACCELERATION`].
    pub fn new(seconds: f64, acceleration: [f32; 3], unit: Unit) -> Result<Self> {
        if !seconds.is_finite() {
            return Err(Error::input("time", "not a finite number"));
        }
        let scale = match unit {
            Unit::G => STANDARD_GRAVITY,
            Unit::MetresPerSecondSquared => 1.0,
        };
        let [x, y, z] = acceleration.map(|axis| axis * scale);
        if ![x, y, z].iter().all(|axis| axis.abs() <= Self::MAX_ACCELERATION) {
            return Err(Error::input("acceleration", "not finite, or beyond 4000 m/s²"));
        }
        let axes = [x, y, z, 0.0, 0.0, 0.0];
        Ok(Self(Private::seal(Reading { seconds, axes, rotates: false })))
    }

    /// The same sample with the gyroscope's rotation, in rad/s.
    ///
    /// # Errors
    ///
    /// Where a number is not finite, or beyond [`Sample::MAX_ROTATION`].
    pub fn with_rotation(mut self, rotation: [f32; 3]) -> Result<Self> {
        if !rotation.iter().all(|axis| axis.abs() <= Self::MAX_ROTATION) {
            return Err(Error::input("rotation", "not finite, or beyond 140 rad/s"));
        }
        self.0.fill(|reading| {
            let [x, y, z, ..] = reading.axes;
            let [about_x, about_y, about_z] = rotation;
            reading.axes = [x, y, z, about_x, about_y, about_z];
            reading.rotates = true;
        });
        Ok(self)
    }

    /// Its content, for the stream it goes into.
    pub(crate) fn reading(&self) -> &Reading {
        // Looks to place the sample on the grid and to hash it for the replay check.
        self.0.look_inside()
    }
}

/// The samples that are still looked at: those of one window. Wiped as they leave it.
pub(crate) struct Stream(Private<Piece>);

impl Stream {
    pub(crate) fn new() -> Self {
        Self(Private::seal(Piece::new()))
    }

    pub(crate) fn place(&self, sample: &Sample) -> Place {
        // Looks at times only.
        self.0.look_inside().place(sample.reading())
    }

    /// Takes in a sample that goes on, or begins with it. [`Stream::full`] is then to be asked.
    pub(crate) fn push(&mut self, sample: &Sample) {
        self.0.fill(|piece| piece.push(sample.reading()));
    }

    /// Takes in what waits for more samples of its cell: there will be none.
    pub(crate) fn flush(&mut self) {
        self.0.fill(Piece::close_cell);
    }

    /// The window, if the samples fill it. [`Stream::slide`] is then due.
    pub(crate) fn full(&mut self) -> Option<&Window> {
        self.0.fill(Piece::draw).then(|| self.window())
    }

    /// The last window, which is not full; `None` where it would show nothing new.
    pub(crate) fn rest(&self) -> Option<&Window> {
        Some(self.window()).filter(|window| window.fresh() > 0)
    }

    /// Drops the first half of the window.
    pub(crate) fn slide(&mut self) {
        self.0.fill(Piece::slide);
    }

    /// Wipes everything: the next sample begins anew.
    pub(crate) fn clear(&mut self) {
        self.0.fill(Zeroize::zeroize);
    }

    fn window(&self) -> &Window {
        // Looks to hand the window to the recogniser.
        self.0.look_inside().window()
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, Sample, Unit};

    #[test]
    fn units_become_metres_and_rotation_is_absent_until_given() {
        let sample = Sample::new(1.0, [0.0, -1.0, 2.0], Unit::G).unwrap();
        assert_eq!(sample.reading().axes, [0.0, -9.80665, 19.6133, 0.0, 0.0, 0.0]);
        assert!(!sample.reading().rotates);
        let sample = sample.with_rotation([1.0, 2.0, 3.0]).unwrap();
        assert_eq!(sample.reading().axes, [0.0, -9.80665, 19.6133, 1.0, 2.0, 3.0]);
        assert!(sample.reading().rotates);
    }

    #[test]
    fn what_no_sensor_measures_is_refused() {
        let at_rest = [0.0, 0.0, 9.81];
        let metres = Unit::MetresPerSecondSquared;
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -4001.0] {
            assert!(Sample::new(0.0, [0.0, bad, 0.0], metres).is_err());
            assert!(Sample::new(0.0, [bad, 0.0, 0.0], Unit::G).is_err());
            assert!(
                Sample::new(0.0, at_rest, metres).unwrap().with_rotation([0.0, 0.0, bad]).is_err()
            );
        }
        for bad in [f64::NAN, f64::INFINITY] {
            assert!(Sample::new(bad, at_rest, metres).is_err());
            assert!(Rate::from_hz(bad).checked().is_err());
        }
        assert!(Rate::from_hz(4.9).checked().is_err() && Rate::from_hz(401.0).checked().is_err());
        assert!(Rate::LOWEST.checked().is_ok() && Rate::HIGHEST.checked().is_ok());
    }
}
