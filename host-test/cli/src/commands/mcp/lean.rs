//! Fits the output of actions into a model's context: without uninformative members, and limited in
//! size.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::members::{self, Members};

/// The maximum number of rows in the output.
const ROWS: usize = 100;

/// The maximum length of the output in characters. Model hosts accept 25,000 tokens; rows full of
/// ids have fewer than two characters per token at worst.
const CHARACTERS: usize = 40_000;

/// The maximum length of a text in characters, and of a text in a row that would still be too long.
const TEXT: [usize; 2] = [2_000, 200];

/// The depth to which rows are read.
const LEVELS: usize = 16;

/// The suffix of Dataverse's formatted values. Here it becomes `…_text`, if it says more than the
/// value.
const FORMATTED: &str = "@OData.Community.Display.V1.FormattedValue";

/// The output without nulls and annotations, limited to the size that hosts accept; `left_out`
/// describes omissions, with this advice. Output that is not an object stays unchanged.
pub(super) fn lean(answer: &str, advice: &str) -> String {
    let Some(list) = members::members(answer) else { return answer.to_owned() };
    let mut out: Vec<(String, String)> = Vec::new();
    let mut left = None;
    let mut room = CHARACTERS;
    for (name, value) in list {
        let json = value.get();
        let lean = match members::kind(json) {
            "null" => continue,
            "an array" => {
                let (rows, cut) = rows(json, room);
                left = cut.or(left);
                rows
            }
            "an object" => {
                let (row, cut) = row_within(value, room);
                left = (cut > 0).then(|| columns_left_out(cut)).or(left);
                row
            }
            _ => json.to_owned(),
        };
        room = room.saturating_sub(lean.len());
        out.push((name, lean));
    }
    if let Some(left) = left {
        let advice = ("advice".to_owned(), members::quoted(advice));
        out.push(("left_out".to_owned(), members::object(left.into_iter().chain([advice]))));
    }
    members::object(out)
}

type LeftOut = Vec<(String, String)>;

fn columns_left_out(columns: usize) -> LeftOut {
    vec![("columns".to_owned(), columns.to_string())]
}

/// As many rows as fit, and the omissions.
fn rows(json: &str, room: usize) -> (String, Option<LeftOut>) {
    let Some(all) = members::items(json) else { return (json.to_owned(), None) };
    let mut kept: Vec<String> = Vec::new();
    let mut length = 0;
    let mut columns = 0;
    for row in all.iter().take(ROWS) {
        let (row, cut) = row_within(row, room);
        length += row.len() + 1;
        if length > room {
            break;
        }
        columns += cut;
        kept.push(row);
    }
    let rows = all.len() - kept.len();
    let mut left = LeftOut::new();
    if rows > 0 {
        left.push(("rows".to_owned(), rows.to_string()));
        left.push(("of".to_owned(), all.len().to_string()));
    }
    if columns > 0 {
        left.extend(columns_left_out(columns));
    }
    (format!("[{}]", kept.join(",")), (!left.is_empty()).then_some(left))
}

/// A row cut to this size, and the number of omitted columns.
fn row_within(row: &RawValue, room: usize) -> (String, usize) {
    let mut lean = String::new();
    for longest in TEXT {
        lean = value(row.get(), longest, LEVELS);
        if lean.len() <= room {
            return (lean, 0);
        }
    }
    let Some(mut list) = members::members(&lean) else { return (String::from("null"), 1) };
    let mut cut = 0;
    while let Some((name, value)) = list.pop() {
        cut += 1;
        // The comma, the colon and the quotes.
        let less = name.len() + value.get().len() + 4;
        if lean.len() - less.min(lean.len()) <= room {
            let shorter = members::object(list.iter().map(|(name, value)| (name, value.get())));
            if shorter.len() <= room {
                return (shorter, cut);
            }
        }
    }
    (String::from("{}"), cut)
}

/// A value without nulls and annotations, its texts not longer than this.
fn value(json: &str, longest: usize, levels: usize) -> String {
    if levels == 0 {
        return json.to_owned();
    }
    match members::kind(json) {
        "an object" => match members::members(json) {
            Some(list) => object(&list, longest, levels),
            None => json.to_owned(),
        },
        "an array" => match members::items(json) {
            Some(items) => {
                let items = items.iter().map(|item| value(item.get(), longest, levels - 1));
                format!("[{}]", items.collect::<Vec<_>>().join(","))
            }
            None => json.to_owned(),
        },
        "a text" if json.len() > longest => shortened(json, longest),
        _ => json.to_owned(),
    }
}

fn object(list: &Members<'_>, longest: usize, levels: usize) -> String {
    let all: BTreeMap<&str, &str> =
        list.iter().map(|(name, json)| (name.as_str(), json.get())).collect();
    let mut kept = Vec::new();
    for (name, json) in list {
        let json = json.get();
        if json == "null" || name.contains('@') {
            continue;
        }
        kept.push((name.clone(), value(json, longest, levels - 1)));
        let Some(text) = all.get(format!("{name}{FORMATTED}").as_str()) else { continue };
        let beside = format!("{name}_text");
        let is_owner = OWNERS.contains(&name.as_str()) && all.get(OWNER) == Some(&json);
        if is_named(name, json, text) && !is_owner && !all.contains_key(beside.as_str()) {
            kept.push((beside, value(text, longest, levels - 1)));
        }
    }
    members::object(kept)
}

/// The owner of a row, and the columns with usually the same user: named once.
const OWNER: &str = "_ownerid_value";
const OWNERS: [&str; 3] = ["_createdby_value", "_modifiedby_value", "_owninguser_value"];

/// Whether a formatted value says more than its value: the name of a lookup, the label of a choice
/// or of several. Numbers, times, and yes or no do not need it.
fn is_named(column: &str, json: &str, formatted: &str) -> bool {
    let Some(formatted) = members::text(formatted) else { return false };
    match members::kind(json) {
        "a number" => !json.contains(['.', 'e', 'E']) && !is_number(&formatted, json),
        "a text" if column.starts_with('_') => column.ends_with("_value"),
        // The numbers of a multi-select column.
        "a text" => {
            digits(json).next().is_some()
                && json.bytes().all(|byte| b"\"-,0123456789".contains(&byte))
        }
        _ => false,
    }
}

/// Whether a text is the number, with any language's digit separators.
fn is_number(text: &str, number: &str) -> bool {
    digits(text).eq(digits(number)) && !text.contains(char::is_alphabetic)
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}

/// The start of a text, and how much is missing.
fn shortened(json: &str, longest: usize) -> String {
    let Some(text) = members::text(json) else { return json.to_owned() };
    let all = text.chars().count();
    if all <= longest {
        return json.to_owned();
    }
    let start: String = text.chars().take(longest).collect();
    members::quoted(&format!("{start}… [{} more characters]", all - longest))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn removes_nulls_and_annotations_and_keeps_digits() {
        let answer = r#"{"success":true,"error":null,"account":{"@odata.etag":"W/1","name":null,"revenue":922337203685477.5807,
            "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"systemuser","parties":[{"a":null,"b":[]}]}}"#;
        assert_eq!(
            lean(answer, ""),
            r#"{"success":true,"account":{"revenue":922337203685477.5807,"parties":[{"b":[]}]}}"#
        );
    }

    #[test]
    fn only_lookups_and_choices_have_display_names() {
        for (column, value, text, is_kept) in [
            ("_ownerid_value", r#""a56b3f4b-1be7-e611-8101-e0071b6af231""#, "Ann Baker", true),
            ("statecode", "0", "Active", true),
            ("rating", "3", "3 of 5", true),
            ("stage", "2", "Stage 2", true),
            ("colours", r#""1,2""#, "Red; Green", true),
            ("numberofemployees", "1234", "1,234", false),
            ("delta", "-1234", "(1.234)", false),
            ("seconds", "1234", "1\u{202f}234", false),
            ("revenue", "5000000.0000", "$5,000,000.00", false),
            ("exchangerate", "1.5", "1.50000", false),
            ("donotemail", "false", "Allow", false),
            ("createdon", r#""2026-02-01T08:00:00Z""#, "2/1/2026 8:00 AM", false),
        ] {
            let row = format!(r#""{column}{FORMATTED}":"{text}","{column}":{value}"#);
            let beside = format!(r#","{column}_text":"{text}""#);
            let beside = if is_kept { beside.as_str() } else { "" };
            let expected = format!(r#"{{"rows":[{{"{column}":{value}{beside}}}]}}"#);
            assert_eq!(lean(&format!(r#"{{"rows":[{{{row}}}]}}"#), ""), expected);
        }
    }

    #[test]
    fn a_user_who_owns_and_created_a_row_is_named_once() {
        let row = |creator: &str, name: &str| {
            format!(
                r#"{{"row":{{"_createdby_value{FORMATTED}":"{name}","_createdby_value":"{creator}","_ownerid_value{FORMATTED}":"Ann","_ownerid_value":"1"}}}}"#
            )
        };
        let lean = |creator, name| lean(&row(creator, name), "");
        assert_eq!(
            lean("1", "Ann"),
            r#"{"row":{"_createdby_value":"1","_ownerid_value":"1","_ownerid_value_text":"Ann"}}"#
        );
        assert!(lean("2", "Kim").contains(r#""_createdby_value_text":"Kim""#));
    }

    #[test]
    fn a_column_of_the_same_name_keeps_its_value() {
        let row = format!(r#"{{"a":1,"a_text":"own","a{FORMATTED}":"One"}}"#);
        assert_eq!(lean(&format!(r#"{{"row":{row}}}"#), ""), r#"{"row":{"a":1,"a_text":"own"}}"#);
    }

    #[test]
    fn says_how_many_rows_are_left_out_and_what_to_do() {
        let rows: Vec<String> = (0..250).map(|row| format!(r#"{{"n":{row}}}"#)).collect();
        let answer = format!(r#"{{"success":true,"rows":[{}]}}"#, rows.join(","));
        let lean: Value = serde_json::from_str(&lean(&answer, "narrow")).unwrap();
        assert_eq!(lean["rows"].as_array().unwrap().len(), 100);
        assert_eq!(
            lean["left_out"],
            serde_json::json!({"rows": 150, "of": 250, "advice": "narrow"})
        );
    }

    #[test]
    fn is_never_longer_than_hosts_accept() {
        let text = "é\\n".repeat(10_000);
        let wide: Vec<String> =
            (0..3000).map(|c| format!(r#""c{c}":"{}""#, "x".repeat(300))).collect();
        for row in [format!(r#"{{"a":"{text}"}}"#), format!("{{{}}}", wide.join(","))] {
            for answer in [
                format!(r#"{{"success":true,"account":{row}}}"#),
                format!(r#"{{"success":true,"accounts":[{}]}}"#, vec![row.as_str(); 60].join(",")),
            ] {
                let lean = lean(&answer, "narrow");
                assert!(lean.len() < CHARACTERS + 500, "{}", lean.len());
                let lean: Value = serde_json::from_str(&lean).unwrap();
                assert!(
                    lean["account"].is_object() || !lean["accounts"].as_array().unwrap().is_empty()
                );
            }
        }
    }

    #[test]
    fn a_long_text_says_how_much_of_it_is_missing() {
        let answer = format!(r#"{{"row":{{"description":"{}"}}}}"#, "é".repeat(2_345));
        let lean: Value = serde_json::from_str(&lean(&answer, "")).unwrap();
        assert!(lean["row"]["description"].as_str().unwrap().ends_with("é… [345 more characters]"));
    }
}
