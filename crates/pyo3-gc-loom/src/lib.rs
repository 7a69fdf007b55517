//! Models of the lock behind `GcMutex` and `GcRwLock`.
//!
//! The file of the lock is compiled here with the atomics, the mutex and the condition variable of loom, which runs each model
//! through every order in which its threads can go on. The interpreter is a mutex: who is attached holds it, and so does the
//! collector. That is the interpreter lock; on free-threaded Python attached threads run side by side, and the models of
//! mutual exclusion, in which nobody attaches, stand for that.
#![cfg(test)]

#[path = "../../pyo3-gc/src/sync/raw.rs"]
mod raw;

mod models;
mod sys;
