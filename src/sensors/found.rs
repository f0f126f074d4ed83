use crate::egress::{Confidence, MotionRecord, MotionState, StepBucket, Suspicion};
use crate::found::{self, Network};
use crate::purpose::Motion;

/// How the device moved over the last windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// What the device was doing.
    pub motion: MotionState,
    /// How sure that is.
    pub confidence: Confidence,
    /// True where it was shaken.
    pub shake: bool,
    /// Steps, roughly.
    pub steps: StepBucket,
    /// Signs that the stream is not real.
    pub suspicion: Suspicion,
}

impl found::sealed::Sealed for Found {}

impl found::Found for Found {
    type Purpose = Motion;
    type Reach = Network;
    const MAX_BITS: u32 = MotionRecord::MAX_BITS;
}
