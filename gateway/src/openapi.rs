//! The [OpenAPI 3.1] document, generated from the connector's manifest.
//!
//! [OpenAPI 3.1]: https://spec.openapis.org/oas/v3.1.1

use serde_json::{Map, Value, json};

use crate::problem::KINDS;

/// The actions in a manifest.
pub(crate) fn actions(manifest: &Value) -> impl Iterator<Item = &Value> {
    manifest["actions"].as_array().into_iter().flatten()
}

/// The OpenAPI document for this manifest.
pub(crate) fn document(manifest: &Value) -> Value {
    let mut paths = Map::new();
    for action in actions(manifest) {
        let path = format!("/actions/{}", action["name"].as_str().unwrap_or_default());
        paths.insert(path, json!({ "post": operation(action) }));
    }
    paths.insert("/actions".to_owned(), json!({ "get": manifest_operation() }));
    paths.insert("/openapi.json".to_owned(), json!({ "get": document_operation() }));
    paths.insert("/healthz".to_owned(), json!({ "get": health_operation() }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": manifest["name"],
            "version": manifest["version"],
            "description": manifest["overview"],
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": [
            { "name": "actions", "description": "What Dynamics 365 Sales can do" },
            { "name": "gateway", "description": "The gateway itself" },
        ],
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "The gateway's key, `DYNAMICS365_GATEWAY_KEY`",
            } },
            "schemas": { "Problem": problem() },
            "responses": failures(),
        },
    })
}

fn operation(action: &Value) -> Value {
    let required = action["input_schema"]["required"].as_array().is_some_and(|all| !all.is_empty());
    let mut responses = Map::new();
    responses.insert("200".to_owned(), success(&action["output_schema"]));
    for (status, name, ..) in FAILURES {
        responses.insert(status.to_owned(), reference(name));
    }
    json!({
        "operationId": action["name"],
        "tags": ["actions"],
        "summary": action["description"],
        "requestBody": {
            "required": required,
            "content": { "application/json": { "schema": action["input_schema"] } },
        },
        "responses": responses,
    })
}

fn manifest_operation() -> Value {
    let summary = "The manifest: every action, with the JSON Schemas of its input and output";
    reading("manifest", summary, &json!({ "type": "object" }))
}

fn document_operation() -> Value {
    reading("openapi", "This document", &json!({ "type": "object" }))
}

fn health_operation() -> Value {
    let schema = json!({
        "type": "object",
        "required": ["status"],
        "properties": { "status": { "const": "ok" } },
    });
    json!({
        "operationId": "health",
        "tags": ["gateway"],
        "summary": "Whether the gateway runs; sends no request to Dynamics 365",
        "security": [],
        "responses": { "200": success(&schema) },
    })
}

fn reading(id: &str, summary: &str, schema: &Value) -> Value {
    json!({
        "operationId": id,
        "tags": ["gateway"],
        "summary": summary,
        "responses": {
            "200": success(schema),
            "401": reference("Unauthorized"),
            "503": reference("Unavailable"),
        },
    })
}

fn success(schema: &Value) -> Value {
    json!({ "description": "Success", "content": { "application/json": { "schema": schema } } })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// The status, the name, the meaning and, for some, the header that adds to it.
const FAILURES: [(&str, &str, &str, Option<&str>); 12] = [
    (
        "400",
        "BadInput",
        "The input does not fit the action: `error` names the field and the rule",
        None,
    ),
    ("401", "Unauthorized", "The key is missing or wrong", Some("WWW-Authenticate")),
    (
        "403",
        "Forbidden",
        "The user or app may not do this in Dynamics 365: ask an administrator",
        None,
    ),
    ("404", "NotFound", "The row, table or user does not exist", None),
    (
        "409",
        "Conflict",
        "The row has changed since it was read, or already exists: read it again, then retry",
        None,
    ),
    ("413", "TooLarge", "The body is larger than 1 MiB", None),
    ("415", "UnsupportedMediaType", "The content type is not JSON", Some("Accept")),
    ("422", "Refused", "Dynamics 365 refused the request: `error` quotes its message", None),
    ("429", "Throttled", "Dynamics 365 throttles requests: wait, then retry", Some("Retry-After")),
    ("500", "BadSettings", "A setting or secret of the gateway is missing or wrong", None),
    (
        "502",
        "BadGateway",
        "Dynamics 365 rejects the gateway's credentials, or its response is undocumented",
        None,
    ),
    (
        "503",
        "Unavailable",
        "Dynamics 365 cannot be reached at the moment, or the gateway has no key",
        Some("Retry-After"),
    ),
];

fn failures() -> Value {
    FAILURES
        .iter()
        .map(|(_, name, description, header)| {
            let mut response = json!({
                "description": description,
                "content": { "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/Problem" },
                } },
            });
            if let Some(header) = header {
                response["headers"] = json!({ *header: { "schema": { "type": "string" } } });
            }
            ((*name).to_owned(), response)
        })
        .collect::<Map<_, _>>()
        .into()
}

/// RFC 9457 problem details, with the connector's account of the failure if it was called.
fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "success", "error"],
        "properties": {
            "type": { "const": "about:blank" },
            "title": { "type": "string", "description": "The status's standard phrase" },
            "status": { "type": "integer", "description": "The status of this response" },
            "detail": { "type": "string", "description": "What went wrong, in a sentence" },
            "success": { "const": false },
            "error": { "type": "string", "description": "The same as `detail`" },
            "kind": { "enum": KINDS, "description": "What a caller can do about it" },
            "dynamics_status": {
                "type": ["integer", "null"],
                "description": "The status that Dynamics 365 answered, if it did",
            },
            "code": { "type": ["string", "null"], "description": "Dynamics 365's error code" },
            "request_id": {
                "type": ["string", "null"],
                "description": "Dynamics 365's id of the request, for Microsoft's support",
            },
            "retry_after_seconds": { "type": ["integer", "null"], "description": "How long to wait before retrying" },
            "may_have_been_applied": {
                "type": "boolean",
                "description": "Whether the failed write may have been applied",
            },
            "row_id": {
                "type": ["string", "null"],
                "description": "Id of the appointment that may exist",
            },
        },
    })
}
