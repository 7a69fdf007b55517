//! `bigdecimal`: decimal numbers of any length.

leaf! {
    bigdecimal::BigDecimal, bigdecimal::BigDecimalRef<'_>, bigdecimal::Context, bigdecimal::ParseBigDecimalError,
    bigdecimal::RoundingMode,
}
