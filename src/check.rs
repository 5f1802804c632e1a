//! Checks on input, before anything is read or sent: each failure names the field and the rule.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::arguments::Parameter;
use crate::dataverse::Guid;
use crate::dataverse::query::{Filter, mistake};
use crate::error::Error;
use crate::text::{bounded, counted, decimal, filled, is_space, split_once, trim};
use crate::time::Moment;

/// The maximum length of a search text: no name column is longer.
pub(crate) const TERM_LIMIT: usize = 1_000;

fn refused(parameter: &Parameter, value: &str, rule: &str) -> Error {
    Error::fix_input(filled!(
        "`{}` is not usable: `{}` ({})",
        &[parameter.name, &bounded(value, 100), rule]
    ))
}

/// The id of a row. An empty id would turn the read of a row into the read of its table.
pub(crate) fn id(parameter: &Parameter, value: &str) -> Result<Guid, Error> {
    Guid::parse(value).ok_or_else(|| {
        refused(parameter, value, "expected a GUID such as 00000000-0000-0000-0000-000000000000")
    })
}

/// A text that is not blank and not longer than this, in UTF-16 units as Dataverse counts.
pub(crate) fn text(parameter: &Parameter, value: &str, limit: usize) -> Result<String, Error> {
    let value = trim(value);
    if value.is_empty() {
        return Err(Error::fix_input(filled!("`{}` must not be blank", &[parameter.name])));
    }
    if value.encode_utf16().count() > limit {
        return Err(refused(
            parameter,
            value,
            &filled!("at most {} characters", &[&counted(limit)]),
        ));
    }
    Ok(value.to_owned())
}

/// An e-mail address; checked only well enough to distinguish it from a name.
pub(crate) fn email(parameter: &Parameter, value: &str) -> Result<String, Error> {
    let value = trim(value);
    let well_formed = split_once(value, "@")
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && value.len() <= 320
        && !value.chars().any(|c| is_space(c) || c.is_control());
    well_formed.then(|| value.to_owned()).ok_or_else(|| {
        refused(parameter, value, "expected an e-mail address such as ann@contoso.com")
    })
}

/// A time.
pub(crate) fn moment(parameter: &Parameter, value: &str) -> Result<Moment, Error> {
    Moment::parse(value).map_err(|rule| refused(parameter, value, rule))
}

/// Refuses an end before its start.
pub(crate) fn in_order(start: Moment, end: Moment) -> Result<(), Error> {
    if end < start {
        return Err(Error::fix_input(filled!(
            "the end must not be before the start (start `{}`, end `{}`)",
            &[&start.to_utc(), &end.to_utc()],
        )));
    }
    Ok(())
}

/// A caller's filter; a blank one counts as absent.
pub(crate) fn filter(parameter: &Parameter, value: Option<&str>) -> Result<Option<Filter>, Error> {
    match present(value) {
        None => Ok(None),
        Some(text) => match (mistake(text), Filter::own(text)) {
            (Some(rule), _) => Err(refused(parameter, text, &rule)),
            (None, Ok(filter)) => Ok(Some(filter)),
            (None, Err(rule)) => Err(refused(parameter, text, rule)),
        },
    }
}

/// A number of rows in a range, or the default.
pub(crate) fn count(
    parameter: &Parameter,
    value: Option<i32>,
    most: usize,
) -> Result<usize, Error> {
    let value = parameter.integer_or_default(value);
    match usize::try_from(value) {
        Ok(count) if (1..=most).contains(&count) => Ok(count),
        _ => Err(refused(
            parameter,
            &decimal(value),
            &filled!("expected 1 to {}", &[&counted(most)]),
        )),
    }
}

/// A text; a blank one counts as absent.
pub(crate) fn present(value: Option<&str>) -> Option<&str> {
    value.map(trim).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Constant, ParameterKind};

    const fn text_named(name: &'static str) -> Parameter {
        Parameter::required(name, ParameterKind::Text, "")
    }

    const ID: Parameter = text_named("account_id");
    const SUBJECT: Parameter = text_named("subject");
    const COUNT: Parameter = Parameter::optional("records_per_page", ParameterKind::Integer, "")
        .or(Constant::Integer(50));

    #[test]
    fn names_the_field_the_value_and_the_rule() {
        assert_eq!(
            id(&ID, "x)/contacts").unwrap_err().message,
            "`account_id` is not usable: `x)/contacts` (expected a GUID such as 00000000-0000-0000-0000-000000000000)"
        );
        assert_eq!(text(&SUBJECT, " ", 9).unwrap_err().message, "`subject` must not be blank");
        assert_eq!(
            count(&COUNT, Some(0), 5000).unwrap_err().message,
            "`records_per_page` is not usable: `0` (expected 1 to 5000)"
        );
        assert_eq!(count(&COUNT, None, 5000).unwrap(), 50);
    }

    #[test]
    fn counts_length_like_dataverse() {
        assert!(text(&SUBJECT, &"é".repeat(200), 200).is_ok());
        assert!(text(&SUBJECT, &"😀".repeat(101), 200).is_err());
    }

    #[test]
    fn distinguishes_an_address_from_a_name() {
        assert_eq!(email(&SUBJECT, " o'brien@contoso.com ").unwrap(), "o'brien@contoso.com");
        for value in ["", "Ann", "@contoso.com", "ann@", "ann smith@contoso.com"] {
            assert!(email(&SUBJECT, value).is_err(), "{value}");
        }
    }
}
