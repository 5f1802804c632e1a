//! Every action under every setting of the simulator: however an organization differs, the caller
//! gets the same output or a clear failure, and the stored rows match it.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use dataverse_sim::{Seed, Setting, Settings};
use host_test::Harness;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::inputs::contoso_solution;

/// Values for the settings whose values cannot be listed. Settings without any do not affect the
/// organization's responses.
const VALUES: [(&str, &[&str]); 35] = [
    ("origin", &[]),
    ("authority", &[]),
    ("tenant_id", &[]),
    ("access_token_life", &["1"]),
    ("refresh_token_life", &["1"]),
    ("request_limit", &["1"]),
    ("execution_time_limit", &["0.05"]),
    ("window", &["1"]),
    ("execution_time", &["30"]),
    ("concurrency_limit", &["1"]),
    ("dop_hint", &["0"]),
    ("latency", &[]),
    ("date_skew", &["-86400", "86400"]),
    ("longest_table_name", &["8", "200"]),
    ("longest_column_name", &["8", "200"]),
    ("base_language", &["1031"]),
    ("other_languages", &["1031,1036"]),
    ("closed_appointment_status", &["405"]),
    ("closed_appointment_code", &["0x80040216"]),
    // No interactive sign-in here: the token comes from a refresh token.
    ("answer", &[]),
    ("code_life", &[]),
    ("device_code_life", &[]),
    ("device_code_interval", &[]),
    ("polls_until_answered", &[]),
    ("interval_json", &[]),
    ("expires_in_json", &["\"3599\"", "1e18", "-1", "null", "18446744073709551615"]),
    ("sign_in_refusal.700016", &["401 invalid_client"]),
    ("sign_in_refusal.90002", &["401 invalid_client"]),
    ("sign_in_refusal.70003", &["401 invalid_client"]),
    ("sign_in_refusal.900144", &["401 invalid_client"]),
    ("length.subject", &["20", "4000"]),
    ("length.location", &["10", "4000"]),
    ("length.category", &["2", "4000"]),
    ("length.description", &["10", "4000"]),
    ("header.", &["absent"]),
];

/// Each other value of a setting.
fn others(setting: &Setting) -> Vec<String> {
    let own = |(name, _): &&(&str, &[&str])| setting.name.starts_with(name);
    if let Some((_, values)) = VALUES.iter().find(own) {
        return values.iter().map(|&value| value.to_owned()).collect();
    }
    if setting.name.starts_with("refusal.") {
        return ["400 0x80040216", "501 0x80060888"].map(str::to_owned).to_vec();
    }
    let listed = setting.values.replace(" or ", ", ");
    let listed: Vec<_> = listed.split(", ").map(str::to_owned).collect();
    assert!(listed.contains(&setting.default), "{}: no other values are known", setting.name);
    listed.into_iter().filter(|value| *value != setting.default).collect()
}

/// A name, the action, its input.
type Scenario = (&'static str, &'static str, Value);

/// The calls of the actions; several for an action with several code paths.
fn scenarios(host: &Harness) -> Vec<Scenario> {
    let create = json!({
        "subject": "Under every setting",
        "scheduledstart": "2027-02-20T14:00:00+02:00",
        "scheduledend": "2027-02-20T14:30:00+02:00",
        "regarding_account_id": Seed::account(0).to_string(),
        "required_attendee_email": "ann.baker@contoso.com",
    });
    let with = |more: Value| {
        let mut input = create.clone();
        for (name, value) in more.as_object().unwrap() {
            input[name.as_str()] = value.clone();
        }
        input
    };
    let change = json!({
        "appointment_id": Seed::appointment(0).to_string(),
        "subject": "Under every setting",
        "scheduledstart": "2027-02-20T14:00:00+02:00",
        "scheduledend": "2027-02-20T14:30:00+02:00",
    });
    let columns = json!([
        {"name": "Balance", "type": "money"},
        {"name": "Opened", "type": "datetime"},
    ]);
    vec![
        ("create", "create_appointment", create.clone()),
        ("create with category", "create_appointment", with(json!({"category": 7}))),
        (
            "create, inverted",
            "create_appointment",
            with(json!({"scheduledend": "2027-02-19T00:00:00Z"})),
        ),
        (
            "table",
            "create_custom_entity",
            json!({
                "solution_id": contoso_solution(host),
                "display_name": "Bank Account",
                "primary_attribute": "Account Name",
                "additional_attributes": columns,
            }),
        ),
        ("contact by id", "find_contact", json!({"contact_id": Seed::contact(0).to_string()})),
        ("contacts by name", "find_contact", json!({"name": "an"})),
        ("account", "get_account", json!({"account_id": Seed::account(0).to_string()})),
        ("accounts", "list_accounts", json!({"records_per_page": 5})),
        ("categories", "list_appointment_categories", json!({})),
        ("options", "list_appointment_category_options", json!({})),
        ("appointments", "list_appointments", json!({"filter": "statecode ne 2"})),
        ("solutions", "list_solution_id_options", json!({})),
        ("search", "search_accounts", json!({"search_term": "Contoso"})),
        ("change", "update_appointment", change),
        (
            "change of category",
            "update_appointment",
            json!({"appointment_id": Seed::appointment(0).to_string(), "category": 7}),
        ),
        (
            "change of one end",
            "update_appointment",
            json!({
                "appointment_id": Seed::appointment(0).to_string(),
                "subject": "Under every setting",
                "scheduledend": "2099-01-01T00:00:00Z",
            }),
        ),
    ]
}

/// The caller's result and the stored rows.
#[derive(PartialEq)]
struct Outcome {
    error: Option<String>,
    /// The rest of the output, without values specific to this run or this form of a response.
    answer: Value,
    stored: Value,
}

/// A separate organization for each write, and one for all reads, which do not change it.
fn outcomes(setting: Option<(&str, &str)>, scenarios: &[Scenario]) -> Vec<Outcome> {
    let new = || {
        let host = Harness::new().sign_in_with_refresh_token();
        if let Some((name, value)) = setting {
            host.sim().world.settings.set_by_name(name, value).unwrap();
        }
        host
    };
    let for_reads = new();
    let outcomes = scenarios.iter().map(|(_, action, input)| {
        if action.starts_with("create") || action.starts_with("update") {
            return outcome(&new(), action, input);
        }
        let outcome = outcome(&for_reads, action, input);
        // Counters over five minutes start again.
        for_reads.pass(Duration::from_secs(301));
        outcome
    });
    outcomes.collect()
}

fn outcome(host: &Harness, action: &str, input: &Value) -> Outcome {
    let mut answer = host.invoke(action, input.clone());
    let error = answer["error"].take();
    let error = error.as_str().map(str::to_owned);
    if let (None, Some(id)) = (&error, answer["appointment_id"].as_str()) {
        let sim = host.sim();
        let mut ids = sim.world.rows("appointment").map(|row| row.id().to_string());
        assert!(ids.any(|own| own == id), "{action}: no appointment has the id {id}");
    }
    let stored = stored(host);
    plain(&mut answer);
    Outcome { error, answer, stored }
}

/// Removes from rows the members that depend on the form of responses, and from a new row its id.
fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for of_this_run in
                ["activityid", "appointment_id", "deep_link", "MetadataId", "versionnumber"]
            {
                members.remove(of_this_run);
            }
            members.retain(|name, _| !name.contains('@'));
            members.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        Value::String(text) if text.len() == 36 => text.make_ascii_lowercase(),
        _ => {}
    }
}

/// The appointments with the subject and their attendees, the first appointment, and the new
/// tables.
fn stored(host: &Harness) -> Value {
    let sim = host.sim();
    let appointments = sim.world.rows("appointment").filter(|row| {
        row.text("subject") == Some("Under every setting") || row.id() == Seed::appointment(0)
    });
    let appointments: Vec<_> = appointments
        .map(|row| {
            let invited = sim.world.rows("activityparty").filter(|party| {
                party.get("_activityid_value").guid() == Some(row.id())
                    && party.get("participationtypemask").number() == Some(5)
            });
            let invited: BTreeSet<_> = invited
                .filter_map(|party| Some(party.get("_partyid_value").guid()?.to_string()))
                .collect();
            let own = [
                "subject",
                "scheduledstart",
                "scheduledend",
                "category",
                "_regardingobjectid_value",
            ];
            (own.map(|column| row.get(column).to_json()), invited)
        })
        .collect();
    let tables =
        sim.world.schema.tables.values().filter(|t| t.schema_name.ends_with("BankAccount"));
    let tables: Vec<_> = tables
        .map(|table| (&table.schema_name, table.columns.keys().collect::<BTreeSet<_>>()))
        .collect();
    json!({"appointments": appointments, "tables": tables})
}

/// The differences between an outcome and the usual one.
fn difference(usual: &Outcome, other: &Outcome, before: &Value) -> Option<String> {
    let held = match &other.stored {
        stored if usual.stored == *before || (other.error.is_none() && *stored == usual.stored) => {
            ""
        }
        stored if stored == before => "; nothing is written",
        stored if *stored == usual.stored => "; all is written",
        _ => "; something else is written",
    };
    match &other.error {
        _ if usual == other => None,
        Some(error) if Some(error) == usual.error.as_ref() => Some(format!("the same error{held}")),
        Some(error) => Some(format!("{error}{held}")),
        None => Some(format!("other values{held}")),
    }
}

/// One line per difference between the outcomes under a setting and the usual ones.
fn lines(setting: &str, value: &str, scenarios: &[Scenario], usual: &[Outcome]) -> String {
    let before = stored(&Harness::new());
    let mut differences: Vec<(String, Vec<&str>)> = Vec::new();
    let others = outcomes(Some((setting, value)), scenarios);
    for (((name, _, _), usual), other) in scenarios.iter().zip(usual).zip(&others) {
        let Some(difference) = difference(usual, other, &before) else { continue };
        match differences.iter_mut().find(|(own, _)| *own == difference) {
            Some((_, names)) => names.push(name),
            None => differences.push((difference, vec![name])),
        }
    }
    let line = |(difference, names): (String, Vec<&str>)| {
        format!("{setting}={value} | {} | {difference}\n", names.join(", "))
    };
    differences.into_iter().map(line).collect()
}

#[test]
fn actions_do_the_same_however_the_organization_differs() {
    let scenarios = scenarios(&Harness::new());
    let usual = outcomes(None, &scenarios);
    let turned: Vec<_> = Settings::names()
        .iter()
        .flat_map(|setting| others(setting).into_iter().map(|value| (setting.name, value)))
        .collect();
    let all = |turned: &[(&'static str, String)]| {
        turned
            .iter()
            .map(|(name, value)| lines(name, value, &scenarios, &usual))
            .collect::<String>()
    };
    let (first, second) = turned.split_at(turned.len() / 2);
    let lines = thread::scope(|scope| {
        let second = scope.spawn(|| all(second));
        all(first) + &second.join().unwrap()
    });
    assert_snapshot!(lines, @r#"
    request_limit=1 | create, create with category, table, change of category, change of one end | Dynamics 365 is throttling: too many requests in 5 minutes (429, `0x80072322`); it says: Number of requests exceeded the limit of 1 over time window of 300 seconds; try again in 300 seconds; nothing is written
    request_limit=1 | categories, options | Dynamics 365 is throttling: too many requests in 5 minutes (429, `0x80072322`); it says: Number of requests exceeded the limit of 1 over time window of 300 seconds; try again in 300 seconds
    execution_time_limit=0.05 | create, create with category, table, change of category, change of one end | Dynamics 365 is throttling: too much execution time in 5 minutes (429, `0x80072321`); it says: Combined execution time of incoming requests exceeded limit of 50  milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later; try again in 300 seconds; nothing is written
    execution_time_limit=0.05 | categories, options | Dynamics 365 is throttling: too much execution time in 5 minutes (429, `0x80072321`); it says: Combined execution time of incoming requests exceeded limit of 50  milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later; try again in 300 seconds
    organization_is_disabled=true | create, create with category, table, change, change of category, change of one end | the organization is disabled (403, `0x8004a104`); it says: The organization is disabled; ask an administrator; nothing is written
    organization_is_disabled=true | contact by id, contacts by name, account, accounts, categories, options, appointments, solutions, search | the organization is disabled (403, `0x8004a104`); it says: The organization is disabled; ask an administrator
    user_labels_are_null=true | table | other values
    sets_are_named_like_tables=true | table | other values
    longest_table_name=8 | table | Dynamics 365 refused the request (400, `0x80044367`); it says: Identifiers cannot be more than 8 characters long. The provided schema name contoso_BankAccount length for type Entity is greater than maxlength 8 characters.; nothing is written
    longest_column_name=8 | table | Dynamics 365 refused the request (400, `0x80044367`); it says: Identifiers cannot be more than 8 characters long. The provided schema name contoso_AccountName length for type Attribute is greater than maxlength 8 characters.; nothing is written
    base_language=1031 | table | other values
    contains_minds_case=true | contacts by name | other values
    new_appointments_are_open=true | create, create with category | other values
    moments_have_fractions=true | create, create with category, table, contact by id, contacts by name, account, appointments | other values
    durations_are_computed=false | create, create with category, appointments | other values
    create_by_patch_takes_parties=false | create, create with category | other values; something else is written
    refusal.current_etag=400 0x80040216 | change of one end | Dynamics 365 refused the request (400, `0x80040216`); it says: The organization refuses it.; nothing is written
    refusal.current_etag=501 0x80060888 | change of one end | Dynamics 365 failed (501, `0x80060888`); it says: The organization refuses it.; nothing is written
    refusal.null_condition=400 0x80040216 | create, create with category, table, change of category, change of one end | Dynamics 365 refused the request (400, `0x80040216`); it says: The organization refuses it.; nothing is written
    refusal.null_condition=400 0x80040216 | contact by id, contacts by name, account, accounts, categories, options, appointments, solutions, search | Dynamics 365 refused the request (400, `0x80040216`); it says: The organization refuses it.
    refusal.null_condition=501 0x80060888 | create, create with category, table, change of category, change of one end | Dynamics 365 failed (501, `0x80060888`); it says: The organization refuses it.; nothing is written
    refusal.null_condition=501 0x80060888 | contact by id, contacts by name, account, accounts, categories, options, appointments, solutions, search | Dynamics 365 failed (501, `0x80060888`); it says: The organization refuses it.
    "#);
}
