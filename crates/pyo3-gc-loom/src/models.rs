//! What must be true in every order of events.

use crate::raw::RawLock;
use crate::sys::{Mutex, yield_now};
use loom::cell::UnsafeCell;
use loom::sync::{Arc, MutexGuard};
use loom::thread;
use std::cell::RefCell;

/// A lock with a content, and an interpreter.
struct World {
    interpreter: Mutex<()>,
    lock: RawLock,
    content: UnsafeCell<usize>,
}

// SAFETY: the models reach the content under the lock only, and loom reports where two threads reach it at once.
unsafe impl Sync for World {}
// SAFETY: as above.
unsafe impl Send for World {}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self { interpreter: Mutex::new(()), lock: RawLock::new(), content: UnsafeCell::new(0) })
    }

    fn attach(&self) -> Attached<'_> {
        Attached { world: self, held: RefCell::new(self.interpreter.lock().ok()) }
    }

    fn add(&self) {
        // SAFETY: the caller holds the lock for writing.
        self.content.with_mut(|content| unsafe { *content += 1 });
    }

    fn read(&self) -> usize {
        // SAFETY: the caller holds the lock.
        self.content.with(|content| unsafe { *content })
    }

    /// What the collector sees.
    fn look(&self) -> Option<usize> {
        self.lock.while_looking(|| self.read())
    }
}

/// A thread that is attached.
struct Attached<'a> {
    world: &'a World,
    held: RefCell<Option<MutexGuard<'a, ()>>>,
}

impl Attached<'_> {
    fn detach(&self, run: &(dyn Fn() + Sync)) {
        drop(self.held.borrow_mut().take());
        run();
        *self.held.borrow_mut() = self.world.interpreter.lock().ok();
    }

    fn write(&self, inside: impl FnOnce()) {
        self.world.lock.exclusive(|sleep| self.detach(sleep));
        inside();
        self.world.lock.release_exclusive();
    }

    fn read(&self, inside: impl FnOnce()) {
        self.world.lock.shared(|sleep| self.detach(sleep));
        inside();
        self.world.lock.release_shared();
    }
}

/// Threads that are never attached, so that nothing but the lock keeps them apart.
fn without_interpreter(sleep: &(dyn Fn() + Sync)) {
    sleep();
}

fn model(preemptions: usize, run: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(preemptions);
    model.check(run);
}

#[test]
fn two_writers_exclude_each_other_and_both_get_the_lock() {
    model(3, || {
        let world = World::new();
        let other = thread::spawn({
            let world = world.clone();
            move || {
                assert!(!world.lock.is_writer());
                world.lock.exclusive(without_interpreter);
                assert!(world.lock.is_writer());
                world.add();
                world.lock.release_exclusive();
                assert!(!world.lock.is_writer());
            }
        });
        world.lock.exclusive(without_interpreter);
        world.add();
        world.lock.release_exclusive();
        other.join().unwrap();
        assert_eq!(world.read(), 2);
        assert!(!world.lock.is_held());
    });
}

#[test]
fn three_writers_wake_each_other() {
    model(2, || {
        let world = World::new();
        let write = |world: &World| {
            world.lock.exclusive(without_interpreter);
            world.add();
            world.lock.release_exclusive();
        };
        let others = [world.clone(), world.clone()].map(|world| thread::spawn(move || write(&world)));
        write(&world);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(world.read(), 3);
    });
}

#[test]
fn readers_and_a_writer_exclude_each_other_and_all_get_the_lock() {
    model(2, || {
        let world = World::new();
        let readers = [world.clone(), world.clone()].map(|world| {
            thread::spawn(move || {
                world.lock.shared(without_interpreter);
                let seen = world.read();
                world.lock.release_shared();
                assert!(seen <= 1);
            })
        });
        world.lock.exclusive(without_interpreter);
        world.add();
        world.lock.release_exclusive();
        for reader in readers {
            reader.join().unwrap();
        }
        assert_eq!(world.read(), 1);
    });
}

/// On free-threaded Python somebody can ask an object for its references while other threads run.
#[test]
fn a_look_beside_a_waiting_writer_puts_nobody_to_sleep_for_ever() {
    model(3, || {
        let world = World::new();
        let writer = thread::spawn({
            let world = world.clone();
            move || {
                world.lock.exclusive(without_interpreter);
                world.add();
                world.lock.release_exclusive();
            }
        });
        assert!(world.look().is_none_or(|seen| seen <= 1));
        world.lock.exclusive(without_interpreter);
        world.add();
        world.lock.release_exclusive();
        writer.join().unwrap();
        assert_eq!(world.look(), Some(2));
    });
}

#[test]
fn a_writer_who_waits_lets_python_go_on() {
    model(3, || {
        let world = World::new();
        let other = thread::spawn({
            let world = world.clone();
            move || {
                let attached = world.attach();
                // Python code runs while the lock is held, and another thread may attach.
                attached.write(|| {
                    world.add();
                    attached.detach(&yield_now);
                });
            }
        });
        world.attach().write(|| world.add());
        other.join().unwrap();
        assert_eq!(world.read(), 2);
    });
}

/// Two looks of one collection: what the first one shows, the second one shows too.
fn collection(world: &World) {
    let attached = world.attach();
    let first = world.look();
    yield_now();
    let second = world.look();
    if first.is_some() {
        assert_eq!(first, second, "the collector saw the content once");
    }
    drop(attached);
}

#[test]
fn a_collection_sees_one_state_beside_writers() {
    model(3, || {
        let world = World::new();
        let writer = thread::spawn({
            let world = world.clone();
            move || world.attach().write(|| world.add())
        });
        collection(&world);
        world.attach().write(|| world.add());
        writer.join().unwrap();
    });
}

#[test]
fn a_collection_sees_one_state_beside_a_writer_that_is_detached_while_it_holds_the_lock() {
    model(3, || {
        let world = World::new();
        let writer = thread::spawn({
            let world = world.clone();
            move || {
                let attached = world.attach();
                attached.write(|| attached.detach(&|| world.add()));
            }
        });
        collection(&world);
        writer.join().unwrap();
    });
}

#[test]
fn a_collection_sees_one_state_while_the_lock_goes_from_a_reader_to_a_writer() {
    model(2, || {
        let world = World::new();
        let reader = thread::spawn({
            let world = world.clone();
            move || world.attach().read(|| assert!(world.read() <= 1))
        });
        let writer = thread::spawn({
            let world = world.clone();
            move || world.attach().write(|| world.add())
        });
        collection(&world);
        reader.join().unwrap();
        writer.join().unwrap();
    });
}

/// The same model finds the fault of a lock that is taken by a detached thread, so it could find it above.
#[test]
#[should_panic(expected = "the collector saw the content once")]
fn a_lock_that_is_taken_detached_shows_two_states() {
    model(3, || {
        let world = World::new();
        let writer = thread::spawn({
            let world = world.clone();
            move || {
                world.lock.exclusive(without_interpreter);
                world.add();
                world.lock.release_exclusive();
            }
        });
        collection(&world);
        writer.join().unwrap();
    });
}
