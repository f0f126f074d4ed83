//! How risky is what is installed? A level and a few category bits, for this device only.
//!
//! ```no_run
//! use pinhole::{Permit, software};
//!
//! let pack = software::Pack::embedded();
//! let permit = Permit::for_own_act();
//! let verdict = software::Scan::device().verdict(&pack, &permit)?;
//! if verdict.level() >= software::Level::Medium {
//!     // Warn the user, here, on this device.
//! }
//! # Ok::<(), pinhole::Error>(())
//! ```

mod dpkg;
mod found;
mod recognise;
mod report;
mod root;
mod rules;
mod source;
mod window;

#[cfg(feature = "inspect")]
pub(crate) use self::{recognise::Recogniser, source::Entry};
pub use found::{Categories, Category, Level, Verdict};
pub use report::{Fault, Report, SourceReport};
pub use rules::Pack;
pub use source::{Scan, SourceId};
