//! The host's own requests, such as those of a sign-in, with complete bodies.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use wasmtime_wasi_http::Error;

use super::patience::Patience;
use super::pooled::Pooled;
use super::{Answered, whole};
use crate::lost::Lost;

/// The maximum size of a response, in bytes.
const LIMIT: usize = 1024 * 1024;

/// The component's time limit for the sign-in service.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(10),
    first_byte: Duration::from_secs(30),
    between_bytes: Duration::from_secs(30),
};

/// The reason for a missing response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no answer from `{authority}`: {reason}")]
pub struct UnansweredError {
    /// The requested host, with its port if it is not the default.
    pub authority: String,
    /// The cause.
    pub reason: String,
    /// The stage that the request reached.
    pub stage: Stage,
}

/// The stage that a request without a response reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// No connection: nothing was sent.
    Connecting,
    /// It may have been sent; the connection ended.
    Waiting,
    /// It may have been sent; the time ran out.
    TimedOut,
    /// The response was too large.
    TooLarge,
}

impl Pooled {
    /// Sends a request with its complete body and waits for the complete response: at most 1 MiB,
    /// with its head within 30 seconds. The URI is absolute; `Host` and `Content-Length` are
    /// derived from the request. Redirects are not followed.
    ///
    /// # Errors
    ///
    /// Fails with [`UnansweredError`] without a connection, or if the response is too late or too
    /// large.
    pub async fn exchange(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, UnansweredError> {
        let authority = authority(&request);
        let sent = self.send(request.map(|body| whole(body.into())), PATIENCE).await;
        let answer = collected(sent, LIMIT).await.map_err(|lost| unanswered(authority, lost))?;
        Ok(answer.map(|body| body.to_vec()))
    }

    /// The same for a program that inspects raw responses: no compression is requested, and none
    /// removed. The complete response must arrive within this time and may have this many bytes.
    ///
    /// # Errors
    ///
    /// Fails like [`Pooled::exchange`].
    pub async fn exchange_as_is(
        &self,
        request: Request<Bytes>,
        time: Duration,
        largest: usize,
    ) -> Result<Response<Bytes>, UnansweredError> {
        let authority = authority(&request);
        let patience = Patience { connect: time, first_byte: time, between_bytes: time };
        let answer = async {
            let sent = self.send_as_is(request.map(whole), patience).await;
            collected(sent.map(|answer| answer.map(BodyExt::boxed_unsync)), largest).await
        };
        let answer = tokio::time::timeout(time, answer).await;
        let answer = answer.unwrap_or_else(|_| Err(Error::ConnectionReadTimeout.into()));
        answer.map_err(|lost| unanswered(authority, lost))
    }
}

fn authority<B>(request: &Request<B>) -> String {
    request.uri().authority().map(ToString::to_string).unwrap_or_default()
}

/// The response with its body of at most this many bytes.
async fn collected(sent: Answered, largest: usize) -> Result<Response<Bytes>, Lost> {
    let (head, body) = sent?.into_parts();
    let body = Limited::new(body, largest).collect().await.map_err(|error| {
        match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(_) => Error::HttpResponseBodySize(None),
        }
    })?;
    Ok(Response::from_parts(head, body.to_bytes()))
}

fn unanswered(authority: String, lost: Lost) -> UnansweredError {
    let stage = match lost.code {
        Error::HttpResponseBodySize(_) => Stage::TooLarge,
        Error::ConnectionReadTimeout => Stage::TimedOut,
        Error::ConnectionRefused
        | Error::ConnectionTimeout
        | Error::DestinationIpUnroutable
        | Error::DestinationUnavailable
        | Error::DnsError { .. }
        | Error::TlsAlertReceived { .. }
        | Error::TlsCertificateError
        | Error::TlsProtocolError => Stage::Connecting,
        _ => Stage::Waiting,
    };
    let reason = lost.obstacle.map(|obstacle| obstacle.reason);
    UnansweredError { authority, reason: reason.unwrap_or_else(|| lost.code.to_string()), stage }
}

#[cfg(test)]
mod tests {
    use dataverse_sim::{Dataverse, Server, World};

    use super::*;

    #[tokio::test]
    async fn returns_the_complete_response() {
        let server = Server::start(Dataverse::new(World::default()), 0).unwrap();
        let url = format!("{}/common/v2.0/.well-known/openid-configuration", server.url());
        let request = Request::get(url).body(Vec::new()).unwrap();
        let answer = Pooled::new().exchange(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.body().ends_with(b"}"));
    }

    #[tokio::test]
    async fn names_the_unreachable_host() {
        // A port that is bound but not listened on.
        let taken = tokio::net::TcpSocket::new_v4().unwrap();
        taken.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let silent = taken.local_addr().unwrap();
        let request = Request::get(format!("http://{silent}/")).body(Vec::new()).unwrap();
        let error = Pooled::new().exchange(request).await.unwrap_err();
        assert_eq!(error.authority, silent.to_string());
        assert!(error.to_string().starts_with("no answer from `127.0.0.1:"), "{error}");
    }
}
