//! The ladder of errors. Below: [`json::ParseError`](crate::json::ParseError),
//! [`http::ExchangeError`](crate::http::ExchangeError) and
//! [`outside::SecretsError`](crate::outside::SecretsError) say what happened. [`Error`], which
//! every step of an action returns, says what the caller can do about it. When it leaves the
//! component it becomes the contract's [`Failure`], limited in length and without secrets.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use core::ops::{Deref, DerefMut};

use crate::contract::{Failure, FailureKind};
use crate::text::percent::push_encoded;
use crate::text::{bounded, decimal, filled, replace, split_once};

/// The maximum length of a failure's message, in characters.
pub const MESSAGE_LIMIT: usize = 2_000;

/// How many bytes of a secret are worth hiding.
const TELLING: usize = 6;

/// The reason why a step of an action failed. It is one pointer, because nearly every function here
/// can return it.
#[derive(Debug, Clone)]
pub struct Error(Box<Known>);

#[derive(Debug, Clone)]
struct Known {
    failure: Failure,
    /// The text about the failed write, if it may have been applied.
    of_write: String,
}

impl Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0.failure
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0.failure
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        error.0.failure
    }
}

impl Error {
    /// A failure of this kind with only a message.
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Error::of(kind, message.into())
    }

    fn of(kind: FailureKind, message: String) -> Self {
        let failure = Failure {
            kind,
            message,
            status: None,
            code: None,
            request_id: None,
            retry_after_seconds: None,
            may_have_been_applied: false,
            row_id: None,
        };
        Error(Box::new(Known { failure, of_write: String::new() }))
    }

    /// The input is wrong.
    pub(crate) fn fix_input(message: impl Into<String>) -> Self {
        Error::new(FailureKind::FixInput, message)
    }

    /// A setting or a credential is wrong.
    pub(crate) fn fix_settings(message: impl Into<String>) -> Self {
        Error::new(FailureKind::FixSettings, message)
    }

    /// The Web API's response is undocumented.
    pub(crate) fn report(message: impl Into<String>) -> Self {
        Error::new(FailureKind::Report, message)
    }

    /// The same failure of a write that may have been applied.
    pub(crate) fn perhaps_applied(mut self) -> Self {
        self.may_have_been_applied = true;
        self
    }

    /// The same failure of a write to the row with this id; if it may have been applied, this text
    /// says so.
    pub(crate) fn of_write(mut self, row_id: Option<&str>, words: &str) -> Self {
        if self.may_have_been_applied {
            self.row_id = row_id.map(ToOwned::to_owned);
            self.0.of_write = words.to_owned();
        }
        self
    }

    /// The failure as it leaves the component: its texts are limited, contain no secret, whatever a
    /// server echoes, and the message includes the other fields.
    pub(crate) fn finished(mut self, secrets: &[String]) -> Self {
        // Cut before, because the text may be long, and again afterwards, because a gap may be
        // longer than the hidden text.
        let clean = |text: &str, limit| bounded(&without(&bounded(text, limit), secrets), limit);
        let advice = self.advice();
        let room = MESSAGE_LIMIT.saturating_sub(advice.chars().count());
        let mut message = clean(&self.message, room);
        // The quoted message may end with a full stop, but the sentence continues here.
        if !advice.is_empty() && message.ends_with(".") {
            message.pop();
        }
        message.push_str(&advice);
        self.message = message;
        self.code = self.code.take().map(|code| clean(&code, 100));
        self.request_id = self.request_id.take().map(|id| clean(&id, 200));
        self
    }
}

impl Error {
    /// The advice and the possible effect, after the message.
    fn advice(&self) -> String {
        let kind = match (self.kind, self.retry_after_seconds) {
            (_, Some(seconds)) => filled!("; try again in {} seconds", &[&decimal(seconds)]),
            (FailureKind::Wait, _) => "; try again later".to_owned(),
            (FailureKind::SignIn, _) => "; sign in again".to_owned(),
            (FailureKind::AskAdministrator, _) => "; ask an administrator".to_owned(),
            (FailureKind::ReadAgain, _) => "; read the row again before you repeat".to_owned(),
            _ => String::new(),
        };
        match (self.may_have_been_applied, &*self.0.of_write) {
            (false, _) => kind,
            (true, "") => kind + "; what was written may stand all the same",
            (true, words) => filled!("{}; {}", &[&kind, words]),
        }
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
    fn hides_secrets_at_any_position() {
        let failure = Error::report("Bearer s3cret-token is no good: s3cret-token")
            .finished(&["s3cret-token".to_owned()]);
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
            assert_eq!(Error::report(text).finished(&secret).message, hidden);
        }
    }

    #[test]
    fn includes_the_fields_in_the_message() {
        let of = |kind, change: fn(&mut Error)| {
            let mut error = Error::new(kind, "No");
            change(&mut error);
            error.finished(&[]).message.clone()
        };
        assert_eq!(of(FailureKind::Wait, |_| ()), "No; try again later");
        assert_eq!(
            of(FailureKind::AskAdministrator, |error| error.message.push('.')),
            "No; ask an administrator"
        );
        assert_eq!(
            of(FailureKind::Wait, |error| error.retry_after_seconds = Some(300)),
            "No; try again in 300 seconds"
        );
        assert_eq!(
            of(FailureKind::Refused, |error| *error = error.clone().perhaps_applied()),
            "No; what was written may stand all the same"
        );
        let perhaps = |error: &mut Error| {
            *error = error.clone().perhaps_applied().of_write(Some("17"), "row 17 may stand");
        };
        assert_eq!(of(FailureKind::SignIn, perhaps), "No; sign in again; row 17 may stand");
    }

    #[test]
    fn does_not_mention_a_write_that_was_not_applied() {
        let error = Error::report("No").of_write(Some("17"), "row 17 may stand").finished(&[]);
        assert_eq!((&*error.message, &error.row_id), ("No", &None));
    }

    #[test]
    fn keeps_the_text_about_a_write_after_a_long_message() {
        let words = "row 17 may stand";
        let error = Error::report("é".repeat(3_000)).perhaps_applied().of_write(None, words);
        let message = &error.finished(&[]).message;
        assert_eq!(message.chars().count(), MESSAGE_LIMIT);
        assert!(message.ends_with("é…; row 17 may stand"));
    }

    #[test]
    fn cuts_a_message_at_its_limit() {
        let failure = Error::report("é".repeat(3_000)).finished(&[]);
        assert_eq!(failure.message.chars().count(), MESSAGE_LIMIT);
        assert!(failure.message.ends_with('…'));
        let whole = "é".repeat(MESSAGE_LIMIT);
        assert_eq!(Error::report(whole.as_str()).finished(&[]).message, whole);
    }
}
