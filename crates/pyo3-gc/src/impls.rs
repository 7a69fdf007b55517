//! Implementations for foreign types, in files by the reason why they are right.

mod containers;
mod leaf;
mod owned;
