//! Pages made from definitions: the golden page of egress, completions, the manual.

use std::io::Write;

use clap::Args;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::failure::{Failure, Status};

pub(crate) fn egress(context: &mut Context) -> Result<Status, Failure> {
    let page = pinhole::declare::egress_page();
    if context.json {
        context.json_line(&serde_json::json!({"page": page}))?;
    } else {
        context.line(page.trim_end())?;
    }
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
    // Into memory first: a full disk is for us to report.
    let mut page = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::definition(), "pinhole", &mut page);
    context.out().write_all(&page)?;
    Ok(Status::Done)
}

pub(crate) fn man(context: &mut Context) -> Result<Status, Failure> {
    clap_mangen::Man::new(Arguments::definition()).render(context.out())?;
    Ok(Status::Done)
}
