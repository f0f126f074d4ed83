//! How risky is what is installed on this device? `cargo run --example software`
#![allow(clippy::print_stdout, reason = "an example")]

use pinhole::{Permit, software};

fn main() -> pinhole::Result<()> {
    let pack = software::Pack::embedded();
    // Running this is the user's own act; a host with a record of consent asks that instead.
    let permit = Permit::for_own_act();
    let verdict = software::Scan::device().verdict(&pack, &permit)?;
    println!("{verdict:?}");
    Ok(())
}
