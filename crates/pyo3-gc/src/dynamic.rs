//! Trait objects: `Box<dyn Handler>` and the like.

use crate::{Bag, PyGcIntegration, field};
use pyo3::{PyTraverseError, PyVisit};

mod sealed {
    #[diagnostic::on_unimplemented(
        message = "`DynGcIntegration` is not implemented by hand",
        label = "`{Self}` does not implement `PyGcIntegration`, from which `DynGcIntegration` follows",
        note = "add `#[derive(pyo3_gc::PyGcIntegration)]` to it"
    )]
    /// Has no name outside, so nobody can implement [`DynGcIntegration`](super::DynGcIntegration) by hand.
    pub trait Sealed {}

    impl<T: crate::PyGcIntegration + 'static> Sealed for T {}
}

/// What a trait of yours has as supertrait, so that its trait objects take part in Python's garbage collection.
///
/// The constant of [`PyGcIntegration`] keeps that trait from being a supertrait of a trait object. Every type that implements it
/// and borrows nothing implements this one too, and nobody can implement this one in another way.
/// [`integrate_dyn!`](crate::integrate_dyn!) then makes the trait objects take part: a call goes to the value behind the pointer. One that can own nothing is not asked.
///
/// ```
/// use pyo3_gc::prelude::*;
///
/// trait Handler: pyo3_gc::DynGcIntegration + Send + Sync {
///     fn name(&self) -> String;
/// }
/// pyo3_gc::integrate_dyn!(dyn Handler);
///
/// #[derive(PyGcIntegration)]
/// struct Callback {
///     function: Option<Py<PyAny>>,
/// }
///
/// impl Handler for Callback {
///     fn name(&self) -> String {
///         "callback".to_owned()
///     }
/// }
///
/// #[pyclass(weakref)]
/// struct Session {
///     handlers: Vec<Box<dyn Handler>>,
/// }
///
/// # fn main() -> PyResult<()> {
/// Python::attach(|py| {
///     let session = Bound::new(py, Session { handlers: vec![] })?;
///     let weak = py.import("weakref")?.getattr("ref")?.call1((&session,))?;
///     let function = session.getattr("__str__")?; // a bound method owns its object
///     session.borrow_mut().handlers.push(Box::new(Callback { function: Some(function.unbind()) }));
///     assert_eq!(session.borrow().handlers[0].name(), "callback");
///     drop(session);
///     py.import("gc")?.call_method0("collect")?;
///     assert!(weak.call0()?.is_none()); // collected
///     Ok(())
/// })
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be asked through a trait object what it owns",
    label = "`{Self}` does not implement `DynGcIntegration`",
    note = "if it is a type: add `#[derive(pyo3_gc::PyGcIntegration)]` to it",
    note = "if it is a `dyn ..`: give its trait the supertrait, `trait Handler: pyo3_gc::DynGcIntegration {{ .. }}`"
)]
pub trait DynGcIntegration: sealed::Sealed {
    #[doc(hidden)]
    fn __pyo3_gc_traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError>;
    #[doc(hidden)]
    fn __pyo3_gc_clear(&mut self);
    #[doc(hidden)]
    fn __pyo3_gc_unlink(&mut self, bag: &mut Bag);
    #[doc(hidden)]
    fn __pyo3_gc_unlink_shared(&self, bag: &mut Bag);
}

#[diagnostic::do_not_recommend] // the notes say what to do, for a type and for a trait object
impl<T: PyGcIntegration + 'static> DynGcIntegration for T {
    #[inline]
    fn __pyo3_gc_traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        field::traverse(self, visit)
    }
    #[inline]
    fn __pyo3_gc_clear(&mut self) {
        field::clear(self);
    }
    #[inline]
    fn __pyo3_gc_unlink(&mut self, bag: &mut Bag) {
        field::unlink(self, bag);
    }
    #[inline]
    fn __pyo3_gc_unlink_shared(&self, bag: &mut Bag) {
        field::unlink_shared(self, bag);
    }
}

/// Implements [`PyGcIntegration`] for trait objects, whose trait has [`DynGcIntegration`] as supertrait.
///
/// Several types stand behind each other with commas. `dyn Handler` and `dyn Handler + Send` are two types; with `Send` as
/// supertrait the first is enough. Parameters stand before a type, and conditions in a `where` clause behind the last one:
///
/// ```
/// use pyo3_gc::{DynGcIntegration, integrate_dyn};
///
/// trait Handler: DynGcIntegration {}
/// trait Convert<T>: DynGcIntegration {}
///
/// integrate_dyn!(dyn Handler, dyn Handler + Send + Sync);
/// integrate_dyn!(<T: Clone> dyn Convert<Vec<T>> where T: Default);
/// ```
///
/// A trait without the supertrait is refused:
///
/// ```compile_fail,E0277
/// trait Handler {}
/// pyo3_gc::integrate_dyn!(dyn Handler);
/// ```
///
/// So is a type that implements the trait, but does not take part:
///
/// ```compile_fail,E0277
/// trait Handler: pyo3_gc::DynGcIntegration {}
/// pyo3_gc::integrate_dyn!(dyn Handler);
///
/// struct Callback(pyo3::Py<pyo3::PyAny>);
/// impl Handler for Callback {}
/// ```
#[macro_export]
macro_rules! integrate_dyn {
    // A type ends where the next one begins, with `, dyn` or `, <`, or where nothing follows.
    (@object $generics:tt $object:tt , dyn $($rest:tt)+) => {
        $crate::integrate_dyn! { @object $generics $object }
        $crate::integrate_dyn! { dyn $($rest)+ }
    };
    (@object $generics:tt $object:tt , < $($rest:tt)+) => {
        $crate::integrate_dyn! { @object $generics $object }
        $crate::integrate_dyn! { < $($rest)+ }
    };
    (@object $generics:tt $object:tt $(,)?) => { $crate::integrate_dyn! { @implement $generics $object [] } };
    (@object $generics:tt $object:tt where $($where:tt)+) => {
        $crate::integrate_dyn! { @implement $generics $object [$($where)+] }
    };
    (@object $generics:tt [$($object:tt)*] $next:tt $($rest:tt)*) => {
        $crate::integrate_dyn! { @object $generics [$($object)* $next] $($rest)* }
    };
    // A condition with parameters would not be checked before the type is used.
    (@implement [$($generics:tt)+] [$($object:tt)+] [$($where:tt)*]) => {
        const _: () = {
            fn check<$($generics)+>(object: &($($object)+)) where $($where)* {
                $crate::__private::has_supertrait(object);
            }
        };
        $crate::integrate_dyn! { @checked [$($generics)+] [$($object)+] [$($where)*] }
    };
    (@implement [] $object:tt $where:tt) => { $crate::integrate_dyn! { @checked [] $object $where } };
    (@checked [$($generics:tt)*] [$($object:tt)+] [$($where:tt)*]) => {
        // SAFETY: rules 1 to 5 hold for the value behind the pointer, and every method calls its method once. The calls go to
        // that value: a trait object has `DynGcIntegration` only as supertrait, because the trait is sealed and its one
        // implementation is for sized types that implement `PyGcIntegration`.
        #[automatically_derived]
        unsafe impl<$($generics)*> $crate::PyGcIntegration for $($object)+
        where
            Self: $crate::DynGcIntegration,
            $($where)*
        {
            const MAY_CONTAIN_CYCLES: bool = true;

            #[inline]
            fn traverse(
                &self,
                visit: $crate::__private::PyVisit<'_>,
            ) -> ::core::result::Result<(), $crate::__private::PyTraverseError> {
                <Self as $crate::DynGcIntegration>::__pyo3_gc_traverse(self, visit)
            }
            #[inline]
            fn clear(&mut self) {
                <Self as $crate::DynGcIntegration>::__pyo3_gc_clear(self);
            }
            #[inline]
            fn unlink(&mut self, bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                <Self as $crate::DynGcIntegration>::__pyo3_gc_unlink(self, bag);
            }
            #[inline]
            fn unlink_shared(&self, bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                <Self as $crate::DynGcIntegration>::__pyo3_gc_unlink_shared(self, bag);
            }
        }
    };
    // Parameters end where `dyn` follows.
    (@generics [$($generics:tt)*] > dyn $($rest:tt)+) => {
        $crate::integrate_dyn! { @object [$($generics)*] [dyn] $($rest)+ }
    };
    (@generics [$($generics:tt)*] >> dyn $($rest:tt)+) => {
        $crate::integrate_dyn! { @object [$($generics)* >] [dyn] $($rest)+ }
    };
    (@generics [$($generics:tt)*] $next:tt $($rest:tt)*) => {
        $crate::integrate_dyn! { @generics [$($generics)* $next] $($rest)* }
    };
    (dyn $($rest:tt)+) => { $crate::integrate_dyn! { @object [] [dyn] $($rest)+ } };
    (< $($rest:tt)+) => { $crate::integrate_dyn! { @generics [] $($rest)+ } };
    ($($other:tt)*) => {
        ::core::compile_error!("expected trait objects, as in `integrate_dyn!(dyn Handler)` or `integrate_dyn!(<T> dyn Convert<T>)`");
    };
}
