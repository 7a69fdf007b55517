//! A type that the collector cannot look into is one like any other, as long as no Python object lies in it. What happens if one
//! does is in `tests/ui/refused_at_the_field.rs`.

use pyo3_gc::{PyGcIntegration, may_contain_cycles};
use std::cell::{Cell, LazyCell};
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, RwLock};

#[derive(PyGcIntegration)]
struct Settings<T> {
    shared: Arc<str>,
    twice: Option<Arc<Mutex<Vec<T>>>>,
    lock: RwLock<u8>,
    lazy: LazyLock<String>,
}

#[test]
fn a_field_of_such_a_type_compiles() {
    let settings = Settings::<u8> {
        shared: Arc::from("text"),
        twice: None,
        lock: RwLock::new(1),
        lazy: LazyLock::new(|| "late".to_owned()),
    };
    assert_eq!(settings.shared.len() + settings.lazy.len(), 8);
    assert!(settings.twice.is_none() && settings.lock.into_inner().is_ok());
    const { assert!(!may_contain_cycles::<Settings<u8>>()) };
}

#[test]
fn the_constants_are_false() {
    const {
        assert!(!may_contain_cycles::<(Arc<[u8]>, Rc<String>, Mutex<u8>, RwLock<u8>, Cell<u8>)>());
        assert!(!may_contain_cycles::<(LazyLock<u8>, LazyCell<u8, fn() -> u8>, Arc<Mutex<Vec<u8>>>)>());
    };
}

#[cfg(feature = "parking_lot")]
#[test]
fn the_constants_of_the_locks_of_parking_lot_are_false() {
    use parking_lot::{Mutex, ReentrantMutex, RwLock};
    const { assert!(!may_contain_cycles::<(Mutex<u8>, RwLock<u8>, ReentrantMutex<u8>)>()) };
}
