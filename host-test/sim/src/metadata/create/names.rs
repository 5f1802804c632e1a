//! The rules for schema names: a letter first, the publisher's prefix, only letters, digits and
//! `_`, a maximum length.

use serde_json::Value;

use crate::problem::Problem;

/// Checks the schema name of a new `Entity` or `Attribute`.
pub(crate) fn check(
    value: &Value,
    kind: &str,
    prefixes: &[String],
    longest: u32,
) -> Result<String, Problem> {
    let name = value.as_str().unwrap_or_default();
    if name.is_empty() {
        return Err(Problem::invalid_name_prefix(name, kind));
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(Problem::name_starts_without_letter(name, kind));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(Problem::name_with_invalid_characters(name, kind));
    }
    if u32::try_from(name.len()).is_ok_and(|length| length > longest) {
        return Err(Problem::name_too_long(name, kind, longest));
    }
    let fits = |own: &str| prefixes.iter().any(|prefix| own.eq_ignore_ascii_case(prefix));
    let rest = name.split_once('_').filter(|(own, _)| fits(own));
    match rest {
        Some((_, rest)) if !rest.is_empty() => Ok(name.to_owned()),
        _ => Err(Problem::invalid_name_prefix(name, kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn code(name: &str) -> String {
        match check(&json!(name), "Entity", &["new".to_owned()], 20) {
            Ok(_) => "fine".to_owned(),
            Err(problem) => problem.code,
        }
    }

    #[test]
    fn each_rule_has_its_code() {
        assert_eq!(code("new_BankAccount"), "fine");
        assert_eq!(code("New_BankAccount"), "fine");
        assert_eq!(code("BankAccount"), "0x80044366");
        assert_eq!(code("cr123_BankAccount"), "0x80044366");
        assert_eq!(code("new_"), "0x80044366");
        assert_eq!(code(""), "0x80044366");
        assert_eq!(code("1new_x"), "0x80044365");
        assert_eq!(code("new_bank account"), "0x80044364");
        assert_eq!(code("new_abcdefghijklmnopqrst"), "0x80044367");
    }
}
