use serde_json::{Value, json};

use super::*;
use crate::query::Options;
use crate::{Seed, World};

/// The names of the accounts that match the filter, in order.
fn names(world: &mut World, text: &str) -> Vec<String> {
    found(world, "account", text).unwrap()
}

fn found(world: &mut World, table: &str, text: &str) -> Result<Vec<String>, crate::Problem> {
    with_options(world, table, text, "")
}

fn with_options(
    world: &mut World,
    table: &str,
    text: &str,
    query: &str,
) -> Result<Vec<String>, crate::Problem> {
    let session = world.session();
    let options = Options::read(query)?;
    let table = &session.schema.tables[table];
    let filter = read(text, table, session.around(&options))?;
    let rows =
        session.rows.rows(&table.logical_name).filter(|row| session.meets(Some(&filter), row));
    let mut names: Vec<String> = rows.map(|row| row.get(&table.primary_name).plain()).collect();
    names.sort();
    Ok(names)
}

fn refusal(text: &str) -> (u16, String) {
    let refusal = found(&mut World::default(), "account", text).unwrap_err();
    (refusal.status.as_u16(), refusal.message)
}

/// A world with three accounts: one empty, one large, one small and closed.
fn world() -> World {
    let mut world = World::new(&Seed::bare());
    let mut insert = |row: Value| {
        let Value::Object(row) = row else { unreachable!() };
        world.insert("account", row).unwrap();
    };
    insert(json!({"name": "Nothing"}));
    insert(
        json!({"name": "Large", "revenue": 5000.5, "numberofemployees": 90, "creditonhold": true,
        "telephone1": "1", "createdon": "2026-02-10T12:00:00Z"}),
    );
    insert(
        json!({"name": "Small", "revenue": 10, "numberofemployees": 3, "statecode": 1, "telephone1": "2"}),
    );
    world
}

#[test]
fn compares_every_kind_of_column() {
    let mut world = world();
    for (text, expected) in [
        ("name eq 'LARGE'", vec!["Large"]),
        ("revenue gt 10.0", vec!["Large"]),
        ("revenue ge 10", vec!["Large", "Small"]),
        ("revenue eq 5000.5000", vec!["Large"]),
        ("10 lt revenue", vec!["Large"]),
        ("numberofemployees le 3", vec!["Small"]),
        ("creditonhold eq true", vec!["Large"]),
        ("statecode eq 1", vec!["Small"]),
        ("createdon lt 2026-02-10T14:00:00.5+02:00", vec![]),
        ("createdon le 2026-02-10T14:00:00+02:00", vec!["Large"]),
        ("createdon lt 2026-02-11", vec!["Large"]),
        ("name gt 'm'", vec!["Nothing", "Small"]),
    ] {
        assert_eq!(names(&mut world, text), expected, "{text}");
    }
}

#[test]
fn compares_keys_bare_and_quoted_in_any_case() {
    let mut world = World::default();
    let id = Seed::account(1).to_string().to_uppercase();
    assert_eq!(names(&mut world, &format!("accountid eq {id}")), ["O'Brien & Sons"]);
    assert_eq!(names(&mut world, &format!("accountid eq '{id}'")), ["O'Brien & Sons"]);
    let contact = Seed::contact(1);
    assert_eq!(
        names(&mut world, &format!("_primarycontactid_value eq {contact}")),
        ["O'Brien & Sons"]
    );
    assert_eq!(
        names(&mut world, &format!("primarycontactid/contactid eq {contact}")),
        ["O'Brien & Sons"]
    );
}

#[test]
fn only_null_matches_an_empty_column() {
    let mut world = world();
    assert_eq!(names(&mut world, "revenue eq null"), ["Nothing"]);
    assert_eq!(names(&mut world, "revenue ne null"), ["Large", "Small"]);
    assert_eq!(names(&mut world, "telephone1 ne '1'"), ["Small"]);
    assert_eq!(names(&mut world, "not (telephone1 eq '1')"), ["Small"]);
    assert_eq!(names(&mut world, "not contains(telephone1,'1')"), ["Small"]);
    world.settings.records.ne_matches_null = true;
    assert_eq!(names(&mut world, "telephone1 ne '1'"), ["Nothing", "Small"]);
}

#[test]
fn and_binds_closer_than_or_and_parentheses_closest() {
    let mut world = world();
    let all = "name eq 'Nothing' or name eq 'Large' and name eq 'Small'";
    assert_eq!(names(&mut world, all), ["Nothing"]);
    let grouped = "(name eq 'Nothing' or name eq 'Large') and name ne 'Nothing'";
    assert_eq!(names(&mut world, grouped), ["Large"]);
    assert_eq!(names(&mut world, "not (name eq 'Large') and revenue ne null"), ["Small"]);
}

#[test]
fn the_wildcards_of_like_work_and_can_be_escaped() {
    let mut world = World::default();
    assert_eq!(names(&mut world, "contains(name,'o''brien')"), ["O'Brien & Sons"]);
    assert_eq!(names(&mut world, "contains(name,'100% W')"), ["100% Wool", "1000 Wool Street"]);
    assert_eq!(names(&mut world, "contains(name,'100[%] W')"), ["100% Wool"]);
    assert_eq!(
        names(&mut world, "startswith(name,'snake_case')"),
        ["snakeScase GmbH", "snake_case GmbH"]
    );
    assert_eq!(names(&mut world, "startswith(name,'snake[_]case')"), ["snake_case GmbH"]);
    assert_eq!(names(&mut world, "contains(name,'Brackets [EU] ')"), ["Brackets E S.A."]);
    assert_eq!(names(&mut world, "contains(name,'Brackets [[]EU] ')"), ["Brackets [EU] S.A."]);
    assert_eq!(names(&mut world, "endswith(name,'SÖHNE')"), ["Größe & Söhne"]);
}

#[test]
fn follows_lookups_and_collections() {
    let mut world = World::default();
    let text = "primarycontactid/fullname eq 'Pat O''Brien' and primarycontactid/createdby/fullname eq 'System Administrator'";
    assert_eq!(names(&mut world, text), ["O'Brien & Sons"]);
    let ann = Seed::user(1);
    let parties = format!(
        "appointment_activity_parties/any(p:p/participationtypemask eq 5 and p/_partyid_value eq {ann})"
    );
    assert_eq!(found(&mut world, "appointment", &parties).unwrap().len(), 3);
    let none = parties.replace("eq 5", "eq 6");
    assert!(found(&mut world, "appointment", &none).unwrap().is_empty());
    let all = "contact_customer_accounts/all(c:c/statecode eq 0)";
    assert_eq!(names(&mut world, all).len(), 25);
    let twice =
        "contact_customer_accounts/any(c:c/account_primary_contact/any(a:a/name eq 'Contoso Ltd'))";
    assert_eq!(names(&mut world, twice), ["Contoso Ltd"]);
    assert_eq!(names(&mut world, "Account_Appointments/any()").len(), 12);
}

#[test]
fn knows_the_simple_functions_of_dataverse() {
    let mut world = world();
    let function =
        |name: &str, rest: &str| format!("Microsoft.Dynamics.CRM.{name}(PropertyName={rest})");
    for (name, rest, expected) in [
        ("In", "'name',PropertyValues=['large','x']", vec!["Large"]),
        ("NotIn", "'telephone1',PropertyValues=[\"1\"]", vec!["Small"]),
        ("Between", "'numberofemployees',PropertyValues=[\"5\",\"2000\"]", vec!["Large"]),
        ("LastXDays", "'createdon',PropertyValue=3", vec!["Nothing", "Small"]),
        ("On", "'createdon',PropertyValue='2026-02-10'", vec!["Large"]),
        ("Today", "'createdon'", vec!["Nothing", "Small"]),
        ("EqualUserId", "'ownerid'", vec!["Large", "Nothing", "Small"]),
    ] {
        assert_eq!(names(&mut world, &function(name, rest)), expected, "{name}");
    }
    let above = refusal(&function("Above", "'accountid',PropertyValue='x'"));
    assert_eq!(above.0, 501);
    assert!(above.1.contains("Microsoft.Dynamics.CRM.Above"));
}

#[test]
fn accepts_parameter_aliases() {
    let mut world = world();
    let text = "name eq @p1 and numberofemployees gt @p2";
    let found = with_options(&mut world, "account", text, "@p1='Large'&@p2=1").unwrap();
    assert_eq!(found, ["Large"]);
    let text = "Microsoft.Dynamics.CRM.In(PropertyName=@p1,PropertyValues=@p2)";
    let found =
        with_options(&mut world, "account", text, "@p1='name'&@p2=[\"Large\",\"O'X\"]").unwrap();
    assert_eq!(found, ["Large"]);
}

#[test]
fn refuses_incompatible_types() {
    for (text, left, right) in [
        ("name eq 3", "Edm.String", "Edm.Int32"),
        ("numberofemployees eq 'x'", "Edm.Int32", "Edm.String"),
        ("creditonhold eq 1", "Edm.Boolean", "Edm.Int32"),
        ("createdon eq '2026-01-01'", "Edm.DateTimeOffset", "Edm.String"),
        ("accountid eq 'x'", "Edm.Guid", "Edm.String"),
        ("name eq numberofemployees", "Edm.String", "Edm.Int32"),
    ] {
        let message = format!(
            "A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' for \
             operator kind 'Equal'."
        );
        assert_eq!(refusal(text), (400, message), "{text}");
    }
}

#[test]
fn refuses_malformed_and_unsupported_filters() {
    for (text, message) in [
        (
            "foo eq 1",
            "Could not find a property named 'foo' on type 'Microsoft.Dynamics.CRM.account'.",
        ),
        (
            "primarycontactid/foo eq 1",
            "Could not find a property named 'foo' on type 'Microsoft.Dynamics.CRM.contact'.",
        ),
        ("name eq 'x", "There is an unterminated literal at position 10 in 'name eq 'x'."),
        ("name eq", "Syntax error at position 7 in 'name eq'."),
        ("(name eq 'x'", "Syntax error at position 12 in '(name eq 'x''."),
        ("name eq 'x')", "Syntax error at position 11 in 'name eq 'x')'."),
        ("name eq 'x' name eq 'y'", "Syntax error at position 12 in 'name eq 'x' name eq 'y''."),
        ("", "Syntax error at position 0 in ''."),
        ("name", "The $filter expression must evaluate to a single boolean value."),
        ("tolower(name) eq 'x'", "The function 'tolower' is not supported."),
        ("name in ('x')", "The operator 'in' is not supported."),
        ("numberofemployees add 1 eq 2", "The operator 'add' is not supported."),
    ] {
        assert_eq!(refusal(text), (400, message.to_owned()), "{text}");
    }
}

#[test]
fn refuses_endless_parentheses() {
    let deep = format!("{}name eq 'x'{}", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(refusal(&deep), (400, "Recursion depth exceeded allowed limit.".to_owned()));
}

#[test]
fn refuses_more_than_500_conditions() {
    let chain = |n: usize| vec!["name eq 'x'"; n].join(" or ");
    let message = "Number of conditions in query exceeded maximum limit.".to_owned();
    assert_eq!(refusal(&chain(501)), (400, message.clone()));
    assert_eq!(refusal(&chain(200_000)), (400, message));
    assert!(names(&mut World::new(&Seed::default()), &chain(500)).is_empty());
}

#[test]
fn accepts_a_number_of_days_beyond_any_calendar() {
    let mut world = World::new(&Seed::default());
    for days in [i64::MAX, i64::MIN] {
        for function in ["LastXDays", "NextXDays"] {
            let text = format!(
                "Microsoft.Dynamics.CRM.{function}(PropertyName='createdon',PropertyValue={days})"
            );
            assert!(found(&mut world, "account", &text).is_ok(), "{text}");
        }
    }
}

#[test]
fn a_word_that_starts_like_a_value_is_not_a_property() {
    let message = "Syntax error at position 13 in 'createdon gt 2026-13-01'.".to_owned();
    assert_eq!(refusal("createdon gt 2026-13-01"), (400, message));
    let braced = "accountid eq {00000000-0000-0000-0000-000000000000}";
    assert_eq!(refusal(braced).1, format!("Syntax error at position 13 in '{braced}'."));
}
