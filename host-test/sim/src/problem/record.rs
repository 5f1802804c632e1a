//! Refusals about rows, URLs and payloads.

use http::StatusCode;

use super::Problem;

impl Problem {
    /// The row does not exist. Evidence: live, and W/conditional.
    pub fn no_such_row(table: &str, id: &str) -> Self {
        let message = format!("Entity '{table}' With Id = {id} Does Not Exist");
        Problem::new(StatusCode::NOT_FOUND, "0x80040217", message)
    }

    /// The path begins with an unknown entity set, function or action.
    pub fn no_such_segment(segment: &str) -> Self {
        let message = format!("Resource not found for the segment '{segment}'.");
        Problem::new(StatusCode::NOT_FOUND, "0x80060888", message)
    }

    /// The path in an `@odata.bind` names no existing row.
    pub fn no_such_bind_path() -> Self {
        let message = "URL was not parsed due to an ODataUnrecognizedPathException. Resource not \
                       found for the segment provided in the URL.";
        Problem::bad_request("0x80060888", message)
    }

    /// A query option names an unknown property.
    pub fn no_such_property(property: &str, entity: &str) -> Self {
        let message = format!(
            "Could not find a property named '{property}' on type 'Microsoft.Dynamics.CRM.{entity}'."
        );
        Problem::bad_request("0x80060888", message)
    }

    /// The URL parser cannot read the path: a key that is not a GUID, a brace.
    pub fn bad_syntax() -> Self {
        Problem::bad_request("0x80060888", "Bad Request - Error in query syntax.")
    }

    /// Any other text of the URL parser.
    pub fn bad_url(message: impl Into<String>) -> Self {
        Problem::bad_request("0x80060888", message)
    }

    /// An unclosed quote, with its position in the decoded text, from 0.
    pub fn unterminated_literal(position: usize, text: &str) -> Self {
        let message =
            format!("There is an unterminated literal at position {position} in '{text}'.");
        Problem::bad_request("0x80060888", message)
    }

    /// The entity set refuses the payload; `inner` is the text of the OData library.
    pub fn bad_payload(entity_set: &str, inner: &str) -> Self {
        let message = format!(
            "Error identified in Payload provided by the user for Entity :'{entity_set}', For more \
             information on this error please follow this help link \
             https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : \
             Microsoft.OData.ODataException: {inner}"
        );
        Problem::bad_request("0x80048d19", message)
    }

    /// A text longer than its column; the two spaces are Dataverse's.
    pub fn text_too_long(column: &str, table: &str, max: usize) -> Self {
        let message = format!(
            "A validation error occurred.  The length of the '{column}' attribute of the '{table}' \
             entity exceeded the maximum allowed length of '{max}'."
        );
        Problem::bad_request("0x80044331", message)
    }

    /// A number that is not an option; `accepted` as `1,2,3`.
    pub fn choice_out_of_range(value: i64, column: &str, table: &str, accepted: &str) -> Self {
        let message = format!(
            "A validation error occurred. The value {value} of '{column}' on record of type \
             '{table}' is outside the valid range. Accepted Values: {accepted}"
        );
        Problem::bad_request("0x8004431a", message)
    }

    /// A date-time that is invalid or out of range.
    pub fn bad_date_time() -> Self {
        let message = "The date-time format is invalid, or value is outside the supported range.";
        Problem::bad_request("0x80040239", message)
    }

    /// `TooManyConditionsInQuery`: more than 500
    /// ([limits](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows#condition-limits)).
    pub fn too_many_conditions() -> Self {
        let message = "Number of conditions in query exceeded maximum limit.";
        Problem::bad_request("0x8004430C", message)
    }

    /// `InvalidArgument`.
    pub fn invalid_argument() -> Self {
        Problem::bad_request("0x80040203", "Invalid argument.")
    }

    /// The row has changed since the caller read it.
    pub fn version_mismatch() -> Self {
        let message = "The version of the existing record doesn't match the RowVersion property \
                       provided.";
        Problem::new(StatusCode::PRECONDITION_FAILED, "0x80060882", message)
    }

    /// The row already exists, and the caller did not want to update it.
    pub fn duplicate_record() -> Self {
        let message = "A record with matching key values already exists.";
        Problem::new(StatusCode::PRECONDITION_FAILED, "0x80040237", message)
    }

    /// The activity is completed or canceled. Evidence: the text is live
    /// ([report](https://github.com/seanmcne/Microsoft.Xrm.Data.PowerShell/issues/222)), status and
    /// code are inferred.
    pub fn closed_activity(status: u32, code: &str) -> Self {
        let status = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok());
        let status = status.unwrap_or(StatusCode::BAD_REQUEST);
        Problem::new(status, code, "Cannot update Closed or Cancelled Activity")
    }

    /// Related rows in the body of a PATCH that would create the row. Evidence: status, code and
    /// text are inferred.
    pub fn deep_upsert(set: &str) -> Self {
        let message = format!(
            "Error identified in Payload provided by the user for Entity :'{set}': deep insert is \
             not supported in an upsert."
        );
        Problem::new(StatusCode::BAD_REQUEST, "0x80048d19", message)
    }

    /// An invalid customization prefix. Evidence: the rule is live, code and text are inferred.
    pub fn invalid_customization_prefix(prefix: &str) -> Self {
        let message = format!(
            "The customization prefix '{prefix}' is invalid. A prefix has 2 to 8 alphanumeric \
             characters, begins with a letter, and does not begin with 'mscrm'."
        );
        Problem::bad_request("0x80040203", message)
    }

    /// The resource does not support the method (documented for PATCH and DELETE on a collection);
    /// the text is inferred from the name of the status.
    pub fn method_not_allowed(method: &http::Method) -> Self {
        let message = format!("The requested resource does not support http method '{method}'.");
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "0x80060888", message)
    }

    /// More rows than can be aggregated
    /// ([limit](https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/aggregate-data#limitations)).
    pub fn aggregate_limit() -> Self {
        let message = "The maximum record limit is exceeded. Reduce the number of records.";
        Problem::bad_request("0x8004E023", message)
    }

    /// A lookup set by its `_x_value` name. The text is common; the code is unverified.
    pub fn lookup_set_directly() -> Self {
        let message = "CRM do not support direct update of Entity Reference properties, Use \
                       Navigation properties instead.";
        Problem::bad_request("0x80048d19", message)
    }

    /// A body whose `Content-Type` is not JSON. The text is the OData library's; the status is
    /// inferred.
    pub fn unsupported_content_type(content_type: &str) -> Self {
        let message = format!(
            "A supported MIME type could not be found that matches the content type of the request. \
             None of the supported type(s) 'application/json' matches the content type \
             '{content_type}'."
        );
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "0x80060888", message)
    }

    /// A whole number out of range; the reference has the start of the text (the rest is inferred).
    pub fn integer_out_of_range(column: &str, table: &str) -> Self {
        let message = format!(
            "A validation error occurred.  The value of '{column}' on record of type '{table}' is \
             outside the valid range."
        );
        Problem::bad_request("0x8004432f", message)
    }

    /// A decimal or an amount out of range; the reference has the start of the text (the rest is
    /// inferred).
    pub fn decimal_out_of_range(column: &str, table: &str) -> Self {
        let message = format!(
            "A validation error occurred.  The value of '{column}' on record of type '{table}' is \
             outside the valid range."
        );
        Problem::bad_request("0x80044330", message)
    }

    /// An unknown participation type.
    pub fn party_mask_not_found(mask: &str) -> Self {
        let message = format!("The Activity Party type Mask '{mask}' not found.");
        Problem::bad_request("0x80094006", message)
    }

    /// The table does not support this operation: `NotSupported`, which is 405 (documented); the
    /// text is common.
    pub fn no_such_message(message: &str, table: &str) -> Self {
        let message =
            format!("The '{message}' method does not support entities of type '{table}'.");
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "0x80040800", message)
    }
}
