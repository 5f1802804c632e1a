//! Compares a stored row with the row to write.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::json::Json;
use crate::time::Moment;

/// The columns that differ between the row and the values to write, as JSON.
pub(super) fn differing<'a>(stored: Json<'_>, written: &'a str) -> Vec<Cow<'a, str>> {
    let written = Json::parse(written).ok().and_then(Json::members).unwrap_or_default();
    let mut differing = Vec::new();
    for (name, value) in written {
        if stored.member(&name).is_none_or(|stored| !same(stored, value)) {
            differing.push(name);
        }
    }
    differing
}

/// Whether two JSON values are the same text, time or number.
fn same(left: Json<'_>, right: Json<'_>) -> bool {
    match (left.string(), right.string()) {
        (Some(left), Some(right)) => {
            left == right
                || matches!((Moment::parse(&left), Moment::parse(&right)), (Ok(l), Ok(r)) if l == r)
        }
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_times_by_value() {
        let same = |left, right| same(Json::parse(left).unwrap(), Json::parse(right).unwrap());
        assert!(same("\"2026-02-20T12:00:00Z\"", "\"2026-02-20T14:00:00+02:00\""));
        assert!(same("\"a\\u0062\"", "\"ab\"") && same("3", "3"));
        assert!(!same("\"3\"", "3") && !same("null", "\"null\""));
    }

    #[test]
    fn names_the_columns_that_differ_or_are_missing() {
        let stored = Json::parse(r#"{"a":1,"b":"x","c":null,"more":0}"#).unwrap();
        assert_eq!(differing(stored, r#"{"a":1,"b":"y","c":2,"d":3}"#), ["b", "c", "d"]);
        assert!(differing(stored, r#"{"a":1,"b":"x"}"#).is_empty());
    }
}
