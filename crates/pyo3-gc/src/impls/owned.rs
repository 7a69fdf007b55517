//! Values that own what they hold in place: a box, an array, a tuple, a pair of ends.
//!
//! They cannot be emptied, so clearing them clears what they hold.

use crate::label::{at_field, at_index};
use crate::{Bag, PyGcIntegration, field, may_contain_cycles};
use pyo3::{PyTraverseError, PyVisit};
use std::cmp::Reverse;
use std::io::{BufReader, BufWriter, Cursor, LineWriter, Write};
use std::num::{Saturating, Wrapping};
use std::ops::{Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

parts! {
    [T: PyGcIntegration + ?Sized] Box<T>: T, this => **this;
    [T: PyGcIntegration, const N: usize] [T; N]: T, this => this[..];
    [T: PyGcIntegration] Wrapping<T>: T, this => this.0;
    [T: PyGcIntegration] Saturating<T>: T, this => this.0;
    [T: PyGcIntegration] Reverse<T>: T, this => this.0;
    [T: PyGcIntegration] AssertUnwindSafe<T>: T, this => this.0;
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

shown! {
    // The standard library gives out its ends by shared reference only.
    [T: PyGcIntegration] RangeInclusive<T>: T, this => this.start(), this.end();
    // What is read or written may not be exchanged under the position or the buffer.
    [T: PyGcIntegration] Cursor<T>: T, this => this.get_ref();
    [T: PyGcIntegration + ?Sized] BufReader<T>: T, this => this.get_ref();
    [T: PyGcIntegration + Write + ?Sized] BufWriter<T>: T, this => this.get_ref();
    [T: PyGcIntegration + Write + ?Sized] LineWriter<T>: T, this => this.get_ref();
    // What is pinned does not move when it is looked at.
    [T: PyGcIntegration + ?Sized] Pin<Box<T>>: T, this => &**this;
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
