//! The example `lock_hazard` as a test: locks of the standard library harm an object in use, `GcMutex` does not.

#[path = "../examples/lock_hazard.rs"]
mod lock_hazard;

use lock_hazard::{EXPERIMENTS, Seen};
use pyo3::prelude::*;
use std::time::Duration;

#[test]
fn only_a_lock_that_is_taken_attached_keeps_a_live_object_alive() {
    Python::attach(|py| {
        for (name, run, must_be_safe) in EXPERIMENTS {
            // The dangerous ones stop at the first harm, most often within a second.
            let limit = Duration::from_secs(if must_be_safe { 3 } else { 60 });
            let Seen { collections, harmed_after, rounds } = run(py, limit).unwrap();
            println!("{name}: {collections} collections, {rounds} rounds of the lock, harmed after {harmed_after:?}");
            if must_be_safe {
                assert!(rounds > 10, "{name}: the other thread hardly ran, so this proves nothing");
                assert_eq!(harmed_after, None, "{name}: a live object was finalised");
            } else {
                assert!(
                    harmed_after.is_some(),
                    "{name}: no harm was seen on this machine, so the experiments with `GcMutex` prove nothing"
                );
            }
        }
    });
}
