use std::fmt;

use serde::Deserialize;

use crate::found::{self, Device};
use crate::purpose::SoftwareRisk;

/// How risky the installed software is: a level and the categories it falls into, for the host's
/// own decision on this device.
///
/// It holds no names, no ids and no counts, it is not serialisable, and the gate does not take
/// it. [`Level::None`] says that no rule matched, not that nothing risky is installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    level: Level,
    categories: Categories,
}

impl Verdict {
    /// The highest level among the categories found.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The categories found.
    pub fn categories(&self) -> Categories {
        self.categories
    }

    pub(super) fn add(&mut self, category: Category, severity: Level) {
        self.categories.0 |= category.bit();
        self.level = self.level.max(severity);
    }
}

impl found::sealed::Sealed for Verdict {}

impl found::Found for Verdict {
    type Purpose = SoftwareRisk;
    type Reach = Device;
    /// Nothing is carried out.
    const MAX_BITS: u32 = 0;
}

/// A level of risk, in rising order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Level {
    /// No rule matched.
    #[default]
    None,
    /// Tools of experts, harmful in a stranger's hands.
    Low,
    /// Lets somebody else see or steer this device, if it is turned on.
    Medium,
    /// Made to harm or to spy in secret.
    High,
}

impl Level {
    /// As the command line prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A category of risky software, each with its bit. The list is fixed: a pack can fill a
/// category, not add one, and a bit that the pack has no rules for is never set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
#[non_exhaustive]
pub enum Category {
    /// Lets another machine see or steer this one.
    RemoteControl = 0,
    /// Spies on a partner or relative, and hides.
    Stalkerware = 1,
    /// Watches employees or children, in the open.
    Watchware = 2,
    /// Gives or hides administrator rights.
    Rooting = 3,
    /// Changes what other programs do while they run.
    Hooking = 4,
    /// Pretends to be another device.
    Emulator = 5,
    /// Types and taps for the user.
    Automation = 6,
    /// Draws over other programs.
    Overlay = 7,
    /// Reads or changes traffic on its way.
    ProxyInterception = 8,
    /// Known to be malicious.
    KnownMalware = 9,
    /// Imitates a protected program, and came from elsewhere.
    SideloadedLookalike = 10,
}

impl Category {
    /// Every category, in the order of the bits.
    pub const ALL: [Self; 11] = [
        Self::RemoteControl,
        Self::Stalkerware,
        Self::Watchware,
        Self::Rooting,
        Self::Hooking,
        Self::Emulator,
        Self::Automation,
        Self::Overlay,
        Self::ProxyInterception,
        Self::KnownMalware,
        Self::SideloadedLookalike,
    ];

    /// As packs and the command line call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RemoteControl => "remote-control",
            Self::Stalkerware => "stalkerware",
            Self::Watchware => "watchware",
            Self::Rooting => "rooting",
            Self::Hooking => "hooking",
            Self::Emulator => "emulator",
            Self::Automation => "automation",
            Self::Overlay => "overlay",
            Self::ProxyInterception => "proxy-interception",
            Self::KnownMalware => "known-malware",
            Self::SideloadedLookalike => "sideloaded-lookalike",
        }
    }

    fn bit(self) -> u16 {
        1 << self as u8
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A set of categories.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Categories(u16);

impl Categories {
    /// True where `category` is among them.
    pub fn contains(self, category: Category) -> bool {
        self.0 & category.bit() != 0
    }

    /// True where there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order of [`Category::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.into_iter().filter(move |category| self.contains(*category))
    }
}

impl fmt::Debug for Categories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Category, Level, Verdict};

    #[test]
    fn a_verdict_takes_the_highest_level_and_every_category_in_any_order() {
        let adds = [
            (Category::ProxyInterception, Level::Low),
            (Category::RemoteControl, Level::Medium),
            (Category::ProxyInterception, Level::Low),
        ];
        let verdict_of = |order: [usize; 3]| {
            let mut verdict = Verdict::default();
            for (category, severity) in order.map(|at| adds[at]) {
                verdict.add(category, severity);
            }
            verdict
        };
        let verdict = verdict_of([0, 1, 2]);
        assert_eq!(verdict, verdict_of([2, 1, 0]));
        assert_eq!(verdict.level(), Level::Medium);
        let categories: Vec<_> = verdict.categories().iter().collect();
        assert_eq!(categories, [Category::RemoteControl, Category::ProxyInterception]);
    }

    #[test]
    fn the_bits_are_in_the_order_of_the_list() {
        for (place, category) in Category::ALL.into_iter().enumerate() {
            assert_eq!(category.bit(), 1 << place);
        }
    }
}
