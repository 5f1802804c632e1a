//! A request without an answer: the code that the component is told, and the reason for the one who runs the host.

use wasmtime_wasi_http::Error as Code;

use crate::error::Error;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Lost {
    pub(crate) code: Code,
    pub(crate) obstacle: Option<Obstacle>,
}

/// What a setting of the host, or of the network, can mend.
#[derive(Debug, Clone)]
pub(crate) struct Obstacle {
    /// One clause that says what it is.
    pub(crate) reason: String,
    pub(crate) kind: Kind,
    /// Whether it is in the way of the next attempt too.
    pub(crate) is_final: bool,
}

impl Lost {
    /// For whoever waits for the same answer.
    pub(crate) fn again(&self) -> Lost {
        Lost { code: same(&self.code), obstacle: self.obstacle.clone() }
    }

    /// What the component is told: what is in the way for good is not worth another attempt.
    pub(crate) fn told(self) -> Code {
        match self.obstacle {
            Some(Obstacle { is_final: true, .. }) => Code::HttpRequestDenied,
            _ => self.code,
        }
    }
}

/// What kind of obstacle it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A proxy.
    Proxy,
    /// A certificate that is not accepted.
    Certificate,
}

impl Obstacle {
    /// What a call ends with that it kept from sending anything.
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

/// The same error once more, as far as backends have it.
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
