//! A stream's cost, on a real recording at 50 Hz: all of it, and sealing the samples alone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "bench")]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pinhole::sensors::{Motion, Rate, Sample, Unit};

/// Time, then acceleration in g and rotation in rad/s.
fn rows() -> Vec<(f64, [f32; 3], [f32; 3])> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sensors/watch-row.csv");
    let text = std::fs::read_to_string(file).unwrap();
    let row = |line: &str| {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let three = |at: usize| std::array::from_fn(|axis| cells[at + axis] as f32);
        (cells[0], three(1), three(4))
    };
    text.lines().skip(1).map(row).collect()
}

fn seal(rows: &[(f64, [f32; 3], [f32; 3])]) -> Vec<Sample> {
    let seal = |(t, acceleration, rotation): &(f64, [f32; 3], [f32; 3])| {
        Sample::new(*t, *acceleration, Unit::G).unwrap().with_rotation(*rotation).unwrap()
    };
    rows.iter().map(seal).collect()
}

fn stream(criterion: &mut Criterion) {
    let rows = rows();
    let samples = seal(&rows);
    let judge = || {
        let mut motion = Motion::new(Rate::from_hz(50.0)).unwrap();
        samples.iter().filter_map(|sample| motion.push(black_box(sample))).count()
    };
    let windows = judge();
    let mut group = criterion.benchmark_group("sensors");
    // A window's share of it, its 64 new samples included.
    group.throughput(Throughput::Elements(windows as u64));
    group.bench_function("windows", |bencher| bencher.iter(judge));
    group.throughput(Throughput::Elements(rows.len() as u64));
    group.bench_function("seal", |bencher| bencher.iter(|| seal(black_box(&rows))));
    group.finish();
}

criterion_group!(benches, stream);
criterion_main!(benches);
