//! A request as a value: built by the actions, sent by [`Call`](crate::call::Call), shown in tests.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Guid;
use super::query::Filter;
use crate::http::Method;
use crate::text::percent::push_encoded;
use crate::text::{contains, counted, filled, join};

/// The maximum length of a URL that Dataverse accepts, in bytes
/// ([source](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview)).
pub const URL_LIMIT: usize = 32_768;

/// Whether a request with an unknown outcome may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It may be sent again: applying it twice has the same effect as once.
    Freely,
    /// It may be sent again only if it was certainly not applied.
    WhenNotApplied,
}

/// The time limit for a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Rows: seconds.
    Usual,
    /// The creation of a table: minutes.
    Long,
}

/// One request to the Web API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path and query after the service root, encoded: `accounts?$select=name`.
    pub resource: String,
    /// Headers specific to this request; the common ones are added when it is sent.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Option<String>,
    /// Whether it may be sent again.
    pub repeat: Repeat,
    /// How long it may take.
    pub patience: Patience,
}

impl Request {
    // Not inlined into each action.
    #[inline(never)]
    fn new(method: Method, resource: String, body: Option<String>, repeat: Repeat) -> Request {
        let patience = Patience::Usual;
        Request { method, resource, headers: Vec::new(), body, repeat, patience }
    }

    /// Reads a resource: an entity set, or the result of [`row`].
    pub fn get(resource: impl Into<String>) -> Request {
        Request::new(Method::Get, resource.into(), None, Repeat::Freely)
    }

    /// Creates a row whose id the server chooses; a retry would create two.
    pub fn post(resource: impl Into<String>, body: String) -> Request {
        Request::new(Method::Post, resource.into(), Some(body), Repeat::WhenNotApplied)
    }

    /// Creates a row under this id and never changes one: the documented create-only form of the
    /// [upsert](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/perform-conditional-operations-using-web-api).
    /// A retry finds the row and gets 412.
    pub fn create(set: &str, id: &Guid, body: String) -> Request {
        Request::new(Method::Patch, row(set, id), Some(body), Repeat::Freely)
            .header("If-None-Match", "*")
            .header("Prefer", "return=representation")
    }

    /// Updates the row with this id if it has this etag (`*`: any) and never creates one. A retry
    /// might overwrite someone else's change.
    pub fn update(set: &str, id: &Guid, etag: &str, body: String) -> Request {
        Request::new(Method::Patch, row(set, id), Some(body), Repeat::WhenNotApplied)
            .header("If-Match", etag)
    }

    /// The same request with another header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Request {
        self.push_header(name, value.into());
        self
    }

    // Not inlined into each action.
    #[inline(never)]
    fn push_header(&mut self, name: &'static str, value: String) {
        self.headers.push((name, value));
    }

    /// The same request with a query option: `$orderby`.
    pub fn option(mut self, name: &str, value: &str) -> Request {
        self.resource.push(if contains(&self.resource, b'?') { '&' } else { '?' });
        self.resource.push_str(name);
        self.resource.push('=');
        push_encoded(&mut self.resource, value);
        self
    }

    /// The same request for only these columns.
    pub fn select(self, columns: &[&str]) -> Request {
        self.option("$select", &join(columns, ","))
    }

    /// The same request for the rows that match this filter.
    pub fn filter(self, filter: Option<&Filter>) -> Request {
        match filter {
            Some(filter) => self.option("$filter", filter.as_str()),
            None => self,
        }
    }

    /// The same request in pages of this many rows, never together with `$top`.
    pub fn page_size(self, rows: usize) -> Request {
        self.header("Prefer", filled!("odata.maxpagesize={}", &[&counted(rows)]))
    }

    /// The same request, allowed to take minutes.
    pub fn patiently(mut self) -> Request {
        self.patience = Patience::Long;
        self
    }
}

/// The resource of one row: `accounts(00000000-…)`.
pub fn row(set: &str, id: &Guid) -> String {
    filled!("{}({})", &[set, id.as_str()])
}

/// The resource of a table's definition: `EntityDefinitions(LogicalName='appointment')`.
pub fn definition(table: &str) -> String {
    let mut resource = String::from("EntityDefinitions(LogicalName='");
    push_encoded(&mut resource, table);
    resource.push_str("')");
    resource
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.resource)?;
        for (name, value) in &self.headers {
            write!(f, "\n{name}: {value}")?;
        }
        match &self.body {
            Some(body) => write!(f, "\n\n{body}"),
            None => Ok(()),
        }
    }
}
