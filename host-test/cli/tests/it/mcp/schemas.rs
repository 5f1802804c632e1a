//! The tools from a model's view: the specification's text first, then what a model needs to call
//! them.

use serde_json::{Value, json};

use super::manifest;
use super::pipe::Pipe;

fn tools(pipe: &mut Pipe) -> Vec<Value> {
    let listed = pipe.ask("tools/list", json!({}));
    listed["result"]["tools"].as_array().unwrap().clone()
}

#[test]
fn every_action_of_the_manifest_is_a_tool_with_its_text_first() {
    let mut pipe = Pipe::open_with(&["--structured"]);
    let tools = tools(&mut pipe);
    let manifest = manifest();
    let actions = manifest["actions"].as_array().unwrap();
    assert_eq!(tools.len(), actions.len());
    for (tool, action) in tools.iter().zip(actions) {
        assert_eq!(tool["name"], action["name"]);
        assert!(tool["title"].is_string(), "{tool}");
        begins(&tool["description"], &action["description"]);
        let (input, specified) = (&tool["inputSchema"], &action["input_schema"]);
        assert_eq!(input["required"], specified["required"]);
        assert_eq!(input["additionalProperties"], specified["additionalProperties"]);
        let properties = specified["properties"].as_object().unwrap();
        assert_eq!(input["properties"].as_object().unwrap().len(), properties.len());
        for (name, property) in properties {
            let shown = &input["properties"][name];
            assert_eq!(shown["type"], property["type"]);
            assert_eq!(shown["default"], property["default"]);
            begins(&shown["description"], &property["description"]);
        }
        for name in action["output_schema"]["properties"].as_object().unwrap().keys() {
            assert!(tool["outputSchema"]["properties"][name].is_object(), "{name}");
        }
    }
}

fn begins(text: &Value, start: &Value) {
    let (text, start) = (text.as_str().unwrap(), start.as_str().unwrap());
    let rest = text.strip_prefix(start).unwrap_or_else(|| panic!("{text}"));
    assert!(
        rest.is_empty() || rest.starts_with("\n\nNote: ") || rest.starts_with("\n\nReturns "),
        "{text}"
    );
}

#[test]
fn every_id_has_its_source_and_every_limit_is_included() {
    let mut pipe = Pipe::open(&[]);
    for tool in tools(&mut pipe) {
        assert!(tool.get("outputSchema").is_none(), "{tool}");
        assert!(tool["description"].as_str().unwrap().contains("\n\nReturns JSON. "), "{tool}");
        for (name, property) in tool["inputSchema"]["properties"].as_object().unwrap() {
            let text = property["description"].as_str().unwrap();
            if name.ends_with("_id") {
                assert!(text.contains("Note: `"), "{name}: {text}");
                assert_eq!(property["format"], "uuid", "{name}");
            }
            if name.starts_with("scheduled") {
                assert_eq!(property["format"], "date-time");
            }
            if name == "records_per_page" {
                assert!(property["maximum"].is_i64() && property["minimum"] == 1);
            }
            if name == "filter" {
                assert!(property["examples"].to_string().contains('\''), "{property}");
            }
        }
    }
}

#[test]
fn tools_that_write_can_be_omitted() {
    let mut pipe = Pipe::open_with(&["--read-only"]);
    let names: Vec<Value> = tools(&mut pipe).into_iter().map(|tool| tool["name"].clone()).collect();
    assert_eq!(names.len(), 8);
    assert!(!names.iter().any(|name| name == "create_appointment" || name == "update_appointment"));
    let answer = pipe.ask("tools/call", json!({"name": "update_appointment", "arguments": {}}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}

#[test]
fn tools_can_be_chosen_by_name() {
    let mut pipe = Pipe::open_with(&["--tools", "get_account,search_accounts"]);
    assert_eq!(tools(&mut pipe).len(), 2);
    for (arguments, said) in [
        (
            &["--tools", "get_acount"][..],
            "there is no tool `get_acount` (did you mean get_account?)",
        ),
        (
            &["--read-only", "--tools", "create_appointment"],
            "`create_appointment` writes, which --read-only leaves out",
        ),
    ] {
        let (_, stderr, status) = Pipe::start_with(arguments, &[]).close();
        assert_eq!(status, Some(2), "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
    }
}

#[test]
fn the_columns_of_the_tables_are_resources() {
    let mut pipe = Pipe::open(&[]);
    let listed = pipe.ask("resources/list", json!({}));
    let resources = listed["result"]["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 3);
    for resource in resources {
        let read = pipe.ask("resources/read", json!({"uri": resource["uri"]}));
        let text = read["result"]["contents"][0]["text"].as_str().unwrap();
        assert!(text.contains("DateTimeOffset ("), "{text}");
    }
    let answer = pipe.ask("resources/read", json!({"uri": "dataverse://tables/lead"}));
    assert!(answer["error"]["message"].as_str().unwrap().contains("expected one of"), "{answer}");
}
