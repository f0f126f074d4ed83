use serde::{Serialize, Serializer};

/// How the device moves, in 16 bits.
///
/// From the highest: 3 bits state, 2 confidence, 1 shake, 4 step bucket, 6 suspicion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MotionRecord {
    motion: MotionState,
    confidence: Confidence,
    shake: bool,
    steps: StepBucket,
    suspicion: Suspicion,
}

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "lowercase")]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_doc])* $variant = $code,)* }

        impl $name {
            /// The name on the command line and in JSON.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            fn from_code(code: u16) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

coded! {
    /// What the device is doing.
    MotionState {
        /// The data does not tell.
        Unknown = 0 "unknown",
        /// At rest.
        Still = 1 "still",
        /// Held or moved about, without steps.
        Handling = 2 "handling",
        /// Carried by someone who walks.
        Walking = 3 "walking",
        /// Carried by someone who runs.
        Running = 4 "running",
        /// In a vehicle.
        Vehicle = 5 "vehicle",
    }
}

coded! {
    /// How sure a state is.
    Confidence {
        /// Near a border of the rules, or short of data.
        Low = 0 "low",
        /// Inside the state, one window.
        Medium = 1 "medium",
        /// Well inside the state.
        High = 2 "high",
    }
}

/// Steps since the last record, as a power of two: 0, 1, 2–3, 4–7, … 8192 and more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepBucket(u8);

impl StepBucket {
    /// The bucket of an exact count.
    pub fn of(steps: u32) -> Self {
        Self((u32::BITS - steps.leading_zeros()).min(14) as u8)
    }

    /// The fewest steps in this bucket.
    pub fn least(self) -> u32 {
        if self.0 == 0 { 0 } else { 1 << (self.0 - 1) }
    }
}

impl Serialize for StepBucket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.least())
    }
}

/// Signs that the stream does not come from a device in someone's hand. Bits only: no sign is a
/// decision to block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suspicion(u8);

impl Suspicion {
    /// All axes of two sensors stand still to the last digit.
    pub const FROZEN: Self = Self(1);
    /// A piece of the recording comes again.
    pub const REPLAY: Self = Self(1 << 1);
    /// The values an emulator reports by default.
    pub const EMULATOR: Self = Self(1 << 2);

    const NAMES: [(Self, &'static str); 3] =
        [(Self::FROZEN, "frozen"), (Self::REPLAY, "replay"), (Self::EMULATOR, "emulator")];

    /// Both signs' bits.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True where all bits of `other` are set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of the bits that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(bit, _)| self.contains(*bit)).map(|(_, name)| name)
    }

    fn from_code(code: u16) -> Option<Self> {
        let all = Self::NAMES.iter().fold(0, |all, (bit, _)| all | u16::from(bit.0));
        (code & !all == 0).then_some(Self(code as u8))
    }
}

impl Serialize for Suspicion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl MotionRecord {
    /// The most bits one record carries.
    pub const MAX_BITS: u32 = 16;
    pub(super) const VARIANT: u8 = 2;

    /// For the gate.
    pub(crate) fn new(
        motion: MotionState,
        confidence: Confidence,
        shake: bool,
        steps: StepBucket,
        suspicion: Suspicion,
    ) -> Self {
        Self { motion, confidence, shake, steps, suspicion }
    }

    /// What the device is doing.
    pub fn motion(&self) -> MotionState {
        self.motion
    }

    /// How sure that is.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// True where the device was shaken.
    pub fn shake(&self) -> bool {
        self.shake
    }

    /// Steps, roughly.
    pub fn steps(&self) -> StepBucket {
        self.steps
    }

    /// Signs that the stream is not real.
    pub fn suspicion(&self) -> Suspicion {
        self.suspicion
    }

    pub(super) fn to_bits(self) -> u16 {
        (self.motion as u16) << 13
            | (self.confidence as u16) << 11
            | u16::from(self.shake) << 10
            | u16::from(self.steps.0) << 6
            | u16::from(self.suspicion.0)
    }

    pub(super) fn from_bits(bits: u16) -> Option<Self> {
        let steps = StepBucket((bits >> 6 & 0xf) as u8);
        (steps <= StepBucket::of(u32::MAX)).then_some(Self {
            motion: MotionState::from_code(bits >> 13)?,
            confidence: Confidence::from_code(bits >> 11 & 3)?,
            shake: bits >> 10 & 1 == 1,
            steps,
            suspicion: Suspicion::from_code(bits & 0x3f)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Confidence, MotionRecord, MotionState, StepBucket, Suspicion};
    use crate::egress::Egress;

    #[test]
    fn encoding_is_stable_and_all_that_decodes_encodes_the_same() {
        let record = MotionRecord::new(
            MotionState::Walking,
            Confidence::High,
            true,
            StepBucket::of(20),
            Suspicion::FROZEN.with(Suspicion::REPLAY),
        );
        let egress = Egress::Motion(record);
        assert_eq!(egress.encode(), [1, 2, 0b0111_0101, 0b0100_0011]);
        let json = r#"{"motion":"walking","confidence":"high","shake":true,"steps":16,"suspicion":["frozen","replay"]}"#;
        assert_eq!(egress.to_json(), json);

        let decoded =
            (0..=u16::MAX).filter_map(|bits| Some((bits, MotionRecord::from_bits(bits)?)));
        assert!(decoded.clone().all(|(bits, record)| record.to_bits() == bits));
        assert_eq!(decoded.count(), 6 * 3 * 2 * 15 * 8);
    }

    #[test]
    fn buckets_are_powers_of_two() {
        let least = |steps| StepBucket::of(steps).least();
        assert_eq!(
            [0, 1, 2, 3, 4, 8191, 8192, u32::MAX].map(least),
            [0, 1, 2, 2, 4, 4096, 8192, 8192]
        );
    }
}
