//! A request without a response: the error code for the component, and the reason for the host's
//! operator.

use wasmtime_wasi_http::Error as Code;

use crate::error::Error;

/// The reason for a missing response.
#[derive(Debug)]
pub(crate) struct Lost {
    pub(crate) code: Code,
    pub(crate) obstacle: Option<Obstacle>,
}

/// A problem that a setting of the host or the network can fix.
#[derive(Debug, Clone)]
pub(crate) struct Obstacle {
    /// The problem, in one clause.
    pub(crate) reason: String,
    pub(crate) kind: Kind,
    /// Whether a retry would fail too.
    pub(crate) is_final: bool,
}

impl Lost {
    /// For the other calls that wait for the same response.
    pub(crate) fn again(&self) -> Lost {
        Lost { code: same(&self.code), obstacle: self.obstacle.clone() }
    }

    /// The code for the component: a permanent obstacle is not worth a retry.
    pub(crate) fn told(self) -> Code {
        match self.obstacle {
            Some(Obstacle { is_final: true, .. }) => Code::HttpRequestDenied,
            _ => self.code,
        }
    }
}

/// The kind of obstacle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A proxy.
    Proxy,
    /// A rejected certificate.
    Certificate,
}

impl Obstacle {
    /// The error of a call that could not send anything because of it.
    pub(crate) fn error(&self) -> Error {
        match self.kind {
            Kind::Proxy => Error::Proxy(self.reason.clone()),
            Kind::Certificate => Error::Certificate(self.reason.clone()),
        }
    }
}

impl From<Code> for Lost {
    fn from(code: Code) -> Self {
        Lost { code, obstacle: None }
    }
}

/// A copy of the error, as far as backends use it.
pub(crate) fn same(error: &Code) -> Code {
    match error {
        Code::DnsError { rcode, info_code } => {
            Code::DnsError { rcode: rcode.clone(), info_code: *info_code }
        }
        Code::TlsAlertReceived { alert_id, alert_message } => {
            Code::TlsAlertReceived { alert_id: *alert_id, alert_message: alert_message.clone() }
        }
        Code::HttpResponseContentCoding(coding) => Code::HttpResponseContentCoding(coding.clone()),
        Code::HttpResponseBodySize(size) => Code::HttpResponseBodySize(*size),
        Code::HttpResponseHeaderSectionSize(size) => Code::HttpResponseHeaderSectionSize(*size),
        Code::ConnectionRefused => Code::ConnectionRefused,
        Code::ConnectionTerminated => Code::ConnectionTerminated,
        Code::ConnectionTimeout => Code::ConnectionTimeout,
        Code::ConnectionReadTimeout => Code::ConnectionReadTimeout,
        Code::DestinationIpUnroutable => Code::DestinationIpUnroutable,
        Code::DestinationUnavailable => Code::DestinationUnavailable,
        Code::HttpProtocolError => Code::HttpProtocolError,
        Code::HttpResponseIncomplete => Code::HttpResponseIncomplete,
        Code::TlsCertificateError => Code::TlsCertificateError,
        Code::TlsProtocolError => Code::TlsProtocolError,
        other => Code::InternalError(Some(other.to_string())),
    }
}
