//! How a request goes out, and what it means that no answer came.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::{SERVICE_ROOT, Session, USER_AGENT};
use crate::contract::FailureKind;
use crate::dataverse::request::Patience;
use crate::dataverse::{Method, Request};
use crate::failure::Problem;
use crate::shell::{ANSWER_LIMIT, HttpRequest, Lost, Timeouts};
use crate::text::{counted, filled};

/// The request as it goes out, with what every request to the Web API
/// [has](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#http-headers).
pub(super) fn http(request: &Request, session: &Session) -> HttpRequest {
    let mut headers = Vec::from([
        ("Accept", "application/json".to_owned()),
        ("OData-MaxVersion", "4.0".to_owned()),
        ("OData-Version", "4.0".to_owned()),
        ("User-Agent", USER_AGENT.to_owned()),
        ("Authorization", filled("Bearer {}", &[&session.token.value])),
    ]);
    match request.method {
        // The word `null`: no condition, and no answer out of a cache on the way.
        Method::Get => headers.push(("If-None-Match", "null".to_owned())),
        _ => headers.push(("Content-Type", "application/json".to_owned())),
    }
    for (name, value) in &request.headers {
        headers.push((*name, value.clone()));
    }
    let first_byte = match (request.patience, request.method) {
        (Patience::Long, _) => 300,
        (Patience::Usual, Method::Get) => 30,
        (Patience::Usual, _) => 60,
    };
    let path = match request.resource.starts_with('/') {
        true => request.resource.clone(),
        false => filled("{}{}", &[SERVICE_ROOT, &request.resource]),
    };
    HttpRequest {
        method: request.method,
        origin: session.instance.origin.clone(),
        path,
        headers,
        body: request.body.clone(),
        timeouts: Timeouts { connect: 10, first_byte, between_bytes: 30 },
    }
}

/// The failure that a lost answer is.
pub(super) fn no_answer(lost: &Lost, authority: &str) -> Problem {
    match lost {
        Lost::NotSent(why) => {
            Problem::new(FailureKind::Wait, filled("`{}` is not reachable ({})", &[authority, why]))
        }
        Lost::Unknown(why) => Problem::new(
            FailureKind::Wait,
            filled("`{}` gave no whole answer ({})", &[authority, why]),
        ),
        Lost::TooLarge => too_large(),
        Lost::Denied => Problem::fix_settings(filled(
            "the host that runs this component does not let it reach `{}`",
            &[authority],
        )),
    }
}

/// The failure that too large an answer is.
pub(super) fn too_large() -> Problem {
    Problem::new(
        FailureKind::FixInput,
        filled(
            "the answer is larger than {} MiB; ask for less",
            &[&counted(ANSWER_LIMIT / 1024 / 1024)],
        ),
    )
}
