//! A request to the Web API, from its token to its handler.
//!
//! `Accept`, `OData-Version` and `OData-MaxVersion` are ignored: every answer is JSON with
//! `odata.metadata=minimal`, even if the request asks for `none` or `full`.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use serde_json::json;

use super::arrival::Arrival;
use super::{Dataverse, catalogue, unauthorized};
use crate::answer::{self, Frame};
use crate::cell::Cell;
use crate::exchange::{Exchange, Reply};
use crate::problem::Problem;
use crate::settings::DisabledUserStatus;
use crate::token::challenge::Challenge;
use crate::world::World;
use crate::{batch, csdl, metadata, records, route, total_count, whoami};

/// The longest URL of a GET
/// ([overview](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview)).
const LONGEST_URL: usize = 32_768;

/// Answers, and allows pages of other origins to read the answer.
pub(crate) fn answer(
    dataverse: &mut Dataverse,
    request: &Request<Bytes>,
    arrival: &Arrival,
    target: (&str, &str),
    frame: Frame,
) -> Response<Bytes> {
    let mut response = answer_plainly(dataverse, request, arrival, target, frame);
    if let Some(origin) = request.headers().get(header::ORIGIN) {
        let name = header::ACCESS_CONTROL_ALLOW_ORIGIN;
        response.headers_mut().insert(name, origin.clone());
    }
    response
}

/// Checks token and limits, then lets the handler answer.
fn answer_plainly(
    dataverse: &mut Dataverse,
    request: &Request<Bytes>,
    arrival: &Arrival,
    (version, resource): (&str, &str),
    mut frame: Frame,
) -> Response<Bytes> {
    if request.method() == Method::OPTIONS {
        return preflight(&frame, request);
    }
    let refuse = |frame: &Frame, problem| answer::refuse(frame, request.headers(), problem);
    let settings = &dataverse.world.settings;
    if settings.authentication {
        let value = request.headers().get(header::AUTHORIZATION);
        let value = value.and_then(|value| value.to_str().ok());
        let origin = settings.check_audience.then_some(arrival.origin.as_str());
        match dataverse.tokens.check(value, origin, frame.now) {
            Ok(subject) if dataverse.tokens.is_member(&subject) => {}
            Ok(_) => return refuse(&frame, Problem::not_a_member()),
            Err(_) => {
                let authority = arrival.sign_in_origin(settings);
                let tenant = &settings.tenant_id;
                let header = Challenge::Plain.header(&authority, tenant, &arrival.origin);
                return unauthorized(&frame, header);
            }
        }
    }
    if let Err(problem) = enabled(&dataverse.world) {
        return refuse(&frame, problem);
    }
    match dataverse.limits.take(settings, frame.now) {
        Ok(remaining) => frame.remaining = remaining,
        Err(problem) => return refuse(&frame, problem),
    }
    let url = request.uri().path_and_query().map_or(0, |rest| rest.as_str().len());
    if request.method() == Method::GET && url > LONGEST_URL {
        // The documentation gives the limit but not the answer; the status is the one of HTTP
        // (inferred).
        let problem = Problem::new(StatusCode::URI_TOO_LONG, "", "The request URL is too long.");
        return refuse(&frame, problem);
    }
    let exchange = Exchange {
        method: request.method().clone(),
        origin: arrival.origin.clone(),
        version: version.to_owned(),
        resource: resource.to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request.headers().clone(),
        body: request.body().clone(),
    };
    dataverse.world.follow_settings();
    match dispatch(&mut dataverse.world, &exchange) {
        Ok(reply) => answer::dress(&frame, reply),
        Err(problem) => refuse(&frame, problem),
    }
}

/// Refuses all requests of a disabled user, and all requests to a disabled organization.
fn enabled(world: &World) -> Result<(), Problem> {
    if world.settings.organization_is_disabled {
        return Err(Problem::organization_disabled());
    }
    let caller = world.row("systemuser", world.caller);
    if caller.is_some_and(|row| *row.get("isdisabled") == Cell::Bool(true)) {
        let status = match world.settings.disabled_user_status {
            DisabledUserStatus::Forbidden => StatusCode::FORBIDDEN,
            DisabledUserStatus::BadRequest => StatusCode::BAD_REQUEST,
        };
        return Err(Problem::disabled_user(status, &world.caller.to_string()));
    }
    Ok(())
}

/// Calls the handler of the first segment.
fn dispatch(world: &mut World, exchange: &Exchange) -> Result<Reply, Problem> {
    // Acting as another user changes creators and access, so it cannot be ignored.
    for name in ["MSCRMCallerID", "CallerObjectId"] {
        if exchange.headers.contains_key(name) {
            return Err(Problem::not_modelled(&format!("Impersonation by the header '{name}'")));
        }
    }
    let segment = route::first_name(&exchange.resource);
    match segment.as_str() {
        "" => service_document(world, exchange),
        "WhoAmI" => whoami::answer(world, exchange),
        "CreateEntities" => metadata::create_entities(world, exchange),
        "EntityDefinitions" | "GlobalOptionSetDefinitions" => metadata::answer(world, exchange),
        "$batch" => batch::answer(world, exchange, dispatch),
        "$metadata" => csdl::answer(world, exchange),
        "RetrieveTotalRecordCount" => total_count::answer(world, exchange),
        "RetrieveProvisionedLanguages" => languages(world, exchange),
        "RetrieveVersion" => version(exchange),
        name if catalogue::is_not_modelled(name) => Err(Problem::not_modelled(name)),
        _ => records::answer(world, exchange),
    }
}

/// The platform's version, taken from the captured rows in the reference.
fn version(exchange: &Exchange) -> Result<Reply, Problem> {
    if !matches!(exchange.method, Method::GET | Method::HEAD) {
        return Err(Problem::method_not_allowed(&exchange.method));
    }
    let root = exchange.service_root();
    let context = format!("{root}$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse");
    Ok(Reply::ok(json!({"@odata.context": context, "Version": "9.2.1.1020"})))
}

/// The installed languages, the base language first.
fn languages(world: &World, exchange: &Exchange) -> Result<Reply, Problem> {
    if !matches!(exchange.method, Method::GET | Method::HEAD) {
        return Err(Problem::method_not_allowed(&exchange.method));
    }
    let root = exchange.service_root();
    let response = "RetrieveProvisionedLanguagesResponse";
    let context = format!("{root}$metadata#Microsoft.Dynamics.CRM.{response}");
    let languages = world.settings.languages();
    Ok(Reply::ok(json!({"@odata.context": context, "RetrieveProvisionedLanguages": languages})))
}

/// Names and URLs of all entity sets.
fn service_document(world: &World, exchange: &Exchange) -> Result<Reply, Problem> {
    if !matches!(exchange.method, Method::GET | Method::HEAD) {
        return Err(Problem::method_not_allowed(&exchange.method));
    }
    let mut names: Vec<&str> =
        world.schema.tables.values().map(|table| table.set_name.as_str()).collect();
    names.extend(["EntityDefinitions", "GlobalOptionSetDefinitions"]);
    names.sort_unstable();
    let sets = names.iter().map(|name| json!({"name": name, "kind": "EntitySet", "url": name}));
    Ok(Reply::ok(json!({
        "@odata.context": format!("{}$metadata", exchange.service_root()),
        "value": sets.collect::<Vec<_>>(),
    })))
}

/// Answers a CORS preflight, which carries no token.
fn preflight(frame: &Frame, request: &Request<Bytes>) -> Response<Bytes> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let mut reply = Reply::no_content();
    reply.status = StatusCode::OK;
    if request.headers().contains_key(header::ORIGIN) {
        let asked = header(header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or("authorization");
        reply = reply
            .with("Access-Control-Allow-Headers", asked)
            .with("Access-Control-Allow-Methods", "GET,POST,PATCH,PUT,DELETE,OPTIONS");
    }
    answer::dress(frame, reply)
}
