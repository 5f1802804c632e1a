//! The refusals of an interactive sign-in: by an authorization code, and by a device code.
//!
//! The names of the errors are documented, as are the numbers 50011, 54005, 65004, 70008, 70016,
//! 70018 and 70019
//! ([errors](https://learn.microsoft.com/entra/identity-platform/reference-error-codes)); the texts
//! of 54005 and 70016 are documented too. The others come from third parties, or are inferred where
//! a comment says so.

use super::Refusal;

impl Refusal {
    pub(crate) fn unknown_redirect_uri(uri: &str, client: &str) -> Self {
        let text = format!(
            "The redirect URI '{uri}' specified in the request does not match the redirect URIs \
             configured for the application '{client}'. Make sure the redirect URI sent in the \
             request matches one added to your application in the Azure portal."
        );
        Refusal::new("invalid_request", 50_011, text)
    }

    pub(crate) fn unsupported_response_type(response_type: &str) -> Self {
        let text = format!(
            "The response_type '{response_type}' is not supported for this application [not \
             modelled by this simulator]."
        );
        Refusal::new("unsupported_response_type", 700_054, text)
    }

    /// Entra also has `fragment` and `form_post`.
    pub(crate) fn response_mode_not_modelled(mode: &str) -> Self {
        let text = format!("The response_mode '{mode}' is not modelled by this simulator.");
        Refusal::new("invalid_request", 70_007, text)
    }

    pub(crate) fn challenge_of_wrong_size() -> Self {
        Refusal::new("invalid_request", 501_491, "Invalid size of Code_Challenge parameter.")
    }

    /// Number and text are inferred.
    pub(crate) fn unknown_challenge_method(method: &str) -> Self {
        let text = format!("The code_challenge_method '{method}' is not supported.");
        Refusal::new("invalid_request", 501_471, text)
    }

    pub(crate) fn declined_consent() -> Self {
        let text = "User declined to consent to access the app.";
        Refusal::new("access_denied", 65_004, text)
    }

    /// The refusal of an unknown code is inferred.
    pub(crate) fn unknown_code() -> Self {
        let text = "The provided value for the 'code' parameter is not valid.";
        Refusal::new("invalid_grant", 70_000, text)
    }

    pub(crate) fn redeemed_code() -> Self {
        let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid \
                    code or use an existing refresh token.";
        Refusal::new("invalid_grant", 54_005, text)
    }

    pub(crate) fn expired_code() -> Self {
        let text = "The provided authorization code or refresh token has expired due to inactivity. \
                    Send a new interactive authorization request for this user and resource.";
        Refusal::new("invalid_grant", 70_008, text)
    }

    pub(crate) fn other_redirect_uri(uri: &str, known: &str) -> Self {
        let text = format!(
            "The reply address '{uri}' does not match the reply address '{known}' provided when \
             requesting Authorization code."
        );
        Refusal::new("invalid_client", 500_112, text)
    }

    pub(crate) fn wrong_verifier() -> Self {
        let text = "The Code_Verifier does not match the code_challenge supplied in the \
                    authorization request.";
        Refusal::new("invalid_grant", 501_481, text)
    }

    pub(crate) fn authorization_pending() -> Self {
        let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Refusal::new("authorization_pending", 70_016, text)
    }

    /// RFC 8628 has the name; Entra's documentation does not, so number and text are inferred.
    pub(crate) fn slow_down() -> Self {
        let text = "OAuth 2.0 device flow error. The polling interval is too short. Slow down.";
        Refusal::new("slow_down", 70_016, text)
    }

    /// The number is the one for a declined consent (inferred).
    pub(crate) fn authorization_declined() -> Self {
        let text = "User declined to consent to access the app.";
        Refusal::new("authorization_declined", 65_004, text)
    }

    pub(crate) fn unknown_device_code() -> Self {
        let text = "Invalid verification code due to User typing in wrong user code for device code \
                    flow. Authorization is not approved.";
        Refusal::new("bad_verification_code", 70_018, text)
    }

    pub(crate) fn expired_device_code() -> Self {
        let text = "Verification code expired. Have the user retry the sign-in.";
        Refusal::new("expired_token", 70_019, text)
    }
}
