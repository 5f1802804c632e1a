//! The parameters of a request to the sign-in service.

use super::refusal::Refusal;

/// A form, in any legal encoding.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body, or a query.
    ///
    /// # Errors
    ///
    /// Fails if a parameter is repeated.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(Refusal::repeated_parameter(&name));
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Ok(Form(fields))
    }

    /// The value of a parameter, unless it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The value of a required parameter.
    ///
    /// # Errors
    ///
    /// Fails if it is missing or empty.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing_parameter(name))
    }
}
