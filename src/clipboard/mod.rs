//! Is this ours? Share tokens, links, schemes and activity codes in a clipboard text.
//!
//! [`Text`] is sealed, [`Rules`] recognise, [`Found`] is what the gate may release:
//!
//! ```
//! use pinhole::clipboard::{Rules, Text};
//! use pinhole::purpose::ShareCodes;
//! use pinhole::{Grant, Home, MemoryStore, PurposeId, SystemClock};
//!
//! let home = Home::open(MemoryStore::default(), SystemClock);
//! home.consent().grant(PurposeId::ShareCodes, Grant::default())?;
//!
//! let rules = Rules::taobao();
//! let text = Text::seal("看看这个 https://m.tb.cn/h.abc123?tk=dAEYbi4KO4D&from=chat，不错");
//! if let Some(share) = rules.recognise(&text) {
//!     let permit = home.consent().permit::<ShareCodes>()?;
//!     let bytes = home.gate().release(share, &permit)?.encode();
//!     assert!(bytes.ends_with(b"https://m.tb.cn/h.abc123?tk=dAEYbi4KO4D"));
//! }
//! # Ok::<(), pinhole::Error>(())
//! ```
//!
//! A match is no reason to act by itself: pages write codes into the clipboard to steal a
//! commission. Ask the person first.

mod address;
mod classes;
mod code;
mod fields;
mod found;
mod hosts;
mod near;
mod normalise;
mod pack;
mod path;
mod pattern;
mod recognise;
mod rules;
mod source;
mod suffix;
mod token;

pub use found::Found;
pub use rules::{PackInfo, RuleInfo, Rules};
pub use source::Text;
