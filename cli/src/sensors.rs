//! `sensors`: what a motion recording shows.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use csv::{ByteRecord, ReaderBuilder};
use pinhole::purpose::Motion as MotionPurpose;
use pinhole::sensors::{Motion, Rate, Sample, State, Unit};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Status};
use crate::keep::ReleaseAnswer;

/// Rows from which the rate is taken where none is named.
const RATE_ROWS: usize = 64;
/// What every file has. Other columns are passed over.
const COLUMNS: [&str; 7] = ["t", "ax", "ay", "az", "gx", "gy", "gz"];

/// Motion in windows of 2.56 s, steps, and signs that a recording is not real.
///
/// The file is CSV with a header line and the columns t,ax,ay,az,gx,gy,gz: seconds, acceleration,
/// and rotation in rad/s. Where there was no gyroscope, its three cells are empty.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pinhole sensors walk.csv\n  \
    pinhole sensors walk.csv --unit g --json\n  pinhole sensors walk.csv --release")]
pub(crate) struct Args {
    /// The recording
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Samples a second, 5 to 400 [default: from the times of the first rows]
    #[arg(long, value_name = "HZ")]
    rate: Option<f64>,
    /// What accelerations are counted in
    #[arg(long, value_name = "UNIT", default_value = "ms2")]
    unit: UnitName,
    /// Release the summary through the gate and print only what leaves
    #[arg(long)]
    release: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum UnitName {
    /// Multiples of standard gravity
    G,
    /// Metres per second squared
    Ms2,
}

impl From<UnitName> for Unit {
    fn from(name: UnitName) -> Self {
        match name {
            UnitName::G => Self::G,
            UnitName::Ms2 => Self::MetresPerSecondSquared,
        }
    }
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Status, Failure> {
    if args.release {
        return release(args, context);
    }
    let mut windows = Vec::new();
    let motion = read(args, |state| windows.push(Window::from(&state)))?;
    let suspicion: Vec<_> = motion.found().suspicion().names().collect();
    let steps = pinhole::inspect::steps(&motion);
    if context.json {
        context.json_line(&Answer { windows: &windows, steps, suspicion: &suspicion })?;
        return Ok(Status::Done);
    }
    context.line("     t  motion    confidence")?;
    for Window { t, motion, confidence, shake } in &windows {
        let shaken = if *shake { "shaken" } else { "" };
        let line = format!("{t:>6.2}  {motion:<8}  {confidence:<10}  {shaken}");
        context.line(line.trim_end())?;
    }
    context.line(format_args!("steps {steps}"))?;
    let signs = if suspicion.is_empty() { "none".to_owned() } else { suspicion.join(", ") };
    context.line(format_args!("suspicion {signs}"))?;
    Ok(Status::Done)
}

/// Asks for leave before the recording is read.
fn release(args: &Args, context: &mut Context) -> Result<Status, Failure> {
    let home = context.home()?;
    let permit = home.consent().permit::<MotionPurpose>()?;
    let motion = read(args, |_| ())?;
    let released = home.gate().release(motion.found(), &permit)?;
    context.json_line(&ReleaseAnswer::from(&released))?;
    Ok(Status::Done)
}

#[derive(Serialize)]
struct Answer<'a> {
    windows: &'a [Window],
    steps: u32,
    suspicion: &'a [&'static str],
}

#[derive(Serialize)]
struct Window {
    t: f64,
    motion: &'static str,
    confidence: &'static str,
    shake: bool,
}

impl From<&State> for Window {
    fn from(state: &State) -> Self {
        Self {
            // Whole milliseconds: the grid's times are sums of fiftieths.
            t: (pinhole::inspect::window_start(state) * 1e3).round() / 1e3,
            motion: state.motion().name(),
            confidence: state.confidence().name(),
            shake: state.shake(),
        }
    }
}

/// Streams the recording through; `each` gets every window's state.
fn read(args: &Args, mut each: impl FnMut(State)) -> Result<Motion, Failure> {
    let path = args.file.as_path();
    let mut rows = Rows::open(path, args.unit.into())?;
    let mut first = Vec::new();
    while first.len() < RATE_ROWS
        && let Some(row) = rows.next()?
    {
        first.push(row);
    }
    if first.len() < 2 {
        return Err(Failure::usage(path.display(), "needs a header line and at least two rows"));
    }
    let rate = match args.rate {
        Some(hz) => Rate::from_hz(hz),
        None => rate_of(&first),
    };
    let mut motion = Motion::new(rate).map_err(|error| {
        let what =
            if args.rate.is_some() { "--rate".to_owned() } else { path.display().to_string() };
        Failure::about(what, &error)
    })?;
    for (_, sample) in &first {
        motion.push(sample).into_iter().for_each(&mut each);
    }
    while let Some((_, sample)) = rows.next()? {
        motion.push(&sample).into_iter().for_each(&mut each);
    }
    motion.finish().into_iter().for_each(&mut each);
    Ok(motion)
}

/// The rate of the middle one of the steps of time between these rows.
fn rate_of(rows: &[(f64, Sample)]) -> Rate {
    let mut steps: Vec<f64> =
        rows.iter().zip(rows.iter().skip(1)).map(|((t, _), (next, _))| next - t).collect();
    steps.retain(|step| *step > 0.0);
    steps.sort_by(f64::total_cmp);
    Rate::from_hz(steps.get(steps.len() / 2).map_or(0.0, |step| 1.0 / step))
}

/// The rows of a recording, one at a time.
struct Rows<'a> {
    path: &'a Path,
    unit: Unit,
    reader: csv::Reader<File>,
    record: ByteRecord,
    /// Where each of [`COLUMNS`] stands.
    places: [usize; COLUMNS.len()],
    newest: f64,
}

impl<'a> Rows<'a> {
    fn open(path: &'a Path, unit: Unit) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| Failure::file(path, &error))?;
        let mut reader = ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
        let header = reader.byte_headers().map_err(|error| unreadable(path, &error))?;
        if header.is_empty() {
            return Err(Failure::usage(path.display(), "empty; a header line is needed"));
        }
        let mut places = [0; COLUMNS.len()];
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            // Spreadsheets put a byte order mark before the first name.
            let named = |cell: &[u8]| {
                cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell) == column.as_bytes()
            };
            let mut found = header.iter().enumerate().filter(|(_, cell)| named(cell));
            *place = match (found.next(), found.next()) {
                (Some((place, _)), None) => place,
                (None, _) => return Err(at(path, 1, column, "missing from the header line")),
                (Some(_), Some(_)) => return Err(at(path, 1, column, "twice in the header line")),
            };
        }
        let record = ByteRecord::new();
        Ok(Self { path, unit, reader, record, places, newest: f64::NEG_INFINITY })
    }

    /// The next row's time and sample.
    fn next(&mut self) -> Result<Option<(f64, Sample)>, Failure> {
        let path = self.path;
        let more = self.reader.read_byte_record(&mut self.record);
        if !more.map_err(|error| unreadable(path, &error))? {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        let [time, acceleration @ .., about_x, about_y, about_z] =
            self.places.map(|place| self.record.get(place).unwrap_or_default());
        let rotation = [about_x, about_y, about_z];
        let [t_name, a_names @ .., x_name, y_name, z_name] = COLUMNS;
        let seconds: f64 = number(time).ok_or_else(|| at(path, line, t_name, NO_NUMBER))?;
        if seconds < self.newest {
            return Err(at(path, line, t_name, "earlier than the row before; sort the rows by t"));
        }
        self.newest = seconds;
        let three = |cells: [&[u8]; 3], names: [&str; 3]| -> Result<[f32; 3], Failure> {
            let mut values = [0.0; 3];
            for ((value, cell), name) in values.iter_mut().zip(cells).zip(names) {
                *value = number(cell).ok_or_else(|| at(path, line, name, NO_NUMBER))? as f32;
            }
            Ok(values)
        };
        let sealed = || -> Result<Result<Sample, pinhole::Error>, Failure> {
            let sample = Sample::new(seconds, three(acceleration, a_names)?, self.unit);
            if rotation.iter().all(|cell| cell.is_empty()) {
                return Ok(sample);
            }
            let rotation = three(rotation, [x_name, y_name, z_name])?;
            Ok(sample.and_then(|sample| sample.with_rotation(rotation)))
        };
        let place = || format!("{}, line {line}", path.display());
        sealed()?.map(|sample| Some((seconds, sample))).map_err(|e| Failure::about(place(), &e))
    }
}

const NO_NUMBER: &str = "not a finite number";

fn number(cell: &[u8]) -> Option<f64> {
    let value: f64 = std::str::from_utf8(cell).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

fn at(path: &Path, line: u64, column: &str, why: &str) -> Failure {
    Failure::usage(format_args!("{}, line {line}, column {column}", path.display()), why)
}

/// What the CSV reader stumbled over, in words of our own: its own may quote the file.
fn unreadable(path: &Path, error: &csv::Error) -> Failure {
    match error.kind() {
        csv::ErrorKind::Io(error) => Failure::file(path, error),
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            Failure::usage(
                format_args!("{}, line {line}", path.display()),
                format_args!("{len} cells under a header of {expected_len}"),
            )
        }
        _ => Failure::usage(path.display(), "not CSV"),
    }
}
