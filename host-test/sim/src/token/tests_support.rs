//! A sign-in service with one public client, for the tests of its endpoints.

use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use serde_json::Value;
use uuid::Uuid;

use super::endpoint::answer;
use super::request::SignIn;
use super::{ClientRegistration, Tokens};
use crate::settings::Settings;

/// The service, at a time chosen by a test.
pub(super) struct Service {
    pub(super) tokens: Tokens,
    pub(super) settings: Settings,
    pub(super) now: i64,
}

impl Service {
    pub(super) const TENANT: &str = "6d6c5d8f-2b0a-4f5e-9d4c-0c1b2a3f4e5d";

    /// A service with the public client `app`.
    pub(super) fn new() -> Self {
        let mut tokens = Tokens::default();
        tokens.register(ClientRegistration::new("app", "", Self::TENANT));
        Service { tokens, settings: Settings::default(), now: 1_771_232_400 }
    }

    pub(super) fn get(&mut self, path: &str, query: &str) -> Response<Bytes> {
        self.ask(&Method::GET, path, query, "")
    }

    pub(super) fn post(&mut self, path: &str, body: &str) -> (u16, Value) {
        let response = self.ask(&Method::POST, path, "", body);
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
    }

    /// The answer of the token endpoint.
    pub(super) fn token(&mut self, body: &str) -> (u16, Value) {
        self.post("oauth2/v2.0/token", body)
    }

    fn ask(&mut self, method: &Method, path: &str, query: &str, body: &str) -> Response<Bytes> {
        let ask = SignIn {
            method,
            tenant: "organizations",
            path,
            query,
            headers: &HeaderMap::new(),
            body: &Bytes::from(body.to_owned()),
            origin: "http://127.0.0.1:1",
            now: self.now,
            ids: (Uuid::nil(), Uuid::nil()),
        };
        answer(&mut self.tokens, &self.settings, &ask)
    }
}

/// A form.
pub(super) fn encode(fields: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}
