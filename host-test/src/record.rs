//! Records a call's complete requests and responses as the host sees them, for a closer look at one
//! call.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::time::Instant;
use wasmtime_wasi_http::{Error, WasiBody};

/// The maximum recorded size of a body, in bytes.
const KEPT: usize = 256 << 10;

/// The text in place of a secret.
const HIDDEN: &str = "[hidden]";

/// The JSON members and form fields that are secrets.
const SECRET_FIELDS: [&str; 9] = [
    "access_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "id_token",
    "refresh_token",
];

/// One request and its response. Secrets are hidden.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The time when it was sent, since the start of the call.
    pub sent: Duration,
    /// The time when the response head arrived.
    pub answered: Option<Duration>,
    /// The time when it ended: the response was complete, or the request failed.
    pub ended: Option<Duration>,
    /// The response status.
    pub status: Option<u16>,
    /// The reason for a missing or incomplete response.
    pub failure: Option<String>,
    /// Whether this host blocked it.
    pub denied: bool,
    /// The request.
    pub request: Message,
    /// The response.
    pub response: Message,
}

/// The headers and body of a request or a response.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body as text, or its start if it is large.
    pub body: String,
    /// The size of the body, in bytes.
    pub bytes: usize,
    kept: Vec<u8>,
}

/// Which of the two messages of an exchange.
#[derive(Debug, Clone, Copy)]
enum Side {
    Request,
    Response,
}

/// Records the requests of one call. Clones record into one list.
#[derive(Debug, Clone)]
pub struct Recorder {
    origin: Instant,
    began: SystemTime,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Default for Recorder {
    #[expect(clippy::disallowed_methods, reason = "an archive records the time of its requests")]
    fn default() -> Self {
        Recorder { origin: Instant::now(), began: SystemTime::now(), exchanges: Arc::default() }
    }
}

impl Recorder {
    /// A recorder whose time starts now.
    pub fn new() -> Self {
        Recorder::default()
    }

    /// Its start time, by the machine's clock.
    pub fn began(&self) -> SystemTime {
        self.began
    }

    /// The time since its start.
    pub fn elapsed(&self) -> Duration {
        self.origin.elapsed()
    }

    /// The exchanges so far, without secrets.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let all = self.all().clone();
        // A secret found by its name in one message must not appear without it in another.
        let secrets: BTreeSet<String> = all.iter().flat_map(secrets_of).collect();
        all.into_iter().map(|exchange| hidden(exchange, &secrets)).collect()
    }

    /// Records a request before it is sent; its body is recorded while it is read.
    pub(crate) fn sent(&self, request: Request<WasiBody>) -> (usize, Request<WasiBody>) {
        let index = {
            let mut all = self.all();
            all.push(Exchange {
                method: request.method().to_string(),
                url: request.uri().to_string(),
                sent: self.elapsed(),
                request: Message { headers: headers(request.headers()), ..Message::default() },
                ..Exchange::default()
            });
            all.len() - 1
        };
        (index, request.map(|body| self.tee(body, index, Side::Request)))
    }

    /// Records a request that this host blocks.
    pub(crate) fn denied(&self, request: &Request<WasiBody>) {
        let now = self.elapsed();
        self.all().push(Exchange {
            method: request.method().to_string(),
            url: request.uri().to_string(),
            sent: now,
            ended: Some(now),
            failure: Some("not one of the hosts that this call may reach".to_owned()),
            denied: true,
            request: Message { headers: headers(request.headers()), ..Message::default() },
            ..Exchange::default()
        });
    }

    /// Records a response; its body is recorded while it is read.
    pub(crate) fn answered(
        &self,
        index: usize,
        answered: Result<Response<WasiBody>, Error>,
    ) -> Result<Response<WasiBody>, Error> {
        let now = self.elapsed();
        self.change(index, |exchange| match &answered {
            Ok(response) => {
                exchange.answered = Some(now);
                exchange.status = Some(response.status().as_u16());
                exchange.response.headers = headers(response.headers());
            }
            Err(error) => {
                exchange.ended = Some(now);
                exchange.failure = Some(error.to_string());
            }
        });
        answered.map(|response| response.map(|body| self.tee(body, index, Side::Response)))
    }

    fn tee(&self, body: WasiBody, index: usize, side: Side) -> WasiBody {
        Tee { body, recorder: self.clone(), index, side }.boxed_unsync()
    }

    fn change(&self, index: usize, change: impl FnOnce(&mut Exchange)) {
        if let Some(exchange) = self.all().get_mut(index) {
            change(exchange);
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Exchange>> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that is recorded while it is read.
struct Tee {
    body: WasiBody,
    recorder: Recorder,
    index: usize,
    side: Side,
}

impl Tee {
    fn message(&self, change: impl FnOnce(&mut Message)) {
        let side = self.side;
        self.recorder.change(self.index, |exchange| match side {
            Side::Request => change(&mut exchange.request),
            Side::Response => change(&mut exchange.response),
        });
    }

    fn end(&self, failure: Option<String>) {
        if matches!(self.side, Side::Request) {
            return;
        }
        let now = self.recorder.elapsed();
        self.recorder.change(self.index, |exchange| {
            if exchange.ended.is_none() {
                exchange.ended = Some(now);
                exchange.failure = failure;
            }
        });
    }
}

impl Body for Tee {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.message(|message| {
                        message.bytes += data.len();
                        let room = KEPT.saturating_sub(message.kept.len()).min(data.len());
                        message.kept.extend_from_slice(&data[..room]);
                    });
                }
            }
            Poll::Ready(Some(Err(error))) => self.end(Some(error.to_string())),
            Poll::Ready(None) => self.end(None),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Tee {
    /// A reader that knows the length does not poll for the end.
    fn drop(&mut self) {
        self.end(None);
    }
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

/// The exchange with its bodies as text and its secrets hidden.
fn hidden(mut exchange: Exchange, secrets: &BTreeSet<String>) -> Exchange {
    for message in [&mut exchange.request, &mut exchange.response] {
        message.body = String::from_utf8_lossy(&message.kept).into_owned();
        message.kept.clear();
        for secret in secrets {
            message.body = message.body.replace(secret, HIDDEN);
        }
        for (name, value) in &mut message.headers {
            if ["authorization", "cookie", "set-cookie", "proxy-authorization"]
                .contains(&name.as_str())
            {
                HIDDEN.clone_into(value);
            }
            for secret in secrets {
                *value = value.replace(secret, HIDDEN);
            }
        }
    }
    exchange
}

/// The secrets in an exchange, in their written form.
fn secrets_of(exchange: &Exchange) -> Vec<String> {
    let mut secrets = Vec::new();
    for message in [&exchange.request, &exchange.response] {
        for (name, value) in &message.headers {
            if name == "authorization" {
                secrets.extend(value.split_once(' ').map(|(_, token)| token.to_owned()));
            }
        }
        let body = String::from_utf8_lossy(&message.kept);
        if let Ok(serde_json::Value::Object(members)) = serde_json::from_str(&body) {
            let values = members.iter().filter(|(name, _)| SECRET_FIELDS.contains(&name.as_str()));
            // Dataverse also uses `code` for the number of a refusal, but not as a top-level string
            // of a response.
            secrets.extend(values.filter_map(|(_, value)| value.as_str().map(str::to_owned)));
        } else {
            let fields = body.split('&').filter_map(|field| field.split_once('='));
            let values = fields.filter(|(name, _)| SECRET_FIELDS.contains(name));
            secrets.extend(values.map(|(_, value)| value.to_owned()));
        }
    }
    secrets.retain(|secret| secret.len() > 3);
    secrets
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;

    fn body(text: &'static str) -> WasiBody {
        Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed_unsync()
    }

    #[tokio::test]
    async fn keeps_both_messages_and_hides_every_secret_in_them() {
        let recorder = Recorder::new();
        let request = Request::post("https://login.example/t/oauth2/v2.0/token")
            .header("authorization", "Bearer top-secret")
            .body(body("grant_type=refresh_token&client_secret=s3cret%21&refresh_token=0.abc"))
            .unwrap();
        let (index, request) = recorder.sent(request);
        request.into_body().collect().await.unwrap();
        let answer = r#"{"token_type":"Bearer","access_token":"eyJ.new","echo":"top-secret"}"#;
        let response = recorder.answered(index, Ok(Response::new(body(answer)))).unwrap();
        response.into_body().collect().await.unwrap();
        let exchange = recorder.exchanges().remove(0);
        let shown = format!("{exchange:?}");
        for secret in ["top-secret", "s3cret", "0.abc", "eyJ.new"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        assert_eq!(exchange.status, Some(200));
        assert_eq!(exchange.response.bytes, answer.len());
        assert!(
            exchange.request.body.starts_with("grant_type=refresh_token&client_secret=[hidden]")
        );
        assert!(exchange.ended.is_some() && exchange.failure.is_none());
    }
}
