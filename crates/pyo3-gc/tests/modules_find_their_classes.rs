//! A declarative `#[pymodule]` sees the classes that the attribute marks.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use support::{python, run};

#[pyo3_gc::pyclass]
struct Exported {
    next: Option<Py<PyAny>>,
}

/// With `use pyo3_gc::pyclass` the names of PyO3 have to be imported one by one: in a module that a macro rewrites, an import
/// by name and a glob that holds the same name are ambiguous.
#[pymodule]
mod by_name {
    use pyo3::{Py, PyAny, pymethods};
    use pyo3_gc::pyclass;

    #[pyclass]
    struct Session {
        #[pyo3(get, set)]
        next: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Session {
        #[new]
        fn new() -> Self {
            Self { next: None }
        }
    }
}

mod outer {
    use pyo3::prelude::*;
    use pyo3_gc::pyclass;

    #[pymodule]
    pub(crate) mod by_parent {
        use super::*;

        #[pyclass]
        struct Session {
            #[pyo3(get, set)]
            next: Option<Py<PyAny>>,
        }

        #[pymethods]
        impl Session {
            #[new]
            fn new() -> Self {
                Self { next: None }
            }
        }
    }
}

#[pymodule]
mod inside {
    use pyo3_gc::prelude::*;

    #[pymodule_export]
    use super::Exported;

    #[pyclass]
    struct Session {
        #[pyo3(get, set)]
        next: Option<Py<PyAny>>,
        #[pyo3(gc = false)]
        _foreign: Foreign,
    }

    #[pymethods]
    impl Session {
        #[new]
        fn new() -> Self {
            Self { next: None, _foreign: Foreign }
        }
    }

    #[pyclass(name = "Kind", frozen)]
    enum Choice {
        #[pyo3(constructor = (object))]
        One { object: Py<PyAny> },
    }

    /// Here the option cannot stand in `#[pyclass(..)]`, because the module reads that and knows PyO3's options only.
    #[pyclass]
    #[pyo3_gc(derive_gc = false)]
    struct Off {
        _foreign: Foreign,
    }

    struct Foreign;
}

#[test]
fn the_attribute_may_come_from_any_import() {
    python(|py| {
        let modules = [pyo3::wrap_pymodule!(by_name)(py), pyo3::wrap_pymodule!(outer::by_parent)(py)];
        for module in modules {
            let session = module.getattr(py, "Session").unwrap().call0(py).unwrap().into_bound(py);
            session.setattr("next", &session).unwrap();
            assert_eq!(support::reported(&session, &session), 1);
        }
    });
}

#[test]
fn classes_in_a_module_are_exported_and_collected() {
    python(|py| {
        let locals = PyDict::new(py);
        locals.set_item("inside", pyo3::wrap_pymodule!(inside)(py)).unwrap();
        let code = c"
import gc, weakref
class Thing: pass
assert inside.Session.__module__ == 'inside' == inside.Kind.__module__
assert {name for name in dir(inside) if name[0].isupper()} == {'Exported', 'Kind', 'Off', 'Session'}
thing, session = Thing(), inside.Session()
thing.session, session.next = session, thing
thing.kind = inside.Kind.One(thing)
assert gc.get_referents(session).count(thing) == 1
assert gc.get_referents(thing.kind).count(thing) == 1
reference = weakref.ref(thing)
del thing, session
gc.collect()
assert reference() is None
";
        run(py, code, &locals);
        let exported = Bound::new(py, Exported { next: Some(py.NotImplemented()) }).unwrap();
        assert_eq!(support::referents(&exported).len(), 2);
        assert!(exported.borrow().next.is_some());
    });
}
