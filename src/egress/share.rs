use serde::Serialize;

/// A recognised share: which rule, and the least text that opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    kind: ShareKind,
    rule: String,
    value: String,
}

/// What kind of thing was shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
#[non_exhaustive]
pub enum ShareKind {
    /// A share token between delimiters.
    Token = 1,
    /// A link to a listed host, reduced to what opens it.
    Link = 2,
    /// A link of an app's own scheme.
    Scheme = 3,
    /// A code behind a keyword.
    Code = 4,
}

impl ShareKind {
    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Link => "link",
            Self::Scheme => "scheme",
            Self::Code => "code",
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        [Self::Token, Self::Link, Self::Scheme, Self::Code].into_iter().find(|k| *k as u8 == code)
    }
}

impl Share {
    /// The longest rule id, in bytes.
    pub const MAX_RULE: usize = 32;
    /// The longest value, in bytes: anything longer is no match.
    pub const MAX_VALUE: usize = 256;
    /// The most bits one share carries.
    pub const MAX_BITS: u32 = 8 * (1 + Self::MAX_RULE + Self::MAX_VALUE) as u32;
    pub(super) const MAX_BYTES: usize = 1 + 1 + Self::MAX_RULE + 2 + Self::MAX_VALUE;
    pub(super) const VARIANT: u8 = 1;

    /// For the gate. `None` where a part is empty or over its limit.
    pub(crate) fn new(kind: ShareKind, rule: &str, value: &str) -> Option<Self> {
        let fits = |text: &str, most| !text.is_empty() && text.len() <= most;
        (fits(rule, Self::MAX_RULE) && fits(value, Self::MAX_VALUE)).then(|| Self {
            kind,
            rule: rule.to_owned(),
            value: value.to_owned(),
        })
    }

    /// What kind of thing was shared.
    pub fn kind(&self) -> ShareKind {
        self.kind
    }

    /// The rule that recognised it, as `pack.rule`.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The token, the code or the minimal link.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Eight for the kind and for each byte of rule and value.
    pub(crate) fn bits_of(rule: &str, value: &str) -> u32 {
        8 * (1 + rule.len() + value.len()) as u32
    }

    pub(super) fn bits(&self) -> u32 {
        Self::bits_of(&self.rule, &self.value)
    }

    /// Kind, length and bytes of the rule, length (two bytes, big-endian) and bytes of the value.
    pub(super) fn encode_to(&self, out: &mut Vec<u8>) {
        out.push(self.kind as u8);
        out.push(self.rule.len() as u8);
        out.extend(self.rule.bytes());
        out.extend((self.value.len() as u16).to_be_bytes());
        out.extend(self.value.bytes());
    }

    pub(super) fn decode(payload: &[u8]) -> Option<Self> {
        let (&kind, rest) = payload.split_first()?;
        let (&rule_length, rest) = rest.split_first()?;
        let (rule, rest) = rest.split_at_checked(usize::from(rule_length))?;
        let (value_length, value) = rest.split_first_chunk()?;
        (value.len() == usize::from(u16::from_be_bytes(*value_length))).then_some(())?;
        Self::new(
            ShareKind::from_code(kind)?,
            str::from_utf8(rule).ok()?,
            str::from_utf8(value).ok()?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Share, ShareKind};
    use crate::egress::Egress;

    #[test]
    fn encoding_is_stable() {
        let share = Share::new(ShareKind::Token, "taobao.token", "dAEYbi4KO4D").unwrap();
        let golden = b"\x01\x01\x01\x0ctaobao.token\x00\x0bdAEYbi4KO4D";
        let egress = Egress::Share(share);
        assert_eq!(egress.encode(), golden);
        assert_eq!(Egress::decode(golden), Ok(egress.clone()));
        assert_eq!(egress.bits(), 8 * (1 + 12 + 11));
        let json = r#"{"kind":"token","rule":"taobao.token","value":"dAEYbi4KO4D"}"#;
        assert_eq!(egress.to_json(), json);
    }

    #[test]
    fn limits_hold() {
        let longest = "v".repeat(Share::MAX_VALUE);
        let share = Share::new(ShareKind::Link, &"r".repeat(Share::MAX_RULE), &longest).unwrap();
        assert_eq!(share.bits(), Share::MAX_BITS);
        let egress = Egress::Share(share);
        assert_eq!(egress.encode().len(), Egress::MAX_BYTES);
        assert_eq!(Egress::decode(&egress.encode()), Ok(egress));
        assert_eq!(Share::new(ShareKind::Link, "r", &(longest + "v")), None);
        assert_eq!(Share::new(ShareKind::Link, "r", ""), None);
    }

    #[test]
    fn a_torn_or_lengthened_record_is_refused() {
        let share = Share::new(ShareKind::Code, "taobao.code", "AB12").unwrap();
        let bytes = Egress::Share(share).encode();
        for cut in 0..bytes.len() {
            assert!(Egress::decode(&bytes[..cut]).is_err());
        }
        assert!(Egress::decode(&[&bytes[..], b"x"].concat()).is_err());
    }
}
