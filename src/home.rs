//! The place that consent, the ledger and the gate share: one store, one clock, one lock.

use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::{Clock, UnixTime};
use crate::consent::{Consent, Policy, Records, Ticks};
use crate::error::Result;
use crate::gate::Gate;
use crate::ledger::Ledger;
use crate::rights::Rights;
use crate::store::Store;

/// What pinhole keeps for one user on one device, and the doors to it.
///
/// Opening does no I/O. What is kept is read anew for every act, under a lock that other
/// processes honour too, so that a consent withdrawn anywhere counts everywhere at once.
///
/// ```
/// use pinhole::purpose::ShareCodes;
/// use pinhole::{Grant, Home, MemoryStore, PurposeId, SystemClock};
///
/// let home = Home::open(MemoryStore::default(), SystemClock);
/// home.consent().grant(PurposeId::ShareCodes, Grant::default())?;
/// let permit = home.consent().permit::<ShareCodes>()?;
/// home.consent().withdraw(PurposeId::ShareCodes)?;
/// assert!(!permit.is_live());
/// # Ok::<(), pinhole::Error>(())
/// ```
pub struct Home {
    store: Arc<dyn Store>,
    clock: Box<dyn Clock>,
    policy: Policy,
    ticks: Arc<Ticks>,
    door: Mutex<()>,
}

impl Home {
    /// A home in `store`, under the embedded policy.
    pub fn open(store: impl Store + 'static, clock: impl Clock + 'static) -> Self {
        Self {
            store: Arc::new(store),
            clock: Box::new(clock),
            policy: Policy::embedded(),
            ticks: Arc::default(),
            door: Mutex::default(),
        }
    }

    /// The same home under the host's own policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Consent: given, withdrawn, shown; and the permits it grants.
    pub fn consent(&self) -> Consent<'_> {
        Consent::of(self)
    }

    /// The one way out.
    pub fn gate(&self) -> Gate<'_> {
        Gate::of(self)
    }

    /// Everything that is kept, to see and to erase.
    pub fn rights(&self) -> Rights<'_> {
        Rights::of(self)
    }

    /// What left, when, under which consent; verified as it is read.
    ///
    /// # Errors
    ///
    /// Where the ledger is damaged, its chain is broken, or it cannot be read.
    pub fn ledger(&self) -> Result<Ledger> {
        Ledger::load(&*self.store)
    }

    /// Drops what has outlived its retention: of the ledger, keeping a checkpoint, and of the
    /// superseded consents. How many ledger entries they were.
    ///
    /// # Errors
    ///
    /// Where the ledger cannot be trusted or not be written.
    pub fn prune(&self) -> Result<usize> {
        let nothing_outlived =
            self.ledger()?.prune(self.now()) == 0 && !self.records()?.prune(self.now());
        if nothing_outlived {
            return Ok(0);
        }
        self.alone(|home| {
            let (mut ledger, mut records) = (home.ledger()?, home.records()?);
            let pruned = ledger.prune(home.now());
            ledger.save(&**home.store())?;
            if records.prune(home.now()) {
                records.save(&**home.store())?;
            }
            Ok(pruned)
        })
    }

    /// Runs `act` while nobody else, in this process or another, acts on this home.
    pub(crate) fn alone<T>(&self, act: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        // The state lives in the store, where it is whole: a panic under the lock tears nothing.
        let _here = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        let _elsewhere = self.store.lock()?;
        act(self)
    }

    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub(crate) fn now(&self) -> UnixTime {
        self.clock.now()
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) fn ticks(&self) -> &Arc<Ticks> {
        &self.ticks
    }

    pub(crate) fn records(&self) -> Result<Records> {
        Records::load(&*self.store)
    }
}
