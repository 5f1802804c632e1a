//! What a model can know when it makes a call: the conversation and the server's descriptions.

use serde_json::Value;

/// The conversation before a call: the task's words, and answers.
pub(super) struct Said(String);

impl Said {
    pub(super) fn new(texts: &[&str]) -> Said {
        Said(texts.join("\n").to_lowercase())
    }

    pub(super) fn add(&mut self, answer: &str) {
        self.0.push_str(&answer.to_lowercase());
    }

    /// Refuses an id, an e-mail address or a choice's number that did not occur before.
    pub(super) fn knows(&self, arguments: &Value) -> Result<(), String> {
        match arguments {
            Value::String(text) => {
                let separators = |c: char| c.is_whitespace() || "'(),".contains(c);
                let mut words = text.split(separators);
                let invented = words
                    .find(|word| is_id_or_address(word) && !self.0.contains(&word.to_lowercase()));
                invented.map_or(Ok(()), |word| Err(format!("`{word}` is made up")))
            }
            Value::Array(items) => items.iter().try_for_each(|item| self.knows(item)),
            Value::Object(members) => members.iter().try_for_each(|(name, value)| {
                let said = format!("\"value\":{value}");
                if name == "category" && !self.0.contains(&said) {
                    return Err(format!("the category {value} is made up"));
                }
                self.knows(value)
            }),
            _ => Ok(()),
        }
    }
}

fn is_id_or_address(word: &str) -> bool {
    let is_id = word.len() == 36
        && word.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    is_id || word.contains('@')
}

/// OData's own words in a filter.
const WORDS: [&str; 15] = [
    "and",
    "contains",
    "endswith",
    "eq",
    "false",
    "ge",
    "gt",
    "le",
    "lt",
    "ne",
    "not",
    "null",
    "or",
    "startswith",
    "true",
];

/// Refuses a filter with a column that none of the texts names.
pub(super) fn columns(filter: &str, texts: &[&str]) -> Result<(), String> {
    // Every second part is a string.
    let outside = filter.split('\'').step_by(2);
    let words =
        outside.flat_map(|part| part.split(|c: char| c.is_whitespace() || "(),".contains(c)));
    for word in words.filter(|word| word.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic()))
    {
        let is_named = |text: &&str| {
            let mut names = text.split(|c: char| c != '_' && !c.is_ascii_alphanumeric());
            names.any(|name| name == word)
        };
        if !WORDS.contains(&word) && !is_id_or_address(word) && !texts.iter().any(is_named) {
            return Err(format!("nothing names a column `{word}`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn notices_invented_values() {
        let mut said = Said::new(&["with ann.baker@contoso.com"]);
        let id = "a56b3f4b-1be7-e611-8101-e0071b6af231";
        let filter = json!({"filter": format!("(accountid eq {id})")});
        assert!(said.knows(&filter).is_err());
        assert!(said.knows(&json!({"category": 2})).is_err());
        said.add(&json!({"accounts": [{"id": id.to_uppercase()}], "value": 2}).to_string());
        assert!(said.knows(&filter).is_ok() && said.knows(&json!({"category": 2})).is_ok());
        assert!(said.knows(&json!(["Ann.Baker@contoso.com"])).is_ok());
        assert!(said.knows(&json!(["kim@contoso.com"])).is_err());
    }

    #[test]
    fn notices_an_unknown_column() {
        let filter = "contains(name,'colour') and not (statecode eq 0 or _x_value eq a56b3f4b-1be7-e611-8101-e0071b6af231)";
        assert!(columns(filter, &["name, statecode", "\"_x_value\""]).is_ok());
        assert!(columns(filter, &["name, statecode_text", "_x_value"]).is_err());
    }
}
