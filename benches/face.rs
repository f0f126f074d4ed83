//! The face path on the NASA photo: each net, then picture to landmarks. One thread.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ndarray::Array3;
use pinhole::Permit;
use pinhole::face::{Detectors, Finder, LANDMARKS, Nets, Options};

fn photo() -> Array3<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/astronaut.png");
    let photo = image::open(path).unwrap().to_rgb8();
    let shape = (photo.height() as usize, photo.width() as usize, 3);
    Array3::from_shape_vec(shape, photo.into_raw()).unwrap()
}

fn nets(c: &mut Criterion) {
    let nets = Nets::by_tract().unwrap();
    let mut group = c.benchmark_group("net");
    for (name, mut net, side, lengths) in [
        ("short", nets.short, 128, [896 * 16, 896]),
        ("full", nets.full, 192, [2304 * 16, 2304]),
        ("mesh", nets.mesh, 256, [3 * LANDMARKS, 1]),
    ] {
        let input = vec![0.5; 3 * side * side];
        let [mut first, mut second] = lengths.map(|length| vec![0.0; length]);
        group.bench_function(name, |b| {
            b.iter(|| net.run(black_box(&input), [&mut first, &mut second]).unwrap());
        });
    }
    group.finish();
}

fn find(c: &mut Criterion) {
    let photo = photo();
    let mut group = c.benchmark_group("find");
    for (name, detectors) in [("thorough", Detectors::Thorough), ("fast", Detectors::Fast)] {
        let mut finder = Finder::new(Options { detectors, ..Options::default() }).unwrap();
        group.bench_function(name, |b| {
            b.iter(|| finder.find(black_box(photo.view()), &Permit::for_own_act()).unwrap());
        });
    }
    group.finish();
}

fn cold_start(c: &mut Criterion) {
    let mut group = c.benchmark_group("start");
    group.sample_size(10);
    group.bench_function("finder", |b| b.iter(|| Finder::new(Options::default()).unwrap()));
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30);
    targets = nets, find, cold_start
}
criterion_main!(benches);
