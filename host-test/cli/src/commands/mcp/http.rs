//! Streamable HTTP, for clients that do not start the server themselves: behind a key, only for
//! named hosts and origins.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use clap::Args;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use oauth2::CsrfToken;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use super::raw;
use super::server::Server;
use super::wire::{self, LONGEST};
use crate::commands::{Stop, environment};
use crate::terminal;

/// The address, and the allowed clients.
#[derive(Args)]
pub(super) struct Over {
    /// Serves Streamable HTTP on this address instead, such as 127.0.0.1:8808; the path is /mcp
    #[arg(long, value_name = "ADDRESS")]
    http: Option<SocketAddr>,

    /// A host name that HTTP clients may use, besides those of loopback; repeatable
    #[arg(long, value_name = "HOST", requires = "http")]
    allow_host: Vec<String>,

    /// An origin of web pages that may call over HTTP, such as <https://assistant.contoso.com>;
    /// repeatable
    #[arg(long, value_name = "ORIGIN", requires = "http")]
    allow_origin: Vec<String>,
}

type Answer = Response<BoxBody<Bytes, Infallible>>;
type Service = StreamableHttpService<Server, LocalSessionManager>;

struct Door {
    key: [u8; 32],
    service: Service,
}

impl Over {
    /// The address, if HTTP is enabled.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.http
    }

    /// Serves until Ctrl-C.
    pub(super) async fn serve(&self, address: SocketAddr, server: Server) -> Result<(), Stop> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| Stop::Failed(format!("`{address}` cannot be listened on: {error}")))?;
        let local = listener.local_addr().map_err(|error| Stop::Failed(error.to_string()))?;
        let key = key()?;
        terminal::note(terminal::quiet(format_args!(
            "MCP is served on http://{local}/mcp (Ctrl-C ends it)"
        )));
        if !local.ip().is_loopback() {
            terminal::note(
                "warning: other machines can reach this address, and nothing on it is encrypted: put a proxy with TLS before it",
            );
        }
        let door = Arc::new(Door { key: digest(&key), service: self.service(server, local) });
        tokio::select! {
            () = accept(listener, door) => Ok(()),
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    }

    fn service(&self, server: Server, local: SocketAddr) -> Service {
        let mut hosts = vec![
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
            "[::1]".to_owned(),
            "::1".to_owned(),
        ];
        if !local.ip().is_unspecified() {
            hosts.push(local.ip().to_string());
        }
        hosts.extend(self.allow_host.iter().cloned());
        let config = StreamableHttpServerConfig::default()
            .with_allowed_hosts(hosts)
            .with_allowed_origins(self.allow_origin.iter().cloned())
            .enforce_origin_validation()
            // Escapes make the arguments longer.
            .with_max_request_body_bytes(3 * LONGEST);
        StreamableHttpService::new(move || Ok(server.clone()), Arc::default(), config)
    }
}

/// The environment's key, or a generated one, which is printed.
fn key() -> Result<String, Stop> {
    if let Some(key) = environment::mcp_key()? {
        terminal::note(terminal::quiet("its key is DYNAMICS365_MCP_KEY"));
        return Ok(key);
    }
    let key = CsrfToken::new_random_len(32).into_secret();
    terminal::note(format_args!("authorization: Bearer {key}"));
    Ok(key)
}

async fn accept(listener: TcpListener, door: Arc<Door>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let door = door.clone();
        tokio::spawn(async move {
            let answer = service_fn(|request| {
                let door = door.clone();
                async move { Ok::<_, Infallible>(door.answer(request).await) }
            });
            let mut connection = http1::Builder::new();
            connection.timer(TokioTimer::new());
            // A client may disconnect at any time.
            let _ = connection.serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

impl Door {
    async fn answer(&self, request: Request<Incoming>) -> Answer {
        if request.uri().path() != "/mcp" {
            return refuse(StatusCode::NOT_FOUND, "nothing is here; the path is /mcp".to_owned());
        }
        if !self.has_key(&request) {
            let reason = "expected the header `authorization: Bearer KEY`, with the key that the server shows at its start";
            let mut answer = refuse(StatusCode::UNAUTHORIZED, reason.to_owned());
            answer.headers_mut().insert(WWW_AUTHENTICATE, http::HeaderValue::from_static("Bearer"));
            return answer;
        }
        let (mut head, body) = request.into_parts();
        let body = match Limited::new(body, LONGEST).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => {
                let reason =
                    format!("the message cannot be read (at most {LONGEST} bytes): {error}");
                return refuse(StatusCode::PAYLOAD_TOO_LARGE, reason);
            }
        };
        let body = if head.method == Method::POST {
            match wire::read(&body) {
                Ok(message) => {
                    head.headers.remove(CONTENT_LENGTH);
                    Bytes::from(message.text)
                }
                Err(refusal) => {
                    terminal::note(format_args!("refused: {}", terminal::plain(&refusal.reason)));
                    return match refusal.answer {
                        Some(answer) => json(StatusCode::BAD_REQUEST, answer),
                        None => refuse(StatusCode::BAD_REQUEST, refusal.reason),
                    };
                }
            }
        } else {
            body
        };
        let answer = self.service.handle(Request::from_parts(head, Full::new(body))).await;
        answer.map(|body| body.map_frame(|frame| frame.map_data(|data| with_digits(&data))).boxed())
    }

    fn has_key<B>(&self, request: &Request<B>) -> bool {
        let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| {
            let (scheme, key) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
        });
        // The duration of comparing digests reveals nothing.
        given.is_some_and(|given| digest(given) == self.key)
    }
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

fn with_digits(data: &Bytes) -> Bytes {
    match std::str::from_utf8(data).map(raw::inlined) {
        Ok(std::borrow::Cow::Owned(message)) => Bytes::from(message),
        _ => data.clone(),
    }
}

fn refuse(status: StatusCode, reason: String) -> Answer {
    let mut answer = json(status, serde_json::json!({"error": reason}).to_string());
    *answer.status_mut() = status;
    answer
}

fn json(status: StatusCode, text: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(text)).boxed());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    answer
}
