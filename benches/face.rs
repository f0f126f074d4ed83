//! Criterion benches of this path.

fn main() {}
