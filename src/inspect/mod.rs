//! Shows private things to the person at the keyboard. Only the command line turns it on; no
//! client does.

#[cfg(feature = "clipboard")]
mod clipboard;
#[cfg(feature = "face")]
mod face;
#[cfg(feature = "sensors")]
mod sensors;
#[cfg(feature = "software")]
mod software;

#[cfg(feature = "clipboard")]
pub use clipboard::{Share, share};
#[cfg(feature = "face")]
pub use face::{FaceView, faces};
#[cfg(feature = "sensors")]
pub use sensors::{steps, window_start};
#[cfg(feature = "software")]
pub use software::{Installed, Risky, inventory, mine};
