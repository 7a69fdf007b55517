//! Where a traversal is at the moment, in names of fields and indexes. Without the feature `introspect` nothing of it is left.

#[cfg(not(feature = "introspect"))]
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call must not remain in a class that is not looked into")]
pub(crate) fn at_index<R>(_index: usize, visit: impl FnOnce() -> R) -> R {
    visit()
}

#[cfg(not(feature = "introspect"))]
#[inline(always)]
#[expect(clippy::inline_always, reason = "as above")]
pub(crate) fn at_field<R>(_name: &'static str, visit: impl FnOnce() -> R) -> R {
    visit()
}

#[cfg(feature = "introspect")]
pub use on::at_field;
#[cfg(feature = "introspect")]
pub(crate) use on::{at_index, path, with_path};

#[cfg(feature = "introspect")]
mod on {
    use std::cell::RefCell;
    use std::fmt::Write;

    enum Step {
        Field(&'static str),
        Index(usize),
    }

    thread_local! {
        /// `None` unless somebody wants to know: then a traversal, by the collector for instance, does no more than look here.
        static PATH: RefCell<Option<Vec<Step>>> = const { RefCell::new(None) };
    }

    /// Visits a field.
    #[inline]
    pub fn at_field<R>(name: &'static str, visit: impl FnOnce() -> R) -> R {
        at(Step::Field(name), visit)
    }

    /// Visits an element.
    #[inline]
    pub(crate) fn at_index<R>(index: usize, visit: impl FnOnce() -> R) -> R {
        at(Step::Index(index), visit)
    }

    fn at<R>(step: Step, visit: impl FnOnce() -> R) -> R {
        PATH.with_borrow_mut(|path| path.as_mut().map(|path| path.push(step)));
        let result = visit();
        PATH.with_borrow_mut(|path| path.as_mut().map(Vec::pop));
        result
    }

    /// Keeps the path while `traversal` runs.
    pub(crate) fn with_path<R>(traversal: impl FnOnce() -> R) -> R {
        let outer = PATH.replace(Some(Vec::new()));
        let result = traversal();
        PATH.set(outer);
        result
    }

    /// The path to what is visited now, as one would write it in Rust; empty where no field has a name.
    pub(crate) fn path() -> String {
        let mut text = String::new();
        PATH.with_borrow(|path| {
            for step in path.iter().flatten() {
                // Writing to a string cannot fail.
                let _ = match step {
                    Step::Field(name) if text.is_empty() => write!(text, "{name}"),
                    Step::Field(name) => write!(text, ".{name}"),
                    Step::Index(index) => write!(text, "[{index}]"),
                };
            }
        });
        text
    }
}
