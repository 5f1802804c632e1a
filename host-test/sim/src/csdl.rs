//! `GET $metadata`: the entity model in CSDL
//! ([docs](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-service-documents)).
//!
//! The real document is about 15 MB: all tables, functions, actions and enumerations. This one has
//! the modelled tables, `WhoAmI`, and an empty type for each other table that is the target of a
//! navigation property.

use std::collections::BTreeSet;

use crate::exchange::{Exchange, Reply};
use crate::problem::Problem;
use crate::schema::{ColumnType, Navigation, Schema, Table};
use crate::world::World;

/// Answers with the document, in XML.
pub(crate) fn answer(world: &World, exchange: &Exchange) -> Result<Reply, Problem> {
    if !matches!(exchange.method, http::Method::GET | http::Method::HEAD) {
        return Err(Problem::method_not_allowed(&exchange.method));
    }
    let text = document(&world.schema);
    Ok(Reply::written(text.into_bytes()).with("Content-Type", "application/xml"))
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">\
    <edmx:DataServices><Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" \
    xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\
    <EntityType Name=\"crmbaseentity\" Abstract=\"true\" />";

const WHO_AM_I: &str = "<ComplexType Name=\"WhoAmIResponse\">\
    <Property Name=\"BusinessUnitId\" Type=\"Edm.Guid\" Nullable=\"false\" />\
    <Property Name=\"UserId\" Type=\"Edm.Guid\" Nullable=\"false\" />\
    <Property Name=\"OrganizationId\" Type=\"Edm.Guid\" Nullable=\"false\" /></ComplexType>\
    <Function Name=\"WhoAmI\"><ReturnType Type=\"mscrm.WhoAmIResponse\" Nullable=\"false\" /></Function>";

fn document(schema: &Schema) -> String {
    let mut text = HEAD.to_owned();
    let mut pointed_at = BTreeSet::new();
    for table in schema.tables.values() {
        entity_type(&mut text, schema, table);
        pointed_at.extend(table.navigation.values().map(|navigation| navigation.target.as_str()));
    }
    for name in pointed_at.into_iter().filter(|name| !schema.tables.contains_key(*name)) {
        let empty = format!("<EntityType Name=\"{name}\" BaseType=\"mscrm.crmbaseentity\" />");
        text.push_str(&empty);
    }
    text.push_str(WHO_AM_I);
    text.push_str("<EntityContainer Name=\"System\">");
    for table in schema.tables.values() {
        entity_set(&mut text, schema, table);
    }
    text.push_str("<FunctionImport Name=\"WhoAmI\" Function=\"mscrm.WhoAmI\" />");
    text.push_str("</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>");
    text
}

/// The base type of a table's type, if it has a specific one (documented).
fn base_of(table: &Table) -> Option<&'static str> {
    match table.logical_name.as_str() {
        "appointment" => Some("activitypointer"),
        "systemuser" | "team" => Some("principal"),
        _ => None,
    }
}

fn entity_type(text: &mut String, schema: &Schema, table: &Table) {
    let base = base_of(table);
    let name = &table.logical_name;
    let start = format!(
        "<EntityType Name=\"{name}\" BaseType=\"mscrm.{}\">",
        base.unwrap_or("crmbaseentity")
    );
    text.push_str(&start);
    // A derived type inherits its key from its base type.
    if base.is_none() {
        let key = format!("<Key><PropertyRef Name=\"{}\" /></Key>", table.primary_id);
        text.push_str(&key);
    }
    let of_base = base.and_then(|name| schema.tables.get(name));
    let inherited = |name: &str| {
        of_base.is_some_and(|base| {
            base.columns.contains_key(name) || base.navigation.contains_key(name)
        })
    };
    for column in table.columns.values().filter(|column| !inherited(&column.name)) {
        let key = column.name == table.primary_id;
        let nullable = if key { " Nullable=\"false\"" } else { "" };
        let kind = edm(&column.kind);
        let property = format!("<Property Name=\"{}\" Type=\"{kind}\"{nullable} />", column.name);
        text.push_str(&property);
    }
    for navigation in table.navigation.values().filter(|one| !inherited(&one.name)) {
        navigation_property(text, table, navigation);
    }
    text.push_str("</EntityType>");
}

fn navigation_property(text: &mut String, table: &Table, navigation: &Navigation) {
    let Navigation { name, target, column, collection } = navigation;
    if *collection {
        let property =
            format!("<NavigationProperty Name=\"{name}\" Type=\"Collection(mscrm.{target})\" />");
        text.push_str(&property);
        return;
    }
    let start = format!("<NavigationProperty Name=\"{name}\" Type=\"mscrm.{target}\"");
    text.push_str(&start);
    if table.columns.contains_key(column) {
        let constraint = format!(
            "><ReferentialConstraint Property=\"{column}\" ReferencedProperty=\"{target}id\" />\
             </NavigationProperty>"
        );
        text.push_str(&constraint);
    } else {
        text.push_str(" />");
    }
}

fn entity_set(text: &mut String, schema: &Schema, table: &Table) {
    text.push_str(&format!(
        "<EntitySet Name=\"{}\" EntityType=\"Microsoft.Dynamics.CRM.{}\">",
        table.set_name, table.logical_name
    ));
    for navigation in table.navigation.values() {
        if let Some(target) = schema.tables.get(&navigation.target) {
            text.push_str(&format!(
                "<NavigationPropertyBinding Path=\"{}\" Target=\"{}\" />",
                navigation.name, target.set_name
            ));
        }
    }
    text.push_str("</EntitySet>");
}

fn edm(kind: &ColumnType) -> &'static str {
    match kind {
        ColumnType::Guid | ColumnType::Lookup(_) => "Edm.Guid",
        ColumnType::Text | ColumnType::Memo | ColumnType::MultiChoice => "Edm.String",
        ColumnType::Integer | ColumnType::Choice | ColumnType::State | ColumnType::Status => {
            "Edm.Int32"
        }
        ColumnType::BigInt => "Edm.Int64",
        ColumnType::Boolean => "Edm.Boolean",
        ColumnType::Decimal | ColumnType::Money => "Edm.Decimal",
        ColumnType::Double => "Edm.Double",
        ColumnType::Date => "Edm.Date",
        ColumnType::DateTime => "Edm.DateTimeOffset",
        ColumnType::Binary => "Edm.Binary",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describes_every_table_and_its_targets() {
        let text = document(&Schema::stock());
        for part in [
            "<EntityType Name=\"account\" BaseType=\"mscrm.crmbaseentity\"><Key><PropertyRef Name=\"accountid\" /></Key>",
            "<Property Name=\"revenue\" Type=\"Edm.Decimal\" />",
            "<NavigationProperty Name=\"primarycontactid\" Type=\"mscrm.contact\">",
            "<EntitySet Name=\"accounts\" EntityType=\"Microsoft.Dynamics.CRM.account\">",
            "<NavigationPropertyBinding Path=\"primarycontactid\" Target=\"contacts\" />",
            "<EntityType Name=\"sla\" BaseType=\"mscrm.crmbaseentity\" />",
            // The base types.
            "<EntityType Name=\"appointment\" BaseType=\"mscrm.activitypointer\"><Property Name=\"attach",
            "<EntityType Name=\"activitypointer\" BaseType=\"mscrm.crmbaseentity\"><Key><PropertyRef Name=\"activityid\" /></Key>",
            "<EntityType Name=\"systemuser\" BaseType=\"mscrm.principal\"><Property Name=\"_",
            "<EntityType Name=\"principal\" BaseType=\"mscrm.crmbaseentity\"><Key><PropertyRef Name=\"ownerid\" /></Key>",
        ] {
            assert!(text.contains(part), "{part}");
        }
        for name in ["principal", "activitypointer", "appointment"] {
            let start = format!("<EntityType Name=\"{name}\" ");
            assert_eq!(text.matches(&start).count(), 1, "{name}");
        }
        assert_eq!(
            text.matches("<EntityType ").count(),
            text.matches("</EntityType>").count()
                + text.matches("BaseType=\"mscrm.crmbaseentity\" />").count()
                + 1
        );
    }
}
