//! `beautify`: a look on every face of a picture.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args as ClapArgs;
use ndarray::{Array3, s};
use pinhole::Permit;
use pinhole::beauty::Look;
use pinhole::face::{Finder, Options};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Status};
use crate::picture::{self, Staged, Target};

/// Retouch every face in a picture. Nothing leaves this device.
#[derive(Debug, ClapArgs)]
#[command(
    override_usage = "pinhole beautify [OPTIONS] <IN> -o <OUT>\n       \
        pinhole beautify --look list",
    after_help = "What lies outside the faces' skin keeps every pixel; JPEG encodes them anew, \
        PNG and WebP do not. The colour profile is kept; Exif, with the place, is not.\n\n\
        Examples:\n  pinhole beautify photo.jpg -o better.jpg\n  \
        pinhole beautify photo.jpg -o better.png --set smooth=0.8 --compare both.png\n  \
        pinhole beautify --look list"
)]
pub(crate) struct Args {
    /// A PNG, JPEG or WebP picture
    #[arg(value_name = "IN")]
    input: Option<PathBuf>,
    /// Where the result goes: .png, .jpg, .jpeg or .webp
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// The look; `list` prints them all
    #[arg(long, value_name = "NAME", default_value = "natural")]
    look: String,
    /// Set the strength of an effect; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Before and after, side by side in one picture
    #[arg(long, value_name = "OUT2")]
    compare: Option<PathBuf>,
}

#[derive(Serialize)]
struct Answer {
    faces: usize,
    look: &'static str,
    effects: Effects,
    ms: Times,
}

type Effects = BTreeMap<&'static str, f32>;

#[derive(Serialize)]
struct Times {
    detect: f64,
    landmark: f64,
    render: f64,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Status, Failure> {
    if args.look == "list" {
        return list(context);
    }
    let missing = |what| Failure::usage("usage", format!("missing {what}; see pinhole --help"));
    let input = args.input.as_ref().ok_or_else(|| missing("IN"))?;
    let output = args.output.as_ref().ok_or_else(|| missing("-o OUT"))?;
    let look = look(args)?;
    let target = Target::at(output)?;
    let compare = args.compare.as_deref().map(Target::at).transpose()?;
    if compare.as_ref().is_some_and(|compare| compare.is(&target)) {
        return Err(Failure::usage("--compare", "the same file as -o; name another"));
    }

    let mut picture = picture::read(input)?;
    let before = compare.as_ref().map(|_| picture.on_white());
    let mut finder = Finder::new(Options::default())?;
    // Running the command is the person's own act, for this picture.
    let permit = Permit::for_own_act();
    let frame = picture.pixels.view();
    let (found, detect) = timed(|| finder.detect(frame, &permit))?;
    let (faces, landmark) = timed(|| finder.landmarks(frame, found, &permit))?;
    let ((), render) = timed(|| look.render(&faces, picture.pixels.view_mut()))?;

    let mut outputs = vec![target.stage(&picture)?];
    if let Some((compare, before)) = compare.zip(before) {
        let both = side_by_side(&before, &picture.on_white());
        outputs.push(compare.stage(&picture.with_pixels(both))?);
    }
    outputs.into_iter().try_for_each(Staged::commit)?;
    let answer = Answer {
        faces: faces.count(),
        look: look.name(),
        effects: look.effects().collect(),
        ms: Times { detect, landmark, render },
    };
    if context.json {
        context.json_line(&answer)?;
    } else {
        show(args, &answer, context)?;
    }
    Ok(Status::Done)
}

/// The look of the arguments.
fn look(args: &Args) -> Result<Look, Failure> {
    let mut look = Look::named(&args.look)?;
    for setting in &args.set {
        let (effect, strength) = setting.split_once('=').ok_or_else(|| {
            Failure::usage("--set", "no value; write KEY=VALUE, such as smooth=0.8")
        })?;
        look.set(effect, strength)?;
    }
    Ok(look)
}

/// What `work` made, and the milliseconds it took, in hundredths.
fn timed<T>(work: impl FnOnce() -> pinhole::Result<T>) -> Result<(T, f64), Failure> {
    let start = Instant::now();
    let made = work()?;
    Ok((made, (start.elapsed().as_secs_f64() * 1e5).round() / 1e2))
}

/// Both pictures, of one size, with a white line between them.
fn side_by_side(before: &Array3<u8>, after: &Array3<u8>) -> Array3<u8> {
    let (height, width, _) = before.dim();
    let line = (width / 200).max(1);
    let mut both = Array3::from_elem((height, 2 * width + line, 3), 255);
    both.slice_mut(s![.., ..width, ..]).assign(before);
    both.slice_mut(s![.., width + line.., ..]).assign(after);
    both
}

fn show(args: &Args, answer: &Answer, context: &mut Context) -> Result<(), Failure> {
    let Answer { faces, look, effects, ms: Times { detect, landmark, render } } = answer;
    let effects: Vec<_> = effects.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let effects = if effects.is_empty() { "no effect".to_owned() } else { effects.join(", ") };
    match faces {
        0 => context.line("no face: nothing was retouched")?,
        1 => context.line(format_args!("1 face, look {look}: {effects}"))?,
        n => context.line(format_args!("{n} faces, look {look}: {effects}"))?,
    }
    context.line(format_args!(
        "detect {detect:.0} ms, landmarks {landmark:.0} ms, render {render:.0} ms"
    ))?;
    for path in args.output.iter().chain(&args.compare) {
        context.line(format_args!("written to {}", path.display()))?;
    }
    context.line("Nothing left this device.")
}

fn list(context: &mut Context) -> Result<Status, Failure> {
    #[derive(Serialize)]
    struct Listed {
        name: &'static str,
        summary: String,
        effects: Effects,
    }
    #[derive(Serialize)]
    struct Looks {
        looks: Vec<Listed>,
    }
    let listed = |name| {
        let look = Look::named(name)?;
        let (summary, effects) = (look.summary().to_owned(), look.effects().collect());
        Ok(Listed { name, summary, effects })
    };
    let looks = Look::names().map(listed).collect::<Result<Vec<_>, Failure>>()?;
    if context.json {
        context.json_line(&Looks { looks })?;
    } else {
        for Listed { name, summary, .. } in &looks {
            context.line(format_args!("{name:<10} {summary}"))?;
        }
    }
    Ok(Status::Done)
}
