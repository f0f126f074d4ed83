use zeroize::Zeroizing;

use crate::egress::{Share, ShareKind};
use crate::found::{self, Network};
use crate::pack::Origin;
use crate::purpose::ShareCodes;

/// A share that a rule recognised. The host learns its kind and rule; the value leaves through
/// the gate only.
pub struct Found {
    kind: ShareKind,
    rule: String,
    /// The token, the code or the minimal link, at most [`Share::MAX_VALUE`] bytes.
    value: Zeroizing<String>,
    origin: Origin,
}

impl Found {
    /// What kind of thing was shared.
    pub fn kind(&self) -> ShareKind {
        self.kind
    }

    /// The rule that recognised it, as `pack.rule`.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// For the gate, and for the person at the keyboard.
    pub(crate) fn value(&self) -> &str {
        &self.value
    }
}

impl found::sealed::Sealed for Found {}

impl found::Found for Found {
    type Purpose = ShareCodes;
    type Reach = Network;
    const MAX_BITS: u32 = Share::MAX_BITS;

    fn origin(&self) -> Origin {
        self.origin
    }
}
