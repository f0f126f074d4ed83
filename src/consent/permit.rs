use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::{Refusal, Result};
use crate::purpose::{OnDevice, PURPOSES, Purpose, PurposeId};

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
    Consent { epoch: u64, tick: u64, ticks: Arc<Ticks> },
    OwnAct { spent: AtomicBool },
}

impl<P: Purpose> Permit<P> {
    pub(crate) fn by_consent(epoch: u64, tick: u64, ticks: Arc<Ticks>) -> Self {
        Self { basis: Basis::Consent { epoch, tick, ticks }, purpose: PhantomData }
    }

    /// True while this permit serves.
    pub fn is_live(&self) -> bool {
        match &self.basis {
            Basis::Consent { tick, ticks, .. } => ticks.now(P::ID) == *tick,
            Basis::OwnAct { spent } => !spent.load(Ordering::Acquire),
        }
    }

    /// Uses the permit for one act on the device.
    ///
    /// # Errors
    ///
    /// [`Refusal::Withdrawn`], or [`Refusal::Spent`] where it was for one act and is used.
    pub(crate) fn exercise(&self) -> Result<(), Refusal> {
        match &self.basis {
            Basis::Consent { .. } if self.is_live() => Ok(()),
            Basis::Consent { .. } => Err(Refusal::Withdrawn),
            Basis::OwnAct { spent } if spent.swap(true, Ordering::AcqRel) => Err(Refusal::Spent),
            Basis::OwnAct { .. } => Ok(()),
        }
    }

    /// The epoch of the consent, for a release.
    ///
    /// # Errors
    ///
    /// [`Refusal::Withdrawn`], or [`Refusal::NoConsent`] for a permit that rests on no record.
    pub(crate) fn epoch(&self) -> Result<u64, Refusal> {
        match &self.basis {
            Basis::Consent { epoch, .. } if self.is_live() => Ok(*epoch),
            Basis::Consent { .. } => Err(Refusal::Withdrawn),
            Basis::OwnAct { .. } => Err(Refusal::NoConsent),
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

/// Counts each purpose's decisions in this process. It only ever grows, erasing included.
#[derive(Debug, Default)]
pub(crate) struct Ticks([AtomicU64; PURPOSES.len()]);

impl Ticks {
    pub(crate) fn now(&self, purpose: PurposeId) -> u64 {
        self.counter(purpose).load(Ordering::Acquire)
    }

    pub(crate) fn advance(&self, purpose: PurposeId) {
        self.counter(purpose).fetch_add(1, Ordering::AcqRel);
    }

    fn counter(&self, purpose: PurposeId) -> &AtomicU64 {
        #[allow(clippy::indexing_slicing, reason = "as long as the table of purposes")]
        &self.0[purpose.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::Permit;
    use crate::error::Refusal;
    use crate::purpose::FaceEffects;

    #[test]
    fn an_own_act_serves_once_and_releases_nothing() {
        let permit = Permit::<FaceEffects>::for_own_act();
        assert_eq!(permit.epoch(), Err(Refusal::NoConsent));
        assert!(permit.is_live());
        assert_eq!(permit.exercise(), Ok(()));
        assert!(!permit.is_live());
        assert_eq!(permit.exercise(), Err(Refusal::Spent));
    }
}
