//! The definition of a table, from the schema or from a request.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::label::label;
use super::template;
use super::{TableDefinition, id};
use crate::schema::Table;

/// Object type codes of stock tables
/// ([codes](https://learn.microsoft.com/dynamics365/customerengagement/on-premises/developer/introduction-entities)).
const CODES: [(&str, i64); 13] = [
    ("account", 1),
    ("contact", 2),
    ("systemuser", 8),
    ("team", 9),
    ("businessunit", 10),
    ("organization", 1_019),
    ("queue", 2_020),
    ("activityparty", 135),
    ("activitypointer", 4_200),
    ("appointment", 4_201),
    ("publisher", 7_101),
    ("solution", 7_100),
    ("transactioncurrency", 9_105),
];

/// The definition of a table that no request created: a stock table, or one that a test added.
pub(crate) fn of_schema(table: &Table, at: usize, language: u32) -> TableDefinition {
    let name = &table.logical_name;
    let code = CODES.iter().find(|(known, _)| known == name).map(|(_, code)| *code);
    let custom = code.is_none();
    let id = id(&format!("table {name}"));
    let mut body = template::table().clone();
    describe(&mut body, table, id.to_string());
    let code = code.unwrap_or_else(|| 11_000 + i64::try_from(at).unwrap_or(0));
    body.insert("ObjectTypeCode".to_owned(), json!(code));
    if !custom {
        as_stock(&mut body, name);
    }
    let plain = spaced(&table.schema_name);
    let plural = plural(&plain);
    for (member, text) in
        [("Description", String::new()), ("DisplayCollectionName", plural), ("DisplayName", plain)]
    {
        let key = format!("{name}.{member}");
        body.insert(member.to_owned(), label(&text, language, !custom, &key));
    }
    TableDefinition { id, body, columns: BTreeMap::new(), changed_at: None }
}

/// Sets the names and the members derived from them.
pub(crate) fn describe(body: &mut Map<String, Value>, table: &Table, id: String) {
    let collection = plural(&table.schema_name);
    let members = [
        ("LogicalName", json!(table.logical_name)),
        ("OwnershipType", json!("UserOwned")),
        ("PrimaryNameAttribute", json!(table.primary_name)),
        ("PrimaryIdAttribute", json!(table.primary_id)),
        ("ReportViewName", json!(format!("Filtered{}", table.schema_name))),
        ("SchemaName", json!(table.schema_name)),
        ("LogicalCollectionName", json!(collection.to_ascii_lowercase())),
        ("CollectionSchemaName", json!(collection)),
        ("EntitySetName", json!(table.set_name)),
        ("CreatedOn", json!("1900-01-01T00:00:00Z")),
        ("ModifiedOn", json!("1900-01-01T00:00:00Z")),
        ("MetadataId", json!(id)),
        ("Privileges", privileges(&table.schema_name)),
    ];
    for (name, value) in members {
        body.insert(name.to_owned(), value);
    }
}

fn as_stock(body: &mut Map<String, Value>, name: &str) {
    let activity = matches!(name, "appointment" | "activitypointer");
    let owned = match name {
        "account" | "contact" | "activitypointer" | "appointment" | "queue" => "UserOwned",
        "systemuser" | "team" => "BusinessOwned",
        "activityparty" => "None",
        _ => "OrganizationOwned",
    };
    let notes = matches!(name, "account" | "contact" | "appointment");
    let members = [
        ("IsCustomEntity", json!(false)),
        ("IsManaged", json!(true)),
        ("IntroducedVersion", json!("5.0.0.0")),
        ("OwnershipType", json!(owned)),
        ("IsActivity", json!(activity)),
        ("ActivityTypeMask", json!(i32::from(activity))),
        ("IsActivityParty", json!(matches!(name, "account" | "contact" | "systemuser" | "queue"))),
        ("HasNotes", json!(notes)),
        ("HasActivities", json!(matches!(name, "account" | "contact"))),
        ("IsAvailableOffline", json!(true)),
    ];
    for (member, value) in members {
        body.insert(member.to_owned(), value);
    }
}

/// The eight privileges of a table, in wire order.
fn privileges(schema_name: &str) -> Value {
    let kinds = ["Create", "Read", "Write", "Delete", "Assign", "Share", "Append", "AppendTo"];
    let one = |kind: &str| {
        let name = format!("prv{kind}{schema_name}");
        json!({
            "CanBeBasic": true,
            "CanBeDeep": true,
            "CanBeGlobal": true,
            "CanBeLocal": true,
            "CanBeEntityReference": false,
            "CanBeParentEntityReference": false,
            "CanBeRecordFilter": false,
            "Name": name,
            "PrivilegeId": id(&name).to_string(),
            "PrivilegeType": kind,
        })
    };
    Value::Array(kinds.into_iter().map(one).collect())
}

/// The server's plural. The rule is not documented (inferred): `s`; `es` after a sibilant (a public
/// issue shows that `…records` becomes `…recordses`); `ies` for a `y` after a consonant
/// (`…categories` in the same issue).
pub(crate) fn plural(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| lower.ends_with(end)) {
        return format!("{name}es");
    }
    let mut letters = lower.chars().rev();
    match (letters.next(), letters.next()) {
        (Some('y'), Some(before)) if before.is_alphabetic() && !"aeiou".contains(before) => {
            format!("{}ies", name.get(..name.len() - 1).unwrap_or_default())
        }
        _ => format!("{name}s"),
    }
}

/// `System User` for `SystemUser`, without the prefix (`new_`).
pub(crate) fn spaced(schema_name: &str) -> String {
    let name = schema_name.split_once('_').map_or(schema_name, |(_, name)| name);
    let mut text = String::new();
    for (at, c) in name.chars().enumerate() {
        if at > 0 && c.is_uppercase() && !text.ends_with(char::is_uppercase) {
            text.push(' ');
        }
        text.push(if at == 0 { c.to_ascii_uppercase() } else { c });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_plurals() {
        let all = ["new_bankaccount", "new_category", "new_day", "new_box", "dap_sauditrecords"];
        assert_eq!(
            all.map(plural),
            ["new_bankaccounts", "new_categories", "new_days", "new_boxes", "dap_sauditrecordses"]
        );
        assert_eq!(plural(""), "s");
    }

    #[test]
    fn splits_schema_names_into_words() {
        assert_eq!(spaced("SystemUser"), "System User");
        assert_eq!(spaced("new_BankAccount"), "Bank Account");
        assert_eq!(spaced("category"), "Category");
    }
}
