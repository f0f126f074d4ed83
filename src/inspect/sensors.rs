use crate::sensors::{Motion, State};

/// When the window began, in seconds on the clock of the samples.
pub fn window_start(state: &State) -> f64 {
    state.seconds()
}

/// The exact count of steps since the stream began.
pub fn steps(motion: &Motion) -> u32 {
    motion.steps()
}
