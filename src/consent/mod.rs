//! Consent: given to a version of the policy, for one purpose at a time, withdrawn at once.

mod permit;
mod policy;
mod record;

pub use permit::Permit;
pub(crate) use permit::{Standing, Ticks};
pub use policy::{Policy, PolicyVersion, Significance};
pub use record::{AgeBand, Decision, Grant, Record};
pub(crate) use record::{FILE, Records};

use crate::error::{Refusal, Result};
use crate::home::Home;
use crate::purpose::{Purpose, PurposeId, Under14};

/// The consent of this home's user.
pub struct Consent<'home> {
    home: &'home Home,
}

impl<'home> Consent<'home> {
    pub(crate) fn of(home: &'home Home) -> Self {
        Self { home }
    }

    /// Records consent to one purpose, under the policy that `grant` names.
    ///
    /// # Errors
    ///
    /// [`Refusal::GuardianMissing`] or [`Refusal::NotForChildren`] by the user's age, or where the
    /// record cannot be trusted or not be written.
    pub fn grant(&self, purpose: PurposeId, grant: Grant) -> Result<()> {
        allowed_at_age(purpose, grant.age_band, grant.guardian)?;
        self.decide(purpose, |records| {
            records.grant(purpose, grant, self.home.policy(), self.home.now());
        })
    }

    /// Withdraws consent. It counts at once: permits made before are dead when this returns, and
    /// no release is under way.
    ///
    /// # Errors
    ///
    /// Where the record cannot be trusted or not be written. In this process the permits are dead
    /// even then, and none is made until a decision could be written.
    pub fn withdraw(&self, purpose: PurposeId) -> Result<()> {
        // First in memory: a full disk must not keep a withdrawn permit alive.
        self.home.ticks().withdraw(purpose);
        self.decide(purpose, |records| {
            records.withdraw(purpose, self.home.policy(), self.home.now());
        })
    }

    /// A permit for `P`, live until consent is withdrawn or renewed.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] that tells why there is none, or where the record cannot be trusted.
    pub fn permit<P: Purpose>(&self) -> Result<Permit<P>> {
        let (store, ticks) = (self.home.store().clone(), self.home.ticks().clone());
        // The tick is read before the record: a withdrawal in between kills the permit.
        let tick = ticks.now(P::ID);
        if ticks.is_withdrawn(P::ID) {
            return Err(Refusal::Withdrawn.into());
        }
        let record = self.home.records()?.granted(P::ID, self.home.policy())?.clone();
        Ok(Permit::by_consent(Standing { record, tick, ticks, store }))
    }

    /// The record as it stands, oldest first: each purpose's last word counts.
    ///
    /// # Errors
    ///
    /// Where it cannot be read or is damaged.
    pub fn records(&self) -> Result<Vec<Record>> {
        Ok(self.home.records()?.into_vec())
    }

    fn decide(&self, purpose: PurposeId, record: impl FnOnce(&mut Records)) -> Result<()> {
        self.home.alone(|home| {
            let mut records = home.records()?;
            record(&mut records);
            records.save(&**home.store())?;
            home.ticks().decided(purpose);
            Ok(())
        })
    }
}

/// The rules of age: under 14 a guardian consents, where the purpose is offered at all; from 14
/// to 17 a guardian stands by for what is sensitive.
fn allowed_at_age(purpose: PurposeId, age_band: AgeBand, guardian: bool) -> Result<(), Refusal> {
    let terms = purpose.terms();
    match (age_band, terms.under_14) {
        (AgeBand::Child, Under14::Refused) => Err(Refusal::NotForChildren),
        (AgeBand::Child, Under14::Guardian) if !guardian => Err(Refusal::GuardianMissing),
        (AgeBand::Minor, _) if terms.sensitive && !guardian => Err(Refusal::GuardianMissing),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{AgeBand, Grant, Policy};
    use crate::clock::UnixTime;
    use crate::error::Refusal;
    use crate::home::Home;
    use crate::purpose::{PurposeId, ShareCodes};
    use crate::store::MemoryStore;

    fn home() -> Home {
        Home::open(MemoryStore::default(), || UnixTime(1_700_000_000))
    }

    fn grant(age_band: AgeBand, guardian: bool) -> Grant {
        Grant { age_band, guardian, ..Grant::default() }
    }

    #[test]
    fn a_permit_lives_from_grant_to_withdrawal_and_never_again() {
        let home = home();
        let consent = home.consent();
        let refusal =
            |result: crate::Result<_>| result.err().and_then(|e: crate::Error| e.refusal());
        assert_eq!(refusal(consent.permit::<ShareCodes>()), Some(Refusal::NoConsent));

        consent.grant(PurposeId::ShareCodes, Grant::default()).unwrap();
        let permit = consent.permit::<ShareCodes>().unwrap();
        assert!(permit.is_live());

        consent.withdraw(PurposeId::ShareCodes).unwrap();
        assert!(!permit.is_live());
        assert_eq!(refusal(consent.permit::<ShareCodes>()), Some(Refusal::Withdrawn));

        consent.grant(PurposeId::ShareCodes, Grant::default()).unwrap();
        assert!(!permit.is_live(), "a new consent does not revive an old permit");
        assert!(consent.permit::<ShareCodes>().unwrap().is_live());
    }

    #[test]
    fn erasing_kills_permits_though_epochs_start_anew() {
        let home = home();
        home.consent().grant(PurposeId::ShareCodes, Grant::default()).unwrap();
        let permit = home.consent().permit::<ShareCodes>().unwrap();
        home.rights().erase().unwrap();
        home.consent().grant(PurposeId::ShareCodes, Grant::default()).unwrap();
        assert!(!permit.is_live());
    }

    #[test]
    fn a_significant_change_of_the_policy_asks_again_and_a_minor_one_does_not() {
        let store = std::sync::Arc::new(MemoryStore::default());
        let under = |version: &str, significant_since: &str| {
            Home::open(store.clone(), || UnixTime(1_700_000_000)).with_policy(Policy {
                version: version.parse().unwrap(),
                significant_since: significant_since.parse().unwrap(),
            })
        };
        under("2025-06", "2025-06")
            .consent()
            .grant(PurposeId::ShareCodes, Grant::default())
            .unwrap();
        assert!(under("2025-11", "2025-06").consent().permit::<ShareCodes>().is_ok());
        let changed = under("2026-01", "2026-01").consent().permit::<ShareCodes>().err().unwrap();
        assert_eq!(changed.refusal(), Some(Refusal::PolicyChanged));
    }

    #[test]
    fn age_asks_for_a_guardian() {
        use PurposeId::{FaceEffects, Motion, ShareCodes};
        let consents = |purpose, age_band, guardian| {
            let result = home().consent().grant(purpose, grant(age_band, guardian));
            result.err().map(|error| error.refusal().unwrap())
        };
        assert_eq!(consents(ShareCodes, AgeBand::Child, false), Some(Refusal::GuardianMissing));
        assert_eq!(consents(ShareCodes, AgeBand::Child, true), None);
        assert_eq!(consents(Motion, AgeBand::Child, true), Some(Refusal::NotForChildren));
        assert_eq!(consents(ShareCodes, AgeBand::Minor, false), None);
        assert_eq!(consents(FaceEffects, AgeBand::Minor, false), Some(Refusal::GuardianMissing));
        assert_eq!(consents(FaceEffects, AgeBand::Adult, false), None);
    }
}
