//! The occasions of a refusal, by name.

use bytes::Bytes;
use http::{Method, Request, Response};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::schema::Schema;

/// An occasion on which an organization may refuse differently.
pub(crate) struct Occasion {
    /// `refusal.no_such_row`
    pub(crate) name: &'static str,
    /// `a row that does not exist`
    pub(crate) meaning: &'static str,
    /// When it happens.
    pub(crate) when: When,
}

/// When an occasion happens.
pub(crate) enum When {
    /// Before the request is handled; the handler is then skipped.
    Asked(fn(&Asked<'_>) -> bool),
    /// After the usual refusal.
    Refused(fn(&Asked<'_>, &Refused) -> bool),
}

/// A parsed request.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Request<Bytes>,
    pub(crate) schema: &'a Schema,
    /// The path after the version: `accounts(…)`.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Value,
}

/// The usual refusal.
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(request: &'a Request<Bytes>, schema: &'a Schema) -> Self {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let path = request.uri().path();
        let path = path.split_once("/v9.2/").map_or("", |(_, path)| path);
        Asked {
            request,
            schema,
            path: decoded(path),
            query: decoded(request.uri().query().unwrap_or_default()),
            body: serde_json::from_slice(request.body()).unwrap_or(Value::Null),
        }
    }

    fn is(&self, method: Method) -> bool {
        self.request.method() == method
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.request.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The value of a query option.
    pub(crate) fn option(&self, name: &str) -> &str {
        let mut options = self.query.split('&').filter_map(|option| option.split_once('='));
        options.find(|(own, _)| *own == name).map_or("", |(_, value)| value)
    }

    fn has(&self, member: &str) -> bool {
        self.body.get(member).is_some()
    }

    /// A create by PATCH.
    pub(crate) fn creates_by_patch(&self) -> bool {
        self.is(Method::PATCH) && self.header("if-none-match") == "*"
    }

    fn makes_an_appointment(&self) -> bool {
        self.is(Method::POST) && self.path == "appointments"
    }

    fn binds(&self) -> impl Iterator<Item = &str> {
        let members = self.body.as_object().into_iter().flatten();
        members.filter(|(name, _)| name.ends_with("@odata.bind")).filter_map(|(_, v)| v.as_str())
    }

    fn is_navigation(&self, name: &str) -> bool {
        self.schema.tables.values().any(|table| table.navigation.contains_key(name))
    }
}

impl Refused {
    /// The refusal in an answer, if any.
    pub(crate) fn read(response: &Response<Bytes>) -> Option<Self> {
        let status = response.status().as_u16();
        let body: Value = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        let text = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
        (status >= 400).then(|| Refused { status, code: text("code"), message: text("message") })
    }

    fn is(&self, status: u16, code: &str) -> bool {
        self.status == status && self.code == code
    }

    /// The property that could not be found.
    fn property(&self) -> Option<&str> {
        let rest = self.message.strip_prefix("Could not find a property named '")?;
        rest.split_once('\'').map(|(name, _)| name)
    }
}

use When::{Asked as Before, Refused as After};

const fn on(name: &'static str, meaning: &'static str, when: When) -> Occasion {
    Occasion { name, meaning, when }
}

/// All occasions.
pub(crate) const OCCASIONS: &[Occasion] = &[
    on(
        "refusal.no_such_row",
        "a read of a row that does not exist",
        After(|asked, refused| {
            asked.is(Method::GET)
                && refused.is(404, "0x80040217")
                && !asked.path.starts_with("EntityDefinitions")
        }),
    ),
    on(
        "refusal.no_such_segment",
        "a set that does not exist",
        After(|asked, refused| {
            !asked.path.contains('/')
                && refused.is(404, "0x80060888")
                && refused.message.contains("segment")
        }),
    ),
    on(
        "refusal.no_such_property_selected",
        "a `$select` of a column that does not exist",
        After(|asked, refused| {
            refused.property().is_some_and(|name| {
                asked.option("$select").contains(name) && !asked.is_navigation(name)
            })
        }),
    ),
    on(
        "refusal.no_such_property_filtered",
        "a `$filter` by a column that does not exist",
        After(|asked, refused| {
            refused
                .property()
                .is_some_and(|name| asked.option("$filter").contains(&format!("{name} eq")))
        }),
    ),
    on(
        "refusal.navigation_selected",
        "a `$select` of a navigation property",
        After(|asked, refused| {
            refused.property().is_some_and(|name| {
                asked.option("$select").contains(name) && asked.is_navigation(name)
            })
        }),
    ),
    on(
        "refusal.malformed_id",
        "a malformed id",
        After(|asked, refused| {
            refused.message.contains("Error in query syntax") && !asked.path.contains('{')
        }),
    ),
    on(
        "refusal.braced_id",
        "an id in braces",
        After(|asked, refused| {
            refused.message.contains("Error in query syntax") && asked.path.contains('{')
        }),
    ),
    on(
        "refusal.unterminated_literal",
        "an unterminated literal",
        After(|_, refused| refused.message.contains("unterminated literal")),
    ),
    on(
        "refusal.skip",
        "`$skip`",
        After(|asked, refused| refused.status == 400 && !asked.option("$skip").is_empty()),
    ),
    on(
        "refusal.wrong_cast",
        "a cast of a column to another type",
        After(|asked, refused| {
            asked.path.ends_with("AttributeMetadata") && refused.code == "0x80060888"
        }),
    ),
    on(
        "refusal.no_such_column",
        "the definition of a column that does not exist",
        After(|asked, refused| {
            asked.path.contains("/Attributes(LogicalName=") && refused.is(404, "0x80040217")
        }),
    ),
    on(
        "refusal.no_such_table",
        "the definition of a table that does not exist",
        After(|asked, refused| {
            asked.path.starts_with("EntityDefinitions(LogicalName=")
                && !asked.path.contains("/Attributes")
                && refused.is(404, "0x80040217")
        }),
    ),
    on(
        "refusal.update_of_no_row",
        "an update of a row that does not exist",
        After(|asked, refused| {
            asked.is(Method::PATCH)
                && asked.binds().next().is_none()
                && refused.is(404, "0x80040217")
        }),
    ),
    on(
        "refusal.bind_to_no_row",
        "a binding to a row that does not exist",
        After(|asked, refused| asked.binds().next().is_some() && refused.is(404, "0x80040217")),
    ),
    on(
        "refusal.method_not_allowed",
        "a method that the resource does not support",
        After(|_, refused| refused.status == 405),
    ),
    on(
        "refusal.unknown_property",
        "a property that does not exist",
        After(|_, refused| {
            refused.code == "0x80048d19" && refused.message.contains("Invalid property")
        }),
    ),
    on(
        "refusal.unknown_navigation",
        "a binding through a property that does not exist",
        After(|_, refused| {
            refused.code == "0x80048d19" && refused.message.contains("An undeclared property")
        }),
    ),
    on(
        "refusal.number_for_text",
        "a number in place of text",
        After(|_, refused| {
            refused.code == "0x80048d19" && refused.message.contains("'Edm.String'")
        }),
    ),
    on(
        "refusal.malformed_date",
        "text that is not a date and time",
        After(|_, refused| {
            refused.code == "0x80048d19" && refused.message.contains("Edm.DateTimeOffset")
        }),
    ),
    on(
        "refusal.text_too_long",
        "text that is too long",
        After(|_, refused| refused.code == "0x80044331"),
    ),
    on(
        "refusal.choice_out_of_range",
        "a number that is not an option",
        After(|_, refused| refused.code == "0x8004431a"),
    ),
    on(
        "refusal.version_mismatch",
        "an update with a stale etag",
        After(|_, refused| refused.code == "0x80060882"),
    ),
    on(
        "refusal.create_by_patch_of_a_row",
        "a create by PATCH of a row that exists",
        After(|asked, refused| asked.creates_by_patch() && refused.code == "0x80040237"),
    ),
    on(
        "refusal.duplicate_record",
        "a POST with an id that exists",
        After(|asked, refused| asked.is(Method::POST) && refused.code == "0x80040237"),
    ),
    on(
        "refusal.status_of_another_state",
        "a status of another state",
        After(|_, refused| refused.code == "0x80048408"),
    ),
    on(
        "refusal.end_before_start",
        "an end before its start",
        After(|asked, refused| {
            refused.code == "0x80040203"
                && (asked.has("scheduledend") || asked.has("scheduledstart"))
        }),
    ),
    on(
        "refusal.bad_token",
        "an invalid token",
        After(|asked, refused| refused.status == 401 && !asked.header("authorization").is_empty()),
    ),
    on(
        "refusal.name_prefix",
        "a table without its publisher's prefix",
        After(|_, refused| refused.code == "0x80044366"),
    ),
    on(
        "refusal.table_name_taken",
        "a table with a taken name",
        After(|_, refused| refused.code == "0x8004700b"),
    ),
    on(
        "refusal.table_name_too_long",
        "a table whose name is too long",
        After(|_, refused| refused.code == "0x80044367"),
    ),
    on(
        "refusal.unknown_solution",
        "a table for a solution that does not exist",
        After(|_, refused| refused.code == "0x80048537"),
    ),
    on(
        "refusal.unknown_language",
        "a label in a language that is not installed",
        After(|_, refused| refused.code == "0x80044195"),
    ),
    on("refusal.create_by_patch", "a create by PATCH", Before(|asked| asked.creates_by_patch())),
    on(
        "refusal.create_by_patch_with_parties",
        "a create by PATCH with parties",
        Before(|asked| asked.creates_by_patch() && asked.has("appointment_activity_parties")),
    ),
    on(
        "refusal.create_with_parties",
        "a POST with parties",
        Before(|asked| asked.makes_an_appointment() && asked.has("appointment_activity_parties")),
    ),
    on(
        "refusal.upsert",
        "a PATCH without a condition",
        Before(|asked| {
            asked.is(Method::PATCH)
                && asked.header("if-match").is_empty()
                && asked.header("if-none-match").is_empty()
        }),
    ),
    on(
        "refusal.current_etag",
        "an update with an etag",
        Before(|asked| asked.is(Method::PATCH) && asked.header("if-match").starts_with("W/")),
    ),
    on(
        "refusal.state_in_a_create",
        "a create with a state",
        Before(|asked| asked.makes_an_appointment() && asked.has("statecode")),
    ),
    on(
        "refusal.read_only_column",
        "an update of a read-only column",
        Before(|asked| {
            asked.is(Method::PATCH) && (asked.has("createdon") || asked.has("modifiedon"))
        }),
    ),
    on(
        "refusal.reopening",
        "an update that reopens a row",
        Before(|asked| {
            asked.is(Method::PATCH) && matches!(asked.body["statecode"].as_i64(), Some(0 | 3))
        }),
    ),
    on(
        "refusal.regarding_with_suffix",
        "an account bound to a new appointment through the property with the suffix",
        Before(|asked| {
            asked.makes_an_appointment()
                && asked.has("regardingobjectid_account_appointment@odata.bind")
        }),
    ),
    on(
        "refusal.regarding_without_suffix",
        "an account bound to a new appointment through the property without the suffix",
        Before(|asked| {
            asked.makes_an_appointment() && asked.has("regardingobjectid_account@odata.bind")
        }),
    ),
    on(
        "refusal.binding_without_slash",
        "a binding without a slash",
        Before(|asked| {
            asked.binds().any(|bound| !bound.starts_with('/') && !bound.starts_with("http"))
        }),
    ),
    on(
        "refusal.time_with_offset",
        "a time with an offset",
        Before(|asked| {
            asked.body["scheduledstart"]
                .as_str()
                .is_some_and(|time| time.get(19..).is_some_and(|end| end.contains(':')))
        }),
    ),
    on(
        "refusal.longest_subject",
        "a subject of 200 characters",
        Before(|asked| {
            asked.body["subject"].as_str().is_some_and(|text| text.chars().count() == 200)
        }),
    ),
    on(
        "refusal.without_a_subject",
        "a new appointment without a subject",
        Before(|asked| asked.makes_an_appointment() && !asked.has("subject")),
    ),
    on(
        "refusal.newer_columns",
        "the definition of a column of online meetings",
        Before(|asked| asked.path.contains("Attributes(LogicalName='isonlinemeeting')")),
    ),
    on(
        "refusal.null_condition",
        "`If-None-Match: null`",
        Before(|asked| asked.header("if-none-match") == "null"),
    ),
    on(
        "refusal.groupby_on_text",
        "`groupby` in `$apply`",
        Before(|asked| asked.option("$apply").starts_with("groupby")),
    ),
    on(
        "refusal.page_size_over_5000",
        "a page size over 5000",
        Before(|asked| {
            let sizes = asked
                .header("prefer")
                .split(',')
                .filter_map(|own| own.trim().strip_prefix("odata.maxpagesize="));
            sizes.filter_map(|size| size.parse::<u64>().ok()).any(|size| size > 5_000)
        }),
    ),
    on(
        "refusal.quoted_id",
        "an id in quotes in a filter",
        Before(|asked| {
            let literals = asked.option("$filter").split('\'').skip(1).step_by(2);
            literals.map(uuid::Uuid::try_parse).any(|id| id.is_ok())
        }),
    ),
];
