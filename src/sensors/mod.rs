//! Sixteen bits about how the device moves.

mod found;

pub use found::Found;
