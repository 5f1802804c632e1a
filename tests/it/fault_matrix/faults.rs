//! The faults.

use dataverse_sim::{Author, Challenge, Coding, Fault, Limit, RetryAfter, Told, When};
use dynamics365_sales::http::BODY_LIMIT;
use host_test::Harness;

use super::places::Place;

/// A row of the matrix.
pub(super) struct Row {
    pub(super) name: &'static str,
    fault: Fault,
    /// How often; `None`: always.
    times: Option<u32>,
    at: At,
}

/// The place of the fault, and the component's credentials.
#[derive(Clone, Copy)]
enum At {
    /// At the request, with a token and the credentials to renew it.
    Request,
    /// At the request, with only a token.
    RequestOfToken,
    /// At the token endpoint, with a refresh token and no access token.
    SignIn,
}

impl Row {
    /// An organization with this fault at this place.
    pub(super) fn host(&self, place: &Place) -> Harness {
        let host = Harness::new();
        let host = match self.at {
            At::Request => {
                let client = host.sim().client();
                host.with_secret("client_id", &client.client_id)
                    .with_secret("client_secret", &client.client_secret)
                    .with_secret("tenant_id", &client.tenant_id)
            }
            At::RequestOfToken => host,
            At::SignIn => host.sign_in_with_refresh_token(),
        };
        let told = match self.times {
            Some(times) => Told::times(times, self.fault.clone()),
            None => Told::always(self.fault.clone()),
        };
        let told = match self.at {
            At::SignIn => told.method("POST").resource("token"),
            _ => told.method(place.method).resource(place.resource),
        };
        host.sim().tell(told);
        host
    }
}

fn throttled(retry_after: RetryAfter) -> Fault {
    Fault::Throttled { limit: Limit::Requests, retry_after }
}

fn server_error(status: u16, when: When, author: Author, retry_after: RetryAfter) -> Fault {
    Fault::ServerError { status, when, author, retry_after }
}

/// The rows of the matrix.
pub(super) fn faults() -> Vec<Row> {
    use At::{Request, RequestOfToken, SignIn};
    use Author::{Dataverse, Proxy};
    use RetryAfter::{Absent, Date, Seconds};
    use When::{AfterCommit, BeforeCommit};

    let row = |name, times, fault, at| Row { name, fault, times, at };
    let once = |name, fault| row(name, Some(1), fault, Request);
    let always = |name, fault| row(name, None, fault, Request);
    let answer = |status| Fault::answer(status, "{}");
    let elsewhere = "https://elsewhere.example".to_owned();
    let too_large = BODY_LIMIT + 1;
    vec![
        once("throttled, 5 seconds", throttled(Seconds(5))),
        once("throttled, a date", throttled(Date(5))),
        once("throttled, no Retry-After", throttled(Absent)),
        row("throttled 3 times", Some(3), throttled(Seconds(7)), Request),
        once("throttled after commit", Fault::throttled_after_commit(5)),
        once("throttled for 5 minutes", throttled(Seconds(300))),
        always("throttled always", throttled(Absent)),
        once("500", server_error(500, BeforeCommit, Dataverse, Absent)),
        once("500 after commit", server_error(500, AfterCommit, Dataverse, Absent)),
        always("500 always", server_error(500, BeforeCommit, Dataverse, Absent)),
        once("502", server_error(502, BeforeCommit, Proxy, Absent)),
        once("502 after commit", server_error(502, AfterCommit, Proxy, Absent)),
        once("503", server_error(503, BeforeCommit, Dataverse, Seconds(9))),
        once("503 after commit", server_error(503, AfterCommit, Dataverse, Date(9))),
        always("503 always", server_error(503, BeforeCommit, Proxy, Absent)),
        once("504", server_error(504, BeforeCommit, Proxy, Absent)),
        once("504 after commit", server_error(504, AfterCommit, Proxy, Absent)),
        always("504 always after commit", server_error(504, AfterCommit, Proxy, Absent)),
        once("501", answer(501)),
        once("limit, as 400", Fault::throttled_as(400, Limit::Requests)),
        once("limit, as 403", Fault::throttled_as(403, Limit::ExecutionTime)),
        once("limit, as 503", Fault::throttled_as(503, Limit::Concurrency)),
        once("plug-in, as 401", Fault::plug_in(401)),
        once("plug-in, as 404", Fault::plug_in(404)),
        once("plug-in, as 412", Fault::plug_in(412)),
        once("plug-in, as 429", Fault::plug_in(429)),
        once("plug-in, as 500", Fault::plug_in(500)),
        once("plug-in fails, as 503", Fault::plug_in_failure(503)),
        once("duplicate, as 412", Fault::duplicate(412)),
        once("duplicate, as 500", Fault::duplicate(500)),
        once("lock", Fault::customization_lock("EntityCustomization")),
        always("lock always", Fault::customization_lock("PublishAll")),
        once("disabled user, as 400", Fault::disabled_user(400)),
        once("organization disabled", Fault::organization_disabled()),
        once("refused", Fault::ConnectionRefused),
        always("refused always", Fault::ConnectionRefused),
        once("reset before commit", Fault::Reset(BeforeCommit)),
        once("reset after commit", Fault::Reset(AfterCommit)),
        always("reset always before commit", Fault::Reset(BeforeCommit)),
        always("reset always after commit", Fault::Reset(AfterCommit)),
        once("lost, then nothing", Fault::LostThenNothing),
        once("stalled before commit", Fault::StalledBeforeFirstByte(BeforeCommit)),
        once("stalled after commit", Fault::StalledBeforeFirstByte(AfterCommit)),
        always("stalled always", Fault::StalledBeforeFirstByte(BeforeCommit)),
        once("stalled in the body", Fault::StalledInBody { after: 20 }),
        once("cut in the body", Fault::CutBody { after: 20 }),
        once("length too great", Fault::WrongContentLength { declared: 999_999 }),
        once("length too small", Fault::WrongContentLength { declared: 20 }),
        once("HTML before commit", Fault::HtmlPage(BeforeCommit)),
        once("HTML after commit", Fault::HtmlPage(AfterCommit)),
        once("malformed JSON", Fault::MalformedJson),
        once("JSON of another shape", Fault::OtherShape),
        once("byte order mark", Fault::ByteOrderMark),
        once("gzip", Fault::Encoded(Coding::Gzip)),
        once("half a surrogate", Fault::half_surrogate("note")),
        once("too large", Fault::WrongContentLength { declared: too_large }),
        once("401, renewable", Fault::ExpiredToken),
        always("401 always, renewable", Fault::ExpiredToken),
        row("401, not renewable", Some(1), Fault::ExpiredToken, RequestOfToken),
        once("401, insufficient claims", Fault::Unauthorized(Challenge::InsufficientClaims)),
        once("403", Fault::Forbidden),
        once("404", Fault::NotFound),
        once("412", Fault::PreconditionFailed),
        once("redirect", answer(302)),
        once("next link elsewhere", Fault::ForeignNextLink { origin: elsewhere }),
        always("next links without end", Fault::EndlessNextLinks),
        row("refresh token revoked", Some(1), Fault::RevokedRefreshToken, SignIn),
        row("refresh token rotated", Some(1), Fault::RotatedRefreshToken, SignIn),
        row("sign-in 503", Some(1), server_error(503, BeforeCommit, Proxy, Absent), SignIn),
        row("sign-in 503 always", None, server_error(503, BeforeCommit, Proxy, Absent), SignIn),
        row("sign-in reset", Some(1), Fault::Reset(AfterCommit), SignIn),
        row("sign-in byte order mark", Some(1), Fault::ByteOrderMark, SignIn),
        row("sign-in gzip", Some(1), Fault::Encoded(Coding::Gzip), SignIn),
        row("sign-in HTML", Some(1), Fault::HtmlPage(BeforeCommit), SignIn),
    ]
}
