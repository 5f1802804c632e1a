use super::*;

/// The code, id and reason of the answer to a message that does not reach the SDK.
fn refused(message: &str) -> (i64, Value, String) {
    let refusal = read(message.as_bytes()).unwrap_err();
    let answer: Value = serde_json::from_str(&refusal.answer.unwrap()).unwrap();
    assert_eq!(answer["error"]["message"], refusal.reason);
    (answer["error"]["code"].as_i64().unwrap(), answer["id"].clone(), refusal.reason)
}

fn calling(parameters: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{parameters}}}"#)
}

/// The text of the arguments that reach the server.
fn arguments_of(parameters: &str) -> String {
    let message = read(calling(parameters).as_bytes()).unwrap();
    let message: Value = serde_json::from_str(&message.text).unwrap();
    message["params"]["arguments"][ARGUMENTS].as_str().unwrap().to_owned()
}

#[test]
fn arguments_keep_their_digits_and_their_order() {
    let object = r#"{"z":922337203685477.5807,"a":[1.50]}"#;
    assert_eq!(arguments_of(&format!(r#"{{"name":"x","arguments":{object}}}"#)), object);
}

#[test]
fn arguments_may_be_missing_null_or_json_text() {
    assert_eq!(arguments_of(r#"{"name":"x"}"#), "{}");
    assert_eq!(arguments_of(r#"{"name":"x","arguments":null}"#), "{}");
    assert_eq!(arguments_of(r#"{"name":"x","arguments":""}"#), "{}");
    assert_eq!(arguments_of(r#"{"name":"x","arguments":"{\"a\":1.50}"}"#), r#"{"a":1.50}"#);
}

#[test]
fn invalid_values_are_refused_with_the_id_of_the_call() {
    let deep = format!("{}{}", "[".repeat(130), "]".repeat(130));
    for (value, why) in [
        ("1e400", "number out of range"),
        (r#""\ud83d""#, "hex escape"),
        (deep.as_str(), "recursion limit exceeded"),
    ] {
        let object = format!(r#"{{"a":{value}}}"#);
        for given in [object.clone(), members::quoted(&object)] {
            let (code, id, reason) =
                refused(&calling(&format!(r#"{{"name":"x","arguments":{given}}}"#)));
            assert_eq!((code, id), (-32602, Value::from(7)));
            assert!(reason.starts_with("`arguments` cannot be read: "), "{reason}");
            assert!(reason.contains(why), "{reason}");
        }
    }
}

#[test]
fn an_incomplete_call_names_the_missing_part() {
    for (parameters, why) in [
        (r#"{"arguments":{}}"#, "`name` is missing (expected an object such as"),
        (r#"{"name":7}"#, "`name` is a number; expected the name of a tool"),
        (r#"{"name":"x","arguments":[]}"#, "`arguments` is an array; expected an object"),
        (r#"{"name":"x","arguments":7}"#, "`arguments` is a number; expected an object"),
        (r#"{"name":"x","arguments":"seven"}"#, "`arguments` is a text; expected an object"),
        ("[]", "`params` is an array; expected an object such as"),
    ] {
        let (code, id, reason) = refused(&calling(parameters));
        assert_eq!((code, id), (-32602, Value::from(7)));
        assert!(reason.starts_with(why), "{reason}");
    }
    let (code, _, reason) = refused(r#"{"jsonrpc":"2.0","id":7,"method":"tools/call"}"#);
    assert_eq!(code, -32602);
    assert!(reason.starts_with("`params` is missing"), "{reason}");
}

#[test]
fn invalid_json_is_refused_with_the_id_if_it_precedes_the_error() {
    for (message, expected) in [
        ("{", Value::Null),
        ("hello", Value::Null),
        (r#"{"jsonrpc":"2.0","id":"a","method":"ping","params":{"#, Value::from("a")),
        (r#"{"jsonrpc":"2.0","id":7} {"#, Value::from(7)),
    ] {
        let (code, id, _) = refused(message);
        assert_eq!((code, id), (-32700, expected), "{message}");
    }
    let refusal = read(b"{\"id\":7,\"method\":\"\xff\"}").unwrap_err();
    assert!(refusal.answer.unwrap().contains(r#""id":7,"error":{"code":-32700"#));
}

#[test]
fn an_invalid_request_is_refused_with_its_id_if_any() {
    for (message, expected) in [
        ("[]", Value::Null),
        ("7", Value::Null),
        (r#"{"id":7,"method":"ping"}"#, Value::from(7)),
        (r#"{"jsonrpc":"2.0","id":7}"#, Value::from(7)),
        (r#"{"jsonrpc":"2.0","id":7,"method":1}"#, Value::from(7)),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, Value::Null),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, Value::Null),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, Value::from(1.5)),
    ] {
        let (code, id, _) = refused(message);
        assert_eq!((code, id), (-32600, expected), "{message}");
    }
}

#[test]
fn wrong_parameters_of_a_known_method_are_reported_as_such() {
    for (method, parameters) in [("initialize", "{}"), ("resources/read", "[]"), ("ping", "7")] {
        let message =
            format!(r#"{{"jsonrpc":"2.0","id":7,"method":"{method}","params":{parameters}}}"#);
        let Err(refusal) = read(message.as_bytes()) else { panic!("{message} was passed on") };
        assert!(refusal.answer.unwrap().contains(r#""id":7,"#));
    }
}

#[test]
fn a_notification_is_not_answered() {
    let refusal = read(br#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":7}"#);
    assert!(refusal.map_or_else(|refusal| refusal.answer, |_| None).is_none());
}

#[test]
fn the_id_of_a_too_long_message_is_found_at_its_start_or_end() {
    let start = br#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"aaaa"#;
    let refusal = refuse_long(17_000_000, start, b"aaaa\"}}");
    assert_eq!(refusal.reason, "the message has 17000000 bytes (at most 16777216)");
    assert!(refusal.answer.unwrap().contains(r#""id":7,"error":{"code":-32600"#));
    let start = br#"{"method":"tools/call","params":{"a":"aaaa"#;
    for (end, id) in [
        (&br#"aaaa"},"jsonrpc":"2.0","id":7}"#[..], "\"id\":7,"),
        (br#"aaaa"},"id": "a b"}"#, "\"id\":\"a b\","),
        (br#"aaaa","id":7}}"#, "\"id\":null,"),
        (b"aaaa", "\"id\":null,"),
    ] {
        assert!(refuse_long(17_000_000, start, end).answer.unwrap().contains(id));
    }
}
