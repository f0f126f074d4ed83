//! From a picture to the retouched picture.
#![cfg(all(feature = "beauty", feature = "tract"))]
#![allow(clippy::unwrap_used, reason = "tests")]

use ndarray::{Array3, Axis, concatenate, s};
use pinhole::Permit;
use pinhole::beauty::Look;
use pinhole::face::{Finder, Options};

fn photo(name: &str) -> Array3<u8> {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let photo = image::open(path).unwrap().into_rgb8();
    let shape = (photo.height() as usize, photo.width() as usize, 3);
    Array3::from_shape_vec(shape, photo.into_raw()).unwrap()
}

/// The picture in the look, and the number of its faces.
fn beautified(picture: &Array3<u8>, look: &Look) -> (Array3<u8>, usize) {
    let mut finder = Finder::new(Options::default()).unwrap();
    let mut frame = picture.clone();
    let faces = finder.find(frame.view(), &Permit::for_own_act()).unwrap();
    look.render(&faces, frame.view_mut()).unwrap();
    (frame, faces.count())
}

fn changed(before: &Array3<u8>, after: &Array3<u8>) -> Vec<(usize, usize)> {
    let changed = before.indexed_iter().zip(after).filter(|((_, a), b)| *a != *b);
    changed.map(|(((y, x, _), _), _)| (x, y)).collect()
}

#[test]
fn a_found_face_is_retouched_and_nothing_else() {
    let look = Look::named("natural").unwrap();
    // About the person's face, with its forehead: left, top, right, bottom.
    for (name, [left, top, right, bottom]) in
        [("astronaut.png", [160, 50, 290, 200]), ("grace_hopper.jpg", [150, 100, 380, 390])]
    {
        let picture = photo(name);
        let (after, faces) = beautified(&picture, &look);
        assert_eq!(faces, 1);
        let places = changed(&picture, &after);
        assert!(places.len() > 3000, "{name}: {}", places.len());
        let inside =
            |&(x, y): &(usize, usize)| (left..right).contains(&x) && (top..bottom).contains(&y);
        assert!(places.iter().all(inside), "{name}");
    }
}

#[test]
fn every_face_of_a_group_is_retouched() {
    let one = photo("astronaut.png");
    let mirrored = one.slice(s![.., ..;-1, ..]);
    let group = concatenate(Axis(1), &[one.view(), mirrored]).unwrap();
    let group = group.as_standard_layout().into_owned();
    let (after, faces) = beautified(&group, &Look::named("natural").unwrap());
    assert_eq!(faces, 2);
    let (left, right): (Vec<_>, Vec<_>) =
        changed(&group, &after).into_iter().partition(|(x, _)| *x < 512);
    assert!(left.len() > 3000 && right.len() > 3000, "{} {}", left.len(), right.len());
}

#[test]
fn without_a_face_or_an_effect_the_picture_is_the_same() {
    let mut look = Look::named("natural").unwrap();
    look.set("smooth", "1").unwrap();
    let wall = Array3::from_shape_fn((200, 300, 3), |(y, x, c)| (x / 3 + y / 4 + 20 * c) as u8);
    assert_eq!(beautified(&wall, &look), (wall, 0));
    let picture = photo("astronaut.png");
    assert_eq!(beautified(&picture, &Look::named("none").unwrap()), (picture, 1));
}
