//! Requests that are refused or replaced before they are handled.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use serde_json::Value;

use crate::answer_settings::{AnswerSettings, FormattedValues};
use crate::occasion::{Asked, OCCASIONS, When};
use crate::refusal_settings::Turned;
use crate::schema::Schema;
use crate::settings::Settings;

/// How a request is treated.
pub(crate) enum Taken {
    /// As itself.
    Itself,
    /// As another request.
    For(Box<Request<Bytes>>),
    /// Refused.
    Refused(Turned),
}

/// Applies the settings to a Web API request.
pub(crate) fn before(settings: &Settings, schema: &Schema, request: &Request<Bytes>) -> Taken {
    if settings.otherwise.refusals.is_empty() && settings.answers == AnswerSettings::default() {
        return Taken::Itself;
    }
    let asked = Asked::new(request, schema);
    for occasion in OCCASIONS {
        if let When::Asked(when) = occasion.when
            && let Some(turned) = settings.otherwise.refusals.get(occasion.name)
            && when(&asked)
        {
            return Taken::Refused(turned.clone());
        }
    }
    let answers = &settings.answers;
    let mut other = request.clone();
    let mut body = asked.body.clone();
    if let Some(members) = body.as_object_mut() {
        if request.method() == Method::POST && !answers.chosen_ids_are_taken {
            let keys = schema.tables.values().map(|table| &table.primary_id);
            keys.for_each(|key| drop(members.remove(key)));
        }
        if asked.creates_by_patch() && !answers.create_by_patch_takes_parties {
            members.remove("appointment_activity_parties");
        }
        if answers.offsets_are_dropped {
            for time in ["scheduledstart", "scheduledend"] {
                if let Some(Value::String(text)) = members.get_mut(time)
                    && text.len() > 19
                    && text.is_char_boundary(19)
                {
                    text.truncate(19);
                    text.push('Z');
                }
            }
        }
    }
    if body != asked.body {
        *other.body_mut() = Bytes::from(body.to_string());
    }
    let changes = request.method() == Method::PATCH && !asked.creates_by_patch();
    if changes && answers.changes_give_no_rows {
        other.headers_mut().remove("prefer");
    }
    if answers.formatted_values == FormattedValues::Always {
        let wanted = "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"";
        let own = asked.header("prefer");
        if !own.contains("include-annotations") {
            let both = if own.is_empty() { wanted.to_owned() } else { format!("{own},{wanted}") };
            if let Ok(value) = HeaderValue::try_from(both) {
                other.headers_mut().insert("prefer", value);
            }
        }
    }
    other.headers_mut().remove(header::CONTENT_LENGTH);
    Taken::For(Box::new(other))
}
