//! Refusals about tables, columns and solutions. Statuses are 400 by the names of the codes unless
//! said otherwise.

use http::StatusCode;

use super::Problem;

impl Problem {
    /// No table has this name or id. The text comes from a stack trace in a public issue; the
    /// status is inferred.
    pub fn no_such_table(name: &str, id: &str) -> Self {
        let message = format!("Could not find an entity with name {name} and id {id}.");
        Problem::new(StatusCode::NOT_FOUND, "0x80040217", message)
    }

    /// No column has this name or id (status and code: inferred; the text comes from public code).
    pub fn no_such_column(name: &str) -> Self {
        let message = format!("Could not find an attribute with specified name: {name}");
        Problem::new(StatusCode::NOT_FOUND, "0x80040217", message)
    }

    /// No global choice has this name or id (inferred).
    pub fn no_such_choice(name: &str) -> Self {
        let message = format!("Could not find optionset with specified name: {name}");
        Problem::new(StatusCode::NOT_FOUND, "0x80040217", message)
    }

    /// A schema name without the prefix of the solution's publisher.
    pub fn invalid_name_prefix(schema_name: &str, kind: &str) -> Self {
        let message = format!(
            "The schema name {schema_name} for type {kind} is invalid or missing.Custom attribute, \
             entity, entitykey, option set and relationship names must start with a valid \
             customization prefix.The prefix for a solution component should match the prefix that \
             is specified for the publisher of the solution."
        );
        Problem::bad_request("0x80044366", message)
    }

    /// A table with this name already exists.
    pub fn table_name_taken() -> Self {
        let message = "An entity with the specified name already exists. Please specify a unique \
                       name.";
        Problem::bad_request("0x8004700b", message)
    }

    /// A column with this name already exists in the table or in the request.
    pub fn column_name_taken() -> Self {
        Problem::bad_request("0x80047013", "An attribute with the specified name already exists")
    }

    /// A schema name that does not start with a letter; misspelt on the wire.
    pub fn name_starts_without_letter(schema_name: &str, kind: &str) -> Self {
        let message = format!(
            "Identifers should start with a letter. The schema name {schema_name} for type {kind} \
             doesn't start with letter."
        );
        Problem::bad_request("0x80044365", message)
    }

    /// A schema name that is too long.
    pub fn name_too_long(schema_name: &str, kind: &str, max: u32) -> Self {
        let message = format!(
            "Identifiers cannot be more than {max} characters long. The provided schema name \
             {schema_name} length for type {kind} is greater than maxlength {max} characters."
        );
        Problem::bad_request("0x80044367", message)
    }

    /// An invalid character in a schema name; code and text are inferred from the code's name.
    pub fn name_with_invalid_characters(schema_name: &str, kind: &str) -> Self {
        let message = format!(
            "The schema name {schema_name} for type {kind} contains invalid characters. Only \
             characters within the ranges [A-Z], [a-z] or [0-9] or _ are allowed."
        );
        Problem::bad_request("0x80044364", message)
    }

    /// No primary name column among the attributes.
    pub fn no_primary_name(table: &str) -> Self {
        let message = format!("PrimaryName attribute not found for Entity: {table}");
        Problem::bad_request("0x80044355", message)
    }

    /// A second primary name column. The reference has the text up to the ellipsis.
    pub fn second_primary_name(first: &str, table: &str, second: &str) -> Self {
        let message = format!(
            "The new {second} attribute is set as the primary name attribute for the {table} \
             entity. The {table} entity already has the {first} attribute set as the primary name \
             attribute. An entity can only have one primary name attribute."
        );
        Problem::bad_request("0x8004701e", message)
    }

    /// An ownership type that custom tables cannot have.
    pub fn invalid_ownership() -> Self {
        let message = "The specified ownership type mask is not valid for this operation";
        Problem::bad_request("0x8004700d", message)
    }

    /// A label in a language that is not installed.
    pub fn invalid_language() -> Self {
        let message = "The specified language code is not valid for this organization.";
        Problem::bad_request("0x80044195", message)
    }

    /// An unknown solution; the text for `MSCRM.SolutionUniqueName` is not documented (inferred).
    pub fn no_such_solution(name: &str) -> Self {
        let message = format!("The solution with unique name '{name}' does not exist.");
        Problem::bad_request("0x80048537", message)
    }

    /// A managed solution: it must be unmanaged (documented); text and code are inferred.
    pub fn managed_solution(name: &str) -> Self {
        let message = format!(
            "Solution '{name}' is managed. Components cannot be added to a managed solution."
        );
        Problem::bad_request("0x8004f01f", message)
    }

    /// A kind of column that cannot be created this way. Evidence: third parties.
    pub fn column_kind_refused(kind: &str) -> Self {
        let message = format!("Attribute of type {kind} cannot be created through the SDK");
        Problem::bad_request("0x80040203", message)
    }

    /// A missing required property; Dataverse's own text is not documented (inferred).
    pub fn missing_property(property: &str, of: &str) -> Self {
        let message = format!("Required field '{property}' is missing for {of}.");
        Problem::bad_request("0x80040203", message)
    }

    /// A property of a definition with a value out of its range (inferred).
    pub fn property_out_of_range(property: &str, of: &str, rule: &str) -> Self {
        let message = format!("The property {property} of {of} is out of range: {rule}.");
        Problem::bad_request("0x80040203", message)
    }
}
