//! Checks the form of secrets, then hides them.

use http::HeaderMap;

/// The journal's copy of a header value.
pub(crate) fn header(name: &str, value: &str) -> String {
    if name != "authorization" {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some(("Bearer", token)) if !token.trim().is_empty() => "Bearer [token]".to_owned(),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("basic") => {
            "Basic [credentials]".to_owned()
        }
        _ => "[not a bearer token]".to_owned(),
    }
}

/// The secret fields of a form.
const SECRETS: [&str; 8] = [
    "client_secret",
    "refresh_token",
    "client_assertion",
    "password",
    "code",
    "code_verifier",
    "device_code",
    "assertion",
];

/// The journal's copy of the body: forms are decoded and their secrets hidden.
pub(crate) fn form(headers: &HeaderMap, body: &str) -> String {
    let kind = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = kind.is_some_and(|kind| {
        kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
    });
    // A form without its content type must not leak either.
    if !is_form && !body.contains("client_secret=") && !body.contains("refresh_token=") {
        return body.to_owned();
    }
    let fields = form_urlencoded::parse(body.as_bytes()).map(|(name, value)| {
        let hidden = SECRETS.contains(&name.as_ref());
        format!("{name}={}", if hidden { "[hidden]" } else { &value })
    });
    fields.collect::<Vec<_>>().join("&")
}
