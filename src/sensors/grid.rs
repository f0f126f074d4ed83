//! From samples at any times to windows on one grid.
//!
//! Samples of the same 20 ms cell become one point, their mean; between points the grid is filled
//! by straight lines. So 5 to 400 Hz, jittered or not, all come out at 50 Hz, without aliasing of
//! what lies above, in 3 KiB.

use zeroize::Zeroize;

use super::source::Reading;

/// Points of the grid in a second.
pub(crate) const GRID_HZ: f64 = 50.0;
/// Points of a window: 2.56 s.
pub(crate) const POINTS: usize = 128;
/// Points from the start of one window to the start of the next: half a window.
const HOP: usize = POINTS / 2;
/// A step of time longer than this, forward or back, ends a piece of the stream: a line drawn
/// over half a second of walking would hide a step.
const GAP_SECONDS: f64 = 0.5;
/// Times this close are the same: far below a sample's spacing, above the rounding of Unix times.
const TOLERANCE: f64 = 1e-6;

/// A window on the grid, or the last part of one.
pub(crate) struct Window {
    axes: [[f32; POINTS]; 6],
    len: usize,
    /// How many of the points no window held before.
    fresh: usize,
    rotates: bool,
    seconds: f64,
}

/// Where a sample stands to what came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It goes on.
    Next,
    /// It is not newer than the one before it.
    Late,
    /// It begins a new piece: the first one, after a gap, a clock set back, or a gyroscope that
    /// came or went.
    Break,
}

/// A stream from a break to the next: its window, and what is on the way there.
pub(crate) struct Piece {
    begun: bool,
    /// The first sample's time; all others here are seconds since then.
    origin: f64,
    newest: f64,
    cell: Cell,
    /// The line that is being drawn; none before the first cell is closed.
    line: Option<Line>,
    /// Points of the grid so far.
    drawn: u64,
    window: Window,
}

/// The sum of the samples of one cell.
#[derive(Clone, Copy, Default)]
struct Cell {
    index: u64,
    count: u32,
    seconds: f64,
    axes: [f64; 6],
}

#[derive(Clone, Copy)]
struct Line {
    from: Point,
    to: Point,
}

#[derive(Clone, Copy, Default)]
struct Point {
    seconds: f64,
    axes: [f32; 6],
}

impl Piece {
    /// A piece that no sample has begun.
    pub(crate) fn new() -> Self {
        let window =
            Window { axes: [[0.0; POINTS]; 6], len: 0, fresh: 0, rotates: false, seconds: 0.0 };
        Self {
            begun: false,
            origin: 0.0,
            newest: 0.0,
            cell: Cell::default(),
            line: None,
            drawn: 0,
            window,
        }
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    pub(crate) fn place(&self, reading: &Reading) -> Place {
        let step = reading.seconds - self.origin - self.newest;
        if !self.begun || step.abs() > GAP_SECONDS || reading.rotates != self.window.rotates {
            Place::Break
        } else if step <= 0.0 {
            Place::Late
        } else {
            Place::Next
        }
    }

    pub(crate) fn push(&mut self, reading: &Reading) {
        if !self.begun {
            self.begun = true;
            self.origin = reading.seconds;
            self.window.rotates = reading.rotates;
        }
        self.newest = reading.seconds - self.origin;
        // Cells lie around the grid's points, so that a stream of 50 Hz has one sample in each.
        let index = (self.newest * GRID_HZ).round() as u64;
        if index != self.cell.index {
            self.close_cell();
            self.cell.index = index;
        }
        self.cell.count += 1;
        self.cell.seconds += self.newest;
        for (sum, axis) in self.cell.axes.iter_mut().zip(reading.axes) {
            *sum += f64::from(axis);
        }
    }

    /// Ends the line at the mean of the cell's samples.
    pub(crate) fn close_cell(&mut self) {
        if self.cell.count == 0 {
            return;
        }
        let count = f64::from(self.cell.count);
        let point = Point {
            seconds: self.cell.seconds / count,
            axes: self.cell.axes.map(|sum| (sum / count) as f32),
        };
        // The first point stands for what was before it in its cell, too.
        let from = self.line.map_or(point, |line| line.to);
        self.line = Some(Line { from, to: point });
        self.cell.zeroize();
    }

    /// Draws the line on until its end or the window's; true where the window is full.
    pub(crate) fn draw(&mut self) -> bool {
        let Some(line) = self.line else { return false };
        while self.window.len < POINTS {
            let now = self.drawn as f64 / GRID_HZ;
            if now > line.to.seconds + TOLERANCE {
                return false;
            }
            self.window.push(line.at(now));
            self.drawn += 1;
            let before = self.drawn - self.window.len as u64;
            self.window.seconds = self.origin + before as f64 / GRID_HZ;
        }
        true
    }

    /// Drops the first half of the window.
    pub(crate) fn slide(&mut self) {
        self.window.slide();
    }
}

impl Line {
    fn at(&self, seconds: f64) -> [f32; 6] {
        let Self { from, to } = self;
        let length = to.seconds - from.seconds;
        let along = if length > 0.0 { (seconds - from.seconds) / length } else { 1.0 };
        let along = along.clamp(0.0, 1.0) as f32;
        std::array::from_fn(|axis| {
            #[allow(clippy::indexing_slicing, reason = "both have the six axes")]
            let (start, end) = (from.axes[axis], to.axes[axis]);
            start + (end - start) * along
        })
    }
}

impl Window {
    /// Acceleration along x, y and z in m/s², 50 times a second.
    pub(crate) fn acceleration(&self) -> [&[f32]; 3] {
        let [x, y, z, ..] = &self.axes;
        [x, y, z].map(|axis| axis.get(..self.len).unwrap_or_default())
    }

    /// Rotation about x, y and z in rad/s; `None` where there was no gyroscope.
    pub(crate) fn rotation(&self) -> Option<[&[f32]; 3]> {
        let [.., x, y, z] = &self.axes;
        self.rotates.then(|| [x, y, z].map(|axis| axis.get(..self.len).unwrap_or_default()))
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// How many of the points, at the end, no window held before.
    pub(crate) fn fresh(&self) -> usize {
        self.fresh
    }

    /// When its first point was, on the clock of the sensors.
    pub(crate) fn seconds(&self) -> f64 {
        self.seconds
    }

    fn push(&mut self, values: [f32; 6]) {
        for (axis, value) in self.axes.iter_mut().zip(values) {
            if let Some(point) = axis.get_mut(self.len) {
                *point = value;
            }
        }
        self.len += 1;
        self.fresh += 1;
    }

    fn slide(&mut self) {
        for axis in &mut self.axes {
            let (first, second) = axis.split_at_mut(HOP);
            first.copy_from_slice(second);
            second.zeroize();
        }
        self.len -= HOP;
        self.fresh = 0;
    }
}

impl Zeroize for Piece {
    fn zeroize(&mut self) {
        self.begun.zeroize();
        self.origin.zeroize();
        self.newest.zeroize();
        self.cell.zeroize();
        self.line.zeroize();
        self.drawn.zeroize();
        self.window.zeroize();
    }
}

impl Zeroize for Cell {
    fn zeroize(&mut self) {
        self.index.zeroize();
        self.count.zeroize();
        self.seconds.zeroize();
        self.axes.zeroize();
    }
}

impl Zeroize for Line {
    fn zeroize(&mut self) {
        for point in [&mut self.from, &mut self.to] {
            point.seconds.zeroize();
            point.axes.zeroize();
        }
    }
}

impl Zeroize for Window {
    fn zeroize(&mut self) {
        self.axes.zeroize();
        self.len.zeroize();
        self.fresh.zeroize();
        self.rotates.zeroize();
        self.seconds.zeroize();
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{POINTS, Piece, Place, Window};
    use crate::sensors::source::Reading;
    use zeroize::Zeroize;

    /// A window of these points of acceleration, and of rotation zero.
    pub(crate) fn window(points: &[[f32; 3]]) -> Window {
        let mut window =
            Window { axes: [[0.0; POINTS]; 6], len: 0, fresh: 0, rotates: true, seconds: 0.0 };
        points.iter().for_each(|&[x, y, z]| window.push([x, y, z, 0.0, 0.0, 0.0]));
        window
    }

    fn reading(seconds: f64, x: f32) -> Reading {
        Reading { seconds, axes: [x, 0.0, 0.0, 0.0, 0.0, 0.0], rotates: false }
    }

    /// Start and x axis of every window, the rest included.
    fn drawn(samples: impl IntoIterator<Item = (f64, f32)>) -> Vec<(f64, Vec<f32>)> {
        let mut piece = Piece::new();
        let mut windows = Vec::new();
        let taken = |window: &Window| (window.seconds(), window.acceleration()[0].to_vec());
        let mut take_full = |piece: &mut Piece| {
            while piece.draw() {
                windows.push(taken(piece.window()));
                piece.slide();
            }
        };
        for (seconds, x) in samples {
            piece.push(&reading(seconds, x));
            take_full(&mut piece);
        }
        piece.close_cell();
        take_full(&mut piece);
        windows.extend(Some(piece.window()).filter(|window| window.fresh() > 0).map(taken));
        windows
    }

    #[test]
    fn fifty_hertz_passes_through_in_half_overlapping_windows() {
        let windows = drawn((0..300).map(|i| (7.0 + f64::from(i) * 0.02, i as f32)));
        let starts: Vec<_> = windows.iter().map(|(start, _)| (start * 100.0).round()).collect();
        assert_eq!(starts, [700.0, 828.0, 956.0, 1084.0]);
        for (k, (_, points)) in windows.iter().enumerate() {
            let first = 64 * k;
            let expected: Vec<_> = (first..(first + 128).min(300)).map(|i| i as f32).collect();
            assert_eq!(*points, expected);
        }
    }

    #[test]
    fn any_rate_draws_the_same_line() {
        for hz in [5.0, 9.7, 25.0, 60.0, 100.0, 333.0, 400.0] {
            let count = (6.0 * hz) as u32;
            let windows = drawn((0..=count).map(|i| {
                let seconds = f64::from(i) / hz;
                (seconds, seconds as f32)
            }));
            assert!((3..=4).contains(&windows.len()), "{hz} Hz: {}", windows.len());
            for (start, points) in windows {
                for (i, x) in points.iter().enumerate() {
                    // Only the very first point and the last cell's may lean on their cell's mean.
                    let expected = start + i as f64 / 50.0;
                    assert!((f64::from(*x) - expected).abs() < 0.009, "{hz} Hz at {expected}: {x}");
                }
            }
        }
    }

    #[test]
    fn what_lies_above_the_grid_does_not_fold_into_it() {
        // 180 Hz, seen at 400 Hz: taking every eighth sample would show it at full height.
        let wave = |i: u32| (f64::from(i) * 180.0 / 400.0 * std::f64::consts::TAU).sin() as f32;
        let windows = drawn((0..1200).map(|i| (f64::from(i) / 400.0, wave(i))));
        let highest =
            windows.iter().flat_map(|(_, points)| points).fold(0.0f32, |a, b| a.max(b.abs()));
        assert!(highest < 0.3, "{highest}");
    }

    #[test]
    fn time_that_does_not_go_on_is_seen() {
        let mut piece = Piece::new();
        assert_eq!(piece.place(&reading(5.0, 0.0)), Place::Break);
        piece.push(&reading(5.0, 0.0));
        for (seconds, place) in [
            (5.02, Place::Next),
            (5.5, Place::Next),
            (5.51, Place::Break),
            (5.0, Place::Late),
            (4.6, Place::Late),
            (4.4, Place::Break),
            (-1e300, Place::Break),
        ] {
            assert_eq!(piece.place(&reading(seconds, 0.0)), place, "{seconds}");
        }
        let rotating = Reading { rotates: true, ..reading(5.02, 0.0) };
        assert_eq!(piece.place(&rotating), Place::Break);
        piece.zeroize();
        assert_eq!(piece.place(&reading(5.02, 0.0)), Place::Break);
    }
}
