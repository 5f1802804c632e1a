use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use crate::seed::Seed;
use crate::world::World;
use crate::{Dataverse, Global};

mod create;
mod solutions;

const ROOT: &str = "https://org.crm.dynamics.com/api/data/v9.2/";

fn dataverse() -> Dataverse {
    let mut dataverse = Dataverse::new(World::new(&Seed::default()));
    dataverse.world.settings.authentication = false;
    dataverse
}

fn send(
    dataverse: &mut Dataverse,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Response<Bytes> {
    let mut request = Request::builder().method(method).uri(format!("{ROOT}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    dataverse.handle(request.body(body).unwrap())
}

fn read(dataverse: &mut Dataverse, path: &str) -> (u16, Value) {
    let response = send(dataverse, "GET", path, &[], &Value::Null);
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
}

fn get(path: &str) -> (u16, Value) {
    read(&mut dataverse(), path)
}

const CATEGORY: &str =
    "EntityDefinitions(LogicalName='appointment')/Attributes(LogicalName='category')";

#[test]
fn the_category_of_an_appointment_is_text() {
    let (status, body) =
        get(&format!("{CATEGORY}?$select=LogicalName,AttributeType,AttributeTypeName"));
    assert_eq!(status, 200);
    let id = body["MetadataId"].clone();
    assert_eq!(
        body,
        json!({
            "@odata.context": format!("{ROOT}$metadata#EntityDefinitions('appointment')/Attributes\
                (LogicalName,AttributeType,AttributeTypeName)/$entity"),
            "@odata.type": "#Microsoft.Dynamics.CRM.StringAttributeMetadata",
            "AttributeType": "String",
            "LogicalName": "category",
            "MetadataId": id,
            "AttributeTypeName": {"Value": "StringType"},
        })
    );
}

#[test]
fn a_wrong_cast_is_not_found() {
    let path = format!("{CATEGORY}/Microsoft.Dynamics.CRM.PicklistAttributeMetadata");
    let (status, body) = get(&path);
    assert_eq!((status, &body["error"]["code"]), (404, &json!("0x80060888")));
    let (status, _) = get(&format!("{CATEGORY}/Microsoft.Dynamics.CRM.NoSuchMetadata"));
    assert_eq!(status, 404);
}

#[test]
fn options_come_through_the_cast_as_documented() {
    let path = "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='accountcategorycode')/\
                Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&\
                $expand=OptionSet($select=Options),GlobalOptionSet($select=Options)";
    let (status, body) = get(path);
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        body["@odata.context"],
        format!(
            "{ROOT}$metadata#EntityDefinitions('account')/Attributes/\
            Microsoft.Dynamics.CRM.PicklistAttributeMetadata\
            (LogicalName,OptionSet(Options),GlobalOptionSet(Options))/$entity"
        )
    );
    assert!(body.get("@odata.type").is_none());
    let members: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        ["@odata.context", "MetadataId", "LogicalName", "OptionSet", "GlobalOptionSet"]
    );
    let option = &body["OptionSet"]["Options"][0];
    let members: Vec<&String> = option.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "Value",
            "Color",
            "IsManaged",
            "ExternalValue",
            "ParentValues",
            "Tag",
            "IsHidden",
            "MetadataId",
            "HasChanged",
            "Label",
            "Description"
        ]
    );
    assert_eq!(option["Value"], 1);
    assert_eq!(option["Label"]["UserLocalizedLabel"]["Label"], "Preferred Customer");
    assert_eq!(option["Label"]["LocalizedLabels"][0]["LanguageCode"], 1_033);
    // Only for a global choice is the second informative.
    assert_eq!(body["GlobalOptionSet"]["Options"], body["OptionSet"]["Options"]);
}

#[test]
fn a_text_column_can_become_a_choice() {
    for global in [Global::No, Global::Yes] {
        let mut dataverse = dataverse();
        assert!(dataverse.add_choice_column("appointment", "category", &[(1, "Demo")], global));
        let (_, body) = read(&mut dataverse, &format!("{CATEGORY}?$select=AttributeType"));
        assert_eq!(body["AttributeType"], "Picklist");
        let cast = format!("{CATEGORY}/Microsoft.Dynamics.CRM.PicklistAttributeMetadata");
        let options = "?$select=LogicalName&$expand=OptionSet,GlobalOptionSet";
        let (_, body) = read(&mut dataverse, &format!("{cast}{options}"));
        assert_eq!(body["OptionSet"]["Options"][0]["Label"]["UserLocalizedLabel"]["Label"], "Demo");
        assert_eq!(body["OptionSet"]["IsGlobal"], global == Global::Yes);
        let (status, set) = read(&mut dataverse, &format!("{cast}/OptionSet?$select=Options"));
        assert_eq!((status, &set["Options"][0]["Value"]), (200, &json!(1)));

        dataverse.world.settings.global_choice_hides_option_set = true;
        dataverse.world.settings.user_labels_are_null = true;
        let (_, body) = read(&mut dataverse, &format!("{cast}{options}"));
        assert_eq!(body["OptionSet"].is_null(), global == Global::Yes);
        let label = &body["GlobalOptionSet"]["Options"][0]["Label"];
        assert_eq!(label["UserLocalizedLabel"], Value::Null);
        assert_eq!(label["LocalizedLabels"][0]["Label"], "Demo");
    }
    assert!(!dataverse().add_choice_column("nothing", "x", &[], Global::No));
}

#[test]
fn tables_are_filtered_and_selected() {
    let (_, body) = get(
        "EntityDefinitions?$select=LogicalName,EntitySetName&$filter=LogicalName eq 'account' \
                         or SchemaName eq 'Contact'"
            .replace(' ', "%20")
            .as_str(),
    );
    assert_eq!(
        body["@odata.context"],
        format!("{ROOT}$metadata#EntityDefinitions(LogicalName,EntitySetName)")
    );
    let names: Vec<&Value> =
        body["value"].as_array().unwrap().iter().map(|table| &table["EntitySetName"]).collect();
    assert_eq!(names, ["accounts", "contacts"]);
    let (_, all) = get("EntityDefinitions?%24select=LogicalName");
    assert!(all["value"].as_array().unwrap().len() > 7);
    assert!(all.get("@odata.nextLink").is_none());
    let (status, body) = get("EntityDefinitions?$filter=startswith(SchemaName,'new')");
    assert_eq!(status, 501);
    assert!(body["error"]["message"].as_str().unwrap().contains("startswith"));
    assert_eq!(get("EntityDefinitions?$top=1").0, 501);
}

#[test]
fn columns_are_expanded_filtered_and_cast() {
    let (status, body) = get(
        "EntityDefinitions(LogicalName='account')?$select=LogicalName&$expand=Attributes($select=LogicalName;\
         $filter=AttributeType%20eq%20Microsoft.Dynamics.CRM.AttributeTypeCode'Picklist')",
    );
    assert_eq!(status, 200, "{body}");
    let columns = body["Attributes"].as_array().unwrap();
    assert!(columns.iter().any(|column| column["LogicalName"] == "industrycode"));
    assert!(!columns.iter().any(|column| column["LogicalName"] == "name"));

    let (_, cast) = get("EntityDefinitions(LogicalName='account')/Attributes/\
                         Microsoft.Dynamics.CRM.MoneyAttributeMetadata?$select=LogicalName,Precision");
    let money = cast["value"].as_array().unwrap();
    assert!(money.iter().any(|column| column["LogicalName"] == "revenue"));
    assert_eq!(money[0]["Precision"], 2);
    assert!(money[0].get("@odata.type").is_none());

    // `Precision` is not a member of the base type.
    let (status, _) = get("EntityDefinitions(LogicalName='account')/Attributes?$select=Precision");
    assert_eq!(status, 400);
    let (_, required) = get(
        "EntityDefinitions(LogicalName='appointment')/Attributes?$select=LogicalName&$filter=\
        RequiredLevel/Value%20eq%20Microsoft.Dynamics.CRM.AttributeRequiredLevel'ApplicationRequired'",
    );
    assert_eq!(required["value"].as_array().unwrap().len(), 3);
}

#[test]
fn enumerations_compare_with_text_only_by_a_setting() {
    let path = "EntityDefinitions(LogicalName='account')/Attributes?$select=LogicalName&$filter=AttributeType%20eq%20'Money'";
    let mut dataverse = dataverse();
    assert!(!read(&mut dataverse, path).1["value"].as_array().unwrap().is_empty());
    dataverse.world.settings.text_compares_with_enums = false;
    assert_eq!(read(&mut dataverse, path).0, 400);
}

#[test]
fn lookups_have_their_own_names_and_targets() {
    let (_, body) =
        get("EntityDefinitions(LogicalName='account')/Attributes(LogicalName='primarycontactid')");
    assert_eq!(body["@odata.type"], "#Microsoft.Dynamics.CRM.LookupAttributeMetadata");
    assert_eq!(body["Targets"], json!(["contact"]));
    let (status, body) = get(
        "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='_primarycontactid_value')",
    );
    assert_eq!((status, &body["error"]["code"]), (404, &json!("0x80040217")));
    // Keys are plain AttributeMetadata: no @odata.type on the wire.
    let (_, key) =
        get("EntityDefinitions(LogicalName='account')/Attributes(LogicalName='accountid')");
    assert_eq!(key["AttributeType"], "Uniqueidentifier");
    assert!(key.get("@odata.type").is_none());
}

#[test]
fn a_definition_is_also_found_by_id() {
    let mut dataverse = dataverse();
    let (_, table) = read(&mut dataverse, "EntityDefinitions(LogicalName='account')");
    assert_eq!(table.as_object().unwrap().len(), 110);
    let id = table["MetadataId"].as_str().unwrap().to_owned();
    for path in [format!("EntityDefinitions({id})"), format!("EntityDefinitions(MetadataId={id})")]
    {
        assert_eq!(read(&mut dataverse, &path).1["LogicalName"], "account");
    }
    let (_, columns) =
        read(&mut dataverse, &format!("EntityDefinitions({id})/Attributes?$select=LogicalName"));
    assert_eq!(
        columns["@odata.context"],
        format!("{ROOT}$metadata#EntityDefinitions({id})/Attributes(LogicalName)")
    );
    let column = columns["value"][0]["MetadataId"].as_str().unwrap();
    let path = format!("EntityDefinitions({id})/Attributes({column})");
    assert_eq!(read(&mut dataverse, &path).1["MetadataId"], column);
    assert_eq!(
        read(&mut dataverse, &format!("EntityDefinitions({id})/EntitySetName")).1["value"],
        "accounts"
    );
}

#[test]
fn refuses_unknown_names() {
    let code = |path: &str| {
        let (status, body) = get(path);
        (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    let not_found = (404, "0x80040217".to_owned());
    let bad = (400, "0x80060888".to_owned());
    assert_eq!(code("EntityDefinitions(LogicalName='nope')"), not_found);
    assert_eq!(code("EntityDefinitions(70816501-edb9-4740-a16c-6a5efbc05d84)"), not_found);
    assert_eq!(code("EntityDefinitions(nope)"), bad);
    assert_eq!(code("EntityDefinitions(LogicalName='account')?$select=Nope"), bad);
    assert_eq!(code("EntityDefinitions(LogicalName='account')/Nope"), bad);
    assert_eq!(code("GlobalOptionSetDefinitions(Name='nope')"), not_found);
    assert_eq!(get("EntityDefinitions(LogicalName='account')/OneToManyRelationships").0, 501);
}

#[test]
fn global_choices_are_listed_and_found() {
    let mut dataverse = dataverse();
    let (_, all) = read(&mut dataverse, "GlobalOptionSetDefinitions");
    let id = all["value"][0]["MetadataId"].as_str().unwrap().to_owned();
    for path in [format!("({id})"), "(Name='budgetstatus')".to_owned()] {
        let (_, set) = read(&mut dataverse, &format!("GlobalOptionSetDefinitions{path}"));
        assert_eq!(set["@odata.type"], "#Microsoft.Dynamics.CRM.OptionSetMetadata");
        assert_eq!(set["Options"].as_array().unwrap().len(), 4);
    }
}
