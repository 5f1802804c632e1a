//! The output as comma-separated values ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)): all
//! columns, values unchanged.

use serde_json::Value;

use super::cells::{self, Row, columns};

/// The rows of the output, or its single row, or else its members; `None` if even the header would
/// be empty.
///
/// # Errors
///
/// Fails if it cannot be written, which should not happen in memory.
pub(super) fn of(answer: &Value, told: Option<&[&String]>) -> Result<Option<String>, String> {
    let members = || answer.as_object().into_iter().flatten();
    let rows: Vec<&Row> = members()
        .filter_map(|(_, value)| value.as_array())
        .flatten()
        .filter_map(Value::as_object)
        .collect();
    let mut rows = rows;
    if rows.is_empty() {
        rows.extend(members().filter_map(|(_, value)| value.as_object()));
    }
    let itself: Row = members()
        .filter(|(name, value)| {
            *name != "success" && !value.is_null() && *value != &Value::Array(Vec::new())
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if rows.is_empty() && !itself.is_empty() {
        rows.push(&itself);
    }
    let there = columns(&rows, true);
    let shown: Vec<&str> = match told {
        Some(told) => told.iter().map(|name| name.as_str()).collect(),
        None => there,
    };
    if shown.is_empty() {
        return Ok(None);
    }
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |error: csv::Error| format!("cannot write the output as CSV: {error}");
    writer.write_record(&shown).map_err(failed)?;
    for row in rows {
        let values = shown.iter().map(|name| row.get(*name).map(cells::text).unwrap_or_default());
        writer.write_record(values).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quotes_only_where_necessary() {
        let answer = json!({"success": true, "error": null, "accounts": [
            {"@odata.etag": "W/1", "name": "O'Brien, \"Sons\"\r\nLtd", "revenue": 1.5, "fax": null},
            {"name": "\u{7f}", "more": {"a": [1]}},
        ]});
        let text = of(&answer, None).unwrap().unwrap();
        let expected = "name,revenue,fax,more\r\n\"O'Brien, \"\"Sons\"\"\r\nLtd\",1.5,,\r\n\u{7f},,,\"{\"\"a\"\":[1]}\"\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn without_rows_only_named_columns_give_a_header() {
        let none = json!({"success": true, "error": null, "accounts": []});
        assert_eq!(of(&none, None), Ok(None));
        let told = "name".to_owned();
        assert_eq!(of(&none, Some(&[&told])), Ok(Some("name\r\n".to_owned())));
    }

    #[test]
    fn output_without_rows_is_one_row_of_its_members() {
        let updated = json!({"success": true, "error": null, "appointment_id": "7c1e", "updated_fields": ["subject"]});
        let text = of(&updated, None).unwrap().unwrap();
        assert_eq!(text, "appointment_id,updated_fields\r\n7c1e,\"[\"\"subject\"\"]\"\r\n");
    }
}
