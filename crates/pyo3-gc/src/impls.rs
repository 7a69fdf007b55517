//! Implementations for foreign types, in files by the reason why they are right.

#[macro_use]
mod shapes;
#[macro_use]
mod refused;

mod cells;
mod collections;
mod containers;
mod ext;
mod leaf;
mod owned;
mod python;
mod variants;
