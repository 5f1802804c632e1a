//! Reads and checks a column in a request
//! ([docs](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-column-definitions-using-web-api)).

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::new_column::NewColumn;
use super::{kinds, names, unknown_member};
use crate::clock::Moment;
use crate::definitions::column::{self, start};
use crate::definitions::kind::{self, Kind};
use crate::definitions::{Options, label};
use crate::problem::Problem;
use crate::schema::{Column, ColumnType};
use crate::world::World;

/// Members that are copied from the request.
const CHOOSABLE: [&str; 4] =
    ["AutoNumberFormat", "IsSecured", "IsValidForAdvancedFind", "IsAuditEnabled"];

/// Reads and checks a column.
pub(crate) fn read(
    world: &World,
    asked: &Map<String, Value>,
    table: &str,
    prefixes: &[String],
) -> Result<NewColumn, Problem> {
    let kind = kind_of(asked)?;
    check_members(asked, kind)?;
    let schema_name = asked.get("SchemaName").unwrap_or(&Value::Null);
    let schema_name =
        names::check(schema_name, "Attribute", prefixes, world.settings.longest_column_name)?;
    let logical_name = schema_name.to_ascii_lowercase();
    let language = world.settings.base_language;
    let mut body = start(kind, Uuid::nil());
    for name in ["DisplayName", "Description"] {
        let texts = label::read(asked.get(name), &world.settings)?;
        if texts.is_empty() && name == "DisplayName" {
            return Err(Problem::missing_property(name, &schema_name));
        }
        let key = format!("{table}.{logical_name}.{name}");
        body.insert(name.to_owned(), label::labels(&texts, language, false, &key));
    }
    for name in CHOOSABLE {
        if let Some(value) = asked.get(name).filter(|value| !value.is_null()) {
            body.insert(name.to_owned(), value.clone());
        }
    }
    column::set_required(&mut body, required_level(asked, &schema_name)?);
    let primary_name = asked.get("IsPrimaryName") == Some(&json!(true));
    let now = Moment::new(world.now()).to_string();
    for (name, value) in [
        ("SchemaName", json!(schema_name)),
        ("LogicalName", json!(logical_name)),
        ("EntityLogicalName", json!(table)),
        ("IsPrimaryName", json!(primary_name)),
        ("CreatedOn", json!(now)),
        ("ModifiedOn", json!(now)),
    ] {
        body.insert(name.to_owned(), value);
    }
    let column = Column::new(&logical_name, ColumnType::Text);
    let options = Options::None;
    let mut new = NewColumn { logical_name, kind, primary_name, body, options, column };
    kinds::apply(world, asked, table, &mut new)?;
    new.column.range = range(&new.body);
    Ok(new)
}

/// `MinValue` and `MaxValue`, if the kind has them.
fn range(body: &Map<String, Value>) -> Option<(Decimal, Decimal)> {
    let bound = |name: &str| {
        let text = body.get(name).filter(|value| value.is_number())?.to_string();
        text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
    };
    Some((bound("MinValue")?, bound("MaxValue")?))
}

/// The kind that `@odata.type` names.
fn kind_of(asked: &Map<String, Value>) -> Result<&'static Kind, Problem> {
    let name = asked.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
    let name = name.trim_start_matches('#');
    let short = name.strip_prefix("Microsoft.Dynamics.CRM.").unwrap_or_default();
    let cast = short.strip_suffix("AttributeMetadata").unwrap_or_default();
    match (kind::made(cast), cast) {
        (Some(kind), _) => Ok(kind),
        (None, "Lookup" | "UniqueIdentifier" | "State" | "Status" | "EntityName") => {
            Err(Problem::column_kind_refused(short))
        }
        // No type means the base type, which is abstract and cannot be created (text: inferred).
        (None, "") if name.is_empty() => Err(Problem::bad_payload(
            "Attributes",
            "An instance of the abstract type 'Microsoft.Dynamics.CRM.AttributeMetadata' cannot be created; \
             the annotation '@odata.type' must name one of its derived types.",
        )),
        _ => Err(Problem::bad_payload(
            "Attributes",
            &format!(
                "A type named '{name}' could not be resolved by the model. When a model is available, each type name must \
             resolve to a valid type."
            ),
        )),
    }
}

/// Refuses members that the kind does not have: `DefaultValue` of an integer is a known trap.
fn check_members(asked: &Map<String, Value>, kind: &Kind) -> Result<(), Problem> {
    let known = start(kind, Uuid::nil());
    for name in asked.keys().filter(|name| !name.contains('@')) {
        let of_choice = name == "OptionSet" || name == "GlobalOptionSet";
        if !(known.contains_key(name) || of_choice && kind.has_options()) {
            let entity = format!("{}AttributeMetadata", kind.cast.unwrap_or_default());
            return Err(unknown_member(name, "Attributes", &entity));
        }
    }
    Ok(())
}

fn required_level<'a>(asked: &'a Map<String, Value>, of: &str) -> Result<&'a str, Problem> {
    let Some(level) = asked.get("RequiredLevel").filter(|level| !level.is_null()) else {
        return Ok("None");
    };
    match level["Value"].as_str() {
        Some(value @ ("None" | "ApplicationRequired" | "Recommended")) => Ok(value),
        _ => {
            let rule = "None, Recommended or ApplicationRequired";
            Err(Problem::property_out_of_range("RequiredLevel", of, rule))
        }
    }
}
