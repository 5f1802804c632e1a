//! The OpenAPI document.

use std::process::Command;

use serde_json::Value;

use super::host::Gateway;
use crate::support::installed;

fn document() -> Value {
    let answer = Gateway::new().ask("GET", "/openapi.json");
    assert_eq!(answer.status(), 200);
    answer.json()
}

#[test]
fn has_every_action_with_its_schemas() {
    let (document, manifest) = (document(), host_test::Harness::new().describe());
    assert_eq!(document["openapi"], "3.1.0");
    let actions = manifest["actions"].as_array().unwrap();
    for action in actions {
        let name = action["name"].as_str().unwrap();
        let operation = &document["paths"][format!("/actions/{name}")]["post"];
        assert_eq!(operation["operationId"], name);
        assert_eq!(operation["summary"], action["description"]);
        let body = &operation["requestBody"];
        assert_eq!(body["content"]["application/json"]["schema"], action["input_schema"]);
        let required = !action["input_schema"]["required"].as_array().unwrap().is_empty();
        assert_eq!(body["required"], required, "{name}");
        let success = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(*success, action["output_schema"]);
    }
    // Plus the three paths of the gateway itself.
    assert_eq!(document["paths"].as_object().unwrap().len(), actions.len() + 3);
}

/// `openapi-spec-validator` from PyPI.
#[test]
fn is_valid_for_an_independent_validator() {
    let Some(python) = installed::validators() else { return };
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/openapi.json");
    std::fs::write(file, document().to_string()).unwrap();
    let mut validator = Command::new(python.join("python"));
    let output = validator.args(["-m", "openapi_spec_validator", file]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn refers_only_to_existing_definitions() {
    let document = document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

#[test]
fn requires_the_key_for_everything_except_health() {
    let document = document();
    assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], "bearer");
    assert!(document["security"][0].get("key").is_some());
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let open = operation.get("security").is_some();
            assert_eq!(open, path == "/healthz", "{path}");
        }
    }
}
