//! Motion, steps and suspicion on real recordings, and on attacks made from them.
#![cfg(all(feature = "sensors", feature = "inspect"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pinhole::egress::{Confidence, MotionState, Suspicion};
use pinhole::sensors::{Motion, Rate, Sample, State, Unit};
use pinhole::{Egress, FileStore, Grant, Home, PurposeId, Refusal, SystemClock, inspect};
use proptest::prelude::*;

const METRES: Unit = Unit::MetresPerSecondSquared;

/// Time, acceleration, and rotation where the recording has it.
type Row = (f64, [f32; 3], Option<[f32; 3]>);

struct Recording {
    name: String,
    unit: Unit,
    hz: f64,
    rows: Vec<Row>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sensors")
}

impl Recording {
    fn named(name: &str) -> Self {
        let (unit, hz) = match name.split('-').next().unwrap() {
            "watch" | "trunk" => (Unit::G, 50.0),
            _ => (METRES, 10.0),
        };
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        let rows = text.lines().skip(1).map(|line| {
            let cells: Vec<Option<f64>> = line.split(',').map(|cell| cell.parse().ok()).collect();
            let three = |at: usize| -> Option<[f32; 3]> {
                Some([cells[at]? as f32, cells[at + 1]? as f32, cells[at + 2]? as f32])
            };
            (cells[0].unwrap(), three(1).unwrap(), three(4))
        });
        Self { name: name.to_owned(), unit, hz, rows: rows.collect() }
    }

    fn all() -> Vec<Self> {
        let mut names: Vec<_> = std::fs::read_dir(folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".csv") && !name.contains("bouts"))
            .collect();
        names.sort();
        assert_eq!(names.len(), 23);
        names.iter().map(|name| Self::named(name)).collect()
    }

    fn run(&self) -> Run {
        run(self.rows.iter().copied(), self.unit, self.hz)
    }

    /// The same motion, reported at another rate.
    fn at(&self, hz: f64) -> Vec<Row> {
        let last = self.rows.last().unwrap().0;
        let count = (last * hz).floor() as usize;
        let mix = |a: [f32; 3], b: [f32; 3], part: f32| {
            std::array::from_fn(|axis| a[axis] + (b[axis] - a[axis]) * part)
        };
        (0..=count)
            .map(|i| {
                let t = i as f64 / hz;
                let next = self.rows.partition_point(|row| row.0 <= t).min(self.rows.len() - 1);
                let (from, to) = (&self.rows[next - 1], &self.rows[next]);
                let part = ((t - from.0) / (to.0 - from.0)) as f32;
                let rotation = from.2.zip(to.2).map(|(from, to)| mix(from, to, part));
                (t, mix(from.1, to.1, part), rotation)
            })
            .collect()
    }
}

struct Run {
    motion: Motion,
    states: Vec<State>,
}

impl Run {
    fn steps(&self) -> u32 {
        inspect::steps(&self.motion)
    }

    fn suspicion(&self) -> Suspicion {
        self.motion.found().suspicion()
    }

    fn windows_of(&self, motion: MotionState) -> usize {
        self.states.iter().filter(|state| state.motion() == motion).count()
    }
}

fn sample(&(t, acceleration, rotation): &Row, unit: Unit) -> Sample {
    let sample = Sample::new(t, acceleration, unit).unwrap();
    match rotation {
        Some(rotation) => sample.with_rotation(rotation).unwrap(),
        None => sample,
    }
}

fn run(rows: impl IntoIterator<Item = Row>, unit: Unit, hz: f64) -> Run {
    let mut motion = Motion::new(Rate::from_hz(hz)).unwrap();
    let mut states: Vec<_> =
        rows.into_iter().filter_map(|row| motion.push(&sample(&row, unit))).collect();
    states.extend(motion.finish());
    Run { motion, states }
}

#[test]
fn activities_are_told_apart_or_unknown() {
    let mut table: BTreeMap<(String, MotionState), usize> = BTreeMap::new();
    for recording in Recording::all() {
        let label = recording.name.split('-').next().unwrap().to_owned();
        for state in recording.run().states {
            *table.entry((label.clone(), state.motion())).or_default() += 1;
        }
    }
    let count = |label: &str, motion| table.get(&(label.to_owned(), motion)).copied().unwrap_or(0);
    use MotionState::{Handling, Running, Still, Unknown, Walking};
    let row = |label| [Unknown, Still, Handling, Walking, Running].map(|state| count(label, state));
    // Windows of five recordings each; columns as above. "Standing" people move their arms.
    assert_eq!(row("walking"), [0, 0, 0, 35, 0]);
    assert_eq!(row("running"), [3, 0, 0, 0, 32]);
    assert_eq!(row("standing"), [7, 8, 20, 0, 0]);
    assert_eq!(row("badminton"), [34, 0, 1, 0, 0]);
    // Shoulder exercises: rowing to a beat looks like a walk's arm, at low confidence.
    assert_eq!(row("watch"), [26, 0, 0, 3, 0]);
}

#[test]
fn summaries_are_those_of_the_labels() {
    for recording in Recording::all() {
        let found = recording.run().motion.found();
        let expected = match recording.name.split('-').next().unwrap() {
            "walking" => &[MotionState::Walking][..],
            "running" => &[MotionState::Running],
            "standing" => &[MotionState::Still, MotionState::Handling, MotionState::Unknown],
            "badminton" | "watch" => &[MotionState::Unknown],
            _ => continue,
        };
        assert!(expected.contains(&found.motion()), "{}: {found:?}", recording.name);
    }
}

#[test]
fn steps_of_three_walks_are_near_the_reference() {
    let walk = Recording::named("trunk-walk.csv");
    let bouts = std::fs::read_to_string(folder().join("trunk-walk.bouts.csv")).unwrap();
    let bouts: Vec<Vec<f64>> = bouts
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect();
    assert_eq!(bouts.len(), 3);
    let mut reference = 0;
    for bout in &bouts {
        let (start, end, steps) = (bout[0], bout[0] + bout[1], bout[2] as u32);
        // With two seconds around it: a walk does not start on the reference's half seconds.
        let within = walk.rows.iter().filter(|row| (start - 2.0..end + 2.0).contains(&row.0));
        let counted = run(within.copied(), walk.unit, walk.hz).steps();
        assert!(counted.abs_diff(steps) * 20 <= steps, "{counted} steps of {steps} at {start} s");
        reference += steps;
    }
    // The whole recording, in which most of the time the sensor is put on, taken off or at rest.
    let counted = walk.run().steps();
    assert!(counted.abs_diff(reference) * 100 <= reference, "{counted} steps of {reference}");
}

#[test]
fn a_walk_without_gravity_is_counted_by_its_period() {
    for number in [1, 3, 5, 7, 9] {
        // Nobody counted them; ten seconds at 80 to 105 steps a minute.
        let steps = Recording::named(&format!("walking-{number}.csv")).run().steps();
        assert!((13..=17).contains(&steps), "walking-{number}: {steps}");
        for other in ["standing", "badminton"] {
            assert_eq!(Recording::named(&format!("{other}-{number}.csv")).run().steps(), 0);
        }
    }
}

#[test]
fn no_real_recording_is_suspected_or_shaken() {
    for recording in Recording::all() {
        let found = recording.run().motion.found();
        assert_eq!(found.suspicion(), Suspicion::default(), "{}", recording.name);
        assert!(!found.shake(), "{}", recording.name);
    }
}

#[test]
fn attacks_are_suspected() {
    let real = Recording::named("watch-row.csv");
    let time = |i: usize| i as f64 / 50.0;
    let constant = |acceleration: [f32; 3], rotation: Option<[f32; 3]>| {
        let rows = (0..500).map(move |i| (time(i), acceleration, rotation));
        run(rows, METRES, 50.0).suspicion()
    };
    assert_eq!(constant([0.3, 0.1, 9.7], Some([0.01; 3])), Suspicion::FROZEN);
    assert_eq!(constant([0.0; 3], Some([0.0; 3])), Suspicion::FROZEN);
    let emulator = [0.0, 9.77622, 0.813417];
    let both = Suspicion::FROZEN.with(Suspicion::EMULATOR);
    assert_eq!(constant(emulator, Some([0.0; 3])), both);
    // One sensor alone is not believed.
    assert_eq!(constant(emulator, None), Suspicion::default());

    for length in [128, 200, 333] {
        let looped = (0..1000).map(|i| {
            let (_, acceleration, rotation) = real.rows[i % length];
            (time(i), acceleration, rotation)
        });
        assert_eq!(run(looped, Unit::G, 50.0).suspicion(), Suspicion::REPLAY, "{length} rows");
    }
}

#[test]
fn the_rate_does_not_change_the_answer() {
    for (name, motion) in
        [("walking-3.csv", MotionState::Walking), ("running-5.csv", MotionState::Running)]
    {
        let recording = Recording::named(name);
        let original = recording.run();
        for hz in [8.0, 10.0, 16.7, 25.0, 50.0, 60.0, 100.0, 200.0, 400.0] {
            let run = run(recording.at(hz), recording.unit, hz);
            assert_eq!(run.states.len(), original.states.len(), "{name} at {hz} Hz");
            let starts = run.states.iter().map(inspect::window_start);
            for (k, start) in starts.enumerate() {
                assert!((start - k as f64 * 1.28).abs() < 1e-9, "{name} at {hz} Hz: {start}");
            }
            // 8 Hz is the lowest at which a gait is told at all.
            let fewest = if hz == 8.0 { 4 } else { 6 };
            assert!(run.windows_of(motion) >= fewest, "{name} at {hz} Hz");
        }
        let slow = run(recording.at(5.0), recording.unit, 5.0);
        assert_eq!(slow.windows_of(MotionState::Unknown), slow.states.len(), "{name} at 5 Hz");
        assert_eq!(slow.steps(), 0);
    }
}

#[test]
fn the_unit_does_not_change_the_answer() {
    let g = Recording::named("watch-row.csv");
    let metres = g.rows.iter().map(|(t, a, r)| (*t, a.map(|axis| axis * 9.80665), *r));
    let (g, metres) = (g.run(), run(metres, METRES, 50.0));
    assert_eq!(g.states, metres.states);
    assert_eq!(g.steps(), metres.steps());
}

#[test]
fn jitter_late_and_double_samples_are_borne() {
    let walk = Recording { hz: 50.0, ..Recording::named("walking-3.csv") };
    let even = walk.at(50.0);
    let mut uneven = Vec::new();
    for (i, row) in even.iter().enumerate() {
        // Up to 8 ms early or late; every tenth comes twice, every seventh once more, too late.
        let jitter = (i as f64 * 0.618).fract() * 0.016 - 0.008;
        uneven.push((row.0 + jitter, row.1, row.2));
        if i % 10 == 0 {
            uneven.push(uneven[uneven.len() - 1]);
        }
        if i % 7 == 6 {
            uneven.push(uneven[uneven.len() - 4]);
        }
    }
    let (even, uneven) = (run(even, METRES, 50.0), run(uneven, METRES, 50.0));
    assert_eq!(even.states.len(), uneven.states.len());
    assert_eq!(even.windows_of(MotionState::Walking), uneven.windows_of(MotionState::Walking));
    assert_eq!(even.suspicion(), uneven.suspicion());
}

#[test]
fn a_gap_begins_anew_and_keeps_the_counts() {
    let walk = Recording::named("walking-3.csv");
    let again = |later: f64| walk.rows.iter().map(move |(t, a, r)| (t + later, *a, *r));
    let once = walk.run();
    for later in [60.0, -3600.0, 1e12] {
        let twice = run(again(0.0).chain(again(later)), METRES, 10.0);
        assert_eq!(twice.states.len(), 2 * once.states.len());
        assert_eq!(twice.steps(), 2 * once.steps());
        let start = inspect::window_start(&twice.states[once.states.len()]);
        assert!((start - later).abs() < 1e-3, "{start} s");
    }
}

#[test]
fn short_recordings_have_one_window_and_no_state() {
    let walk = Recording::named("walking-3.csv");
    assert_eq!(run([], METRES, 10.0).states, []);
    for rows in [1, 2, 12] {
        let states = run(walk.rows[..rows].iter().copied(), METRES, 10.0).states;
        assert_eq!(states.len(), 1);
        assert_eq!(states[0].motion(), MotionState::Unknown);
        assert_eq!(states[0].confidence(), Confidence::Low);
    }
}

#[test]
fn one_record_leaves_and_the_next_summary_starts_over() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::open(FileStore::new(folder.path()), SystemClock);
    let mut walk = Recording::named("trunk-walk.csv").run();
    let refused = home.consent().permit::<pinhole::purpose::Motion>().err().unwrap();
    assert_eq!(refused.refusal(), Some(Refusal::NoConsent));

    home.consent().grant(PurposeId::Motion, Grant::default()).unwrap();
    let permit = home.consent().permit::<pinhole::purpose::Motion>().unwrap();
    let released = home.gate().release(walk.motion.found(), &permit).unwrap();
    assert_eq!((released.bits, released.encode().len()), (16, 4));
    let Egress::Motion(record) = &released.egress else { unreachable!("motion was released") };
    assert_eq!(record.steps().least(), 64, "a bucket, not {} steps", walk.steps());

    let again = home.gate().release(walk.motion.found(), &permit).err().unwrap();
    assert_eq!(again.refusal(), Some(Refusal::TooSoon));
    walk.motion.start_over();
    let found = walk.motion.found();
    assert_eq!((found.motion(), found.steps().least()), (MotionState::Unknown, 0));
    assert!(walk.steps() > 0, "the person at the keyboard still sees the whole");
}

fn rows() -> impl Strategy<Value = Vec<(f64, [f32; 3], Option<[f32; 3]>)>> {
    // Steps of time of every kind: forward, none, backward, and far.
    let step = prop_oneof![
        8 => 0.001..0.6,
        1 => Just(0.0),
        1 => -1.0..0.0,
        1 => prop::num::f64::NORMAL,
    ];
    let axis = prop_oneof![4 => -80.0f32..80.0, 1 => Just(0.0f32), 1 => -4000.0f32..4000.0];
    let rotation = prop::option::weighted(0.9, prop::array::uniform3(-140.0f32..140.0));
    let row = (step, prop::array::uniform3(axis), rotation);
    prop::collection::vec(row, 0..600).prop_map(|rows| {
        let mut time = 0.0;
        let place = |(step, acceleration, rotation)| {
            time = if f64::is_finite(time + step) { time + step } else { 0.0 };
            (time, acceleration, rotation)
        };
        rows.into_iter().map(place).collect()
    })
}

proptest! {
    #[test]
    fn no_finite_stream_panics(rows in rows(), hz in 5.0f64..400.0) {
        let count = rows.len();
        let run = run(rows, METRES, hz);
        // No more than one window a sample, and one at the end.
        prop_assert!(run.states.len() <= count + 1);
        prop_assert!(run.states.iter().all(|state| inspect::window_start(state).is_finite()));
    }
}
