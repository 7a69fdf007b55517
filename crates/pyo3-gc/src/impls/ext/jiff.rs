//! `jiff`: dates, times and time zones.
//!
//! Left out on purpose: `jiff::Error`, because it can keep another error, of which it does not say what that owns.

leaf! {
    jiff::RoundMode, jiff::SignedDuration, jiff::Span, jiff::SpanFieldwise, jiff::Timestamp, jiff::Unit, jiff::Zoned,
    jiff::civil::Date, jiff::civil::DateTime, jiff::civil::Era, jiff::civil::ISOWeekDate, jiff::civil::Time,
    jiff::civil::Weekday, jiff::tz::AmbiguousOffset, jiff::tz::AmbiguousTimestamp, jiff::tz::AmbiguousZoned,
    jiff::tz::Disambiguation, jiff::tz::Dst, jiff::tz::Offset, jiff::tz::OffsetConflict, jiff::tz::TimeZone,
    jiff::tz::TimeZoneDatabase,
}
