use zeroize::Zeroizing;

use crate::consent::Permit;
use crate::error::Result;
use crate::private::Private;
use crate::purpose::SoftwareRisk;

use super::rules::{LONGEST_ID, Pack, Risk};
use super::source::{Entry, Kind};

/// Matches entries with a pack, one at a time, and keeps none.
pub(crate) struct Recogniser<'pack> {
    pack: &'pack Pack,
}

impl<'pack> Recogniser<'pack> {
    /// A recogniser for one scan.
    ///
    /// # Errors
    ///
    /// Where the permit does not serve.
    pub(crate) fn new(pack: &'pack Pack, permit: &Permit<SoftwareRisk>) -> Result<Self> {
        permit.exercise()?;
        Ok(Self { pack })
    }

    /// The risk that `entry` poses.
    pub(crate) fn recognise(&self, entry: &Private<Entry<'_>>) -> Option<&'pack Risk> {
        // Looks inside to match the identifier with the rules'; the answer does not hold it.
        let Entry { kind, identifier, .. } = entry.look_inside();
        match kind {
            Kind::Dpkg => self.recognise_folded(*kind, identifier),
        }
    }

    /// Where letter case does not tell identifiers apart: dpkg takes package names in lower case.
    fn recognise_folded(&self, kind: Kind, identifier: &[u8]) -> Option<&'pack Risk> {
        if !identifier.iter().any(u8::is_ascii_uppercase) {
            return self.pack.risk(kind, identifier);
        }
        // No rule is longer, so what does not fit does not match.
        let mut folded = Zeroizing::new([0; LONGEST_ID]);
        let folded = folded.get_mut(..identifier.len())?;
        folded.copy_from_slice(identifier);
        folded.make_ascii_lowercase();
        self.pack.risk(kind, folded)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Category;
    use super::{Entry, Kind, Pack, Permit, Private, Recogniser};

    #[test]
    fn names_match_whole_and_in_any_case() {
        let pack = Pack::embedded();
        let recogniser = Recogniser::new(&pack, &Permit::for_own_act()).unwrap();
        let category = |name: &str| {
            let entry = Entry { kind: Kind::Dpkg, identifier: name.as_bytes(), version: b"1" };
            recogniser.recognise(&Private::seal(entry)).map(|risk| risk.category)
        };
        for name in ["anydesk", "AnyDesk", "ANYDESK"] {
            assert_eq!(category(name), Some(Category::RemoteControl));
        }
        let long = "A".repeat(10_000);
        for name in ["", "anydes", "anydesk-", "xanydesk", "anydesk\0", &long] {
            assert_eq!(category(name), None, "{name}");
        }
    }
}
