//! The face path against MediaPipe 0.10.21, LiteRT and the rendered portraits' truth.
#![cfg(all(feature = "tract", feature = "inspect"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]

use ndarray::{Array3, ArrayView3};
use pinhole::face::{Detectors, Finder, Net, Nets, Options};
use pinhole::inspect::{self, FaceView};
use pinhole::purpose::FaceEffects;
use pinhole::{Permit, Refusal};
use serde_json::Value;

fn data(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn picture(name: &str) -> Array3<u8> {
    let picture = image::open(data(name)).unwrap().to_rgb8();
    let shape = (picture.height() as usize, picture.width() as usize, 3);
    Array3::from_shape_vec(shape, picture.into_raw()).unwrap()
}

fn json(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(data(name)).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as f32).collect()
}

fn find(finder: &mut Finder, frame: ArrayView3<u8>) -> Vec<FaceView> {
    inspect::faces(&finder.find(frame, &Permit::for_own_act()).unwrap())
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[test]
fn nets_give_what_litert_gives() {
    let nets = Nets::by_tract().unwrap();
    let reference = json("face/nets.json");
    let run =
        |mut net: Box<dyn Net>, name: &str, side: usize, low: f32, outputs: [(&str, f32); 2]| {
            let ramp = |i: u32| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0;
            let input: Vec<f32> =
                (0..3 * (side * side) as u32).map(|i| low + (1.0 - low) * ramp(i)).collect();
            let expected = outputs
                .map(|(output, _)| &reference["nets"][format!("{name}.onnx")]["outputs"][output]);
            let length = |v: &Value| numbers(&v["shape"]).iter().product::<f32>() as usize;
            let mut got = expected.map(|v| vec![0.0; length(v)]);
            let [first, second] = &mut got;
            net.run(&input, [first, second]).unwrap();
            for ((got, expected), (output, tolerance)) in got.iter().zip(expected).zip(outputs) {
                let step = expected["step"].as_u64().unwrap() as usize;
                let sampled = got.iter().step_by(step).zip(numbers(&expected["every_step"]));
                let first = got.iter().zip(numbers(&expected["first"]));
                let worst = sampled.chain(first).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst <= tolerance, "{name} {output}: {worst}");
            }
        };
    run(nets.mesh, "face_mesh", 256, 0.0, [("landmarks", 2e-3), ("presence", 1e-3)]);
    run(nets.short, "face_short", 128, -1.0, [("boxes", 1e-3), ("scores", 1e-3)]);
    run(nets.full, "face_full", 192, -1.0, [("boxes", 1e-3), ("scores", 1e-3)]);
}

#[test]
fn landmarks_are_mediapipes() {
    let reference = json("face/mediapipe_reference.json");
    let mut finder = Finder::new(Options::default()).unwrap();
    for name in ["astronaut.png", "grace_hopper.jpg"] {
        let faces = find(&mut finder, picture(name).view());
        let [face] = &faces[..] else { panic!("{name}: {} faces", faces.len()) };
        let points: Vec<Vec<f32>> =
            reference[name]["faces"][0].as_array().unwrap().iter().map(numbers).collect();
        let eyes = distance(&points[33], &points[263]);
        let errors = face.landmarks.iter().zip(&points).map(|(a, b)| distance(a, b));
        let mean = errors.sum::<f32>() / points.len() as f32 / eyes;
        let depth = face.landmarks.iter().zip(&points).map(|(a, b)| (a[2] - b[2]).abs());
        let depth = depth.sum::<f32>() / points.len() as f32 / eyes;
        println!(
            "{name}: mean landmark error {mean:.5} of the eye-corner distance, depth {depth:.5}"
        );
        assert!(mean <= 0.002 && depth <= 0.004, "{name}: {mean}, depth {depth}");

        let expected = numbers(&reference[name]["short_range"][0]["box"]);
        let size = expected[2];
        for (got, expected) in face.bounds.iter().zip(expected) {
            assert!((got - expected).abs() <= 0.02 * size, "{name}: {:?}", face.bounds);
        }
    }
}

#[test]
fn every_portrait_has_its_faces_where_they_are() {
    let meta = json("face/portraits/meta.json");
    let mut finder = Finder::new(Options::default()).unwrap();
    let mut yaw_errors = Vec::new();
    for portrait in meta["pictures"].as_array().unwrap() {
        let name = portrait["file"].as_str().unwrap();
        let faces = find(&mut finder, picture(&format!("face/portraits/{name}")).view());
        let expected = portrait["faces"].as_array().unwrap();
        assert_eq!(faces.len(), expected.len(), "{name}");
        for truth in expected {
            let point = |name: &str| numbers(&truth["points"][name]);
            let (right, left) = (point("iris_r"), point("iris_l"));
            let eyes = distance(&point("eye_outer_r"), &point("eye_outer_l"));
            let error = |face: &&FaceView| {
                distance(&face.landmarks[468], &right).max(distance(&face.landmarks[473], &left))
            };
            let face = faces.iter().min_by(|a, b| error(a).total_cmp(&error(b))).unwrap();
            assert!(error(&face) < 0.15 * eyes, "{name}: irises off by {}", error(&face) / eyes);
            let angle = |name: &str| truth[name].as_f64().unwrap() as f32;
            println!(
                "{name}: yaw {:.1} of {:.1}, pitch {:.1} of {:.1}, roll {:.1} of {:.1}",
                face.yaw,
                angle("yaw"),
                face.pitch,
                angle("pitch"),
                face.roll,
                angle("roll")
            );
            yaw_errors.push((face.yaw - angle("yaw")).abs());
            assert!((face.roll - angle("roll")).abs() < 6.0, "{name}: roll {}", face.roll);
        }
    }
    yaw_errors.sort_by(f32::total_cmp);
    assert!(yaw_errors[yaw_errors.len() / 2] <= 4.0, "{yaw_errors:?}");
}

#[test]
fn a_dead_permit_finds_nothing() {
    let home = pinhole::Home::open(pinhole::MemoryStore::default(), pinhole::SystemClock);
    home.consent().grant(pinhole::PurposeId::FaceEffects, pinhole::Grant::default()).unwrap();
    let permit = home.consent().permit::<FaceEffects>().unwrap();
    let mut finder = Finder::new(Options::default()).unwrap();
    let frame = picture("astronaut.png");
    assert_eq!(finder.find(frame.view(), &permit).unwrap().count(), 1);

    let detected = finder.detect(frame.view(), &permit).unwrap();
    home.consent().withdraw(pinhole::PurposeId::FaceEffects).unwrap();
    let refused = finder.landmarks(frame.view(), detected, &permit).err().unwrap();
    assert_eq!(refused.refusal(), Some(Refusal::Withdrawn));
    let refused = finder.find(frame.view(), &permit).err().unwrap();
    assert_eq!(refused.refusal(), Some(Refusal::Withdrawn));

    let once = Permit::for_own_act();
    assert!(finder.find(frame.view(), &once).is_ok());
    let refused = finder.find(frame.view(), &once).err().unwrap();
    assert_eq!(refused.refusal(), Some(Refusal::Spent));
}

#[test]
fn where_there_is_no_face_there_is_none() {
    let mut finder = Finder::new(Options::default()).unwrap();
    let mut seed = 1_u32;
    let noise = Array3::from_shape_simple_fn((300, 400, 3), || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    });
    let stripes =
        Array3::from_shape_fn(
            (256, 256, 3),
            |(y, x, _)| if (x / 9 + y / 5) % 2 == 0 { 30 } else { 220 },
        );
    let dot = Array3::from_elem((1, 1, 3), 128);
    for frame in [noise, stripes, dot] {
        assert_eq!(find(&mut finder, frame.view()).len(), 0, "{:?}", frame.dim());
    }
}

#[test]
fn fast_finds_the_close_face_too_and_most_is_the_most() {
    let frame = picture("face/portraits/d_multi3.jpg");
    let mut fast =
        Finder::new(Options { detectors: Detectors::Fast, ..Options::default() }).unwrap();
    assert_eq!(find(&mut fast, picture("astronaut.png").view()).len(), 1);
    assert!(!find(&mut fast, frame.view()).is_empty());
    let mut two = Finder::new(Options { most: 2, ..Options::default() }).unwrap();
    assert_eq!(find(&mut two, frame.view()).len(), 2);
}

#[test]
fn a_view_with_strides_is_the_same_picture() {
    let frame = picture("astronaut.png");
    let mut planar = Array3::zeros((3, frame.dim().0, frame.dim().1));
    planar.assign(&frame.view().permuted_axes([2, 0, 1]));
    let mut finder = Finder::new(Options::default()).unwrap();
    let straight = find(&mut finder, frame.view());
    let strided = find(&mut finder, planar.view().permuted_axes([1, 2, 0]));
    assert_eq!(straight[0].landmarks, strided[0].landmarks);
}
