//! The target of the browser's redirect: one request on this machine, with a code or a refusal.

use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::refusal;

/// The time limit for a connection to send its request, and finally to read its response.
const GRACE: Duration = Duration::from_secs(1);

/// The maximum lifetime of a connection.
const LONGEST: Duration = Duration::from_secs(3);

/// The maximum number of connections; more wait for their turn.
const AT_ONCE: usize = 64;

/// The pause after a connection could not be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// The result: the code, or an error sentence.
type Outcome = Result<String, String>;

/// A port of this machine, on both loopback addresses if it has both: browsers resolve `localhost`
/// to either.
pub(super) struct Loopback {
    v4: TcpListener,
    v6: Option<TcpListener>,
    port: u16,
}

impl Loopback {
    /// Listens on this port; 0 takes any free port.
    pub(super) async fn bind(port: u16) -> Result<Self, String> {
        let failed = |error: io::Error| match error.kind() {
            ErrorKind::AddrInUse => {
                format!(
                    "port {port} is in use (another `login`? without `--port` a free one is taken)"
                )
            }
            _ => format!("port {port} cannot be listened on: {error}"),
        };
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
        let port = v4.local_addr().map_err(failed)?.port();
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok();
        Ok(Loopback { v4, v6, port })
    }

    /// Microsoft ignores the port only of `localhost` ([redirect
    /// URIs](https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions)).
    pub(super) fn redirect_uri(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The code, from the first request with a code or a refusal of this sign-in. Any other request
    /// gets a 400 or a 404, and the wait continues.
    pub(super) async fn wait(self, state: &str) -> Outcome {
        let (tell, mut told) = mpsc::channel(1);
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                Some(outcome) = told.recv() => {
                    // Lets the response reach the browser.
                    let _ = tokio::time::timeout(GRACE, async {
                        while connections.join_next().await.is_some() {}
                    })
                    .await;
                    return outcome;
                }
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                accepted = self.accept(), if connections.len() < AT_ONCE => match accepted {
                    Ok(stream) => {
                        let serving = serve(stream, state.to_owned(), tell.clone());
                        connections.spawn(tokio::time::timeout(LONGEST, serving));
                    }
                    // No descriptor is left, or the client is gone: both are temporary.
                    Err(_) => tokio::time::sleep(PAUSE).await,
                },
            }
        }
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let Some(v6) = &self.v6 else { return Ok(self.v4.accept().await?.0) };
        tokio::select! {
            accepted = self.v4.accept() => Ok(accepted?.0),
            accepted = v6.accept() => Ok(accepted?.0),
        }
    }
}

async fn serve(stream: TcpStream, state: String, tell: mpsc::Sender<Outcome>) {
    let service = service_fn(|request| {
        let answered = answer(&request, &state);
        let response = match answered {
            Brought::Nothing => page(StatusCode::NOT_FOUND, "There is nothing here."),
            Brought::Foreign => page(
                StatusCode::BAD_REQUEST,
                "This is of another sign-in (its `state` is another). The one that was begun last is still waited for.",
            ),
            Brought::Outcome(outcome) => {
                let text = if outcome.is_ok() {
                    "Done: dynamics365-sales goes on in the terminal. This page can be closed."
                } else {
                    "The sign-in did not succeed: the terminal says why. This page can be closed."
                };
                // The first of several counts.
                let _ = tell.try_send(outcome);
                page(StatusCode::OK, text)
            }
        };
        async { Ok::<_, Infallible>(response) }
    });
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(GRACE)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The content of a request.
#[derive(Debug, PartialEq, Eq)]
enum Brought {
    /// Neither a code nor a refusal.
    Nothing,
    /// A code or refusal of another sign-in or of none.
    Foreign,
    /// The end of this sign-in.
    Outcome(Outcome),
}

fn answer(request: &Request<Incoming>, state: &str) -> Brought {
    let uri = request.uri();
    if request.method() != Method::GET || uri.path() != "/" {
        return Brought::Nothing;
    }
    read(uri.query().unwrap_or_default(), state)
}

fn read(query: &str, state: &str) -> Brought {
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let outcome = match (value("code"), value("error")) {
        (_, Some(error)) => Err(refusal::refused(&error, value("error_description").as_deref())),
        (Some(code), None) => Ok(code),
        (None, None) => return Brought::Nothing,
    };
    // A request with another state is not ours: anyone on this machine can send it.
    if value("state").as_deref() == Some(state) {
        Brought::Outcome(outcome)
    } else {
        Brought::Foreign
    }
}

fn page(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>dynamics365-sales</title><p>{text}</p></html>\n"
    );
    let mut response = Response::new(Full::new(Bytes::from(html)));
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        response.headers_mut().insert(name, http::HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_requested_code() {
        assert_eq!(
            read("code=a%2Bb&state=s&session_state=x", "s"),
            Brought::Outcome(Ok("a+b".to_owned()))
        );
    }

    #[test]
    fn keeps_waiting_after_a_code_or_a_refusal_of_another_sign_in() {
        for query in ["code=a&state=t", "code=a", "error=access_denied&state=", "code=a&state=S"] {
            assert_eq!(read(query, "s"), Brought::Foreign, "{query}");
        }
    }

    #[test]
    fn ignores_requests_without_a_code_or_refusal() {
        assert_eq!(read("", "s"), Brought::Nothing);
        assert_eq!(read("state=s", "s"), Brought::Nothing);
    }

    #[test]
    fn quotes_a_refusal_without_control_characters() {
        let query =
            "error=access_denied&error_description=AADSTS65004%3A+no%1B%5B2J%0D%0ATrace+ID&state=s";
        let said =
            "the sign-in was declined (`access_denied`); it says: AADSTS65004: no\u{fffd}[2J";
        assert_eq!(read(query, "s"), Brought::Outcome(Err(said.to_owned())));
    }
}
