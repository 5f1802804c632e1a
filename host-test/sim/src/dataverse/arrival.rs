//! The host that a request was sent to.

use bytes::Bytes;
use http::{Request, Uri, header};

use crate::settings::Settings;

/// The host of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Host and port: `org.crm.dynamics.com`, `127.0.0.1:8080`.
    pub(crate) authority: String,
    /// Scheme and authority for absolute links.
    pub(crate) origin: String,
}

impl Arrival {
    /// From the URI, else from `Host`. A setting overrides the origin.
    pub(crate) fn of(request: &Request<Bytes>, settings: &Settings) -> Self {
        let host = || {
            let value = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
            value.unwrap_or("localhost").to_owned()
        };
        let uri = request.uri();
        let authority = uri.authority().map_or_else(host, ToString::to_string);
        let scheme = uri.scheme_str().unwrap_or("http");
        let own = format!("{scheme}://{authority}");
        let origin = settings.origin.clone().unwrap_or(own);
        Arrival { authority, origin: origin.trim_end_matches('/').to_owned() }
    }

    /// The origin of the sign-in service in the challenge.
    pub(crate) fn sign_in_origin(&self, settings: &Settings) -> String {
        let authority = settings.authority.clone().unwrap_or_else(|| self.origin.clone());
        authority.trim_end_matches('/').to_owned()
    }

    /// The absolute URL of a request.
    pub(crate) fn url(&self, uri: &Uri) -> String {
        let rest = uri.path_and_query().map_or("/", |rest| rest.as_str());
        format!("{}{rest}", self.origin)
    }
}
