use super::*;
use crate::seed::Seed;

#[test]
fn a_row_is_written_in_the_documented_form() {
    let mut world = World::default();
    let id = Seed::account(0);
    let etag = world.row("account", id).unwrap().version();
    let contact = Seed::contact(0);
    let path = format!(
        "accounts({id})?$select=name,statecode,_primarycontactid_value,revenue&$expand=primarycontactid($select=fullname)"
    );
    let answer = get_preferring(&mut world, &path, "odata.include-annotations=\"*\"");
    let currency = world.rows("transactioncurrency").next().unwrap().id();
    let revenue = world.row("account", id).unwrap().get("revenue").plain();
    assert!(revenue.ends_with("0000.0000"), "{revenue}");
    let dollars = answer.json()["revenue@OData.Community.Display.V1.FormattedValue"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(dollars.starts_with('$') && dollars.ends_with(",000.00"), "{dollars}");
    let expected = format!(
        "{{\"@odata.context\":\"https://org.crm.dynamics.com/api/data/v9.2/$metadata#accounts(name,statecode,_primarycontactid_value,revenue,primarycontactid(fullname))/$entity\",\
         \"@odata.etag\":\"W/\\\"{etag}\\\"\",\
         \"name\":\"Contoso Ltd\",\
         \"statecode@OData.Community.Display.V1.FormattedValue\":\"Active\",\"statecode\":0,\
         \"_primarycontactid_value@OData.Community.Display.V1.FormattedValue\":\"Susanna Stubberod\",\
         \"_primarycontactid_value@Microsoft.Dynamics.CRM.associatednavigationproperty\":\"primarycontactid\",\
         \"_primarycontactid_value@Microsoft.Dynamics.CRM.lookuplogicalname\":\"contact\",\
         \"_primarycontactid_value\":\"{contact}\",\
         \"revenue@OData.Community.Display.V1.FormattedValue\":\"{dollars}\",\"revenue\":{revenue},\
         \"_transactioncurrencyid_value@OData.Community.Display.V1.FormattedValue\":\"US Dollar\",\
         \"_transactioncurrencyid_value@Microsoft.Dynamics.CRM.associatednavigationproperty\":\"transactioncurrencyid\",\
         \"_transactioncurrencyid_value@Microsoft.Dynamics.CRM.lookuplogicalname\":\"transactioncurrency\",\
         \"_transactioncurrencyid_value\":\"{currency}\",\
         \"accountid\":\"{id}\",\
         \"primarycontactid\":{{\"fullname\":\"Susanna Stubberod\",\"contactid\":\"{contact}\"}}}}"
    );
    assert_eq!(answer.text, expected);
    assert_eq!(answer.header("Preference-Applied"), Some("odata.include-annotations=\"*\""));
}

#[test]
fn a_row_without_select_has_every_column() {
    let mut world = World::default();
    for (path, table) in [
        (format!("accounts({})", Seed::account(3)), "account"),
        (format!("contacts({})", Seed::contact(3)), "contact"),
        (format!("appointments({})", Seed::appointment(3)), "appointment"),
        (format!("systemusers({})", Seed::user(3)), "systemuser"),
    ] {
        let row = get(&mut world, &path).json();
        for column in world.schema.tables[table].columns.keys() {
            assert!(row.get(column).is_some(), "{table}.{column}");
        }
    }
}

#[test]
fn captured_appointments_name_the_suffixed_regarding_property() {
    let mut world = World::default();
    let path = format!(
        "appointments({})?$select=_regardingobjectid_value,scheduledstart",
        Seed::appointment(0)
    );
    let row =
        get_preferring(&mut world, &path, "odata.include-annotations=\"Microsoft.Dynamics.CRM.*\"")
            .json();
    let name = "_regardingobjectid_value@Microsoft.Dynamics.CRM.associatednavigationproperty";
    assert_eq!(row[name], "regardingobjectid_account_appointment");
    assert_eq!(
        row["_regardingobjectid_value@OData.Community.Display.V1.FormattedValue"],
        Value::Null
    );
    assert_eq!(row["scheduledstart"], "2026-02-16T10:00:00Z");
}

#[test]
fn a_property_its_bare_value_and_an_empty_one() {
    let mut world = World::default();
    let row = format!("accounts({})", Seed::account(1));
    let answer = get(&mut world, &format!("{row}/name"));
    assert_eq!(
        answer.text,
        format!(
            "{{\"@odata.context\":\"https://org.crm.dynamics.com/api/data/v9.2/$metadata#{row}/name\",\"value\":\"O'Brien & Sons\"}}"
        )
    );
    let bare = get(&mut world, &format!("{row}/name/$value"));
    assert_eq!(
        (bare.text.as_str(), bare.header("Content-Type")),
        ("O'Brien & Sons", Some("text/plain"))
    );
    assert_eq!(get(&mut world, &format!("{row}/telephone3")).status, 204);
    let lookup = get(&mut world, &format!("{row}/_primarycontactid_value"));
    assert_eq!(lookup.json()["value"], Seed::contact(1).to_string());
}

#[test]
fn related_rows_are_read_by_their_navigation_property() {
    let mut world = World::default();
    let row = format!("accounts({})", Seed::account(0));
    let one = get(&mut world, &format!("{row}/primarycontactid?$select=fullname")).json();
    assert_eq!(
        one["@odata.context"],
        "https://org.crm.dynamics.com/api/data/v9.2/$metadata#contacts(fullname)/$entity"
    );
    assert_eq!(one["fullname"], "Susanna Stubberod");
    let many = get(
        &mut world,
        &format!("{row}/contact_customer_accounts?$select=fullname&$orderby=fullname desc"),
    );
    assert_eq!(many.column("fullname").len(), 2);
    assert_eq!(get(&mut world, &format!("{row}/contact_customer_accounts/$count")).text, "2");
    let link = get(&mut world, &format!("{row}/primarycontactid/$ref")).json();
    assert_eq!(
        link["@odata.id"],
        format!("https://org.crm.dynamics.com/api/data/v9.2/contacts({})", Seed::contact(0))
    );
}

#[test]
fn expands_collections_with_etags_and_a_link() {
    let mut world = World::default();
    let id = Seed::account(0);
    let path = format!(
        "accounts({id})?$select=name&$expand=contact_customer_accounts($select=fullname;$filter=contains(fullname,'sus');$top=1)"
    );
    let row = get(&mut world, &path).json();
    let contacts = row["contact_customer_accounts"].as_array().unwrap();
    let keys: Vec<&String> = contacts[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["@odata.etag", "fullname", "contactid", "_parentcustomerid_value"]);
    assert_eq!(contacts.len(), 1);
    assert_eq!(
        row["contact_customer_accounts@odata.nextLink"],
        format!(
            "https://org.crm.dynamics.com/api/data/v9.2/accounts({id})/contact_customer_accounts?$select=fullname&$filter=contains(fullname,'sus')&$top=1"
        )
    );
}

#[test]
fn a_nested_expand_has_no_etags_and_is_paged() {
    let mut world = World::default();
    let path = format!(
        "accounts({})?$select=name&$expand=contact_customer_accounts($select=fullname;$expand=owninguser($select=fullname))",
        Seed::account(0)
    );
    let row = get_preferring(&mut world, &path, "odata.maxpagesize=1").json();
    let contacts = row["contact_customer_accounts"].as_array().unwrap();
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0]["owninguser"]["fullname"], "System Administrator");
    assert!(contacts[0].get("@odata.etag").is_none());
    let next = row["contact_customer_accounts@odata.nextLink"].as_str().unwrap().to_owned();
    assert!(next.contains("$skiptoken=%3Ccookie"));
    let rest = get(&mut world, &next);
    assert_eq!(rest.column("fullname").len(), 1);
}

#[test]
fn refuses_a_missing_row() {
    let mut world = World::default();
    let id = "00000000-0000-0000-0000-000000000001";
    let text = format!("Entity 'account' With Id = {id} Does Not Exist");
    assert_eq!(
        refusal(&mut world, &format!("GET accounts({id})"), ""),
        (404, "0x80040217".to_owned(), text)
    );
}

#[test]
fn refuses_wrong_options_on_a_row() {
    let mut world = World::default();
    let row = format!("GET accounts({})", Seed::account(0));
    for (options, status) in [
        ("$select=foo", 400),
        ("$expand=foo", 400),
        ("$filter=name eq 'x'", 400),
        ("$expand=primarycontactid($filter=fullname eq 'x')", 400),
        ("$expand=contact_customer_accounts/$ref", 400),
        ("$expand=sla_account_sla", 501),
        ("$expand=contact_customer_accounts($top=1;$expand=owninguser)", 400),
    ] {
        assert_eq!(refusal(&mut world, &format!("{row}?{options}"), "").0, status, "{options}");
    }
}

#[test]
fn an_etag_that_the_caller_has_gets_304() {
    let mut world = World::default();
    let row = format!("GET accounts({})", Seed::account(0));
    let etag = world.row("account", Seed::account(0)).unwrap().etag();
    let status = |world: &mut World, path: &str, headers: &[(&str, &str)]| match send(
        world, path, headers, "",
    ) {
        Ok(answer) => answer.status,
        Err(problem) => problem.status.as_u16(),
    };
    assert_eq!(status(&mut world, &row, &[("If-None-Match", &etag)]), 304);
    assert_eq!(status(&mut world, &row, &[("If-None-Match", "null")]), 200);
    assert_eq!(status(&mut world, &row, &[("If-None-Match", "W/\"1\"")]), 200);
    assert_eq!(
        status(&mut world, &format!("{row}?$expand=createdby"), &[("If-None-Match", &etag)]),
        200
    );
    assert_eq!(status(&mut world, &row, &[("If-Match", "W/\"1\"")]), 412);
    assert_eq!(status(&mut world, &row, &[("If-Match", &etag)]), 200);
}
