//! `rust_decimal`: decimal numbers of 96 bits.

leaf! { rust_decimal::Decimal, rust_decimal::Error, rust_decimal::RoundingStrategy }
