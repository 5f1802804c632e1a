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
    let mut kept = String::from("[");
    let (mut all, mut taken, mut columns) = (0_usize, 0, 0);
    let mut is_full = false;
    let read = members::each_item(json, |row| {
        all += 1;
        if is_full || taken == ROWS {
            return;
        }
        let (row, cut) = row_within(row, room);
        // With the comma or the bracket before it.
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

/// A row that fits into this room, and how many of its columns do not.
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

/// Writes a value without nulls and annotations, its texts not longer than this. Into one text at every depth: what is
/// nested may be made of millions of parts.
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
    out.push('{');
    let begin = out.len();
    for (name, json) in list {
        if json.get() == "null" || (name.contains('@') && !name.ends_with(FORMATTED)) {
            continue;
        }
        if out.len() > begin {
            out.push(',');
        }
        match name.strip_suffix(FORMATTED) {
            Some(column) => out.push_str(&members::quoted(&format!("{column}_text"))),
            None => out.push_str(&members::quoted(name)),
        }
        out.push(':');
        push(json.get(), longest, levels - 1, out);
    }
    out.push('}');
}

/// The start of a text, and how much is missing; `None` if nothing has to be.
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
