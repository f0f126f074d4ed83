//! What data may be used for: the one table from which consent, the gate and the declarations
//! take their terms.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::UnixTime;
use crate::egress;
use crate::error::{Error, Result};

/// Seconds in a ledger bucket: the finest time anything records about a release.
pub(crate) const BUCKET_SECONDS: u64 = 600;
/// Ledger buckets in a day.
pub(crate) const BUCKETS_PER_DAY: u64 = 86_400 / BUCKET_SECONDS;

/// The name of a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "&str", try_from = "String")]
#[repr(u8)]
#[non_exhaustive]
pub enum PurposeId {
    /// Recognise our share codes, links and activity codes in the clipboard.
    ShareCodes = 1,
    /// Recognise our QR codes in a picture of the album.
    AlbumCodes = 2,
    /// Use motion sensors for security.
    Motion = 3,
    /// Place makeup, filters and stickers by facial features.
    FaceEffects = 4,
    /// Judge the risk that installed software poses.
    SoftwareRisk = 5,
}

/// What is done for a user under 14.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Under14 {
    /// A guardian consents.
    Guardian,
    /// The purpose is not offered.
    Refused,
}

/// How often a purpose may release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The most records …
    pub records: u32,
    /// … in so many consecutive ledger buckets of ten minutes, the present one among them.
    pub buckets: u32,
}

/// The terms of one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terms {
    /// Which purpose.
    pub id: PurposeId,
    /// Its name on the command line and in every declaration.
    pub name: &'static str,
    /// What it is for, as a user would be told.
    pub why: &'static str,
    /// Sensitive personal information (PIPL 28): finding takes a live permit, not only releasing.
    pub sensitive: bool,
    /// Asked for separately; refusing it does not touch the basic functions.
    pub separate_consent: bool,
    /// The rule for users under 14.
    pub under_14: Under14,
    /// Days that ledger entries and superseded consent records are kept.
    pub retention_days: u32,
    /// The most bits one record may carry; 0: nothing can be released.
    pub bits: u32,
    /// The most bits a day.
    pub bits_per_day: u32,
    /// The most records in a time.
    pub rate: Rate,
}

/// Every purpose and its terms, in the order of their ids.
pub const PURPOSES: [Terms; 5] = [
    Terms {
        id: PurposeId::ShareCodes,
        name: "share-codes",
        why: "open what was shared: our share code, link or activity in the clipboard",
        sensitive: false,
        separate_consent: false,
        under_14: Under14::Guardian,
        retention_days: 180,
        bits: egress::Share::MAX_BITS,
        bits_per_day: 100 * egress::Share::MAX_BITS,
        rate: Rate { records: 60, buckets: 2 },
    },
    Terms {
        id: PurposeId::AlbumCodes,
        name: "album-codes",
        why: "open what was shared: our QR code in a picture the user picked",
        sensitive: false,
        separate_consent: true,
        under_14: Under14::Guardian,
        retention_days: 180,
        bits: egress::Share::MAX_BITS,
        bits_per_day: 100 * egress::Share::MAX_BITS,
        rate: Rate { records: 60, buckets: 2 },
    },
    Terms {
        id: PurposeId::Motion,
        name: "motion",
        why: "security: tell a phone in use from an emulator or a replayed recording",
        sensitive: false,
        separate_consent: true,
        under_14: Under14::Refused,
        retention_days: 180,
        bits: egress::MotionRecord::MAX_BITS,
        bits_per_day: 72 * egress::MotionRecord::MAX_BITS,
        // Two buckets: two records are always more than ten minutes apart.
        rate: Rate { records: 1, buckets: 2 },
    },
    Terms {
        id: PurposeId::FaceEffects,
        name: "face-effects",
        why: "place makeup, filters and stickers; never recognition, never sent or stored",
        sensitive: true,
        separate_consent: true,
        under_14: Under14::Guardian,
        retention_days: 180,
        bits: 0,
        bits_per_day: 0,
        rate: Rate { records: 0, buckets: 1 },
    },
    Terms {
        id: PurposeId::SoftwareRisk,
        name: "software-risk",
        why: "warn of risky installed software; processed and kept on the device",
        sensitive: true,
        separate_consent: true,
        under_14: Under14::Guardian,
        retention_days: 180,
        bits: 0,
        bits_per_day: 0,
        rate: Rate { records: 0, buckets: 1 },
    },
];

impl PurposeId {
    /// The terms of this purpose.
    pub const fn terms(self) -> &'static Terms {
        #[allow(clippy::indexing_slicing, reason = "the table is in the order of the ids: tested")]
        &PURPOSES[self.index()]
    }

    /// The place in [`PURPOSES`].
    pub(crate) const fn index(self) -> usize {
        self as usize - 1
    }
}

impl fmt::Display for PurposeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.terms().name)
    }
}

impl FromStr for PurposeId {
    type Err = Error;

    /// # Errors
    ///
    /// Where no purpose has that name.
    fn from_str(name: &str) -> Result<Self> {
        PURPOSES
            .iter()
            .find(|terms| terms.name == name)
            .map(|terms| terms.id)
            .ok_or_else(|| Error::input("purpose", "no purpose has this name"))
    }
}

impl From<PurposeId> for &str {
    fn from(id: PurposeId) -> Self {
        id.terms().name
    }
}

impl TryFrom<String> for PurposeId {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        name.parse()
    }
}

impl Terms {
    /// True where a record made at `then` has outlived its use at `now`.
    pub(crate) fn outlived(&self, then: UnixTime, now: UnixTime) -> bool {
        now.0.saturating_sub(then.0) > u64::from(self.retention_days) * 86_400
    }
}

/// A purpose as a type, so that a permit for one does not serve another.
pub trait Purpose: crate::found::sealed::Sealed {
    /// Its name.
    const ID: PurposeId;
}

/// A purpose whose results stay on the device: a user's own act may grant it for once.
pub trait OnDevice: Purpose {}

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident $(: $on_device:ident)?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}
        impl crate::found::sealed::Sealed for $name {}
        impl Purpose for $name {
            const ID: PurposeId = PurposeId::$name;
        }
        $(impl $on_device for $name {})?
    )*};
}

purposes! {
    /// [`PurposeId::ShareCodes`] as a type.
    ShareCodes;
    /// [`PurposeId::AlbumCodes`] as a type.
    AlbumCodes;
    /// [`PurposeId::Motion`] as a type.
    Motion;
    /// [`PurposeId::FaceEffects`] as a type.
    FaceEffects: OnDevice;
    /// [`PurposeId::SoftwareRisk`] as a type.
    SoftwareRisk: OnDevice;
}

#[cfg(test)]
mod tests {
    use super::PURPOSES;

    #[test]
    fn the_table_is_in_the_order_of_the_ids() {
        for (index, terms) in PURPOSES.iter().enumerate() {
            assert_eq!(terms.id.index(), index);
            assert_eq!(terms.name.parse(), Ok(terms.id));
        }
    }

    #[test]
    fn all_purposes_keep_equally_long_for_the_ledger_is_pruned_from_its_end() {
        assert!(PURPOSES.iter().all(|terms| terms.retention_days == PURPOSES[0].retention_days));
    }

    #[test]
    fn a_day_holds_what_the_rate_allows_no_more() {
        for terms in PURPOSES {
            assert!(terms.bits <= terms.bits_per_day);
            assert_eq!(terms.bits == 0, terms.rate.records == 0);
        }
    }
}
