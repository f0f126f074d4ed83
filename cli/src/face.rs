//! `face`: every face in a picture, shown to the person at the keyboard.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use pinhole::Permit;
use pinhole::face::{Detectors, Finder, Options};
use pinhole::inspect::{self, FaceView};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Status};
use crate::{overlay, picture, progress};

/// Find every face in pictures: box, pose and 478 landmarks. Nothing leaves this device.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  pinhole face photo.jpg\n  \
    pinhole face photo.jpg --overlay mesh.png\n  \
    pinhole face --json --fast *.jpg")]
pub(crate) struct Args {
    /// PNG, JPEG or WebP pictures
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Write the picture with boxes, landmarks and poses drawn on it; one FILE only
    #[arg(long, value_name = "OUT")]
    overlay: Option<PathBuf>,
    /// Short range first; full range only where it finds none
    #[arg(long)]
    fast: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    file: &'a str,
    width: usize,
    height: usize,
    faces: Vec<FaceAnswer<'a>>,
}

#[derive(Serialize)]
struct FaceAnswer<'a> {
    score: f32,
    #[serde(rename = "box")]
    bounds: [f32; 4],
    pose: PoseAnswer,
    landmarks: &'a [[f32; 3]],
}

#[derive(Serialize)]
struct PoseAnswer {
    yaw: f32,
    pitch: f32,
    roll: f32,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Status, Failure> {
    let overlay = match (&args.overlay, args.files.len()) {
        (None, _) => None,
        (Some(path), 1) => Some(picture::Target::at(path)?),
        (Some(_), _) => return Err(Failure::usage("--overlay", "takes one FILE only")),
    };
    let detectors = if args.fast { Detectors::Fast } else { Detectors::Thorough };
    let mut finder = Finder::new(Options { detectors, ..Options::default() })?;

    let bar = progress::over(args.files.len());
    let (mut found, mut failed) = (0, None);
    for file in &args.files {
        let outcome = one(file, overlay.as_ref(), &mut finder, context);
        bar.inc(1);
        match outcome {
            Ok(faces) => found += faces,
            // The others' pictures are no less welcome: the last failure ends the command.
            Err(failure) => {
                let earlier: Option<Failure> = failed.replace(failure);
                earlier.inspect(|earlier| bar.suspend(|| _ = earlier.report()));
            }
        }
    }
    bar.finish_and_clear();
    match failed {
        Some(failure) => {
            context.finish()?;
            Err(failure)
        }
        None if found == 0 => Ok(Status::Nothing),
        None => Ok(Status::Done),
    }
}

fn one(
    file: &Path,
    overlay: Option<&picture::Target<'_>>,
    finder: &mut Finder,
    context: &mut Context,
) -> Result<usize, Failure> {
    let picture = picture::read(file)?;
    // Running the command is the person's own act, for this picture.
    let faces = finder
        .find(picture.pixels.view(), &Permit::for_own_act())
        .map_err(|error| Failure::about(file.display(), &error))?;
    let faces = inspect::faces(&faces);
    if let Some(target) = overlay {
        let drawn = overlay::draw(&picture.on_white(), &faces)?;
        target.write(&picture.with_pixels(drawn))?;
    }
    let (height, width, _) = picture.pixels.dim();
    if context.json {
        let name = file.to_string_lossy();
        let faces = faces.iter().map(FaceAnswer::from).collect();
        context.json_line(&Answer { file: &name, width, height, faces })?;
    } else {
        show(file, [width, height], &faces, context)?;
    }
    Ok(faces.len())
}

impl<'a> From<&'a FaceView> for FaceAnswer<'a> {
    fn from(face: &'a FaceView) -> Self {
        let &FaceView { score, bounds, yaw, pitch, roll, ref landmarks } = face;
        Self { score, bounds, pose: PoseAnswer { yaw, pitch, roll }, landmarks }
    }
}

fn show(
    file: &Path,
    [width, height]: [usize; 2],
    faces: &[FaceView],
    context: &mut Context,
) -> Result<(), Failure> {
    let count = match faces.len() {
        0 => "no face".to_owned(),
        1 => "1 face".to_owned(),
        n => format!("{n} faces"),
    };
    context.line(format_args!("{}: {width} × {height}, {count}", file.display()))?;
    for (number, face) in (1..).zip(faces) {
        let [x, y, w, h] = face.bounds;
        context.line(format_args!(
            "  {number}  score {:.2}  box {x:.0}, {y:.0}, {w:.0} × {h:.0}  \
             yaw {:+.0}°, pitch {:+.0}°, roll {:+.0}°",
            face.score, face.yaw, face.pitch, face.roll
        ))?;
    }
    Ok(())
}
