//! The core of the component as the ordinary library that it is natively: no sandbox, no copies in or out.

use bytes::Bytes;
use sales::action::{invoke, run};
use sales::actions::FindContact;
use sales::contract::FindContactInput;
use sales::shell::{Clock, HttpAnswer, HttpRequest, Lost, NoSecrets, Secrets, Shell, Transport};

use super::Unmeasured;

/// The core, with this as the answer to every request.
pub(super) struct Native {
    pub(super) answer: Bytes,
}

impl Native {
    /// `invoke`, as the component exports it.
    pub(super) fn invoke(&self, action: &str, input: &str) -> String {
        self.with_shell(|shell| invoke(action, input, shell))
    }

    /// `find-contact`, as the component exports it.
    pub(super) fn find_contact(&self, filter: &str) -> Result<Vec<String>, Unmeasured> {
        let input =
            FindContactInput { contact_id: None, name: None, filter: Some(filter.to_owned()) };
        self.with_shell(|shell| run::<FindContact>(input, shell))
            .map(sales::dataverse::Rows::into_texts)
            .map_err(|problem| Unmeasured::Wrong(problem.message.clone()))
    }

    fn with_shell<T>(&self, call: impl FnOnce(Shell<'_>) -> T) -> T {
        let mut transport = |_: &HttpRequest| {
            Ok(HttpAnswer { status: 200, headers: Vec::new(), body: self.answer.to_vec() })
        };
        with(&mut transport, call)
    }
}

/// Makes a call into the core, requests going out through this.
pub(super) fn with<T>(transport: &mut dyn Transport, call: impl FnOnce(Shell<'_>) -> T) -> T {
    call(Shell { transport, secrets: &mut Known, clock: &mut Stopped })
}

/// The same request as `http` has it.
pub(super) fn to_http(request: &HttpRequest) -> Result<http::Request<Bytes>, Lost> {
    let scheme = if request.origin.https { "https" } else { "http" };
    let url = format!("{scheme}://{}{}", request.origin.authority, request.path);
    let mut made = http::Request::builder().method(request.method.as_str()).uri(url);
    for (name, value) in &request.headers {
        made = made.header(*name, value);
    }
    made.body(request.body.clone().unwrap_or_default().into())
        .map_err(|error| Lost::NotSent(error.to_string()))
}

struct Known;

impl Secrets for Known {
    fn get(&mut self, name: &str) -> Result<Option<String>, NoSecrets> {
        Ok(match name {
            "instance_url" => Some("org12345.crm.dynamics.com".to_owned()),
            "access_token" => Some("token".to_owned()),
            _ => None,
        })
    }

    fn set(&mut self, _name: &str, _value: &str) {}
}

struct Stopped;

impl Clock for Stopped {
    fn now(&mut self) -> i64 {
        host_test::Harness::START
    }

    fn ticks(&mut self) -> u64 {
        0
    }

    fn wait(&mut self, _milliseconds: u64) {}

    fn random(&mut self) -> [u8; 16] {
        [7; 16]
    }
}
