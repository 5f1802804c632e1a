//! The eleven steps, in an order that gives each the rows it needs.

use dataverse_sim::{Cell, Dataverse, Seed};
use serde_json::{Value, json};

use super::{CATEGORY, Tour};
use crate::commands::Stop;

/// Fails with this message unless the condition holds.
fn must(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

/// Runs all steps.
pub(super) async fn all(tour: &mut Tour) -> Result<(), Stop> {
    reading(tour).await?;
    appointments(tour).await?;
    customizing(tour).await
}

async fn reading(tour: &mut Tour) -> Result<(), Stop> {
    tour.step("list_accounts", json!({"records_per_page": 5}), |answer, _| {
        must(rows(answer, "accounts").len() == 5, "not five accounts")?;
        Ok(format!("5 accounts: {}", texts(rows(answer, "accounts"), "name")))
    })
    .await?;

    let search = json!({"search_term": "O'Brien & Sons"});
    let found = tour
        .step("search_accounts", search, |answer, _| {
            let id = Seed::account(1).to_string();
            must(rows(answer, "accounts").iter().any(|row| row["accountid"] == id), "not found")?;
            Ok(texts(rows(answer, "accounts"), "name"))
        })
        .await?;

    let id = found["accounts"][0]["accountid"].clone();
    tour.step("get_account", json!({"account_id": id}), |answer, dataverse| {
        let account = &answer["account"];
        let stored = dataverse.world.row("account", Seed::account(1));
        let name = stored.and_then(|row| row.text("name")).unwrap_or_default();
        must(account["name"] == name, "the account differs from the stored one")?;
        let columns = account.as_object().map_or(0, serde_json::Map::len);
        Ok(format!("{name}, {columns} members"))
    })
    .await?;

    let filter = json!({"filter": "statecode eq 0 and startswith(lastname,'B')"});
    tour.step("find_contact", filter, |answer, _| {
        let contacts = rows(answer, "contacts");
        let fits = |row: &Value| row["lastname"].as_str().is_some_and(|name| name.starts_with('B'));
        must(contacts.iter().all(fits), "a contact does not match the filter")?;
        Ok(format!("{} contacts: {}", contacts.len(), texts(contacts, "fullname")))
    })
    .await?;
    Ok(())
}

async fn appointments(tour: &mut Tour) -> Result<(), Stop> {
    tour.step("list_appointment_categories", json!({}), |answer, _| {
        must(answer["category_type"] == "picklist", "the column is a choice")?;
        must(rows(answer, "categories").len() == 3, "not its three options")?;
        Ok(texts(rows(answer, "categories"), "label"))
    })
    .await?;
    let options = tour
        .step("list_appointment_category_options", json!({}), |answer, _| {
            must(rows(answer, "options").len() == 3, "not its three options")?;
            Ok(answer["options"].to_string())
        })
        .await?;

    let demo = &options["options"][1]["value"];
    let demo = demo.as_i64().or_else(|| demo.as_str().and_then(|text| text.parse().ok()));
    let kick_off = json!({
        "subject": "Coffee machine demo",
        "scheduledstart": "2026-12-10T09:00:00+01:00",
        "scheduledend": "2026-12-10T09:30:00+01:00",
        "regarding_account_id": Seed::account(1).to_string(),
        "required_attendee_email": "ann.baker@contoso.com",
        "category": demo,
    });
    let created = tour
        .step("create_appointment", kick_off, |answer, dataverse| {
            let stored = find(dataverse, answer)?;
            must(stored.text("subject") == Some("Coffee machine demo"), "the subject differs")?;
            let category = demo.map_or(Cell::Null, Cell::Number);
            must(*stored.get(CATEGORY) == category, "the category differs")?;
            Ok(answer["deep_link"].as_str().unwrap_or_default().to_owned())
        })
        .await?;

    let id = created["appointment_id"].clone();
    let longer = json!({"appointment_id": id, "scheduledend": "2026-12-10T09:00:00Z"});
    tour.step("update_appointment", longer, |answer, dataverse| {
        find(dataverse, answer)?;
        must(answer["updated_fields"] == json!(["scheduledend"]), "other fields were written")?;
        Ok(format!("updated {}", answer["updated_fields"]))
    })
    .await?;

    tour.step("list_appointments", json!({"records_per_page": 3}), |answer, _| {
        let newest = rows(answer, "appointments").first();
        must(newest.is_some_and(|row| row["activityid"] == id), "the new one is not the first")?;
        must(
            newest.is_some_and(|row| row["scheduledend"] == "2026-12-10T09:00:00Z"),
            "the end differs",
        )?;
        Ok(texts(rows(answer, "appointments"), "subject"))
    })
    .await?;
    Ok(())
}

async fn customizing(tour: &mut Tour) -> Result<(), Stop> {
    let solutions = tour
        .step("list_solution_id_options", json!({}), |answer, _| {
            must(!rows(answer, "solutions").is_empty(), "no solution")?;
            Ok(texts(rows(answer, "solutions"), "label"))
        })
        .await?;

    let contoso = rows(&solutions, "solutions").iter().find(|row| row["label"] == "Contoso Sales");
    let table = json!({
        "solution_id": contoso.map(|row| row["value"].clone()),
        "display_name": "Bank Account",
        "primary_attribute": "Account Name",
        "additional_attributes": [{"name": "Balance", "type": "money"}],
        "has_notes": true,
    });
    tour.step("create_custom_entity", table, |answer, dataverse| {
        let made = dataverse.world.schema.tables.get("contoso_bankaccount");
        let table = made.ok_or("the table `contoso_bankaccount` is missing")?;
        must(answer["entity"]["LogicalName"] == table.logical_name, "the output is another table")?;
        Ok(format!("{} with its entity set {}", table.logical_name, table.set_name))
    })
    .await?;
    Ok(())
}

/// The stored appointment of an output.
fn find<'a>(dataverse: &'a Dataverse, answer: &Value) -> Result<&'a dataverse_sim::Row, String> {
    let id = answer["appointment_id"].as_str().and_then(|id| id.parse().ok());
    let stored = id.and_then(|id| dataverse.world.row("appointment", id));
    stored.ok_or_else(|| format!("the appointment is not stored: {}", answer["appointment_id"]))
}

/// The rows of an output.
fn rows<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer[name].as_array().map_or(&[], Vec::as_slice)
}

/// One column of the rows, for display.
fn texts(rows: &[Value], name: &str) -> String {
    let texts = rows.iter().map(|row| row[name].as_str().unwrap_or("(none)"));
    texts.collect::<Vec<_>>().join(" · ")
}
