//! Shows what happens to an object behind a lock that is taken between two looks of the collector.
//!
//! A child object is in use all the time: a slot owns it, and the slot is a local variable. While one thread collects, another
//! takes and releases the lock in the slot. If the first look of a collection finds the lock free and a later one finds it held,
//! the child looks like garbage: its weak reference is cleared and its finaliser runs.
//!
//! ```text
//! cargo run --release --example lock_hazard -- 10
//! ```
//!
//! runs each of four experiments until the child is harmed, for 10 seconds at most. Two locks of the standard library are
//! expected to harm it; `GcMutex` must not, and if it does, the program ends with an error.

use pyo3::sync::MutexExt;
use pyo3::types::PyDict;
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::GcMutex;
use pyo3_gc::prelude::*;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

type Content = Option<Py<PyAny>>;

/// A mutex of the standard library. The hook is what one writes by hand: it does not wait.
#[pyclass(frozen, derive_gc = false)]
struct StdSlot(Mutex<Content>);

#[pymethods(derive_gc = false)]
impl StdSlot {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.try_lock().map_or(Ok(()), |content| visit.call(&*content))
    }
    fn __clear__(&self) {
        let content = self.0.try_lock().map(|mut content| content.take());
        drop(content);
    }
}

#[pyclass(frozen)]
struct GcSlot(GcMutex<Content>);

/// A slot, and the ways in which another thread holds its lock.
trait Slot: pyo3::PyClass<Frozen = pyo3::pyclass::boolean_struct::True> + Send + Sync {
    fn create(py: Python<'_>, content: Content) -> PyResult<Bound<'_, Self>>;
    /// Takes the lock, waits for so long, and releases it. The thread comes detached.
    fn hold_briefly(slot: &Py<Self>, time: Duration);
    /// Runs while this thread holds the lock.
    fn while_held(slot: &Bound<'_, Self>, run: &mut dyn FnMut());
    /// Waits for the lock attached, as far as the lock knows how, and releases it.
    fn wait_attached(slot: &Bound<'_, Self>);
}

impl Slot for StdSlot {
    fn create(py: Python<'_>, content: Content) -> PyResult<Bound<'_, Self>> {
        Bound::new(py, Self(Mutex::new(content)))
    }
    fn hold_briefly(slot: &Py<Self>, time: Duration) {
        let guard = slot.get().0.lock().unwrap_or_else(PoisonError::into_inner);
        spin(time);
        drop(guard);
    }
    fn while_held(slot: &Bound<'_, Self>, run: &mut dyn FnMut()) {
        let guard = slot.get().0.lock().unwrap_or_else(PoisonError::into_inner);
        run();
        drop(guard);
    }
    fn wait_attached(slot: &Bound<'_, Self>) {
        drop(slot.get().0.lock_py_attached(slot.py()));
    }
}

impl Slot for GcSlot {
    fn create(py: Python<'_>, content: Content) -> PyResult<Bound<'_, Self>> {
        Bound::new(py, Self(GcMutex::new(content)))
    }
    fn hold_briefly(slot: &Py<Self>, time: Duration) {
        Python::attach(|py| {
            let guard = slot.get().0.lock(py).expect("no other guard on this thread");
            py.detach(|| spin(time));
            drop(guard);
        });
    }
    fn while_held(slot: &Bound<'_, Self>, run: &mut dyn FnMut()) {
        let guard = slot.get().0.lock(slot.py()).expect("no other guard on this thread");
        run();
        drop(guard);
    }
    fn wait_attached(slot: &Bound<'_, Self>) {
        drop(slot.get().0.lock(slot.py()).expect("no other guard on this thread"));
    }
}

fn spin(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// What an experiment saw.
pub(crate) struct Seen {
    pub(crate) collections: usize,
    /// When the child was harmed, if it was.
    pub(crate) harmed_after: Option<Duration>,
    /// How often the lock was taken by the other thread.
    pub(crate) rounds: usize,
}

/// A child that is reachable from itself, so that the collector looks at it, and many lists, so that a look takes a while.
struct Scene<'py, S> {
    slot: Bound<'py, S>,
    locals: Bound<'py, PyDict>,
    collect: Bound<'py, PyAny>,
}

impl<'py, S: Slot> Scene<'py, S> {
    fn new(py: Python<'py>, lists: usize) -> PyResult<Self> {
        let locals = PyDict::new(py);
        locals.set_item("count", lists)?;
        let code = c"
import gc, weakref
gc.disable()
gc.collect()
gc.freeze()
finalised = []
class Child:
    def __del__(self):
        finalised.append(1)
heap = [[index] for index in range(count)]
child = Child()
child.itself = child
weak = weakref.ref(child)
";
        py.run(code, Some(&locals), Some(&locals))?;
        let child = locals.get_item("child")?.map(Bound::unbind);
        locals.del_item("child")?;
        let slot = S::create(py, child)?;
        // The slot lies between the lists, so that the collector comes to it in the middle of a look.
        let more = py.eval(c"[[index] for index in range(count)]", None, Some(&locals))?;
        locals.set_item("more", more)?;
        Ok(Self { slot, locals, collect: py.import("gc")?.getattr("collect")? })
    }

    fn collect(&self) -> PyResult<()> {
        self.collect.call0().map(drop)
    }

    fn harmed(&self) -> PyResult<bool> {
        self.slot.py().eval(c"weak() is None or bool(finalised)", Some(&self.locals), None)?.extract()
    }
}

/// Another thread takes and releases the lock all the time.
fn toggled<S: Slot>(py: Python<'_>, limit: Duration) -> PyResult<Seen> {
    let scene = Scene::<S>::new(py, 1_000)?;
    let (stop, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let toggler = thread::spawn({
        let (slot, stop, rounds) = (scene.slot.clone().unbind(), stop.clone(), rounds.clone());
        move || {
            while !stop.load(Ordering::Relaxed) {
                S::hold_briefly(&slot, Duration::from_micros(50));
                spin(Duration::from_micros(50));
                rounds.fetch_add(1, Ordering::Relaxed);
            }
            Python::attach(|_| drop(slot));
        }
    });
    let seen = until_harmed(&scene, limit, || scene.collect());
    stop.store(true, Ordering::Relaxed);
    py.detach(|| toggler.join()).expect("the other thread does not panic");
    Ok(Seen { rounds: rounds.load(Ordering::Relaxed), ..seen? })
}

/// The lock goes to a thread that waits for it while a collection begins.
fn handed_over<S: Slot>(py: Python<'_>, limit: Duration) -> PyResult<Seen> {
    let scene = Scene::<S>::new(py, 2_000)?;
    let mut lead = 0;
    let seen = until_harmed(&scene, limit, || {
        let mut waiter = None;
        S::while_held(&scene.slot, &mut || {
            let slot = scene.slot.clone().unbind();
            waiter = Some(thread::spawn(move || Python::attach(|py| S::wait_attached(slot.bind(py)))));
            py.detach(|| thread::sleep(Duration::from_millis(2)));
        });
        lead = (lead + 1) % 60;
        spin(Duration::from_micros(lead));
        scene.collect()?;
        if let Some(waiter) = waiter {
            py.detach(|| waiter.join()).expect("the other thread does not panic");
        }
        Ok(())
    })?;
    Ok(Seen { rounds: seen.collections, ..seen })
}

fn until_harmed<S: Slot>(
    scene: &Scene<'_, S>,
    limit: Duration,
    mut collect: impl FnMut() -> PyResult<()>,
) -> PyResult<Seen> {
    let start = Instant::now();
    let mut seen = Seen { collections: 0, harmed_after: None, rounds: 0 };
    while seen.harmed_after.is_none() && start.elapsed() < limit {
        collect()?;
        seen.collections += 1;
        seen.harmed_after = scene.harmed()?.then(|| start.elapsed());
    }
    Ok(seen)
}

/// One experiment, for so long at most.
pub(crate) type Experiment = fn(Python<'_>, Duration) -> PyResult<Seen>;

pub(crate) const EXPERIMENTS: [(&str, Experiment, bool); 4] = [
    ("std::sync::Mutex, taken by a detached thread", toggled::<StdSlot>, false),
    ("std::sync::Mutex, lock_py_attached", handed_over::<StdSlot>, false),
    ("GcMutex, taken by another thread", toggled::<GcSlot>, true),
    ("GcMutex, handed to a thread that waits", handed_over::<GcSlot>, true),
];

#[allow(dead_code, reason = "the test of the same name calls the experiments itself")]
fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    let Some(seconds) = argument.map_or(Some(5), |text| text.parse().ok()) else {
        eprintln!("lock_hazard: expected a number of seconds, as in `lock_hazard 10`");
        return ExitCode::from(2);
    };
    let mut right = true;
    for (name, run, must_be_safe) in EXPERIMENTS {
        let seen = Python::attach(|py| run(py, Duration::from_secs(seconds)));
        let Seen { collections, harmed_after, rounds } = match seen {
            Ok(seen) => seen,
            Err(error) => {
                eprintln!("lock_hazard: {name}: {error}");
                return ExitCode::FAILURE;
            }
        };
        let outcome = match harmed_after {
            Some(time) => format!("a live object was finalised after {:.2} s", time.as_secs_f64()),
            None => format!("no live object was harmed in {seconds} s"),
        };
        println!("{name}: {outcome} ({collections} collections, {rounds} rounds of the lock)");
        right &= !must_be_safe || harmed_after.is_none();
    }
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
