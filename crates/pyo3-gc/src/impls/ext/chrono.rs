//! `chrono`: dates, times and time zones.

use chrono::{DateTime, TimeZone};

leaf! {
    chrono::Days, chrono::Duration, chrono::FixedOffset, chrono::IsoWeek, chrono::Month, chrono::Months, chrono::NaiveDate,
    chrono::NaiveDateTime, chrono::NaiveTime, chrono::NaiveWeek, chrono::OutOfRange,
    chrono::ParseError, chrono::ParseMonthError, chrono::ParseWeekdayError, chrono::RoundingError,
    chrono::SecondsFormat, chrono::Utc, chrono::Weekday,
}

// Rule 4: a value that can be copied byte by byte owns nothing that has to be dropped, so neither does this offset.
generic_leaf! { [Z: TimeZone<Offset: Copy>] DateTime<Z> }
