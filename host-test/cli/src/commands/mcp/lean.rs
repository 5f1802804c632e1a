//! The answers of actions, made to fit a model's context: without what says nothing, and bounded.

use serde_json::value::RawValue;

use super::members::{self, Members};

/// The most rows of an answer.
const ROWS: usize = 100;

/// The most characters of an answer. Hosts of models take 25,000 tokens; rows full of ids have fewer than two characters to a
/// token at worst.
const CHARACTERS: usize = 40_000;

/// The most characters of one text, and of one text in a row that would be too long even so.
const TEXT: [usize; 2] = [2_000, 200];

/// How deep rows are looked into.
const LEVELS: usize = 16;

/// How Dataverse says a value in words, behind the name of its column.
const FORMATTED: &str = "@OData.Community.Display.V1.FormattedValue";

/// The answer without nulls and annotations, and no longer than a host takes; what is left out is said in `left_out`, with
/// this advice. An answer that is no object stays as it is.
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

/// As many rows as there is room for, and what is left out.
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

/// A row that fits into this room, and how many of its columns do not.
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
    let mut kept = Vec::new();
    for (name, json) in list {
        if json.get() == "null" || (name.contains('@') && !name.ends_with(FORMATTED)) {
            continue;
        }
        let name = match name.strip_suffix(FORMATTED) {
            Some(column) => format!("{column}_text"),
            None => name.clone(),
        };
        kept.push((name, value(json.get(), longest, levels - 1)));
    }
    members::object(kept)
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
    fn nulls_and_annotations_go_and_digits_stay() {
        let answer = r#"{"success":true,"error":null,"account":{"@odata.etag":"W/1","name":null,"revenue":922337203685477.5807,
            "statecode@OData.Community.Display.V1.FormattedValue":"Active","statecode":0,
            "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"systemuser","parties":[{"a":null,"b":[]}]}}"#;
        assert_eq!(
            lean(answer, ""),
            r#"{"success":true,"account":{"revenue":922337203685477.5807,"statecode_text":"Active","statecode":0,"parties":[{"b":[]}]}}"#
        );
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
    fn is_never_longer_than_a_host_takes() {
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
