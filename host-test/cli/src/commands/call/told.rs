//! Checks the columns that a user named.

use serde_json::Value;

use super::cells::is_annotation;
use crate::nearest::nearest;

/// The error for a named column that no row has. Without rows nothing is known.
pub(super) fn unknown(answer: &Value, told: &[&String]) -> Option<String> {
    let values = answer.as_object().into_iter().flatten().map(|(_, value)| value);
    let rows = values.flat_map(|value| match value {
        Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
        Value::Object(row) => vec![row],
        _ => Vec::new(),
    });
    let rows: Vec<_> = rows.collect();
    let wrong = told.iter().find(|name| rows.iter().all(|row| !row.contains_key(name.as_str())))?;
    let is_empty_list = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let members = answer.as_object()?;
    if rows.is_empty()
        && (members.contains_key(wrong.as_str()) || members.values().any(is_empty_list))
    {
        return None;
    }
    let own = members.keys().filter(|_| rows.is_empty());
    let names = || rows.iter().flat_map(|row| row.keys()).chain(own.clone()).map(String::as_str);
    Some(match nearest(wrong, names().filter(|name| !is_annotation(name))) {
        Some(meant) => format!("no row has a column `{wrong}` (did you mean `{meant}`?)"),
        None => format!("no row has a column `{wrong}` (--json shows all columns)"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unknown_column_is_reported_with_the_likely_one() {
        let answer = json!({"accounts": [{"name": null, "telephone1": "1"}, {"fax": "2"}]});
        let of = |name: &str| unknown(&answer, &[&"name".to_owned(), &name.to_owned()]);
        assert_eq!(of("nam"), Some("no row has a column `nam` (did you mean `name`?)".to_owned()));
        assert_eq!(of("fax"), None);
        assert!(of("zzz").unwrap().contains("--json"));
        assert_eq!(unknown(&json!({"accounts": []}), &[&"nam".to_owned()]), None);
        let updated =
            json!({"success": true, "appointment_id": "1", "updated_fields": ["subject"]});
        assert_eq!(unknown(&updated, &[&"appointment_id".to_owned()]), None);
        let wrong = unknown(&updated, &[&"appointment".to_owned()]).unwrap();
        assert!(wrong.ends_with("(did you mean `appointment_id`?)"), "{wrong}");
    }
}
