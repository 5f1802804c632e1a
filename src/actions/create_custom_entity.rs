//! `GET solutions(<id>)`, then `POST EntityDefinitions`, then `GET EntityDefinitions(<new id>)`
//!
//! Creates a table in a solution and returns its definition ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-entity-definitions-using-web-api

mod columns;
mod kinds;
mod labels;
mod members;
mod names;
mod options;
mod solution;

use alloc::string::String;
use alloc::vec::Vec;

use crate::action::{Action, MemberKind, OutputMember, Spec};
use crate::arguments::{Arguments, Constant, Parameter, ParameterKind};
use crate::call::Call;
use crate::check;
use crate::contract::{CreateCustomEntityInput, FailureKind};
use crate::dataverse::request::{definition, row};
use crate::dataverse::{Answer, Request};
use crate::error::Error;
use crate::json::object;
use crate::text::{decimal, filled};
use labels::Language;
use solution::Solution;

/// The code of a label in a language that is not installed.
const UNKNOWN_LANGUAGE: &str = "0x80044195";

/// The maximum length of a display name.
const NAME_LIMIT: usize = 100;
/// The maximum length of a description.
const DESCRIPTION_LIMIT: usize = 2_000;

const SOLUTION_ID: Parameter = Parameter::required(
    "solution_id",
    ParameterKind::Text,
    "Identifier of the solution to associate the entity with",
);
const DISPLAY_NAME: Parameter = Parameter::required(
    "display_name",
    ParameterKind::Text,
    "Display name for the new entity (e.g. ‘Bank Account’)",
);
const PRIMARY_ATTRIBUTE: Parameter = Parameter::required(
    "primary_attribute",
    ParameterKind::Text,
    "Primary name attribute of the new entity (e.g. ‘Account Name’)",
);
const LANGUAGE_CODE: Parameter = Parameter::optional(
    "language_code",
    ParameterKind::Integer,
    "Language code (e.g. 1033 for English US)",
)
.or(Constant::Integer(1033));
const ADDITIONAL_ATTRIBUTES: Parameter = Parameter::optional(
    "additional_attributes",
    ParameterKind::Object,
    "Array of attribute definition objects to add to the entity",
);
const DESCRIPTION: Parameter =
    Parameter::optional("description", ParameterKind::Text, "Description of the new entity");
const HAS_ACTIVITIES: Parameter = Parameter::optional(
    "has_activities",
    ParameterKind::Boolean,
    "Whether the entity supports activities",
)
.or(Constant::Boolean(false));
const HAS_NOTES: Parameter =
    Parameter::optional("has_notes", ParameterKind::Boolean, "Whether the entity supports notes")
        .or(Constant::Boolean(false));

/// The action `create_custom_entity`.
pub struct CreateCustomEntity;

impl Action for CreateCustomEntity {
    const SPEC: Spec = Spec {
        name: "create_custom_entity",
        description: "Create a custom table in a solution, with its primary column and more columns.",
        parameters: &[
            SOLUTION_ID,
            DISPLAY_NAME,
            PRIMARY_ATTRIBUTE,
            LANGUAGE_CODE,
            ADDITIONAL_ATTRIBUTES,
            DESCRIPTION,
            HAS_ACTIVITIES,
            HAS_NOTES,
        ],
        output: &[OutputMember { name: "entity", kind: MemberKind::Object }],
    };
    type Input = CreateCustomEntityInput;
    type Output = String;

    fn read(arguments: &Arguments<'_>) -> CreateCustomEntityInput {
        CreateCustomEntityInput {
            solution_id: arguments.required(&SOLUTION_ID),
            display_name: arguments.required(&DISPLAY_NAME),
            primary_attribute: arguments.required(&PRIMARY_ATTRIBUTE),
            language_code: arguments.integer(&LANGUAGE_CODE),
            additional_attributes: arguments.json(&ADDITIONAL_ATTRIBUTES),
            description: arguments.text(&DESCRIPTION),
            has_activities: arguments.boolean(&HAS_ACTIVITIES),
            has_notes: arguments.boolean(&HAS_NOTES),
        }
    }

    fn run(input: &CreateCustomEntityInput, call: &mut Call<'_>) -> Result<String, Error> {
        let solution_id = check::id(&SOLUTION_ID, &input.solution_id)?;
        let mut language = LANGUAGE_CODE.integer_or_default(input.language_code);
        let mut new = NewTable::check(input, language)?;
        let solution = Solution::ask(call, &solution_id, input.language_code.is_none())?;
        if let Some(base) = solution.language {
            language = base;
            new = NewTable::check(input, base)?;
        }
        let table = new.definition(&solution);
        let request = Request::post("EntityDefinitions", table.json.clone())
            .header("MSCRM.SolutionUniqueName", solution.unique_name)
            .patiently();
        create(call, &table, &request).map_err(|mut failure| {
            if failure.code.as_deref() == Some(UNKNOWN_LANGUAGE) {
                failure.kind = FailureKind::FixInput;
                failure.message = filled!(
                    "the language of `language_code`, `{}`, is not installed in the organization; {}",
                    &[&decimal(language), &failure.message],
                );
            }
            let words = filled!(
                "the table `{}` may exist all the same: look for it in the solution before you create it again",
                &[&table.logical_name],
            );
            failure.of_write(None, &words)
        })
    }
}

struct NewTable {
    language: Language,
    display_name: String,
    primary: String,
    description: Option<String>,
    has_activities: bool,
    has_notes: bool,
    columns: Vec<columns::Column>,
}

struct Table {
    schema_name: String,
    logical_name: String,
    json: String,
}

impl NewTable {
    /// Everything that can be checked before the solution's prefix is known.
    // Not inlined: it is called twice.
    #[inline(never)]
    fn check(input: &CreateCustomEntityInput, language: i32) -> Result<NewTable, Error> {
        let language = Language::check(language)?;
        let columns = match check::present(input.additional_attributes.as_deref()) {
            Some(json) => columns::read(json, language)?,
            None => Vec::new(),
        };
        Ok(NewTable {
            language,
            display_name: check::text(&DISPLAY_NAME, &input.display_name, NAME_LIMIT)?,
            primary: check::text(&PRIMARY_ATTRIBUTE, &input.primary_attribute, NAME_LIMIT)?,
            description: match check::present(input.description.as_deref()) {
                Some(text) => Some(check::text(&DESCRIPTION, text, DESCRIPTION_LIMIT)?),
                None => None,
            },
            has_activities: HAS_ACTIVITIES.boolean_or_default(input.has_activities),
            has_notes: HAS_NOTES.boolean_or_default(input.has_notes),
            columns,
        })
    }

    /// The definition to send, with names completed by the publisher's prefix.
    fn definition(self, solution: &Solution) -> Table {
        let NewTable { language, display_name, primary, .. } = self;
        let schema_name = names::table(&solution.prefix, &display_name);
        let logical_name = schema_name.to_ascii_lowercase();
        let mut used = Vec::from([filled!("{}id", &[&logical_name])]);
        let primary_name = names::unused(names::column(&solution.prefix, &primary), &mut used);
        let mut attributes = Vec::from([columns::primary(language, &primary, primary_name)]);
        for column in self.columns {
            attributes.push(column.definition(solution, &mut used));
        }
        let json = object(|json| {
            json.text("@odata.type", "Microsoft.Dynamics.CRM.EntityMetadata");
            json.array("Attributes", &attributes, |out, attribute| out.push_str(attribute));
            json.raw("DisplayName", &language.label(&display_name));
            json.raw("DisplayCollectionName", &language.label(&language.plural(&display_name)));
            if let Some(description) = &self.description {
                json.raw("Description", &language.label(description));
            }
            json.boolean("HasActivities", self.has_activities);
            json.boolean("HasNotes", self.has_notes);
            json.boolean("IsActivity", false);
            json.text("OwnershipType", "UserOwned");
            json.text("SchemaName", &schema_name);
        });
        Table { schema_name, logical_name, json }
    }
}

/// Creates the table and returns its definition. After an attempt with an unknown outcome, it
/// checks whether the table exists, and retries only if it does not. The first attempt may still be
/// running; but a name can belong to only one table, so a second attempt cannot create a second
/// table: it is refused once the first has created it, and then the next check finds it.
fn create(call: &mut Call<'_>, table: &Table, request: &Request) -> Result<String, Error> {
    let began = call.now();
    let mut failed = 0;
    loop {
        let failure = match call.ask(request) {
            Ok(answer) if answer.status == 204 || answer.created_id().is_some() => {
                return Ok(read_back(call, table, &answer));
            }
            Ok(answer) => answer.unconfirmed(),
            // The name is taken, perhaps by an earlier, throttled attempt.
            Err(failure) if call.repeated() && is_of_a_taken_name(&failure) => {
                failure.perhaps_applied()
            }
            Err(failure) if failed == 0 && !failure.may_have_been_applied => return Err(failure),
            Err(failure) => failure.perhaps_applied(),
        };
        failed += 1;
        let request = Request::get(definition(&table.logical_name)).header("Consistency", "Strong");
        let absent = match call.ask(&request) {
            Ok(found) => match found.into_row("MetadataId") {
                Ok(found) if solution::is_the_same(&found, &table.json, began) => return Ok(found),
                _ => false,
            },
            Err(failure) => failure.status == Some(404),
        };
        // A web page or a rejected token would come again.
        let may_help = matches!(failure.kind, FailureKind::Wait | FailureKind::Refused);
        if !(absent && may_help && call.again(failed, failure.retry_after_seconds)) {
            return Err(failure);
        }
    }
}

fn is_of_a_taken_name(failure: &Error) -> bool {
    matches!(
        failure.code.as_deref(),
        Some(
            "0x8004700b" | "0x80044363" | "0x80047011" | "0x80047012" | "0x8006088e" | "0x8006089b"
        )
    )
}

/// The current definition, read past caches that lag by some seconds. The table exists even if it
/// cannot be read; then the output is what is known of it.
fn read_back(call: &mut Call<'_>, table: &Table, created: &Answer) -> String {
    let id = created.created_id();
    let resource = match &id {
        Some(id) => row("EntityDefinitions", id),
        None => definition(&table.logical_name),
    };
    let answer = call.ask(&Request::get(resource).header("Consistency", "Strong"));
    answer.and_then(|answer| answer.into_row("MetadataId")).unwrap_or_else(|_| {
        object(|json| {
            if let Some(id) = &id {
                json.text("MetadataId", id.as_str());
            }
            json.text("LogicalName", &table.logical_name);
            json.text("SchemaName", &table.schema_name);
        })
    })
}

#[cfg(test)]
mod tests;
