//! The rules for the members specific to one kind of column.

use serde_json::{Map, Value, json};

use super::new_column::NewColumn;
use crate::definitions::choices::{self, Naming};
use crate::definitions::{Options, label};
use crate::problem::Problem;
use crate::schema::{Choice, ColumnType};
use crate::world::World;

/// Checks and sets the members of the column's kind.
pub(crate) fn apply(
    world: &World,
    asked: &Map<String, Value>,
    table: &str,
    new: &mut NewColumn,
) -> Result<(), Problem> {
    new.column.kind = match new.kind.cast.unwrap_or_default() {
        "String" => {
            one_of(asked, new, "FormatName", &STRING_FORMATS)?;
            length(asked, new, 4_000)?;
            ColumnType::Text
        }
        "Memo" => {
            one_of(asked, new, "Format", &["TextArea", "Text", "RichText", "Json"])?;
            length(asked, new, 1_048_576)?;
            ColumnType::Memo
        }
        "Integer" => {
            let formats = ["None", "Duration", "TimeZone", "Language", "Locale"];
            one_of(asked, new, "Format", &formats)?;
            range(asked, new, -2_147_483_648.0, 2_147_483_647.0)?;
            ColumnType::Integer
        }
        "BigInt" => ColumnType::BigInt,
        "Decimal" => {
            whole(asked, new, "Precision", 0, 10)?;
            range(asked, new, -1e11, 1e11)?;
            ColumnType::Decimal
        }
        "Double" => {
            whole(asked, new, "Precision", 0, 5)?;
            range(asked, new, -1e11, 1e11)?;
            ColumnType::Double
        }
        "Money" => {
            whole(asked, new, "Precision", 0, 4)?;
            whole(asked, new, "PrecisionSource", 0, 2)?;
            range(asked, new, -922_337_203_685_477.0, 922_337_203_685_477.0)?;
            ColumnType::Money
        }
        "Boolean" => yes_no(world, asked, table, new)?,
        "DateTime" => {
            one_of(asked, new, "Format", &["DateOnly", "DateAndTime"])?;
            let behaviors = ["UserLocal", "DateOnly", "TimeZoneIndependent"];
            one_of(asked, new, "DateTimeBehavior", &behaviors)?;
            // Only the DateOnly behavior makes it an Edm.Date; the format alone does not.
            let date = new.body["DateTimeBehavior"]["Value"] == "DateOnly";
            if date { ColumnType::Date } else { ColumnType::DateTime }
        }
        "Picklist" => {
            choice(world, asked, table, new)?;
            ColumnType::Choice
        }
        "MultiSelectPicklist" => {
            choice(world, asked, table, new)?;
            ColumnType::MultiChoice
        }
        "Image" => ColumnType::Binary,
        // Rows show a file as the id of its content. Uploads, which set it, are not modelled.
        _ => {
            new.column.read_only = true;
            ColumnType::Guid
        }
    };
    Ok(())
}

const STRING_FORMATS: [&str; 9] = [
    "Text",
    "Email",
    "TextArea",
    "Url",
    "TickerSymbol",
    "PhoneticGuide",
    "VersionNumber",
    "Phone",
    "Json",
];

fn refuse(new: &NewColumn, member: &str, rule: &str) -> Problem {
    Problem::property_out_of_range(member, &new.logical_name, rule)
}

/// A name from a list, either plain (`Format`) or in `{Value}` (`FormatName`).
fn one_of(
    asked: &Map<String, Value>,
    new: &mut NewColumn,
    member: &str,
    names: &[&str],
) -> Result<(), Problem> {
    let Some(value) = asked.get(member).filter(|value| !value.is_null()) else { return Ok(()) };
    let wrapped = new.body[member].is_object();
    let name = if wrapped { &value["Value"] } else { value };
    match name.as_str() {
        Some(name) if names.contains(&name) => {
            let value = if wrapped { json!({ "Value": name }) } else { json!(name) };
            new.body.insert(member.to_owned(), value);
            Ok(())
        }
        _ => Err(refuse(new, member, &format!("one of {}", names.join(", ")))),
    }
}

fn whole(
    asked: &Map<String, Value>,
    new: &mut NewColumn,
    member: &str,
    least: i64,
    most: i64,
) -> Result<Option<i64>, Problem> {
    let Some(value) = asked.get(member).filter(|value| !value.is_null()) else { return Ok(None) };
    match value.as_i64().filter(|value| (least..=most).contains(value)) {
        Some(number) => {
            new.body.insert(member.to_owned(), json!(number));
            Ok(Some(number))
        }
        None => Err(refuse(new, member, &format!("a whole number from {least} to {most}"))),
    }
}

fn length(asked: &Map<String, Value>, new: &mut NewColumn, most: i64) -> Result<(), Problem> {
    let asked_for = whole(asked, new, "MaxLength", 1, most)?;
    let length = asked_for.or_else(|| new.body["MaxLength"].as_i64()).unwrap_or(most);
    if new.body.contains_key("DatabaseLength") {
        new.body.insert("DatabaseLength".to_owned(), json!(length * 2));
    }
    new.column.max_length = usize::try_from(length).ok();
    Ok(())
}

fn range(
    asked: &Map<String, Value>,
    new: &mut NewColumn,
    least: f64,
    most: f64,
) -> Result<(), Problem> {
    for member in ["MinValue", "MaxValue"] {
        let Some(value) = asked.get(member).filter(|value| !value.is_null()) else { continue };
        let fits = value.as_f64().is_some_and(|number| (least..=most).contains(&number));
        if !fits {
            return Err(refuse(new, member, &format!("a number from {least} to {most}")));
        }
        new.body.insert(member.to_owned(), value.clone());
    }
    let (min, max) = (new.body["MinValue"].as_f64(), new.body["MaxValue"].as_f64());
    if min > max {
        return Err(refuse(new, "MinValue", "not more than MaxValue"));
    }
    Ok(())
}

fn yes_no(
    world: &World,
    asked: &Map<String, Value>,
    table: &str,
    new: &mut NewColumn,
) -> Result<ColumnType, Problem> {
    let language = world.settings.base_language;
    let set = asked.get("OptionSet").unwrap_or(&Value::Null);
    let text = |member: &str, value: i64, otherwise: &str| {
        let option = &set[member];
        if !option.is_null() && option["Value"].as_i64() != Some(value) {
            return Err(Problem::property_out_of_range(member, table, &format!("Value {value}")));
        }
        let texts = label::read(option.get("Label"), &world.settings)?;
        Ok(texts.first().map_or(otherwise.to_owned(), |(text, _)| text.clone()))
    };
    let (no, yes) = (text("FalseOption", 0, "No")?, text("TrueOption", 1, "Yes")?);
    let default = match asked.get("DefaultValue").filter(|value| !value.is_null()) {
        None => false,
        Some(Value::Bool(value)) => *value,
        Some(_) => return Err(refuse(new, "DefaultValue", "true or false")),
    };
    new.body.insert("DefaultValue".to_owned(), json!(default));
    new.column.default = Some(i64::from(default));
    let set = choices::yes_no(&naming(world, table, new), [&no, &yes], language);
    new.options = Options::Local(Value::Object(set));
    Ok(ColumnType::Boolean)
}

fn naming<'a>(world: &World, table: &str, new: &'a NewColumn) -> Naming<'a> {
    let key = format!("choice {table}.{} {}", new.logical_name, world.definitions.tables().count());
    Naming {
        id: crate::definitions::id(&key),
        name: &new.logical_name,
        display: label::text(&new.body["DisplayName"]),
        kind: "Picklist",
        global: false,
        custom: true,
    }
}

/// Own options or a global choice, not both (documented).
fn choice(
    world: &World,
    asked: &Map<String, Value>,
    table: &str,
    new: &mut NewColumn,
) -> Result<(), Problem> {
    let set = asked.get("OptionSet").filter(|set| !set.is_null());
    let bind = asked.get("GlobalOptionSet@odata.bind").and_then(Value::as_str);
    match (set, bind) {
        (Some(_), Some(_)) => Err(refuse(new, "OptionSet", "not beside GlobalOptionSet")),
        (None, None) => Err(Problem::missing_property("OptionSet", &new.logical_name)),
        (None, Some(bind)) => global(world, bind, new),
        (Some(set), None) if set["IsGlobal"] == true => Err(Problem::not_modelled(
            "A new global choice within a column (OptionSet.IsGlobal: true)",
        )),
        (Some(set), None) => local(world, set, table, new),
    }
}

fn local(world: &World, set: &Value, table: &str, new: &mut NewColumn) -> Result<(), Problem> {
    let language = world.settings.base_language;
    let mut choices: Vec<Choice> = Vec::new();
    let mut options = Vec::new();
    let asked = set["Options"].as_array().cloned().unwrap_or_default();
    for option in &asked {
        // The server assigns a missing value from the publisher's range (inferred).
        let next = choices.iter().map(|choice| choice.value).max().map_or(100_000_000, |v| v + 1);
        let value = match &option["Value"] {
            Value::Null => next,
            value => value.as_i64().ok_or_else(|| refuse(new, "Options", "whole numbers"))?,
        };
        let texts = label::read(option.get("Label"), &world.settings)?;
        let Some((text, _)) = texts.first() else {
            return Err(Problem::missing_property("Label", "OptionMetadata"));
        };
        if choices.iter().any(|choice| choice.value == value) {
            return Err(refuse(new, "Options", "each value once"));
        }
        choices.push(Choice { value, label: text.clone() });
        options.push(choices::option(value, &texts, language, false, &new.logical_name));
    }
    let set = choices::set(&naming(world, table, new), options, language);
    new.column.choices = choices;
    new.options = Options::Local(Value::Object(set));
    Ok(())
}

/// `/GlobalOptionSetDefinitions(<guid>)`, with or without the slash or the whole URL.
fn global(world: &World, bind: &str, new: &mut NewColumn) -> Result<(), Problem> {
    let path = bind.rsplit('/').next().unwrap_or_default();
    let segments = super::super::path::read(path)?;
    let [segment] = &segments[..] else { return Err(Problem::no_such_bind_path()) };
    let definitions = &world.definitions;
    let name = match (&segment.key, segment.name.as_str()) {
        (Some(super::super::path::Key::Id(id)), "GlobalOptionSetDefinitions") => {
            let found = definitions.choice_by_id(*id).map(|(name, _)| name.clone());
            found.ok_or_else(|| Problem::no_such_choice(&id.to_string()))?
        }
        (Some(super::super::path::Key::Name(_, name)), "GlobalOptionSetDefinitions") => {
            name.clone()
        }
        _ => return Err(Problem::no_such_bind_path()),
    };
    let choice = definitions.choice(&name).ok_or_else(|| Problem::no_such_choice(&name))?;
    let options = choice.body["Options"].as_array().cloned().unwrap_or_default();
    new.column.choices = options
        .iter()
        .filter_map(|option| {
            let label = label::text(&option["Label"]).to_owned();
            Some(Choice { value: option["Value"].as_i64()?, label })
        })
        .collect();
    new.options = Options::Global(name);
    Ok(())
}
