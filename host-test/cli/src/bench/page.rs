//! A page of contacts in Dataverse's form, with every column, created once and returned unchanged.

use std::future::Future;

use bytes::Bytes;
use dataverse_sim::{Dataverse, Seed, World};
use http::{Response, StatusCode, header};
use tokio::runtime::{Builder, Runtime};

use super::MeasureError;
use super::native::{to_http, with};
use host_test::Backend;
use host_test::Secrets;
use host_test::{Connector, Settings};

/// The simulator's contacts.
pub(super) const FILTER: &str = "createdon ne null";

/// The response body for `find_contact` with this many contacts.
pub(super) fn body(rows: usize) -> Result<Bytes, MeasureError> {
    let mut world = World::new(&Seed { contacts: rows, ..Seed::default() });
    world.settings.authentication = false;
    world.settings.enforce_limits = false;
    let mut dataverse = Dataverse::new(world);
    let mut body = Bytes::new();
    let mut transport = |request: &sales::http::Request| {
        let answer = dataverse.handle(to_http(request)?);
        let status = answer.status().as_u16();
        body = answer.into_body();
        Ok(sales::http::Response { status, headers: Vec::new(), body: body.to_vec() })
    };
    let input = sales::contract::FindContactInput {
        contact_id: None,
        name: None,
        filter: Some(FILTER.to_owned()),
    };
    let found = with(&mut transport, |outside| {
        sales::action::run::<sales::actions::FindContact>(input, outside)
    });
    match found {
        Ok(found) if found.len() == rows => Ok(body),
        Ok(found) => {
            Err(MeasureError::Wrong(format!("{} of {rows} contacts were found", found.len())))
        }
        Err(problem) => Err(MeasureError::Wrong(problem.message.clone())),
    }
}

/// The component, with this in-process response to every request.
pub(super) struct Answered {
    runtime: Runtime,
    pub(super) connector: Connector,
    pub(super) secrets: Secrets,
}

impl Answered {
    /// With this body; the response declares its length if `announced`, otherwise it is chunked.
    pub(super) fn with(body: &Bytes, announced: bool) -> Result<Self, MeasureError> {
        let mut answer = Response::new(body.clone());
        *answer.status_mut() = StatusCode::OK;
        let json = header::HeaderValue::from_static("application/json; odata.metadata=minimal");
        answer.headers_mut().insert(header::CONTENT_TYPE, json);
        if announced {
            answer.headers_mut().insert(header::CONTENT_LENGTH, body.len().into());
        }
        let secrets = Secrets::new()
            .with("instance_url", "org12345.crm.dynamics.com")
            .with("access_token", "token");
        let backend = Backend::Canned(answer);
        let connector = Connector::new(Settings { backend, ..Settings::default() })?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Answered { runtime, connector, secrets })
    }

    /// Waits for a call.
    pub(super) fn wait<T>(
        &self,
        call: impl Future<Output = Result<T, host_test::Error>>,
    ) -> Result<T, MeasureError> {
        Ok(self.runtime.block_on(call)?)
    }
}
