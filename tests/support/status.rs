//! A dpkg status file of any length, shaped like a real one: about 900 bytes a package, the fields
//! in dpkg's order, now and then a package that is not installed or comes in two architectures.

use std::fmt::Write;

/// The status file of `packages` stanzas, always the same.
pub(crate) fn status(packages: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    // Marsaglia's xorshift64.
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut text = String::with_capacity(packages * 950);
    for number in 0..packages {
        let twin = if number % 50 == 49 { 1 } else { 0 };
        let name = format!("lib{:05x}-{}", number - twin, random(10) * (1 - twin));
        let state = match random(30) {
            0 => "deinstall ok config-files",
            1 => "install reinstreq half-installed",
            2 => "hold ok installed",
            _ => "install ok installed",
        };
        let (size, minor, revision) = (random(90_000), random(40), random(9));
        writeln!(text, "Package: {name}\nStatus: {state}\nPriority: optional\nSection: libs")
            .unwrap();
        writeln!(
            text,
            "Installed-Size: {size}\nMaintainer: Team {} <team@example.org>",
            random(99)
        )
        .unwrap();
        let architecture = if twin == 1 { "i386" } else { "amd64" };
        writeln!(text, "Architecture: {architecture}\nMulti-Arch: same").unwrap();
        let epoch = if random(3) == 0 { "1:" } else { "" };
        writeln!(text, "Version: {epoch}{}.{minor}-{revision}+b1", random(20)).unwrap();
        text.push_str("Depends: libc6 (>= 2.34)");
        for _ in 0..random(12) {
            write!(text, ", lib{:05x}-1 (>= {}.{})", random(packages), random(9), random(9))
                .unwrap();
        }
        text.push_str("\nConffiles:\n /etc/example.conf d41d8cd98f00b204e9800998ecf8427e\n");
        text.push_str("Description: a package of the generated list\n");
        for _ in 0..random(14) {
            text.push_str(
                " It has a description of some lines; Package: and Version: stand in it.\n",
            );
        }
        text.push_str(" .\n The end.\nHomepage: https://example.org/\n\n");
    }
    text
}
