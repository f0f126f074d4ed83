//! The command line of pinhole: what the library does, at the keyboard of the person whose data
//! it is.

mod arguments;
mod beautify;
mod clip;
mod context;
mod face;
mod failure;
mod keep;
mod overlay;
mod pack;
mod pages;
mod picture;
mod progress;
mod sensors;
mod software;

use std::process::ExitCode;

use crate::arguments::{Arguments, Command};
use crate::context::Context;
use crate::failure::{Failure, Status};

fn main() -> ExitCode {
    panic_without_content();
    let ended = Arguments::read().and_then(|arguments| run(&arguments));
    match ended {
        Ok(status) => status.into(),
        Err(failure) => failure.report(),
    }
}

fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let mut context = Context::new(arguments)?;
    let status = match &arguments.command {
        Command::Clip(args) => clip::run(args, &mut context),
        Command::Face(args) => face::run(args, &mut context),
        Command::Beautify(args) => beautify::run(args, &mut context),
        Command::Software(args) => software::run(args, &mut context),
        Command::Sensors(args) => sensors::run(args, &mut context),
        Command::Consent(args) => keep::consent(args, &mut context),
        Command::Ledger(args) => keep::ledger(args, &mut context),
        Command::Rights(args) => keep::rights(args, &mut context),
        Command::Egress => pages::egress(&mut context),
        Command::Pack(args) => pack::run(args, &mut context),
        Command::Completions(args) => pages::completions(args, &mut context),
        Command::Man => pages::man(&mut context),
    }?;
    context.finish()?;
    Ok(status)
}

/// A panic's message may quote what was being read: only its place is printed.
fn panic_without_content() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|l| format!(" at {}:{}", l.file(), l.line()));
        Failure::usage("internal error", place.unwrap_or_default() + "; please report it").report();
    }));
}
