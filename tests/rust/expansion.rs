// #[pyo3_gc::pyclass] on `Session`, line 6
#[derive(::pyo3_gc::PyGcIntegration)]
// Here PyO3's own #[pyclass] takes over.
#[::pyo3::pyclass(get_all, new = "from_fields")]
/// Tells one object when it closes.
struct Session {
    on_close: Option<Py<PyAny>>,
    #[pyo3_gc(skip = "a number")]
    count: usize,
}
// Here PyO3's own #[pymethods] takes over.
#[::pyo3::pymethods(crate = "::pyo3")]
impl Session {
    #[doc(hidden)]
    #[inline]
    #[pyo3(name = "__traverse__")]
    fn __pyo3_gc_traverse(
        &self,
        visit: ::pyo3::PyVisit<'_>,
    ) -> ::core::result::Result<(), ::pyo3::PyTraverseError> {
        ::pyo3_gc::PyGcIntegration::traverse(self, visit)
    }
    #[doc(hidden)]
    #[pyo3(name = "__clear__")]
    fn __pyo3_gc_clear(slf: &::pyo3::Bound<'_, Self>) {
        ::pyo3_gc::__private::clear(slf)
    }
}

// #[derive(PyGcIntegration)] on `Session`, line 6: the attribute above adds it
const _: () = {
    #[allow(unused_imports)]
    use ::pyo3_gc::__private::{NotForced as _, NotImplemented as _, NotRefused as _};
    const fn __gc_1_may_contain_cycles() -> ::core::primitive::bool {
        ::pyo3_gc::__private::Probe::<Option<Py<PyAny>>>::CONSTANT.get()
    }
    #[automatically_derived]
    unsafe impl ::pyo3_gc::PyGcIntegration for Session {
        const MAY_CONTAIN_CYCLES: bool = __gc_1_may_contain_cycles();
        #[inline]
        fn traverse(
            &self,
            __gc_visit: ::pyo3_gc::__private::PyVisit<'_>,
        ) -> ::core::result::Result<(), ::pyo3_gc::__private::PyTraverseError> {
            match *self {
                Self {
                    on_close: ref __gc_1,
                    ..
                } => {
                    if const { __gc_1_may_contain_cycles() } {
                        <Option<Py<PyAny>> as ::pyo3_gc::PyGcIntegration>::traverse(
                            __gc_1, __gc_visit,
                        )?;
                    }
                }
            }
            ::core::result::Result::Ok(())
        }
        #[inline]
        fn clear(&mut self) {
            match *self {
                Self {
                    on_close: ref mut __gc_1,
                    ..
                } => {
                    if const { __gc_1_may_contain_cycles() } {
                        <Option<Py<PyAny>> as ::pyo3_gc::PyGcIntegration>::clear(__gc_1);
                    }
                }
            }
        }
        #[inline]
        fn unlink(&mut self, __gc_bag: &mut ::pyo3_gc::Bag)
        where
            Self: 'static,
        {
            match *self {
                Self {
                    on_close: ref mut __gc_1,
                    ..
                } => {
                    if const { __gc_1_may_contain_cycles() } {
                        <Option<Py<PyAny>> as ::pyo3_gc::PyGcIntegration>::unlink(__gc_1, __gc_bag);
                    }
                }
            }
        }
        #[inline]
        fn unlink_shared(&self, __gc_bag: &mut ::pyo3_gc::Bag)
        where
            Self: 'static,
        {
            match *self {
                Self {
                    on_close: ref __gc_1,
                    ..
                } => {
                    if const { __gc_1_may_contain_cycles() } {
                        <Option<Py<PyAny>> as ::pyo3_gc::PyGcIntegration>::unlink_shared(
                            __gc_1, __gc_bag,
                        );
                    }
                }
            }
        }
    }
};

// #[derive(PyGcIntegration)] on `Tree`, line 13
const _: () = {
    #[allow(unused_imports)]
    use ::pyo3_gc::__private::{NotForced as _, NotImplemented as _, NotRefused as _};
    #[automatically_derived]
    unsafe impl<T> ::pyo3_gc::PyGcIntegration for Tree<T>
    where
        T: ::pyo3_gc::PyGcIntegration,
    {
        const MAY_CONTAIN_CYCLES: bool = true;
        #[inline]
        fn traverse(
            &self,
            __gc_visit: ::pyo3_gc::__private::PyVisit<'_>,
        ) -> ::core::result::Result<(), ::pyo3_gc::__private::PyTraverseError> {
            match *self {
                Self::Leaf { 0: ref __gc_1, .. } => {
                    if <T as ::pyo3_gc::PyGcIntegration>::MAY_CONTAIN_CYCLES {
                        <T as ::pyo3_gc::PyGcIntegration>::traverse(__gc_1, __gc_visit)?;
                    }
                }
                Self::Node { 0: ref __gc_2, .. } => {
                    if <Vec<Tree<T>> as ::pyo3_gc::PyGcIntegration>::MAY_CONTAIN_CYCLES {
                        <Vec<Tree<T>> as ::pyo3_gc::PyGcIntegration>::traverse(__gc_2, __gc_visit)?;
                    }
                }
            }
            ::core::result::Result::Ok(())
        }
        #[inline]
        fn clear(&mut self) {
            match *self {
                Self::Leaf {
                    0: ref mut __gc_1, ..
                } => {
                    if <T as ::pyo3_gc::PyGcIntegration>::MAY_CONTAIN_CYCLES {
                        <T as ::pyo3_gc::PyGcIntegration>::clear(__gc_1);
                    }
                }
                Self::Node {
                    0: ref mut __gc_2, ..
                } => {
                    if <Vec<Tree<T>> as ::pyo3_gc::PyGcIntegration>::MAY_CONTAIN_CYCLES {
                        <Vec<Tree<T>> as ::pyo3_gc::PyGcIntegration>::clear(__gc_2);
                    }
                }
            }
        }
        #[inline]
        fn unlink(&mut self, __gc_bag: &mut ::pyo3_gc::Bag)
        where
            Self: 'static,
        {
            match *self {
                Self::Leaf {
                    0: ref mut __gc_1, ..
                } => {
                    if <T as ::pyo3_gc::PyGcIntegration>::MAY_CONTAIN_CYCLES {
                        <T as ::pyo3_gc::PyGcIntegration>::unlink(__gc_1, __gc_bag);
                    }
                }
                Self::Node {
                    0: ref mut __gc_2, ..
                } => {
                    if <Vec<Tree<T>> as ::pyo3_gc::PyGcIntegration>::MAY_CONTAIN_CYCLES {
                        <Vec<Tree<T>> as ::pyo3_gc::PyGcIntegration>::unlink(__gc_2, __gc_bag);
                    }
                }
            }
        }
        #[inline]
        fn unlink_shared(&self, __gc_bag: &mut ::pyo3_gc::Bag)
        where
            Self: 'static,
        {
            match *self {
                Self::Leaf { 0: ref __gc_1, .. } => {
                    if <T as ::pyo3_gc::PyGcIntegration>::MAY_CONTAIN_CYCLES {
                        <T as ::pyo3_gc::PyGcIntegration>::unlink_shared(__gc_1, __gc_bag);
                    }
                }
                Self::Node { 0: ref __gc_2, .. } => {
                    if <Vec<Tree<T>> as ::pyo3_gc::PyGcIntegration>::MAY_CONTAIN_CYCLES {
                        <Vec<Tree<T>> as ::pyo3_gc::PyGcIntegration>::unlink_shared(
                            __gc_2, __gc_bag,
                        );
                    }
                }
            }
        }
    }
};
