//! What a call gives: lean and bounded unless the whole is asked for, and failures that can be acted on.

use serde_json::{Value, json};

use super::pipe::Pipe;

#[test]
fn an_answer_comes_once_and_without_what_says_nothing() {
    let mut pipe = Pipe::open(&[]);
    let result = pipe.call("search_accounts", json!({"search_term": "o'brien"}));
    assert_eq!(result["isError"], false);
    assert!(result.get("structuredContent").is_none(), "{result}");
    let text = result["content"][0]["text"].as_str().unwrap();
    let answer: Value = serde_json::from_str(text).unwrap();
    assert_eq!(answer["accounts"][0]["name"], "O'Brien & Sons");
    assert!(!text.contains("null") && !text.contains("@odata"), "{text}");
}

#[test]
fn the_whole_is_what_the_component_gives() {
    let mut pipe = Pipe::open_with(&["--full"]);
    let answer = pipe.told_by("search_accounts", json!({"search_term": "o'brien"}));
    assert!(answer["accounts"][0]["@odata.etag"].is_string(), "{answer}");
    assert_eq!(answer["error"], Value::Null);
}

#[test]
fn a_long_list_says_how_much_is_left_out_and_how_to_narrow() {
    let mut pipe = Pipe::open(&[]);
    let answer = pipe.told_by("find_contact", json!({"filter": "statecode eq 0"}));
    let rows = answer["contacts"].as_array().unwrap().len();
    let left = &answer["left_out"];
    assert!(rows > 10, "{rows}");
    assert_eq!(left["rows"].as_u64().unwrap() + rows as u64, left["of"].as_u64().unwrap());
    assert!(left["advice"].as_str().unwrap().starts_with("narrow with a longer `name`"), "{left}");
    assert!(answer.to_string().len() < 41_000);
}

#[test]
fn structured_content_has_the_digits_and_the_text_of_the_answer() {
    let mut pipe = Pipe::open_with(&["--structured"]);
    let result = pipe.call("search_accounts", json!({"search_term": "o'brien"}));
    let text = result["content"][0]["text"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), result["structuredContent"]);
}

#[test]
fn a_failure_says_its_kind_and_what_to_do() {
    let mut pipe = Pipe::open(&[]);
    for (tool, arguments, kind) in [
        ("get_account", json!({"account_id": "x"}), "fix-input"),
        ("get_account", json!({"account": "x"}), "fix-input"),
        ("list_accounts", json!({"records_per_page": "many"}), "fix-input"),
        ("list_accounts", json!({"filter": "nosuchcolumn eq 1"}), "refused"),
        ("get_account", json!({"account_id": "00000000-0000-0000-0000-00000000dead"}), "not-found"),
    ] {
        let result = pipe.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        let answer: Value =
            serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(answer["success"], false);
        assert!(answer["error"].is_string(), "{answer}");
        assert_eq!(answer["failure"]["kind"], kind, "{answer}");
        assert_eq!(answer["failure"]["may_be_repeated"], false);
        assert!(answer["failure"]["advice"].is_string(), "{answer}");
    }
}
