use super::*;
use crate::seed::Seed;

const ID: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const ROOT: &str = "https://org.crm.dynamics.com/api/data/v9.2/";

fn count(world: &World) -> usize {
    world.count("account")
}

#[test]
fn a_create_answers_204_with_the_url_of_the_row() {
    let mut world = World::default();
    let body = format!(
        "{{\"name\":\"New\",\"accountid\":\"{}\",\"revenue\":12.5,\"address1_city\":\"Oslo\",\"address1_postalcode\":\"0150\"}}",
        ID.to_uppercase()
    );
    let answer = send(&mut world, "POST accounts", &[], &body).unwrap();
    let link = format!("{ROOT}accounts({ID})");
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(
        (answer.header("OData-EntityId"), answer.header("Location")),
        (Some(link.as_str()), Some(link.as_str()))
    );
    let row = get(&mut world, &format!("accounts({ID})"));
    assert!(row.text.contains("\"revenue\":12.5000,\"revenue_base\":12.5000"));
    let row = row.json();
    assert_eq!(row["statuscode"], 1);
    assert_eq!(row["createdon"], "2026-02-16T09:00:00Z");
    assert_eq!(row["_ownerid_value"], world.caller().to_string());
    assert_eq!(row["_owninguser_value"], world.caller().to_string());
    assert_eq!(row["address1_composite"], "Oslo, 0150");
    assert!(row["_transactioncurrencyid_value"].is_string());
}

#[test]
fn a_create_with_representation_answers_201_and_the_row() {
    let mut world = World::default();
    let body = format!(
        "{{\"lastname\":\"Lee\",\"firstname\":\"Ann\",\"parentcustomerid_account@odata.bind\":\"/accounts({})\"}}",
        Seed::account(0)
    );
    let line = "POST contacts?$select=fullname&$expand=parentcustomerid_account($select=name)";
    let answer = send(&mut world, line, &[("prefer", "return=representation")], &body).unwrap();
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("Preference-Applied"), Some("return=representation"));
    assert_eq!(answer.header("OData-EntityId"), None);
    let row = answer.json();
    assert_eq!(
        row["@odata.context"],
        format!("{ROOT}$metadata#contacts(fullname,parentcustomerid_account(name))/$entity")
    );
    assert_eq!(
        (&row["fullname"], &row["parentcustomerid_account"]["name"]),
        (&Value::from("Ann Lee"), &Value::from("Contoso Ltd"))
    );
}

#[test]
fn a_create_repeated_with_the_same_key_is_refused() {
    let mut world = World::default();
    let body = format!("{{\"accountid\":\"{ID}\"}}");
    send(&mut world, "POST accounts", &[], &body).unwrap();
    let before = count(&world);
    let refused = refusal(&mut world, "POST accounts", &body);
    assert_eq!(
        refused,
        (
            412,
            "0x80040237".to_owned(),
            "A record with matching key values already exists.".to_owned()
        )
    );
    assert_eq!(count(&world), before);
}

#[test]
fn an_update_changes_only_the_named_columns() {
    let mut world = World::default();
    let path = format!("accounts({})", Seed::account(0));
    let before = world.row("account", Seed::account(0)).unwrap().etag();
    let answer = send(
        &mut world,
        &format!("PATCH {path}"),
        &[("If-Match", "*")],
        "{\"name\":\"Renamed\",\"telephone1\":null}",
    )
    .unwrap();
    assert_eq!(
        (answer.status, answer.header("OData-EntityId")),
        (204, Some(format!("{ROOT}{path}").as_str()))
    );
    assert_eq!(answer.header("Location"), answer.header("OData-EntityId"));
    let row = world.row("account", Seed::account(0)).unwrap();
    assert_eq!(row.text("name"), Some("Renamed"));
    assert!(row.get("telephone1").is_null());
    assert_eq!(row.text("accountnumber"), Some("ACC000000"));
    assert_ne!(row.etag(), before);
    assert_eq!(row.get("modifiedon").plain(), "2026-02-16T09:00:00Z");
}

#[test]
fn an_update_with_representation_answers_200_shaped_by_select_only() {
    let mut world = World::default();
    let line = format!("PATCH accounts({})?$select=name&$expand=createdby", Seed::account(0));
    let answer =
        send(&mut world, &line, &[("Prefer", "return=representation")], "{\"name\":\"Renamed\"}")
            .unwrap();
    assert_eq!(answer.status, 200);
    let row = answer.json();
    assert_eq!((&row["name"], row.get("createdby")), (&Value::from("Renamed"), None));
}

#[test]
fn a_patch_without_condition_creates_a_missing_row() {
    let mut world = World::default();
    let before = count(&world);
    let answer =
        send(&mut world, &format!("PATCH accounts({ID})"), &[], "{\"name\":\"Upserted\"}").unwrap();
    assert_eq!(
        (answer.status, answer.header("OData-EntityId")),
        (204, Some(format!("{ROOT}accounts({ID})").as_str()))
    );
    assert_eq!(count(&world), before + 1);
    let other = "PATCH accounts(aaaaaaaa-0000-4000-8000-000000000002)";
    let answer = send(&mut world, other, &[("Prefer", "return=representation")], "{}").unwrap();
    assert_eq!(answer.status, 201);
}

#[test]
fn state_and_status_go_together() {
    let mut world = World::default();
    let line = format!("PATCH accounts({})", Seed::account(0));
    send(&mut world, &line, &[], "{\"statecode\":1}").unwrap();
    let row = world.row("account", Seed::account(0)).unwrap();
    assert_eq!(row.get("statuscode").number(), Some(2));
    assert_eq!(refusal(&mut world, &line, "{\"statuscode\":1}").1, "0x80048408");
    send(&mut world, &line, &[], "{\"statecode\":0,\"statuscode\":1}").unwrap();
}

#[test]
fn a_delete_removes_the_row_and_empties_lookups_to_it() {
    let mut world = World::default();
    let line = format!("DELETE contacts({})", Seed::contact(0));
    assert_eq!(send(&mut world, &line, &[], "").unwrap().status, 204);
    assert!(
        world.row("account", Seed::account(0)).unwrap().get("_primarycontactid_value").is_null()
    );
    assert_eq!(refusal(&mut world, &line, "").0, 404);
}

#[test]
fn single_properties_and_lookups_are_written_by_their_own_path() {
    let mut world = World::default();
    let path = format!("accounts({})", Seed::account(0));
    let mut send =
        |line: String, body: &str| super::send(&mut world, &line, &[], body).unwrap().status;
    assert_eq!(send(format!("PUT {path}/name"), "{\"value\":\"Put\"}"), 204);
    assert_eq!(send(format!("DELETE {path}/telephone1"), ""), 204);
    let link = format!("{{\"@odata.id\":\"{ROOT}contacts({})\"}}", Seed::contact(5));
    assert_eq!(send(format!("PUT {path}/primarycontactid/$ref"), &link), 204);
    let row = world.row("account", Seed::account(0)).unwrap();
    assert_eq!((row.text("name"), row.get("telephone1").is_null()), (Some("Put"), true));
    assert_eq!(row.get("_primarycontactid_value").guid(), Some(Seed::contact(5)));
    super::send(&mut world, &format!("DELETE {path}/primarycontactid/$ref"), &[], "").unwrap();
    assert!(
        world.row("account", Seed::account(0)).unwrap().get("_primarycontactid_value").is_null()
    );
}

#[test]
fn an_added_table_works_immediately() {
    let mut world = World::default();
    let mut table = world.schema.tables["queue"].clone();
    table.logical_name = "new_bankaccount".to_owned();
    table.set_name = "new_bankaccounts".to_owned();
    world.schema.tables.insert(table.logical_name.clone(), table);
    let body = "{\"name\":\"Savings\"}";
    assert_eq!(send(&mut world, "POST new_bankaccounts", &[], body).unwrap().status, 204);
    assert_eq!(get(&mut world, "new_bankaccounts?$select=name").column("name"), ["Savings"]);
}

#[test]
fn a_row_is_added_to_a_collection_and_removed_by_reference() {
    let mut world = World::default();
    let (account, contact) = (Seed::account(0), Seed::contact(30));
    let path = format!("accounts({account})/contact_customer_accounts");
    let link = format!("{{\"@odata.id\":\"{ROOT}contacts({contact})\"}}");
    let holds = |world: &World| {
        let row = world.row("contact", contact).unwrap();
        row.get("_parentcustomerid_value").guid() == Some(account)
    };
    let outs = [
        format!("DELETE {path}({contact})/$ref"),
        format!("DELETE {path}/$ref?$id={ROOT}contacts({contact})"),
        format!("DELETE {path}/$ref?%24id=contacts({contact})"),
    ];
    for out in outs {
        send(&mut world, &format!("POST {path}/$ref"), &[], &link).unwrap();
        assert!(holds(&world));
        assert_eq!(send(&mut world, &out, &[], "").unwrap().status, 204, "{out}");
        assert!(!holds(&world));
        assert_eq!(refusal(&mut world, &out, "").1, "0x80040217", "{out}");
    }
    assert_eq!(refusal(&mut world, &format!("DELETE {path}/$ref"), "").0, 400);
    assert_eq!(refusal(&mut world, &format!("GET {path}({contact})/$ref"), "").0, 405);
    assert_eq!(refusal(&mut world, &format!("GET {path}({contact})"), "").0, 501);
    assert_eq!(refusal(&mut world, "GET accounts?$id=x", "").0, 400);
}

#[test]
fn a_publishers_prefix_follows_the_rule() {
    let mut world = World::default();
    let create = |world: &mut World, prefix: &str| {
        let body = format!("{{\"uniquename\":\"p{prefix}\",\"customizationprefix\":\"{prefix}\"}}");
        send(world, "POST publishers", &[], &body)
    };
    for prefix in ["ab", "a1b2c3d4", "MSCR"] {
        create(&mut world, prefix).unwrap();
    }
    for prefix in ["a", "1ab", "a_b", "äb", "mscrm", "MSCRMx"] {
        let problem = create(&mut world, prefix).unwrap_err();
        assert_eq!(problem.code, "0x80040203", "{prefix}");
        assert!(problem.message.contains(&format!("'{prefix}'")), "{}", problem.message);
    }
}
