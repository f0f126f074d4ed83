//! Parse and match over generated package lists, beside a count of lines by memchr over the same
//! files through a buffer of the same length: about what reading costs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "benches")]

#[path = "../tests/support/status.rs"]
mod generated;

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Read;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pinhole::Permit;
use pinhole::software::{Pack, Scan};

fn count_lines(path: &Path) -> usize {
    let mut file = File::open(path).unwrap();
    let mut buffer = vec![0; 64 * 1024];
    let mut lines = 0;
    loop {
        match file.read(&mut buffer).unwrap() {
            0 => return lines,
            read => lines += memchr::memchr_iter(b'\n', &buffer[..read]).count(),
        }
    }
}

fn software(criterion: &mut Criterion) {
    let pack = Pack::embedded();
    criterion.bench_function("software/load the pack", |b| b.iter(Pack::embedded));
    let mut group = criterion.benchmark_group("software");
    for packages in [900, 100_000] {
        let root = tempfile::tempdir().unwrap();
        let status = root.path().join("var/lib/dpkg/status");
        fs::create_dir_all(status.parent().unwrap()).unwrap();
        fs::write(&status, generated::status(packages)).unwrap();
        group.throughput(Throughput::Bytes(fs::metadata(&status).unwrap().len()));

        let scan = Scan::root(root.path());
        group.bench_function(BenchmarkId::new("verdict", packages), |b| {
            b.iter(|| scan.verdict(&pack, &Permit::for_own_act()).unwrap());
        });
        group.bench_function(BenchmarkId::new("count lines", packages), |b| {
            b.iter(|| black_box(count_lines(&status)));
        });
    }
    group.finish();
}

criterion_group!(benches, software);
criterion_main!(benches);
