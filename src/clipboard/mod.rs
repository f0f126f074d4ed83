//! Is this ours? Share tokens, links, schemes and activity codes in a clipboard text.

mod found;

pub use found::Found;
