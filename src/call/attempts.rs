//! One request, sent until its response is final.

use super::Call;
use crate::contract::FailureKind;
use crate::dataverse::{Repeat, refusal};
use crate::error::Error;
use crate::http::{self, BODY_LIMIT, ExchangeError, Request, Response};
use crate::retry::{self, Verdict};
use crate::text::{counted, filled};

pub(super) struct Delivered {
    pub(super) response: Response,
    /// The requested wait, in seconds.
    pub(super) told: Option<u32>,
}

impl Call<'_> {
    /// Sends a request until its response is final. `unsure` becomes true if an attempt may have
    /// been applied.
    pub(super) fn deliver(
        &mut self,
        request: &Request,
        repeat: Repeat,
        unsure: &mut bool,
    ) -> Result<Delivered, Error> {
        let mut failed = 0;
        loop {
            let mut result = self.outside.transport.send(request);
            failed += 1;
            self.attempts = failed;
            let (verdict, told) = match &mut result {
                Ok(response) => {
                    http::without_byte_order_mark(&mut response.body);
                    match response.status {
                        ..400 => (Verdict::Final, None),
                        _ => (
                            retry::of_meaning(refusal::meaning(response)),
                            response.retry_after(self.outside.clock.now()),
                        ),
                    }
                }
                Err(error) => (retry::of_error(error), None),
            };
            *unsure |=
                verdict == Verdict::Unknown || matches!(result, Err(ExchangeError::TooLarge));
            let gave_up =
                matches!(result, Err(ExchangeError::NotSent(_))) && failed >= retry::CONNECTIONS;
            if !gave_up
                && retry::may_repeat(verdict, repeat)
                && self.again_after(verdict, failed, told)
            {
                continue;
            }
            return match result {
                Ok(response) => Ok(Delivered { response, told }),
                Err(error) => Err(no_response(&error, &request.origin.authority)),
            };
        }
    }
}

/// The failure if no response arrived.
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

/// The failure if a response is too large.
pub(super) fn too_large() -> Error {
    Error::new(
        FailureKind::FixInput,
        filled!(
            "the answer is larger than {} MiB; ask for less",
            &[&counted(BODY_LIMIT / 1024 / 1024)],
        ),
    )
}
