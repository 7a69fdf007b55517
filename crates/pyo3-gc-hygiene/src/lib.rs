//! Generated code in a crate where nothing has its usual name: no prelude, both crates renamed, names of the user that could
//! be those of the macros, and every lint that a strict crate turns on.

#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic)]

use ::snake::{Py, PyAny, Python};
use ::std::boxed::Box;
use ::std::clone::Clone;
use ::std::iter::Extend;
use ::std::option::Option;
use ::std::string::String;
use ::std::vec::Vec;

/// A trait whose methods have the names of those that the macros call.
pub trait Traverse {
    /// Hides nothing.
    fn traverse(&self) {}
    /// Hides nothing.
    fn clear(&mut self) {}
    /// Hides nothing.
    fn unlink(&mut self) {}
    /// Hides nothing.
    fn unlink_shared(&self) {}
}

impl<T> Traverse for T {}

/// No implementation.
pub struct Foreign;

/// No implementation, and functions in its place.
pub struct Foreigner(Option<Py<PyAny>>);

/// Functions in place of an implementation. Their names, and those of the arguments, are also those that the macros use.
mod functions {
    use super::Foreigner;
    use ::collector::{Bag, field};
    use ::snake::{PyTraverseError, PyVisit};
    use ::std::result::Result;

    pub(super) fn traverse(value: &Foreigner, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        field::traverse(&value.0, visit)
    }
    pub(super) fn unlink(value: &mut Foreigner, bag: &mut Bag) {
        field::unlink(&mut value.0, bag);
    }
    pub(super) fn unlink_shared(value: &Foreigner, bag: &mut Bag) {
        field::unlink_shared(&value.0, bag);
    }
}

/// Names of the standard library, with another meaning.
#[allow(clippy::upper_case_acronyms)]
pub struct Result;

/// See the field names.
#[::collector::pyclass(crate = "::snake")]
#[pyo3_gc(crate = "::collector")]
pub struct Everything {
    #[pyo3(get, set)]
    next: Option<Py<PyAny>>,
    visit: Vec<Py<PyAny>>,
    bag: Box<Option<Py<PyAny>>>,
    slf: usize,
    field_0: Part,
    r#type: Option<Py<PyAny>>,
    #[pyo3(gc = false)]
    foreign: Foreign,
    #[pyo3_gc(skip)]
    result: Result,
    #[pyo3_gc(with = functions)]
    with: Foreigner,
    #[cfg(any())]
    #[pyo3_gc(with = no_such_module)]
    gone: NoSuchType,
}

#[::collector::pymethods(crate = "::snake")]
#[pyo3_gc(crate = "::collector")]
impl Everything {
    #[new]
    fn new() -> Self {
        Self {
            next: Option::None,
            visit: Vec::new(),
            bag: Box::new(Option::None),
            slf: 0,
            field_0: Part::Tuple(Option::None, 0),
            r#type: Option::None,
            foreign: Foreign,
            result: Result,
            with: Foreigner(Option::None),
        }
    }

    /// Puts an object into each place; says how many there are.
    fn fill(&mut self, py: Python<'_>, object: &::snake::Bound<'_, PyAny>) -> usize {
        let own = || Option::Some(object.clone().unbind());
        self.next = own();
        self.visit.extend(own());
        *self.bag = own();
        self.field_0 = Part::Named { visit: own(), bag: py.None(), r#match: Nothing };
        self.r#type = own();
        self.with.0 = own();
        let _ = (&self.foreign, &self.result, self.slf);
        6
    }
}

/// See the field names.
#[derive(::collector::PyGcIntegration)]
#[pyo3_gc(crate = "::collector")]
pub enum Part {
    /// Without names.
    Tuple(Option<Py<PyAny>>, u8),
    /// With names.
    Named {
        /// Like an argument of the macros.
        visit: Option<Py<PyAny>>,
        /// Like an argument of the macros.
        bag: Py<PyAny>,
        /// A keyword.
        r#match: Nothing,
    },
    /// Left out.
    #[pyo3_gc(skip)]
    Skipped(usize, Foreign),
    /// Left out without a check.
    #[pyo3_gc(skip = "a reason")]
    r#Raw(Option<Py<PyAny>>),
    /// Not there.
    #[cfg(any())]
    Gone(NoSuchType),
}

/// Visited, never cleared, and with a hook by hand under a raw name.
#[::collector::pyclass(crate = "::snake", clear_gc = false)]
#[pyo3_gc(crate = "::collector")]
pub struct Kept {
    next: Option<Py<PyAny>>,
}

#[::collector::pymethods(clear_gc = false)]
#[pyo3(crate = "::snake")]
#[pyo3_gc(crate = "::collector")]
impl Kept {
    fn r#__clear__(&mut self) {
        let _ = &mut self.next;
    }
}

/// Hooks by hand.
#[::collector::pyclass(crate = "::snake", derive_gc = false)]
#[pyo3_gc(crate = "::collector")]
pub struct ByHand {
    next: Option<Py<PyAny>>,
}

#[::collector::pymethods(crate = "::snake", derive_gc = false)]
#[pyo3_gc(crate = "::collector")]
impl ByHand {
    fn __traverse__(&self, visit: ::snake::PyVisit<'_>) -> ::std::result::Result<(), ::snake::PyTraverseError> {
        visit.call(&self.next)
    }
}

/// Types that are refused unless they own nothing, bounds in place of those that follow, and a lock.
#[derive(::collector::PyGcIntegration)]
#[pyo3_gc(crate = "::collector", bound = "T: ::std::clone::Clone")]
pub struct Locks<T: 'static> {
    /// Owns nothing.
    pub shared: ::std::sync::Arc<::std::sync::Mutex<Option<u8>>>,
    /// A promise.
    #[pyo3_gc(with = ::collector::attached_only)]
    pub lock: ::std::sync::Mutex<Option<Py<PyAny>>>,
    /// No bound follows.
    pub kind: ::std::marker::PhantomData<T>,
}

/// A field that Python can set and clearing cannot take out, where one knows that there is no cycle.
#[::collector::pyclass(crate = "::snake", set_all)]
#[pyo3_gc(crate = "::collector")]
pub struct Settable {
    #[allow(deprecated)]
    parent: Py<Kept>,
}

/// A unit.
#[derive(::collector::PyGcIntegration)]
#[pyo3_gc(crate = "::collector")]
pub struct Nothing;

/// No value.
#[derive(::collector::PyGcIntegration)]
#[pyo3_gc(crate = "::collector")]
pub enum Never {}

/// Parameters with the names that a macro might take.
#[derive(::collector::PyGcIntegration)]
#[pyo3_gc(crate = "::collector")]
pub struct Generic<'visit, T, const BAG: usize>
where
    T: 'visit,
{
    /// A use of the lifetime.
    pub name: &'visit str,
    /// A use of the others.
    pub values: [Vec<T>; BAG],
}

macro_rules! through_a_macro {
    ($name:ident, $ty:ty) => {
        /// The name and the type come from outside the macro, the rest from inside.
        #[derive(::collector::PyGcIntegration)]
        #[pyo3_gc(crate = "::collector")]
        pub struct $name {
            /// From inside.
            pub value: $ty,
            /// From inside.
            pub other: Option<$ty>,
        }
    };
}

through_a_macro!(Made, Vec<String>);

/// A constant takes the place of a variable of the same name in a pattern.
#[allow(non_upper_case_globals)]
pub mod constants {
    use ::snake::{Py, PyAny};
    use ::std::option::Option;

    /// Not an argument of the macros.
    pub const visit: u8 = 0;
    /// Not an argument of the macros.
    pub const bag: u8 = 0;

    /// See above.
    #[derive(::collector::PyGcIntegration)]
    #[pyo3_gc(crate = "::collector")]
    pub struct Owner {
        /// An object.
        pub object: Option<Py<PyAny>>,
    }
}

/// Types inside a function.
#[must_use]
pub fn inside_a_function() -> usize {
    use self::functions as local;

    #[derive(::collector::PyGcIntegration)]
    #[pyo3_gc(crate = "::collector")]
    struct Local {
        objects: Vec<Py<PyAny>>,
        #[pyo3_gc(skip)]
        foreign: Foreign,
        #[pyo3_gc(with = local)]
        with: Foreigner,
    }

    #[::collector::pyclass(crate = "::snake", frozen)]
    #[pyo3_gc(crate = "::collector")]
    struct Class {
        local: Local,
    }

    let class = Class { local: Local { objects: Vec::new(), foreign: Foreign, with: Foreigner(Option::None) } };
    let Local { objects, foreign: Foreign, with } = class.local;
    objects.len() + with.0.as_ref().map_or(0, |_| 1)
}
