//! One request, sent until its response is final.

use super::Call;
use crate::contract::FailureKind;
use crate::dataverse::{Repeat, refusal};
use crate::error::Error;
use crate::http::{BODY_LIMIT, ExchangeError, Method, Request, Response};
use crate::retry::{self, Verdict};
use crate::text::{counted, filled};

pub(super) struct Delivered {
    pub(super) response: Response,
    // Whether an attempt before this response, or the one that it answers, may have been carried out.
    pub(super) unsure: bool,
}

impl Call<'_> {
    /// Sends a request until its response is final.
    pub(super) fn deliver(
        &mut self,
        request: &Request,
        repeat: Repeat,
    ) -> Result<Delivered, Error> {
        let mut unsure = false;
        let mut failed = 0;
        loop {
            let result = self.outside.transport.send(request);
            failed += 1;
            self.attempts = failed;
            let (verdict, told) = match &result {
                Ok(response) if response.status < 400 => (Verdict::Final, None),
                Ok(response) => {
                    let code = refusal::code(response);
                    let verdict = retry::of_status(response.status, code.as_deref());
                    unsure |= verdict == Verdict::Unknown;
                    (verdict, response.retry_after(self.outside.clock.now()))
                }
                Err(error) => {
                    let verdict = retry::of_error(error);
                    unsure |= verdict == Verdict::Unknown || *error == ExchangeError::TooLarge;
                    (verdict, None)
                }
            };
            let gave_up =
                matches!(result, Err(ExchangeError::NotSent(_))) && failed >= retry::CONNECTIONS;
            if !gave_up && retry::may_repeat(verdict, repeat) && self.again(failed, told) {
                continue;
            }
            return match result {
                Ok(response) => Ok(Delivered { response, unsure }),
                Err(error) => {
                    let mut failure = no_response(&error, &request.origin.authority);
                    failure.may_have_been_applied = unsure && request.method != Method::Get;
                    Err(failure)
                }
            };
        }
    }
}

/// The failure to report when no response came.
fn no_response(error: &ExchangeError, authority: &str) -> Error {
    match error {
        ExchangeError::NotSent(why) => {
            Error::new(FailureKind::Wait, filled!("`{}` is not reachable ({})", &[authority, why]))
        }
        ExchangeError::Unknown(why) => Error::new(
            FailureKind::Wait,
            filled!("`{}` sent no complete response ({})", &[authority, why]),
        ),
        ExchangeError::TooLarge => too_large(),
        ExchangeError::Denied => Error::fix_settings(filled!(
            "the host that runs this component does not let it reach `{}`",
            &[authority],
        )),
    }
}

/// The failure to report when a response is too large.
pub(super) fn too_large() -> Error {
    Error::new(
        FailureKind::FixInput,
        filled!(
            "the answer is larger than {} MiB; ask for less",
            &[&counted(BODY_LIMIT / 1024 / 1024)],
        ),
    )
}
