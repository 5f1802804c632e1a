//! The page's API: the actions, a call, its requests while it runs, and the simulator.

use bytes::Bytes;
use host_test::actions::Failure;
use host_test::{Error, Measured, Recorder};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use super::{Inspector, faults, har, wire};

/// An organization that the host does not allow.
const ELSEWHERE: &str = "https://elsewhere.crm.dynamics.com";

/// The parameters whose values come from an action's rows: parameter, action, list, value, label.
const PICKS: [[&str; 5]; 7] = [
    ["account_id", "list_accounts", "accounts", "accountid", "name"],
    ["regarding_account_id", "list_accounts", "accounts", "accountid", "name"],
    ["contact_id", "find_contact", "contacts", "contactid", "fullname"],
    ["appointment_id", "list_appointments", "appointments", "activityid", "subject"],
    ["category", "list_appointment_category_options", "options", "value", "label"],
    ["solution_id", "list_solution_id_options", "solutions", "value", "label"],
    ["search_term", "list_accounts", "accounts", "name", "name"],
];

/// A refused request from the page.
pub(super) struct Refused(pub(super) StatusCode, pub(super) String);

/// The JSON sent to the page.
pub(super) type Answered = Result<Vec<u8>, Refused>;

/// Answers a request from the page.
pub(super) async fn answer(inspector: &Inspector, request: Request<Bytes>) -> Answered {
    let path = request.uri().path().to_owned();
    match (request.method().as_str(), path.as_str()) {
        ("GET", "/api/start") => Ok(told(&start(inspector))),
        ("GET", "/api/progress") => Ok(told(&progress(inspector))),
        ("GET", "/api/har") => archive(inspector),
        ("POST", "/api/call") => call(inspector, request.body()).await,
        ("POST", "/api/escape") => Ok(told(&escape(inspector).await)),
        ("GET", path) if path.starts_with("/api/pick/") => {
            pick(inspector, path.trim_start_matches("/api/pick/")).await
        }
        (method, path) if path.starts_with("/api/sim/") => simulator(inspector, method, &request),
        _ => Err(Refused(StatusCode::NOT_FOUND, format!("unknown path `{path}`"))),
    }
}

fn told(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn bad(error: impl std::fmt::Display) -> Refused {
    Refused(StatusCode::BAD_REQUEST, error.to_string())
}

/// The data that the page starts with.
fn start(inspector: &Inspector) -> Value {
    let actions = inspector.manifest["actions"].as_array().cloned().unwrap_or_default();
    let actions = actions.into_iter().map(|mut action| {
        let name = action["name"].as_str().unwrap_or_default().to_owned();
        action["writes"] = json!((inspector.writes)(&name));
        if let Some(members) = action.as_object_mut() {
            members.remove("output_schema");
        }
        action
    });
    let url = inspector.secrets.get("instance_url").unwrap_or_default();
    let switches = faults::SWITCHES.iter().filter(|_| inspector.simulator.is_some()).map(
        |switch| json!({ "name": switch.name, "label": switch.label, "meaning": switch.meaning }),
    );
    json!({
        "organization": url,
        "simulated": inspector.simulator.is_some(),
        "actions": actions.collect::<Vec<_>>(),
        "faults": switches.collect::<Vec<_>>(),
        "picks": PICKS.map(|[parameter, ..]| parameter),
        "imports": inspector.imports,
    })
}

fn progress(inspector: &Inspector) -> Value {
    let latest = inspector.latest();
    let exchanges = latest.as_ref().map(|recorder| recorder.exchanges()).unwrap_or_default();
    let elapsed = latest.map(|recorder| recorder.elapsed()).unwrap_or_default();
    json!({ "exchanges": wire::exchanges(&exchanges), "elapsed": elapsed.as_secs_f64() * 1_000.0 })
}

fn archive(inspector: &Inspector) -> Answered {
    let none = || Refused(StatusCode::NOT_FOUND, "no call has been made yet".to_owned());
    let recorder = inspector.latest().ok_or_else(none)?;
    Ok(told(&har::archive(&recorder.exchanges(), recorder.began())))
}

/// Runs an action, with a fault if the page asks for one.
async fn call(inspector: &Inspector, body: &Bytes) -> Answered {
    let told_call: Value = serde_json::from_slice(body).map_err(bad)?;
    let action = told_call["action"].as_str().ok_or_else(|| bad("no action"))?;
    let writes = (inspector.writes)(action);
    if writes && inspector.simulator.is_none() && told_call["may_write"] != true {
        let why =
            format!("`{action}` would change your organization: turn on `Allow writes` first");
        return Err(Refused(StatusCode::FORBIDDEN, why));
    }
    if let Some(server) = &inspector.simulator {
        let name = told_call["fault"].as_str().unwrap_or("none");
        faults::tell(&mut server.dataverse(), name)
            .ok_or_else(|| bad(format!("unknown fault `{name}`")))?;
    }
    let recorder = inspector.begin();
    let input = told_call["input"].to_string();
    let ran = inspector.connector.run_recorded(&inspector.secrets, action, &input, &recorder).await;
    if let Some(server) = &inspector.simulator {
        server.dataverse().forget_faults();
    }
    Ok(told(&result(&recorder, ran)))
}

fn result(recorder: &Recorder, ran: Result<Measured<Result<String, Failure>>, Error>) -> Value {
    let took = recorder.elapsed().as_secs_f64() * 1_000.0;
    let mut result = json!({ "took": took, "exchanges": wire::exchanges(&recorder.exchanges()) });
    match ran {
        Ok(measured) => {
            result["memory"] = json!(measured.peak_memory);
            result["instructions"] = json!(measured.instructions);
            match measured.value {
                // The text is unchanged, so that the page shows numbers exactly.
                Ok(answer) => result["answer"] = json!(answer),
                Err(failure) => result["failure"] = wire::failure(&failure),
            }
        }
        Err(error) => result["ended"] = json!(error.to_string()),
    }
    result
}

/// Gives the component another organization's URL, in a host that allows only the real one.
async fn escape(inspector: &Inspector) -> Value {
    let secrets = host_test::Secrets::new()
        .with("instance_url", ELSEWHERE)
        .with("access_token", "worth-nothing");
    let recorder = Recorder::new();
    let ran = inspector.caged.run_recorded(&secrets, "list_accounts", "{}", &recorder).await;
    result(&recorder, ran)
}

/// The values that a parameter may have, from the rows of another action.
async fn pick(inspector: &Inspector, parameter: &str) -> Answered {
    let known = PICKS.iter().find(|[name, ..]| *name == parameter);
    let [_, action, list, value, label] =
        known.ok_or_else(|| bad(format!("`{parameter}` has no rows to pick from")))?;
    let input = if *action == "find_contact" { json!({ "name": "a" }) } else { json!({}) };
    let answer = inspector
        .connector
        .invoke(&inspector.offering, action, &input.to_string())
        .await
        .map_err(bad)?;
    let answer: Value = serde_json::from_str(&answer).map_err(bad)?;
    if answer["success"] != true {
        return Err(bad(answer["error"].as_str().unwrap_or_default()));
    }
    let rows = answer[*list].as_array().cloned().unwrap_or_default();
    let rows = rows.iter().map(|row| json!({ "value": row[*value], "label": row[*label] }));
    Ok(told(&json!({ "rows": rows.collect::<Vec<_>>() })))
}

/// Forwards a request to the simulator's control interface.
fn simulator(inspector: &Inspector, method: &str, request: &Request<Bytes>) -> Answered {
    let none = || {
        Refused(
            StatusCode::NOT_FOUND,
            "the page shows a real organization, so it has no simulator".to_owned(),
        )
    };
    let server = inspector.simulator.as_ref().ok_or_else(none)?;
    if method != "GET" && (method, request.uri().path()) != ("POST", "/api/sim/reset") {
        return Err(Refused(
            StatusCode::METHOD_NOT_ALLOWED,
            "the page may only read from the simulator and reset it".to_owned(),
        ));
    }
    let target = request.uri().to_string();
    let target = target.replacen("/api/sim/", "/_sim/", 1);
    let asked =
        Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap_or_default());
    let asked = asked.uri(target).body(Bytes::new()).map_err(bad)?;
    let answer: Response<Bytes> = server.control(&asked);
    Ok(answer.into_body().to_vec())
}
