//! Rendering a look on the NASA photo and on its enlargement to 720 rows, where the face is found
//! once; and, to compare with, a copy of the frame.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use image::imageops::{FilterType, resize};
use ndarray::Array3;
use pinhole::Permit;
use pinhole::beauty::Look;
use pinhole::face::{Finder, Options};

/// The photo, `side` pixels wide and high.
fn photo(side: u32) -> Array3<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/astronaut.png");
    let photo = image::open(path).unwrap().into_rgb8();
    let photo = resize(&photo, side, side, FilterType::CatmullRom);
    Array3::from_shape_vec((side as usize, side as usize, 3), photo.into_raw()).unwrap()
}

fn render(c: &mut Criterion) {
    let look = Look::named("natural").unwrap();
    let mut finder = Finder::new(Options::default()).unwrap();
    for side in [512, 720] {
        let mut frame = photo(side);
        let faces = finder.find(frame.view(), &Permit::for_own_act()).unwrap();
        assert_eq!(faces.count(), 1);
        let mut group = c.benchmark_group(format!("{side}x{side}"));
        group.throughput(Throughput::Elements(u64::from(side * side)));
        group.bench_function("natural", |b| {
            b.iter(|| look.render(&faces, black_box(frame.view_mut())).unwrap());
        });
        group.bench_function("copy", |b| b.iter(|| black_box(&frame).clone()));
        group.finish();
    }
}

criterion_group!(benches, render);
criterion_main!(benches);
