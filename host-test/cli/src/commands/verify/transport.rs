//! How `verify` reaches an organization: the same way into the network as all commands, and answers
//! as they are on the wire.

use std::time::Duration;

use bytes::Bytes;
use dataverse_verify::{Transport, Unanswered};
use host_test::{Network, Pooled, Stage};
use http::{Method, Request, Response};

/// The longest body that is read.
const LONGEST_BODY: usize = 16 << 20;
/// How long an answer may take; Microsoft's clients wait as long.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a change of the tables may take: it waits for others.
const PATIENCE_WITH_TABLES: Duration = Duration::from_secs(400);

/// Requests over the network.
pub(super) struct OverNetwork(Pooled);

impl OverNetwork {
    pub(super) fn new(network: &Network) -> Self {
        OverNetwork(Pooled::over(network))
    }
}

impl Transport for OverNetwork {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Unanswered> {
        let changes_tables =
            request.method() != Method::GET && request.uri().path().contains("/EntityDefinitions");
        let patience = if changes_tables { PATIENCE_WITH_TABLES } else { PATIENCE };
        let answer = self.0.exchange_as_is(request, patience, LONGEST_BODY).await;
        answer.map_err(|error| match error.stage {
            Stage::Connecting => Unanswered::NotReached,
            Stage::Waiting => Unanswered::Broken,
            Stage::TimedOut => Unanswered::TimedOut,
            Stage::TooLarge => Unanswered::TooLong,
        })
    }
}
