//! On-device feature processing that keeps what it sees.
//!
//! Raw data goes in and stays in; a few named bits may come out, through one hole, with consent,
//! and into a ledger. Every path reads the same:
//!
//! source → [`Private`] → recogniser → [`Found`] → [`Gate`] → [`Egress`]
//!
//! | path | in | out |
//! |---|---|---|
//! | `clipboard` | a text | the share code or minimal link in it |
//! | `face`, `beauty` | a picture | the retouched picture, to the caller that gave it |
//! | `sensors` | a motion stream | at most 16 bits, at most once in ten minutes |
//! | `software` | the device's package lists | a risk level, for this device only |
#![cfg_attr(
    not(all(
        feature = "clipboard",
        feature = "beauty",
        feature = "sensors",
        feature = "software",
        feature = "inspect",
        feature = "tract",
    )),
    allow(dead_code, reason = "a build of fewer paths uses less of the core")
)]

mod clock;
mod consent;
pub mod declare;
pub mod egress;
mod error;
mod found;
mod gate;
mod home;
mod json;
mod ledger;
mod pack;
mod private;
pub mod purpose;
mod rights;
mod store;

#[cfg(feature = "beauty")]
pub mod beauty;
#[cfg(feature = "clipboard")]
pub mod clipboard;
#[cfg(feature = "face")]
pub mod face;
#[cfg(feature = "inspect")]
pub mod inspect;
#[cfg(feature = "sensors")]
pub mod sensors;
#[cfg(feature = "software")]
pub mod software;

pub use clock::{Clock, SystemClock, UnixTime};
pub use consent::{
    AgeBand, Consent, Decision, Grant, Permit, Policy, PolicyVersion, Record, Significance,
};
pub use egress::Egress;
pub use error::{Error, Refusal, Result};
pub use found::{Device, Found, Network, Reach};
pub use gate::{Gate, Releasable, Released};
pub use home::Home;
pub use ledger::{Entry, Hash, Ledger};
pub use pack::Origin;
pub use private::{Local, Private};
pub use purpose::PurposeId;
pub use rights::Rights;
pub use store::{FileStore, MemoryStore, Store};
