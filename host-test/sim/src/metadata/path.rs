//! The path of a definition:
//! `EntityDefinitions(LogicalName='x')/Attributes(…)/Microsoft.Dynamics.CRM.…`.

use percent_encoding::percent_decode_str;
use uuid::Uuid;

use crate::problem::Problem;
use crate::query::split;

/// One segment: a name, and the key in the parentheses after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) name: String,
    pub(crate) key: Option<Key>,
}

/// The key of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// By `MetadataId`, with or without its name.
    Id(Uuid),
    /// By an alternate key: `LogicalName='account'`, `Name='budgetstatus'`.
    Name(String, String),
}

impl Key {
    /// The key in a context URL: `'account'`, or the bare id.
    pub(crate) fn context(&self) -> String {
        match self {
            Key::Id(id) => id.to_string(),
            Key::Name(_, value) => format!("'{}'", value.replace('\'', "''")),
        }
    }
}

/// Splits a resource, which is still percent-encoded, into segments.
pub(crate) fn read(resource: &str) -> Result<Vec<Segment>, Problem> {
    let decoded = percent_decode_str(resource).decode_utf8().map_err(|_| Problem::bad_syntax())?;
    split(&decoded, '/').into_iter().filter(|part| !part.is_empty()).map(segment).collect()
}

fn segment(text: &str) -> Result<Segment, Problem> {
    let Some((name, rest)) = text.split_once('(') else {
        return Ok(Segment { name: text.to_owned(), key: None });
    };
    let inner = rest.strip_suffix(')').ok_or_else(Problem::bad_syntax)?.trim();
    Ok(Segment { name: name.to_owned(), key: Some(key(inner)?) })
}

fn key(text: &str) -> Result<Key, Problem> {
    let Some((name, value)) = text.split_once('=') else {
        return guid(text).map(Key::Id);
    };
    let (name, value) = (name.trim(), value.trim());
    if name == "MetadataId" {
        return guid(value).map(Key::Id);
    }
    let literal = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
    let literal = literal.ok_or_else(Problem::bad_syntax)?.replace("''", "'");
    Ok(Key::Name(name.to_owned(), literal))
}

/// A GUID in its plain form. Braces and other forms are syntax errors, as for rows.
fn guid(text: &str) -> Result<Uuid, Problem> {
    let text = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(text);
    if text.len() != 36 {
        return Err(Problem::bad_syntax());
    }
    Uuid::try_parse(text).map_err(|_| Problem::bad_syntax())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_keys_in_every_form() {
        let path = "EntityDefinitions%28LogicalName%3D'account'%29/Attributes(MetadataId=\
                    118771CA-6fb9-4f60-8fd4-99b6124b63ad)/Microsoft.Dynamics.CRM.PicklistAttributeMetadata";
        let segments = read(path).unwrap();
        assert_eq!(segments.len(), 3);
        let name = Key::Name("LogicalName".to_owned(), "account".to_owned());
        assert_eq!(segments[0].key, Some(name));
        assert_eq!(
            segments[1].key.as_ref().unwrap().context(),
            "118771ca-6fb9-4f60-8fd4-99b6124b63ad"
        );
        assert_eq!(segments[2].key, None);
    }

    #[test]
    fn refuses_an_invalid_key() {
        for path in [
            "EntityDefinitions(x)",
            "EntityDefinitions({118771ca-6fb9-4f60-8fd4-99b6124b63ad})",
            "EntityDefinitions(LogicalName=account)",
            "EntityDefinitions(",
            "EntityDefinitions()",
        ] {
            assert_eq!(
                read(path).unwrap_err().message,
                "Bad Request - Error in query syntax.",
                "{path}"
            );
        }
    }
}
