//! `MAY_CONTAIN_CYCLES` of the types for which there are features.
#![cfg(feature = "auto")]
#![allow(unused_imports, reason = "without features nothing is left")]

mod support;

use pyo3::prelude::*;
use support::{not_implemented, table};

#[test]
fn types_of_other_crates_that_own_nothing_say_so() {
    #[cfg(feature = "ahash")]
    table! { false: ahash::AHashMap<u8, String>, ahash::AHashSet<u8>, ahash::RandomState, ahash::AHasher }
    #[cfg(feature = "arrayvec")]
    table! { false: arrayvec::ArrayVec<u8, 4>, arrayvec::ArrayString<4> }
    #[cfg(feature = "bigdecimal")]
    table! { false: bigdecimal::BigDecimal, bigdecimal::RoundingMode }
    #[cfg(feature = "bytes")]
    table! { false: bytes::BytesMut }
    #[cfg(feature = "chrono")]
    table! { false:
        chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::FixedOffset>, chrono::NaiveDate, chrono::NaiveDateTime,
        chrono::NaiveTime, chrono::Duration, chrono::Weekday, chrono::Utc,
    }
    #[cfg(feature = "either")]
    table! { false: either::Either<u8, String> }
    #[cfg(feature = "hashbrown")]
    table! { false: hashbrown::HashMap<f64, u8>, hashbrown::HashSet<f64>, hashbrown::HashTable<u8> }
    #[cfg(feature = "indexmap")]
    table! { false: indexmap::IndexMap<f64, u8>, indexmap::IndexSet<f64> }
    #[cfg(feature = "jiff")]
    table! { false:
        jiff::Timestamp, jiff::Zoned, jiff::Span, jiff::SignedDuration, jiff::civil::Date, jiff::civil::DateTime,
        jiff::civil::Time, jiff::tz::TimeZone, jiff::tz::Offset,
    }
    #[cfg(feature = "num-bigint")]
    table! { false: num_bigint::BigInt, num_bigint::BigUint }
    #[cfg(feature = "num-complex")]
    table! { false: num_complex::Complex<f64> }
    #[cfg(feature = "num-rational")]
    table! { false: num_rational::Ratio<i64> }
    #[cfg(feature = "once_cell")]
    table! { false:
        once_cell::unsync::OnceCell<u8>, once_cell::sync::OnceCell<String>, once_cell::sync::Lazy<String>,
        once_cell::unsync::Lazy<u8>, once_cell::race::OnceBool,
    }
    #[cfg(feature = "ordered-float")]
    table! { false: ordered_float::OrderedFloat<f32>, ordered_float::NotNan<f64> }
    #[cfg(feature = "rust_decimal")]
    table! { false: rust_decimal::Decimal }
    #[cfg(feature = "serde_json")]
    table! { false: serde_json::Value, serde_json::Number, serde_json::Map<String, serde_json::Value> }
    #[cfg(feature = "slab")]
    table! { false: slab::Slab<u8> }
    #[cfg(feature = "smallvec")]
    table! { false: smallvec::SmallVec<[u8; 4]> }
    #[cfg(feature = "time")]
    table! { false: time::Date, time::OffsetDateTime, time::PrimitiveDateTime, time::Duration, time::UtcOffset }
    #[cfg(feature = "url")]
    table! { false: url::Url, url::Host<String>, url::Origin }
    #[cfg(feature = "uuid")]
    table! { false: uuid::Uuid, uuid::NonNilUuid }
}

/// A parameter decides, in each place where it stands.
#[test]
fn types_of_other_crates_that_may_own_an_object_say_so() {
    #[cfg(feature = "ahash")]
    table! { true: ahash::AHashMap<u8, Py<PyAny>>, ahash::AHashMap<Py<PyAny>, u8>, ahash::AHashSet<Py<PyAny>> }
    #[cfg(feature = "arrayvec")]
    table! { true: arrayvec::ArrayVec<Py<PyAny>, 4> }
    #[cfg(feature = "either")]
    table! { true: either::Either<u8, Py<PyAny>>, either::Either<Py<PyAny>, u8> }
    #[cfg(feature = "hashbrown")]
    table! { true:
        hashbrown::HashMap<u8, Py<PyAny>>, hashbrown::HashMap<Py<PyAny>, u8>, hashbrown::HashSet<Py<PyAny>>,
        hashbrown::HashTable<Py<PyAny>>,
    }
    #[cfg(feature = "indexmap")]
    table! { true:
        indexmap::IndexMap<u8, Py<PyAny>>, indexmap::IndexMap<Py<PyAny>, u8>, indexmap::IndexSet<Py<PyAny>>,
    }
    #[cfg(feature = "num-complex")]
    table! { true: num_complex::Complex<Py<PyAny>> }
    #[cfg(feature = "num-rational")]
    table! { true: num_rational::Ratio<Py<PyAny>> }
    #[cfg(feature = "once_cell")]
    table! { true: once_cell::unsync::OnceCell<Py<PyAny>>, once_cell::sync::OnceCell<Py<PyAny>> }
    #[cfg(feature = "ordered-float")]
    table! { true: ordered_float::OrderedFloat<Py<PyAny>> }
    #[cfg(feature = "slab")]
    table! { true: slab::Slab<Py<PyAny>> }
    #[cfg(feature = "smallvec")]
    table! { true: smallvec::SmallVec<[Py<PyAny>; 4]> }
}

#[test]
fn types_of_other_crates_that_may_hide_an_object_do_not_take_part() {
    #[cfg(feature = "bytes")]
    {
        not_implemented! { bytes::Bytes }
    }
    #[cfg(feature = "jiff")]
    {
        not_implemented! { jiff::Error }
    }
    #[cfg(feature = "serde_json")]
    {
        not_implemented! { serde_json::Error }
    }
}
