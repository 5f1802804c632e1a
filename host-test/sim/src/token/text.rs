//! The text of tokens: like a JWT, opaque to clients, and easy to find in a search for leaks.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::Subject;

/// An access token: header and claims as Entra writes them, and `simulated-access-token-N` for a
/// signature.
pub(crate) fn access_token(
    number: u64,
    subject: &Subject,
    audience: Option<&str>,
    tenant: &str,
    issued_at: i64,
    expires_at: i64,
) -> String {
    let header = json!({"typ": "JWT", "alg": "RS256", "kid": "simulated"});
    let mut claims = json!({
        "aud": audience.unwrap_or("https://any.crm.dynamics.com"),
        "iss": format!("https://sts.windows.net/{tenant}/"),
        "iat": issued_at,
        "nbf": issued_at,
        "exp": expires_at,
        "tid": tenant,
        "ver": "1.0",
    });
    if let Some(claims) = claims.as_object_mut() {
        match subject {
            Subject::User => claims.insert("scp".to_owned(), json!("user_impersonation")),
            Subject::Application(id) => claims.insert("appid".to_owned(), json!(id)),
        };
    }
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.simulated-access-token-{number}", part(&header), part(&claims))
}

/// A refresh token: `0.` and a recognisable rest.
pub(crate) fn refresh_token(number: u64) -> String {
    format!("0.AXoA.simulated-refresh-token-{number}")
}

/// An authorization code.
pub(crate) fn code(number: u64) -> String {
    format!("1.AXoA.simulated-code-{number}")
}

/// A device code.
pub(crate) fn device_code(number: u64) -> String {
    format!("DAQABAAEA.simulated-device-code-{number}")
}

/// A user code: nine letters and digits.
pub(crate) fn user_code(number: u64) -> String {
    format!("SIM{number:06}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_has_three_parts_and_readable_claims() {
        let token = access_token(7, &Subject::User, Some("https://org"), "tenant", 1, 2);
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[2], "simulated-access-token-7");
        let claims = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://org");
        assert_eq!(claims["exp"], 2);
    }
}
