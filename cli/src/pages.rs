//! Pages made from definitions: the golden page of egress, completions, the manual.

use clap::Args;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::failure::{Failure, Status};

pub(crate) fn egress(context: &mut Context) -> Result<Status, Failure> {
    let page = pinhole::declare::egress_page();
    context.line(page.trim_end())?;
    Ok(Status::Done)
}

/// Completions for a shell, on standard output.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    shell: Shell,
}

pub(crate) fn completions(
    args: &CompletionsArgs,
    context: &mut Context,
) -> Result<Status, Failure> {
    clap_complete::generate(args.shell, &mut Arguments::definition(), "pinhole", context.out());
    Ok(Status::Done)
}

pub(crate) fn man(context: &mut Context) -> Result<Status, Failure> {
    clap_mangen::Man::new(Arguments::definition()).render(context.out())?;
    Ok(Status::Done)
}
