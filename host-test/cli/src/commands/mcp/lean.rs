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
    let mut kept = String::from("[");
    let (mut all, mut taken, mut columns) = (0_usize, 0, 0);
    let mut is_full = false;
    let read = members::each_item(json, |row| {
        all += 1;
        if is_full || taken == ROWS {
            return;
        }
        let (row, cut) = row_within(row, room);
        // Includes the comma or bracket before it.
        is_full = kept.len() + usize::from(taken > 0) + row.len() > room;
        if is_full {
            return;
        }
        if taken > 0 {
            kept.push(',');
        }
        kept.push_str(&row);
        taken += 1;
        columns += cut;
    });
    if read.is_none() {
        return (json.to_owned(), None);
    }
    kept.push(']');
    let mut left = LeftOut::new();
    if all > taken {
        left.push(("rows".to_owned(), (all - taken).to_string()));
        left.push(("of".to_owned(), all.to_string()));
    }
    if columns > 0 {
        left.extend(columns_left_out(columns));
    }
    (kept, (!left.is_empty()).then_some(left))
}

/// A row cut to this size, and the number of omitted columns.
fn row_within(row: &RawValue, room: usize) -> (String, usize) {
    let mut lean = String::new();
    for longest in TEXT {
        lean.clear();
        push(row.get(), longest, LEVELS, &mut lean);
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

/// Writes a value without nulls and annotations, with texts up to this length. All depths write to
/// one text, because nested values may have millions of parts.
fn push(json: &str, longest: usize, levels: usize, out: &mut String) {
    let begin = out.len();
    let pushed = match members::kind(json) {
        _ if levels == 0 => None,
        "an object" => members::members(json).map(|list| push_object(&list, longest, levels, out)),
        "an array" => {
            out.push('[');
            let items = members::each_item(json, |item| {
                if out.len() > begin + 1 {
                    out.push(',');
                }
                push(item.get(), longest, levels - 1, out);
            });
            out.push(']');
            items
        }
        "a text" if json.len() > longest => {
            shortened(json, longest).map(|text| out.push_str(&text))
        }
        _ => None,
    };
    if pushed.is_none() {
        out.truncate(begin);
        out.push_str(json);
    }
}

fn push_object(list: &Members<'_>, longest: usize, levels: usize, out: &mut String) {
    let with = |ending: &str| -> BTreeMap<&str, &str> {
        let some = list.iter().filter(|(name, _)| name.ends_with(ending));
        some.map(|(name, json)| (name.as_str(), json.get())).collect()
    };
    // Not all columns: most columns of a row with a million have no name.
    let (formatted, texts) = (with(FORMATTED), with(TEXT_BESIDE));
    let owner = list.iter().rfind(|(name, _)| name == OWNER).map(|(_, json)| json.get());
    out.push('{');
    let begin = out.len();
    let mut push_member = |name: &str, json: &str| {
        if out.len() > begin {
            out.push(',');
        }
        out.push_str(&members::quoted(name));
        out.push(':');
        push(json, longest, levels - 1, out);
    };
    for (name, json) in list {
        let json = json.get();
        if json == "null" || name.contains('@') {
            continue;
        }
        push_member(name, json);
        let Some(text) = formatted.get(format!("{name}{FORMATTED}").as_str()) else { continue };
        let beside = format!("{name}{TEXT_BESIDE}");
        let is_owner = OWNERS.contains(&name.as_str()) && owner == Some(json);
        if is_named(name, json, text) && !is_owner && !texts.contains_key(beside.as_str()) {
            push_member(&beside, text);
        }
    }
    out.push('}');
}

/// The suffix of a column with another column's text.
const TEXT_BESIDE: &str = "_text";

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

/// The start of a text, and the length of the rest; `None` if it fits.
fn shortened(json: &str, longest: usize) -> Option<String> {
    let text = members::text(json)?;
    let all = text.chars().count();
    if all <= longest {
        return None;
    }
    let start: String = text.chars().take(longest).collect();
    Some(members::quoted(&format!("{start}… [{} more characters]", all - longest)))
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
