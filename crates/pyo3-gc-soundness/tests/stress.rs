//! Many objects, many threads, and borrows that are held meanwhile.

use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3_gc_soundness::classes::{Holder, Sentinel};
use pyo3_gc_soundness::python::{collect, python, referents};
use pyo3_gc_soundness::random::Random;
use pyo3_gc_soundness::source::Source;
use pyo3_gc_soundness::wrappers::OnOneThread;
use pyo3_gc_soundness::{SEED, TYPES};
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

#[test]
fn what_is_borrowed_is_not_reported_survives_and_is_collected_later() {
    python(|py| {
        for (index, ty) in TYPES.iter().enumerate() {
            let (holder, dropped) = Holder::empty(py);
            let list = PyList::new(py, [&holder]).unwrap();
            let (sentinel, gone) = Sentinel::new(py);
            list.append(sentinel).unwrap();
            let targets = [list.into_any().unbind(), holder.clone().into_any().unbind()];
            let mut source = Source::new(py, Random::new(index as u64), &targets, py.None());
            source.refuel();
            let shape = (ty.make)(&mut source);
            let shared = source.take_shared();
            let record = source.take_record();
            let mut owned = shared.iter().flat_map(|shared| &shared.owned).chain(&record);
            let owns_the_list = owned.any(|owned| owned.target == 0);
            drop(shared);
            drop(source);
            holder.borrow_mut().shape = shape;
            let borrow = holder.try_borrow_mut().unwrap();
            drop(targets);
            assert_eq!(referents(&holder), [holder.get_type_ptr().addr()], "{}", ty.name);
            for _ in 0..3 {
                collect(py);
            }
            assert!(!dropped.load(SeqCst) && gone.load(SeqCst) != owns_the_list, "{}", ty.name);
            drop(borrow);
            holder.borrow_mut().shape = Box::new(Some(holder.clone().into_any().unbind()));
            drop(holder);
            collect(py);
            assert!(dropped.load(SeqCst), "{}", ty.name);
        }
    });
}

#[test]
fn a_cell_that_is_borrowed_during_a_collection_keeps_its_content() {
    type Cell = OnOneThread<RefCell<Option<Py<PyAny>>>>;
    python(|py| {
        let (holder, dropped) = Holder::empty(py);
        let cell: Box<Cell> = Box::new(OnOneThread(RefCell::new(Some(holder.clone().into_any().unbind()))));
        let content: *const Cell = &raw const *cell;
        holder.borrow_mut().shape = cell;
        let of_the_class = [holder.get_type_ptr().addr()];
        // SAFETY: the holder owns the cell until the end of this function, or is alive by it.
        let mut borrow = unsafe { &(*content).0 }.borrow_mut();
        assert_eq!(referents(&holder), of_the_class);
        drop(holder);
        collect(py);
        assert!(!dropped.load(SeqCst) && borrow.as_mut().is_some());
        drop(borrow);
        collect(py);
        assert!(dropped.load(SeqCst));
    });
}

const MANY: usize = 100_000;

#[test]
fn a_list_of_100_000_objects_that_own_it_is_collected() {
    python(|py| {
        let list = PyList::empty(py);
        let checks: Vec<_> = (0..MANY)
            .map(|_| {
                let (holder, dropped) = Holder::empty(py);
                holder.borrow_mut().shape = Box::new(vec![list.clone().unbind(), list.clone().unbind()]);
                list.append(holder).unwrap();
                dropped
            })
            .collect();
        collect(py);
        assert!(checks.iter().all(|dropped| !dropped.load(SeqCst)));
        drop(list);
        collect(py);
        assert!(checks.iter().all(|dropped| dropped.load(SeqCst)));
    });
}

/// A ring of objects of which each owns the next one.
fn ring(length: usize) {
    python(|py| {
        let (first, mut dropped) = Holder::empty(py);
        let mut last = first.clone();
        let mut checks = Vec::new();
        for _ in 1..length {
            let (next, check) = Holder::empty(py);
            last.borrow_mut().shape = Box::new(Some(next.clone().unbind()));
            last = next;
            checks.push(std::mem::replace(&mut dropped, check));
        }
        last.borrow_mut().shape = Box::new(Some(first.clone().into_any().unbind()));
        drop((first, last));
        collect(py);
        assert!(checks.iter().chain([&dropped]).all(|dropped| dropped.load(SeqCst)));
    });
}

/// Each dies inside the drop of the one before it, so the stack must hold them all: PyO3 0.30 has no counterpart of CPython's
/// trashcan. CPython 3.14 brings its own.
#[test]
fn a_ring_of_100_000_objects_is_collected_on_a_large_stack() {
    let stack = std::thread::Builder::new().stack_size(1 << 30);
    stack.spawn(|| ring(MANY)).unwrap().join().unwrap();
}

/// A limit of PyO3: in a debug build an object takes between 1 and 2 KiB of stack while it dies, so that 2 MiB end at less than
/// 2000 objects. The process ends with a message, and without the collector's doing: the same happens to a chain of objects
/// that is dropped. CPython 3.14 and newer put off the death of objects when the stack is nearly used up.
#[test]
fn a_long_ring_on_a_small_stack_is_collected_or_ends_the_process() {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let child = child.args(["--exact", "child_ring", "--include-ignored", "--nocapture"]).output().unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    let new_enough = Python::attach(|py| py.version_info() >= (3, 14));
    assert_eq!(child.status.success(), new_enough, "{said}");
    assert!(new_enough || !cfg!(unix) || said.contains("overflowed its stack"), "{said}");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn child_ring() {
    std::thread::Builder::new().stack_size(2 << 20).spawn(|| ring(MANY)).unwrap().join().unwrap();
}

/// Threads that build and cut cycles, threads that collect, and one that borrows: for some seconds.
#[test]
fn threads_mutate_and_collect_at_the_same_time() {
    const SECONDS: u64 = 3;
    let (made, gone) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let stop = AtomicBool::new(false);
    let seed: u64 = SEED.parse().unwrap();
    // `python` keeps the other tests away, and detaches for the threads.
    python(|py| {
        // Some of the nodes outlive their round, and are used by other threads.
        let shared = PyList::empty(py).unbind();
        py.detach(|| {
            std::thread::scope(|scope| {
                for thread in 0..4_u64 {
                    let (made, gone, stop, shared) = (&made, &gone, &stop, &shared);
                    scope.spawn(move || {
                        let mut random = Random::new(seed.wrapping_add(thread));
                        while !stop.load(SeqCst) {
                            Python::attach(|py| round(py, &mut random, shared.bind(py), made, gone));
                        }
                    });
                }
                for _ in 0..2 {
                    scope.spawn(|| {
                        while !stop.load(SeqCst) {
                            Python::attach(collect);
                        }
                    });
                }
                let end = Instant::now() + Duration::from_secs(SECONDS);
                while Instant::now() < end {
                    std::thread::sleep(Duration::from_millis(50));
                }
                stop.store(true, SeqCst);
            });
        });
        for holder in shared.bind(py).iter() {
            holder.cast::<Holder>().unwrap().borrow_mut().shape = Box::new(());
        }
        drop(shared);
        collect(py);
    });
    let (made, gone) = (made.into_inner(), gone.into_inner());
    assert!(made > 100, "only {made} objects in {SECONDS} seconds");
    assert_eq!(made, gone, "not all of them are gone");
}

/// Counts objects that die.
#[derive(pyo3_gc::PyGcIntegration)]
struct Counted {
    shape: Box<dyn pyo3_gc_soundness::classes::Shape>,
    #[pyo3_gc(skip = "a number")]
    gone: usize,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let counter = std::ptr::with_exposed_provenance::<AtomicUsize>(self.gone);
        // SAFETY: the test waits for all of them before the counter goes.
        unsafe { &*counter }.fetch_add(1, SeqCst);
    }
}

/// Some new nodes with values of random types; some stay for the others, some of the others are taken or changed.
fn round(py: Python<'_>, random: &mut Random, shared: &Bound<'_, PyList>, made: &AtomicUsize, gone: &AtomicUsize) {
    let mut targets: Vec<Py<PyAny>> = vec![PyList::empty(py).into_any().unbind()];
    targets.extend((0..2 + random.below(4)).map(|_| Holder::empty(py).0.into_any().unbind()));
    let other = shared.get_item(random.below(shared.len().max(1)));
    targets.extend(other.map(Bound::unbind));
    let mut source = Source::new(py, Random::new(random.next_number()), &targets, py.None());
    for target in &targets[1..] {
        source.refuel();
        // Only types without a cell, which stay on one thread.
        let ty = loop {
            let ty = random.pick(TYPES);
            if !ty.on_one_thread {
                break ty;
            }
        };
        let shape = (ty.make)(&mut source);
        let counted = Some(Counted { shape, gone: std::ptr::from_ref(gone).expose_provenance() });
        made.fetch_add(1, SeqCst);
        let holder = target.bind(py).cast::<Holder>().unwrap();
        let old = match holder.try_borrow_mut() {
            Ok(mut holder) => std::mem::replace(&mut holder.shape, Box::new(counted)),
            Err(_) => Box::new(counted),
        };
        drop(old);
        if random.chance(30) {
            shared.append(target).unwrap();
        }
        if random.chance(20) {
            let borrow = holder.try_borrow_mut();
            py.detach(std::thread::yield_now);
            drop(borrow);
        }
    }
    while shared.len() > 50 {
        let oldest = random.below(shared.len());
        // Another thread may have been here meanwhile.
        let Ok(holder) = shared.get_item(oldest) else {
            continue;
        };
        if random.chance(50) {
            let old = holder
                .cast::<Holder>()
                .unwrap()
                .try_borrow_mut()
                .map(|mut holder| std::mem::replace(&mut holder.shape, Box::new(())));
            drop(old);
        }
        let _ = shared.del_item(oldest);
    }
}
