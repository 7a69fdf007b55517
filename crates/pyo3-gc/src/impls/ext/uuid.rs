//! `uuid`: identifiers.

leaf! {
    uuid::Uuid, uuid::NonNilUuid, uuid::Builder, uuid::Error, uuid::Timestamp, uuid::Variant, uuid::Version,
    uuid::fmt::Braced, uuid::fmt::Hyphenated, uuid::fmt::Simple, uuid::fmt::Urn,
}
