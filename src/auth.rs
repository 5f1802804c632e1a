//! Signing in, as values: the grant, the token request, and its response.
//!
//! [Refresh](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token),
//! [client
//! credentials](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).

use alloc::string::String;
use alloc::vec::Vec;

use crate::contract::FailureKind;
use crate::error::Error;
use crate::http::{Method, Origin, Request, Response, Timeouts, beginning, coding, web_page};
use crate::instance::{Instance, is_tenant, parse_authority};
use crate::json::Json;
use crate::outside::Secrets;
use crate::text::percent::push_encoded;
use crate::text::{bounded, decimal, filled, from_utf8_lossy, number, take_until, trim};
use crate::time::Moment;

/// A token that expires within this many seconds is renewed before use.
pub const EXPIRY_MARGIN: i64 = 120;

/// An access token and its expiry in Unix seconds.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) value: String,
    pub(crate) expires_at: Option<i64>,
    /// The new refresh token, which replaces the previous one.
    pub(crate) refresh_token: Option<String>,
}

impl Token {
    /// Whether it expires by this time, in Unix seconds.
    pub(crate) fn ends_by(&self, time: i64) -> bool {
        self.expires_at.is_some_and(|end| end <= time)
    }
}

/// The credentials, read again for each token, so that a rotated secret is used.
pub(crate) struct Credentials {
    authority: Origin,
    tenant: String,
    scope: String,
    client_id: String,
    client_secret: Option<String>,
    refresh_token: Option<String>,
    // Whether the host inserts the real secret, which may be longer or shorter.
    is_placeholder: bool,
}

/// The ready access token, if the host has one.
///
/// # Errors
///
/// `fix-settings` if it is not a valid token; `wait` if the store is unavailable.
pub(crate) fn ready_token(secrets: &mut dyn Secrets) -> Result<Option<Token>, Error> {
    let Some(value) = present(secrets, "access_token")? else { return Ok(None) };
    if !is_token(&value) {
        return Err(Error::fix_settings(
            "`access_token` is not an access token (expected the token alone, without spaces)",
        ));
    }
    let expires_at = present(secrets, "access_token_expires_at")?.and_then(|text| {
        number(&text).or_else(|| Moment::parse(&text).ok().map(|moment| moment.0))
    });
    Ok(Some(Token { value, expires_at, refresh_token: None }))
}

impl Credentials {
    /// Reads the credentials; `None` if the host has none.
    ///
    /// # Errors
    ///
    /// `fix-settings` if something is malformed; `wait` if the store is unavailable.
    pub(crate) fn read(
        secrets: &mut dyn Secrets,
        instance: &Instance,
    ) -> Result<Option<Credentials>, Error> {
        let Some(client_id) = present(secrets, "client_id")? else { return Ok(None) };
        let client_secret = present(secrets, "client_secret")?;
        let refresh_token = present(secrets, "refresh_token")?;
        let (authority, tenant_of_authority) = match present(secrets, "authority")? {
            Some(text) => parse_authority(&text)?,
            None => (instance.authority.clone(), None),
        };
        let tenant = present(secrets, "tenant_id")?.or(tenant_of_authority);
        // A refresh token works without a secret (a public client) and without a tenant; an app
        // needs both.
        if refresh_token.is_none() && (client_secret.is_none() || tenant.is_none()) {
            return Ok(None);
        }
        let tenant = tenant.unwrap_or_else(|| "common".into());
        if !is_tenant(&tenant) {
            return Err(Error::fix_settings(filled!(
                "`tenant_id` is no tenant: `{}` (expected its id or its domain)",
                &[&bounded(&tenant, 100)],
            )));
        }
        let scope = match present(secrets, "scope")? {
            Some(scope) => scope,
            // Without `offline_access` no refresh token would be returned.
            None if refresh_token.is_some() => {
                filled!("{}/.default offline_access", &[&instance.origin.url()])
            }
            None => filled!("{}/.default", &[&instance.origin.url()]),
        };
        let is_placeholder =
            present(secrets, "client_secret_is_placeholder")?.as_deref() == Some("true");
        Ok(Some(Credentials {
            authority,
            tenant,
            scope,
            client_id,
            client_secret,
            refresh_token,
            is_placeholder,
        }))
    }

    /// Adds the texts that must not appear in any message.
    pub(crate) fn push_secrets(&self, secrets: &mut Vec<String>) {
        for secret in [&self.client_secret, &self.refresh_token].into_iter().flatten() {
            secrets.push(secret.clone());
        }
    }

    /// The token request. The secret is in the form, so that a host can insert it.
    pub(crate) fn request(&self) -> Request {
        let grant = match self.refresh_token {
            Some(_) => "refresh_token",
            None => "client_credentials",
        };
        let mut body = filled!("grant_type={}", &[grant]);
        let fields = [
            ("client_id", Some(&self.client_id)),
            ("scope", Some(&self.scope)),
            ("refresh_token", self.refresh_token.as_ref()),
            ("client_secret", self.client_secret.as_ref()),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                body.push('&');
                body.push_str(name);
                body.push('=');
                push_encoded(&mut body, value);
            }
        }
        Request {
            method: Method::Post,
            origin: self.authority.clone(),
            path: filled!("/{}/oauth2/v2.0/token", &[&self.tenant]),
            headers: Vec::from([
                ("Accept", "application/json".into()),
                ("Content-Type", "application/x-www-form-urlencoded".into()),
            ]),
            body: Some(body),
            has_length: !self.is_placeholder,
            timeouts: Timeouts { connect: 10, first_byte: 30, between_bytes: 30 },
        }
    }
}

/// The failure for missing credentials, with what is missing.
pub(crate) fn nothing_to_sign_in_with() -> Error {
    Error::fix_settings(
        "there is nothing to sign in with (expected the secret `access_token`; or `refresh_token` with `client_id`, and \
         with `client_secret` unless the app is a public client; or `client_id`, `client_secret` and `tenant_id`)",
    )
}

/// Reads the sign-in service's response.
///
/// # Errors
///
/// `sign-in` when the user or app must sign in again, `fix-settings` if the app's registration or a
/// setting is wrong, `wait` if the service is unavailable, `report` if the response has no token.
pub(crate) fn read_answer(answer: &Response, told: Option<u32>, now: i64) -> Result<Token, Error> {
    if answer.status != 200 {
        return Err(refusal(answer, told));
    }
    let text = core::str::from_utf8(&answer.body).unwrap_or_default();
    let token = Json::parse(text).ok().and_then(|body| {
        Some(Token {
            value: body.text("access_token").filter(|token| is_token(token))?,
            expires_at: Some(now.saturating_add(lifetime(body.member("expires_in")))),
            // A blank one would replace a valid one.
            refresh_token: body.text("refresh_token").filter(|token| is_token(token)),
        })
    });
    token.ok_or_else(|| {
        // Not the start of the text, which may be a token.
        let came =
            coding(&answer.headers, &answer.body).or_else(|| web_page(&beginning(&answer.body)));
        let came = came.map(|came| filled!(" but {}", &[&came])).unwrap_or_default();
        Error::report(filled!(
            "the sign-in service did not answer with a token{}; is `authority` right?",
            &[&came],
        ))
    })
}

/// The lifetime of a token in seconds: a number, or in some responses text, with or without a
/// fraction.
fn lifetime(expires_in: Option<Json<'_>>) -> i64 {
    let Some(raw) = expires_in else { return USUAL_LIFETIME };
    let text = raw.string();
    let text = trim(text.as_deref().unwrap_or(raw.as_str()));
    let whole = take_until(text, ".");
    let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    match number(whole) {
        Some(seconds) => seconds.clamp(0, LONGEST_LIFETIME),
        None if is_number => LONGEST_LIFETIME,
        None => USUAL_LIFETIME,
    }
}

/// In seconds, if the response does not say.
const USUAL_LIFETIME: i64 = 3_599;

/// In seconds: longer than any access token of the sign-in service lives. A longer lifetime is a
/// mistake.
const LONGEST_LIFETIME: i64 = 28 * 3_600;

/// [Error
/// codes](https://learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application)
/// of the token endpoint.
fn refusal(answer: &Response, told: Option<u32>) -> Error {
    let text = from_utf8_lossy(&answer.body);
    let said = Json::parse(&text).ok();
    let code = said.and_then(|said| said.text("error")).map(|error| bounded(&error, 100));
    let kind = match (answer.status, code.as_deref()) {
        (408 | 429 | 500.., _) | (_, Some("temporarily_unavailable")) => FailureKind::Wait,
        (
            _,
            Some(
                "invalid_client"
                | "unauthorized_client"
                | "invalid_request"
                | "invalid_resource"
                | "invalid_scope"
                | "unsupported_grant_type",
            ),
        ) => FailureKind::FixSettings,
        (300..=399 | 404, None) => FailureKind::FixSettings,
        _ => FailureKind::SignIn,
    };
    let verb = if kind == FailureKind::Wait { "is unavailable" } else { "refused to sign in" };
    let mut message = filled!("the sign-in service {} ({}", &[verb, &decimal(answer.status)]);
    if let Some(code) = &code {
        message.push_str(&filled!(", `{}`", &[code]));
    }
    message.push(')');
    // The lines after the first are for Microsoft's support.
    let description = said.and_then(|said| said.text("error_description")).unwrap_or_default();
    let words = take_until(take_until(&description, "\n"), "\r");
    if !words.is_empty() {
        message.push_str("; it says: ");
        message.push_str(words);
    }
    let mut error = Error::new(kind, message);
    error.status = Some(answer.status);
    error.code = code;
    error.retry_after_seconds = told;
    error
}

/// Whether this is valid as a token in a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The secret with this name; a blank one counts as unset.
pub(crate) fn present(secrets: &mut dyn Secrets, name: &str) -> Result<Option<String>, Error> {
    let value = secrets.get(name)?;
    Ok(value.map(|value| String::from(trim(&value))).filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::scripted::Scripted;
    use alloc::format;

    fn request(secrets: &[(&str, &str)]) -> Option<(String, String)> {
        let instance = Instance::parse("org.crm.dynamics.com").unwrap();
        let credentials =
            Credentials::read(&mut Scripted::new(secrets).secrets, &instance).unwrap()?;
        let request = credentials.request();
        Some((request.origin.url() + &request.path, request.body.unwrap()))
    }

    #[test]
    fn refreshes_as_the_user_who_consented() {
        let secrets = [("client_id", "id"), ("client_secret", "a&b c"), ("refresh_token", "r")];
        let (url, body) = request(&secrets).unwrap();
        assert_eq!(url, "https://login.microsoftonline.com/common/oauth2/v2.0/token");
        assert_eq!(
            body,
            "grant_type=refresh_token&client_id=id&scope=https%3A%2F%2Forg.crm.dynamics.com%2F.default%20offline_access\
             &refresh_token=r&client_secret=a%26b%20c"
        );
    }

    #[test]
    fn signs_in_as_the_app_in_its_tenant() {
        let secrets = [
            ("client_id", "id"),
            ("client_secret", "s"),
            ("tenant_id", "contoso.com"),
            ("authority", "https://login.microsoftonline.us"),
            ("scope", "https://dynamics.microsoft.com/user_impersonation"),
        ];
        let (url, body) = request(&secrets).unwrap();
        assert_eq!(url, "https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token");
        assert!(body.contains(
            "scope=https%3A%2F%2Fdynamics.microsoft.com%2Fuser_impersonation&client_secret=s"
        ));
    }

    #[test]
    fn has_nothing_to_sign_in_with_when_a_part_is_missing_or_blank() {
        assert_eq!(request(&[("client_id", "id"), ("client_secret", "s")]), None);
        assert_eq!(
            request(&[("client_id", "id"), ("tenant_id", "t"), ("client_secret", " ")]),
            None
        );
        assert_eq!(request(&[("refresh_token", "r")]), None);
    }

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: Vec::new(), body: body.into() }
    }

    #[test]
    fn reads_a_token_with_its_expiry() {
        for expires_in in ["3599", "\"3599\""] {
            let body = format!(
                "{{\"access_token\":\"t\",\"expires_in\":{expires_in},\"refresh_token\":\"n\"}}"
            );
            let token = read_answer(&answer(200, &body), None, 1_000).ok().unwrap();
            assert_eq!((token.value.as_str(), token.expires_at), ("t", Some(4_599)));
            assert_eq!(token.refresh_token.as_deref(), Some("n"));
        }
    }

    #[test]
    fn explains_a_refusal() {
        let body = "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS700082: The refresh token has expired.\\r\\nTrace ID: x\"}";
        let failure = read_answer(&answer(400, body), None, 0).err().unwrap();
        assert_eq!(failure.kind, FailureKind::SignIn);
        assert_eq!(
            failure.message,
            "the sign-in service refused to sign in (400, `invalid_grant`); it says: AADSTS700082: The refresh token has expired."
        );
        let kind =
            |status, body: &str| read_answer(&answer(status, body), None, 0).err().unwrap().kind;
        assert_eq!(kind(401, "{\"error\":\"invalid_client\"}"), FailureKind::FixSettings);
        assert_eq!(kind(503, "<html>"), FailureKind::Wait);
        assert_eq!(kind(200, "<html>"), FailureKind::Report);
        assert_eq!(kind(200, "{\"access_token\":\"a\\r\\nb\"}"), FailureKind::Report);
    }
}
