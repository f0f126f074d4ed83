use serde::{Deserialize, Serialize};

use super::policy::{Policy, PolicyVersion, Significance};
use crate::clock::UnixTime;
use crate::error::{Error, Refusal, Result, StoreFault};
use crate::purpose::PurposeId;
use crate::store::{MAX_COUNT, Store, frame, unframe};

/// The age that consent rules ask for, and no more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AgeBand {
    /// 18 or older.
    #[default]
    Adult,
    /// 14 to 17.
    Minor,
    /// Under 14.
    Child,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Decision {
    /// Consent was given.
    Granted,
    /// Consent was withdrawn.
    Withdrawn,
}

/// How consent is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// The version of the policy that was shown; `None`: the one in force.
    pub policy: Option<PolicyVersion>,
    /// The user's age band.
    pub age_band: AgeBand,
    /// True where a guardian consents too.
    pub guardian: bool,
}

/// One decision of the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Record {
    /// For which purpose.
    pub purpose: PurposeId,
    /// What was decided.
    pub decision: Decision,
    /// Counts this purpose's decisions from 1: the ledger names it.
    pub epoch: u64,
    /// When, in seconds since 1970.
    pub at: u64,
    /// To which version of the policy.
    pub policy: PolicyVersion,
    /// Whether that version asked anew.
    pub significance: Significance,
    /// The user's age band.
    pub age_band: AgeBand,
    /// Whether a guardian consented too.
    pub guardian: bool,
}

/// All decisions, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Records(Vec<Record>);

pub(crate) const FILE: &str = "consent";

impl Records {
    pub(crate) fn load(store: &dyn Store) -> Result<Self> {
        let Some(content) = store.load(FILE)? else { return Ok(Self::default()) };
        let damaged = || Error::store(FILE, StoreFault::Damaged("not a record"));
        let mut records = Self::default();
        for line in unframe(FILE, &content)?.lines() {
            let record: Record = serde_json::from_str(line).map_err(|_| damaged())?;
            let before = records.last(record.purpose).map_or(0, |before| before.epoch);
            // Epochs go up, and leave room to go on.
            if record.epoch <= before || record.epoch > MAX_COUNT {
                return Err(damaged());
            }
            records.0.push(record);
        }
        Ok(records)
    }

    pub(crate) fn save(&self, store: &dyn Store) -> Result<()> {
        store.save(FILE, &frame(FILE, &crate::json::lines(&self.0)))
    }

    /// The consent to `purpose`.
    ///
    /// # Errors
    ///
    /// The refusal that applies where there is no consent.
    pub(crate) fn granted(&self, purpose: PurposeId, policy: &Policy) -> Result<&Record, Refusal> {
        match self.last(purpose) {
            None => Err(Refusal::NoConsent),
            Some(record) if record.decision == Decision::Withdrawn => Err(Refusal::Withdrawn),
            Some(record) if record.policy < policy.significant_since => Err(Refusal::PolicyChanged),
            Some(record) => Ok(record),
        }
    }

    pub(crate) fn grant(
        &mut self,
        purpose: PurposeId,
        grant: Grant,
        policy: &Policy,
        now: UnixTime,
    ) {
        self.append(purpose, Decision::Granted, grant, policy, now);
    }

    /// Withdraws; age and guardian stay as they were recorded.
    pub(crate) fn withdraw(&mut self, purpose: PurposeId, policy: &Policy, now: UnixTime) {
        let grant = self.last(purpose).map_or_else(Grant::default, |record| Grant {
            policy: Some(record.policy.clone()),
            age_band: record.age_band,
            guardian: record.guardian,
        });
        self.append(purpose, Decision::Withdrawn, grant, policy, now);
    }

    fn append(
        &mut self,
        purpose: PurposeId,
        decision: Decision,
        grant: Grant,
        policy: &Policy,
        now: UnixTime,
    ) {
        let version = grant.policy.unwrap_or_else(|| policy.version.clone());
        let epoch = self.last(purpose).map_or(1, |record| record.epoch + 1);
        self.0.push(Record {
            purpose,
            decision,
            epoch,
            at: now.0,
            significance: policy.significance(&version),
            policy: version,
            age_band: grant.age_band,
            guardian: grant.guardian,
        });
        self.prune(now);
    }

    /// Drops the records that were superseded so long ago that the ledger, too, has forgotten
    /// what left under them; whether there were any.
    pub(crate) fn prune(&mut self, now: UnixTime) -> bool {
        let mut latest = std::collections::BTreeMap::new();
        let all = self.0.len();
        // Newest first: each is kept while the one that superseded it is not outlived.
        self.0.reverse();
        self.0.retain(|record| {
            let successor = latest.insert(record.purpose, UnixTime(record.at));
            successor.is_none_or(|at| !record.purpose.terms().outlived(at, now))
        });
        self.0.reverse();
        self.0.len() < all
    }

    pub(crate) fn into_vec(self) -> Vec<Record> {
        self.0
    }

    pub(crate) fn last(&self, purpose: PurposeId) -> Option<&Record> {
        self.0.iter().rev().find(|record| record.purpose == purpose)
    }
}
