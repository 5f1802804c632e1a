//! Failures as `wasi:http` error codes, by which the component decides whether a write may be
//! retried.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};

use wasmtime_wasi_http::Error;
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;

use super::connect::{ConnectTimeout, NoSuchHost};
use super::tunnel::ProxyError;
use crate::lost::{Kind, Lost, Obstacle};

/// The reason for a missing response.
pub(crate) fn lost(error: &(dyn StdError + 'static), host: &str) -> Lost {
    Lost { code: of_request(error), obstacle: obstacle(error, host) }
}

fn obstacle(error: &(dyn StdError + 'static), host: &str) -> Option<Obstacle> {
    for cause in causes(error) {
        if let Some(proxy) = cause.downcast_ref::<ProxyError>() {
            let (reason, is_final) = (proxy.to_string(), proxy.is_final());
            return Some(Obstacle { reason, kind: Kind::Proxy, is_final });
        }
        if let Some(rustls::Error::InvalidCertificate(why)) = cause.downcast_ref() {
            let reason = format!("the certificate of `{host}` is not accepted: {why}");
            return Some(Obstacle { reason, kind: Kind::Certificate, is_final: true });
        }
    }
    None
}

/// The code for a missing response.
fn of_request(error: &(dyn StdError + 'static)) -> Error {
    let causes = causes(error);
    for cause in &causes {
        if cause.is::<ConnectTimeout>() {
            return Error::ConnectionTimeout;
        }
        if cause.is::<ProxyError>() {
            // Whatever happened to the connection to the proxy, nothing was sent through it.
            return Error::DestinationUnavailable;
        }
        if let Some(name) = cause.downcast_ref::<NoSuchHost>() {
            return Error::DnsError { rcode: Some(name.to_string()), info_code: None };
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return of_tls(tls);
        }
    }
    // The innermost cause is the most specific.
    let io = causes.iter().rev().find_map(|cause| cause.downcast_ref::<io::Error>());
    if let Some(known) = io.and_then(of_io) {
        return known;
    }
    match causes.iter().find_map(|cause| cause.downcast_ref::<hyper::Error>()) {
        Some(hyper) => of_hyper(hyper),
        None => Error::InternalError(None),
    }
}

/// The reason for an incomplete body.
pub(crate) fn of_body(error: &hyper::Error) -> Error {
    match of_request(error) {
        // The head has arrived; the rest is missing.
        Error::ConnectionTerminated => Error::HttpResponseIncomplete,
        other => other,
    }
}

/// The code for a hyper error.
pub(crate) fn code_of(error: &hyper::Error) -> ErrorCode {
    match of_hyper(error) {
        Error::ConnectionTerminated => ErrorCode::ConnectionTerminated,
        Error::ConnectionReadTimeout => ErrorCode::ConnectionReadTimeout,
        _ => ErrorCode::HttpProtocolError,
    }
}

fn of_hyper(error: &hyper::Error) -> Error {
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        Error::ConnectionTerminated
    } else if error.is_timeout() {
        Error::ConnectionReadTimeout
    } else if error.is_parse_too_large() {
        Error::HttpResponseHeaderSectionSize(None)
    } else {
        Error::HttpProtocolError
    }
}

fn of_io(error: &io::Error) -> Option<Error> {
    Some(match error.kind() {
        ErrorKind::ConnectionRefused => Error::ConnectionRefused,
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof => Error::ConnectionTerminated,
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => {
            Error::DestinationIpUnroutable
        }
        ErrorKind::AddrNotAvailable | ErrorKind::NetworkDown => Error::DestinationUnavailable,
        ErrorKind::TimedOut => Error::ConnectionTimeout,
        _ => return None,
    })
}

fn of_tls(error: &rustls::Error) -> Error {
    match error {
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => {
            Error::TlsCertificateError
        }
        rustls::Error::AlertReceived(alert) => Error::TlsAlertReceived {
            alert_id: Some(u8::from(*alert)),
            alert_message: Some(format!("{alert:?}")),
        },
        _ => Error::TlsProtocolError,
    }
}

/// The error and its causes, from the outside in. `io::Error` hides its inner error from `source`.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> Vec<&'a (dyn StdError + 'static)> {
    let mut causes = vec![error];
    let mut at = error;
    loop {
        let inside = at.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let next = match inside {
            Some(inside) => Some(inside as &'a (dyn StdError + 'static)),
            None => at.source(),
        };
        let Some(next) = next else { return causes };
        causes.push(next);
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_reason_inside_io_errors() {
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let error = io::Error::other(io::Error::new(ErrorKind::InvalidData, tls));
        assert!(matches!(of_request(&error), Error::TlsCertificateError));
        let error = io::Error::other(io::Error::from(ErrorKind::ConnectionRefused));
        assert!(matches!(of_request(&error), Error::ConnectionRefused));
    }
}
