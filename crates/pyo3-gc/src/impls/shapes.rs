//! The bodies that the implementations share: one macro for each way in which a value can own others.
//!
//! | macro | the value | clearing |
//! |---|---|---|
//! | `leaf!`, `generic_leaf!` | can never own a Python reference | nothing to do |
//! | `filled!`, `elements!`, `entries!` | can be emptied | takes the content out as a whole |
//! | `parts!`, `variants!` | is nothing but its parts | clears the parts |
//! | `shown!` | shows its parts by shared reference only | takes what lies in a cell or behind a lock |
//!
//! The implementing type stands behind its generic parameters, which are in brackets. A parameter that is named `this` in the
//! expressions is the value itself.

/// Types that own nothing; those with parameters have them in brackets before the type.
macro_rules! generic_leaf {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => { $(
        // SAFETY: rule 4: no value of this type can own a Python reference, so there is nothing to visit or to clear.
        // No compiler message lists this type as one that a field might have had instead.
        #[diagnostic::do_not_recommend]
        unsafe impl<$($generics)*> $crate::PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = false;

            #[inline]
            fn traverse(&self, _: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
                Ok(())
            }
            #[inline]
            fn clear(&mut self) {}
        }
    )* };
}

macro_rules! leaf {
    ($($type:ty),* $(,)?) => { generic_leaf! { $([] $type),* } };
}

/// What can be emptied: how all of it is taken out (`None` where nothing is in it), how it is visited, and how the call
/// through a shared reference is passed on. The macros below say the last two for the kinds of values that there are.
macro_rules! emptied {
    (
        [$($generics:tt)*] $type:ty: $($of:ty),+;
        |$this:ident| take $take:expr, traverse |$visit:ident| $traverse:expr, shared |$bag:ident| $shared:expr
    ) => {
        // SAFETY: rules 1 to 4 hold for the content, which has no other owner; each part of it is named once, and looking at it
        // compares nothing and waits for nothing. Rule 5: the empty value is a valid one, and it is empty before the first
        // part is dropped.
        unsafe impl<$($generics)*> $crate::PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = $($crate::may_contain_cycles::<$of>())||+;

            #[inline]
            fn traverse(&self, $visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
                let $this = self;
                $traverse
            }
            #[inline]
            fn clear(&mut self) {
                let $this = self;
                drop($take);
            }
            #[inline]
            fn unlink(&mut self, bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                let $this = self;
                if let Some(content) = $take {
                    bag.put(content);
                }
            }
            #[inline]
            fn unlink_shared(&self, $bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                let $this = self;
                $shared
            }
        }
    };
}

/// Places for one value, which are full or empty: how the content is looked at, and how it is taken out.
macro_rules! filled {
    ($([$($generics:tt)*] $type:ty: $of:ty, $this:ident => $get:expr, $take:expr;)*) => { $(
        emptied! {
            [$($generics)*] $type: $of;
            |$this| take $take,
            // No closure: in a debug build each call costs stack, and a chain of options can be deep.
            traverse |visit| {
                if let Some(content) = $get {
                    $crate::field::traverse(content, visit)?;
                }
                Ok(())
            },
            shared |bag| if let Some(content) = $get {
                $crate::field::unlink_shared(content, bag);
            }
        }
    )* };
}

/// Collections of single elements: how the elements are listed with their indexes, how all of them are taken out, and whether
/// one may change in its place.
macro_rules! elements {
    ($([$($generics:tt)*] $type:ty: $of:ty, $this:ident => $each:expr, $take:expr, $in_place:literal;)*) => { $(
        emptied! {
            [$($generics)*] $type: $of;
            |$this| take (!$this.is_empty()).then(|| $take),
            traverse |visit| $each.try_for_each(|(index, element)| {
                $crate::label::at_index(index, || $crate::field::traverse(element, visit))
            }),
            shared |bag| if $in_place {
                for (_, element) in $each {
                    $crate::field::unlink_shared(element, bag);
                }
            }
        }
    )* };
}

/// Maps, and how all entries are taken out. A key is never changed in its place, because its hash or its rank could change.
macro_rules! entries {
    ($([$($generics:tt)*] $type:ty, $this:ident => $take:expr;)*) => { $(
        emptied! {
            [K: $crate::PyGcIntegration, V: $crate::PyGcIntegration, $($generics)*] $type: K, V;
            |$this| take (!$this.is_empty()).then(|| $take),
            traverse |visit| $this.iter().enumerate().try_for_each(|(index, (key, value))| {
                $crate::label::at_field("keys", || {
                    $crate::label::at_index(index, || $crate::field::traverse(key, visit))
                })?;
                $crate::label::at_field("values", || {
                    $crate::label::at_index(index, || $crate::field::traverse(value, visit))
                })
            }),
            shared |bag| for value in $this.values() {
                $crate::field::unlink_shared(value, bag);
            }
        }
    )* };
}

/// Types that are nothing but their parts, which are places: `&` and `&mut` reach each of them.
macro_rules! parts {
    ($([$($generics:tt)*] $type:ty: $of:ty, $this:ident => $($part:expr),+;)*) => { $(
        // SAFETY: rules 1 to 5 hold for each part, which has no other owner, and every method names each part once.
        unsafe impl<$($generics)*> $crate::PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = $crate::may_contain_cycles::<$of>();

            #[inline]
            fn traverse(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
                let $this = self;
                $($crate::field::traverse(&$part, visit)?;)+
                Ok(())
            }
            #[inline]
            fn clear(&mut self) {
                let $this = self;
                $($crate::field::clear(&mut $part);)+
            }
            #[inline]
            fn unlink(&mut self, bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                let $this = self;
                $($crate::field::unlink(&mut $part, bag);)+
            }
            #[inline]
            fn unlink_shared(&self, bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                let $this = self;
                $($crate::field::unlink_shared(&$part, bag);)+
            }
        }
    )* };
}

/// Types that show each of their parts as `&`, and none as `&mut`.
macro_rules! shown {
    ($([$($generics:tt)*] $type:ty: $of:ty, $this:ident => $($part:expr),+;)*) => { $(
        // SAFETY: rules 1 to 4 hold for each part, which has no other owner and is named once. Rule 5: no part may be reached by
        // `&mut`, so `clear` leaves them, as it may, and `unlink` takes what lies behind a lock or in a cell.
        unsafe impl<$($generics)*> $crate::PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = $crate::may_contain_cycles::<$of>();

            #[inline]
            fn traverse(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
                let $this = self;
                $($crate::field::traverse($part, visit)?;)+
                Ok(())
            }
            #[inline]
            fn clear(&mut self) {}
            #[inline]
            fn unlink(&mut self, bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                self.unlink_shared(bag);
            }
            #[inline]
            fn unlink_shared(&self, bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                let $this = self;
                $($crate::field::unlink_shared($part, bag);)+
            }
        }
    )* };
}

/// Enums: the types of their parts, the variants with a part, and the variants that own nothing.
macro_rules! variants {
    ($([$($generics:tt)*] $type:ty: $($of:ty),+ => { $($variant:path),+ } { $($empty:pat)? };)*) => { $(
        // SAFETY: rules 1 to 5 hold for the part of each variant, which has no other owner, and every method names it once. The
        // other variants own nothing.
        unsafe impl<$($generics)*> $crate::PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = $($crate::may_contain_cycles::<$of>())||+;

            #[inline]
            fn traverse(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
                match self {
                    $($variant(part) => $crate::field::traverse(part, visit),)+
                    $($empty => Ok(()),)?
                }
            }
            #[inline]
            fn clear(&mut self) {
                match self {
                    $($variant(part) => $crate::field::clear(part),)+
                    $($empty => {})?
                }
            }
            #[inline]
            fn unlink(&mut self, bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                match self {
                    $($variant(part) => $crate::field::unlink(part, bag),)+
                    $($empty => {})?
                }
            }
            #[inline]
            fn unlink_shared(&self, bag: &mut $crate::Bag)
            where
                Self: 'static,
            {
                match self {
                    $($variant(part) => $crate::field::unlink_shared(part, bag),)+
                    $($empty => {})?
                }
            }
        }
    )* };
}
