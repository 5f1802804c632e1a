//! The members of a JSON body, in order and with the text of their values.

use serde_json::value::RawValue;

use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::raw_json::RawObject;
use crate::schema::Table;

/// One member of an object.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its name, including annotations: `primarycontactid@odata.bind`.
    pub(crate) name: String,
    /// Its value as written.
    pub(crate) value: Box<RawValue>,
}

impl Member {
    /// A member without value.
    pub(crate) fn null(name: &str) -> Self {
        Member { name: name.to_owned(), value: RawValue::NULL.to_owned() }
    }

    /// The members of a JSON object.
    pub(crate) fn of(object: &serde_json::Map<String, serde_json::Value>) -> Vec<Self> {
        let member = |(name, value): (&String, &serde_json::Value)| {
            Some(Member {
                name: name.clone(),
                value: RawValue::from_string(value.to_string()).ok()?,
            })
        };
        object.iter().filter_map(member).collect()
    }

    /// Its text; refuses any other value.
    pub(crate) fn text(&self, table: &Table) -> Result<String, Problem> {
        serde_json::from_str(self.value.get()).map_err(|_| {
            let inner = format!("The value of '{}' must be a string.", self.name);
            Problem::bad_payload(&table.set_name, &inner)
        })
    }
}

/// Reads the body of a write.
pub(super) fn read(exchange: &Exchange, set: &str) -> Result<Vec<Member>, Problem> {
    let kind =
        exchange.headers.get("content-type").map(|value| String::from_utf8_lossy(value.as_bytes()));
    let kind = kind.as_deref().unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence != "application/json" {
        return Err(Problem::unsupported_content_type(kind));
    }
    match serde_json::from_slice::<RawObject>(&exchange.body) {
        Ok(object) => Ok(named(object)),
        Err(_) => Err(malformed(set)),
    }
}

fn named(object: RawObject) -> Vec<Member> {
    object.0.into_iter().map(|(name, value)| Member { name, value }).collect()
}

/// The objects in a list.
pub(super) fn items(member: &Member, set: &str) -> Result<Vec<Vec<Member>>, Problem> {
    match serde_json::from_str::<Vec<RawObject>>(member.value.get()) {
        Ok(objects) => Ok(objects.into_iter().map(named).collect()),
        Err(_) => Err(malformed(set)),
    }
}

/// The OData library's text is known only for other errors (inferred).
pub(super) fn malformed(set: &str) -> Problem {
    Problem::bad_payload(set, "Invalid JSON. A token was not recognized in the JSON content.")
}
