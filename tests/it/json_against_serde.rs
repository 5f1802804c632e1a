//! The component's JSON reader against `serde_json`: they accept the same texts and read the same
//! values.

use dynamics365_sales::json::{Collection, Json, object};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::de::IgnoredAny;
use serde_json::{Map, Number, Value};

use crate::support::cases;

/// `serde_json`'s depth limit: it counts every bracket, we count values.
const DEPTH: usize = 127;

/// The maximum number of open brackets outside strings.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => now += 1,
            ']' | '}' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

/// Whether two readings of a text give the same value.
fn same(json: Json<'_>, value: &Value) -> Result<(), TestCaseError> {
    prop_assert_eq!(json.is_null(), value.is_null());
    prop_assert_eq!(json.boolean(), value.as_bool());
    prop_assert_eq!(json.string(), value.as_str().map(str::to_owned));
    prop_assert_eq!(json.is_string(), value.is_string());
    prop_assert_eq!((json.is_array(), json.is_object()), (value.is_array(), value.is_object()));
    if let Some(integer) = value.as_i64() {
        // `-0` is a floating-point number to one and an integer to the other.
        prop_assert_eq!(json.integer(), Some(integer));
    }
    if let Some(items) = value.as_array() {
        let own = json.items().unwrap();
        prop_assert_eq!(own.len(), items.len());
        for (own, item) in own.into_iter().zip(items) {
            same(own, item)?;
        }
    }
    prop_assert_eq!(json.items().is_some(), value.is_array());
    if let Some(members) = value.as_object() {
        let own = json.members().unwrap();
        prop_assert!(own.len() >= members.len());
        for (name, _) in &own {
            prop_assert!(members.contains_key(name.as_ref()), "{}", name);
        }
        for (name, value) in members {
            // The last of several members with the same name counts.
            let (_, last) = own.iter().rev().find(|(own, _)| own == name).unwrap();
            same(*last, value)?;
            let member = json.member(name);
            prop_assert_eq!(member.is_none(), value.is_null());
            prop_assert_eq!(json.text(name), value.as_str().map(str::to_owned));
            let read = Json::parse_with(json.as_str(), name).unwrap();
            prop_assert_eq!(read, (json, member));
        }
    }
    prop_assert_eq!(json.members().is_some(), value.is_object());
    Ok(())
}

/// Compares both readers.
fn compare(text: &str) -> Result<(), TestCaseError> {
    let json = Json::parse(text);
    if depth(text) <= DEPTH {
        // `IgnoredAny` checks only the grammar; a `Value` cannot hold every number, nor an unpaired
        // surrogate.
        let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
        prop_assert_eq!(json.is_ok(), is_json, "{}", text);
        prop_assert_eq!(Collection::parse(text).is_ok(), is_json, "{}", text);
        prop_assert_eq!(Json::parse_with(text, "value").is_ok(), is_json, "{}", text);
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Ok(()) };
    let json = json.map_err(|error| TestCaseError::fail(error.says()))?;
    prop_assert_eq!(json.as_str(), text.trim_matches([' ', '\t', '\n', '\r']));
    same(json, &value)?;
    let rows = value.get("value").filter(|_| value.is_object()).and_then(Value::as_array);
    let collection = Collection::parse(text).ok().flatten();
    prop_assert_eq!(collection.is_some(), rows.is_some(), "{}", text);
    if let (Some(collection), Some(rows)) = (collection, rows) {
        prop_assert_eq!(collection.rows.len(), rows.len());
        for (&(from, to), row) in collection.rows.iter().zip(rows) {
            let own: Value = serde_json::from_str(&text[from..to]).unwrap();
            prop_assert_eq!(&own, row);
        }
        let link = value.get("@odata.nextLink").filter(|link| !link.is_null());
        prop_assert_eq!(collection.next_link.is_some(), link.is_some());
        if let (Some(own), Some(link)) = (collection.next_link, link) {
            same(own, link)?;
        }
    }
    Ok(())
}

fn string() -> impl Strategy<Value = String> {
    let telling = [
        "value",
        "@odata.nextLink",
        "",
        "\"",
        "\\",
        "\\u0041",
        "😀",
        "\0",
        "\u{7f}",
        "é\n",
        "/",
        "\u{8}\u{c}\r\t",
    ];
    prop_oneof![select(telling.to_vec()).prop_map(str::to_owned), any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("no number", Number::from_f64),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number.prop_map(Value::Number),
        string().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((string(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Objects with many short members, like a Dataverse row.
fn row() -> impl Strategy<Value = Value> {
    let text = prop_oneof![9 => "[a-z0-9_@. é-]{0,20}", 1 => "[a-z]{40,60}", 1 => string()];
    let value = prop_oneof![
        4 => Just(Value::Null),
        2 => any::<bool>().prop_map(Value::from),
        2 => (0_u32..200_000_000).prop_map(Value::from),
        4 => text.clone().prop_map(Value::from),
        1 => value(),
    ];
    prop::collection::vec((text, value), 8..24)
        .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()))
}

/// Collections and near misses.
fn collection() -> impl Strategy<Value = Value> {
    let rows = prop::collection::vec(prop_oneof![value(), row()], 0..4).prop_map(Value::from);
    let rows = prop_oneof![4 => rows, 1 => value()];
    let link = prop_oneof![4 => string().prop_map(Value::from), 1 => value()];
    (rows, prop::option::of(link), prop::option::of((string(), value())), any::<bool>()).prop_map(
        |(rows, link, more, rows_first)| {
            let mut members = Map::new();
            members.extend(more);
            if rows_first {
                members.insert("value".to_owned(), rows.clone());
            }
            members.extend(link.map(|link| ("@odata.nextLink".to_owned(), link)));
            members.insert("value".to_owned(), rows);
            Value::Object(members)
        },
    )
}

/// A change of a text: a piece that replaces this many characters.
fn mutation() -> impl Strategy<Value = (Index, usize, String)> {
    let pieces = [
        "",
        "\"",
        "\\",
        "\\u",
        "\\ud800",
        "\\udc00",
        "\\u00e9",
        "\\/",
        "\\x",
        "\\b",
        "\\f",
        "\\n",
        "\\ud83d\\ude00",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "0",
        "-",
        "1e5",
        "1.",
        ".5",
        "E+",
        "null",
        "true",
        "tru",
        " ",
        "\n",
        "\u{a0}",
        "\u{feff}",
        "\t",
        "\0",
        "\u{1f}",
        "\"value\":[1]",
        "\"value\":1,",
        "\"val\\u0075e\":[2],",
        "//",
        "NaN",
        "'",
    ];
    let piece = prop_oneof![
        6 => select(pieces.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    (any::<Index>(), 0_usize..3, piece)
}

fn mutated(text: &str, mutations: &[(Index, usize, String)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (at, length, piece) in mutations {
        let at = at.index(characters.len() + 1);
        let end = (at + length).min(characters.len());
        characters.splice(at..end, piece.chars());
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn reads_any_text_as_serde_does(text in any::<String>()) {
        compare(&text)?;
    }

    #[test]
    fn reads_texts_of_jsons_own_pieces_as_serde_does(
        text in "([\\[\\]{},:\"0-9eE+.\\- \\\\untrlfasbd/\t\n]|null|true|\"a\"|\\\\u[0-9a-f]{4}){0,12}",
    ) {
        compare(&text)?;
    }

    #[test]
    fn reads_values_and_their_mutations_as_serde_does(
        value in prop_oneof![value(), row(), collection()],
        pretty in any::<bool>(),
        mutations in prop::collection::vec(mutation(), 0..4),
    ) {
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        compare(&text)?;
        compare(&mutated(&text, &mutations))?;
    }

    #[test]
    fn writes_what_serde_reads_back(names in prop::collection::vec((string(), string()), 0..5)) {
        let text = object(|json| {
            for (_, value) in &names {
                json.text("name", value);
            }
        });
        let last = serde_json::from_str::<Value>(&text).unwrap();
        let expected = names.last().map(|(_, value)| value.as_str());
        prop_assert_eq!(last.get("name").and_then(Value::as_str), expected);
    }
}

#[test]
fn reads_as_deep_as_serde_and_no_deeper_than_its_own_limit() {
    for depth in 1..=DEPTH {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = open.repeat(depth) + "1" + &close.repeat(depth);
            compare(&text).unwrap();
            assert!(Json::parse(&text).is_ok(), "{depth}");
        }
    }
    let deepest = "[".repeat(128) + &"]".repeat(128);
    assert!(Json::parse(&deepest).is_ok());
    for depth in [129, 1_000, 1_000_000] {
        for open in ["[", "{\"a\":", "{\"value\":[", "[{\"a\":"] {
            assert!(Json::parse(&open.repeat(depth)).is_err(), "{open} {depth}");
            assert!(Collection::parse(&open.repeat(depth)).is_err(), "{open} {depth}");
        }
        let whole = "[".repeat(depth) + &"]".repeat(depth);
        assert!(Json::parse(&whole).is_err(), "{depth}");
    }
}

#[test]
fn the_last_of_two_members_counts() {
    for text in [
        r#"{"value":[1],"value":[2,3]}"#,
        r#"{"value":[1],"value":2}"#,
        r#"{"value":1,"value":[2]}"#,
        r#"{"value":[1],"val\u0075e":[2,3],"@odata.nextLink":"a","@odata.nextLink":null}"#,
        r#"{"value":[],"\u0040odata.nextLink":"a"}"#,
    ] {
        compare(text).unwrap();
    }
}
