//! `GET systemusers?$filter=internalemailaddress eq '…'`, then `PATCH appointments(<new id>)`,
//! which can only create (and `GET appointments(<id>)`, if that id exists; `POST appointments`, if
//! the form of the PATCH is refused)
//!
//! Creates an appointment, with one system user as required attendee ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/perform-conditional-operations-using-web-api

mod attendee;
mod write;

use alloc::string::String;

use crate::action::{Action, MemberKind, Output, OutputMember, Spec};
use crate::arguments::{Arguments, Parameter, ParameterKind};
use crate::call::Call;
use crate::category::Column;
use crate::check;
use crate::contract::{CreateAppointmentInput, CreatedAppointment};
use crate::dataverse::Guid;
use crate::dataverse::deep_link::deep_link;
use crate::dataverse::request::row;
use crate::error::Error;
use crate::json::{Json, Object, object};
use crate::text::{decimal, filled};
use crate::time::Moment;

/// The length of the column `subject`.
pub(super) const SUBJECT_LIMIT: usize = 200;

/// The `participationtypemask` of a [required
/// attendee](https://learn.microsoft.com/power-apps/developer/data-platform/activityparty-entity).
const REQUIRED_ATTENDEE: i64 = 5;

/// The maximum length of an idempotency key.
const KEY_LIMIT: usize = 256;

/// The name space of idempotency keys: a key gives the same id everywhere. It does not include the
/// organization, because an id belongs to one organization anyway, and one organization has several
/// hosts.
const KEYS: u128 = 0xb3c16f15_6d6b_484d_92bc_b055d51be408;

const SUBJECT: Parameter =
    Parameter::required("subject", ParameterKind::Text, "Title of the appointment");
const SCHEDULEDSTART: Parameter = Parameter::required(
    "scheduledstart",
    ParameterKind::Text,
    "Start date/time in ISO 8601 format (e.g. 2026-02-20T12:00:00Z)",
);
const SCHEDULEDEND: Parameter =
    Parameter::required("scheduledend", ParameterKind::Text, "End date/time in ISO 8601 format");
const REGARDING_ACCOUNT_ID: Parameter = Parameter::required(
    "regarding_account_id",
    ParameterKind::Text,
    "Account ID the appointment is regarding",
);
const REQUIRED_ATTENDEE_EMAIL: Parameter = Parameter::required(
    "required_attendee_email",
    ParameterKind::Text,
    "Email address of the Dynamics system user to add as attendee",
);
const CATEGORY: Parameter = Parameter::optional(
    "category",
    ParameterKind::Integer,
    "Optional category value (numeric). Use list_appointment_categories to discover valid values",
);
const IDEMPOTENCY_KEY: Parameter = Parameter::optional(
    "idempotency_key",
    ParameterKind::Text,
    "Optional key of your own (1 to 256 characters): a call repeated with it makes no second appointment",
);

/// The action `create_appointment`.
pub struct CreateAppointment;

impl Action for CreateAppointment {
    const SPEC: Spec = Spec {
        name: "create_appointment",
        description: "Create an appointment regarding an account, with a system user as required attendee.",
        parameters: &[
            SUBJECT,
            SCHEDULEDSTART,
            SCHEDULEDEND,
            REGARDING_ACCOUNT_ID,
            REQUIRED_ATTENDEE_EMAIL,
            CATEGORY,
            IDEMPOTENCY_KEY,
        ],
        output: &[
            OutputMember { name: "appointment_id", kind: MemberKind::RowId },
            OutputMember { name: "deep_link", kind: MemberKind::Text },
            OutputMember { name: "appointment", kind: MemberKind::Object },
        ],
    };
    type Input = CreateAppointmentInput;
    type Output = CreatedAppointment;

    fn read(arguments: &Arguments<'_>) -> CreateAppointmentInput {
        CreateAppointmentInput {
            subject: arguments.required(&SUBJECT),
            scheduledstart: arguments.required(&SCHEDULEDSTART),
            scheduledend: arguments.required(&SCHEDULEDEND),
            regarding_account_id: arguments.required(&REGARDING_ACCOUNT_ID),
            required_attendee_email: arguments.required(&REQUIRED_ATTENDEE_EMAIL),
            category: arguments.integer(&CATEGORY),
            idempotency_key: arguments.text(&IDEMPOTENCY_KEY),
        }
    }

    fn run(
        input: &CreateAppointmentInput,
        call: &mut Call<'_>,
    ) -> Result<CreatedAppointment, Error> {
        let new = NewAppointment::check(input)?;
        let email = check::email(&REQUIRED_ATTENDEE_EMAIL, &input.required_attendee_email)?;
        let key = match &input.idempotency_key {
            Some(key) => Some(check::text(&IDEMPOTENCY_KEY, key, KEY_LIMIT)?),
            None => None,
        };
        let attendee = attendee::find(call, &email)?;
        let category = match input.category {
            Some(value) => Some((Column::ask(call)?, value)),
            None => None,
        };
        let category = category.as_ref();
        let id = match &key {
            Some(key) => Guid::from_name(KEYS, key),
            None => call.new_id(),
        };
        let new = write::New {
            body: new.body(&attendee, category),
            row: new.row(category),
            subject: new.subject,
            account: new.account,
            id,
            has_key: key.is_some(),
        };
        let appointment = write::create(call, &new)?;
        // An organization may have passed over the id that was chosen.
        let id = Json::parse(&appointment).ok().and_then(|row| row.text("activityid"));
        let id = id.and_then(|id| Guid::parse(&id)).unwrap_or(new.id);
        Ok(CreatedAppointment {
            deep_link: deep_link(&*call.instance()?, "appointment", &id),
            appointment_id: id.as_str().into(),
            appointment,
        })
    }
}

struct NewAppointment {
    subject: String,
    start: Moment,
    end: Moment,
    account: Guid,
}

impl NewAppointment {
    fn check(input: &CreateAppointmentInput) -> Result<NewAppointment, Error> {
        let subject = check::text(&SUBJECT, &input.subject, SUBJECT_LIMIT)?;
        let start = check::moment(&SCHEDULEDSTART, &input.scheduledstart)?;
        let end = check::moment(&SCHEDULEDEND, &input.scheduledend)?;
        check::in_order(start, end)?;
        let account = check::id(&REGARDING_ACCOUNT_ID, &input.regarding_account_id)?;
        Ok(NewAppointment { subject, start, end, account })
    }

    fn columns(&self, json: &mut Object<'_>, category: Option<&(Column, i32)>) {
        json.text("subject", &self.subject);
        json.text("scheduledstart", &self.start.to_utc());
        json.text("scheduledend", &self.end.to_utc());
        if let Some((column, value)) = category {
            column.write(json, *value);
        }
    }

    /// The row to read.
    fn row(&self, category: Option<&(Column, i32)>) -> String {
        object(|json| {
            self.columns(json, category);
            json.text("_regardingobjectid_value", self.account.as_str());
        })
    }

    /// The row to send, with its one party. The account is bound through the name in Microsoft's
    /// samples and captured responses.
    fn body(&self, attendee: &Guid, category: Option<&(Column, i32)>) -> String {
        object(|json| {
            self.columns(json, category);
            json.text(
                "regardingobjectid_account_appointment@odata.bind",
                &filled!("/{}", &[&row("accounts", &self.account)]),
            );
            let party = filled!(
                r#"[{"partyid_systemuser@odata.bind":"/{}","participationtypemask":{}}]"#,
                &[&row("systemusers", attendee), &decimal(REQUIRED_ATTENDEE)],
            );
            json.raw("appointment_activity_parties", &party);
        })
    }
}

impl Output for CreatedAppointment {
    fn write(self, members: &[OutputMember], json: &mut Object<'_>) {
        let [id, deep_link, row] = members else { return };
        json.text(id.name, &self.appointment_id);
        json.text(deep_link.name, &self.deep_link);
        json.raw(row.name, &self.appointment);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> CreateAppointmentInput {
        CreateAppointmentInput {
            subject: " Kick-off ".into(),
            scheduledstart: "2026-02-20T14:00:00+02:00".into(),
            scheduledend: "2026-02-20T13:00:00Z".into(),
            regarding_account_id: "{A56B3F4B-1BE7-E611-8101-E0071B6AF231}".into(),
            required_attendee_email: "ann@contoso.com".into(),
            category: None,
            idempotency_key: None,
        }
    }

    #[test]
    fn binds_the_account_and_the_attendee() {
        let attendee = Guid::from_random([0; 16]);
        assert_eq!(
            NewAppointment::check(&input()).unwrap().body(&attendee, None),
            "{\"subject\":\"Kick-off\",\
             \"scheduledstart\":\"2026-02-20T12:00:00Z\",\
             \"scheduledend\":\"2026-02-20T13:00:00Z\",\
             \"regardingobjectid_account_appointment@odata.bind\":\"/accounts(a56b3f4b-1be7-e611-8101-e0071b6af231)\",\
             \"appointment_activity_parties\":[{\
             \"partyid_systemuser@odata.bind\":\"/systemusers(00000000-0000-4000-8000-000000000000)\",\
             \"participationtypemask\":5}]}"
        );
    }

    #[test]
    fn refuses_an_end_before_its_start() {
        let input =
            CreateAppointmentInput { scheduledend: "2026-02-20T11:59:59Z".into(), ..input() };
        assert_eq!(
            NewAppointment::check(&input).err().unwrap().message,
            "the end must not be before the start (start `2026-02-20T12:00:00Z`, end `2026-02-20T11:59:59Z`)"
        );
    }
}
