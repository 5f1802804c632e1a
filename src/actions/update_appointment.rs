//! `PATCH appointments(<id>)` with `If-Match`; before it `GET appointments(<id>)` if only the start
//! or the end is given (and after it, if its response is lost or a refusal)
//!
//! Updates an appointment, never creates one ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api

mod write;

use alloc::string::String;
use alloc::vec::Vec;

use super::create_appointment::SUBJECT_LIMIT;
use crate::action::{Action, MemberKind, Output, OutputMember, Spec};
use crate::arguments::{Arguments, Parameter, ParameterKind};
use crate::call::Call;
use crate::category::Column;
use crate::check;
use crate::contract::{UpdateAppointmentInput, UpdatedAppointment};
use crate::dataverse::answer::unexpected;
use crate::dataverse::request::row;
use crate::dataverse::{Guid, Request};
use crate::error::Error;
use crate::json::{Object, object, push_string};
use crate::time::Moment;

const APPOINTMENT_ID: Parameter = Parameter::required(
    "appointment_id",
    ParameterKind::Text,
    "Appointment activity GUID to update",
);
const SUBJECT: Parameter =
    Parameter::optional("subject", ParameterKind::Text, "Updated subject/title");
const SCHEDULEDSTART: Parameter =
    Parameter::optional("scheduledstart", ParameterKind::Text, "Updated start in ISO 8601");
const SCHEDULEDEND: Parameter =
    Parameter::optional("scheduledend", ParameterKind::Text, "Updated end in ISO 8601");
const CATEGORY: Parameter = Parameter::optional(
    "category",
    ParameterKind::Integer,
    "Updated category value (numeric). Use list_appointment_categories to discover valid values",
);

/// The action `update_appointment`.
pub struct UpdateAppointment;

impl Action for UpdateAppointment {
    const SPEC: Spec = Spec {
        name: "update_appointment",
        description: "Change the title, the time or the category of an appointment.",
        parameters: &[APPOINTMENT_ID, SUBJECT, SCHEDULEDSTART, SCHEDULEDEND, CATEGORY],
        output: &[
            OutputMember { name: "appointment_id", kind: MemberKind::RowId },
            OutputMember { name: "updated_fields", kind: MemberKind::Texts },
        ],
    };
    type Input = UpdateAppointmentInput;
    type Output = UpdatedAppointment;

    fn read(arguments: &Arguments<'_>) -> UpdateAppointmentInput {
        UpdateAppointmentInput {
            appointment_id: arguments.required(&APPOINTMENT_ID),
            subject: arguments.text(&SUBJECT),
            scheduledstart: arguments.text(&SCHEDULEDSTART),
            scheduledend: arguments.text(&SCHEDULEDEND),
            category: arguments.integer(&CATEGORY),
        }
    }

    fn run(
        input: &UpdateAppointmentInput,
        call: &mut Call<'_>,
    ) -> Result<UpdatedAppointment, Error> {
        let change = Change::check(input)?;
        let etag = match (change.start, change.end) {
            (Some(_), None) | (None, Some(_)) => check_other_end(call, &change)?,
            _ => write::ANY.into(),
        };
        let category = match input.category {
            Some(value) => Some((Column::ask(call)?, value)),
            None => None,
        };
        let columns = category.as_ref().map(|(column, _)| column.name());
        write::change(call, &change.id, etag, &change.body(category.as_ref()), columns)?;
        let given = [
            (&SUBJECT, input.subject.is_some()),
            (&SCHEDULEDSTART, input.scheduledstart.is_some()),
            (&SCHEDULEDEND, input.scheduledend.is_some()),
            (&CATEGORY, input.category.is_some()),
        ];
        let mut updated_fields = Vec::new();
        for (parameter, given) in given {
            if given {
                updated_fields.push(parameter.name.into());
            }
        }
        Ok(UpdatedAppointment { appointment_id: change.id.as_str().into(), updated_fields })
    }
}

struct Change {
    id: Guid,
    subject: Option<String>,
    start: Option<Moment>,
    end: Option<Moment>,
}

impl Change {
    fn check(input: &UpdateAppointmentInput) -> Result<Change, Error> {
        let id = check::id(&APPOINTMENT_ID, &input.appointment_id)?;
        let subject = match &input.subject {
            Some(subject) => Some(check::text(&SUBJECT, subject, SUBJECT_LIMIT)?),
            None => None,
        };
        let start = match &input.scheduledstart {
            Some(start) => Some(check::moment(&SCHEDULEDSTART, start)?),
            None => None,
        };
        let end = match &input.scheduledend {
            Some(end) => Some(check::moment(&SCHEDULEDEND, end)?),
            None => None,
        };
        if let (Some(start), Some(end)) = (start, end) {
            check::in_order(start, end)?;
        }
        if subject.is_none() && start.is_none() && end.is_none() && input.category.is_none() {
            return Err(Error::fix_input(
                "there is nothing to update (expected `subject`, `scheduledstart`, `scheduledend` or `category`)",
            ));
        }
        Ok(Change { id, subject, start, end })
    }

    fn body(&self, category: Option<&(Column, i32)>) -> String {
        object(|json| {
            if let Some(subject) = &self.subject {
                json.text("subject", subject);
            }
            if let Some(start) = self.start {
                json.text("scheduledstart", &start.to_utc());
            }
            if let Some(end) = self.end {
                json.text("scheduledend", &end.to_utc());
            }
            if let Some((column, value)) = category {
                column.write(json, *value);
            }
        })
    }
}

/// Checks the given start or end against the stored other one and returns the etag of the row that
/// was read: an update under this etag matches the check.
fn check_other_end(call: &mut Call<'_>, change: &Change) -> Result<String, Error> {
    let request =
        Request::get(row("appointments", &change.id)).select(&["scheduledstart", "scheduledend"]);
    let answer = call.ask(&request)?;
    let stored = answer.json()?;
    // An end that was never set is null; a response from another server has neither member.
    let members = stored.members().unwrap_or_default();
    if !members.iter().any(|(name, _)| name == "scheduledstart" || name == "scheduledend") {
        return Err(unexpected("an appointment with its times", stored.as_str()));
    }
    let moment = |column| stored.text(column).and_then(|text| Moment::parse(&text).ok());
    let start = change.start.or_else(|| moment("scheduledstart"));
    let end = change.end.or_else(|| moment("scheduledend"));
    if let (Some(start), Some(end)) = (start, end) {
        check::in_order(start, end)?;
    }
    write::etag(&answer, stored)
}

impl Output for UpdatedAppointment {
    fn write(self, members: &[OutputMember], json: &mut Object<'_>) {
        let [id, updated_fields] = members else { return };
        json.text(id.name, &self.appointment_id);
        json.array(updated_fields.name, &self.updated_fields, |out, name| push_string(out, name));
    }
}
