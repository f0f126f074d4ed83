//! What left: a chain of records without content.
//!
//! A record tells when (to ten minutes), for which purpose, what kind of thing, how many bits and
//! under which consent. It never holds content or a hash of it: share codes can be guessed.
//! Every record's hash covers the one before, so that none can be taken out or changed unseen;
//! pruning leaves a checkpoint for the chain to start from. The chain shows edits to someone who
//! knows its last hash; it does not stop the device's owner from writing another.

use serde::{Deserialize, Serialize};

use crate::clock::UnixTime;
use crate::error::{Error, Result, StoreFault};
use crate::json;
use crate::purpose::{BUCKET_SECONDS, PurposeId};
use crate::store::{MAX_COUNT, Store, frame, unframe};

pub(crate) const FILE: &str = "ledger";

/// Everything that left since the checkpoint, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    checkpoint: Checkpoint,
    entries: Vec<Entry>,
}

/// One release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Entry {
    /// Counts releases from 1.
    pub sequence: u64,
    /// Ten-minute periods since 1970.
    pub bucket: u64,
    /// For which purpose.
    pub purpose: PurposeId,
    /// The code of the [`Egress`](crate::Egress) variant.
    pub variant: u8,
    /// How many bits left.
    pub bits: u32,
    /// Under which decision of the user, as counted in the consent record.
    pub epoch: u64,
    /// BLAKE3 over the hash before and the fields above.
    pub hash: Hash,
}

/// Where the chain starts: nothing, or the last record that was pruned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checkpoint {
    checkpoint: u64,
    hash: Hash,
}

/// A link of the chain: 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Hash(String);

impl TryFrom<String> for Hash {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        let hex = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() == 2 * blake3::OUT_LEN && hex {
            Ok(Self(text))
        } else {
            Err(Error::input("hash", "not 64 hexadecimal digits"))
        }
    }
}

impl Default for Hash {
    fn default() -> Self {
        Self("0".repeat(2 * blake3::OUT_LEN))
    }
}

impl Entry {
    /// The start of the ten minutes in which it left.
    pub fn at(&self) -> UnixTime {
        UnixTime(self.bucket.saturating_mul(BUCKET_SECONDS))
    }

    fn link(&self, before: &Hash) -> Hash {
        let mut hasher = blake3::Hasher::new_derive_key("pinhole ledger 1");
        hasher.update(before.0.as_bytes());
        hasher.update(&self.sequence.to_le_bytes());
        hasher.update(&self.bucket.to_le_bytes());
        hasher.update(&[self.purpose as u8, self.variant]);
        hasher.update(&self.bits.to_le_bytes());
        hasher.update(&self.epoch.to_le_bytes());
        Hash(hasher.finalize().to_hex().to_string())
    }
}

impl Ledger {
    pub(crate) fn load(store: &dyn Store) -> Result<Self> {
        let Some(content) = store.load(FILE)? else {
            return Ok(Self { checkpoint: Checkpoint::default(), entries: Vec::new() });
        };
        let damaged = |_| Error::store(FILE, StoreFault::Damaged("not a record"));
        let mut lines = unframe(FILE, &content)?.lines();
        let checkpoint = serde_json::from_str(lines.next().unwrap_or_default()).map_err(damaged)?;
        let entries = lines.map(serde_json::from_str).collect::<Result<_, _>>().map_err(damaged)?;
        let ledger = Self { checkpoint, entries };
        ledger.verify()?;
        Ok(ledger)
    }

    pub(crate) fn save(&self, store: &dyn Store) -> Result<()> {
        let body = json::line(&self.checkpoint) + "\n" + &json::lines(&self.entries);
        store.save(FILE, &frame(FILE, &body))
    }

    /// The releases since the checkpoint, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many older releases were pruned.
    pub fn pruned(&self) -> u64 {
        self.checkpoint.checkpoint
    }

    /// The last link. Whoever keeps it elsewhere can tell later that nothing before was changed.
    pub fn head(&self) -> &str {
        &self.last().1.0
    }

    /// The bucket of a release at `now`: never before the last one, whatever the clock does.
    pub(crate) fn bucket(&self, now: UnixTime) -> u64 {
        let last = self.entries.last().map_or(0, |entry| entry.bucket);
        last.max(now.0 / BUCKET_SECONDS)
    }

    pub(crate) fn append(
        &mut self,
        bucket: u64,
        purpose: PurposeId,
        variant: u8,
        bits: u32,
        epoch: u64,
    ) -> u64 {
        let (sequence, before) = self.last();
        let sequence = sequence + 1;
        let mut entry =
            Entry { sequence, bucket, purpose, variant, bits, epoch, hash: Hash::default() };
        entry.hash = entry.link(before);
        self.entries.push(entry);
        sequence
    }

    /// Drops the oldest records whose retention is over. All purposes keep equally long, so that
    /// none waits behind another.
    pub(crate) fn prune(&mut self, now: UnixTime) -> usize {
        let outlived = |entry: &&Entry| entry.purpose.terms().outlived(entry.at(), now);
        let pruned = self.entries.iter().take_while(outlived).count();
        if let Some(last) = self.entries.drain(..pruned).next_back() {
            self.checkpoint = Checkpoint { checkpoint: last.sequence, hash: last.hash };
        }
        pruned
    }

    fn last(&self) -> (u64, &Hash) {
        match self.entries.last() {
            Some(entry) => (entry.sequence, &entry.hash),
            None => (self.checkpoint.checkpoint, &self.checkpoint.hash),
        }
    }

    fn verify(&self) -> Result<()> {
        let broken = |sequence| Error::store(FILE, StoreFault::BrokenChain { sequence });
        let mut before = (self.checkpoint.checkpoint, &self.checkpoint.hash, 0);
        if before.0 > MAX_COUNT {
            return Err(broken(before.0));
        }
        for entry in &self.entries {
            let (sequence, hash, bucket) = before;
            let follows = entry.sequence == sequence + 1 && entry.bucket >= bucket;
            let allowed = entry.bits <= entry.purpose.terms().bits;
            if !follows || !allowed || entry.hash != entry.link(hash) {
                return Err(broken(entry.sequence));
            }
            before = (entry.sequence, &entry.hash, entry.bucket);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{FILE, Ledger};
    use crate::clock::UnixTime;
    use crate::purpose::{BUCKET_SECONDS, PurposeId};
    use crate::store::{MemoryStore, Store, frame, unframe};

    const DAY: u64 = 86_400;

    fn ledger_of(days: u64) -> (MemoryStore, Ledger) {
        let store = MemoryStore::default();
        let mut ledger = Ledger::load(&store).unwrap();
        for day in 0..days {
            let bucket = ledger.bucket(UnixTime(day * DAY));
            ledger.append(bucket, PurposeId::Motion, 2, 16, 1);
        }
        ledger.save(&store).unwrap();
        (store, ledger)
    }

    #[test]
    fn what_was_saved_is_read() {
        let (store, ledger) = ledger_of(3);
        assert_eq!(Ledger::load(&store).unwrap(), ledger);
    }

    #[test]
    fn every_change_of_a_record_breaks_the_chain_though_the_checksum_is_right() {
        let (store, _) = ledger_of(4);
        let body = unframe(FILE, &store.load(FILE).unwrap().unwrap()).unwrap().to_owned();
        let lines: Vec<&str> = body.lines().collect();
        let mut forged: Vec<String> = vec![
            body.replacen("\"bits\":16", "\"bits\":8", 1),
            body.replacen("\"epoch\":1", "\"epoch\":2", 1),
            body.replacen("\"variant\":2", "\"variant\":1", 1),
            body.replacen("\"checkpoint\":0", "\"checkpoint\":1", 1),
        ];
        forged.extend((1..4).map(|gone| {
            let kept = lines.iter().enumerate().filter(|(i, _)| *i != gone);
            kept.map(|(_, line)| format!("{line}\n")).collect()
        }));
        for body in forged {
            store.save(FILE, &frame(FILE, &body)).unwrap();
            let error = Ledger::load(&store).unwrap_err();
            assert!(error.to_string().contains("chain is broken"), "{error}");
        }
    }

    #[test]
    fn pruning_leaves_a_chain_that_goes_on() {
        let (store, mut ledger) = ledger_of(190);
        let head = ledger.head().to_owned();
        assert_eq!(ledger.prune(UnixTime(190 * DAY)), 10, "kept for 180 days");
        assert_eq!(ledger.pruned(), 10);
        assert_eq!(ledger.head(), head);
        ledger.save(&store).unwrap();
        let mut read = Ledger::load(&store).unwrap();
        assert_eq!(read.append(u64::MAX / BUCKET_SECONDS, PurposeId::Motion, 2, 16, 1), 191);
        assert_eq!(read.prune(UnixTime(u64::MAX)), 180, "the newest is in the future");
    }

    #[test]
    fn time_does_not_run_backwards() {
        let (_, ledger) = ledger_of(2);
        assert_eq!(ledger.bucket(UnixTime(0)), DAY / BUCKET_SECONDS);
    }
}
