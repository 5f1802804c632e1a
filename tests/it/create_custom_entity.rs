//! `create_custom_entity`

use dataverse_sim::{Fault, Seed, Told, World};
use host_test::Harness;
use host_test::actions::{CreateCustomEntityInput, FailureKind};
use serde_json::{Value, json};

use crate::inputs::{bank_account, contoso_solution};
use crate::support::{count, insert};

/// Creates the table and returns the output.
fn make(host: &Harness, change: impl FnOnce(&mut CreateCustomEntityInput)) -> Value {
    let mut input = bank_account(host);
    change(&mut input);
    let entity = host.create_custom_entity(&input).unwrap_or_else(|failure| {
        panic!("{failure:?}\n{}", host.journal());
    });
    serde_json::from_str(&entity).unwrap()
}

/// The failure without a request; checks that nothing was created.
fn refused(host: &Harness, change: impl FnOnce(&mut CreateCustomEntityInput)) -> String {
    let mut input = bank_account(host);
    change(&mut input);
    let tables = tables(host);
    let failure = host.create_custom_entity(&input).unwrap_err();
    assert_eq!(failure.kind, FailureKind::FixInput, "{failure:?}");
    assert_eq!((host.requests(), self::tables(host)), (0, tables), "{failure:?}");
    failure.message
}

fn tables(host: &Harness) -> usize {
    host.sim().world.schema.tables.len()
}

/// The definition in the request.
fn sent(host: &Harness) -> Value {
    let sim = host.sim();
    let post = sim.journal().iter().find(|entry| entry.method == "POST").unwrap();
    serde_json::from_str(&post.body).unwrap()
}

/// The schema names of the columns in the request.
fn columns(sent: &Value) -> Vec<&str> {
    let columns = sent["Attributes"].as_array().unwrap().iter();
    columns.map(|column| column["SchemaName"].as_str().unwrap()).collect()
}

/// The label of the first language.
fn label(label: &Value) -> &str {
    label["LocalizedLabels"][0]["Label"].as_str().unwrap_or_default()
}

/// Adds a solution with its own publisher to the organization.
fn solution(host: &Harness, unique_name: &str, prefix: Option<&str>, managed: bool) -> String {
    let publisher = json!({
        "uniquename": format!("{unique_name}publisher"),
        "friendlyname": "Fabrikam",
        "customizationprefix": prefix,
        "customizationoptionvalueprefix": 45_678,
    });
    let publisher = insert(host, "publisher", publisher);
    let solution = json!({
        "uniquename": unique_name,
        "friendlyname": "Fabrikam",
        "version": "1.0.0.0",
        "ismanaged": managed,
        "isvisible": true,
        "publisherid@odata.bind": format!("/publishers({publisher})"),
    });
    insert(host, "solution", solution)
}

#[test]
fn creates_the_table_in_three_requests_and_returns_its_definition() {
    let host = Harness::new();
    let id = contoso_solution(&host);
    let entity = make(&host, |_| {});
    assert_eq!(entity["SchemaName"], "contoso_BankAccount");
    assert_eq!(entity["LogicalName"], "contoso_bankaccount");
    assert_eq!(label(&entity["DisplayName"]), "Bank Account");
    assert_eq!(label(&entity["DisplayCollectionName"]), "Bank Accounts");
    assert_eq!(entity["PrimaryNameAttribute"], "contoso_accountname");
    assert_eq!(entity["PrimaryIdAttribute"], "contoso_bankaccountid");
    assert_eq!(entity["OwnershipType"], "UserOwned");
    assert_eq!((&entity["HasNotes"], &entity["HasActivities"]), (&json!(false), &json!(false)));
    let made = entity["MetadataId"].as_str().unwrap();

    let sim = host.sim();
    let asked: Vec<_> = sim.journal().iter().collect();
    let lines: Vec<_> = asked
        .iter()
        .map(|entry| format!("{} {}?{}", entry.method, entry.path, entry.query))
        .collect();
    assert_eq!(
        lines,
        [
            format!(
                "GET /api/data/v9.2/solutions({id})?$select=uniquename,ismanaged,friendlyname&\
                 $expand=publisherid($select=customizationprefix,customizationoptionvalueprefix,uniquename),organizationid($select=\
             languagecode)"
            ),
            "POST /api/data/v9.2/EntityDefinitions?".to_owned(),
            format!("GET /api/data/v9.2/EntityDefinitions({made})?"),
        ]
    );
    assert_eq!(asked[1].header("mscrm.solutionuniquename"), Some("ContosoSales"));
    assert_eq!(asked[2].header("consistency"), Some("Strong"));
}

#[test]
fn returns_the_definition_through_invoke() {
    let host = Harness::new();
    let answer = host.invoke(
        "create_custom_entity",
        json!({
            "solution_id": format!("{{{}}}", contoso_solution(&host).to_uppercase()),
            "display_name": " Bank Account ",
            "primary_attribute": "Account Name",
        }),
    );
    assert_eq!(answer["success"], true, "{answer}");
    assert_eq!(answer["error"], json!(null));
    assert_eq!(answer["entity"]["LogicalName"], "contoso_bankaccount");
    assert_eq!(label(&answer["entity"]["DisplayName"]), "Bank Account");
}

#[test]
fn the_entity_set_of_the_table_stores_rows() {
    let host = Harness::new();
    let entity = make(&host, |input| {
        input.additional_attributes = Some(r#"[{"name": "Balance", "type": "money"}]"#.into());
    });
    let set = entity["EntitySetName"].as_str().unwrap();
    let row = json!({"contoso_accountname": "Savings", "contoso_balance": 12.5});
    insert(&host, "contoso_bankaccount", row);
    let mut sim = host.sim();
    let token = sim.issue_token();
    let url = format!("https://org12345.crm.dynamics.com/api/data/v9.2/{set}");
    let request = http::Request::get(url).header("authorization", format!("Bearer {token}"));
    let response = sim.handle(request.body(bytes::Bytes::new()).unwrap());
    let rows: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(rows["value"][0]["contoso_accountname"], "Savings", "{rows}");
    assert_eq!(rows["value"][0]["contoso_balance"], 12.5);
}

#[test]
fn reads_past_a_cache_that_lags_behind() {
    let mut world = World::default();
    world.settings.metadata_cache_lag = true;
    let host = Harness::with(world);
    let entity = make(&host, |_| {});
    assert_eq!(label(&entity["DisplayName"]), "Bank Account");
    assert_eq!(host.requests(), 3);
}

#[test]
fn finds_the_definition_wherever_its_id_is() {
    let mut world = World::default();
    world.settings.created_table_has_location = true;
    let host = Harness::with(world);
    assert_eq!(make(&host, |_| {})["LogicalName"], "contoso_bankaccount");
}

#[test]
fn succeeds_although_the_definition_cannot_be_read_back() {
    for fault in [Fault::Forbidden, Fault::MalformedJson, Fault::server_error(500)] {
        let host = Harness::new();
        let told = Told::always(fault).method("GET");
        host.sim().tell(told.resource("EntityDefinitions"));
        let entity = make(&host, |_| {});
        let id = entity["MetadataId"].as_str().unwrap().to_owned();
        assert_eq!(
            entity,
            json!({
                "MetadataId": id,
                "LogicalName": "contoso_bankaccount",
                "SchemaName": "contoso_BankAccount",
            })
        );
        assert!(host.sim().world.schema.tables.contains_key("contoso_bankaccount"));
    }
}

#[test]
fn derives_a_valid_name_from_any_display_name() {
    for (display_name, schema_name) in [
        ("bank-account (2)", "contoso_BankAccount2"),
        ("Customer's Größe & Straße", "contoso_CustomersGroseStrase"),
        ("Žluťoučký kůň", "contoso_ZlutouckyKun"),
        ("口座", "contoso_u53e3u5ea7"),
        ("🏦", "contoso_u1f3e6"),
        ("2026", "contoso_2026"),
        ("\"quoted\\\" <b>", "contoso_QuotedB"),
        ("_", "contoso_u5f"),
    ] {
        let host = Harness::new();
        let entity = make(&host, |input| input.display_name = display_name.into());
        assert_eq!(entity["SchemaName"], schema_name, "{display_name}");
        assert_eq!(label(&entity["DisplayName"]), display_name);
    }
    let host = Harness::new();
    let entity = make(&host, |input| input.display_name = "x".repeat(100));
    assert_eq!(entity["SchemaName"], format!("contoso_X{}", "x".repeat(39)));
}

#[test]
fn uses_the_prefix_of_the_solutions_publisher() {
    let host = Harness::new();
    let id = solution(&host, "Fabrikam_Sales", Some("fab"), false);
    let entity = make(&host, |input| {
        input.solution_id = id;
        input.additional_attributes =
            Some(r#"[{"name": "Stage", "type": "choice", "options": ["Open", "Won"]}]"#.into());
    });
    assert_eq!(entity["SchemaName"], "fab_BankAccount");
    let sent = sent(&host);
    assert_eq!(columns(&sent), ["fab_AccountName", "fab_Stage"]);
    // The values of a choice start with the publisher's number.
    let options = sent["Attributes"][1]["OptionSet"]["Options"].as_array().unwrap();
    let values: Vec<_> = options.iter().map(|option| &option["Value"]).collect();
    assert_eq!(values, [456_780_000, 456_780_001]);
}

#[test]
fn creates_the_primary_column_as_text() {
    for (primary, name) in [
        ("Account Name", "contoso_AccountName"),
        // The key column has this name.
        ("Bank Account ID", "contoso_BankAccountID2"),
        ("名前", "contoso_u540du524d"),
    ] {
        let host = Harness::new();
        let entity = make(&host, |input| input.primary_attribute = primary.into());
        assert_eq!(entity["PrimaryNameAttribute"], name.to_lowercase());
        let sent = sent(&host);
        let column = &sent["Attributes"][0];
        assert_eq!(columns(&sent), [name]);
        assert_eq!(column["IsPrimaryName"], true);
        assert_eq!(column["@odata.type"], "Microsoft.Dynamics.CRM.StringAttributeMetadata");
        assert_eq!(label(&column["DisplayName"]), primary);
    }
}

#[test]
fn accepts_more_columns_in_every_form() {
    let definition = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.MoneyAttributeMetadata",
        "AttributeType": "Money",
        "AttributeTypeName": {"Value": "MoneyType"},
        "SchemaName": "contoso_Balance",
        "DisplayName": {
            "@odata.type": "Microsoft.Dynamics.CRM.Label",
            "LocalizedLabels": [{
                "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel",
                "Label": "Balance",
                "LanguageCode": 1033,
            }],
        },
    });
    let forms = [
        json!([{"name": "Balance", "type": "money"}]),
        json!({"name": "Balance", "type": "currency"}),
        json!({"attributes": [{"name": "Balance", "type": "money"}]}),
        json!({"Balance": {"type": "money"}}),
        json!({"Balance": "money"}),
        json!([{"schema_name": "contoso_Balance", "label": "Balance", "type": "Money"}]),
        json!([definition]),
        json!({"Attributes": [definition]}),
        definition,
    ];
    for form in forms {
        // The specification calls it an object; models also send it as text.
        for given in [form.clone(), json!(form.to_string())] {
            let host = Harness::new();
            let answer = host.invoke(
                "create_custom_entity",
                json!({
                    "solution_id": contoso_solution(&host),
                    "display_name": "Bank Account",
                    "primary_attribute": "Account Name",
                    "additional_attributes": given,
                }),
            );
            assert_eq!(answer["success"], true, "{given}: {answer}");
            let sim = host.sim();
            let table = &sim.world.schema.tables["contoso_bankaccount"];
            let column = &table.columns["contoso_balance"];
            assert_eq!(format!("{:?}", column.kind), "Money", "{given}");
            drop(sim);
            assert_eq!(label(&sent(&host)["Attributes"][1]["DisplayName"]), "Balance", "{given}");
        }
    }
}

#[test]
fn treats_missing_columns_as_none() {
    for none in ["", " ", "null", "[]", "{}", "{\"attributes\": []}"] {
        let host = Harness::new();
        let answer = make(&host, |input| input.additional_attributes = Some(none.into()));
        assert_eq!(answer["LogicalName"], "contoso_bankaccount");
        assert_eq!(columns(&sent(&host)), ["contoso_AccountName"], "{none}");
    }
}

#[test]
fn creates_columns_of_every_kind() {
    let columns = json!([
        {"name": "A String", "type": "string", "max_length": 40, "format": "Email"},
        {"name": "A Memo", "type": "memo"},
        {"name": "An Integer", "type": "integer", "min": 0, "max": 10},
        {"name": "A BigInt", "type": "bigint"},
        {"name": "A Decimal", "type": "decimal", "precision": 4},
        {"name": "A Double", "type": "double"},
        {"name": "A Money", "type": "money", "required": true},
        {"name": "A Boolean", "type": "boolean", "options": ["Off", "On"], "default": true},
        {"name": "A DateTime", "type": "datetime", "behavior": "TimeZoneIndependent"},
        {"name": "A Date", "type": "date", "description": "The day"},
        {"name": "A Choice", "type": "choice", "options": ["Open", {"value": 7, "label": "Won"}]},
        {"name": "A Multi", "type": "multichoice", "options": ["Red", "Green"]},
        {"name": "An Image", "type": "image"},
        {"name": "A File", "type": "file", "max_size_kb": 1024},
    ]);
    let host = Harness::new();
    make(&host, |input| input.additional_attributes = Some(columns.to_string()));
    let sim = host.sim();
    let table = &sim.world.schema.tables["contoso_bankaccount"];
    let kind = |name: &str| format!("{:?}", table.columns[&format!("contoso_{name}")].kind);
    for (name, wanted) in [
        ("astring", "Text"),
        ("amemo", "Memo"),
        ("aninteger", "Integer"),
        ("abigint", "BigInt"),
        ("adecimal", "Decimal"),
        ("adouble", "Double"),
        ("amoney", "Money"),
        ("aboolean", "Boolean"),
        ("adatetime", "DateTime"),
        ("adate", "Date"),
        ("achoice", "Choice"),
        ("amulti", "MultiChoice"),
        ("animage", "Binary"),
        ("afile", "Guid"),
    ] {
        assert_eq!(kind(name), wanted, "{name}");
    }
    assert_eq!(table.columns["contoso_astring"].max_length, Some(40));
}

#[test]
fn names_the_wrong_column_and_sends_nothing() {
    for (columns, message) in [
        (
            r#"[{"name": "A"}]"#,
            "`additional_attributes[0]` has no type; expected `type` (such as \"string\") or `@odata.type`",
        ),
        (
            r#"[{"name": "A", "type": "string"}, {"name": "B", "type": "Lookup"}]"#,
            "`additional_attributes[1]` is of the type `Lookup`, which is a relationship to another table and cannot be \
             made together with the table",
        ),
        (
            r#"[{"name": "A", "type": "choice"}]"#,
            "`additional_attributes[0]` is a choice without `options`; expected some, such as [\"Open\", \"Closed\"]",
        ),
        (
            r#"[{"name": "A", "type": "memo", "precision": 2}]"#,
            "`additional_attributes[0]` has a member `precision`, which a column of the type `Memo` does not have",
        ),
        (
            r#"[{"name": "A", "type": "string", "IsPrimaryName": true}]"#,
            "`additional_attributes[0]` has `IsPrimaryName`, which only the column of `primary_attribute` may have",
        ),
        ("7", "`additional_attributes` is `7`; expected an array of definitions"),
    ] {
        let host = Harness::new();
        let said = refused(&host, |input| input.additional_attributes = Some(columns.into()));
        assert_eq!(said, message);
    }
    let host = Harness::new();
    let said = refused(&host, |input| input.additional_attributes = Some("[{".into()));
    assert!(said.starts_with("`additional_attributes` is not JSON ("), "{said}");
    let many = json!(vec![json!({"name": "A", "type": "string"}); 201]).to_string();
    let said = refused(&host, |input| input.additional_attributes = Some(many));
    assert_eq!(said, "`additional_attributes` holds 201 definitions (at most 200)");
}

#[test]
fn refuses_input_that_cannot_be_a_table_and_sends_nothing() {
    let host = Harness::new();
    for id in ["", "ContosoSales", "x)/publisherid"] {
        let said = refused(&host, |input| input.solution_id = id.into());
        assert!(said.starts_with("`solution_id` ") && said.contains("GUID"), "{said}");
    }
    for blank in ["", "  ", "\n"] {
        let said = refused(&host, |input| input.display_name = blank.into());
        assert!(said.starts_with("`display_name` "), "{said}");
        let said = refused(&host, |input| input.primary_attribute = blank.into());
        assert!(said.starts_with("`primary_attribute` "), "{said}");
    }
    let said = refused(&host, |input| input.display_name = "x".repeat(101));
    assert!(said.starts_with("`display_name` ") && said.contains("100"), "{said}");
    let said = refused(&host, |input| input.description = Some("x".repeat(2_001)));
    assert!(said.starts_with("`description` ") && said.contains("2000"), "{said}");
    let said = refused(&host, |input| input.language_code = Some(0));
    assert_eq!(
        said,
        "`language_code` is not usable: `0` (expected a language such as 1033, English of the United States)"
    );
}

#[test]
fn keeps_column_names_distinct() {
    let host = Harness::new();
    make(&host, |input| {
        input.additional_attributes = Some(
            json!([
                {"name": "Account name", "type": "string"},
                {"name": "ACCOUNT NAME", "type": "string"},
                {"name": "Bank account id", "type": "string"},
            ])
            .to_string(),
        );
    });
    assert_eq!(
        columns(&sent(&host)),
        [
            "contoso_AccountName",
            "contoso_AccountName2",
            "contoso_ACCOUNTNAME3",
            "contoso_BankAccountId2"
        ]
    );
}

#[test]
fn has_notes_and_activities_as_requested() {
    for (notes, activities) in [(true, false), (false, true), (true, true)] {
        let host = Harness::new();
        let entity = make(&host, |input| {
            input.has_notes = Some(notes);
            input.has_activities = Some(activities);
        });
        assert_eq!(entity["HasNotes"], notes);
        assert_eq!(entity["HasActivities"], activities);
    }
}

#[test]
fn labels_the_table_in_the_requested_language() {
    let mut world = World::default();
    world.settings.base_language = 1031;
    let host = Harness::with(world);
    let entity = make(&host, |input| {
        input.language_code = Some(1031);
        input.display_name = "Konto".into();
        input.description = Some("Ein „Konto“\nder Bank".into());
    });
    for (name, text) in [
        ("DisplayName", "Konto"),
        // Only English plurals follow a rule.
        ("DisplayCollectionName", "Konto"),
        ("Description", "Ein „Konto“\nder Bank"),
    ] {
        assert_eq!(label(&entity[name]), text, "{name}");
        assert_eq!(entity[name]["LocalizedLabels"][0]["LanguageCode"], 1031, "{name}");
    }
}

#[test]
fn labels_the_table_in_the_base_language_of_the_organization() {
    for (base, plural) in [(1_031, "Bank Account"), (1_033, "Bank Accounts")] {
        let mut world = World::default();
        world.settings.base_language = base;
        let host = Harness::with(world);
        let entity = host.create_custom_entity(&bank_account(&host)).unwrap();
        let entity: Value = serde_json::from_str(&entity).unwrap();
        for (name, text) in [("DisplayName", "Bank Account"), ("DisplayCollectionName", plural)] {
            let label = &entity[name]["LocalizedLabels"][0];
            assert_eq!((&label["LanguageCode"], &label["Label"]), (&json!(base), &json!(text)));
        }
        assert_eq!(host.requests(), 3);
    }
}

#[test]
fn creates_the_table_although_the_language_of_the_organization_cannot_be_read() {
    let host = Harness::new();
    host.sim().next_for("GET", "solutions", Fault::refusal(400, "0x80060888", "No such property."));
    host.create_custom_entity(&bank_account(&host)).unwrap();
    assert_eq!(host.requests(), 4);
    // A given language needs no request to the organization.
    let host = Harness::new();
    let input = CreateCustomEntityInput { language_code: Some(1_033), ..bank_account(&host) };
    host.create_custom_entity(&input).unwrap();
    assert!(!host.journal().contains("organizationid"), "{}", host.journal());
}

#[test]
fn quotes_dataverse_when_the_organization_lacks_the_language() {
    let host = Harness::new();
    let before = tables(&host);
    let input = CreateCustomEntityInput { language_code: Some(1036), ..bank_account(&host) };
    let failure = host.create_custom_entity(&input).unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::FixInput, Some(400)), "{failure:?}");
    assert_eq!(
        failure.message,
        "the language of `language_code`, `1036`, is not installed in the organization; Dynamics 365 refused the request (400, `0x80044195`); it says: The specified language code is not valid for this \
         organization."
    );
    assert_eq!(tables(&host), before);
}

#[test]
fn refuses_a_managed_solution_before_creating_anything() {
    let host = Harness::new();
    let before = tables(&host);
    let id = solution(&host, "FabrikamManaged", Some("fab"), true);
    let input = CreateCustomEntityInput { solution_id: id, ..bank_account(&host) };
    let failure = host.create_custom_entity(&input).unwrap_err();
    assert_eq!(failure.kind, FailureKind::FixInput);
    assert_eq!(
        failure.message,
        "the solution `FabrikamManaged` is managed and cannot take a table (expected one of list_solution_id_options)"
    );
    assert_eq!((host.requests(), tables(&host)), (1, before));
}

#[test]
fn reports_an_unknown_solution() {
    let host = Harness::new();
    let before = tables(&host);
    let solution_id = Seed::account(0).to_string();
    let input = CreateCustomEntityInput { solution_id: solution_id.clone(), ..bank_account(&host) };
    let failure = host.create_custom_entity(&input).unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert_eq!(
        failure.message,
        format!(
            "not found in Dynamics 365 (404, `0x80040217`); it says: Entity 'solution' With Id = {solution_id} Does \
             Not Exist"
        )
    );
    assert_eq!((host.requests(), tables(&host)), (1, before));
}

#[test]
fn reports_a_publisher_without_a_prefix() {
    let host = Harness::new();
    let id = solution(&host, "Fabrikam", None, false);
    let input = CreateCustomEntityInput { solution_id: id, ..bank_account(&host) };
    let failure = host.create_custom_entity(&input).unwrap_err();
    assert_eq!(failure.kind, FailureKind::AskAdministrator);
    assert_eq!(
        failure.message,
        "the publisher of the solution `Fabrikam` has no customization prefix, with which the names of tables begin; ask \
         an administrator"
    );
    assert_eq!(host.requests(), 1);
}

#[test]
fn reports_a_taken_name_and_leaves_the_table_unchanged() {
    let host = Harness::new();
    make(&host, |_| {});
    insert(&host, "contoso_bankaccount", json!({"contoso_accountname": "Savings"}));
    let before = tables(&host);
    let asked = host.requests();
    let failure = host.create_custom_entity(&bank_account(&host)).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(
        failure.message,
        "Dynamics 365 refused the request (400, `0x8004700b`); it says: An entity with the specified name already exists. \
         Please specify a unique name."
    );
    assert!(!failure.may_have_been_applied);
    assert_eq!((host.requests() - asked, tables(&host)), (2, before));
    assert_eq!(count(&host, "contoso_bankaccount"), 1);
}

#[test]
fn reports_a_taken_column_name() {
    let host = Harness::new();
    let before = tables(&host);
    let input = CreateCustomEntityInput {
        additional_attributes: Some(
            r#"[{"SchemaName": "contoso_AccountName", "type": "string"}]"#.into(),
        ),
        ..bank_account(&host)
    };
    let failure = host.create_custom_entity(&input).unwrap_err();
    assert_eq!(failure.code.as_deref(), Some("0x80047013"), "{failure:?}");
    assert_eq!(tables(&host), before);
}

#[test]
fn says_that_the_user_may_not_create_tables() {
    let host = Harness::new();
    let before = tables(&host);
    host.sim().next_for("POST", "EntityDefinitions", Fault::Forbidden);
    let failure = host.create_custom_entity(&bank_account(&host)).unwrap_err();
    assert_eq!(failure.kind, FailureKind::AskAdministrator);
    assert_eq!((host.requests(), tables(&host)), (2, before));
}
