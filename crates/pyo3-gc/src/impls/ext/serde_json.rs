//! `serde_json`: values of JSON.
//!
//! Left out on purpose: `serde_json::Error`, because it can keep an `io::Error`, which can hide a Python object.

leaf! { serde_json::Value, serde_json::Number, serde_json::Map<String, serde_json::Value> }
