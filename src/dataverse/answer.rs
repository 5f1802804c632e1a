//! A successful response as a value, and its content.

use alloc::string::String;
use alloc::vec::Vec;
use core::str::Utf8Error;

use super::Guid;
use crate::error::Error;
use crate::http::{beginning, coding, header, summary, web_page};
use crate::json::{Json, ParseError};
use crate::text::{bounded, counted, filled, rsplit_once, trim};

/// A response of the Web API with a success status.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The raw body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The last header with this name (lower case): Dataverse sends some twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// `report`, with the error and its position, if it is not JSON.
    pub fn json(&self) -> Result<Json<'_>, Error> {
        let text = core::str::from_utf8(&self.body);
        let text = text.map_err(|error| not_utf8(&self.headers, &self.body, error))?;
        Json::parse(text).map_err(|error| not_json(text, error))
    }

    /// The text of the body: one row, with its key in this member.
    ///
    /// # Errors
    ///
    /// `report` if it is not a JSON object, or not this kind of row.
    pub fn into_row(self, key: &str) -> Result<String, Error> {
        let text = self.into_text()?;
        let (row, id) = Json::parse_with(&text, key).map_err(|error| not_json(&text, error))?;
        if !row.is_object() {
            return Err(unexpected("a JSON object", row.as_str()));
        }
        if !id.is_some_and(Json::is_string) {
            return Err(lacking(key));
        }
        Ok(text)
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// `report` if it is not UTF-8.
    pub(crate) fn into_text(self) -> Result<String, Error> {
        let headers = self.headers;
        String::from_utf8(self.body).map_err(|error| {
            let (why, body) = (error.utf8_error(), error.into_bytes());
            not_utf8(&headers, &body, why)
        })
    }

    /// The failure for a response to a write that does not confirm the write: a server in between
    /// may answer 200 without Dataverse.
    pub(crate) fn unconfirmed(&self) -> Error {
        unexpected("no content", &summary(&self.headers, &self.body)).perhaps_applied()
    }

    /// The id in `OData-EntityId`, or in `Location`: `…/appointments(<id>)`.
    pub fn created_id(&self) -> Option<Guid> {
        let url = self.header("odata-entityid").or_else(|| self.header("location"))?;
        let (_, key) = rsplit_once(url, b'(')?;
        Guid::parse(key.strip_suffix(')')?)
    }
}

/// The failure for an unreadable body.
fn unreadable(why: &str) -> Error {
    Error::report(filled!("Dynamics 365 did not answer with the expected JSON ({})", &[why],))
}

/// The failure for a body that is not JSON, usually a web page from a server in between.
pub(crate) fn not_json(text: &str, error: ParseError) -> Error {
    if !trim(text).starts_with('<') {
        return unreadable(&error.says());
    }
    match web_page(&beginning(text.as_bytes())) {
        Some(page) => unreadable(&filled!("it is {}", &[&page])),
        None => unexpected("JSON", text),
    }
}

/// The failure for a body that is not UTF-8.
fn not_utf8(headers: &[(String, String)], body: &[u8], error: Utf8Error) -> Error {
    if let Some(coding) = coding(headers, body) {
        return unreadable(&filled!("it is {}", &[&coding]));
    }
    let from = counted(error.valid_up_to());
    unreadable(&match error.error_len() {
        Some(length) => {
            filled!("invalid utf-8 sequence of {} bytes from index {}", &[&counted(length), &from])
        }
        None => filled!("incomplete utf-8 byte sequence from index {}", &[&from]),
    })
}

/// The text of a member that every such response has.
pub(crate) fn required(json: Json<'_>, name: &str) -> Result<String, Error> {
    json.text(name).ok_or_else(|| lacking(name))
}

fn lacking(name: &str) -> Error {
    unreadable(&filled!("there is no text `{}`", &[name]))
}

/// The failure for a body of another shape.
pub(crate) fn unexpected(expected: &str, found: &str) -> Error {
    let found = bounded(found, 80);
    unreadable(&filled!("expected {}, found `{}`", &[expected, &found]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn answer(body: &str) -> Answer {
        Answer { status: 200, headers: Vec::new(), body: body.into() }
    }

    #[test]
    fn passes_a_row_through_unchanged() {
        let text = "{\"@odata.etag\":\"W/\\\"1\\\"\", \"id\":\"x\",\"revenue\":5000000.0000}";
        assert_eq!(answer(text).into_row("id").unwrap(), text);
    }

    #[test]
    fn refuses_a_body_that_is_not_a_row() {
        for body in ["", "<html>", "[]", "{\"a\":1", "\"x\"", "{} {}", "{}", "{\"id\":null}"] {
            assert!(answer(body).into_row("id").is_err(), "{body}");
        }
    }

    #[test]
    fn takes_the_id_from_the_last_header() {
        let id = "a56b3f4b-1be7-e611-8101-e0071b6af231";
        let mut answer = answer("");
        answer.headers.push((
            "odata-entityid".into(),
            format!("https://org.crm.dynamics.com/api/data/v9.2/appointments({id})"),
        ));
        assert_eq!(answer.created_id().unwrap().as_str(), id);
    }
}
