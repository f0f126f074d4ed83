//! `pinhole face`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "tests")]

mod common;

use common::{data, pinhole};

#[test]
fn a_face_is_printed_as_the_contract_says() {
    let photo = data("astronaut.png");
    let run = pinhole(&["face", "--json", &photo]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let answer = run.json();
    assert_eq!(answer["file"], photo.as_str());
    assert_eq!((answer["width"].as_u64(), answer["height"].as_u64()), (Some(512), Some(512)));
    let face = &answer["faces"][0];
    assert_eq!(face["landmarks"].as_array().unwrap().len(), 478);
    assert_eq!(face["landmarks"][477].as_array().unwrap().len(), 3);
    assert_eq!(face["box"].as_array().unwrap().len(), 4);
    for angle in ["yaw", "pitch", "roll"] {
        assert!(face["pose"][angle].as_f64().unwrap().abs() < 15.0);
    }
    assert!(run.out.starts_with(r#"{"file":"#) && face["score"].as_f64().unwrap() > 0.9);
}

#[test]
fn no_face_is_exit_one_and_json_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gray.png");
    image::RgbImage::from_pixel(40, 30, image::Rgb([128; 3])).save(&path).unwrap();
    let run = pinhole(&["face", "--json", path.to_str().unwrap()]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["faces"], serde_json::json!([]));
}

#[test]
fn several_files_give_one_object_a_line_and_one_bad_file_does_not_stop_the_others() {
    let (photo, group) = (data("grace_hopper.jpg"), data("face/portraits/d_multi3.jpg"));
    let run = pinhole(&["face", "--json", "--fast", &photo, "no-such-file.png", &group]);
    assert_eq!(run.code, 2);
    assert_eq!(run.out.lines().count(), 2);
    assert_eq!(run.err, "pinhole: no-such-file.png: no such file\n");
}

#[test]
fn the_overlay_is_the_picture_with_something_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("overlay.png");
    let run = pinhole(&["face", &data("astronaut.png"), "--overlay", out.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run:?}");
    let drawn = image::open(out).unwrap().to_rgb8();
    let photo = image::open(data("astronaut.png")).unwrap().to_rgb8();
    let differ = drawn.pixels().zip(photo.pixels()).filter(|(a, b)| a != b).count();
    assert!((500..30_000).contains(&differ), "{differ} pixels");
}

#[test]
fn what_is_no_picture_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let photo = std::fs::read(data("astronaut.png")).unwrap();
    // A PNG header that claims 20,000 × 20,000 pixels; the chunk's CRC is right.
    let claim = {
        let mut chunk = b"IHDR\0\0\x4e\x20\0\0\x4e\x20\x08\x02\0\0\0".to_vec();
        let crc = crc32(&chunk);
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
        png.append(&mut chunk);
        png.extend(crc.to_be_bytes());
        png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
        png
    };
    for path in [
        file("text.png", b"S3CRET is not a picture"),
        file("empty.jpg", b""),
        file("cut.png", &photo[..photo.len() / 2]),
        file("claim.png", &claim),
        folder.path().to_str().unwrap().to_owned(),
        folder.path().join("none.png").to_str().unwrap().to_owned(),
    ] {
        pinhole(&["face", &path]).refused(2, "S3CRET");
    }
    let photo = data("astronaut.png");
    let out = folder.path().join("out.png");
    pinhole(&["face", &photo, &photo, "--overlay", out.to_str().unwrap()]).refused(2, "");
    pinhole(&["face", &photo, "--overlay", "out.s3cret"]).refused(2, "");
    let nowhere = folder.path().join("text.png/out.png");
    pinhole(&["face", &photo, "--overlay", nowhere.to_str().unwrap()]).refused(2, "");
    assert!(!out.exists());
}

/// CRC-32 of PNG (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}
