//! `describe` and `invoke` against the specification's own text.
//!
//! `specification/actions.txt` is that text, verbatim, from its overview to its limits. If the
//! complete specification is available, the two are compared.

use std::fs;
use std::path::Path;

use dataverse_sim::Fault;
use host_test::Harness;
use serde_json::{Map, Value, json};

use crate::inputs::least_inputs;

const TEXT: &str = include_str!("specification/actions.txt");

/// The only addition to the specification: this parameter, the last of its action.
const ADDITION: (&str, &str, &str, &str) = (
    "create_appointment",
    "idempotency_key",
    "string",
    "Optional key of your own (1 to 256 characters): a call repeated with it makes no second appointment",
);

/// An action in the specification.
struct Action {
    name: String,
    parameters: Vec<Value>,
    response: Value,
}

/// Reads the part from `Available Actions`: for each action its parameters, if any, and its
/// response.
fn actions() -> Vec<Action> {
    let (_, text) = TEXT.split_once("Available Actions\n").unwrap();
    let mut parts = text.split("\nResponse\n\n");
    let mut parameters = parts.next().unwrap();
    let mut actions = Vec::new();
    for part in parts {
        let (response, next) = part.split_once("\n}\n").unwrap();
        let response: Value = serde_json::from_str(&format!("{response}\n}}")).unwrap();
        let title = response["title"].as_str().unwrap().strip_suffix("Output").unwrap();
        actions.push(Action {
            name: snake_case(title),
            parameters: read_parameters(parameters),
            response,
        });
        parameters = next;
    }
    actions
}

/// A name, a type, optionally `required`, and a description that may end in `(Default: …)`, each on
/// its own line.
fn read_parameters(text: &str) -> Vec<Value> {
    let mut lines = text.lines().filter(|line| !line.is_empty()).peekable();
    if lines.next_if_eq(&"Parameters").is_none() {
        return Vec::new();
    }
    let mut parameters = Vec::new();
    while let (Some(name), Some(kind)) = (lines.next(), lines.next()) {
        let required = lines.next_if_eq(&"required").is_some();
        let text = lines.next().unwrap();
        let mut parameter = json!({"name": name, "type": kind, "required": required});
        match text.split_once(" (Default: ") {
            Some((description, default)) => {
                parameter["description"] = json!(description);
                let default = default.strip_suffix(')').unwrap();
                parameter["default"] = serde_json::from_str(default).unwrap();
            }
            None => parameter["description"] = json!(text),
        }
        parameters.push(parameter);
    }
    parameters
}

/// `create_appointment` for `CreateAppointment`.
fn snake_case(title: &str) -> String {
    let mut name = String::new();
    for c in title.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

/// The parameters of an input schema, in the form of [`read_parameters`].
fn described(schema: &Value) -> Vec<Value> {
    let required = schema["required"].as_array().unwrap();
    let properties = schema["properties"].as_object().unwrap().iter();
    let parameter = |(name, property): (&String, &Value)| {
        let mut parameter = json!({
            "name": name,
            "type": property["type"],
            "required": required.contains(&json!(name)),
            "description": property["description"],
        });
        let more = property.as_object().unwrap().iter();
        let more = more.filter(|(key, _)| !["type", "description"].contains(&key.as_str()));
        parameter.as_object_mut().unwrap().extend(more.map(|(k, v)| (k.clone(), v.clone())));
        parameter
    };
    properties.map(parameter).collect()
}

/// The violations of a schema by an instance, for the few keywords of the specification.
fn against(schema: &Value, instance: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, value) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "title" | "default" => {}
            "type" => {
                let fits = match value.as_str().unwrap() {
                    "object" => instance.is_object(),
                    "array" => instance.is_array(),
                    "string" => instance.is_string(),
                    "boolean" => instance.is_boolean(),
                    "null" => instance.is_null(),
                    other => panic!("the type `{other}` is none that this check knows"),
                };
                if !fits {
                    found.push(format!("{at} is no {value}: {instance}"));
                }
            }
            "required" => {
                let names = value.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                let missing = names.filter(|name| instance.get(name).is_none());
                found.extend(missing.map(|name| format!("{at}.{name} is missing")));
            }
            "properties" => {
                for (name, schema) in value.as_object().unwrap() {
                    if let Some(member) = instance.get(name) {
                        found.extend(against(schema, member, &format!("{at}.{name}")));
                    }
                }
            }
            "additionalProperties" if value == false => {
                let known = schema["properties"].as_object().unwrap();
                let names = instance.as_object().into_iter().flat_map(Map::keys);
                let more = names.filter(|name| !known.contains_key(*name));
                found.extend(more.map(|name| format!("{at}.{name} is not allowed")));
            }
            "additionalProperties" => assert_eq!(value, true),
            "items" => {
                for (n, item) in instance.as_array().into_iter().flatten().enumerate() {
                    found.extend(against(value, item, &format!("{at}[{n}]")));
                }
            }
            "anyOf" => {
                let any = value.as_array().unwrap();
                if !any.iter().any(|schema| against(schema, instance, at).is_empty()) {
                    found.push(format!("{at} is none of {value}: {instance}"));
                }
            }
            other => panic!("the keyword `{other}` is none that this check knows"),
        }
    }
    found
}

/// Panics unless the output matches the action's response schema and has all its members in order.
fn conforms(action: &Action, answer: &Value) {
    let name = &action.name;
    assert_eq!(against(&action.response, answer, "answer"), [""; 0], "{name}");
    let members: Vec<_> = answer.as_object().unwrap().keys().collect();
    let wanted: Vec<_> = action.response["properties"].as_object().unwrap().keys().collect();
    assert_eq!(members, wanted, "{name}");
    assert_eq!(answer["success"] == true, answer["error"].is_null(), "{name}: {answer}");
}

#[test]
fn is_kept_word_for_word() {
    let path = "../shared/reference/modulex-dynamics-365-sales.txt";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    // Outside the repository: a clone may lack it.
    if let Ok(whole) = fs::read_to_string(path) {
        let (_, rest) = whole.split_once("Overview\n").unwrap();
        let (part, _) = rest.split_once("Limits & Quotas\n").unwrap();
        assert_eq!(TEXT, format!("Overview\n{part}"));
    }
    let names: Vec<_> = actions().into_iter().map(|action| action.name).collect();
    let inputs = least_inputs(&Harness::new());
    assert_eq!(names, inputs.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

#[test]
fn describes_every_parameter_like_the_specification_and_one_more() {
    let manifest = Harness::new().describe();
    for (at, action) in actions().iter().enumerate() {
        let described_action = &manifest["actions"][at];
        assert_eq!(described_action["name"], action.name.as_str());
        let schema = &described_action["input_schema"];
        let mut parameters = action.parameters.clone();
        let (of, name, kind, description) = ADDITION;
        if action.name == of {
            let addition =
                json!({"name": name, "type": kind, "required": false, "description": description});
            parameters.push(addition);
        }
        assert_eq!(described(schema), parameters, "{}", action.name);
        assert_eq!(schema["type"], "object");
        assert_eq!(schema["additionalProperties"], false);
    }
    assert_eq!(manifest["actions"].as_array().unwrap().len(), 11);
}

#[test]
fn describes_every_response_as_the_specification_does() {
    let manifest = Harness::new().describe();
    for (at, action) in actions().iter().enumerate() {
        // As text, because the order of members matters too.
        let schema = &manifest["actions"][at]["output_schema"];
        assert_eq!(schema.to_string(), action.response.to_string(), "{}", action.name);
    }
}

#[test]
fn describes_how_to_connect_as_the_specification_does() {
    let manifest = Harness::new().describe();
    let says = |text: &str| assert!(TEXT.contains(text), "{text}");
    let overview = manifest["overview"].as_str().unwrap();
    let name = manifest["name"].as_str().unwrap();
    says(&format!("Add {name} to any ModuleX agent or workflow. {overview}\n"));
    let categories: Vec<_> = manifest["categories"].as_array().unwrap().iter().collect();
    let categories: Vec<_> = categories.iter().map(|name| name.as_str().unwrap()).collect();
    let auth = manifest["auth"].as_str().unwrap();
    let (categories, count) = (categories.join(" · "), actions().len());
    says(&format!("Categories: {categories} · Auth: {auth} · Actions: {count}\n"));

    let mut table = "FieldDescriptionRequiredFormat\n".to_owned();
    for credential in manifest["credentials"].as_array().unwrap() {
        let text = |name: &str| credential[name].as_str().unwrap();
        assert_eq!(credential["required"], true);
        table += &format!("{}{}Yes{}\n", text("label"), text("description"), text("format"));
    }
    says(&(table + "\n"));

    let oauth = &manifest["oauth2"];
    for (label, name) in [("Authorization", "authorization_url"), ("Token", "token_url")] {
        says(&format!("• {label} URL: {}\n", oauth[name].as_str().unwrap()));
    }
    let scopes: Vec<_> = oauth["scopes"].as_array().unwrap().iter().collect();
    let scopes: Vec<_> = scopes.iter().map(|scope| scope.as_str().unwrap()).collect();
    says(&format!("• Scopes: {}\n", scopes.join(", ")));
}

#[test]
fn every_success_matches_the_response_schema() {
    for action in actions() {
        let host = Harness::new();
        let (_, input) = least_inputs(&host).into_iter().find(|(n, _)| *n == action.name).unwrap();
        let answer = host.invoke(&action.name, input);
        assert_eq!(answer["success"], true, "{answer}");
        conforms(&action, &answer);
    }
}

#[test]
fn every_failure_matches_the_response_schema() {
    for action in actions() {
        let host = Harness::new();
        let (_, input) = least_inputs(&host).into_iter().find(|(n, _)| *n == action.name).unwrap();
        for text in ["{", "[]", "null", "{\"surprise\": 1}", "\u{0}"] {
            let answer = host.invoke_text(&action.name, text);
            let answer = serde_json::from_str(&answer).unwrap();
            conforms(&action, &answer);
            assert_eq!(answer["success"], false, "{}: {text}: {answer}", action.name);
        }
        assert_eq!(host.requests(), 0, "{}", action.name);
        for fault in [Fault::Forbidden, Fault::NotFound, Fault::server_error(500)] {
            let host = Harness::new();
            host.sim().always(fault);
            let answer = host.invoke(&action.name, input.clone());
            conforms(&action, &answer);
            assert_eq!(answer["success"], false, "{}: {answer}", action.name);
        }
    }
}

#[test]
fn an_unknown_action_is_a_failure_that_lists_the_known_ones() {
    let host = Harness::new();
    let known: Vec<_> = actions().into_iter().map(|action| action.name).collect();
    let answer = host.invoke("delete_account", json!({}));
    let error =
        format!("there is no action `delete_account` (the actions are {})", known.join(", "));
    assert_eq!(answer, json!({"success": false, "error": error}));
    assert_eq!(host.requests(), 0);
}
