//! Refusals about access, limits and the service as a whole.

use http::StatusCode;

use super::Problem;

impl Problem {
    /// A feature that this simulator does not model, by name. The real service has it.
    pub fn not_modelled(what: &str) -> Self {
        let message = format!("{what} is not modelled by this Dataverse simulator");
        Problem::new(StatusCode::NOT_IMPLEMENTED, "", message)
    }

    /// A missing privilege.
    pub fn privilege_denied() -> Self {
        let message = "The user does not hold the necessary privileges.";
        Problem::new(StatusCode::FORBIDDEN, "0x80040220", message)
    }

    /// The token is valid, but its user or application is unknown in the organization. Evidence:
    /// live.
    pub fn not_a_member() -> Self {
        let message = "The user is not a member of the organization.";
        Problem::new(StatusCode::FORBIDDEN, "0x80072560", message)
    }

    /// The user is disabled. Evidence: live, as 403 and as 400; the details are inferred.
    pub fn disabled_user(status: StatusCode, id: &str) -> Self {
        let message = format!(
            "The specified user(Id = {id}) is disabled. Consider enabling this user. Additional \
             Details: User is disabled."
        );
        Problem::new(status, "0x80040225", message)
    }

    /// The organization is disabled. Evidence: the code is live; status and text are inferred.
    pub fn organization_disabled() -> Self {
        let message = "The organization is disabled.";
        Problem::new(StatusCode::FORBIDDEN, "0x8004a104", message)
    }

    /// Another customization is running: 429, and no `Retry-After`. Evidence: live, many times
    /// ([report](https://github.com/microsoft/powerplatform-build-tools/issues/1384)). The
    /// operation is `EntityCustomization`, `PublishAll` or `Import`.
    pub fn customization_lock(operation: &str) -> Self {
        let message = format!(
            "Cannot start another [{operation}] because there is a previous [{operation}] running \
             at this moment."
        );
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "0x80071151", message)
    }

    /// `UnExpected`.
    pub fn unexpected() -> Self {
        let message = "An unexpected error occurred.";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "0x80040216", message)
    }

    /// A service protection limit was hit
    /// ([limits](https://learn.microsoft.com/power-apps/developer/data-platform/api-limits)).
    ///
    /// `most` is the number of requests, or milliseconds of execution time; `window` is in seconds.
    pub fn throttled(limit: Limit, most: u64, window: u64) -> Self {
        let message = match limit {
            Limit::Requests => format!(
                "Number of requests exceeded the limit of {most} over time window of {window} seconds."
            ),
            // The two spaces are Dataverse's.
            Limit::ExecutionTime => format!(
                "Combined execution time of incoming requests exceeded limit of {}  milliseconds over time window of \
                 {window} seconds. Decrease number of concurrent requests or reduce the duration of requests and try \
                 again later.",
                thousands(most)
            ),
            Limit::Concurrency => {
                format!("Number of concurrent requests exceeded the limit of {most}.")
            }
        };
        Problem::new(StatusCode::TOO_MANY_REQUESTS, limit.code(), message)
    }

    /// The same in an organization with the usual limits.
    pub(crate) fn usually_throttled(limit: Limit) -> Self {
        let most = match limit {
            Limit::Requests => 6_000,
            Limit::ExecutionTime => 1_200_000,
            Limit::Concurrency => 52,
        };
        Problem::throttled(limit, most, 300)
    }
}

/// The three service protection limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// 6000 requests in 300 seconds.
    Requests,
    /// 20 minutes of execution time in 300 seconds.
    ExecutionTime,
    /// 52 concurrent requests.
    Concurrency,
}

impl Limit {
    /// The code in the body of the 429.
    pub fn code(self) -> &'static str {
        match self {
            Limit::Requests => "0x80072322",
            Limit::ExecutionTime => "0x80072321",
            Limit::Concurrency => "0x80072326",
        }
    }
}

/// The number with a comma between thousands.
fn thousands(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", thousands(number / 1_000), number % 1_000),
    }
}
