//! The part of the service that a request addresses.

use http::Uri;
use percent_encoding::percent_decode_str;

use crate::token::endpoint;

/// The part of the service that answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// The Web API: its version as written, and the rest, still percent-encoded.
    WebApi {
        /// `v9.2`
        version: &'a str,
        /// `accounts(…)/name`; empty for the service document.
        resource: &'a str,
    },
    /// The sign-in service: the tenant and the rest.
    SignIn {
        /// `common`, or a GUID.
        tenant: &'a str,
        /// `oauth2/v2.0/token`
        path: &'a str,
    },
    /// An unknown version of the Web API.
    NoSuchVersion(&'a str),
    /// A part of the real service that is not modelled, by name.
    NotModelled(&'static str),
    /// Nothing.
    Nowhere,
}

/// The supported versions: v9.2 is current (documented for 9.x).
const VERSIONS: [&str; 3] = ["v9.0", "v9.1", "v9.2"];

/// Finds the part that answers.
pub(crate) fn route(uri: &Uri) -> Route<'_> {
    let path = uri.path().trim_start_matches('/');
    if let Some(rest) = strip_ignoring_case(path, "api/data/") {
        let (version, resource) = rest.split_once('/').unwrap_or((rest, ""));
        if VERSIONS.iter().any(|known| known.eq_ignore_ascii_case(version)) {
            return Route::WebApi { version, resource: resource.trim_matches('/') };
        }
        return Route::NoSuchVersion(version);
    }
    if strip_ignoring_case(path, "api/discovery").is_some() {
        return Route::NotModelled("The discovery service");
    }
    if strip_ignoring_case(path, "xrmservices").is_some() {
        return Route::NotModelled("The organization service (SOAP)");
    }
    if strip_ignoring_case(path, "main.aspx").is_some() {
        return Route::NotModelled("The user interface (main.aspx)");
    }
    match path.split_once('/') {
        Some((tenant, path)) if endpoint::is_sign_in(path) => Route::SignIn { tenant, path },
        _ => Route::Nowhere,
    }
}

fn strip_ignoring_case<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let head = path.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &path[prefix.len()..])
}

/// The decoded name at the start of a resource: `accounts` of `accounts%28…%29/name`.
pub(crate) fn first_name(resource: &str) -> String {
    let segment = resource.split('/').next().unwrap_or_default();
    let segment = percent_decode_str(segment).decode_utf8_lossy();
    segment.split('(').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &'static str) -> Route<'static> {
        route(Box::leak(Box::new(uri.parse().unwrap())))
    }

    #[test]
    fn finds_the_web_api_under_each_version() {
        let whole = of("https://org.crm.dynamics.com/api/data/v9.2/accounts(1)/name?$select=x");
        assert_eq!(whole, Route::WebApi { version: "v9.2", resource: "accounts(1)/name" });
        assert_eq!(of("/api/data/v9.1"), Route::WebApi { version: "v9.1", resource: "" });
        assert_eq!(of("/API/Data/v9.0/"), Route::WebApi { version: "v9.0", resource: "" });
        assert_eq!(of("/api/data/v7.0/x"), Route::NoSuchVersion("v7.0"));
    }

    #[test]
    fn finds_the_sign_in_service() {
        let tenant = "common";
        assert_eq!(
            of("/common/oauth2/v2.0/token"),
            Route::SignIn { tenant, path: "oauth2/v2.0/token" }
        );
        assert_eq!(of("/common/oauth2/token"), Route::SignIn { tenant, path: "oauth2/token" });
        assert_eq!(of("/common"), Route::Nowhere);
    }

    #[test]
    fn names_the_first_segment() {
        assert_eq!(first_name("accounts(1)/name"), "accounts");
        assert_eq!(first_name("accounts%28LogicalName='a/b'%29"), "accounts");
        assert_eq!(first_name("WhoAmI()"), "WhoAmI");
        assert_eq!(first_name("%24metadata"), "$metadata");
    }
}
