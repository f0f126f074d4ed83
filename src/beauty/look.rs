use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, Place, Result};

/// A look: effects and how strong each is.
///
/// ```
/// use pinhole::beauty::Look;
///
/// let mut look = Look::named("natural")?;
/// look.set("smooth", "0.8")?;
/// assert!(look.effects().any(|(effect, strength)| effect == "smooth" && strength == 0.8));
/// # Ok::<(), pinhole::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    name: &'static str,
    summary: String,
    pub(super) strengths: Strengths,
}

/// One field an effect; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Strengths {
    pub(super) smooth: f32,
}

/// An effect as look files and `--set` name it.
struct Effect {
    name: &'static str,
    range: Range,
    strength: fn(&mut Strengths) -> &mut f32,
}

struct Range {
    least: f32,
    most: f32,
    outside: &'static str,
}

const UNIT: Range = Range { least: 0.0, most: 1.0, outside: "not a number from 0 to 1" };

const EFFECTS: [Effect; 1] =
    [Effect { name: "smooth", range: UNIT, strength: |strengths| &mut strengths.smooth }];

/// The shipped looks and their files.
const LOOKS: [(&str, &str); 2] =
    [("none", include_str!("looks/none.toml")), ("natural", include_str!("looks/natural.toml"))];

/// A look file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LookFile {
    summary: String,
    effects: BTreeMap<String, f32>,
}

impl Look {
    /// The names of the shipped looks.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LOOKS.iter().map(|&(name, _)| name)
    }

    /// The shipped look `name`.
    ///
    /// # Errors
    ///
    /// Where there is none of this name; the error tells the nearest one.
    pub fn named(name: &str) -> Result<Self> {
        let known = LOOKS.iter().find(|(known, _)| *known == name);
        let (name, file) = known.ok_or_else(|| unknown("look", name, Self::names()))?;
        Self::parse(name, file)
    }

    fn parse(name: &'static str, file: &str) -> Result<Self> {
        let file: LookFile = toml::from_str(file).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start) as u64;
            Error::input_at("look file", "not a summary and effects", Place::Byte(at + 1))
        })?;
        let mut look = Self { name, summary: file.summary, strengths: Strengths::default() };
        for (effect, strength) in &file.effects {
            look.set_strength(effect, Some(*strength))?;
        }
        Ok(look)
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it does, in a few words.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The effects at work and their strengths.
    pub fn effects(&self) -> impl Iterator<Item = (&'static str, f32)> {
        let mut strengths = self.strengths;
        EFFECTS
            .iter()
            .map(move |effect| (effect.name, *(effect.strength)(&mut strengths)))
            .filter(|&(_, strength)| strength != 0.0)
    }

    /// Sets the strength of one effect, given as text: `smooth`, 0 to 1.
    ///
    /// # Errors
    ///
    /// Where there is no such effect: the error tells the nearest one; where the value is not a
    /// number in the effect's range: the error tells the range. The look is then unchanged.
    pub fn set(&mut self, effect: &str, value: &str) -> Result<()> {
        self.set_strength(effect, value.trim().parse().ok())
    }

    fn set_strength(&mut self, effect: &str, strength: Option<f32>) -> Result<()> {
        let Some(effect) = EFFECTS.iter().find(|known| known.name == effect) else {
            return Err(unknown("effect", effect, EFFECTS.iter().map(|effect| effect.name)));
        };
        let Range { least, most, outside } = effect.range;
        let inside = strength.filter(|strength| (least..=most).contains(strength));
        let strength = inside.ok_or_else(|| Error::input(effect.name, outside))?;
        // Adding 0 makes −0 a plain 0.
        *(effect.strength)(&mut self.strengths) = strength + 0.0;
        Ok(())
    }
}

/// The error for a name that is not known, with the nearest that is.
fn unknown(what: &'static str, name: &str, known: impl Iterator<Item = &'static str>) -> Error {
    // More than this is no slip of the fingers, and would cost time.
    let name: String = name.chars().take(64).collect();
    let nearest = known.min_by_key(|known| edits(known, &name)).unwrap_or_default();
    Error::unknown(what, nearest)
}

/// The Levenshtein distance: insertions, deletions and substitutions from `a` to `b`.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut cells = row.iter_mut();
        if let Some(first) = cells.next() {
            *first = left;
        }
        for (cell, to) in cells.zip(b.chars()) {
            left = (diagonal + usize::from(from != to)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, left);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{LOOKS, Look, edits};

    #[test]
    fn every_shipped_look_parses() {
        for (name, _) in LOOKS {
            let look = Look::named(name).unwrap();
            assert_eq!(look.name(), name);
            assert!(!look.summary().is_empty());
        }
        assert_eq!(Look::named("none").unwrap().effects().count(), 0);
        assert!(Look::named("natural").unwrap().effects().count() > 0);
    }

    #[test]
    fn a_wrong_name_brings_the_nearest() {
        let message = |error: crate::Error| error.to_string();
        assert_eq!(
            message(Look::named("secretural").unwrap_err()),
            "look: unknown; the nearest known is natural"
        );
        let mut look = Look::named("none").unwrap();
        assert_eq!(
            message(look.set("smoth", "1").unwrap_err()),
            "effect: unknown; the nearest known is smooth"
        );
    }

    #[test]
    fn values_outside_bring_the_range_and_change_nothing() {
        let mut look = Look::named("natural").unwrap();
        let before = look.clone();
        for value in ["-0.1", "1.1", "NaN", "inf", "1e99", "s3cret", "", "0,5"] {
            let message = look.set("smooth", value).unwrap_err().to_string();
            assert_eq!(message, "smooth: not a number from 0 to 1");
            assert_eq!(look, before);
        }
        for value in ["0", "1", "-0", " 0.25 "] {
            look.set("smooth", value).unwrap();
        }
        assert_eq!(look.effects().collect::<Vec<_>>(), [("smooth", 0.25)]);
    }

    #[test]
    fn look_files_hold_known_things_only() {
        let parse = |file| Look::parse("test", file).map(|look| look.effects().count());
        assert_eq!(parse("summary = ''\n[effects]\nsmooth = 1"), Ok(1));
        for wrong in [
            "",
            "[effects]",
            "summary = ''\nother = 1\n[effects]",
            "summary = ''\n[effects]\nsmoth = 1",
            "summary = ''\n[effects]\nsmooth = 2",
            "summary = ''\n[effects]\nsmooth = 's3cret'",
        ] {
            let message = parse(wrong).unwrap_err().to_string();
            assert!(!message.contains("s3cret"), "{message}");
        }
    }

    #[test]
    fn edits_are_counted() {
        for (a, b, distance) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("smooth", "smooth", 0),
            ("smooth", "smoth", 1),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
        ] {
            assert_eq!(edits(a, b), distance, "{a} {b}");
        }
    }
}
