use std::ops::Range;

use zeroize::Zeroizing;

use super::rules::RuleInfo;
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
    /// What stood in the text, normalised but not minimised.
    matched: Zeroizing<String>,
    /// Where it stood, in bytes of the whole text.
    span: Range<usize>,
    origin: Origin,
}

impl Found {
    pub(super) fn new(
        rule: &RuleInfo,
        origin: Origin,
        matched: &str,
        value: Zeroizing<String>,
        span: Range<usize>,
    ) -> Self {
        let (kind, rule) = (rule.kind, rule.id.clone());
        let matched = Zeroizing::new(matched.to_owned());
        Self { kind, rule, value, matched, span, origin }
    }

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

    /// For the person at the keyboard.
    #[cfg(feature = "inspect")]
    pub(crate) fn matched(&self) -> (&str, Range<usize>) {
        (&self.matched, self.span.clone())
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
