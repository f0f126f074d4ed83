use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::error::{Error, Place, Result};

use super::found::{Category, Level};
use super::source::Kind;

/// The fewest rules of a kind behind a category's bit.
const FEWEST: usize = 20;
/// The most bytes of a rule's identifier.
pub(super) const LONGEST_ID: usize = 128;

/// Rules that tell which installed software poses which risk.
///
/// A pack comes with the library; there is no way to hand one in, for whoever writes the rules
/// could ask for one app at a time. For the same reason no pack is taken unless
///
/// - each category has at least 20 rules of each kind of identifier that it has rules of,
/// - one severity serves the whole category, so that the level tells no more than the bit,
/// - no identifier stands in it twice, as two bits at once would name what is in both.
pub struct Pack {
    risks: Vec<Risk>,
    /// The exact identifiers of each kind, and the place of the risk in `risks`.
    tables: BTreeMap<Kind, HashMap<Box<[u8]>, usize>>,
}

/// What the rules of one category share: how bad it is, and what to tell the person warned.
pub(crate) struct Risk {
    pub(crate) category: Category,
    pub(crate) severity: Level,
    pub(crate) why: String,
    pub(crate) advice: String,
}

/// A pack as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manuscript {
    name: String,
    #[serde(rename = "category")]
    sections: Vec<Section>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    id: Category,
    severity: Level,
    why: String,
    advice: String,
    rules: BTreeMap<Kind, Vec<String>>,
}

impl Pack {
    /// The pack of this library, from `rules/software/default.toml`: remote control and
    /// interception of traffic, by Debian package names.
    pub fn embedded() -> Self {
        let text = include_str!("../../rules/software/default.toml");
        #[allow(clippy::expect_used, reason = "compiled in, and read by the tests")]
        Self::parse(text).expect("the embedded pack is whole")
    }

    /// The risk that a rule for exactly this identifier sees.
    pub(super) fn risk(&self, kind: Kind, identifier: &[u8]) -> Option<&Risk> {
        let place = self.tables.get(&kind)?.get(identifier)?;
        self.risks.get(*place)
    }

    fn parse(text: &str) -> Result<Self> {
        let Manuscript { name, sections } = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() as u64 + 1;
            Error::input_at("software pack", "unknown, missing or wrong field", Place::Line(line))
        })?;
        let mut pack = Self { risks: Vec::new(), tables: BTreeMap::new() };
        for section in sections {
            pack.add(&name, section)?;
        }
        Ok(pack)
    }

    fn add(&mut self, pack: &str, section: Section) -> Result<()> {
        let Section { id: category, severity, why, advice, rules } = section;
        let refused = |field, reason| Err(Error::rule(pack, category.name(), field, reason));
        if self.risks.iter().any(|risk| risk.category == category) {
            return refused("id", "is there twice");
        }
        if severity == Level::None {
            return refused("severity", "must be low, medium or high");
        }
        for (field, text) in [("why", &why), ("advice", &advice)] {
            if text.is_empty() {
                return refused(field, "is empty");
            }
        }
        if rules.is_empty() || rules.values().any(|ids| ids.len() < FEWEST) {
            return refused("rules", "fewer than 20 of a kind: the category would name an app");
        }
        for (kind, ids) in rules {
            let table = self.tables.entry(kind).or_default();
            for id in ids {
                if !kind.is_identifier(&id) {
                    return Err(Error::rule(pack, &id, "rules", "no identifier of this kind"));
                }
                if table.insert(id.as_bytes().into(), self.risks.len()).is_some() {
                    return Err(Error::rule(pack, &id, "rules", "is there twice"));
                }
            }
        }
        self.risks.push(Risk { category, severity, why, advice });
        Ok(())
    }
}

impl Kind {
    /// True where `id` is written as identifiers of this kind are, once normalised.
    fn is_identifier(self, id: &str) -> bool {
        match self {
            // Debian Policy 5.6.7.
            Self::Dpkg => {
                let inner = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.');
                (2..=LONGEST_ID).contains(&id.len())
                    && id.starts_with(|c: char| c.is_ascii_alphanumeric())
                    && id.bytes().all(inner)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FEWEST, Kind, Pack};

    fn category(id: &str, names: impl IntoIterator<Item = String>) -> String {
        let names: Vec<_> = names.into_iter().collect();
        format!(
            "[[category]]\nid = \"{id}\"\nseverity = \"low\"\nwhy = \"w\"\nadvice = \"a\"\n\
             rules.dpkg = {names:?}\n"
        )
    }

    fn names(prefix: &str, count: usize) -> impl Iterator<Item = String> {
        (0..count).map(move |n| format!("{prefix}{n}"))
    }

    fn error(text: &str) -> String {
        Pack::parse(&format!("name = \"test\"\n{text}")).err().unwrap().to_string()
    }

    #[test]
    fn the_embedded_pack_is_whole() {
        let pack = Pack::embedded();
        assert_eq!(pack.risks.len(), 2);
        assert!(pack.risk(Kind::Dpkg, b"x11vnc").is_some());
    }

    #[test]
    fn a_pack_that_would_name_an_app_is_refused() {
        let enough = category("rooting", names("a", FEWEST));
        assert!(Pack::parse(&format!("name = \"test\"\n{enough}")).is_ok());

        let few = "pack test, rule hooking, rules: fewer than 20 of a kind: \
                   the category would name an app";
        for count in [0, 1, FEWEST - 1] {
            assert_eq!(error(&(enough.clone() + &category("hooking", names("b", count)))), few);
        }
        let none = category("hooking", []).replace("rules.dpkg = []", "rules = {}");
        assert_eq!(error(&none), few);
        // The same name again and again is one rule.
        let same = std::iter::repeat_n("one".to_owned(), FEWEST);
        assert_eq!(error(&category("hooking", same)), "pack test, rule one, rules: is there twice");
        // One name in two categories would set a pair of bits of its own.
        let both = names("b", FEWEST).chain(["a7".to_owned()]);
        let both = enough.clone() + &category("hooking", both);
        assert_eq!(error(&both), "pack test, rule a7, rules: is there twice");
        // A category in two parts could have a severity of its own for one name.
        let parts = enough + &category("rooting", names("b", FEWEST));
        assert_eq!(error(&parts), "pack test, rule rooting, id: is there twice");
    }

    #[test]
    fn a_wrong_field_is_named() {
        let pack = category("rooting", names("a", FEWEST));
        for (right, wrong, message) in [
            (
                "\"low\"",
                "\"none\"",
                "pack test, rule rooting, severity: must be low, medium or high",
            ),
            ("why = \"w\"", "why = \"\"", "pack test, rule rooting, why: is empty"),
            ("\"a7\"", "\"A7\"", "pack test, rule A7, rules: no identifier of this kind"),
            ("\"a7\"", "\"-a7\"", "pack test, rule -a7, rules: no identifier of this kind"),
            (
                "id = \"rooting\"",
                "id = \"other\"",
                "software pack, line 3: unknown, missing or wrong field",
            ),
            (
                "advice",
                "extra = 1\nadvice",
                "software pack, line 6: unknown, missing or wrong field",
            ),
            ("rules.dpkg", "rules.rpm", "software pack, line 7: unknown, missing or wrong field"),
            ("severity = \"low\"\n", "", "software pack, line 2: unknown, missing or wrong field"),
        ] {
            assert_eq!(error(&pack.replace(right, wrong)), message);
        }
    }
}
