//! `num-bigint`: whole numbers of any length.

leaf! { num_bigint::BigInt, num_bigint::BigUint, num_bigint::ParseBigIntError, num_bigint::Sign }
