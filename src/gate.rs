//! The one way out.

use crate::consent::Permit;
use crate::egress::Egress;
use crate::error::{Error, Refusal, Result};
use crate::found::{Found, Network};
use crate::home::Home;
use crate::ledger::{Entry, Ledger};
use crate::purpose::{BUCKETS_PER_DAY, Purpose, Terms};

/// Lets out what was found: after the consent, the budget and the rate are checked, and after it
/// stands in the ledger.
pub struct Gate<'home> {
    home: &'home Home,
}

/// A result that the gate can turn into an [`Egress`].
pub trait Releasable: Found<Reach = Network> + Sized {
    /// The egress of this result. The [`Pass`] proves that the gate asks.
    #[doc(hidden)]
    fn pass(self, pass: Pass) -> Option<Egress>;
}

/// Only the gate has one.
#[derive(Debug)]
pub struct Pass(());

/// What has left, with its place in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Released {
    /// What has left.
    pub egress: Egress,
    /// How many bits that were.
    pub bits: u32,
    /// The ledger's record of it.
    pub sequence: u64,
}

impl Released {
    /// The bytes to send: [`Egress::encode`].
    pub fn encode(&self) -> Vec<u8> {
        self.egress.encode()
    }
}

impl<'home> Gate<'home> {
    pub(crate) fn of(home: &'home Home) -> Self {
        Self { home }
    }

    /// Releases `found`: the answer is the host's to send, and it is in the ledger.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] that applies; or where the ledger cannot be trusted or not be written. In
    /// each case nothing has left.
    pub fn release<F: Releasable>(
        &self,
        found: F,
        permit: &Permit<F::Purpose>,
    ) -> Result<Released> {
        self.release_to(found, permit, |_| ()).map(|(released, ())| released)
    }

    /// As [`Gate::release`], and runs `sink` before a withdrawal can come in between. The sink
    /// must not call back into the same home.
    ///
    /// # Errors
    ///
    /// As [`Gate::release`]; the sink has then not run.
    pub fn release_to<F: Releasable, T>(
        &self,
        found: F,
        permit: &Permit<F::Purpose>,
        sink: impl FnOnce(&Released) -> T,
    ) -> Result<(Released, T)> {
        if !found.origin().may_release() {
            return Err(Refusal::UnsignedPack.into());
        }
        self.home.alone(|home| {
            // Once by this process's count, once by the record, which another may have changed.
            let epoch = permit.epoch()?;
            if home.records()?.granted(F::Purpose::ID, home.policy())? != epoch {
                return Err(Refusal::Withdrawn.into());
            }
            let egress = found
                .pass(Pass(()))
                .ok_or_else(|| Error::input("found", "over the limits of what can leave"))?;
            let bits = egress.bits();
            debug_assert!(bits <= F::MAX_BITS);

            let mut ledger = home.ledger()?;
            let bucket = ledger.bucket(home.now());
            within_terms(F::Purpose::ID.terms(), &ledger, bucket, bits)?;
            let sequence = ledger.append(bucket, F::Purpose::ID, egress.variant(), bits, epoch);
            ledger.prune(home.now());
            ledger.save(home.store())?;

            let released = Released { egress, bits, sequence };
            let sent = sink(&released);
            Ok((released, sent))
        })
    }
}

/// Holds a release of `bits` in `bucket` against what the ledger says has left before.
fn within_terms(terms: &Terms, ledger: &Ledger, bucket: u64, bits: u32) -> Result<(), Refusal> {
    let newer_than = |age: u64| {
        let same = move |entry: &&Entry| {
            entry.purpose == terms.id && bucket.saturating_sub(entry.bucket) < age
        };
        ledger.entries().iter().rev().filter(same)
    };
    let recent = newer_than(u64::from(terms.rate.buckets)).count();
    if recent >= terms.rate.records as usize {
        return Err(Refusal::TooSoon);
    }
    let spent: u64 = newer_than(BUCKETS_PER_DAY).map(|entry| u64::from(entry.bits)).sum();
    if bits > terms.bits || spent + u64::from(bits) > u64::from(terms.bits_per_day) {
        return Err(Refusal::BudgetSpent);
    }
    Ok(())
}

#[cfg(feature = "clipboard")]
impl Releasable for crate::clipboard::Found {
    fn pass(self, _: Pass) -> Option<Egress> {
        crate::egress::Share::new(self.kind(), self.rule(), self.value()).map(Egress::Share)
    }
}

#[cfg(feature = "sensors")]
impl Releasable for crate::sensors::Found {
    fn pass(self, _: Pass) -> Option<Egress> {
        Some(Egress::Motion(crate::egress::MotionRecord::new(
            self.motion,
            self.confidence,
            self.shake,
            self.steps,
            self.suspicion,
        )))
    }
}
