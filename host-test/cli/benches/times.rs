//! Detailed measurements of the times in the README's table: `cargo bench`.
//!
//! Compare results within one group; the absolute times depend more on the machine than on the
//! code.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark ends where something is wrong")]

use std::path::Path;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dynamics365_sales_cli::bench::{LargePage, Parallel, SmallCall, Start};

fn small_call(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("small call");
    let mut small = SmallCall::new().unwrap();
    group.bench_function("component", |bencher| bencher.iter(|| small.component().unwrap()));
    group.bench_function("loopback request", |bencher| bencher.iter(|| small.loopback().unwrap()));
}

fn page(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("page");
    group.sample_size(20);
    for rows in [50, 500, 5_000] {
        let page = LargePage::new(rows).unwrap();
        group.throughput(Throughput::Bytes(page.bytes() as u64));
        let id = |what| BenchmarkId::new(what, rows);
        group.bench_function(id("component, invoke"), |bencher| {
            bencher.iter_batched(
                || (),
                |()| page.component_invoke().unwrap(),
                BatchSize::PerIteration,
            );
        });
        group.bench_function(id("native, invoke"), |bencher| {
            bencher.iter_batched(
                || (),
                |()| page.native_invoke().unwrap(),
                BatchSize::PerIteration,
            );
        });
        group.bench_function(id("native, serde_json"), |bencher| {
            bencher.iter_batched(|| (), |()| page.native_serde().unwrap(), BatchSize::PerIteration);
        });
        group.bench_function(id("native, sonic-rs"), |bencher| {
            bencher.iter_batched(|| (), |()| page.native_sonic().unwrap(), BatchSize::PerIteration);
        });
        group.bench_function(id("component, typed"), |bencher| {
            bencher.iter_batched(
                || (),
                |()| page.component_typed().unwrap(),
                BatchSize::PerIteration,
            );
        });
        group.bench_function(id("native, typed"), |bencher| {
            bencher.iter_batched(|| (), |()| page.native_typed().unwrap(), BatchSize::PerIteration);
        });
    }
}

fn parallel(criterion: &mut Criterion) {
    const CALLS: usize = 320;
    let mut group = criterion.benchmark_group("parallel");
    group.sample_size(10);
    group.throughput(Throughput::Elements(CALLS as u64));
    let parallel = Parallel::new().unwrap();
    for at_once in [1, 32] {
        group.bench_function(BenchmarkId::new("in flight", at_once), |bencher| {
            bencher.iter(|| parallel.calls_per_second(CALLS, at_once).unwrap());
        });
    }
}

fn start(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    let start = Start::new(Path::new(env!("CARGO_BIN_EXE_dynamics365-sales"))).unwrap();
    start.cached().unwrap();
    group.bench_function("cached", |bencher| bencher.iter(|| start.cached().unwrap()));
    group.bench_function("compiled", |bencher| bencher.iter(|| start.compiled().unwrap()));
}

criterion_group!(times, small_call, page, parallel, start);
criterion_main!(times);
