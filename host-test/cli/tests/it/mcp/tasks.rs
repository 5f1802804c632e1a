//! Typical user requests, and whether a model can fulfil them at the first try with the server's
//! descriptions.
//!
//! `tasks.toml` has the tasks: the words, and the calls that fulfil them. An argument refers to an
//! earlier answer as `{1/accounts/0/accountid}`: the number of the answer, then a JSON pointer into
//! it. `fails` names the kind of a call's failure, and `faults` the organization's faults, in the
//! form of `sim --fault`. The expected results: `says` has values of answers, `counts` the lengths
//! of their lists, `stored` the number of rows in the simulator's own Web API. `categories` makes
//! the category of appointments a choice with these options.
//!
//! A call may use only what a model can know: its arguments are valid by the tool's input schema,
//! its ids and addresses occurred before, and the columns of a filter are in the tool's schema or
//! in the resource of its table.

mod knowable;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use dataverse_sim::{Dataverse, Global, Row, Seed, Server};
use jsonschema::Validator;
use serde::Deserialize;
use serde_json::{Value, json};

use super::pipe::Pipe;
use crate::support::simulator::simulator;
use knowable::Said;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tasks {
    context: String,
    appointment: Vec<Appointment>,
    task: Vec<Task>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Appointment {
    subject: String,
    start: String,
    end: String,
    account: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Task {
    words: String,
    #[serde(default)]
    categories: Vec<String>,
    calls: Vec<Call>,
    #[serde(default)]
    says: BTreeMap<String, Value>,
    #[serde(default)]
    counts: BTreeMap<String, usize>,
    #[serde(default)]
    stored: Vec<Stored>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    tool: String,
    arguments: Value,
    fails: Option<String>,
    #[serde(default)]
    faults: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    query: String,
    rows: usize,
}

fn tasks() -> Tasks {
    toml::from_str(include_str!("tasks.toml")).unwrap()
}

#[test]
fn each_of_thirty_tasks_is_done_at_the_first_try() {
    let tasks = tasks();
    assert_eq!(tasks.task.len(), 30);
    let (server, token) = organization(&tasks.appointment);
    let secrets = [("instance_url", server.url()), ("access_token", token.clone())];
    let secrets = secrets.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut pipe = Pipe::start_with(&["--structured"], &secrets);
    pipe.initialize();
    let mut desk = Desk { tools: tools(&mut pipe), pipe, server, token };
    let before = desk.server.dataverse().snapshot();
    let mut wrong = Vec::new();
    for task in &tasks.task {
        desk.server.dataverse().restore(&before);
        if let Err(reason) = desk.solve(task, &tasks.context) {
            wrong.push(format!("{}\n    {reason}", task.words));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_tasks_need_every_tool() {
    let tasks = tasks();
    let calls = tasks.task.iter().flat_map(|task| &task.calls);
    let called: BTreeSet<&str> = calls.map(|call| call.tool.as_str()).collect();
    let manifest = super::manifest();
    let actions = manifest["actions"].as_array().unwrap().iter();
    assert_eq!(called, actions.map(|action| action["name"].as_str().unwrap()).collect());
}

/// The simulator with these appointments in addition to its own.
fn organization(appointments: &[Appointment]) -> (Server, String) {
    let (server, token) = simulator();
    let mut dataverse = server.dataverse();
    for appointment in appointments {
        let is_its = |row: &&Row| row.text("name") == Some(&appointment.account);
        let account = dataverse.world.rows("account").find(is_its).unwrap().id();
        let row = json!({
            "subject": appointment.subject,
            "scheduledstart": appointment.start,
            "scheduledend": appointment.end,
            "statecode": 3,
            "_regardingobjectid_value": account.to_string(),
            "_ownerid_value": Seed::user(1).to_string(),
        });
        dataverse.world.insert("appointment", row.as_object().unwrap().clone()).unwrap();
    }
    drop(dataverse);
    (server, token)
}

/// A tool in the server's description.
struct Tool {
    described: Value,
    /// The columns of the table that it filters.
    columns: String,
    input: Validator,
    output: Validator,
}

fn tools(pipe: &mut Pipe) -> BTreeMap<String, Tool> {
    let listed = pipe.ask("tools/list", json!({}));
    let described = listed["result"]["tools"].as_array().unwrap().iter();
    let tools = described.map(|described| {
        let name = described["name"].as_str().unwrap();
        let table = match name {
            "list_accounts" => Some("account"),
            "find_contact" => Some("contact"),
            "list_appointments" => Some("appointment"),
            _ => None,
        };
        let columns = table.map_or_else(String::new, |table| {
            let uri = format!("dataverse://tables/{table}");
            pipe.ask("resources/read", json!({"uri": uri})).to_string()
        });
        let validator = |schema: &Value| {
            jsonschema::options().should_validate_formats(true).build(schema).unwrap()
        };
        let tool = Tool {
            columns,
            input: validator(&described["inputSchema"]),
            output: validator(&described["outputSchema"]),
            described: described.clone(),
        };
        (name.to_owned(), tool)
    });
    tools.collect()
}

/// The environment of a task.
struct Desk {
    pipe: Pipe,
    tools: BTreeMap<String, Tool>,
    server: Server,
    token: String,
}

impl Desk {
    fn solve(&mut self, task: &Task, context: &str) -> Result<(), String> {
        if !task.categories.is_empty() {
            let options = (1..).zip(task.categories.iter().map(String::as_str));
            let options: Vec<(i64, &str)> = options.collect();
            let mut dataverse = self.server.dataverse();
            assert!(dataverse.add_choice_column("appointment", "category", &options, Global::No));
        }
        let mut said = Said::new(&[context, &task.words]);
        let mut answers = Vec::new();
        for call in &task.calls {
            let answer = self
                .call(call, &answers, &said)
                .map_err(|reason| format!("call {}, {}: {reason}", answers.len() + 1, call.tool))?;
            said.add(&answer.to_string());
            answers.push(answer);
        }
        for (place, expected) in &task.says {
            let given = at(&answers, place)?;
            if given != expected {
                return Err(format!("{place} is {given} (expected {expected})"));
            }
        }
        for (place, expected) in &task.counts {
            let given = at(&answers, place)?.as_array().map(Vec::len);
            if given != Some(*expected) {
                return Err(format!("{place} has {given:?} rows (expected {expected})"));
            }
        }
        for stored in &task.stored {
            let query = filled(&stored.query, &answers)?;
            let rows = self.rows(&query)?;
            if rows != stored.rows {
                return Err(format!("{query} finds {rows} rows (expected {})", stored.rows));
            }
        }
        Ok(())
    }

    /// Calls a tool like a model that knows the conversation; returns the answer.
    fn call(&mut self, call: &Call, answers: &[Value], said: &Said) -> Result<Value, String> {
        let arguments = resolved(&call.arguments, answers)?;
        let tool = self.tools.get(&call.tool).ok_or("there is no such tool")?;
        valid(&tool.input, &arguments)?;
        said.knows(&arguments)?;
        if let Some(filter) = arguments["filter"].as_str() {
            let schema = tool.described.to_string();
            knowable::columns(filter, &[&schema, &tool.columns])?;
        }
        for fault in &call.faults {
            self.server.dataverse().tell_by_text(fault).map_err(|error| error.to_string())?;
        }
        let result = self.pipe.call(&call.tool, arguments);
        let dataverse = &mut self.server.dataverse();
        if dataverse.faults_left() > 0 {
            return Err("a fault did not come about".to_owned());
        }
        let answer = result["structuredContent"].clone();
        valid(&tool.output, &answer)?;
        let failed = answer["failure"]["kind"].as_str();
        if failed != call.fails.as_deref() {
            return Err(format!("fails with {failed:?} (expected {:?}): {answer}", call.fails));
        }
        Ok(answer)
    }

    /// The number of rows that the simulator's Web API finds.
    fn rows(&self, query: &str) -> Result<usize, String> {
        let request = http::Request::get(format!("/api/data/v9.2/{}", query.replace(' ', "%20")))
            .header("host", "org12345.crm.dynamics.com")
            .header("authorization", format!("Bearer {}", self.token))
            .body(Bytes::new())
            .unwrap();
        let dataverse: &mut Dataverse = &mut self.server.dataverse();
        let answer = dataverse.handle(request);
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let rows = body["value"].as_array().map(Vec::len);
        rows.ok_or_else(|| format!("{query} is answered {}: {body}", answer.status()))
    }
}

fn valid(schema: &Validator, json: &Value) -> Result<(), String> {
    let errors = schema.iter_errors(json);
    let errors: Vec<String> =
        errors.map(|error| format!("{} at `{}`", error, error.instance_path())).collect();
    if errors.is_empty() { Ok(()) } else { Err(format!("{}: {json}", errors.join("; "))) }
}

/// The value at this place: the number of an answer, and a pointer into it.
fn at<'a>(answers: &'a [Value], place: &str) -> Result<&'a Value, String> {
    let (number, _) = place.split_once('/').ok_or_else(|| format!("`{place}` is no place"))?;
    let number: usize = number.parse().map_err(|_| format!("`{place}` has no number"))?;
    let answer = number.checked_sub(1).and_then(|index| answers.get(index));
    let pointer = &place[number.to_string().len()..];
    let found = answer.and_then(|answer| answer.pointer(pointer));
    found.ok_or_else(|| format!("there is nothing at {place}: {answer:?}"))
}

/// The arguments with values from earlier answers.
fn resolved(arguments: &Value, answers: &[Value]) -> Result<Value, String> {
    Ok(match arguments {
        Value::String(text) => match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
        {
            Some(place) if !place.contains('{') => at(answers, place)?.clone(),
            _ => filled(text, answers)?.into(),
        },
        Value::Array(items) => {
            items.iter().map(|item| resolved(item, answers)).collect::<Result<_, _>>()?
        }
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| Ok((name.clone(), resolved(value, answers)?)))
                .collect::<Result<_, String>>()?,
        ),
        other => other.clone(),
    })
}

/// A text with values from earlier answers.
fn filled(text: &str, answers: &[Value]) -> Result<String, String> {
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (place, rest) = part.split_once('}').ok_or("a place does not end")?;
        match at(answers, place)? {
            Value::String(text) => filled.push_str(text),
            other => filled.push_str(&other.to_string()),
        }
        filled.push_str(rest);
    }
    Ok(filled)
}
