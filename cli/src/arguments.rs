//! The words of the command line, and clap's errors without them.

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

use crate::failure::Failure;
use crate::{beautify, clip, face, keep, pack, pages, sensors, software};

/// On-device feature processing: raw data goes in and stays in; a few named bits may come out.
#[derive(Parser)]
#[command(
    name = "pinhole",
    version,
    disable_help_subcommand = true,
    after_help = "Examples:\n  pinhole beautify photo.jpg -o better.jpg\n  \
        pinhole clip < text.txt\n  pinhole software\n  pinhole egress"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Where consent and the ledger are kept [default: the platform's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Recognise a share token, link or code in a clipboard text
    Clip(clip::Args),
    /// Find every face in pictures
    Face(face::Args),
    /// Retouch every face in a picture
    Beautify(beautify::Args),
    /// How risky the installed software is; stays on this device
    Software(software::Args),
    /// Motion, steps and signs of a replay in a sensor recording
    Sensors(sensors::Args),
    /// Show, give or withdraw consent
    Consent(keep::ConsentArgs),
    /// What left, when, under which consent; never the content
    Ledger(keep::LedgerArgs),
    /// Everything pinhole keeps about you, as JSON; or its deletion
    Rights(keep::RightsArgs),
    /// The page of everything that can leave
    Egress,
    /// Check or show a rule pack
    Pack(pack::Args),
    /// Completions for a shell
    #[command(hide = true)]
    Completions(pages::CompletionsArgs),
    /// The manual page
    #[command(hide = true)]
    Man,
}

impl Arguments {
    /// The arguments of this process.
    pub(crate) fn read() -> Result<Self, Failure> {
        Self::try_parse().map_err(|error| match error.kind() {
            // Asked for: clap prints it to standard output.
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
                Ok(()) => std::process::exit(0),
                Err(fault) => fault.into(),
            },
            _ => Failure::usage("usage", without_values(&error)),
        })
    }

    /// The definition, for completions and the manual.
    pub(crate) fn definition() -> clap::Command {
        Self::command()
    }
}

/// Clap's error in words that hold nothing of what was typed.
fn without_values(error: &clap::Error) -> String {
    let hint = "; see pinhole --help";
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(name)) => name.clone(),
        Some(ContextValue::Strings(names)) => names.join(", "),
        _ => String::new(),
    };
    match error.kind() {
        // In these the named argument is the definition's, not the user's.
        ErrorKind::MissingRequiredArgument => {
            format!("missing {}{hint}", named(ContextKind::InvalidArg))
        }
        ErrorKind::ArgumentConflict => {
            format!("{} cannot be used here{hint}", named(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let known = named(ContextKind::ValidValue);
            let known =
                if known.is_empty() { hint.to_owned() } else { format!("; one of {known}") };
            format!("no valid value for {}{known}", named(ContextKind::InvalidArg))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            format!("a command is missing{hint}")
        }
        ErrorKind::InvalidSubcommand => format!("no such command{hint}"),
        ErrorKind::UnknownArgument => format!("no such option, or one argument too many{hint}"),
        ErrorKind::InvalidUtf8 => format!("an argument is not UTF-8{hint}"),
        _ => format!("wrong arguments{hint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, without_values};
    use clap::Parser;

    #[test]
    fn the_definition_holds_together() {
        Arguments::definition().debug_assert();
    }

    #[test]
    fn no_error_quotes_what_was_typed() {
        let secret = "s3cret";
        for words in [
            &["pinhole", secret][..],
            &["pinhole", "--s3cret"],
            &["pinhole", "consent", "grant", secret],
            &["pinhole", "consent", "grant", "motion", "--age-band", secret],
            &["pinhole", "consent", "grant", "motion", "--policy", secret],
            &["pinhole", "egress", secret],
            &["pinhole", "consent", "grant"],
            &["pinhole", "clip", secret, secret],
            &["pinhole", "clip", secret, "--file", secret],
            &["pinhole", "pack", secret],
        ] {
            let error = Arguments::try_parse_from(words).err().unwrap();
            let message = without_values(&error);
            assert!(!message.contains(secret) && !message.contains('\n'), "{message}");
        }
    }
}
