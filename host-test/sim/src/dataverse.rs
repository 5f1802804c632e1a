//! The organization as a whole: answers requests.

mod arrival;
mod catalogue;
mod choice_column;
mod faults;
mod snapshot;
mod tokens;
mod web_api;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use uuid::Uuid;

use crate::answer::{self, Frame};
use crate::delivery::Delivery;
use crate::fault::{self, Fault, Faults, Occasion, Sought};
use crate::journal::Journal;
use crate::limits::Limits;
use crate::otherwise::{self, Taken};
use crate::problem::{Limit, Problem};
use crate::route::{self, Route};
use crate::token::challenge::{self, Challenge};
use crate::token::endpoint;
use crate::token::request::SignIn;
use crate::token::{ClientRegistration, Tokens};
use crate::whoami;
use crate::world::World;
use arrival::Arrival;
pub use choice_column::Global;
pub use snapshot::Snapshot;

/// A Dataverse organization with its sign-in service, without I/O or threads. It is deterministic:
/// the same requests get the same answers.
#[derive(Debug)]
pub struct Dataverse {
    /// Tables, rows, clock and settings.
    pub world: World,
    journal: Journal,
    tokens: Tokens,
    faults: Faults,
    limits: Limits,
    requests: u64,
}

/// The confidential client of every organization.
const CLIENT: (&str, &str) = ("11112222-bbbb-3333-cccc-4444dddd5555", "simulated-client-secret");

/// The public client, for interactive sign-in.
pub(crate) const PUBLIC_CLIENT: &str = "22223333-cccc-4444-dddd-5555eeee6666";

impl Dataverse {
    /// An organization with this content and two applications ([`Dataverse::client`],
    /// [`Dataverse::public_client`]).
    pub fn new(world: World) -> Self {
        let mut tokens = Tokens::default();
        tokens.register(ClientRegistration::new(CLIENT.0, CLIENT.1, &world.settings.tenant_id));
        let public = ClientRegistration::new(PUBLIC_CLIENT, "", &world.settings.tenant_id);
        tokens.register(ClientRegistration { application_user: false, ..public });
        Dataverse {
            world,
            journal: Journal::default(),
            tokens,
            faults: Faults::default(),
            limits: Limits::default(),
            requests: 0,
        }
    }

    /// Answers a request. The URI may be absolute, or a path with a `Host` header.
    ///
    /// A response cannot express transport faults; [`Dataverse::deliver`] can.
    pub fn handle(&mut self, request: Request<Bytes>) -> Response<Bytes> {
        self.deliver(request).into_response()
    }

    /// Answers a request, or describes how the connection fails.
    pub fn deliver(&mut self, request: Request<Bytes>) -> Delivery {
        let arrival = Arrival::of(&request, &self.world.settings);
        self.journal.record(&request, &arrival.authority);
        let delivery = match self.decide(&request, &arrival) {
            Delivery::Whole(response) => {
                let World { settings, schema, .. } = &self.world;
                Delivery::Whole(otherwise::after(settings, schema, &request, response))
            }
            other => other,
        };
        let delivery = match delivery {
            Delivery::Whole(response) if request.method() == http::Method::HEAD => {
                Delivery::Whole(response.map(|_| Bytes::new()))
            }
            other => other,
        };
        self.journal.answered(delivery.response().map(|response| response.status().as_u16()));
        delivery
    }

    /// Answers one of several concurrent requests; too many are refused.
    pub fn deliver_among(&mut self, request: Request<Bytes>, at_once: usize) -> Delivery {
        let settings = &self.world.settings;
        let most = settings.concurrency_limit;
        let crowded = settings.enforce_limits && usize::try_from(most).is_ok_and(|n| at_once > n);
        if !crowded || !matches!(route::route(request.uri()), Route::WebApi { .. }) {
            return self.deliver(request);
        }
        let arrival = Arrival::of(&request, settings);
        // The wait is not documented (inferred).
        let problem =
            Problem::throttled(Limit::Concurrency, most.into(), settings.window.as_secs())
                .with("Retry-After", "1");
        self.journal.record(&request, &arrival.authority);
        let frame = self.frame();
        let response = answer::refuse(&frame, request.headers(), problem);
        self.journal.answered(Some(response.status().as_u16()));
        Delivery::Whole(response)
    }

    /// All requests so far.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// All requests so far, mutable: [`Journal::clear`] removes them.
    pub fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// Moves a fixed clock forward.
    pub fn advance(&mut self, by: Duration) {
        self.world.clock.advance(by);
    }

    fn decide(&mut self, request: &Request<Bytes>, arrival: &Arrival) -> Delivery {
        let frame = self.frame();
        let route = route::route(request.uri());
        let (segment, is_service) = match &route {
            Route::WebApi { resource, .. } => (route::first_name(resource), true),
            Route::SignIn { path, .. } if path.ends_with("/token") => ("token".to_owned(), true),
            Route::SignIn { path, .. } if path.ends_with("/devicecode") => {
                ("devicecode".to_owned(), true)
            }
            _ => (String::new(), false),
        };
        let sought = Sought { method: request.method(), resource: &segment };
        let fault = if is_service { self.faults.take(&sought) } else { None };
        let Some(fault) = fault else {
            return Delivery::Whole(self.respond(request, arrival, &route, &frame));
        };

        let settings = &self.world.settings;
        let authority = arrival.sign_in_origin(settings);
        let tenant = settings.tenant_id.clone();
        let table = self.table_of(&segment);
        let url = arrival.url(request.uri());
        let refuse = |problem: Problem| answer::refuse(&frame, request.headers(), problem);
        let challenge = |kind: Challenge| {
            let header = kind.header(&authority, &tenant, &arrival.origin);
            unauthorized(&frame, header)
        };
        let occasion = Occasion {
            now: frame.dated,
            table: &table,
            url: &url,
            refuse: &refuse,
            challenge: &challenge,
        };
        if let Some(delivery) = fault::before(&fault, &occasion) {
            return delivery;
        }
        let refresh_token = form_field(request.body(), "refresh_token");
        let revoked = refresh_token.unwrap_or_default();
        if matches!(fault, Fault::RevokedRefreshToken) {
            self.tokens.revoke_refresh(&revoked);
        }
        let response = self.respond(request, arrival, &route, &frame);
        if matches!(fault, Fault::RotatedRefreshToken) {
            self.tokens.revoke_refresh(&revoked);
        }
        fault::after(&fault, response, &occasion)
    }

    fn respond(
        &mut self,
        request: &Request<Bytes>,
        arrival: &Arrival,
        route: &Route,
        frame: &Frame,
    ) -> Response<Bytes> {
        let lengths = &self.world.settings.otherwise.lengths;
        self.world.schema.set_lengths("appointment", lengths);
        let world = &self.world;
        match otherwise::before(&world.settings, &world.schema, request) {
            Taken::Itself => self.respond_as_asked(request, arrival, route, frame),
            Taken::For(other) => self.respond_as_asked(&other, arrival, route, frame),
            Taken::Refused(turned) => {
                let code = turned.code.as_deref().unwrap_or_default();
                let problem = Problem::new(turned.status, code, "The organization refuses it.");
                answer::refuse(frame, request.headers(), problem)
            }
        }
    }

    fn respond_as_asked(
        &mut self,
        request: &Request<Bytes>,
        arrival: &Arrival,
        route: &Route,
        frame: &Frame,
    ) -> Response<Bytes> {
        let refuse = |problem| answer::refuse(frame, request.headers(), problem);
        match route {
            Route::WebApi { version, resource } => {
                web_api::answer(self, request, arrival, (version, resource), frame.clone())
            }
            Route::SignIn { tenant, path } => {
                let ask = SignIn {
                    method: request.method(),
                    tenant,
                    path,
                    query: request.uri().query().unwrap_or_default(),
                    headers: request.headers(),
                    body: request.body(),
                    origin: &arrival.origin,
                    now: frame.now,
                    ids: (frame.ids[0], frame.ids[1]),
                };
                endpoint::answer(&mut self.tokens, &self.world.settings, &ask)
            }
            Route::NoSuchVersion(version) => refuse(Problem::no_such_segment(version)),
            Route::NotModelled(what) => refuse(Problem::not_modelled(what)),
            Route::Nowhere => {
                let status = http::StatusCode::NOT_FOUND;
                let body = "HTTP Error 404 - Not Found".to_owned();
                answer::text(frame, status, Vec::new(), body, "text/plain; charset=utf-8")
            }
        }
    }

    /// The logical name of an entity set's table, or the segment itself.
    fn table_of(&self, segment: &str) -> String {
        let tables = self.world.schema.tables.values();
        let table = tables.into_iter().find(|table| table.set_name == segment);
        table.map_or_else(|| segment.to_owned(), |table| table.logical_name.clone())
    }

    fn frame(&mut self) -> Frame {
        self.requests += 1;
        let id = |what: &str| {
            let name = format!("{what} {}", self.requests);
            Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
        };
        Frame {
            now: self.world.now(),
            dated: self.world.now().saturating_add(self.world.settings.date_skew),
            ids: [id("gateway"), id("server"), id("activity")],
            organization: whoami::organization(&self.world),
            dop_hint: self.world.settings.dop_hint,
            remaining: self.limits.remaining(&self.world.settings),
        }
    }
}

/// The 401 of Dataverse: a challenge and plain text.
fn unauthorized(frame: &Frame, header: String) -> Response<Bytes> {
    let headers = vec![("WWW-Authenticate", header)];
    let status = http::StatusCode::UNAUTHORIZED;
    let body = challenge::BODY.to_owned();
    answer::text(frame, status, headers, body, "text/plain; charset=utf-8")
}

fn form_field(body: &[u8], name: &str) -> Option<String> {
    let mut fields = form_urlencoded::parse(body);
    fields.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests;
