//! `…/Attributes`: a cast limits it to one kind, with that kind's members and options.

use serde_json::{Map, Value, json};

use super::super::filter::Filter;
use super::super::path::{Key, Segment};
use super::super::shape::Shape;
use super::{Reading, with_context};
use crate::definitions::{ColumnDefinition, Options, TableDefinition, kind, template};
use crate::problem::Problem;

impl Reading<'_> {
    /// `Attributes…` of a table; `base` is the context up to the table.
    pub(super) fn in_columns(
        &self,
        table: &TableDefinition,
        base: &str,
        attributes: &Segment,
        rest: &[Segment],
    ) -> Result<Value, Problem> {
        let (cast, rest) = match rest.split_first() {
            Some((segment, rest)) if segment.key.is_none() => (Some(cast(&segment.name)?), rest),
            _ => (None, rest),
        };
        let base = match cast {
            Some(cast) => {
                format!("{base}/Attributes/Microsoft.Dynamics.CRM.{cast}AttributeMetadata")
            }
            None => format!("{base}/Attributes"),
        };
        let Some(key) = &attributes.key else {
            let [] = rest else { return Err(Problem::bad_syntax()) };
            let items = self.shown_columns(table, &self.shape, cast)?;
            let context = format!("{base}{}", self.shape.context());
            return Ok(json!({"@odata.context": context, "value": items}));
        };
        let column = self.column(table, key)?;
        if let Some(cast) = cast
            && column.kind.cast != Some(cast)
        {
            return Err(self.wrong_cast(cast));
        }
        match rest {
            [] => {
                let body = self.shown_column(column, &self.shape, cast)?;
                Ok(with_context(&format!("{base}{}/$entity", self.shape.context()), body))
            }
            [member] if matches!(member.name.as_str(), "OptionSet" | "GlobalOptionSet") => {
                let set = self.options(column, &member.name);
                let Value::Object(set) = set else {
                    return Err(Problem::no_such_segment(&member.name));
                };
                let context = format!("{base}/{}{}/$entity", member.name, self.shape.context());
                Ok(with_context(&context, self.shape.pick(&set, "OptionSetMetadata")?))
            }
            [other, ..] => Err(Problem::no_such_segment(&other.name)),
        }
    }

    fn column<'a>(
        &self,
        table: &'a TableDefinition,
        key: &Key,
    ) -> Result<&'a ColumnDefinition, Problem> {
        match key {
            Key::Id(id) => {
                let found = table.columns.values().find(|column| column.id == *id);
                found.ok_or_else(|| Problem::no_such_column(&id.to_string()))
            }
            Key::Name(key, name) if key == "LogicalName" => {
                table.columns.get(name).ok_or_else(|| Problem::no_such_column(name))
            }
            Key::Name(key, _) => Err(Problem::no_such_property(key, "AttributeMetadata")),
        }
    }

    /// A cast to the wrong kind is not documented, so a setting decides.
    fn wrong_cast(&self, cast: &str) -> Problem {
        let name = format!("Microsoft.Dynamics.CRM.{cast}AttributeMetadata");
        let mut problem = Problem::no_such_segment(&name);
        if self.world.settings.wrong_cast_is_bad_request {
            problem.status = http::StatusCode::BAD_REQUEST;
        }
        problem
    }

    /// The matching columns, each with the members that the shape selects.
    pub(super) fn shown_columns(
        &self,
        table: &TableDefinition,
        shape: &Shape,
        cast: Option<&str>,
    ) -> Result<Vec<Value>, Problem> {
        let of_kind = table.columns.values().filter(|column| match cast {
            Some(cast) => column.kind.cast == Some(cast),
            None => true,
        });
        let all: Vec<&ColumnDefinition> = of_kind.collect();
        let entity = type_name(cast);
        let base = template::column();
        let sample = if cast.is_some() { all.first().map(|c| &c.body) } else { Some(base) };
        let filter = shape.filter.as_deref();
        let filter =
            filter.map(|text| Filter::read(text, &entity, sample, self.lenient())).transpose()?;
        let chosen =
            all.into_iter().filter(|column| filter.as_ref().is_none_or(|f| f.fits(&column.body)));
        chosen.map(|column| self.shown_column(column, shape, cast).map(Value::Object)).collect()
    }

    /// One column: through the base type with its `@odata.type`, through a cast without. Through
    /// the base type the real service also shows the members of the kind, but `$select` accepts
    /// only the common ones.
    fn shown_column(
        &self,
        column: &ColumnDefinition,
        shape: &Shape,
        cast: Option<&str>,
    ) -> Result<Map<String, Value>, Problem> {
        if cast.is_none()
            && let Some(own) = shape
                .select
                .iter()
                .find(|name| *name != "*" && !template::column().contains_key(name.as_str()))
        {
            return Err(Problem::no_such_property(own, "AttributeMetadata"));
        }
        let mut body = Map::new();
        if let (None, Some(kind)) = (cast, column.kind.odata_type()) {
            body.insert("@odata.type".to_owned(), json!(kind));
        }
        let mut picked = shape.pick(&column.body, &type_name(cast))?;
        if cast.is_some()
            && !shape.select.is_empty()
            && let Some(id) = picked.shift_remove("MetadataId")
        {
            // It comes before the members selected through a cast (documented).
            body.insert("MetadataId".to_owned(), id);
        }
        body.extend(picked);
        for item in &shape.expand {
            let name = item.name.as_str();
            if cast.is_none() || !column.kind.has_options() || !is_option_set(name) {
                return Err(Problem::no_such_property(name, &type_name(cast)));
            }
            let set = match self.options(column, name) {
                Value::Object(set) => Value::Object(item.shape.pick(&set, "OptionSetMetadata")?),
                none => none,
            };
            body.insert(name.to_owned(), set);
        }
        Ok(body)
    }

    /// `OptionSet` or `GlobalOptionSet`: by the current documentation both serve local and global
    /// choices; formerly the first was null for a global one.
    fn options(&self, column: &ColumnDefinition, member: &str) -> Value {
        match &column.options {
            Options::None => Value::Null,
            Options::Local(set) => set.clone(),
            Options::Global(_)
                if member == "OptionSet" && self.world.settings.global_choice_hides_option_set =>
            {
                Value::Null
            }
            Options::Global(name) => {
                let choice = self.world.definitions.choice(name);
                choice.map_or(Value::Null, |choice| Value::Object(choice.body.clone()))
            }
        }
    }
}

fn is_option_set(name: &str) -> bool {
    matches!(name, "OptionSet" | "GlobalOptionSet")
}

/// `Picklist` of `Microsoft.Dynamics.CRM.PicklistAttributeMetadata`.
fn cast(segment: &str) -> Result<&str, Problem> {
    let cast = segment.strip_prefix("Microsoft.Dynamics.CRM.");
    let cast = cast.and_then(|name| name.strip_suffix("AttributeMetadata"));
    cast.filter(|cast| kind::is_cast(cast)).ok_or_else(|| Problem::no_such_segment(segment))
}

fn type_name(cast: Option<&str>) -> String {
    format!("{}AttributeMetadata", cast.unwrap_or_default())
}
