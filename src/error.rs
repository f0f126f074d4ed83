//! One error for the crate: what, where, and never the input.

use std::borrow::Cow;
use std::fmt;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
///
/// It carries names, offsets, ids and limits; never a piece of the input, so that it is safe to
/// log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Refused(Refusal),
    Input { what: &'static str, why: &'static str, at: Option<Place> },
    Rule { pack: String, rule: String, field: Cow<'static, str>, why: &'static str },
    Store { file: &'static str, fault: StoreFault },
    Model { net: &'static str, why: &'static str },
    Unknown { what: &'static str, nearest: &'static str },
}

/// A position in an input, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Line(u64),

    Byte(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreFault {
    Io(std::io::ErrorKind),
    Damaged(&'static str),
    BrokenChain { sequence: u64 },
    Version,
}

/// Why the gate or the consent record said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No consent was given for this purpose.
    NoConsent,
    /// The consent was withdrawn, or renewed since this permit was made.
    Withdrawn,
    /// The policy has changed significantly since consent was given: ask again.
    PolicyChanged,
    /// The user's age asks for a guardian's consent, and there is none.
    GuardianMissing,
    /// This purpose is not offered to under-14s.
    NotForChildren,
    /// A one-shot permit was used before.
    Spent,
    /// This purpose's bits for a day have been released.
    BudgetSpent,
    /// The last release for this purpose was too recent.
    TooSoon,
    /// Only what a signed or embedded pack recognised may be released.
    UnsignedPack,
}

impl Error {
    /// Why the gate said no; `None` where something else went wrong.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.0 {
            Kind::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// True where a stored file, not the caller's input, is at fault.
    pub fn is_store(&self) -> bool {
        matches!(self.0, Kind::Store { .. })
    }

    pub(crate) fn input(what: &'static str, why: &'static str) -> Self {
        Self(Kind::Input { what, why, at: None })
    }

    pub(crate) fn input_at(what: &'static str, why: &'static str, at: Place) -> Self {
        Self(Kind::Input { what, why, at: Some(at) })
    }

    pub(crate) fn rule(
        pack: &str,
        rule: &str,
        field: impl Into<Cow<'static, str>>,
        why: &'static str,
    ) -> Self {
        let (pack, rule) = (pack.to_owned(), rule.to_owned());
        Self(Kind::Rule { pack, rule, field: field.into(), why })
    }

    pub(crate) fn store(file: &'static str, fault: StoreFault) -> Self {
        Self(Kind::Store { file, fault })
    }

    /// For a name that is not known.
    pub(crate) fn unknown(what: &'static str, nearest: &'static str) -> Self {
        Self(Kind::Unknown { what, nearest })
    }

    pub(crate) fn model(net: &'static str, why: &'static str) -> Self {
        Self(Kind::Model { net, why })
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self(Kind::Refused(refusal))
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Refused(refusal) => refusal.fmt(f),
            Kind::Input { what, why, at: None } => write!(f, "{what}: {why}"),
            Kind::Input { what, why, at: Some(at) } => write!(f, "{what}, {at}: {why}"),
            Kind::Rule { pack, rule, field, why } if rule.is_empty() => {
                write!(f, "pack {pack}, {field}: {why}")
            }
            Kind::Rule { pack, rule, field, why } => {
                write!(f, "pack {pack}, rule {rule}, {field}: {why}")
            }
            Kind::Store { file, fault } => write!(f, "{file}: {fault}"),
            Kind::Model { net, why } => write!(f, "model {net}: {why}"),
            Kind::Unknown { what, nearest } => {
                write!(f, "{what}: unknown; the nearest known is {nearest}")
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(n) => write!(f, "line {n}"),
            Self::Byte(n) => write!(f, "byte {n}"),
        }
    }
}

impl fmt::Display for StoreFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(kind) => write!(f, "{kind}"),
            Self::Damaged(why) => write!(f, "damaged ({why}); nothing in it is trusted"),
            Self::BrokenChain { sequence } => {
                write!(f, "the chain is broken at record {sequence}; nothing in it is trusted")
            }
            Self::Version => f.write_str("written by another version of pinhole"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoConsent => "no consent for this purpose",
            Self::Withdrawn => "the consent was withdrawn",
            Self::PolicyChanged => "the policy has changed since consent was given: ask again",
            Self::GuardianMissing => "at this age a guardian consents, and none is recorded",
            Self::NotForChildren => "this purpose is not offered to under-14s",
            Self::Spent => "a one-shot permit serves once",
            Self::BudgetSpent => "the day's bits for this purpose are spent",
            Self::TooSoon => "the last release for this purpose was too recent",
            Self::UnsignedPack => "only what a signed pack recognised may be released",
        })
    }
}
