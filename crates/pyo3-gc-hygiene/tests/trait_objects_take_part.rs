//! `integrate_dyn!` where nothing has its usual name.

#![no_implicit_prelude]
#![forbid(unsafe_code)]

use ::std::{assert, boxed::Box, clone::Clone, vec::Vec};

trait Handler: ::collector::DynGcIntegration {}

trait Convert<T>: ::collector::DynGcIntegration {}

::collector::integrate_dyn!(dyn Handler + ::core::marker::Send);
::collector::integrate_dyn!(<T: Clone> dyn Convert<Vec<T>>);

#[test]
fn trait_objects_take_part() {
    assert!(::collector::may_contain_cycles::<Box<dyn Handler + ::core::marker::Send>>());
    assert!(::collector::may_contain_cycles::<Box<dyn Convert<Vec<u8>>>>());
}
