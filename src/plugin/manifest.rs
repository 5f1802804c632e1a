//! The manifest of `plugin.describe`, built from the actions' declarations.

use alloc::string::String;

use crate::action::{MemberKind, OutputMember, Spec};
use crate::actions::ALL;
use crate::arguments::{Constant, Parameter};
use crate::json::{Object, push_array, push_string};
use crate::text::split;

/// Everything except the actions.
const ABOUT: &str = concat!(
    r#"{"name":"Microsoft Dynamics 365 Sales","version":""#,
    env!("CARGO_PKG_VERSION"),
    r#"","overview":"CRM platform integration for managing accounts, contacts, appointments, and custom entities via the "#,
    r#"Dynamics 365 Web API (https://{org}.crm.dynamics.com/api/data/v9.2).","#,
    r#""categories":["CRM","Sales","Productivity & Collaboration"],"#,
    r#""auth":"OAuth2","credentials":["#,
    r#"{"name":"client_id","label":"Client ID","description":"Microsoft Entra (Azure AD) OAuth App Client ID","#,
    r#""required":true,"format":"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"},"#,
    r#"{"name":"client_secret","label":"Client Secret","description":"Microsoft Entra (Azure AD) OAuth App Client Secret","#,
    r#""required":true,"format":"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"},"#,
    r#"{"name":"instance_url","label":"Dynamics 365 Instance URL","#,
    r#""description":"Your Dynamics 365 org URL hostname (e.g. org12345.crm.dynamics.com)","#,
    r#""required":true,"format":"org12345.crm.dynamics.com"}],"#,
    r#""oauth2":{"authorization_url":"https://login.microsoftonline.com/common/oauth2/v2.0/authorize","#,
    r#""token_url":"https://login.microsoftonline.com/common/oauth2/v2.0/token","#,
    r#""scopes":["https://dynamics.microsoft.com/user_impersonation","offline_access"]}"#,
);

/// The manifest, one JSON object.
pub fn describe() -> String {
    let mut out = String::from(ABOUT);
    out.push_str(",\"actions\":");
    push_array(&mut out, &ALL, |out, entry| {
        let mut json = Object::open(out);
        json.text("name", entry.spec.name);
        json.text("description", entry.spec.description);
        json.object("input_schema", |json| input_schema(json, entry.spec.parameters));
        json.object("output_schema", |json| output_schema(json, &entry.spec));
        json.close();
    });
    out.push('}');
    out
}

fn input_schema(json: &mut Object<'_>, parameters: &[Parameter]) {
    json.raw("additionalProperties", "false");
    json.object("properties", |json| {
        for parameter in parameters {
            json.object(parameter.name, |json| {
                json.text("type", parameter.kind.as_str());
                json.text("description", parameter.description);
                if let Some(default) = parameter.default {
                    match default {
                        Constant::Integer(value) => json.integer("default", value.into()),
                        Constant::Boolean(value) => json.boolean("default", value),
                    }
                }
            });
        }
    });
    let required =
        parameters.iter().filter(|parameter| parameter.required).map(|parameter| parameter.name);
    json.array("required", required, push_string);
    json.text("type", "object");
}

/// Titles in the specification's form.
fn output_schema(json: &mut Object<'_>, spec: &Spec) {
    json.raw("additionalProperties", "false");
    json.object("properties", |json| {
        json.object("success", |json| {
            json.text("title", "Success");
            json.text("type", "boolean");
        });
        member_schema(json, OutputMember { name: "error", kind: MemberKind::Text });
        for member in spec.output {
            member_schema(json, *member);
        }
    });
    json.raw("required", "[\"success\"]");
    json.text("title", &(titled(spec.name, "") + "Output"));
    json.text("type", "object");
}

fn member_schema(json: &mut Object<'_>, member: OutputMember) {
    const OBJECT: &str = "{\"additionalProperties\":true,\"type\":\"object\"}";
    const TEXT: &str = "{\"type\":\"string\"}";
    const NULL: &str = "{\"type\":\"null\"}";
    json.object(member.name, |json| {
        let (of, many) = match member.kind {
            MemberKind::Text | MemberKind::RowId => (TEXT, false),
            MemberKind::Object => (OBJECT, false),
            MemberKind::Texts => (TEXT, true),
            MemberKind::Objects => (OBJECT, true),
        };
        if many {
            json.raw("items", of);
        } else {
            json.array("anyOf", [of, NULL], |out, schema| out.push_str(schema));
            json.raw("default", "null");
        }
        json.text("title", &titled(member.name, " "));
        if many {
            json.text("type", "array");
        }
    });
}

/// `deep_link` as `Deep Link`, or with nothing between the words.
fn titled(name: &str, between: &str) -> String {
    let mut title = String::new();
    for word in split(name, "_") {
        if !title.is_empty() {
            title.push_str(between);
        }
        let mut chars = word.chars();
        if let Some(c) = chars.next() {
            title.push(c.to_ascii_uppercase());
        }
        title.push_str(chars.as_str());
    }
    title
}
