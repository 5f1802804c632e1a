//! The component's core as a native library: no sandbox, no copies in or out.

use bytes::Bytes;
use sales::action::run;
use sales::actions::FindContact;
use sales::contract::FindContactInput;
use sales::http::{ExchangeError, Request, Response};
use sales::outside::scripted::Scripted;
use sales::outside::{Outside, Transport};
use sales::plugin::invoke;

use super::MeasureError;

/// The core, with this response to every request.
pub(super) struct Native {
    pub(super) answer: Bytes,
}

impl Native {
    /// `invoke`, as the component exports it.
    pub(super) fn invoke(&self, action: &str, input: &str) -> String {
        self.with_outside(|outside| invoke(action, input, outside))
    }

    /// `find-contact`, as the component exports it.
    pub(super) fn find_contact(&self, filter: &str) -> Result<Vec<String>, MeasureError> {
        let input =
            FindContactInput { contact_id: None, name: None, filter: Some(filter.to_owned()) };
        self.with_outside(|outside| run::<FindContact>(input, outside))
            .map(sales::dataverse::Rows::into_texts)
            .map_err(|problem| MeasureError::Wrong(problem.message.clone()))
    }

    fn with_outside<T>(&self, call: impl FnOnce(Outside<'_>) -> T) -> T {
        let mut transport = |_: &Request| {
            Ok(Response { status: 200, headers: Vec::new(), body: self.answer.to_vec() })
        };
        with(&mut transport, call)
    }
}

/// Makes a call into the core, with this transport.
pub(super) fn with<T>(transport: &mut dyn Transport, call: impl FnOnce(Outside<'_>) -> T) -> T {
    call(Scripted::new(&[("access_token", "token")]).outside(transport))
}

/// The same request in the form of `http`.
pub(super) fn to_http(request: &Request) -> Result<http::Request<Bytes>, ExchangeError> {
    let scheme = if request.origin.https { "https" } else { "http" };
    let url = format!("{scheme}://{}{}", request.origin.authority, request.path);
    let mut made = http::Request::builder().method(request.method.as_str()).uri(url);
    for (name, value) in &request.headers {
        made = made.header(*name, value);
    }
    made.body(request.body.clone().unwrap_or_default().into())
        .map_err(|error| ExchangeError::NotSent(error.to_string()))
}
