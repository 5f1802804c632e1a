//! `GET` of definitions: tables, columns, global choices ([by name or
//! id](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/retrieve-metadata-name-metadataid)).

mod columns;

use serde_json::{Map, Value, json};

use super::filter::Filter;
use super::path::{Key, Segment};
use super::shape::Shape;
use crate::definitions::{Definitions, TableDefinition, label};
use crate::exchange::{Exchange, Reply};
use crate::problem::Problem;
use crate::world::World;

/// How long the caches may lag behind a change (documented: about 30 seconds).
const CACHE_SECONDS: i64 = 30;

/// The context of a read, besides the path.
pub(crate) struct Reading<'a> {
    pub(crate) world: &'a World,
    pub(crate) root: String,
    pub(crate) shape: Shape,
    /// Whether changes of the last 30 seconds are visible.
    pub(crate) strong: bool,
}

/// Answers a read.
pub(crate) fn answer(
    world: &World,
    exchange: &Exchange,
    path: &[Segment],
) -> Result<Reply, Problem> {
    let consistency = exchange.headers.get("consistency").and_then(|value| value.to_str().ok());
    let strong = consistency.is_some_and(|value| value.eq_ignore_ascii_case("strong"));
    let reading = Reading {
        world,
        root: exchange.service_root(),
        shape: Shape::read(&exchange.query)?,
        strong: strong || !world.settings.metadata_cache_lag,
    };
    let mut body = reading.route(path)?;
    if world.settings.user_labels_are_null {
        label::forget_user_labels(&mut body);
    }
    Ok(Reply::ok(body))
}

impl Reading<'_> {
    fn definitions(&self) -> &Definitions {
        &self.world.definitions
    }

    fn lenient(&self) -> bool {
        self.world.settings.text_compares_with_enums
    }

    fn route(&self, path: &[Segment]) -> Result<Value, Problem> {
        let Some((set, rest)) = path.split_first() else { return Err(Problem::bad_syntax()) };
        match (set.name.as_str(), &set.key, rest) {
            ("EntityDefinitions", None, []) => self.tables(),
            ("EntityDefinitions", Some(key), rest) => {
                let table = self.table(key)?;
                self.in_table(table, key, rest)
            }
            ("GlobalOptionSetDefinitions", None, []) => self.choices(),
            ("GlobalOptionSetDefinitions", Some(key), []) => self.choice(key),
            (_, _, rest) => {
                let name = rest.first().map_or(set.name.as_str(), |segment| &segment.name);
                Err(Problem::no_such_segment(name))
            }
        }
    }

    /// The table with this key. A change is invisible until the caches have it.
    fn table(&self, key: &Key) -> Result<&TableDefinition, Problem> {
        const NOTHING: &str = "00000000-0000-0000-0000-000000000000";
        let (found, name, id) = match key {
            Key::Id(id) => (self.definitions().table_by_id(*id), String::new(), id.to_string()),
            Key::Name(key, name) if key == "LogicalName" => {
                (self.definitions().table(name), name.clone(), NOTHING.to_owned())
            }
            Key::Name(key, _) => return Err(Problem::no_such_property(key, "EntityMetadata")),
        };
        let found = found.filter(|table| self.sees(table.changed_at));
        found.ok_or_else(|| Problem::no_such_table(&name, &id))
    }

    pub(crate) fn sees(&self, changed_at: Option<i64>) -> bool {
        let now = self.world.now();
        self.strong || changed_at.is_none_or(|changed| now - changed >= CACHE_SECONDS)
    }

    fn tables(&self) -> Result<Value, Problem> {
        let all = self.definitions().tables().filter(|table| self.sees(table.changed_at));
        let all: Vec<&TableDefinition> = all.collect();
        let sample = all.first().map(|table| &table.body);
        let filter = self.shape.filter.as_deref();
        let filter = filter
            .map(|text| Filter::read(text, "EntityMetadata", sample, self.lenient()))
            .transpose()?;
        let chosen =
            all.into_iter().filter(|table| filter.as_ref().is_none_or(|f| f.fits(&table.body)));
        let items: Vec<Value> = chosen
            .map(|table| self.shown_table(table).map(Value::Object))
            .collect::<Result<_, _>>()?;
        let context = format!("{}$metadata#EntityDefinitions{}", self.root, self.shape.context());
        Ok(json!({"@odata.context": context, "value": items}))
    }

    fn shown_table(&self, table: &TableDefinition) -> Result<Map<String, Value>, Problem> {
        let mut body = self.shape.pick(&table.body, "EntityMetadata")?;
        for item in &self.shape.expand {
            match item.name.as_str() {
                "Attributes" => {
                    let columns = self.shown_columns(table, &item.shape, None)?;
                    body.insert("Attributes".to_owned(), Value::Array(columns));
                }
                "Keys" => {
                    body.insert("Keys".to_owned(), json!([]));
                }
                other => return Err(refused_member(other)),
            }
        }
        Ok(body)
    }

    fn in_table(
        &self,
        table: &TableDefinition,
        key: &Key,
        rest: &[Segment],
    ) -> Result<Value, Problem> {
        let Some((first, rest)) = rest.split_first() else {
            if self.shape.filter.is_some() {
                return Err(Problem::bad_url(
                    "The $filter query option can only be applied to a collection.",
                ));
            }
            let context =
                format!("{}$metadata#EntityDefinitions{}", self.root, self.shape.context());
            return Ok(with_context(&format!("{context}/$entity"), self.shown_table(table)?));
        };
        let base = format!("{}$metadata#EntityDefinitions({})", self.root, key.context());
        match (first.name.as_str(), rest) {
            ("Attributes", rest) => self.in_columns(table, &base, first, rest),
            // No table of this simulator has alternate keys.
            ("Keys", []) => Ok(json!({"@odata.context": format!("{base}/Keys"), "value": []})),
            (name, []) if table.body.contains_key(name) => {
                let value = &table.body[name];
                let context = format!("{base}/{name}");
                Ok(match value {
                    Value::Object(members) => with_context(&context, members.clone()),
                    value => json!({"@odata.context": context, "value": value}),
                })
            }
            (name, _) => Err(refused_member(name)),
        }
    }

    fn choices(&self) -> Result<Value, Problem> {
        if self.shape.filter.is_some() {
            // The set does not support $filter (documented).
            return Err(Problem::not_modelled("$filter on GlobalOptionSetDefinitions"));
        }
        let items = self.definitions().choices().map(|choice| {
            let mut body = Map::new();
            let kind = "#Microsoft.Dynamics.CRM.OptionSetMetadata";
            body.insert("@odata.type".to_owned(), json!(kind));
            body.extend(self.shape.pick(&choice.body, "OptionSetMetadataBase")?);
            Ok(Value::Object(body))
        });
        let items: Vec<Value> = items.collect::<Result<_, Problem>>()?;
        let set = "$metadata#GlobalOptionSetDefinitions";
        let context = format!("{}{set}{}", self.root, self.shape.context());
        Ok(json!({"@odata.context": context, "value": items}))
    }

    fn choice(&self, key: &Key) -> Result<Value, Problem> {
        let choices = self.definitions();
        let (found, name) = match key {
            Key::Id(id) => (choices.choice_by_id(*id).map(|(_, choice)| choice), id.to_string()),
            Key::Name(key, name) if key == "Name" => (choices.choice(name), name.clone()),
            Key::Name(key, _) => return Err(Problem::no_such_property(key, "OptionSetMetadata")),
        };
        let choice = found.ok_or_else(|| Problem::no_such_choice(&name))?;
        let context = format!(
            "{}$metadata#GlobalOptionSetDefinitions{}/$entity",
            self.root,
            self.shape.context()
        );
        let mut body = Map::new();
        body.insert("@odata.context".to_owned(), json!(context));
        let kind = "#Microsoft.Dynamics.CRM.OptionSetMetadata";
        body.insert("@odata.type".to_owned(), json!(kind));
        body.extend(self.shape.pick(&choice.body, "OptionSetMetadata")?);
        Ok(Value::Object(body))
    }
}

/// The real service has relationships, which are not modelled here; neither has other names.
fn refused_member(name: &str) -> Problem {
    match name {
        "OneToManyRelationships" | "ManyToOneRelationships" | "ManyToManyRelationships" => {
            Problem::not_modelled(name)
        }
        _ => Problem::no_such_property(name, "EntityMetadata"),
    }
}

/// The members after their context.
pub(crate) fn with_context(context: &str, members: Map<String, Value>) -> Value {
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(context));
    body.extend(members);
    Value::Object(body)
}
