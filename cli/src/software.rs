//! `software`: how risky is what is installed here, and to its user alone, what that is.

use clap::Args as Arguments;
use clap::builder::PossibleValuesParser;
use pinhole::software::{Category, Pack, Report, Scan, SourceId};
use pinhole::{Permit, inspect};
use serde::Serialize;
use std::path::PathBuf;

use crate::context::Context;
use crate::failure::{Failure, Status};

/// How risky the installed software is: a level and categories. Nothing of it can leave.
#[derive(Debug, Arguments)]
#[command(after_help = "Examples:\n  pinhole software\n  pinhole software --mine\n  \
    pinhole software --root /mnt/image --json\n  pinhole software --inventory --source dpkg\n\n\
    Level none says that no rule matched, not that nothing risky is installed.")]
pub(crate) struct Args {
    /// Scan the system below this folder: an image, a container [default: this device]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Scan by this source only, which must be there; may be given again [default: all there are]
    #[arg(long, value_name = "NAME", value_parser = source_names())]
    source: Vec<String>,
    /// Show what was found, why it matters and what to do: for this device's user only
    #[arg(long, conflicts_with = "inventory")]
    mine: bool,
    /// List everything installed: name, tab, version
    #[arg(long)]
    inventory: bool,
}

fn source_names() -> PossibleValuesParser {
    SourceId::ALL.map(SourceId::name).into()
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Status, Failure> {
    let mut scan = args.root.as_ref().map_or_else(Scan::device, Scan::root);
    if !args.source.is_empty() {
        let sources: Result<Vec<_>, _> = args.source.iter().map(|name| name.parse()).collect();
        scan = scan.only(&sources?);
    }
    let report = match args {
        Args { mine: true, .. } => mine(&scan, context),
        Args { inventory: true, .. } => inventory(&scan, context),
        _ => verdict(&scan, context),
    }
    .map_err(|ending| ending.told(args.root.as_deref()))?;
    for source in report.sources() {
        for fault in source.faults() {
            Failure::usage(source.source(), format_args!("{fault}; the rest was scanned")).report();
        }
    }
    Ok(Status::Done)
}
