//! The locks of `parking_lot`, which are refused like those of the standard library. The last one lets a thread in twice, so that it
//! gives out its content by shared reference only.

use crate::PyGcIntegration;
use parking_lot::{Mutex, ReentrantMutex, RwLock};

refused! {
    [T: PyGcIntegration + ?Sized] Mutex<T>, T, lock!(attached "Mutex", "GcMutex");
    [T: PyGcIntegration + ?Sized] RwLock<T>, T, lock!(attached "RwLock", "GcRwLock");
    [T: PyGcIntegration + ?Sized] ReentrantMutex<T>, T, lock!("ReentrantMutex", "GcMutex");
}
