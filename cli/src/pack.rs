//! `pack`: rule packs, checked and listed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use clap::Subcommand;
use pinhole::clipboard::{RuleInfo, Rules};
use pinhole::egress::ShareKind;
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Status};

/// Rule packs: the embedded ones by name, others by path.
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  pinhole pack show taobao\n  pinhole pack check my-pack.toml"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Check the format and run the tests that the pack brings
    Check {
        /// A pack's name, or its file
        #[arg(value_name = "PACK")]
        pack: String,
    },
    /// List the rules
    Show {
        /// A pack's name, or its file
        #[arg(value_name = "PACK")]
        pack: String,
    },
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Status, Failure> {
    match &args.act {
        Act::Check { pack } => check(&one(pack, Rules::checked)?, context)?,
        Act::Show { pack } => show(&one(pack, |name| Rules::named(&[name]))?, context)?,
    }
    Ok(Status::Done)
}

fn check(rules: &Rules, context: &mut Context) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Answer<'a> {
        pack: &'a str,
        version: u32,
        rules: usize,
        tests: usize,
    }
    let count = rules.list().len();
    for pack in rules.packs() {
        let (pack, version, tests) = (&*pack.id, pack.version, pack.tests);
        if context.json {
            context.json_line(&Answer { pack, version, rules: count, tests })?;
        } else {
            let line = format_args!("{pack} {version}: {count} rules, {tests} tests passed");
            context.line(line)?;
        }
    }
    Ok(())
}

fn show<'a>(rules: &'a Rules, context: &mut Context) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Answer<'a> {
        pack: &'a str,
        version: u32,
        rules: Vec<Listed<'a>>,
    }
    #[derive(Serialize)]
    struct Listed<'a> {
        rule: &'a str,
        kind: ShareKind,
        hosts: &'a [String],
    }
    if context.json {
        let listed =
            |rule: &'a RuleInfo| Listed { rule: &rule.id, kind: rule.kind, hosts: &rule.hosts };
        return rules.packs().iter().try_for_each(|pack| {
            let rules = rules.list().iter().map(listed).collect();
            context.json_line(&Answer { pack: &pack.id, version: pack.version, rules })
        });
    }
    for rule in rules.list() {
        let line = format!("{:<32} {:<6} {}", rule.id, rule.kind.name(), rule.hosts.join(" "));
        context.line(line.trim_end())?;
    }
    Ok(())
}

/// The rules that `--rules` names: packs with commas between, `all`, or a pack's path.
pub(crate) fn named(names: &str) -> Result<Rules, Failure> {
    if names == "all" {
        return Ok(Rules::named(&Rules::names().collect::<Vec<_>>())?);
    }
    let names: Vec<_> = names.split(',').map(str::trim).collect();
    match &*names {
        [one_name] => one(one_name, |name| Rules::named(&[name])),
        names => Rules::named(names).map_err(|_| no_such_pack()),
    }
}

/// The pack that is embedded as `name`, or the one in the file of that path.
fn one(
    name: &str,
    embedded: impl FnOnce(&str) -> pinhole::Result<Rules>,
) -> Result<Rules, Failure> {
    if Rules::names().any(|known| known == name) {
        return Ok(embedded(name)?);
    }
    let path = Path::new(name);
    if !path.exists() && path.components().count() < 2 && path.extension().is_none() {
        return Err(no_such_pack());
    }
    Rules::from_toml(&read(path)?).map_err(|error| Failure::about(path.display(), &error))
}

fn no_such_pack() -> Failure {
    let names = Rules::names().collect::<Vec<_>>().join(", ");
    Failure::usage("rules", format_args!("no such pack; one of {names}, or the path of a pack"))
}

/// The text of a pack's file, as far as any pack goes: an endless file ends as too large.
fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(Rules::LARGEST_PACK as u64 + 1).read_to_string(&mut text))
        .map_err(|error| Failure::file(path, &error))?;
    Ok(text)
}
