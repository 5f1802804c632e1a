//! Proof that the client that redeems a code also requested it
//! ([PKCE](https://www.rfc-editor.org/rfc/rfc7636)).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::token::form::Form;
use crate::token::refusal::Refusal;

/// The challenge that the verifier must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// The verifier itself, the default method (documented).
    Plain(String),
    /// The hash of the verifier.
    S256(String),
}

/// The length of a challenge or a verifier (RFC 7636, 4.1 and 4.2).
const LENGTH: std::ops::RangeInclusive<usize> = 43..=128;

impl Challenge {
    /// The challenge of a request. It is optional, though recommended for every application
    /// (documented).
    pub(super) fn of(form: &Form) -> Result<Option<Self>, Refusal> {
        let Some(text) = form.get("code_challenge") else { return Ok(None) };
        if !LENGTH.contains(&text.len()) {
            return Err(Refusal::challenge_of_wrong_size());
        }
        match form.get("code_challenge_method").unwrap_or("plain") {
            "plain" => Ok(Some(Challenge::Plain(text.to_owned()))),
            "S256" => Ok(Some(Challenge::S256(text.to_owned()))),
            method => Err(Refusal::unknown_challenge_method(method)),
        }
    }

    /// Checks a verifier. A missing one counts as a wrong one (inferred).
    pub(super) fn check(&self, verifier: Option<&str>) -> Result<(), Refusal> {
        let verifier = verifier.unwrap_or_default();
        let fits = match self {
            Challenge::Plain(text) => text == verifier,
            Challenge::S256(text) => *text == URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
        };
        if fits { Ok(()) } else { Err(Refusal::wrong_verifier()) }
    }
}
