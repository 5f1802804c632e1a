use super::*;
use crate::seed::Seed;

const HELP: &str = ", For more information on this error please follow this help link \
     https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : Microsoft.OData.ODataException: ";

/// The refusal of a new account, which must not have been stored.
fn refused(body: &str) -> (u16, String, String) {
    let mut world = World::default();
    let refused = refusal(&mut world, "POST accounts", body);
    assert_eq!(world.count("account"), 25, "{body}");
    refused
}

fn payload(inner: &str) -> (u16, String, String) {
    let text = format!(
        "Error identified in Payload provided by the user for Entity :'accounts'{HELP}{inner}"
    );
    (400, "0x80048d19".to_owned(), text)
}

#[test]
fn refuses_unknown_properties() {
    assert_eq!(
        refused("{\"foo\":1}"),
        payload(
            "Invalid property 'foo' was found in entity 'Microsoft.Dynamics.CRM.account'. ---> Microsoft.OData.ODataException: The property 'foo' does not exist on type 'Microsoft.Dynamics.CRM.account'. Make sure to only use property names that are defined by the type."
        )
    );
    // Names are case-sensitive.
    for name in ["foo", "PrimaryContactId", "name"] {
        let body = format!("{{\"{name}@odata.bind\":\"/contacts({})\"}}", Seed::contact(0));
        assert_eq!(
            refused(&body),
            payload(&format!(
                "An undeclared property '{name}' which only has property annotations in the payload but no property value was found in the payload. In OData, only declared navigation properties and declared named streams can be represented as properties without values."
            ))
        );
    }
}

#[test]
fn refuses_values_of_another_type() {
    for (body, inner) in [
        (
            "{\"creditonhold\":0}",
            "Cannot convert the literal '0' to the expected type 'Edm.Boolean'. ---> Microsoft.OData.ODataException: Cannot convert a value of type 'Edm.Int32' to the expected target type 'Edm.Boolean'.",
        ),
        (
            "{\"industrycode\":\"Charity\"}",
            "Cannot convert the literal 'Charity' to the expected type 'Edm.Int32'. ---> System.FormatException: Input string was not in a correct format.",
        ),
        (
            "{\"name\":3}",
            "Cannot convert the literal '3' to the expected type 'Edm.String'. ---> Microsoft.OData.ODataException: Cannot convert a value of type 'Edm.Int32' to the expected target type 'Edm.String'.",
        ),
        (
            "{\"revenue\":\"12.5\"}",
            "Cannot convert a value to target type 'Edm.Decimal' because of conflict between input format string/number and parameter 'IEEE754Compatible' false/true.",
        ),
        (
            "{\"lastonholdtime\":\"2026-01-01T10:00:00\"}",
            "Cannot convert the literal '2026-01-01T10:00:00' to the expected type 'Edm.DateTimeOffset'. ---> System.FormatException: The time zone information is missing on the DateTimeOffset value '2026-01-01T10:00:00'. A DateTimeOffset value must contain the time zone information.",
        ),
        ("{\"name\":\"x\"", "Invalid JSON. A token was not recognized in the JSON content."),
        ("[]", "Invalid JSON. A token was not recognized in the JSON content."),
    ] {
        assert_eq!(refused(body), payload(inner), "{body}");
    }
}

#[test]
fn refuses_values_out_of_range() {
    let long = "x".repeat(161);
    for (body, code, text) in [
        (
            format!("{{\"name\":\"{long}\"}}"),
            "0x80044331",
            "A validation error occurred.  The length of the 'name' attribute of the 'account' entity exceeded the maximum allowed length of '160'.",
        ),
        (
            "{\"paymenttermscode\":5}".to_owned(),
            "0x8004431a",
            "A validation error occurred. The value 5 of 'paymenttermscode' on record of type 'account' is outside the valid range. Accepted Values: 1,2,3,4",
        ),
        (
            "{\"lastonholdtime\":\"1700-01-01T00:00:00Z\"}".to_owned(),
            "0x80040239",
            "The date-time format is invalid, or value is outside the supported range.",
        ),
    ] {
        assert_eq!(refused(&body), (400, code.to_owned(), text.to_owned()));
    }
    // The length counts UTF-16 units, as .NET does.
    let mut world = World::default();
    let fits = format!("{{\"name\":\"{}\"}}", "😀".repeat(80));
    assert_eq!(send(&mut world, "POST accounts", &[], &fits).unwrap().status, 204);
}

#[test]
fn binds_in_every_form_and_refuses_missing_rows() {
    let mut world = World::default();
    let id = Seed::contact(2);
    for path in [
        format!("/contacts({id})"),
        format!("contacts({id})"),
        format!("https://org.crm.dynamics.com/api/data/v9.2/contacts({id})"),
    ] {
        let body = format!("{{\"primarycontactid@odata.bind\":\"{path}\"}}");
        send(&mut world, &format!("PATCH accounts({})", Seed::account(0)), &[], &body).unwrap();
        let row = world.row("account", Seed::account(0)).unwrap();
        assert_eq!(row.get("_primarycontactid_value").guid(), Some(id));
    }
    let bind = |path: &str| refused(&format!("{{\"primarycontactid@odata.bind\":\"{path}\"}}"));
    let nowhere = "URL was not parsed due to an ODataUnrecognizedPathException. Resource not found for the segment provided in the URL.";
    assert_eq!(bind(&format!("/conacs({id})")), (400, "0x80060888".to_owned(), nowhere.to_owned()));
    assert_eq!(bind(&format!("/accounts({})", Seed::account(0))).0, 400);
    assert_eq!(bind("/contacts(x)").2, "Bad Request - Error in query syntax.");
    let unknown = "00000000-0000-0000-0000-000000000009";
    assert_eq!(
        bind(&format!("/contacts({unknown})")),
        (
            404,
            "0x80040217".to_owned(),
            format!("Entity 'contact' With Id = {unknown} Does Not Exist")
        )
    );
}

#[test]
fn refuses_a_lookup_set_by_its_value() {
    let body = format!("{{\"_primarycontactid_value\":\"{}\"}}", Seed::contact(0));
    assert_eq!(
        refused(&body).2,
        "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead."
    );
}

#[test]
fn ignores_read_only_columns_without_a_setting() {
    let mut world = World::default();
    let body = "{\"accountid\":\"aaaaaaaa-0000-4000-8000-000000000001\",\"createdon\":\"2001-01-01T00:00:00Z\",\"statecode\":1}";
    send(&mut world, "POST accounts", &[], body).unwrap();
    let row = get(&mut world, "accounts(aaaaaaaa-0000-4000-8000-000000000001)").json();
    assert_eq!(
        (&row["createdon"], &row["statecode"]),
        (&Value::from("2026-02-16T09:00:00Z"), &Value::from(0))
    );
    world.settings.records.refuse_read_only_columns = true;
    assert_eq!(
        refusal(&mut world, "POST accounts", "{\"createdon\":\"2001-01-01T00:00:00Z\"}").1,
        "0x80040203"
    );
}

#[test]
fn refuses_a_body_with_another_content_type() {
    let mut world = World::default();
    let refused =
        send(&mut world, "POST accounts", &[("content-type", "text/plain")], "{}").unwrap_err();
    assert_eq!(refused.status, 415);
}

#[test]
fn creates_rows_inside_a_row() {
    let mut world = World::default();
    let body = "{\"name\":\"Deep\",\"contact_customer_accounts\":[{\"lastname\":\"One\"},{\"lastname\":\"Two\"}]}";
    let line = "POST accounts?$select=name&$expand=contact_customer_accounts($select=lastname)";
    let row = send(&mut world, line, &[("Prefer", "return=representation")], body).unwrap().json();
    assert_eq!(row["contact_customer_accounts"].as_array().unwrap().len(), 2);
    let bad =
        "{\"name\":\"Deep\",\"contact_customer_accounts\":[{\"lastname\":\"One\"},{\"foo\":1}]}";
    let before = (world.count("account"), world.count("contact"));
    assert_eq!(refusal(&mut world, "POST accounts", bad).1, "0x80048d19");
    assert_eq!((world.count("account"), world.count("contact")), before);
}

#[test]
fn refuses_values_that_are_not_json() {
    let deep = format!("{{\"name\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for body in [deep.as_str(), "{\"name\":\"\\ud800\"}", "{\"numberofemployees\":1e400}"] {
        let (status, code, message) = refused(body);
        assert_eq!((status, code.as_str()), (400, "0x80048d19"));
        assert!(message.contains("Invalid JSON."), "{message}");
    }
}

#[test]
fn the_type_in_a_payload_must_be_its_tables() {
    let mut world = World::default();
    for name in ["Microsoft.Dynamics.CRM.account", "#Microsoft.Dynamics.CRM.account"] {
        let body = format!("{{\"@odata.type\":\"{name}\",\"name\":\"Typed\"}}");
        assert_eq!(send(&mut world, "POST accounts", &[], &body).unwrap().status, 204);
    }
    let (_, code, message) = refused("{\"@odata.type\":\"#Microsoft.Dynamics.CRM.contact\"}");
    assert_eq!(code, "0x80048d19");
    assert!(message.contains("'Microsoft.Dynamics.CRM.contact' was found"), "{message}");
}

#[test]
fn a_failing_inner_row_undoes_both() {
    let mut world = World::default();
    let before = (world.count("account"), world.count("contact"));
    // The second of the two has a taken key.
    let body = format!(
        "{{\"name\":\"Half\",\"contact_customer_accounts\":[{{\"lastname\":\"New\"}},{{\"contactid\":\"{}\"}}]}}",
        Seed::contact(0)
    );
    assert_eq!(refusal(&mut world, "POST accounts", &body).1, "0x80040237");
    assert_eq!((world.count("account"), world.count("contact")), before);
}

#[test]
fn a_date_time_without_a_zone_is_refused_in_the_librarys_words() {
    for text in ["2026-02-20T12:00:00", "noon", ""] {
        let mut world = World::default();
        let body = format!("{{\"scheduledstart\":\"{text}\"}}");
        let (_, code, message) = refusal(&mut world, "POST appointments", &body);
        assert_eq!(code, "0x80048d19");
        let end = format!(
            "System.FormatException: The time zone information is missing on the DateTimeOffset value '{text}'. A \
             DateTimeOffset value must contain the time zone information."
        );
        assert!(message.ends_with(&end), "{message}");
    }
}
