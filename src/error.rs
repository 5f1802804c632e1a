//! The ladder of errors. Below: [`json::ParseError`](crate::json::ParseError),
//! [`http::ExchangeError`](crate::http::ExchangeError) and
//! [`outside::SecretsError`](crate::outside::SecretsError) say what happened. [`Error`], which every
//! step of an action returns, says what the caller can do about it. On its way out of the component
//! it becomes the contract's [`Failure`], bounded and without secrets.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use core::ops::{Deref, DerefMut};

use crate::contract::{Failure, FailureKind};
use crate::text::percent::push_encoded;
use crate::text::{bounded, replace, split_once};

/// The greatest length of a failure's message, in characters.
pub const MESSAGE_LIMIT: usize = 2_000;

/// How many bytes of a secret are worth hiding.
const TELLING: usize = 6;

/// Why a step of an action failed. It is one pointer, since nearly every function here can return it.
#[derive(Debug, Clone)]
pub struct Error(Box<Failure>);

impl Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        *error.0
    }
}

impl Error {
    /// A failure of this kind, with nothing known but the message.
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Error::of(kind, message.into())
    }

    fn of(kind: FailureKind, message: String) -> Self {
        Error(Box::new(Failure {
            kind,
            message,
            status: None,
            code: None,
            request_id: None,
            retry_after_seconds: None,
            may_have_been_applied: false,
        }))
    }

    /// The input is at fault.
    pub(crate) fn fix_input(message: impl Into<String>) -> Self {
        Error::new(FailureKind::FixInput, message)
    }

    /// A setting or a credential is at fault.
    pub(crate) fn fix_settings(message: impl Into<String>) -> Self {
        Error::new(FailureKind::FixSettings, message)
    }

    /// The answer is not what the Web API documents.
    pub(crate) fn report(message: impl Into<String>) -> Self {
        Error::new(FailureKind::Report, message)
    }

    /// The same failure of a write that may stand all the same.
    pub(crate) fn perhaps_applied(mut self) -> Self {
        self.may_have_been_applied = true;
        self
    }

    /// The same failure without any of these secrets in it and with its texts bounded: whatever a server echoes, no
    /// secret gets out through an error.
    pub(crate) fn scrubbed(mut self, secrets: &[String]) -> Self {
        // Cut first, however much came, and again, since a gap may be longer than what it hides.
        let clean = |text: &str, limit| bounded(&without(&bounded(text, limit), secrets), limit);
        self.message = clean(&self.message, MESSAGE_LIMIT);
        self.code = self.code.take().map(|code| clean(&code, 100));
        self.request_id = self.request_id.take().map(|id| clean(&id, 200));
        self
    }
}

/// The text without these secrets, whole or cut, as they are or as they were sent in a form.
fn without(text: &str, secrets: &[String]) -> String {
    let mut text = text.to_owned();
    // A very short secret would also hit ordinary words, and then say by its gaps what it is.
    for secret in secrets.iter().filter(|secret| secret.len() >= TELLING) {
        let mut sent = String::new();
        push_encoded(&mut sent, secret);
        for secret in [secret, &sent] {
            text = without_beginnings(&replace(&text, secret, "[redacted]"), secret);
        }
    }
    text
}

/// The text without what is left of the secret where [`bounded`] has cut it.
fn without_beginnings(text: &str, secret: &str) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((part, after)) = split_once(rest, "…") {
        let left = (TELLING..secret.len())
            .rev()
            .filter_map(|end| secret.get(..end))
            .find_map(|left| part.strip_suffix(left));
        whole.push_str(left.unwrap_or(part));
        whole.push_str(if left.is_some() { "[redacted]…" } else { "…" });
        rest = after;
    }
    whole + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_secrets_wherever_they_stand() {
        let failure = Error::report("Bearer s3cret-token is no good: s3cret-token")
            .scrubbed(&["s3cret-token".to_owned()]);
        assert_eq!(failure.message, "Bearer [redacted] is no good: [redacted]");
    }

    #[test]
    fn hides_what_a_cut_has_left_of_a_secret() {
        let secret = ["s3cret & token".to_owned()];
        for (text, hidden) in [
            ("it says: s3cret & tok…`.", "it says: [redacted]…`."),
            ("s3cret… s3cret &…", "[redacted]… [redacted]…"),
            ("s3cr…", "s3cr…"),
            ("s3cret", "s3cret"),
            ("s3cret%20%26%20token, s3cret%20%2…", "[redacted], [redacted]…"),
        ] {
            assert_eq!(Error::report(text).scrubbed(&secret).message, hidden);
        }
    }

    #[test]
    fn cuts_a_message_at_its_limit() {
        let failure = Error::report("é".repeat(3_000)).scrubbed(&[]);
        assert_eq!(failure.message.chars().count(), MESSAGE_LIMIT);
        assert!(failure.message.ends_with('…'));
        let whole = "é".repeat(MESSAGE_LIMIT);
        assert_eq!(Error::report(whole.as_str()).scrubbed(&[]).message, whole);
    }
}
