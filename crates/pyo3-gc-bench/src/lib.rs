//! Classes whose garbage collection is measured; `benches/` builds and runs this.

#[macro_use]
mod shapes;

mod by_hand;
mod derived;
mod elided;
mod measured;
mod sharing;

/// The module that the benchmarks import.
#[pyo3::pymodule]
mod pyo3_gc_bench {
    #[pymodule_export]
    use crate::elided::{Nothing, Numbers, Pairs};
    #[pymodule_export]
    use crate::measured::{collect, traverse};
    #[pymodule_export]
    use crate::sharing::share;

    #[pyo3::pymodule]
    mod derived {
        #[pymodule_export]
        use crate::derived::{Items, Registry, Session, Slot};
    }

    #[pyo3::pymodule]
    mod by_hand {
        #[pymodule_export]
        use crate::by_hand::{Items, Registry, Session, Slot};
    }
}
