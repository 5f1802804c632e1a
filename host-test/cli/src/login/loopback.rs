//! Where the browser comes back to: one request on this machine, with a code or a refusal.

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

/// How long a connection may take to ask, and at the end to take its answer.
const GRACE: Duration = Duration::from_secs(1);

/// What came back: the code, or a sentence.
type Outcome = Result<String, String>;

/// A port of this machine, on both of its addresses where it has both: browsers take `localhost` for either.
pub(super) struct Loopback {
    v4: TcpListener,
    v6: Option<TcpListener>,
    port: u16,
}

impl Loopback {
    /// Listens at this port; 0 takes any that is free.
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

    /// Microsoft looks at the port of a `localhost` only
    /// ([redirect URIs](https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions)).
    pub(super) fn redirect_uri(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The code, from the first request that brings one or a refusal. Any other request gets a 404.
    pub(super) async fn wait(self, state: &str) -> Outcome {
        let (tell, mut told) = mpsc::channel(1);
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                Ok(stream) = self.accept() => {
                    connections.spawn(serve(stream, state.to_owned(), tell.clone()));
                }
                Some(outcome) = told.recv() => {
                    // The page on its way to the browser.
                    let _ = tokio::time::timeout(GRACE, async {
                        while connections.join_next().await.is_some() {}
                    })
                    .await;
                    return outcome;
                }
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
            None => page(StatusCode::NOT_FOUND, "There is nothing here."),
            Some(outcome) => {
                let text = if outcome.is_ok() {
                    "Done: dynamics365-sales goes on in the terminal. This page can be closed."
                } else {
                    "The sign-in did not succeed: the terminal says why. This page can be closed."
                };
                // Of several, the first one counts.
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

/// What a request brings; nothing unless it is the redirect.
fn answer(request: &Request<Incoming>, state: &str) -> Option<Outcome> {
    let uri = request.uri();
    if request.method() != Method::GET || uri.path() != "/" {
        return None;
    }
    read(uri.query().unwrap_or_default(), state)
}

fn read(query: &str, state: &str) -> Option<Outcome> {
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let (code, error) = (value("code"), value("error"));
    if code.is_none() && error.is_none() {
        return None;
    }
    // First of all: what has another state was not asked for by us.
    if value("state").as_deref() != Some(state) {
        return Some(Err(
            "the browser came back from another sign-in (its `state` is another): run `login` again".to_owned(),
        ));
    }
    match (code, error) {
        (_, Some(error)) => {
            Some(Err(refusal::refused(&error, value("error_description").as_deref())))
        }
        (code, None) => code.map(Ok),
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
    fn takes_a_code_that_was_asked_for() {
        assert_eq!(read("code=a%2Bb&state=s&session_state=x", "s"), Some(Ok("a+b".to_owned())));
    }

    #[test]
    fn refuses_a_code_or_a_refusal_of_another_sign_in() {
        for query in ["code=a&state=t", "code=a", "error=access_denied&state=", "code=a&state=S"] {
            let outcome = read(query, "s").unwrap().unwrap_err();
            assert!(outcome.contains("another sign-in"), "{query}: {outcome}");
        }
    }

    #[test]
    fn passes_over_what_brings_nothing() {
        assert_eq!(read("", "s"), None);
        assert_eq!(read("state=s", "s"), None);
    }

    #[test]
    fn quotes_a_refusal_without_what_a_terminal_would_obey() {
        let query =
            "error=access_denied&error_description=AADSTS65004%3A+no%1B%5B2J%0D%0ATrace+ID&state=s";
        assert_eq!(
            read(query, "s").unwrap().unwrap_err(),
            "the sign-in was declined (`access_denied`); it says: AADSTS65004: no\u{fffd}[2J"
        );
    }
}
