//! The classes that are compared, written once, so that both versions have the same fields.

/// Defines the classes with the given attribute, and the plain types inside them with the other ones.
macro_rules! shapes {
    (class: #[$class:meta], part: $(#[$part:meta])*) => {
        use ::pyo3::{Py, PyAny, pymethods};
        use ::std::collections::HashMap;

        /// One reference.
        #[$class]
        pub(crate) struct Slot {
            next: Option<Py<PyAny>>,
        }

        /// Four references between fields that own nothing.
        #[$class]
        pub(crate) struct Session {
            _name: String,
            on_open: Option<Py<PyAny>>,
            on_close: Option<Py<PyAny>>,
            _retries: u32,
            owner: Py<PyAny>,
            _weights: Vec<f64>,
            parent: Option<Py<PyAny>>,
        }

        /// As many references as one likes.
        #[$class]
        pub(crate) struct Items {
            items: Vec<Py<PyAny>>,
        }

        /// Two references in types of its own, and a map.
        #[$class]
        pub(crate) struct Registry {
            state: State,
            mode: Mode,
            by_name: HashMap<String, Py<PyAny>>,
        }

        $(#[$part])*
        struct State {
            callback: Option<Py<PyAny>>,
            _limits: (u32, u32),
        }

        $(#[$part])*
        enum Mode {
            Idle,
            Repeat { call: Py<PyAny>, _times: u32 },
        }

        #[pymethods]
        impl Slot {
            #[new]
            fn new(object: Py<PyAny>, _count: usize) -> Self {
                Self { next: Some(object) }
            }
        }

        #[pymethods]
        impl Session {
            #[new]
            fn new(py: ::pyo3::Python<'_>, object: Py<PyAny>, _count: usize) -> Self {
                Self {
                    _name: String::from("session"),
                    on_open: Some(object.clone_ref(py)),
                    on_close: Some(object.clone_ref(py)),
                    _retries: 3,
                    owner: object.clone_ref(py),
                    _weights: vec![0.5; 8],
                    parent: Some(object),
                }
            }
        }

        #[pymethods]
        impl Items {
            #[new]
            fn new(py: ::pyo3::Python<'_>, object: Py<PyAny>, count: usize) -> Self {
                Self { items: (0..count).map(|_| object.clone_ref(py)).collect() }
            }
        }

        #[pymethods]
        impl Registry {
            #[new]
            fn new(py: ::pyo3::Python<'_>, object: Py<PyAny>, count: usize) -> Self {
                let mode = match count {
                    0 => Mode::Idle,
                    _ => Mode::Repeat { call: object.clone_ref(py), _times: 2 },
                };
                // A power of two as capacity, filled to seven eighths: the share of empty places is the same for every count.
                let mut by_name = HashMap::with_capacity(count);
                by_name.extend((0..count).map(|index| (index.to_string(), object.clone_ref(py))));
                Self { state: State { callback: Some(object), _limits: (0, 1) }, mode, by_name }
            }
        }
    };
}
