//! Every request gets an answer, whatever it contains.

use serde_json::{Value, json};

use super::pipe::Pipe;

fn calling(parameters: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":7000,"method":"tools/call","params":{parameters}}}"#)
}

#[test]
fn unreadable_messages_are_answered_and_logged_and_do_not_end_it() {
    let mut pipe = Pipe::open(&[]);
    let accounts = |value: &str| {
        calling(&format!(r#"{{"name":"list_accounts","arguments":{{"filter":{value}}}}}"#))
    };
    let long = accounts(&format!("\"{}\"", "x".repeat(17_000_000)));
    let deep = accounts(&format!("{}{}", "[".repeat(130), "]".repeat(130)));
    for (line, code, id) in [
        (accounts("1e400"), -32602, json!(7000)),
        (accounts(r#""\ud83d""#), -32602, json!(7000)),
        (deep, -32602, json!(7000)),
        (long, -32600, json!(7000)),
        ("hello".to_owned(), -32700, Value::Null),
        (calling("{")[..40].to_owned(), -32700, json!(7000)),
        ("[]".to_owned(), -32600, Value::Null),
        (calling(r#"{"arguments":{}}"#), -32602, json!(7000)),
        (calling(r#"{"name":"list_accounts","arguments":[]}"#), -32602, json!(7000)),
        (calling(r#"{"name":1}"#), -32602, json!(7000)),
    ] {
        let answer = pipe.reply(&line);
        let start = &line[..line.len().min(200)];
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), &id), "{start}");
    }
    let result = pipe.call("list_accounts", json!({"records_per_page": 1}));
    assert_eq!(result["isError"], false);
    let (_, stderr, _) = pipe.close();
    assert_eq!(stderr.matches("refused: ").count(), 10, "{stderr}");
}

#[test]
fn arguments_may_be_missing_or_text() {
    let mut pipe = Pipe::open(&[]);
    let answer = pipe.ask("tools/call", json!({"name": "list_appointment_categories"}));
    assert_eq!(answer["result"]["isError"], false, "{answer}");
    let text = json!({"name": "list_accounts", "arguments": "{\"records_per_page\": 1}"});
    let answer = pipe.ask("tools/call", text);
    assert_eq!(answer["result"]["isError"], false, "{answer}");
}

#[test]
fn the_last_line_needs_no_line_end() {
    let mut pipe = Pipe::open(&[]);
    pipe.say_unfinished(r#"{"jsonrpc":"2.0","id":7000,"method":"ping"}"#);
    let (rest, _, _) = pipe.close();
    assert_eq!(rest, [json!({"jsonrpc": "2.0", "id": 7000, "result": {}})]);
}

#[test]
fn an_unknown_method_differs_from_a_known_one_with_wrong_parameters() {
    let mut pipe = Pipe::open(&[]);
    assert_eq!(pipe.ask("tools/eat", json!({}))["error"]["code"], -32601);
    assert_eq!(pipe.ask("resources/read", json!({"uri": 7}))["error"]["code"], -32602);
}
