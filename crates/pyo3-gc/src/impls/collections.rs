//! Collections, which clearing empties as a whole.
//!
//! Nothing here asks for `Eq`, `Hash` or `Ord`: an element is looked at in place, and leaves without being compared, so that no
//! code of its type runs (rules 3 and 5). What has a hash or a rank is not cleared in place either, because both could change.
//!
//! The hasher of a map is not visited. None is known that owns a Python object, and a bound by the trait would refuse every
//! hasher of another crate; `'static` as a bound would prove nothing, since a `Py` is `'static` too. A hasher that did own an
//! object would leak a cycle through it, and could never destroy an object that is in use.

use crate::label::{at_field, at_index};
use crate::{Bag, PyGcIntegration, field, may_contain_cycles};
use pyo3::{PyTraverseError, PyVisit};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::mem::take;

/// Collections of single elements: how all of them are taken out, and whether one may change in its place.
macro_rules! elements {
    ($([$($generics:tt)*] $type:ty, $this:ident => $take:expr, $in_place:literal;)*) => { $(
        // SAFETY: rules 1 to 4 hold for the elements, which have no other owner and are named once each. Rule 5: an empty
        // collection is a valid value, and it is empty before the first element is dropped.
        unsafe impl<T: PyGcIntegration, $($generics)*> PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<T>();

            #[inline]
            fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                let mut elements = self.iter().enumerate();
                elements.try_for_each(|(index, element)| at_index(index, || field::traverse(element, visit)))
            }
            #[inline]
            fn clear(&mut self) {
                let $this = self;
                drop($take);
            }
            #[inline]
            fn unlink(&mut self, bag: &mut Bag)
            where
                Self: 'static,
            {
                if !self.is_empty() {
                    let $this = self;
                    bag.put($take);
                }
            }
            #[inline]
            fn unlink_shared(&self, bag: &mut Bag)
            where
                Self: 'static,
            {
                if $in_place {
                    for element in self {
                        field::unlink_shared(element, bag);
                    }
                }
            }
        }
    )* };
}

elements! {
    [] VecDeque<T>, this => take(this), true;
    [] LinkedList<T>, this => take(this), true;
    [] BTreeSet<T>, this => take(this), false;
    // An empty one of these can be made only with `Ord`, or with a hasher.
    [] BinaryHeap<T>, this => this.drain().collect::<Vec<T>>(), false;
    [S] HashSet<T, S>, this => this.drain().collect::<Vec<T>>(), false;
}

/// Maps, and how all entries are taken out.
macro_rules! entries {
    ($([$($generics:tt)*] $type:ty, $this:ident => $take:expr;)*) => { $(
        // SAFETY: rules 1 to 4 hold for the keys and the values, which have no other owner and are named once each. Rule 5: an
        // empty map is a valid value, and it is empty before the first entry is dropped.
        unsafe impl<K: PyGcIntegration, V: PyGcIntegration, $($generics)*> PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<K>() || may_contain_cycles::<V>();

            #[inline]
            fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                self.iter().enumerate().try_for_each(|(index, (key, value))| {
                    at_field("keys", || at_index(index, || field::traverse(key, visit)))?;
                    at_field("values", || at_index(index, || field::traverse(value, visit)))
                })
            }
            #[inline]
            fn clear(&mut self) {
                let $this = self;
                drop($take);
            }
            #[inline]
            fn unlink(&mut self, bag: &mut Bag)
            where
                Self: 'static,
            {
                if !self.is_empty() {
                    let $this = self;
                    bag.put($take);
                }
            }
            #[inline]
            fn unlink_shared(&self, bag: &mut Bag)
            where
                Self: 'static,
            {
                for value in self.values() {
                    field::unlink_shared(value, bag);
                }
            }
        }
    )* };
}

entries! {
    [] BTreeMap<K, V>, this => take(this);
    [S] HashMap<K, V, S>, this => this.drain().collect::<Vec<(K, V)>>();
}
