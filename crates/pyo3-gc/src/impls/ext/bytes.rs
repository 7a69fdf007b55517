//! `bytes`: a buffer of its own.
//!
//! Left out on purpose: `Bytes`. `Bytes::from_owner` lets it own any value, also a Python object, and nobody can look at that
//! value again. PyO3 does so when it turns a `bytes` object into a `Bytes`. A `Bytes` that certainly holds no Python object can
//! be left out by hand with `#[pyo3(gc = false)]`. A `BytesMut` made from such a `Bytes` is a copy.

leaf! { bytes::BytesMut }
