//! `POST EntityDefinitions` and its effects.

use super::*;

fn label(text: &str) -> Value {
    json!({
        "@odata.type": "Microsoft.Dynamics.CRM.Label",
        "LocalizedLabels": [{
            "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel",
            "Label": text, "LanguageCode": 1_033,
        }],
    })
}

/// A column of this kind, with these additional members.
pub(super) fn column(kind: &str, schema_name: &str, own: Value) -> Value {
    let mut body = json!({
        "@odata.type": format!("Microsoft.Dynamics.CRM.{kind}AttributeMetadata"),
        "SchemaName": schema_name,
        "DisplayName": label(schema_name),
        "RequiredLevel": {"Value": "None", "CanBeChanged": true,
            "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings"},
    });
    if let Value::Object(own) = own {
        body.as_object_mut().unwrap().extend(own);
    }
    body
}

pub(super) fn table(more: Vec<Value>) -> Value {
    let name = json!({
        "AttributeType": "String", "AttributeTypeName": {"Value": "StringType"},
        "IsPrimaryName": true, "MaxLength": 100, "FormatName": {"Value": "Text"},
    });
    let mut columns = vec![column("String", "new_AccountName", name)];
    columns.extend(more);
    json!({
        "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata",
        "Attributes": columns,
        "Description": label("An entity to store information about customer bank accounts"),
        "DisplayCollectionName": label("Bank Accounts"),
        "DisplayName": label("Bank Account"),
        "HasActivities": false, "HasNotes": false, "IsActivity": false,
        "OwnershipType": "UserOwned",
        "SchemaName": "new_BankAccount",
    })
}

pub(super) fn post(dataverse: &mut Dataverse, body: &Value) -> Response<Bytes> {
    send(dataverse, "POST", "EntityDefinitions", &[], body)
}

/// The code of the refusal; checks that nothing was created.
fn refusal(body: &Value) -> String {
    let mut dataverse = dataverse();
    let before = dataverse.world.schema.tables.len();
    let response = post(&mut dataverse, body);
    assert_eq!(dataverse.world.schema.tables.len(), before);
    let text: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    format!("{} {}", response.status().as_u16(), text["error"]["code"].as_str().unwrap_or_default())
}

/// The table with one change.
pub(super) fn changed(pointer: &str, value: Value) -> Value {
    let mut body = table(Vec::new());
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

#[test]
fn makes_the_documented_table() {
    let mut dataverse = dataverse();
    let response = post(&mut dataverse, &table(Vec::new()));
    assert_eq!(response.status(), 204, "{:?}", response.body());
    assert!(response.body().is_empty());
    let url = response.headers()["odata-entityid"].to_str().unwrap().to_owned();
    assert_eq!(response.headers()["location"], url);
    let (_, body) = read(&mut dataverse, url.strip_prefix(ROOT).unwrap());
    let expected = [
        ("LogicalName", "new_bankaccount"),
        ("SchemaName", "new_BankAccount"),
        ("EntitySetName", "new_bankaccounts"),
        ("PrimaryIdAttribute", "new_bankaccountid"),
        ("PrimaryNameAttribute", "new_accountname"),
        ("OwnershipType", "UserOwned"),
        ("TableType", "Standard"),
    ];
    for (name, value) in expected {
        assert_eq!(body[name], value, "{name}");
    }
    assert_eq!(body.as_object().unwrap().len(), 110);
    assert_eq!(body["IsCustomEntity"], true);
    assert_eq!(body["DisplayName"]["UserLocalizedLabel"]["Label"], "Bank Account");
    assert_eq!(body["Privileges"][0]["Name"], "prvCreatenew_BankAccount");
    assert_eq!(body["ObjectTypeCode"], 10_000);

    let path = "EntityDefinitions(LogicalName='new_bankaccount')/Attributes?$select=LogicalName";
    let (_, columns) = read(&mut dataverse, path);
    let names: Vec<&str> = columns["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["LogicalName"].as_str().unwrap())
        .collect();
    for name in ["new_bankaccountid", "new_accountname", "createdon", "ownerid", "statecode"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
}

#[test]
fn its_rows_can_be_written_and_read_immediately() {
    let mut dataverse = dataverse();
    assert_eq!(post(&mut dataverse, &table(Vec::new())).status(), 204);
    let headers = [("prefer", "return=representation"), ("content-type", "application/json")];
    let body = json!({"new_accountname": "Savings"});
    let made = send(&mut dataverse, "POST", "new_bankaccounts", &headers, &body);
    assert_eq!(made.status(), 201, "{:?}", made.body());
    let (_, all) = read(&mut dataverse, "new_bankaccounts?$select=new_accountname,statecode");
    assert_eq!(all["value"][0]["new_accountname"], "Savings");
    assert_eq!(all["value"][0]["statecode"], 0);
}

#[test]
fn refuses_missing_or_wrong_members_with_their_codes() {
    let missing = |name: &str| {
        let mut body = table(Vec::new());
        body.as_object_mut().unwrap().remove(name);
        refusal(&body)
    };
    for name in [
        "SchemaName",
        "DisplayName",
        "DisplayCollectionName",
        "OwnershipType",
        "IsActivity",
        "HasActivities",
        "HasNotes",
    ] {
        assert_eq!(missing(name), "400 0x80040203", "{name}");
    }
    assert_eq!(missing("Attributes"), "400 0x80044355");
    assert_eq!(refusal(&changed("/SchemaName", json!("BankAccount"))), "400 0x80044366");
    assert_eq!(refusal(&changed("/SchemaName", json!("1_BankAccount"))), "400 0x80044365");
    assert_eq!(refusal(&changed("/OwnershipType", json!("BusinessOwned"))), "400 0x8004700d");
    assert_eq!(refusal(&changed("/OwnershipType", json!("Mine"))), "400 0x80048d19");
    assert_eq!(refusal(&changed("/Attributes/0/IsPrimaryName", json!(false))), "400 0x80044355");
    assert_eq!(
        refusal(&changed("/Attributes/0/FormatName/Value", json!("Email"))),
        "400 0x80040203"
    );
    assert_eq!(refusal(&changed("/Attributes/0/SchemaName", json!("Name"))), "400 0x80044366");
    assert_eq!(
        refusal(&changed("/Attributes/0/SchemaName", json!("new_BankAccountId"))),
        "400 0x80047013"
    );
    let language = "/DisplayName/LocalizedLabels/0/LanguageCode";
    assert_eq!(refusal(&changed(language, json!(1_031))), "400 0x80044195");
    assert_eq!(refusal(&changed("/IsActivity", json!(true))), "501 ");
    let mut unknown = table(Vec::new());
    unknown["Colour"] = json!("red");
    assert_eq!(refusal(&unknown), "400 0x80048d19");
}

#[test]
fn refuses_a_second_primary_name_a_double_name_and_a_taken_table() {
    let primary = json!({"IsPrimaryName": true, "MaxLength": 50});
    let second = table(vec![column("String", "new_Other", primary)]);
    assert_eq!(refusal(&second), "400 0x8004701e");
    let double = table(vec![column("String", "new_accountname", json!({"MaxLength": 50}))]);
    assert_eq!(refusal(&double), "400 0x80047013");
    let mut dataverse = dataverse();
    post(&mut dataverse, &table(Vec::new()));
    let again = post(&mut dataverse, &table(Vec::new()));
    let body: Value = serde_json::from_slice(again.body()).unwrap();
    assert_eq!(body["error"]["code"], "0x8004700b");
    assert_eq!(
        body["error"]["message"],
        "An entity with the specified name already exists. Please specify a unique name."
    );
}

#[test]
fn makes_columns_of_each_kind() {
    let options = json!([{"Value": 100_000_000, "Label": label("One")}, {"Value": 100_000_001, "Label": label("Two")}]);
    let local = json!({"OptionSet": {"@odata.type": "Microsoft.Dynamics.CRM.OptionSetMetadata",
        "IsGlobal": false, "OptionSetType": "Picklist", "Options": options}});
    let columns = [
        ("String", json!({"MaxLength": 50, "FormatName": {"Value": "Email"}}), "String"),
        ("Memo", json!({"MaxLength": 500, "Format": "TextArea"}), "Memo"),
        ("Integer", json!({"MinValue": 0, "MaxValue": 10, "Format": "None"}), "Integer"),
        ("BigInt", json!({}), "BigInt"),
        ("Decimal", json!({"MinValue": 0.0, "MaxValue": 100.0, "Precision": 2}), "Decimal"),
        ("Double", json!({"MinValue": 0, "MaxValue": 10, "Precision": 3}), "Double"),
        ("Money", json!({"PrecisionSource": 2}), "Money"),
        (
            "Boolean",
            json!({"DefaultValue": true, "OptionSet": {
            "TrueOption": {"Value": 1, "Label": label("On")},
            "FalseOption": {"Value": 0, "Label": label("Off")}, "OptionSetType": "Boolean"}}),
            "Boolean",
        ),
        (
            "DateTime",
            json!({"Format": "DateOnly", "DateTimeBehavior": {"Value": "DateOnly"}}),
            "DateTime",
        ),
        ("Picklist", local.clone(), "Picklist"),
        ("MultiSelectPicklist", local, "Virtual"),
        ("Image", json!({"CanStoreFullImage": true}), "Virtual"),
        ("File", json!({"MaxSizeInKB": 1_024}), "Virtual"),
    ];
    let made =
        columns.iter().map(|(kind, own, _)| column(kind, &format!("new_{kind}"), own.clone()));
    let mut dataverse = dataverse();
    let response = post(&mut dataverse, &table(made.collect()));
    assert_eq!(response.status(), 204, "{:?}", response.body());
    for (kind, _, code) in columns {
        let name = kind.to_lowercase();
        let path = format!(
            "EntityDefinitions(LogicalName='new_bankaccount')/Attributes(LogicalName='new_{name}')"
        );
        let (status, body) = read(&mut dataverse, &path);
        assert_eq!((status, &body["AttributeType"]), (200, &json!(code)), "{kind}");
        assert_eq!(body["@odata.type"], format!("#Microsoft.Dynamics.CRM.{kind}AttributeMetadata"));
        assert_eq!(body["SchemaName"], format!("new_{kind}"));
    }
    let path = "EntityDefinitions(LogicalName='new_bankaccount')/Attributes(LogicalName='new_picklist')/\
                Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$expand=OptionSet";
    let (_, body) = read(&mut dataverse, path);
    assert_eq!(body["OptionSet"]["Options"][1]["Value"], 100_000_001);
    let money = &dataverse.world.schema.tables["new_bankaccount"].columns;
    assert!(
        money.contains_key("new_money_base") && money.contains_key("_transactioncurrencyid_value")
    );
}

#[test]
fn refuses_columns_that_cannot_be_created_this_way() {
    let with = |kind: &str, own: Value| refusal(&table(vec![column(kind, "new_X", own)]));
    for kind in ["Lookup", "UniqueIdentifier"] {
        assert_eq!(with(kind, json!({})), "400 0x80040203");
    }
    assert_eq!(with("Nonsense", json!({})), "400 0x80048d19");
    assert_eq!(with("Integer", json!({"DefaultValue": 1})), "400 0x80048d19");
    assert_eq!(with("Integer", json!({"MinValue": 5, "MaxValue": 1})), "400 0x80040203");
    assert_eq!(with("Decimal", json!({"Precision": 11})), "400 0x80040203");
    assert_eq!(with("String", json!({"MaxLength": 0})), "400 0x80040203");
    assert_eq!(with("Picklist", json!({})), "400 0x80040203");
    let mut untyped = column("String", "new_X", json!({}));
    untyped.as_object_mut().unwrap().remove("@odata.type");
    assert_eq!(refusal(&table(vec![untyped])), "400 0x80048d19");
}

#[test]
fn the_lookup_is_refused_in_the_servers_words() {
    let body = table(vec![column("Lookup", "new_X", json!({}))]);
    let response = post(&mut dataverse(), &body);
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(
        body["error"]["message"],
        "Attribute of type LookupAttributeMetadata cannot be created through the SDK"
    );
}

#[test]
fn a_column_can_use_a_global_choice() {
    let mut dataverse = dataverse();
    let (_, all) = read(&mut dataverse, "GlobalOptionSetDefinitions?$select=Name");
    let id = all["value"][0]["MetadataId"].as_str().unwrap();
    let bind = json!({"GlobalOptionSet@odata.bind": format!("/GlobalOptionSetDefinitions({id})")});
    let body = table(vec![column("Picklist", "new_Budget", bind)]);
    assert_eq!(post(&mut dataverse, &body).status(), 204);
    let column = &dataverse.world.schema.tables["new_bankaccount"].columns["new_budget"];
    assert_eq!(column.choices.len(), 4);
}

#[test]
fn a_column_can_be_added_later_and_a_table_deleted() {
    let mut dataverse = dataverse();
    post(&mut dataverse, &table(Vec::new()));
    let base = "EntityDefinitions(LogicalName='new_bankaccount')";
    let path = format!("{base}/Attributes");
    let body = column("String", "new_Bic", json!({"MaxLength": 11}));
    let response = send(&mut dataverse, "POST", &path, &[], &body);
    assert_eq!(response.status(), 204);
    let url = response.headers()["odata-entityid"].to_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{ROOT}{base}/Attributes(")), "{url}");
    let (_, made) = read(&mut dataverse, url.strip_prefix(ROOT).unwrap());
    assert_eq!((&made["LogicalName"], &made["MaxLength"]), (&json!("new_bic"), &json!(11)));

    assert_eq!(send(&mut dataverse, "DELETE", base, &[], &Value::Null).status(), 204);
    assert_eq!(read(&mut dataverse, base).0, 404);
    assert_eq!(read(&mut dataverse, "new_bankaccounts").0, 404);
    let stock = "EntityDefinitions(LogicalName='account')";
    assert_eq!(send(&mut dataverse, "DELETE", stock, &[], &Value::Null).status(), 400);
    assert_eq!(send(&mut dataverse, "PATCH", stock, &[], &json!({})).status(), 405);
    assert_eq!(send(&mut dataverse, "PUT", stock, &[], &json!({})).status(), 501);
}

#[test]
fn the_cache_may_lag_behind_unless_the_read_is_strong() {
    let mut dataverse = dataverse();
    dataverse.world.settings.metadata_cache_lag = true;
    post(&mut dataverse, &table(Vec::new()));
    let path = "EntityDefinitions(LogicalName='new_bankaccount')";
    assert_eq!(read(&mut dataverse, path).0, 404);
    let strong = [("Consistency", "Strong")];
    assert_eq!(send(&mut dataverse, "GET", path, &strong, &Value::Null).status(), 200);
    dataverse.advance(std::time::Duration::from_secs(30));
    assert_eq!(read(&mut dataverse, path).0, 200);
}

#[test]
fn microsofts_python_client_creates_tables_by_an_action() {
    let mut entity = table(vec![column("Integer", "new_Count", json!({"Format": "None"}))]);
    let complex = |kind: &Value| json!(kind.as_str().unwrap().replace("CRM.", "CRM.Complex"));
    entity["@odata.type"] = complex(&entity["@odata.type"]);
    for column in entity["Attributes"].as_array_mut().unwrap() {
        column["@odata.type"] = complex(&column["@odata.type"]);
    }
    let mut second = entity.clone();
    second["SchemaName"] = json!("nope_BankAccount");
    let mut dataverse = dataverse();
    let path = "CreateEntities?SolutionUniqueName=Default";
    let both = json!({"Entities": [entity, second]});
    assert_eq!(send(&mut dataverse, "POST", path, &[], &both).status(), 400);
    assert!(!dataverse.world.schema.tables.contains_key("new_bankaccount"));
    let one = json!({"Entities": [both["Entities"][0]]});
    assert_eq!(send(&mut dataverse, "POST", path, &[], &one).status(), 204);
    assert!(dataverse.world.schema.tables["new_bankaccount"].columns.contains_key("new_count"));
    // The action refuses the plain types, and the entity set refuses the complex ones.
    let plain = json!({"Entities": [table(Vec::new())]});
    assert_eq!(send(&mut dataverse, "POST", path, &[], &plain).status(), 400);
    assert_eq!(post(&mut dataverse, &one["Entities"][0]).status(), 400);
}

#[test]
fn a_custom_column_can_be_deleted_but_not_a_stock_one() {
    let mut dataverse = dataverse();
    post(&mut dataverse, &table(vec![column("String", "new_Bic", json!({"MaxLength": 11}))]));
    let path = |table: &str, name: &str| {
        format!("EntityDefinitions(LogicalName='{table}')/Attributes(LogicalName='{name}')")
    };
    let mut delete = |path: String| {
        let headers = [("if-match", "*")];
        send(&mut dataverse, "DELETE", &path, &headers, &Value::Null).status().as_u16()
    };
    assert_eq!(delete(path("new_bankaccount", "new_bic")), 204);
    assert_eq!(delete(path("new_bankaccount", "new_bic")), 404);
    assert_eq!(delete(path("new_bankaccount", "new_accountname")), 400);
    assert_eq!(delete(path("account", "name")), 400);
    assert!(!dataverse.world.schema.tables["new_bankaccount"].columns.contains_key("new_bic"));
}

#[test]
fn numbers_must_be_in_the_range_of_their_column() {
    const JSON: [(&str, &str); 1] = [("content-type", "application/json")];
    let mut dataverse = dataverse();
    let columns = vec![
        column("Integer", "new_Stars", json!({"MinValue": 1, "MaxValue": 5, "Format": "None"})),
        column("Decimal", "new_Rate", json!({"MinValue": 0.5, "MaxValue": 1.5, "Precision": 2})),
    ];
    assert_eq!(post(&mut dataverse, &table(columns)).status(), 204);
    for (body, answer) in [
        (json!({"new_stars": 5, "new_rate": 1.5}), "204"),
        (json!({"new_stars": 6}), "400 0x8004432f"),
        (json!({"new_stars": 0}), "400 0x8004432f"),
        (json!({"new_rate": 0.4}), "400 0x80044330"),
    ] {
        let response = send(&mut dataverse, "POST", "new_bankaccounts", &JSON, &body);
        let text = String::from_utf8_lossy(response.body()).into_owned();
        let code = text.split('"').nth(5).map_or(String::new(), |code| format!(" {code}"));
        assert_eq!(format!("{}{code}", response.status().as_u16()), answer, "{body}");
    }
}

#[test]
fn a_table_has_a_name_of_95_characters_at_most() {
    let named =
        |length: usize| changed("/SchemaName", json!(format!("new_{:x<1$}", "", length - 4)));
    assert_eq!(post(&mut dataverse(), &named(95)).status(), 204);
    assert_eq!(refusal(&named(96)), "400 0x80044367");
    let mut dataverse = dataverse();
    dataverse.world.settings.longest_table_name = 100;
    assert_eq!(post(&mut dataverse, &named(96)).status(), 204);
}

#[test]
fn labels_are_in_the_languages_of_the_organization() {
    let mut dataverse = dataverse();
    dataverse.world.settings.base_language = 1_031;
    dataverse.world.settings.other_languages = vec![1_036, 1_031];
    let (_, provisioned) = read(&mut dataverse, "RetrieveProvisionedLanguages()");
    assert_eq!(provisioned["RetrieveProvisionedLanguages"], json!([1_031, 1_036]));
    let (_, organization) = read(&mut dataverse, "organizations?$select=languagecode");
    assert_eq!(organization["value"][0]["languagecode"], 1_031);
    let (_, stock) = read(&mut dataverse, "EntityDefinitions(LogicalName='account')");
    assert_eq!(stock["DisplayName"]["UserLocalizedLabel"]["LanguageCode"], 1_031);
    let response = post(&mut dataverse, &table(Vec::new()));
    let refused: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(refused["error"]["code"], "0x80044195");
    let text = table(Vec::new()).to_string();
    for language in ["1031", "1036"] {
        let body = text.replace("1033", language).replace("ankAccount", &format!("ank{language}"));
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(post(&mut dataverse, &body).status(), 204, "{language}");
        let path = format!("EntityDefinitions(LogicalName='new_bank{language}')");
        let (_, made) = read(&mut dataverse, &path);
        let label = &made["DisplayName"];
        assert_eq!(label["LocalizedLabels"][0]["LanguageCode"].to_string(), language);
        // The user's language is the base language.
        assert_eq!(label["UserLocalizedLabel"].is_null(), language == "1036");
    }
}
