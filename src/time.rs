//! Times: RFC 3339 in, UTC seconds out.
//!
//! A calendar library would be larger than the rest of this crate; it needs only one parser and one
//! writer, after Howard Hinnant's [days from
//! civil](https://howardhinnant.github.io/date_algorithms.html#days_from_civil).

use alloc::string::String;

use crate::text::{contains, filled, find, push_digits, split, split_once, trim};

/// The tolerated difference between the clocks of two machines, in seconds.
pub(crate) const CLOCK_SKEW: i64 = 300;

/// A time, in seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// Reads [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339#section-5.6) with an offset or `Z`;
    /// fractions of a second are dropped, because Dataverse does not store them.
    ///
    /// # Errors
    ///
    /// A sentence that says what is missing or out of range.
    pub fn parse(text: &str) -> Result<Moment, &'static str> {
        const FORM: &str = "expected RFC 3339, such as 2026-02-20T12:00:00Z";
        let mut reader = Reader(trim(text).as_bytes());
        let year = reader.digits(4).ok_or(FORM)?;
        reader.one_of("-").ok_or(FORM)?;
        let month = reader.digits(2).ok_or(FORM)?;
        reader.one_of("-").ok_or(FORM)?;
        let day = reader.digits(2).ok_or(FORM)?;
        if reader.0.is_empty() {
            return Err(
                "a date alone is not enough: expected a time and an offset too, such as 2026-02-20T12:00:00Z",
            );
        }
        reader.one_of("Tt ").ok_or(FORM)?;
        let hour = reader.digits(2).ok_or(FORM)?;
        reader.one_of(":").ok_or(FORM)?;
        let minute = reader.digits(2).ok_or(FORM)?;
        // ISO 8601 allows omitting the seconds, and people do.
        let second = match reader.one_of(":") {
            Some(_) => reader.digits(2).ok_or(FORM)?,
            None => 0,
        };
        if reader.one_of(".,").is_some() {
            reader.digit().ok_or(FORM)?;
            while reader.digit().is_some() {}
        }
        let offset = match reader.one_of("Zz+-") {
            Some(b'Z' | b'z') => 0,
            Some(sign) => {
                let hours = reader.digits(2).ok_or(FORM)?;
                reader.one_of(":");
                let minutes = reader.digits(2).ok_or(FORM)?;
                if hours > 23 || minutes > 59 {
                    return Err("the offset is out of range");
                }
                let seconds = (hours * 60 + minutes) * 60;
                if sign == b'-' { -seconds } else { seconds }
            }
            None if reader.0.is_empty() => {
                return Err(
                    "without an offset it means different moments to different people: add `Z` or one such as `+02:00`",
                );
            }
            None => return Err(FORM),
        };
        if !reader.0.is_empty() {
            return Err(FORM);
        }
        if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return Err("that day does not exist");
        }
        // A leap second becomes the following second, as in Unix time.
        if hour > 23 || minute > 59 || second > 60 {
            return Err("that time of day does not exist");
        }
        let days = days_from_civil(year, month, day);
        Ok(Moment(days * 86_400 + hour * 3_600 + minute * 60 + second - offset))
    }

    /// The time in Dataverse's form: `2026-02-20T12:00:00Z`.
    pub fn to_utc(self) -> String {
        let (year, month, day) = civil_from_days(self.0.div_euclid(86_400));
        let second = self.0.rem_euclid(86_400);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        let mut text = String::from(if year < 0 { "-" } else { "" });
        for (number, width, after) in [
            (year, 4, '-'),
            (month, 2, '-'),
            (day, 2, 'T'),
            (hour, 2, ':'),
            (minute, 2, ':'),
            (second, 2, 'Z'),
        ] {
            push_digits(&mut text, number.unsigned_abs(), 10, width);
            text.push(after);
        }
        text
    }

    /// Reads the date of an HTTP header, `Sun, 06 Nov 1994 08:49:37 GMT` ([RFC
    /// 9110](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7), the form that senders must
    /// use).
    pub fn parse_http(text: &str) -> Option<Moment> {
        const MONTHS: &str = "Jan01Feb02Mar03Apr04May05Jun06Jul07Aug08Sep09Oct10Nov11Dec12";
        let (_, rest) = split_once(trim(text), ", ")?;
        let mut parts = split(rest, " ");
        let day = parts.next()?;
        let zero = if day.len() == 1 { "0" } else { "" };
        let name = parts.next().filter(|name| name.len() == 3)?;
        let at = find(MONTHS, name).filter(|at| at % 5 == 0)?;
        let month = MONTHS.get(at + 3..at + 5)?;
        let year = parts.next()?;
        let time = parts.next()?;
        (parts.next() == Some("GMT")).then_some(())?;
        Moment::parse(&filled!("{}-{}-{}{}T{}Z", &[year, month, zero, day, time])).ok()
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn one_of(&mut self, characters: &str) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        contains(characters, first).then(|| {
            self.0 = rest;
            first
        })
    }

    fn digit(&mut self) -> Option<i64> {
        self.one_of("0123456789").map(|digit| i64::from(digit - b'0'))
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let mut value = 0;
        for _ in 0..count {
            value = value * 10 + self.digit()?;
        }
        Some(value)
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_rfc_3339_and_writes_utc() {
        for (text, utc) in [
            ("2026-02-20T12:00:00Z", "2026-02-20T12:00:00Z"),
            ("2026-02-20t12:00:00.999z", "2026-02-20T12:00:00Z"),
            ("2026-02-20 12:00:00+02:00", "2026-02-20T10:00:00Z"),
            ("2026-02-20T12:00-0530", "2026-02-20T17:30:00Z"),
            ("2024-02-29T23:59:60+00:00", "2024-03-01T00:00:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Moment::parse(text).unwrap().to_utc(), utc, "{text}");
        }
        assert_eq!(Moment::parse("2001-09-09T01:46:40Z"), Ok(Moment(1_000_000_000)));
    }

    #[test]
    fn refuses_a_time_without_an_offset() {
        let error = Moment::parse("2026-02-20T12:00:00").unwrap_err();
        assert!(error.starts_with("without an offset"), "{error}");
        assert!(Moment::parse("2026-02-20").unwrap_err().starts_with("a date alone"));
    }

    #[test]
    fn refuses_other_texts_than_times() {
        for text in [
            "",
            "now",
            "2026-02-30T12:00:00Z",
            "2025-02-29T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-02-20T24:00:00Z",
            "2026-02-20T12:60:00Z",
            "2026-02-20T12:00:00Zx",
            "2026-02-20T12:00:00+25:00",
            "2026-2-20T12:00:00Z",
            "2026-02-20T12:00:00.Z",
            "20260220T120000Z",
            "2026-02-20T12:00:00 UTC",
            "٢٠٢٦-02-20T12:00:00Z",
        ] {
            assert!(Moment::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_the_date_of_a_header() {
        assert_eq!(
            Moment::parse_http("Sun, 06 Nov 1994 08:49:37 GMT").map(Moment::to_utc).as_deref(),
            Some("1994-11-06T08:49:37Z")
        );
        for text in ["", "120", "Sun, 06 XXX 1994 08:49:37 GMT", "Sun, 06 anF 1994 08:49:37 GMT"] {
            assert_eq!(Moment::parse_http(text), None, "{text}");
        }
    }
}
