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
            let epoch = permit.epoch(home.ticks())?;
            // The policy may have changed since the permit was made.
            home.records()?.granted(F::Purpose::ID, home.policy())?;
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
            ledger.save(&**home.store())?;

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

#[cfg(test)]
mod tests {
    use std::any::Any;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::{Pass, Releasable, Released};
    use crate::clock::UnixTime;
    use crate::consent::{Grant, Permit};
    use crate::egress::{
        Confidence, Egress, MotionRecord, MotionState, Share, ShareKind, StepBucket, Suspicion,
    };
    use crate::error::{Error, Refusal, Result, StoreFault};
    use crate::found::{self, Found, Network};
    use crate::home::Home;
    use crate::pack::Origin;
    use crate::purpose::{BUCKET_SECONDS, Motion, PurposeId, ShareCodes};
    use crate::store::{MemoryStore, Store};

    struct Still;

    impl found::sealed::Sealed for Still {}
    impl Found for Still {
        type Purpose = Motion;
        type Reach = Network;
        const MAX_BITS: u32 = MotionRecord::MAX_BITS;
    }
    impl Releasable for Still {
        fn pass(self, _: Pass) -> Option<Egress> {
            let (steps, suspicion) = (StepBucket::default(), Suspicion::default());
            let (still, high) = (MotionState::Still, Confidence::High);
            Some(Egress::Motion(MotionRecord::new(still, high, false, steps, suspicion)))
        }
    }

    struct Link(Origin, usize);

    impl found::sealed::Sealed for Link {}
    impl Found for Link {
        type Purpose = ShareCodes;
        type Reach = Network;
        const MAX_BITS: u32 = Share::MAX_BITS;
        fn origin(&self) -> Origin {
            self.0
        }
    }
    impl Releasable for Link {
        fn pass(self, _: Pass) -> Option<Egress> {
            let (rule, value) = ("r".repeat(Share::MAX_RULE), "v".repeat(self.1));
            Share::new(ShareKind::Link, &rule, &value).map(Egress::Share)
        }
    }

    /// A store and a clock that a test holds on to.
    #[derive(Clone, Default)]
    struct World {
        store: Arc<MemoryStore>,
        seconds: Arc<AtomicU64>,
    }

    impl World {
        fn home(&self) -> Home {
            let seconds = self.seconds.clone();
            Home::open(self.store.clone(), move || UnixTime(seconds.load(Ordering::SeqCst)))
        }

        fn at_bucket(&self, bucket: u64) {
            self.seconds.store(bucket * BUCKET_SECONDS, Ordering::SeqCst);
        }
    }

    fn consented(home: &Home) -> (Permit<Motion>, Permit<ShareCodes>) {
        home.consent().grant(PurposeId::Motion, Grant::default()).unwrap();
        home.consent().grant(PurposeId::ShareCodes, Grant::default()).unwrap();
        (home.consent().permit().unwrap(), home.consent().permit().unwrap())
    }

    fn refusal<T>(result: Result<T>) -> Option<Refusal> {
        result.err().and_then(|error| error.refusal())
    }

    #[test]
    fn what_is_released_is_in_the_ledger_before_it_is_out() {
        let home = World::default().home();
        let (permit, _) = consented(&home);
        let (released, seen) =
            home.gate().release_to(Still, &permit, |_| home.ledger().unwrap()).unwrap();
        assert_eq!(Egress::decode(&released.encode()), Ok(released.egress.clone()));
        let [entry] = seen.entries() else { panic!("{seen:?}") };
        assert_eq!((entry.sequence, entry.bits), (released.sequence, 16));
        assert_eq!((entry.purpose, entry.epoch), (PurposeId::Motion, 1));
    }

    #[test]
    fn a_withdrawal_counts_at_once_in_every_process() {
        let world = World::default();
        let (here, elsewhere) = (world.home(), world.home());
        let (permit, _) = consented(&here);
        elsewhere.consent().withdraw(PurposeId::Motion).unwrap();
        let sent = here.gate().release_to(Still, &permit, |_| panic!("the sink ran"));
        assert_eq!(refusal(sent), Some(Refusal::Withdrawn));
        elsewhere.consent().grant(PurposeId::Motion, Grant::default()).unwrap();
        assert_eq!(refusal(here.gate().release(Still, &permit)), Some(Refusal::Withdrawn));
        assert_eq!(here.ledger().unwrap().entries(), []);
    }

    #[test]
    fn an_old_permit_serves_no_new_consent_and_no_other_home() {
        let world = World::default();
        let (here, elsewhere) = (world.home(), world.home());
        let (permit, _) = consented(&here);
        world.at_bucket(1);
        elsewhere.rights().erase().unwrap();
        assert!(!permit.is_live());
        consented(&elsewhere);
        assert!(!permit.is_live(), "the epoch is the same, the consent is not");
        assert_eq!(refusal(here.gate().release(Still, &permit)), Some(Refusal::Withdrawn));

        let (foreign, _) = consented(&World::default().home());
        assert_eq!(refusal(elsewhere.gate().release(Still, &foreign)), Some(Refusal::NoConsent));
    }

    #[test]
    fn a_withdrawal_waits_for_the_sink_and_nothing_follows_it() {
        let home = World::default().home();
        let (permit, _) = consented(&home);
        let sent = std::sync::Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            let (started, wait) = std::sync::mpsc::channel();
            let (home, sent, permit) = (&home, &sent, &permit);
            scope.spawn(move || {
                let sink = |_: &Released| {
                    started.send(()).unwrap();
                    // Long enough for a withdrawal that does not wait to be seen.
                    std::thread::sleep(std::time::Duration::from_millis(50));
                    sent.lock().unwrap().push("sent");
                };
                home.gate().release_to(Still, permit, sink).unwrap();
            });
            wait.recv().unwrap();
            home.consent().withdraw(PurposeId::Motion).unwrap();
            sent.lock().unwrap().push("withdrawn");
        });
        assert_eq!(*sent.lock().unwrap(), ["sent", "withdrawn"]);
    }

    #[test]
    fn motion_leaves_at_most_once_in_ten_minutes_whatever_the_clock_does() {
        let world = World::default();
        let home = world.home();
        let (permit, _) = consented(&home);
        let release_at = |bucket| {
            world.at_bucket(bucket);
            refusal(home.gate().release(Still, &permit))
        };
        assert_eq!(release_at(100), None);
        for too_soon in [100, 101, 99, 0] {
            assert_eq!(release_at(too_soon), Some(Refusal::TooSoon), "{too_soon}");
        }
        assert_eq!(release_at(102), None);
    }

    #[test]
    fn a_day_has_its_bits() {
        let world = World::default();
        let home = world.home();
        let (_, permit) = consented(&home);
        let mut left = 0;
        for bucket in 0..140 {
            world.at_bucket(bucket);
            match refusal(home.gate().release(Link(Origin::Embedded, Share::MAX_VALUE), &permit)) {
                None => left += 1,
                refused => assert_eq!(refused, Some(Refusal::BudgetSpent)),
            }
        }
        assert_eq!(left, 100);
        world.at_bucket(145);
        assert!(home.gate().release(Link(Origin::Embedded, 9), &permit).is_ok(), "a new day");
    }

    #[test]
    fn unsigned_rules_and_overlong_values_release_nothing() {
        let home = World::default().home();
        let (_, permit) = consented(&home);
        let unsigned = home.gate().release(Link(Origin::Unsigned, 9), &permit);
        assert_eq!(refusal(unsigned), Some(Refusal::UnsignedPack));
        let too_long = Link(Origin::Embedded, Share::MAX_VALUE + 1);
        assert!(home.gate().release(too_long, &permit).is_err());
        assert_eq!(home.ledger().unwrap().entries(), []);
    }

    struct Full(Arc<MemoryStore>);

    impl Store for Full {
        fn load(&self, name: &'static str) -> Result<Option<Vec<u8>>> {
            self.0.load(name)
        }
        fn save(&self, name: &'static str, _: &[u8]) -> Result<()> {
            Err(Error::store(name, StoreFault::Io(std::io::ErrorKind::StorageFull)))
        }
        fn erase(&self, name: &'static str) -> Result<()> {
            self.0.erase(name)
        }
        fn lock(&self) -> Result<Box<dyn Any>> {
            self.0.lock()
        }
    }

    #[test]
    fn nothing_leaves_that_cannot_be_recorded_and_a_full_disk_stops_no_withdrawal() {
        let world = World::default();
        consented(&world.home());
        let home = Home::open(Full(world.store.clone()), || UnixTime(0));
        let permit = home.consent().permit::<Motion>().unwrap();
        let sent = home.gate().release_to(Still, &permit, |_| panic!("the sink ran"));
        assert!(sent.unwrap_err().is_store());
        assert!(permit.is_live());
        assert!(home.consent().withdraw(PurposeId::Motion).is_err());
        assert!(!permit.is_live(), "dead in this process though it could not be written");
        let again = home.consent().permit::<Motion>();
        assert_eq!(refusal(again), Some(Refusal::Withdrawn));
    }

    #[test]
    fn a_damaged_ledger_or_record_releases_nothing() {
        for file in [crate::ledger::FILE, crate::consent::FILE] {
            let world = World::default();
            let home = world.home();
            let (permit, _) = consented(&home);
            world.store.save(file, b"pinhole-ledger 1 0\n").unwrap();
            let sent = home.gate().release_to(Still, &permit, |_| panic!("the sink ran"));
            assert!(sent.unwrap_err().is_store(), "{file}");
        }
    }
}
