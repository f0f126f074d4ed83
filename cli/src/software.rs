//! `software`: how risky is what is installed here, and to its user alone, what that is.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use pinhole::Permit;
use pinhole::inspect::{self, Installed};
use pinhole::software::{Category, Pack, Report, Scan, SourceId};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Status};

/// How risky the installed software is: a level and categories. Nothing of it can leave.
#[derive(Debug, clap::Args)]
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
    let scan = args.scan()?;
    let report = match args {
        Args { mine: true, .. } => mine(args, &scan, context),
        Args { inventory: true, .. } => inventory(args, &scan, context),
        _ => verdict(args, &scan, context),
    }?;
    for source in report.sources() {
        for fault in source.faults() {
            Failure::usage(source.source(), format_args!("{fault}; the rest was scanned")).report();
        }
    }
    Ok(Status::Done)
}

impl Args {
    fn scan(&self) -> Result<Scan, Failure> {
        let scan = self.root.as_ref().map_or_else(Scan::device, Scan::root);
        if self.source.is_empty() {
            return Ok(scan);
        }
        let sources = self.source.iter().map(|name| name.parse());
        Ok(scan.only(&sources.collect::<pinhole::Result<Vec<_>>>()?))
    }

    /// An error of the scan names the root that was asked for.
    fn told<T>(&self, scanned: pinhole::Result<T>) -> Result<T, Failure> {
        scanned.map_err(|error| match &self.root {
            Some(root) => Failure::about(root.display(), &error),
            None => error.into(),
        })
    }
}

fn verdict(args: &Args, scan: &Scan, context: &mut Context) -> Result<Report, Failure> {
    #[derive(Serialize)]
    struct Answer {
        level: &'static str,
        categories: Vec<&'static str>,
    }
    let scanned = scan.verdict_and_report(&Pack::embedded(), &Permit::for_own_act());
    let (verdict, report) = args.told(scanned)?;
    let level = verdict.level().name();
    let categories: Vec<_> = verdict.categories().iter().map(Category::name).collect();
    if context.json {
        context.json_line(&Answer { level, categories })?;
    } else {
        context.line(format_args!("level       {level}"))?;
        if !categories.is_empty() {
            context.line(format_args!("categories  {}", categories.join(", ")))?;
        }
    }
    Ok(report)
}

fn inventory(args: &Args, scan: &Scan, context: &mut Context) -> Result<Report, Failure> {
    #[derive(Serialize)]
    struct Package {
        name: String,
        version: String,
    }
    #[derive(Serialize)]
    struct Answer {
        inventory: Vec<Package>,
    }
    let mut packages = Vec::new();
    let mut printed = Ok(());
    let json = context.json;
    let scanned =
        inspect::inventory(scan, &Permit::for_own_act(), |Installed { name, version }| {
            if json {
                packages.push(Package { name: name.into(), version: version.into() });
            } else if printed.is_ok() {
                printed = context.line(format_args!("{name}\t{version}"));
            }
        });
    printed?;
    let report = args.told(scanned)?;
    if json {
        context.json_line(&Answer { inventory: packages })?;
    }
    Ok(report)
}

fn mine(args: &Args, scan: &Scan, context: &mut Context) -> Result<Report, Failure> {
    #[derive(Serialize)]
    struct Finding {
        name: String,
        version: String,
        category: &'static str,
        severity: &'static str,
        why: String,
        advice: String,
    }
    #[derive(Serialize)]
    struct Answer {
        mine: Vec<Finding>,
    }
    let mut mine = Vec::new();
    let scanned = inspect::mine(scan, &Pack::embedded(), &Permit::for_own_act(), |risky| {
        mine.push(Finding {
            name: risky.installed.name.into(),
            version: risky.installed.version.into(),
            category: risky.category.name(),
            severity: risky.severity.name(),
            why: risky.why.to_owned(),
            advice: risky.advice.to_owned(),
        });
    });
    let report = args.told(scanned)?;
    if context.json {
        context.json_line(&Answer { mine })?;
    } else if mine.is_empty() {
        context.line("nothing installed here is known to the rules as a risk")?;
    } else {
        for Finding { name, version, category, severity, why, advice } in mine {
            context.line(format_args!("{name} {version}: {category}, {severity}"))?;
            context.line(format_args!("  why  {why}"))?;
            context.line(format_args!("  do   {advice}"))?;
        }
    }
    Ok(report)
}
