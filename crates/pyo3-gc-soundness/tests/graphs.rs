//! Random graphs behave as the model says.

use pyo3_gc_soundness::graph::{Done, check};
use pyo3_gc_soundness::python::{python, total_count};
use pyo3_gc_soundness::{CLASSES, SEED, TYPES};
use std::io::Write;
use std::time::{Duration, Instant};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number: {text}")))
}

/// Past the capture of the test harness.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[test]
fn what_happens_to_a_graph_is_what_the_model_says() {
    let seed = number("PYO3_GC_SEED").unwrap_or_else(|| SEED.parse().unwrap());
    let only = number("PYO3_GC_GRAPH");
    let graphs = only.map_or(0..number("PYO3_GC_GRAPHS").unwrap_or(10_000), |one| one..one + 1);
    let (mut all, mut said) = (Done::default(), Instant::now());
    python(|py| {
        let mut before = None;
        for graph in graphs.clone() {
            let done = check(py, seed, graph).unwrap_or_else(|message| panic!("graph {graph}: {message}"));
            all.nodes += done.nodes;
            all.edges += done.edges;
            all.collected += done.collected;
            all.uncut += done.uncut;
            all.borrowed += done.borrowed;
            if said.elapsed() > Duration::from_secs(1) {
                said = Instant::now();
                say(&format!("graph {graph} of {}", graphs.end));
            }
            // The first graphs fill the caches of the interpreter and of PyO3.
            if graph == graphs.end / 2 {
                before = total_count(py);
            }
        }
        if let (Some(before), Some(after)) = (before, total_count(py)) {
            say(&format!("the sum of all reference counts: {before}, then {after}"));
            assert!(after - before < 10, "references are lost: {before}, then {after}");
        }
    });
    say(&format!("seed {seed}, {} types, {} classes: {all:?}", TYPES.len(), CLASSES.len()));
    if only.is_none() {
        let graphs = usize::try_from(graphs.end).unwrap();
        assert!(all.nodes > 4 * graphs && all.edges > 4 * graphs && all.collected > graphs, "hardly anything happened");
    }
}
