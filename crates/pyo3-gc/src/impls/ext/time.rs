//! `time`: dates and times.

leaf! {
    time::Date, time::Duration, time::Month, time::OffsetDateTime, time::PrimitiveDateTime, time::Time, time::UtcDateTime,
    time::UtcOffset, time::Weekday, time::error::ComponentRange, time::error::ConversionRange,
    time::error::DifferentVariant,
}
