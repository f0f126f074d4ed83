//! `pinhole beautify`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "tests")]

mod common;

use std::fs;
use std::path::Path;

use common::{data, pinhole};
use image::{Rgb, RgbImage};
use tempfile::TempDir;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn picture(path: impl AsRef<Path>) -> RgbImage {
    image::open(path).unwrap().into_rgb8()
}

fn files(folder: &TempDir) -> usize {
    fs::read_dir(folder.path()).unwrap().count()
}

#[test]
fn json_is_as_the_contract_says() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.png");
    let photo = data("astronaut.png");
    let run = pinhole(&["beautify", &photo, "-o", text(&out), "--json", "--set", "smooth=0.8"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let answer = run.json();
    assert_eq!((&answer["faces"], &answer["look"]), (&1.into(), &"natural".into()));
    assert_eq!(answer["effects"], serde_json::json!({"smooth": 0.8}));
    for step in ["detect", "landmark", "render"] {
        assert!(answer["ms"][step].as_f64().unwrap() > 0.0);
    }
    let order = ["faces", "look", "effects", "ms"].map(|key| run.out.find(key).unwrap());
    assert!(order.is_sorted());
}

#[test]
fn only_the_face_changes() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.png");
    let photo = data("astronaut.png");
    let run = pinhole(&["beautify", &photo, "-o", text(&out), "--set", "smooth=1"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.starts_with("1 face, look natural: smooth 1\n"), "{}", run.out);
    assert!(run.out.ends_with("Nothing left this device.\n"), "{}", run.out);

    let (before, after) = (picture(&photo), picture(&out));
    let mut changed = 0;
    for (x, y, pixel) in before.enumerate_pixels() {
        // MediaPipe's box of the face is 177, 82, 95 × 95; the forehead lies above it.
        let near = (160..290).contains(&x) && (50..200).contains(&y);
        let same = after.get_pixel(x, y) == pixel;
        assert!(near || same, "{x}, {y}");
        changed += usize::from(!same);
    }
    assert!(changed > 1000, "{changed}");
}

#[test]
fn without_a_face_or_an_effect_every_pixel_stays() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.webp");
    let gray = folder.path().join("gray.png");
    RgbImage::from_fn(60, 40, |x, y| Rgb([x as u8, y as u8, 90])).save(&gray).unwrap();
    let dot = folder.path().join("dot.png");
    RgbImage::from_pixel(1, 1, Rgb([200, 150, 120])).save(&dot).unwrap();
    for path in [&gray, &dot] {
        let run = pinhole(&["beautify", text(path), "-o", text(&out), "--set", "smooth=1"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert!(run.out.starts_with("no face: nothing was retouched\n"), "{}", run.out);
        assert_eq!(picture(&out), picture(path));
    }
    let photo = data("grace_hopper.jpg");
    let out = folder.path().join("out.png");
    for words in [["--look", "none"], ["--set", "smooth=0"]] {
        let [option, value] = words;
        let run = pinhole(&["beautify", &photo, "-o", text(&out), "--json", option, value]);
        assert_eq!((&run.json()["faces"], run.code), (&1.into(), 0));
        assert_eq!(run.json()["effects"], serde_json::json!({}));
        assert_eq!(picture(&out), picture(&photo));
    }
}

#[test]
fn the_comparison_shows_both() {
    let folder = tempfile::tempdir().unwrap();
    let [out, both] = ["out.png", "both.png"].map(|name| folder.path().join(name));
    let photo = data("astronaut.png");
    let run = pinhole(&["beautify", &photo, "-o", text(&out), "--compare", text(&both)]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let (before, after, both) = (picture(&photo), picture(&out), picture(&both));
    assert_eq!(both.dimensions(), (512 + 2 + 512, 512));
    let part = |left, width| image::imageops::crop_imm(&both, left, 0, width, 512).to_image();
    assert_eq!(part(0, 512), before);
    assert_eq!(part(514, 512), after);
    assert!(part(512, 2).pixels().all(|pixel| pixel.0 == [255; 3]));
    assert_ne!(before, after);
}

#[test]
fn a_picture_may_take_its_own_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.png");
    fs::copy(data("astronaut.png"), &path).unwrap();
    let out = folder.path().join("out.png");
    for target in [&out, &path] {
        assert_eq!(pinhole(&["beautify", text(&path), "-o", text(target)]).code, 0);
    }
    assert_eq!(picture(&path), picture(&out));
    assert_eq!(files(&folder), 2);
}

#[test]
fn threads_do_not_change_a_byte() {
    let folder = tempfile::tempdir().unwrap();
    let outputs = ["1", "4"].map(|threads| {
        let out = folder.path().join(format!("{threads}.png"));
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_pinhole"))
            .args(["beautify", &data("grace_hopper.jpg"), "-o", text(&out)])
            .env("RAYON_NUM_THREADS", threads)
            .output();
        assert!(run.unwrap().status.success());
        fs::read(out).unwrap()
    });
    assert!(outputs[0] == outputs[1]);
}

/// An APP1 segment of Exif, big endian, with an orientation and a GPS latitude.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut entry = [tag.to_be_bytes(), kind.to_be_bytes()].concat();
        entry.extend(count.to_be_bytes());
        entry.extend(value);
        entry
    };
    let next = 0_u32.to_be_bytes();
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend(entry(0x0112, 3, 1, [0, orientation, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, 38_u32.to_be_bytes()));
    tiff.extend(next);
    assert_eq!(tiff.len(), 38);
    // The GPS directory: reference N, and three fractions after it.
    tiff.extend(b"\0\x02");
    tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(2, 5, 3, 68_u32.to_be_bytes()));
    tiff.extend(next);
    assert_eq!(tiff.len(), 68);
    tiff.extend([30_u32, 1, 16, 1, 48, 1].map(u32::to_be_bytes).as_flattened());
    let mut segment = b"\xff\xe1".to_vec();
    segment.extend((2 + 6 + tiff.len() as u16).to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    segment
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn the_output_is_upright_and_knows_no_place() {
    let folder = tempfile::tempdir().unwrap();
    // The photo as a camera held on its side would store it.
    let upright = picture(data("grace_hopper.jpg"));
    let lying = image::imageops::rotate270(&upright);
    let stored = folder.path().join("stored.jpg");
    lying.save(&stored).unwrap();
    let mut bytes = fs::read(&stored).unwrap();
    bytes.splice(2..2, exif(6));
    assert!(contains(&bytes, b"Exif") && contains(&bytes, &30_u32.to_be_bytes()));
    fs::write(&stored, &bytes).unwrap();

    for name in ["out.jpg", "out.png", "out.webp"] {
        let out = folder.path().join(name);
        let run = pinhole(&["beautify", text(&stored), "-o", text(&out), "--json"]);
        assert_eq!(run.json()["faces"], 1);
        let turned = picture(&out);
        assert_eq!(turned.dimensions(), upright.dimensions());
        let off = turned.iter().zip(upright.iter()).map(|(a, b)| u64::from(a.abs_diff(*b)));
        assert!(off.sum::<u64>() / (turned.len() as u64) < 6);
        let bytes = fs::read(&out).unwrap();
        for trace in [&b"Exif"[..], b"EXIF", b"eXIf", b"GPS", &exif(6)[10..40]] {
            assert!(!contains(&bytes, trace), "{name}");
        }
    }
}

#[test]
fn looks_are_listed() {
    let run = pinhole(&["beautify", "--look", "list"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let names = run.out.lines().map(|line| line.split(' ').next().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["none", "natural"]);
    let json = pinhole(&["beautify", "--look", "list", "--json"]).json();
    assert_eq!(json["looks"][0]["effects"], serde_json::json!({}));
    assert_eq!(json["looks"][1]["name"], "natural");
}

#[test]
fn what_is_no_picture_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.png");
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        text(&path).to_owned()
    };
    let [png, jpeg] = ["astronaut.png", "grace_hopper.jpg"].map(|n| fs::read(data(n)).unwrap());
    let inputs = [
        file("text.png", b"S3CRET is not a picture"),
        file("empty.jpg", b""),
        file("cut.png", &png[..png.len() / 2]),
        file("cut.jpg", &jpeg[..jpeg.len() / 2]),
        // A PNG header that claims 20,000 × 20,000 pixels, with its right checksum.
        file(
            "claim.png",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\x02\0\0\0\x6c\x12\xd1\x6e\
              \0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82",
        ),
        text(folder.path()).to_owned(),
        text(&folder.path().join("none.png")).to_owned(),
    ];
    let present = files(&folder);
    for input in &inputs {
        pinhole(&["beautify", input, "-o", text(&out)]).refused(2, "S3CRET");
        assert_eq!(files(&folder), present, "{input}");
    }
    assert!(pinhole(&["beautify", &inputs[3], "-o", text(&out)]).err.contains("cut short"));
    assert!(pinhole(&["beautify", &inputs[4], "-o", text(&out)]).err.contains("16384 pixels"));
}

#[test]
fn wrong_words_are_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let photo = data("astronaut.png");
    let out = folder.path().join("out.png");
    let out = text(&out);
    fs::create_dir(folder.path().join("folder.png")).unwrap();
    let inside = |name: &str| text(&folder.path().join(name)).to_owned();
    for words in [
        &["beautify"][..],
        &["beautify", &photo],
        &["beautify", &photo, "-o", &inside("out.s3cret")],
        &["beautify", &photo, "-o", &inside("out")],
        &["beautify", &photo, "-o", &inside("missing/out.png")],
        &["beautify", &photo, "-o", &inside("folder.png")],
        &["beautify", &photo, "-o", "/dev/full"],
        &["beautify", &photo, "-o", "/dev/full/out.png"],
        &["beautify", &photo, "-o", "/proc/out.png"],
        &["beautify", &photo, "-o", out, "--look", "S3CRET"],
        &["beautify", &photo, "-o", out, "--set", "S3CRET"],
        &["beautify", &photo, "-o", out, "--set", "S3CRET=1"],
        &["beautify", &photo, "-o", out, "--set", "smooth=S3CRET"],
        &["beautify", &photo, "-o", out, "--set", "smooth=1.5"],
        &["beautify", &photo, "-o", out, "--set", "smooth=NaN"],
        &["beautify", &photo, "-o", out, "--set", "smooth="],
        &["beautify", &photo, "-o", out, "--compare", out],
        &["beautify", &photo, "-o", out, "--compare", &inside("missing/both.png")],
        &["beautify", &photo, "-o", out, "--compare", &inside("both.gif")],
    ] {
        pinhole(words).refused(2, "S3CRET");
        assert_eq!(files(&folder), 1, "{words:?}");
    }
    let message = |setting| pinhole(&["beautify", &photo, "-o", out, "--set", setting]).err;
    assert_eq!(message("smoth=1"), "pinhole: effect: unknown; the nearest known is smooth\n");
    assert_eq!(message("smooth=2"), "pinhole: smooth: not a number from 0 to 1\n");
}

#[test]
fn both_pictures_are_written_or_neither() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // Side by side this is wider than WebP can be.
    RgbImage::new(16_384, 1).save(at("wide.png")).unwrap();
    let run = pinhole(&[
        "beautify",
        &at("wide.png"),
        "-o",
        &at("out.png"),
        "--compare",
        &at("both.webp"),
    ]);
    run.refused(2, "");
    let dotted = folder.path().join(".").join("out.png");
    let twice = ["beautify", &data("astronaut.png"), "-o", &at("out.png"), "--compare"];
    pinhole(&[&twice[..], &[dotted.to_str().unwrap()]].concat()).refused(2, "");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
