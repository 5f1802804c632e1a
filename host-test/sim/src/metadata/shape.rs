//! The members of a definition in an answer: `$select`, `$expand`, and the context URL.

use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::query::{Options, split};

/// `$select`, `$expand` and `$filter` of a definition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    pub(crate) select: Vec<String>,
    pub(crate) expand: Vec<Expand>,
    pub(crate) filter: Option<String>,
}

/// One item of `$expand`.
#[derive(Debug, Clone)]
pub(crate) struct Expand {
    pub(crate) name: String,
    pub(crate) shape: Shape,
}

impl Shape {
    /// Reads the options of a URL. Definitions have neither paging nor order
    /// ([query](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api)).
    pub(crate) fn read(query: &str) -> Result<Self, Problem> {
        let options = Options::read(query)?;
        for name in ["$top", "$orderby", "$count", "$apply", "$skiptoken", "$id"] {
            if options.get(name).is_some() {
                return Err(Problem::not_modelled(&format!(
                    "The query option '{name}' on table and column definitions"
                )));
            }
        }
        let named =
            ["$select", "$expand", "$filter"].map(|name| options.get(name).map(str::to_owned));
        let [select, expand, filter] = named;
        Shape::of(select.as_deref(), expand.as_deref(), filter)
    }

    fn of(
        select: Option<&str>,
        expand: Option<&str>,
        filter: Option<String>,
    ) -> Result<Self, Problem> {
        let names = select.map(|text| split(text, ',')).unwrap_or_default();
        let select = names.into_iter().map(|name| name.trim().to_owned()).collect();
        let items = expand.map(|text| split(text, ',')).unwrap_or_default();
        let expand = items.into_iter().map(Expand::read).collect::<Result<_, _>>()?;
        Ok(Shape { select, expand, filter })
    }

    /// The part in the context URL: `(LogicalName,OptionSet(Options))`, or nothing for all members.
    pub(crate) fn context(&self) -> String {
        let mut parts: Vec<String> =
            self.select.iter().filter(|name| *name != "*").cloned().collect();
        parts.extend(self.expand.iter().map(|item| {
            let inner = item.shape.context();
            let inner = if inner.is_empty() { "()".to_owned() } else { inner };
            format!("{}{inner}", item.name)
        }));
        if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
    }

    /// The selected members in wire order, and always `MetadataId`.
    pub(crate) fn pick(
        &self,
        body: &Map<String, Value>,
        entity: &str,
    ) -> Result<Map<String, Value>, Problem> {
        for name in &self.select {
            if name != "*" && !body.contains_key(name) {
                return Err(Problem::no_such_property(name, entity));
            }
        }
        let all = self.select.is_empty() || self.select.iter().any(|name| name == "*");
        let shown = |name: &String| {
            all || name == "MetadataId" || name == "@odata.type" || self.select.contains(name)
        };
        let members = body.iter().filter(|(name, _)| shown(name));
        Ok(members.map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}

impl Expand {
    fn read(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let Some((name, rest)) = text.split_once('(') else {
            return Ok(Expand { name: text.to_owned(), shape: Shape::default() });
        };
        let inner = rest.trim_end().strip_suffix(')').ok_or_else(Problem::bad_syntax)?;
        let (mut select, mut expand, mut filter) = (None, None, None);
        for option in split(inner, ';').into_iter().filter(|option| !option.trim().is_empty()) {
            let (key, value) = option.split_once('=').ok_or_else(Problem::bad_syntax)?;
            match key.trim() {
                "$select" => select = Some(value),
                "$expand" => expand = Some(value),
                "$filter" => filter = Some(value.to_owned()),
                other => {
                    return Err(Problem::not_modelled(&format!(
                        "The query option '{other}' inside the $expand of definitions"
                    )));
                }
            }
        }
        Ok(Expand { name: name.trim().to_owned(), shape: Shape::of(select, expand, filter)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_context_repeats_the_selection() {
        let query = "$select=LogicalName&$expand=OptionSet($select=Options),\
                     GlobalOptionSet($select=Options)";
        let shape = Shape::read(query).unwrap();
        assert_eq!(shape.context(), "(LogicalName,OptionSet(Options),GlobalOptionSet(Options))");
        assert_eq!(Shape::read("").unwrap().context(), "");
        let nested = Shape::read("$expand=Attributes($select=A;$filter=x eq 'a;b')").unwrap();
        assert_eq!(nested.expand[0].shape.filter.as_deref(), Some("x eq 'a;b'"));
    }

    #[test]
    fn picks_members_and_always_the_id() {
        let body = json!({"A": 1, "MetadataId": "x", "B": 2});
        let body = body.as_object().unwrap();
        let picked = Shape::read("$select=A").unwrap().pick(body, "EntityMetadata").unwrap();
        assert_eq!(Value::Object(picked).to_string(), r#"{"A":1,"MetadataId":"x"}"#);
        let refusal = Shape::read("$select=C").unwrap().pick(body, "EntityMetadata").unwrap_err();
        assert_eq!(
            refusal.message,
            "Could not find a property named 'C' on type 'Microsoft.Dynamics.CRM.EntityMetadata'."
        );
    }

    #[test]
    fn refuses_paging_by_name() {
        let refusal = Shape::read("$top=1").unwrap_err();
        assert_eq!(refusal.status, 501);
        assert!(refusal.message.contains("'$top'"));
    }
}
