//! Values that own what they hold in place: a reference, a box, an array, a tuple, a pair of ends.
//!
//! They cannot be emptied, so clearing them clears what they hold.

use crate::label::{at_field, at_index};
use crate::{Bag, PyGcIntegration, field, may_contain_cycles};
use pyo3::{Py, PyAny, PyTraverseError, PyVisit, Python};
use std::any::Any;
use std::cmp::Reverse;
use std::mem::replace;
use std::num::{Saturating, Wrapping};
use std::ops::{Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};
use std::pin::Pin;

/// Python's `None` instead of the object, where the type of the reference allows it.
///
/// `None` can be had only on a thread that is attached. The collector's own threads are. Anywhere else this attaches for a
/// moment, and where that is impossible (no interpreter, or one that is shutting down) the reference stays, which rule 5
/// allows.
fn take_object<T: 'static>(reference: &mut Py<T>) -> Option<Py<PyAny>> {
    let object = (reference as &mut dyn Any).downcast_mut::<Py<PyAny>>()?;
    Python::try_attach(|py| replace(object, py.None()))
}

// SAFETY: rule 1: a `Py` is one strong reference, visited once. Rules 2 and 3: always that one, by a plain read.
// Rule 5: `Py<PyAny>` holds `None` afterwards, which is a valid object of its type; what it held goes into the bag.
unsafe impl<T: 'static> PyGcIntegration for Py<T> {
    const MAY_CONTAIN_CYCLES: bool = true;

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self)
    }
    fn clear(&mut self) {
        drop(take_object(self));
    }
    fn unlink(&mut self, bag: &mut Bag) {
        if let Some(object) = take_object(self) {
            bag.put_py(object);
        }
    }
}

/// Types that are nothing but their parts, which are places: `&` and `&mut` reach each of them.
macro_rules! parts {
    ($([$($generics:tt)*] $type:ty: $of:ty, $this:ident => $($part:expr),+;)*) => { $(
        // SAFETY: rules 1 to 5 hold for each part, which has no other owner, and every method names each part once.
        unsafe impl<$($generics)*> PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<$of>();

            #[inline]
            fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                let $this = self;
                $(field::traverse(&$part, visit)?;)+
                Ok(())
            }
            #[inline]
            fn clear(&mut self) {
                let $this = self;
                $(field::clear(&mut $part);)+
            }
            #[inline]
            fn unlink(&mut self, bag: &mut Bag)
            where
                Self: 'static,
            {
                let $this = self;
                $(field::unlink(&mut $part, bag);)+
            }
            #[inline]
            fn unlink_shared(&self, bag: &mut Bag)
            where
                Self: 'static,
            {
                let $this = self;
                $(field::unlink_shared(&$part, bag);)+
            }
        }
    )* };
}

parts! {
    [T: PyGcIntegration + ?Sized] Box<T>: T, this => **this;
    [T: PyGcIntegration, const N: usize] [T; N]: T, this => this[..];
    [T: PyGcIntegration] Wrapping<T>: T, this => this.0;
    [T: PyGcIntegration] Saturating<T>: T, this => this.0;
    [T: PyGcIntegration] Reverse<T>: T, this => this.0;
    [T: PyGcIntegration] Range<T>: T, this => this.start, this.end;
    [T: PyGcIntegration] RangeFrom<T>: T, this => this.start;
    [T: PyGcIntegration] RangeTo<T>: T, this => this.end;
    [T: PyGcIntegration] RangeToInclusive<T>: T, this => this.end;
}

// SAFETY: rules 1 to 5 hold for each element, which has no other owner, and every method names each one once.
unsafe impl<T: PyGcIntegration> PyGcIntegration for [T] {
    const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<T>();

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let mut elements = self.iter().enumerate();
        elements.try_for_each(|(index, element)| at_index(index, || field::traverse(element, visit)))
    }
    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(field::clear);
    }
    #[inline]
    fn unlink(&mut self, bag: &mut Bag)
    where
        Self: 'static,
    {
        for element in self {
            field::unlink(element, bag);
        }
    }
    #[inline]
    fn unlink_shared(&self, bag: &mut Bag)
    where
        Self: 'static,
    {
        for element in self {
            field::unlink_shared(element, bag);
        }
    }
}

// SAFETY: rules 1 to 4 hold for both ends, which have no other owner and are named once. Rule 5: the standard library gives
// out its ends by shared reference only, so `clear` leaves them, as it may, and `unlink` takes what lies behind a lock or in a
// cell.
unsafe impl<T: PyGcIntegration> PyGcIntegration for RangeInclusive<T> {
    const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<T>();

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        field::traverse(self.start(), visit)?;
        field::traverse(self.end(), visit)
    }
    #[inline]
    fn clear(&mut self) {}
    #[inline]
    fn unlink(&mut self, bag: &mut Bag)
    where
        Self: 'static,
    {
        self.unlink_shared(bag);
    }
    #[inline]
    fn unlink_shared(&self, bag: &mut Bag)
    where
        Self: 'static,
    {
        field::unlink_shared(self.start(), bag);
        field::unlink_shared(self.end(), bag);
    }
}

// SAFETY: rules 1 to 4 hold for what is pinned, which has no other owner, is named once and does not move when it is looked at.
// Rule 5: it may not be reached by `&mut`, so `clear` leaves it, and `unlink` takes what lies behind a lock or in a cell.
unsafe impl<T: PyGcIntegration + ?Sized> PyGcIntegration for Pin<Box<T>> {
    const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<T>();

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        field::traverse(&**self, visit)
    }
    #[inline]
    fn clear(&mut self) {}
    #[inline]
    fn unlink(&mut self, bag: &mut Bag)
    where
        Self: 'static,
    {
        self.unlink_shared(bag);
    }
    #[inline]
    fn unlink_shared(&self, bag: &mut Bag)
    where
        Self: 'static,
    {
        field::unlink_shared(&**self, bag);
    }
}

macro_rules! tuple {
    ($($part:ident $index:tt)+) => {
        // SAFETY: rules 1 to 5 hold for each part, which has no other owner, and every method names each part once.
        unsafe impl<$($part: PyGcIntegration),+> PyGcIntegration for ($($part,)+) {
            const MAY_CONTAIN_CYCLES: bool = $(may_contain_cycles::<$part>())||+;

            #[inline]
            fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                $(at_field(stringify!($index), || field::traverse(&self.$index, visit))?;)+
                Ok(())
            }
            #[inline]
            fn clear(&mut self) {
                $(field::clear(&mut self.$index);)+
            }
            #[inline]
            fn unlink(&mut self, bag: &mut Bag)
            where
                Self: 'static,
            {
                $(field::unlink(&mut self.$index, bag);)+
            }
            #[inline]
            fn unlink_shared(&self, bag: &mut Bag)
            where
                Self: 'static,
            {
                $(field::unlink_shared(&self.$index, bag);)+
            }
        }
    };
}

/// Tuples of every length up to the number of names.
macro_rules! tuples {
    ([$($done:tt)*]) => {};
    ([$($done:tt)*] $part:ident $index:tt $($rest:tt)*) => {
        tuple!($($done)* $part $index);
        tuples!([$($done)* $part $index] $($rest)*);
    };
}
tuples!([] A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
