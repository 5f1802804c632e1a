//! Requests of the host itself, such as those of a sign-in: sent and answered whole.

use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt, Limited};

use super::patience::Patience;
use super::pooled::Pooled;
use super::whole;

/// The most that an answer may have, in bytes.
const LIMIT: usize = 1024 * 1024;

/// What the component grants the sign-in service.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(10),
    first_byte: Duration::from_secs(30),
    between_bytes: Duration::from_secs(30),
};

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no answer from `{authority}`: {reason}")]
pub struct UnansweredError {
    /// The host that was asked, with the port if it is not the usual one.
    pub authority: String,
    /// What went wrong on the way.
    pub reason: String,
}

impl Pooled {
    /// Sends a request with its whole body, and waits for the whole answer: at most 1 MiB, its head within 30 seconds.
    /// The URI is absolute; `Host` and `Content-Length` follow from the request. Redirects are not followed.
    ///
    /// # Errors
    ///
    /// [`UnansweredError`] when no connection is made, or the answer comes too late or is too large.
    pub async fn exchange(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, UnansweredError> {
        let authority = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let unanswered = |reason: String| UnansweredError { authority: authority.clone(), reason };
        let sent = self.send(request.map(|body| whole(body.into())), PATIENCE).await;
        let sent = sent.map_err(|lost| match lost.obstacle {
            Some(obstacle) => unanswered(obstacle.reason),
            None => unanswered(lost.code.to_string()),
        });
        let (head, body) = sent?.into_parts();
        let body = Limited::new(body, LIMIT).collect().await;
        let body = body.map_err(|error| unanswered(error.to_string()))?.to_bytes();
        Ok(Response::from_parts(head, body.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use dataverse_sim::{Dataverse, Server, World};

    use super::*;

    #[tokio::test]
    async fn gives_the_whole_answer() {
        let server = Server::start(Dataverse::new(World::default()), 0).unwrap();
        let url = format!("{}/common/v2.0/.well-known/openid-configuration", server.url());
        let request = Request::get(url).body(Vec::new()).unwrap();
        let answer = Pooled::new().exchange(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.body().ends_with(b"}"));
    }

    #[tokio::test]
    async fn says_whom_it_did_not_reach() {
        // A port that is taken, and on which nobody listens.
        let taken = tokio::net::TcpSocket::new_v4().unwrap();
        taken.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let silent = taken.local_addr().unwrap();
        let request = Request::get(format!("http://{silent}/")).body(Vec::new()).unwrap();
        let error = Pooled::new().exchange(request).await.unwrap_err();
        assert_eq!(error.authority, silent.to_string());
        assert!(error.to_string().starts_with("no answer from `127.0.0.1:"), "{error}");
    }
}
