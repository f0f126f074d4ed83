//! `consent`, `ledger` and `rights`: what is kept, and the user's say over it.

use clap::{Args, Subcommand, ValueEnum};
use pinhole::{AgeBand, Egress, Grant, PolicyVersion, PurposeId, Record};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Status};

/// Consent is for one purpose, to one version of the policy.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  pinhole consent\n  pinhole consent grant share-codes\n  \
    pinhole consent grant face-effects --age-band child --guardian\n  \
    pinhole consent withdraw share-codes")]
pub(crate) struct ConsentArgs {
    #[command(subcommand)]
    act: Option<ConsentAct>,
}

#[derive(Debug, Subcommand)]
enum ConsentAct {
    /// Show the record (the default)
    Show,
    /// Give consent to a purpose
    Grant {
        /// What for
        #[arg(value_name = "PURPOSE", value_parser = purpose_names())]
        purpose: String,
        /// The policy version that was read [default: the embedded policy's]
        #[arg(long, value_name = "VERSION")]
        policy: Option<PolicyVersion>,
        /// The user's age band
        #[arg(long, value_name = "BAND", default_value = "adult")]
        age_band: AgeBandName,
        /// A guardian consents too
        #[arg(long)]
        guardian: bool,
    },
    /// Withdraw consent: it counts at once
    Withdraw {
        /// What for
        #[arg(value_name = "PURPOSE", value_parser = purpose_names())]
        purpose: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AgeBandName {
    /// 18 or older
    Adult,
    /// 14 to 17
    Minor,
    /// Under 14
    Child,
}

impl From<AgeBandName> for AgeBand {
    fn from(name: AgeBandName) -> Self {
        match name {
            AgeBandName::Adult => Self::Adult,
            AgeBandName::Minor => Self::Minor,
            AgeBandName::Child => Self::Child,
        }
    }
}

fn purpose_names() -> clap::builder::PossibleValuesParser {
    pinhole::purpose::PURPOSES.iter().map(|terms| terms.name).collect::<Vec<_>>().into()
}

pub(crate) fn consent(args: &ConsentArgs, context: &mut Context) -> Result<Status, Failure> {
    let home = context.home()?;
    match &args.act {
        None | Some(ConsentAct::Show) => show_consent(&home.consent().records()?, context)?,
        Some(ConsentAct::Grant { purpose, policy, age_band, guardian }) => {
            let grant =
                Grant { policy: policy.clone(), age_band: (*age_band).into(), guardian: *guardian };
            let purpose: PurposeId = purpose.parse()?;
            home.consent().grant(purpose, grant).map_err(|e| Failure::about(purpose, &e))?;
            show_consent(&home.consent().records()?, context)?;
        }
        Some(ConsentAct::Withdraw { purpose }) => {
            home.consent().withdraw(purpose.parse()?)?;
            show_consent(&home.consent().records()?, context)?;
        }
    }
    Ok(Status::Done)
}

fn show_consent(records: &[Record], context: &mut Context) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Answer<'a> {
        consent: &'a [Record],
    }
    if context.json {
        return context.json_line(&Answer { consent: records });
    }
    context.line(format_args!(
        "{:<14} {:<10} {:>5} {:>8}  age",
        "purpose", "consent", "epoch", "policy"
    ))?;
    for terms in pinhole::purpose::PURPOSES {
        let name = terms.name;
        match records.iter().rev().find(|record| record.purpose == terms.id) {
            None => context.line(format_args!("{name:<14} not asked"))?,
            Some(Record { decision, epoch, policy, age_band, guardian, .. }) => {
                let guardian = if *guardian { ", guardian" } else { "" };
                let decision = format!("{decision:?}").to_lowercase();
                let age = format!("{age_band:?}{guardian}").to_lowercase();
                context.line(format_args!(
                    "{name:<14} {decision:<10} {epoch:>5} {policy:>8}  {age}"
                ))?;
            }
        }
    }
    Ok(())
}

/// What left. Content is never recorded.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  pinhole ledger\n  pinhole ledger verify\n  pinhole ledger prune"
)]
pub(crate) struct LedgerArgs {
    #[command(subcommand)]
    act: Option<LedgerAct>,
}

#[derive(Debug, Subcommand)]
enum LedgerAct {
    /// Show what left (the default)
    Show,
    /// Check every link of the chain
    Verify,
    /// Drop what has outlived its retention, keeping a checkpoint
    Prune,
}

pub(crate) fn ledger(args: &LedgerArgs, context: &mut Context) -> Result<Status, Failure> {
    #[derive(Serialize)]
    struct Answer<'a> {
        entries: &'a [pinhole::Entry],
        pruned: u64,
        head: &'a str,
    }
    #[derive(Serialize)]
    struct Verified<'a> {
        verified: bool,
        entries: usize,
        pruned: u64,
        head: &'a str,
    }
    let home = context.home()?;
    let dropped = match args.act {
        Some(LedgerAct::Prune) => Some(home.prune()?),
        _ => None,
    };
    // Reading verifies.
    let ledger = home.ledger()?;
    let (entries, pruned, head) = (ledger.entries(), ledger.pruned(), ledger.head());
    match (&args.act, context.json) {
        (Some(LedgerAct::Verify), true) => {
            context.json_line(&Verified {
                verified: true,
                entries: entries.len(),
                pruned,
                head,
            })?;
        }
        (Some(LedgerAct::Verify), false) => {
            context.line(format_args!("whole: {} records after {pruned} pruned", entries.len()))?;
            context.line(format_args!("head {head}"))?;
        }
        (_, true) => context.json_line(&Answer { entries, pruned, head })?,
        (_, false) => {
            if let Some(dropped) = dropped {
                context.line(format_args!("{dropped} records pruned"))?;
            }
            show_ledger(&ledger, context)?;
        }
    }
    Ok(Status::Done)
}

fn show_ledger(ledger: &pinhole::Ledger, context: &mut Context) -> Result<(), Failure> {
    if ledger.entries().is_empty() {
        return context.line("nothing has left");
    }
    context.line(format_args!(
        "{:>5}  {:<16}  {:<12} {:>5} {:>6}",
        "no.", "from (UTC)", "purpose", "bits", "epoch"
    ))?;
    for entry in ledger.entries() {
        let (no, bits, epoch) = (entry.sequence, entry.bits, entry.epoch);
        let at = minute(entry.at().0);
        context
            .line(format_args!("{no:>5}  {at:<16}  {:<12} {bits:>5} {epoch:>6}", entry.purpose))?;
    }
    Ok(())
}

/// `2026-01-31 08:20`, by the civil calendar of Howard Hinnant's `civil_from_days`.
fn minute(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", second / 3600, second / 60 % 60)
}

/// Your rights over what pinhole keeps.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  pinhole rights export > mine.json\n  pinhole rights erase")]
pub(crate) struct RightsArgs {
    #[command(subcommand)]
    act: Option<RightsAct>,
}

#[derive(Debug, Subcommand)]
enum RightsAct {
    /// Everything that is kept, as one JSON object (the default)
    Export,
    /// Delete it, consent included
    Erase,
}

pub(crate) fn rights(args: &RightsArgs, context: &mut Context) -> Result<Status, Failure> {
    let home = context.home()?;
    match args.act {
        None | Some(RightsAct::Export) => context.line(home.rights().export()?)?,
        Some(RightsAct::Erase) => {
            home.rights().erase()?;
            if context.json {
                context.json_line(&serde_json::json!({"erased": true}))?;
            } else {
                context.line("erased: consent and ledger")?;
            }
        }
    }
    Ok(Status::Done)
}

/// What a release prints: the record and nothing else.
#[derive(Serialize)]
pub(crate) struct ReleaseAnswer<'a> {
    egress: &'a Egress,
    bits: u32,
    ledger: u64,
}

impl<'a> From<&'a pinhole::Released> for ReleaseAnswer<'a> {
    fn from(released: &'a pinhole::Released) -> Self {
        Self { egress: &released.egress, bits: released.bits, ledger: released.sequence }
    }
}

#[cfg(test)]
mod tests {
    use super::minute;

    #[test]
    fn minutes_are_of_the_civil_calendar() {
        assert_eq!(minute(0), "1970-01-01 00:00");
        assert_eq!(minute(951_827_696), "2000-02-29 12:34");
        assert_eq!(minute(1_767_225_599), "2025-12-31 23:59");
    }
}
