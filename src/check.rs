//! Checks on input, made before anything is read or sent: each failure names the field and the rule.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::dataverse::Guid;
use crate::dataverse::query::Filter;
use crate::error::Error;
use crate::text::{bounded, counted, cut, decimal, filled, is_space, trim};
use crate::time::Moment;

/// The greatest length of a text that is searched for: no name column is longer.
pub(crate) const TERM_LIMIT: usize = 1_000;

fn refused(field: &str, value: &str, rule: &str) -> Error {
    Error::fix_input(filled("`{}` is not usable: `{}` ({})", &[field, &bounded(value, 100), rule]))
}

/// The id of a row. An empty one would turn the read of a row into the read of its table.
pub(crate) fn id(field: &str, value: &str) -> Result<Guid, Error> {
    Guid::parse(value).ok_or_else(|| {
        refused(field, value, "expected a GUID such as 00000000-0000-0000-0000-000000000000")
    })
}

/// A text that is not blank and not longer than this, in UTF-16 units as Dataverse counts.
pub(crate) fn text(field: &str, value: &str, limit: usize) -> Result<String, Error> {
    let value = trim(value);
    if value.is_empty() {
        return Err(Error::fix_input(filled("`{}` must not be blank", &[field])));
    }
    if value.encode_utf16().count() > limit {
        return Err(refused(field, value, &filled("at most {} characters", &[&counted(limit)])));
    }
    Ok(value.to_owned())
}

/// An e-mail address: enough of a check to tell it from a name.
pub(crate) fn email(field: &str, value: &str) -> Result<String, Error> {
    let value = trim(value);
    let well_formed = cut(value, "@")
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && value.len() <= 320
        && !value.chars().any(|c| is_space(c) || c.is_control());
    well_formed
        .then(|| value.to_owned())
        .ok_or_else(|| refused(field, value, "expected an e-mail address such as ann@contoso.com"))
}

/// A moment.
pub(crate) fn moment(field: &str, value: &str) -> Result<Moment, Error> {
    Moment::parse(value).map_err(|rule| refused(field, value, rule))
}

/// That an end does not come before its start.
pub(crate) fn in_order(start: Moment, end: Moment) -> Result<(), Error> {
    if end < start {
        return Err(Error::fix_input(filled(
            "the end must not be before the start (start `{}`, end `{}`)",
            &[&start.to_utc(), &end.to_utc()],
        )));
    }
    Ok(())
}

/// A caller's filter; blank is absent.
pub(crate) fn filter(value: Option<&str>) -> Result<Option<Filter>, Error> {
    match present(value) {
        None => Ok(None),
        Some(text) => match Filter::own(text) {
            Ok(filter) => Ok(Some(filter)),
            Err(rule) => Err(refused("filter", text, rule)),
        },
    }
}

/// How many rows, out of a range.
pub(crate) fn count(
    field: &str,
    value: Option<i32>,
    default: usize,
    most: usize,
) -> Result<usize, Error> {
    let Some(value) = value else { return Ok(default) };
    match usize::try_from(value) {
        Ok(count) if (1..=most).contains(&count) => Ok(count),
        _ => Err(refused(field, &decimal(value), &filled("expected 1 to {}", &[&counted(most)]))),
    }
}

/// A text that says something; blank is absent.
pub(crate) fn present(value: Option<&str>) -> Option<&str> {
    value.map(trim).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_field_the_value_and_the_rule() {
        assert_eq!(
            id("account_id", "x)/contacts").unwrap_err().message,
            "`account_id` is not usable: `x)/contacts` (expected a GUID such as 00000000-0000-0000-0000-000000000000)"
        );
        assert_eq!(text("subject", " ", 9).unwrap_err().message, "`subject` must not be blank");
        assert_eq!(
            count("records_per_page", Some(0), 50, 5000).unwrap_err().message,
            "`records_per_page` is not usable: `0` (expected 1 to 5000)"
        );
    }

    #[test]
    fn counts_length_as_dataverse_does() {
        assert!(text("subject", &"é".repeat(200), 200).is_ok());
        assert!(text("subject", &"😀".repeat(101), 200).is_err());
    }

    #[test]
    fn tells_an_address_from_a_name() {
        assert_eq!(email("e", " o'brien@contoso.com ").unwrap(), "o'brien@contoso.com");
        for value in ["", "Ann", "@contoso.com", "ann@", "ann smith@contoso.com"] {
            assert!(email("e", value).is_err(), "{value}");
        }
    }
}
