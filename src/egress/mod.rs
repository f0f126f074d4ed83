//! Everything that can leave, exhaustively.
//!
//! [`Egress`] is the one public enum of this crate that is not `non_exhaustive`: a new way out
//! breaks every caller's match, and the golden page `EGRESS.md`. Only the gate makes one from
//! something found; [`Egress::decode`] reads back what a gate let out.

mod motion;
mod share;

pub use motion::{Confidence, MotionRecord, MotionState, StepBucket, Suspicion};
pub use share::{Share, ShareKind};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::json;
use crate::purpose::PurposeId;

/// What can leave the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Egress {
    /// A share code, a minimal link or an activity code out of the clipboard.
    Share(Share),
    /// Sixteen bits about how the device moves.
    Motion(MotionRecord),
}

/// The encoding's version, its first byte.
const ENCODING: u8 = 1;
const HEADER: usize = 2;

impl Egress {
    /// The most bytes [`Egress::encode`] returns.
    pub const MAX_BYTES: usize = HEADER + Share::MAX_BYTES;

    /// Version, variant, then the variant's payload. Stable: what one release of this crate
    /// encodes, every later one decodes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::MAX_BYTES);
        out.extend([ENCODING, self.variant()]);
        match self {
            Self::Share(share) => share.encode_to(&mut out),
            Self::Motion(motion) => out.extend(motion.to_bits().to_be_bytes()),
        }
        out
    }

    /// Reads what [`Egress::encode`] wrote, strictly: one value has one encoding.
    ///
    /// # Errors
    ///
    /// Where the bytes are anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let malformed = || Error::input("egress record", "not an encoded egress");
        let decoded = match bytes {
            [ENCODING, Share::VARIANT, payload @ ..] => Share::decode(payload).map(Self::Share),
            [ENCODING, MotionRecord::VARIANT, high, low] => {
                MotionRecord::from_bits(u16::from_be_bytes([*high, *low])).map(Self::Motion)
            }
            _ => None,
        };
        decoded.ok_or_else(malformed)
    }

    /// One JSON object on one line.
    pub fn to_json(&self) -> String {
        json::line(self)
    }

    /// The bits of information that leave with it: those of the payload, at their most.
    pub fn bits(&self) -> u32 {
        match self {
            Self::Share(share) => share.bits(),
            Self::Motion(_) => MotionRecord::MAX_BITS,
        }
    }

    /// For which purpose it leaves.
    pub fn purpose(&self) -> PurposeId {
        match self {
            Self::Share(_) => PurposeId::ShareCodes,
            Self::Motion(_) => PurposeId::Motion,
        }
    }

    /// The code of the variant, as encoded and as the ledger names it.
    pub fn variant(&self) -> u8 {
        match self {
            Self::Share(_) => Share::VARIANT,
            Self::Motion(_) => MotionRecord::VARIANT,
        }
    }
}
