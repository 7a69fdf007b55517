//! The class of the crate under other names is collected.

use collector::PyGcIntegration;
use snake::prelude::*;
use snake::types::PyDict;

#[test]
fn the_class_is_collected() {
    Python::attach(|py| {
        let locals = PyDict::new(py);
        locals.set_item("Everything", py.get_type::<pyo3_gc_hygiene::Everything>()).unwrap();
        let code = c"
import gc, weakref
class Thing: pass
thing = Thing()
thing.owner = Everything()
places = thing.owner.fill(thing)
assert places == gc.get_referents(thing.owner).count(thing)
reference = weakref.ref(thing)
del thing
gc.collect()
assert reference() is None
";
        py.run(code, Some(&locals), None).unwrap();
    });
}

#[test]
fn the_constants_are_right() {
    use pyo3_gc_hygiene::{Generic, Locks, Made, Never, Nothing, Part};
    const { assert!(<Locks<u8>>::MAY_CONTAIN_CYCLES) };
    const { assert!(Part::MAY_CONTAIN_CYCLES) };
    const { assert!(!Nothing::MAY_CONTAIN_CYCLES && !Never::MAY_CONTAIN_CYCLES && !Made::MAY_CONTAIN_CYCLES) };
    const { assert!(!<Generic<'static, u8, 2>>::MAY_CONTAIN_CYCLES) };
    const { assert!(<Generic<'static, Py<PyAny>, 2>>::MAY_CONTAIN_CYCLES) };
}
