use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::record::{Record, Records};
use crate::error::{Refusal, Result};
use crate::purpose::{OnDevice, PURPOSES, Purpose, PurposeId};
use crate::store::Store;

/// Leave to process for one purpose, while consent stands.
///
/// A permit for one purpose does not serve another:
///
/// ```compile_fail
/// # use pinhole::{Permit, purpose::{ShareCodes, Motion}};
/// fn mixed_up(permit: Permit<ShareCodes>) -> Permit<Motion> {
///     permit
/// }
/// ```
pub struct Permit<P: Purpose> {
    basis: Basis,
    purpose: PhantomData<fn() -> P>,
}

enum Basis {
    Consent(Standing),
    OwnAct { spent: AtomicBool },
}

/// A consent as it stood when the permit was made, and where to see whether it still does.
pub(crate) struct Standing {
    pub(crate) record: Record,
    pub(crate) tick: u64,
    pub(crate) ticks: Arc<Ticks>,
    pub(crate) store: Arc<dyn Store>,
}

impl Standing {
    /// # Errors
    ///
    /// [`Refusal::Withdrawn`] where this process or another has decided anew, or erased; where the
    /// record cannot be trusted.
    fn check(&self) -> Result<()> {
        let purpose = self.record.purpose;
        let stands = self.ticks.now(purpose) == self.tick
            && Records::load(&*self.store)?.last(purpose) == Some(&self.record);
        if stands { Ok(()) } else { Err(Refusal::Withdrawn.into()) }
    }
}

impl<P: Purpose> Permit<P> {
    pub(crate) fn by_consent(standing: Standing) -> Self {
        Self { basis: Basis::Consent(standing), purpose: PhantomData }
    }

    /// True while this permit serves: it reads the consent record, in which another process may
    /// have withdrawn.
    pub fn is_live(&self) -> bool {
        match &self.basis {
            Basis::Consent(standing) => standing.check().is_ok(),
            Basis::OwnAct { spent } => !spent.load(Ordering::Acquire),
        }
    }

    /// Uses the permit for one act on the device.
    ///
    /// # Errors
    ///
    /// [`Refusal::Withdrawn`], or [`Refusal::Spent`] where it was for one act and is used; where
    /// the consent record cannot be trusted.
    pub(crate) fn exercise(&self) -> Result<()> {
        match &self.basis {
            Basis::Consent(standing) => standing.check(),
            Basis::OwnAct { spent } if spent.swap(true, Ordering::AcqRel) => {
                Err(Refusal::Spent.into())
            }
            Basis::OwnAct { .. } => Ok(()),
        }
    }

    /// For a later step of an act that the permit was exercised for.
    ///
    /// # Errors
    ///
    /// [`Refusal::Withdrawn`]; where the consent record cannot be trusted.
    pub(crate) fn still_stands(&self) -> Result<()> {
        match &self.basis {
            Basis::Consent(standing) => standing.check(),
            Basis::OwnAct { .. } => Ok(()),
        }
    }

    /// The epoch of the consent, for a release from the home whose ticks these are.
    ///
    /// # Errors
    ///
    /// [`Refusal::Withdrawn`], or [`Refusal::NoConsent`] for a permit that rests on no record of
    /// this home; where the record cannot be trusted.
    pub(crate) fn epoch(&self, home: &Arc<Ticks>) -> Result<u64> {
        match &self.basis {
            Basis::Consent(standing) if Arc::ptr_eq(&standing.ticks, home) => {
                standing.check().map(|()| standing.record.epoch)
            }
            _ => Err(Refusal::NoConsent.into()),
        }
    }
}

impl<P: OnDevice> Permit<P> {
    /// A permit for one act that the user has just asked for: a button pressed, a command run.
    ///
    /// There is none for a purpose that can release: what leaves needs a record of consent.
    ///
    /// ```compile_fail
    /// let permit = pinhole::Permit::<pinhole::purpose::ShareCodes>::for_own_act();
    /// ```
    pub fn for_own_act() -> Self {
        Self { basis: Basis::OwnAct { spent: AtomicBool::new(false) }, purpose: PhantomData }
    }
}

/// What this process knows of each purpose beside the record.
#[derive(Debug, Default)]
pub(crate) struct Ticks([Tick; PURPOSES.len()]);

#[derive(Debug, Default)]
struct Tick {
    /// Counts decisions. It only ever grows, erasing included.
    count: AtomicU64,
    /// Withdrawn, and not yet written: a full disk must not bring the consent back.
    withdrawn: AtomicBool,
}

impl Ticks {
    pub(crate) fn now(&self, purpose: PurposeId) -> u64 {
        self.of(purpose).count.load(Ordering::Acquire)
    }

    /// A decision is about to be written, or erased: permits made before are dead.
    pub(crate) fn advance(&self, purpose: PurposeId) {
        self.of(purpose).count.fetch_add(1, Ordering::AcqRel);
    }

    /// As [`Ticks::advance`], and no permit is made until a decision is written.
    pub(crate) fn withdraw(&self, purpose: PurposeId) {
        self.of(purpose).withdrawn.store(true, Ordering::Release);
        self.advance(purpose);
    }

    /// The decision is written.
    pub(crate) fn decided(&self, purpose: PurposeId) {
        self.advance(purpose);
        self.of(purpose).withdrawn.store(false, Ordering::Release);
    }

    pub(crate) fn is_withdrawn(&self, purpose: PurposeId) -> bool {
        self.of(purpose).withdrawn.load(Ordering::Acquire)
    }

    fn of(&self, purpose: PurposeId) -> &Tick {
        #[allow(clippy::indexing_slicing, reason = "as long as the table of purposes")]
        &self.0[purpose.index()]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Permit;
    use crate::error::Refusal;
    use crate::purpose::FaceEffects;

    #[test]
    fn an_own_act_serves_once_and_releases_nothing() {
        let permit = Permit::<FaceEffects>::for_own_act();
        assert_eq!(permit.epoch(&Arc::default()), Err(Refusal::NoConsent.into()));
        assert!(permit.is_live());
        assert_eq!(permit.exercise(), Ok(()));
        assert!(!permit.is_live());
        assert_eq!(permit.exercise(), Err(Refusal::Spent.into()));
    }
}
