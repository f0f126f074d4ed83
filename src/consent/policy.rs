use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The longest version, in bytes.
const MAX_TEXT: usize = 32;

/// The version of a privacy policy: up to four numbers, by `.` or `-`, as in `2.1` or `2025-06`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PolicyVersion(String);

impl PolicyVersion {
    fn numbers(&self) -> impl Iterator<Item = u32> {
        self.0.split(['.', '-']).map_while(|number| number.parse().ok())
    }
}

impl FromStr for PolicyVersion {
    type Err = Error;

    /// # Errors
    ///
    /// Where the text is not one to four numbers.
    fn from_str(text: &str) -> Result<Self> {
        let number =
            |part: &str| part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u32>().is_ok();
        let parts = text.split(['.', '-']);
        if text.len() > MAX_TEXT || parts.clone().count() > 4 || !parts.clone().all(number) {
            return Err(Error::input(
                "policy version",
                "not one to four numbers as in 2.1 or 2025-06",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for PolicyVersion {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<PolicyVersion> for String {
    fn from(version: PolicyVersion) -> Self {
        version.0
    }
}

impl Ord for PolicyVersion {
    /// By number: 2.10 comes after 2.9, and 2025-06 is 2025.6.
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers().cmp(other.numbers())
    }
}

impl PartialEq for PolicyVersion {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for PolicyVersion {}

impl PartialOrd for PolicyVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for PolicyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How much a version of the policy changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Significance {
    /// Consent to the version before still holds.
    Minor,
    /// Consent is asked for again.
    Significant,
}

/// The policy that the host works under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The version in force.
    pub version: PolicyVersion,
    /// The last version that changed something significant: consent to an older one is outdated.
    pub significant_since: PolicyVersion,
}

impl Policy {
    /// The policy this library was written for.
    pub fn embedded() -> Self {
        let version = PolicyVersion("1.0".to_owned());
        Self { significant_since: version.clone(), version }
    }

    pub(crate) fn significance(&self, version: &PolicyVersion) -> Significance {
        if *version == self.significant_since {
            Significance::Significant
        } else {
            Significance::Minor
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PolicyVersion;

    #[test]
    fn versions_are_ordered_by_number() {
        let version = |text: &str| text.parse::<PolicyVersion>().unwrap();
        assert!(version("2.9") < version("2.10"));
        assert!(version("2025-06") < version("2025-11"));
        assert!(version("2025") < version("2025.1"));
        assert_eq!(version("2025-06"), version("2025.6"));
        for refused in ["", "1.", "1.2.3.4.5", "+1", "one", "4294967296", "1 "] {
            assert!(refused.parse::<PolicyVersion>().is_err(), "{refused}");
        }
    }
}
