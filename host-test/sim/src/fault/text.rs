//! A queued fault as text: `PATCH appointments=reset-after-commit:2`.

use std::fmt;
use std::str::FromStr;

use super::{Fault, Told};

/// The error of a malformed fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFault(pub(crate) String);

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidFault {}

/// The expected form.
const FORM: &str =
    "expected `[METHOD] [RESOURCE]=FAULT[:TIMES]`, such as `PATCH appointments=429:2`";

impl FromStr for Told {
    type Err = InvalidFault;

    /// Reads `[METHOD] [RESOURCE]=FAULT[:TIMES]`. Method and resource may each be `*` or missing;
    /// the fault is a name from [`Fault::names`] or a status; times is a number or `always`.
    ///
    /// ```
    /// let told: dataverse_sim::Told = "GET accounts=429:2".parse()?;
    /// assert_eq!(told.to_string(), "GET accounts=429:2");
    /// let error = "GET accounts".parse::<dataverse_sim::Told>().unwrap_err();
    /// assert!(error.to_string().starts_with("`GET accounts` is not a fault"));
    /// # Ok::<(), dataverse_sim::InvalidFault>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let wrong = || InvalidFault(format!("`{text}` is not a fault ({FORM})"));
        let (pattern, fault) = text.split_once('=').ok_or_else(wrong)?;
        let (name, times) = match fault.rsplit_once(':') {
            Some((name, times)) => (name.trim(), times.trim()),
            None => (fault.trim(), "1"),
        };
        let fault = by_name_or_status(name)?;
        let told = match times {
            "always" => Told::always(fault),
            number => match number.parse() {
                Ok(times) if times > 0 => Told::times(times, fault),
                _ => {
                    return Err(InvalidFault(format!(
                        "`{times}` is not a number of times (expected a number from 1, or `always`)"
                    )));
                }
            },
        };
        let told = told.called(name);
        let words: Vec<&str> = pattern.split_whitespace().collect();
        match words.as_slice() {
            [] => Ok(told),
            [one] if is_method(one) => Ok(told.method(one)),
            [one] => Ok(told.resource(one)),
            [method, resource] if is_method(method) => {
                let told = told.method(method);
                Ok(if *resource == "*" { told } else { told.resource(resource) })
            }
            _ => Err(wrong()),
        }
    }
}

/// `PATCH`, or `*` for any.
fn is_method(word: &str) -> bool {
    word == "*" || word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The fault with this name, or the usual one with this status.
fn by_name_or_status(text: &str) -> Result<Fault, InvalidFault> {
    let Ok(status) = text.parse::<u16>() else {
        return Fault::by_name(text).map_err(|unknown| InvalidFault(unknown.to_string()));
    };
    match status {
        401 => Ok(Fault::ExpiredToken),
        403 => Ok(Fault::Forbidden),
        404 => Ok(Fault::NotFound),
        412 => Ok(Fault::PreconditionFailed),
        429 => Ok(Fault::throttled(5)),
        500..=599 => Ok(Fault::server_error(status)),
        _ => Err(InvalidFault(format!(
            "no fault has the status `{text}` (expected 401, 403, 404, 412, 429, 500 to 599, or a name)"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match text.parse::<Told>() {
            Ok(told) => told.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn method_resource_and_times_are_optional() {
        for (text, shows) in [
            ("PATCH appointments=reset-after-commit:2", "PATCH appointments=reset-after-commit:2"),
            ("appointments=503", "* appointments=503:1"),
            ("GET = 429 : always", "GET *=429:always"),
            ("* *=forbidden", "* *=forbidden:1"),
            ("=404", "* *=404:1"),
        ] {
            assert_eq!(shown(text), shows, "{text}");
        }
    }

    #[test]
    fn says_what_is_expected() {
        for (text, says) in [
            ("429", "`429` is not a fault (expected `[METHOD] [RESOURCE]=FAULT[:TIMES]`"),
            ("a b c=429", "`a b c=429` is not a fault (expected"),
            ("GET accounts=200", "no fault has the status `200` (expected 401, 403"),
            ("GET=reset-after-comit", "unknown fault `reset-after-comit` (did you mean"),
            ("GET=429:0", "`0` is not a number of times (expected a number from 1"),
        ] {
            assert!(shown(text).starts_with(says), "{}", shown(text));
        }
    }
}
