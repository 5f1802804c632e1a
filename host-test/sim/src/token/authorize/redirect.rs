//! The redirect back to the application
//! ([redirect URIs](https://learn.microsoft.com/entra/identity-platform/reply-url)).

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, Uri, header};

/// Whether a redirect URI is the registered one. The port of `http://localhost` is ignored
/// (documented); an empty path equals `/` (inferred).
pub(super) fn is_registered(known: &str, asked: &str) -> bool {
    let (Ok(known), Ok(asked)) = (known.parse::<Uri>(), asked.parse::<Uri>()) else { return false };
    let local = known.scheme_str() == Some("http") && known.host() == Some("localhost");
    let same_port = local || known.port_u16() == asked.port_u16();
    let has_user = asked.authority().is_some_and(|authority| authority.as_str().contains('@'));
    known.scheme() == asked.scheme()
        && known.host() == asked.host()
        && same_port
        && !has_user
        && known.path() == asked.path()
        && known.query() == asked.query()
}

/// Sends the browser there. A redirect URI without a path gets a slash (documented).
pub(super) fn to(uri: &str, told: &[(&str, String)], state: Option<&str>) -> Response<Bytes> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in told {
        query.append_pair(name, value);
    }
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    // Only clients with a session at the service use it.
    query.append_pair("session_state", "00000000-0000-0000-0000-000000000000");
    let has_path = uri.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    let slash = if has_path { "" } else { "/" };
    let location = format!("{uri}{slash}?{}", query.finish());
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::FOUND;
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
