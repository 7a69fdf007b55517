//! Implementations for foreign types, in files by the reason why they are right.

mod cells;
mod collections;
mod containers;
mod leaf;
mod owned;
mod python;
mod refused;
mod variants;
