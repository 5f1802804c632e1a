//! Changes to answers.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::answer_settings::{AnswerSettings, FormattedValues};
use crate::occasion::{Asked, OCCASIONS, Refused, When};
use crate::refusal_settings::Turned;
use crate::schema::Schema;
use crate::settings::Settings;

/// Applies the settings to an answer.
pub(crate) fn after(
    settings: &Settings,
    schema: &Schema,
    request: &Request<Bytes>,
    mut response: Response<Bytes>,
) -> Response<Bytes> {
    let otherwise = &settings.otherwise;
    let plain = otherwise.refusals.is_empty()
        && otherwise.left_out.is_empty()
        && otherwise.sign_in.is_empty();
    if plain && settings.answers == AnswerSettings::default() {
        return response;
    }
    let asked = Asked::new(request, schema);
    if let Some(refused) = Refused::read(&response) {
        for occasion in OCCASIONS {
            if let When::Refused(when) = occasion.when
                && let Some(turned) = otherwise.refusals.get(occasion.name)
                && when(&asked, &refused)
            {
                turn(&mut response, turned);
                break;
            }
        }
    }
    heads(&settings.answers, &asked, &mut response);
    for name in &otherwise.left_out {
        response.headers_mut().remove(*name);
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(response.body()) else { return response };
    let known = body.clone();
    turn_sign_in(settings, &mut response, &mut body);
    members(&settings.answers, &asked, &mut body);
    if body != known {
        replace(&mut response, body.to_string());
    }
    response
}

/// Another status and code, with the same message.
pub(super) fn turn(response: &mut Response<Bytes>, turned: &Turned) {
    *response.status_mut() = turned.status;
    let body: Value = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    let message = body["error"]["message"].as_str().unwrap_or("Refused.").to_owned();
    let text = match &turned.code {
        Some(code) => json!({"error": {"code": code, "message": message}}).to_string(),
        None => message,
    };
    response.headers_mut().remove(WWW_AUTHENTICATE);
    replace(response, text);
}

fn turn_sign_in(settings: &Settings, response: &mut Response<Bytes>, body: &mut Value) {
    let number = body["error_codes"][0].as_u64().and_then(|number| u32::try_from(number).ok());
    let Some(number) = number else { return };
    if let Some(turned) = settings.otherwise.sign_in.get(&number) {
        *response.status_mut() = turned.status;
        match &turned.code {
            Some(code) => body["error"] = json!(code),
            None => drop(body.as_object_mut().and_then(|body| body.remove("error"))),
        }
    }
    if !settings.answers.sign_in_refusals_have_traces
        && let Some(body) = body.as_object_mut()
    {
        body.remove("trace_id");
    }
}

fn heads(answers: &AnswerSettings, asked: &Asked<'_>, response: &mut Response<Bytes>) {
    let status = response.status();
    let makes_rows = asked.request.method() == Method::POST && !asked.path.contains("Definitions");
    let applied = response.headers().get("preference-applied");
    let applied = applied.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let echoes = |part: &str| applied.contains(part);
    let creates = asked.creates_by_patch();
    if creates && answers.create_by_patch_gives_200 && status == StatusCode::CREATED {
        *response.status_mut() = StatusCode::OK;
    }
    let changes = asked.request.method() == Method::PATCH && !asked.header("if-match").is_empty();
    if changes && answers.changes_give_200 && status == StatusCode::NO_CONTENT {
        *response.status_mut() = StatusCode::OK;
    }
    let headers = response.headers_mut();
    let absent = [
        ("preference-applied", !answers.page_size_is_echoed && echoes("maxpagesize")),
        ("preference-applied", !answers.representation_is_echoed && echoes("representation")),
        ("odata-entityid", !answers.created_row_has_entity_id && makes_rows),
        ("location", !answers.created_row_has_location && makes_rows),
        (
            "odata-entityid",
            !answers.created_table_has_entity_id && asked.path == "EntityDefinitions",
        ),
    ];
    for (name, _) in absent.into_iter().filter(|(_, absent)| *absent) {
        headers.remove(name);
    }
    let mut change = |name: HeaderName, changed: &dyn Fn(&str) -> String| {
        let own = headers.get(&name).and_then(|value| value.to_str().ok()).map(changed);
        if let Some(value) = own.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(name, value);
        }
    };
    if !answers.remaining_time_has_commas {
        let name = HeaderName::from_static("x-ms-ratelimit-time-remaining-xrm-requests");
        change(name, &|time| time.replace(',', ""));
    }
    if answers.retry_after_has_a_fraction {
        change(RETRY_AFTER, &|seconds| format!("{seconds}.5"));
    }
    if answers.challenge_is_quoted {
        change(WWW_AUTHENTICATE, &|challenge| match challenge.split_once("authorization_uri=") {
            Some((before, rest)) => {
                let (url, rest) = rest.split_once(", ").unwrap_or((rest, ""));
                format!("{before}authorization_uri=\"{url}\", {rest}")
            }
            None => challenge.to_owned(),
        });
    }
    if answers.challenge_has_json && status == StatusCode::UNAUTHORIZED {
        replace(
            response,
            json!({"error": {"code": "0x80040220", "message": "Unauthorized"}}).to_string(),
        );
    }
}

/// Changes members, at every depth.
fn members(answers: &AnswerSettings, asked: &Asked<'_>, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| members(answers, asked, item)),
        Value::Object(object) => {
            drop_members(answers, asked, object);
            if let Some(error) = object.get_mut("error").and_then(Value::as_object_mut) {
                refusal(answers, error);
            }
            object.values_mut().for_each(|member| members(answers, asked, member));
        }
        Value::String(text) => {
            if answers.moments_have_fractions && is_moment(text) {
                text.truncate(19);
                text.push_str(".000Z");
            } else if answers.ids_are_upper_case && uuid::Uuid::try_parse(text).is_ok() {
                text.make_ascii_uppercase();
            }
        }
        _ => {}
    }
}

fn drop_members(answers: &AnswerSettings, asked: &Asked<'_>, object: &mut Map<String, Value>) {
    let set = asked.path.split(['(', '/']).next().unwrap_or_default();
    let table = asked.schema.tables.values().find(|table| table.set_name == set);
    let key = table.map_or("", |table| table.primary_id.as_str());
    let selected = asked.option("$select");
    let unselected = !selected.is_empty() && selected.split(',').all(|own| own != key);
    object.retain(|name, _| {
        !(name == "@odata.etag" && !answers.rows_have_etags
            || name == "@odata.context" && !answers.answers_have_context
            || name == "@odata.count" && !answers.lists_are_counted
            || name == key && unselected && !answers.keys_come_unselected
            || name == "ownerid" && set == "systemusers" && !answers.users_have_owner_ids
            || name == "@odata.type"
                && asked.path.contains("/Attributes")
                && !answers.columns_have_types
            || name.ends_with("FormattedValue")
                && answers.formatted_values == FormattedValues::Never
            || name.ends_with("associatednavigationproperty")
                && !answers.rows_name_navigation_properties)
    });
    for (name, known) in [
        ("scheduleddurationminutes", answers.durations_are_computed),
        ("addressused", answers.parties_have_addresses),
        ("addressusedemailcolumnnumber", answers.parties_have_addresses),
    ] {
        if let Some(value) = object.get_mut(name).filter(|_| !known) {
            *value = Value::Null;
        }
    }
}

fn refusal(answers: &AnswerSettings, error: &mut Map<String, Value>) {
    if answers.refusals_have_other_words {
        error.insert("message".to_owned(), json!("It was not possible."));
    }
    if !answers.refusals_have_details {
        error.retain(|name, _| !name.starts_with('@'));
    }
    if answers.refusals_have_inner_errors {
        error.insert("innererror".to_owned(), json!({"message": "", "type": "", "stacktrace": ""}));
    }
}

/// `2026-02-20T12:00:00Z`
fn is_moment(text: &str) -> bool {
    text.len() == 20 && text.ends_with('Z') && text.as_bytes().get(10) == Some(&b'T')
}

fn replace(response: &mut Response<Bytes>, text: String) {
    let length = HeaderValue::from(text.len());
    response.headers_mut().insert(http::header::CONTENT_LENGTH, length);
    *response.body_mut() = Bytes::from(text);
}
